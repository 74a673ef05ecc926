"""The events of an article: their names, which wordings are one event, and what a bare 会议 points to."""

from __future__ import annotations

import pytest
from reading import Reader, annotated, understood

EVENTS = [
    # a named event, from the lead or headline
    (["<Date 昨天>，<Event 全区教育工作会议>召开。"], ["全区教育工作会议"]),
    (["<Post 区委书记><Person 丁宗岳>主持召开<Event 民营企业家座谈会>。"], ["民营企业家座谈会"]),
    (["# <Event 全区教育工作会议>召开", "<Post 区长><Person 芮清>出席并讲话。"], ["全区教育工作会议"]),
    # a body and a bare 会议 make a name
    (["<Date 昨天>，<PartyBody 区委常委会>召开<Event 会议>。"], ["区委常委会会议"]),
    (["<GovernmentBody 县政府>召开<Event 第十二次常务会议>。"], ["县政府第十二次常务会议"]),
    (["<PartyBody 区委常委会>召开<Event 常委会会议>。"], ["区委常委会会议"]),
    # headline and lead say one event, the fuller name stands
    (
        ["# <Event 教育工作会议>召开", "<Date 昨天>，<Event 全区教育工作会议>召开。"],
        ["全区教育工作会议"],
    ),
    (
        ["# <Event 市人大常委会第二十八次会议>召开", "<Date 昨天>，<Event 市十五届人大常委会第二十八次会议>举行。"],
        ["市十五届人大常委会第二十八次会议"],
    ),
    # two events of one article
    (
        ["<Date 昨天>，<Event 全区教育工作会议>召开。", "<Date 同日>，<Event 重点项目集中签约仪式>举行。"],
        ["全区教育工作会议", "重点项目集中签约仪式"],
    ),
    # visits have no name of their own: who did what
    (["<Date 昨天>，<Post 区长><Person 芮清>调研重点企业。"], ["芮清调研重点企业"]),
    (["<Date 昨天>，<Post 区长><Person 芮清>走访慰问困难群众。"], ["芮清走访慰问困难群众"]),
    (
        ["<Date 昨天>，<Post 区长><Person 芮清>会见<Company 甲公司><Post 董事长><Person 卢海生>一行。"],
        ["芮清会见卢海生一行"],
    ),
    # told in passing: no event of the article
    (["<Event 区委常委会会议>召开，传达<Event 全国教育大会>精神。"], ["区委常委会会议"]),
    (["<Company 甲公司>投产，职工百名。"], []),
    (["会上人人发言。"], []),
]  # fmt: skip


@pytest.mark.parametrize(("sentences", "labels"), EVENTS, ids=["".join(row[0]) for row in EVENTS])
def test_events(sentences: list[str], labels: list[str]) -> None:
    assert [event.label for event in understood(annotated(*sentences)).events] == labels


POINTERS = [
    # the mention that begins at a word -> the event it stands for
    (["<Event 全区教育工作会议>召开。", "<Person 芮清>主持<Event 会议>。"], "会议。", "全区教育工作会议"),
    (
        ["<Event 全区教育工作会议>召开。", "<Event 产业项目签约仪式>举行，<Person 芮清>出席<Event 签约仪式>。"],
        "签约仪式。",
        "产业项目签约仪式",
    ),
    (["<Event 全区教育工作会议>召开。", "<Person 芮清>主持<Event 教育工作会议>。"], "教育工作会议。", "全区教育工作会议"),
]  # fmt: skip


@pytest.mark.parametrize(("sentences", "word", "label"), POINTERS, ids=["".join(row[0]) for row in POINTERS])
def test_what_a_mention_points_to(sentences: list[str], word: str, label: str) -> None:
    tagged = annotated(*sentences)
    said = understood(tagged)
    at = tagged.article.text.rindex(word)
    found = [happening.label for (start, _), happening in said.mentions.items() if start == at]
    assert found == ([label] if label else [])


PAGES = [
    # whole pages, tagged by the program
    (
        "# 区委常委会召开会议\n\n3月3日，区委书记丁宗岳主持召开区委常委会会议，研究安全生产工作。\n",
        ["区委常委会会议"],
    ),
    (
        "# 芮清调研民营企业\n\n昨天下午，区委副书记、区长芮清调研民营企业发展情况。\n",
        ["芮清调研民营企业发展情况"],
    ),
    (
        "# 全市水利工作会议召开\n\n昨天，全市水利工作会议召开。副市长佘文出席会议并讲话。\n",
        ["全市水利工作会议"],
    ),
    ("# 秋粮喜获丰收\n\n石桥镇的稻田里，收割机来回穿梭，农民脸上洋溢着笑容。\n", []),
]


@pytest.mark.parametrize(("page", "labels"), PAGES, ids=[row[0].splitlines()[0] for row in PAGES])
def test_events_of_a_page(reader: Reader, page: str, labels: list[str]) -> None:
    (tagged,) = reader.tagged(page)
    assert [event.label for event in understood(tagged).events] == labels
