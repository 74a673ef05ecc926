"""Groups of people as one: who is in a group, with which titles, and whether it is a delegation or open."""

from __future__ import annotations

import pytest

from kg.people import encode_groups
from kg.rulebook import parse_example

GROUPS = [
    # sentence -> each group: `name: title, body+title`, `（一行）` for a delegation, `（等）` for an open one
    ("<Post 区长><Person 芮清>主持。", ["芮清: 区长"]),
    ("<Person 芮清>主持。", ["芮清"]),
    # stacked titles
    ("<Post 区委常委>、<Post 宣传部部长>、<Post 统战部部长><Person 薛红霞>出席。", ["薛红霞: 区委常委, 宣传部部长, 统战部部长"]),
    ("<Post 区委副书记>、<Post 区长>，<Person 芮清>", ["芮清"]),
    ("<Post 市委书记>、<Post 市人大常委会主任><Person 杭远>，<Post 市长><Person 丘明>出席。", ["杭远: 市委书记, 市人大常委会主任; 丘明: 市长"]),
    ("<Post 县长>兼<Post 开发区管委会主任><Person 晏青>", ["晏青: 县长, 开发区管委会主任"]),
    # a title governs the list behind it
    ("<Post 副市长><Person 芮清>、<Person 缪立新>、<Person 佘文>出席。", ["芮清: 副市长; 缪立新: 副市长; 佘文: 副市长"]),
    ("<Post 副市长><Person 芮清>、<Person 缪立新>，<Post 市政府秘书长><Person 佘文>出席。", ["芮清: 副市长; 缪立新: 副市长; 佘文: 市政府秘书长"]),
    ("<Post 市长><Person 丘明>和<Post 副市长><Person 芮清>、<Person 佘文>", ["丘明: 市长; 芮清: 副市长; 佘文: 副市长"]),
    # a role is no title
    ("<Role 区领导><Person 芮清>、<Person 缪立新>出席。", ["芮清; 缪立新"]),
    ("<Post 区长><Person 芮清>，<Role 区领导><Person 晏青>、<Person 佘文>出席。", ["芮清: 区长; 晏青; 佘文"]),
    ("<Person 芮清>、<Person 缪立新>等<Role 区领导>出席。", ["芮清; 缪立新（等）"]),
    # 等 marks an open list; a title behind it is everybody's
    ("<Post 副市长><Person 芮清>、<Person 缪立新>等出席。", ["芮清: 副市长; 缪立新: 副市长（等）"]),
    ("<Person 芮清>、<Person 缪立新>等<Post 副市长>出席。", ["芮清: 副市长; 缪立新: 副市长（等）"]),
    ("<Person 芮清>等级不高。", ["芮清"]),
    # the title after the name
    ("<Person 芮清><Post 区长>指出。", ["芮清: 区长"]),
    ("<Person 芮清><Post 区长>、<Person 晏青><Post 副区长>出席。", ["芮清: 区长; 晏青: 副区长"]),
    # 一行
    ("<Post 总裁><Person 卢海生>一行来访。", ["卢海生: 总裁（一行）"]),
    ("<Person 芮清>、<Person 晏青>一行来访。", ["芮清; 晏青（一行）"]),
    ("<Person 芮清>等一行来访。", ["芮清（一行）（等）"]),
    # the body beside a title
    ("<Company 远山水泥有限公司><Post 董事长><Person 卢海生>介绍。", ["卢海生: 远山水泥有限公司+董事长"]),
    ("<Company 远山水泥有限公司>（沙洲）<Post 总经理><Person 卢海生>介绍。", ["卢海生: 远山水泥有限公司+总经理"]),
    ("<Company 远山水泥有限公司>的<Post 总经理><Person 卢海生>介绍。", ["卢海生: 远山水泥有限公司+总经理"]),
    (
        "<Company 远山水泥有限公司><Post 党委书记>、<Post 董事长><Person 卢海生>介绍。",
        ["卢海生: 远山水泥有限公司+党委书记, 董事长"],
    ),
    (
        "<Company 甲公司><Post 董事长><Person 卢海生>、<Company 乙公司><Post 总经理><Person 晏青>出席。",
        ["卢海生: 甲公司+董事长; 晏青: 乙公司+总经理"],
    ),
    ("<Post 区长><Person 芮清>（女）出席。", ["芮清: 区长"]),
    ("<Post 区长><Person 芮清>同志出席。", ["芮清: 区长"]),
    # two groups
    ("<Post 区长><Person 芮清>会见<Company 甲公司><Post 董事长><Person 卢海生>一行。", ["芮清: 区长", "卢海生: 甲公司+董事长（一行）"]),
    ("<Person 芮清>主持，<Person 晏青>出席。", ["芮清", "晏青"]),
    # nobody
    ("<Post 区长>出席。", []),
    ("<Role 区领导>出席。", []),
]  # fmt: skip


@pytest.mark.parametrize(("sentence", "expected"), GROUPS, ids=[row[0] for row in GROUPS])
def test_groups(sentence: str, expected: list[str]) -> None:
    _, text, mentions = parse_example(sentence)
    _, found = encode_groups(text, 0, mentions)
    shown = []
    for group in found:
        members = []
        for one in group.members:
            titles = [f"{t.body.text}+{t.post.text}" if t.body else t.post.text for t in one.titles]
            members.append(one.person.text + (": " + ", ".join(titles) if titles else ""))
        shown.append("; ".join(members) + "（一行）" * group.delegation + "（等）" * (group.open and "等" in text))
    assert shown == expected


def test_a_group_is_one_symbol() -> None:
    _, text, mentions = parse_example("昨天，<Post 区长><Person 芮清>、<Person 晏青>一行到<Place 石桥镇>调研。")
    encoded, (group,) = encode_groups(text, 0, mentions)
    kinds = [m.type for m in encoded.mentions if m]
    assert kinds == ["Delegation", "Place"]
    assert text[group.start : group.end] == "区长芮清、晏青一行"


def test_a_long_list_is_one_group() -> None:
    _, text, mentions = parse_example("<Role 区领导>" + "、".join(["<Person 芮清>"] * 25) + "出席。")
    _, (group,) = encode_groups(text, 0, mentions)
    assert len(group.members) == 25
