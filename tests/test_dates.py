"""Dates, durations and periods: every row is a wording and what it means on the day of publication."""

from __future__ import annotations

import datetime as dt
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Mention, Quantity, TimeSpan
from kg.tag import dates

PUBLISHED = dt.date(2025, 2, 8)  # a Saturday


def only(text: str, published: dt.date | None) -> Mention:
    (mention,) = dates.find(text, published)
    return mention


# text, span, iso: the same whether or not the publication date is known
ABSOLUTE = [
    ("2026年下半年竣工", "2026年下半年", "2026-H2"),
    ("2026 年下半年", "2026 年下半年", "2026-H2"),
    ("预计2025年6月竣工", "2025年6月", "2025-06"),
    ("2010年5月", "2010年5月", "2010-05"),
    ("2024年12月20日", "2024年12月20日", "2024-12-20"),
    ("2024 年 12 月 20 日", "2024 年 12 月 20 日", "2024-12-20"),
    ("２０２４年１２月２０日", "２０２４年１２月２０日", "2024-12-20"),
    ("2024年12月20日（周五）上午", "2024年12月20日（周五）上午", "2024-12-20"),
    ("2024年12月20号", "2024年12月20号", "2024-12-20"),
    ("二〇二五年十月一日", "二〇二五年十月一日", "2025-10-01"),
    ("二○二四年三月", "二○二四年三月", "2024-03"),
    ("一九九八年", "一九九八年", "1998"),
    ("98年5月", "98年5月", "1998-05"),
    ("2014年", "2014年", "2014"),
    ("2010年度", "2010年度", "2010"),
    ("2025 年武进区活动", "2025 年", "2025"),
    ("2011年底", "2011年底", "2011-12"),
    ("2011年底前", "2011年底前", "2011-12"),
    ("2012年初", "2012年初", "2012-01"),
    ("2025年6月底", "2025年6月底", "2025-06"),
    ("2025年6月上旬", "2025年6月上旬", "2025-06-01/2025-06-10"),
    ("2024年2月下旬", "2024年2月下旬", "2024-02-21/2024-02-29"),
    ("2025年一季度", "2025年一季度", "2025-Q1"),
    ("2025年第4季度", "2025年第4季度", "2025-Q4"),
    ("2025年前三季度", "2025年前三季度", "2025-01/2025-09"),
    ("2023年上半年", "2023年上半年", "2023-H1"),
    ("2023年秋季", "2023年秋季", "2023-09/2023-11"),
    ("2023年冬季", "2023年冬季", "2023-12/2024-02"),
    ("2020—2021年度", "2020—2021年度", "2020/2021"),
    ("2024年至2026年", "2024年至2026年", "2024/2026"),
    ("2021-2021年度", "2021-2021年度", "2021"),
    ("2026年7月至12月", "2026年7月至12月", "2026-07/2026-12"),
    ("2025年1-5月", "2025年1-5月", "2025-01/2025-05"),
    ("2025年11月至2026年2月", "2025年11月至2026年2月", "2025-11/2026-02"),
    ("2024年12月20日至25日", "2024年12月20日至25日", "2024-12-20/2024-12-25"),
    ("2024年12月30日至2025年1月2日", "2024年12月30日至2025年1月2日", "2024-12-30/2025-01-02"),
    ("2024-12-20", "2024-12-20", "2024-12-20"),
    ("2024.12.20", "2024.12.20", "2024-12-20"),
    ("2024/1/5", "2024/1/5", "2024-01-05"),
    ("2024年第三期", "2024年", "2024"),
]

# text, publication date, span, iso
RELATIVE = [
    ("昨天上午", "2025-02-08", "昨天上午", "2025-02-07"),
    ("昨晚", "2025-03-01", "昨晚", "2025-02-28"),
    ("昨天晚上", "2025-01-01", "昨天晚上", "2024-12-31"),
    ("从昨日召开的大会", "2025-02-08", "昨日", "2025-02-07"),
    ("今天下午", "1998-01-24", "今天下午", "1998-01-24"),
    ("今日", "2025-02-08", "今日", "2025-02-08"),
    ("前天", "2025-02-08", "前天", "2025-02-06"),
    ("明天上午9时", "2025-02-28", "明天上午9时", "2025-03-01"),
    ("11月19日", "2025-02-08", "11月19日", "2024-11-19"),
    ("2月8日", "2025-02-08", "2月8日", "2025-02-08"),
    ("2月9日", "2025-02-08", "2月9日", "2024-02-09"),
    ("2月29日", "2025-02-08", "2月29日", "2024-02-29"),
    ("5月27日上午", "2021-07-01", "5月27日上午", "2021-05-27"),
    ("将于3月20日举行", "2025-02-08", "3月20日", "2025-03-20"),
    ("十一月十九日", "2025-02-08", "十一月十九日", "2024-11-19"),
    ("9月5日至6日", "2025-10-01", "9月5日至6日", "2025-09-05/2025-09-06"),
    ("9月5日-6日", "2025-10-01", "9月5日-6日", "2025-09-05/2025-09-06"),
    ("3月5—7日", "2025-10-01", "3月5—7日", "2025-03-05/2025-03-07"),
    ("12月28日至1月3日", "2025-02-08", "12月28日至1月3日", "2024-12-28/2025-01-03"),
    ("10日上午", "2025-09-10", "10日上午", "2025-09-10"),
    ("28日在京", "2026-02-28", "28日", "2026-02-28"),
    ("25日晚上", "2025-02-08", "25日晚上", "2025-01-25"),
    ("31日", "2025-03-08", "31日", "2025-01-31"),
    ("二十八日", "2025-02-08", "二十八日", "2025-01-28"),
    ("28日至29日", "2025-02-08", "28日至29日", "2025-01-28/2025-01-29"),
    ("将于本月29日开工", "2011-03-25", "本月29日", "2011-03-29"),
    ("上月5日", "2025-01-08", "上月5日", "2024-12-05"),
    ("上个月", "2025-01-10", "上个月", "2024-12"),
    ("下月", "2024-12-10", "下月", "2025-01"),
    ("本月底", "2025-02-08", "本月底", "2025-02"),
    ("上周", "2025-02-08", "上周", "2025-01-27/2025-02-02"),
    ("本周五", "2025-02-08", "本周五", "2025-02-07"),
    ("今年", "2025-02-08", "今年", "2025"),
    ("去年", "2025-02-08", "去年", "2024"),
    ("明年", "2025-02-08", "明年", "2026"),
    ("明年秋季", "2011-03-01", "明年秋季", "2012-09/2012-11"),
    ("今年底", "2011-03-25", "今年底", "2011-12"),
    ("今年年底", "2011-03-25", "今年年底", "2011-12"),
    ("年底前", "2025-11-20", "年底前", "2025-12"),
    ("到年底完成", "2011-03-25", "年底", "2011-12"),
    ("计划年内竣工", "2023-01-31", "年内", "2023"),
    ("今年内", "2023-01-31", "今年内", "2023"),
    ("今年年内", "2023-01-31", "今年年内", "2023"),
    ("今年一季度", "2023-01-31", "今年一季度", "2023-Q1"),
    ("去年四季度", "2023-01-31", "去年四季度", "2022-Q4"),
    ("上半年", "2025-07-20", "上半年", "2025-H1"),
    ("前三季度", "2025-11-01", "前三季度", "2025-01/2025-09"),
    ("今年4月28日", "2011-03-28", "今年4月28日", "2011-04-28"),
    ("今年4月28日至30日", "2011-05-28", "今年4月28日至30日", "2011-04-28/2011-04-30"),
    ("今年7月份", "2011-03-28", "今年7月份", "2011-07"),
    ("去年12月", "2025-02-08", "去年12月", "2024-12"),
    ("今年1-5月", "2021-07-01", "今年1-5月", "2021-01/2021-05"),
    ("今年11底", "2011-03-28", "今年11底", "2011-11"),
    ("预计4月份一期投产", "2024-03-16", "4月份", "2024-04"),
    ("4月份", "2024-03-16", "4月份", "2023-04"),
    ("一月，全市", "2023-01-31", "一月", "2023-01"),
    ("1-5月", "2021-07-01", "1-5月", "2021-01/2021-05"),
    ("1—12月", "2025-01-15", "1—12月", "2024-01/2024-12"),
    ("7月至12月", "2027-01-10", "7月至12月", "2026-07/2026-12"),
    ("元旦", "1998-01-05", "元旦", "1998-01-01"),
    ("今年前5个月", "2021-06-28", "今年前5个月", "2021-01/2021-05"),
    ("前 7 个月全省", "2025-09-01", "前 7 个月", "2025-01/2025-07"),
    ("前11个月", "2025-01-05", "前11个月", "2024-01/2024-11"),
]

# text, span
VAGUE = [
    ("日前，我区", "日前"), ("近日，", "近日"), ("连日来，", "连日来"), ("近期", "近期"), ("最近，", "最近"),
    ("不久前", "不久前"),
    ("新春伊始", "新春伊始"), ("当天下午", "当天下午"), ("当日", "当日"), ("同日", "同日"), ("春节前", "春节前"),
    ("同年5月", "同年5月"),
    ("比上年增长", "上年"), ("即将投用", "即将"),
]  # fmt: skip

# text, span, value and unit; "" where it has no single number
DURATIONS = [
    ("连续11年位居", "连续11年", "11 年"),
    ("连续 11 年", "连续 11 年", "11 年"),
    ("连续第七年", "连续第七年", "7 年"),
    ("过去一年", "过去一年", "1 年"),
    ("过去十年", "过去十年", "10 年"),
    ("未来十年", "未来十年", "10 年"),
    ("三年来", "三年来", "3 年"),
    ("回归25年来", "25年来", "25 年"),
    ("历时两年多", "历时两年多", "2 年"),
    ("近两年", "近两年", "2 年"),
    ("3到5年时间", "3到5年", ""),
    ("6个多月来", "6个多月来", "6 个月"),
    ("仅需2个月", "2个月", "2 个月"),
    ("三个月", "三个月", "3 个月"),
    ("7天", "7天", "7 天"),
    ("提前三个月", "三个月", "3 个月"),
    ("两千五百多年历史", "两千五百多年", "2500 年"),
    ("5000多年", "5000多年", "5000 年"),
    ("提前半年", "半年", ""),
    ("近年来", "近年来", ""),
    ("近几年来", "近几年来", ""),
]

NOW = ["截至目前", "目前", "当前", "下一步", "今后"]

NONE = [
    "“1650”产业体系", "第二十八次会议", "二十届三中全会", "第三届", "11·20案件", "2200mm", "220亿日元", "10日元",
    "403家", "3.14",
    "20世纪90年代", "2020年代", "6200年", "2024-13-20", "2月30日", "13月5日", "32日", "1.2.3", "v2024.1.2.3",
    "每月", "一个", "正月初五", "月薪", "十月革命", "第三年", "三年级", "三年行动计划", "百年企业", "100周年",
    "五年规划", "一年一度", "新的一年",
    "节日前夕", "生日前", "体现在", "题目前面", "今年轻人", "今日头条", "上半场", "少年初长", "日本月球", "5日内",
    "一日游", "两会", "一带一路",
    "少年", "青年", "", "。", "十四五岁",
]  # fmt: skip


@pytest.mark.parametrize(("text", "span", "iso"), ABSOLUTE)
@pytest.mark.parametrize("published", [None, PUBLISHED])
def test_absolute(text: str, span: str, iso: str, published: dt.date | None) -> None:
    mention = only(text, published)
    assert isinstance(mention.value, TimeSpan)
    assert (mention.type, mention.by, mention.text, mention.value.iso) == ("Date", "dates/absolute", span, iso)


@pytest.mark.parametrize(("text", "published", "span", "iso"), RELATIVE)
def test_relative(text: str, published: str, span: str, iso: str) -> None:
    mention = only(text, dt.date.fromisoformat(published))
    assert isinstance(mention.value, TimeSpan)
    assert (mention.type, mention.by, mention.text, mention.value.iso) == ("Date", "dates/relative", span, iso)


@pytest.mark.parametrize(("text", "span"), [(text, span) for text, _, span, _ in RELATIVE])
def test_relative_stays_words_without_a_publication_date(text: str, span: str) -> None:
    mention = only(text, None)
    assert (mention.by, mention.text, mention.value) == ("dates/relative", span, TimeSpan(span))


@pytest.mark.parametrize(("text", "span"), VAGUE)
def test_vague(text: str, span: str) -> None:
    mention = only(text, PUBLISHED)
    assert (mention.type, mention.by, mention.text, mention.value) == ("Date", "dates/vague", span, TimeSpan(span))


@pytest.mark.parametrize(("text", "span", "reading"), DURATIONS)
def test_duration(text: str, span: str, reading: str) -> None:
    mention = only(text, PUBLISHED)
    value = mention.value
    assert (mention.type, mention.by, mention.text) == ("Duration", "dates/duration", span)
    assert (f"{value.value} {value.unit}" if isinstance(value, Quantity) else "") == reading


@pytest.mark.parametrize("text", NOW)
def test_now(text: str) -> None:
    mention = only(text, PUBLISHED)
    assert (mention.type, mention.by, mention.text) == ("Duration", "dates/now", text)


@pytest.mark.parametrize(
    ("text", "span", "iso"),
    [
        ("“十四五”良好开局", "十四五", "2021/2025"),
        ("十二五期间", "十二五期间", "2011/2015"),
        ("“十五五”", "十五五", "2026/2030"),
    ],
)
def test_period(text: str, span: str, iso: str) -> None:
    mention = only(text, PUBLISHED)
    assert isinstance(mention.value, TimeSpan)
    assert (mention.type, mention.by, mention.text, mention.value.iso) == ("Period", "dates/period", span, iso)


@pytest.mark.parametrize("text", NONE)
@pytest.mark.parametrize("published", [None, PUBLISHED])
def test_none(text: str, published: dt.date | None) -> None:
    assert dates.find(text, published) == []


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025年", (2025, 1, 1), (2025, 12, 31)),
        ("2024年2月", (2024, 2, 1), (2024, 2, 29)),
        ("2026年下半年", (2026, 7, 1), (2026, 12, 31)),
        ("2025年二季度", (2025, 4, 1), (2025, 6, 30)),
        ("2026年7月至12月", (2026, 7, 1), (2026, 12, 31)),
        ("2024年12月20日至25日", (2024, 12, 20), (2024, 12, 25)),
        ("昨天", (2025, 2, 7), (2025, 2, 7)),
    ],
)
def test_first_and_last_day(text: str, first: tuple[int, int, int], last: tuple[int, int, int]) -> None:
    value = only(text, PUBLISHED).value
    assert isinstance(value, TimeSpan)
    assert (value.first, value.last) == (dt.date(*first), dt.date(*last))


def test_several() -> None:
    mentions = dates.find("今天（1月31日），2023年首批项目，一季度将有160项，连续3年", dt.date(2023, 1, 31))
    assert [m.text for m in mentions] == ["今天", "1月31日", "2023年", "一季度", "连续3年"]


def test_a_range_that_cannot_be_is_its_beginning() -> None:
    assert [m.text for m in dates.find("2021-2019年", None)] == ["2019年"]


def test_examples_of_the_data_file_hold() -> None:
    assert dates.check() == []


ALPHABET = (
    "0123456789０１二三十一四五六〇年月日号至到-—./今去明昨前后本上下旬底初末内"
    "季度半个天周连续第过来近目截当同春节元旦（） \n将于早晚上午"
)


@settings(max_examples=400, deadline=None)
@given(
    st.text(alphabet=ALPHABET, max_size=40) | st.text(max_size=40),
    st.none() | st.dates() | st.sampled_from([dt.date.min, dt.date.max]),
)
def test_spans_hold_for_any_text(text: str, published: dt.date | None) -> None:
    end = 0
    for mention in dates.find(text, published):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.text == text[mention.start : mention.end]
        if isinstance(mention.value, TimeSpan) and mention.value.iso:
            assert mention.value.first and mention.value.last and mention.value.first <= mention.value.last
        end = mention.end


@pytest.mark.parametrize("unit", ["1", "一", "1-", "1月", "今年", "2024年", "1月1日至", "近", "目前"])
def test_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        start = time.process_time()
        dates.find(unit * (size // len(unit)), PUBLISHED)
        return time.process_time() - start

    seconds(1000)
    assert seconds(80_000) < 1.0 + 40 * seconds(5_000)
