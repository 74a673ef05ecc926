"""What surrounds an event, its day, leader and organiser, and what the names of projects say themselves."""

from __future__ import annotations

import datetime as dt

import pytest
from reading import Reader

from kg.occasions import body_of_name

NAMES = [
    ("2024年度石桥区政府党组民主生活会", "石桥区政府党组"),
    ("区委常委会第三十次会议", "区委常委会"),
    ("市人大常委会第二十八次会议", "市人大常委会"),
    ("全区教育工作会议", ""),
    ("民营企业家座谈会", ""),
]


@pytest.mark.parametrize(("label", "body"), NAMES)
def test_body_that_a_meetings_name_begins_with(label: str, body: str) -> None:
    assert body_of_name(label) == body


OCCASIONS = [
    # the day
    ("3月3日，全区教育工作会议召开。", ["全区教育工作会议 heldOn 2025-03-03"]),
    ("昨天，全区教育工作会议召开。", ["全区教育工作会议 heldOn 2025-03-04"]),
    ("昨天上午，区委书记丁宗岳主持召开民营企业家座谈会。", ["民营企业家座谈会 heldOn 2025-03-04"]),
    ("今年以来，全区教育工作会议多次召开。", []),
    ("近日，全区教育工作会议召开。", []),
    # who holds it
    (
        "3月3日，区委召开民营企业家座谈会。",
        ["区委民营企业家座谈会 heldOn 2025-03-03", "区委民营企业家座谈会 organizedBy 区委"],
    ),
    (
        "3月3日，由县文旅局主办的乡村摄影大赛开幕。",
        ["乡村摄影大赛 heldOn 2025-03-03", "乡村摄影大赛 organizedBy 县文旅局"],
    ),
    ("市人大常委会第二十八次会议召开。", ["市人大常委会第二十八次会议 organizedBy 市人大常委会"]),
    # where
    (
        "3月3日，乡村振兴论坛在石桥镇举行。",
        ["乡村振兴论坛 heldIn 石桥镇", "乡村振兴论坛 heldOn 2025-03-03"],
    ),
    # who leads a visit
    (
        "3月3日，区长芮清率队走访民营企业。",
        ["芮清 led 芮清走访民营企业", "芮清走访民营企业 heldOn 2025-03-03"],
    ),
]


@pytest.mark.parametrize(("text", "facts"), OCCASIONS, ids=[row[0] for row in OCCASIONS])
def test_occasions(reader: Reader, text: str, facts: list[str]) -> None:
    day = dt.date(2025, 3, 5)
    assert reader.lines(text + "\n", "heldOn", "heldIn", "organizedBy", "led", place="石桥区", date=day) == facts


def test_without_a_publication_date_a_relative_day_stays_words(reader: Reader) -> None:
    found = reader.facts("昨天，全区教育工作会议召开。\n", place="石桥区")
    assert [(f.predicate, getattr(f.object, "iso", None), getattr(f.object, "text", "")) for f in found] == [
        ("heldOn", "", "昨天")
    ]


PROJECTS = [
    (
        "年产3万吨高标号水泥项目正在加紧建设。",
        ["年产3万吨高标号水泥项目 annualCapacity 30000吨 {product=高标号水泥, status=planned}"],
    ),
    ("骨料生产线项目正在加紧建设。", []),
]


@pytest.mark.parametrize(("text", "facts"), PROJECTS, ids=[row[0] for row in PROJECTS])
def test_what_a_projects_name_says(reader: Reader, text: str, facts: list[str]) -> None:
    assert reader.lines(text + "\n", place="石桥区") == facts
