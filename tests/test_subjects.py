"""Whom the clauses of an article are about, where the state is what sentences tagged by hand leave it."""

from __future__ import annotations

import pytest
from reading import annotated, understood

PROJECT = "<Project 骨料生产线项目>"
COMPANY = "<Company 远山水泥有限公司>"

SUBJECTS = [
    # sentences, a word of the text, whom its clause is about
    ([f"{PROJECT}总投资<Money 3亿元>，用地百亩。"], "用地", "骨料生产线项目"),
    ([f"{COMPANY}成立三年，职工百名。"], "职工", "远山水泥有限公司"),
    ([f"{COMPANY}成立三年。", "职工百名。"], "职工", "远山水泥有限公司"),
    # another takes its place
    ([f"{COMPANY}成立三年。", "<Company 恒岳装备有限公司>职工百名。"], "职工", "恒岳装备有限公司"),
    ([f"{PROJECT}进展顺利。", "<Place 石桥镇>粮食丰收。"], "粮食", "石桥镇"),
    # 该项目, 公司, 园区 point back
    ([f"{PROJECT}进展顺利。", "<Place 石桥镇>粮食丰收。", "该项目年底投产。"], "年底", "骨料生产线项目"),
    ([f"{COMPANY}投产。", "<Place 石桥镇>粮食丰收。", "公司职工百名。"], "职工", "远山水泥有限公司"),
    (["<Park 石桥产业园>开园。", "<Place 石桥镇>粮食丰收。", "园区入驻百家企业。"], "入驻", "石桥产业园"),
    # 我区 is the paper's own place, 该镇 the town last named
    ([f"{COMPANY}投产。", "我区粮食丰收。"], "粮食", "石桥区"),
    ([f"<Place 柳湾镇>开会。{COMPANY}投产。", "该镇粮食丰收。"], "粮食", "柳湾镇"),
    (["全区粮食丰收。"], "粮食", "石桥区"),
    # what is only named on the way does not take over
    ([f"{PROJECT}由{COMPANY}建设，用地百亩。"], "用地", "骨料生产线项目"),
    # after a semicolon the sentence's first subject is back
    (["<Place 石桥镇>粮食丰收，<Place 柳湾镇>棉花丰收；农民增收。"], "农民", "石桥镇"),
    # 其中 holds for its own clause
    (["<Place 石桥镇>有企业<Amount 30家>，其中<Park 石桥产业园><Amount 12家>，职工百名。"], "职工", "石桥镇"),
    # in such a place lies it: 位于石桥镇的公司
    ([f"位于<Place 石桥镇>的{COMPANY}投产，职工百名。"], "职工", "远山水泥有限公司"),
]  # fmt: skip


@pytest.mark.parametrize(("sentences", "word", "subject"), SUBJECTS, ids=["".join(row[0]) for row in SUBJECTS])
def test_subject(sentences: list[str], word: str, subject: str) -> None:
    tagged = annotated(*sentences)
    state = understood(tagged).at(tagged.article.text.index(word))
    about = state.subject or state.place
    assert about is not None
    assert about.text == subject


PLURAL = [
    # several projects together are nobody's single project
    ([f"{PROJECT}进展顺利。", "<Place 石桥区><Amount 30个>安置房项目总投资<Money 30亿元>。"], "总投资", "安置房项目"),
    ([f"{PROJECT}进展顺利。", "新开工项目总投资<Money 30亿元>。"], "总投资", "新开工项目"),
    ([f"{PROJECT}总投资<Money 3亿元>。"], "总投资", ""),
]


@pytest.mark.parametrize(("sentences", "word", "plural"), PLURAL, ids=["".join(row[0]) for row in PLURAL])
def test_several_projects_together(sentences: list[str], word: str, plural: str) -> None:
    tagged = annotated(*sentences)
    assert understood(tagged).at(tagged.article.text.index(word)).plural == plural


@pytest.mark.parametrize("nameless", ["这座戏台", "另一个项目是", "第二个重点项目为"])
def test_a_nameless_subject_is_known_to_be_unknown(nameless: str) -> None:
    tagged = annotated(f"{PROJECT}进展顺利。", f"{nameless}占地<Extent 2亩>。")
    assert understood(tagged).at(tagged.article.text.index("占地")).unknown


def test_a_byline_changes_nothing() -> None:
    tagged = annotated(f"{COMPANY}投产。", "职工百名。")
    state = understood(tagged, "")
    assert state.at(0).subject is not None
    assert understood(annotated("职工百名。"), "").at(0).subject is None
