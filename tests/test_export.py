"""facts.jsonl, facts.csv, articles.jsonl: the fields, their order, and bytes that do not change."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from kg.export import CSV_COLUMNS, article_row, csv_row, fact_order, fact_row, line, number, sheet
from kg.files import atomic_write
from kg.model import Article, Fact, Metadata, Quantity, Ref, TimeSpan
from kg.update import row_key

PERSON = Ref("张三", "Person", "person/1")
MEETING = Ref("工业大会", "Meeting", "meeting/1")
ATTENDED = Fact(
    "A.md#2", "A.md", PERSON, "attended", MEETING, 10, 18, "张三出席工业大会", "meetings/出席", confidence=0.97
)
INVESTED = Fact(
    "A.md#2",
    "A.md",
    Ref("产业园项目", "Project", "project/1"),
    "totalInvestment",
    Quantity(Decimal("3.5E+8"), "元", ">", "超3.5亿元"),
    30,
    41,
    "项目一期总投资超3.5亿元",
    "projects/总投资",
    "planned",
    0.9,
    True,
    (("phase", "一期"), ("growth", False)),
    ((30, 34), (37, 41)),
    (2, 7),
)
HELD = Fact("A.md", "A.md", MEETING, "heldOn", TimeSpan("昨天", "2025-02-07"), 0, 2, "昨天", "dates/昨天")
UNKNOWN = Fact("A.md", "A.md", MEETING, "heldOn", TimeSpan("日前"), 0, 2, "日前", "dates/日前")
REPORTED = Fact(
    "A.md#2",
    "A.md",
    Ref("标题", "Article"),
    "reportedBy",
    Ref("钱七", "Person", "person/2"),
    3,
    5,
    "钱七",
    "bylines/记者",
)


def test_fact_row() -> None:
    row = fact_row(INVESTED, "标题", "text/A.txt")
    assert list(row.items()) == [
        ("article", "A.md#2"),
        ("title", "标题"),
        ("subject", {"label": "产业园项目", "type": "Project", "id": "project/1"}),
        ("predicate", "totalInvestment"),
        ("object", {"value": 350000000, "unit": "元", "mod": ">", "text": "超3.5亿元"}),
        ("qualifiers", {"growth": False, "phase": "一期"}),
        ("start", 30),
        ("end", 41),
        ("quote", "项目一期总投资超3.5亿元"),
        ("rule", "projects/总投资"),
        ("status", "planned"),
        ("confidence", 0.9),
        ("inferred", True),
        ("marks", [[30, 34], [37, 41]]),
        ("text_source", "text/A.txt"),
        ("antecedent", {"start": 2, "end": 7}),
    ]


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (ATTENDED, {"label": "工业大会", "type": "Meeting", "id": "meeting/1"}),
        (HELD, {"date": "2025-02-07", "text": "昨天"}),
        (UNKNOWN, {"text": "日前"}),
    ],
)
def test_object(fact: Fact, expected: dict[str, Any]) -> None:
    assert fact_row(fact)["object"] == expected


def test_a_byline_is_about_the_article() -> None:
    row = fact_row(REPORTED, "标题")
    assert row["subject"] == {"label": "标题", "type": "Article", "id": "article/2d63174e212b2fdb.2"}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("3.50E+8", "350000000"),
        ("7.9", "7.9"),
        ("-4.5", "-4.5"),
        ("0.10", "0.1"),
        ("5.0", "5"),
        ("12345678901234567890", "12345678901234567890"),
    ],
)
def test_number(value: str, expected: str) -> None:
    assert json.dumps(number(Decimal(value))) == expected


def rows_of(facts: list[Fact], titles: dict[str, str], kept: str | None = None) -> list[dict[str, Any]]:
    return [fact_row(fact, titles.get(fact.article, ""), kept) for fact in sorted(facts, key=fact_order)]


def csv_of(facts: list[Fact], titles: dict[str, str]) -> str:
    return sheet([CSV_COLUMNS]) + sheet(map(csv_row, rows_of(facts, titles)))


def test_facts_jsonl_is_sorted_and_chinese_is_readable() -> None:
    text = "".join(map(line, rows_of([INVESTED, ATTENDED, HELD], {"A.md#2": "标题"}, "text/A.txt")))
    rows = [json.loads(line) for line in text.splitlines()]
    assert [(row["article"], row["start"]) for row in rows] == [("A.md", 0), ("A.md#2", 10), ("A.md#2", 30)]
    assert [row["title"] for row in rows] == ["", "标题", "标题"]
    assert {row["text_source"] for row in rows} == {"text/A.txt"}
    assert '"label": "张三"' in text


def test_facts_csv_holds_the_same() -> None:
    data = csv_of([INVESTED, ATTENDED, HELD], {"A.md#2": "标题"})
    assert data.startswith("article,title,subject.label")
    assert data.count("\r\n") == 4
    rows = list(csv.DictReader(data.splitlines()))
    assert tuple(rows[0]) == CSV_COLUMNS
    assert (rows[0]["object.date"], rows[0]["object.text"], rows[0]["object.id"]) == ("2025-02-07", "昨天", "")
    assert (rows[1]["subject.label"], rows[1]["object.id"], rows[1]["confidence"]) == ("张三", "meeting/1", "0.97")
    assert (rows[2]["object.value"], rows[2]["object.mod"], rows[2]["qualifiers.phase"]) == ("350000000", ">", "一期")
    assert (rows[2]["qualifiers.growth"], rows[2]["inferred"], rows[2]["marks"]) == (
        "false",
        "true",
        "[[30, 34], [37, 41]]",
    )
    assert (rows[2]["antecedent.start"], rows[2]["antecedent.end"]) == ("2", "7")


@pytest.mark.parametrize(
    ("label", "cell"),
    [
        ("=1+1", "'=1+1"),
        ("+86", "'+86"),
        ("-甲", "'-甲"),
        ("@乙", "'@乙"),
        ("\t丙", "'\t丙"),
        ("丁=1", "丁=1"),
        ("'戊", "'戊"),
    ],
)
def test_no_cell_is_a_formula(label: str, cell: str) -> None:
    fact = Fact("A.md", "A.md", Ref(label, "Person", "person/1"), "attended", MEETING, 0, 1, "x", "r/r")
    assert next(csv.DictReader(io.StringIO(csv_of([fact], {}), newline="")))["subject.label"] == cell


def test_negative_numbers_stay_numbers() -> None:
    fall = Quantity(Decimal("-4.5"), "%", "", "下降4.5%")
    text = csv_of([Fact("A.md", "A.md", MEETING, "statistic", fall, 0, 1, "x", "r/r")], {})
    assert next(csv.DictReader(io.StringIO(text, newline="")))["object.value"] == "-4.5"


def test_articles_jsonl() -> None:
    def article(number: int, start: int, known: Metadata) -> Article:
        return Article(f"A.md#{number}", "A.md", f"标题{number}", "文", (start,), (), start, start + 90, known)

    known = Metadata(dt.date(2025, 2, 8), "岳阳市")
    given = {article(10, 900, known): 7, article(2, 100, Metadata()): 0}
    in_order = sorted(given, key=lambda one: row_key(one.source, one.start, one.id))
    assert [line(article_row(one, given[one])).rstrip("\n") for one in in_order] == [
        '{"article": "A.md#2", "title": "标题2", "start": 100, "end": 190, "date": null, "place": null,'
        ' "sentences": 0}',
        '{"article": "A.md#10", "title": "标题10", "start": 900, "end": 990, "date": "2025-02-08", "place": "岳阳市",'
        ' "sentences": 7}',
    ]


def test_same_order_whatever_order_they_come_in() -> None:
    facts = [INVESTED, ATTENDED, HELD, UNKNOWN, REPORTED]
    assert csv_of(facts, {}) == csv_of(facts[::-1], {})
    assert len({fact_order(fact) for fact in facts}) == len(facts)


def test_atomic_write_leaves_the_last_good_file(tmp_path: Path) -> None:
    path = tmp_path / "new" / "facts.jsonl"
    with atomic_write(path) as file:
        file.write("good\n")
    with pytest.raises(RuntimeError), atomic_write(path) as file:
        file.write("half")
        raise RuntimeError
    assert path.read_bytes() == b"good\n"
    assert [entry.name for entry in path.parent.iterdir()] == ["facts.jsonl"]
