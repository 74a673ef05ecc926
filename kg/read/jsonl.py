"""JSON Lines: one article a line."""

from __future__ import annotations

import datetime as dt
import hashlib
import io
import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from kg.model import Document, Metadata, Skipped
from kg.read import charset, text
from kg.read.metadata import parse_date
from kg.read.reasons import Unreadable, skipped

_TELLING = 20  # bytes outside ASCII that tell GB18030 by themselves
_ID = re.compile(r"[^\s/\\#]{1,200}")


def read(data: bytes, source: str) -> Iterator[Document | Skipped]:
    """A document a line: `text` (required), `title`, `date`, `place`, `publisher`, `source`, `id`; others are ignored.

    Its source is `x.jsonl/<id>`, or `x.jsonl/<line number>` where the id is missing or unfit for a path; one that
    is taken gets `_<line number>` behind it. The sha256 is of the line in UTF-8. A bad line is one `Skipped`; so is a
    bad date, whose document is read without it. Raises Unreadable if the file as a whole is binary or empty.
    """
    taken: set[str] = set()
    for number, line in enumerate(_lines(data), 1):
        try:
            content = (_decoded(line) if isinstance(line, bytes) else line).strip()
            if not content:
                continue
            record = _record(content)
            name = f"{source}/{_name(record, number, taken)}"
            said = _field(record, "date")
            day = parse_date(said) if said else None
            if said and day is None:
                yield skipped(name, "bad-date", f"line {number}: date {said[:40]!r}")
            yield _document(record, name, hashlib.sha256(content.encode("utf-8")).hexdigest(), day)
        except Unreadable as error:
            taken.add(str(number))
            yield skipped(f"{source}/{number}", error.reason, f"line {number}: {error.what}")


def _document(record: dict[str, Any], name: str, sha256: str, day: dt.date | None) -> Document:
    body = _field(record, "text") or ""
    text.check(body)
    title = " ".join((_field(record, "title") or "").split()) or None
    metadata = Metadata(day, _field(record, "place"), _field(record, "publisher"), title, _field(record, "source"))
    return Document(name, text.headed(title, body), "application/jsonl", sha256, metadata, extracted=True)


def _lines(data: bytes) -> Iterable[str | bytes]:
    """The lines, decoded as one where the file is of one encoding, so that a short line is not guessed at by itself."""
    try:
        content = charset.decode(data)
    except Unreadable as error:
        if error.reason == "binary" or b"\0" in data:
            raise
        return io.BytesIO(data)
    if not content.strip():
        raise Unreadable("empty", "there is no line in it")
    return io.StringIO(content)


def _decoded(line: bytes) -> str:
    """A line of a file of several encodings: a few bytes that are no UTF-8 may be half a character."""
    content = charset.decode(line)
    try:
        line.decode("utf-8")
    except UnicodeDecodeError as error:
        if len(line.decode("ascii", "ignore")) > len(line) - _TELLING:  # only counts: nothing of it is kept
            raise Unreadable("undecodable", f"not UTF-8 (byte {error.start} is wrong), too short to tell") from error
    return content


def _record(line: str) -> dict[str, Any]:
    if len(line) > text.MAX_LINE:
        raise Unreadable("line-too-long", f"it has over {text.MAX_LINE:,} characters")
    try:
        record = json.loads(line, object_pairs_hook=_object)
    except _Repeated as error:
        raise Unreadable("bad-json", f"field {str(error)[:40]!r} stands twice") from error
    except ValueError as error:
        what = f"{error.msg}, column {error.colno}" if isinstance(error, json.JSONDecodeError) else "a number too long"
        raise Unreadable("bad-json", f"not JSON ({what})") from error
    except RecursionError as error:
        raise Unreadable("bad-json", "nested too deep") from error
    if not isinstance(record, dict):
        raise Unreadable("bad-json", "not an object")
    if not isinstance(record.get("text"), str):
        raise Unreadable("bad-json", "no text field, or one that is not a string")
    return record


class _Repeated(Exception):
    """A field that an object has twice, so that one of its values would be lost without a word."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) < len(pairs):
        raise _Repeated(next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1))
    return made


def _field(record: dict[str, Any], field: str) -> str | None:
    """A field as a string, None where it is empty; a number (date 20250208, id 7) is its digits."""
    value = record.get(field)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None or value == "":
        return None
    if not isinstance(value, str):
        raise Unreadable("bad-json", f"field {field} is not a string")
    if "\0" in value or any("\ud800" <= char <= "\udfff" for char in value):
        raise Unreadable("bad-json", f"field {field} holds a NUL or half a surrogate pair")
    return value


def _name(record: dict[str, Any], number: int, taken: set[str]) -> str:
    given = _field(record, "id") or ""
    fit = _ID.fullmatch(given) and given.isprintable() and given.strip(".")
    name = given if fit else str(number)
    if name in taken:
        name = f"{name}_{number}"
    while name in taken:
        name += "_"
    taken.add(name)
    return name
