"""Words and names by jieba with the project's dictionary."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.tag import statistical, words
from kg.tag.base import Span


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("民主生活会召开", ["民主生活会", "召开"]),
        ("规上工业增加值同比增长", ["规上工业增加值", "同比", "增长"]),
        ("区委理论学习中心组学习会", ["区委", "理论学习中心组学习会"]),
        ("全面深化改革委员会", ["全面深化改革委员会"]),
        ("建设标准厂房2万平方米", ["建设", "标准厂房", "2", "万平方米"]),
        ("优化营商环境", ["优化", "营商环境"]),
        ("培育专精特新企业", ["培育", "专精特新企业"]),
        ("世界500强", ["世界500强"]),
        ("", []),
    ],
)
def test_cut(text: str, expected: list[str]) -> None:
    assert [token.text for token in words.load().cut(text)] == expected


@settings(max_examples=50, deadline=None)
@given(st.text(alphabet="武进区民主生活会，。 \n\r\tA1.%\x00𠮷", max_size=40))
def test_words_leave_no_gap(text: str) -> None:
    tokens = words.load().cut(text)
    assert "".join(token.text for token in tokens) == text
    assert all(text[token.start : token.end] == token.text for token in tokens)


@pytest.mark.parametrize(
    ("word", "known"),
    [("发展", True), ("规上工业增加值", True), ("核心竞争力", True), ("周明远", False), ("", False)],
)
def test_frequency(word: str, known: bool) -> None:
    assert (words.load().frequency(word) > 0) == known


@pytest.mark.parametrize(
    ("text", "spans"),
    [
        ("何晓云在上海工作", [(0, 3, "Person"), (4, 6, "Place")]),
        ("市长周明远到会", [(2, 5, "Person")]),
        ("周主任到会", []),
        ("参观北京大学", [(2, 6, "Organization")]),
        ("加强合作", []),
    ],
)
def test_names(text: str, spans: list[tuple[int, int, str]]) -> None:
    [tagging] = statistical.load("jieba")([text])
    assert tagging.spans == tuple(Span(start, end, kind, "jieba") for start, end, kind in spans)


def test_dictionary_has_each_word_once() -> None:
    rows = (files("kg") / "data" / "dictionary.txt").read_text(encoding="utf-8").splitlines()
    named = [row.split()[0] for row in rows]
    assert sorted(set(named)) == named
    assert all(len(row.split()) == 3 for row in rows)


def test_writes_nothing_and_says_nothing(tmp_path: Path) -> None:
    code = "from kg.tag import words; words.load().cut('开会'); import jieba; assert not jieba.dt.initialized"
    run = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=True,
        env={**os.environ, "TMPDIR": str(tmp_path)},
    )
    assert (run.stdout, run.stderr) == ("", "")
    assert list(tmp_path.iterdir()) == []
