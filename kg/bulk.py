"""A build in bulk files, for stores that take over where the files of one machine end: N-Triples and Parquet in parts.

Nodes and articles are dealt out by a hash of their names. Each part is made and written by one worker and is the same
bytes however often, wherever and beside what others it is made (by the same versions of Python's zlib and of pyarrow).
The manifest is taken away before the first part is written and put back after the last: where it is, all is whole.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import re
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

from kg import __version__, codec, export, nodes, rdf, remote, resolve, update
from kg.errors import KgError, UsageError
from kg.ledger import Ledger
from kg.model import Entity
from kg.ontology import DCTERMS, XSD
from kg.outputs import text_name
from kg.pool import Poison, Run
from kg.rdf import Names
from kg.remote import Location

MANIFEST, VOID = "manifest.json", "void.ttl"
FOLDERS = {"triples": "nt.gz", "entities": "parquet", "facts": "parquet"}
"""The folders, and the endings of the parts in each."""
BATCH = 10_000
"""rows of Parquet in the making"""
LEVEL = 6
"""of gzip"""
MEDIA = "https://www.iana.org/assignments/media-types/application/"

_TEXT, _NUMBER, _COUNT, _FLAG, _SPANS = "text", "number", "count", "flag", "spans"
_TYPES = {
    "object.value": _NUMBER,
    "qualifiers.growth": _FLAG,
    "start": _COUNT,
    "end": _COUNT,
    "confidence": _NUMBER,
    "inferred": _FLAG,
    "marks": _SPANS,
    "antecedent.start": _COUNT,
    "antecedent.end": _COUNT,
}
COLUMNS = tuple(export.CSV_COLUMNS)
"""Columns of facts: those of facts.csv, a cell without a value empty; object.value is a double, marks are lists."""


@dataclass(frozen=True, slots=True)
class Part:
    """A file. path: below the folder; rows: triples or rows; bytes: its size; sha256: of its bytes."""

    path: str
    rows: int
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What the bulk files hold.

    configuration: hash of all that decides how texts are read; base: what the IRIs of entities start with
    totals: triples, entities, facts, articles, subjects and bytes of all parts
    """

    version: str
    configuration: str
    base: str
    partitions: int
    totals: Mapping[str, int]
    files: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class _Written:
    """What a worker has written: the files, and how often each class and predicate stands in them."""

    files: tuple[Part, ...]
    subjects: int = 0
    classes: Mapping[str, int] | None = None
    predicates: Mapping[str, int] | None = None


def write(ledger: Ledger, url: Location, base: str, run: Run, workers: int, partitions: int = 16) -> Manifest:
    """Write the graph, the entities and the facts of a build below `url`, in parts; what is there of before goes.

    ledger: with its outputs written (kg.outputs); it is read alone
    url: a folder of this machine, or a URL that fsspec writes (s3://bucket/folder); the workers write there themselves,
        so all of them have to see it
    base: what the IRIs of entities start with, as in the build; run, workers: what makes the parts
    partitions: parts of each kind, 1 or more: as many as leave each a million triples or fewer, which take a worker a
        minute at most (kg.pool.run ends it after two) and 1 GB of memory

    Raises UsageError where what the URL or Parquet needs is not installed, OSError where it cannot be written, KgError
    where a part cannot be made, is not seen from here, or the ledger's outputs have not been written.
    """
    if partitions < 1:
        raise UsageError(f"{partitions} partitions: at least 1 is wanted")
    if ledger.get("base") != base:
        raise KgError(f"{base}: the ledger was made for {ledger.get('base') or 'no base yet'}; build with it first")
    _arrow()
    place = remote.location(url)
    if isinstance(place, Path):
        place = place.absolute()
    remote.delete(remote.join(place, MANIFEST))
    work = partial(written, url=place, base=base)
    files: list[Part] = []
    subjects = 0
    classes: Counter[str] = Counter()
    predicates: Counter[str] = Counter()
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        _deal(ledger, Path(folder), partitions)
        for ((kind, number, _),), (result,) in run(work, _shards(Path(folder), partitions), workers=workers):
            if isinstance(result, Poison):
                raise KgError(f"{url}: part {number} of the {kind} cannot be written: {result.message}")
            files += result.files
            subjects += result.subjects
            classes.update(result.classes or {})
            predicates.update(result.predicates or {})
    files.sort(key=lambda one: one.path)
    _check(place, files)
    totals = {kind: sum(one.rows for one in files if one.path.startswith(f"{kind}/")) for kind in FOLDERS}
    known = int(ledger.one("SELECT COUNT(*) FROM entity"))
    if totals["entities"] != known:
        raise KgError(f"{url}: {totals['entities']} entities of {known}: write the other outputs first")
    totals |= {
        "articles": int(ledger.one("SELECT COUNT(*) FROM story")),
        "subjects": subjects,
        "bytes": sum(one.bytes for one in files),
    }
    manifest = Manifest(__version__, ledger.get("setting"), base, partitions, totals, tuple(files))
    remote.write(remote.join(place, VOID), _void(manifest, classes, predicates).encode())
    text = json.dumps(asdict(manifest), ensure_ascii=False, indent=1) + "\n"
    remote.write(remote.join(place, MANIFEST), text.encode())
    return manifest


# ------------------------------------------------------------------------------------------------------ dealing out


def part_of(name: str, partitions: int) -> int:
    """The part that a node or an article is in, from 0.

    >>> part_of("person/7c1f0a52e9b4", 16)
    4
    """
    return int.from_bytes(hashlib.blake2b(name.encode("utf-8", "surrogatepass"), digest_size=8).digest()) % partitions


def _deal(ledger: Ledger, folder: Path, partitions: int) -> None:
    """Deal out the ledger in one pass: a file of JSON lines for each part, packed, as that is what is sent."""
    for kind, lines in (("nodes", _nodes(ledger)), ("facts", _facts(ledger))):
        with ExitStack() as stack:
            files = [
                stack.enter_context(gzip.open(folder / f"{kind}-{number}", "wb", compresslevel=1))
                for number in range(partitions)
            ]
            for name, line in lines:
                files[part_of(name, partitions)].write(codec.dumps(line).encode("utf-8", "surrogatepass") + b"\n")


def _nodes(ledger: Ledger) -> Iterator[tuple[str, Any]]:
    """What each article gives each node, in the order of the nodes."""
    for subject, data in ledger.run("SELECT subject, data FROM part ORDER BY subject, story"):
        yield subject, [subject, data]


def _facts(ledger: Ledger) -> Iterator[tuple[str, Any]]:
    """What is known of each article's facts, in the order of the articles."""
    sql = (
        "SELECT t.article, t.source, t.facts, t.ends, t.head, s.text IS NOT NULL FROM story t "
        "JOIN source s ON s.name = t.source ORDER BY t.article"
    )
    for article, source, facts, ends, head, extracted in ledger.run(sql):
        ids = sorted({ident for _, *both in json.loads(ends) for ident in both if ident.startswith("organization/")})
        types = {ident: ledger.one("SELECT type FROM entity WHERE id = ?", ident) for ident in ids}
        yield article, [article, source, facts, ends, json.loads(head)["title"], bool(extracted), types]


def _shards(folder: Path, partitions: int) -> Iterator[list[tuple[str, int, bytes]]]:
    """The parts, each a shard of its own: it is made whole or not at all."""
    for kind in ("nodes", "facts"):
        for number in range(partitions):
            path = folder / f"{kind}-{number}"
            data = path.read_bytes()
            path.unlink()
            yield [(kind, number, data)]


# ----------------------------------------------------------------------------------------------------- in a worker


def written(parts: Sequence[tuple[str, int, bytes]], url: Location, base: str) -> list[_Written]:
    """Make and write parts: a function that runs in a worker; parts: kind, number and packed lines of each."""
    return [
        (_write_nodes if kind == "nodes" else _write_facts)(number, _lines(data), url, base)
        for kind, number, data in parts
    ]


def _lines(data: bytes) -> Iterator[Any]:
    with gzip.open(io.BytesIO(data)) as file:
        for line in file:
            yield json.loads(line.decode("utf-8", "surrogatepass"))


def _write_nodes(number: int, lines: Iterator[Any], url: Location, base: str) -> _Written:
    names = Names((), base)
    triples: list[str] = []
    entities: list[Entity] = []
    classes: Counter[str] = Counter()
    predicates: Counter[str] = Counter()
    subjects = 0
    for subject, parts in _grouped(lines):
        node = nodes.combine(subject, parts, names)
        rows = node.rows + node.proof
        subjects += bool(rows)
        for _, predicate, end in rows:
            predicates[predicate] += 1
            if predicate == rdf.TYPE and isinstance(end, str):
                classes[end] += 1
        triples += rdf.ntriples(rows).split("\n")[:-1]
        if node.entity:
            entities.append(node.entity)
    triples.sort()
    text = "".join(line + "\n" for line in triples).encode()
    files = (
        _put(url, "triples", number, len(triples), _packed(text)),
        _put(url, "entities", number, len(entities), _entity_table(entities)),
    )
    return _Written(files, subjects, classes, predicates)


def _grouped(lines: Iterator[Any]) -> Iterator[tuple[str, list[str]]]:
    """The contributions to each node, which follow each other."""
    last, parts = "", list[str]()
    for subject, data in lines:
        if subject != last and parts:
            yield last, parts
            parts = []
        last = subject
        parts.append(data)
    if parts:
        yield last, parts


def _packed(data: bytes) -> bytes:
    """Gzip without a time or a name."""
    out = io.BytesIO()
    with gzip.GzipFile(filename="", mode="wb", compresslevel=LEVEL, fileobj=out, mtime=0) as file:
        file.write(data)
    return out.getvalue()


def _entity_table(entities: Sequence[Entity]) -> bytes:
    pa = _arrow()
    pairs = pa.list_(pa.struct([("name", pa.string()), ("value", pa.string())]))
    schema = pa.schema(
        [
            *((name, pa.string()) for name in ("id", "type", "label")),
            ("aliases", pa.list_(pa.string())),
            ("attributes", pairs),
        ]
    )
    rows = (
        export.entity_row(one) | {"attributes": [{"name": name, "value": value} for name, value in one.attributes]}
        for one in entities
    )
    return _table(schema, rows)


def _write_facts(number: int, lines: Iterator[Any], url: Location, base: str) -> _Written:
    del base
    count = 0

    def rows() -> Iterator[dict[str, Any]]:
        nonlocal count
        for article, source, facts, ends, title, extracted, types in lines:
            entities = {ident: Entity(ident, type, "", "") for ident, type in types.items() if type}
            typed = [resolve.typed(fact, entities) for fact in update.final(article, source, facts, ends)]
            kept = text_name(source) if extracted else None
            for fact in sorted(typed, key=export.fact_order):
                count += 1
                yield _flat(export.fact_row(fact, title, kept))

    pa = _arrow()
    makers = {
        _TEXT: pa.string(),
        _NUMBER: pa.float64(),
        _COUNT: pa.int64(),
        _FLAG: pa.bool_(),
        _SPANS: pa.list_(pa.list_(pa.int64())),
    }
    schema = pa.schema([(name, makers[_TYPES.get(name, _TEXT)]) for name in COLUMNS])
    data = _table(schema, rows())
    return _Written((_put(url, "facts", number, count, data),))


def _flat(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row of facts.jsonl with the names of facts.csv."""
    cells: dict[str, Any] = {}
    for name, value in row.items():
        cells |= {f"{name}.{key}": inner for key, inner in value.items()} if isinstance(value, dict) else {name: value}
    if cells.get("object.value") is not None:
        cells["object.value"] = float(cells["object.value"])
    return cells


def _table(schema: Any, rows: Iterator[dict[str, Any]]) -> bytes:
    """Rows as Parquet."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    out = io.BytesIO()
    with pq.ParquetWriter(out, schema, compression="zstd") as writer:
        batch: list[dict[str, Any]] = []
        for row in rows:
            batch.append(row)
            if len(batch) == BATCH:
                writer.write_table(pa.Table.from_pylist(batch, schema=schema))
                batch = []
        if batch:
            writer.write_table(pa.Table.from_pylist(batch, schema=schema))
    return out.getvalue()


def _put(url: Location, kind: str, number: int, rows: int, data: bytes) -> Part:
    path = f"{kind}/part-{number:05}.{FOLDERS[kind]}"
    remote.write(remote.join(url, path), data)
    return Part(path, rows, len(data), hashlib.sha256(data).hexdigest())


def _arrow() -> Any:
    try:
        import pyarrow
    except ImportError as error:
        raise UsageError(f"--bulk: pyarrow is not installed; {remote.INSTALL}") from error
    return pyarrow


# ------------------------------------------------------------------------------------------------------ the account


def _check(place: Location, files: Sequence[Part]) -> None:
    """See from here that the parts are there, and take those away that another number of partitions has left."""
    for kind, ending in FOLDERS.items():
        folder = remote.join(place, kind)
        found = remote.sizes(folder)
        wanted = {one.path.removeprefix(f"{kind}/"): one.bytes for one in files if one.path.startswith(f"{kind}/")}
        for name, size in wanted.items():
            if found.get(name) != size:
                raise KgError(
                    f"{folder}/{name}: a worker has written it, but it is not seen from here; give a folder that all "
                    f"machines share, or a store (s3://bucket/folder)"
                )
        for name in sorted(found.keys() - wanted.keys()):
            if re.fullmatch(rf"part-\d+\.{re.escape(ending)}", name):
                remote.delete(remote.join(folder, name))


def _void(manifest: Manifest, classes: Mapping[str, int], predicates: Mapping[str, int]) -> str:
    """The description in VoID and DCAT; what it names lies beside it."""
    totals, title = manifest.totals, "Local news: knowledge graph and its evidence"
    lines = [
        "@prefix dcat: <http://www.w3.org/ns/dcat#> .",
        f"@prefix dcterms: <{DCTERMS}> .",
        "@prefix foaf: <http://xmlns.com/foaf/0.1/> .",
        "@prefix spdx: <http://spdx.org/rdf/terms#> .",
        "@prefix void: <http://rdfs.org/ns/void#> .",
        f"@prefix xsd: <{XSD}> .",
        "",
        f"<{VOID}> a void:DatasetDescription ;",
        "  foaf:primaryTopic <#dataset> .",
        "",
        "<#dataset> a void:Dataset , dcat:Dataset ;",
        f'  dcterms:title "{title}"@en ;',
        f'  dcterms:hasVersion "{manifest.version}" ;',
        f'  void:uriSpace "{manifest.base}id/" ;',
        "  void:feature <http://www.w3.org/ns/formats/N-Triples> ;",
        *(f"  void:vocabulary <{iri}> ;" for _, iri in sorted(rdf.VOCABULARIES.items())),
        f"  void:triples {totals['triples']} ;",
        f"  void:distinctSubjects {totals['subjects']} ;",
        f"  void:entities {totals['entities']} ;",
        f"  void:documents {totals['articles']} ;",
        f"  void:classes {len(classes)} ;",
        f"  void:properties {len(predicates)} ;",
        *(f"  void:classPartition [ void:class <{c}> ; void:entities {n} ] ;" for c, n in sorted(classes.items())),
        *(
            f"  void:propertyPartition [ void:property <{p}> ; void:triples {n} ] ;"
            for p, n in sorted(predicates.items())
        ),
        *(f"  void:dataDump <{one.path}> ;" for one in manifest.files if one.path.startswith("triples/")),
        *(f"  dcat:distribution <{one.path}> ;" for one in manifest.files[:-1]),
        f"  dcat:distribution <{manifest.files[-1].path}> .",
        "",
    ]
    for one in manifest.files:
        packed = one.path.endswith(".gz")
        kind = "n-triples" if packed else "vnd.apache.parquet"
        lines += [
            f"<{one.path}> a dcat:Distribution ;",
            f"  dcat:downloadURL <{one.path}> ;",
            f"  dcat:mediaType <{MEDIA}{kind}> ;",
            *([f"  dcat:compressFormat <{MEDIA}gzip> ;"] if packed else []),
            f'  dcat:byteSize "{one.bytes}"^^xsd:nonNegativeInteger ;',
            "  spdx:checksum [ spdx:algorithm spdx:checksumAlgorithm_sha256 ; "
            f'spdx:checksumValue "{one.sha256}"^^xsd:hexBinary ] .',
            "",
        ]
    return "\n".join(lines)
