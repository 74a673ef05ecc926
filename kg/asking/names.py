"""What things are called: the names of a store's entities, found in the words of a question.

All texts here are bare: compatibility form, without spaces, quotes, brackets and the marks between words.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from functools import cached_property
from typing import TYPE_CHECKING

from kg.ontology import KG, Ontology
from kg.rows import Rows

if TYPE_CHECKING:
    from kg.store import Store

SHORTEST = 4
"""characters that a part of a name must have to stand for it"""
MOST = 3
"""things of one class that a part of a name may mean; a part of more is no name"""
RUNS = 3
"""pieces into which a name with something left out may fall"""
PART, PART_OF_EVENT = 0.4, 0.25
"""of a name, at least, that a part of it has to be; what newspapers call events is long"""
SHARE = 0.5
"""of a name, at least, that is said where something in its middle is left out"""
BY_PART = ("Event", "Project", "Organization", "Place", "Article", "Honour", "Tier", "Product")
"""classes whose things a part of the name may mean (of a post its end); a part of an indicator is another indicator"""
NOT_BY_PART = "ProjectPhase"
"""but not a phase of a project: the end of its name, 项目二期, is that of many"""
BY_GAPS = ("Event", "Project", "ProjectPhase", "Organization", "Article")
"""classes in whose names something may be left out"""
LIKE = 0.5
"""likeness (Ratcliff and Obershelp's, as difflib has it) from which on an unknown name is told its neighbours"""

_SCOPE = re.compile(r"[（(][^（）()]*[）)]$")
_MARKS = re.compile(r"[\s\"'“”‘’「」『』《》〈〉【】（）()，,。？?！!、；;：:·…—]|(?<!\d)[.\-]|[.\-](?!\d)")

NAMES = """SELECT ?thing ?class ?label ?alias
WHERE {
  ?thing a ?class ; rdfs:label ?label .
  OPTIONAL { ?thing skos:altLabel ?alias }
}
ORDER BY ?thing ?alias"""

TITLES = "SELECT ?post ?label ?body WHERE { ?post kg:postIn/rdfs:label ?body ; rdfs:label ?label } ORDER BY ?post ?body"


def bare(text: str) -> str:
    """A text as names are compared.

    >>> bare("《区委 常委会》（扩大）会议，２０２５.3"), bare("“小巨人”企业")
    ('区委常委会扩大会议2025.3', '小巨人企业')
    """
    return _MARKS.sub("", unicodedata.normalize("NFKC", text)).lower()


@dataclass(frozen=True, slots=True, order=True)
class Named:
    """A thing of the store: its label, its class, its IRI."""

    label: str
    type: str
    iri: str


@dataclass(frozen=True, slots=True)
class Found:
    """A span of a bare text that names things, all of one class; how: name, part (of a name) or gaps (in a name)."""

    start: int
    end: int
    type: str
    things: tuple[Named, ...]
    how: str


@dataclass(frozen=True)
class Names:
    """exact: bare name -> things; above: IRI of a place -> those it is part of; held: IRI of a person -> posts."""

    exact: Mapping[str, tuple[Named, ...]]
    above: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    held: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def find(self, text: str, ontology: Ontology) -> Iterator[Found]:
        """Every span of a bare text that is a name, a part of one, or one with something left out."""
        for start in range(len(text)):
            for end in range(start + 2, min(len(text), start + self._longest) + 1):
                for type, things in _by_type(self.exact.get(text[start:end], ())):
                    yield Found(start, end, type, things, "name")
        yield from self._parts(text, ontology)
        yield from self._gaps(text, ontology)

    def like(self, name: str, types: Iterable[str], ontology: Ontology, most: int = 3) -> tuple[str, ...]:
        """The labels of those classes that are most like a name."""
        wanted, said = tuple(types), bare(name)
        scored = []
        for key, things in self.exact.items():
            if set(key).isdisjoint(said):
                continue
            labels = [one.label for one in things if ontology.admits(wanted, one.type)]
            score = SequenceMatcher(None, said, key, autojunk=False).ratio() if labels else 0.0
            scored += [(-score, label) for label in labels if score >= LIKE]
        return tuple(dict.fromkeys(label for _, label in sorted(scored)))[:most]

    def posts_named(self, fits: Callable[[str], bool]) -> tuple[Named, ...]:
        """The posts one of whose bare names fits."""
        return tuple(sorted({post for name, post in self._posts if fits(name)}))

    def within(self, place: Named, outer: Sequence[Named]) -> bool:
        """Whether a place is one of those, or lies in one."""
        wanted, seen = {one.iri for one in outer}, set()
        waiting = [place.iri]
        while waiting:
            iri = waiting.pop()
            if iri in wanted:
                return True
            if iri not in seen:
                seen.add(iri)
                waiting += self.above.get(iri, ())
        return False

    @cached_property
    def _posts(self) -> tuple[tuple[str, Named], ...]:
        return tuple((name, one) for name, things in self.exact.items() for one in things if one.type == "Post")

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self.exact), default=0)

    @cached_property
    def _all(self) -> str:
        """Every name on a line of its own, to search them at once."""
        return "\n".join(["", *sorted(self.exact), ""])

    def _holding(self, part: str) -> list[str]:
        """The names that have a part; [] where they are more than a part of a name could mean."""
        found: list[str] = []
        at = self._all.find(part)
        while at >= 0:
            end = self._all.index("\n", at)
            found.append(self._all[self._all.rindex("\n", 0, at + 1) + 1 : end])
            if len(found) > 8 * MOST:
                return []
            at = self._all.find(part, end)
        return found

    def _parts(self, text: str, ontology: Ontology) -> Iterator[Found]:
        for start in range(len(text) - SHORTEST + 1):
            end = start + SHORTEST
            while end <= len(text) and text[start:end] in self._all:
                end += 1
            # What follows may by chance go on as the name does: the shorter parts are readings too.
            for stop in range(end - 1, max(end - 4, start + SHORTEST - 1), -1):
                part = text[start:stop]
                named = [
                    one
                    for name in self._holding(part)
                    for one in self.exact[name]
                    if _may_stand(part, name, one.type, ontology)
                ]
                for type, things in _by_type(named):
                    if len(things) <= MOST:
                        yield Found(start, stop, type, things, "part")

    def _gaps(self, text: str, ontology: Ontology) -> Iterator[Found]:
        near = {name for start in range(len(text) - 1) for name in self._holding(text[start : start + 2])}
        best: dict[tuple[int, int, str], set[Named]] = defaultdict(set)
        for name in sorted(near):
            for start in range(len(text)):
                for end in _runs(text, start, name):
                    if end - start >= max(SHORTEST, SHARE * len(name)):
                        for one in self.exact[name]:
                            if ontology.admits(BY_GAPS, one.type):
                                best[start, end, one.type].add(one)
        for (start, end, type), things in sorted(best.items()):
            if len(things) <= MOST:
                yield Found(start, end, type, tuple(sorted(things)), "gaps")


def _may_stand(part: str, name: str, type: str, ontology: Ontology) -> bool:
    """Whether a part of a name stands for a thing of that class."""
    if len(part) < (PART_OF_EVENT if ontology.is_a(type, "Event") else PART) * len(name):
        return False
    if type == "Post":
        return name.endswith(part)
    return type != NOT_BY_PART and ontology.admits(BY_PART, type)


def _runs(text: str, start: int, name: str) -> Iterator[int]:
    """Where a text stops that says a name from `start` on in several pieces, each two characters or more."""
    at, place = start, 0
    for run in range(RUNS):
        length, where = 0, -1
        while at + length < len(text):
            found = name.find(text[at : at + length + 1], place)
            if found < 0:
                break
            length, where = length + 1, found
        if length < 2:
            return
        at, place = at + length, where + length
        if run:
            yield at


def _by_type(things: Iterable[Named]) -> list[tuple[str, tuple[Named, ...]]]:
    types: dict[str, set[Named]] = defaultdict(set)
    for one in things:
        types[one.type].add(one)
    return [(type, tuple(sorted(of))) for type, of in sorted(types.items())]


def of_store(
    store: Store, shorter: Mapping[str, Sequence[str]], abbreviated: Mapping[str, str], ontology: Ontology
) -> Names:
    """The names of everything in a store.

    shorter: class -> endings that its names may lack; abbreviated: what a name may have in it -> how people say it
    """
    exact: dict[str, set[Named]] = defaultdict(set)
    rows = store.query(NAMES)
    assert isinstance(rows, Rows)
    for row in rows:
        type, label = str(row["class"]).removeprefix(KG), str(row["label"])
        one = Named(label, type, str(row["thing"]))
        endings = [end for cls, ends in shorter.items() if ontology.is_a(type, cls) for end in ends]
        for name in {bare(label), bare(_SCOPE.sub("", label)), bare(str(row["alias"] or label))}:
            exact[name].add(one)
            for long, short in abbreviated.items():
                if long in name:
                    exact[name.replace(long, short)].add(one)
            for end in endings:
                if name.endswith(end) and len(name) - len(end) >= 2:
                    exact[name.removesuffix(end)].add(one)
    titles = store.query(TITLES)
    assert isinstance(titles, Rows)
    for row in titles:
        label, body = str(row["label"]), str(row["body"])
        if label.startswith(body) and len(label) - len(body) >= 2:
            exact[bare(label.removeprefix(body))].add(Named(label, "Post", str(row["post"])))
    return Names(
        {name: tuple(sorted(things)) for name, things in exact.items() if name},
        _links(store, "SELECT ?one ?other WHERE { ?one kg:partOf ?other } ORDER BY ?one ?other"),
        _links(store, "SELECT ?one ?other WHERE { ?one kg:holdsPost ?other } ORDER BY ?one ?other"),
    )


def _links(store: Store, query: str) -> dict[str, tuple[str, ...]]:
    rows = store.query(query)
    assert isinstance(rows, Rows)
    links: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        links[str(row["one"])].append(str(row["other"]))
    return {one: tuple(others) for one, others in links.items()}
