"""The same meeting in two articles is one event; the weekly meeting of a body is many."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from kg.lexicon import pattern
from kg.resolve.clusters import Clusters
from kg.resolve.identity import Candidate, Seen, Unit, candidate
from kg.resolve.names import shortened

SESSION = 20
"""days within which articles on one numbered session may lie"""
SPECIFIC = 8
"""characters from which on a name tells enough by itself"""
LEAST = 4
"""characters that the shorter of two names must have to be found in the longer"""


@dataclass(slots=True)
class Occasion:
    """What one article says of one event.

    day: ISO, "" if unknown; bodies: ids of the organisers; people: names of those who took part
    """

    seen: Seen
    day: str = ""
    bodies: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Title:
    """An event's name, taken apart: year and ordinal ("第28次" is 28次), then what remains."""

    rest: str
    year: str
    ordinals: tuple[str, ...]


def title(name: str) -> Title:
    """Take a name apart.

    >>> title("武进区委全面深化改革委员会第二十八次会议")
    Title(rest='武进区委深改委会议', year='', ordinals=('二十八次',))
    >>> title("2025年全区经济工作会议")
    Title(rest='区经济工作会议', year='2025', ordinals=())
    """
    year = pattern("resolve", "year").search(name)
    name = pattern("resolve", "year").sub("", name)
    ordinals = tuple(m["ordinal"] + m["unit"] for m in pattern("resolve", "ordinal").finditer(name))
    rest = shortened(pattern("resolve", "ordinal").sub("", name))
    return Title(pattern("resolve", "trimmed").sub("", rest), year["year"] if year else "", ordinals)


def join_events(occasions: Iterable[Occasion], reprints: Mapping[str, str], sets: Clusters[Unit]) -> list[Candidate]:
    """Join the accounts of one event; tell those that may be one.

    reprints: article -> the article whose text it repeats
    """
    found = sorted(occasions, key=lambda one: one.seen.order)
    titles = {one.seen.unit: title(one.seen.identity.label) for one in found}
    by_day: dict[tuple[str, str], list[Occasion]] = defaultdict(list)
    numbered: dict[tuple[str, ...], list[Occasion]] = defaultdict(list)
    repeated: dict[tuple[str, str], Occasion] = {}
    for one in found:
        own = titles[one.seen.unit]
        if one.day:
            by_day[one.seen.county, one.day].append(one)
        for day in _eve(one) if not one.day else ():
            by_day[one.seen.county, day].append(one)
        if own.ordinals and one.seen.home:
            numbered[one.seen.county, own.rest, *own.ordinals].append(one)
        text = repeated.setdefault((reprints.get(one.seen.article, one.seen.article), one.seen.identity.label), one)
        sets.join(text.seen.unit, one.seen.unit)
    for several in numbered.values():
        for one, other in pairwise(several):
            if _apart(one, other) <= SESSION:
                sets.join(one.seen.unit, other.seen.unit)
    # A name that tells enough is known beyond its district: the province's paper reports it too.
    beyond: dict[tuple[str, str], list[Occasion]] = defaultdict(list)
    for one in found:
        rest = titles[one.seen.unit].rest
        if one.day and len(rest) >= SPECIFIC and not pattern("resolve", "plain").fullmatch(rest):
            beyond[one.day, rest].append(one)
    for several in beyond.values():
        for one in several[1:]:
            if several[0].people & one.people and _one_event(several[0], one, titles):
                sets.join(several[0].seen.unit, one.seen.unit)
    unsure: list[Candidate] = []
    for (county, _), several in sorted(by_day.items()):
        if county and all(one.seen.home for one in several):
            unsure += _of_a_day(several, titles, sets)
    return unsure


def _of_a_day(found: Sequence[Occasion], titles: Mapping[Unit, Title], sets: Clusters[Unit]) -> list[Candidate]:
    """Join the accounts of a district's day: equal names first, then a name with the one fuller name that holds it."""
    unsure = []
    by_name: dict[str, list[Occasion]] = defaultdict(list)
    for one in found:
        by_name[titles[one.seen.unit].rest].append(one)
    for several in by_name.values():
        for one in several[1:]:
            match _one_event(several[0], one, titles):
                case True:
                    sets.join(several[0].seen.unit, one.seen.unit)
                case None:
                    against = ("名称太笼统，没有共同的主办方和人物",)
                    unsure.append(candidate(several[0].seen, one.seen, ("同一天，名称相同",), against))
    for short, several in by_name.items():
        wider = [name for name in by_name if len(name) > len(short) >= LEAST and _within(short, name)]
        # 沈东调研 is no part of two visits: it stays by itself.
        whole = [name for name in wider if not any(_within(name, other) for other in wider if other != name)]
        if len(whole) != 1:
            continue
        for one in several:
            for other in by_name[whole[0]]:
                if one.seen.article != other.seen.article and _one_event(one, other, titles):
                    sets.join(one.seen.unit, other.seen.unit)
                    break
    return unsure


def _one_event(a: Occasion, b: Occasion, titles: Mapping[Unit, Title]) -> bool | None:
    """Whether two accounts of one day whose names go together are of one event; None where that cannot be told."""
    x, y = titles[a.seen.unit], titles[b.seen.unit]
    if (x.year and y.year and x.year != y.year) or (x.ordinals and y.ordinals and x.ordinals != y.ordinals):
        return False
    if a.bodies and b.bodies and not a.bodies & b.bodies:
        return False
    plain = pattern("resolve", "plain")
    if plain.fullmatch(x.rest) and plain.fullmatch(y.rest) and not (a.bodies & b.bodies or a.people & b.people):
        return None
    if a.bodies & b.bodies:
        return True
    sure = min(len(x.rest), len(y.rest)) >= SPECIFIC
    if not sure and x.rest != y.rest and a.people and b.people and not a.people & b.people:
        return None
    return True


def _within(short: str, long: str) -> bool:
    """Whether the shorter name is the longer one with something left out before it, after it, or in between."""
    if short in long:
        return True
    rest = iter(long)
    return short[:2] == long[:2] and short[-2:] == long[-2:] and all(char in rest for char in short)


def _eve(one: Occasion) -> tuple[str, ...]:
    """The days that an undated event of an article may be on: that of publication and the one before."""
    if not re.fullmatch(r"\d{4}-\d\d-\d\d", one.seen.date):
        return ()
    day = dt.date.fromisoformat(one.seen.date)
    return day.isoformat(), (day - dt.timedelta(days=1)).isoformat()


def _apart(a: Occasion, b: Occasion) -> int:
    """Days between two accounts; a great many where one is undated."""
    try:
        one, other = (dt.date.fromisoformat((x.day or x.seen.date)[:10]) for x in (a, b))
    except ValueError:
        return 10**6
    return abs((one - other).days)
