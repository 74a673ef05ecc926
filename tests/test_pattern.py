"""Patterns over tagged text: what each notation binds, what it passes over, and that long lines do no harm."""

from __future__ import annotations

from decimal import Decimal

import pytest

from kg import rulebook
from kg.model import Mention, Quantity
from kg.pattern import compile_pattern, encode, symbol_class
from kg.rulebook import parse_example

LISTS = {"出席": ("出席", "参加", "出席了"), "期": ("一期", "二期")}


def bound(match: str, sentence: str) -> list[dict[str, str]]:
    """Slot -> its words, for each place where a pattern fits a sentence with tagged mentions."""
    pattern = compile_pattern(match, LISTS, lambda name: name in {"Honour", "Product", "Tier", "Place"})
    _, text, mentions = parse_example(sentence)
    encoded = encode(text, 0, mentions)
    if any(map(encoded.present.isdisjoint, pattern.required)):
        return []
    return [
        {name: text[encoded.starts[m.start(name)] : encoded.ends[m.end(name) - 1]] for name in pattern.slots if m[name]}
        for m in pattern.regex.finditer(encoded.text)
    ]


BOUND = [
    # slots for mentions
    ("<Person>主持<Event>", "<Person 芮清>主持<Event 推介会>。", [{"person": "芮清", "event": "推介会"}]),
    ("<host:Person>主持", "<Person 芮清>主持。", [{"host": "芮清"}]),
    ("<Person>主持", "<Post 区长>主持。", []),
    ("<Person>主持", "芮清主持。", []),
    ("<Person>对<Person>说", "<Person 芮清>对<Person 晏青>说", [{"person": "芮清"}]),
    ("<a:Person>对<b:Person>说", "<Person 芮清>对<Person 晏青>说", [{"a": "芮清", "b": "晏青"}]),
    ("<Person>主持", "<Person 芮清>主持上午，<Person 晏青>主持下午。", [{"person": "芮清"}, {"person": "晏青"}]),
    # one of several classes, and the classes below one
    ("<who:Person|Company>获奖", "<Company 甲公司>获奖，<Person 芮清>获奖", [{"who": "甲公司"}, {"who": "芮清"}]),
    ("<Organization>举办", "<Park 石桥开发区>举办", [{"organization": "石桥开发区"}]),
    ("<Organization>举办", "<Place 石桥镇>举办", []),
    ("<Unclassified>举办", "<Company 甲公司>举办", []),
    ("<Agent>获奖", "<Person 芮清>获奖", [{"agent": "芮清"}]),
    # lists
    ("<Person+>出席", "<Person 芮清>、<Person 晏青>和<Person 佘文>出席", [{"person": "芮清、晏青和佘文"}]),
    ("<Person+>出席", "<Person 芮清>出席", [{"person": "芮清"}]),
    ("<Person+>出席", "<Person 芮清>、<Company 甲公司>、<Person 晏青>出席", [{"person": "晏青"}]),
    # text of a class, within the clause and as long as it may be
    ("获评<honour:Honour~>称号", "获评全省文明单位称号。", [{"honour": "全省文明单位"}]),
    ("获评<honour:Honour~>称号", "获评全省先进，得到文明单位称号。", []),
    ("获评<honour:Honour~4>称号", "获评文明单位称号，获评全省文明单位称号", [{"honour": "文明单位"}]),
    ("生产<product:Product&>。", "生产水泥、骨料和熟料。", [{"product": "水泥、骨料和熟料"}]),
    ("是(?P<tier:Tier>省级.{1,4}企业)", "公司是省级龙头企业。", [{"tier": "省级龙头企业"}]),
    # a product's name holds no figure
    ("年产<product:Product~>项目", "年产<Amount 3万吨>水泥项目", []),
    # word lists: the longest word first, bound where named
    ("<Person><出席><Event>", "<Person 芮清>出席了<Event 推介会>", [{"person": "芮清", "event": "推介会"}]),
    ("<phase:期>总投资<Money>", "二期总投资<Money 3亿元>", [{"phase": "二期", "money": "3亿元"}]),
    ("<phase:期>?总投资<Money>", "总投资<Money 3亿元>", [{"money": "3亿元"}]),
    # a gap stays within the clause, twelve characters at most
    ("<Person>...主持", "<Person 芮清>受县政府委托主持", [{"person": "芮清"}]),
    ("<Person>...主持", "<Person 芮清>一二三四五六七八九十十一二主持", []),
    ("<Person>...主持", "<Person 芮清>到会，会议主持", []),
    # the ends of a clause
    ("^<Person>主持", "会上，<Person 芮清>主持；由<Person 晏青>主持", [{"person": "芮清"}]),
    ("<Event>$", "<Event 推介会>。<Event 座谈会>结束，<Event 动员会>", [{"event": "推介会"}, {"event": "动员会"}]),
    # figures by what they measure
    ("总投资<Money>", "总投资<Money 3亿元>", [{"money": "3亿元"}]),
    ("总投资<Money>", "总投资<Extent 30亩>", []),
    ("增长<Share>", "增长<Share 5%>", [{"share": "5%"}]),
    ("<Quantity>", "<Money 3亿元>、<Extent 30亩>", [{"quantity": "3亿元"}, {"quantity": "30亩"}]),
    # an optional slot
    ("<Person><Date>?主持", "<Person 芮清>主持", [{"person": "芮清"}]),
    ("<Person><Date>?主持", "<Person 芮清><Date 昨天>主持", [{"person": "芮清", "date": "昨天"}]),
    # a mention is one symbol: no pattern begins within it
    ("<Place>的公司", "<Company 石桥镇的公司>", []),
]


@pytest.mark.parametrize(("match", "sentence", "slots"), BOUND, ids=[f"{row[0]} | {row[1]}" for row in BOUND])
def test_bound(match: str, sentence: str, slots: list[dict[str, str]]) -> None:
    assert bound(match, sentence) == slots


SYMBOLS = [
    ("Event", "骨料项目开工仪式", None, "Works"),
    ("Event", "骨料项目奠基仪式", None, "Works"),
    ("Event", "产业项目签约仪式", None, "Signing"),
    ("Event", "区委全会", None, "Event"),
    ("Company", "甲公司", None, "Company"),
    ("Quantity", "3亿元", Quantity(Decimal(300000000), "元", "", "3亿元"), "Money"),
    ("Quantity", "5美元", Quantity(Decimal(5), "美元", "", "5美元"), "Money"),
    ("Quantity", "5%", Quantity(Decimal(5), "%", "", "5%"), "Share"),
    ("Quantity", "2倍", Quantity(Decimal(2), "倍", "", "2倍"), "Share"),
    ("Quantity", "30亩", Quantity(Decimal(30), "亩", "", "30亩"), "Extent"),
    ("Quantity", "2万平方米", Quantity(Decimal(20000), "平方米", "", "2万平方米"), "Extent"),
    ("Quantity", "30万吨", Quantity(Decimal(300000), "吨", "", "30万吨"), "Amount"),
]


@pytest.mark.parametrize(("kind", "text", "value", "symbol"), SYMBOLS, ids=[row[1] for row in SYMBOLS])
def test_symbol_of_a_mention(kind: str, text: str, value: Quantity | None, symbol: str) -> None:
    assert symbol_class(Mention(kind, 0, len(text), text, value)) == symbol


def test_encoding_keeps_the_articles_offsets() -> None:
    mentions = [Mention("Person", 12, 14, "芮清"), Mention("Event", 16, 19, "推介会")]
    encoded = encode("昨，芮清主持推介会。"[1:], 11, mentions)
    assert len(encoded.text) == 6
    assert encoded.starts == (11, 12, 14, 15, 16, 19)
    assert encoded.ends == (12, 14, 15, 16, 19, 20)
    assert [m.text if m else "" for m in encoded.mentions] == ["", "芮清", "", "", "推介会", ""]


def test_a_private_character_of_the_text_is_no_symbol() -> None:
    pattern = compile_pattern("<Person>主持", {}, lambda _: True)
    person = encode("芮清主持", 0, [Mention("Person", 0, 2, "芮清")]).text[0]
    assert pattern.regex.search(encode(f"{person}主持", 0, []).text) is None


def test_an_unread_quantity_is_no_figure() -> None:
    pattern = compile_pattern("总投资<Quantity>", {}, lambda _: True)
    assert pattern.regex.search(encode("总投资若干元", 0, [Mention("Quantity", 3, 6, "若干元")]).text) is None


HOSTILE = [
    ("一个字", "啊" * 20_000),
    ("括号", "（" * 10_000 + "）" * 10_000),
    ("名单", "<Person 芮清>、" * 4_000),
    ("职务", "<Post 副区长>、" * 4_000),
    ("公司", "<Company 甲公司>与" * 4_000),
    ("数量", "<Money 3亿元>、" * 2_000),
    ("半个主持", "<Person 芮清>代表各界人士" * 2_000),
    ("总投资", "项目总投资" * 4_000),
]


@pytest.mark.parametrize("sentence", [row[1] for row in HOSTILE], ids=[row[0] for row in HOSTILE])
def test_no_rule_founders_on_a_long_line(sentence: str) -> None:
    from kg.people import encode_groups

    _, text, mentions = parse_example(sentence)
    with_people, groups = encode_groups(text, 0, mentions)
    plain = encode(text, 0, mentions)
    for rule in rulebook.load().rules:
        for found in rulebook.matches(rule, with_people if rule.people else plain, groups):
            assert 0 <= found.start < found.end <= len(text)
