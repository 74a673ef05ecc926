"""What holds for every text: offsets, quotes and marks point where they should, twice the same, and nothing is raised.

Texts are built of fragments of the genre, cut and mixed with any characters.
"""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reading import Reader

from kg.model import Fact

FRAGMENTS = [
    "区委书记丁宗岳", "副市长芮清、缪立新、佘文", "区领导晏青等", "县教育局局长恽思远", "卢海生一行", "阿依古丽·买买提",
    "远山水泥有限公司", "星野微电子（云泽）有限公司", "石桥经济开发区", "江海大学", "武进区", "莫干山镇", "我区", "全市",
    "骨料生产线项目", "年产3万吨水泥项目", "该项目", "一期", "全区教育工作会议", "民营企业家座谈会", "会议", "开工仪式",
    "主持召开", "出席", "列席", "强调", "并讲话", "率队调研", "会见了", "先后来到", "位于", "由", "投资建设的",
    "总投资3.5亿元", "占地约120亩", "同比增长6.5%", "超4400亿元", "位居全国百强区第三", "分别增长5%、6%", "403家",
    "3月3日", "昨天下午", "2026年下半年", "今年底", "连续11年", "预计", "竣工投产", "获评", "省级绿色工厂", "“小巨人”企业",
    "力争", "希望", "没有", "本报讯（汤怀英 记者 周洁如）", "周洁如 摄", "# ", "\n\n", "\n", "，", "。", "、", "；", "：", "的", "在", "与",
]  # fmt: skip
WHO = [
    "区委书记丁宗岳",
    "副市长芮清、缪立新",
    "区领导晏青等",
    "远山水泥有限公司",
    "骨料生产线项目",
    "该项目",
    "我区",
    "武进区",
    "公司",
]
DOES = [
    "主持",
    "出席",
    "列席",
    "强调，要抓好",
    "位于",
    "总投资",
    "占地",
    "规上工业总产值",
    "获评",
    "荣获",
    "预计今年底竣工，年产",
    "位居",
    "主要生产",
    "投资建设",
    "来到",
    "与江海大学签订",
    "同比增长",
    "召开",
    "率队走访",
]
WHAT = [
    "全区教育工作会议",
    "会议",
    "3.5亿元",
    "120亩",
    "6.5%",
    "莫干山镇",
    "省级绿色工厂",
    "骨料生产线项目",
    "30万吨水泥",
    "全国百强区第三",
    "合作协议",
    "远山水泥有限公司",
    "水泥、骨料",
]
CLAUSES = st.tuples(st.sampled_from(WHO), st.sampled_from(DOES), st.sampled_from(WHAT), st.sampled_from("，。；、\n "))
TEXTS = st.lists(
    st.one_of(CLAUSES.map("".join), CLAUSES.map("".join), st.sampled_from(FRAGMENTS), st.text(max_size=4)),
    min_size=1,
    max_size=40,
).map("".join)
CALM = settings(
    max_examples=150, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
DAY = dt.date(2025, 3, 5)


def page(body: str) -> str:
    return f"# 全区教育工作会议召开\n\n{body}\n"


@CALM
@given(TEXTS)
def test_sentences_and_mentions_are_slices_of_the_article(reader: Reader, body: str) -> None:
    for one in reader.tagged(page(body), DAY):
        text = one.article.text
        for ts in one.sentences:
            assert ts.sentence.text == text[ts.sentence.start : ts.sentence.end]
            at = ts.sentence.start
            for mention in ts.mentions:
                assert at <= mention.start < mention.end <= ts.sentence.end
                assert mention.text == text[mention.start : mention.end]
                at = mention.end


def held(fact: Fact, document: str) -> None:
    """Fails where a fact's spans do not fit together."""
    assert 0 <= fact.start < fact.end <= len(document)
    assert fact.quote == document[fact.start : fact.end]
    assert fact.marks
    assert list(fact.marks) == sorted(fact.marks)
    for start, end in fact.marks:
        assert fact.start <= start < end <= fact.end
    if fact.antecedent is not None:
        assert 0 <= fact.antecedent[0] < fact.antecedent[1] <= len(document)
        assert fact.inferred
    assert fact.status in {"actual", "planned", "reported"}
    assert 0 < fact.confidence <= 1
    assert fact.rule
    assert fact.subject.label.strip()
    assert list(fact.qualifiers) == sorted(fact.qualifiers)


@CALM
@given(TEXTS)
def test_facts_are_anchored_in_their_sentences(reader: Reader, body: str) -> None:
    document = page(body)
    found = reader.facts(document, "武进区", DAY)
    for fact in found:
        held(fact, document)
    assert [fact.start for fact in found] == sorted(fact.start for fact in found)
    assert len(set(found)) == len(found)


@settings(CALM, max_examples=40)
@given(TEXTS)
def test_the_same_text_gives_the_same_facts(reader: Reader, body: str) -> None:
    first = reader.facts(page(body), "武进区", DAY)
    assert reader.facts(page(body), "武进区", DAY) == first


@settings(CALM, max_examples=40)
@given(st.text(max_size=400))
def test_any_characters_are_read(reader: Reader, body: str) -> None:
    for text in (body, page(body)):
        for fact in reader.facts(text):
            held(fact, text)


TABLE = "| 名称 | 数量 | 单价 |\n|---|---|---|\n| 水泥 | 30 | 12.5 |\n| 骨料 | 45 | 9.8 |\n| 合计 | 75 | |\n"
POEM = (
    "# 山居\n\n空谷无人闻鸟语，\n小桥流水绕柴门。\n东风昨夜催花急，\n一树梨云月有痕。\n\n"
    "莫问归期何处是，\n青山隐隐水迢迢。\n"
)
ADVERT = (
    "# 新店开张\n\n全场五折起，买一送一，仅限三天！羽绒服原价899元，现价299元。满500元减100元，"
    "凭券再享九折。详情请拨打热线，地址：步行街入口处。欢迎新老顾客光临！\n"
)
STRANGERS = {
    "English": "# Council meets\n\nThe mayor chaired a meeting on Monday. Investment rose 5% to 3 billion dollars.\n",
    "Japanese": "# 市民まつり開催\n\n日曜日、駅前でまつりが開かれ、多くの家族連れでにぎわいました。\n",
    "Korean": "# 주민 회의 개최\n\n지난 월요일 주민 회의가 열렸으며 많은 사람들이 참석했다.\n",
    "Russian": "# Заседание совета\n\nВ понедельник состоялось заседание совета, рост составил 5% в год.\n",
    "Arabic": "# اجتماع المجلس\n\nعقد المجلس اجتماعا يوم الاثنين لمناقشة الميزانية الجديدة.\n",
    "poetry": POEM,
    "table": TABLE,
    "advert": ADVERT,
    "numbers": "# 数字\n\n" + "12 34.5 67% 8,900 " * 50 + "\n",
    "brackets": "# 括号\n\n" + "（" * 10_000 + "）" * 10_000 + "\n",
    "mixed brackets": "# 括号\n\n" + "（《“【" * 5_000 + "。\n",
    "one sentence of 200 kB": "# 长句\n\n" + "风吹过田野和村庄" * 8_400 + "。\n",
    "commas": "# 长句\n\n" + "风起，雨落，云开，" * 1_000 + "。\n",
    "emoji": "# 😀😀\n\n" + "😀🎉👩‍👩‍👧‍👦" * 300 + "。\n",
    "nothing": "",
    "blank": " \n\n \t\n",
}  # fmt: skip


@pytest.mark.parametrize("name", STRANGERS)
def test_no_fact_is_read_into_what_states_none(reader: Reader, name: str) -> None:
    assert reader.lines(STRANGERS[name], date=DAY) == []
