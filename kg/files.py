"""Writing a file so that a crash leaves the last good one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any


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
    finally:
        temporary.unlink(missing_ok=True)
