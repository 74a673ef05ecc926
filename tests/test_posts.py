"""Titles and roles: which words they take in, and what is no title."""

from __future__ import annotations

import pytest
from reading import Reader

TITLES = [
    # one title
    ("区委书记丁宗岳主持会议。", ["Post 区委书记"]),
    ("副区长芮清出席。", ["Post 副区长"]),
    ("常务副市长丘明出席。", ["Post 常务副市长"]),
    ("代县长晏青作报告。", ["Post 代县长"]),
    ("市人大常委会副主任杭远出席。", ["Post 市人大常委会副主任"]),
    ("镇党委书记卢海生介绍情况。", ["Post 镇党委书记"]),
    ("省水利厅副厅长佘文到会指导。", ["Post 省水利厅副厅长"]),
    ("县教育局局长缪立新作汇报。", ["Post 县教育局局长"]),
    ("省政府党组成员丘明出席。", ["Post 省政府党组成员"]),
    ("石桥村党支部书记卢海生介绍情况。", ["Post 石桥村党支部书记"]),
    ("石桥区区长芮清致辞。", ["Post 石桥区区长"]),
    ("区纪委书记、区监委主任佘文出席。", ["Post 区纪委书记", "Post 区监委主任"]),
    # stacked
    ("区委常委、宣传部部长、统战部部长薛红霞出席。", ["Post 区委常委", "Post 宣传部部长", "Post 统战部部长"]),
    ("区委副书记、区政府党组书记、区长芮清主持会议。", ["Post 区委副书记", "Post 区政府党组书记", "Post 区长"]),
    ("市委副书记、市长丘明和市政协主席杭远出席。", ["Post 市委副书记", "Post 市长", "Post 市政协主席"]),
    # of a company: the title alone, its body beside it
    ("远山水泥有限公司董事长卢海生介绍情况。", ["Post 董事长"]),
    ("远山集团副总裁、总工程师卢海生介绍情况。", ["Post 副总裁", "Post 总工程师"]),
    # behind the name
    ("会议任命卢海生为县教育局局长。", ["Post 县教育局局长"]),
    ("卢海生当选石桥市工商联主席。", ["Post 石桥市工商联主席"]),
    # the verb before it is no part of it
    ("会议决定任命区财政局局长卢海生为副区长。", ["Post 区财政局局长", "Post 副区长"]),
    ("村民向镇党委书记卢海生反映情况。", ["Post 镇党委书记"]),
    # a role is no title
    ("区领导芮清出席。", ["Role 区领导"]),
    ("区有关部门负责人参加。", ["Role 区有关部门负责人"]),
    ("市领导杭远、市有关部门主要负责人参加。", ["Role 市领导", "Role 市有关部门主要负责人"]),
    # no title of a person
    ("会议听取了区长办公会的情况汇报。", []),
    ("全区实行河长负责制，局长信箱办理来信30件。", []),
    ("要加强班子建设。", []),
]


@pytest.mark.parametrize(("text", "titles"), TITLES, ids=[row[0] for row in TITLES])
def test_titles_of_a_text(reader: Reader, text: str, titles: list[str]) -> None:
    assert reader.mentions(text + "\n", "Post", "Role") == titles
