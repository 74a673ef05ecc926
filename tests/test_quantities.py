"""Quantities: every row is a wording, and what a reader of Chinese takes it for."""

from __future__ import annotations

import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.errors import ConfigurationError
from kg.model import Quantity
from kg.tag import quantities
from kg.tag.grammar import run_examples, verify


def readings(text: str) -> list[tuple[str, str]]:
    """(span, modifier + value + unit) of each quantity; "?" where it has no single value."""
    return [
        (m.text, f"{m.value.modifier}{m.value.value} {m.value.unit}".strip() if isinstance(m.value, Quantity) else "?")
        for m in quantities.find(text)
    ]


# text, span, reading
ONE = [
    # the list that must hold
    ("实际投资42.08亿美元", "42.08亿美元", "4208000000 美元"),
    ("产值超4400亿元", "超4400亿元", ">440000000000 元"),
    ("总投资3.5亿元", "3.5亿元", "350000000 元"),
    ("同比增长9.2%", "9.2%", "9.2 %"),
    ("数量增长约4.5倍", "约4.5倍", "~4.5 倍"),
    ("面积150万平方米", "150万平方米", "1500000 平方米"),
    ("年产20万台（套）", "20万台（套）", "200000 台"),
    ("年产100万千瓦时", "100万千瓦时", "1000000 千瓦时"),
    ("一行十余家", "十余家", ">10 家"),
    ("来了近百人", "近百人", "<100 人"),
    ("台资企业403家", "403家", "403 家"),
    ("形成81万辆", "81万辆", "810000 辆"),
    ("规模1.5万亿元", "1.5万亿元", "1500000000000 元"),
    ("共1万2千人", "1万2千人", "12000 人"),
    # scales
    ("投资1亿", "1亿", "100000000 元"),
    ("3亿5000万元", "3亿5000万元", "350000000 元"),
    ("实现利税1个亿", "1个亿", "100000000 元"),
    ("120K片", "120K片", "120000 片"),
    ("12亿多元", "12亿多元", ">1200000000 元"),
    ("828万余元", "828万余元", ">8280000 元"),
    ("200余万元", "200余万元", ">2000000 元"),
    ("5百家", "5百家", "500 家"),
    ("0.5元", "0.5元", "0.5 元"),
    ("3.50亿元", "3.50亿元", "350000000 元"),
    ("32819.1万元", "32819.1万元", "328191000 元"),
    ("人口12.8亿", "12.8亿", "1280000000"),
    ("拟投10亿建厂", "10亿", "1000000000 元"),
    ("20万学生", "20万", "200000"),
    # digits
    ("干部有1．8万人", "1．8万人", "18000 人"),
    ("投资１２０亿开展", "１２０亿", "12000000000 元"),
    ("１１.９３％", "１１.９３％", "11.93 %"),
    ("1,234.5万元", "1,234.5万元", "12345000 元"),
    ("超 4400 亿元", "超 4400 亿元", ">440000000000 元"),
    ("3.5 亿元", "3.5 亿元", "350000000 元"),
    ("52.27℅", "52.27℅", "52.27 %"),
    # Chinese numerals
    ("三十五家", "三十五家", "35 家"),
    ("一百零五个", "一百零五个", "105 个"),
    ("一百二十户", "一百二十户", "120 户"),
    ("两千余名", "两千余名", ">2000 名"),
    ("一万二千人", "一万二千人", "12000 人"),
    ("一万二人", "一万二人", "12000 人"),
    ("三亿五千万元", "三亿五千万元", "350000000 元"),
    ("二十八次", "二十八次", "28 次"),
    ("三点五亿元", "三点五亿元", "350000000 元"),
    ("五十万千瓦", "五十万千瓦", "500000 千瓦"),
    ("百分之三十", "百分之三十", "30 %"),
    ("百分之三点五", "百分之三点五", "3.5 %"),
    ("百分之80以上", "百分之80以上", ">80 %"),
    ("千分之五", "千分之五", "5 ‰"),
    ("三家企业", "三家", "3 家"),
    ("两个项目", "两个", "2 个"),
    ("增长一倍", "一倍", "1 倍"),
    ("二十几名", "二十几名", ">20 名"),
    # modifiers
    ("逾300人", "逾300人", ">300 人"),
    ("超过了3万亿元", "超过了3万亿元", ">3000000000000 元"),
    ("突破2亿元", "突破2亿元", ">200000000 元"),
    ("至少5家", "至少5家", ">5 家"),
    ("达6亿元", "6亿元", "600000000 元"),
    ("为500亩", "500亩", "500 亩"),
    ("接近5%", "接近5%", "<5 %"),
    ("不超过 20 公里", "不超过 20 公里", "<20 公里"),
    ("不少于3次", "不少于3次", ">3 次"),
    ("不足1000户", "不足1000户", "<1000 户"),
    ("不到三成", "不到三成", "<30 %"),
    ("近3万户", "近3万户", "<30000 户"),
    ("最近3家", "3家", "3 家"),
    ("大约40公里", "大约40公里", "~40 公里"),
    ("约为74亩", "约为74亩", "~74 亩"),
    ("签约32个", "32个", "32 个"),
    ("节约5%", "5%", "5 %"),
    ("2亿元左右", "2亿元左右", "~200000000 元"),
    ("10亿元以上", "10亿元以上", ">1000000000 元"),
    ("超过10亿元以上", "超过10亿元以上", ">1000000000 元"),
    ("亿元以上", "亿元以上", ">100000000 元"),
    ("5%以下", "5%以下", "<5 %"),
    ("33000多人", "33000多人", ">33000 人"),
    ("48万多吨", "48万多吨", ">480000 吨"),
    ("2万余台", "2万余台", ">20000 台"),
    ("百余家", "百余家", ">100 家"),
    ("总投资过百亿元", "过百亿元", ">10000000000 元"),
    ("人口过亿", "过亿", ">100000000"),
    ("带动上万人就业", "上万人", ">10000 人"),
    ("经过3家企业", "3家", "3 家"),
    ("10万+人次", "10万+人次", ">100000 人次"),
    # units
    ("5亿元人民币", "5亿元人民币", "500000000 元"),
    ("折合人民币8亿元", "8亿元", "800000000 元"),
    ("10亿人民币", "10亿人民币", "1000000000 元"),
    ("2亿欧元", "2亿欧元", "200000000 欧元"),
    ("220亿日元", "220亿日元", "22000000000 日元"),
    ("3亿港币", "3亿港币", "300000000 港元"),
    ("3个百分点", "3个百分点", "3 个百分点"),
    ("增速为-3.5%", "-3.5%", "-3.5 %"),
    ("3成", "3成", "30 %"),
    ("3000元/人", "3000元/人", "3000 元/人"),
    ("100公里/小时", "100公里/小时", "100 公里/小时"),
    ("6200t/d", "6200t/d", "6200 t/d"),
    ("600MW", "600MW", "600 MW"),
    ("100兆瓦", "100兆瓦", "100 兆瓦"),
    ("50万千瓦的电站", "50万千瓦", "500000 千瓦"),
    ("8亿度电", "8亿度电", "800000000 千瓦时"),
    ("20万人次", "20万人次", "200000 人次"),
    ("3万平米", "3万平米", "30000 平方米"),
    ("30万立方米", "30万立方米", "300000 立方米"),
    ("12公顷", "12公顷", "12 公顷"),
    ("3.44万米", "3.44万米", "34400 米"),
    ("5000台(套)", "5000台(套)", "5000 台"),
    ("47县（区）", "47县（区）", "47 县"),
    ("8个部委", "8个", "8 个"),
    ("“100万吨”工程", "100万吨", "1000000 吨"),
    ("目前100家企业", "100家", "100 家"),
    # without a single value
    ("税收6-8亿元", "6-8亿元", "?"),
    ("税收6至8亿元", "6至8亿元", "?"),
    ("5亿元到8亿元", "5亿元到8亿元", "?"),
    ("5%—10%", "5%—10%", "?"),
    ("三到五家", "三到五家", "?"),
    ("约6-8亿元", "约6-8亿元", "?"),
    ("数百家", "数百家", "?"),
    ("几十个", "几十个", "?"),
    ("三四百人", "三四百人", "?"),
    ("两三家", "两三家", "?"),
    ("2万3家", "2万3家", "?"),
]

NONE = [
    "“1650”产业体系", "第二十八次会议", "第28次会议", "分两期建设", "一期工程", "二期项目", "首期",
    "一带一路", "一个平台", "一批项目", "一行", "一家企业", "一线", "两会", "三农工作", "四套班子领导", "一体化",
    "一系列", "一次会议",
    "中央八项规定", "十一个坚持", "两个确立", "五位一体", "“四个方面”", "三个月", "2个月", "3个小时",
    "2024年", "11月19日", "2025年6月", "二〇二五年", "十四五", "二十届三中全会", "1-5月", "2020—2021年度",
    "连续11年", "24小时", "365天",
    "Office2010", "8.5代线", "5G基站", "4A级景区", "G20峰会", "PM2.5", "2200mm×2500mm", "20米×30米", "11·20案件",
    "0519-88881234", "通达街153号", "前3名", "第34位", "第三批", "前10强", "二类医疗器械", "三次产业", "二次创业",
    "三元锂电池", "元旦", "多元化", "20项目", "120台湾青年", "2020成立", "万亿之城", "千亿级产业", "10亿级产业",
    "5万吨级泊位", "五十亿元级项目", "1.5万年", "十万火急",
    "百家争鸣", "千方百计", "万众一心", "单位：万元", "一二三", "百千万工程", "五台山", "六万寨", "20多功能",
    "5以上", "3.14", "", "。",
]  # fmt: skip


@pytest.mark.parametrize(("text", "span", "reading"), ONE)
def test_one_quantity(text: str, span: str, reading: str) -> None:
    assert readings(text) == [(span, reading)]


@pytest.mark.parametrize("text", NONE)
def test_no_quantity(text: str) -> None:
    assert readings(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("隧道5座共3088米", ["5 座", "3088 米"]),
        ("增长5%至3亿元", ["5 %", "300000000 元"]),
        ("由100家增至300家", ["100 家", "300 家"]),
        ("20个项目中有5个总投资超过10亿元，17个超1亿元", ["20 个", "5 个", ">1000000000 元", "17 个", ">100000000 元"]),
        ("14市47县", ["14 市", "47 县"]),
        ("增长29％和45％", ["29 %", "45 %"]),
        ("投资1亿2023年投产", ["100000000 元"]),
    ],
)
def test_several(text: str, expected: list[str]) -> None:
    assert [reading for _, reading in readings(text)] == expected


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12),
        ("１２", 12),
        ("十", 10),
        ("二十八", 28),
        ("一百零五", 105),
        ("三千五", 3500),
        ("三万五千亿", 3_500_000_000_000),
    ],
)
def test_numeral(text: str, value: int) -> None:
    assert quantities.read_numeral(text) == value


@pytest.mark.parametrize("text", ["", "一二三", "三四百", "百千", "亿万", "abc", "1.5", "一" * 40])
def test_no_numeral(text: str) -> None:
    assert quantities.read_numeral(text) is None


def test_values_are_plain_decimals() -> None:
    (mention,) = quantities.find("1000万元")
    assert isinstance(mention.value, Quantity)
    assert mention.value.value == Decimal("10000000") and str(mention.value.value) == "10000000"
    assert (mention.type, mention.by, mention.value.text) == ("Quantity", "quantities", "1000万元")


def test_examples_of_the_data_files_hold() -> None:
    assert quantities.check() == []


def test_a_wrong_example_is_named() -> None:
    wrong = run_examples("x.toml", {"unit": [{"yes": ["3家 => 4 家"], "no": ["5家"]}]}, lambda text: f"read {text}")
    assert wrong == [
        "x.toml: [[unit]] 1: '3家' reads as 'read 3家', expected '4 家'",
        "x.toml: [[unit]] 1: '5家' reads as 'read 5家', expected ''",
    ]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ({}, "lacks \\[\\[a\\]\\]"),
        ({"a": [], "b": []}, "unknown kind of entry \\[\\[b\\]\\]"),
        ({"a": [{"yes": ["x"], "no": ["y"]}]}, "\\[\\[a\\]\\] 1: lacks say"),
        ({"a": [{"say": [], "yes": ["x"], "no": ["y"], "sya": []}]}, "unknown field sya"),
        ({"a": [{"say": [], "yes": [], "no": ["y"]}]}, "at least one yes"),
        ({"a": [{"say": [], "yes": ["x"]}]}, "lacks no"),
    ],
)
def test_malformed_data_is_refused(data: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        verify("x.toml", data, {"a": ({"say"}, set())})


ALPHABET = (
    "0123456789０９.．,，-—至到%％元万亿千百十一二三两几数余多超近约过上第前"
    "家个人台（套）/年月日个百分点之成倍MWKt×“” \n投资以上左右"
)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet=ALPHABET, max_size=40) | st.text(max_size=40))
def test_spans_hold_for_any_text(text: str) -> None:
    end = 0
    for mention in quantities.find(text):
        assert end <= mention.start < mention.end <= len(text)
        assert mention.text == text[mention.start : mention.end]
        assert mention.value is None or isinstance(mention.value, Quantity)
        if isinstance(mention.value, Quantity):
            assert "E" not in str(mention.value.value) and mention.value.text == mention.text
        end = mention.end


@pytest.mark.parametrize("unit", ["1", "一", "万", "1,", "123,", "1.", "1-", "近", "第一", "几十", "3万"])
def test_linear_time(unit: str) -> None:
    def seconds(size: int) -> float:
        start = time.process_time()
        quantities.find(unit * (size // len(unit)))
        return time.process_time() - start

    seconds(1000)
    assert seconds(160_000) < 1.0 + 40 * seconds(10_000)
