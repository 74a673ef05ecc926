"""Who holds which post: titles before and after names, and those told of a person's life."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from kg.lexicon import pattern
from kg.model import Mention, Ref
from kg.pattern import Encoded, symbolic
from kg.people import Group, Title
from kg.slots import Draft, entity

_EMPLOYERS = frozenset({"Company", "Institution", "Organization", "Park"})


def of_group(group: Group, company: Mention | None) -> Iterator[Draft]:
    """Titles that a group's members bear: holdsPost and postAt.

    company: the one that is being spoken of, where a corporate title names none
    """
    shared: Mention | None = None
    for member in group.members:
        person = member.person
        body: Mention | None = None
        for title in member.titles:
            post = title.post
            # 机构只写一次时，后面并列的职务同属该机构
            body = _employer(title) or body
            carried = body is None and bool(pattern("titles", "corporate").search(post.text))
            if carried:
                body = shared or company
            span = (min(post.start, person.start), max(post.end, person.end))
            yield Draft(entity(person), "holdsPost", entity(post), "people/职务", span)
            if body is not None and body.type in _EMPLOYERS:
                shared = body
                rule = "people/任职单位（承前）" if carried else "people/任职单位"
                start = span[0] if carried else min(body.start, span[0])
                yield Draft(entity(person), "postAt", entity(body, carried), rule, (start, span[1]))


def _employer(title: Title) -> Mention | None:
    """The body of a title; a tagger's place before a corporate title is a company (盛世华安董事长)."""
    body = title.body
    if body is None or body.type not in {"Place", "Site", "Project"}:
        return body
    corporate = (
        body.type == "Place" and body.by in {"lac", "fool"} and pattern("titles", "corporate").search(title.post.text)
    )
    return replace(body, type="Company") if corporate else None


def of_life(encoded: Encoded) -> Iterator[Draft]:
    """Titles told one after another of the person a sentence is about."""
    m = symbolic("titles", "life").match(encoded.text)
    man = encoded.mentions[0] if m else None
    if m is None or man is None:
        return
    for i in range(m.end(), len(encoded.text)):
        post = encoded.mentions[i]
        if post is not None and post.type == "Person":
            return
        if post is not None and post.type == "Post" and encoded.text[i + 1 : i + 2] in {"，", "、", "。", "；", ""}:
            yield Draft(entity(man), "holdsPost", entity(post), "people/履历", (man.start, post.end))


def restated(draft: Draft, said: dict[str, list[str]]) -> bool:
    """Whether a title was already said of the person in a longer or shorter wording (抚顺市市长, 抚顺市长).

    said: person -> titles so far; the new one is added
    """
    assert isinstance(draft.subject.value, Ref) and isinstance(draft.object.value, Ref)
    label, before = draft.object.value.label, said.setdefault(draft.subject.value.label, [])
    bare = _once(label)
    for other in before:
        same = _once(other)
        if label != other and (same.endswith(bare) or bare.endswith(same)) and same.count("副") == bare.count("副"):
            return True
    before.append(label)
    return False


@cache
def _once(title: str) -> str:
    """A title with a doubled level written once: 抚顺市市长 -> 抚顺市长."""
    return re.sub(r"([省市区县])\1", r"\1", title)
