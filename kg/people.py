"""Groups of people with their titles: 省委常委、副省长李克, 副市长甲、乙、丙, 甲、乙等区领导.

A group is read as one: who is in it, with which titles, and whether it is a delegation (一行).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache

from kg.model import Mention
from kg.pattern import Encoded, encode, symbols
from kg.tag import TaggedSentence


@dataclass(frozen=True, slots=True)
class Title:
    """A title and the company or institution where it is held, as mentions."""

    post: Mention
    body: Mention | None


@dataclass(frozen=True, slots=True)
class Member:
    """A person of a group, with the titles the sentence gives them."""

    person: Mention
    titles: tuple[Title, ...]


@dataclass(frozen=True, slots=True)
class Group:
    """People named together; delegation: 一行, 代表团 or 考察团 behind them."""

    start: int
    end: int
    members: tuple[Member, ...]
    delegation: bool
    open: bool


@dataclass(frozen=True, slots=True)
class Reading:
    """A sentence as symbols: each mention one, then each group of people one; and the groups, in order."""

    plain: Encoded
    grouped: Encoded
    groups: tuple[Group, ...]


_BRACKET = r"(?:（[^（）]{1,12}）)?"


@cache
def _regex() -> re.Pattern[str]:
    org, post, role, person = (
        symbols("Organization", "Place", "Site", "Project"),
        symbols("Post"),
        symbols("Role"),
        symbols("Person"),
    )
    unit = f"(?:{org}{_BRACKET}的?)?(?:原|时任|现任)?{post}"
    titles = f"(?:{unit}(?:[、，和兼及暨 ]{{1,2}}{unit}){{0,7}}(?:、?{role})?|{org}?(?:的)?(?:等)?{role})"
    man = f"{person}(?:{post}(?!{person}))?(?:同志|先生|女士|教授|博士)?{_BRACKET}"
    element = f"(?:{titles}[：:、]?)?{man}"
    joint = f"(?:[、和与及 ]|以及|，?以及|，(?={titles}))"
    tail = f"(?:等(?:[^，。；]{{0,4}})?{org}?(?:{role}|{post})|等(?!级|于|待)(?:一行)?|一行)?"
    return re.compile(f"{element}(?:{joint}{element}){{0,30}}{tail}(?:一行)?")


def groups(encoded: Encoded) -> list[Group]:
    """The groups of people in a sentence, in order."""
    if encoded.present.isdisjoint(symbols("Person")):
        return []
    return [_group(encoded, m) for m in _regex().finditer(encoded.text)]


def _group(encoded: Encoded, m: re.Match[str]) -> Group:
    members: list[Member] = []
    pending: list[Title] = []
    governing: tuple[Title, ...] = ()
    body: Mention | None = None
    closed = False
    previous_end = -1
    for i in range(m.start(), m.end()):
        mention = encoded.mentions[i]
        gap = encoded.text[previous_end + 1 : i] if previous_end >= 0 else ""
        if mention is None:
            continue
        if mention.type == "Post":
            last = members[-1] if members else None
            if last is not None and previous_end == i - 1 and encoded.mentions[previous_end] is last.person:
                members[-1] = Member(last.person, (*last.titles, Title(mention, None)))
                governing = ()
            elif last is not None and re.match("等|、等", gap):
                closed = True
                members = [
                    k if k.titles and k is not last and k.titles != governing else _with(k, Title(mention, body))
                    for k in members
                ]
            else:
                pending.append(Title(mention, body))
            body = None
        elif mention.type == "Role":
            pending, governing, body = [], (), None
        elif mention.type == "Person":
            if pending:
                governing, pending = tuple(pending), []
            elif "、" not in gap and "和" not in gap and " " not in gap and "与" not in gap and "及" not in gap:
                governing = ()
            members.append(Member(mention, governing))
        else:
            body = mention
        previous_end = i
    text = encoded.text[m.start() : m.end()]
    return Group(
        encoded.starts[m.start()], encoded.ends[m.end() - 1], tuple(members), "一行" in text, closed or "等" in text
    )


def _with(member: Member, title: Title) -> Member:
    return member if member.titles else Member(member.person, (title,))


def reading(ts: TaggedSentence) -> Reading:
    """A tagged sentence as symbols."""
    sentence = ts.sentence
    plain = encode(sentence.text, sentence.start, ts.mentions)
    return Reading(plain, *_grouped(sentence.text, sentence.start, ts.mentions, plain))


def encode_groups(text: str, start: int, mentions: Sequence[Mention]) -> tuple[Encoded, tuple[Group, ...]]:
    """The sentence with each group of people as one symbol, `People` or `Delegation`, and the groups, in order."""
    return _grouped(text, start, mentions, encode(text, start, mentions))


def _grouped(text: str, start: int, mentions: Sequence[Mention], plain: Encoded) -> tuple[Encoded, tuple[Group, ...]]:
    found = groups(plain)
    if not found:
        return plain, ()
    kept: list[Mention] = []
    i = 0
    for group in found:
        while i < len(mentions) and mentions[i].start < group.start:
            kept.append(mentions[i])
            i += 1
        kept.append(
            Mention(
                "Delegation" if group.delegation else "People",
                group.start,
                group.end,
                text[group.start - start : group.end - start],
            )
        )
        while i < len(mentions) and mentions[i].start < group.end:
            i += 1
    kept.extend(mentions[i:])
    return encode(text, start, kept), tuple(found)
