"""Reading: files, folders and archives in; documents, and an account of what was left out, come out."""

from __future__ import annotations

import os
import posixpath
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from kg.model import Document, Metadata, Skipped
from kg.read import archive, charset, files, formats, html
from kg.read import manifest as manifests
from kg.read.files import File
from kg.read.metadata import date_in_name, merge
from kg.read.reasons import REASONS, WARNINGS, Unreadable, skipped
from kg.read.text import MAX_BYTES
from kg.remote import Location

__all__ = ["REASONS", "WARNINGS", "read"]


def read(
    paths: Sequence[Location],
    *,
    metadata: Metadata = Metadata(),
    manifest: Path | None = None,
    progress: Callable[[int, int], None] | None = None,
) -> Iterator[Document | Skipped]:
    """The documents that `paths` name, one file in memory at a time, sorted by source.

    paths: files or folders; .txt, .md, .html, .htm, .jsonl and .zip are read, a file of any other kind is reported;
        URLs (strings with a scheme) of files and folders that fsspec lists are read as local ones are
    metadata: what the user says of all of them
    manifest: a CSV table (path, date, place, publisher, title, source); `path` is a document's source, or relative to
        the manifest's folder; a row that names an archive or a .jsonl holds for everything in it
    progress: called after each file with the number of files read and of all

    For each field of a document's metadata the first that knows it counts: the manifest's row, the text's own front
    matter (or JSON fields), `metadata`, what an HTML page states, the file name (a date in it, or in the name
    of a folder or archive around it below PATH). No date comes from the clock.

    A `Skipped` accounts for each input left out, with a reason of `REASONS`; those of `WARNINGS` (a broken front
    matter, a manifest's fault) drop no document: it is read all the same, and follows.
    Raises UsageError, before anything is read, if a PATH or the manifest does not exist, ConfigurationError if the
    manifest is no table.
    """
    rows, faults = manifests.load(manifest) if manifest else ({}, [])
    found, passed = files.find(paths, without=manifest)
    return _read(found, [*faults, *passed], metadata, manifest, rows, progress)


def _read(
    found: list[File],
    faults: list[Skipped],
    options: Metadata,
    manifest: Path | None,
    rows: dict[str, manifests.Row],
    progress: Callable[[int, int], None] | None,
) -> Iterator[Document | Skipped]:
    yield from faults
    used: set[str] = set()
    for done, file in enumerate(found, 1):
        names = [file.source]
        if manifest:
            names += [_relative(file.path, manifest), str(file.path)]
        used.update(name for name in names if name in rows)
        for item in _items(file):
            inner = item.source.removeprefix(file.source)
            keys = [name + tail for tail in dict.fromkeys((inner, "")) for name in names if name + tail in rows]
            used.update(keys)
            if isinstance(item, Document):
                told = merge(*(rows[key].metadata for key in keys))
                item = replace(item, metadata=_metadata(item, told, options))
            yield item
        if progress:
            progress(done, len(found))
    for key, row in rows.items():
        if key not in used:
            what = f"row {row.number} of the manifest names it, but it was not read"
            yield skipped(charset.printable(key), "manifest-missing-file", what)


def _items(file: File) -> Iterator[Document | Skipped]:
    """What is in one file."""
    try:
        files.check_kind(file.path)
        if formats.suffix(file.source) == ".zip":
            with files.here(file.path) as path:
                yield from archive.read(path, file.source)
        else:
            formats.check_type(file.source)
            yield from formats.parse(files.content(file.path, MAX_BYTES), file.source)
    except OSError as error:
        yield skipped(file.source, "unreadable", f"it cannot be read ({error.strerror})")
    except Unreadable as error:
        yield skipped(file.source, error.reason, error.what)


def _metadata(document: Document, told: Metadata, options: Metadata) -> Metadata:
    """The precedence that `read` promises: a page's own claims are guesses of a parser, a front matter is not."""
    name = Metadata(date=date_in_name(document.source))
    if document.media_type == html.MEDIA_TYPE:
        return merge(told, options, document.metadata, name)
    return merge(told, document.metadata, options, name)


def _relative(path: Location, manifest: Path) -> str:
    """The file's path as a row relative to the manifest's folder would give it; a URL as a row would give that."""
    if isinstance(path, str):
        return posixpath.normpath(path)
    try:
        return os.path.relpath(path, manifest.absolute().parent).replace(os.sep, "/")
    except ValueError:  # on another drive of Windows
        return str(path)
