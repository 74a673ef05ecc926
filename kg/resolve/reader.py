"""What the names of one article mean there: 区委 in a paper of 武进区, 总经理 of the company just named."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence

from kg.errors import ConfigurationError
from kg.lexicon import pattern
from kg.model import Fact, Ref, TimeSpan
from kg.ontology import load, node_id
from kg.resolve.companies import fuller, parent_of
from kg.resolve.identity import Identity, place_identity
from kg.resolve.names import Name, Scope, at_home, lists, read, shortened, spelt
from kg.resolve.posts import body_of
from kg.resolve.projects import phase_of, plain
from kg.tag.bodies import classify

BODIES = ("Company", "GovernmentBody", "PartyBody", "Institution", "Organization")
NAMED_SO = {"Site": "Place", "Venue": "Place", "AdministrativeDivision": "Place", "Role": "Post"}
"""What a tagger's class is among the classes of facts.jsonl."""


class Reader:
    """Reads the names of one article.

    settled: id in this article -> what it turned out to be when all articles were compared
    implied: what the names read so far tell besides themselves, by id: bodies of posts, parents of branches and phases
    """

    def __init__(self, scope: Scope, canonical: Mapping[str, str]) -> None:
        self.scope = scope
        self.canonical = canonical
        self.settled: dict[str, Identity] = {}
        self.implied: dict[str, Identity] = {}
        self._known: dict[tuple[str, str, str, int], Identity] = {}
        self._full: dict[str, str] = {}
        self._days: dict[str, str] = {}
        self._employers: dict[str, list[tuple[int, Ref]]] = defaultdict(list)
        self._committees: dict[str, Name] = {}

    def learn(self, facts: Sequence[Fact]) -> None:
        """Take from the article's facts what decides names: full names, days of events, who works where."""
        names: dict[str, set[str]] = {"Company": set(), "Park": set()}
        places: set[str] = set()
        for fact in facts:
            for ref in (fact.subject, fact.object):
                if isinstance(ref, Ref) and ref.type in ("Company", "Organization", "Park"):
                    names["Park" if ref.type == "Park" else "Company"].add(self.named(ref))
                elif isinstance(ref, Ref) and ref.type == "Place":
                    places.add(self.named(ref))
            if fact.predicate == "heldOn" and isinstance(fact.object, TimeSpan) and fact.object.iso:
                day = self._days.setdefault(spelt(fact.subject.label), fact.object.iso)
                self._days[spelt(fact.subject.label)] = min(day, fact.object.iso)
            if fact.predicate == "postAt" and isinstance(fact.object, Ref):
                self._employers[spelt(fact.subject.label)].append((fact.start, fact.object))
            if fact.predicate == "holdsPost" and isinstance(fact.object, Ref):
                told = read(self.named(fact.object), self.scope)
                if told.place and told.rest.startswith("委"):
                    self._committees.setdefault(spelt(fact.subject.label), told)
        for several in names.values():
            self._full |= fuller(name for name in several if not self.scope.gazetteer.find(name))
        for full in places:
            if full[-1:] in lists()["levels"] and full[:-1] in places and not self.scope.gazetteer.find(full[:-1]):
                self._full[full[:-1]] = full

    def named(self, ref: Ref) -> str:
        """The name to go by: that of the user's dictionary, else as written."""
        return spelt(self.canonical.get(ref.label, ref.label))

    def day(self, label: str) -> str:
        """The day of an event, "" if the article tells none."""
        return self._days.get(spelt(label), "")

    def identify(self, ref: object, fact: Fact) -> Identity | None:
        """What a fact's subject or object is; None for figures, dates and the article itself."""
        if not isinstance(ref, Ref) or ref.type == "Article":
            return None
        cls = NAMED_SO.get(ref.type, ref.type)
        if cls not in load().classes:
            raise ConfigurationError(f"rule {fact.rule}: {ref.label}: no class {ref.type} in the ontology")
        if cls == "Post":
            # What a post is hangs on who holds it, and on the employer named nearest.
            key = ref.label, cls, fact.subject.label, fact.start
            if key not in self._known:
                self._known[key] = self._post(self.named(ref), fact)
            return self._known[key]
        key = ref.label, cls, "", 0
        if key not in self._known:
            self._known[key] = self._identified(self.named(ref), cls, ref)
        return self._known[key]

    def meant(self, identity: Identity) -> Identity:
        """What an identity of this article turned out to be; itself while that is not settled."""
        return self.settled.get(identity.id, identity)

    def forget(self) -> None:
        """Read the names anew from here on: others of them have been settled."""
        self._known.clear()
        self.implied.clear()

    def _imply(self, identity: Identity) -> None:
        self.implied[identity.id] = identity

    def _identified(self, name: str, cls: str, ref: Ref) -> Identity:
        if cls == "Person":
            return Identity("person", (name, self.scope.key if self.scope.home else ""), cls, name)
        if cls in ("Place", "Park"):
            return self._place(name, cls)
        if cls in BODIES:
            return self._body(name, cls)
        if cls == "Project":
            return self._project(name)
        return self._other(name, cls, ref)

    def employer(self, person: str, near: int) -> Identity | None:
        """The body where a person works, by the fact nearest to an offset."""
        found = sorted(self._employers.get(spelt(person), ()), key=lambda pair: (abs(pair[0] - near), pair[1].label))
        return self._body(self.named(found[0][1]), NAMED_SO.get(found[0][1].type, found[0][1].type)) if found else None

    def _place(self, name: str, cls: str) -> Identity:
        scope = self.scope
        name = self._full.get(name, name)
        # 高新区 is the home place's park, not a division far away.
        ways = (scope.gazetteer.find_park, scope.gazetteer.resolve)
        for way in ways if cls == "Park" else reversed(ways):
            if division := at_home(name, scope) or way(name, scope.home):
                return place_identity(division, scope.gazetteer)
        if name in lists()["words"]["countries"]:
            return Identity("place", (name,), cls, name)
        read_name = read(name, scope)
        if read_name.place is None:
            return Identity("place", (shortened(name), scope.key), cls, name)
        parent = (("parent", node_id("place", read_name.place.code)),)
        self._imply(place_identity(read_name.place, scope.gazetteer))
        return Identity("place", (read_name.place.code, read_name.key), cls, read_name.full, (), parent)

    def _body(self, name: str, cls: str) -> Identity:
        if cls in ("Place", "Park"):
            return self._place(name, cls)
        # 十五届县委常委会 is 县委常委会 in its fifteenth term.
        name = pattern("resolve", "term").sub("", self._full.get(name, name)) or name
        # A company's own name may begin with a place (南京…公司); it is known everywhere as it is.
        own = cls == "Company" or classify(name) == "Company"
        told = read(name, self.scope, places=not own)
        if told.place:
            return self._placed(told, cls)
        national = name.startswith(tuple(lists()["words"]["national"]))
        known = (own or cls == "Organization" or national) and not told.local
        key = (shortened(name),) if known else (shortened(name), self.scope.key)
        if own and (above := parent_of(name)):
            parent = self.meant(Identity("organization", (above,), "Company", above))
            self._imply(parent)
            return Identity("organization", key, cls, name, (), (("branchOf", parent.id),))
        return Identity("organization", key, cls, name)

    def _placed(self, told: Name, cls: str) -> Identity:
        assert told.place is not None
        full = self.scope.gazetteer.full_name(told.place)
        formal = {"委": (f"中共{full}委员会",), "政府": (f"{full}人民政府",)}.get(told.rest, ())
        return Identity("organization", (told.place.code, told.key), cls, told.full, formal)

    def _post(self, name: str, fact: Fact) -> Identity:
        told = read(name, self.scope)
        person = spelt(fact.subject.label)
        if person in self._committees and name.startswith(tuple(lists()["words"]["departments"])):
            place = self._committees[person].place
            assert place is not None
            told = Name(f"{place.name}委{name}", place, f"委{name}")
        if told.place:
            attributes: tuple[tuple[str, str], ...] = ()
            if body := body_of(told):
                identity = self._placed(Name(told.place.name + body[0], told.place, body[0]), body[1])
                self._imply(identity)
                attributes = (("body", identity.id),)
            return Identity("post", (told.place.code, told.key), "Post", told.full, (), attributes)
        national = lists()["national_titles"].get(name, name)
        if national != name or name.startswith((*lists()["words"]["national"], *lists()["words"]["ministries"])):
            return Identity("post", (shortened(national),), "Post", national)
        if told.local:
            return Identity("post", (name, self.scope.key), "Post", name)
        if employer := self.employer(person, fact.start):
            employer = self.meant(employer)
            attributes = (("body", employer.id),) if load().is_a(employer.type, "Organization") else ()
            label = name if name.startswith(employer.label) else employer.label + name
            return Identity("post", (employer.id, name), "Post", label, (), attributes)
        # 总经理 of a body that the article does not name is nobody else's post.
        who = self.meant(Identity("person", (person, self.scope.key if self.scope.home else ""), "Person", person))
        return Identity("post", (name, who.id), "Post", name)

    def _project(self, name: str) -> Identity:
        told = read(name, self.scope)
        # 常州 before the name of a project at home makes it no other project.
        where = told.place.code if told.place and not self.scope.near(told.place) else self.scope.key
        whole, phase = phase_of(told.rest)
        key = (plain(whole), where, self.scope.key)
        if not phase:
            return Identity("project", key, "Project", told.full)
        parent = self.meant(Identity("project", key, "Project", phase_of(told.full)[0]))
        self._imply(parent)
        attributes = (("phase", phase), ("phaseOf", parent.id))
        return Identity("projectphase", (parent.id, phase), "ProjectPhase", told.full, (), attributes)

    def _other(self, name: str, cls: str, ref: Ref) -> Identity:
        if cls == "Event":
            told = read(name, self.scope)
            where = told.place.code if told.place else self.scope.key
            day = self.day(ref.label)
            known = bool(day) and self.scope.home is not None
            when = (self.scope.key, day) if known else (self.scope.source, day)
            return Identity("event", (told.rest, where, *when), _event_class(name), told.full)
        if cls in ("Honour", "Tier"):
            told = read(name, self.scope)
            key = (told.place.code, told.rest) if told.place else (name,)
            return Identity(cls.lower(), key, cls, told.full)
        return Identity(cls.lower(), (name,), cls, name)


def _event_class(name: str) -> str:
    return next((entry["class"] for entry in lists()["event"] if re.search(entry["match"], name)), "Event")
