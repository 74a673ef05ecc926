"""Names of people: their shape, where they end, and the contexts that announce them."""

from __future__ import annotations

import pytest
from reading import Reader

from kg.tag import persons

SURNAMES = [
    ("王芳", "王"),
    ("恽思远", "恽"),
    ("郏闻道", "郏"),
    ("佴明", "佴"),
    ("欧阳明", "欧阳"),
    ("司马青云", "司马"),
    ("蝴蝶", ""),
    ("", ""),
]


@pytest.mark.parametrize(("name", "surname"), SURNAMES)
def test_surname(name: str, surname: str) -> None:
    assert persons.surname_of(name) == surname


SHAPES = [
    ("芮清", True),
    ("缪立新", True),
    ("欧阳明", True),
    ("欧阳明远", True),
    ("阿依古丽·买买提", True),
    ("卡尔·冯·施密特", True),
    ("芮", False),
    ("芮清远明", False),
    ("从严治党", False),
    ("王的", False),
    ("李A", False),
    ("万元", True),  # a surname and a character: its shape alone does not rule it out
]


@pytest.mark.parametrize(("name", "shape"), SHAPES)
def test_shape_of_a_name(name: str, shape: bool) -> None:
    assert persons.plausible(name) is shape


ENDS = [
    ("江成与", "大家交流。", "江成"),
    ("张小虎列席", "会议。", "张小虎"),
    ("芮清主持", "会议。", "芮清"),
    ("缪立新", "出席。", "缪立新"),
    ("刘和", "，区长芮清", "刘和"),
    ("尚可为", "表示，", "尚可为"),
]


@pytest.mark.parametrize(("name", "following", "trimmed"), ENDS)
def test_end_of_a_name(name: str, following: str, trimmed: str) -> None:
    assert persons.trim(name, following) == trimmed


NAMES = [
    # a title before it
    ("区委书记丁宗岳主持会议。", ["丁宗岳"]),
    ("县教育局局长恽思远作了汇报。", ["恽思远"]),
    ("副镇长郏闻道介绍了情况。", ["郏闻道"]),
    ("副市长欧阳明远到会指导。", ["欧阳明远"]),
    # a list after it
    ("区领导芮清、缪立新、晏青、恽思远出席活动。", ["芮清", "缪立新", "晏青", "恽思远"]),
    ("副区长芮清、缪立新和佘文参加活动。", ["芮清", "缪立新", "佘文"]),
    ("市领导杭远、丘明、单志成及有关部门负责人参加。", ["杭远", "丘明", "单志成"]),
    # 同志, 先生, 一行 behind it
    ("卢海生同志长期在基层工作。", ["卢海生"]),
    ("会议欢迎卢海生先生前来投资。", ["卢海生"]),
    ("昨天，区长芮清会见了卢海生一行。", ["芮清", "卢海生"]),
    # the verb behind it is not part of it
    ("张小虎列席会议。", ["张小虎"]),
    ("会上，江成与大家交流了体会。", ["江成"]),
    ("区长芮清率队调研重点企业。", ["芮清"]),
    ("区委书记丁宗岳强调，要抓好落实。", ["丁宗岳"]),
    ("区委副书记、区长芮清主持会议并讲话，区人大常委会主任缪立新、区政协主席佘文出席。", ["芮清", "缪立新", "佘文"]),
    # a byline
    ("本报讯（汤怀英 记者 周洁如）昨天，全区教育工作会议召开。", ["汤怀英", "周洁如"]),
    # names with ·
    ("县长阿依古丽·买买提主持会议。", ["阿依古丽·买买提"]),
    ("公司总裁卡尔·施密特表示，将扩大投资。", ["卡尔·施密特"]),
    # once with a title, later bare
    ("区长恽思远主持会议。会后，恽思远走访了企业。", ["恽思远", "恽思远"]),
    # no names
    ("要坚持全面从严治党，压紧压实责任。", []),
    ("高质量发展取得新成效，万众一心再出发。", []),
    ("大家一致表示，要以更高标准抓好安全生产。", []),
    ("项目总投资3亿元，占地100亩。", []),
    ("方案明确了时间表和路线图，任务十分艰巨。", []),
    ("要加快建设现代化产业体系，为民办实事。", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "names"), NAMES, ids=[row[0] for row in NAMES])
def test_names_of_a_text(reader: Reader, text: str, names: list[str]) -> None:
    assert reader.mentions(text + "\n", "Person") == names


def test_all_places_of_a_name() -> None:
    found = persons.everywhere("芮清说，芮清和佘文来过。", ["芮清", "佘文"])
    assert [(m.start, m.end, m.text) for m in found] == [(0, 2, "芮清"), (4, 6, "芮清"), (7, 9, "佘文")]
