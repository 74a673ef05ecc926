"""Who is who: every name of the facts is given the id of its entity, the same in all articles that mean the same.

A person is a name in a district, so that namesakes of two districts stay apart; a body or post of a level (区委, 市长)
is that of the home place; a place is the gazetteer's; an event is its name in a place on a day.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kg.errors import ConfigurationError
from kg.gazetteer import Division, Gazetteer
from kg.model import Article, Entity, Fact, Quantity, Ref, TimeSpan
from kg.ontology import article_id, load, node_id
from kg.resolve.companies import fuller
from kg.resolve.names import Name, Scope, at_home, lists, read, spelt
from kg.resolve.posts import body_of
from kg.tag.bodies import classify

__all__ = ["resolve"]

BODIES = ("Company", "GovernmentBody", "PartyBody", "Institution", "Organization")
NAMED_SO = {"Site": "Place", "Venue": "Place", "AdministrativeDivision": "Place", "Role": "Post"}
"""What a tagger's class is among the classes of facts.jsonl."""


@dataclass(frozen=True, slots=True)
class Identity:
    """What one mention is an instance of.

    kind: first part of the id; key: what makes it the same as another; type: class of the ontology
    """

    kind: str
    key: tuple[str, ...]
    type: str
    label: str
    aliases: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        """The node id."""
        return node_id(self.kind, *self.key)


@dataclass(slots=True)
class _Found:
    """All that was seen of one entity."""

    first: Identity
    types: Counter[str] = field(default_factory=Counter)
    labels: set[str] = field(default_factory=set)
    wordings: set[str] = field(default_factory=set)
    attributes: dict[str, str] = field(default_factory=dict)


def resolve(
    facts: Sequence[Fact],
    articles: Iterable[Article],
    homes: Mapping[str, Division | None],
    gazetteer: Gazetteer,
    canonical: Mapping[str, str] | None = None,
) -> tuple[list[Entity], list[Fact]]:
    """The entities, sorted by id, and the facts in their order, each name with its id.

    homes: source -> its home place; canonical: wording -> the name that a user's dictionary gives it
    A fact's label stays the article's wording; the entity's label is the full name, its aliases the wordings seen.
    The home places and all divisions above a place are entities too. Raises ConfigurationError for a class that the
    ontology lacks.
    """
    seen: dict[str, _Found] = {}
    readers = {
        article.id: _Reader(Scope(gazetteer, homes.get(article.source), article.source), canonical or {})
        for article in articles
    }
    by_article: dict[str, list[Fact]] = defaultdict(list)
    for fact in facts:
        by_article[fact.article].append(fact)
        if fact.article not in readers:
            readers[fact.article] = _Reader(Scope(gazetteer, homes.get(fact.source), fact.source), canonical or {})
    for name, own in by_article.items():
        readers[name].learn(own)

    found: list[tuple[Fact, Identity | None, Identity | None]] = []
    for fact in facts:
        reader = readers[fact.article]
        ends = [reader.identify(ref, fact) for ref in (fact.subject, fact.object)]
        for ref, identity in zip((fact.subject, fact.object), ends, strict=True):
            if identity is not None and isinstance(ref, Ref):
                _note(seen, identity, ref.label)
        found.append((fact, ends[0], ends[1]))
    for home in homes.values():
        if home is not None:
            _note(seen, place_identity(home, gazetteer), home.name)
    for reader in readers.values():
        for body in reader.bodies:
            _note(seen, body, body.label)
    _add_places_above(seen, gazetteer)
    entities = {ident: _entity(ident, what) for ident, what in seen.items()}
    resolved = [
        replace(fact, subject=_ref(fact.subject, a, fact, entities), object=_object(fact, b, entities))
        for fact, a, b in found
    ]
    return sorted(entities.values(), key=lambda entity: entity.id), resolved


def place_identity(division: Division, gazetteer: Gazetteer) -> Identity:
    """A place of the gazetteer; zones are parks."""
    full = gazetteer.full_name(division)
    attributes = [("parent", node_id("place", division.parent))] if division.parent else []
    if division.level in ("zone", "region"):
        cls = "Park" if division.level == "zone" else "Place"
        return Identity("place", (division.code,), cls, full, (division.name,), tuple(attributes))
    attributes += [("code", division.code), ("level", division.level)]
    names = (division.name,)
    return Identity("place", (division.code,), "AdministrativeDivision", full, names, tuple(sorted(attributes)))


class _Reader:
    """Reads the names of one article."""

    def __init__(self, scope: Scope, canonical: Mapping[str, str]) -> None:
        self.scope = scope
        self.canonical = canonical
        self.full: dict[str, str] = {}
        self.days: dict[str, str] = {}
        self.employers: dict[str, list[tuple[int, Ref]]] = defaultdict(list)
        self.bodies: list[Identity] = []
        self.committees: dict[str, Division] = {}

    def learn(self, facts: Sequence[Fact]) -> None:
        """Take from the article's facts what decides names: full names, days of events, who works where."""
        names: dict[str, set[str]] = {"Company": set(), "Park": set()}
        for fact in facts:
            for ref in (fact.subject, fact.object):
                if isinstance(ref, Ref) and ref.type in ("Company", "Organization", "Park"):
                    names["Park" if ref.type == "Park" else "Company"].add(self.named(ref))
            if fact.predicate == "heldOn" and isinstance(fact.object, TimeSpan) and fact.object.iso:
                day = self.days.setdefault(spelt(fact.subject.label), fact.object.iso)
                self.days[spelt(fact.subject.label)] = min(day, fact.object.iso)
            if fact.predicate == "postAt" and isinstance(fact.object, Ref):
                self.employers[spelt(fact.subject.label)].append((fact.start, fact.object))
            if fact.predicate == "holdsPost" and isinstance(fact.object, Ref):
                told = read(self.named(fact.object), self.scope)
                if told.place and told.rest.startswith("委"):
                    self.committees.setdefault(spelt(fact.subject.label), told.place)
        for several in names.values():
            self.full |= fuller(name for name in several if not self.scope.gazetteer.find(name))

    def named(self, ref: Ref) -> str:
        """The name to go by: that of the user's dictionary, else as written."""
        return spelt(self.canonical.get(ref.label, ref.label))

    def identify(self, ref: object, fact: Fact) -> Identity | None:
        """What a fact's subject or object is; None for figures, dates and the article itself."""
        if not isinstance(ref, Ref) or ref.type == "Article":
            return None
        cls = NAMED_SO.get(ref.type, ref.type)
        if cls not in load().classes:
            raise ConfigurationError(f"rule {fact.rule}: {ref.label}: no class {ref.type} in the ontology")
        name = self.named(ref)
        if cls == "Person":
            return Identity("person", (name, self.scope.key if self.scope.home else ""), cls, name)
        if cls in ("Place", "Park"):
            return self._place(name, cls)
        if cls in BODIES:
            return self._body(name, cls)
        if cls == "Post":
            return self._post(name, fact)
        return self._other(name, cls, ref)

    def _place(self, name: str, cls: str) -> Identity:
        scope = self.scope
        name = self.full.get(name, name)
        # 高新区 is the home place's park, not a division far away.
        ways = (scope.gazetteer.find_park, scope.gazetteer.resolve)
        for way in ways if cls == "Park" else reversed(ways):
            if division := at_home(name, scope) or way(name, scope.home):
                return place_identity(division, scope.gazetteer)
        if name in lists()["words"]["countries"]:
            return Identity("place", (name,), cls, name)
        read_name = read(name, scope)
        if read_name.place is None:
            return Identity("place", (name, scope.key), cls, name)
        parent = (("parent", node_id("place", read_name.place.code)),)
        return Identity("place", (read_name.place.code, read_name.rest), cls, read_name.full, (), parent)

    def _body(self, name: str, cls: str) -> Identity:
        name = self.full.get(name, name)
        # A company's own name may begin with a place (南京…公司); it is known everywhere as it is.
        own = cls == "Company" or classify(name) == "Company"
        told = read(name, self.scope, places=not own)
        if told.place:
            return self._placed(told, cls)
        national = name.startswith(tuple(lists()["words"]["national"]))
        known = (own or cls == "Organization" or national) and not told.local
        return Identity("organization", (name,) if known else (name, self.scope.key), cls, name)

    def _placed(self, told: Name, cls: str) -> Identity:
        assert told.place is not None
        full = self.scope.gazetteer.full_name(told.place)
        formal = {"委": (f"中共{full}委员会",), "政府": (f"{full}人民政府",)}.get(told.rest, ())
        return Identity("organization", (told.place.code, told.rest), cls, told.full, formal)

    def _post(self, name: str, fact: Fact) -> Identity:
        told = read(name, self.scope)
        person = spelt(fact.subject.label)
        if person in self.committees and name.startswith(tuple(lists()["words"]["departments"])):
            place = self.committees[person]
            told = Name(f"{place.name}委{name}", place, f"委{name}")
        if told.place:
            attributes: tuple[tuple[str, str], ...] = ()
            if body := body_of(told):
                identity = self._placed(Name(told.place.name + body[0], told.place, body[0]), body[1])
                self.bodies.append(identity)
                attributes = (("body", identity.id),)
            return Identity("post", (told.place.code, told.rest), "Post", told.full, (), attributes)
        if told.local:
            return Identity("post", (name, self.scope.key), "Post", name)
        near = sorted(self.employers.get(person, ()), key=lambda pair: (abs(pair[0] - fact.start), pair[1].label))
        if near:
            employer = self.identify(near[0][1], fact)
            if employer is not None:
                attributes = (("body", employer.id),) if load().is_a(employer.type, "Organization") else ()
                label = name if name.startswith(employer.label) else employer.label + name
                return Identity("post", (employer.id, name), "Post", label, (), attributes)
        # 总经理 of a body that the article does not name is nobody else's post.
        return Identity("post", (name, person, self.scope.key), "Post", name)

    def _other(self, name: str, cls: str, ref: Ref) -> Identity:
        if cls in ("Event", "Project"):
            told = read(name, self.scope)
            where = told.place.code if told.place else self.scope.key
            home = self.scope.key
            if cls == "Project":
                return Identity("project", (told.rest, where, home), cls, told.full)
            day = self.days.get(spelt(ref.label), "")
            known = bool(day) and self.scope.home is not None
            when = (home, day) if known else (self.scope.source, day)
            return Identity("event", (told.rest, where, *when), _event_class(name), told.full)
        if cls in ("Honour", "Tier"):
            told = read(name, self.scope)
            key = (told.place.code, told.rest) if told.place else (name,)
            return Identity(cls.lower(), key, cls, told.full)
        return Identity(cls.lower(), (name,), cls, name)


def _event_class(name: str) -> str:
    return next((entry["class"] for entry in lists()["event"] if re.search(entry["match"], name)), "Event")


def _note(seen: dict[str, _Found], identity: Identity, wording: str) -> None:
    what = seen.setdefault(identity.id, _Found(identity))
    what.types[identity.type] += 1
    what.labels.add(identity.label)
    what.wordings.update((wording, *identity.aliases))
    for name, value in identity.attributes:
        what.attributes.setdefault(name, value)


def _add_places_above(seen: dict[str, _Found], gazetteer: Gazetteer) -> None:
    """Every division that a place lies in, so that no parent is a bare id."""
    codes = {what.first.key[0] for what in seen.values() if what.first.kind == "place"}
    for code in sorted(codes):
        division = gazetteer.get(code)
        for above in (division, *gazetteer.parents(division)) if division else ():
            _note(seen, place_identity(above, gazetteer), above.name)


def _entity(ident: str, what: _Found) -> Entity:
    # The taggers may differ on a body's class; the plain Organization gives way, then the more frequent one counts.
    cls = min(what.types, key=lambda one: (one in ("Organization", "Place"), -what.types[one], one))
    label = min(what.labels, key=lambda one: (-len(one), one))
    # Printed as the article has it, where it names the thing in full.
    label = min((one for one in what.wordings if spelt(one) == label), key=lambda one: (-len(one), one), default=label)
    aliases = tuple(sorted(one for one in what.wordings if one != label))
    return Entity(ident, cls, label, "|".join(what.first.key), aliases, tuple(sorted(what.attributes.items())))


def _ref(ref: Ref, identity: Identity | None, fact: Fact, entities: Mapping[str, Entity]) -> Ref:
    if identity is None:
        return replace(ref, id=article_id(fact.article, fact.source)) if ref.type == "Article" else ref
    cls = NAMED_SO.get(ref.type, ref.type)
    # One body is of one class in every row.
    return Ref(ref.label, entities[identity.id].type if cls in BODIES else cls, identity.id)


def _object(fact: Fact, identity: Identity | None, entities: Mapping[str, Entity]) -> Ref | Quantity | TimeSpan:
    return _ref(fact.object, identity, fact, entities) if isinstance(fact.object, Ref) else fact.object
