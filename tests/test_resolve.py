"""Who is who: names read at their home place, and which two mentions are one entity."""

from __future__ import annotations

from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from kg import gazetteer
from kg import resolve as resolution
from kg.errors import ConfigurationError
from kg.gazetteer import Division
from kg.model import Article, Entity, Fact, Quantity, Ref, TimeSpan
from kg.ontology import article_id
from kg.resolve.companies import fuller
from kg.resolve.names import Scope, read

WUJIN, YUYAO, XISHAN, CHANGSHA = "320412", "330281", "320205", "430100"


def resolve(*given: Any) -> tuple[list[Entity], list[Fact]]:
    """The entities and the facts of a resolution."""
    found = resolution.resolve(*given)
    return list(found.entities), list(found.facts)


def place(code: str) -> Division | None:
    return gazetteer.load().get(code) if code else None


NAMES = [
    # name, home, full name, place, rest
    ("区委", WUJIN, "武进区委", WUJIN, "委"),
    ("武进区委", WUJIN, "武进区委", WUJIN, "委"),
    ("武进区委", "", "武进区委", WUJIN, "委"),
    ("中共常州市武进区委员会", "", "武进区委", WUJIN, "委"),
    ("市委", WUJIN, "常州市委", "320400", "委"),
    ("省政府", WUJIN, "江苏省政府", "320000", "政府"),
    ("江苏省人民政府", WUJIN, "江苏省政府", "320000", "政府"),
    ("市委", YUYAO, "余姚市委", YUYAO, "委"),
    ("区委书记", WUJIN, "武进区委书记", WUJIN, "委书记"),
    ("区长", WUJIN, "武进区区长", WUJIN, "区长"),
    ("武进区区长", YUYAO, "武进区区长", WUJIN, "区长"),
    ("常务副省长", WUJIN, "江苏省常务副省长", "320000", "常务副省长"),
    ("副市长", WUJIN, "常州市副市长", "320400", "副市长"),
    ("长沙市长", CHANGSHA, "长沙市市长", CHANGSHA, "市长"),
    ("全区民营企业家座谈会", WUJIN, "武进区民营企业家座谈会", WUJIN, "民营企业家座谈会"),
    ("嘉泽镇党委书记", WUJIN, "嘉泽镇党委书记", "320412119", "党委书记"),
    # another word, another place, no place
    ("市场监管总局", WUJIN, "市场监管总局", "", "市场监管总局"),
    ("区域协调发展论坛", WUJIN, "区域协调发展论坛", "", "区域协调发展论坛"),
    ("市政协", WUJIN, "常州市政协", "320400", "政协"),
    ("三河古镇", WUJIN, "三河古镇", "", "三河古镇"),
    ("镇长", WUJIN, "镇长", "", "镇长"),
    ("区委", "", "区委", "", "委"),
]


@pytest.mark.parametrize(("name", "home", "full", "code", "rest"), NAMES)
def test_reads_a_name_at_its_home(name: str, home: str, full: str, code: str, rest: str) -> None:
    told = read(name, Scope(gazetteer.load(), place(home), "A.md"))
    assert told.full == full
    assert (told.place.code if told.place else "") == code
    if code:
        assert told.rest == rest


def fact(subject: Ref, predicate: str, obj: Ref | Quantity | TimeSpan, source: str = "A.md", start: int = 0) -> Fact:
    return Fact(source, source, subject, predicate, obj, start, start + 2, "引文", "r/r")


def one(label: str, cls: str, home: str = WUJIN, source: str = "A.md") -> Entity:
    """The entity of a name by itself."""
    entities, facts = resolve(
        [fact(Ref(label, cls), "statistic", Quantity(Decimal(1), "个", "", "一个"), source)],
        [],
        {source: place(home)},
        gazetteer.load(),
    )
    ref = facts[0].subject
    assert ref.label == label
    return next(entity for entity in entities if entity.id == ref.id)


ALIKE = [
    # two mentions: name, class, home, source; whether they are one
    (("沈东", "Person", WUJIN, "A.md"), ("沈东", "Person", WUJIN, "B.md"), True),
    (("沈东", "Person", WUJIN, "A.md"), ("沈东", "Person", XISHAN, "B.md"), False),
    (("沈东", "Person", "320412119", "A.md"), ("沈东", "Person", WUJIN, "B.md"), True),
    (("区委", "PartyBody", WUJIN, "A.md"), ("武进区委", "PartyBody", "", "B.md"), True),
    (("区委", "PartyBody", WUJIN, "A.md"), ("区委", "PartyBody", XISHAN, "B.md"), False),
    (("区委", "PartyBody", "", "A.md"), ("区委", "PartyBody", "", "B.md"), False),
    (("市委", "PartyBody", WUJIN, "A.md"), ("市委", "PartyBody", XISHAN, "B.md"), False),
    (("省委", "PartyBody", WUJIN, "A.md"), ("省委", "PartyBody", XISHAN, "B.md"), True),
    (("我区", "Place", WUJIN, "A.md"), ("武进", "Place", WUJIN, "B.md"), True),
    (("全市", "Place", WUJIN, "A.md"), ("常州市", "Place", "", "B.md"), True),
    (("嘉泽镇", "Place", WUJIN, "A.md"), ("江苏省常州市武进区嘉泽镇", "Place", "", "B.md"), True),
    (("行政中心", "Site", WUJIN, "A.md"), ("行政中心", "Site", XISHAN, "B.md"), False),
    (("日本", "Place", WUJIN, "A.md"), ("日本", "Place", XISHAN, "B.md"), True),
    (("莱克(苏州)公司", "Company", WUJIN, "A.md"), ("莱克（苏州）公司", "Company", XISHAN, "B.md"), True),
    (("区财政局", "GovernmentBody", WUJIN, "A.md"), ("区财政局", "GovernmentBody", XISHAN, "B.md"), False),
    (("国务院", "GovernmentBody", WUJIN, "A.md"), ("国务院", "GovernmentBody", XISHAN, "B.md"), True),
    (("第一人民医院", "Institution", WUJIN, "A.md"), ("第一人民医院", "Institution", XISHAN, "B.md"), False),
    (("区委常委会会议", "Event", WUJIN, "A.md"), ("区委常委会会议", "Event", WUJIN, "B.md"), False),
    (("高效电池项目", "Project", WUJIN, "A.md"), ("高效电池项目", "Project", WUJIN, "B.md"), True),
    (("高效电池项目", "Project", WUJIN, "A.md"), ("高效电池项目", "Project", XISHAN, "B.md"), False),
    (("全国文明城市", "Honour", WUJIN, "A.md"), ("全国文明城市", "Honour", XISHAN, "B.md"), True),
    (("省重点项目", "Tier", WUJIN, "A.md"), ("省重点项目", "Tier", YUYAO, "B.md"), False),
]  # fmt: skip


@pytest.mark.parametrize(("a", "b", "same"), ALIKE)
def test_one_or_two(a: tuple[str, str, str, str], b: tuple[str, str, str, str], same: bool) -> None:
    assert (one(*a).id == one(*b).id) is same


LABELS = [
    ("区委", "PartyBody", "PartyBody", "武进区委"),
    ("区政府", "GovernmentBody", "GovernmentBody", "武进区政府"),
    ("我区", "Place", "AdministrativeDivision", "江苏省常州市武进区"),
    ("嘉泽镇", "Place", "AdministrativeDivision", "江苏省常州市武进区嘉泽镇"),
    ("区行政中心", "Site", "Place", "武进区行政中心"),
    ("江苏百鸿智能电气有限公司", "Company", "Company", "江苏百鸿智能电气有限公司"),
    ("区住建局燃气安全专项督查", "Event", "Visit", "武进区住建局燃气安全专项督查"),
    ("全区经济工作会议", "Event", "Meeting", "武进区经济工作会议"),
    ("春季项目集中签约仪式", "Event", "Signing", "春季项目集中签约仪式"),
    ("智能装备产业园开工仪式", "Event", "Ceremony", "智能装备产业园开工仪式"),
    ("“针线里的春天”体验活动", "Event", "Activity", "“针线里的春天”体验活动"),
    ("省重大项目", "Tier", "Tier", "江苏省重大项目"),
]


@pytest.mark.parametrize(("name", "cls", "type_", "label"), LABELS)
def test_full_name_and_class(name: str, cls: str, type_: str, label: str) -> None:
    entity = one(name, cls)
    assert (entity.type, entity.label) == (type_, label)
    assert (name in entity.aliases) == (name != label)


def test_a_place_lies_in_the_places_above_it() -> None:
    entities, _ = resolve(
        [fact(Ref("嘉泽镇", "Place"), "locatedIn", Ref("武进区", "Place"))],
        [],
        {"A.md": place(WUJIN)},
        gazetteer.load(),
    )
    by_label = {entity.label: entity for entity in entities}
    chain = ["江苏省常州市武进区嘉泽镇", "江苏省常州市武进区", "江苏省常州市", "江苏省"]
    assert set(by_label) == set(chain)
    for name, above in pairwise(chain):
        assert dict(by_label[name].attributes)["parent"] == by_label[above].id
    told = [pair for pair in by_label[chain[1]].attributes if pair[0] != "parent"]
    former = [("formerName", name) for name in ("戚墅堰区||2015", "武进县||1995", "武进市|1995|2002")]
    assert told == [("code", WUJIN), *former, ("level", "county")]


def post(facts: list[Fact], home: str = WUJIN) -> list[tuple[str, str]]:
    """Full name and body of the posts of some facts, in their order."""
    entities, resolved = resolve(facts, [], {"A.md": place(home)}, gazetteer.load())
    known = {entity.id: entity for entity in entities}
    posts = [known[f.object.id] for f in resolved if isinstance(f.object, Ref) and f.predicate == "holdsPost"]
    bodies = [dict(entity.attributes).get("body", "") for entity in posts]
    return [(entity.label, known[body].label if body else "") for entity, body in zip(posts, bodies, strict=True)]


PERSON, OTHER = Ref("陆予衡", "Person"), Ref("濮阳静", "Person")
POSTS = [
    ([(PERSON, "区委书记")], [("武进区委书记", "武进区委")]),
    ([(PERSON, "副区长")], [("武进区副区长", "武进区政府")]),
    ([(PERSON, "区人大常委会主任")], [("武进区人大常委会主任", "武进区人大常委会")]),
    (
        [(PERSON, "区委常委"), (PERSON, "宣传部部长")],
        [("武进区委常委", "武进区委"), ("武进区委宣传部部长", "武进区委宣传部")],
    ),
    ([(PERSON, "总经理")], [("总经理", "")]),
]  # fmt: skip


@pytest.mark.parametrize(("held", "expected"), POSTS)
def test_a_post_is_in_its_body(held: list[tuple[Ref, str]], expected: list[tuple[str, str]]) -> None:
    assert post([fact(who, "holdsPost", Ref(what, "Post")) for who, what in held]) == expected


def test_a_companys_post_is_in_the_company_and_nobody_elses() -> None:
    company = Ref("常州碳屿材料有限公司", "Company")
    facts = [
        fact(PERSON, "holdsPost", Ref("总经理", "Post")),
        fact(PERSON, "postAt", company),
        fact(OTHER, "holdsPost", Ref("总经理", "Post")),
    ]
    assert post(facts) == [("常州碳屿材料有限公司总经理", "常州碳屿材料有限公司"), ("总经理", "")]


SHORT = [
    (["禾谷智能", "成都禾谷智能装备有限公司"], {"禾谷智能": "成都禾谷智能装备有限公司"}),
    (["永中", "永中软件", "无锡永中软件有限公司"], dict.fromkeys(["永中", "永中软件"], "无锡永中软件有限公司")),
    (["建龙集团", "北京建龙集团", "上海建龙集团"], {}),
    (["金桥银行", "金桥银行常州分行"], {}),
    (["莱克电气", "莱克电气（苏州）有限公司"], {"莱克电气": "莱克电气（苏州）有限公司"}),
    (["远景", "天合"], {}),
]


@pytest.mark.parametrize(("names", "expected"), SHORT)
def test_short_names_of_companies(names: list[str], expected: dict[str, str]) -> None:
    assert fuller(names) == expected


def test_a_short_name_counts_in_its_article_only() -> None:
    number = Quantity(Decimal(1), "个", "", "一个")
    facts = [
        fact(Ref("禾谷智能", "Company"), "statistic", number),
        fact(Ref("成都禾谷智能装备有限公司", "Company"), "statistic", number),
        fact(Ref("禾谷智能", "Company"), "statistic", number, source="B.md"),
    ]
    _, resolved = resolve(facts, [], {"A.md": None, "B.md": None}, gazetteer.load())
    ids = [f.subject.id for f in resolved]
    assert ids[0] == ids[1] != ids[2]


def test_a_meeting_on_a_day_is_one_in_two_papers_of_the_place() -> None:
    event, day = Ref("区委常委会会议", "Event"), TimeSpan("3月3日", "2025-03-03")
    other = TimeSpan("3月10日", "2025-03-10")
    facts = [fact(event, "heldOn", when, source=source) for when, source in ((day, "A"), (day, "B"), (other, "C"))]
    _, resolved = resolve(facts, [], dict.fromkeys("ABC", place(WUJIN)), gazetteer.load())
    ids = [f.subject.id for f in resolved]
    assert ids[0] == ids[1] != ids[2]


def test_one_class_for_a_body_and_the_article_for_a_byline() -> None:
    number = Quantity(Decimal(1), "个", "", "一个")
    facts = [
        fact(Ref("远山水泥集团", "Organization"), "statistic", number),
        fact(Ref("远山水泥集团", "Company"), "statistic", number),
        fact(Ref("article", "Article"), "reportedBy", Ref("芮文洁", "Person")),
    ]
    article = Article("A.md", "A.md", "标题", "文", (0,), (), 0, 1)
    _, resolved = resolve(facts, [article], {"A.md": None}, gazetteer.load())
    assert [f.subject.type for f in resolved] == ["Company", "Company", "Article"]
    assert resolved[2].subject.id == article_id("A.md", "A.md")


def test_the_users_canonical_name_decides() -> None:
    facts = [fact(Ref("碳屿", "Company"), "undertakes", Ref("导热膜项目", "Project"))]
    entities, resolved = resolve(facts, [], {"A.md": None}, gazetteer.load(), {"碳屿": "常州碳屿材料有限公司"})
    entity = next(e for e in entities if e.id == resolved[0].subject.id)
    assert (entity.label, entity.aliases) == ("常州碳屿材料有限公司", ("碳屿",))
    assert entity.id == one("常州碳屿材料有限公司", "Company").id


def test_the_order_of_facts_changes_no_entity() -> None:
    facts = [fact(Ref(name, cls), "locatedIn", Ref("我区", "Place")) for name, cls, _, _ in LABELS]
    homes = {"A.md": place(WUJIN)}
    forth, _ = resolve(facts, [], homes, gazetteer.load())
    back, _ = resolve(facts[::-1], [], homes, gazetteer.load())
    assert forth == back


def test_refuses_a_class_that_the_ontology_lacks() -> None:
    with pytest.raises(ConfigurationError, match="rule r/r: 火箭: no class Rocket"):
        one("火箭", "Rocket")
