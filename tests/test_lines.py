"""What a line is by its own words, and the data file behind it."""

import pytest

from kg import layout
from kg.errors import ConfigurationError
from kg.lines import is_finished, is_photographers, role_of, runs_on


@pytest.mark.parametrize(
    ("line", "role"),
    [
        ("北港日报", "furniture"),
        ("2024年3月5日 星期二 第1234期", "furniture"),
        ("（下转第二版）", "turnover"),
        ("金秋 陈冬 摄", "credit"),
        ("记者 金秋 摄", "credit"),
        ("金秋摄", "credit"),
        ("陈冬 文/图", "credit"),
        ("图片由北港集团提供", "credit"),
        ("第三届北港青年摄影", "short"),
        ("图片展在北港开幕", "short"),
        ("本报记者 陈冬 通讯员 王夏", "byline"),
        ("北港日报记者 陈冬", "byline"),
        ("（记者 陈冬）", "byline"),
        ("责任编辑：陈冬", "byline"),
        ("市领导慰问记者代表", "short"),
        ("编辑部搬迁新址", "short"),
        ("本报讯（记者 陈冬）昨日，会议召开。", "opener"),
        ("新华社北港3月4日电 会议召开。", "opener"),
        ("新华社记者在电站采访。", "text"),
        ("图为会场", "caption"),
        ("上图：会场", "caption"),
        ("图书馆新馆开馆", "short"),
        ("一、港口情况", "section"),
        ("（二）铁路情况", "section"),
        ("重点项目进行时", "slogan"),
        ("港口集团开工仪式成功举行！", "short"),
        ("会议召开。", "text"),
        ("昨日，会议，召开，了", "text"),
        ("有如下特点：", "text"),
    ],
)
def test_role(line: str, role: str) -> None:
    assert role_of(line) == role


@pytest.mark.parametrize(
    ("text", "finished"),
    [
        ("会议召开。", True),
        ("他说：“好。”", True),
        ("会议召开。（完）", True),
        ("特点：", True),
        ("坚持“三个不变”", False),
        ("综合体（含地下）", False),
        ("增长", False),
    ],
)
def test_finished(text: str, finished: bool) -> None:
    assert is_finished(text) is finished


@pytest.mark.parametrize(
    ("left", "right", "runs"),
    [
        ("传达了重", "要讲话", True),
        ("建筑、", "企业", True),
        ("增长", "%", True),
        ("仪式现场", "县长主持", False),
        ("大会召开", "2024年", False),
    ],
)
def test_break_within_a_sentence(left: str, right: str, runs: bool) -> None:
    assert runs_on(left, right) is runs


@pytest.mark.parametrize(("credit", "expected"), [("金秋 摄", True), ("金秋 文/摄", False), ("（记者 金秋）", False)])
def test_photographers_credit(credit: str, expected: bool) -> None:
    assert is_photographers(credit) is expected


@pytest.mark.parametrize("patterns", [{}, {"caption": ["("]}, {"caption": ["<nosuch>"]}])
def test_wrong_pattern_is_named(monkeypatch: pytest.MonkeyPatch, patterns: dict[str, list[str]]) -> None:
    monkeypatch.setattr(layout, "layout", lambda: {"patterns": patterns, "parts": {}})
    with pytest.raises(ConfigurationError, match="caption"):
        layout.pattern.__wrapped__("caption")
