"""Who wrote and who photographed: 本报讯（汤某 记者 周某）, 张三 李四 摄."""

from __future__ import annotations

import re
from collections.abc import Iterator

from kg.lexicon import pattern
from kg.model import Ref
from kg.slots import Bound, Draft
from kg.tag import TaggedSentence, persons

_ROLE = pattern("bylines", "role")
_BREAK = re.compile(r"[ 、，。；：:/／|（）()\n]+")
_WORD_STOP = pattern("bylines", "word_stop")


def names(text: str) -> Iterator[tuple[int, int]]:
    """Spans of the people's names in a byline or credit.

    >>> [("（汤颖 记者 周洁）")[s:e] for s, e in names("（汤颖 记者 周洁）")]
    ['汤颖', '周洁']
    """
    bracket = re.search(r"[（(【]([^（）()【】]*(?:记者|通讯员|通迅员|摄|文)[^（）()【】]*)[）)】]", text)
    base, inner = (bracket.start(1), bracket[1]) if bracket else (0, text)
    if not bracket:
        announced = re.search(r"(?:记者|通讯员)", inner)
        if announced and not re.search("摄|图", inner):
            base, inner = base + announced.start(), inner[announced.start() :]
    covered = _BREAK.sub(lambda m: "\n" * len(m[0]), _ROLE.sub(lambda m: "\n" * len(m[0]), inner))
    for m in re.finditer(r"[^\n]+", covered):
        if (persons.plausible(m[0]) and not _WORD_STOP.search(m[0]) and len(m[0]) <= 4) or "·" in m[0]:
            yield base + m.start(), base + m.end()


def _photographed(roles: list[re.Match[str]], start: int, end: int) -> bool:
    """Whether a name stands before 摄 or behind 摄影 rather than at a writer's word, where a line has both."""
    after = next((m[0] for m in roles if m.start() >= end), "")
    before = next((m[0] for m in reversed(roles) if m.end() <= start), "")
    return bool(pattern("bylines", "taken").match(after)) or bool(pattern("bylines", "by_photographer").match(before))


def read(ts: TaggedSentence) -> Iterator[Draft]:
    """ReportedBy and photographedBy of a byline or credit line."""
    text, start = ts.sentence.text, ts.sentence.start
    if pattern("bylines", "no_author").search(text):
        return
    photo = bool(pattern("bylines", "photo").search(text))
    wrote = bool(pattern("bylines", "wrote").search(text)) or not photo
    divided = (
        photo and wrote and pattern("bylines", "divided").search(text) and not pattern("bylines", "both").search(text)
    )
    roles = list(_ROLE.finditer(text)) if divided else []
    for s, e in names(text):
        if roles:
            photo = _photographed(roles, s, e)
            wrote = not photo
        person = Bound(Ref(text[s:e], "Person"), (start + s, start + e))
        article = Bound(Ref("article", "Article"), None)
        own = text[e : e + 2]
        if wrote and own not in {"/图", "／图", "/摄", "／摄"}:
            yield Draft(article, "reportedBy", person, "bylines/记者", (start, ts.sentence.end))
        if photo and own not in {"/文", "／文"} and not re.match("[^摄]*记者[^摄]*报道", text):
            yield Draft(article, "photographedBy", person, "bylines/摄影", (start, ts.sentence.end))
