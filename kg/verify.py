"""Reading all of a build again, to find out whether anything of it has changed or been lost.

Hashes of what each article told; quotes against the pages themselves; what follows from that, made anew, against what
the ledger holds; every output byte by byte; the database triple by triple; the shapes.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from kg import gazetteer, intake, outputs, pool, remote, store, stories, update
from kg.errors import KgError, StoreLockedError
from kg.ledger import Ledger, digest
from kg.model import Document, Metadata
from kg.outputs import Outputs
from kg.pipeline import Known, known_ledger
from kg.pool import Poison
from kg.read import read
from kg.resolve import decisions
from kg.resolve.decisions import Decisions
from kg.resolve.engine import BODIES, EVENTS, PEOPLE, PROJECTS, Engine, told_identity

if TYPE_CHECKING:
    from pyoxigraph import Triple

WRONG = 8
"""exit code of kg verify where something is wrong"""


@dataclass(slots=True)
class Verified:
    """What was found. counts: how much was read; wrong: faults; notes: what cannot be checked any more."""

    counts: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    wrong: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


def verify(out: Path, *, workers: int | None = None) -> Verified:
    """Read all of a build again. Raises UsageError where `out` has none, StoreError where the ledger cannot be read."""
    ledger, known = known_ledger(out)
    found = Verified()
    try:
        if behind := _behind(ledger, known):
            found.notes.append(f"{behind}, then verify")
            return found
        _tables(ledger, found)
        _stories(ledger, found)
        _pages(ledger, found)
        _contributions(ledger, known, found, workers or pool.default_workers())
        _files(ledger, out, known, found)
        _database(ledger, out, found)
        if found.wrong:
            # The next build trusts no output that is there, and writes all of them anew.
            with suppress(OSError, StoreLockedError):
                ledger.set("files", "{}")
    finally:
        ledger.close()
    return found


def _behind(ledger: Ledger, known: Known) -> str:
    """Why the outputs need not be what pages and judgements give now, "" if they have to be."""
    if ledger.one("SELECT COUNT(*) FROM changed"):
        return "the last build was not finished; run kg build or kg add again"
    if ledger.get("setting") != intake.configuration(known.tagger, known.names):
        return "the program, its rules or the dictionary have changed since the last build; run kg build"
    if update.told_decisions(_judged(known)) != ledger.get("decisions", "[]"):
        return f"{known.judgements}: people's judgements have changed since the last build; run kg build or kg add"
    return ""


def _judged(known: Known) -> Decisions:
    return decisions.load(known.judgements) if known.judgements and known.judgements.exists() else Decisions()


def as_json(found: Verified) -> dict[str, Any]:
    """What was found, as JSON."""
    return {"ok": not found.wrong, "read": dict(found.counts), "wrong": found.wrong, "notes": found.notes}


def as_text(found: Verified) -> str:
    """What was found, in words."""
    names = {
        "articles": "文章",
        "quotes": "引文",
        "pages": "版面",
        "nodes": "节点",
        "files": "文件",
        "triples": "三元组",
    }
    counted = "　".join(f"{names[name]} {number}" for name, number in found.counts.items())
    lines = [counted, *(f"错误  {one}" for one in found.wrong), *(f"注意  {one}" for one in found.notes)]
    return "\n".join(
        [*filter(None, lines), "有误：见上" if found.wrong else "全部相符" if found.counts else "没有核对"]
    )


def _tables(ledger: Ledger, found: Verified) -> None:
    """The database file itself."""
    found.wrong += [f"ledger: {told}" for (told,) in ledger.run("PRAGMA integrity_check") if told != "ok"]


def _stories(ledger: Ledger, found: Verified) -> None:
    """What each article told, by its hash."""
    sql = f"SELECT article, {update.FIELDS}, ends, account, digest FROM story ORDER BY article"
    for *told, known in ledger.run(sql):
        found.counts["articles"] += 1
        if digest(*told) != known:
            found.wrong.append(f"ledger: {told[0]}: what it told has changed since it was read")


def _pages(ledger: Ledger, found: Verified) -> None:
    """The pages, by their hash; and each quote, by where it stands."""
    by_path: dict[str, dict[str, tuple[str, str]]] = defaultdict(dict)
    for name, path, member, sha256 in ledger.run("SELECT name, path, member, sha256 FROM source ORDER BY name"):
        by_path[path][path.replace("\\", "/").rpartition("/")[2] + member] = name, sha256
    for told, wanted in by_path.items():
        path = remote.location(told)
        if isinstance(path, Path) and not path.is_file():
            found.notes += [
                f"{name}: the page is not at {path} any more; its quotes were not checked"
                for name, _ in wanted.values()
            ]
            continue
        for item in read([path], metadata=Metadata()):
            if not isinstance(item, Document) or item.source not in wanted:
                continue
            name, sha256 = wanted.pop(item.source)
            if item.sha256 != sha256:
                found.wrong.append(f"{name}: the page has changed since it was read; kg build reads it again")
            else:
                found.counts["pages"] += 1
                _quotes(ledger, name, item.text, found)
        found.notes += [
            f"{name}: it is not in {path} any more; its quotes were not checked" for name, _ in wanted.values()
        ]


def _quotes(ledger: Ledger, name: str, text: str, found: Verified) -> None:
    kept = ledger.one("SELECT text FROM source WHERE name = ?", name)
    if kept is not None and kept != text:
        found.wrong.append(f"{name}: the text that was taken out of it is another now")
        return
    sql = "SELECT article, source, facts, ends FROM story WHERE source = ? ORDER BY article"
    for row in ledger.run(sql, name).fetchall():
        for fact in update.final(*row):
            found.counts["quotes"] += 1
            if text[fact.start : fact.end] != fact.quote:
                found.wrong.append(f"{row[0]}: {fact.start}-{fact.end}: the page does not say “{fact.quote[:30]}”")


def _contributions(ledger: Ledger, known: Known, found: Verified, workers: int) -> None:
    """What the articles give the graph, made anew."""
    engine = Engine(ledger, gazetteer.load(), _judged(known))
    work = partial(update.contributions, canonical=dict(stories.canonical(known.names)), base=known.base)

    def shards() -> Iterator[list[tuple[Any, ...]]]:
        shard = []
        sql = "SELECT number, article, source, head, facts, original FROM story ORDER BY number"
        for row in ledger.run(sql).fetchall():
            settled = engine.settled(row[0], (BODIES, PROJECTS, EVENTS, PEOPLE))
            wrong = sorted(engine.judge.wrong.get(row[1], ()))
            shard.append((*row, {ident: told_identity(one) for ident, one in settled.items()}, wrong))
            if len(shard) == update.SHARD:
                yield shard
                shard = []
        if shard:
            yield shard

    many = int(ledger.one("SELECT COUNT(*) FROM story")) > update.FEW
    for given, results in pool.run(work, shards(), workers=workers if many else 1, prepare=gazetteer.load):
        for one, result in zip(given, results, strict=True):
            if isinstance(result, Poison):
                raise KgError(f"{one[1]}: it cannot be read again: {result.message}")
            _, _, ends, account, parts = result
            had = ledger.run("SELECT ends, account FROM story WHERE number = ?", one[0]).fetchone()
            kept = dict(ledger.run("SELECT subject, data FROM part WHERE story = ?", one[0]).fetchall())
            found.counts["nodes"] += len(kept)
            if had != (ends, account) or kept != parts:
                found.wrong.append(f"ledger: {one[1]}: what it gives the graph is not what it told")


def _files(ledger: Ledger, out: Path, known: Known, found: Verified) -> None:
    """Every output, made anew and compared byte by byte; those that keep something of before, by their hash."""
    engine = Engine(ledger, gazetteer.load(), _judged(known))
    with TemporaryDirectory() as folder:
        made = Outputs(ledger, Path(folder), known.base, engine)
        made.whole = True
        ledger.run("BEGIN")
        try:
            had = _rows(ledger)
            made.write_tables()
            if _rows(ledger) != had:
                found.wrong.append("ledger: the pieces or entities of the outputs are not what the articles give")
        finally:
            ledger.run("ROLLBACK")
        for path in sorted(one for one in Path(folder).rglob("*") if one.is_file()):
            name = path.relative_to(folder)
            found.counts["files"] += 1
            _same(out / name, path, found)
    for name, hashed in json.loads(ledger.get("hashes", "{}")).items():
        found.counts["files"] += 1
        if not (out / name).is_file():
            found.wrong.append(f"{out / name}: it is missing")
        elif outputs.hashed(out / name) != hashed:
            found.wrong.append(f"{out / name}: it has changed since it was written")


def _rows(ledger: Ledger) -> str:
    """A hash of what the ledger says of the outputs."""
    made = hashlib.sha256()
    for sql in ("SELECT * FROM piece ORDER BY file, key", "SELECT * FROM entity ORDER BY id"):
        for row in ledger.run(sql):
            made.update(repr(row).encode("utf-8", "surrogatepass"))
    return made.hexdigest()


def _same(one: Path, other: Path, found: Verified) -> None:
    """Note where a file is not what it should be."""
    if not one.is_file():
        found.wrong.append(f"{one}: it is missing")
        return
    at = 0
    with one.open("rb") as a, other.open("rb") as b:
        while True:
            x, y = a.read(1 << 20), b.read(1 << 20)
            if x != y:
                place = next((i for i, (m, n) in enumerate(zip(x, y, strict=False)) if m != n), min(len(x), len(y)))
                found.wrong.append(f"{one}: byte {at + place} is not what was written")
                return
            if not x:
                return
            at += len(x)


def _database(ledger: Ledger, out: Path, found: Verified) -> None:
    """The database, against the Turtle files; and what names it, against the ledger."""
    import pyoxigraph as ox

    if not store.is_at(out, ledger.get("store")):
        found.wrong.append(f"{out / 'store' / store.CURRENT}: it is not what was written, or its database is missing")
    parts = (ox.parse(path=out / part, format=ox.RdfFormat.TURTLE) for part in store.TURTLE)
    try:
        wanted = _digest(quad.triple for part in parts for quad in part)
    except (OSError, SyntaxError) as error:
        found.wrong.append(f"{out}: the Turtle files cannot be read: {error}")
        return
    try:
        had = _digest(store.open(out).triples())
    except (KgError, OSError, RuntimeError) as error:
        found.wrong.append(f"{out / 'store'}: the database cannot be read: {error}")
        return
    found.counts["triples"] += had[0]
    if had != wanted:
        found.wrong.append(
            f"{out / 'store'}: the database has {had[0]} triples, which are not the {wanted[0]} of the files"
        )


def _digest(triples: Iterator[Triple]) -> tuple[int, int]:
    """How many triples there are, and a hash of them in any order."""
    count = total = 0
    for triple in triples:
        count += 1
        total += int.from_bytes(hashlib.blake2b(str(triple).encode(), digest_size=16).digest())
    return count, total % (1 << 128)
