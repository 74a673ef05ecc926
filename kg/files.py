"""Writing a file so that a crash leaves the last good one, and one process at a time."""

from __future__ import annotations

import os
import platform
import re
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Any

from kg.errors import ConfigurationError, StoreLockedError


@contextmanager
def atomic_write(path: Path, *, binary: bool = False, newline: str = "\n") -> Iterator[IO[Any]]:
    """Yield a file that takes the place of `path` when the block ends, and vanishes when it raises.

    The bytes reach the disk before the name does (fsync, then rename), so a reader sees the old file or the new one.
    Missing folders are made. Text is UTF-8; `newline` as for `open`. Raises OSError as `open` does.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    # The process id keeps two builds into one folder from writing the same temporary file.
    temporary = path.with_name(f".{path.name}.{os.getpid()}.tmp")
    try:
        with temporary.open("wb") if binary else temporary.open("w", encoding="utf-8", newline=newline) as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except OSError as error:
        # What a full disk refuses is a write, which does not say of which file.
        if error.filename is None and error.errno is not None:
            error.filename = str(path)
        raise
    finally:
        temporary.unlink(missing_ok=True)


def sweep(folder: Path, names: Collection[str] = ()) -> None:
    """Take away what processes that were killed left of the files of these names, which the caller alone writes.

    Without names: of all files in the folder and below.
    """
    for found in folder.glob(".*.tmp") if names else folder.rglob(".*.tmp"):
        told = _TEMPORARY.fullmatch(found.name)
        if told and (not names or told["name"] in names):
            found.unlink(missing_ok=True)


_TEMPORARY = re.compile(r"\.(?P<name>.+)\.\d+\.tmp")


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """Hold the lock of a file, so that one process at a time does what is within; it ends with the process.

    Raises StoreLockedError, naming the holder, where another process has it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("a+", encoding="utf-8") as file:
        try:
            _lock(file)
        except OSError as error:
            file.seek(0)
            holder = file.read().strip() or "another process"
            raise StoreLockedError(f"{path.parent}: {holder} is writing it; wait for it to end") from error
        file.truncate(0)
        # Without a buffer: what a full disk refuses would be tried again, and refused again, at the end.
        with suppress(OSError):
            holder = f"process {os.getpid()} on {platform.node()} ({' '.join(sys.argv)[:200]})\n"
            os.write(file.fileno(), holder.encode("utf-8", "backslashreplace"))
        try:
            yield
        finally:
            file.truncate(0)


def _lock(file: IO[Any]) -> None:
    """Take the lock of an open file. Raises OSError where it is taken."""
    if sys.platform == "win32":
        import msvcrt

        # Beyond the text, as Windows lets nobody read what is locked.
        file.seek(1 << 20)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)


def read_utf8(path: Path) -> str:
    """The text of a file that a user wrote, without a byte order mark.

    Raises ConfigurationError where it cannot be read or is not UTF-8.
    """
    try:
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise ConfigurationError(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: it is not UTF-8; save it as UTF-8") from error
