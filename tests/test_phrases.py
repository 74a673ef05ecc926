"""Names of events, projects and sites: where they begin, and what is none."""

from __future__ import annotations

import pytest
from reading import Reader

from kg.tag.phrases import is_generic

GENERIC = [
    ("Event", "会议", True),
    ("Event", "本次会议", True),
    ("Event", "此次活动", True),
    ("Event", "座谈会", True),
    ("Event", "民营企业家座谈会", False),
    ("Event", "区委常委会会议", False),
    ("Project", "该项目", True),
    ("Project", "20个项目", True),
    ("Project", "省重大产业项目", True),
    ("Project", "一期项目", True),
    ("Project", "重点工程", True),
    ("Project", "骨料生产线项目", False),
    ("Project", "石桥水库除险加固工程", False),
]


@pytest.mark.parametrize(("kind", "name", "generic"), GENERIC)
def test_generic_names(kind: str, name: str, generic: bool) -> None:
    assert is_generic(kind, name) is generic


EVENTS = [
    ("昨天，全区教育工作会议召开。", ["全区教育工作会议"]),
    ("区委书记丁宗岳主持召开民营企业家座谈会。", ["民营企业家座谈会"]),
    ("市人大常委会第二十八次会议闭幕。", ["市人大常委会第二十八次会议"]),
    ("2025年石桥区重点项目集中开工仪式举行。", ["2025年石桥区重点项目集中开工仪式"]),
    ("由县文旅局主办的“春满石桥”摄影大赛开幕。", ["“春满石桥”摄影大赛"]),
    ("出席全市高质量发展推进会的还有丘明。", ["全市高质量发展推进会"]),
    ("会议听取了汇报。", ["会议"]),
    ("会议室里座无虚席。", []),
    ("要认真贯彻会议精神。", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "events"), EVENTS, ids=[row[0] for row in EVENTS])
def test_events_of_a_text(reader: Reader, text: str, events: list[str]) -> None:
    assert reader.mentions(text + "\n", "Event") == events


PROJECTS = [
    ("骨料生产线项目正在加紧建设。", ["骨料生产线项目"]),
    ("总投资8亿元的智能家居产业园项目开工。", ["智能家居产业园项目"]),
    ("公司投资建设年产3万吨高标号水泥项目。", ["年产3万吨高标号水泥项目"]),
    ("石桥水库除险加固工程通过验收。", ["石桥水库除险加固工程"]),
    ("该项目总投资3亿元。", []),
    ("一批重大项目集中开工，全年实施项目120个。", []),
    ("项目经理卢海生介绍情况。", []),
    ("要强化项目管理，推行项目化运作。", []),
]


@pytest.mark.parametrize(("text", "projects"), PROJECTS, ids=[row[0] for row in PROJECTS])
def test_projects_of_a_text(reader: Reader, text: str, projects: list[str]) -> None:
    assert reader.mentions(text + "\n", "Project") == projects
