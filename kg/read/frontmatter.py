"""Front matter: a block between two lines `---` at the head of a text, `key: value` a line."""

from __future__ import annotations

import datetime as dt
import re

from kg.model import Metadata
from kg.read.metadata import FIELDS, parse_date
from kg.read.reasons import Unreadable

_LINE = re.compile(r"([^\r\n]*)(\r\n|\n|\r|\Z)")
_MOST_LINES = 1_000  # a page that opens with a rule and never has another is no reason to read all its blank lines
_PAIR = re.compile(r"\s*(\w+)\s*[:：]\s*(.*)")


def parse(text: str) -> tuple[Metadata, int]:
    """The metadata at the head of `text`, and the offset where the body begins: (Metadata(), 0) without front matter.

    Keys are date, place, publisher, title, source; values may be quoted; an empty value is unknown.
    Raises Unreadable `bad-front-matter`: unclosed, a line that is no pair, an unknown or repeated key, a bad date.
    """
    line = _LINE.match(text)
    if line is None or line[1].rstrip() != "---":
        return Metadata(), 0
    values: dict[str, str] = {}
    number = 1
    while line.end() < len(text):
        line, number = _LINE.match(text, line.end()), number + 1
        assert line is not None  # the pattern matches anywhere
        if number > _MOST_LINES:
            raise Unreadable("bad-front-matter", f"no second line --- in the first {_MOST_LINES:,} lines")
        if line[1].rstrip() == "---":
            return _metadata(values), line.end()
        if line[1].strip():
            key, value = _pair(line[1], number)
            if key in values:
                raise Unreadable("bad-front-matter", f"line {number} of the front matter repeats {key}")
            values[key] = value
    raise Unreadable("bad-front-matter", "the front matter that begins with --- has no second line ---")


def _pair(line: str, number: int) -> tuple[str, str]:
    found = _PAIR.fullmatch(line)
    if found is None:
        raise Unreadable("bad-front-matter", f"line {number} of the front matter is not `key: value`: {line[:40]!r}")
    key, value = found[1].lower(), found[2].strip()
    if key not in FIELDS:
        raise Unreadable(
            "bad-front-matter", f"line {number} of the front matter: {key[:40]!r} is not {', '.join(FIELDS)}"
        )
    if len(value) > 1 and value[0] == value[-1] and value[0] in "\"'" and value[0] not in value[1:-1]:
        value = value[1:-1].strip()
    return key, value


def _metadata(values: dict[str, str]) -> Metadata:
    day: dt.date | None = None
    if values.get("date"):
        day = parse_date(values["date"])
        if day is None:
            raise Unreadable(
                "bad-front-matter", f"date {values['date'][:40]!r} in the front matter is not like 2025-02-08"
            )
    return Metadata(day, *(values.get(field) or None for field in FIELDS if field != "date"))
