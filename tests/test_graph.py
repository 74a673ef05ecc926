"""How each predicate becomes RDF; and the files: no blank node, the same for every reader and every time."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import random
import subprocess
import sys
from decimal import Decimal
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from rdflib.compare import graph_diff, isomorphic, to_isomorphic

from kg.errors import ConfigurationError, UsageError
from kg.graph import build
from kg.model import Article, Entity, Fact, Metadata, Quantity, Ref, TimeSpan
from kg.ontology import BASE, KG, load
from kg.rdf import clean, days, edtf, prefixes, write_turtle

PREFIXES = """
@prefix kg: <https://w3id.org/local-news-kg/ontology#> .
@prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
@prefix edtf: <http://id.loc.gov/datatypes/edtf/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix id: <https://w3id.org/local-news-kg/id/> .
"""
KINDS = (
    "Person",
    "Meeting",
    "Visit",
    "Company",
    "Institution",
    "Place",
    "Venue",
    "Project",
    "Post",
    "Product",
    "Honour",
    "Tier",
)
ENTITIES = tuple(Entity(f"{kind.lower()}/1", kind, f"{kind}一", kind) for kind in KINDS)
PERSON, MEETING, VISIT, COMPANY, SCHOOL, PLACE, VENUE, PROJECT, POST, PRODUCT, HONOUR, TIER = (
    Ref(entity.label, entity.type, entity.id) for entity in ENTITIES
)
STORY = Article("A.md#2", "A.md", "标题", "文", (0,), (), 0, 1, Metadata(dt.date(2025, 2, 8)))
BYLINE = Ref("标题", "Article")


def money(value: str, text: str, modifier: str = "") -> Quantity:
    return Quantity(Decimal(value), "元", modifier, text)


def on(text: str, iso: str, first: dt.date, last: dt.date) -> TimeSpan:
    return TimeSpan(text, iso, first, last)


def fact(
    subject: Ref, predicate: str, obj: Ref | Quantity | TimeSpan, status: str = "actual", **qualifiers: str | bool
) -> Fact:
    pairs = tuple(sorted(qualifiers.items()))
    return Fact("A.md#2", "A.md", subject, predicate, obj, 5, 7, "引文", "r/r", status, 0.9, qualifiers=pairs)


FEB7 = on("昨天", "2025-02-07", dt.date(2025, 2, 7), dt.date(2025, 2, 7))
DEC = on("2024年底", "2024-12", dt.date(2024, 12, 1), dt.date(2024, 12, 31))
H2 = on("明年下半年", "2026-H2", dt.date(2026, 7, 1), dt.date(2026, 12, 31))
FALL = Quantity(Decimal("-4.50"), "%", "", "下降4.5%")
FEB7_RDF = """[ a kg:TimeSpan ; kg:edtf "2025-02-07"^^edtf:EDTF ; kg:firstDay "2025-02-07"^^xsd:date ;
    kg:lastDay "2025-02-07"^^xsd:date ; kg:wording "昨天"@zh ]"""
CASES = [
    *(
        (fact(PERSON, name, MEETING), f"<person/1> kg:{name} <meeting/1> .")
        for name in ("presidedOver", "attended", "observed", "spokeAt")
    ),
    *((fact(PERSON, name, VISIT), f"<person/1> kg:{name} <visit/1> .") for name in ("led", "accompanied")),
    (fact(VISIT, "visited", COMPANY), "<visit/1> kg:visited <company/1> ."),
    (fact(PERSON, "postAt", COMPANY), "<person/1> kg:postAt <company/1> ."),
    (fact(MEETING, "heldIn", VENUE), "<meeting/1> kg:heldIn <venue/1> ."),
    (fact(MEETING, "organizedBy", SCHOOL), "<meeting/1> kg:organizedBy <institution/1> ."),
    (fact(COMPANY, "locatedIn", PLACE), "<company/1> kg:locatedIn <place/1> ."),
    (fact(COMPANY, "undertakes", PROJECT), "<company/1> kg:undertakes <project/1> ."),
    (fact(COMPANY, "produces", PRODUCT), "<company/1> kg:produces <product/1> ."),
    (fact(COMPANY, "signedWith", SCHOOL), "<company/1> kg:signedWith <institution/1> ."),
    (fact(COMPANY, "awarded", HONOUR), "<company/1> kg:awarded <honour/1> ."),
    (fact(PROJECT, "classifiedAs", TIER), "<project/1> kg:classifiedAs <tier/1> ."),
    (fact(BYLINE, "reportedBy", PERSON), "<article/2d63174e212b2fdb.2> kg:reportedBy <person/1> ."),
    (fact(BYLINE, "photographedBy", PERSON), "<article/2d63174e212b2fdb.2> kg:photographedBy <person/1> ."),
    (
        fact(PERSON, "holdsPost", POST),
        """<person/1> kg:holdsPost <post/1> .
        [] a kg:Membership ; kg:person <person/1> ; kg:post <post/1> ; kg:observedDuring [ a kg:TimeSpan ;
            kg:edtf "2025-02-08"^^edtf:EDTF ; kg:firstDay "2025-02-08"^^xsd:date ;
            kg:lastDay "2025-02-08"^^xsd:date ] .""",
    ),
    (fact(MEETING, "heldOn", FEB7), f"<meeting/1> kg:heldOn {FEB7_RDF} ."),
    (fact(MEETING, "heldOn", TimeSpan("日前")), '<meeting/1> kg:heldOn [ a kg:TimeSpan ; kg:wording "日前"@zh ] .'),
    (fact(PROJECT, "startedOn", FEB7), f"<project/1> kg:startedOn {FEB7_RDF} ."),
    (
        fact(PROJECT, "startedOn", on("一季度", "2025-Q1", dt.date(2025, 1, 1), dt.date(2025, 3, 31)), "planned"),
        """<project/1> kg:expectedStart [ a kg:TimeSpan ; kg:edtf "2025-01/2025-03"^^edtf:EDTF ;
            kg:wording "一季度"@zh ;
            kg:firstDay "2025-01-01"^^xsd:date ; kg:lastDay "2025-03-31"^^xsd:date ] .""",
    ),
    (
        fact(PROJECT, "completedOn", DEC, phase="一期"),
        """<project/1> kg:hasPhase _:phase .
        _:phase a kg:ProjectPhase ; rdfs:label "Project一一期"@zh ; kg:phase "一期"@zh ;
            kg:completedOn [ a kg:TimeSpan ;
            kg:edtf "2024-12"^^edtf:EDTF ; kg:firstDay "2024-12-01"^^xsd:date ; kg:lastDay "2024-12-31"^^xsd:date ;
            kg:wording "2024年底"@zh ] .""",
    ),
    (
        fact(PROJECT, "completedOn", H2, "planned"),
        """<project/1> kg:expectedCompletion [ a kg:TimeSpan ; kg:edtf "2026-07/2026-12"^^edtf:EDTF ;
            kg:firstDay "2026-07-01"^^xsd:date ; kg:lastDay "2026-12-31"^^xsd:date ; kg:wording "明年下半年"@zh ] .""",
    ),
    (
        fact(PROJECT, "totalInvestment", money("3.5E+8", "超3.5亿元", ">")),
        """<project/1> kg:totalInvestment [ a kg:MonetaryAmount ; kg:value "350000000"^^xsd:decimal ;
            kg:currency "CNY" ; kg:unitText "元"@zh ; kg:modifier ">" ; kg:wording "超3.5亿元"@zh ] .""",
    ),
    (
        fact(PROJECT, "totalInvestment", Quantity(Decimal("2E+7"), "美元", "", "2000万美元"), "planned", phase="二期"),
        """<project/1> kg:hasPhase _:phase .
        _:phase a kg:ProjectPhase ; rdfs:label "Project一二期"@zh ; kg:phase "二期"@zh ; kg:totalInvestment [
            a kg:MonetaryAmount ; kg:value "20000000"^^xsd:decimal ; kg:currency "USD" ; kg:unitText "美元"@zh ;
            kg:wording "2000万美元"@zh ] .""",
    ),
    (
        fact(PROJECT, "annualCapacity", Quantity(Decimal(50000), "台", "", "5万台"), "planned", product="Product一"),
        """<project/1> kg:annualCapacity [ a kg:Capacity ; kg:value "50000"^^xsd:decimal ; kg:unit "{台}/a" ;
            kg:per "a" ; kg:unitText "台"@zh ; kg:wording "5万台"@zh ; kg:product <product/1> ] .""",
    ),
    (
        fact(COMPANY, "annualCapacity", Quantity(Decimal("1.5"), "吨", "~", "约1.5吨"), product="茶叶", phase="一期"),
        """<company/1> kg:annualCapacity [ a kg:Capacity ; kg:value "1.5"^^xsd:decimal ; kg:unit "t/a" ; kg:per "a" ;
            kg:unitText "吨"@zh ; kg:modifier "~" ; kg:wording "约1.5吨"@zh ; kg:phase "一期"@zh ;
            kg:product [ a kg:Product ; rdfs:label "茶叶"@zh ] ] .""",
    ),
    (
        fact(PROJECT, "expectedRevenue", money("8E+8", "8亿元"), kind="产值"),
        """<project/1> kg:expectedRevenue [ a kg:MonetaryAmount ; kg:value "800000000"^^xsd:decimal ;
            kg:currency "CNY" ; kg:unitText "元"@zh ; kg:wording "8亿元"@zh ; kg:kind "产值"@zh ] .""",
    ),
    (
        fact(PROJECT, "area", Quantity(Decimal(120), "亩", "", "120亩"), kind="占地"),
        """<project/1> kg:area [ a kg:Area ; kg:value "120"^^xsd:decimal ; kg:unit "{亩}" ; kg:unitText "亩"@zh ;
            kg:wording "120亩"@zh ; kg:kind "占地"@zh ] .""",
    ),
    (
        fact(PLACE, "statistic", FALL, indicator="进口额", growth=True, period="2024"),
        """<place/1> kg:statistic _:o .
        _:o a kg:Observation ; kg:about <place/1> ; kg:indicator [ a kg:Indicator ; rdfs:label "进口额"@zh ] ;
            kg:measure kg:Growth ; kg:period [ a kg:TimeSpan ; kg:edtf "2024"^^edtf:EDTF ;
                kg:firstDay "2024-01-01"^^xsd:date ; kg:lastDay "2024-12-31"^^xsd:date ] ;
            kg:quantity [ a kg:Quantity ; kg:value "-4.5"^^xsd:decimal ; kg:unit "%" ; kg:unitText "%"@zh ;
                kg:wording "下降4.5%"@zh ] .""",
    ),
    (
        fact(PLACE, "statistic", money("2.6E+11", "2600亿元"), indicator="工业总产值", period="去年"),
        """<place/1> kg:statistic _:o .
        _:o a kg:Observation ; kg:about <place/1> ; kg:indicator [ a kg:Indicator ; rdfs:label "工业总产值"@zh ] ;
            kg:measure kg:Level ; kg:period [ a kg:TimeSpan ; kg:wording "去年"@zh ] ;
            kg:quantity [ a kg:MonetaryAmount ; kg:value "260000000000"^^xsd:decimal ; kg:currency "CNY" ;
                kg:unitText "元"@zh ; kg:wording "2600亿元"@zh ] .""",
    ),
    (
        fact(PLACE, "rank", Quantity(Decimal(3), "位", "", "第三"), indicator="全国百强县"),
        """<place/1> kg:rank _:o .
        _:o a kg:Observation ; kg:about <place/1> ; kg:indicator [ a kg:Indicator ; rdfs:label "全国百强县"@zh ] ;
            kg:rankValue 3 .""",
    ),
    (
        fact(COMPANY, "awarded", HONOUR, by="Institution一", period="2024"),
        """<company/1> kg:awarded <honour/1> .
        [] a kg:Award ; kg:recipient <company/1> ; kg:honour <honour/1> ; kg:grantedBy <institution/1> ; kg:period [
            a kg:TimeSpan ; kg:edtf "2024"^^edtf:EDTF ; kg:firstDay "2024-01-01"^^xsd:date ;
            kg:lastDay "2024-12-31"^^xsd:date ] .""",
    ),
    (
        fact(COMPANY, "classifiedAs", TIER, by="省科技厅"),
        """<company/1> kg:classifiedAs <tier/1> .
        [] a kg:Award ; kg:recipient <company/1> ; kg:honour <tier/1> ;
            kg:grantedBy [ a kg:Organization ; rdfs:label "省科技厅"@zh ] .""",
    ),
    (fact(PERSON, "attended", MEETING, "planned"), ""),
    (fact(COMPANY, "produces", PRODUCT, "reported"), ""),
    (fact(PLACE, "statistic", money("1", "1元"), "reported", indicator="收入"), ""),
    (fact(PERSON, "holdsPost", POST, "reported"), ""),
]  # fmt: skip


def rdf(triples: tuple[ox.Triple, ...]) -> rdflib.Graph:
    data = ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES)
    assert data is not None
    return rdflib.Graph().parse(data=data.decode(), format="nt")


def minted_as_blank(graph: rdflib.Graph) -> rdflib.Graph:
    """The graph with blank nodes for the nodes whose id is a hash, as the expected Turtle has them."""

    def node(term: rdflib.term.Node) -> rdflib.term.Node:
        given = not str(term).startswith(BASE + "id/") or str(term).endswith(("/1", "/2")) or "id/article/" in str(term)
        return term if given else rdflib.BNode(str(term).rsplit("/", 1)[1])

    result = rdflib.Graph()
    for s, p, o in graph:
        result.add((node(s), p, node(o)))
    return result


@pytest.mark.parametrize(("said", "expected"), CASES, ids=lambda case: case.predicate if isinstance(case, Fact) else "")
def test_predicate_to_rdf(said: Fact, expected: str) -> None:
    bare = rdf(build(ENTITIES, [], [STORY]).facts)
    full = rdf(build(ENTITIES, [said], [STORY]).facts)
    got = rdflib.Graph()
    for triple in full - bare:
        if not str(triple[1]).endswith("#mentions"):
            got.add(triple)
    want = rdflib.Graph().parse(data=f"@base <{BASE}id/> ." + PREFIXES + expected, format="turtle")
    blank = minted_as_blank(got)
    missing, extra = graph_diff(to_isomorphic(want), to_isomorphic(blank))[1:]
    assert isomorphic(want, blank), missing.serialize() + extra.serialize()


def test_every_predicate_is_tested() -> None:
    assert {said.predicate for said, _ in CASES} == set(load().predicates)


def test_claim_and_evidence() -> None:
    said = Fact(
        "A.md#2", "A.md", PERSON, "attended", MEETING, 5, 11, "他也出席大会", "meetings/出席", "actual", 0.97, True,
        antecedent=(1, 3),
    )  # fmt: skip
    again = Fact("A.md#2", "A.md", PERSON, "attended", MEETING, 20, 24, "出席大会", "meetings/出席", confidence=0.97)
    graph = build(ENTITIES, [said, again], [STORY])
    want = rdflib.Graph().parse(
        data=f"@base <{BASE}id/> ." + PREFIXES + """
        [] a kg:Claim ; rdf:subject <person/1> ; rdf:predicate kg:attended ; rdf:object <meeting/1> ;
            kg:status kg:Actual ; kg:independentSources 1 ; kg:evidence
            [ a kg:InferredEvidence ; kg:inArticle <article/2d63174e212b2fdb.2> ; kg:startChar 5 ; kg:endChar 11 ;
                kg:quote "他也出席大会"@zh ; kg:rule "meetings/出席" ; kg:confidence 0.97 ;
                kg:antecedentStart 1 ; kg:antecedentEnd 3 ],
            [ a kg:Evidence ; kg:inArticle <article/2d63174e212b2fdb.2> ; kg:startChar 20 ; kg:endChar 24 ;
                kg:quote "出席大会"@zh ; kg:rule "meetings/出席" ; kg:confidence 0.97 ] .""",
        format="turtle",
    )  # fmt: skip
    assert isomorphic(want, minted_as_blank(rdf(graph.evidence)))


def test_what_is_reported_is_in_the_evidence_alone() -> None:
    graph = build(ENTITIES, [fact(PLACE, "statistic", money("1", "1元"), "reported", indicator="收入")], [STORY])
    assert "kg:Observation" not in turtle_text(graph.facts) and "kg:Observation" in turtle_text(graph.evidence)
    assert "kg:status kg:Reported" in turtle_text(graph.evidence)


def turtle_text(triples: tuple[ox.Triple, ...]) -> str:
    data = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=prefixes(BASE, triples))
    assert data is not None
    return data.decode()


def test_entities_and_articles() -> None:
    entities = [
        Entity("place/1", "AdministrativeDivision", "湖南省岳阳市", "430600", ("岳阳", "岳\u200b阳市"),
               (("code", "430600"), ("level", "市"))),
        Entity("place/2", "AdministrativeDivision", "湖南省岳阳市岳阳楼区", "430602", (), (("parent", "place/1"),)),
        Entity("post/1", "Post", "岳阳市副市长", "k", (), (("body", "organization/1"),)),
        Entity("organization/1", "GovernmentBody", "岳阳市人民政府", "k", (), (("parent", "organization/2"),)),
        Entity("organization/2", "GovernmentBody", "湖南省人民政府", "k"),
    ]  # fmt: skip
    known = Metadata(dt.date(2025, 2, 8), "岳阳", "岳阳日报", None, "https://news.example/a")
    story = Article("A.md#2", "A.md", "", "文", (0,), (), 0, 1, known)
    want = rdflib.Graph().parse(
        data=f"@base <{BASE}id/> ." + PREFIXES + """
        <place/1> a kg:AdministrativeDivision ; rdfs:label "湖南省岳阳市"@zh ; skos:altLabel "岳阳"@zh, "岳阳市"@zh ;
            kg:code "430600" ; kg:level "市" .
        <place/2> a kg:AdministrativeDivision ; rdfs:label "湖南省岳阳市岳阳楼区"@zh ; kg:partOf <place/1> .
        <post/1> a kg:Post ; rdfs:label "岳阳市副市长"@zh ; kg:postIn <organization/1> .
        <organization/1> a kg:GovernmentBody ; rdfs:label "岳阳市人民政府"@zh ; kg:parentOrganization <organization/2> .
        <organization/2> a kg:GovernmentBody ; rdfs:label "湖南省人民政府"@zh .
        <article/2d63174e212b2fdb.2> a kg:Article ; rdfs:label "A.md#2"@zh ; dcterms:identifier "A.md#2" ;
            dcterms:source "https://news.example/a" ; kg:publishedOn "2025-02-08"^^xsd:date ; kg:homePlace <place/1> ;
            kg:publishedIn _:paper ; kg:inIssue _:issue .
        _:paper a kg:Publication ; rdfs:label "岳阳日报"@zh .
        _:issue a kg:Issue ; rdfs:label "岳阳日报 2025-02-08"@zh ; kg:issueOf _:paper ;
            kg:publishedOn "2025-02-08"^^xsd:date .""",
        format="turtle",
    )  # fmt: skip
    assert isomorphic(want, minted_as_blank(rdf(build(entities, [], [story]).facts)))


def test_membership_spans_the_articles_and_names_the_body() -> None:
    post = Entity("post/1", "Post", "副市长", "k", (), (("body", "organization/1"),))
    body = Entity("organization/1", "GovernmentBody", "市政府", "k")
    stories = [
        Article(f"{name}.md", f"{name}.md", name, "文", (0,), (), 0, 1, Metadata(date))
        for name, date in (("A", dt.date(2025, 3, 1)), ("B", dt.date(2025, 2, 8)), ("C", None))
    ]
    facts = [Fact(s.id, s.source, PERSON, "holdsPost", POST, 0, 2, "引文", "r/r") for s in stories]
    text = turtle_text(build([*ENTITIES[:1], post, body], facts, stories).facts)
    assert text.count("a kg:Membership") == 1
    assert "kg:body organization:1" in text
    assert 'kg:edtf "2025-02-08/2025-03-01"^^edtf:EDTF' in text


def test_one_claim_of_two_articles_and_another_for_another_status() -> None:
    one, two = fact(PERSON, "attended", MEETING), Fact("B.md", "B.md", PERSON, "attended", MEETING, 0, 2, "引文", "r/r")
    planned = fact(PERSON, "attended", MEETING, "planned")
    text = turtle_text(build(ENTITIES, [one, two, planned], [STORY]).evidence)
    assert (text.count("a kg:Claim"), text.count("a kg:Evidence")) == (2, 3)


def test_dates_of_two_articles_that_nobody_resolved_stay_apart() -> None:
    other = Ref("Visit一", "Visit", "visit/1")
    facts = [fact(MEETING, "heldOn", TimeSpan("昨天")), fact(other, "heldOn", TimeSpan("昨天"))]
    assert turtle_text(build(ENTITIES, facts, [STORY]).facts).count("a kg:TimeSpan") == 2


def test_names_without_an_id_get_one() -> None:
    facts = [
        fact(Ref("李四", "Person"), "attended", Ref("岳阳楼\u200b论坛", "Meeting")),
        fact(Ref("Person一", "Person"), "attended", MEETING),
    ]
    text = turtle_text(build(ENTITIES, facts, [STORY]).facts)
    assert 'rdfs:label "李四"@zh' in text and 'rdfs:label "岳阳楼论坛"@zh' in text
    assert "person:1 a kg:Person ;\n\trdfs:label \"Person一\"@zh ;\n\tkg:attended meeting:1" in text  # fmt: skip


HOSTILE = 'a\n<b>"\\\t\r\x00\x7f\u202e\u2028沈东\ufffe😀 . @prefix x: <y> .'


def everything() -> list[Fact]:
    hostile = Fact("A.md#2", "A.md", PERSON, "attended", Ref(HOSTILE, "Meeting"), 5, 5 + len(HOSTILE), HOSTILE, "r/r")
    return [*(said for said, _ in CASES), hostile]


def test_both_readers_see_the_same_and_no_blank_node(tmp_path: Path) -> None:
    graph = build(ENTITIES, everything(), [STORY])
    for name, triples in (("graph.ttl", graph.facts), ("evidence.ttl", graph.evidence)):
        write_turtle(triples, tmp_path / name, prefixes(BASE, triples))
        by_oxigraph = set(ox.parse(path=str(tmp_path / name), format=ox.RdfFormat.TURTLE))
        assert by_oxigraph == {ox.Quad(one.subject, one.predicate, one.object) for one in triples}
        by_rdflib = rdflib.Graph().parse(tmp_path / name, format="turtle")
        assert set(by_rdflib) == set(rdf(triples))
        terms = itertools.chain.from_iterable(by_rdflib)
        assert not any(isinstance(term, rdflib.BNode) for term in terms)


@given(st.text(min_size=1))
def test_any_text_comes_back(text: str) -> None:
    said = Fact("A.md#2", "A.md", Ref(text, "Person"), "attended", MEETING, 5, 5 + len(text), text, "r/r")
    graph = build((), [said], [STORY])
    for triples in (graph.facts, graph.evidence):
        turtle = turtle_text(triples)
        assert set(rdflib.Graph().parse(data=turtle, format="turtle")) == set(rdf(triples))
    quotes = [one.object.value for one in graph.evidence if one.predicate.value.endswith("#quote")]  # type: ignore[union-attr]
    assert quotes == [text]


def test_a_sum_counts_each_investment_once(tmp_path: Path) -> None:
    """Both files in one default graph; a union of named graphs would count a triple once for each graph."""
    twice = Fact("B.md", "B.md", PROJECT, "totalInvestment", money("3.5E+8", "3.5亿元"), 0, 2, "引文", "r/r")
    facts = [
        fact(PROJECT, "totalInvestment", money("3.5E+8", "总投资3.5亿元")),
        twice,
        fact(COMPANY, "totalInvestment", money("1E+8", "1亿元")),
        fact(COMPANY, "totalInvestment", money("9E+8", "9亿元"), "reported"),
    ]
    graph = build(ENTITIES, facts, [STORY])
    store = ox.Store()
    for name, triples in (("graph.ttl", graph.facts), ("evidence.ttl", graph.evidence)):
        write_turtle(triples, tmp_path / name, prefixes(BASE, triples))
        store.bulk_load(path=str(tmp_path / name), format=ox.RdfFormat.TURTLE)
    query = f"PREFIX kg: <{KG}> SELECT (SUM(?v) AS ?sum) {{ ?s kg:totalInvestment/kg:value ?v }}"
    assert [row["sum"].value for row in store.query(query)] == ["450000000"]  # type: ignore[union-attr]


def test_labels_hold_nothing_invisible() -> None:
    assert clean(HOSTILE) == 'a <b>"\\ 沈东\ufffe😀 . @prefix x: <y> .'


def test_literals_are_of_the_kinds_that_every_store_keeps() -> None:
    graph = build(ENTITIES, everything(), [STORY])
    literals = [one.object for one in (*graph.facts, *graph.evidence) if isinstance(one.object, ox.Literal)]
    kinds = {literal.language or literal.datatype.value.rsplit("/")[-1].rsplit("#")[-1] for literal in literals}
    assert kinds == {"zh", "string", "integer", "decimal", "date", "EDTF"}
    store = ox.Store()
    store.extend(ox.Quad(one.subject, one.predicate, one.object) for one in (*graph.facts, *graph.evidence))
    kept = {quad.object for quad in store if isinstance(quad.object, ox.Literal)}
    assert kept == set(literals)


def test_same_graph_in_any_order() -> None:
    facts, entities, stories = everything(), list(ENTITIES), [STORY]
    first = build(entities, facts, stories)
    for seed in range(3):
        random.Random(seed).shuffle(facts)
        random.Random(seed).shuffle(entities)
        assert build(entities, facts, stories) == first


def test_same_bytes_under_any_hash_seed(tmp_path: Path) -> None:
    code = """
import sys; from pathlib import Path; sys.path[:0] = ["tests", "."]
from test_graph import *
graph = build(ENTITIES, everything(), [STORY])
write_turtle(graph.facts, Path(sys.argv[1]), prefixes(BASE, graph.facts))"""
    for seed in ("1", "2"):
        subprocess.run(
            [sys.executable, "-c", code, str(tmp_path / seed)], check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        )
    assert (tmp_path / "1").read_bytes() == (tmp_path / "2").read_bytes()


def test_turtle_is_one_paragraph_a_subject(tmp_path: Path) -> None:
    graph = build(ENTITIES[:2], [fact(PERSON, "attended", MEETING)], [STORY])
    write_turtle(graph.facts, tmp_path / "graph.ttl", prefixes(BASE, graph.facts))
    header, *paragraphs = (tmp_path / "graph.ttl").read_text(encoding="utf-8").split("\n\n")
    assert header.splitlines() == sorted(header.splitlines())
    assert "@prefix person: <https://w3id.org/local-news-kg/id/person/> ." in header
    assert paragraphs[-1] == 'person:1 a kg:Person ;\n\trdfs:label "Person一"@zh ;\n\tkg:attended meeting:1 .\n'


def test_another_base() -> None:
    graph = build(ENTITIES, everything(), [STORY], "https://kg.example.cn/")
    text = "".join(str(one) for one in (*graph.facts, *graph.evidence))
    assert "https://kg.example.cn/id/person/1" in text and BASE + "id/" not in text
    with pytest.raises(UsageError, match="base-iri"):
        build((), (), (), "kg.example.cn")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        (fact(PERSON, "met", MEETING), "no predicate met"),
        (fact(PERSON, "participatedIn", MEETING), "no predicate participatedIn"),
        (fact(PERSON, "attended", MEETING, "wished"), "status wished"),
        (fact(Ref("某", "Thing"), "attended", MEETING), "no class Thing"),
        (fact(Ref("某", "Person", "张 三"), "attended", MEETING), "entity id"),
    ],
)
def test_the_authors_mistakes_raise(wrong: Fact, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        build(ENTITIES, [wrong], [STORY])


def test_an_unknown_attribute_raises() -> None:
    with pytest.raises(ConfigurationError, match="no attribute shoe"):
        build([Entity("person/1", "Person", "张三", "k", (), (("shoe", "42"),))], (), ())


@pytest.mark.parametrize(
    ("iso", "expected", "first", "last"),
    [
        ("2025", "2025", dt.date(2025, 1, 1), dt.date(2025, 12, 31)),
        ("2024-02", "2024-02", dt.date(2024, 2, 1), dt.date(2024, 2, 29)),
        ("2025-06-01", "2025-06-01", dt.date(2025, 6, 1), dt.date(2025, 6, 1)),
        ("2026-H1", "2026-01/2026-06", dt.date(2026, 1, 1), dt.date(2026, 6, 30)),
        ("2026-H2", "2026-07/2026-12", dt.date(2026, 7, 1), dt.date(2026, 12, 31)),
        ("2025-Q1", "2025-01/2025-03", dt.date(2025, 1, 1), dt.date(2025, 3, 31)),
        ("2025-Q4", "2025-10/2025-12", dt.date(2025, 10, 1), dt.date(2025, 12, 31)),
        ("2025-Q1/2025-Q3", "2025-01/2025-09", dt.date(2025, 1, 1), dt.date(2025, 9, 30)),
        ("2024-11-30/2024-12", "2024-11-30/2024-12", dt.date(2024, 11, 30), dt.date(2024, 12, 31)),
    ],
)
def test_dates(iso: str, expected: str, first: dt.date, last: dt.date) -> None:
    assert (edtf(iso), days(iso)) == (expected, (first, last))


@pytest.mark.parametrize("words", ["", "去年", "2025-13", "2024年", "十四五"])
def test_no_dates(words: str) -> None:
    assert days(words) is None
