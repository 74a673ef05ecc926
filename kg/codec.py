"""Facts and identities as plain JSON values and back, for the ledger and for what goes between processes."""

from __future__ import annotations

import datetime as dt
import json
from decimal import Decimal
from typing import Any

from kg.model import Fact, Metadata, Quantity, Ref, TimeSpan

# json.dumps makes a new one each time.
_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))

Value = Any
"""a JSON value"""


def dumps(value: Value) -> str:
    """JSON without spaces, keys in the order given, Chinese as it is."""
    return _ENCODER.encode(value)


def metadata(known: Metadata) -> list[str | None]:
    """Metadata as a list."""
    return [known.date.isoformat() if known.date else None, known.place, known.publisher, known.title, known.source]


def as_metadata(row: Value) -> Metadata:
    """The metadata of a list."""
    return Metadata(dt.date.fromisoformat(row[0]) if row[0] else None, *row[1:])


def end(value: Ref | Quantity | TimeSpan) -> list[Value]:
    """A fact's subject or object as a list; its first item tells what it is."""
    match value:
        case Ref(label, type, _):
            return ["r", label, type]
        case Quantity(number, unit, modifier, text):
            return ["q", str(number), unit, modifier, text]
        case TimeSpan(text, iso, first, last):
            return ["t", text, iso, first.isoformat() if first else None, last.isoformat() if last else None]


def as_end(row: Value, ident: str = "") -> Ref | Quantity | TimeSpan:
    """The subject or object of a list; ident: the id of the entity, where it is one."""
    match row:
        case ["r", label, type]:
            return Ref(label, type, ident)
        case ["q", number, unit, modifier, text]:
            return Quantity(Decimal(number), unit, modifier, text)
        case ["t", text, iso, first, last]:
            return TimeSpan(text, iso, _day(first), _day(last))
    raise ValueError(f"no end of a fact: {row!r}")


def fact(one: Fact) -> list[Value]:
    """A fact as a list, without its article, its source and the ids of its entities."""
    return [
        end(one.subject),
        one.predicate,
        end(one.object),
        one.start,
        one.end,
        one.quote,
        one.rule,
        one.status,
        one.confidence,
        one.inferred,
        [list(pair) for pair in one.qualifiers],
        [list(mark) for mark in one.marks],
        list(one.antecedent) if one.antecedent else None,
    ]


def as_fact(row: Value, article: str, source: str, subject: str = "", object: str = "") -> Fact:
    """The fact of a list; subject, object: the ids of its entities, "" where they are not known."""
    a, predicate, b, start, stop, quote, rule, status, confidence, inferred, qualifiers, marks, antecedent = row
    who = as_end(a, subject)
    assert isinstance(who, Ref)
    return Fact(
        article,
        source,
        who,
        predicate,
        as_end(b, object),
        start,
        stop,
        quote,
        rule,
        status,
        confidence,
        inferred,
        tuple((name, value) for name, value in qualifiers),
        tuple((first, last) for first, last in marks),
        (antecedent[0], antecedent[1]) if antecedent else None,
    )


def _day(iso: str | None) -> dt.date | None:
    return dt.date.fromisoformat(iso) if iso else None
