"""Normalised text for matching, each of whose characters knows its place in the original.

OCR'd and hand-typed Chinese mixes full- and half-width forms, pads numbers with spaces and hides control
characters; the grammars and rules behind this module see one spelling of all that.
"""

from __future__ import annotations

import functools
import itertools
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator

from kg.layout import layout, words

HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003ffff"
"""the ideographs, as the inside of a character class"""
FINAL = "。！？!?"
"""marks that end a sentence"""

_PAIRS = {"“": "”", "‘": "’", "（": "）", "《": "》", "【": "】", "「": "」", "『": "』", "(": ")", "[": "]"}
_CLOSERS = frozenset(_PAIRS.values())
_BRACKETS = "".join((*_PAIRS, *_PAIRS.values(), "\n"))

# Blocks whose compatibility forms are only other shapes of the same characters. Circled numbers, the ellipsis or ℃
# are left alone: ① is no 1, and … no three full stops.
_COMPATIBLE = (
    range(0xFF01, 0xFFEF),
    range(0x3300, 0x3400),
    range(0xF900, 0xFB00),
    range(0x2F00, 0x2FE0),
    range(0xFE31, 0xFE70),
    range(0x00B2, 0x00B4),
    range(0x2070, 0x20A0),
)
_KEPT = "，：；！？（）．\u203c"
_SPACES = "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f"
_BREAKS = "\x0b\x0c\x85\u2028\u2029"


def _compatibility() -> tuple[dict[int, str], dict[str, str]]:
    """The one-to-one and the one-to-many compatibility forms (NFKC, Unicode Standard Annex 15)."""
    single = {ord(char): " " for char in _SPACES} | {ord(char): "\n" for char in _BREAKS} | {ord("℅"): "%"}
    several = {}
    for code in (code for block in _COMPATIBLE for code in block):
        form = unicodedata.normalize("NFKC", chr(code))
        if form != chr(code) and chr(code) not in _KEPT and " " not in form:
            if len(form) == 1:
                single[code] = form
            else:
                several[chr(code)] = form
    return single, several


_SINGLE, _SEVERAL = _compatibility()

_UNSEEN = (
    "\x00-\x08\x0e-\x1f\x7f-\x84\x86-\x9f\u00ad\u034f\u061c\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f"
    "\ufe00-\ufe0f\ufeff\ufff9-\ufffb"
)
_EXPANDED = re.compile(rf"\r\n?|\*\*+|[{_UNSEEN}]|[{''.join(_SEVERAL)}]")

# Beside one of these a punctuation mark belongs to Chinese text.
_CHINESE = f"{HAN}%“”‘’《》【】「」『』（），。、；：！？…—"
_WIDE = str.maketrans(",:;!?", "，：；！？")
# What is rare is looked for first, what must stand around it after that.
_MARK = re.compile(
    rf"(?=[,:;!?])(?:(?<!\d)|(?!.\d))(?:(?<=[{_CHINESE}])|(?<=[{_CHINESE}] )|(?=. ?[{_CHINESE}]))[,:;!?]"
)
_PARENTHESES = re.compile(
    rf"(?=\()(?:(?<=[{_CHINESE}])\([^()\n]*\)|\([^()\n]*\)(?=[{_CHINESE}])|\([^()\n{_CHINESE}]*[{_CHINESE}][^()\n]*\))"
)
_PARENTHESIS = re.compile(rf"(?=[()])(?<=[{_CHINESE}])[()]|[()](?=[{_CHINESE}])")
_QUOTED = re.compile(r'"[^"\n]*"')
_HAN_CHARACTER = re.compile(f"[{HAN}]")
# A full stop that OCR read as a point; 一. and 二. are numbers of sections.
_POINT = re.compile(rf"(?=[.．])(?<=[{HAN}”’》）])(?<![一二三四五六七八九十])[.．](?=[{HAN}“（]|\s|$)")

# Two-character names are padded to the width of three: 陆　新.
_PADDING = re.compile(
    rf"(?=[ \u3000])(?<=(?<![{HAN}])[{HAN}])(?:\u3000|[ \u3000]{{2,4}})(?=(?![摄文图])[{HAN}](?![{HAN}]))"
)
_NUMBER = re.compile(
    r"(?<![\d.,])\d{1,3}(?: ?, ?\d{3})+(?!\d)"  # 1, 234
    r"|(?<![\d.,])\d{1,3}(?: \d{3})+(?!\d)"  # 12 500
    r"|(?<!\d)(?:\d \d{3}|\d\d \d\d|\d{3} \d)(?= ?年)"  # 20 24年
    r"|\d \.\d|\d ?\. \d{1,4}(?= ?[%亿万千百])"  # 3. 5亿
)
_BLANKS = re.compile(r"\s*")
_OPENING, _CLOSING = "“‘《【「『", "”’》】」』"


def normalise(text: str, start: int, end: int) -> tuple[str, tuple[int, ...]]:
    """Return `text[start:end]` spelt for matching, and for each character of that its offset in `text`.

    Full-width digits and Latin become half-width, half-width punctuation beside Chinese full-width (never inside
    numbers or Latin text); control and zero-width characters and Markdown's ** go; of spaces only those that separate
    two Chinese or two Latin words stay, as one; ㎡ and its like are written out. Offsets never decrease. Linear.
    """
    # Ten-thousands in full-width figures (１２，０００): that comma is no Chinese one.
    shape = re.sub(r"，(?<=[０-９]，)(?=[０-９]{3}(?![０-９]))", ",", text[start:end]).translate(_SINGLE)
    shape, offsets = _edit(shape, list(range(start, end)), _EXPANDED, lambda match: _expansion(match[0]))
    shape, offsets = _edit(shape, offsets, _PADDING, lambda match: "")
    shape, offsets = _edit(shape.replace("\u3000", " "), offsets, re.compile(" +"), lambda match: " ")
    shape = _punctuate(shape)
    if " " in shape:
        shape = _NUMBER.sub(lambda match: match[0].replace(" ", "\0"), shape)
    shape, offsets = _edit(
        shape,
        offsets,
        _function_word(),
        lambda match: layout()["function_words"][match[1]],
    )
    shape, offsets = _edit(shape, offsets, re.compile("[ \0]"), _space)
    return shape, tuple(offsets)


@functools.cache
def _function_word() -> re.Pattern[str]:
    words = "|".join(map(re.escape, layout()["function_words"]))
    return re.compile(f"(?= ?(?:{words}))(?<=[{HAN}”》）]) ?({words}) ?(?=[{HAN}“《（])")


def _edit(
    shape: str,
    offsets: list[int],
    pattern: re.Pattern[str],
    replace: Callable[[re.Match[str]], str],
) -> tuple[str, list[int]]:
    """Replace each match; what comes in stands where the match's last group, or else the match, began."""
    parts: list[str] = []
    places: list[int] = []
    done = 0
    for match in pattern.finditer(shape):
        new = replace(match)
        parts += shape[done : match.start()], new
        places += offsets[done : match.start()]
        places += [offsets[match.start(match.lastindex or 0)]] * len(new)
        done = match.end()
    if not done:
        return shape, offsets
    return "".join((*parts, shape[done:])), places + offsets[done:]


def _expansion(found: str) -> str:
    return "\n" if found[0] == "\r" else _SEVERAL.get(found, "")


def _punctuate(shape: str) -> str:
    """Give punctuation the width of the text around it, character for character."""
    shape = re.sub(r"：(?<=\d：)(?=\d\d(?!\d))", ":", shape)
    shape = re.sub(r"．(?<=\d．)(?=\d)", ".", shape)
    shape = _POINT.sub("。", shape).replace("．", ".")
    shape = _QUOTED.sub(
        lambda match: f"“{match[0][1:-1]}”" if _HAN_CHARACTER.search(match[0]) else match[0],
        shape,
    )
    shape = _MARK.sub(lambda match: match[0].translate(_WIDE), shape)
    shape = _PARENTHESES.sub(lambda match: f"（{match[0][1:-1]}）", shape)
    return _PARENTHESIS.sub(lambda match: "（" if match[0] == "(" else "）", shape)


def _space(match: re.Match[str]) -> str:
    """A space stays between two Chinese or two Latin words, and where a headline sets off a quotation."""
    before = match.string[match.start() - 1 : match.start()]
    after = match.string[match.end() : match.end() + 1]
    if match[0] == "\0" or not before or not after:
        return ""
    chinese = [bool(_HAN_CHARACTER.match(char)) for char in (before, after)]
    if chinese == [True, True] or (chinese[0] and after in _OPENING) or (chinese[1] and before in _CLOSING):
        return " "
    return (
        " "
        if before.isascii() and after.isascii() and not (before + after).isspace() and "\n" not in before + after
        else ""
    )


def cut(text: str, start: int, end: int, marks: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of `text[start:end]` that end behind one of the marks, outside quotations and brackets.

    Each holds a letter, figure or ideograph and has no outer spaces; a line feed ends any. Linear in the length.
    """
    partner = _partners(text, start, end)
    notable = _any_of(marks + _BRACKETS)
    depth, begun, n = 0, start, start
    while found := notable.search(text, n, end):
        char, place, n = found[0], found.start(), found.end()
        if place in partner:
            depth += 1 if partner[place] > place else -1
            ends = depth == 0 and marks == FINAL and _closes_sentence(text, partner[place], place, begun)
        else:
            ends = depth == 0 and char in marks and not _is_latin(text, place)
        if ends:
            while n < end and (text[n] in marks or text[n] in _CLOSERS) and n not in partner:
                n += 1
        if ends or char == "\n":
            yield from _said(text, begun, n)
            begun = n
    yield from _said(text, begun, end)


def _is_latin(text: str, place: int) -> bool:
    """Whether a mark stands within a Latin word or a number, as in 10:30 or http://…."""
    return text[place].isascii() and text[place + 1 : place + 2].isascii() and text[place + 1 : place + 2].isalnum()


def _said(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    piece = text[start:end]
    if any(char.isalnum() for char in piece):
        start += len(piece) - len(piece.lstrip())
        yield start, start + len(piece.strip())


def _partners(text: str, start: int, end: int) -> dict[int, int]:
    """The places of matching quotes and brackets, each with its partner's; what has none is ordinary text."""
    partner: dict[int, int] = {}
    stack: list[int] = []
    waiting: Counter[str] = Counter()
    for found in _any_of(_BRACKETS).finditer(text, start, end):
        n, char = found.start(), found[0]
        if char in _PAIRS:
            stack.append(n)
            waiting[_PAIRS[char]] += 1
        elif waiting[char] > 0:
            while _PAIRS[text[stack[-1]]] != char:
                waiting[_PAIRS[text[stack.pop()]]] -= 1
            waiting[char] -= 1
            partner[n] = stack.pop()
            partner[partner[n]] = n
        elif char == "\n":
            stack.clear()
            waiting.clear()
    return partner


def _closes_sentence(text: str, opened: int, closed: int, begun: int) -> bool:
    """Whether the quotation or bracket that closes here ends the sentence: 说：“好！” does, “好不好？”行动 does not."""
    inner = text[opened:closed].rstrip("”’」』》】）)")[-1:]
    after = text[closed + 1 : closed + 2]
    if (
        opened > closed
        or not inner
        or inner not in FINAL
        or text[opened] in "《【["
        or after in words("continuation_start")
    ):
        return False
    if text[opened] in "（(":
        return _BLANKS.match(text, begun).end() >= opened  # type: ignore[union-attr]  # it matches anywhere
    return inner == "。" or text[opened - 1 : opened] in ("：", ":")


def clause(text: str, start: int, end: int, breaks: str = "，。；：！？\n") -> tuple[int, int]:
    """The span [start, end) widened to the marks around it, without them.

    >>> clause("会前，区长讲话，散会", 4, 6)
    (3, 7)
    """
    left = max(map(text.rfind, breaks, itertools.repeat(0), itertools.repeat(start))) + 1
    right = _any_of(breaks).search(text, end)
    return left, right.start() if right else len(text)


@functools.cache
def _any_of(marks: str) -> re.Pattern[str]:
    return re.compile(f"[{re.escape(marks)}]")
