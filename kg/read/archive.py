"""ZIP archives: members are read as streams in memory, never extracted; hostile ones are refused."""

from __future__ import annotations

import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from kg.model import Document, Skipped
from kg.read import charset, formats
from kg.read.reasons import Unreadable, skipped
from kg.read.text import MAX_BYTES

MAX_RATIO = 200
"""The largest unpacked size a packed byte may stand for, in a member and in the archive as a whole."""

_ARCHIVES = frozenset({".zip", ".rar", ".7z", ".tar", ".gz", ".tgz", ".bz2", ".xz", ".zst"})
_ENCRYPTED, _UTF8_NAME = 0x1, 0x800  # general purpose bits, APPNOTE 4.4.4
_BROKEN = (zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, ValueError, OverflowError, RuntimeError)
"""What zipfile raises on a broken archive; NotImplementedError (an unknown method) is a RuntimeError."""


def read(path: Path, source: str) -> Iterator[Document | Skipped]:
    """The documents in the members of a .zip, sorted by name; `source` of a member is `pages.zip/A.md`.

    Hidden members and what macOS adds are passed over. Each member that cannot be read is one `Skipped`;
    members together over MAX_RATIO times the archive (overlapping ones) refuse it whole. Raises Unreadable.
    """
    with path.open("rb") as file, _open(file) as archive:
        members = [(name, info) for info in archive.infolist() if not _hidden(name := _name(info))]
        if not members:
            raise Unreadable("empty", "there is no file in it")
        if sum(info.file_size for _, info in members) > MAX_RATIO * path.stat().st_size:
            raise Unreadable("archive-ratio", f"unpacked it is over {MAX_RATIO} times its size")
        before = ""
        for name, info in sorted(members, key=lambda member: (member[0], member[1].header_offset)):
            inner = f"{source}/{name.lstrip('/')}"
            try:
                if name == before:
                    raise Unreadable("archive-duplicate", "a second member of the same name")
                before = name
                data = _data(archive, info, name)
            except Unreadable as error:
                yield skipped(inner, error.reason, error.what)
            else:
                yield from formats.parse(data, inner)


def _open(file: BinaryIO) -> zipfile.ZipFile:
    try:
        return zipfile.ZipFile(file)
    except _BROKEN as error:
        raise Unreadable("bad-zip", f"it is not a sound ZIP archive ({type(error).__name__})") from error


def _data(archive: zipfile.ZipFile, info: zipfile.ZipInfo, name: str) -> bytes:
    """The bytes of a member that is safe to read."""
    link = stat.S_ISLNK(info.external_attr >> 16)
    if link or name.startswith("/") or ".." in name.split("/") or re.match(r"[A-Za-z]:", name):
        raise Unreadable("archive-member-outside", "a link" if link else "its name leads out of the archive")
    if formats.suffix(name) in _ARCHIVES:
        raise Unreadable("nested-archive", "an archive within an archive")
    formats.check_type(name)
    if info.flag_bits & _ENCRYPTED:
        raise Unreadable("encrypted-member", "it is encrypted")
    if info.file_size > MAX_RATIO * max(info.compress_size, 1):
        raise Unreadable("archive-ratio", f"unpacked it is over {MAX_RATIO} times its packed size")
    if info.file_size > MAX_BYTES:
        raise Unreadable("too-large", f"over {MAX_BYTES // 1_000_000} MB")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise Unreadable("bad-zip", f"compression method {info.compress_type} is not read")
    try:
        with archive.open(info) as stream:
            return stream.read(MAX_BYTES)  # zipfile stops at the stated size, and checks the CRC there
    except _BROKEN as error:
        raise Unreadable("bad-zip", f"it cannot be unpacked ({type(error).__name__})") from error


def _name(info: zipfile.ZipInfo) -> str:
    """The member's name with `/`; without the UTF-8 flag zipfile has read the bytes as code page 437."""
    name = info.orig_filename
    raw = name.encode("utf-8") if info.flag_bits & _UTF8_NAME else name.encode("cp437")
    parts = charset.name(raw).replace("\\", "/").split("/")
    return "/".join(part for part in parts if part != ".")


def _hidden(name: str) -> bool:
    """Whether a member is a folder, hidden, or of the kind that macOS adds."""
    parts = name.split("/")
    return parts[-1] == "" or parts[0] == "__MACOSX" or any(p.startswith(".") and p != ".." for p in parts)
