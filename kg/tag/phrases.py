"""Names that end in a known head: events (…座谈会), projects (…项目), sites (…基地).

A head is sought in the text; from it the name grows to the left, word by word, until a word that
cannot belong to it. Quoted and bracketed stretches are taken as a whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache

from kg.lexicon import either, pattern, words
from kg.model import Mention
from kg.tag.base import Token

_INSIDE = frozenset(
    {
        "n",
        "nr",
        "nz",
        "ns",
        "nt",
        "nw",
        "vn",
        "an",
        "j",
        "LOC",
        "ORG",
        "a",
        "ad",
        "vd",
        "m",
        "s",
        "f",
        "q",
        "xc",
        "v",
        "TIME",
        "b",
        "l",
        "i",
        "eng",
    }
)
_PROPER = frozenset({"nr", "nz", "ns", "nt", "nw", "LOC", "ORG", "PER"})
_CLOSING = {"”": "“", "》": "《", "）": "（", "’": "‘", "」": "「"}
_YEAR = pattern("phrases", "year")
_NOT_AFTER = {kind: pattern("phrases", f"not_after_{kind.lower()}") for kind in ("Event", "Project", "Site")}
_LEAD = pattern("phrases", "lead")
PLURAL = pattern("phrases", "plural")
_DETERMINER = pattern("phrases", "determiner")


@cache
def _heads(kind: str) -> re.Pattern[str]:
    if kind == "Site":
        return re.compile(either(words("site", "suffixes") - {"公司", "项目"}))
    key = {"Event": "event", "Project": "project"}[kind]
    heads = sorted(words(key, "heads") | words(key, "generic"), key=lambda w: (-len(w), w))
    # 学习会议不是学习会
    return re.compile("|".join(re.escape(w) + ("(?!议)" if w.endswith("会") else "") for w in heads))


@cache
def _generic(kind: str) -> frozenset[str]:
    return {
        "Event": words("event", "generic"),
        "Project": words("project", "generic"),
        "Site": words("site", "suffixes"),
    }[kind]


def is_generic(kind: str, name: str) -> bool:
    """True for a name that says no more than its head: 会议, 本次会议, 该项目, 20个项目."""
    bare = _DETERMINER.sub("", name)
    if kind == "Project" and re.match(r"第?[一二三四首]期|也|一重大|全资|子公司|控股", bare):
        return True
    return bare in _generic(kind) or bare == "" or bool(pattern("phrases", "generic").fullmatch(bare))


def _edge(k: int, tokens: Sequence[Token]) -> int:
    """Where the noun phrase before token k begins: after 的, a verb of building, or with the clause; k if nowhere."""
    stops = words("event", "stops") - _EDGES - _JOINTS
    for j in range(k - 1, max(-1, k - 31), -1):
        t = tokens[j]
        if t.text in _EDGES or t.text in "，。；：":
            return j + 1
        if (
            t.text in stops
            or (t.pos in {"p", "c", "r", "d"} and t.text not in {"用", "暨"})
            or (t.pos == "w" and t.text not in {"/", "-", "—"})
        ):
            return k
    return 0 if k < 31 else k


_JOINTS = frozenset({"和", "及", "与", "及其", "以及"})
_EDGES = words("project", "edges")
_BUILT = pattern("phrases", "built")


def _grow(i: int, tokens: Sequence[Token], kind: str) -> int:
    """The index of the token with which the name ending in token i begins."""
    stops = words("event", "stops")
    k = i
    while k > 0:
        t = tokens[k - 1]
        if (
            t.text in _JOINTS
            and k > 1
            and (kind == "Project" or (kind == "Event" and _BUILT.search("".join(x.text for x in tokens[k:i]) or " ")))
        ):
            # 并列的两部分合成一个名称（…生产线和…生产线项目），左边须有明确的边界
            left = _edge(k - 1, tokens)
            edge = tokens[left - 1].text if left else "。"
            joined = left < k - 1
            if joined and (
                edge in _EDGES
                or (kind == "Project" and "年产" in {x.text for x in tokens[left:k]})
                or (edge in "，。：；、" and _BUILT.search(tokens[k - 2].text))
            ):
                k = left
            break
        if t.text in _CLOSING:
            opening = _CLOSING[t.text]
            j = k - 1
            while j >= 0 and tokens[j].text != opening:
                j -= 1
            if j < 0 or tokens[k - 1].end - tokens[j].start > 40:
                break
            k = j
            continue
        if (
            kind == "Event"
            and t.pos == "PER"
            and k < len(tokens)
            and tokens[k].text in {"同志", "先生", "诞辰", "烈士", "院士"}
        ):
            k -= 1
            continue
        if t.text in stops or t.pos not in _INSIDE | {"w"}:
            break
        if t.pos == "w" and t.text not in {"-", "—", "·", "+", "/", "－", "～", "~"}:
            break
        # 名称里单个的动词多是切分的误差：前面还是名词就放过
        stray = (
            k > 1
            and tokens[k - 2].pos in {"n", "nz", "LOC", "vn", "ORG"}
            and tokens[k - 2].text not in stops
            and t.text not in words("event", "particles")
        )
        if t.pos in {"v", "xc"} and len(t.text) < 2 and t.text != "暨" and not stray:
            break
        if t.pos == "TIME" and not _YEAR.search(t.text) and not t.text.endswith("周年"):
            break
        if kind != "Event" and t.pos == "v" and t.text in words("project", "verbs"):
            break
        k -= 1
    # 名称不以动词、形容词、量词或方位词的残余开头
    while k < i and (tokens[k].pos in {"ad", "f", "u", "d", "q", "vd"} or tokens[k].text in words("event", "openers")):
        k += 1
    return k


def find(
    kind: str, text: str, tokens: Sequence[Token], posts: Sequence[Mention] = (), persons: Sequence[Mention] = ()
) -> list[Mention]:
    """Names of the kind (Event, Project or Site), generic ones too; offsets into `text`.

    A name neither begins inside a title nor holds one (区委书记…会议).
    """
    by_position: dict[int, int] = {}
    out: list[Mention] = []
    for m in _heads(kind).finditer(text):
        by_position = by_position or {p: i for i, t in enumerate(tokens) for p in range(t.start, t.end)}
        i = by_position.get(m.start())
        if i is None or _NOT_AFTER[kind].match(text, m.end()):
            continue
        if kind == "Event" and text.rfind("《", 0, m.start()) > text.rfind("》", 0, m.start()):
            continue  # 书名号里的会议不是正在开的会
        last = tokens[by_position[m.end() - 1]]
        if last.end > m.end() and last.pos in {"ORG", "LOC", "PER"}:
            continue
        start = tokens[_grow(i, tokens, kind)].start
        if text[m.end() : m.end() + 1] == "”":
            opening = text.rfind("“", max(0, m.start() - 120), m.start())
            if (
                opening >= 0
                and "”" not in text[opening : m.end()]
                and m.end() - opening > 4
                and not (kind == "Project" and opening > start)
            ):
                start = opening + 1
        for other in [*posts, *persons]:
            if start < other.end <= m.start() or (start < other.end and other.start < m.start()):
                if kind == "Event" and other.type == "Person" and re.match("同志|先生|诞辰|烈士", text[other.end :]):
                    continue
                start = max(start, min(other.end, m.start()))
        name = _LEAD.sub("", text[start : m.end()].lstrip("、，。：；—- "))
        cut = pattern("phrases", "cut").match(name)
        if cut and len(name) - cut.end() >= 2:
            name = name[cut.end() :]
        if kind == "Project" and "——" in name:
            name = name[name.rindex("——") + 2 :]
        start = m.end() - len(name)
        if len(name) < 2 or len(name) > 120:
            continue
        if out and start < out[-1].end:
            previous = out.pop()
            start = min(start, previous.start)
        if kind == "Project" and is_generic(kind, name):
            continue
        if kind == "Project" and (PLURAL.search(name) or (len(name) - len(m[0]) == 1 and name not in _generic(kind))):
            continue
        if kind == "Site" and not any(t.pos in _PROPER for t in tokens if start <= t.start < m.end()):
            continue
        if kind == "Project" and text[m.end() : m.end() + 2] in {"数量", "个数", "总数"}:
            continue
        out.append(Mention(kind, start, m.end(), text[start : m.end()], by="phrases"))
    return out
