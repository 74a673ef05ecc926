"""The store that queries ask: pyoxigraph on disk, in `output/store/`, or a SPARQL server.

Facts, claims and evidence lie in its one default graph. Each build loads a new database beside the one before it and
then says, in one rename, which is current; a build that is killed leaves the old one current.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from kg import endpoint, questions, sparql
from kg.endpoint import Endpoint
from kg.errors import QueryError, StoreError, UsageError
from kg.files import atomic_write, locked
from kg.ontology import BASE
from kg.rdf import as_rdflib
from kg.rows import Rows, rows

if TYPE_CHECKING:
    import pyoxigraph as ox
    import rdflib

    from kg.questions import Prepared
    from kg.results import Results
    from kg.sparql import Term

TURTLE = ("graph.ttl", "evidence.ttl")
"""the files of a build that the store holds"""
CURRENT = "current.json"
"""names the database of output/store/ that is in use, with the base IRI and the number of triples"""

PIECE = 8 << 20
"""bytes of a Turtle file that are loaded at a time"""

NAMED = "ASK { ?thing rdfs:label|skos:altLabel|kg:wording $name }"
LIKE = """SELECT DISTINCT ?like { ?thing rdfs:label|skos:altLabel ?like . FILTER(CONTAINS(STR(?like), STR($name))) }
ORDER BY STRLEN(STR(?like)) ?like LIMIT 5"""


@dataclass(frozen=True, slots=True)
class Store:
    """A store, open for reading.

    name: path or address; source: the database or the server; base: what entities' IRIs start with
    """

    name: str
    source: ox.Store | Endpoint
    base: str = BASE

    @property
    def prefixes(self) -> dict[str, str]:
        """The prefixes that a query need not declare."""
        return sparql.known_prefixes(self.base)

    def query(self, text: str, /, **values: object) -> Rows | bool | rdflib.Graph:
        """What a query, or a ready question by its name or title, gives.

        values: its parameters; a str becomes a name in Chinese unless the question says otherwise; for a text without
        a language give pyoxigraph.Literal("…")
        Rows for SELECT, a bool for ASK, an rdflib.Graph for CONSTRUCT and DESCRIBE. Raises QueryError for a query that
        is malformed or refused, UsageError for wrong parameters.
        """
        import pyoxigraph as ox

        match self.run(self.prepare(text, values)):
            case ox.QuerySolutions() as solutions:
                return rows(solutions)
            case ox.QueryBoolean() as answer:
                return bool(answer)
            case triples:
                return as_rdflib(triples)

    def prepare(self, text: str, values: Mapping[str, object], rest: Sequence[str] = (), base: str = "") -> Prepared:
        """A query or a ready question, checked and bound: kg.questions.prepare, with what the store knows."""
        return questions.prepare(text, values, self.prefixes, rest, base, self._value)

    def _value(self, query: str) -> Term | None:
        """The one value of a query."""
        found = self.query(query)
        return found.terms[0][0] if isinstance(found, Rows) and found else None  # type: ignore[return-value]

    def run(self, query: Prepared) -> Results:
        """The open results of a prepared query, to stream. Raises QueryError where the query is malformed."""
        if isinstance(self.source, Endpoint):
            base = f"BASE <{query.base}> " if query.base else ""
            text = base + sparql.prologue(query.query, self.prefixes) + query.query
            return endpoint.ask(self.source, text, query.form)
        prefixes = self.prefixes
        try:
            return self.source.query(query.query, base_iri=query.base or None, prefixes=prefixes)
        except SyntaxError as error:
            raise sparql.misread(query.query, error, prefixes) from error
        except RuntimeError as error:  # a function that there is not
            raise QueryError(str(error)) from error

    def unknown(self, values: Mapping[str, Term]) -> Iterator[str]:
        """A line for each value that names nothing in the store, with names like it: why a question had no answer."""
        import pyoxigraph as ox

        for name in values.values():
            if isinstance(name, ox.Literal) and name.language and name.value and not self.query(NAMED, name=name):
                found = self.query(LIKE, name=name)
                like = "、".join(str(row["like"]) for row in found) if isinstance(found, Rows) else ""
                yield f"{name.value}: nothing has that name" + (f"; like it: {like}" if like else "")

    def triples(self) -> Iterator[ox.Triple]:
        """All the triples, in the store's order."""
        if isinstance(self.source, Endpoint):
            return endpoint.triples(self.source)
        return (quad.triple for quad in self.source)

    def graph(self) -> rdflib.Graph:
        """All the triples as an rdflib.Graph of its own; about 25 s and 1.3 GB for a million."""
        return as_rdflib(self.triples())


def open(path: str | Path = "output", *, graph: str = "", update: str = "") -> Store:
    """Open the store of a build for reading.

    path: the folder of a build, a pyoxigraph database, or the address of a SPARQL endpoint (as for kg.endpoint)
    graph, update: of a server, see kg.endpoint
    Raises UsageError where there is no store, saying which command makes it, StoreError for one that cannot be read.
    """
    import pyoxigraph as ox

    if is_address(path):
        to = endpoint.endpoint(str(path), update, graph)
        return Store(to.query, to)
    folder = Path(path)
    failed: Exception
    for _ in range(5):
        # A build that ends right now may take away what current.json just named; so may the one after it.
        database, base = _database(folder)
        try:
            return Store(str(path), ox.Store.read_only(str(database)), base)
        except (OSError, RuntimeError) as error:  # a damaged one is a RuntimeError
            failed = error
    raise StoreError(f"{database}: the store cannot be read ({failed}); make it anew with: kg build PAGES -o {folder}")


def is_address(path: str | Path) -> bool:
    """Whether a store is a server, by its address."""
    return str(path).startswith(("http://", "https://"))


def write(out: Path, base: str = BASE) -> int:
    """Load a build's Turtle files into a new database in `out`/store and make it the current one; returns the triples.

    Raises StoreLockedError where another process does the same, SyntaxError for what is not Turtle, OSError where the
    disk refuses; the store that was there stays in use.
    """
    with locked(out / "store" / "lock"):
        return int(json.loads(load(out, base))["triples"])


def load(out: Path, base: str = BASE) -> str:
    """As `write`, for whom the lock is held; returns what current.json says then."""
    import pyoxigraph as ox

    def fill(database: Path) -> int:
        opened = ox.Store(database)
        for part in TURTLE:
            opened.bulk_load(path=out / part, format=ox.RdfFormat.TURTLE)
        opened.flush()
        return len(opened)

    return _put(out, base, fill)


def _pieces(path: Path) -> Iterator[bytes]:
    """A Turtle file of a build in pieces, each with the prefixes: loaded whole it takes 0.6 GB a million triples."""
    head = rest = b""
    with path.open("rb") as file:
        for line in file:
            if not line.startswith(b"@prefix"):
                rest = line
                break
            head += line
        while data := file.read(PIECE):
            # Nodes are parted by an empty line, which no string holds.
            cut = data.rfind(b"\n\n") + 1
            if cut:
                yield head + rest + data[:cut]
                rest = data[cut:]
            else:
                rest += data
    yield head + rest


def change(
    out: Path, changes: Sequence[tuple[str, str]], prefixes: Mapping[str, str], count: int, base: str = BASE
) -> str:
    """Put nodes in place of those of the current database; returns what current.json says then.

    changes: IRI of a node, and its triples as Turtle, "" if it is gone; count: triples that there are afterwards
    It is done to a twin of the database, so that whoever reads, or opens it meanwhile, has all of it or nothing. A
    damaged database is loaded anew from the Turtle files.
    """
    import pyoxigraph as ox

    root = out / "store"
    name, _ = _told(root)
    if not changes:
        return _tell(out, name, base, count)

    def fill(database: Path) -> int:
        _twin(root / name, database)
        opened = ox.Store(database)
        gone = "".join(f"DELETE WHERE {{ <{iri}> ?p ?o }} ;\n" for iri, _ in changes)
        said = "".join(text for _, text in changes)
        opened.update(f"{gone}INSERT DATA {{\n{said}}}", prefixes=dict(prefixes))
        opened.flush()
        return count

    try:
        return _put(out, base, fill)
    except RuntimeError:  # it is damaged
        return load(out, base)


def _put(out: Path, base: str, fill: Callable[[Path], int]) -> str:
    """Put a new database in place of the current one; fill: makes it and returns its triples."""
    root = out / "store"
    old = [path for path in root.iterdir() if path.is_dir()]
    # Never a name that was there before: a reader may still have it open.
    name = str(1 + max((int(path.name) for path in old if path.name.isdigit()), default=0))
    try:
        current = _told(root)[0]
    except StoreError:  # none, or a damaged one: that of no database is in use then
        current = ""
    for path in old:
        if path.name != current:  # of a build that was killed: the disk may be full of it
            shutil.rmtree(path, ignore_errors=True)
    try:
        with _refused(root / name):
            count = fill(root / name)
        told = _tell(out, name, base, count)
    except BaseException:
        shutil.rmtree(root / name, ignore_errors=True)
        raise
    for path in old:
        shutil.rmtree(path, ignore_errors=True)
    return told


def _twin(database: Path, twin: Path) -> None:
    """A copy of a closed database; its tables, which RocksDB never writes again, are the same on the disk."""
    twin.mkdir()
    for path in database.iterdir():
        if path.suffix == ".sst":
            try:
                os.link(path, twin / path.name)
                continue
            except OSError:  # a file system without links
                pass
        if path.is_file() and path.name != "LOCK" and not path.name.startswith("LOG"):
            shutil.copyfile(path, twin / path.name)


@contextmanager
def _refused(database: Path) -> Iterator[None]:
    """What the disk refuses, with the name of the database: RocksDB gives neither number nor file."""
    try:
        yield
    except OSError as error:
        if error.errno is not None:
            raise
        number = errno.ENOSPC if "No space left" in str(error) else errno.EIO
        raise OSError(number, str(error), str(database)) from error


def is_at(out: Path, told: str) -> bool:
    """Whether the current database is the one that a build told of."""
    try:
        name, _ = _told(out / "store")
        return (out / "store" / CURRENT).read_text(encoding="utf-8") == told and (out / "store" / name).is_dir()
    except (OSError, StoreError):
        return False


def _tell(out: Path, name: str, base: str, count: int) -> str:
    """Say in current.json which database is in use."""
    digests = [_sha256(out / part) for part in TURTLE]
    told = json.dumps({"database": name, "base": base, "triples": count, "sha256": digests}) + "\n"
    with atomic_write(out / "store" / CURRENT) as file:
        file.write(told)
    return told


def turtle(opened: Store) -> tuple[Path, ...]:
    """The Turtle files that a store was loaded from, () unless they are there still and the same byte by byte."""
    folder = Path(opened.name)
    try:
        told = json.loads((folder / "store" / CURRENT).read_text(encoding="utf-8"))["sha256"]
        paths = tuple(folder / part for part in TURTLE)
        return paths if [_sha256(path) for path in paths] == told else ()
    except (OSError, ValueError, KeyError):
        return ()


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def send(to: Endpoint, out: Path) -> int:
    """Put a build's triples in place of a server's graph; returns how many. Raises StoreError where it refuses."""
    import pyoxigraph as ox

    parts = (ox.parse(path=out / part, format=ox.RdfFormat.TURTLE) for part in TURTLE)
    return endpoint.replace(to, (quad.triple for part in parts for quad in part))


def _database(folder: Path) -> tuple[Path, str]:
    """The current database of a build, or a folder that is a database itself, and its base IRI."""
    for root in (folder / "store", folder):
        if (root / CURRENT).is_file():
            name, base = _told(root)
            return root / name, base
    if (folder / "CURRENT").is_file():  # RocksDB's own
        return folder, BASE
    if not folder.is_dir():
        raise UsageError(f"{folder}: there is no such folder; make it with: kg build PAGES -o {folder}")
    raise UsageError(f"{folder}: there is no store in it; make it with: kg build PAGES -o {folder}")


def _told(root: Path) -> tuple[str, str]:
    """The name and base IRI that current.json gives. Raises StoreError where it is damaged."""
    try:
        told: Mapping[str, str] = json.loads((root / CURRENT).read_text(encoding="utf-8"))
        return str(int(told["database"])), told["base"]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise StoreError(f"{root / CURRENT}: it is damaged ({error}); make the store anew with kg build") from error
