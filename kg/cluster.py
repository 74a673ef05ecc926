"""A run on a cluster: shards in the workers of Dask distributed, on this machine or on many others.

Tasks are at most as many as keep the workers busy. A worker that dies costs its shard another try, which the scheduler
gives it; a shard that has cost several workers is taken apart here until the item that kills them stands alone.
"""

from __future__ import annotations

import faulthandler
import hashlib
import logging
import os
import pickle
import threading
import time
import uuid
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import CancelledError
from contextlib import ExitStack, contextmanager, suppress
from functools import lru_cache, partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kg import intake, pool
from kg.errors import ConfigurationError, KgError, UsageError
from kg.pool import Poison, Run

if TYPE_CHECKING:
    from distributed import Client, Future

T = TypeVar("T")
R = TypeVar("R")

INSTALL = "pip install 'local-news-kg[dask]'"
SAME = "the same version of kg, rules and data has to be installed on the scheduler and every worker as here"
ANSWER = 20.0
"""seconds until a scheduler has to answer"""
PATIENCE = 600.0
"""seconds that a cluster may be without any worker: a queue gives them late"""
LOOK = 5.0
"""seconds between two looks at whether there are workers"""
SECONDS, MOST = 120.0, 600.0
"""wall time that an item by itself, and a shard, may take until its worker is ended, as for kg.pool.run"""
PARTS = 16
"""parts that a shard is cut into whose workers have died: two would cost more workers, single ones more tasks"""
DEATHS = 0
"""times that the workers of this machine are tried again with the same shard; elsewhere `allowed-failures` says so"""
TRIES = 3
"""times that a shard is handed in which the cluster has lost in a way of its own"""


@contextmanager
def cluster(scheduler: str | None, workers: int) -> Iterator[Run]:
    """A run, as kg.pool.run is one, on Dask while the block lasts.

    scheduler: address of one that runs (tcp://host:8786); None starts processes on this machine
    workers: how many processes those are; of a cluster that runs as many are used as it has, also those that come late

    The run keeps the promises of kg.pool.run: results are in order, one for each item, and only an item that does it by
    itself is Poison (`crashed`, `worker-died`). An item that takes too long ends its worker and is `worker-died` too.
    With workers=1 the run is that of kg.pool, in this process. Ending it cancels what has not begun; what a worker of
    another machine has begun it finishes in vain.

    Raises UsageError where the extra `dask` is not installed or the address is wrong, ConfigurationError where a worker
    has another version of kg, its rules or data, KgError where there is no worker. The run raises the last two as well.
    """
    try:
        import dask
        import distributed
    except ImportError as error:
        raise UsageError(f"--engine dask: distributed is not installed; {INSTALL}") from error
    with ExitStack() as stack:
        stack.enter_context(_quiet())
        # Shards are as large as they are: what that costs is bounded by the window.
        stack.enter_context(dask.config.set({"distributed.admin.large-graph-warning-threshold": "1TiB"}))
        if scheduler is None:
            nowhere = "127.0.0.1:0"  # None is every address of this machine, without the pages but not without the port
            # Ctrl-C is for this process: its thread that starts workers, also later ones, has it blocked as they do.
            with pool.interrupts_blocked():
                here = distributed.LocalCluster(
                    n_workers=workers,
                    threads_per_worker=1,
                    processes=True,
                    host="127.0.0.1",
                    dashboard_address=nowhere,
                    worker_dashboard_address=nowhere,
                    memory_limit=0,
                    silence_logs=logging.CRITICAL,
                    scheduler_kwargs={"allowed_failures": DEATHS, "dashboard": False},
                )
            address = stack.enter_context(here).scheduler_address
        else:
            address = scheduler
        try:
            client = distributed.Client(address, timeout=ANSWER, set_as_default=False, name="kg")
        except (OSError, ValueError) as error:
            raise UsageError(
                f"--scheduler {address}: it does not answer ({_line(error)}); start one with: dask scheduler"
            ) from error
        engine = _Cluster(stack.enter_context(client))
        stack.callback(engine.close)
        engine.check()
        yield engine.run


class _Cluster:
    """A client and what it has handed in."""

    def __init__(self, client: Client) -> None:
        self._client = client
        self._setting = _setting()
        self._open: set[Future[Any]] = set()
        self._threads, self._asked = 0, 0.0
        self._empty_since: float | None = None

    def check(self) -> None:
        """See that there is a worker, and that those there are have what this process has."""
        while not self._look():
            time.sleep(0.2)
        for address, told in self._client.run(_setting, on_error="return").items():
            if told != self._setting:
                what = f" ({_line(told)})" if isinstance(told, BaseException) else ""
                raise ConfigurationError(f"worker {address}: it is not as this machine is{what}; {SAME}")

    def run(
        self,
        work: Callable[[Sequence[T]], list[R]],
        shards: Iterable[Sequence[T]],
        *,
        workers: int,
        prepare: Callable[[], object] | None = None,
    ) -> Iterator[tuple[Sequence[T], list[R | Poison]]]:
        """As kg.pool.run; workers: more than 1 for all that the cluster has."""
        if workers < 2:
            return pool.run(work, shards, workers=workers, prepare=prepare)
        task = _dumps((self._setting, _named(work, prepare), _dumps((work, prepare))))
        return self._run(task, shards, workers)

    def close(self) -> None:
        """Cancel all that was handed in."""
        self._cancel(list(self._open))

    def _run(
        self, task: bytes, shards: Iterable[Sequence[T]], workers: int
    ) -> Iterator[tuple[Sequence[T], list[Any]]]:  # R is lost on its way through the wire
        source, first = iter(shards), 0
        pending: deque[_Shard] = deque()
        ended, error = False, None

        def fill() -> None:
            nonlocal first, ended, error
            while not ended and len(pending) < 2 * max(workers, self._size()):
                try:
                    items = next(source)
                except StopIteration:
                    ended = True
                except Exception as raised:  # later: the shards before it are handed out first, as by kg.pool
                    ended, error = True, raised
                else:
                    pending.append(_Shard(items, first))
                    first += len(items)
                    if items:
                        self._submit(task, pending[-1])

        try:
            fill()
            while pending:
                shard = pending[0]
                results = self._results(task, shard) if shard.items else []
                if len(results) != len(shard.items):
                    raise KgError(f"{len(results)} results of {len(shard.items)} items from the cluster")
                pending.popleft()
                fill()  # before the yield: the workers have something to do while the caller has
                yield shard.items, results
            if error:
                raise error
        finally:
            self._cancel([shard.future for shard in pending if shard.future])

    def _submit(self, task: bytes, shard: _Shard) -> None:
        """Hand a shard in."""
        shard.future = self._client.submit(
            _work_on, task, _dumps((shard.first, list(shard.items))), pure=False, key=f"kg-{uuid.uuid4().hex}"
        )
        self._open.add(shard.future)

    def _results(self, task: bytes, shard: _Shard) -> list[Any]:
        """What has become of the items of a shard, taken apart where its workers die."""
        if (found := self._answer(task, shard)) is not None:
            return found
        if len(shard.items) > 1:
            size = -(-len(shard.items) // PARTS)
            parts = [_Shard(shard.items[at : at + size], shard.first + at) for at in range(0, len(shard.items), size)]
            try:
                for part in parts:
                    self._submit(task, part)
                return [result for part in parts for result in self._results(task, part)]
            finally:
                self._cancel([part.future for part in parts if part.future])
        # Its workers may have died of what else they were given: once more, while nothing else is worked on.
        while not all(future.done() for future in list(self._open)):
            self._size()
            time.sleep(0.05)
        self._submit(task, shard)
        if (found := self._answer(task, shard)) is not None:
            return found
        message = f"the worker processes that it was given to died, or were ended after {SECONDS:.0f} seconds"
        return [Poison(shard.first, "worker-died", message)]

    def _answer(self, task: bytes, shard: _Shard) -> list[Any] | None:
        """What a worker has answered, None where workers have died of it. Raises what the work, or its start, has."""
        from distributed.scheduler import KilledWorker

        for last in (*(False,) * (TRIES - 1), True):
            future = shard.future
            assert future
            try:
                answer = pickle.loads(self._wait(future))
            except KilledWorker:
                return None
            except CancelledError as error:
                raise KgError(f"the scheduler has gone ({_line(error)}); start it and build again") from error
            except (ImportError, AttributeError) as error:
                raise ConfigurationError(f"a worker does not have kg as it is here ({_line(error)}); {SAME}") from error
            except KgError:
                raise
            except Exception as error:
                if "deserialization" in str(error):  # by the scheduler, which reads what it hands on
                    raise ConfigurationError(f"the scheduler does not have kg as it is here; {SAME}") from error
                if last:
                    raise KgError(f"the cluster does not give what was worked out: {_line(error)}") from error
                self._submit(task, shard)
                continue
            finally:
                self._open.discard(future)
            if isinstance(answer, BaseException):
                raise answer
            return list(answer)
        raise AssertionError

    def _wait(self, future: Future[Any]) -> Any:
        """The result of a task. Raises what it met, KgError where there is nobody to work on it."""
        while True:
            try:
                return future.result(timeout=LOOK)
            except TimeoutError:
                if future.status == "error":
                    raise
                self._look()

    def _size(self) -> int:
        """The threads of all workers, as of a second ago."""
        if time.monotonic() - self._asked > 1:
            self._look()
        return self._threads

    def _look(self) -> bool:
        """Whether there is a worker. Raises KgError where there has been none for too long, or no scheduler."""
        try:
            self._threads = sum(self._client.nthreads().values())
        except OSError as error:
            raise KgError(f"the scheduler has gone ({_line(error)}); start it and build again") from error
        now = self._asked = time.monotonic()
        if self._threads:
            self._empty_since = None
            return True
        self._empty_since = self._empty_since or now
        if now - self._empty_since > PATIENCE:
            raise KgError(f"the cluster has had no worker for {PATIENCE:.0f} seconds; start some with: dask worker")
        return False

    def _cancel(self, futures: list[Future[Any]]) -> None:
        """Have nobody begin with tasks."""
        self._open.difference_update(futures)
        if futures:
            with suppress(Exception):  # the scheduler has gone, say
                self._client.cancel(futures, force=True)


class _Shard:
    """Items, the place of the first among all, and what was handed in for them."""

    def __init__(self, items: Sequence[Any], first: int) -> None:
        self.items, self.first = items, first
        self.future: Future[Any] | None = None


# ----------------------------------------------------------------------------------------------------- in a worker

_ONE = threading.Lock()
"""What a worker process does is one shard at a time, whatever its number of threads: pure, but not made for threads."""


def _work_on(task: bytes, shard: bytes) -> bytes:
    """The answer to a shard, as a worker of kg.pool gives it."""
    with _ONE:
        try:
            work = _prepared(task)
        except BaseException as error:
            return _dumps(pool.portable(error))
        with _limited(len(pickle.loads(shard)[1])):
            return pool.answer(work, shard)


@lru_cache(maxsize=8)
def _prepared(task: bytes) -> Callable[[Sequence[Any]], list[Any]]:
    """The work of a task, prepared once a process; a worker that joins late does it then."""
    setting, named, pickled = pickle.loads(task)
    if setting != _setting():
        raise ConfigurationError(f"worker {_address()}: it is not as the machine that asks; {SAME}")
    for path, sha256 in named.items():
        if _sha256(Path(path)) != sha256:
            raise ConfigurationError(
                f"worker {_address()}: {path} is not there, or not what it is on the machine that asks; put it there"
            )
    try:
        work, prepare = pickle.loads(pickled)
    except (ImportError, AttributeError) as error:
        raise ConfigurationError(f"worker {_address()}: {_line(error)}; {SAME}") from error
    if prepare:
        prepare()
    return work  # type: ignore[no-any-return]


@contextmanager
def _limited(items: int) -> Iterator[None]:
    """End this process where so many items take too long: another thread may not get to do it, if one is in C code."""
    with open(os.devnull, "w") as nowhere:
        faulthandler.dump_traceback_later(min(SECONDS * items, MOST), exit=True, file=nowhere)
        try:
            yield
        finally:
            faulthandler.cancel_dump_traceback_later()


def _setting() -> str:
    """The hash of what decides how a text is read, the user's own dictionary left out."""
    return intake.configuration("", None)


def _named(*functions: object) -> dict[str, str]:
    """Path -> hash of the files that functions are bound to: every worker has to have them as they are here."""
    bound = [one for one in functions if isinstance(one, partial)]
    paths = [v for one in bound for v in (*one.args, *one.keywords.values()) if isinstance(v, Path) and v.is_file()]
    return {str(path): _sha256(path) for path in paths}


def _sha256(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""


def _address() -> str:
    import distributed

    return str(distributed.get_worker().address)


# -------------------------------------------------------------------------------------------------------- anywhere


@contextmanager
def _quiet() -> Iterator[None]:
    """Dask's own accounts of workers that come and go are kept off stderr: what becomes of them is told here."""
    loggers = [logging.getLogger(name) for name in ("distributed", "tornado.application")]
    before = [one.level for one in loggers]
    for one in loggers:
        one.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        for one, level in zip(loggers, before, strict=True):
            one.setLevel(level)


def _dumps(value: object) -> bytes:
    return pickle.dumps(value, pickle.HIGHEST_PROTOCOL)


def _line(error: object) -> str:
    """An error in one line."""
    return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
