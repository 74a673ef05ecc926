"""How alike two names, posts or dates are, for measuring extracted facts against gold."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections import Counter
from functools import cache, lru_cache
from itertools import pairwise
from typing import Any

from kg.lexicon import data_text

_IGNORED = re.compile(r"[\s\"'“”‘’「」『』《》〈〉·,，、.。]")
_DIVISION = re.compile(r"(?<=..)[省市区县镇乡]$")
_BRANCH = re.compile(r"分公司$|分行$|支行$|分院$|分校$")
_PHASE = re.compile(r"[一二三四五六七八九十首]期|第[0-9一二三四五六七八九十百]+[次届]")
_LEVEL = re.compile(r"[省市区县州镇乡村](?!场)")
_LEGAL_FORM = re.compile(r"(集团)?(股份|有限责任|有限)*(公司)?$")


@cache
def lists() -> dict[str, Any]:
    """The tables of kg/data/scoring.toml."""
    return tomllib.loads(data_text("scoring.toml"))


@lru_cache(maxsize=1 << 16)
def norm(text: str) -> str:
    """The text without spaces, quotes, points and commas, in compatibility form (NFKC), lower case.

    >>> norm("“ＡＢ”·公司 ")
    'ab公司'
    """
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text)).lower()


@lru_cache(maxsize=1 << 16)
def norms(names: tuple[str, ...]) -> tuple[str, ...]:
    """`norm` of each."""
    return tuple(norm(name) for name in names)


@lru_cache(maxsize=1 << 16)
def dice(a: str, b: str) -> float:
    """Likeness of two names, 0 to 1: by length if one holds the other, else Dice's coefficient of character pairs.

    Source: Dice, Measures of the Amount of Ecologic Association Between Species, Ecology 26 (1945).

    >>> dice("座谈会", "企业座谈会"), dice("区委", "市委"), dice("", "")
    (0.6, 0.0, 0.0)
    """
    if not a or not b:
        return 0.0
    if a == b:
        return 1.0
    if min(len(a), len(b)) >= 2 and (a in b or b in a):
        return max(0.5, min(len(a), len(b)) / max(len(a), len(b)))
    x, y = Counter(pairwise(a)), Counter(pairwise(b))
    return 2 * (x & y).total() / max(1, x.total() + y.total())


def _clash(a: str, b: str) -> bool:
    """Whether the names carry different phases or ordinals, or one is a branch of the other."""
    if bool(_BRANCH.search(a)) != bool(_BRANCH.search(b)) and a[:2] == b[:2]:
        return True
    x, y = ({found.replace("首期", "一期") for found in _PHASE.findall(name)} for name in (a, b))
    return bool(x and y and x != y)


def _core(company: str) -> str:
    """A company's name without brackets and legal form."""
    bare = re.sub(r"\(.*?\)", "", company)
    return _LEGAL_FORM.sub("", bare) or bare


def alike(gold: tuple[str, ...], label: str, least: float) -> bool:
    """Whether the label is near enough to one of the gold names: `least` in the measure of `dice`."""
    wanted, said = norms(gold), norm(label)
    clashes = [_clash(name, said) for name in wanted]
    if any(clashes) and not any(_PHASE.search(name) and not clash for name, clash in zip(wanted, clashes, strict=True)):
        return False
    return any(_close(name, said, least) for name in wanted)


def _close(a: str, b: str, least: float) -> bool:
    if dice(a, b) >= least:
        return True
    if len(a) > 1 and len(b) > 1 and _DIVISION.sub("", a) == _DIVISION.sub("", b):
        return True
    if least > 0.6 and min(len(a), len(b)) >= 2 and len(a) + len(b) >= 6 and (a in b or b in a):
        return True
    if a.endswith("公司") or b.endswith("公司"):
        x, y = _core(a), _core(b)
        return min(len(x), len(y)) >= 4 and (x in y or y in x)
    return False


def post_alike(gold: tuple[str, ...], label: str, bodies: frozenset[str]) -> bool:
    """Whether the label is one of the posts, with or without one of the (normalised) bodies before it."""
    said = norm(label)
    return any(
        a == said
        or (said.endswith(a) and said[: -len(a)] in bodies)
        or (_post_marks(a) == _post_marks(said) and _same_level(a, said) and dice(a, said) >= 0.6)
        for a in norms(gold)
    )


def _post_marks(post: str) -> list[int]:
    return [post.count(mark) for mark in lists()["post_marks"]]


def _same_level(a: str, b: str) -> bool:
    """Whether the last division in both posts is of one level; a post that names none is of any."""
    x, y = _LEVEL.findall(a), _LEVEL.findall(b)
    return not x or not y or x[-1] == y[-1]


def canonical_date(text: str) -> str:
    """One spelling of the same time.

    >>> canonical_date("2026-H2"), canonical_date("2026-07-01/2026-12-31"), canonical_date("2024-11-XX")
    ('2026-07/2026-12', '2026-07/2026-12', '2024-11')
    """
    text = text.strip().upper().replace("-XX", "")
    if part := re.fullmatch(r"(\d{4})-([HQ])([1-4])", text):
        size = 6 if part[2] == "H" else 3
        last = int(part[3]) * size
        return f"{part[1]}-{last - size + 1:02}/{part[1]}-{last:02}"
    span = re.fullmatch(r"(\d{4}-\d\d)(?:-01)?/(\d{4}-\d\d)(?:-(\d\d))?", text)
    if span is None or (span[3] and int(span[3]) < 28):
        return text
    year = text[:4]
    if (span[1], span[2]) == (f"{year}-01", f"{year}-12"):
        return year
    return span[1] if span[1] == span[2] else f"{span[1]}/{span[2]}"
