"""Facts measured on gold: what is forgiven, what is not, and that the figures are those of the reference scorer."""

from __future__ import annotations

import importlib.util
import json
import subprocess
import sys
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.cli import main
from kg.errors import ConfigurationError, UsageError
from kg.evaluate import (
    Counts,
    Evaluation,
    built_facts,
    calibrate,
    evaluate,
    load_gold,
    names_score,
    wilson_lower_bound,
    write_confidence,
)
from kg.gold import ROLES, GoldArticle
from kg.scoring import judge

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"
needs_shared = pytest.mark.skipif(
    not (SHARED / "gold/score.py").exists(), reason="the reference scorer lies in ../shared, which is not here"
)

TYPES = {
    "岳阳宏远机械有限公司": "Company",
    "东湖云杉科技集团": "Company",
    "人民医院": "Institution",
    "青石镇": "Place",
    "东湖区": "Place",
    "丁宗岳": "Person",
    "周洁茹": "Person",
}


def g(p: str, s: Any, o: Any, **more: Any) -> dict[str, Any]:
    """A gold fact."""
    return {"p": p, "s": s, "o": o, **more}


def r(s: str, p: str, o: Any, rule: str = "", **qualifiers: Any) -> dict[str, Any]:
    """An extracted fact."""
    got = {"label": o} if isinstance(o, str) else o
    return {
        "article": "x.txt",
        "subject": {"label": s},
        "predicate": p,
        "object": got,
        "qualifiers": qualifiers,
        "rule": rule,
    }


def n(value: float, unit: str, mod: str = "") -> dict[str, Any]:
    """A quantity, in gold or extracted."""
    return {"value": value, "unit": unit} | ({"mod": mod} if mod else {})


def article(*facts: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {
        "id": "x",
        "region": "东湖区",
        "date": "2025-03-04",
        "title": "",
        "facts": list(facts),
        "types": TYPES,
    } | more


def gold_of(path: Path, *articles: dict[str, Any]) -> list[GoldArticle]:
    (path / "gold.jsonl").write_text("\n".join(json.dumps(a, ensure_ascii=False) for a in articles), "utf-8")
    return load_gold(path / "gold.jsonl")


def counted(evaluation: Evaluation) -> tuple[tuple[int, int, int], tuple[int, int, int]]:
    """Right, wrong, missed: forgiving and strict."""
    f, s = evaluation.forgiving.total, evaluation.strict.total
    return (f.right, f.wrong, f.missed), (s.right, s.wrong, s.missed)


FACTORY = "岳阳宏远机械有限公司"
WORKS = ["清泉水厂项目", "水厂项目"]
MEETING = ["全区农业工作会议", "农业工作会议"]
OUTPUT = {"indicator": ["工业总产值", "产值"]}


def gs(value: float, unit: str, **more: Any) -> dict[str, Any]:
    """A statistic in gold."""
    return g("statistic", "东湖区", n(value, unit), **more)


def rs(value: float, unit: str, **qualifiers: Any) -> dict[str, Any]:
    """A statistic extracted."""
    return r("东湖区", "statistic", n(value, unit), **qualifiers)


def gi(**more: Any) -> dict[str, Any]:
    """A total investment in gold."""
    return g("totalInvestment", WORKS, n(3e8, "元"), **more)


# One gold fact, one extracted: is it right forgivingly, strictly?
PAIRS = [
    # names of companies and bodies
    (g("locatedIn", FACTORY, "经开区"), r(FACTORY, "locatedIn", "经开区"), True, True),
    (g("locatedIn", [FACTORY, "宏远"], "经开区"), r("宏远", "locatedIn", "经开区"), True, True),
    (g("locatedIn", FACTORY, "经开区"), r("宏远机械", "locatedIn", "经开区"), True, False),
    (g("locatedIn", FACTORY, "经开区"), r(FACTORY + "长沙分公司", "locatedIn", "经开区"), False, False),
    (g("locatedIn", FACTORY, "经开区"), r("岳阳大成机械有限公司", "locatedIn", "经开区"), False, False),
    (g("locatedIn", "人民医院", "青石镇"), r("东湖区人民医院", "locatedIn", "青石镇"), True, False),
    (g("locatedIn", "人民医院", "青石镇"), r("东湖人民医院", "locatedIn", "青石镇"), True, False),
    (g("locatedIn", "人民医院", "青石镇"), r("人民医院", "locatedIn", "青石"), True, False),
    (g("locatedIn", "人民医院", "青石镇"), r("人民医院", "locatedIn", "青石镇柳树村"), True, False),
    (g("locatedIn", "人民医院", "青石镇"), r("人民医院", "locatedIn", "白石镇"), False, False),
    (g("visited", MEETING, "“云杉”展厅"), r(MEETING[0], "visited", "云杉展厅"), True, True),
    # persons are who they are
    (g("reportedBy", "article", "周洁茹"), r("", "reportedBy", "周洁茹"), True, True),
    (g("reportedBy", "article", "周洁茹"), r("", "reportedBy", "周洁"), False, False),
    (g("presidedOver", "丁宗岳", MEETING), r("丁宗", "presidedOver", MEETING[0]), False, False),
    # posts
    (g("holdsPost", "丁宗岳", "区长"), r("丁宗岳", "holdsPost", "东湖区区长"), True, False),
    (g("holdsPost", "丁宗岳", "区长"), r("丁宗岳", "holdsPost", "副区长"), False, False),
    (g("holdsPost", "丁宗岳", "区长"), r("丁宗岳", "holdsPost", "代区长"), False, False),
    (g("holdsPost", "丁宗岳", "常务副区长"), r("丁宗岳", "holdsPost", "副区长"), False, False),
    (g("holdsPost", "丁宗岳", "原区长"), r("丁宗岳", "holdsPost", "区长"), False, False),
    (g("holdsPost", "丁宗岳", "区委书记"), r("丁宗岳", "holdsPost", "市委书记"), False, False),
    (g("holdsPost", "丁宗岳", "区农业农村局局长"), r("丁宗岳", "holdsPost", "农业农村局局长"), True, False),
    (g("holdsPost", "丁宗岳", "区委副书记"), r("丁宗岳", "holdsPost", "区委副书记、区长"), False, False),
    # events: the label most like an event stands for it; a sole one for the sole one
    (g("presidedOver", "丁宗岳", MEETING), r("丁宗岳", "presidedOver", "区农业会议"), True, False),
    (g("presidedOver", "丁宗岳", MEETING), r("丁宗岳", "presidedOver", "座谈"), True, False),
    (g("heldIn", MEETING, "会展中心"), r("农业工作会议", "heldIn", "会展中心"), True, True),
    # roles
    (g("accompanied", "丁宗岳", MEETING), r("丁宗岳", "attended", MEETING[0]), True, False),
    (g("attended", "丁宗岳", MEETING), r("丁宗岳", "observed", MEETING[0]), True, False),
    (g("presidedOver", "丁宗岳", MEETING), r("丁宗岳", "spokeAt", MEETING[0]), False, False),
    # dates
    (g("heldOn", MEETING, "2025-03-03"), r(MEETING[0], "heldOn", {"date": "2025-03-03", "text": "昨天"}), True, True),
    (g("heldOn", MEETING, "2025-03-03"), r(MEETING[0], "heldOn", {"text": "3月3日下午"}), True, False),
    (g("heldOn", MEETING, "2025-03-03"), r(MEETING[0], "heldOn", {"text": "2024年3月3日"}), False, False),
    (g("heldOn", MEETING, "2025-03-03"), r(MEETING[0], "heldOn", {"date": "2025-03"}), False, False),
    (g("heldOn", MEETING, "昨天", o_alt=["昨日"]), r(MEETING[0], "heldOn", {"text": "昨日"}), True, True),
    (g("heldOn", MEETING, "昨天"), r(MEETING[0], "heldOn", {"text": "今天"}), False, False),
    (g("completedOn", WORKS, "2026-H2"), r(WORKS[0], "completedOn", {"date": "2026-07/2026-12"}), True, True),
    (g("completedOn", WORKS, "2026-H2"), r(WORKS[0], "completedOn", {"date": "2026-Q3"}), False, False),
    (g("completedOn", WORKS, "2025-11-XX"), r(WORKS[0], "completedOn", {"date": "2025-11"}), True, True),
    # values, units, modifiers
    (gi(), r(WORKS[1], "totalInvestment", n(300000000, "元")), True, True),
    (gi(), r(WORKS[0], "totalInvestment", n(3e8, "美元")), False, False),
    (gi(), r(WORKS[0], "totalInvestment", n(3e4, "元")), False, False),
    (g("totalInvestment", WORKS, n(3e8, "元", ">")), r(WORKS[0], "totalInvestment", n(3e8, "元")), True, False),
    (gi(), r(WORKS[0], "totalInvestment", {"text": "3亿元"}), False, False),
    (gs(9, "人", indicator="党员"), rs(9, "名", indicator="党员"), True, False),
    (gs(9, "家", indicator="企业"), rs(9, "个", indicator="企业"), True, False),
    (gs(9, "台", indicator="设备"), rs(9, "套", indicator="设备"), False, False),
    (g("statistic", "东湖区", {"value": 9, "unit": "台", "alt_units": ["台套"]}, indicator="设备"),
     rs(9, "台套", indicator="设备"), True, True),
    (g("rank", "东湖区", n(3, "位"), indicator="百强区"),
     r("东湖区", "rank", n(3, "名"), indicator="百强区"), True, False),
    (g("rank", "东湖区", n(3, "位"), indicator="百强区"),
     r("东湖区", "rank", n(4, "位"), indicator="百强区"), False, False),
    # indicators and products
    (gs(5e9, "元", **OUTPUT), rs(5e9, "元", indicator="产值"), True, True),
    (gs(5e9, "元", **OUTPUT), rs(5e9, "元", indicator="农业产值"), True, False),
    (gs(5e9, "元", **OUTPUT), rs(5e9, "元", indicator="税收"), False, False),
    (g("annualCapacity", WORKS, n(9, "台"), product="水泵"), r(WORKS[0], "annualCapacity", n(9, "台")), False, False),
    # growth is not level
    (gs(7, "%", growth=True, **OUTPUT), rs(7, "%", indicator="产值", growth=True), True, True),
    (gs(7, "%", growth=True, **OUTPUT), rs(7, "%", indicator="产值"), False, False),
    (gs(7, "%", growth=True, **OUTPUT), rs(7, "%", indicator="产值增幅"), True, False),
    (gs(7, "%", **OUTPUT), rs(7, "%", indicator="产值", growth=True), False, False),
    (gs(5e9, "元", **OUTPUT), rs(5e9, "元", indicator="产值", growth=True), False, False),
    # the phase
    (gi(phase="一期"), r(WORKS[0], "totalInvestment", n(3e8, "元"), phase="一期"), True, True),
    (gi(phase="一期"), r("清泉水厂项目一期", "totalInvestment", n(3e8, "元")), True, False),
    (gi(phase="一期"), r(WORKS[0], "totalInvestment", n(3e8, "元")), False, False),
    (gi(phase="一期"), r(WORKS[0], "totalInvestment", n(3e8, "元"), phase="二期"), False, False),
    (gi(), r(WORKS[0], "totalInvestment", n(3e8, "元"), phase="一期"), False, False),
    (g("undertakes", FACTORY, "水厂二期项目"), r(FACTORY, "undertakes", "水厂一期项目"), False, False),
    (g("awarded", FACTORY, "第三届质量奖"), r(FACTORY, "awarded", "第四届质量奖"), False, False),
    # kinds
    (g("area", WORKS, n(50, "亩"), kind="占地"), r(WORKS[0], "area", n(50, "亩"), kind="占地"), True, True),
    (g("area", WORKS, n(50, "亩"), kind="占地"), r(WORKS[0], "area", n(50, "亩"), kind="用地"), True, False),
    (g("area", WORKS, n(50, "亩"), kind="占地"), r(WORKS[0], "area", n(50, "亩"), kind="建筑面积"), False, False),
    (g("expectedRevenue", WORKS, n(5, "元"), kind="产值"),
     r(WORKS[0], "expectedRevenue", n(5, "元"), kind="税收"), False, False),
    # a contract holds both ways
    (g("signedWith", FACTORY, "东湖云杉科技集团"), r("东湖云杉科技集团", "signedWith", FACTORY), True, False),
    # what gold says of `by` matters to the strict alone
    (g("awarded", FACTORY, "质量奖", by="省政府"), r(FACTORY, "awarded", "质量奖"), True, False),
]  # fmt: skip


@pytest.mark.parametrize(("gold", "fact", "forgiving", "strict"), PAIRS)
def test_one_fact(gold: dict[str, Any], fact: dict[str, Any], forgiving: bool, strict: bool, tmp_path: Path) -> None:
    hit, miss = (1, 0, 0), (0, 1, 1)
    evaluation = evaluate(gold_of(tmp_path, article(gold)), [fact])
    assert counted(evaluation) == (hit if forgiving else miss, hit if strict else miss)


BRIEFING = "防汛形势新闻发布会"
PRESIDES, SPEAKS = g("presidedOver", "丁宗岳", MEETING), g("spokeAt", "周洁茹", BRIEFING)
INVESTED = r(WORKS[0], "totalInvestment", n(3e8, "元"))
GREW = r("东湖区", "statistic", n(7, "%"), indicator="工业总产值", growth=True)

# Gold facts, extracted facts: right, wrong and missed, forgivingly and strictly.
SCENES = [
    ([], [], (0, 0, 0), (0, 0, 0)),
    ([PRESIDES], [], (0, 0, 1), (0, 0, 1)),
    # a predicate that gold does not annotate is passed over
    ([], [r("丁宗岳", "knows", "周洁茹")], (0, 0, 0), (0, 0, 0)),
    # a fact said again in the same words is one
    ([g("totalInvestment", WORKS, n(3e8, "元"))], [INVESTED, INVESTED], (1, 0, 0), (1, 0, 0)),
    ([], [INVESTED, INVESTED], (0, 1, 0), (0, 1, 0)),
    # so is one with a shorter indicator; by another name of its subject it is not
    (
        [g("statistic", "东湖区", n(7, "%"), growth=True, **OUTPUT)],
        [GREW, r("东湖区", "statistic", n(7, "%"), indicator="产值", growth=True)],
        (1, 0, 0),
        (1, 1, 0),
    ),
    (
        [g("totalInvestment", WORKS, n(3e8, "元"))],
        [INVESTED, r(WORKS[1], "totalInvestment", n(3e8, "元"))],
        (1, 1, 0),
        (1, 1, 0),
    ),
    # who presides attends as well: neither right nor wrong, but not what gold says
    ([PRESIDES], [r("丁宗岳", "presidedOver", MEETING[0]), r("丁宗岳", "attended", MEETING[0])], (1, 0, 0), (1, 1, 0)),
    # two labels for one event: the second is wrong
    (
        [PRESIDES],
        [r("丁宗岳", "presidedOver", MEETING[0]), r("丁宗岳", "presidedOver", MEETING[1])],
        (1, 1, 0),
        (1, 1, 0),
    ),
    # two events are kept apart
    (
        [PRESIDES, SPEAKS],
        [r("丁宗岳", "presidedOver", BRIEFING), r("周洁茹", "spokeAt", MEETING[0])],
        (0, 2, 2),
        (0, 2, 2),
    ),
    # a label half like an event stands for it, one hardly like any for none
    (
        [PRESIDES, SPEAKS],
        [r("丁宗岳", "presidedOver", "农业会议"), r("周洁茹", "spokeAt", "表彰大会")],
        (1, 1, 1),
        (0, 2, 2),
    ),
    # optional facts cost and gain nothing, but only once
    ([g("awarded", FACTORY, "质量奖", optional=True)], [], (0, 0, 0), (0, 0, 0)),
    ([g("awarded", FACTORY, "质量奖", optional=True)], [r(FACTORY, "awarded", "质量奖")], (0, 0, 0), (0, 0, 0)),
    (
        [g("awarded", FACTORY, "质量奖", optional=True)],
        [r(FACTORY, "awarded", "质量奖"), r(FACTORY, "awarded", "质量奖项")],
        (0, 1, 0),
        (0, 1, 0),
    ),
    # an optional other reading of a required figure finds it
    (
        [
            g("totalInvestment", WORKS, n(3e8, "元")),
            g("statistic", WORKS, n(3e8, "元"), indicator="投资", optional=True),
        ],
        [r(WORKS[0], "statistic", n(3e8, "元"), indicator="投资")],
        (1, 0, 0),
        (0, 0, 1),
    ),
    # the required fact goes before the optional, the nearer name before the farther
    (
        [g("holdsPost", "丁宗岳", "局长", optional=True), g("holdsPost", "丁宗岳", "局长")],
        [r("丁宗岳", "holdsPost", "局长")],
        (1, 0, 0),
        (1, 0, 0),
    ),
    (
        [g("holdsPost", "丁宗岳", "农业农村局党组书记"), g("holdsPost", "丁宗岳", "党组书记")],
        [r("丁宗岳", "holdsPost", "党组书记"), r("丁宗岳", "holdsPost", "农业农村局党组书记")],
        (2, 0, 0),
        (2, 0, 0),
    ),
    (
        [g("holdsPost", "丁宗岳", "农业农村局局长"), g("holdsPost", "丁宗岳", "区农业农村局局长")],
        [r("丁宗岳", "holdsPost", "区农业农村局局长"), r("丁宗岳", "holdsPost", "农业局局长")],
        (2, 0, 0),
        (1, 1, 1),
    ),
    # the name of another entity of the article is not forgiven
    (
        [g("produces", FACTORY, "水泵"), g("produces", "宏远机械", "阀门")],
        [r("宏远机械", "produces", "水泵")],
        (0, 1, 2),
        (0, 1, 2),
    ),
    # the company of the article's posts may stand before a post
    (
        [g("holdsPost", "丁宗岳", "董事长"), g("postAt", "丁宗岳", "东湖云杉科技集团")],
        [r("丁宗岳", "holdsPost", "东湖云杉科技集团董事长")],
        (1, 0, 1),
        (0, 1, 2),
    ),
]


@pytest.mark.parametrize(("gold", "facts", "forgiving", "strict"), SCENES)
def test_facts_of_an_article(
    gold: list[dict[str, Any]],
    facts: list[dict[str, Any]],
    forgiving: tuple[int, int, int],
    strict: tuple[int, int, int],
    tmp_path: Path,
) -> None:
    assert counted(evaluate(gold_of(tmp_path, article(*gold)), facts)) == (forgiving, strict)


@pytest.mark.parametrize(
    ("where", "title", "home"),
    [
        ("D-03.txt", "", "D-03"),
        ("pages.zip/D-03.txt", "", "D-03"),
        ("D-031.txt", "", None),
        ("A.md#1", "青石镇召开防汛工作会议", "A1"),
        ("A.md#1", "青石镇召开防汛", "A1"),
        ("A.md#7", "东湖鱼汛", "A2"),
        ("A.md#7", "", "A2"),
        ("B.md#1", "青石镇召开防汛工作会议", None),
    ],
)
def test_fact_finds_its_article(where: str, title: str, home: str | None, tmp_path: Path) -> None:
    gold = gold_of(
        tmp_path,
        article(id="D-03"),
        article(id="A1", page="A", title="青石镇召开防汛工作会议"),
        article(id="A2", page="A", title="（图片）"),
    )
    evaluation = evaluate(gold, [INVESTED | {"article": where, "title": title}])
    assert [found for found, _ in evaluation.forgiving.wrong] == ([home] if home else [])
    assert evaluation.unplaced == (0 if home else 1)


def test_figures() -> None:
    counts = Counts(right=3, wrong=1, missed=2)
    assert (counts.precision, counts.recall) == (0.75, 0.6)
    assert counts.f1 == pytest.approx(2 / 3)
    assert (Counts().precision, Counts().recall, Counts().f1) == (0.0, 0.0, 0.0)


@pytest.fixture
def evaluation(tmp_path: Path) -> Evaluation:
    """Rule 主持: 1 right; 承前: 1 right, 1 wrong; 位于: 1 optional."""
    gold = gold_of(
        tmp_path,
        article(
            PRESIDES,
            g("attended", "周洁茹", MEETING),
            g("locatedIn", FACTORY, "青石镇", optional=True),
            g("totalInvestment", WORKS, n(3e8, "元"), phase="一期"),
        ),
    )
    facts = [
        r("丁宗岳", "presidedOver", MEETING[0], rule="meetings/主持"),
        r("周洁茹", "attended", MEETING[1], rule="meetings/承前"),
        r("严从治", "attended", MEETING[1], rule="meetings/承前"),
        r(FACTORY, "locatedIn", "青石镇", rule="projects/位于"),
    ]
    return evaluate(gold, facts)


def test_table(evaluation: Evaluation) -> None:
    lines = [line.split() for line in evaluation.table().splitlines()]
    assert lines[1:5] == [
        ["attended", "1", "1", "0", "0.500", "1.000", "0.667", "0.500", "1.000", "0.667"],
        ["presidedOver", "1", "0", "0", "1.000", "1.000", "1.000", "1.000", "1.000", "1.000"],
        ["totalInvestment", "0", "0", "1", "0.000", "0.000", "0.000", "0.000", "0.000", "0.000"],
        ["ALL", "2", "1", "1", "0.667", "0.667", "0.667", "0.667", "0.667", "0.667"],
    ]


def test_errors_name_the_rule(evaluation: Evaluation) -> None:
    assert evaluation.errors().splitlines() == [
        "+ x\t严从治 attended 农业工作会议\t[meetings/承前]",
        "- x\t清泉水厂项目 totalInvestment 300000000.0元 (一期)",
    ]


def test_rules(evaluation: Evaluation) -> None:
    assert evaluation.forgiving.rules == {"meetings/主持": Counts(1, 0), "meetings/承前": Counts(1, 1)}
    assert [line.split() for line in evaluation.rule_table().splitlines()[1:]] == [
        ["1", "1", "0.500", "meetings/承前"],
        ["1", "0", "1.000", "meetings/主持"],
    ]


def test_as_dict_is_json(evaluation: Evaluation) -> None:
    got = json.loads(json.dumps(evaluation.as_dict(), ensure_ascii=False))
    assert got["forgiving"]["predicates"]["attended"]["wrong"] == 1
    assert got["rules"]["meetings/承前"] == {"right": 1, "wrong": 1, "precision": 0.5}
    assert [entry["fact"]["rule"] for entry in got["wrong"]] == ["meetings/承前"]


@pytest.mark.parametrize(
    ("right", "total", "bound"),
    # Newcombe, Two-sided confidence intervals for the single proportion, Statistics in Medicine 17 (1998), table I
    [(81, 263, 0.2553), (15, 148, 0.0624), (0, 20, 0.0), (1, 29, 0.0061), (0, 0, 0.0)],
)
def test_wilson_lower_bound(right: int, total: int, bound: float) -> None:
    assert wilson_lower_bound(right, total) == pytest.approx(bound, abs=5e-5)


def test_calibrate(evaluation: Evaluation) -> None:
    # Lower bounds: 1 of 1 0.2065, 1 of 2 0.0945, 2 of 3 0.2077; twice that: 2 of 2 0.3424, 2 of 4 0.1500, 4 of 6 0.3000
    assert calibrate([evaluation]) == {"": 0.21, "meetings/主持": 0.21, "meetings/承前": 0.09}
    assert calibrate([evaluation, evaluation], ["meetings/新", "visits/新", "meetings/主持"]) == {
        "": 0.3,
        "meetings/主持": 0.34,
        "meetings/承前": 0.15,
        "meetings/新": 0.3,
        "visits/新": 0.3,
    }
    assert calibrate([]) == {"": 0.0}


def test_write_confidence(tmp_path: Path) -> None:
    write_confidence(tmp_path / "c.json", {"meetings/主持": 0.9, "": 0.5})
    assert (tmp_path / "c.json").read_text("utf-8") == '{\n "": 0.5,\n "meetings/主持": 0.9\n}\n'


def test_names_score(tmp_path: Path) -> None:
    types = {"丁宗岳": "Person", "周洁茹": "Person", "佘雨晴": "Person", "严华": "Person"}
    gold = gold_of(
        tmp_path,
        article(
            PRESIDES,
            g("attended", "周洁茹", MEETING),
            g("attended", "佘雨晴", MEETING, optional=True),
            g("attended", ["严华", "严华同志"], MEETING),
            types=types,
        ),
    )
    facts = [
        r(name, "spokeAt", "什么会议") for name in ("丁宗岳", "佘雨晴", "严华同志", "从严治")
    ]  # the fact need not be right
    for fact in facts:
        fact["subject"]["type"] = "Person"
    assert names_score(gold, facts) == Counts(right=2, wrong=1, missed=1)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "Expecting property name"),
        ("[]", "an object with an"),
        ('{"id": "", "facts": []}', "an object with an"),
        ('{"id": "y"}', '"facts" is not a list'),
        ('{"id": "x", "facts": []}', "the id 'x' is taken"),
        ('{"id": "y", "facts": [], "types": []}', '"types"'),
        ('{"id": "y", "facts": [], "title": 3}', "'title' is not a text"),
        ('{"id": "y", "facts": [3]}', "fact 1: not an object"),
        ('{"id": "y", "facts": [{"p": "likes", "s": "a", "o": "b"}]}', "fact 1: unknown predicate 'likes'"),
        ('{"id": "y", "facts": [{"p": "led", "s": "a", "o": "b", "maybe": 1}]}', "unknown field 'maybe'"),
        ('{"id": "y", "facts": [{"p": "led", "s": "a"}]}', "'o' is neither a name nor a list"),
        ('{"id": "y", "facts": [{"p": "led", "s": [], "o": "b"}]}', "'s' is neither"),
        ('{"id": "y", "facts": [{"p": "led", "s": "a", "o": {"value": 1}}]}', "is a name, not a quantity"),
        ('{"id": "y", "facts": [{"p": "rank", "s": "a", "o": {"value": "三"}}]}', '"value" is not a number'),
        ('{"id": "y", "facts": [{"p": "rank", "s": "a", "o": {"value": 3, "alt_units": 1}}]}', '"alt_units"'),
        ('{"id": "y", "facts": [{"p": "led", "s": "a", "o": "b", "optional": "no"}]}', "neither true nor false"),
    ],
)
def test_bad_gold_is_refused_with_its_line(line: str, reason: str, tmp_path: Path) -> None:
    path = tmp_path / "gold.jsonl"
    path.write_text('{"id": "x", "facts": []}\n\n' + line + "\n", "utf-8")
    with pytest.raises(ConfigurationError) as error:
        load_gold(path)
    assert str(error.value).startswith(f"{path}:3: ")
    assert reason in str(error.value)


def test_gold_in_a_folder_and_none(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="holds no gold article"):
        load_gold(tmp_path)
    (tmp_path / "b.json").write_text('{"id": "b",\n "facts": []}', "utf-8")
    (tmp_path / "a.json").write_text('{"id": "a", "facts": []}', "utf-8")
    (tmp_path / "b.jsonl").write_text('{"id": "b1", "facts": []}\n{"id": "b2", "facts": []}\n', "utf-8")
    (tmp_path / "notes.txt").write_text("no gold", "utf-8")
    assert [a.id for a in load_gold(tmp_path)] == ["a", "b", "b1", "b2"]
    (tmp_path / "c.json").write_bytes("会".encode("gb18030"))
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        load_gold(tmp_path)
    with pytest.raises(UsageError, match="no such file"):
        load_gold(tmp_path / "none.jsonl")


@pytest.fixture
def page(tmp_path: Path) -> Path:
    (tmp_path / "page.txt").write_text("本报讯 3月3日，区委书记丁宗岳主持召开全区农业工作会议并讲话。\n", "utf-8")
    return tmp_path / "page.txt"


def test_command(page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("onnxruntime", reason="building the facts needs onnxruntime")
    gold_of(tmp_path, article(g("holdsPost", "丁宗岳", "区委书记"), g("reportedBy", "article", "周洁茹"), id="page"))
    assert main(["evaluate", str(tmp_path / "gold.jsonl"), str(page), "--place", "东湖区", "--json"]) == 0
    got = json.loads(capsys.readouterr().out)
    assert got["strict"]["predicates"]["holdsPost"]["right"] == 1
    assert got["missed"] == [{"article": "page", "fact": "article reportedBy 周洁茹"}]
    assert main(["evaluate", str(tmp_path / "gold.jsonl"), str(page)]) == 0
    out = capsys.readouterr().out
    assert "- page\tarticle reportedBy 周洁茹" in out
    assert "people/职务" in out


def test_command_calibrates(page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("onnxruntime", reason="building the facts needs onnxruntime")
    gold_of(tmp_path, article(g("holdsPost", "丁宗岳", "区委书记"), id="page"))
    written: dict[str, Any] = {}
    monkeypatch.setattr("kg.evaluate.write_confidence", lambda path, table: written.update({path.name: table}))
    assert main(["evaluate", str(tmp_path / "gold.jsonl"), str(page), "--calibrate"]) == 0
    assert written["confidence.json"]["people/职务"] == 0.21
    assert {"", "meetings/主持"} <= written["confidence.json"].keys()


@pytest.mark.parametrize(("gold", "code"), [("none.jsonl", 2), ("bad.jsonl", 4)])
def test_command_refuses(gold: str, code: int, page: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "bad.jsonl").write_text("{", "utf-8")
    assert main(["evaluate", str(tmp_path / gold), str(page)]) == code
    assert gold in capsys.readouterr().err


# Agreement with the reference scorer


@pytest.fixture(scope="session")
def reference() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference_score", SHARED / "gold/score.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@needs_shared
@pytest.mark.parametrize(
    ("gold", "facts"), [*(([gold], [fact]) for gold, fact, *_ in PAIRS), *((gold, facts) for gold, facts, *_ in SCENES)]
)
def test_tables_agree_with_reference(
    gold: list[dict[str, Any]], facts: list[dict[str, Any]], reference: ModuleType, tmp_path: Path
) -> None:
    right, wrong, missed = reference.Article(article(*gold), facts).score()
    got = judge(gold_of(tmp_path, article(*gold))[0], facts)
    assert (len(got.right), len(got.wrong), len(got.missed)) == (len(right), len(wrong), len(missed))


@needs_shared
@pytest.mark.parametrize(
    ("source", "place", "name"),
    [("pages", "武进区", "wujin_daily.jsonl"), ("gold/local_news", None, "local_news.jsonl")],
)
def test_figures_agree_with_reference(source: str, place: str | None, name: str, tmp_path: Path) -> None:
    pytest.importorskip("onnxruntime", reason="building the facts needs onnxruntime")
    rows = built_facts([SHARED / source], place=place)
    (tmp_path / "facts.jsonl").write_text("\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    command = [
        sys.executable,
        str(SHARED / "gold/score.py"),
        str(tmp_path / "facts.jsonl"),
        str(SHARED / "gold" / name),
    ]
    done = subprocess.run([*command, "--json"], check=True, capture_output=True, text=True)
    evaluation = evaluate(load_gold(SHARED / "gold" / name), rows)
    total = evaluation.forgiving.total
    assert json.loads(done.stdout) == {
        "precision": total.precision,
        "recall": total.recall,
        "f1": total.f1,
        "gold": total.right + total.missed,
        "unplaced": evaluation.unplaced,
        "predicates": {p: [c.precision, c.recall, c.f1] for p, c in evaluation.forgiving.predicates.items()},
    }


def rows_from(gold: dict[str, Any], random: Random) -> list[dict[str, Any]]:
    """Facts as an extractor with faults might find them in a gold article."""
    names = [x for f in gold["facts"] for k in "so" if not isinstance(f[k], dict) for x in listed(f[k])]
    rows = [row_from(fact, names, random) for fact in gold["facts"] for _ in range(random.choice((0, 1, 1, 1, 2)))]
    random.shuffle(rows)
    return rows


def listed(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]


def row_from(fact: dict[str, Any], names: list[str], random: Random) -> dict[str, Any]:
    predicate = fact["p"]
    if random.random() < 0.1:
        predicate = random.choice(sorted(ROLES) if predicate in ROLES else [predicate, "statistic", "led", "area"])
    qualifiers: dict[str, Any] = {
        key: changed(random.choice(listed(fact[key])), names, random)
        for key in ("indicator", "product", "kind", "phase")
        if key in fact and random.random() < 0.9
    }
    if random.random() < 0.05:
        qualifiers["phase"] = random.choice(["一期", "二期", "首期"])
    if fact.get("growth", False) != (random.random() < 0.05):
        qualifiers["growth"] = True
    got = fact["o"]
    if isinstance(got, dict):
        value = got["value"] * (10 if random.random() < 0.05 else 1)
        target = {"value": value, "unit": random.choice([got["unit"]] * 9 + ["人", "名", "个", "家", "%"])}
    elif predicate in ("heldOn", "startedOn", "completedOn"):
        word = random.choice(listed(got) + fact.get("o_alt", []))
        target = random.choice(
            [{"date": listed(got)[0], "text": word}, {"text": word}, {"text": word, "date": "2025-06"}]
        )
    else:
        target = {"label": changed(random.choice(listed(got)), names, random)}
    subject = {"label": changed(random.choice(listed(fact["s"])), names, random)}
    return {"subject": subject, "predicate": predicate, "object": target, "qualifiers": qualifiers}


def changed(name: str, names: list[str], random: Random) -> str:
    """The name, or in one case of three another, a part of it or more than it."""
    if random.random() < 0.67:
        return name
    cut = random.randrange(len(name))
    more = [
        "副" + name,
        "常务" + name,
        "原" + name,
        name + "一期",
        "二期" + name,
        name + "分公司",
        "市" + name,
        name + "县",
    ]
    return random.choice(
        [*more, name[cut:], name[:cut], name[:cut] + name[cut + 1 :], name + "、局长", random.choice(names)]
    )


@needs_shared
@settings(max_examples=150, deadline=None)
@given(st.randoms(use_true_random=False))
def test_faulty_facts_agree_with_reference(reference: ModuleType, random: Random) -> None:
    gold, own = random.choice(golden())
    rows = rows_from(gold, random)
    right, wrong, missed = reference.Article(gold, rows).score()
    got = judge(own, rows)
    assert list(got.wrong) == wrong
    assert [(f.predicate, f.subject[0]) for f in got.missed] == [(f["p"], listed(f["s"])[0]) for f in missed]
    assert len(got.right) == len(right)


def golden() -> list[tuple[dict[str, Any], GoldArticle]]:
    """Every gold article there is, as written and as loaded."""
    paths = [*sorted((ROOT / "tests/gold").glob("*.jsonl")), *sorted((SHARED / "gold").glob("*.jsonl"))]
    written = [json.loads(line) for path in paths for line in path.read_text("utf-8").splitlines()]
    loaded = [article for path in paths for article in load_gold(path)]
    return [(w, a) for w, a in zip(written, loaded, strict=True) if w["facts"]]
