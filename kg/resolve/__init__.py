"""Who is who: every name of the facts is given the id of its entity, the same in all articles that mean the same.

First each article's names are read at its home place (kg/resolve/reader.py): 区委 is 武进区委,
市长 the mayor of 常州市, a place the gazetteer's. Then the articles are compared, kind by kind: companies, projects,
events, people (kg/resolve/engine.py). What people have judged (kg/resolve/decisions.py) comes before all rules.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from kg.gazetteer import Division, Gazetteer
from kg.ledger import Ledger
from kg.model import Article, Entity, Fact, Ref, Story
from kg.ontology import article_id
from kg.resolve import engine
from kg.resolve.decisions import Decision, Decisions, fact_side
from kg.resolve.desk import Desk, Found, Read, noted, stories_of
from kg.resolve.engine import BODIES, EVENTS, PEOPLE, PROJECTS, TEXTS, Engine, Row, Touched
from kg.resolve.identity import Candidate
from kg.resolve.names import spelt

__all__ = ["Candidate", "Resolution", "compare", "entity", "merge", "read", "resolve", "stories_of", "typed", "units"]

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


def resolve(
    facts: Sequence[Fact],
    articles: Iterable[Article],
    homes: Mapping[str, Division | None],
    gazetteer: Gazetteer,
    canonical: Mapping[str, str] | None = None,
    decisions: Decisions | None = None,
) -> Resolution:
    """The entities and facts of some articles, each name with its id, and the pairs that are left to people.

    homes: source -> its home place; canonical: wording -> the name that a user's dictionary gives it
    decisions: what people have judged
    A fact's label stays the article's wording; the entity's label is the full name, its aliases the wordings seen.
    The home places and all divisions above a place are entities too. Raises ConfigurationError for a class that the
    ontology lacks.
    """
    own, judged = canonical or {}, decisions or Decisions()
    ledger, stories = Ledger(None), stories_of(facts, articles, homes, gazetteer)
    comparing = Engine(ledger, gazetteer, judged)
    given = dict(enumerate(sorted(stories, key=lambda story: story.article.id)))
    for number, story in given.items():
        day = story.article.metadata.date
        ledger.run(
            "INSERT INTO story(number, article, source, day, head, facts, text) VALUES (?, ?, ?, ?, '', '', ?)",
            number, story.article.id, story.article.source, day.isoformat() if day else "", story.text,
        )  # fmt: skip
    touched = {stage: Touched() for stage in range(5)}
    for number, story in given.items():
        for stage, rows in units(story, comparing, own).items():
            comparing.replace(stage, number, rows, touched[stage])
    compare(comparing, set(given), touched, given.__getitem__, own)
    found = {story.article.id: read(comparing, number, story, own) for number, story in given.items()}
    merged: dict[str, Found] = {}
    for one in found.values():
        for ident, what in one.entities.items():
            merge(merged, ident, what)
    for home in {home for home in homes.values() if home}:
        merge(merged, *noted(home, gazetteer))
    entities = {ident: entity(ident, what) for ident, what in sorted(merged.items())}
    kept = {name: iter(one.facts) for name, one in found.items()}
    wrong = comparing.judge.wrong
    return Resolution(
        tuple(entities.values()),
        tuple(
            typed(next(kept[fact.article]), entities)
            for fact in facts
            if fact_side(fact) not in wrong.get(fact.article, ())
        ),
        tuple(comparing.candidates()),
        tuple(comparing.unused({(fact.article, fact_side(fact)) for fact in facts}.__contains__)),
        tuple(fact for fact in facts if fact_side(fact) in wrong.get(fact.article, ())),
    )


def compare(
    comparing: Engine,
    changed: set[int],
    touched: Mapping[int, Touched],
    load: Callable[[int], Story],
    canonical: Mapping[str, str],
) -> set[int]:
    """Compare the stories that have changed with all; the numbers of those that are to be read anew.

    The units that each of them is by itself are in the ledger already (Engine.replace).
    touched: what they, and those that went, have touched, by stage; load: number -> story
    """
    again = comparing.settle(TEXTS, touched[TEXTS]) | comparing.settle(BODIES, touched[BODIES])
    # What a story tells of projects, events and people may hang on what its bodies turned out to be.
    again |= {number for number in changed if comparing.settled(number, (BODIES,)) or comparing.original(number)}
    for number in sorted(again):
        desk = _desk(comparing, number, load(number), canonical)
        for stage, given in engine.more_rows(desk, comparing.settled(number, (BODIES,)), comparing.judge).items():
            comparing.replace(stage, number, given, touched[stage])
    again |= changed
    for stage in (PROJECTS, EVENTS, PEOPLE):
        again |= comparing.settle(stage, touched[stage])
    return again


def units(story: Story, comparing: Engine, canonical: Mapping[str, str]) -> dict[int, list[Row]]:
    """The units that a story is by itself, with what people have judged of it."""
    return engine.rows(story, comparing.gazetteer, canonical, comparing.judge)


def read(comparing: Engine, number: int, story: Story, canonical: Mapping[str, str]) -> Read:
    """A story with the ids of all that it names, after it was compared."""
    settled = comparing.settled(number, (BODIES, PROJECTS, EVENTS, PEOPLE))
    return _desk(comparing, number, story, canonical).read(settled)


def _desk(comparing: Engine, number: int, story: Story, canonical: Mapping[str, str]) -> Desk:
    wrong = comparing.judge.wrong.get(story.article.id, frozenset())
    return Desk(story, comparing.gazetteer, canonical, wrong, comparing.original(number))


def merge(into: dict[str, Found], ident: str, what: Found) -> None:
    """Add what one article tells of an entity to what others tell."""
    known = into.setdefault(ident, Found(what.key))
    known.types.update(what.types)
    known.labels |= what.labels
    known.wordings |= what.wordings
    known.attributes |= what.attributes


def entity(ident: str, what: Found) -> Entity:
    """The entity of all that was seen of it."""
    # The taggers may differ on a body's class; the plain Organization gives way, then the more frequent one counts.
    cls = min(what.types, key=lambda one: (one in ("Organization", "Place"), -what.types[one], one))
    label = min(what.labels, key=lambda one: (-len(one), one))
    # Printed as the article has it, where it names the thing in full.
    label = min((one for one in what.wordings if spelt(one) == label), key=lambda one: (-len(one), one), default=label)
    aliases = tuple(sorted(one for one in what.wordings if one != label))
    single: dict[str, str] = {}
    for name, value in what.attributes:
        if name not in SEVERAL:
            single[name] = min(value, single.get(name, value))
    several = {(name, value) for name, value in what.attributes if name in SEVERAL}
    return Entity(ident, cls, label, what.key, aliases, tuple(sorted({*single.items(), *several})))


def typed(fact: Fact, entities: Mapping[str, Entity]) -> Fact:
    """The fact, its bodies of the class that their entities are of, an article with its own id."""
    ends = [_typed(ref, fact, entities) if isinstance(ref, Ref) else ref for ref in (fact.subject, fact.object)]
    assert isinstance(ends[0], Ref)
    return fact if ends == [fact.subject, fact.object] else replace(fact, subject=ends[0], object=ends[1])


def _typed(ref: Ref, fact: Fact, entities: Mapping[str, Entity]) -> Ref:
    if ref.type == "Article" and not ref.id:
        return replace(ref, id=article_id(fact.article, fact.source))
    known = entities.get(ref.id)
    return replace(ref, type=known.type) if known and ref.id.startswith("organization/") else ref
