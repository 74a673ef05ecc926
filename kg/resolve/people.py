"""Who is who: one node for a person of many articles, two for two people of one name.

What one article says of a name is a sight. Sights that share a post or an employer are one person; careers that can
follow one another within a county are; what cannot be told is kept apart and told as a candidate with its reasons.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from kg.gazetteer import Division, Gazetteer
from kg.lexicon import pattern
from kg.resolve.clusters import Clusters
from kg.resolve.identity import Candidate, Seen, Unit, candidate

SORTS = {"official": "公职", "business": "企业", "village": "村、社区", "learned": "学校、医院等单位", "other": "其他"}
HIGH = ("province", "city", "county")
GAP = 14
"""days that must lie between the last sight in one place and the first in another for a move to be likely"""


@dataclass(frozen=True, slots=True)
class Held:
    """A post in an article.

    post: id of the post, "" where the article names no body it is in; label: as known beyond the article
    sort: one of SORTS; place: the division of an official's post; body: id of the employer or body, "" if unknown
    at: name of the employer
    """

    post: str
    label: str
    sort: str
    place: Division | None = None
    body: str = ""
    at: str = ""


@dataclass(slots=True)
class Sight:
    """What one article says of one person.

    writes: whether as its author only; beside: names of the others in it
    text: id of the article whose text it prints, the same for all that print one text
    """

    seen: Seen
    held: set[Held] = field(default_factory=set)
    beside: set[str] = field(default_factory=set)
    writes: bool = True
    text: str = ""


@dataclass(slots=True)
class Person:
    """Sights that are one person so far."""

    sights: list[Sight]

    @property
    def first(self) -> Sight:
        """The earliest sight."""
        return self.sights[0]

    @property
    def unit(self) -> Unit:
        """That of the earliest sight."""
        return self.first.seen.unit

    def held(self) -> list[Held]:
        """All posts, by label."""
        return sorted({h for sight in self.sights for h in sight.held}, key=lambda h: (h.label, h.post))

    def counties(self) -> set[str]:
        """Where the articles are from."""
        return {sight.seen.county for sight in self.sights}

    def days(self) -> list[str]:
        """The days of publication that are known, in order."""
        return sorted({sight.seen.date for sight in self.sights if sight.seen.date})


def sort_of(title: str, employer: str, placed: bool) -> str:
    """Which sort of post a title is; employer: class of the body it is held in, "" if unknown.

    >>> sort_of("总经理", "Company", False), sort_of("村党总支书记", "", False), sort_of("副区长", "", True)
    ('business', 'village', 'official')
    """
    if pattern("resolve", "village").search(title):
        return "village"
    if employer == "Company" or (not placed and pattern("resolve", "business").search(title)):
        return "business"
    if employer == "Institution" or (not placed and pattern("resolve", "learned").search(title)):
        return "learned"
    if placed or employer or pattern("resolve", "official").search(title):
        return "official"
    return "other"


def join_people(sights: Iterable[Sight], sets: Clusters[Unit], gazetteer: Gazetteer) -> list[Candidate]:
    """Join the sights of one person, name by name; tell those that may be one."""
    by_name: dict[str, list[Sight]] = defaultdict(list)
    for sight in sorted(sights, key=lambda one: one.seen.order):
        by_name[sight.seen.identity.label].append(sight)
    unsure: list[Candidate] = []
    for _, own in sorted(by_name.items()):
        unsure += _Name(own, sets, gazetteer).join()
    return unsure


class _Name:
    """All sights of one name."""

    def __init__(self, sights: Sequence[Sight], sets: Clusters[Unit], gazetteer: Gazetteer) -> None:
        self.sights, self.sets, self.gazetteer = sights, sets, gazetteer
        self.unsure: list[Candidate] = []

    def join(self) -> list[Candidate]:
        self._join_sure()
        writers: list[Person] = []
        titled: list[Person] = []
        bare: list[Person] = []
        for person in self._people():
            if all(sight.writes for sight in person.sights):
                writers.append(person)
            else:
                (titled if person.held() else bare).append(person)
        for person in writers:
            same = next((one for one in writers if one.counties() & person.counties()), person)
            self.sets.join(same.unit, person.unit)
        settled: list[Person] = []
        for person in titled:
            settled = self._place(person, settled)
        by_county: dict[str, list[Person]] = defaultdict(list)
        for person in bare:
            by_county[person.first.seen.county].append(person)
        for county, several in by_county.items():
            self._join_bare(county, several, settled)
        return self.unsure

    def _join_sure(self) -> None:
        """Join those who share a post or an employer, or stand in the same text printed twice."""
        first: dict[tuple[str, str], Sight] = {}
        for sight in self.sights:
            keys = {("text", sight.text or sight.seen.article)} | {
                ("post", held.post) for held in sight.held if held.post
            }
            keys |= {("body", held.body) for held in sight.held if held.body and held.sort != "official"}
            for key in sorted(keys):
                self.sets.join(first.setdefault(key, sight).seen.unit, sight.seen.unit)

    def _people(self) -> list[Person]:
        groups: dict[Unit, list[Sight]] = defaultdict(list)
        for sight in self.sights:
            groups[self.sets.root(sight.seen.unit)].append(sight)
        return [Person(group) for group in groups.values()]

    def _place(self, person: Person, settled: list[Person]) -> list[Person]:
        """Join a person with the one of those before whose career goes on so; tell the doubtful."""
        judged = [(one, *self._fit(one, person)) for one in settled]
        same = [one for one, verdict, _, _ in judged if verdict == "same"]
        if same and self.sets.join(same[-1].unit, person.unit):
            joined = Person(sorted(same[-1].sights + person.sights, key=lambda sight: sight.seen.order))
            settled = [one for one in settled if one is not same[-1]]
            return [*settled, joined]
        for one, verdict, reasons, against in judged:
            if verdict == "unsure" and not self.sets.apart(one.unit, person.unit):
                self.unsure.append(candidate(one.first.seen, person.first.seen, reasons, against))
        return [*settled, person]

    def _fit(self, a: Person, b: Person) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        """Whether two may be one: same, unsure or different, with the reasons for and against."""
        home = bool(a.counties() & b.counties())
        sorts = [{held.sort for held in one.held()} for one in (a, b)]
        shown = "；".join("、".join(sorted(held.label for held in one.held())[:2]) for one in (a, b))
        if home and (title := _same_title(a, b)):
            return "same", (title,), ()
        if "official" in sorts[0] and "official" in sorts[1]:
            return self._careers(a, b, home, shown)
        if not home:
            return "different", (), ()
        if sorts[0] == sorts[1] == {"business"} and _related(a, b):
            return "same", (f"同一系企业：{shown}",), ()
        return "unsure", ("同名，同在一地",), (f"任职不同：{shown}",)

    def _careers(self, a: Person, b: Person, home: bool, shown: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
        how = self._relation(a, b)
        order = _in_turn(a, b)
        said = (f"任职：{shown}",)
        if how == "same":
            return "same", said, ()
        if how == "near" and home:
            if order:
                return "same", (*said, "先后任职"), ()
            if order is None:
                return "unsure", said, ("没有日期，不知先后",)
            joint = any(pattern("resolve", "concurrent").search(held.label) for held in (*a.held(), *b.held()))
            high = all(h.place and h.place.level in HIGH for one in (a, b) for h in one.held() if h.sort == "official")
            if joint and high:
                return "same", (*said, "两级领导职务可以兼任"), ()
            return "unsure", said, ("同一时期分任两职",)
        if order and how in ("near", "city"):
            return "unsure", (*said, "先后任职，可能调任"), ("两地",)
        return "different", (), ()

    def _relation(self, a: Person, b: Person) -> str:
        """How far apart two officials' places are: same, near (one county, or one above the other), city, far."""
        best = "far"
        for one in a.held():
            for other in b.held():
                x, y = one.place, other.place
                if x is None or y is None:
                    continue
                if x == y:
                    return "same"
                nested = self.gazetteer.lies_in(x, y) or self.gazetteer.lies_in(y, x)
                if nested or (x.level == y.level == "town" and x.parent == y.parent):
                    best = "near"
                elif best == "far" and self._city(x) == self._city(y) is not None:
                    best = "city"
        return best

    def _city(self, place: Division) -> Division | None:
        chain = (place, *self.gazetteer.parents(place))
        return next((division for division in chain if division.level == "city"), None)

    def _join_bare(self, county: str, bare: list[Person], settled: list[Person]) -> None:
        """Place those of whom no post is told: with the one known person of that name there, else by company kept."""
        near = [one for one in settled if county in one.counties()] or [
            one for one in settled if self._reaches(one, bare[0].first.seen)
        ]
        officials = [one for one in near if any(held.sort == "official" for held in one.held())]
        only = officials[0] if len(near) == len(officials) == 1 else None
        rest: list[Person] = []
        for person in bare:
            known = {name for sight in person.sights for name in sight.beside}
            met = [one for one in near if known & {name for sight in one.sights for name in sight.beside}]
            chosen = only or (met[0] if len(met) == 1 else None)
            if chosen and self.sets.join(chosen.unit, person.unit):
                continue
            rest.append(person)
            for one in near:
                if not self.sets.apart(one.unit, person.unit):
                    label = "、".join(held.label for held in one.held()[:2])
                    against = (f"文中没有职务，另一人是{label}",)
                    self.unsure.append(candidate(one.first.seen, person.first.seen, ("同名，同在一地",), against))
        if not near:
            for person in rest[1:]:
                self.sets.join(rest[0].unit, person.unit)

    def _reaches(self, person: Person, seen: Seen) -> bool:
        """Whether a person's office is above the county that an article is from: the governor in a district paper."""
        home = self.gazetteer.get(seen.county) if seen.home else None
        return home is not None and any(
            held.place is not None and held.place.level != "town" and self.gazetteer.lies_in(home, held.place)
            for held in person.held()
        )


def _same_title(a: Person, b: Person) -> str:
    """A title that one article gives in full and another without its body (发改局局长), "" if there is none.

    Or with the body that employs the other: …中学党总支书记 and 校长 of that school.
    """
    for one, other in ((a, b), (b, a)):
        for short in one.held():
            for full in other.held():
                if not short.post and len(short.label) > 3 and full.label.endswith(short.label):
                    return f"{short.label}，即{full.label}"
                if len(full.at) > 3 and full.at in short.label and short.label != full.label:
                    return f"同在{full.at}"
    return ""


def _related(a: Person, b: Person) -> bool:
    """Whether the employers' names begin alike (云岭集团, 云岭新材料有限公司)."""
    names = [{held.label[:4] for held in one.held() if held.body} for one in (a, b)]
    return bool(names[0] & names[1])


def _in_turn(a: Person, b: Person) -> bool | None:
    """Whether all that is seen of one lies well before all of the other; None where days are unknown."""
    days, others = a.days(), b.days()
    if not days or not others:
        return None
    ends = (days[-1], others[0]) if days[0] < others[0] else (others[-1], days[0])
    last, first = (dt.date.fromisoformat(day) for day in ends)
    return (first - last).days >= GAP
