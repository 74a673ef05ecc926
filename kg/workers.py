"""Queries in processes that can be killed: nothing else ends a cross product, and a deep query ends its process.

A pool starts workers as they are wanted and keeps them; one that died or was killed is replaced by the next query.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from typing import IO, Any

from kg import errors, worker
from kg.answers import Answer, Request
from kg.errors import KgError, LimitError, StoreError
from kg.rows import Rows, rows

START = 60.0
"""seconds that a worker may take to start: it has Python and a library to load, perhaps from a slow disk"""


@dataclass(frozen=True, slots=True)
class Limits:
    """What a query gets.

    seconds: wall time; memory: bytes of address space, where the system can bound it; at_once: queries at one time
    patience: seconds that one more query waits for one of them to end
    """

    seconds: float = 10.0
    memory: int = 2 << 30
    at_once: int = 4
    patience: float = 0.5


class Pool:
    """Workers on the store of a build; its methods may be called from several threads."""

    def __init__(self, path: str, limits: Limits = Limits()) -> None:
        self.path, self.limits = path, limits
        self._free = threading.BoundedSemaphore(limits.at_once)
        self._lock = threading.Lock()
        self._idle: list[_Worker] = []
        self._live: set[_Worker] = set()
        self._closed = False

    def ask(self, request: Request) -> Answer:
        """The answer to a query.

        Raises LimitError where it takes more than it gets or all workers are busy, and what kg.answers.answer raises.
        """
        if not self._free.acquire(timeout=self.limits.patience):
            raise LimitError("busy", f"{self.limits.at_once} queries run already; ask again in a moment")
        try:
            one = self._worker()
            try:
                answer = one.ask(request)
            except KgError:
                self._back(one)
                raise
            self._back(one)
            return answer
        finally:
            self._free.release()

    def rows(self, query: str, values: Mapping[str, str] | None = None, most: int = 1_000) -> tuple[Rows, bool]:
        """The solutions of one of the program's own queries, and whether there are more than `most`."""
        import pyoxigraph as ox

        answer = self.ask(Request(query, values=values or {}, rows=most))
        parsed = ox.parse_query_results(answer.body, format=ox.QueryResultsFormat.JSON)
        assert isinstance(parsed, ox.QuerySolutions)
        return rows(parsed), answer.truncated

    def stop(self) -> None:
        """Kill all workers, busy ones too; what they were asked fails. May be called from a signal handler."""
        self._closed = True
        for one in tuple(self._live):
            one.process.kill()

    def close(self) -> None:
        """Kill all workers and wait until they are gone."""
        self.stop()
        with self._lock:
            live, self._idle, self._live = tuple(self._live), [], set()
        for one in live:
            one.end()

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _worker(self) -> _Worker:
        """One that is idle, or a new one. Raises StoreError where it does not start, or the pool is closed."""
        with self._lock:
            if self._idle and not self._closed:
                return self._idle.pop()
        one = None if self._closed else _Worker(self.path, self.limits)
        with self._lock:
            if one and not self._closed:
                self._live.add(one)
                return one
        if one:
            one.end()
        raise StoreError("the server is shutting down")

    def _back(self, one: _Worker) -> None:
        with self._lock:
            if not one.dead and not self._closed:
                self._idle.append(one)
                return
            self._live.discard(one)
        one.end()


class _Worker:
    """A worker process, used by one thread at a time."""

    def __init__(self, path: str, limits: Limits) -> None:
        # -P: a file pyoxigraph.py in the current folder is not what is meant
        command = [sys.executable, "-P", "-m", worker.__name__, path, str(limits.memory), str(limits.seconds)]
        # One line for a worker that dies is enough; an arena of 64 MB a thread would eat up the address space.
        environment = os.environ | {"RUST_BACKTRACE": "0", "MALLOC_ARENA_MAX": "2"}
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment)
        self.limits = limits
        self.dead = False
        if self._reply(START) is None:
            self.end()
            raise StoreError(f"a worker process does not start (exit code {self.process.returncode})")

    def ask(self, request: Request) -> Answer:
        """The answer. Raises what the worker did, or LimitError where it was ended."""
        begun = time.monotonic()
        message = self._reply(self.limits.seconds, request)
        if message is None:
            self.dead = True
            raise self._ended(time.monotonic() - begun)
        head, body = message
        if "error" not in head:
            return Answer(head["media_type"], body, head["rows"], head["truncated"])
        self.dead = head["error"] == "LimitError" and head["what"] == "memory"
        raise self._too_much("memory") if self.dead else _error(head)

    def _reply(self, seconds: float, request: Request | None = None) -> tuple[dict[str, Any], bytes] | None:
        """The next message, after a request if there is one; None where the process ends, or is ended, before it."""
        timer = threading.Timer(seconds, self.process.kill)
        timer.daemon = True
        timer.start()
        try:
            if request:
                worker.send(_pipe(self.process.stdin), asdict(request))
            return worker.receive(_pipe(self.process.stdout))
        except OSError:
            return None
        finally:
            timer.cancel()

    def end(self) -> None:
        """Kill the process and wait until it is gone."""
        self.process.kill()
        self.process.wait()
        for pipe in (self.process.stdin, self.process.stdout):
            with suppress(BrokenPipeError):  # what was still to be written is for nobody
                _pipe(pipe).close()

    def _ended(self, seconds: float) -> KgError:
        """Why the process has died."""
        code = self.process.wait()
        if seconds >= self.limits.seconds or code == -getattr(signal, "SIGALRM", 0):
            return self._too_much("time")
        if code == -getattr(signal, "SIGKILL", 0):
            return StoreError("the query was ended from outside")
        if code == 1:  # Python's, for an error that nobody caught
            return StoreError("the query met an error of the program, which is on stderr")
        return self._too_much("memory")

    def _too_much(self, what: str) -> LimitError:
        if what == "time":
            return LimitError(what, f"the query takes more than {self.limits.seconds:g} s; ask for less")
        most = f"{self.limits.memory / (1 << 30):g} GB"
        return LimitError(what, f"the query needs more than {most} of memory or is nested too deep; ask for less")


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None
    return pipe


def _error(head: dict[str, Any]) -> KgError:
    """The error that a worker told of."""
    kind, message = head["error"], head["message"]
    if kind == "LimitError":
        return LimitError(head["what"], message)
    error: KgError = getattr(errors, kind)(message)
    if isinstance(error, errors.QueryError):
        error.line, error.column = head["line"], head["column"]
    return error
