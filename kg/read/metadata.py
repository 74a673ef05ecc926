"""Metadata beside the text: dates as people write them, dates in file names, and which source of metadata wins."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import fields

from kg.model import Metadata

FIELDS: tuple[str, ...] = tuple(field.name for field in fields(Metadata))
"""date, place, publisher, title, source"""

_DAY = r"((?:19|20)\d\d)(?:([-_./])(\d\d?)\2(\d\d?)|(\d\d)(\d\d)|年(\d\d?)月(\d\d?)日)"
_WHOLE = re.compile(_DAY + r"(?:[T ]\d\d?:.*)?", re.ASCII)
_WITHIN = re.compile(r"(?<!\d)" + _DAY + r"(?!\d)", re.ASCII)


def parse_date(text: str) -> dt.date | None:
    """The day that `text` is: 2025-02-08, 2025/2/8, 2025.2.8, 20250208, 2025年2月8日, a time of day after it ignored.

    None where it is no such day; years are 1900 to 2099.

    >>> parse_date("2025年2月8日"), parse_date("2025-02-30")
    (datetime.date(2025, 2, 8), None)
    """
    found = _WHOLE.fullmatch(text.strip())
    return _day(found) if found else None


def date_in_name(source: str) -> dt.date | None:
    """The one day that a file name holds, or the nearest folder or archive that holds one; None where two days differ.

    >>> date_in_name("2025-02-07/A01_20250208.md"), date_in_name("2025-02-07/A01.md")
    (datetime.date(2025, 2, 8), datetime.date(2025, 2, 7))
    """
    for part in reversed(source.split("/")):
        days = {day for found in _WITHIN.finditer(part) if (day := _day(found))}
        if days:
            return days.pop() if len(days) == 1 else None
    return None


def _day(found: re.Match[str]) -> dt.date | None:
    year, _, *groups = found.groups()
    month, day = (int(group) for group in groups if group)
    try:
        return dt.date(int(year), month, day)
    except ValueError:
        return None


def merge(*known: Metadata) -> Metadata:
    """Field by field the first that is known, the most specific source first."""
    return Metadata(*(next((v for m in known if (v := getattr(m, field)) is not None), None) for field in FIELDS))
