"""Which files the PATHs name, and what each is called."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from kg.errors import UsageError
from kg.model import Skipped
from kg.read import charset
from kg.read.reasons import skipped


@dataclass(frozen=True, slots=True)
class File:
    """A file to read: where it is, and its source (below the PATH given, `/`-separated)."""

    path: Path
    source: str


def find(paths: Sequence[Path], without: Path | None = None) -> tuple[list[File], list[Skipped]]:
    """The files that `paths` name, folders searched to the bottom, sorted by source; and what is passed over and why.

    Hidden files and folders, and the file `without`, are passed over silently; links to folders are not followed.
    A file named twice is read once. Files that would have the same source get the name of the PATH before it,
    and where that is the same too, of the folders above. Raises UsageError for a PATH that does not exist.
    """
    found: dict[Path, Path] = {}  # file -> folder its source is relative to
    passed: list[Skipped] = []
    for given in paths:
        path = Path(os.path.abspath(given))
        try:
            path.stat()
        except (OSError, ValueError) as error:
            name = charset.name(os.fsencode(given))
            raise UsageError(f"cannot read {name}: {getattr(error, 'strerror', error)}; check the PATH") from error
        if path.is_dir():
            items = list(_walk(path))
            for item in items:
                if isinstance(item, Skipped):
                    passed.append(item)
                elif without is None or item != Path(os.path.abspath(without)):
                    found.setdefault(item, path)
            if not items:
                passed.append(skipped(_text((path.name,)), "empty-folder", "there is no file in it"))
        else:
            found.setdefault(path, path.parent)
    files = [File(path, source) for path, source in zip(found, _sources(found), strict=True)]
    return sorted(files, key=lambda file: file.source), sorted(passed, key=lambda item: item.source)


def _walk(root: Path) -> Iterator[Path | Skipped]:
    unlisted: list[OSError] = []
    for folder, folders, names in os.walk(root, onerror=unlisted.append):
        here = Path(folder)
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in folders:
            if (here / name).is_symlink():
                source = _text((here / name).relative_to(root).parts)
                yield skipped(source, "directory-link", "links to folders are not followed")
        for name in sorted(names):
            if not name.startswith("."):
                yield here / name
    for error in unlisted:
        source = _text(Path(os.fsdecode(error.filename)).relative_to(root).parts) or _text((root.name,))
        yield skipped(source, "unreadable", f"the folder cannot be listed ({error.strerror})")


def _sources(found: dict[Path, Path]) -> list[str]:
    """For each file its path below its root, with as many of the folders above as it takes to tell them apart."""
    above = dict.fromkeys(found, 0)
    while True:
        sources = {
            path: _text((*(root.parts[1:][-above[path] :] if above[path] else ()), *path.relative_to(root).parts))
            for path, root in found.items()
        }
        counts = Counter(sources.values())
        alike = [
            path for path, root in found.items() if counts[sources[path]] > 1 and above[path] < len(root.parts) - 1
        ]
        if not alike:
            return list(sources.values())
        for path in alike:
            above[path] += 1


def _text(parts: tuple[str, ...]) -> str:
    return "/".join(charset.name(os.fsencode(part)) for part in parts)
