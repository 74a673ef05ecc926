"""Titles: 区委副书记, 宣传部部长, 省水利厅副厅长, 董事长; and roles that are no title (区领导).

A title of party or government takes its body in (区委书记); that of a company or institution stands
alone, its body beside it. The grammar works from the head noun (书记, 局长) to the left.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import cache

from kg.lexicon import either, pattern, words
from kg.model import Mention
from kg.regex import required
from kg.tag.base import Span, Token, token_at

_SEPARATE = frozenset({"Company", "Institution", "Organization"})
_LEVEL = "(?:[省市区县州镇乡旗盟村]|街道|自治区|社区|中央|国家|全国)"


@cache
def _head() -> re.Pattern[str]:
    parts = (
        words("post", "prefixes"),
        words("post", "party_units"),
        words("post", "heads") - words("post", "vague") | words("post", "with_body"),
    )
    prefixes, units, heads = map(either, parts)
    # most places are passed over by the first character of what can stand there
    first = either({"第", *(word[0] for part in parts for word in part)})
    return re.compile(
        rf"(?={first})(?:第[一二三四五六七八九十]+任)?"
        rf"(?:{prefixes}){{0,2}}(?:{units})?(?:{prefixes}){{0,2}}(?:{heads})(?:助理)?"
    )


@cache
def _organ() -> re.Pattern[str]:
    return re.compile(
        rf"(?:{_LEVEL}(?:{either(words('post', 'organs'))})|{either(words('post', 'party_units'))}|{_LEVEL})$"
    )


# 办公室主任、科技局局长之外，这些词在职务后面说明它不是称人的职务
_NOT_AFTER = pattern("posts", "not_after")
_ROLE = pattern("posts", "role")
_ROLE_NEEDS = required(_ROLE.pattern)


def find(text: str, tokens: Sequence[Token], spans: Sequence[Span], bodies: Sequence[Mention]) -> list[Mention]:
    """Titles and roles of a sentence; offsets into `text`."""
    out: list[Mention] = []
    for m in () if any(one.isdisjoint(text) for one in _ROLE_NEEDS) else _ROLE.finditer(text):
        if len(m[0]) >= 3 or (
            m[0] == "领导" and text[m.end() : m.end() + 1] not in {"小", "干", "班", "下", "力", "机"}
        ):
            out.append(Mention("Role", m.start(), m.end(), m[0], by="posts"))
    heads = [m for m in _head().finditer(text) if not _NOT_AFTER.match(text, m.end())]
    out += _titles(text, heads, tokens, bodies) if heads else ()
    out.extend(
        _job(s, text)
        for s in spans
        if s.type == "Job"
        and s.end - s.start >= 3
        and not pattern("posts", "no_job").search(text[s.start : s.end])
        and text[s.start : s.end] not in words("post", "vague")
    )
    kept: list[Mention] = []
    for p in sorted(out, key=lambda p: (p.type != "Post", p.by == "fool", -(p.end - p.start), p.start)):
        if all(p.end <= k.start or p.start >= k.end for k in kept):
            kept.append(p)
    return sorted(kept, key=lambda p: p.start)


def _titles(
    text: str, heads: Sequence[re.Match[str]], tokens: Sequence[Token], bodies: Sequence[Mention]
) -> Iterator[Mention]:
    """The titles whose head nouns these are."""
    ends: dict[int, list[Mention]] = {}
    for b in bodies:
        ends.setdefault(b.end, []).append(b)
    token_ends = {t.end: t for t in tokens}
    for m in heads:
        start = _left(text, m.start(), ends, token_ends, tokens)
        bare = start == m.start()
        if bare and m[0] in words("post", "with_body"):
            continue
        if bare and text[start - 1 : start] not in " 、，。（(和及":
            covering = token_at(tokens, start)
            if covering is not None and covering.start < start and covering.pos not in {"n", "nr", "ORG", "LOC", "PER"}:
                continue
        if (verb := pattern("posts", "verb_before").match(text, start, m.start())) is not None:
            start = verb.end()
        yield Mention("Post", start, m.end(), text[start : m.end()], by="posts")


def _job(span: Span, text: str) -> Mention:
    """A title that the tagger saw, without the company it begins with (盛世华安董事长)."""
    named = pattern("posts", "named").match(text, span.start, span.end)
    start = named.end() if named else span.start
    for m in _head().finditer(text, span.start, span.end):
        before = text[start : m.start()]
        if (
            m.end() == span.end
            and before
            and not any(before.endswith(t) for t in words("post", "department_tails"))
            and not _organ().search(before)
        ):
            start = m.start()
    return Mention("Post", start, span.end, text[start : span.end], by="fool")


def employers(text: str, posts: Sequence[Mention], spans: Sequence[Span], tokens: Sequence[Token]) -> list[Mention]:
    """Names of companies that only their place before a title shows: 盛世华安|董事长."""
    out = []
    for p in posts:
        for s in spans:
            if (
                s.type == "Job"
                and s.end == p.end
                and s.start < p.start
                and text[s.start : p.start] not in words("org", "generic")
            ):
                out.append(Mention("Company", s.start, p.start, text[s.start : p.start], by="fool"))
        if _CORPORATE.search(p.text):
            before = [t for t in tokens if t.end == p.start]
            if (
                before
                and before[0].pos in {"nz", "ORG", "nt"}
                and len(before[0].text) >= 2
                and before[0].text not in words("post", "prefixes")
            ):
                out.append(Mention("Company", before[0].start, p.start, before[0].text, by="tokens"))
    return out


_CORPORATE_HEAD = pattern("posts", "corporate_head")
_CORPORATE = pattern("posts", "corporate")


def _left(
    text: str, start: int, bodies: dict[int, list[Mention]], ends: dict[int, Token], tokens: Sequence[Token]
) -> int:
    """Where a title begins, its party or government body included; ends: the tokens by where they end."""
    tails = words("post", "department_tails")
    covering = [b for found in bodies.values() for b in found if b.type != "Place" and b.start < start < b.end]
    if covering:
        start = min(b.start for b in covering)
    for _ in range(6):
        before = [b for b in bodies.get(start, []) if b.type != "Place"]
        if before:
            body = max(before, key=lambda b: b.end - b.start)
            if body.type in _SEPARATE and not pattern("posts", "official").search(body.text):
                return start
            if body.type == "Park" and not text.startswith(("党", "管", "工委", "纪"), start):
                return start
            start = body.start
            continue
        term = re.search(r"第[一二三四五六七八九十百\d]+(?:届|任)$", text[max(0, start - 8) : start])
        if term:
            start -= len(term[0])
            continue
        organ = _organ().search(text[max(0, start - 16) : start])
        if organ:
            start -= len(organ[0])
            whole = token_at(tokens, start)
            if whole is not None and whole.start < start and whole.pos in {"LOC", "ORG", "n", "ns", "nt"}:
                start = whole.start
            continue
        places = [b for b in bodies.get(start, []) if b.type == "Place"]
        if places and not _CORPORATE_HEAD.match(text, start):
            return max(places, key=lambda b: b.end - b.start).start if text[start] != "人" else start
        token = ends.get(start)
        if (
            token is not None
            and token.pos in {"n", "nz", "vn", "ORG", "nt", "j", "an"}
            and any(token.text.endswith(t) for t in tails)
        ):
            start = token.start
            before_token = ends.get(start)
            if token.text in tails or len(token.text) == 1:
                # 尾字单独成词（改革|委）：它前面的名词一并归入
                while (
                    before_token is not None
                    and before_token.pos in {"n", "nz", "vn", "an"}
                    and len(before_token.text) >= 2
                ):
                    start = before_token.start
                    before_token = ends.get(start)
            continue
        return start
    return start
