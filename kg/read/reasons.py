"""Why an input was left out or is doubtful: the reason codes, and what to do about each."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from kg.model import Skipped

REASONS: Mapping[str, str] = MappingProxyType(
    {
        "archive-duplicate": "keep one member of that name in the archive",
        "archive-member-outside": "pack the archive again with relative names and without links",
        "archive-ratio": "unpack it yourself if you trust it, and give the folder",
        "bad-date": "write the date as 2025-02-08; the text was read without it",
        "bad-front-matter": "mend or remove the block; the text was read as it stands, without its metadata",
        "bad-html": "save the page again, or its text as .txt",
        "bad-json": "write one JSON object with a text field a line",
        "bad-zip": "pack the archive again as a plain .zip",
        "binary": "save its text as .txt in UTF-8",
        "crashed": "send the page to the makers; the others were read",
        "directory-link": "give the folder it points to as a PATH of its own",
        "empty": "nothing to do, or save the file again with its text",
        "empty-folder": "check the PATH",
        "encrypted-member": "unpack the archive with its password, and give the folder",
        "line-too-long": "break the text into paragraphs",
        "manifest-bad-row": "mend that row; the rest of the manifest was used",
        "manifest-missing-file": "correct the path in the manifest, or add the file",
        "manifest-unknown-column": "use path, date, place, publisher, title and source; the column was ignored",
        "nested-archive": "unpack the inner archive, and give it or the folder as a PATH",
        "no-main-text": "save the article's text as .txt",
        "not-a-file": "give a regular file",
        "too-large": "split it into smaller files",
        "too-slow": "send the page to the makers; the others were read",
        "undecodable": "save it as UTF-8",
        "unknown-type": "convert it to .txt, .md, .html, .jsonl or .zip, or take it out of the folder",
        "unreadable": "check that it exists and that you may read it",
        "worker-died": "send the page to the makers; the others were read",
    }
)
"""Reason code -> what the user can do; the end of every message."""

WARNINGS: frozenset[str] = frozenset(
    {
        "bad-date",
        "bad-front-matter",
        "empty-folder",
        "manifest-bad-row",
        "manifest-missing-file",
        "manifest-unknown-column",
    }
)
"""The reasons that drop no document of their own: the others say that an input was left out."""


class Unreadable(Exception):
    """An input cannot be read as its format asks; `read` turns it into a `Skipped`. Never leaves `kg.read`.

    reason: a key of `REASONS`; what: what is wrong, in one line
    """

    def __init__(self, reason: str, what: str) -> None:
        super().__init__(f"{reason}: {what}")
        self.reason = reason
        self.what = what


def skipped(source: str, reason: str, what: str) -> Skipped:
    """The value that accounts for an input left out: what is wrong, then what to do."""
    return Skipped(source, reason, f"{what}; {REASONS[reason]}")
