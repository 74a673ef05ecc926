"""The process that runs queries for kg.workers: requests come in on stdin, answers go out on stdout.

It may be killed at any time, and kills itself where nobody is left to do so.
"""

from __future__ import annotations

import json
import os
import signal
import struct
import sys
from pathlib import Path
from typing import IO, Any

from kg import store
from kg.answers import Request, answer
from kg.errors import KgError, LimitError, NotAcceptableError, QueryError, StoreError, UsageError
from kg.store import CURRENT, Store

LENGTHS = struct.Struct(">II")
"""before each message: bytes of its JSON, bytes of its body"""
GRACE = 2.0
"""seconds that the parent has to kill a worker whose time is over, before it does so itself"""


def send(to: IO[bytes], head: dict[str, Any], body: bytes = b"") -> None:
    """Write a message. Raises OSError where nobody reads it."""
    told = json.dumps(head).encode()
    to.write(LENGTHS.pack(len(told), len(body)) + told)
    to.write(body)
    to.flush()


def receive(source: IO[bytes]) -> tuple[dict[str, Any], bytes] | None:
    """The next message, None where the other side has ended."""
    lengths = source.read(LENGTHS.size)
    if len(lengths) < LENGTHS.size:
        return None
    told, body = LENGTHS.unpack(lengths)
    parts = source.read(told), source.read(body)
    return (json.loads(parts[0]), parts[1]) if len(parts[0]) == told and len(parts[1]) == body else None


def main(path: str, memory: int, seconds: float) -> None:
    """Answer requests until stdin ends; path: the folder of a build; memory: bytes of address space."""
    wire = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever prints must not fall into a message
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is for the parent
    _limit(memory)
    send(wire, {"ready": True})
    opened: Store | None = None
    stamp: object = None
    while (message := receive(sys.stdin.buffer)) is not None:
        _alarm(seconds + GRACE)
        try:
            if opened is None or stamp != _stamp(path):
                stamp, opened = _stamp(path), _opened(path)
            found = answer(opened, _request(message[0]))
            head = {"media_type": found.media_type, "rows": found.rows, "truncated": found.truncated}
            send(wire, head, found.body)
        except MemoryError:
            send(wire, {"error": "LimitError", "what": "memory", "message": ""})
            return  # what is left of it is not worth keeping
        except KgError as error:
            send(wire, _told(error))
        _alarm(0)


def _opened(path: str) -> Store:
    try:
        return store.open(path)
    except UsageError as error:  # not of the one who asks
        raise StoreError(str(error)) from error


def _request(told: dict[str, Any]) -> Request:
    """The request that a message states; JSON has no tuples."""
    default, named = tuple(told["default_graphs"]), tuple(told["named_graphs"])
    return Request(told["query"], told["accept"], told["values"], default, named, told["rows"])


def _told(error: KgError) -> dict[str, Any]:
    names = [
        kind.__name__ for kind in (QueryError, NotAcceptableError, LimitError, UsageError) if isinstance(error, kind)
    ]
    told: dict[str, Any] = {"error": names[0] if names else "StoreError", "message": str(error)}
    if isinstance(error, QueryError):
        told |= {"line": error.line, "column": error.column}
    return told | ({"what": error.what} if isinstance(error, LimitError) else {})


def _stamp(path: str) -> object:
    """What changes when a build puts another database in place."""
    try:
        found = (Path(path) / "store" / CURRENT).stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino


def _alarm(seconds: float) -> None:
    """End this process after so many seconds, whatever it does; 0 calls it off."""
    if hasattr(signal, "setitimer"):
        signal.setitimer(signal.ITIMER_REAL, seconds)


def _limit(memory: int) -> None:
    """Bound the address space, and leave no core dump."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), float(sys.argv[3]))
