"""Which files the PATHs name, and what each is called."""

from __future__ import annotations

import itertools
import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path, PurePath, PurePosixPath
from urllib.parse import quote

from kg import remote
from kg.errors import UsageError
from kg.model import Skipped
from kg.read import charset
from kg.read.reasons import Unreadable, skipped
from kg.remote import Location


@dataclass(frozen=True, slots=True)
class File:
    """A file to read: where it is, and its source (below the PATH given, `/`-separated)."""

    path: Location
    source: str


def find(paths: Sequence[Location], without: Path | None = None) -> tuple[list[File], list[Skipped]]:
    """The files that `paths` name, folders searched to the bottom, sorted by source; and what is passed over and why.

    Hidden files and folders, and the file `without`, are passed over silently; links to folders are not followed.
    A file named twice is read once. Files that would have the same source get the name of the PATH before it,
    and where that is the same too, of the folders above. Raises UsageError for a PATH that does not exist.
    """
    found: dict[PurePath, PurePath] = {}  # file -> folder its source is relative to
    urls: dict[PurePath, str] = {}
    passed: list[Skipped] = []
    for given in map(remote.location, paths):
        if isinstance(given, str):
            _find_remote(given, found, urls, passed)
            continue
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
    files = [
        File(urls[path] if path in urls else Path(path), source)
        for path, source in zip(found, _sources(found), strict=True)
    ]
    return sorted(files, key=lambda file: file.source), sorted(passed, key=lambda item: item.source)


def _find_remote(url: str, found: dict[PurePath, PurePath], urls: dict[PurePath, str], passed: list[Skipped]) -> None:
    """Add what a URL names; its path is relative, scheme first, so that none of this machine is like it."""
    listing = remote.listing(url)
    root = PurePosixPath(*listing.root)
    for parts, where in listing.files:
        path = root.joinpath(*parts)
        if urls.setdefault(path, where) == where:
            found.setdefault(path, root)
        else:
            passed.append(skipped(_text(parts), "unreadable", "another file has the same name but for its slashes"))
    for parts, error in listing.faults:
        what = f"the folder cannot be listed ({error.strerror})"
        passed.append(skipped(_text(parts or (root.name,)), "unreadable", what))
    if listing.folder and not listing.files and not listing.faults:
        passed.append(skipped(_text((root.name,)), "empty-folder", "there is no file in it"))


def _walk(root: Path) -> Iterator[Path | Skipped]:
    unlisted: list[OSError] = []
    waiting = [root]
    while waiting:
        here = waiting.pop()
        # One folder at a time: up to Python 3.11 os.walk calls itself for each below, and cannot a thousand deep.
        for _, folders, names in itertools.islice(os.walk(here, onerror=unlisted.append), 1):
            for name in sorted(name for name in folders if not name.startswith(".")):
                if (here / name).is_symlink():
                    source = _text((here / name).relative_to(root).parts)
                    yield skipped(source, "directory-link", "links to folders are not followed")
                else:
                    waiting.append(here / name)
            for name in sorted(names):
                if not name.startswith("."):
                    yield here / name
    for error in unlisted:
        source = _text(Path(os.fsdecode(error.filename)).relative_to(root).parts) or _text((root.name,))
        yield skipped(source, "unreadable", f"the folder cannot be listed ({error.strerror})")


def _sources(found: Mapping[PurePath, PurePath]) -> list[str]:
    """For each file its path below its root, with as many of the folders above as it takes to tell them apart.

    Two names of one folder may be the same text in different encodings: those are written byte for byte (%D0%C2.md).
    """
    above = dict.fromkeys(found, 0)
    bytewise: set[PurePath] = set()
    while True:
        sources = {
            path: (_quoted if path in bytewise else _text)(
                (*(root.parts[1:][-above[path] :] if above[path] else ()), *path.relative_to(root).parts)
            )
            for path, root in found.items()
        }
        here = Counter((path.parent, sources[path]) for path in found)
        twins = {path for path in found if here[path.parent, sources[path]] > 1} - bytewise
        counts = Counter(sources.values())
        alike = [
            path for path, root in found.items() if counts[sources[path]] > 1 and above[path] < len(root.parts) - 1
        ]
        if twins:
            bytewise |= twins
        elif alike:
            for path in alike:
                above[path] += 1
        elif unlike := {path for path in found if counts[sources[path]] > 1} - bytewise:
            bytewise |= unlike  # folders above that are the same text
        else:
            return list(sources.values())


def content(path: Location, largest: int) -> bytes:
    """The bytes of a file. Raises OSError, Unreadable `not-a-file` or `too-large`.

    Neither is waited for a pipe nor more read of a file that grows than `largest` bytes and one.
    """
    data: bytes | None
    if isinstance(path, str):
        data = remote.fetch(path, largest + 1)
    else:
        check_kind(path)
        with path.open("rb") as stream:
            data = stream.read(largest + 1) if path.stat().st_size <= largest else None
    if data is None or len(data) > largest:
        raise Unreadable("too-large", f"over {largest // 1_000_000} MB")
    return data


@contextmanager
def here(path: Location) -> Iterator[Path]:
    """A file as one of this machine: itself, or a copy while the block lasts. Raises OSError."""
    if isinstance(path, str):
        with remote.copied(path) as copy:
            yield copy
    else:
        yield path


def check_kind(path: Location) -> None:
    """Raise Unreadable `not-a-file` for a device, a pipe or a socket; what is not there is told on opening it."""
    if isinstance(path, Path) and path.exists() and not path.is_file() and not path.is_dir():
        raise Unreadable("not-a-file", "it is a device, a pipe or a socket")


def _quoted(parts: tuple[str, ...]) -> str:
    return "/".join(quote(os.fsencode(part)) for part in parts)


def _text(parts: tuple[str, ...]) -> str:
    return "/".join(charset.name(os.fsencode(part)) for part in parts)
