"""The whole flow: newspaper pages in; facts, RDF and an HTML network out.

    PATHs -> intake (read, split, tag, extract: what changed alone) -> ledger
          -> update (resolve, graph: what that touches alone)       -> ledger
          -> outputs (tables, Turtle, page, database: the pieces that changed)

The ledger goes from one state to the next in one transaction; the outputs follow, and say so in another. So a build
that is ended at any point leaves the outputs of before, or some of them already new, and the next one finishes them.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import bulk, gazetteer, intake, outputs, pool, store, stories, update, view
from kg.clock import Clock
from kg.endpoint import Endpoint
from kg.errors import UsageError
from kg.files import locked, sweep
from kg.intake import Options, Plan
from kg.ledger import NAME, Ledger
from kg.model import Metadata
from kg.ontology import BASE, check_base
from kg.pool import Run
from kg.report import Report, write_json
from kg.resolve import decisions
from kg.resolve.decisions import Decisions
from kg.resolve.engine import Engine
from kg.stories import confidences, extracted
from kg.update import Change, Settings

__all__ = ["add", "as_json", "as_text", "build", "confidences", "extracted", "remove", "status"]

STAGES = ("read", "resolve", "graph", "views")


def build(
    paths: Sequence[Path],
    out: Path,
    *,
    place: str | None = None,
    date: dt.date | None = None,
    manifest: Path | None = None,
    names: Path | None = None,
    tagger: str = "onnx",
    judgements: Path | None = None,
    base_iri: str = BASE,
    server: Endpoint | None = None,
    workers: int | None = None,
    run: Run = pool.run,
    bulk_to: str = "",
    progress: bool = False,
) -> Report:
    """Build the knowledge graph of the pages that `paths` name into the folder `out`.

    Where `out` holds a build already, only what has changed is read, and sources that the PATHs no longer name go.
    The outputs are those of a build from nothing.

    place, date: home place and day of publication of sources that do not say their own
    manifest: a CSV with metadata, names: a TSV with the user's own names (kg.dictionary); tagger: onnx or jieba
    judgements: a decisions.tsv, what people have judged (kg.resolve.decisions)
    base_iri: what the IRIs of entities start with; progress: whether to show a bar on stderr
    server: a SPARQL server to load too, its graph's content replaced
    workers: processes that read pages; the cores there are if None
    run: what reads them: kg.pool.run, or a cluster's (kg.cluster.cluster)
    bulk_to: a folder or URL to write the graph to as well, in shards for stores of any size (kg.bulk)

    The same input gives the same bytes, save `seconds` in report.json, the places of nodes where layout.json keeps
    them, and the database in `out`/store. Raises UsageError for a PATH, manifest or base IRI that cannot be used,
    ConfigurationError for wrong rules, data or dictionary, OSError where `out` cannot be written, StoreLockedError
    where another build writes it, StoreError where the ledger is damaged or the server does not take the triples.
    """
    options = Options(paths, Metadata(date=date, place=place), manifest, names, tagger, replace=True)
    with _open(out, Known(names, tagger, judgements, base_iri), workers, progress, run) as opened:
        return opened.finish(opened.take(options, whole=True), server, bulk_to)


def add(
    paths: Sequence[Path],
    out: Path,
    *,
    place: str | None = None,
    date: dt.date | None = None,
    manifest: Path | None = None,
    root: Path | None = None,
    replace: bool = False,
    workers: int | None = None,
    progress: bool = False,
) -> Report:
    """Add the pages that `paths` name to the build in `out`; a source that is there already is replaced.

    root: what the sources are called below, instead of each PATH; replace: whether a page may take the place of one of
    its name from elsewhere. The user's dictionary, tagger, judgements and base IRI are those of the build.
    Raises as `build`, and UsageError where `out` has no build, or a page has the name of one from elsewhere.
    """
    with _reopen(out, workers, progress) as opened:
        known = opened.known
        options = Options(paths, Metadata(date=date, place=place), manifest, known.names, known.tagger, root, replace)
        return opened.finish(opened.take(options, whole=False))


def remove(sources: Sequence[str], out: Path, *, workers: int | None = None, progress: bool = False) -> Report:
    """Take sources out of the build in `out`, with all that came of them alone.

    sources: names as in report.json, or of folders or archives that hold them. Raises as `add`, and UsageError for a
    name that no source has.
    """
    with _reopen(out, workers, progress) as opened:
        # What an earlier try has taken out of the ledger, but not of the outputs, is named again.
        there = "SELECT name FROM source UNION SELECT source FROM skipped"
        have = {name for (name,) in opened.ledger.run(f"{there} UNION SELECT key FROM changed WHERE kind = 'text'")}
        gone: set[str] = set()
        for given in sources:
            name = given.rstrip("/")
            found = {one for one in have if one == name or one.startswith((f"{name}/", f"{name}#"))}
            if not found:
                raise UsageError(f"{given}: the build in {out} has no source of that name; see: kg status -o {out}")
            gone |= found
        return opened.finish(Change(gone=gone, named=gone))


@dataclass(frozen=True, slots=True)
class Status:
    """What a build would do. gone: sources that would go; waiting: read, but not in the outputs yet.

    setting: whether the program, its rules or data have changed since, so that all is to be read anew
    """

    plan: Plan
    gone: tuple[str, ...]
    waiting: int
    setting: bool


def status(
    out: Path,
    paths: Sequence[Path] = (),
    *,
    place: str | None = None,
    date: dt.date | None = None,
    manifest: Path | None = None,
) -> Status:
    """What `build` would do with the PATHs; without any, what is left to be done in `out`.

    Raises UsageError where `out` has no build or a PATH is not there.
    """
    ledger, known = known_ledger(out)
    try:
        setting = intake.configuration(known.tagger, known.names)
        options = Options(paths, Metadata(date=date, place=place), manifest, known.names, known.tagger, replace=True)
        plan, documents = intake.plan(ledger, options, setting)
        for _ in documents if paths else ():
            pass
        sources = {name for (name,) in ledger.run("SELECT name FROM source")}
        gone = sources - plan.named if paths else set()
        waiting = int(ledger.one("SELECT (SELECT COUNT(*) FROM staged) + (SELECT COUNT(*) FROM changed)"))
        return Status(plan, tuple(sorted(gone)), waiting, ledger.get("setting") != setting)
    finally:
        ledger.close()


def as_json(found: Status) -> dict[str, Any]:
    """A status as JSON."""
    plan = found.plan
    return {
        "new": plan.new,
        "changed": plan.changed,
        "gone": list(found.gone),
        "unchanged": len(plan.unchanged),
        "skipped": [{"source": one.source, "reason": one.reason, "message": one.message} for one in plan.skipped],
        "waiting": found.waiting,
        "program_changed": found.setting,
    }


def as_text(found: Status, asked: bool) -> str:
    """A status in words; asked: whether it was asked for PATHs."""
    plan = found.plan
    lines = ["程序、规则或词表已变：全部要重读"] if found.setting else []
    if asked:
        lines.append(
            f"新增 {len(plan.new)}　变化 {len(plan.changed)}　撤下 {len(found.gone)}　不变 {len(plan.unchanged)}　"
            f"略过 {len(plan.skipped)}"
        )
        for word, names in (("新增", plan.new), ("变化", plan.changed), ("撤下", found.gone)):
            lines += [f"{word}  {name}" for name in names]
    lines.append("上次没有做完：再运行 kg build 即接着做" if found.waiting else "输出与账本一致")
    return "\n".join(lines)


@dataclass(frozen=True, slots=True)
class Known:
    """How a build was made, for those that go on with it."""

    names: Path | None
    tagger: str
    judgements: Path | None
    base: str


class _Opened:
    """A build's folder while it is being written."""

    def __init__(
        self, out: Path, ledger: Ledger, known: Known, judged: Decisions, workers: int | None, progress: bool, run: Run
    ) -> None:
        self.out, self.ledger, self.known, self.judged, self.run = out, ledger, known, judged, run
        self.workers = workers or pool.default_workers()
        self.clock = Clock(len(STAGES), show=progress)
        self.setting = intake.configuration(known.tagger, known.names)

    def take(self, options: Options, whole: bool) -> Change:
        """Read what has changed; what is to become of the sources."""
        with self.clock.stage("read"), self.clock.counting(intake.expected(options)) as told:
            plan, documents = intake.plan(self.ledger, options, self.setting, told)
            intake.stage(self.ledger, documents, options, self.workers, told, self.run)
        gone: set[str] = set()
        for (name,) in self.ledger.run("SELECT name FROM source").fetchall():
            if name not in plan.named:
                gone |= {name} if whole else set()
        # What is skipped now is no source any more.
        unread = {one.source for one in plan.skipped} - {*plan.new, *plan.changed, *plan.unchanged}
        gone |= {name for name in unread if self.ledger.one("SELECT 1 FROM source WHERE name = ?", name)}
        taken = {*plan.new, *plan.changed}
        if whole:
            with self.ledger.transaction():
                # Pages that were read for a build that was ended, and are not wanted any more.
                for (name,) in self.ledger.run("SELECT name FROM staged").fetchall():
                    if name not in taken:
                        self.ledger.run("DELETE FROM staged WHERE name = ?", name)
                if self.ledger.get("setting") != self.setting:
                    # Until all is written: who ends this build must not go on with the old program or dictionary.
                    self.ledger.set("setting", "")
        return Change(gone, taken, plan.skipped, plan.named, whole)

    def finish(self, change: Change, server: Endpoint | None = None, bulk_to: str = "") -> Report:
        """Make the change and write the outputs."""
        known, ledger = self.known, self.ledger
        settings = Settings(self.judged, stories.canonical(known.names), known.base, self.workers, self.run)
        with self.clock.stage("resolve"):
            update.advance(ledger, change, settings)
        # Outside the transactions: what has been read stays read, whatever becomes of the outputs.
        with ledger.transaction():
            engine = Engine(ledger, gazetteer.load(), self.judged)
            made = outputs.Outputs(ledger, self.out, known.base, engine, self.workers, self.run)
            with self.clock.stage("graph"):
                made.write_tables()
            with self.clock.stage("views"):
                made.write_views()
                if server:
                    store.send(server, self.out)
            report = made.report(self.clock.seconds)
            write_json(self.out / "report.json", report)
            ledger.set("known", json.dumps(_told(known)))
            ledger.set("setting", self.setting)
            made.done()
        if bulk_to:
            bulk.write(ledger, bulk_to, known.base, self.run, self.workers)
        self.clock.close()
        return report


@contextmanager
def _open(out: Path, known: Known, workers: int | None, progress: bool, run: Run = pool.run) -> Iterator[_Opened]:
    """The folder of a build, made if it is not there, for this process alone."""
    check_base(known.base)
    if out.exists() and not out.is_dir():
        raise UsageError(f"-o {out}: it is a file; give a folder")
    # What is wrong is told before the work, not after it.
    view.check_layout(out / "layout.json")
    stories.canonical(known.names)
    judged = decisions.load(known.judgements) if known.judgements else Decisions()
    with locked(out / "store" / "lock"):
        sweep(out, outputs.NAMES)
        sweep(out / "store", [store.CURRENT])
        sweep(out / "text")
        ledger = Ledger(out / "store" / NAME)
        try:
            yield _Opened(out, ledger, known, judged, workers, progress, run)
        finally:
            ledger.close()


@contextmanager
def _reopen(out: Path, workers: int | None, progress: bool) -> Iterator[_Opened]:
    """The folder of a build that is there."""
    ledger, known = known_ledger(out)
    ledger.close()
    with _open(out, known, workers, progress) as opened:
        if opened.ledger.get("setting") != opened.setting:
            raise UsageError(
                f"{out}: the program, its rules or the dictionary have changed since it was built; "
                f"read all of it again first, with: kg build PAGES -o {out}"
            )
        yield opened


def known_ledger(out: Path) -> tuple[Ledger, Known]:
    """The ledger of a build that is there, and how it was made."""
    path = out / "store" / NAME
    told = ""
    if path.is_file():
        ledger = Ledger(path, make=False)
        told = ledger.get("known")
    if not told:
        raise UsageError(f"{out}: there is no build in it; make it with: kg build PAGES -o {out}")
    names, tagger, judgements, base = json.loads(told)
    return ledger, Known(Path(names) if names else None, tagger, Path(judgements) if judgements else None, base)


def _told(known: Known) -> list[str]:
    paths = [str(path.absolute()) if path else "" for path in (known.names, known.judgements)]
    return [paths[0], known.tagger, paths[1], known.base]
