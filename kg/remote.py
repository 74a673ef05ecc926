"""Files that lie elsewhere: URLs that fsspec opens (s3, webhdfs, http, memory ...), beside the paths of this machine.

fsspec and what it needs for a store come with the extra `dask`; nothing here is needed for local files. Keys, regions
and endpoints are those of the store's own environment variables and files (AWS_PROFILE, AWS_ENDPOINT_URL ...).
"""

from __future__ import annotations

import errno
import posixpath
import re
import tempfile
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

from kg.errors import UsageError
from kg.files import atomic_write

Location = Path | str
"""a path of this machine, or a URL"""

INSTALL = "pip install 'local-news-kg[dask]'"
_URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")  # two letters: C:// is a drive
_WEB = ("http", "https")
_OBJECTS = ("s3", "s3a", "gs", "gcs", "abfs", "abfss", "az", "oss", "memory")
"""Stores where a file is there whole or not at all, and where one listing gives all that is below a folder."""
_BLOCK = 1 << 20
_SAID: dict[type[Exception], tuple[int, str]] = {
    FileNotFoundError: (errno.ENOENT, "No such file or directory"),
    PermissionError: (errno.EACCES, "Permission denied"),
    IsADirectoryError: (errno.EISDIR, "Is a directory"),
}
"""What stores say in words of their own, in those of this machine."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What a URL names.

    root: the parts of the folder that names are relative to, the scheme first; folder: whether the URL is that folder
    files: parts of each file below the root, and its URL; faults: folders that cannot be listed, and why
    """

    root: tuple[str, ...]
    folder: bool
    files: list[tuple[tuple[str, ...], str]] = field(default_factory=list)
    faults: list[tuple[tuple[str, ...], OSError]] = field(default_factory=list)


def location(given: Location) -> Location:
    """A path of this machine as a Path, anything else that has a scheme as the URL that it is.

    file:// is this machine; its percent signs are those of RFC 8089. Raises UsageError for a file of another host.

    >>> location("s3://bucket/pages/"), location("file:///srv/%E6%8A%A5").name, location("pages").name
    ('s3://bucket/pages/', '报', 'pages')
    """
    if isinstance(given, Path) or not _URL.match(given):
        return Path(given)
    parts = urlsplit(given)
    if parts.scheme.lower() != "file":
        return given
    if parts.netloc not in ("", "localhost"):
        raise UsageError(f"{given}: a file of another host is not read; write file:///path")
    from urllib.request import url2pathname  # late: it brings a web client along

    return Path(url2pathname(parts.path))


def listing(url: str) -> Listing:
    """The files below a URL, or the one that it is; hidden ones, and those in hidden folders, are passed over.

    Raises UsageError where there is nothing of that name, no listing (http), or what opens it is not installed.
    """
    scheme = urlsplit(url).scheme.lower()
    if scheme in _WEB:
        name = unquote(posixpath.basename(urlsplit(url).path))
        if not name:
            raise UsageError(f"{url}: a web server has no listing; give the address of each file")
        return Listing(_parts(posixpath.dirname(url.partition("?")[0])), False, [((name,), url)])
    fs, root = _open(url)
    try:
        with _told():
            fs.invalidate_cache()
            folder = fs.info(root)["type"] == "directory"
    except OSError as error:
        raise UsageError(f"cannot read {url}: {error.strerror}; check the PATH") from error
    if not folder:
        start, name = posixpath.split(url)
        return Listing(_parts(start), False, [((name,), url)])
    made = Listing(_parts(url), True)
    for name, fault in _below(fs, root, scheme in _OBJECTS):
        tail = name[len(root.rstrip("/")) + 1 :]
        if fault:
            made.faults.append((_parts(tail) if tail else (), fault))
        elif tail and not any(part.startswith(".") for part in tail.split("/")):
            made.files.append((_parts(tail), f"{url.rstrip('/')}/{tail}"))
    return made


def fetch(url: str, most: int) -> bytes:
    """The bytes of a file, no more than `most`. Raises OSError, UsageError."""
    fs, path = _open(url)
    data = bytearray()
    with _told(), fs.open(path, "rb") as stream:
        while len(data) < most and (block := stream.read(min(_BLOCK, most - len(data)))):
            data += block
    return bytes(data)


@contextmanager
def copied(url: str) -> Iterator[Path]:
    """A copy of a file on this machine while the block lasts: for an archive, read from its end. Raises as `fetch`."""
    fs, path = _open(url)
    with tempfile.TemporaryDirectory(prefix="kg-") as folder:
        copy = Path(folder) / "file"
        with copy.open("wb") as file, _told(), fs.open(path, "rb") as stream:
            while block := stream.read(_BLOCK):
                file.write(block)
        yield copy


def below(root: Location, place: Location) -> str | None:
    """What a file is called below a folder; None where it is not below it.

    >>> below("s3://bucket/pages", "s3://bucket/pages/02/A.md"), below("s3://bucket/pages", "s3://bucket/other/A.md")
    ('02/A.md', None)
    """
    above = location(root)
    if isinstance(above, str) and isinstance(place, str):
        start = above.rstrip("/") + "/"
        return place.removeprefix(start) if place.startswith(start) else None
    if isinstance(above, Path) and isinstance(place, Path) and place.is_relative_to(above.absolute()):
        return place.relative_to(above.absolute()).as_posix()
    return None


def join(folder: Location, name: str) -> Location:
    """A file below a folder; name: `/`-separated."""
    return folder / name if isinstance(folder, Path) else f"{folder.rstrip('/')}/{name}"


def write(place: Location, data: bytes) -> None:
    """Put a file in place whole: another name, then renamed; where a store knows no half files, by one PUT.

    Raises OSError, UsageError.
    """
    if isinstance(place, Path):
        with atomic_write(place, binary=True) as file:
            file.write(data)
        return
    fs, path = _open(place)
    with _told():
        if urlsplit(place).scheme.lower() in _OBJECTS:
            fs.pipe_file(path, data)
            return
        folder, name = posixpath.split(path)
        temporary = f"{folder}/.{name}.{uuid.uuid4().hex}.tmp"
        fs.makedirs(folder, exist_ok=True)
        try:
            fs.pipe_file(temporary, data)
            if fs.exists(path):
                fs.rm_file(path)  # not every store renames over a file
            fs.mv(temporary, path)
        finally:
            if fs.exists(temporary):
                fs.rm_file(temporary)


def delete(place: Location) -> None:
    """Take a file away, if it is there. Raises OSError, UsageError."""
    if isinstance(place, Path):
        place.unlink(missing_ok=True)
        return
    fs, path = _open(place)
    try:
        with _told():
            fs.rm_file(path)
    except FileNotFoundError:
        pass


def sizes(folder: Location) -> dict[str, int]:
    """The names in a folder, those of its folders left out, and the bytes of each; {} where it is not there.

    Raises OSError, UsageError.
    """
    if isinstance(folder, Path):
        return {one.name: one.stat().st_size for one in folder.iterdir() if one.is_file()} if folder.is_dir() else {}
    fs, path = _open(folder)
    try:
        with _told():
            fs.invalidate_cache()
            found = fs.ls(path, detail=True)
    except FileNotFoundError:
        return {}
    return {posixpath.basename(one["name"]): int(one["size"]) for one in found if one["type"] == "file"}


def _below(fs: Any, root: str, flat: bool) -> Iterator[tuple[str, OSError | None]]:
    """The files below a folder, and the folders that cannot be listed."""
    if flat:
        try:
            with _told():
                found = fs.find(root, detail=True)
        except OSError as error:
            yield root, error
            return
        # An empty object that stands for a folder has a name that ends with /.
        yield from ((name, None) for name, one in found.items() if one["type"] == "file" and not name.endswith("/"))
        return
    waiting = [root]
    while waiting:
        here = waiting.pop()
        try:
            with _told():
                found = fs.ls(here, detail=True)
        except OSError as error:
            yield here, error
            continue
        for one in found:
            name = one["name"].rstrip("/")
            if one["type"] != "directory":
                yield name, None
            elif not posixpath.basename(name).startswith("."):
                waiting.append(name)


def _parts(name: str) -> tuple[str, ...]:
    """The parts of a name, where a path keeps them all: an object may be called a//b or a/./b."""
    head, _, tail = name.rpartition("://")
    parts = [{"": "%2F", ".": "%2E", "..": "%2E%2E"}.get(part, part) for part in tail.strip("/").split("/")]
    return (f"{head}:", *parts) if head else tuple(parts)


def _open(url: str) -> tuple[Any, str]:
    """What opens a URL, and the path there. Raises UsageError where it is not installed, or not known."""
    try:
        from fsspec.core import url_to_fs
    except ImportError as error:
        raise UsageError(f"{url}: a URL is opened by fsspec, which is not installed; {INSTALL}") from error
    try:
        fs, path = url_to_fs(url)
    except ImportError as error:
        raise UsageError(f"{url}: {error}; {INSTALL}") from error
    except ValueError as error:
        raise UsageError(f"{url}: {error}; s3://, webhdfs:// or http:// is read") from error
    return fs, str(path)


@contextmanager
def _told() -> Iterator[None]:
    """What a store raises as OSError with words of its own or of this machine: drivers raise what they like."""
    try:
        yield
    except UsageError:
        raise
    except Exception as error:
        number, words = _SAID.get(type(error), (getattr(error, "errno", None) or errno.EIO, ""))
        words = words or getattr(error, "strerror", None) or " ".join(str(error).split())[:200] or type(error).__name__
        raise OSError(number, words) from error
