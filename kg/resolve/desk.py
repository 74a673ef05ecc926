"""One story on the desk: what its names mean there, and what is seen of each thing that they name.

A sight is one thing in one article, with all that the comparison of articles asks of it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache

from kg import reprints
from kg.gazetteer import Division, Gazetteer
from kg.lexicon import longest_suffix, places_of
from kg.model import Article, Fact, Quantity, Ref, Story
from kg.ontology import load
from kg.resolve.decisions import fact_side
from kg.resolve.events import Occasion
from kg.resolve.identity import Identity, Seen, place_identity
from kg.resolve.names import Scope, occupations, spelt
from kg.resolve.people import Held, Sight, sort_of
from kg.resolve.projects import Plan
from kg.resolve.reader import BODIES, NAMED_SO, Reader

PARTICIPATION = ("presidedOver", "attended", "observed", "spokeAt", "led", "accompanied")
PLACED = (*BODIES, "Place", "Park")
PLANNED = ("Project", "ProjectPhase")


@dataclass(slots=True)
class Found:
    """All that was seen of one entity, in one article or in all of them.

    key: what makes its id; types: how often it was taken for what; labels: full names; wordings: as written
    """

    key: str
    types: Counter[str] = field(default_factory=Counter)
    labels: set[str] = field(default_factory=set)
    wordings: set[str] = field(default_factory=set)
    attributes: set[tuple[str, str]] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Read:
    """A story's facts with the ids of what they name.

    facts: those kept, their ends with ids; rejected: those that people judged wrong
    entities: id -> what the story tells of it; granters: wording -> id of the bodies that qualifiers name
    """

    facts: tuple[Fact, ...]
    rejected: tuple[Fact, ...]
    entities: Mapping[str, Found]
    granters: Mapping[str, str]


class Desk:
    """A story being read.

    canonical: wording -> the name that a user's dictionary gives it; wrong: the facts (fact_side) judged wrong
    original: id of the article whose text it repeats, its own id if it repeats none
    Raises ConfigurationError for a class that the ontology lacks.
    """

    def __init__(
        self,
        story: Story,
        gazetteer: Gazetteer,
        canonical: Mapping[str, str],
        wrong: frozenset[str] = frozenset(),
        original: str = "",
    ) -> None:
        self.story, self.gazetteer, self.original = story, gazetteer, original or story.article.id
        self.facts = [fact for fact in story.facts if not wrong or fact_side(fact) not in wrong]
        self.rejected = [fact for fact in story.facts if wrong and fact_side(fact) in wrong]
        home, town = (gazetteer.get(code) if code else None for code in (story.home, story.town))
        self.scope = Scope(gazetteer, home, story.article.source, town)
        self.reader = Reader(self.scope, canonical)
        self.reader.learn(self.facts)
        known = story.article.metadata.date
        self.date = known.isoformat() if known else ""

    def bodies(self) -> list[Seen]:
        """The organisations and places."""
        return list(self._seen(PLACED).values())

    def rest(self, settled: Mapping[str, Identity]) -> tuple[list[Plan], list[Seen], list[Occasion], list[Sight]]:
        """Projects, phases of projects, events and people.

        settled: id of an organisation or place in this article -> what it is among all articles
        """
        self._settle(settled)
        plans, phases = self._plans()
        return plans, phases, self._occasions(), self._sights()

    def read(self, settled: Mapping[str, Identity]) -> Read:
        """The facts with ids; settled: id of anything in this article -> what it is among all articles."""
        self._settle(settled)
        reader = self.reader
        entities: dict[str, Found] = {}
        facts = []
        granters: dict[str, str] = {}
        full: dict[str, str] = {}
        for fact in self.facts:
            named: list[Ref] = []
            for ref in (fact.subject, fact.object):
                if isinstance(ref, Ref) and (own := reader.identify(ref, fact)):
                    meant = reader.meant(own)
                    _note(entities, meant, own, ref.label)
                    full[meant.id] = meant.label
                    cls = NAMED_SO.get(ref.type, ref.type)
                    # One body is of one class in every row: that of its entity, which is known when all are read.
                    ref = Ref(ref.label, cls, meant.id)
                if isinstance(ref, Ref):
                    named.append(ref)
            if (giver := _granter(fact)) and (own := reader.identify(giver, fact)):
                _note(entities, reader.meant(own), own, giver.label)
                granters[giver.label] = reader.meant(own).id
            other = fact.object if not isinstance(fact.object, Ref) else named[1]
            facts.append(replace(fact, subject=named[0], object=other))
        if self.scope.home is not None:
            _note(entities, place_identity(self.scope.home, self.gazetteer), None, self.scope.home.name)
        for identity in reader.implied.values():
            _note(entities, identity, None, identity.label)
        _note_phases(facts, full, entities)
        _add_places_above(entities, self.gazetteer)
        return Read(tuple(facts), tuple(self.rejected), entities, granters)

    def _settle(self, settled: Mapping[str, Identity]) -> None:
        self.reader.settled = dict(settled)
        self.reader.forget()

    def _seen(self, classes: Sequence[str]) -> dict[str, Seen]:
        """Id -> what is seen of each thing of these classes."""
        seen: dict[str, Seen] = {}
        events = "Event" in classes
        for fact in self.facts:
            ends = [fact.subject, fact.object]
            if "Organization" in classes and (giver := _granter(fact)):
                ends.append(giver)
            for ref in ends:
                if not isinstance(ref, Ref):
                    continue
                cls = NAMED_SO.get(ref.type, ref.type)
                if not (cls in classes or (events and load().is_a(cls, "Event"))):
                    continue
                if identity := self.reader.identify(ref, fact):
                    self._see(seen, identity).wordings.add(ref.label)
                    if above := dict(identity.attributes).get("phaseOf"):
                        self._see(seen, self.reader.implied[above])
        return seen

    def _see(self, seen: dict[str, Seen], identity: Identity) -> Seen:
        if identity.id not in seen:
            known = self.scope.home is not None
            seen[identity.id] = Seen(self.story.article.id, identity, self.scope.key, known, self.date)
        return seen[identity.id]

    def _plans(self) -> tuple[list[Plan], list[Seen]]:
        seen = self._seen(PLANNED)
        plans = {ident: Plan(one) for ident, one in seen.items() if one.identity.kind == "project"}
        for fact in self.facts:
            for project, other, ident in self._ends(fact, plans, "Project"):
                if fact.predicate == "undertakes" and isinstance(project, Ref) and other:
                    plans[ident].builders[other.id] = other.label
                elif fact.predicate == "locatedIn" and other:
                    plans[ident].places.add(other.id)
                elif fact.predicate == "totalInvestment" and isinstance(fact.object, Quantity):
                    plans[ident].amounts.add(f"{fact.object.value.normalize()}{fact.object.unit}")
        return list(plans.values()), [one for ident, one in seen.items() if ident not in plans]

    def _occasions(self) -> list[Occasion]:
        found = {ident: Occasion(one, text=self.original) for ident, one in self._seen(("Event",)).items()}
        for fact in self.facts:
            for event, other, ident in self._ends(fact, found, "Event"):
                if isinstance(event, Ref):
                    found[ident].day = found[ident].day or self.reader.day(event.label)
                if fact.predicate == "organizedBy" and other:
                    found[ident].bodies.add(other.id)
                elif fact.predicate in PARTICIPATION:
                    found[ident].people.add(spelt(fact.subject.label))
        return list(found.values())

    def _sights(self) -> list[Sight]:
        sights = {ident: Sight(one, text=self.original) for ident, one in self._seen(("Person",)).items()}
        names = {sight.seen.identity.label for sight in sights.values()}
        for fact in self.facts:
            for ref, other, ident in self._ends(fact, sights, "Person"):
                if fact.predicate not in ("reportedBy", "photographedBy"):
                    sights[ident].writes = False
                if fact.predicate == "holdsPost" and ref is fact.subject and isinstance(fact.object, Ref) and other:
                    sights[ident].held.add(self._held(fact, fact.object, other))
                elif fact.predicate == "postAt" and other:
                    employer = self.reader.employer(fact.subject.label, fact.start)
                    title = f"{employer.label if employer else ''}任职人员"
                    sort = sort_of("", other.type, False)
                    sights[ident].held.add(Held("", title, sort, None, other.id))
        for sight in sights.values():
            name = sight.seen.identity.label
            sight.beside = names - {name}
            if not sight.held and (called := self.story.called.get(name)):
                sight.held.add(Held("", called, "other"))
        return list(sights.values())

    def _held(self, fact: Fact, title: Ref, post: Identity) -> Held:
        body = dict(post.attributes).get("body", "")
        place = self.gazetteer.get(post.key[0]) if len(post.key) == 2 else None
        employer = self.reader.employer(fact.subject.label, fact.start) if place is None else None
        sort = sort_of(title.label, employer.type if employer else "", place is not None)
        known = place is not None or bool(body) or employer is not None or len(post.key) == 1
        # A title without its body says nothing of who holds it.
        return Held(post.id if known else "", post.label, sort, place, body, employer.label if employer else "")

    def _ends(self, fact: Fact, among: Mapping[str, object], cls: str) -> Iterator[tuple[object, Identity | None, str]]:
        """Each end of a fact that is among the things of a class, what the other end turned out to be, and its id."""
        for ref, other in ((fact.subject, fact.object), (fact.object, fact.subject)):
            if not isinstance(ref, Ref) or not load().is_a(ref.type, cls):
                continue
            own = self.reader.identify(ref, fact)
            if own and own.id in among:
                far = self.reader.identify(other, fact)
                yield ref, self.reader.meant(far) if far else None, own.id


def stories_of(
    facts: Iterable[Fact], articles: Iterable[Article], homes: Mapping[str, Division | None], gazetteer: Gazetteer
) -> list[Story]:
    """The stories of articles whose facts are known, one an article; also one of each article that only facts name.

    homes: source -> its home place
    """
    by_article: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_article[fact.article].append(fact)
    given = {article.id: article for article in articles}
    for name, found in by_article.items():
        if name not in given:
            given[name] = Article(name, found[0].source, "", "", (), (), 0, 0)
    return [_story(one, by_article.get(one.id, ()), homes.get(one.source), gazetteer) for one in given.values()]


def _story(article: Article, facts: Sequence[Fact], home: Division | None, gazetteer: Gazetteer) -> Story:
    people = {
        ref.label for f in facts for ref in (f.subject, f.object) if isinstance(ref, Ref) and ref.type == "Person"
    }
    named = _town(gazetteer, home, article.source, article.text)
    return Story(
        replace(article, text="", offsets=(), blocks=()),
        tuple(facts),
        article.text,
        home.code if home else "",
        named.code if named else "",
        {name: called for name in sorted(people) if (called := _occupation(article.text, name))},
        {fact.antecedent: _words(article, *fact.antecedent) for fact in facts if fact.antecedent},
        sketch=reprints.sketch(article.text),
    )


def _words(article: Article, start: int, end: int) -> str:
    """The article's words at a span of its document."""
    return article.text[bisect_left(article.offsets, start) : bisect_left(article.offsets, end)]


def noted(home: Division, gazetteer: Gazetteer) -> tuple[str, Found]:
    """What an article tells of its home place by having it."""
    seen: dict[str, Found] = {}
    _note(seen, place_identity(home, gazetteer), None, home.name)
    return next(iter(seen.items()))


def _occupation(text: str, name: str) -> str:
    """What an article calls a person without a post (村民, 律师), "" if nothing."""
    called = (longest_suffix(text[:at], occupations()) for at, _ in places_of(name, text))
    return next(filter(None, called), "")


def _town(gazetteer: Gazetteer, home: Division | None, source: str, text: str) -> Division | None:
    """The one town of the home county that an article names; None where it names none, or several."""
    scope = Scope(gazetteer, home, source)
    names = {match.name for match in gazetteer.match(text) if match.level == "town"} if scope.county else set()
    towns = {town for name in names if (town := gazetteer.resolve(name, home)) and town.parent == scope.key}
    return next(iter(towns)) if len(towns) == 1 else None


def _granter(fact: Fact) -> Ref | None:
    """The body that gave what a fact is about."""
    by = next((value for name, value in fact.qualifiers if name == "by"), "")
    return Ref(str(by), "Organization") if by else None


def _note(seen: dict[str, Found], settled: Identity, own: Identity | None, wording: str) -> None:
    """Note what an article says of an entity; own: what it is within the article, where that is another key."""
    what = seen.setdefault(settled.id, Found("|".join(settled.key)))
    identity = own or settled
    what.types[identity.type] += 1
    what.labels.add(identity.label)
    what.wordings.update((wording, *identity.aliases))
    what.attributes.update(identity.attributes)


def _note_phases(facts: Iterable[Fact], full: Mapping[str, str], entities: dict[str, Found]) -> None:
    """Note the phases of projects that qualifiers tell; full: id of a project -> its name among all articles."""
    for fact in facts:
        phase = str(dict(fact.qualifiers).get("phase", ""))
        if phase and load().is_a(fact.subject.type, "Project") and fact.subject.id:
            # One phase has one label, whatever the articles call its project.
            name = full.get(fact.subject.id, fact.subject.label)
            label = name if name.endswith(phase) else name + phase
            attributes = (("phase", phase), ("phaseOf", fact.subject.id))
            own = Identity("projectphase", (fact.subject.id, phase), "ProjectPhase", label, (), attributes)
            _note(entities, own, None, label)


def _add_places_above(seen: dict[str, Found], gazetteer: Gazetteer) -> None:
    """Every division that a place lies in, so that no parent is a bare id."""
    codes = {what.key.split("|")[0] for ident, what in seen.items() if ident.startswith("place/")}
    for identity in (one for code in sorted(codes) for one in _chain(code, gazetteer)):
        _note(seen, identity, None, identity.aliases[0] if identity.aliases else identity.label)


@lru_cache(1 << 14)
def _chain(code: str, gazetteer: Gazetteer) -> tuple[Identity, ...]:
    """A division of the gazetteer and those above it, () for any other key."""
    division = gazetteer.get(code)
    above = (division, *gazetteer.parents(division)) if division else ()
    return tuple(place_identity(one, gazetteer) for one in above)
