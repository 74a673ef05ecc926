"""What a query gave, written out: as a table, CSV, TSV, JSON, JSON lines or XML, streaming where the format lets it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from io import TextIOWrapper
from typing import IO, TYPE_CHECKING

from kg.rows import table, value

if TYPE_CHECKING:
    from pyoxigraph import QueryBoolean, QuerySolutions, Triple

    Results = QuerySolutions | QueryBoolean | Iterator[Triple]

FORMATS = ("table", "csv", "tsv", "json", "jsonl", "xml")


def write(results: Results, format: str, to: IO[bytes], prefixes: Mapping[str, str]) -> None:
    """Write results in one of FORMATS.

    csv, tsv, json and xml of solutions are W3C's; the answer to ASK is `true` or `false` where W3C has no format.
    Triples are written as Turtle (table), JSON-LD (json) and RDF/XML (xml), else as rows of subject, predicate, object.
    """
    import pyoxigraph as ox

    match results:
        case ox.QueryBoolean() if format not in ("json", "xml"):
            to.write(b"true\n" if results else b"false\n")
        case ox.QueryBoolean():
            results.serialize(to, getattr(ox.QueryResultsFormat, format.upper()))
        case ox.QuerySolutions():
            names = [variable.value for variable in results.variables]
            _solutions(results, names, format, to, prefixes)
        case _:
            _triples(results, format, to, prefixes)
    if format in ("json", "xml"):
        to.write(b"\n")


def _solutions(
    results: QuerySolutions, names: list[str], format: str, to: IO[bytes], prefixes: Mapping[str, str]
) -> None:
    import pyoxigraph as ox

    if format == "table":
        to.write(table(names, results, prefixes).encode(errors="backslashreplace"))
    elif format == "jsonl":
        for row in results:
            cells = {name: value(term) for name, term in zip(names, row, strict=True) if term is not None}
            to.write((json.dumps(cells, ensure_ascii=False, default=_plain) + "\n").encode(errors="backslashreplace"))
    else:
        results.serialize(to, getattr(ox.QueryResultsFormat, format.upper()))


def _triples(triples: Iterator[Triple], format: str, to: IO[bytes], prefixes: Mapping[str, str]) -> None:
    import pyoxigraph as ox

    graphs = {"table": ox.RdfFormat.TURTLE, "json": ox.RdfFormat.JSON_LD, "xml": ox.RdfFormat.RDF_XML}
    if format in graphs:
        found = list(triples)
        ox.serialize(found, to, graphs[format], prefixes=used(found, prefixes))
        return
    rows = ((triple.subject, triple.predicate, triple.object) for triple in triples)
    names = ("subject", "predicate", "object")
    if format == "jsonl":
        for row in rows:
            cells = {name: value(term) for name, term in zip(names, row, strict=True)}
            to.write((json.dumps(cells, ensure_ascii=False, default=_plain) + "\n").encode())
        return
    import csv

    text = TextIOWrapper(to, encoding="utf-8", newline="", write_through=True)
    if format == "csv":
        writer = csv.writer(text)
        writer.writerow(names)
        writer.writerows([value(term) for term in row] for row in rows)
    else:
        text.write("\t".join(f"?{name}" for name in names) + "\n")
        text.writelines("\t".join(map(str, row)) + "\n" for row in rows)
    text.detach()


def used(triples: Iterable[Triple], prefixes: Mapping[str, str]) -> dict[str, str]:
    """Those of the prefixes that an IRI of the triples begins with."""
    import pyoxigraph as ox

    def iris() -> Iterator[str]:
        for triple in triples:
            for term in (triple.subject, triple.predicate, triple.object):
                if isinstance(term, ox.NamedNode):
                    yield term.value
                elif isinstance(term, ox.Literal) and not term.language:
                    yield term.datatype.value

    starts = {iri[: max(iri.rfind("/"), iri.rfind("#")) + 1] for iri in iris()}
    return {prefix: start for prefix, start in prefixes.items() if start in starts}


def count(results: Results) -> int:
    """How many solutions or triples there are, read to the end; 1 for a truth value."""
    import pyoxigraph as ox

    return 1 if isinstance(results, ox.QueryBoolean) else sum(1 for _ in results)


def _plain(value: object) -> object:
    """What JSON has no type for: an exact decimal as a number, a date as text."""
    from decimal import Decimal

    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return str(value)
