"""A pure function over shards of items in worker processes: a process that dies or hangs costs one item, not the run.

Each worker is a process with a pipe of its own, and a thread here that waits for it. So it is known which shard a
worker had when it died and how long it had it, only that worker is replaced, and there is no lock that a killed process
could leave held: what multiprocessing.Pool and concurrent.futures cannot give.
"""

from __future__ import annotations

import atexit
import multiprocessing
import os
import pickle
import signal
import sys
import threading
import traceback
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from multiprocessing import resource_tracker
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from typing import Any, Protocol, TypeVar

from kg.errors import ConfigurationError, KgError

T = TypeVar("T")
R = TypeVar("R")

STARTS = 3
"""workers that may die one after the other before they can work, until there is no point in starting one more"""
TICK = 1.0
"""seconds between two looks for Ctrl-C, where waiting for a lock keeps it off (Windows)"""


@dataclass(frozen=True, slots=True)
class Poison:
    """An item that could not be worked on.

    place: its place among all items given, over all shards, from 0
    reason: `crashed` (the work raised), `worker-died` (its process ended) or `too-slow`
    message: the same in words
    """

    place: int
    reason: str
    message: str


class Run(Protocol):
    """What runs work over shards: `run`, or another that keeps its promises on other machines."""

    def __call__(
        self,
        work: Callable[[Sequence[T]], list[R]],
        shards: Iterable[Sequence[T]],
        *,
        workers: int,
        prepare: Callable[[], object] | None = None,
    ) -> Iterator[tuple[Sequence[T], list[R | Poison]]]:
        """As `run`."""
        ...


def default_workers() -> int:
    """The number of cores that this process may use, at least 1."""
    if hasattr(os, "sched_getaffinity"):
        return max(1, len(os.sched_getaffinity(0)))
    return os.cpu_count() or 1


def run(
    work: Callable[[Sequence[T]], list[R]],
    shards: Iterable[Sequence[T]],
    *,
    workers: int,
    prepare: Callable[[], object] | None = None,
    window: int | None = None,
    seconds: float = 120.0,
    most: float = 600.0,
) -> Iterator[tuple[Sequence[T], list[R | Poison]]]:
    """Each shard with one result or Poison per item, in the order of the shards whatever the number of workers.

    work: gets a list of items that is not empty, returns a result per item, in order; what it returns must depend on
        the items alone, as they may be worked on again, in other company. Like `prepare` and the items it is pickled,
        so it is a function of a module or a functools.partial of one
    shards: read as they are wanted, in the thread of the caller
    workers: processes; with 1 all is done in this process, and neither a death nor slowness is survived
    prepare: run once in each worker before its first shard, for example to load models
    window: shards that are read and not yet handed out, 2 * workers unless given
    seconds: wall time that an item by itself may take; no limit with one worker
    most: wall time after which a shard of several items is taken apart, where `seconds` for each of them is more

    An item is Poison only for what it did by itself:

    - Work that raises is called again on both halves, down to the items that raise.
    - A shard whose worker died is tried again while no other worker works, which is all there is to it when the worker
      was killed from outside. If that worker dies too, each item is worked on by itself.
    - A shard that takes longer than min(seconds * items, most) is worked on item by item. So a limit that is too short
      for a shard on a busy machine costs time and blames nobody.
    - An item by itself whose worker dies, or that takes longer than `seconds`, is tried once more while no other worker
      works; only then is it Poison.

    Ending the iterator (close, an exception in the loop, Ctrl-C) kills the workers; so does the end of this process.

    Raises ValueError where `workers` or `window` is less than 1, ConfigurationError, SystemExit and KeyboardInterrupt
    as `work` raises them, in the place of their shard, what `shards` raises after the shards before it, what `prepare`
    raises, what pickle does where something cannot be sent, and KgError where workers do not start.
    """
    window = 2 * workers if window is None else window
    if workers < 1 or window < 1:
        raise ValueError(f"{workers} workers, a window of {window} shards: at least 1 is wanted")
    if workers == 1:
        return _here(work, shards, prepare)
    return _there(_Pool(work, prepare, workers, seconds, max(seconds, most)), shards, window)


def _here(
    work: Callable[[Sequence[T]], list[R]], shards: Iterable[Sequence[T]], prepare: Callable[[], object] | None
) -> Iterator[tuple[Sequence[T], list[R | Poison]]]:
    """The shards, worked on in this process."""
    first = 0
    for items in shards:
        if prepare:
            prepare()
            prepare = None
        yield items, _results(work, list(items), first)
        first += len(items)


def _there(
    pool: _Pool, shards: Iterable[Sequence[T]], window: int
) -> Iterator[tuple[Sequence[T], list[Any]]]:  # R is lost on its way through the pipe
    """The shards, worked on in a pool."""
    source, first = iter(shards), 0
    pending: deque[_Shard] = deque()
    ended, error = False, None

    def fill() -> None:
        nonlocal first, ended, error
        while not ended and len(pending) < window:
            try:
                items = next(source)
            except StopIteration:
                ended = True
            except Exception as raised:  # later: the shards before it are handed out first, as with one worker
                ended, error = True, raised
            else:
                pending.append(_Shard(items, first))
                first += len(items)
                pool.put(pending[-1])

    try:
        fill()
        while pending:
            pool.wait_for(pending[0])
            done = pending.popleft()
            fill()  # before the yield: the workers have something to do while the caller has
            yield done.items, done.results
        if error:
            raise error
    finally:
        pool.close()


def _results(work: Callable[[Sequence[T]], list[R]], items: Sequence[T], first: int) -> list[R | Poison]:
    """A result or Poison per item; `first` is the place of the first one. Raises ConfigurationError as `work` does."""
    if not items:
        return []
    try:
        results = work(items)
        if len(results) == len(items):
            return list(results)
        message = f"ValueError: {len(results)} results of {len(items)} items"
    except ConfigurationError:
        raise  # of the author's making: no item is to blame
    except Exception as error:
        message = f"{type(error).__name__}: {error}"
    # Not within `except`: there the traceback holds on to the memory that the work took.
    if len(items) == 1:
        return [Poison(first, "crashed", message)]
    half = len(items) // 2
    return _results(work, items[:half], first) + _results(work, items[half:], first + half)


class _Shard:
    """A shard and what is known of it; `first` is the place of its first item."""

    def __init__(self, items: Sequence[Any], first: int) -> None:
        self.items, self.first = items, first
        self.results: list[Any] = [None] * len(items)
        self.missing = len(items)
        self.error: BaseException | None = None


@dataclass(frozen=True, slots=True)
class _Part:
    """What a worker gets: items of a shard; alone: while no other worker works."""

    shard: _Shard
    start: int
    stop: int
    alone: bool = False

    @property
    def size(self) -> int:
        return self.stop - self.start


@dataclass(frozen=True, slots=True)
class _Failure:
    """How a worker ended in the midst of its work."""

    reason: str
    message: str


class _Pool:
    """Workers, and the shards that they work on or are to work on."""

    def __init__(
        self,
        work: Callable[[Sequence[Any]], list[Any]],
        prepare: Callable[[], object] | None,
        workers: int,
        seconds: float,
        most: float,
    ) -> None:
        self._task = (work, prepare)
        self._workers, self._seconds, self._most = workers, seconds, most
        self._changed = threading.Condition()  # guards all that follows
        self._parts: deque[_Part] = deque()
        self._lonely: deque[_Part] = deque()
        self._busy = 0
        self._one_alone = False
        self._failed_starts = 0
        self._error: BaseException | None = None
        self._closed = False
        self._live: set[_Worker] = set()
        self._threads: list[threading.Thread] = []

    def put(self, shard: _Shard) -> None:
        """Have a shard worked on."""
        if not shard.items:
            return
        with self._changed:
            if not self._threads:
                # Before multiprocessing's own, which would wait for a worker that takes the place of one it ends.
                atexit.register(self.close)
            self._parts.append(_Part(shard, 0, len(shard.items)))
            self._changed.notify_all()
            if len(self._threads) < self._workers:
                # A daemon: an iterator that nobody closed does not keep the program from ending.
                self._threads.append(threading.Thread(target=self._serve, name="kg.pool", daemon=True))
                self._threads[-1].start()

    def wait_for(self, shard: _Shard) -> None:
        """Wait until a shard is done. Raises what it, or the start of a worker, has met."""
        with self._changed:
            while shard.missing:
                if error := shard.error or self._error:
                    raise error
                self._changed.wait(TICK)

    def close(self) -> None:
        """Kill all workers, busy ones too, and wait until they are gone."""
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            for one in self._live:
                one.process.kill()
        for thread in self._threads:
            if thread is not threading.current_thread():  # the garbage collector may close an iterator anywhere
                thread.join()
        atexit.unregister(self.close)

    def _serve(self) -> None:
        """Work on parts with one worker after the other, until the pool is closed."""
        worker: _Worker | None = None
        try:
            while part := self._take():
                while not worker:
                    worker = self._started()
                outcome: list[Any] | _Failure | BaseException
                try:
                    outcome = worker.ask(part, self._limit(part))
                except Exception as error:  # of pickle: the shard's own
                    outcome = error
                if isinstance(outcome, _Failure):
                    self._end(worker)
                    worker = None
                self._settle(part, outcome)
        except _ClosedError:
            pass
        except BaseException as error:  # of a start, or a mistake in this file: a thread must not die in silence
            with self._changed:
                self._error = self._error or error
                self._changed.notify_all()
        finally:
            if worker:
                self._end(worker)

    def _take(self) -> _Part | None:
        """The next part, when it may be worked on; None where the pool is closed."""
        with self._changed:
            while not self._closed:
                if self._lonely:
                    if not self._busy:
                        self._busy, self._one_alone = 1, True
                        return self._lonely.popleft()
                elif self._parts and not self._one_alone:
                    self._busy += 1
                    return self._parts.popleft()
                self._changed.wait()
            return None

    def _settle(self, part: _Part, outcome: list[Any] | _Failure | BaseException) -> None:
        """Take down what has become of a part, or have it tried again."""
        shard = part.shard
        with self._changed:
            self._busy -= 1
            self._one_alone = False
            self._changed.notify_all()
            if isinstance(outcome, BaseException):
                shard.error = shard.error or outcome
                return
            if isinstance(outcome, _Failure):
                # Singles instead of halves: a worker that dies has its models to load again, so it should die once.
                if part.size > 1 and (part.alone or outcome.reason == "too-slow"):
                    singles = [_Part(shard, place, place + 1) for place in range(part.start, part.stop)]
                    self._parts.extendleft(reversed(singles))
                    return
                if not part.alone:
                    self._lonely.append(replace(part, alone=True))
                    return
                outcome = [Poison(shard.first + part.start, outcome.reason, outcome.message)]
            shard.results[part.start : part.stop] = outcome
            shard.missing -= part.size

    def _limit(self, part: _Part) -> float:
        return self._seconds if part.size == 1 else min(self._seconds * part.size, self._most)

    def _started(self) -> _Worker | None:
        """A worker that is ready to work; None where it has died before, which may be from outside.

        Raises what `prepare` does, KgError where one more is not worth trying, and _ClosedError.
        """
        with self._changed:  # one start at a time: multiprocessing keeps its children in a global set
            if self._closed:
                raise _ClosedError
            try:
                worker = _Worker()
            except OSError as error:
                raise KgError(f"a worker process cannot be started: {error}; try fewer workers") from error
            self._live.add(worker)
        try:
            reply = worker.prepare(self._task)
        except BaseException:  # the work cannot be pickled
            self._end(worker)
            raise
        if reply is None:
            with self._changed:
                self._failed_starts = 0
            return worker
        self._end(worker)
        if self._closed:
            raise _ClosedError
        if isinstance(reply, BaseException):
            raise reply
        with self._changed:
            self._failed_starts += 1
            # Exit code 1 is an error of Python's, told on stderr: the next one would meet it as well.
            if self._failed_starts < STARTS and worker.process.exitcode != 1:
                return None
        raise KgError(f"worker processes do not start: {reply.message}; try fewer workers")

    def _end(self, worker: _Worker) -> None:
        """Kill a worker and wait until it is gone."""
        worker.process.kill()
        with self._changed:
            worker.process.join()
            self._live.discard(worker)
        worker.pipe.close()


class _ClosedError(Exception):
    """The pool is closed: there is nothing more to do."""


class _Worker:
    """A worker process, used by one thread."""

    def __init__(self) -> None:
        context = multiprocessing.get_context("spawn")  # fork would copy the locks of onnxruntime and sqlite
        self.pipe, theirs = context.Pipe()
        # Nothing but the pipe goes with the start, which waits for ever when a child dies before it has read it all.
        self.process: SpawnProcess = context.Process(target=_worker, args=(theirs,), name="kg.pool", daemon=True)
        try:
            with interrupts_blocked():
                self.process.start()
        except BaseException:
            self.pipe.close()
            raise
        finally:
            theirs.close()  # so that the end of the process is the end of the pipe

    def prepare(self, task: tuple[Any, Any]) -> _Failure | BaseException | None:
        """Wait until it can work: None, or why it cannot. Raises what pickle does."""
        reply: _Failure | BaseException | None = self._reply(_dumps(task), None)
        return reply

    def ask(self, part: _Part, seconds: float) -> list[Any] | _Failure | BaseException:
        """What has become of the items, in at most so many seconds. Raises what pickle does."""
        items = list(part.shard.items[part.start : part.stop])
        reply: list[Any] | _Failure | BaseException = self._reply(
            _dumps((part.shard.first + part.start, items)), seconds
        )
        return reply

    def _reply(self, message: bytes, seconds: float | None) -> Any:
        """The answer to a message, or how the process failed."""
        try:
            # It reads at once, having nothing else to do: what does not end is the work, after that.
            self.pipe.send_bytes(message)
            if not wait([self.pipe, self.process.sentinel], seconds):
                return _Failure("too-slow", f"it took more than {seconds:g} s by itself")
            # Whatever has ended, an answer may lie in the pipe.
            reply = self.pipe.recv_bytes() if self.pipe.poll() else None
        except (EOFError, OSError):
            reply = None
        if reply is not None:
            return pickle.loads(reply)
        self.process.join(TICK)  # the pipe ends a little before the process
        return _Failure("worker-died", f"the process that worked on it {_exit(self.process.exitcode)}")


def _exit(code: int | None) -> str:
    """How a process has ended, in words."""
    if code is None or code >= 0:
        return f"ended with exit code {code}" if code is not None else "closed its pipe"
    try:
        return f"was ended by {signal.Signals(-code).name}"
    except ValueError:  # a real-time signal
        return f"was ended by signal {-code}"


@contextmanager
def interrupts_blocked() -> Iterator[None]:
    """Start processes that Ctrl-C does not reach: it would end them, with a traceback, until they ignore it."""
    if sys.platform == "win32":
        yield
        return
    resource_tracker.ensure_running()  # else the start of a process starts it, which unblocks the signal
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _dumps(value: object) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def _worker(pipe: Connection) -> None:
    """What a worker process does: prepare, then answer each shard, until the pipe ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent decides
    threading.Thread(target=_follow, daemon=True).start()
    with suppress(EOFError, BrokenPipeError, ConnectionResetError):  # the parent has gone
        try:
            message = pipe.recv_bytes()
            work, prepare = pickle.loads(message)
            if prepare:
                prepare()
        except BaseException as error:
            pipe.send_bytes(_dumps(portable(error)))
            return
        pipe.send_bytes(_dumps(None))
        while True:
            pipe.send_bytes(answer(work, pipe.recv_bytes()))


def answer(work: Callable[[Sequence[Any]], list[Any]], message: bytes) -> bytes:
    """The answer to a shard, pickled."""
    try:
        first, items = pickle.loads(message)
        results = _results(work, items, first)
    except BaseException as error:
        return _dumps(portable(error))
    try:
        return _dumps(results)
    except Exception:  # of one result, perhaps: nested too deep
        return _dumps([_sendable(result, first + place) for place, result in enumerate(results)])


def _sendable(result: Any, place: int) -> Any:
    """A result, or Poison where it cannot be pickled."""
    try:
        _dumps(result)
    except Exception as error:
        return Poison(place, "crashed", f"{type(error).__name__}: {error}")
    return result


def portable(error: BaseException) -> BaseException:
    """An exception for the parent to raise, with its traceback for the programmer."""
    if not isinstance(error, KgError):
        error.add_note("In a worker process:\n" + "".join(traceback.format_exception(error)).rstrip())
    with suppress(Exception):
        copy = pickle.loads(_dumps(error))
        if type(copy) is type(error) and str(copy) == str(error):
            return error
    if isinstance(error, ConfigurationError):
        return ConfigurationError(str(error))
    return RuntimeError(f"{type(error).__name__}: {error}")


def _follow() -> None:
    """End this process when its parent has: one that is at work would not see it."""
    parent = multiprocessing.parent_process()
    assert parent
    parent.join()
    os._exit(1)
