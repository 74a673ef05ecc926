"""The ready questions: each is well stated, answers its example on seeds/, and gives what rdflib gives too."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations
from pathlib import Path

import pyoxigraph as ox
import pytest
import rdflib
import triples

from kg import questions, sparql, store
from kg.errors import ConfigurationError, QueryError, UsageError
from kg.report import Report
from kg.rows import Rows
from kg.store import Store

WANTED = """
某人参加了哪些会议 谁和谁同场最多 某人任职史 某日谁是区委书记 某镇有哪些企业和项目 各镇总投资排行 某公司的项目与产能 某年投产的项目 某指标历年
某单位获过什么荣誉 某记者写过什么 两人之间的联系 今天比昨天新增了什么 有证据矛盾的事实 某条事实的原文出处
"""
ANSWERS = [
    # question, values, columns, all rows or, if they end in ..., the first ones
    ("某人参加了哪些会议", "who=丁宗岳", "day meeting roles", [
        "2025-03-03 武进区委常委会会议 主持", "2025-03-03 武进区民营企业家春季座谈会 讲话",
    ]),
    ("某人参加了哪些活动", "who=缪承恩", "day kind activity", ["2025-03-02 走访调研 缪承恩调研春耕备耕和乡村产业发展情况"]),
    ("谁和谁同场最多", "least=3", "person other events", ["蒲启元 丛维舟 4", "蒲启元 宗怀远 3"]),
    ("某人和谁同场最多", "who=欧阳雪", "person events", ["丁宗岳 1", "卜小芸 1", "恽国良 1", "糜建中 1", "..."]),
    ("某人任职史", "who=丁宗岳", "post body first last", ["武进区委书记 武进区委 2025-03-04 2025-03-04"]),
    ("某日谁是区委书记", "day=2025-03-03", "person title seen", ["丁宗岳 武进区委书记 此后见报"]),
    ("某日谁是区委书记", "day=2025-03-04", "person title seen", ["丁宗岳 武进区委书记 前后均见报"]),
    ("某日谁是区委书记", "day=2025-03-05; post=武进区委书记", "person title seen", [
        "丁宗岳 武进区委书记 此前见报", "宗怀远 武进区委书记 此后见报",
    ]),
    ("某日谁是区委书记", "day=2025-06-01", "person title seen", ["宗怀远 武进区委书记 前后均见报"]),
    ("某镇有哪些企业和项目", "town=前黄镇", "kind name place", [
        "企业 江苏绿穗农业科技有限公司 江苏省常州市武进区前黄镇", "项目 澄远高效储能电池项目 江苏省常州市武进区前黄镇",
    ]),
    ("某镇有哪些企业和项目", "town=礼嘉镇", "kind name investment", ["企业 常州铭石传动有限公司 ", "项目 常州睿铂机器人关节项目 680000000"]),
    ("各镇总投资排行", "", "town investment projects", [
        "江苏省常州市武进区礼嘉镇 680000000 1", "江苏省常州市武进区前黄镇 400000000 1", "浙江省宁波市余姚市泗门镇 320000000 1",
    ]),
    ("某公司的项目与产能", "company=合肥驭电科技有限公司", "name investment product capacity unit", [
        "合肥驭电科技有限公司车载充电机项目 5.2亿元 车载充电机 300000 套",
        "合肥驭电科技有限公司车载充电机项目二期  逆变器 100000 台",
    ]),
    ("某年投产的项目", "year=2026", "project state first", [
        "东亭街道柏庄片区更新项目 预计 2026-01-01", "澄远高效储能电池项目 预计 2026-01-01", "...",
    ]),
    ("某指标历年", "indicator=地区生产总值", "subject period measure value unit", [
        "江苏省常州市武进区 2024 增幅 6.3 %", "江苏省常州市武进区 2024 水平 342060000000 元",
        "江苏省常州市武进区 2025 增幅 5.9 %", "江苏省常州市武进区 2025 水平 361000000000 元",
    ]),
    ("某单位获过什么荣誉", "who=鹿小庆", "honour by", ["寿光菜王 菜博会组委会"]),
    ("某记者写过什么", "who=芮文洁", "day as title", [
        "2025-03-04 采写 区委常委会召开会议 研究一季度“开门红”等工作", "2025-03-04 采写 武进国家高新区发出产业强链“动员令”",
    ]),
    ("两人之间的联系", "one=丁宗岳; other=欧阳雪", "how via", [
        "共同 武进区民营企业家春季座谈会", "同一报道 民营企业家春季座谈会举行",
    ]),
    ("今天比昨天新增了什么", "day=2025-03-04", "day subject object", ["2025-03-04 12 个项目落子西太湖 “春季攻势”再下一城 丘一帆", "..."]),
    ("有证据矛盾的事实", "", "subject one other", [
        "澄远高效储能电池项目 3.5亿元 4亿元", "澄远高效储能电池项目二期 2亿元 2.5亿元",
    ]),
    ("某条事实的原文出处", "about=丁宗岳; object=武进区民营企业家春季座谈会", "quote start end", [
        "区委书记丁宗岳到会并讲话，区委常委、统战部部长欧阳雪主持会议，副区长邵立群参加会议。 771 813",
    ]),
    ("谁走访过某单位", "where=前黄镇", "person role", ["缪承恩 带队", "缪承恩 讲话", "是文炳 陪同"]),
    ("某单位有哪些人任职", "body=武进区委", "person post", [
        "丁宗岳 武进区委书记", "娄景行 武进区委副书记", "宗怀远 武进区委书记", "欧阳雪 武进区委常委", "...",
    ]),
    ("某单位和谁签约", "body=大瑶镇人民政府", "partner published", ["深圳蓝穹演艺科技有限公司 2025-06-11"]),
    ("某人某单位的全部事实", "about=丁宗岳", "subject object", [
        "丁宗岳 武进区委书记", "丁宗岳 武进区委常委会会议", "丁宗岳 武进区民营企业家春季座谈会",
    ]),
    ("有出入的统计数据", "", "subject", []),
]  # fmt: skip


@pytest.fixture(scope="module")
def seeds(built: tuple[Path, Report]) -> Store:
    return store.open(built[0])


def values(text: str) -> dict[str, object]:
    return dict(one.split("=", 1) for one in text.split("; ") if one)


def lines(rows: Rows, columns: str) -> list[str]:
    return [" ".join("" if row[name] is None else str(row[name]) for name in columns.split()) for row in rows]


@pytest.mark.parametrize(
    ("question", "given", "columns", "expected"), ANSWERS, ids=[a[0] + " " + a[1] for a in ANSWERS]
)
def test_answers_on_seeds(seeds: Store, question: str, given: str, columns: str, expected: list[str]) -> None:
    found = lines(seeds.query(question, **values(given)), columns)
    if expected[-1:] == ["..."]:
        assert found[: len(expected) - 1] == expected[:-1] and len(found) >= len(expected)
    else:
        assert found == expected


def test_every_question_is_tested() -> None:
    titles = [one.zh for one in questions.load()]
    assert set(WANTED.split()) <= set(titles) and len(set(titles)) == len(titles) >= 15
    assert {answer[0] for answer in ANSWERS} == set(titles)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Store, rdflib.Graph]:
    """A synthetic graph in the store and in rdflib, small because of rdflib."""
    folder = triples.written(5_000, tmp_path_factory.mktemp("small"))
    store.write(folder)
    opened = store.open(folder)
    return opened, opened.graph()


SLOW = {"copresence", "between_two", "conflicting_statistics"}
"""Questions that take rdflib a minute even here."""


@pytest.mark.parametrize("name", [one.name for one in questions.load() if one.name not in SLOW])
def test_rdflib_gives_the_same(small: tuple[Store, rdflib.Graph], name: str) -> None:
    opened, graph = small
    question = questions.find(name)
    assert question is not None
    prepared = opened.prepare(name, triples.values(question, opened))
    own = [tuple(map(plain, row)) for row in opened.run(prepared)]
    other = graph.query(sparql.prologue(prepared.query, opened.prefixes) + prepared.query)
    assert Counter(own) == Counter(tuple(map(plain, row)) for row in other)
    assert own


def test_pairs_are_counted_right(small: tuple[Store, rdflib.Graph]) -> None:
    opened, _ = small
    there: dict[str, set[str]] = defaultdict(set)
    for row in opened.query(
        "SELECT ?event ?name { ?x kg:presidedOver|kg:attended|kg:led|kg:accompanied ?event ; rdfs:label ?name }"
    ):
        there[row["event"]].add(row["name"])
    pairs = Counter(frozenset(pair) for names in there.values() for pair in combinations(sorted(names), 2))
    found = {frozenset((row["person"], row["other"])): row["events"] for row in opened.query("copresence")}
    assert len(found) == 20 and all(pairs[pair] == count for pair, count in found.items())
    assert sorted(found.values()) == sorted(pairs.values())[-20:]


def plain(term: object) -> str:
    """A term as both libraries write it: its text; what GROUP_CONCAT strung together, in order."""
    text = term.value if isinstance(term, ox.NamedNode | ox.Literal) else "" if term is None else str(term)
    return "、".join(sorted(text.split("、")))


@pytest.mark.parametrize("question", questions.load(), ids=lambda one: one.name)
def test_the_example_has_an_answer(seeds: Store, question: questions.Question) -> None:
    assert seeds.query(question.name, **values("; ".join(question.example))) or not question.example


def test_names_are_labels_or_aliases(seeds: Store) -> None:
    full = seeds.query("某镇有哪些企业和项目", town="江苏省常州市武进区前黄镇")
    assert full and full.terms == seeds.query("某镇有哪些企业和项目", town="前黄镇").terms


def test_values_in_order_and_with_types(seeds: Store) -> None:
    prepared = questions.prepare("某日谁是区委书记", {}, seeds.prefixes, ["2025-03-03"])
    assert str(prepared.values["day"]) == '"2025-03-03"^^<http://www.w3.org/2001/XMLSchema#date>'
    assert str(prepared.values["post"]) == '"区委书记"@zh'
    typed = questions.prepare(
        "ASK { $s kg:firstDay $day }", {"day:date": "2025-03-03", "s:iri": "person:1"}, seeds.prefixes
    )
    assert typed.query.startswith("ASK { <https://w3id.org/local-news-kg/id/person/1> kg:firstDay ")


def test_a_default_may_be_asked_of_the_store(seeds: Store) -> None:
    newest = seeds.query("SELECT (MAX(?day) AS ?newest) { ?article kg:publishedOn ?day }")[0]["newest"]
    new = seeds.query("今天比昨天新增了什么")
    assert new and {row["day"] for row in new} == {newest}


WRONG = [
    ("某人任职史", {}, (), "某人任职史 needs who=人名; such as who=丁宗岳"),
    ("某人任职史", {"when": "x"}, (), "has no parameter when; it has who"),
    ("某人任职史", {}, ("a", "b"), "'b': give parameters as name=value"),
    ("某日谁是区委书记", {"day": "gestern"}, (), "'gestern' is no date: write it as 2025-02-08"),
    ("某人任期", {}, (), "'某人任期' is neither a file, a query, nor a ready question"),
    ("ASK { ?s ?p $x }", {"y": "1"}, (), r"the query has no parameter \$y"),
    ("ASK { ?s ?p $x }", {}, ("1",), "'1': give parameters as name=value"),
]


@pytest.mark.parametrize(("text", "given", "rest", "message"), WRONG)
def test_wrong_parameters(text: str, given: dict[str, str], rest: tuple[str, ...], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        questions.prepare(text, given, {}, rest)


HEAD = "# zh: 问\n# en: a question\n"
FAULTS = [
    ("SELECT * {}", "has no line # zh"),
    ("# zh: 问\nSELECT * {}", "has no line # en"),
    (HEAD + "SELECT * { ?s ?p $who }", r"declares \[\] and uses \['who'\]"),
    (HEAD + "# param who name: 谁 / who\nSELECT * {}", r"declares \['who'\] and uses \[\]"),
    (HEAD + "# param who colour: 谁 / who\nSELECT * { ?s ?p $who }", "write # param NAME TYPE"),
    (HEAD + "# default who: ASK {}\nSELECT * {}", "there is no parameter who before it"),
    (HEAD + "# param who name 谁\nSELECT * { ?s ?p $who }", "write # param NAME TYPE"),
]


@pytest.mark.parametrize(("text", "message"), FAULTS, ids=[message for _, message in FAULTS])
def test_an_ill_stated_question_is_refused(text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        questions.parse("x", text)


def test_malformed_queries_name_the_place(seeds: Store) -> None:
    with pytest.raises(QueryError) as raised:
        seeds.query("SELECT * {\n  ?s ?p }")
    assert (raised.value.line, raised.value.column) == (2, 10)


def test_listing_has_all() -> None:
    told = questions.listing()
    assert all(one.zh in told and one.name in told and one.en in told for one in questions.load())
