"""Answers within limits, in each format, compared with what pyoxigraph writes itself."""

from __future__ import annotations

import json
from collections import Counter

import pyoxigraph as ox
import pytest

from kg import answers
from kg.answers import Request, answer
from kg.errors import LimitError, QueryError
from kg.store import Store

DATA = r"""
@prefix : <http://example.org/> .
:a :name "沈"@zh , "plain" , "tab\tline\nquote\" comma, back\\slash" ; :size 3 , 2.50 , 1e3 , true ; :knows [ :name "x" ] .
:b :knows :a ; :raw "<&>]]>"^^:odd .
"""
MEDIA = {
    "JSON": "application/sparql-results+json",
    "XML": "application/sparql-results+xml",
    "CSV": "text/csv",
    "TSV": "text/tab-separated-values",
}


@pytest.fixture(scope="module")
def store() -> Store:
    made = ox.Store()
    made.load(DATA, format=ox.RdfFormat.TURTLE)
    return Store("memory", made)


@pytest.mark.parametrize("format", MEDIA)
@pytest.mark.parametrize(
    "query",
    [
        "SELECT ?s ?p ?o { ?s ?p ?o } ORDER BY ?s ?p ?o",
        "SELECT ?s ?none { ?s ?p ?o } ORDER BY ?s",
        "SELECT * {}",
        "SELECT ?x { VALUES ?x { UNDEF } }",
        "SELECT ?x { VALUES ?x {} }",
        "SELECT (<<( ?s ?p ?o )>> AS ?t) { ?s ?p ?o } ORDER BY ?s ?p ?o",
        "ASK { ?s ?p 3 }",
        "ASK { ?s ?p 4 }",
    ],
)
def test_a_format_is_as_the_library_writes_it(store: Store, query: str, format: str) -> None:
    results = store.source.query(query)  # type: ignore[union-attr]
    expected = results.serialize(format=getattr(ox.QueryResultsFormat, format))
    given = answer(store, Request(query, MEDIA[format]))
    assert given.media_type == MEDIA[format]
    assert not given.truncated
    if format == "JSON":
        assert json.loads(given.body) == json.loads(expected)
    else:
        assert given.body.decode() == expected.decode()


@pytest.mark.parametrize(
    "media", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
)
@pytest.mark.parametrize(
    "query", ["CONSTRUCT WHERE { ?s <http://example.org/knows> ?o }", "DESCRIBE <http://example.org/b>"]
)
def test_triples_come_in_each_format(store: Store, query: str, media: str) -> None:
    given = answer(store, Request(query, media))
    parsed = ox.parse(given.body, format=ox.RdfFormat.from_media_type(media))
    assert Counter(quad.predicate for quad in parsed) == Counter(t.predicate for t in store.source.query(query))  # type: ignore[union-attr]
    assert given.rows == 2


@pytest.mark.parametrize(("rows", "more"), [(0, True), (3, True), (10, True), (11, False), (12, False)])
def test_rows_beyond_the_limit_are_cut_off_and_it_says_so(store: Store, rows: int, more: bool) -> None:
    told = json.loads(answer(store, Request("SELECT * { ?s ?p ?o }", rows=rows)).body)
    assert len(told["results"]["bindings"]) == min(rows, 11)
    assert told.get("truncated", False) is more
    for query, accept in (("SELECT * { ?s ?p ?o }", "text/csv"), ("CONSTRUCT WHERE { ?s ?p ?o }", "text/turtle")):
        given = answer(store, Request(query, accept, rows=rows))
        assert (given.rows, given.truncated) == (min(rows, 11), more)


def test_an_endless_answer_is_cut_off_before_it_is_there(store: Store) -> None:
    product = " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(12))  # 10^12 solutions
    assert answer(store, Request(f"SELECT * {{ {product} }}", rows=5)).rows == 5


def test_large_values_are_refused(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answers, "LARGEST", 1000)
    query = f"SELECT ?x {{ ?s ?p ?o BIND('{'x' * 300}' AS ?x) }}"
    with pytest.raises(LimitError, match="more than 0 MB; ask for less"):
        answer(store, Request(query))
    with pytest.raises(LimitError):
        answer(store, Request(query.replace("SELECT ?x", "CONSTRUCT { ?s ?p ?x }")))


def test_a_dataset_of_the_request_goes_before_that_of_the_query() -> None:
    made = ox.Store()
    for name in "gh":
        made.add(ox.Quad(ox.NamedNode("urn:s"), ox.NamedNode("urn:p"), ox.Literal(name), ox.NamedNode(f"urn:{name}")))
    store = Store("memory", made)
    query = "SELECT ?o FROM <urn:g> { ?s ?p ?o }"
    assert b'"g"' in answer(store, Request(query)).body
    assert b'"h"' in answer(store, Request(query, default_graphs=("urn:h",))).body
    assert answer(store, Request(query, named_graphs=("urn:h",))).rows == 0
    assert answer(store, Request("SELECT * { GRAPH ?g { ?s ?p ?o } }", named_graphs=("urn:h",))).rows == 1
    assert answer(store, Request("SELECT * { GRAPH ?g { ?s ?p ?o } }", default_graphs=("urn:h",))).rows == 0


def test_a_fault_has_its_place(store: Store) -> None:
    with pytest.raises(QueryError) as caught:
        answer(store, Request("SELECT *\n{ ?s ?p }"))
    assert (caught.value.line, caught.value.column) == (2, 10)


def test_a_function_that_the_store_does_not_know_is_named(store: Store) -> None:
    with pytest.raises(QueryError, match=r"function <http://example\.org/f> is not supported"):
        answer(store, Request("SELECT (<http://example.org/f>(1) AS ?x) {}"))
