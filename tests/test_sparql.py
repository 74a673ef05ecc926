"""Queries before they run: what is refused, parameters bound as terms, prefixes, and complaints people can read."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyoxigraph as ox
import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import sparql
from kg.errors import QueryError, UsageError

QUOTE = "'''"
CALLS = {
    "plain": "SELECT * { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "small": "select * { service <http://127.0.0.1/> { ?s ?p ?o } }",
    "mixed": "SELECT * { SeRvIcE SILENT <http://127.0.0.1/> { ?s ?p ?o } }",
    "glued to a name": "PREFIX ex: <http://e/> SELECT * { SERVICEex:foo { ?s ?p ?o } }",
    "glued to silent": "SELECT * { SERVICESILENT<http://127.0.0.1/> { ?s ?p ?o } }",
    "glued to a word before": "SELECT * { ?s ?p trueSERVICE<http://127.0.0.1/> { ?s ?p ?o } }",
    "glued to a number": "SELECT * { ?s ?p 1SERVICE<http://127.0.0.1/> { ?s ?p ?o } }",
    "glued to brackets": "SELECT * { ?s ?p []SERVICE<http://127.0.0.1/> { ?s ?p ?o } }",
    "to a variable": "SELECT * { SERVICE ?where { ?s ?p ?o } }",
    "after a comment": "SELECT * { # all\rSERVICE<http://127.0.0.1/> { ?s ?p ?o }\n}",
    "in a subquery": "SELECT * { { SELECT ?s { SERVICE <http://127.0.0.1/> { ?s ?p ?o } } } }",
    "in NOT EXISTS": "ASK { ?s ?p ?o FILTER NOT EXISTS { SERVICE <http://127.0.0.1/> { ?s ?p ?o } } }",
    "in OPTIONAL": "ASK { OPTIONAL { SERVICE <http://127.0.0.1/> { ?s ?p ?o } } }",
    "in CONSTRUCT": "CONSTRUCT { ?s ?p ?o } { SERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "escaped": r"SELECT * { \u0053ERVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "escaped at length": r"SELECT * { S\U00000045RVICE <http://127.0.0.1/> { ?s ?p ?o } }",
    "quoted, were <'> an IRI": "SELECT * { ?s ?p ?o FILTER(?o<'>')SERVICE<http://127.0.0.1/>{?s ?p ?o}FILTER(?o!='')}",
    "quoted, were <?x#> an IRI": (
        f"SELECT * {{ ?s ?p ?o FILTER(?o<?x#>{QUOTE}\n)SERVICE<http://127.0.0.1/>{{?s ?p ?o}}#{QUOTE}\n}}"
    ),
    "quoted after an escape": "SELECT * { ?s ?p \\'.SERVICE<http://127.0.0.1/>{?s ?p ?o}#'\n}",
    "long s": "SELECT * { \u017fervice <http://127.0.0.1/> { ?s ?p ?o } }",
    "as a prefix": "PREFIX service: <http://e/> SELECT * { service:foo { ?s ?p ?o } }",
}


@pytest.mark.parametrize("query", CALLS.values(), ids=CALLS)
def test_a_call_to_another_server_is_refused(query: str) -> None:
    with pytest.raises(QueryError, match=r"SERVICE is refused|may hide a call"):
        sparql.check(query)


HARMLESS = [
    "SELECT * { ?service ?p ?o }",
    'SELECT * { ?s ?p "SERVICE <http://127.0.0.1/>" }',
    "SELECT * { ?s ?p ?o # SERVICE <http://127.0.0.1/>\n}",
    "SELECT * { <http://example.org/service#x> ?p ?o }",
    "PREFIX schema: <http://schema.org/> SELECT * { ?s schema:serviceType ?o }",
]


@pytest.mark.parametrize("query", HARMLESS)
def test_the_word_alone_is_no_call(query: str) -> None:
    assert sparql.check(query) == "SELECT"


REFUSED = [
    ("LOAD <http://127.0.0.1/>", "LOAD is no query"),
    ("# x\n  insert data { <a:a> <a:a> 1 }", "line 2, column 3: insert is no query"),
    ("PREFIX a: <http://e/> DELETE WHERE { ?s ?p ?o }", "DELETE is no query"),
    ("define get:soft 'replace' SELECT * {}", "define is no query"),
    ("", "there is no query"),
    ("<http://e/>", "there is no query"),
    ("SELECT * { " + "{" * 100 + "}" * 100 + "}", "more than 100 brackets are open at once"),
    ("SELECT * { ?s ?p " + "(" * 101 + ")" * 101 + "}", "more than 100 brackets are open at once"),
    ("SELECT * { ?s ?p '" + "长" * 30_000 + "' }", "the query has more than 65536 bytes"),
]


@pytest.mark.parametrize(("query", "message"), REFUSED, ids=[message for _, message in REFUSED])
def test_refused(query: str, message: str) -> None:
    with pytest.raises(QueryError, match=message):
        sparql.check(query)


@pytest.mark.parametrize("form", sparql.FORMS)
def test_the_four_forms(form: str) -> None:
    assert sparql.check(f"BASE <http://e/> PREFIX ex: <http://e/> {form.lower()} {{}}") == form


def test_brackets_in_strings_do_not_nest() -> None:
    assert sparql.check("SELECT * { ?s ?p '" + "{" * 200 + "' }") == "SELECT"


INJECTIONS = [
    '沈东" . ?x ?y ?z . "',
    "沈东' } #",
    '"""',
    "\\",
    '\\"@zh } UNION { ?s ?p ?o } #',
    "$day",
    "沈东\n} SERVICE <http://127.0.0.1/> { ?s ?p ?o",
    "\u0000",
    "> <http://e/",
]


@pytest.mark.parametrize("value", INJECTIONS)
def test_a_value_stays_one_term(value: str) -> None:
    query = sparql.bind("SELECT ($who AS ?is) {}", {"who": ox.Literal(value, language="zh")})
    (row,) = ox.Store().query(query)
    assert row["is"] == ox.Literal(value, language="zh")
    assert [token.kind for token in sparql.tokens(query)].count("string") == 1


@given(st.text())
def test_any_text_comes_back_as_it_was(value: str) -> None:
    query = sparql.bind("SELECT ($text AS ?is) {}", {"text": sparql.term(value, "text")})
    (row,) = ox.Store().query(query)
    assert row["is"].value == value


@pytest.mark.parametrize("value", ["http://e/> ?p ?o . <http://e/", "no iri", "http://e/a b", ""])
def test_what_is_no_iri_is_refused(value: str) -> None:
    with pytest.raises(UsageError, match="is no iri"):
        sparql.term(value, "iri")


def test_parameters_are_whole_tokens_outside_strings() -> None:
    query = "SELECT ?who { ?who ?p $who, $whom ; ?q '$who' } # $who"
    bound = sparql.bind(query, {"who": ox.Literal("x")})
    assert bound == "SELECT ?who { ?who ?p \"x\", $whom ; ?q '$who' } # $who"
    with pytest.raises(QueryError, match=r"no parameter \$when"):
        sparql.bind(query, {"when": ox.Literal("x")})


TERMS = [
    ("沈\u200b东 ", "name", '"沈东"@zh'),
    ("沈东 ", "text", '"沈东 "'),
    ("2025-03-04", "date", '"2025-03-04"^^<http://www.w3.org/2001/XMLSchema#date>'),
    ("-5", "integer", '"-5"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    ("1E2", "decimal", '"100"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
    ("True", "boolean", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
    ("kg:Person", "iri", "<https://w3id.org/local-news-kg/ontology#Person>"),
    ("<http://e/x>", "iri", "<http://e/x>"),
    (dt.date(2025, 3, 4), "name", '"2025-03-04"^^<http://www.w3.org/2001/XMLSchema#date>'),
    (Decimal("1.5"), "name", '"1.5"^^<http://www.w3.org/2001/XMLSchema#decimal>'),
    (7, "name", '"7"^^<http://www.w3.org/2001/XMLSchema#integer>'),
    (True, "name", '"true"^^<http://www.w3.org/2001/XMLSchema#boolean>'),
    (ox.Literal("x", language="en"), "name", '"x"@en'),
]


@pytest.mark.parametrize(("value", "kind", "written"), TERMS)
def test_terms(value: object, kind: str, written: str) -> None:
    assert str(sparql.term(value, kind, sparql.known_prefixes())) == written


WRONG = [
    ("4. März", "date"),
    ("5.5", "integer"),
    ("NaN", "decimal"),
    ("Infinity", "decimal"),
    ("maybe", "boolean"),
    ("x", "colour"),
]


@pytest.mark.parametrize(("value", "kind"), WRONG)
def test_values_of_no_type(value: str, kind: str) -> None:
    with pytest.raises(UsageError, match=kind):
        sparql.term(value, kind)


COMPLAINTS = [
    ("SELECT * {\n  ?s ?p", 'line 2, column 8: expected "'),
    ("SELECT * {\n ?s foaf:x ?o }", "line 2, column 5: the prefix foaf: is not known; declare it: PREFIX foaf: <…>"),
    ("SELECT ?x {} GROUP BY ?y", "line 1, column 25: The SELECT contains a variable that is unbound"),
    ("SELECT ?s WERE {}", "line 1, column 16: expected DISTINCT or WHERE"),
]


@pytest.mark.parametrize(("query", "message"), COMPLAINTS)
def test_complaints_name_line_and_column(query: str, message: str) -> None:
    with pytest.raises(SyntaxError) as raised:
        ox.Store().query(query)
    assert str(sparql.misread(query, raised.value, {})).startswith(message)


def test_known_prefixes_follow_the_base() -> None:
    known = sparql.known_prefixes("https://data.example.org/news/")
    assert known["person"] == "https://data.example.org/news/id/person/"
    assert known["kg"] == "https://w3id.org/local-news-kg/ontology#"


def test_the_prologue_has_what_is_used_and_not_declared() -> None:
    query = "PREFIX xsd: <http://e/> SELECT * { ?s a kg:Person ; xsd:x 'rdfs:label' } # skos:x"
    assert sparql.prologue(query, sparql.known_prefixes()) == "PREFIX kg: <https://w3id.org/local-news-kg/ontology#> "
