"""What a text says and what it does not: one table a kind of fact, read by the whole of tagging and extraction."""

from __future__ import annotations

import datetime as dt

import pytest
from reading import Reader, line

DAY = dt.date(2025, 3, 5)
MEETING = "昨天，全区教育工作会议召开。"
NAME = "全区教育工作会议"

PEOPLE = [
    # who presides, attends, speaks, leads, accompanies
    (f"{MEETING}区委书记丁宗岳主持会议。", [f"丁宗岳 presidedOver {NAME}"]),
    (f"{MEETING}区委书记丁宗岳主持会议并讲话。", [f"丁宗岳 presidedOver {NAME}", f"丁宗岳 spokeAt {NAME}"]),
    (f"{MEETING}区领导芮清、缪立新出席会议。", [f"缪立新 attended {NAME}", f"芮清 attended {NAME}"]),
    (f"{MEETING}副区长芮清列席会议。", [f"芮清 observed {NAME}"]),
    (f"{MEETING}区长芮清指出，要办好人民满意的教育。", [f"芮清 spokeAt {NAME}"]),
    (f"{MEETING}会议由副区长芮清主持。", [f"芮清 presidedOver {NAME}"]),
    (f"{MEETING}会上，县教育局局长晏青作工作报告。", [f"晏青 spokeAt {NAME}"]),
    (
        "昨天，区长芮清走访民营企业，副区长佘文陪同。",
        ["佘文 accompanied 芮清走访民营企业", "芮清 led 芮清走访民营企业"],
    ),
    (
        "昨天，区长芮清会见了远山水泥有限公司董事长卢海生一行。",
        ["卢海生 attended 芮清会见卢海生一行", "芮清 attended 芮清会见卢海生一行"],
    ),
    # not so
    (f"{MEETING}副区长芮清因故未出席会议。", []),
    (f"{MEETING}会议传达了丁宗岳同志重要讲话精神。", []),
    (f"{MEETING}大家对芮清的到来表示欢迎。", []),
    (f"{MEETING}会议要求，要办好人民满意的教育。", []),
]

PROJECTS = [
    (
        "骨料生产线项目位于石桥镇，总投资3亿元，占地120亩，总建筑面积8万平方米。",
        [
            "骨料生产线项目 area 120亩 {kind=占地}",
            "骨料生产线项目 area 80000平方米 {kind=建筑面积}",
            "骨料生产线项目 locatedIn 石桥镇",
            "骨料生产线项目 totalInvestment 300000000元",
        ],
    ),
    (
        "骨料生产线项目总投资10亿元，其中一期总投资3亿元。",
        [
            "骨料生产线项目 totalInvestment 1000000000元",
            "骨料生产线项目 totalInvestment 300000000元 {phase=一期}",
        ],
    ),
    ("骨料生产线项目加紧建设。该项目总投资3亿元。", ["骨料生产线项目 totalInvestment 300000000元"]),
    (
        "骨料生产线项目预计2027年6月竣工投产。",
        ["骨料生产线项目 completedOn 2027-06 {status=planned}"],
    ),
    ("骨料生产线项目于2024年8月开工建设。", ["骨料生产线项目 startedOn 2024-08"]),
    (
        "骨料生产线项目达产后可年产水泥30万吨，年销售收入可达8亿元。",
        [
            "骨料生产线项目 annualCapacity 300000吨 {product=水泥, status=planned}",
            "骨料生产线项目 expectedRevenue 800000000元 {kind=销售, status=planned}",
        ],
    ),
    (
        "由远山水泥有限公司投资建设的骨料生产线项目加紧施工。",
        ["远山水泥有限公司 undertakes 骨料生产线项目"],
    ),
    # amounts keep 超, 约
    ("骨料生产线项目总投资约3.5亿元。", ["骨料生产线项目 totalInvestment ~350000000元"]),
]

COMPANIES = [
    ("远山水泥有限公司位于石桥镇。", ["远山水泥有限公司 locatedIn 石桥镇"]),
    (
        "远山水泥有限公司成立于2010年，主要生产高标号水泥、骨料。",
        ["远山水泥有限公司 produces 骨料", "远山水泥有限公司 produces 高标号水泥"],
    ),
    ("远山水泥有限公司与江海大学签订合作协议。", ["远山水泥有限公司 signedWith 江海大学"]),
    (
        "远山水泥有限公司是国家级专精特新“小巨人”企业。",
        ["远山水泥有限公司 classifiedAs 国家级专精特新“小巨人”企业"],
    ),
    ("远山水泥有限公司获评省级绿色工厂。", ["远山水泥有限公司 awarded 省级绿色工厂"]),
    ("石桥镇荣获“全国文明村镇”称号。", ["石桥镇 awarded 全国文明村镇"]),
]

NOTHING = [
    # wishes, calls, slogans
    "力争骨料生产线项目早日开工。",
    "希望远山水泥有限公司获评省级绿色工厂。",
    "石桥镇力争荣获“全国文明村镇”称号。",
    "要抢抓机遇、乘势而上，奋力谱写高质量发展新篇章！",
    "聚力万亿之城，冲刺全年目标！",
    "让我们携手并肩，共创美好未来。",
    "全区上下要抓项目、促投资、稳增长。",
    "各镇要确保粮食总产量达到30万吨。",
    # negations
    "远山水泥有限公司没有与江海大学签约。",
    "骨料生产线项目尚未开工。",
    "骨料生产线项目并未投产。",
    "远山水泥有限公司从未生产过骨料。",
    "芮清不是县教育局局长。",
    "远山水泥有限公司落选省级绿色工厂。",
    # not yet
    "远山水泥有限公司正在申报省级绿色工厂。",
    "远山水泥有限公司争当省级龙头企业。",
    "全区规上工业总产值有望增长8%。",
    "根据规划，到2027年园区年产值达到100亿元。",
    # conditions and rules
    "凡总投资超3亿元的项目，优先供地。",
    "对获评省级绿色工厂的企业奖励50万元。",
    "骨料生产线项目如未按期竣工，将收回土地。",
    "最高可奖励500万元。",
    "若企业获评省级绿色工厂，将奖励50万元。",
    # poetry, weather, talk
    "春风又绿江南岸，明月何时照我还。",
    "昨天阵雨，气温12到18℃，东北风3到4级。",
    "他摸了摸孩子的头，笑着走进屋里。",
    # an advertisement
    "全场五折起，买一送一，仅限三天，欢迎新老顾客光临！",
]

TABLES = {"people": PEOPLE, "projects": PROJECTS, "companies": COMPANIES}
ROWS = [(name, text, facts) for name, table in TABLES.items() for text, facts in table]
KINDS = {
    "people": ("presidedOver", "attended", "observed", "spokeAt", "led", "accompanied"),
    "projects": (
        "locatedIn", "undertakes", "totalInvestment", "annualCapacity", "expectedRevenue", "area", "startedOn",
        "completedOn", "classifiedAs",
    ),
    "companies": ("locatedIn", "produces", "signedWith", "classifiedAs", "awarded"),
}  # fmt: skip


@pytest.mark.parametrize(("name", "text", "facts"), ROWS, ids=[f"{name}: {text}" for name, text, _ in ROWS])
def test_said(reader: Reader, name: str, text: str, facts: list[str]) -> None:
    assert reader.lines(text + "\n", *KINDS[name], place="石桥区", date=DAY) == facts


@pytest.mark.parametrize("text", NOTHING)
def test_not_said(reader: Reader, text: str) -> None:
    assert reader.lines(text + "\n", place="石桥区", date=DAY) == []


TOUR = (
    "# 芮清走访企业\n\n3月4日，区长芮清走访民营企业。他先后来到远山水泥有限公司、云泽恒岳装备有限公司，察看生产情况。\n"
)


def test_the_stops_of_a_tour(reader: Reader) -> None:
    assert reader.lines(TOUR, "visited", place="石桥区", date=DAY) == [
        "芮清走访民营企业 visited 云泽恒岳装备有限公司",
        "芮清走访民营企业 visited 远山水泥有限公司",
    ]


STATUS = [
    # what is planned, what is done, what somebody else says
    ("骨料生产线项目总投资3亿元。", "totalInvestment", "actual"),
    ("骨料生产线项目预计2027年6月竣工。", "completedOn", "planned"),
    ("骨料生产线项目已于2024年6月竣工。", "completedOn", "actual"),
    ("远山水泥有限公司拟投资3亿元，建设骨料生产线项目。", "undertakes", "planned"),
    ("总经理卢海生说，公司现有员工320人。", "statistic", "reported"),
]


@pytest.mark.parametrize(("text", "predicate", "status"), STATUS, ids=[row[0] for row in STATUS])
def test_status(reader: Reader, text: str, predicate: str, status: str) -> None:
    found = reader.facts("远山水泥有限公司投产。" * (status == "reported") + text + "\n", place="石桥区", date=DAY)
    assert [fact.status for fact in found if fact.predicate == predicate] == [status]


DATES = [
    ("骨料生产线项目预计2026年下半年竣工。", "2026-H2"),
    ("骨料生产线项目预计今年底竣工。", "2025-12"),
    ("骨料生产线项目预计明年一季度竣工。", "2026-Q1"),
    ("骨料生产线项目预计下月竣工。", "2025-04"),
]


@pytest.mark.parametrize(("text", "date"), DATES, ids=[row[0] for row in DATES])
def test_dates_from_the_day_of_publication(reader: Reader, text: str, date: str) -> None:
    (said,) = reader.lines(text + "\n", "completedOn", place="石桥区", date=DAY)
    assert said.split()[2] == date


def test_a_fact_stands_once(reader: Reader) -> None:
    text = "骨料生产线项目总投资3亿元。该项目总投资3亿元，进展顺利。\n"
    found = [fact for fact in reader.facts(text, place="石桥区") if fact.predicate == "totalInvestment"]
    assert [line(fact) for fact in found] == ["骨料生产线项目 totalInvestment 300000000元"]
    assert not found[0].inferred


def test_what_is_carried_over_is_marked_and_shows_its_antecedent(reader: Reader) -> None:
    text = "骨料生产线项目进展顺利。该项目总投资3亿元。\n"
    (fact,) = (fact for fact in reader.facts(text, place="石桥区") if fact.predicate == "totalInvestment")
    assert fact.inferred
    assert fact.antecedent is not None
    assert text[slice(*fact.antecedent)] == "骨料生产线项目"
    assert fact.quote == "该项目总投资3亿元。"
