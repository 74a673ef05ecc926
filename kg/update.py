"""From one state of the ledger to the next: sources come, change and go, and what they touch is made anew.

What the ledger holds afterwards depends on its sources, the configuration and people's judgements alone, not on the
way there: adding A and B and taking B away gives, row by row, what adding A gives.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from kg import codec, gazetteer, intake, nodes, pool, resolve
from kg.clock import uncollected
from kg.errors import KgError, UsageError
from kg.gazetteer import Gazetteer
from kg.ledger import Ledger, digest
from kg.model import Fact, Ref, Skipped, Story
from kg.nodes import Given
from kg.pool import Poison, Run
from kg.resolve.decisions import Decision, Decisions, fact_side
from kg.resolve.desk import Desk
from kg.resolve.engine import BODIES, EVENTS, PEOPLE, PROJECTS, Engine, Touched, identity_of, told_identity
from kg.resolve.reader import NAMED_SO

SHARD = 100
"""stories that a worker gets at a time"""
FEW = 1_500
"""stories up to which no worker is worth its start"""


FIELDS = "source, day, head, facts, text, original"


@dataclass(slots=True)
class Change:
    """What is to become of the sources.

    gone: sources that are to go; taken: staged documents that are to be sources; skipped: what could not be read
    whole: whether `skipped` takes the place of all that was skipped before, not only of that of the sources named
    """

    gone: set[str] = field(default_factory=set)
    taken: set[str] = field(default_factory=set)
    skipped: Sequence[Skipped] = ()
    named: set[str] = field(default_factory=set)
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Settings:
    """What decides how articles are compared and written, besides the articles.

    canonical: wording -> the name that the user's dictionary gives it; base: what the IRIs of entities start with
    run: what reads the stories anew, in so many workers
    """

    decisions: Decisions
    canonical: Mapping[str, str]
    base: str
    workers: int = 1
    run: Run = pool.run


def advance(ledger: Ledger, change: Change, settings: Settings) -> int:
    """Make the change, and all that follows from it; how many stories were read anew.

    It is one transaction: all of it or nothing.
    """
    with ledger.transaction():
        return _Update(ledger, settings).make(change)


class _Update:
    def __init__(self, ledger: Ledger, settings: Settings) -> None:
        self.ledger, self.settings = ledger, settings
        self.engine = Engine(ledger, gazetteer.load(), settings.decisions)
        self.touched = {stage: Touched() for stage in range(5)}
        self.changed: set[int] = set()

    def make(self, change: Change) -> int:
        run = self.ledger.run
        self._skip(change)
        for name in sorted(change.gone):
            self._drop(name)
        for name in sorted(change.taken):
            self._take(name)
        self._judge()
        canonical = self.settings.canonical
        again = resolve.compare(self.engine, self.changed, self.touched, self._story, canonical)
        if self.ledger.get("base") != self.settings.base:
            again = {number for (number,) in run("SELECT number FROM story")}
            self.ledger.set("base", self.settings.base)
            self.ledger.set("files", "{}")
        self._contribute(sorted(again))
        self._note("run", [""])  # until the outputs are written, though nothing may have changed
        return len(again)

    def _skip(self, change: Change) -> None:
        """Account for what cannot be read."""
        run = self.ledger.run
        if change.whole:
            run("DELETE FROM skipped WHERE document = ''")
        for name in sorted(change.named):
            run("DELETE FROM skipped WHERE document = '' AND source = ?", name)
        for one in change.skipped:
            run("INSERT OR REPLACE INTO skipped VALUES (?, ?, ?, '')", one.source, one.reason, one.message)

    def _drop(self, name: str) -> None:
        """Take a source out with all that came of it."""
        run = self.ledger.run
        for number, article, told in run("SELECT number, article, head FROM story WHERE source = ?", name).fetchall():
            self.engine.remove(number, self.touched)
            self._note("node", (s for (s,) in run("SELECT subject FROM part WHERE story = ?", number)))
            self._note("article", [article])
            self._note("row", [row_key(name, json.loads(told)["span"][0], article)])
            run("DELETE FROM part WHERE story = ?", number)
            run("DELETE FROM story WHERE number = ?", number)
            self.changed.discard(number)
        self._note("text", [name])
        run("DELETE FROM source WHERE name = ?", name)
        run("DELETE FROM skipped WHERE document = ?", name)

    def _take(self, name: str) -> None:
        """Make a staged document a source, in place of what it was."""
        run = self.ledger.run
        given, place, text = run("SELECT input, place, told FROM staged WHERE name = ?", name).fetchone()
        self._drop(name)
        run("DELETE FROM staged WHERE name = ?", name)
        path, member, sha256, kept = json.loads(place)
        told = json.loads(text)
        run(
            "INSERT INTO source VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
            name, path, member, sha256, given, told["home"], told["how"], kept,
        )  # fmt: skip
        for source, reason, message in told["skipped"]:
            run("INSERT OR REPLACE INTO skipped VALUES (?, ?, ?, ?)", source, reason, message, name)
        for article, day, head, facts, words, units in told["stories"]:
            if other := self.ledger.one("SELECT source FROM story WHERE article = ?", article):
                raise UsageError(f"{name} and {other}: both give an article {article}; rename one of the two files")
            cursor = run(
                "INSERT INTO story(article, source, day, head, facts, text) VALUES (?, ?, ?, ?, ?, ?)",
                article, name, day, head, facts, words,
            )  # fmt: skip
            number = int(cursor.lastrowid or 0)
            self.changed.add(number)
            for stage, rows in units.items():
                self.engine.replace(int(stage), number, [intake.row_of(row) for row in rows], self.touched[int(stage)])

    def _judge(self) -> None:
        """Read the articles anew that people's judgements name, or no longer name."""
        told = told_decisions(self.settings.decisions)
        now, had = set(json.loads(told)), set(json.loads(self.ledger.get("decisions", "[]")))
        self.ledger.set("decisions", told)
        named = {article for one in now ^ had for article in _named(json.loads(one))}
        judged = self.engine.judge.articles() | named
        for article in sorted(judged):
            number = self.ledger.one("SELECT number FROM story WHERE article = ?", article)
            if number is None or (number not in self.changed and article not in named):
                continue
            self.changed.add(number)
            units = resolve.units(self._story(number), self.engine, self.settings.canonical)
            for stage, rows in units.items():
                self.engine.replace(stage, number, rows, self.touched[stage])

    def _story(self, number: int) -> Story:
        sql = "SELECT article, source, head, facts, text FROM story WHERE number = ?"
        return intake.story_of(*self.ledger.run(sql, number).fetchone())

    def _contribute(self, again: Sequence[int]) -> None:
        """Write down what the stories give the graph, where that has changed."""
        workers = self.settings.workers if len(again) > FEW else 1
        work = partial(contributions, canonical=dict(self.settings.canonical), base=self.settings.base)
        for given, results in self.settings.run(work, self._shards(again), workers=workers, prepare=gazetteer.load):
            for one, result in zip(given, results, strict=True):
                if isinstance(result, Poison):
                    raise KgError(f"{one[1]}: it cannot be put into the graph: {result.message}")
                self._put(one[0], *result)

    def _shards(self, again: Sequence[int]) -> Iterator[list[tuple[Any, ...]]]:
        for start in range(0, len(again), SHARD):
            shard = []
            for number in again[start : start + SHARD]:
                row = self.ledger.run(
                    "SELECT number, article, source, head, facts, original FROM story WHERE number = ?", number
                ).fetchone()
                settled = self.engine.settled(number, (BODIES, PROJECTS, EVENTS, PEOPLE))
                wrong = sorted(self.engine.judge.wrong.get(row[1], ()))
                shard.append((*row, {ident: told_identity(one) for ident, one in settled.items()}, wrong))
            yield shard

    def _put(self, number: int, article: str, key: str, ends: str, account: str, parts: dict[str, str]) -> None:
        run = self.ledger.run
        had = dict(run("SELECT subject, data FROM part WHERE story = ?", number).fetchall())
        gone = [subject for subject in had if subject not in parts]
        come = [(subject, data) for subject, data in parts.items() if had.get(subject) != data]
        self.ledger.each("DELETE FROM part WHERE subject = ? AND story = ?", [(s, number) for s in gone])
        self.ledger.each("INSERT OR REPLACE INTO part VALUES (?, ?, ?)", [(s, number, data) for s, data in come])
        source, day, head, facts, text, original = run(
            f"SELECT {FIELDS} FROM story WHERE number = ?", number
        ).fetchone()
        hashed = digest(article, source, day, head, facts, text, original, ends, account)
        run("UPDATE story SET ends = ?, account = ?, digest = ? WHERE number = ?", ends, account, hashed, number)
        self._note("node", [*gone, *(subject for subject, _ in come)])
        self._note("article", [article])
        self._note("row", [key])

    def _note(self, kind: str, keys: Iterable[str]) -> None:
        """Note what the outputs have to be made anew for."""
        self.ledger.each("INSERT OR IGNORE INTO changed VALUES (?, ?)", [(kind, key) for key in keys])


@uncollected()
def contributions(
    given: Sequence[tuple[Any, ...]], canonical: Mapping[str, str], base: str
) -> list[tuple[str, str, str, str, dict[str, str]]]:
    """What stories give the graph: a function that runs in a worker.

    given: number, article, source, head, facts, original, settled identities and facts judged wrong of each
    Gives for each its article, the key of its row, the facts that hold with their ids, its account, its parts.
    """
    places: Gazetteer = gazetteer.load()
    stories = [intake.story_of(article, source, head, facts, "") for _, article, source, head, facts, *_ in given]
    reads = []
    for story, (*_, original, settled, wrong) in zip(stories, given, strict=True):
        desk = Desk(story, places, canonical, frozenset(wrong), original)
        reads.append(desk.read({ident: identity_of(told) for ident, told in settled.items()}))
    made = nodes.contribute(
        [
            Given(story.article, read, original)
            for story, read, (*_, original, _, _) in zip(stories, reads, given, strict=True)
        ],
        base,
    )
    out = []
    for story, read, one in zip(stories, reads, made, strict=True):
        wrong = {id(fact) for fact in read.rejected}
        places_of = [place for place, fact in enumerate(story.facts) if id(fact) not in wrong]
        position = {id(fact): place for fact, place in zip(read.facts, places_of, strict=True)}
        ends = [[position[id(fact)], *_ids(fact)] for fact in one.facts]
        account: dict[str, Any] = {"facts": defaultdict(int), "status": defaultdict(int)}
        for fact in one.facts:
            account["facts"][fact.predicate] += 1
            account["status"][fact.status] += 1
        account["set_aside"] = one.set_aside
        account["rejected"] = [fact_side(fact) for fact in read.rejected]
        if one.article.metadata != story.article.metadata:
            account["known"] = codec.metadata(one.article.metadata)
        article = story.article
        key = row_key(article.source, article.start, article.id)
        out.append((article.id, key, codec.dumps(ends), codec.dumps(account), dict(one.parts)))
    return out


def final(article: str, source: str, facts: str, ends: str) -> list[Fact]:
    """The facts of a story that hold, their ends with ids and classes; bodies are of the class that the story gives."""
    rows = json.loads(facts)
    return [
        _classed(codec.as_fact(rows[place], article, source, subject, end)) for place, subject, end in json.loads(ends)
    ]


def row_key(source: str, start: int, article: str) -> str:
    """What the rows of articles.jsonl are sorted by."""
    return f"{source}\x1f{start:012}\x1f{article}"


def _classed(fact: Fact) -> Fact:
    subject, end = fact.subject, fact.object
    if subject.type in NAMED_SO:
        fact = replace(fact, subject=replace(subject, type=NAMED_SO[subject.type]))
    if isinstance(end, Ref) and end.type in NAMED_SO:
        fact = replace(fact, object=replace(end, type=NAMED_SO[end.type]))
    return fact


def _ids(fact: Fact) -> tuple[str, str]:
    return fact.subject.id, fact.object.id if isinstance(fact.object, Ref) else ""


def told_decisions(decisions: Decisions) -> str:
    """Judgements as the ledger has them, to tell whether they have changed."""
    return codec.dumps(sorted({_told(one) for one in (*decisions.pairs, *decisions.facts)}))


def _told(one: Decision) -> str:
    return codec.dumps([one.kind, one.a, one.b, one.judgement])


def _named(told: Sequence[str]) -> list[str]:
    """The articles that a judgement names."""
    kind, a, b, _ = told
    return [a] if kind == "fact" else [side.rpartition("@")[2] for side in (a, b)]
