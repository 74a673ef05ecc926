"""Answering one query within limits: rows and bytes are counted here, time and memory by kg.workers around it."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any

from kg import questions, rdf, sparql
from kg.errors import LimitError, QueryError, StoreError, UsageError
from kg.formats import GRAPHS, RESULTS, negotiate
from kg.ontology import XSD

if TYPE_CHECKING:
    import pyoxigraph as ox
    from pyoxigraph import QueryBoolean, QuerySolutions, Triple

    from kg.rows import Node
    from kg.store import Store

ROWS = 10_000
"""solutions or triples that an answer may have; what is beyond is cut off, and the answer says so"""
LARGEST = 64 << 20
"""bytes that an answer may have"""


@dataclass(frozen=True, slots=True)
class Request:
    """A query as a client sends it.

    query: SPARQL, or name or title of a ready question; accept: an Accept header
    values: its parameters, NAME or NAME:TYPE -> value, as for kg.questions.prepare
    default_graphs, named_graphs: IRIs of the dataset; () where the query says it
    rows: solutions or triples wanted at most
    """

    query: str
    accept: str = "*/*"
    values: Mapping[str, str] = field(default_factory=dict)
    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()
    rows: int = ROWS


@dataclass(frozen=True, slots=True)
class Answer:
    """What is sent back; rows: solutions or triples in it; truncated: whether there was more than `Request.rows`."""

    media_type: str
    body: bytes
    rows: int
    truncated: bool


def answer(store: Store, request: Request) -> Answer:
    """Run a query and write its answer in a format that the client takes.

    Raises QueryError for a query that is malformed or refused, UsageError for wrong parameters, NotAcceptableError,
    LimitError where the answer is larger than LARGEST, StoreError where the store cannot be read.
    """
    import pyoxigraph as ox

    if len(request.query) > sparql.LONGEST:
        raise QueryError(f"the query has more than {sparql.LONGEST} bytes")
    prepared = questions.prepare(request.query, request.values, store.prefixes)
    formats = RESULTS if prepared.form in ("SELECT", "ASK") else GRAPHS
    media = negotiate(request.accept, list(formats))
    assert isinstance(store.source, ox.Store)
    try:
        results = store.source.query(
            prepared.query,
            base_iri=store.base,
            prefixes=store.prefixes,
            default_graph=_graphs(request.default_graphs, request.named_graphs),
            named_graphs=_graphs(request.named_graphs, request.default_graphs),
        )
        body, count, more = _written(results, formats[media], request.rows, store.base)
    except SyntaxError as error:
        raise sparql.misread(prepared.query, error, store.prefixes) from error
    except RuntimeError as error:
        # Well-formed, but more than the store can do: a function that it does not know, say.
        raise QueryError(str(error)) from error
    except OSError as error:
        raise StoreError(f"{store.name}: the query failed: {error}") from error
    return Answer(media, body, count, more)


def _graphs(own: Iterable[str], others: Iterable[str]) -> list[Any] | None:
    """The graphs of one half of a dataset. None, for "as the query says", only where the other half is unsaid too.

    Raises UsageError for what is no IRI.
    """
    import pyoxigraph as ox

    if not own and not others:
        return None
    try:
        return [ox.NamedNode(iri) for iri in own]
    except ValueError as error:
        raise UsageError(f"no IRI of a graph: {error}") from error


def _written(
    results: QuerySolutions | QueryBoolean | Iterable[Triple], format: str, rows: int, base: str
) -> tuple[bytes, int, bool]:
    import pyoxigraph as ox

    if isinstance(results, ox.QueryBoolean):
        return bytes(results.serialize(format=getattr(ox.QueryResultsFormat, format)) or b""), 1, False
    if isinstance(results, ox.QuerySolutions):
        written, count, more = solutions(results, rows)
        if format == "JSON":
            return written, count, more
        # The other formats are the library's own; it reads them from JSON, the one format that it cannot cut off.
        parsed = ox.parse_query_results(written, format=ox.QueryResultsFormat.JSON)
        return bytes(parsed.serialize(format=getattr(ox.QueryResultsFormat, format)) or b""), count, more
    triples = list(islice(results, rows + 1))
    graph = getattr(ox.RdfFormat, format)
    readable = graph in (ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML)
    body = ox.serialize(triples[:rows], format=graph, prefixes=rdf.prefixes(base, triples) if readable else None)
    return _bounded(body or b""), min(len(triples), rows), len(triples) > rows


def solutions(results: QuerySolutions, rows: int) -> tuple[bytes, int, bool]:
    """SPARQL 1.1 Query Results JSON of the first `rows` solutions, how many they are, and whether there are more.

    One that was cut off has `"truncated": true` beside `head` and `results`. Raises LimitError above LARGEST bytes.
    """
    names = [variable.value for variable in results.variables]
    lines: list[str] = []
    size, more = 0, False
    for row in results:
        if len(lines) == rows:
            more = True
            break
        bound = {name: _term(term) for name, term in zip(names, row, strict=True) if term is not None}
        lines.append(json.dumps(bound, ensure_ascii=False, separators=(",", ":")))
        size += len(lines[-1])
        if size > LARGEST:
            raise _too_large()
    head = json.dumps({"vars": names}, ensure_ascii=False, separators=(",", ":"))
    mark = '"truncated":true,' if more else ""
    text = f'{{"head":{head},{mark}"results":{{"bindings":[{",".join(lines)}]}}}}'
    return _bounded(text.encode("utf-8", "replace")), len(lines), more


def _term(term: Node) -> dict[str, Any]:
    import pyoxigraph as ox

    match term:
        case ox.NamedNode():
            return {"type": "uri", "value": term.value}
        case ox.BlankNode():
            return {"type": "bnode", "value": term.value}
        case ox.Literal():
            return {"type": "literal", "value": term.value} | _kind(term)
    parts = (("subject", term.subject), ("predicate", term.predicate), ("object", term.object))
    return {"type": "triple", "value": {name: _term(part) for name, part in parts}}


def _kind(literal: ox.Literal) -> dict[str, str]:
    if literal.language:
        direction = getattr(literal, "direction", None)
        return {"xml:lang": literal.language} | ({"its:dir": direction.value} if direction else {})
    datatype = literal.datatype.value
    return {} if datatype == XSD + "string" else {"datatype": datatype}


def _bounded(body: bytes) -> bytes:
    if len(body) > LARGEST:
        raise _too_large()
    return body


def _too_large() -> LimitError:
    return LimitError("size", f"the answer has more than {LARGEST >> 20} MB; ask for less, or with LIMIT and OFFSET")
