"""Normalised text and its offsets; cutting text at marks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.text import FINAL, cut, normalise

SPELLINGS = [
    # full- and half-width
    ("投资１２０亿元", "投资120亿元"),
    ("ＬＥＤ灯具", "LED灯具"),
    ("惠及1．8万人", "惠及1.8万人"),
    ("税收１２，３００元", "税收12,300元"),
    ("增长40％和11.9℅", "增长40%和11.9%"),
    # punctuation beside Chinese, never inside numbers or Latin
    ("昨天,会议召开;今天呢?好!", "昨天，会议召开；今天呢？好！"),
    ("增长9.2%,居首位", "增长9.2%，居首位"),
    ("共1,234户,10:30开会", "共1,234户，10:30开会"),
    ("时间:10:30", "时间：10:30"),
    ("see a, b: f(x)", "see a, b: f(x)"),
    ("聚乙烯(PE)管材", "聚乙烯（PE）管材"),
    ("GDP(2024年)", "GDP（2024年）"),
    ('他说"好"', "他说“好”"),
    ("会议结束.", "会议结束。"),
    ("一.加强领导", "一.加强领导"),
    # spaces
    ("2024 年共 403 家", "2024年共403家"),
    ("约 180 万", "约180万"),
    ("总额 12 500 元、3. 5 亿元", "总额12500元、3.5亿元"),
    ("20 24 年", "2024年"),
    ("金秋 陈冬  摄", "金秋 陈冬 摄"),
    ("陈　冬 王　夏 摄", "陈冬 王夏 摄"),
    ("“港口 + 铁路”模式", "“港口+铁路”模式"),
    ("5月2日, 港城开会， 会期一天", "5月2日，港城开会，会期一天"),
    ("成为首届 “港口之星”", "成为首届 “港口之星”"),
    ("Windows 10 Pro", "Windows 10 Pro"),
    # what cannot be seen, what is written in one character
    ("港\u200b城\u202a开\u00a0会\ufeff", "港城开 会"),
    ("港城\x00开会", "港城开会"),
    ("占地5㎡、重3㎏", "占地5m2、重3kg"),
    ("①加强……℃", "①加强……℃"),
    ("港城**集团**", "港城集团"),
    # function words left between Chinese ones
    ("思想 and 行动", "思想和行动"),
    ("港口and铁路", "港口和铁路"),
    ("港口 lor 铁路", "港口lor铁路"),
    ("research and development", "research and development"),
    ("甲\r\n乙\u2028丙", "甲\n乙\n丙"),
    ("", ""),
]


@pytest.mark.parametrize(("given_text", "expected"), SPELLINGS)
def test_spelling(given_text: str, expected: str) -> None:
    assert normalise(given_text, 0, len(given_text))[0] == expected


@pytest.mark.parametrize(
    ("text", "start", "end", "expected"),
    [
        ("在2024 年底", 1, 8, ("2024年底", (1, 2, 3, 4, 6, 7))),
        ("思想 and 行动", 0, 9, ("思想和行动", (0, 1, 3, 7, 8))),
        ("约5㎡大", 1, 4, ("5m2大", (1, 2, 2, 3))),
        ("会议(第 3 次)", 0, 9, ("会议（第3次）", (0, 1, 2, 3, 5, 7, 8))),
    ],
)
def test_offsets_point_into_the_original(
    text: str, start: int, end: int, expected: tuple[str, tuple[int, ...]]
) -> None:
    assert normalise(text, start, end) == expected


@given(st.text(alphabet='港城会 　12,.:;()（），。a Ａ１㎡\n\r"“”%and\u200b\x00*', max_size=60), st.integers(0, 60))
def test_offsets_match_and_never_decrease(text: str, start: int) -> None:
    start = min(start, len(text))
    shape, offsets = normalise(text, start, len(text))
    assert len(shape) == len(offsets)
    assert list(offsets) == sorted(offsets)
    assert all(start <= offset < len(text) for offset in offsets)


@given(st.text(alphabet="港城会 　12,.:;()a㎡\n", max_size=60))
def test_no_ideograph_is_lost_or_moved(text: str) -> None:
    shape, offsets = normalise(text, 0, len(text))
    assert [char for char in shape if char in "港城会"] == [char for char in text if char in "港城会"]
    assert all(text[offset] == char for char, offset in zip(shape, offsets, strict=True) if char in "港城会")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("港城开会。会期一天。", ["港城开会。", "会期一天。"]),
        ("完工！！真的？！好……对", ["完工！！", "真的？！", "好……对"]),
        ("一是港口；二是铁路。", ["一是港口；二是铁路。"]),
        ("他说：“要好。要快。”大家鼓掌。", ["他说：“要好。要快。”", "大家鼓掌。"]),
        ("他说：“好！”大家鼓掌。", ["他说：“好！”", "大家鼓掌。"]),
        ("“你好，港城！”音乐会举行。", ["“你好，港城！”音乐会举行。"]),
        ("这是“一时之难。”的说法。", ["这是“一时之难。”的说法。"]),
        ("《谁来掌舵？》首演。", ["《谁来掌舵？》首演。"]),
        ("甲方（乙。丙）签约。", ["甲方（乙。丙）签约。"]),
        ("（会议结束。）明天继续。", ["（会议结束。）", "明天继续。"]),
        ("“只开不闭。下一句。", ["“只开不闭。", "下一句。"]),
        ("只闭不开）。”下一句。", ["只闭不开）。”", "下一句。"]),
        ("见http://a.cn/?n=1，好。", ["见http://a.cn/?n=1，好。"]),
        ("无标点\n“又一行\n。。", ["无标点", "“又一行"]),
        (" 。 ", []),
    ],
)
def test_cutting_into_sentences(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in cut(text, 0, len(text), FINAL)] == expected


def test_hostile_input_takes_linear_time() -> None:
    # A quadratic pass over any of these would take hours.
    for text in (
        "（" * 100_000,
        "“（" * 50_000 + "）”" * 50_000,
        " " * 300_000,
        '"' * 300_000,
        "(a" * 100_000,
        "1 " * 100_000,
    ):
        shape, _ = normalise(text, 0, len(text))
        assert len(list(cut(shape, 0, len(shape), FINAL))) <= 1
