"""The lines of a page: what each is by its own words, and which continue a sentence broken between them."""

from __future__ import annotations

import functools
import importlib
import itertools
import logging
import re
from dataclasses import dataclass
from typing import Any

from kg.layout import limit, pattern, words
from kg.model import Document
from kg.text import FINAL, HAN, normalise

BREAK = re.compile(r"\r\n|[\n\r\x0b\x0c\x85\u2028\u2029]")
"""a line break of any system"""
ASIDE = ("short", "slogan", "furniture", "turnover")
"""roles of lines that are no text and no heading"""

_LINE = re.compile(r"[^\n\r\x0b\x0c\x85\u2028\u2029]+")
_UNSEEN = "\u200b\u200c\u200d\u2060\ufeff"
_BLANK = " \t\u3000\u00a0" + _UNSEEN
_SPACE = re.compile(f"[{_BLANK}]+")
_HIDDEN = re.compile(rf"[{_UNSEEN}]|\*\*+")
_MARKUP = re.compile(
    r"[\s\u200b\ufeff]*(?P<level>#{1,6}(?!#))?(?:[\s\u200b\ufeff>*_▲△◆■□●•◇○]|[-+](?=\s)|<[^<>]{0,200}>)*"
)
_CLOSING_TAG = re.compile(r"</[^<>]{0,40}>\Z")
_LONGEST_TAG = 43
_MOST_FEEDS = 100  # line feeds that are counted: more of them say no more
_PICTURE = re.compile(r"!\[[^\]]*\]\([^)]*\)|<[^<>]*>")


@dataclass(frozen=True, slots=True)
class Line:
    """A line that says something.

    text, offsets: normalised
    printed: as in the source but for its spaces and markup
    role: heading, the name of a pattern of layout.toml, section, short (no punctuation of a sentence) or text
    level: of the heading, 0 if it is none
    gap: line feeds before it
    """

    text: str
    offsets: tuple[int, ...]
    printed: str
    role: str
    level: int
    gap: int
    indented: bool


def lines(document: Document) -> list[Line]:
    """Return the lines behind the front matter that hold a letter, figure or ideograph, without their markup."""
    found: list[Line] = []
    end = document.body
    for raw in _LINE.finditer(document.text, document.body):
        markup = _MARKUP.match(raw[0])
        level, skip = (len(markup["level"] or ""), markup.end()) if markup else (0, 0)
        kept = _without_closing_tags(raw[0][skip:].rstrip(_BLANK)).rstrip(_BLANK + "#*_")
        start = raw.start() + skip
        text, offsets = normalise(document.text, start, start + len(kept))
        if not any(char.isalnum() for char in text) or _PICTURE.fullmatch(raw[0].strip()):
            continue
        role = role_of(text)
        if level and role not in ("furniture", "slogan"):
            role = "heading"
        gap = sum(1 for _ in itertools.islice(BREAK.finditer(document.text, end, raw.start()), _MOST_FEEDS)) or 1
        printed = _SPACE.sub(" ", _HIDDEN.sub("", kept))
        found.append(Line(text, offsets, printed, role, level, gap, raw[0].startswith(("\u3000\u3000", "    "))))
        end = raw.end()
    return found


def _without_closing_tags(text: str) -> str:
    """The text without the tags that close at its end, looked for from there: a line may hold thousands of them."""
    end = len(text)
    while found := _CLOSING_TAG.search(text, max(0, end - _LONGEST_TAG), end):
        end = found.start()
    return text[:end]


def role_of(text: str) -> str:
    """What a normalised line is by its own words.

    >>> role_of("陆新 钱垒 摄"), role_of("港区召开发展大会"), role_of("会议结束。")
    ('credit', 'short', 'text')
    """
    if len(text) <= limit("credit"):
        for name in ("furniture", "turnover", "credit_line", "byline_line"):
            if pattern(name).fullmatch(text):
                return name.removesuffix("_line")
    for name in ("opener", "caption"):
        if pattern(name).match(text):
            return name
    if not _is_headline_like(text):
        return "text"
    if pattern("numbered").match(text):
        return "section"
    return "slogan" if len(text) <= limit("slogan_line") and pattern("slogan").fullmatch(text) else "short"


def _is_headline_like(text: str) -> bool:
    return (
        len(text) <= limit("headline")
        and not re.search("[。；;…]|[，、：:]$", text)
        and not re.search("[！？!?](?![”》])", text.rstrip("！？!?”》"))
        and text.count("，") <= limit("headline_commas")
    )


def joins(line: Line, after: Line, role: str) -> bool:
    """Whether a paragraph whose first line has that role, and whose last so far is `line`, goes on in `after`."""
    if after.role not in ("text", "short") or is_finished(line.text) or after.gap > limit("line_feeds"):
        return False
    plain = line.role == "short" and not re.search("[，：]", line.text)
    if plain or after.role == "short" or role == "caption" or after.indented:
        return runs_on(line.text, after.text)
    return True


def is_finished(text: str) -> bool:
    """Whether a paragraph can end here: at a final mark, within closing quotes, or with a bracket behind it.

    >>> is_finished("他说：“好。”"), is_finished("会议结束。（完）"), is_finished("建筑面积超")
    (True, True, False)
    """
    text = text[: credit_start(text)]
    if text.endswith("）") and "（" in text:
        text = text[: text.rindex("（")]
    return text.rstrip("”’」』》】）)")[-1:] in (*FINAL, "；", "：", "…")


def runs_on(left: str, right: str) -> bool:
    """Whether the words themselves show that a break between the two falls within a sentence."""
    if right[0] in words("continuation_start") or left[-1] in words("continuation_end"):
        return True
    return (right[0].isdigit() and left.endswith(words("before_figure"))) or spans_word(left, right)


def spans_word(left: str, right: str) -> bool:
    """Whether a word of jieba's dictionary runs across the break.

    >>> spans_word("学习了重", "要讲话精神"), spans_word("开工仪式现场", "县长主持")
    (True, False)
    """
    left, right = left[-8:], right[:8]
    place = 0
    for token in _tokenizer().cut(left + right, HMM=False):
        if place < len(left) < place + len(token):
            return re.search(f"[{HAN}]", token) is not None
        place += len(token)
    return False


@functools.cache
def _tokenizer() -> Any:
    """A tokenizer of our own: words that other stages teach jieba must not change how a page is split."""
    jieba = importlib.import_module("jieba")
    jieba.setLogLevel(logging.WARNING)
    return jieba.Tokenizer()


def credit_start(text: str) -> int:
    """Where the credit at the end of a paragraph begins, behind the last full stop; the text's length if it has none.

    >>> credit_start("会议结束。（记者 张三）"), credit_start("会议结束。")
    (5, 5)
    """
    tail = text[-100:]
    stop = max(map(tail.rfind, "。！？”…"))
    edge = len(text) - len(tail) + stop + 1
    return edge if stop >= 0 and pattern("credit_tail").fullmatch(text, edge) else len(text)


def is_photographers(credit: str) -> bool:
    """Whether a credit is of a photograph only, not of words too.

    >>> is_photographers("陆新 摄"), is_photographers("张三 文/摄"), is_photographers("（记者 张三）")
    (True, False, False)
    """
    return bool(pattern("photograph").search(credit)) and not pattern("words_too").search(credit)
