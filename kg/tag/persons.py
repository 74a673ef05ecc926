"""Names of people: the taggers' spans, checked by surname, and names that their context announces.

Precision first: a name that only one tagger saw must begin with a surname and have the length of a
name. What one sentence of an article shows to be a name is then found in all of its sentences.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from kg import gazetteer
from kg.lexicon import pattern, places_of, surnames, words
from kg.model import Mention
from kg.tag import words as dictionary
from kg.tag.base import Span, Token, token_at

HAN = re.compile(r"[一-鿿]+")
# 名字右边粘上的动词、虚词
_TAIL = pattern("persons", "tail")


def surname_of(name: str) -> str:
    """The surname that a name begins with, "" if none is known.

    >>> surname_of("欧阳明"), surname_of("恽淇丞"), surname_of("蝴蝶")
    ('欧阳', '恽', '')
    """
    for size in (4, 2, 1):
        if name[:size] in surnames() and len(name) > size:
            return name[:size]
    return ""


_NEVER = pattern("persons", "never")


def plausible(name: str) -> bool:
    """True where a string has the shape of a Chinese name (or one with ·)."""
    if "·" in name:
        return all(HAN.fullmatch(p) for p in name.split("·")) and len(name) <= 16
    surname = surname_of(name)
    if _NEVER.search(name[1:-1] if len(name) > 2 else name[1:]):
        return False
    return bool(surname) and bool(HAN.fullmatch(name)) and len(surname) < len(name) <= len(surname) + 2


# 名字之后若是这些，末字就是名字的一部分（尚可为表示、晏清和主持）
_ENDED = pattern("persons", "ended")


def trim(name: str, following: str = "。。") -> str:
    """A name without the verb or particle that a tagger glued to its right (江成与 -> 江成).

    following: the text behind the name, which tells whether its last character belongs to it
    """
    if len(name) <= 3 and len(_TAIL.sub("", name)) == len(name) - 1 and _ENDED.match(following) and plausible(name):
        return name
    while len(name) > 2:
        shorter = _TAIL.sub("", name)
        if shorter == name or len(shorter) < 2:
            return name
        name = shorter
    return name


def certain(spans: Iterable[Span], text: str) -> list[tuple[int, int]]:
    """Spans that are names on the taggers' word."""
    votes: dict[tuple[int, int], set[str]] = {}
    for s in spans:
        if s.type == "Person":
            name = trim(text[s.start : s.end], text[s.end : s.end + 16])
            end = s.start + len(name)
            if (
                len(name) == 2
                and text[end : end + 1] in {"和", "为", "与"}
                and pattern("persons", "speaks").match(text, end + 1)
            ):
                end += 1  # 刘家和主持：和字后面紧跟动词，属于名字
            votes.setdefault((s.start, end), set()).add(s.by)
    out = []
    for (start, end), by in sorted(votes.items()):
        name = text[start:end]
        if text[end : end + 1] in set("县市区州旗") and gazetteer.load().find(name + text[end]):
            continue
        if gazetteer.load().find_park(name):
            continue  # 武高新
        if len(by) == 1 and dictionary.load().frequency(name) >= 100:
            continue
        if plausible(name) or (len(by) > 1 and 2 <= len(name) <= 8 and HAN.fullmatch(name.replace("·", ""))):
            out.append((start, end))
    return out


def announced(text: str, position: int, tokens: Sequence[Token]) -> int:
    """The end of the name that begins at `position`, after a title; `position` where there is none.

    tokens: the words of the text, which decide between two and three characters
    """
    ahead = HAN.match(text, position)
    if ahead is None:
        return position
    run = ahead[0][:4]
    size = len(surname_of(run + "。")) if run else 0
    if not size or len(run) <= size:
        return position
    for length in (size + 2, size + 1):
        end = position + length
        if length <= len(run) and _boundary(end, tokens) and plausible(text[position:end]):
            name = trim(text[position:end], text[end : end + 16])
            if position + len(name) < end:
                return position + len(name)
            if length == size + 1 and re.match("[、，]|参加|出席", text[end:]):
                return end
            token = token_at(tokens, position)
            if (
                token is not None
                and token.end >= end
                and token.pos in {"n", "v", "vn", "a", "d", "m", "LOC", "ORG", "TIME"}
                and token.start == position
                and dictionary.load().frequency(token.text)
            ):
                return position
            return end
    return position


def _boundary(position: int, tokens: Sequence[Token]) -> bool:
    """Whether a token begins or ends at an offset."""
    here, before = token_at(tokens, position), token_at(tokens, position - 1)
    return (here is not None and here.start == position) or (before is not None and before.end == position)


_DOTTED = pattern("persons", "dotted")


def find(text: str, tokens: Sequence[Token], spans: Sequence[Span], posts: Sequence[Mention]) -> list[Mention]:
    """Names of a sentence; offsets into `text`."""
    taken: dict[int, int] = dict(certain(spans, text))
    for dotted in _DOTTED.finditer(text) if "·" in text else ():
        # 音译名与少数民族姓名：前面紧挨的职务不算在内
        dot = text.index("·", dotted.start())
        edges = [p.end for p in posts if dotted.start() < p.end < dot] or [
            t.start for t in tokens if dotted.start() <= t.start < dot and t.pos not in {"p", "c", "v", "d", "u"}
        ]
        start = min(edges, default=dotted.start())
        taken = {s: e for s, e in taken.items() if e <= start or s >= dotted.end()}
        taken[start] = dotted.end()
    for post in posts:
        position = post.end
        if text[position : position + 1] == "：":
            position += 1
        if position in taken or any(s < position < e for s, e in taken.items()):
            continue
        if post.type == "Role" and not re.search("领导", post.text):
            continue
        end = announced(text, position, tokens)
        if end > position:
            taken[position] = end
    # 、连接的名单里，夹在人名之间或紧跟人名之后的也是人名
    queue = sorted(taken.items())
    while queue:
        _, end = queue.pop(0)
        m = re.match(r"(?:同志)?[、 ]", text[end:])
        if m is None:
            continue
        position = end + m.end()
        if position in taken:
            continue
        stop = announced(text, position, tokens)
        following = text[stop : stop + 1]
        title = any(p.start < stop and p.end > position for p in posts) or text[position:stop] in words("post", "heads")
        if stop > position and following in "、，。等 分出参列陪和及与率" and not title:
            taken[position] = stop
            queue.append((position, stop))
    return [Mention("Person", s, e, text[s:e], by="persons") for s, e in sorted(taken.items())]


def everywhere(text: str, names: Iterable[str]) -> list[Mention]:
    """All places where a known name of the article stands."""
    return [
        Mention("Person", s, e, name, by="article") for name in names if name in text for s, e in places_of(name, text)
    ]
