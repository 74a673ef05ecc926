"""Who is who: every name of the facts is given the id of its entity, the same in all articles that mean the same.

First each article's names are read at its home place (kg/resolve/reader.py): 区委 is 武进区委,
市长 the mayor of 常州市, a place the gazetteer's. Then the articles are compared, kind by kind: companies, projects,
events, people. What people have judged (kg/resolve/decisions.py) comes before all rules.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.gazetteer import Division, Gazetteer
from kg.lexicon import longest_suffix, places_of
from kg.model import Article, Entity, Fact, Quantity, Ref, TimeSpan
from kg.ontology import article_id, load
from kg.resolve.clusters import Clusters
from kg.resolve.companies import join_organizations
from kg.resolve.decisions import Decision, Decisions, fact_side, side, unordered
from kg.resolve.events import Occasion, join_events
from kg.resolve.identity import Candidate, Identity, Seen, Unit, place_identity
from kg.resolve.names import Scope, occupations, spelt
from kg.resolve.people import Held, Sight, join_people, sort_of
from kg.resolve.projects import Plan, join_projects
from kg.resolve.reader import BODIES, NAMED_SO, Reader

__all__ = ["Candidate", "Resolution", "resolve"]

PARTICIPATION = ("presidedOver", "attended", "observed", "spokeAt", "led", "accompanied")


SEVERAL = ("formerName",)
"""attributes that an entity may have more than one of"""


@dataclass(frozen=True, slots=True)
class Resolution:
    """What resolution found.

    entities: sorted by id; facts: in the order given, each name with its id
    candidates: pairs that may be one thing and were kept apart
    unused: judgements that name nothing in these articles
    rejected: the facts that people judged wrong, not among `facts`
    """

    entities: tuple[Entity, ...]
    facts: tuple[Fact, ...]
    candidates: tuple[Candidate, ...] = ()
    unused: tuple[Decision, ...] = ()
    rejected: tuple[Fact, ...] = ()


_Rules = Callable[[Mapping[Unit, Seen], Clusters[Unit]], list[Candidate]]


@dataclass(slots=True)
class _Found:
    """All that was seen of one entity."""

    first: Identity
    types: Counter[str] = field(default_factory=Counter)
    labels: set[str] = field(default_factory=set)
    wordings: set[str] = field(default_factory=set)
    attributes: set[tuple[str, str]] = field(default_factory=set)


def resolve(
    facts: Sequence[Fact],
    articles: Iterable[Article],
    homes: Mapping[str, Division | None],
    gazetteer: Gazetteer,
    canonical: Mapping[str, str] | None = None,
    decisions: Decisions | None = None,
    reprints: Mapping[str, str] | None = None,
) -> Resolution:
    """The entities and facts of some articles, each name with its id, and the pairs that are left to people.

    homes: source -> its home place; canonical: wording -> the name that a user's dictionary gives it
    decisions: what people have judged; reprints: article -> the article whose text it repeats
    A fact's label stays the article's wording; the entity's label is the full name, its aliases the wordings seen.
    The home places and all divisions above a place are entities too. Raises ConfigurationError for a class that the
    ontology lacks.
    """
    return _Archive(
        facts, list(articles), homes, gazetteer, canonical or {}, decisions or Decisions(), reprints or {}
    ).resolved()


class _Archive:
    """All articles of a build, while they are being compared."""

    def __init__(
        self,
        facts: Sequence[Fact],
        articles: Sequence[Article],
        homes: Mapping[str, Division | None],
        gazetteer: Gazetteer,
        canonical: Mapping[str, str],
        decisions: Decisions,
        reprints: Mapping[str, str],
    ) -> None:
        self.homes, self.gazetteer, self.decisions, self.reprints = homes, gazetteer, decisions, reprints
        self.used: set[Decision] = set()
        self.facts, self.rejected = self._judged(facts)
        self.sources = {article.id: article.source for article in articles}
        self.dates = {a.id: a.metadata.date.isoformat() for a in articles if a.metadata.date}
        self.by_article: dict[str, list[Fact]] = defaultdict(list)
        for fact in self.facts:
            self.sources.setdefault(fact.article, fact.source)
            self.by_article[fact.article].append(fact)
        self.texts = {article.id: article.text for article in articles}
        self.readers = {
            name: Reader(_scope(gazetteer, homes.get(source), source, self.texts.get(name, "")), canonical)
            for name, source in self.sources.items()
        }
        for name, reader in self.readers.items():
            reader.learn(self.by_article[name])
        self.candidates: list[Candidate] = []

    def resolved(self) -> Resolution:
        """Compare kind by kind, then name every end of every fact."""
        self._compare((*BODIES, "Place", "Park"), self._join_organizations)
        self._compare(("Project", "ProjectPhase"), self._join_projects)
        self._compare(("Event",), self._join_events)
        self._compare(("Person",), self._join_people)
        self._forget()
        seen: dict[str, _Found] = {}
        found = []
        for fact in self.facts:
            ends = [self._settled(ref, fact) for ref in (fact.subject, fact.object)]
            for ref, pair in zip((fact.subject, fact.object), ends, strict=True):
                if pair is not None and isinstance(ref, Ref):
                    _note(seen, pair[1], pair[0], ref.label)
            found.append((fact, ends[0], ends[1]))
        for home in self.homes.values():
            if home is not None:
                _note(seen, place_identity(home, self.gazetteer), None, home.name)
        for reader in self.readers.values():
            for identity in reader.implied.values():
                _note(seen, identity, None, identity.label)
        _add_places_above(seen, self.gazetteer)
        entities = {ident: _entity(ident, what) for ident, what in seen.items()}
        facts = [
            replace(
                fact,
                subject=_ref(fact.subject, a[1] if a else None, fact, entities),
                object=_object(fact, b[1] if b else None, entities),
            )
            for fact, a, b in found
        ]
        unused = tuple(one for one in (*self.decisions.pairs, *self.decisions.facts) if one not in self.used)
        ordered = sorted(entities.values(), key=lambda entity: entity.id)
        return Resolution(tuple(ordered), tuple(facts), self._told(), unused, tuple(self.rejected))

    def _judged(self, facts: Sequence[Fact]) -> tuple[list[Fact], list[Fact]]:
        """The facts without those that people judged wrong, and these."""
        judged = {(one.a, one.b): one for one in self.decisions.facts}
        kept: list[Fact] = []
        rejected: list[Fact] = []
        for fact in facts:
            one = judged.get((fact.article, fact_side(fact))) if judged else None
            if one:
                self.used.add(one)
            (rejected if one and one.judgement == "wrong" else kept).append(fact)
        return kept, rejected

    def _forget(self) -> None:
        for reader in self.readers.values():
            reader.forget()

    def _compare(self, classes: tuple[str, ...], join: _Rules) -> None:
        """Settle which names of these classes are one across articles; join: the rules of the kind."""
        self._forget()
        seen: dict[Unit, Seen] = {}
        for fact in self.facts:
            reader = self.readers[fact.article]
            for ref in (fact.subject, fact.object):
                if not isinstance(ref, Ref) or not self._is_of(NAMED_SO.get(ref.type, ref.type), classes):
                    continue
                if identity := reader.identify(ref, fact):
                    self._see(seen, identity, fact).wordings.add(ref.label)
                    above = dict(identity.attributes).get("phaseOf")
                    if above:
                        self._see(seen, reader.implied[above], fact)
        sets: Clusters[Unit] = Clusters(seen)
        self._apply(seen, sets)
        self.candidates += join(seen, sets)
        first: dict[str, Seen] = {}
        for one in sorted(seen.values(), key=lambda one: one.order):
            earliest = first.setdefault(one.identity.id, one)
            if one.identity.kind in ("place", "projectphase", "event"):
                sets.join(earliest.unit, one.unit)
        for units in sets.all():
            lead = min((seen[unit] for unit in units), key=lambda one: (-len(one.identity.label), one.order))
            identity = lead.identity
            if first[identity.id] is not lead:
                # Another thing of the same key: told apart by the article where it is first seen.
                identity = replace(identity, key=(*identity.key, lead.article))
            for unit in units:
                if seen[unit].identity.id != identity.id:
                    self.readers[unit[0]].settled[unit[1]] = identity

    def _is_of(self, cls: str, classes: tuple[str, ...]) -> bool:
        return cls in classes or (classes == ("Event",) and load().is_a(cls, "Event"))

    def _see(self, seen: dict[Unit, Seen], identity: Identity, fact: Fact) -> Seen:
        scope = self.readers[fact.article].scope
        unit = fact.article, identity.id
        if unit not in seen:
            home = scope.home is not None
            seen[unit] = Seen(fact.article, identity, scope.key, home, self.dates.get(fact.article, ""))
        return seen[unit]

    def _apply(self, seen: Mapping[Unit, Seen], sets: Clusters[Unit]) -> None:
        """Do what people have judged, before any rule."""
        if not self.decisions.pairs:
            return
        by_name: dict[str, Unit] = {}
        for known in sorted(seen.values(), key=lambda known: known.order):
            for wording in (*sorted(known.wordings), known.identity.label):
                by_name.setdefault(side(wording, known.article), known.unit)
        for one in sorted(self.decisions.pairs, key=lambda one: one.judgement != "same"):
            if one.a in by_name and one.b in by_name:
                self.used.add(one)
                if one.judgement == "same":
                    sets.join(by_name[one.a], by_name[one.b])
                elif one.judgement == "different":
                    sets.part(by_name[one.a], by_name[one.b])

    def _told(self) -> tuple[Candidate, ...]:
        """The candidates that nobody has judged, each pair once."""
        judged = {unordered(one.a, one.b) for one in self.decisions.pairs}
        told: dict[tuple[str, ...], Candidate] = {}
        for pair in self.candidates:
            sides = unordered(side(*pair.a), side(*pair.b))
            if sides not in judged:
                told.setdefault((pair.kind, *sides), pair)
        return tuple(told[key] for key in sorted(told))

    def _settled(self, ref: object, fact: Fact) -> tuple[Identity, Identity] | None:
        """What a fact's end is in its article, and what it turned out to be."""
        reader = self.readers[fact.article]
        identity = reader.identify(ref, fact)
        return (identity, reader.meant(identity)) if identity else None

    def _join_organizations(self, seen: Mapping[Unit, Seen], sets: Clusters[Unit]) -> list[Candidate]:
        return join_organizations(list(seen.values()), sets, self.gazetteer)

    def _join_projects(self, seen: Mapping[Unit, Seen], sets: Clusters[Unit]) -> list[Candidate]:
        plans = {unit: Plan(one) for unit, one in seen.items() if one.identity.kind == "project"}
        for fact in self.facts:
            for project, other, unit in self._ends(fact, plans):
                if fact.predicate == "undertakes" and isinstance(project, Ref) and other:
                    plans[unit].builders[other.id] = other.label
                elif fact.predicate == "locatedIn" and other:
                    plans[unit].places.add(other.id)
                elif fact.predicate == "totalInvestment" and isinstance(fact.object, Quantity):
                    plans[unit].amounts.add(f"{fact.object.value.normalize()}{fact.object.unit}")
        return join_projects(plans.values(), sets, self.gazetteer)

    def _join_events(self, seen: Mapping[Unit, Seen], sets: Clusters[Unit]) -> list[Candidate]:
        found = {unit: Occasion(one) for unit, one in seen.items()}
        for fact in self.facts:
            for event, other, unit in self._ends(fact, found):
                if isinstance(event, Ref):
                    found[unit].day = found[unit].day or self.readers[fact.article].day(event.label)
                if fact.predicate == "organizedBy" and other:
                    found[unit].bodies.add(other.id)
                elif fact.predicate in PARTICIPATION:
                    found[unit].people.add(spelt(fact.subject.label))
        return join_events(found.values(), self.reprints, sets)

    def _join_people(self, seen: Mapping[Unit, Seen], sets: Clusters[Unit]) -> list[Candidate]:
        sights = {unit: Sight(one) for unit, one in seen.items()}
        present: dict[str, set[str]] = defaultdict(set)
        for unit, one in seen.items():
            present[unit[0]].add(one.identity.label)
        for fact in self.facts:
            reader = self.readers[fact.article]
            for ref, other, unit in self._ends(fact, sights):
                if fact.predicate not in ("reportedBy", "photographedBy"):
                    sights[unit].writes = False
                if fact.predicate == "holdsPost" and ref is fact.subject and isinstance(fact.object, Ref) and other:
                    sights[unit].held.add(self._held(fact, fact.object, other))
                elif fact.predicate == "postAt" and other:
                    employer = reader.employer(fact.subject.label, fact.start)
                    title = f"{employer.label if employer else ''}任职人员"
                    sort = sort_of("", other.type, False)
                    sights[unit].held.add(Held("", title, sort, None, other.id))
        for unit, sight in sights.items():
            name = sight.seen.identity.label
            sight.beside = present[unit[0]] - {name}
            if not sight.held and (called := _occupation(self.texts.get(unit[0], ""), name)):
                sight.held.add(Held("", called, "other"))
        return join_people(sights.values(), self.reprints, sets, self.gazetteer)

    def _held(self, fact: Fact, title: Ref, post: Identity) -> Held:
        body = dict(post.attributes).get("body", "")
        place = self.gazetteer.get(post.key[0]) if len(post.key) == 2 else None
        employer = self.readers[fact.article].employer(fact.subject.label, fact.start) if place is None else None
        sort = sort_of(title.label, employer.type if employer else "", place is not None)
        known = place is not None or bool(body) or employer is not None or len(post.key) == 1
        # A title without its body says nothing of who holds it.
        return Held(post.id if known else "", post.label, sort, place, body, employer.label if employer else "")

    def _ends(self, fact: Fact, units: Mapping[Unit, object]) -> Iterable[tuple[object, Identity | None, Unit]]:
        """Each end of a fact that is among the units, with what the other end turned out to be."""
        for ref, other in ((fact.subject, fact.object), (fact.object, fact.subject)):
            pair = self.readers[fact.article].identify(ref, fact)
            if pair and (fact.article, pair.id) in units:
                far = self._settled(other, fact)
                yield ref, far[1] if far else None, (fact.article, pair.id)


def _occupation(text: str, name: str) -> str:
    """What an article calls a person without a post (村民, 律师), "" if nothing."""
    called = (longest_suffix(text[:at], occupations()) for at, _ in places_of(name, text))
    return next(filter(None, called), "")


def _scope(gazetteer: Gazetteer, home: Division | None, source: str, text: str) -> Scope:
    """Where an article speaks from, with the town that it is about."""
    scope = Scope(gazetteer, home, source)
    names = {match.name for match in gazetteer.match(text) if match.level == "town"} if scope.county else set()
    towns = {town for name in names if (town := gazetteer.resolve(name, home)) and town.parent == scope.key}
    return replace(scope, town=next(iter(towns))) if len(towns) == 1 else scope


def _note(seen: dict[str, _Found], settled: Identity, own: Identity | None, wording: str) -> None:
    """Note what an article says of an entity; own: what it is within the article, where that is another key."""
    what = seen.setdefault(settled.id, _Found(settled))
    identity = own or settled
    what.types[identity.type] += 1
    what.labels.add(identity.label)
    what.wordings.update((wording, *identity.aliases))
    what.attributes.update(identity.attributes)


def _add_places_above(seen: dict[str, _Found], gazetteer: Gazetteer) -> None:
    """Every division that a place lies in, so that no parent is a bare id."""
    codes = {what.first.key[0] for what in seen.values() if what.first.kind == "place"}
    for code in sorted(codes):
        division = gazetteer.get(code)
        for above in (division, *gazetteer.parents(division)) if division else ():
            _note(seen, place_identity(above, gazetteer), None, above.name)


def _entity(ident: str, what: _Found) -> Entity:
    # The taggers may differ on a body's class; the plain Organization gives way, then the more frequent one counts.
    cls = min(what.types, key=lambda one: (one in ("Organization", "Place"), -what.types[one], one))
    label = min(what.labels, key=lambda one: (-len(one), one))
    # Printed as the article has it, where it names the thing in full.
    label = min((one for one in what.wordings if spelt(one) == label), key=lambda one: (-len(one), one), default=label)
    aliases = tuple(sorted(one for one in what.wordings if one != label))
    single = {
        name: min(v for n, v in what.attributes if n == name) for name, _ in what.attributes if name != "formerName"
    }
    attributes = {*single.items(), *((name, value) for name, value in what.attributes if name == "formerName")}
    return Entity(ident, cls, label, "|".join(what.first.key), aliases, tuple(sorted(attributes)))


def _ref(ref: Ref, identity: Identity | None, fact: Fact, entities: Mapping[str, Entity]) -> Ref:
    if identity is None:
        return replace(ref, id=article_id(fact.article, fact.source)) if ref.type == "Article" else ref
    cls = NAMED_SO.get(ref.type, ref.type)
    # One body is of one class in every row.
    return Ref(ref.label, entities[identity.id].type if cls in BODIES else cls, identity.id)


def _object(fact: Fact, identity: Identity | None, entities: Mapping[str, Entity]) -> Ref | Quantity | TimeSpan:
    return _ref(fact.object, identity, fact, entities) if isinstance(fact.object, Ref) else fact.object
