"""Which reader reads which kind of file."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType

from kg.model import Document, Skipped
from kg.read import html, jsonl, plain
from kg.read.reasons import Unreadable, skipped

Reader = Callable[[bytes, str], Iterator[Document | Skipped]]

READERS: Mapping[str, Reader] = MappingProxyType(
    {".txt": plain.read, ".md": plain.read, ".html": html.read, ".htm": html.read, ".jsonl": jsonl.read}
)
"""Suffix -> reader of a file's bytes."""


def suffix(source: str) -> str:
    """`.md` of `a/b.MD`, "" of a name without one."""
    stem, dot, end = source.rpartition("/")[2].rpartition(".")
    return f".{end.lower()}" if dot and stem else ""


def check_type(source: str) -> None:
    """Raise Unreadable `unknown-type` if no reader reads files of that name."""
    if suffix(source) not in READERS:
        raise Unreadable(
            "unknown-type", f"files of type {suffix(source)!r} are not read" if suffix(source) else "no type"
        )


def parse(data: bytes, source: str) -> Iterator[Document | Skipped]:
    """The documents in a file's bytes, by its suffix; what cannot be read is one `Skipped`."""
    try:
        check_type(source)
        yield from READERS[suffix(source)](data, source)
    except Unreadable as error:
        yield skipped(source, error.reason, error.what)
