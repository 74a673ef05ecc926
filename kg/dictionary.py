"""A user's own dictionary: names with absolute priority over every tagger."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kg.errors import ConfigurationError
from kg.files import read_utf8
from kg.lexicon import either
from kg.model import Mention

CLASSES = (
    *("Person", "Post", "Company", "GovernmentBody", "PartyBody", "Institution", "Organization", "Park", "Place"),
    *("Event", "Project"),
)
"""The classes that a dictionary may give."""
HEADER = ("name", "class", "canonical name")


@dataclass(frozen=True, slots=True)
class Dictionary:
    """Names -> class, and names -> canonical name, which is the name itself where the table gives none."""

    classes: Mapping[str, str]
    canonical: Mapping[str, str]

    def find(self, text: str) -> list[Mention]:
        """The names in a text, the longest first from left to right."""
        return [
            Mention(self.classes[m[0]], m.start(), m.end(), m[0], self.canonical[m[0]], "dictionary")
            for m in re.finditer(either(self.classes), text)
            if m[0]
        ]


def load(path: Path) -> Dictionary:
    """Read a table of name, class and canonical name: tab-separated, UTF-8; lines that begin with # are comments.

    The header and the canonical names may be left out. Raises ConfigurationError naming file and line for a file that
    cannot be read, a row with other columns, a class that is none of CLASSES, a name that stands twice with different
    values.
    """
    text = read_utf8(path)
    classes: dict[str, str] = {}
    canonical: dict[str, str] = {}
    for number, line in enumerate(text.splitlines(), 1):
        row = [cell.strip() for cell in line.split("\t")]
        if not line.strip() or line.startswith("#") or (number == 1 and row[:2] == list(HEADER[:2])):
            continue
        where = f"{path}, line {number}"
        if len(row) not in (2, 3) or not row[0]:
            raise ConfigurationError(f"{where}: give name, class and canonical name, separated by tabs")
        name, cls, full = (*row, "")[:3]
        if cls not in CLASSES:
            raise ConfigurationError(f"{where}: class {cls!r}: it is one of {', '.join(CLASSES)}")
        if classes.get(name, cls) != cls or canonical.get(name, full or name) != (full or name):
            raise ConfigurationError(f"{where}: {name} stands twice, with different values")
        classes[name], canonical[name] = cls, full or name
    return Dictionary(classes, canonical)
