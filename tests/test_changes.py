"""What an archive tells that is new between two days."""

from __future__ import annotations

import argparse
import datetime as dt
import json
from collections.abc import Callable, Iterable, Mapping
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest

from kg import changes
from kg.archive import Archive
from kg.commands import Parser
from kg.commands import changes as command
from kg.errors import UsageError
from kg.report import Report

FIRST, LAST = dt.date(2025, 3, 31), dt.date(2025, 4, 30)
LABELS = {"totalInvestment": "总投资", "locatedIn": "位于", "area": "面积", "planned": "计划"}
BEFORE, START, DAY, END, AFTER = "2025-03-10", "2025-03-31", "2025-04-12", "2025-04-30", "2025-05-01"

TYPES = {"人": "Person", "职": "Post", "企": "Company", "项": "Project", "地": "Place", "会": "Event", "文": "Article"}

Said = tuple[str, str, str, object]
"""An article, a subject, a predicate and an object; an end is a letter of TYPES and a name: 人卞若谷."""


def end(name: str) -> dict[str, str]:
    return {"label": name[1:], "type": TYPES[name[0]], "id": f"{TYPES[name[0]].lower()}/{name[1:]}"}


def figure(value: float, unit: str = "元", mod: str = "") -> dict[str, object]:
    return {"value": value, "unit": unit} | ({"mod": mod} if mod else {}) | {"text": f"{mod}{value}{unit}"}


def fact(said: Said, start: int, status: str = "actual", **qualifiers: object) -> dict[str, Any]:
    article, subject, predicate, thing = said
    return {
        "article": article,
        "title": f"题{article}",
        "subject": end(subject),
        "predicate": predicate,
        "object": end(thing) if isinstance(thing, str) else thing,
        "qualifiers": qualifiers,
        "start": start,
        "end": start + 9,
        "quote": f"{article} 说 {subject} {predicate} {start}。",
        "rule": "r",
        "status": status,
        "confidence": 0.9,
        "inferred": False,
        "marks": [],
    }


Sayings = Iterable[Said | tuple[Said, dict[str, Any]]]


@pytest.fixture
def made(tmp_path: Path) -> Callable[..., Archive]:
    """An archive of articles (name -> day, or day and the article that it repeats) and what they say, in order."""

    def make(articles: Mapping[str, str | tuple[str, str] | None], sayings: Sayings) -> Archive:
        rows: dict[str, list[dict[str, Any]]] = {"candidates": [], "facts": [], "articles": []}
        for name, day in articles.items():
            date, of = day if isinstance(day, tuple) else (day, None)
            rows["articles"].append({"article": name, "date": date} | ({"reprint_of": of} if of else {}))
        for start, one in enumerate(sayings):
            said, more = one if len(one) == 2 else (one, {})
            rows["facts"].append(fact(said, start, **more))
        ends = (row[side] for row in rows["facts"] for side in ("subject", "object"))
        entities = {e["id"]: {"aliases": [], "attributes": []} | e for e in ends if e.get("id")}
        rows["entities"] = list(entities.values())
        for name, of_file in rows.items():
            text = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in of_file)
            (tmp_path / f"{name}.jsonl").write_text(text, encoding="utf-8")
        return Archive(tmp_path)

    return make


def held(article: str, person: str, post: str) -> Said:
    return article, f"人{person}", "holdsPost", f"职{post}"


def names(found: Iterable[changes.Newcomer]) -> list[str]:
    return [one.label for one in found]


@pytest.mark.parametrize(
    ("day", "new"),
    [(START, False), ("2025-04-01", True), (DAY, True), (END, True), (AFTER, False), (None, False)],
)
def test_an_article_counts_to_its_day(made: Callable[..., Archive], day: str | None, new: bool) -> None:
    found = changes.between(made({"A": day}, [("A", "人卞若谷", "attended", "会年会")]), FIRST, LAST)
    assert names(found.people) == ["卞若谷"] * new
    assert (found.undated, found.now) == (day is None, new)


@pytest.mark.parametrize("last", [FIRST, FIRST - dt.timedelta(1)])
def test_the_days_are_in_order(made: Callable[..., Archive], last: dt.date) -> None:
    with pytest.raises(UsageError, match=r"2025-03-31, .*: the first day has to be before the second"):
        changes.between(made({}, []), FIRST, last)


def test_the_last_day_may_be_later_than_anything(made: Callable[..., Archive]) -> None:
    archive = made({"A": DAY}, [held("A", "卞若谷", "区长")])
    assert names(changes.between(archive, FIRST, dt.date.max).people) == ["卞若谷"]


PEOPLE: dict[str, tuple[Sayings, list[str]]] = {
    "new": ([("N", "人卞若谷", "attended", "会年会")], ["卞若谷"]),
    "new as an object": ([("N", "会年会", "organizedBy", "人卞若谷")], ["卞若谷"]),
    "known": ([("B", "人卞若谷", "attended", "会年会"), ("N", "人卞若谷", "spokeAt", "会年会")], []),
    "a byline is no news": ([("N", "文N", "reportedBy", "人卞若谷"), ("N", "文N", "photographedBy", "人费承志")], []),
    "a byline makes known": ([("B", "文B", "reportedBy", "人卞若谷"), ("N", "人卞若谷", "attended", "会年会")], []),
    "planned is no news": ([(held("N", "卞若谷", "区长"), {"status": "planned"})], []),
    "planned before is known": (
        [(held("B", "卞若谷", "区长"), {"status": "planned"}), held("N", "卞若谷", "区长")],
        [],
    ),
    "undated is not known": ([held("U", "卞若谷", "区长"), held("N", "卞若谷", "区长")], ["卞若谷"]),
    "of an unknown article": ([held("不在", "卞若谷", "区长")], []),
    "by day, then label": (
        [held("M", "甲", "区长"), held("N", "丙", "区长"), held("N", "乙", "区长"), held("M", "丙", "区长")],
        ["丙", "乙", "甲"],
    ),
}


@pytest.mark.parametrize("name", PEOPLE)
def test_new_people(made: Callable[..., Archive], name: str) -> None:
    sayings, new = PEOPLE[name]
    archive = made({"B": BEFORE, "N": DAY, "M": END, "U": None}, sayings)
    assert names(changes.between(archive, FIRST, LAST).people) == new


def test_a_new_person_has_the_first_sentence_and_the_posts_of_the_period(made: Callable[..., Archive]) -> None:
    archive = made(
        {"X": AFTER, "M": END, "N": DAY},
        [
            held("M", "卞若谷", "区长"),
            held("M", "卞若谷", "区委副书记"),
            held("X", "卞若谷", "区委书记"),
            ("N", "人卞若谷", "attended", "会年会"),
            held("N", "卞若谷", "区长"),
        ],
    )
    (one,) = changes.between(archive, FIRST, LAST).people
    assert (one.day, one.fact["predicate"]) == (DAY, "attended")
    assert [(row["object"]["label"], row["article"]) for row in one.told] == [("区长", "N"), ("区委副书记", "M")]


POSTS: dict[str, tuple[Sayings, list[tuple[str, str, str | None, str | None]]]] = {
    # who, which post, the article of who held it before, the article that still has the latter in it
    "first seen": ([held("N", "卞若谷", "区长")], [("卞若谷", "区长", None, None)]),
    "held before": ([held("B", "卞若谷", "区长"), held("N", "卞若谷", "区长")], []),
    "another post": (
        [held("B", "卞若谷", "区长"), held("N", "卞若谷", "区委书记")],
        [("卞若谷", "区委书记", None, None)],
    ),
    "a change of holder": (
        [held("A", "费承志", "区长"), held("B", "戚文澜", "区长"), held("N", "卞若谷", "区长")],
        [("卞若谷", "区长", "B", None)],
    ),
    "the latest day before it": (
        [held("B", "费承志", "区长"), held("N", "费承志", "区长"), held("M", "卞若谷", "区长")],
        [("卞若谷", "区长", "N", None)],
    ),
    "two changes": (
        [held("B", "费承志", "区长"), held("N", "卞若谷", "区长"), held("M", "戚文澜", "区长")],
        [("卞若谷", "区长", "B", None), ("戚文澜", "区长", "N", None)],
    ),
    "the other is still seen": (
        [held("B", "费承志", "区长"), held("N", "卞若谷", "区长"), held("M", "费承志", "区长")],
        [("卞若谷", "区长", "B", "M")],
    ),
    "several hold it": (
        [held("B", "费承志", "副区长"), held("N", "卞若谷", "副区长")],
        [("卞若谷", "副区长", None, None)],
    ),
    "planned is no news": ([(held("N", "卞若谷", "区长"), {"status": "planned"})], []),
    "what was planned is so now": (
        [(held("B", "卞若谷", "区长"), {"status": "planned"}), held("N", "卞若谷", "区长")],
        [("卞若谷", "区长", None, None)],
    ),
    "a reported holder is none": (
        [(held("B", "费承志", "区长"), {"status": "reported"}), held("N", "卞若谷", "区长")],
        [("卞若谷", "区长", None, None)],
    ),
    "after the last day": (
        [held("N", "卞若谷", "区长"), held("X", "费承志", "区长")],
        [("卞若谷", "区长", None, None)],
    ),
}


@pytest.mark.parametrize("name", POSTS)
def test_posts(made: Callable[..., Archive], name: str) -> None:
    sayings, new = POSTS[name]
    archive = made({"A": "2025-01-05", "B": BEFORE, "N": DAY, "M": END, "X": AFTER}, sayings)
    found = changes.between(archive, FIRST, LAST).posts
    articles = [tuple(row["article"] if row else None for row in (one.before, one.still)) for one in found]
    assert [(one.person, one.post, *of) for one, of in zip(found, articles, strict=True)] == new


def test_companies_and_projects(made: Callable[..., Archive]) -> None:
    archive = made(
        {"B": BEFORE, "N": DAY, "M": END},
        [
            ("B", "企旧业", "locatedIn", "地前黄镇"),
            ("N", "企旧业", "undertakes", "项禾泰项目"),
            (("N", "项禾泰项目", "totalInvestment", figure(3, "亿元")), {"status": "planned"}),
            (("N", "项禾泰项目", "totalInvestment", figure(1, "亿元")), {"status": "planned", "phase": "一期"}),
            ("M", "项禾泰项目", "totalInvestment", figure(3, "亿元")),
            ("M", "项禾泰项目", "locatedIn", "地前黄镇"),
            ("M", "企新业", "signedWith", "企旧业"),
            ("M", "企新业", "locatedIn", "地前黄镇"),
            (("M", "企传闻", "locatedIn", "地前黄镇"), {"status": "reported"}),
        ],
    )
    found = changes.between(archive, FIRST, LAST)
    assert [(one.label, one.day, [row["predicate"] for row in one.told]) for one in found.companies] == [
        ("新业", END, ["locatedIn"])
    ]
    (project,) = found.projects
    assert project.fact["article"] == "N"
    assert [row["start"] for row in project.told] == [2, 3, 1, 5]
    text = changes.as_text(archive, found, LABELS)
    assert (
        f"  {DAY}  禾泰项目  总投资3亿元（计划）；总投资1亿元（一期，计划）；建设单位旧业；位于前黄镇\n    「N 说 企旧业"
        in text
    )


def sum_(article: str, value: float, unit: str = "元", mod: str = "", /, **more: object) -> Any:
    predicate = str(more.pop("predicate", "totalInvestment"))
    return (article, "项禾泰项目", predicate, figure(value, unit, mod)), more


AMOUNTS: dict[str, tuple[Sayings, list[tuple[int, int]]]] = {
    # the facts, and by number the old and the new one of each change
    "changed": ([sum_("B", 3), sum_("N", 4)], [(0, 1)]),
    "the same": ([sum_("B", 3), sum_("N", 3.0)], []),
    "another unit": ([sum_("B", 3), sum_("N", 3, "美元")], [(0, 1)]),
    "about": ([sum_("B", 3), sum_("N", 3, "元", "~")], [(0, 1)]),
    "new, not changed": ([sum_("N", 3), sum_("M", 4)], []),
    "the latest of each side": ([sum_("A", 1), sum_("B", 3), sum_("N", 9), sum_("M", 4)], [(1, 3)]),
    "changed and changed back": ([sum_("B", 3), sum_("N", 9), sum_("M", 3)], []),
    "another phase": ([sum_("B", 3, phase="一期"), sum_("N", 4, phase="二期"), sum_("N", 5)], []),
    "the same phase": ([sum_("B", 3, phase="一期"), sum_("N", 4, phase="一期")], [(0, 1)]),
    "another predicate": ([sum_("B", 3), sum_("N", 4, predicate="expectedRevenue")], []),
    "growth is another figure": (
        [sum_("B", 3, predicate="statistic", indicator="产值"), sum_("N", 4, predicate="statistic", growth=True)],
        [],
    ),
    "other periods": ([sum_("B", 3, period="2024"), sum_("N", 4, period="2025")], []),
    "one period of two": (
        [sum_("B", 3, period="2024"), sum_("B", 5, period="2025"), sum_("N", 4, period="2024")],
        [(0, 2)],
    ),
    "one tells no period": ([sum_("B", 3), sum_("N", 4, period="2025")], [(0, 1)]),
    "a statistic that tells none": (
        [sum_("B", 3, predicate="statistic"), sum_("N", 4, predicate="statistic", period="2025")],
        [],
    ),
    "statistics of one period": (
        [sum_("B", 3, predicate="rank", period="2024"), sum_("N", 4, predicate="rank", period="2024")],
        [(0, 1)],
    ),
    "neither tells one": ([sum_("B", 8, predicate="rank"), sum_("N", 6, predicate="rank")], [(0, 1)]),
    "a part told beside the whole": ([sum_("B", 3), sum_("N", 1), sum_("N", 3)], []),
    "planned": ([sum_("B", 3, status="planned"), sum_("N", 4)], [(0, 1)]),
    "undated": ([sum_("U", 3), sum_("N", 4)], []),
}


@pytest.mark.parametrize("name", AMOUNTS)
def test_amounts(made: Callable[..., Archive], name: str) -> None:
    sayings, changed = AMOUNTS[name]
    archive = made({"A": "2025-01-05", "B": BEFORE, "N": DAY, "M": END, "U": None}, sayings)
    found = changes.between(archive, FIRST, LAST).amounts
    assert [(one.before["start"], one.now["start"]) for one in found] == changed


def test_amounts_tell_both_days_values_statuses_and_sentences(made: Callable[..., Archive]) -> None:
    archive = made({"B": BEFORE, "N": DAY}, [sum_("B", 3, status="planned", phase="一期"), sum_("N", 4, phase="一期")])
    text = changes.as_text(archive, changes.between(archive, FIRST, LAST), LABELS)
    assert text.splitlines()[-4:] == [
        "数字有变（1）",
        f"  {DAY}  禾泰项目 总投资（一期）：3元 → 4元",
        f"    原 {BEFORE}  3元（计划）  「B 说 项禾泰项目 totalInvestment 0。」——《题B》，{BEFORE}，B",
        f"    今 {DAY}  4元  「N 说 项禾泰项目 totalInvestment 1。」——《题N》，{DAY}，N",
    ]


REPRINTS: dict[str, tuple[dict[str, Any], str, list[str]]] = {
    # articles, the one that tells of somebody, and who is new
    "of before": ({"B": BEFORE, "N": (DAY, "B")}, "N", []),
    "of the period": ({"N": DAY, "M": (END, "N")}, "M", []),
    "of an unknown article": ({"N": (DAY, "不在")}, "N", ["卞若谷"]),
    "of an undated article": ({"U": None, "N": (DAY, "U")}, "N", ["卞若谷"]),
}


@pytest.mark.parametrize("name", REPRINTS)
def test_a_reprint_is_no_news(made: Callable[..., Archive], name: str) -> None:
    articles, teller, new = REPRINTS[name]
    found = changes.between(made(articles, [held(teller, "卞若谷", "区长")]), FIRST, LAST)
    assert names(found.people) == new
    assert [one.person for one in found.posts] == new


def test_a_reprint_of_before_makes_known_but_is_not_the_latest_word(made: Callable[..., Archive]) -> None:
    archive = made(
        {"A": "2025-01-05", "B": BEFORE, "C": ("2025-03-20", "A"), "N": DAY},
        [
            *[sum_("A", 3), sum_("B", 4), sum_("C", 3), sum_("N", 4)],
            *[held("A", "戚文澜", "区长"), held("B", "费承志", "区长"), held("C", "戚文澜", "区长")],
            *[held("C", "路遥", "局长"), held("N", "路遥", "局长"), held("N", "卞若谷", "区长")],
        ],
    )
    found = changes.between(archive, FIRST, LAST)
    assert found.amounts == ()
    assert names(found.people) == ["卞若谷"]
    assert [(one.person, one.before and one.before["article"]) for one in found.posts] == [("卞若谷", "B")]


def test_the_original_is_cited(made: Callable[..., Archive]) -> None:
    archive = made(
        {"A": ("2025-03-01", "B"), "B": "2025-03-01", "N": DAY},
        [held("A", "费承志", "区长"), held("B", "费承志", "区长"), held("N", "卞若谷", "区长")],
    )
    (one,) = changes.between(archive, FIRST, LAST).posts
    assert one.before and one.before["article"] == "B"


def test_the_order_of_the_rows_does_not_matter(made: Callable[..., Archive]) -> None:
    sayings = [held("B", "费承志", "区长"), held("N", "卞若谷", "区长"), held("M", "戚文澜", "区长"), sum_("N", 4)]
    articles = {"B": BEFORE, "N": DAY, "M": END}
    archive = made(articles, sayings)
    expected = changes.between(archive, FIRST, LAST)
    rows = (archive.folder / "facts.jsonl").read_text(encoding="utf-8").splitlines()
    for order in permutations(rows):
        (archive.folder / "facts.jsonl").write_text("\n".join(order), encoding="utf-8")
        assert changes.between(Archive(archive.folder), FIRST, LAST) == expected


def test_nothing_new_is_said(made: Callable[..., Archive]) -> None:
    archive = made({"B": BEFORE, "U": None}, [held("B", "卞若谷", "区长")])
    assert changes.as_text(archive, changes.between(archive, FIRST, LAST), LABELS) == (
        "2025-03-31 之后至 2025-04-30：报道 0 篇，此前 1 篇；未注明日期的 1 篇不计\n"
        "没有新见的人物、任职、企业、项目，也没有变化的数字"
    )


def test_the_text_names_who_held_a_post(made: Callable[..., Archive]) -> None:
    archive = made(
        {"B": BEFORE, "N": DAY, "M": END},
        [held("B", "费承志", "区长"), held("N", "卞若谷", "区长"), held("M", "费承志", "区长")],
    )
    assert changes.as_text(archive, changes.between(archive, FIRST, LAST), LABELS).splitlines() == [
        "2025-03-31 之后至 2025-04-30：报道 2 篇，此前 1 篇",
        "",
        "新见人物（1）",
        f"  {DAY}  卞若谷  区长",
        f"    「N 说 人卞若谷 holdsPost 1。」——《题N》，{DAY}，N",
        "",
        "新见任职（1）",
        f"  {DAY}  卞若谷  区长",
        f"    「N 说 人卞若谷 holdsPost 1。」——《题N》，{DAY}，N",
        f"    此前 {BEFORE}  费承志  「B 说 人费承志 holdsPost 0。」——《题B》，{BEFORE}，B",
        f"    之后仍见 {END}  费承志  「M 说 人费承志 holdsPost 2。」——《题M》，{END}，M",
    ]


def run(*arguments: str) -> int:
    parser = argparse.ArgumentParser()
    command.add(parser.add_subparsers(parser_class=Parser))
    a = parser.parse_args(arguments)
    return int(a.run(a))


def test_the_command(made: Callable[..., Archive], capsys: pytest.CaptureFixture[str]) -> None:
    archive = made(
        {"B": BEFORE, "N": DAY, "U": None},
        [
            *[held("B", "费承志", "区长"), held("N", "卞若谷", "区长"), sum_("B", 3, status="planned"), sum_("N", 4)],
            *[("N", "企新业", "locatedIn", "地前黄镇"), ("N", "企新业", "undertakes", "项新项目")],
        ],
    )
    out = str(archive.folder)
    assert run("diff", "2025-03-31", "2025-04-30", "-o", out) == 0
    text = capsys.readouterr().out
    assert "总投资：3元 → 4元" in text and "3元（计划）" in text
    assert run("diff", "2025-03-31", "2025-04-30", "-o", out, "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert (told["after"], told["until"]) == ("2025-03-31", "2025-04-30")
    assert told["articles"] == {"before": 1, "now": 1, "undated": 1}
    evidence = {"day": DAY, "quote": "N 说 人卞若谷 holdsPost 1。", "article": "N", "start": 1, "end": 10}
    (post,) = told["posts"]
    assert post["person"] == {"id": "person/卞若谷", "label": "卞若谷"}
    assert post["evidence"] == evidence
    assert post["before"]["person"]["id"] == "person/费承志"
    assert post["before"]["evidence"]["day"] == BEFORE
    assert post["still"] is None
    assert told["people"][0]["evidence"] == evidence
    assert told["companies"][0]["told"][0]["object"]["id"] == "place/前黄镇"
    assert told["projects"][0]["told"][0]["subject"]["id"] == "company/新业"
    (amount,) = told["amounts"]
    assert (amount["before"]["object"]["value"], amount["now"]["object"]["value"]) == (3, 4)
    assert (amount["before"]["status"], amount["now"]["evidence"]["day"]) == ("planned", DAY)


@pytest.mark.parametrize("wrong", [["2025-03-31"], ["2025-03-31", "四月"]])
def test_wrong_usage(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        run("diff", *wrong)
    assert "DATE2" in capsys.readouterr().err


def test_the_seeds(built: tuple[Path, Report]) -> None:
    archive = Archive(built[0])
    found = changes.between(archive, dt.date(2025, 3, 31), dt.date(2025, 12, 31))
    assert found.undated > 0
    changed = {
        (one.person, one.post, archive.label(one.before["subject"]), one.still) for one in found.posts if one.before
    }
    assert ("蒲启元", "武进区委书记", "宗怀远", None) in changed
    assert ("鲁思远", "武进区教育局局长", "穆清和", None) in changed
    assert "娄景行" in names(found.people)
    assert "蒲启元" not in names(found.people)
    assert "江苏澄远新能源科技有限公司" in names(found.companies)
    (battery,) = (one for one in found.projects if one.label == "澄远高效储能电池项目")
    assert battery.told[0]["object"]["text"] == "3.5亿元"
    later = changes.between(archive, dt.date(2025, 12, 31), dt.date(2026, 12, 31))
    assert ("澄远高效储能电池项目", "3.5亿元", "4亿元") in {
        (one.label, one.before["object"]["text"], one.now["object"]["text"]) for one in later.amounts
    }
    text = changes.as_text(archive, later, {})
    assert "娄景行  武进区区长" in text
