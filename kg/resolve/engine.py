"""Comparing the articles of an archive so that a change touches only what it touches.

Each thing in each article (a unit) gives keys; units that share a key are compared, all others never are. So units
fall into components that can be settled one by one, and when articles come or go only the components that they had a
part in, or have now, are settled anew. What comes out depends on the articles alone, not on the way they came.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import pairwise
from typing import Any

from kg import codec, reprints
from kg.gazetteer import Gazetteer
from kg.ledger import Ledger, number
from kg.model import Story
from kg.resolve import companies, events, people, projects
from kg.resolve.clusters import Clusters
from kg.resolve.decisions import Decision, Decisions, side, unordered
from kg.resolve.desk import Desk
from kg.resolve.events import Occasion
from kg.resolve.identity import Candidate, Identity, Seen, Unit
from kg.resolve.names import lists
from kg.resolve.people import Held, Sight
from kg.resolve.projects import Plan

TEXTS, BODIES, PROJECTS, EVENTS, PEOPLE = range(5)
"""The stages: texts printed twice, organisations and places, projects, events, people."""

# CROSS JOIN: the order in which SQLite is to look, which it does not find out by itself.
OF_TEXTS = f"FROM unit u CROSS JOIN story t ON t.number = u.story WHERE u.stage = {TEXTS} AND u.class = ?"
ALIKE = -1
"""the block of pairs of texts; those of events are a group's key"""
JUDGED = "judged"

Edge = tuple[int, int, int]
"""a pair: its block, and two classes"""
Key = tuple[int, bool]
"""a number for what is shared, and whether the unit owns it: units that only look for a key are not compared"""


@dataclass(frozen=True, slots=True)
class Row:
    """A unit as the ledger has it. cls: the same for units that are alike in all that comparing asks."""

    id: str
    cls: int
    rank: str
    data: str
    keys: tuple[Key, ...]
    sides: tuple[str, ...] = ()


@dataclass(slots=True)
class Touched:
    """What a change of units has touched: the classes themselves, and the keys of those that went."""

    classes: set[int] = field(default_factory=set)
    keys: set[int] = field(default_factory=set)


class Judge:
    """People's judgements, by what they are about.

    wrong: article -> facts judged wrong; pairs: side of a mention -> the judgements that name it
    """

    def __init__(self, decisions: Decisions) -> None:
        self.decisions = decisions
        self.wrong: dict[str, frozenset[str]] = defaultdict(frozenset)
        for one in decisions.facts:
            if one.judgement == "wrong":
                self.wrong[one.a] |= {one.b}
        self.pairs: dict[str, list[Decision]] = defaultdict(list)
        for one in decisions.pairs:
            self.pairs[one.a].append(one)
            self.pairs[one.b].append(one)

    def articles(self) -> set[str]:
        """The articles that a judgement names."""
        return {side.rpartition("@")[2] for side in self.pairs} | {one.a for one in self.decisions.facts}


def rows(story: Story, gazetteer: Gazetteer, canonical: Mapping[str, str], judge: Judge) -> dict[int, list[Row]]:
    """The units of a story by itself, as if nothing in it were known from elsewhere."""
    desk = Desk(story, gazetteer, canonical, judge.wrong.get(story.article.id, frozenset()))
    text = [_text_row(story)] if story.sketch else []
    bodies = [_body_row(one, gazetteer, judge) for one in desk.bodies()]
    return {TEXTS: text, BODIES: bodies, **more_rows(desk, {}, judge)}


def more_rows(desk: Desk, settled: Mapping[str, Identity], judge: Judge) -> dict[int, list[Row]]:
    """Projects, events and people of a story whose organisations and places are settled."""
    plans, phases, occasions, sights = desk.rest(settled)
    return {
        PROJECTS: [_plan_row(one, judge) for one in plans] + [_phase_row(one, judge) for one in phases],
        EVENTS: [_occasion_row(one, judge) for one in occasions],
        PEOPLE: [_sight_row(one, judge) for one in sights],
    }


class Engine:
    """The comparison of a ledger's articles."""

    def __init__(self, ledger: Ledger, gazetteer: Gazetteer, decisions: Decisions) -> None:
        self.ledger, self.gazetteer = ledger, gazetteer
        self.judge = Judge(decisions)

    def replace(self, stage: int, story: int, given: Sequence[Row], touched: Touched) -> None:
        """Put a story's units of a stage in place of those it has; note what that touches."""
        db = self.ledger.db
        had = {
            ident: (cls, rank, data)
            for ident, cls, rank, data in db.execute(
                "SELECT id, class, rank, data FROM unit WHERE stage = ? AND story = ?", (stage, story)
            )
        }
        new = {row.id: row for row in given}
        gone = [i for i, kept in had.items() if i not in new or (new[i].cls, new[i].rank, new[i].data) != kept]
        come = [row for row in given if had.get(row.id) != (row.cls, row.rank, row.data)]
        before = self._firsts(stage, {had[i][0] for i in gone} | {row.cls for row in come})
        db.executemany("DELETE FROM unit WHERE stage = ? AND story = ? AND id = ?", ((stage, story, i) for i in gone))
        if gone or come:
            db.execute("DELETE FROM decided WHERE stage = ? AND story = ?", (stage, story))
        db.executemany(
            "INSERT INTO unit VALUES (?, ?, ?, ?, ?, ?)",
            ((stage, story, row.id, row.cls, row.rank, row.data) for row in come),
        )
        db.executemany(
            "INSERT OR IGNORE INTO decided VALUES (?, ?, ?)", ((s, stage, story) for row in given for s in row.sides)
        )
        keys = {row.cls: row.keys for row in come}
        after = self._firsts(stage, set(before))
        for cls, first in after.items():
            if first == before[cls]:
                continue  # another of a class that has an earlier one changes nothing
            touched.classes.add(cls)
            if before[cls] is None:
                db.executemany(
                    "INSERT OR REPLACE INTO block VALUES (?, ?, ?, ?)", ((stage, k, cls, own) for k, own in keys[cls])
                )
            elif first is None:
                touched.keys.update(
                    k for (k,) in db.execute("SELECT key FROM block WHERE stage = ? AND class = ?", (stage, cls))
                )
                for table in ("block", "settled"):
                    db.execute(f"DELETE FROM {table} WHERE stage = ? AND class = ?", (stage, cls))
                db.execute("DELETE FROM candidate WHERE stage = ? AND owner = ?", (stage, cls))

    def remove(self, story: int, touched: Mapping[int, Touched]) -> None:
        """Take a story's units out."""
        for stage in range(5):
            self.replace(stage, story, (), touched[stage])

    def settle(self, stage: int, touched: Touched) -> set[int]:
        """Settle what was touched; the numbers of the stories in which something turned out to be another thing."""
        if stage == TEXTS:
            return self._settle_pairs(self._alike(touched), self._settle_texts)
        if stage == EVENTS:
            return self._settle_pairs(self._paired(touched), self._settle_events)
        changed: set[int] = set()
        done: set[int] = set()
        for seed in self._seeds(stage, touched):
            if seed not in done:
                component = self._component(stage, seed)
                done |= component
                changed |= self._settle(stage, component) if component else set()
        return changed

    def settled(self, story: int, stages: Sequence[int]) -> dict[str, Identity]:
        """Id of a thing in a story -> what it is among all articles, where that is another."""
        places = ",".join(map(str, stages))
        found = self.ledger.db.execute(
            f"SELECT u.id, s.identity FROM unit u CROSS JOIN settled s ON s.stage = u.stage AND s.class = u.class "
            f"WHERE u.stage IN ({places}) AND u.story = ?",
            (story,),
        )
        return {ident: identity_of(told) for ident, told in found}

    def original(self, story: int) -> str:
        """The article whose text a story repeats, "" if it repeats none."""
        return str(self.ledger.one("SELECT original FROM story WHERE number = ?", story))

    def candidates(self) -> list[Candidate]:
        """The pairs that may be one thing and that nobody has judged, each once, in order."""
        judged = {unordered(one.a, one.b) for one in self.judge.decisions.pairs}
        told: dict[tuple[str, ...], Candidate] = {}
        for (data,) in self.ledger.run("SELECT data FROM candidate ORDER BY sides, data"):
            kind, a, b, reasons, against = json.loads(data)
            sides = unordered(side(*a), side(*b))
            if sides not in judged:
                told.setdefault((kind, *sides), Candidate(kind, tuple(a), tuple(b), tuple(reasons), tuple(against)))
        return [told[key] for key in sorted(told)]

    def unused(self, said: Callable[[tuple[str, str]], bool]) -> list[Decision]:
        """The judgements that name nothing in these articles; said: whether an article says a fact (fact_side)."""
        there: dict[str, set[int]] = defaultdict(set)
        for name, stage in self.ledger.run("SELECT side, stage FROM decided"):
            there[name].add(stage)
        both = self.judge.decisions
        return [one for one in both.pairs if not there[one.a] & there[one.b]] + [
            one for one in both.facts if not said((one.a, one.b))
        ]

    def _firsts(self, stage: int, classes: set[int]) -> dict[int, tuple[str, str] | None]:
        """Class -> rank and data of its earliest unit."""
        sql = "SELECT rank, data FROM unit WHERE stage = ? AND class = ? ORDER BY rank LIMIT 1"
        return {cls: self.ledger.db.execute(sql, (stage, cls)).fetchone() for cls in classes}

    def _seeds(self, stage: int, touched: Touched) -> Iterator[int]:
        """The classes from which every component is reached that the change touches."""
        found = set(touched.classes)
        for key in touched.keys:
            found.update(
                c
                for (c,) in self.ledger.db.execute("SELECT class FROM block WHERE stage = ? AND key = ?", (stage, key))
            )
        yield from sorted(found)

    def _component(self, stage: int, seed: int) -> set[int]:
        """The classes that are compared with one, directly or by way of others; none if it is gone."""
        db = self.ledger.db
        found: set[int] = set()
        waiting, seen = [seed], set()
        while waiting:
            cls = waiting.pop()
            if cls in found:
                continue
            keys = db.execute("SELECT key FROM block WHERE stage = ? AND class = ?", (stage, cls)).fetchall()
            if not keys and cls == seed and not self._firsts(stage, {cls})[cls]:
                return set()
            found.add(cls)
            for (key,) in keys:
                if key in seen:
                    continue
                seen.add(key)
                members = db.execute(
                    "SELECT class, own FROM block WHERE stage = ? AND key = ?", (stage, key)
                ).fetchall()
                if any(own for _, own in members):
                    waiting += [other for other, _ in members if other not in found]
        return found

    def _load(self, stage: int, classes: Iterable[int]) -> dict[int, Any]:
        """Class -> its earliest unit, with what was seen of it."""
        firsts = self._firsts(stage, set(classes))
        return {
            cls: _VALUES[stage](first[1], self.gazetteer) for cls, first in sorted(firsts.items()) if first is not None
        }

    def _settle(self, stage: int, component: set[int]) -> set[int]:
        found = self._load(stage, component)
        values = list(found.values())
        classes = {seen_of(value).unit: cls for cls, value in found.items()}
        seen = {seen_of(value).unit: seen_of(value) for value in values}
        sets: Clusters[Unit] = Clusters(seen)
        self._apply(seen, sets)
        if stage == BODIES:
            told = companies.join_organizations(values, sets, self.gazetteer)
        elif stage == PROJECTS:
            told = projects.join_projects([one for one in values if isinstance(one, Plan)], sets, self.gazetteer)
        else:
            told = people.join_people(values, sets, self.gazetteer)
        self._tell(stage, component, told, {(s.wording, s.article): classes[u] for u, s in seen.items()})
        return self._conclude(stage, seen, sets, classes)

    def _settle_pairs(self, seeds: set[int], settle: Callable[[set[int], list[Edge]], set[int]]) -> set[int]:
        """Settle what pairs join, by way of the classes whose pairs have changed.

        Texts and events are paired first, and components are what the pairs join: by their keys they would chain, as
        an undated event is compared with those of two days, and any two weather reports share a sketch.
        """
        changed: set[int] = set()
        done: set[int] = set()
        for seed in sorted(seeds):
            if seed not in done:
                joined, edges = self._joined(seed)
                done |= joined
                changed |= settle(joined, edges)
        return changed

    def _alike(self, touched: Touched) -> set[int]:
        """Pair the texts that are new with those that they repeat; the classes whose pairs have changed."""
        db = self.ledger.db
        firsts = self._firsts(TEXTS, touched.classes)
        gone = sorted(cls for cls, first in firsts.items() if first is None)
        seeds = set(touched.classes)
        for cls in gone:
            for block, a, b in self._edges(cls):
                seeds |= {a, b}
                db.execute("DELETE FROM edge WHERE block = ? AND a = ? AND b = ?", (block, a, b))
        new = sorted(touched.classes.difference(gone))
        seen: set[tuple[int, int]] = set()
        sql = (
            f"SELECT DISTINCT o.class FROM block k CROSS JOIN block o ON o.stage = {TEXTS} AND o.key = k.key "
            f"WHERE k.stage = {TEXTS} AND k.class = ? AND o.class != ? ORDER BY o.class"
        )
        for cls in new:
            for (other,) in db.execute(sql, (cls, cls)).fetchall():
                pair = min(cls, other), max(cls, other)
                if pair not in seen and reprints.alike(self._text(cls), self._text(other)):
                    db.execute("INSERT OR IGNORE INTO edge VALUES (?, ?, ?)", (ALIKE, *pair))
                    seeds.add(other)
                seen.add(pair)
        return seeds

    def _text(self, cls: int) -> str:
        """The text of a class."""
        return str(self.ledger.one(f"SELECT t.text {OF_TEXTS}", cls))

    def _settle_texts(self, component: set[int], _: list[Edge]) -> set[int]:
        """Which of the texts that are alike repeats which."""
        db = self.ledger.db
        sql = f"SELECT t.number, t.article, t.day, t.text, t.original {OF_TEXTS}"
        found = [row for cls in sorted(component) for row in db.execute(sql, (cls,))]
        texts = {article: text for _, article, _, text, _ in found}
        days = {article: day for _, article, day, _, _ in found if day}
        repeats = reprints.among(texts, days) if len(texts) > 1 else {}
        changed = {number for number, article, _, _, original in found if repeats.get(article, "") != original}
        db.executemany(
            "UPDATE story SET original = ? WHERE number = ?",
            ((repeats.get(article, ""), number) for number, article, _, _, _ in found if number in changed),
        )
        return changed

    def _paired(self, touched: Touched) -> set[int]:
        """Pair the events of the groups that are touched; the classes whose pairs have changed."""
        keys = set(touched.keys)
        for cls in touched.classes:
            found = self.ledger.db.execute("SELECT key FROM block WHERE stage = ? AND class = ?", (EVENTS, cls))
            keys.update(key for (key,) in found)
        seeds = set(touched.classes)
        for key in sorted(keys):
            seeds |= self._pair(key)
        return seeds

    def _pair(self, key: int) -> set[int]:
        """Pair the events of a group anew; the classes whose pairs have changed."""
        db = self.ledger.db
        members = db.execute("SELECT class FROM block WHERE stage = ? AND key = ?", (EVENTS, key)).fetchall()
        found: dict[int, Occasion] = self._load(EVENTS, (cls for (cls,) in members))
        classes = {one.seen.unit: cls for cls, one in found.items()}
        joined: list[events.Pair] = []
        told: list[Candidate] = []
        given = {group: None for one in found.values() for group in _groups(one, self.judge) if _key(group) == key}
        for group in given:
            if group[0] == JUDGED:  # they have to be settled together; what was judged is done there
                joined += pairwise(sorted(classes))
            else:
                joined, told = events.pairs(group, found.values())
        now = {(classes[a], classes[b]) for a, b in joined if classes[a] != classes[b]}
        had = set(db.execute("SELECT a, b FROM edge WHERE block = ?", (key,)))
        db.executemany("DELETE FROM edge WHERE block = ? AND a = ? AND b = ?", ((key, *pair) for pair in had - now))
        db.executemany("INSERT INTO edge VALUES (?, ?, ?)", ((key, *pair) for pair in now - had))
        self._tell(EVENTS, {key}, told, defaultdict(lambda: key))
        return {cls for pair in had ^ now for cls in pair}

    def _edges(self, cls: int) -> list[Edge]:
        """The pairs that a class is in."""
        sql = "SELECT block, a, b FROM edge WHERE a = ? UNION SELECT block, a, b FROM edge WHERE b = ?"
        return self.ledger.db.execute(sql, (cls, cls)).fetchall()

    def _joined(self, seed: int) -> tuple[set[int], list[Edge]]:
        """The classes that pairs join with one, and the pairs, in order."""
        found: set[int] = set()
        edges: set[Edge] = set()
        waiting = [seed]
        while waiting:
            cls = waiting.pop()
            if cls not in found:
                found.add(cls)
                near = self._edges(cls)
                edges.update(near)
                waiting += [other for _, a, b in near for other in (a, b) if other not in found]
        return found, sorted(edges)

    def _settle_events(self, component: set[int], edges: list[Edge]) -> set[int]:
        found: dict[int, Occasion] = self._load(EVENTS, component)
        classes = {one.seen.unit: cls for cls, one in found.items()}
        units = {cls: unit for unit, cls in classes.items()}
        seen = {one.seen.unit: one.seen for one in found.values()}
        sets: Clusters[Unit] = Clusters(seen)
        self._apply(seen, sets)
        judged = {_key((JUDGED, d.judgement, *unordered(d.a, d.b))) for d in self.judge.decisions.pairs}
        for block, a, b in edges:
            if block not in judged:
                sets.join(units[a], units[b])
        return self._conclude(EVENTS, seen, sets, classes)

    def _apply(self, seen: Mapping[Unit, Seen], sets: Clusters[Unit]) -> None:
        """Do what people have judged, before any rule."""
        if not self.judge.pairs:
            return
        by_name: dict[str, Unit] = {}
        for known in sorted(seen.values(), key=lambda known: known.order):
            for wording in (*sorted(known.wordings), known.identity.label):
                by_name.setdefault(side(wording, known.article), known.unit)
        for one in sorted(self.judge.decisions.pairs, key=lambda one: one.judgement != "same"):
            if one.a in by_name and one.b in by_name:
                if one.judgement == "same":
                    sets.join(by_name[one.a], by_name[one.b])
                elif one.judgement == "different":
                    sets.part(by_name[one.a], by_name[one.b])

    def _conclude(
        self, stage: int, seen: Mapping[Unit, Seen], sets: Clusters[Unit], classes: Mapping[Unit, int]
    ) -> set[int]:
        """Give each set its identity; the stories in which a thing turned out to be another than before."""
        first: dict[str, Seen] = {}
        for one in sorted(seen.values(), key=lambda one: one.order):
            earliest = first.setdefault(one.identity.id, one)
            if one.identity.kind in ("place", "projectphase", "event"):
                sets.join(earliest.unit, one.unit)
        now: dict[int, str] = {}
        for units in sets.all():
            lead = min((seen[unit] for unit in units), key=lambda one: (-len(one.identity.label), one.order))
            identity = lead.identity
            if first[identity.id].unit not in units:
                # Another thing of the same key: told apart by the article where it is first seen.
                earliest = min((seen[unit] for unit in units), key=lambda one: one.order)
                identity = _told_apart(identity, earliest.article)
            for unit in units:
                if seen[unit].identity.id != identity.id:
                    now[classes[unit]] = told_identity(identity)
        db = self.ledger.db
        changed: set[int] = set()
        for cls in classes.values():
            had = db.execute("SELECT identity FROM settled WHERE stage = ? AND class = ?", (stage, cls)).fetchone()
            if (had[0] if had else None) != now.get(cls):
                changed.update(
                    number
                    for (number,) in db.execute("SELECT story FROM unit WHERE stage = ? AND class = ?", (stage, cls))
                )
                db.execute("DELETE FROM settled WHERE stage = ? AND class = ?", (stage, cls))
                if cls in now:
                    db.execute("INSERT INTO settled VALUES (?, ?, ?)", (stage, cls, now[cls]))
        return changed

    def _tell(
        self, stage: int, owners: set[int], told: Iterable[Candidate], owner: Mapping[tuple[str, str], int]
    ) -> None:
        """Put the candidates in place of those that the owners have."""
        db = self.ledger.db
        db.executemany("DELETE FROM candidate WHERE stage = ? AND owner = ?", ((stage, one) for one in sorted(owners)))
        db.executemany(
            "INSERT OR IGNORE INTO candidate VALUES (?, ?, ?, ?)",
            (
                (stage, owner[one.a], one.kind + "\x1f" + "\x1f".join(unordered(side(*one.a), side(*one.b))),
                 codec.dumps([one.kind, one.a, one.b, one.reasons, one.against]))
                for one in told
            ),
        )  # fmt: skip


def _told_apart(identity: Identity, article: str) -> Identity:
    return Identity(
        identity.kind, (*identity.key, article), identity.type, identity.label, identity.aliases, identity.attributes
    )


def told_identity(one: Identity) -> str:
    """An identity as JSON."""
    return codec.dumps([one.kind, one.key, one.type, one.label, one.aliases, one.attributes])


@lru_cache(1 << 15)
def identity_of(told: str) -> Identity:
    """The identity of a JSON text."""
    return _identity(json.loads(told))


def _identity(row: Any) -> Identity:
    kind, key, type, label, aliases, attributes = row
    return Identity(kind, tuple(key), type, label, tuple(aliases), tuple((a, b) for a, b in attributes))


def seen_of(value: Any) -> Seen:
    """What was seen of a unit, whatever else is known of it."""
    found: Seen = value if isinstance(value, Seen) else value.seen
    return found


def _told_seen(one: Seen) -> list[Any]:
    i = one.identity
    identity = [i.kind, i.key, i.type, i.label, i.aliases, i.attributes]
    return [one.article, identity, one.county, one.home, one.date, sorted(one.wordings)]


def _seen(row: Any) -> Seen:
    article, identity, county, home, date, wordings = row
    return Seen(article, _identity(identity), county, home, date, set(wordings))


def _rank(one: Seen) -> str:
    return "\x1f".join(one.order)


def _key(group: Sequence[str]) -> int:
    return number(*group)


def _judged(one: Seen, judge: Judge) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    """The sides of judgements that a unit is, and the groups that they put it in."""
    if not judge.pairs:
        return (), []
    sides = sorted({side(name, one.article) for name in (*one.wordings, one.identity.label)} & judge.pairs.keys())
    judged = {d for s in sides for d in judge.pairs[s] if d.judgement in ("same", "different")}
    return tuple(sides), sorted((JUDGED, d.judgement, *unordered(d.a, d.b)) for d in judged)


def _row(
    one: Seen, data: Any, keys: Iterable[tuple[tuple[str, ...], bool]], judge: Judge, *, alone: bool = True
) -> Row:
    """A unit; alone: whether it is a class of its own."""
    sides, judged = _judged(one, judge)
    found = {_key(key): own for key, own in keys} | {_key(key): True for key in judged}
    text = codec.dumps(data)
    if alone or sides:
        cls = number(one.article, one.identity.id, text, *map(str, sorted(found)), *sides)
    else:
        i = one.identity
        cls = number(told_identity(i), one.county, str(one.home))
    return Row(one.identity.id, cls, _rank(one), text, tuple(sorted(found.items())), sides)


def _text_row(story: Story) -> Row:
    article, bands = story.article.id, sorted(set(story.sketch))
    cls = number("text", article, *map(str, bands), story.text)
    return Row(article, cls, article, "", tuple((band, True) for band in bands))


def _body_row(one: Seen, gazetteer: Gazetteer, judge: Judge) -> Row:
    identity = one.identity
    keys: list[tuple[tuple[str, ...], bool]] = [(("id", identity.id), True)]
    whole = identity.kind == "organization" and identity.label.endswith(tuple(lists()["words"]["legal_forms"]))
    short = identity.type in ("Company", "Organization") and one.home and len(identity.key) == 1
    if identity.kind == "organization" and (whole or short):
        keys.append((("trade", one.county, _trade(identity.label, gazetteer)[:2]), whole))
    return _row(one, _told_seen(one), keys, judge, alone=False)


@lru_cache(1 << 15)
def _trade(label: str, gazetteer: Gazetteer) -> str:
    return companies.trade_name(label, gazetteer)


def _plan_row(one: Plan, judge: Judge) -> Row:
    name, *where = one.seen.identity.key
    keys: list[tuple[tuple[str, ...], bool]] = [
        (("name", projects.plain(name[at:]), *where), False) for at in range(2, len(name) - projects.LEAST + 1)
    ]
    keys.append((("name", name, *where), True))
    keys += [(("builder", one.seen.county, builder), True) for builder in one.builders]
    data = [_told_seen(one.seen), sorted(one.builders.items()), sorted(one.places), sorted(one.amounts)]
    return _row(one.seen, data, keys, judge)


def _phase_row(one: Seen, judge: Judge) -> Row:
    return _row(one, [_told_seen(one)], [(("id", one.identity.id), True)], judge)


def _plan(text: str, _: Gazetteer) -> Plan | Seen:
    match json.loads(text):
        case [seen]:
            return _seen(seen)
        case [seen, builders, places, amounts]:
            return Plan(_seen(seen), dict(builders), set(places), set(amounts))
    raise ValueError(text)


def _groups(one: Occasion, judge: Judge) -> list[tuple[str, ...]]:
    return [*events.groups(one), *_judged(one.seen, judge)[1]]


def _occasion_row(one: Occasion, judge: Judge) -> Row:
    data = [_told_seen(one.seen), one.day, sorted(one.bodies), sorted(one.people), one.text]
    return _row(one.seen, data, [(group, True) for group in events.groups(one)], judge)


def _occasion(text: str, _: Gazetteer) -> Occasion:
    seen, day, bodies, people, original = json.loads(text)
    return Occasion(_seen(seen), day, set(bodies), set(people), original)


def _sight_row(one: Sight, judge: Judge) -> Row:
    held = sorted([h.post, h.label, h.sort, h.place.code if h.place else "", h.body, h.at] for h in one.held)
    data = [_told_seen(one.seen), codec.dumps(held), sorted(one.beside), one.writes, one.text]
    return _row(one.seen, data, [(("name", one.seen.identity.label), True)], judge)


def _sight(text: str, gazetteer: Gazetteer) -> Sight:
    seen, held, beside, writes, original = json.loads(text)
    return Sight(_seen(seen), set(_held(held, gazetteer)), set(beside), writes, original)


@lru_cache(1 << 14)
def _held(text: str, gazetteer: Gazetteer) -> tuple[Held, ...]:
    """Posts as many sights of one person have them."""
    return tuple(
        Held(post, label, sort, gazetteer.get(place) if place else None, body, at)
        for post, label, sort, place, body, at in json.loads(text)
    )


_VALUES: dict[int, Callable[[str, Gazetteer], Any]] = {
    BODIES: lambda text, _: _seen(json.loads(text)),
    PROJECTS: _plan,
    EVENTS: _occasion,
    PEOPLE: _sight,
}
