"""Figures: the indicator beside them, growth as its own fact, ranks, and figures that are no statistics."""

from __future__ import annotations

import datetime as dt

import pytest
from reading import Reader

FIGURES = [
    # a level and its growth
    (
        "今年一季度，石桥区实现地区生产总值120亿元，同比增长6.5%。",
        [
            "石桥区 statistic 12000000000元 {indicator=地区生产总值, period=今年一季度}",
            "石桥区 statistic 6.5% {growth=true, indicator=地区生产总值, period=今年一季度}",
        ],
    ),
    (
        "全区进出口总额8亿美元，同比下降3.2%。",
        [
            "石桥区 statistic -3.2% {growth=true, indicator=进出口总额}",
            "石桥区 statistic 800000000美元 {indicator=进出口总额}",
        ],
    ),
    ("全区固定资产投资同比增长9.2%。", ["石桥区 statistic 9.2% {growth=true, indicator=固定资产投资}"]),
    ("全区用电量较上年提高2.1个百分点。", ["石桥区 statistic 2.1个百分点 {growth=true, indicator=用电量}"]),
    # several that grew 分别
    (
        "全区规上工业总产值、固定资产投资分别增长8.1%、5.6%。",
        [
            "石桥区 statistic 5.6% {growth=true, indicator=固定资产投资}",
            "石桥区 statistic 8.1% {growth=true, indicator=规上工业总产值}",
        ],
    ),
    (
        "全区进口额和出口额分别下降4%和1.5%。",
        [
            "石桥区 statistic -1.5% {growth=true, indicator=出口额}",
            "石桥区 statistic -4% {growth=true, indicator=进口额}",
        ],
    ),
    # 超, 近, 约
    ("全区规上工业总产值超4400亿元。", ["石桥区 statistic >440000000000元 {indicator=规上工业总产值}"]),
    ("全区粮食种植面积约32万亩。", ["石桥区 statistic ~320000亩 {indicator=粮食种植面积}"]),
    # what is counted stands behind the figure
    ("全区新签约产业项目32个。", ["石桥区 statistic 32个 {indicator=新签约产业项目}"]),
    ("全区拥有高新技术企业403家。", ["石桥区 statistic 403家 {indicator=高新技术企业}"]),
    ("全区拥有403家高新技术企业。", ["石桥区 statistic 403家 {indicator=高新技术企业}"]),
    # of a company
    ("远山水泥有限公司现有员工320人。", ["远山水泥有限公司 statistic 320人 {indicator=员工}"]),
    # the subject is carried from sentence to sentence
    (
        "去年，石桥区实现地区生产总值突破500亿元。一般公共预算收入42亿元。",
        [
            "石桥区 statistic 4200000000元 {indicator=一般公共预算收入, period=去年}",
            "石桥区 statistic >50000000000元 {indicator=地区生产总值, period=去年}",
        ],
    ),
    # ranks
    ("石桥区位居全国综合实力百强区第三。", ["石桥区 rank 3位 {indicator=全国综合实力百强区}"]),
    ("全区工业投资总额位列全市第一。", ["石桥区 rank 1位 {indicator=工业投资总额（全市）}"]),
    # from one figure to another: the old one is so no more
    ("全区工业投资总额从3亿元增加到4亿元。", []),
    # wishes and conditions
    ("力争全年规上工业总产值突破500亿元。", []),
    ("要确保固定资产投资增长8%。", []),
    ("争取到2030年高新技术企业达到600家。", []),
    ("目标是全年新增就业1万人。", []),
    ("如果项目全部达产，全区工业总产值有望达到600亿元。", []),
    # times, durations, ages, prices: no statistics
    ("全区连续11年无重大事故。", []),
    ("会议历时3个小时。", []),
    ("卢海生今年52岁，工作30年。", []),
    ("项目位于第3层。", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "facts"), FIGURES, ids=[row[0] for row in FIGURES])
def test_figures(reader: Reader, text: str, facts: list[str]) -> None:
    assert reader.lines(text + "\n", "statistic", "rank", place="石桥区") == facts


def test_figures_of_an_event(reader: Reader) -> None:
    page = "# 全区人才工作大会举行\n\n3月5日，全区人才工作大会举行。大会共签约项目32个。\n"
    (fact,) = (fact for fact in reader.facts(page, place="石桥区") if fact.predicate == "statistic")
    assert fact.subject.label == "全区人才工作大会"
    assert fact.object.text == "32个"  # type: ignore[union-attr]


def test_a_figure_of_several_projects_is_the_places(reader: Reader) -> None:
    text = "全区续建项目45个，总投资320亿元。\n"
    found = reader.facts(text, place="石桥区")
    assert {fact.subject.label for fact in found} == {"石桥区"}
    assert {fact.predicate for fact in found} == {"statistic"}


PERIODS = [
    # text, the period of its figures
    ("2024年，全区实现地区生产总值120亿元。", ["2024"]),
    ("今年上半年，全区工业用电量12亿千瓦时，增长3%。", ["2025-H1", "2025-H1"]),
    ("今年前三季度，全区接待游客120万人次。", ["2025-01/2025-09"]),
    ("去年，全区实现地区生产总值120亿元。工业用电量12亿千瓦时。", ["2024", "2024"]),
    ("截至6月底，全区新增就业1.2万人。", ["2025-06"]),
    ("2023年，全区工业投资90亿元；2024年，全区工业投资96亿元。", ["2023", "2024"]),
    # what stands so by now is of no period, nor is what the paragraph before spoke of
    ("去年，全区工业投资90亿元。目前，全区拥有高新技术企业403家。", ["2024", ""]),
    ("去年，全区工业投资90亿元。\n\n全区拥有高新技术企业403家。", ["2024", ""]),
    # the year that a figure is compared with, that something began in, and a day
    ("全区工业投资比2019年增长30%。", [""]),
    ("公司2012年进入石桥区，现有员工320人。", [""]),
    ("3月5日，全区新签约产业项目32个。", [""]),
]


@pytest.mark.parametrize(("text", "periods"), PERIODS, ids=[row[0] for row in PERIODS])
def test_periods(reader: Reader, text: str, periods: list[str]) -> None:
    found = reader.facts(text + "\n", place="石桥区", date=dt.date(2025, 11, 3))
    figures = sorted((fact for fact in found if fact.predicate == "statistic"), key=lambda fact: fact.marks)
    assert [dict(fact.qualifiers).get("period", "") for fact in figures] == periods
