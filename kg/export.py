"""Facts, entities and articles as rows: facts.jsonl, facts.csv, entities.jsonl, articles.jsonl, candidates.jsonl."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

from kg.files import atomic_write
from kg.model import Article, Entity, Fact, Quantity, Ref, TimeSpan
from kg.ontology import article_id
from kg.resolve import Candidate

CSV_COLUMNS = (
    *("article", "title", "subject.label", "subject.type", "subject.id", "predicate"),
    *(f"object.{name}" for name in ("label", "type", "id", "value", "unit", "mod", "date", "text")),
    *(f"qualifiers.{name}" for name in ("indicator", "product", "kind", "phase", "growth", "period", "by")),
    *("start", "end", "quote", "rule", "status", "confidence", "inferred", "marks", "text_source"),
    *("antecedent.start", "antecedent.end"),
)
"""Columns of facts.csv: the fields of facts.jsonl, dotted where they nest."""

_ENCODER = json.JSONEncoder(ensure_ascii=False)


def number(value: Decimal) -> int | float:
    """A decimal as a JSON number.

    >>> number(Decimal("3.50E+8")), number(Decimal("7.9"))
    (350000000, 7.9)
    """
    return int(value) if value == value.to_integral_value() else float(value)


def fact_row(fact: Fact, title: str = "", text_source: str | None = None) -> dict[str, Any]:
    """The fact as a line of facts.jsonl holds it, keys in the documented order.

    title: the article's headline
    text_source: where the text that `start` and `end` count in is kept, if that is not the source file itself
    """
    row: dict[str, Any] = {
        "article": fact.article,
        "title": title,
        "subject": _ref(fact.subject, fact),
        "predicate": fact.predicate,
        "object": _object(fact),
        "qualifiers": dict(sorted(fact.qualifiers)),
        "start": fact.start,
        "end": fact.end,
        "quote": fact.quote,
        "rule": fact.rule,
        "status": fact.status,
        "confidence": fact.confidence,
        "inferred": fact.inferred,
        "marks": [list(mark) for mark in fact.marks],
    }
    if text_source is not None:
        row["text_source"] = text_source
    if fact.antecedent is not None:
        row["antecedent"] = {"start": fact.antecedent[0], "end": fact.antecedent[1]}
    return row


def article_row(article: Article, sentences: int, reprint_of: str | None = None) -> dict[str, Any]:
    """The article as a line of articles.jsonl holds it; sentences: how many were read."""
    date = article.metadata.date
    row = {
        "article": article.id,
        "title": article.title,
        "start": article.start,
        "end": article.end,
        "date": date.isoformat() if date else None,
        "place": article.metadata.place,
        "sentences": sentences,
    }
    return row | ({"reprint_of": reprint_of} if reprint_of else {})


def entity_row(entity: Entity) -> dict[str, Any]:
    """The entity as a line of entities.jsonl holds it; an attribute may stand there more than once."""
    return {
        "id": entity.id,
        "type": entity.type,
        "label": entity.label,
        "aliases": list(entity.aliases),
        "attributes": [list(pair) for pair in entity.attributes],
    }


def csv_row(row: Mapping[str, Any]) -> list[Any]:
    """A row of facts.jsonl as a row of facts.csv, in the order of CSV_COLUMNS.

    A text cell that a spreadsheet would take for a formula gets an apostrophe before it; numbers stay numbers.
    """
    cells = {column: cell(value) for column, value in _flat(row)}
    return [cells.get(column, "") for column in CSV_COLUMNS]


def fact_order(fact: Fact) -> tuple[str, int, int, str]:
    """Sorting key: article, start, end, then everything else, so that no two different facts tie."""
    return fact.article, fact.start, fact.end, repr(fact)


def line(row: Mapping[str, Any]) -> str:
    """A row as a line of a .jsonl file."""
    return _ENCODER.encode(row) + "\n"


def sheet(rows: Iterable[Iterable[Any]]) -> str:
    """Rows as CSV."""
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue()


def write_candidates_jsonl(path: Path, candidates: Iterable[Candidate]) -> None:
    """Write one pair a line: what may be one thing and was kept apart, with the reasons for and against."""
    rows = (
        {"kind": c.kind, "a": _side(c.a), "b": _side(c.b), "for": list(c.reasons), "against": list(c.against)}
        for c in candidates
    )
    with atomic_write(path) as file:
        file.writelines(map(line, rows))


def _side(side: tuple[str, str]) -> dict[str, str]:
    return {"name": side[0], "article": side[1]}


def _ref(ref: Ref, fact: Fact) -> dict[str, str]:
    ident = article_id(fact.article, fact.source) if ref.type == "Article" and not ref.id else ref.id
    return {"label": ref.label, "type": ref.type, "id": ident}


def _object(fact: Fact) -> dict[str, Any]:
    match fact.object:
        case Ref():
            return _ref(fact.object, fact)
        case Quantity(value, unit, modifier, text):
            return {"value": number(value), "unit": unit} | ({"mod": modifier} if modifier else {}) | {"text": text}
        case TimeSpan(text, iso):
            return ({"date": iso} if iso else {}) | {"text": text}


def _flat(row: Mapping[str, Any]) -> Iterable[tuple[str, Any]]:
    for name, value in row.items():
        if isinstance(value, dict):
            yield from ((f"{name}.{key}", inner) for key, inner in value.items())
        else:
            yield name, value


def cell(value: Any) -> Any:
    """A value as a spreadsheet may have it: a text that it would take for a formula gets an apostrophe before it."""
    match value:
        case bool() | list():
            return json.dumps(value)
        case str() if value.startswith(("=", "+", "-", "@", "\t", "\r")):
            return "'" + value
        case _:
            return value
