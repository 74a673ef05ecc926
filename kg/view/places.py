"""The last places of nodes, kept in a file beside the page, so that adding pages moves nobody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from kg.errors import ConfigurationError
from kg.files import atomic_write

Point = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Places:
    """Entity id -> whole px coordinates, in the picture of all (`whole`) and in the opening one.

    added: who was put beside the others since all of them were last laid out together
    """

    whole: Mapping[str, Point]
    opening: Mapping[str, Point]
    added: frozenset[str] = field(default_factory=frozenset)


PICTURES = ("whole", "opening")


def load(path: Path) -> Places:
    """The places of the file, none if there is no file. Raises ConfigurationError if it is something else."""
    if not path.is_file():
        return Places({}, {})
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        read = {name: {str(id_): (int(x), int(y)) for id_, (x, y) in table[name].items()} for name in PICTURES}
        added = frozenset(str(id_) for id_ in table.get("added", ()))
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError) as error:
        raise ConfigurationError(
            f"{path}: not the places of a network ({type(error).__name__}: {error}); delete it to have them made anew"
        ) from error
    return Places(**read, added=added)


def save(path: Path, places: Places) -> None:
    """Write the places, one entity a line, sorted."""
    parts = []
    for name in PICTURES:
        points = sorted(getattr(places, name).items())
        lines = [f"{json.dumps(id_, ensure_ascii=False)}: [{x}, {y}]" for id_, (x, y) in points]
        parts.append(f'"{name}": {{\n' + ",\n".join(lines) + "\n}")
    parts.append('"added": ' + json.dumps(sorted(places.added), ensure_ascii=False, indent=0))
    with atomic_write(path) as file:
        file.write("{\n" + ",\n".join(parts) + "\n}\n")
