"""The ledger of a build: what was read, what each article tells, and how it was compared. SQLite, in `output/store/`.

One transaction takes it from one state to the next, so that an article is in it whole or not at all, whenever the
process is killed. All outputs are made from it.
"""

from __future__ import annotations

import errno
import hashlib
import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from kg.errors import StoreError, StoreLockedError, UsageError

NAME = "ledger.sqlite"
TABLES = """
CREATE TABLE meta(key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;
-- what was read. path, member: where it lies; input: hash of its bytes, metadata and the configuration it was read with
CREATE TABLE source(
  name TEXT PRIMARY KEY, path TEXT NOT NULL, member TEXT NOT NULL, sha256 TEXT NOT NULL, input TEXT NOT NULL,
  home TEXT NOT NULL, how TEXT NOT NULL, text TEXT
) WITHOUT ROWID;
-- what was left out, and why; document: that in which it was found after it could be read, "" if it could not
CREATE TABLE skipped(
  source TEXT, reason TEXT, message TEXT, document TEXT, PRIMARY KEY(source, reason, message)
) WITHOUT ROWID;
-- documents that have been read and do not count yet
CREATE TABLE staged(
  name TEXT PRIMARY KEY, input TEXT NOT NULL, place TEXT NOT NULL, told TEXT NOT NULL
) WITHOUT ROWID;
-- an article. head: JSON of what is known of it; facts: JSON; ends: JSON of the facts that hold, with ids;
-- account: JSON of what became of them; digest: hash of all of this
CREATE TABLE story(
  number INTEGER PRIMARY KEY, article TEXT NOT NULL UNIQUE, source TEXT NOT NULL, day TEXT NOT NULL,
  head TEXT NOT NULL, facts TEXT NOT NULL, text TEXT NOT NULL, original TEXT NOT NULL DEFAULT '',
  ends TEXT NOT NULL DEFAULT '[]', account TEXT NOT NULL DEFAULT '{}', digest TEXT NOT NULL DEFAULT ''
);
CREATE INDEX story_source ON story(source);
CREATE INDEX story_day ON story(day, article);
-- one thing in one article; class: those that are alike in all that comparing asks
CREATE TABLE unit(
  stage INTEGER, story INTEGER, id TEXT, class INTEGER NOT NULL, rank TEXT NOT NULL, data TEXT NOT NULL,
  PRIMARY KEY(stage, story, id)
) WITHOUT ROWID;
CREATE INDEX unit_class ON unit(stage, class, rank);
-- classes that share a key are compared, if one of them owns it
CREATE TABLE block(
  stage INTEGER, key INTEGER, class INTEGER, own INTEGER, PRIMARY KEY(stage, key, class)
) WITHOUT ROWID;
CREATE INDEX block_class ON block(stage, class);
-- what a class turned out to be, where it is not what its article says
CREATE TABLE settled(stage INTEGER, class INTEGER, identity TEXT NOT NULL, PRIMARY KEY(stage, class)) WITHOUT ROWID;
CREATE TABLE edge(block INTEGER, a INTEGER, b INTEGER, PRIMARY KEY(block, a, b)) WITHOUT ROWID;
CREATE INDEX edge_a ON edge(a);
CREATE INDEX edge_b ON edge(b);
CREATE TABLE candidate(
  stage INTEGER, owner INTEGER, sides TEXT, data TEXT, PRIMARY KEY(stage, owner, sides)
) WITHOUT ROWID;
-- the sides of people's judgements that are there
CREATE TABLE decided(side TEXT, stage INTEGER, story INTEGER, PRIMARY KEY(side, stage, story)) WITHOUT ROWID;
-- what an article contributes to a node of the graph
CREATE TABLE part(subject TEXT, story INTEGER, data TEXT NOT NULL, PRIMARY KEY(subject, story)) WITHOUT ROWID;
CREATE INDEX part_story ON part(story);
-- what has changed since the outputs were written; kind: node, article, row, text, or run: that they are to be written
CREATE TABLE changed(kind TEXT, key TEXT, PRIMARY KEY(kind, key)) WITHOUT ROWID;
CREATE TABLE entity(id TEXT PRIMARY KEY, type TEXT NOT NULL, data TEXT NOT NULL) WITHOUT ROWID;
-- bytes of each piece of an output, in the order of the file
CREATE TABLE piece(
  file TEXT, key TEXT, length INTEGER NOT NULL, triples INTEGER NOT NULL, PRIMARY KEY(file, key)
) WITHOUT ROWID;
"""

VERSION = hashlib.sha256(TABLES.encode()).hexdigest()[:16]
"""of the tables; a ledger with others is begun anew"""


class Ledger:
    """An open ledger. Raises StoreError where the file is damaged, OSError where the disk refuses.

    And StoreLockedError where another process writes it for long.
    """

    def __init__(self, path: Path | None, *, make: bool = True) -> None:
        """Open a ledger; path: None for one in memory alone.

        make: whether one that is not there, or has other tables, is begun anew; else UsageError is raised
        """
        self.path = path
        with self.told():
            self.db = sqlite3.connect(path or ":memory:", isolation_level=None, timeout=10)
            self.db.execute("PRAGMA journal_mode=WAL")
            self.db.execute("PRAGMA synchronous=FULL")
            self.db.execute("PRAGMA cache_size=-32768")
            self.db.execute("PRAGMA temp_store=MEMORY")
            if self._version() != VERSION:
                if not make:
                    raise UsageError(f"{path}: another version of the program made it; build again: kg build PAGES")
                self._begin()

    def _version(self) -> str:
        tables = {name for (name,) in self.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        if "meta" not in tables:
            return ""
        found = self.db.execute("SELECT value FROM meta WHERE key = 'version'").fetchone()
        return str(found[0]) if found else ""

    def _begin(self) -> None:
        self.db.execute("BEGIN IMMEDIATE")
        for (name,) in self.db.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall():
            self.db.execute(f'DROP TABLE "{name}"')
        plain = "\n".join(line for line in TABLES.splitlines() if not line.startswith("--"))
        for statement in plain.split(";"):
            self.db.execute(statement)
        self.db.execute("INSERT INTO meta VALUES ('version', ?)", (VERSION,))
        self.db.execute("COMMIT")

    def run(self, sql: str, *values: Any) -> sqlite3.Cursor:
        """Run a statement; the rows are read from what it gives."""
        with self.told():
            return self.db.execute(sql, values)

    def each(self, sql: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """Run a statement for each row of values."""
        with self.told():
            self.db.executemany(sql, rows)

    def one(self, sql: str, *values: Any) -> Any:
        """The first column of the first row, None where there is no row."""
        row = self.run(sql, *values).fetchone()
        return row[0] if row else None

    def get(self, key: str, default: str = "") -> str:
        """A value of `meta`."""
        found = self.one("SELECT value FROM meta WHERE key = ?", key)
        return default if found is None else str(found)

    def set(self, key: str, value: str) -> None:
        """Set a value of `meta`."""
        self.run("INSERT OR REPLACE INTO meta VALUES (?, ?)", key, value)

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All that is done within, or nothing of it; on the disk when it ends."""
        self.run("BEGIN IMMEDIATE")
        try:
            with self.told():  # reading rows and `db` itself raise what SQLite does
                yield
            self.run("COMMIT")
        except BaseException:
            if self.db.in_transaction:
                self.db.execute("ROLLBACK")
            raise

    def close(self) -> None:
        """Close it."""
        self.db.close()

    @contextmanager
    def told(self) -> Iterator[None]:
        """SQLite's errors as the program's own."""
        try:
            yield
        except sqlite3.OperationalError as error:
            code = getattr(error, "sqlite_errorname", "")
            where = str(self.path or "memory")
            if code.startswith("SQLITE_FULL"):
                raise OSError(errno.ENOSPC, "the disk is full", where) from error
            if code.startswith(("SQLITE_IOERR", "SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_PERM")):
                raise OSError(errno.EIO, str(error), where) from error
            if code.startswith("SQLITE_BUSY"):
                raise StoreLockedError(f"{where}: another process is using it; wait for it to end") from error
            raise StoreError(f"{where}: {error}") from error
        except sqlite3.DatabaseError as error:
            where = f"{self.path}: the ledger is damaged ({error})"
            raise StoreError(f"{where}; delete the folder {self.path and self.path.parent} and build again") from error


def digest(*fields: str) -> str:
    """The hash of the fields of a story, by which a changed byte is noticed."""
    return hashlib.sha256("\x1f".join(fields).encode("utf-8", "surrogatepass")).hexdigest()


def number(*key: str) -> int:
    """A whole number of 63 bits for a key: what SQLite compares faster than text."""
    digest = hashlib.blake2b("\x1f".join(key).encode("utf-8", "surrogatepass"), digest_size=8).digest()
    return int.from_bytes(digest) >> 1
