"""The outputs of a build, made from its ledger: of a large file only the pieces that have changed are written anew.

A file is a sequence of pieces (an article's facts, a node's triples) in the order of their keys, so that it has the
same bytes whether it was written at once or piece by piece.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, ExitStack
from functools import partial
from itertools import islice
from pathlib import Path
from typing import IO, Any

from kg import __version__, codec, export, nodes, pool, rdf, resolve, store, update, view
from kg.clock import uncollected
from kg.errors import KgError, UsageError
from kg.files import atomic_write
from kg.ledger import Ledger
from kg.model import Article, Entity, Fact, Ref, Skipped
from kg.pool import Poison, Run
from kg.rdf import Names
from kg.report import Home, Report
from kg.resolve.decisions import fact_side
from kg.resolve.engine import Engine

SHARD = 2_000
"""nodes that a worker gets at a time"""
FEW = 20_000
"""nodes up to which the database is changed rather than loaded anew"""
ALONE = 60_000
"""nodes up to which no worker is worth its start"""
SHOWN = 20_000
"""facts on the page: those of the latest articles; some months of a county's paper"""

PART_BYTES, PATH_BYTES = 200, 800
"""bytes of a part of a file's name, and of all of it, that every file system takes"""

Text = tuple[str, str, str, int, str, int]
"""a node: its id, its entity as JSON ("" if it is none), its paragraph and number of triples in either Turtle file"""


class Outputs:
    """The outputs of a build's folder. base: what the IRIs of entities start with; engine: for the candidates.

    run: what makes the texts of nodes, in so many workers
    """

    def __init__(
        self, ledger: Ledger, out: Path, base: str, engine: Engine, workers: int = 1, run: Run = pool.run
    ) -> None:
        self.ledger, self.out, self.base, self.engine = ledger, out, base, engine
        self.workers, self.run = workers, run
        self.names = Names((), base)
        self.whole = not self._as_left()
        self.changes: list[tuple[str, str]] = []
        """IRIs of changed nodes and their paragraphs, for the database"""
        self.seen: dict[str, int] = {}

    def pending(self) -> bool:
        """Whether anything is to be written."""
        return self.whole or self.ledger.one("SELECT 1 FROM changed LIMIT 1") is not None

    def write_tables(self) -> None:
        """Write the Turtle files and the tables. To be called within a transaction, as all of this class."""
        if self.whole:
            self.ledger.run("DELETE FROM piece")
            self.ledger.run("DELETE FROM entity")
        with ExitStack() as files:
            self._write_nodes(files)
        with ExitStack() as files:
            self._write_articles(files)
        export.write_candidates_jsonl(self.out / "candidates.jsonl", self.engine.candidates())
        self._write_texts()

    def write_views(self) -> None:
        """Write the interactive network of the latest articles, and bring the database to what the Turtle files say."""
        count = int(self.ledger.one("SELECT SUM(triples) FROM piece") or 0)
        small = not self.whole and len(self.changes) <= FEW and store.is_at(self.out, self.ledger.get("store"))
        # Loading and drawing take about as long, and loading leaves this thread its core.
        with ThreadPoolExecutor(1) as other:
            if small:
                told = other.submit(store.change, self.out, self.changes, self._prefixes(), count, self.base)
            else:
                told = other.submit(store.load, self.out, self.base)
            self._write_page()
            self.ledger.set("store", told.result())

    def _write_page(self) -> None:
        entities, facts, articles, carried, beyond = self._latest()
        self.seen = view.write_html(
            self.out / "graph.html",
            entities,
            facts,
            articles,
            layout=self.out / "layout.json",
            beyond=beyond,
            carried=carried,
        )

    def done(self) -> None:
        """Note that the outputs are what the ledger says."""
        self.ledger.run("DELETE FROM changed")
        left = {name: _mark(self.out / name) for name in FILES}
        self.ledger.set("files", codec.dumps(left))
        self.ledger.set("hashes", codec.dumps({name: hashed(self.out / name) for name in HASHED}))

    def report(self, seconds: Mapping[str, float]) -> Report:
        """The account of the build; seconds: CPU seconds by stage."""
        run = self.ledger.run
        counts: dict[str, Counter[str]] = {name: Counter() for name in ("mentions", "facts", "status")}
        sentences = articles = reprints = 0
        with_facts: set[str] = set()
        sources: set[str] = set()
        set_aside: set[tuple[str, str, str]] = set()
        rejected: list[tuple[str, str]] = []
        for article, source, head, account, original in run(
            "SELECT article, source, head, account, original FROM story"
        ):
            told, own = json.loads(head), json.loads(account)
            articles += 1
            sentences += told["sentences"]
            reprints += bool(original)
            counts["mentions"].update(told["mentions"])
            counts["facts"].update(own["facts"])
            counts["status"].update(own["status"])
            sources.add(source)
            if own["facts"]:
                with_facts.add(source)
            set_aside.update((a, what, why) for a, what, why in own["set_aside"])
            rejected += [(article, fact) for fact in own["rejected"]]
        triples = {
            name: int(self.ledger.one("SELECT SUM(triples) FROM piece WHERE file = ?", name) or 0)
            for name in store.TURTLE
        }
        return Report(
            version=__version__,
            documents=int(self.ledger.one("SELECT COUNT(*) FROM source")),
            articles=articles,
            sentences=sentences,
            mentions=dict(sorted(counts["mentions"].items())),
            facts=dict(sorted(counts["facts"].items())),
            status=dict(sorted(counts["status"].items())),
            entities=dict(run("SELECT type, COUNT(*) FROM entity GROUP BY type ORDER BY type").fetchall()),
            triples=triples,
            homes=tuple(Home(*row) for row in run("SELECT name, home, how FROM source ORDER BY name")),
            without_facts=tuple(sorted(sources - with_facts)),
            skipped=tuple(
                Skipped(*r) for r in run("SELECT DISTINCT source, reason, message FROM skipped ORDER BY 1, 2, 3")
            ),
            quarantined=tuple(sorted(set_aside)),
            candidates=len(self.engine.candidates()),
            reprints=reprints,
            rejected=tuple(sorted(rejected)),
            unused=tuple(
                f"line {one.line}: {one.a}" + (f" / {one.b}" if one.b else "") for one in self.engine.unused(self._says)
            ),
            view=self.seen,
            seconds=seconds,
        )

    def _says(self, told: tuple[str, str]) -> bool:
        """Whether an article says a fact."""
        article, said = told
        found = self.ledger.run("SELECT source, facts FROM story WHERE article = ?", article).fetchone()
        rows = json.loads(found[1]) if found else []
        return any(fact_side(codec.as_fact(row, article, found[0])) == said for row in rows)

    def _as_left(self) -> bool:
        """Whether the files are those that the last build left."""
        left = json.loads(self.ledger.get("files", "{}"))
        return all(name in left and _mark(self.out / name) == left[name] for name in FILES)

    def _prefixes(self) -> dict[str, str]:
        """The prefixes of the Turtle files: the vocabularies', and one for each kind of node that there is."""
        kinds: list[str] = []
        found = self.ledger.one("SELECT MIN(subject) FROM part")
        while found:
            kinds.append(found.partition("/")[0])
            found = self.ledger.one("SELECT MIN(subject) FROM part WHERE subject > ?", kinds[-1] + "0")  # behind the /
        return {kind: f"{self.names.base}{kind}/" for kind in kinds} | rdf.VOCABULARIES

    def _keys(self, kind: str, table: str, column: str, most: int = SHARD) -> Iterator[str]:
        """The keys of what has changed, in order, or all that a column has; `most` at a time, as they may be many."""
        wanted = f"SELECT DISTINCT {column} FROM {table}" if self.whole else "SELECT key FROM changed"
        name = column if self.whole else "key"
        wanted += f" WHERE {name} > ?" + ("" if self.whole else f" AND kind = '{kind}'")
        last = ""
        while keys := [key for (key,) in self.ledger.run(f"{wanted} ORDER BY {name} LIMIT {most}", last)]:
            yield from keys
            last = keys[-1]

    def _write_nodes(self, files: ExitStack) -> None:
        """graph.ttl, evidence.ttl and entities.jsonl."""
        both = [self._splice(files, name) for name in store.TURTLE]
        entities = self._splice(files, "entities.jsonl")
        prefixes = self._prefixes()
        for file in both:
            file.put("", rdf.declarations(prefixes))
        # A kind of node that is new, or gone, shows in the heads alone: every name is written in its short form.
        sql = "SELECT COUNT(*) FROM part" if self.whole else "SELECT COUNT(*) FROM changed WHERE kind = 'node'"
        workers = self.workers if int(self.ledger.one(sql)) > ALONE else 1
        subjects = self._keys("node", "part", "subject")
        work = partial(texts, base=self.base, prefixes=prefixes)
        for _, results in self.run(work, self._parts(subjects), workers=workers):
            for result in results:
                if isinstance(result, Poison):
                    raise KgError(f"a node cannot be written: {result.message}")
                subject, entity, graph, count, evidence, other = result
                both[0].put(subject, graph, count)
                both[1].put(subject, evidence, other)
                self._entity(subject, entity, entities)
                if not self.whole and len(self.changes) <= FEW:
                    self.changes.append((self.names.base + subject, graph + evidence))

    def _parts(self, subjects: Iterator[str]) -> Iterator[list[tuple[str, list[str]]]]:
        sql = "SELECT data FROM part WHERE subject = ? ORDER BY data"
        while shard := list(islice(subjects, SHARD)):
            yield [(subject, [data for (data,) in self.ledger.run(sql, subject)]) for subject in shard]

    def _entity(self, subject: str, entity: str, file: _Splice) -> None:
        run = self.ledger.run
        had = self.ledger.one("SELECT type FROM entity WHERE id = ?", subject) if not self.whole else None
        if not entity:
            if had is not None:
                run("DELETE FROM entity WHERE id = ?", subject)
                file.put(subject, "")
            return
        told = json.loads(entity)
        run("INSERT OR REPLACE INTO entity VALUES (?, ?, ?)", subject, told[1], entity)
        file.put(subject, export.line(export.entity_row(entity_of(told))))
        if had is not None and had != told[1]:
            # One body is of one class in every row, so all rows that name it change.
            naming = "SELECT t.article FROM part p CROSS JOIN story t ON t.number = p.story WHERE p.subject = ?"
            run(f"INSERT OR IGNORE INTO changed SELECT 'article', article FROM ({naming})", subject)

    def _write_articles(self, files: ExitStack) -> None:
        """facts.jsonl, facts.csv and articles.jsonl."""
        lines, sheet, list_ = (self._splice(files, name) for name in ("facts.jsonl", "facts.csv", "articles.jsonl"))
        sheet.put("", "\ufeff" + export.sheet([export.CSV_COLUMNS]))
        for article in self._keys("article", "story", "article"):
            rows = self._rows(article)
            lines.put(article, "".join(map(export.line, rows)))
            sheet.put(article, export.sheet(map(export.csv_row, rows)))
        for key in self._keys("row", f"(SELECT {ROW_KEY} AS key FROM story)", "key", 1 << 20):
            list_.put(key, self._line(key))

    def _rows(self, article: str) -> list[dict[str, Any]]:
        """The rows of an article's facts."""
        found = self.ledger.run(
            "SELECT t.article, t.source, t.facts, t.ends, t.head, s.text IS NOT NULL FROM story t "
            "CROSS JOIN source s ON s.name = t.source WHERE t.article = ?", article,
        ).fetchone()  # fmt: skip
        if not found:
            return []
        *told, head, extracted = found
        facts = sorted(self.typed(update.final(*told)), key=export.fact_order)
        title, kept = json.loads(head)["title"], text_name(found[1]) if extracted else None
        return [export.fact_row(fact, title, kept) for fact in facts]

    def typed(self, facts: Sequence[Fact]) -> list[Fact]:
        """The facts, each body of the class that its entity is of."""
        ids = {ref.id for fact in facts for ref in (fact.subject, fact.object) if isinstance(ref, Ref)}
        entities = {entity.id: entity for entity in self.entities(ids)}
        return [resolve.typed(fact, entities) for fact in facts]

    def entities(self, ids: Iterable[str]) -> Iterator[Entity]:
        """The entities of ids, in their order; ids that are none are passed over."""
        for ident in sorted(ids):
            if told := self.ledger.one("SELECT data FROM entity WHERE id = ?", ident):
                yield entity_of(json.loads(told))

    def _line(self, key: str) -> str:
        """The line in articles.jsonl of the article that has a key, "" if it is gone, or begins elsewhere now."""
        article = key.rpartition("\x1f")[2]
        found = self.ledger.run(
            "SELECT source, head, account, original FROM story WHERE article = ?", article
        ).fetchone()
        if not found:
            return ""
        source, head, account, original = found
        told = json.loads(head)
        if update.row_key(source, told["span"][0], article) != key:
            return ""
        return export.line(
            export.article_row(article_of(article, source, told, account), told["sentences"], original or None)
        )

    def _latest(self) -> tuple[list[Entity], list[Fact], list[Article], dict[tuple[str, int, int], str], int]:
        """What the page shows: entities, facts, articles, words carried over, and how many articles are left out."""
        facts: list[Fact] = []
        articles: list[Article] = []
        carried: dict[tuple[str, int, int], str] = {}
        sql = "SELECT article, source, head, facts, ends, account FROM story ORDER BY day DESC, article DESC"
        for article, source, head, own, ends, account in self.ledger.run(sql):
            found = update.final(article, source, own, ends)
            if facts and len(facts) + len(found) > SHOWN:
                break
            told = json.loads(head)
            facts += found
            articles.append(article_of(article, source, told, account))
            carried |= {(article, start, end): words for start, end, words in told["carried"]}
        whole = int(self.ledger.one("SELECT COUNT(*) FROM story"))
        typed = sorted(self.typed(facts), key=export.fact_order)
        ids = {ref.id for fact in typed for ref in (fact.subject, fact.object) if isinstance(ref, Ref)}
        return list(self.entities(ids)), typed, articles, carried, whole - len(articles)

    def _write_texts(self) -> None:
        """The texts that were taken out of HTML or JSON, below text/."""
        folder = (self.out / "text").resolve()
        # Those of sources that are gone too, also where all is written anew.
        every = "(SELECT name FROM source WHERE text IS NOT NULL UNION SELECT key FROM changed WHERE kind = 'text')"
        for name in self._keys("text", every, "name"):
            path = self.out / text_name(name)
            if not path.resolve().is_relative_to(folder):
                raise UsageError(f"{name}: its text would lie outside {self.out / 'text'}")
            text = self.ledger.one("SELECT text FROM source WHERE name = ?", name)
            if text is None:
                path.unlink(missing_ok=True)
            else:
                with atomic_write(path, newline="") as file:
                    file.write(text)

    def _splice(self, files: ExitStack, name: str) -> _Splice:
        return files.enter_context(_Splice(self.ledger, self.out / name, self.whole))


ROW_KEY = "source || char(31) || printf('%012d', json_extract(head, '$.span[0]')) || char(31) || article"
FILES = ("graph.ttl", "evidence.ttl", "entities.jsonl", "facts.jsonl", "facts.csv", "articles.jsonl")
"""the files that are written piece by piece"""


HASHED = ("graph.html", "layout.json", "report.json")
"""the files that hold what the ledger does not: places of nodes, seconds"""
NAMES = (*FILES, *HASHED, "candidates.jsonl")
"""all files but those below text/ and store/"""


class _Splice(AbstractContextManager["_Splice"]):
    """A file that is written anew, with all pieces of the old one but those that are put, in order of their keys."""

    def __init__(self, ledger: Ledger, path: Path, whole: bool) -> None:
        self.ledger, self.path, self.whole = ledger, path, whole
        self.last: str | None = None
        self.pieces: list[tuple[str, str, int, int]] = []
        self.gone: list[tuple[str, str]] = []
        self.stack = ExitStack()

    def __enter__(self) -> _Splice:
        with self.stack:
            self.new: IO[bytes] = self.stack.enter_context(atomic_write(self.path, binary=True))
            self.old: IO[bytes] | None = None if self.whole else self.stack.enter_context(self.path.open("rb"))
            self.stack = self.stack.pop_all()
        return self

    def put(self, key: str, text: str, triples: int = 0) -> None:
        """Put a piece in place of that of its key; "" takes it out."""
        data = text.encode()
        if self.old:
            self._keep(key)
            if length := self.ledger.one("SELECT length FROM piece WHERE file = ? AND key = ?", self.path.name, key):
                self.old.seek(length, io.SEEK_CUR)
                self.gone.append((self.path.name, key))
        if data:
            self.new.write(data)
            self.pieces.append((self.path.name, key, len(data), triples))
        self.last = key

    def _keep(self, key: str | None) -> None:
        """Copy the pieces between the last key and this one; None: to the end."""
        if self.old is None:
            return
        sql, values = "SELECT SUM(length) FROM piece WHERE file = ?", [self.path.name]
        for sign, value in ((">", self.last), ("<", key)):
            if value is not None:
                sql, values = f"{sql} AND key {sign} ?", [*values, value]
        left = int(self.ledger.one(sql, *values) or 0)
        while left:
            data = self.old.read(min(left, 1 << 20))
            if not data:
                raise KgError(f"{self.path}: it is shorter than it was; build again")
            self.new.write(data)
            left -= len(data)

    def __exit__(self, *error: Any) -> None:
        if error[0] is None:
            try:
                self._keep(None)
            except BaseException as raised:
                # The new file has to know of it, so that the old one stays.
                self.stack.__exit__(type(raised), raised, raised.__traceback__)
                raise
        self.stack.__exit__(*error)
        if error[0] is None:
            self.ledger.each("DELETE FROM piece WHERE file = ? AND key = ?", self.gone)
            self.ledger.each("INSERT OR REPLACE INTO piece VALUES (?, ?, ?, ?)", self.pieces)


@uncollected()
def texts(given: Sequence[tuple[str, list[str]]], base: str, prefixes: Mapping[str, str]) -> list[Text]:
    """Nodes as they are written: a function that runs in a worker; given: id and contributions of each."""
    names = Names((), base)
    made = [nodes.combine(subject, parts, names) for subject, parts in given]
    paragraphs = [
        iter(rdf.paragraphs([row for node in made for row in getattr(node, which)], prefixes))
        for which in ("rows", "proof")
    ]
    return [
        (
            subject,
            _told_entity(node.entity) if node.entity else "",
            next(paragraphs[0]) if node.rows else "",
            len(node.rows),
            next(paragraphs[1]) if node.proof else "",
            len(node.proof),
        )
        for (subject, _), node in zip(given, made, strict=True)
    ]


def text_name(source: str) -> str:
    """Where the text of a source is kept that was taken out of HTML or JSON.

    >>> text_name("pages.zip/A1.html"), len(text_name("x" * 1000 + ".html"))
    ('text/pages.zip/A1.html.txt', 73)
    """
    parts = source.split("/")
    if len(source.encode()) <= PATH_BYTES and all(len(part.encode()) <= PART_BYTES for part in parts):
        return f"text/{source}.txt"
    # A member of an archive may have a name that no file system takes.
    return f"text/{hashlib.sha256(source.encode()).hexdigest()}.txt"


def _told_entity(one: Entity) -> str:
    return codec.dumps([one.id, one.type, one.label, one.key, one.aliases, one.attributes])


def entity_of(told: Any) -> Entity:
    """An entity of the ledger."""
    ident, type, label, key, aliases, attributes = told
    return Entity(ident, type, label, key, tuple(aliases), tuple((name, value) for name, value in attributes))


def article_of(article: str, source: str, told: Mapping[str, Any], account: str) -> Article:
    """An article of the ledger, as it went into the graph; told: its head."""
    known = json.loads(account).get("known", told["known"])
    start, end = told["span"]
    return Article(article, source, told["title"], "", (), (), start, end, codec.as_metadata(known))


def hashed(path: Path) -> str:
    """The hash of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _mark(path: Path) -> list[int]:
    """What tells whether a file was touched since."""
    try:
        found = path.stat()
    except OSError:
        return []
    return [found.st_size, found.st_mtime_ns]
