"""The graph, or a part of it, in the formats that other tools read."""

from __future__ import annotations

import datetime as dt
import shutil
from collections.abc import Callable, Iterable, Mapping
from contextlib import ExitStack
from os import SEEK_CUR
from pathlib import Path
from typing import IO

from kg.errors import UsageError
from kg.exports import money, networks, selection, tables
from kg.exports.statements import Content, read
from kg.rdf import VOCABULARIES, order
from kg.rows import Rows
from kg.store import Store, turtle

RDF = {
    "turtle": "TURTLE",
    "ntriples": "N_TRIPLES",
    "nquads": "N_QUADS",
    "trig": "TRIG",
    "jsonld": "JSON_LD",
    "rdfxml": "RDF_XML",
}
WRITERS: Mapping[str, Callable[[Content, IO[bytes]], None]] = {
    "csv": tables.write_csv,
    "jsonl": tables.write_jsonl,
    "parquet": tables.write_parquet,
    "graphml": networks.write_graphml,
    "gexf": networks.write_gexf,
    "followthemoney": money.write,
}
FORMATS = (*RDF, *WRITERS, "neo4j")
ENDINGS = {
    ".ttl": "turtle", ".nt": "ntriples", ".nq": "nquads", ".trig": "trig", ".jsonld": "jsonld", ".rdf": "rdfxml",
    ".csv": "csv", ".jsonl": "jsonl", ".parquet": "parquet", ".graphml": "graphml", ".gexf": "gexf",
    ".ftm.json": "followthemoney",
}  # fmt: skip
"""The format that a file's name stands for."""


def export(
    store: Store, format: str, to: IO[bytes] | Path, *, about: str = "", depth: int = 1, since: dt.date | None = None
) -> None:
    """Write a store, or a part of it (see kg.exports.selection.select), in one of FORMATS.

    to: an open file, or a folder for neo4j
    Turtle of the whole is the build's own files, if they are still what was loaded; else RDF is written as it is read,
    in the store's order. The other formats take the facts into memory. Raises UsageError for a format that there is
    not, and as kg.exports.selection.select.
    """
    if format not in FORMATS:
        raise UsageError(f"--format {format}: it is one of {', '.join(FORMATS)}")
    part = bool(about or since)
    if part:
        store = selection.select(store, about, depth, since)
    if format == "neo4j":
        if not isinstance(to, Path):
            raise UsageError("neo4j is two files: give a folder with -o")
        networks.write_neo4j(read(store), to)
    elif isinstance(to, Path):
        raise UsageError(f"{format} is one file: give it open")
    elif format in RDF:
        _write_rdf(store, format, to, part)
    else:
        WRITERS[format](read(store), to)


def format_of(path: Path | None) -> str:
    """The format that a path stands for, Turtle where it says none."""
    name = path.name.lower() if path else ""
    return next((format for ending, format in ENDINGS.items() if name.endswith(ending)), "turtle")


def _join(files: Iterable[Path], to: IO[bytes]) -> None:
    """Write Turtle files as one: their prefixes, each once, then the rest as it is."""
    prefixes: set[bytes] = set()
    with ExitStack() as stack:
        opened = [stack.enter_context(path.open("rb")) for path in files]
        for file in opened:
            while (line := file.readline()).startswith(b"@"):
                prefixes.add(line)
            file.seek(-len(line), SEEK_CUR)
        to.writelines(sorted(prefixes))
        for file in opened:
            shutil.copyfileobj(file, to, 1 << 20)


KINDS = "SELECT (SAMPLE(?node) AS ?one) { ?node a ?class } GROUP BY ?class"


def _write_rdf(store: Store, format: str, to: IO[bytes], ordered: bool) -> None:
    """Write RDF; ordered: sorted by subject, as a database in memory does not have it."""
    import pyoxigraph as ox

    if format in ("turtle", "trig") and not ordered and (files := turtle(store)):
        _join(files, to)
        return
    kind: ox.RdfFormat = getattr(ox.RdfFormat, RDF[format])
    prefixes = _prefixes(store) if format in ("turtle", "trig", "rdfxml") else None
    if ordered:
        ox.serialize(sorted(store.triples(), key=order), to, kind, prefixes=prefixes)
    elif isinstance(store.source, ox.Store):
        store.source.dump(to, kind, from_graph=ox.DefaultGraph(), prefixes=prefixes)
    else:
        ox.serialize(store.triples(), to, kind, prefixes=prefixes)


def _prefixes(store: Store) -> dict[str, str]:
    """The vocabularies' prefixes, and those of the kinds of node that are there: told by one node of each class."""
    known = store.prefixes
    found = store.query(KINDS)
    assert isinstance(found, Rows)
    starts = {str(row["one"]).rpartition("/")[0] + "/" for row in found}
    return {prefix: start for prefix, start in known.items() if start in starts or prefix in VOCABULARIES}
