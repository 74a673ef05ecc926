"""The same meeting in two articles is one event; the weekly meeting of a body is many."""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise

from kg.lexicon import pattern
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
    text: id of the article whose text it prints, the same for all that print one text
    """

    seen: Seen
    day: str = ""
    bodies: set[str] = field(default_factory=set)
    people: set[str] = field(default_factory=set)
    text: str = ""


@dataclass(frozen=True, slots=True)
class Title:
    """An event's name, taken apart: year and ordinal ("第28次" is 28次), then what remains."""

    rest: str
    year: str
    ordinals: tuple[str, ...]


@lru_cache(1 << 14)
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


Group = tuple[str, ...]
"""what accounts have in common that may be of one event; the first item tells what that is"""
Pair = tuple[Unit, Unit]


def groups(one: Occasion) -> list[Group]:
    """The groups in which an account is compared: of one id, one text, one session, one telling name, one day."""
    own, seen = title(one.seen.identity.label), one.seen
    found: list[Group] = [
        ("id", seen.identity.id),
        ("text", one.text or seen.article, seen.identity.label),
    ]
    if own.ordinals and seen.home:
        found.append(("numbered", seen.county, own.rest, *own.ordinals))
    # A name that tells enough is known beyond its district: the province's paper reports it too.
    if one.day and len(own.rest) >= SPECIFIC and not pattern("resolve", "plain").fullmatch(own.rest):
        found.append(("beyond", one.day, own.rest))
    if seen.home:
        found += [("day", seen.county, day) for day in ((one.day,) if one.day else _eve(one))]
    return found


def pairs(group: Group, several: Iterable[Occasion]) -> tuple[list[Pair], list[Candidate]]:
    """Which accounts of a group are of one event, and which may be; it depends on nothing outside the group."""
    found = sorted(several, key=lambda one: one.seen.order)
    titles = {one.seen.unit: title(one.seen.identity.label) for one in found}
    match group[0]:
        case "day":
            return _of_a_day(found, titles)
        case "numbered":
            near = [(one, other) for one, other in pairwise(found) if _apart(one, other) <= SESSION]
        case "beyond":
            first = found[0]
            near = [(first, one) for one in found[1:] if first.people & one.people and _one_event(first, one, titles)]
        case _:
            near = list(pairwise(found))
    return [(one.seen.unit, other.seen.unit) for one, other in near], []


def _of_a_day(found: Sequence[Occasion], titles: Mapping[Unit, Title]) -> tuple[list[Pair], list[Candidate]]:
    """Pair the accounts of a district's day: equal names first, then a name with the one fuller name that holds it."""
    unsure: list[Candidate] = []
    joined: list[Pair] = []
    by_name: dict[str, list[Occasion]] = defaultdict(list)
    for one in found:
        by_name[titles[one.seen.unit].rest].append(one)
    for several in by_name.values():
        for one in several[1:]:
            match _one_event(several[0], one, titles):
                case True:
                    joined.append((several[0].seen.unit, one.seen.unit))
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
                    joined.append((one.seen.unit, other.seen.unit))
                    break
    return joined, unsure


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
