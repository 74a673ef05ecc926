"""The manifest: a CSV table of metadata, one row a source."""

from __future__ import annotations

import csv
import io
import posixpath
from dataclasses import dataclass
from pathlib import Path

from kg.errors import ConfigurationError, UsageError
from kg.model import Metadata, Skipped
from kg.read import charset, files
from kg.read.metadata import FIELDS, parse_date
from kg.read.reasons import Unreadable, skipped
from kg.read.text import MAX_BYTES


@dataclass(frozen=True, slots=True)
class Row:
    """What the manifest says of one source; `number` is the row's line in the file."""

    number: int
    metadata: Metadata


def load(path: Path) -> tuple[dict[str, Row], list[Skipped]]:
    """The rows of a manifest by their `path`, and what is wrong with it.

    The header names `path` and any of date, place, publisher, title, source, in any order. A row with no path, a
    repeated path or a bad date is a `Skipped`; with a bad date the rest of the row is used.
    Raises UsageError if there is no such file, ConfigurationError if it is not a CSV table with a column `path`.
    """
    try:
        text = charset.decode(files.content(path, MAX_BYTES))
        table = csv.reader(io.StringIO(text, newline=""), strict=True)
        lines = [(table.line_num, [cell.strip() for cell in cells]) for cells in table]
    except OSError as error:
        raise UsageError(f"manifest {path}: {error.strerror}; check the path") from error
    except Unreadable as error:
        raise ConfigurationError(f"manifest {path}: {error.what}; save it as CSV in UTF-8") from error
    except csv.Error as error:
        raise ConfigurationError(f"manifest {path}: not CSV ({error}); save it as CSV in UTF-8") from error
    header = [cell.lower() for cell in lines[0][1]] if lines else []
    if header.count("path") != 1:
        raise ConfigurationError(f"manifest {path}: one column of the first row must be path; it has {_shown(header)}")
    if repeated := sorted(column for column in FIELDS if header.count(column) > 1):
        raise ConfigurationError(f"manifest {path}: two columns are called {repeated[0]}; leave one")
    name = path.name
    faults = [
        skipped(name, "manifest-unknown-column", f"column {column[:40]!r}")
        for column in header
        if column and column not in (*FIELDS, "path")
    ]
    rows: dict[str, Row] = {}
    for number, cells in lines[1:]:
        if not any(cells):
            continue
        values = dict(zip(header, cells, strict=False))
        key = posixpath.normpath(values["path"].replace("\\", "/")) if values.get("path") else ""
        day = parse_date(values["date"]) if values.get("date") else None
        if any(cells[len(header) :]):
            faults.append(skipped(name, "manifest-bad-row", f"row {number} has more cells than the header"))
        elif not key:
            faults.append(skipped(name, "manifest-bad-row", f"row {number} has no path"))
        elif key in rows:
            faults.append(skipped(name, "manifest-bad-row", f"row {number} repeats {key[:200]!r}"))
        else:
            if values.get("date") and day is None:
                what = f"row {number}: date {values['date'][:40]!r} is not like 2025-02-08"
                faults.append(skipped(name, "manifest-bad-row", what))
            rest = (values.get(field) or None for field in FIELDS if field != "date")
            rows[key] = Row(number, Metadata(day, *rest))
    return rows, faults


def _shown(header: list[str]) -> list[str]:
    return [cell[:40] for cell in header[:10]]
