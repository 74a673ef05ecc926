"""Who holds which post: titles before and after names, where, and of a life."""

from __future__ import annotations

import pytest
from reading import Reader

TITLES = [
    (
        "区委常委、宣传部部长、统战部部长薛红霞出席会议。",
        ["薛红霞 holdsPost 区委常委", "薛红霞 holdsPost 宣传部部长", "薛红霞 holdsPost 统战部部长"],
    ),
    (
        "副市长芮清、缪立新、佘文参加活动。",
        ["佘文 holdsPost 副市长", "缪立新 holdsPost 副市长", "芮清 holdsPost 副市长"],
    ),
    ("区领导芮清、缪立新参加活动。", []),
    # a company's title names where; a government's does not
    (
        "远山水泥有限公司董事长卢海生介绍情况。",
        ["卢海生 holdsPost 董事长", "卢海生 postAt 远山水泥有限公司"],
    ),
    (
        "远山水泥有限公司党委书记、董事长卢海生介绍情况。",
        ["卢海生 holdsPost 党委书记", "卢海生 holdsPost 董事长", "卢海生 postAt 远山水泥有限公司"],
    ),
    ("县教育局局长晏青作汇报。", ["晏青 holdsPost 县教育局局长"]),
    # the company that is being spoken of
    (
        "远山水泥有限公司位于石桥镇。总经理卢海生介绍，公司已投产。",
        ["卢海生 holdsPost 总经理", "卢海生 postAt 远山水泥有限公司"],
    ),
    # told
    ("会议决定任命卢海生为县教育局局长。", ["卢海生 holdsPost 县教育局局长"]),
    # not so
    ("卢海生不再担任县教育局局长。", []),
    ("会议决定免去卢海生的县教育局局长职务。", []),
    # said again in other words: once
    (
        "石桥区区长芮清主持会议。区长芮清要求，抓好落实。",
        ["芮清 holdsPost 石桥区区长"],
    ),
    # 副, 常务, 代, 原 belong to it
    ("常务副县长晏青、原县长佘文到会。", ["佘文 holdsPost 原县长", "晏青 holdsPost 常务副县长"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts"), TITLES, ids=[row[0] for row in TITLES])
def test_titles(reader: Reader, text: str, facts: list[str]) -> None:
    assert reader.lines(text + "\n", "holdsPost", "postAt", place="石桥区") == facts
