"""kg diff: what the archive tells that is new between two days."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from kg.commands import as_json, command, date


def add(commands: Any) -> None:
    """Add the command."""
    it = command(
        commands,
        "diff",
        _diff,
        "print what is new between two days: people, posts, companies, projects and changed amounts, with evidence",
        "  kg diff 2025-03-31 2025-04-30              what April brought\n"
        "  kg diff 2025-03-31 2025-12-31 -o output --json",
    )
    it.add_argument("first", metavar="DATE1", type=date, help="what was published up to this day is known: 2025-03-31")
    it.add_argument("last", metavar="DATE2", type=date, help="what was published after it, up to this day, may be new")
    it.add_argument("-o", "--out", type=Path, default=Path("output"), help="folder of the build (default: output)")
    it.add_argument("--json", action="store_true", help="print it as JSON")


def _diff(a: argparse.Namespace) -> int:
    from kg import changes
    from kg.archive import Archive
    from kg.view.content import load_labels

    archive = Archive(a.out)
    found = changes.between(archive, a.first, a.last)
    tables = load_labels({})
    labels = {name: entry["zh"] for table in ("predicates", "statuses") for name, entry in tables[table].items()}
    print(as_json(changes.as_json(archive, found)) if a.json else changes.as_text(archive, found, labels))
    return 0
