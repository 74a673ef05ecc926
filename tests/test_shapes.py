"""What breaks a shape is set aside with its reason, and only that."""

from __future__ import annotations

import dataclasses
import datetime as dt
from decimal import Decimal

import pyoxigraph as ox
import pytest
import rdflib
from rdflib import SH

from kg import shapes
from kg.errors import ConfigurationError
from kg.graph import Graph, build
from kg.model import Article, Entity, Fact, Metadata, Quantity, Ref, TimeSpan
from kg.ontology import BASE, KG, folder
from kg.shapes import Checked, Quarantined, quarantine, validate

STORY = Article("A.md", "A.md", "标题", "文", (0,), (), 0, 1, Metadata(dt.date(2025, 2, 8), "岳阳市", "岳阳日报"))
PERSON = Ref("张三", "Person", "person/1")
MEETING = Ref("工业大会", "Meeting", "meeting/1")
COMPANY = Ref("宏远机械", "Company", "company/1")
PARK = Ref("岳阳经开区", "Park", "park/1")
PROJECT = Ref("产业园项目", "Project", "project/1")
PLACE = Ref("岳阳市", "Place", "place/1")
POST = Ref("副市长", "Post", "post/1")
FEB = TimeSpan("2月", "2025-02", dt.date(2025, 2, 1), dt.date(2025, 2, 28))


def fact(subject: Ref, predicate: str, obj: Ref | Quantity | TimeSpan, **qualifiers: str | bool) -> Fact:
    pairs = tuple(sorted(qualifiers.items()))
    return Fact("A.md", "A.md", subject, predicate, obj, 5, 7, "引文", "r/r", "actual", 0.9, qualifiers=pairs)


def figure(value: str, unit: str, modifier: str = "") -> Quantity:
    return Quantity(Decimal(value), unit, modifier, value + unit)


RIGHT = (
    fact(PERSON, "attended", MEETING),
    fact(PERSON, "holdsPost", POST),
    fact(MEETING, "heldOn", FEB),
    fact(MEETING, "heldOn", TimeSpan("昨天")),
    fact(MEETING, "organizedBy", PARK),
    fact(COMPANY, "locatedIn", PARK),
    fact(PROJECT, "totalInvestment", figure("3.5E+8", "元", ">"), phase="一期"),
    fact(PROJECT, "annualCapacity", figure("5", "台"), product="减速机"),
    fact(PROJECT, "area", figure("120", "亩"), kind="占地"),
    fact(PLACE, "statistic", figure("-4.5", "%"), indicator="进口额", growth=True),
    fact(PLACE, "rank", figure("3", "位"), indicator="全国百强县"),
    fact(COMPANY, "awarded", Ref("质量标杆", "Honour"), by="省工信厅", period="2024"),
    fact(COMPANY, "classifiedAs", Ref("高新技术企业", "Tier")),
    fact(Ref("标题", "Article"), "reportedBy", PERSON),
    dataclasses.replace(fact(PROJECT, "completedOn", FEB), status="planned"),
    dataclasses.replace(fact(COMPANY, "produces", Ref("减速机", "Product")), status="reported"),
)
LED = fact(PERSON, "led", MEETING)
WRONG = [
    (fact(COMPANY, "attended", MEETING), "the subject of kg:attended is no kg:Person"),
    (fact(PERSON, "attended", COMPANY), "the object of kg:attended is no kg:Event"),
    (fact(PERSON, "locatedIn", PLACE), "the subject of kg:locatedIn is no kg:Organization or kg:Project or kg:Place"),
    (fact(PERSON, "spokeAt", FEB), "the object of kg:spokeAt is no kg:Event"),
    (fact(PROJECT, "totalInvestment", figure("5", "台")), "the object of kg:totalInvestment is no kg:MonetaryAmount"),
    (fact(PROJECT, "totalInvestment", figure("0", "元")), "the amount is not above 0"),
    (fact(PROJECT, "expectedRevenue", figure("-8", "元")), "the amount is not above 0"),
    (fact(PROJECT, "expectedRevenue", figure("1E+16", "元")), "its value is not one number within 10^15"),
    (fact(PROJECT, "area", figure("5", "台")), "the object of kg:area is no kg:Area"),
    (fact(PROJECT, "annualCapacity", figure("5", "元")), "the object of kg:annualCapacity is no kg:Capacity"),
    (fact(PLACE, "statistic", figure("5", "家", "?"), indicator="企业"), "its modifier is none of >, <, ~"),
    (fact(PLACE, "statistic", figure("5", "家")), "the observation has not one indicator"),
    (fact(PLACE, "rank", figure("0", "位"), indicator="百强县"), "the rank is not a whole number from 1"),
    (fact(PLACE, "rank", figure("2.5", "位"), indicator="百强县"), "the rank is not a whole number from 1"),
    (
        fact(MEETING, "heldOn", TimeSpan("7月", "2025-07", dt.date(2025, 7, 31), dt.date(2025, 7, 1))),
        "its first day is not one day between the year 1000 and 2100, before its last",
    ),
    (
        fact(MEETING, "heldOn", TimeSpan("9999年", "9999", dt.date(9999, 1, 1), dt.date(9999, 12, 31))),
        "its first day is not one day between the year 1000 and 2100, before its last",
    ),
    (fact(MEETING, "heldOn", TimeSpan("2月", "2月")), "its EDTF form is not one date or interval"),
    (fact(MEETING, "heldOn", TimeSpan("")), "the date has neither EDTF nor wording, or a property that dates have not"),
    (fact(PERSON, "attended", Ref("\u200b", "Meeting", "meeting/2")), "it has not one label in Chinese"),
    (fact(PERSON, "attended", Ref("会" * 201, "Meeting")), "its label is over 200 characters"),
    (dataclasses.replace(LED, end=9), "the quote is not as long as its offsets say"),
    (dataclasses.replace(LED, start=-1, end=1), "the evidence starts before the text"),
    (dataclasses.replace(LED, quote="", end=5), "the evidence has no quote"),
    (dataclasses.replace(LED, rule=""), "the evidence has no rule"),
    (dataclasses.replace(LED, confidence=1.5), "the confidence is not between 0 and 1"),
]


def test_what_is_right_conforms() -> None:
    checked = quarantine((), RIGHT, [STORY])
    assert checked == Checked((), RIGHT, (STORY,), build((), RIGHT, [STORY]), ())


@pytest.mark.parametrize(("wrong", "reason"), WRONG, ids=lambda value: value if isinstance(value, str) else "")
def test_a_violation_is_set_aside_and_nothing_else(wrong: Fact, reason: str) -> None:
    right = tuple(one for one in RIGHT if one.predicate in ("attended", "heldOn", "totalInvestment", "locatedIn"))
    checked = quarantine((), (wrong, *right), [STORY])
    assert checked.quarantined == (Quarantined(wrong, reason),)
    assert checked.facts == right
    assert validate(checked.graph) == ()


def test_all_violations_at_once() -> None:
    checked = quarantine((), [*(wrong for wrong, _ in WRONG), *RIGHT], [STORY])
    assert checked.facts == RIGHT
    assert {id(one.what) for one in checked.quarantined} == {id(wrong) for wrong, _ in WRONG}


def entity(ident: str, kind: str, label: str, **attributes: str) -> Entity:
    return Entity(ident, kind, label, "k", (), tuple(sorted(attributes.items())))


@pytest.mark.parametrize(
    ("wrong", "reason"),
    [
        (entity("place/1", "AdministrativeDivision", "岳阳市", code="x"), "its code is not one of 2 to 12 digits"),
        (
            entity("place/1", "Place", "岳阳市", parent="place/9"),
            "it is part of more than one place, or of what is no place",
        ),
        (
            entity("place/1", "Place", "岳阳市", parent="person/1"),
            "it is part of more than one place, or of what is no place",
        ),
        (
            entity("post/1", "Post", "副市长", body="place/1"),
            "the post is in two bodies, or in what is no organisation",
        ),
        (
            entity("company/1", "Company", "宏远机械", parent="person/1"),
            "it has two parents, or one that is no organisation",
        ),
    ],
)
def test_an_entity_loses_the_attribute_at_fault_and_keeps_its_facts(wrong: Entity, reason: str) -> None:
    facts = RIGHT[:2]
    checked = quarantine([wrong, entity("person/1", "Person", "张三")], facts, [STORY])
    assert checked.quarantined == (Quarantined(wrong, reason),)
    assert checked.facts == facts
    assert [one.attributes for one in checked.entities] == [(), ()]


def test_an_entity_without_a_label_goes_with_its_facts() -> None:
    blank = entity("person/1", "Person", "\u202e")
    child = entity("place/2", "Place", "岳阳楼区", parent="place/1")
    parent = entity("place/1", "Place", "\u200b")
    checked = quarantine([blank, child, parent], [RIGHT[0], RIGHT[2]], [STORY])
    assert (checked.facts, checked.entities) == ((RIGHT[2],), (dataclasses.replace(child, attributes=()),))
    assert {one.what for one in checked.quarantined} == {blank, parent, child, RIGHT[0]}


def test_an_article_loses_an_impossible_date() -> None:
    story = dataclasses.replace(STORY, metadata=dataclasses.replace(STORY.metadata, date=dt.date(1, 1, 1)))
    checked = quarantine((), RIGHT[:2], [story])
    assert checked.quarantined == (Quarantined(story, "the day of publication is not one between 1900 and 2100"),)
    assert (checked.facts, checked.articles[0].metadata.date, checked.articles[0].metadata.place) == (
        RIGHT[:2],
        None,
        "岳阳市",
    )


@pytest.mark.parametrize("known", [Metadata(None, "\u200b", "\u200b"), Metadata(None, "区" * 300, "报" * 300)])
def test_odd_metadata_does_no_harm(known: Metadata) -> None:
    assert quarantine((), RIGHT[:1], [dataclasses.replace(STORY, metadata=known)]).quarantined == ()


def test_a_triple_without_claim_and_a_claim_without_triple_are_seen() -> None:
    graph = build((), RIGHT[:1], [STORY])
    attended = ox.NamedNode(KG + "attended")
    without_triple = Graph(tuple(one for one in graph.facts if one.predicate != attended), graph.evidence)
    assert [one.reason for one in validate(without_triple)] == ["the claim says it is so, but the graph does not"]
    person, meeting = (ox.NamedNode(BASE + "id/" + ident) for ident in ("person/1", "meeting/1"))
    unclaimed = Graph((*graph.facts, ox.Triple(person, ox.NamedNode(KG + "led"), meeting)), graph.evidence)
    assert [(one.node, one.reason) for one in validate(unclaimed)] == [
        (person.value, "the graph says it, but no claim does")
    ]


def test_a_violation_of_no_facts_making_raises(monkeypatch: pytest.MonkeyPatch) -> None:
    violation = shapes.Violation("https://elsewhere.example/", "", "", "broken")
    monkeypatch.setattr(shapes, "validate", lambda graph: (violation,))
    with pytest.raises(ConfigurationError, match="no fact is to blame"):
        quarantine((), RIGHT[:1], [STORY])


def test_every_shape_says_what_is_wrong() -> None:
    """Each property shape and each shape that constrains its own node has a message of its own."""
    graph = rdflib.Graph().parse(folder() / "shapes.ttl", format="turtle")
    paths = set(graph.objects(None, SH.property)) | set(graph.subjects(SH.closed)) | set(graph.objects(None, SH.sparql))
    subjects = set(graph.subjects(SH.targetSubjectsOf))
    assert [node for node in paths | subjects if len(list(graph.objects(node, SH.message))) != 1] == []


def test_the_result_does_not_hang_on_the_order() -> None:
    facts = [*(wrong for wrong, _ in WRONG), *RIGHT]
    one, two = quarantine((), facts, [STORY]), quarantine((), facts[::-1], [STORY])
    assert one.graph == two.graph
    assert {(repr(q.what), q.reason) for q in one.quarantined} == {(repr(q.what), q.reason) for q in two.quarantined}
