"""Facts as rows, one for each sentence that tells one: CSV for a spreadsheet, JSON lines, Parquet."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator, Mapping
from decimal import Decimal
from io import TextIOWrapper
from itertools import islice
from typing import IO

from kg.errors import UsageError
from kg.export import cell, number
from kg.exports.statements import Content, Figure
from kg.rows import Value

TEXT, NUMBER, DAY, COUNT = "string", "double", "date32", "int64"
COLUMNS: Mapping[str, str] = {
    "subject": TEXT,
    "subject_label": TEXT,
    "subject_type": TEXT,
    "predicate": TEXT,
    "object": TEXT,
    "object_label": TEXT,
    "object_type": TEXT,
    "value": NUMBER,
    "unit": TEXT,
    "currency": TEXT,
    "modifier": TEXT,
    "kind": TEXT,
    "product": TEXT,
    "indicator": TEXT,
    "measure": TEXT,
    "first_day": DAY,
    "last_day": DAY,
    "status": TEXT,
    "quote": TEXT,
    "start": COUNT,
    "end": COUNT,
    "rule": TEXT,
    "confidence": NUMBER,
    "article": TEXT,
    "title": TEXT,
    "paper": TEXT,
    "published": DAY,
    "claim": TEXT,
    "evidence": TEXT,
}
"""Columns and their types in Parquet. object_label is a name, or the wording of a figure or a date."""
BATCH = 10_000


def rows(content: Content) -> Iterator[dict[str, Value]]:
    """The facts as rows of COLUMNS; None is a cell without a value."""
    for one in content.statements:
        figure = one.figure or Figure()
        for told in one.evidence:
            yield {
                "subject": one.subject.iri,
                "subject_label": one.subject.label,
                "subject_type": one.subject.type,
                "predicate": one.predicate,
                "object": one.object.iri if one.object else None,
                "object_label": one.object.label if one.object else figure.wording or None,
                "object_type": one.object.type if one.object else None,
                "value": figure.value,
                "unit": figure.unit,
                "currency": figure.currency,
                "modifier": figure.modifier,
                "kind": figure.kind,
                "product": figure.product,
                "indicator": figure.indicator,
                "measure": figure.measure,
                "first_day": figure.first,
                "last_day": figure.last,
                "status": one.status,
                "quote": told.quote,
                "start": told.start,
                "end": told.end,
                "rule": told.rule,
                "confidence": told.confidence,
                "article": told.article.iri,
                "title": told.article.title,
                "paper": told.article.paper,
                "published": told.article.day,
                "claim": one.claim,
                "evidence": told.iri,
            }


def write_csv(content: Content, to: IO[bytes]) -> None:
    """Write UTF-8 with BOM; a text that a spreadsheet would take for a formula gets an apostrophe before it."""
    text = TextIOWrapper(to, encoding="utf-8-sig", errors="backslashreplace", newline="")
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for row in rows(content):
        writer.writerow([cell(number(v)) if isinstance(v, Decimal) else cell(v) for v in row.values()])
    text.flush()
    text.detach()


def write_jsonl(content: Content, to: IO[bytes]) -> None:
    """Write an object a line, without the keys that have no value."""
    for row in rows(content):
        told = {key: _plain(value) for key, value in row.items() if value is not None}
        to.write((json.dumps(told, ensure_ascii=False) + "\n").encode(errors="backslashreplace"))


def write_parquet(content: Content, to: IO[bytes]) -> None:
    """Write Parquet. Raises UsageError where pyarrow is not installed."""
    try:
        import pyarrow
        import pyarrow.parquet
    except ImportError as error:
        message = "pyarrow is not installed; install it with: pip install 'local-news-kg[data]'"
        raise UsageError(message) from error
    makers = {TEXT: pyarrow.string, NUMBER: pyarrow.float64, DAY: pyarrow.date32, COUNT: pyarrow.int64}
    schema = pyarrow.schema([(name, makers[kind]()) for name, kind in COLUMNS.items()])
    with pyarrow.parquet.ParquetWriter(to, schema, compression="zstd") as writer:
        rest = rows(content)
        while batch := list(islice(rest, BATCH)):
            floats = [{k: float(v) if isinstance(v, Decimal) else v for k, v in row.items()} for row in batch]
            writer.write_table(pyarrow.Table.from_pylist(floats, schema=schema))


def _plain(value: Value) -> Value:
    """A value that JSON has a type for."""
    if isinstance(value, Decimal):
        return number(value)
    return value.isoformat() if isinstance(value, dt.date) else value
