"""The outputs of a build read back: facts, entities, articles and candidates of a folder."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from kg.errors import UsageError

Row = Mapping[str, Any]


@dataclass(frozen=True)
class Archive:
    """A build's folder, each file read when it is asked for. Raises UsageError where there is none or it is broken."""

    folder: Path

    @cached_property
    def facts(self) -> tuple[Row, ...]:
        """The rows of facts.jsonl."""
        return tuple(_rows(self.folder / "facts.jsonl"))

    @cached_property
    def entities(self) -> Mapping[str, Row]:
        """Id -> row of entities.jsonl."""
        return {row["id"]: row for row in _rows(self.folder / "entities.jsonl")}

    @cached_property
    def articles(self) -> Mapping[str, Row]:
        """Id -> row of articles.jsonl."""
        return {row["article"]: row for row in _rows(self.folder / "articles.jsonl")}

    @cached_property
    def candidates(self) -> tuple[Row, ...]:
        """The rows of candidates.jsonl."""
        return tuple(_rows(self.folder / "candidates.jsonl"))

    def label(self, end: Row) -> str:
        """What a fact's subject or object is called in full; a figure or date as the article has it."""
        known = self.entities.get(str(end.get("id", "")))
        return str(known["label"] if known else end.get("label") or end.get("text", ""))

    def named(self, name: str) -> list[Row]:
        """The entities of that label, or else of that alias, by id."""
        for key in ("label", "aliases"):
            if found := [row for row in self.entities.values() if name == row[key] or name in _list(row[key])]:
                return found
        return []

    def day(self, fact: Row) -> str:
        """The day on which a fact's article was published (ISO), "" if unknown."""
        return str(self.articles.get(fact["article"], {}).get("date") or "")


def cite(fact: Row, day: str) -> str:
    """A fact's sentence with where it stands: 「…」 — 标题，2025-03-04，A1.md#2.

    >>> cite({"quote": "张三主持会议。", "title": "", "article": "A.md"}, "2025-03-04")
    '「张三主持会议。」——2025-03-04，A.md'
    """
    source = [f"《{fact['title']}》" if fact["title"] else "", day, fact["article"]]
    return f"「{' '.join(str(fact['quote']).split())}」——{'，'.join(filter(None, source))}"


def _list(value: object) -> list[str]:
    return value if isinstance(value, list) else []


def _rows(path: Path) -> Iterator[Row]:
    try:
        with path.open(encoding="utf-8") as file:
            for number, line in enumerate(file, 1):
                try:
                    yield json.loads(line)
                except ValueError as error:
                    raise UsageError(
                        f"{path}, line {number}: no JSON; build again: kg build -o {path.parent}"
                    ) from error
    except FileNotFoundError as error:
        raise UsageError(f"{path}: not there; build first: kg build PATH -o {path.parent}") from error
