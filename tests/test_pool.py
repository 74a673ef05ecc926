"""Shards in worker processes: all results, in order, whatever becomes of a worker; and no worker outlives its use."""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import pickle
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from kg.errors import ConfigurationError, KgError, LimitError
from kg.pool import Poison, default_workers, run

posix = pytest.mark.skipif(sys.platform == "win32", reason="signals are sent on POSIX")
SHARDS = [[1, 2, 3], (4,), [5, 6], [], [7, 8, 9, 10], [11], [12, 13]]
DOUBLES = [(list(shard), [2 * item for item in shard]) for shard in SHARDS]


class RuleError(ConfigurationError):
    """One that pickle cannot rebuild."""

    def __init__(self, rule: str, what: str) -> None:
        super().__init__(f"{rule}: {what}")


class Unsendable:
    def __reduce__(self) -> str:
        raise RecursionError("too deep")


def double(items: Sequence[int]) -> list[int]:
    return [2 * item for item in items]


def uneven(items: Sequence[int]) -> list[int]:
    time.sleep(0.15 if items[0] % 2 else 0.0)
    return double(items)


def slow(seconds: float, items: Sequence[int]) -> list[int]:
    """Fine, and as long for each item."""
    time.sleep(seconds * len(items))
    return double(items)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def segfault() -> None:
    ctypes.string_at(0)


def leave() -> None:
    os._exit(3)


def sleep() -> None:
    time.sleep(600)


def value() -> None:
    raise ValueError("没有正文")


def memory() -> None:
    raise MemoryError


def recursion() -> None:
    recursion()


def limit() -> None:
    raise LimitError("size", "too much")


def wrong() -> None:
    raise ConfigurationError("rule 3: unknown class")


def wrong_rule() -> None:
    raise RuleError("rule 3", "unknown class")


def stop() -> None:
    raise SystemExit(7)


def once(flag: Path, act: Callable[[], None], items: Sequence[int]) -> list[int]:
    """Act at the first of all calls that has item 5."""
    if 5 in items and not flag.exists():
        flag.touch()
        act()
    return double(items)


def on(acts: dict[int, Callable[[], None]], items: Sequence[int]) -> list[int]:
    """Do something at some of the items."""
    for item in items:
        acts.get(item, int)()
    return double(items)


def short(items: Sequence[int]) -> list[int]:
    """No result for item 5."""
    return [2 * item for item in items if item != 5]


def unsendable(items: Sequence[int]) -> list[Any]:
    return [Unsendable() if item == 5 else 2 * item for item in items]


def loaded(name: str) -> None:
    os.environ["KG_LOADED"] = os.environ.get("KG_LOADED", "") + name


def with_loaded(items: Sequence[int]) -> list[str]:
    return [os.environ["KG_LOADED"]] * len(items)


def busy(folder: Path, items: Sequence[int]) -> list[int]:
    """Leave a file named after the process, then work for ever."""
    (folder / str(os.getpid())).touch()
    while True:
        pass


def results(work: Callable[[Sequence[int]], list[Any]], workers: int = 2, **options: Any) -> list[Any]:
    return [(list(shard), got) for shard, got in run(work, SHARDS, workers=workers, **options)]


def poisoned(got: list[Any]) -> dict[int, tuple[str, str]]:
    """The items that are Poison and why; all others have their result, and each Poison the place of its item."""
    found: dict[int, tuple[str, str]] = {}
    place = 0
    assert [shard for shard, _ in got] == [list(shard) for shard in SHARDS]
    for shard, answers in got:
        for item, answer in zip(shard, answers, strict=True):
            if isinstance(answer, Poison):
                assert answer.place == place
                found[item] = (answer.reason, answer.message)
            else:
                assert answer == 2 * item
            place += 1
    return found


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    # Where nobody takes in the orphans of a container they stay as zombies.
    with suppress(OSError):
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    return True


def until(what: Callable[[], bool], seconds: float = 15.0) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.02)
    return what()


def pids(folder: Path) -> list[int]:
    return [int(path.name) for path in folder.iterdir()]


@pytest.fixture(autouse=True)
def nothing_left(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    """No worker, thread or word on stderr is left behind."""
    yield
    assert [child for child in multiprocessing.active_children() if child.name == "kg.pool"] == []
    assert [thread for thread in threading.enumerate() if thread.name == "kg.pool"] == []
    assert capfd.readouterr().err == ""


@pytest.mark.parametrize("workers", [1, 2, 3])
def test_results_come_in_the_order_of_the_shards(workers: int) -> None:
    assert results(uneven, workers) == DOUBLES


def test_there_is_a_worker_for_each_core_at_least_one() -> None:
    assert default_workers() >= 1


def test_nothing_comes_of_nothing() -> None:
    assert list(run(double, [], workers=2)) == []


@pytest.mark.parametrize("options", [{"workers": 0}, {"workers": 2, "window": 0}])
def test_what_cannot_work_is_refused_at_once(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        run(double, [], **options)


@pytest.mark.parametrize(("workers", "window", "ahead"), [(1, None, 1), (2, None, 5), (2, 1, 2), (2, 3, 4)])
def test_shards_are_read_as_they_are_wanted(workers: int, window: int | None, ahead: int) -> None:
    read = 0

    def shards() -> Iterator[list[int]]:
        nonlocal read
        for number in range(20):
            read += 1
            yield [number]

    furthest = 0
    for handed_out, _ in enumerate(run(double, shards(), workers=workers, window=window)):
        furthest = max(furthest, read - handed_out)  # with the one that has just been handed out
    assert (read, furthest) == (20, ahead)


@pytest.mark.parametrize("workers", [1, 2])
def test_an_error_of_the_reader_comes_after_the_shards_before_it(workers: int) -> None:
    def shards() -> Iterator[list[int]]:
        yield from ([1], [2], [3])
        raise KgError("the file ends here")

    got = []
    with pytest.raises(KgError, match="ends here"):
        for _, answers in run(double, shards(), workers=workers):
            got += answers
    assert got == [2, 4, 6]


@posix
def test_a_worker_that_is_killed_once_costs_nothing(tmp_path: Path) -> None:
    assert results(partial(once, tmp_path / "flag", die)) == DOUBLES


def test_a_worker_that_hangs_once_costs_nothing(tmp_path: Path) -> None:
    assert results(partial(once, tmp_path / "flag", sleep), seconds=0.5) == DOUBLES


@posix
def test_a_worker_that_is_killed_while_idle_costs_nothing() -> None:
    got = []
    for shard, answers in run(double, ([n] for n in range(8)), workers=2, window=2):
        got.append((shard, answers))
        if shard == [3]:
            for child in multiprocessing.active_children():
                os.kill(child.pid or 0, signal.SIGKILL)
    assert got == [([n], [2 * n]) for n in range(8)]


CRASHES = {
    2: (value, "ValueError: 没有正文"),
    5: (memory, "MemoryError: "),
    9: (recursion, "RecursionError: maximum recursion depth exceeded"),
    12: (limit, "LimitError: too much"),
    13: (value, "ValueError: 没有正文"),
}
DEATHS = {
    4: (segfault, "the process that worked on it was ended by SIGSEGV"),
    10: (die, "the process that worked on it was ended by SIGKILL"),
    11: (leave, "the process that worked on it ended with exit code 3"),
}


@pytest.mark.parametrize("workers", [1, 2])
def test_items_that_raise_are_the_only_ones_blamed(workers: int) -> None:
    got = results(partial(on, {item: act for item, (act, _) in CRASHES.items()}), workers)
    assert poisoned(got) == {item: ("crashed", message) for item, (_, message) in CRASHES.items()}


@posix
def test_items_that_kill_are_the_only_ones_blamed() -> None:
    got = results(partial(on, {item: act for item, (act, _) in DEATHS.items()}))
    assert poisoned(got) == {item: ("worker-died", message) for item, (_, message) in DEATHS.items()}


def test_an_item_without_end_is_the_only_one_blamed() -> None:
    got = results(partial(on, {8: sleep}), seconds=0.5, most=1.0)
    assert poisoned(got) == {8: ("too-slow", "it took more than 0.5 s by itself")}


def test_slow_items_are_not_blamed_for_a_limit_that_is_short_for_their_shard() -> None:
    assert poisoned(results(partial(slow, 0.1), seconds=0.4, most=0.4)) == {}


@pytest.mark.parametrize(
    ("work", "workers", "message"),
    [
        (short, 1, "ValueError: 0 results of 1 items"),
        (unsendable, 2, "RecursionError: too deep"),
    ],
)
def test_a_result_that_cannot_be_had_is_a_crash(
    work: Callable[[Sequence[int]], list[Any]], workers: int, message: str
) -> None:
    got = results(work, workers)
    assert poisoned(got) == {5: ("crashed", message)}


@pytest.mark.parametrize(
    ("act", "workers", "error", "message"),
    [
        (wrong, 1, ConfigurationError, "rule 3: "),
        (wrong, 2, ConfigurationError, "rule 3: "),
        (wrong_rule, 2, ConfigurationError, "rule 3: "),
        (stop, 1, SystemExit, "7"),
        (stop, 2, SystemExit, "7"),
    ],
)
def test_an_error_of_the_author_ends_the_run_in_its_place(
    act: Callable[[], None], workers: int, error: type[BaseException], message: str
) -> None:
    got = []
    with pytest.raises(error, match=message):
        for shard, _ in run(partial(on, {9: act}), SHARDS, workers=workers):
            got.append(shard)
    assert got == SHARDS[:4]


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("prepare", "error"), [(wrong, ConfigurationError), (value, ValueError)])
def test_an_error_of_the_preparation_ends_the_run(
    prepare: Callable[[], None], error: type[BaseException], workers: int
) -> None:
    with pytest.raises(error):
        list(run(double, [[1]], workers=workers, prepare=prepare))


@posix
def test_workers_that_die_before_they_can_work_are_not_started_for_ever() -> None:
    with pytest.raises(KgError, match=r"do not start: .* SIGKILL"):
        list(run(double, [[1]], workers=2, prepare=die))


def test_what_cannot_be_sent_is_told() -> None:
    with pytest.raises((AttributeError, pickle.PicklingError), match="lambda"):
        list(run(lambda items: list(items), [[1]], workers=2))
    with pytest.raises(RecursionError, match="too deep"):
        list(run(double, [[Unsendable()]], workers=2))  # type: ignore[list-item]


@pytest.mark.parametrize("workers", [1, 2])
def test_the_preparation_is_run_once_in_each_worker(workers: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KG_LOADED", "")
    got = results(with_loaded, workers, prepare=partial(loaded, "models"))
    assert {answer for _, answers in got for answer in answers} == {"models"}


def test_large_shards_and_results_pass() -> None:
    shards = [list(range(200_000))] * 3
    assert [got for _, got in run(double, shards, workers=2)] == [double(shard) for shard in shards]


@posix
def test_ctrl_c_ends_the_workers_at_once(tmp_path: Path) -> None:
    shards = run(partial(busy, tmp_path), SHARDS, workers=2)
    starter = threading.Timer(0.0, lambda: until(lambda: len(pids(tmp_path)) == 2) and os.kill(os.getpid(), 2))
    starter.start()
    with pytest.raises(KeyboardInterrupt):
        next(shards)
    starter.join()
    assert len(pids(tmp_path)) == 2
    assert not any(alive(pid) for pid in pids(tmp_path))


def test_leaving_the_loop_ends_the_workers() -> None:
    for shard, _ in run(partial(on, {11: sleep}), SHARDS, workers=2):
        if shard == [5, 6]:
            break
    assert until(lambda: not multiprocessing.active_children(), 1.0)


def main(folder: str, how: str) -> None:
    """The parent of the tests below."""
    shards = run(partial(busy, Path(folder)), SHARDS, workers=2)
    if how != "exit":
        next(shards)
    threading.Thread(target=lambda: next(shards), daemon=True).start()
    until(lambda: len(pids(Path(folder))) == 2)
    globals()["kept"] = shards  # an iterator that nobody closes


@posix
@pytest.mark.parametrize(
    ("how", "code", "noise"),
    [
        (signal.SIGKILL, -signal.SIGKILL, ""),
        (signal.SIGINT, -signal.SIGINT, "KeyboardInterrupt"),
        ("exit", 0, ""),
    ],
)
def test_workers_end_with_their_parent(how: int | str, code: int, noise: str, tmp_path: Path) -> None:
    path = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
    program = f"import sys; sys.path[:0] = {path}; import test_pool; test_pool.main(*sys.argv[1:])"
    command = [sys.executable, "-c", program, str(tmp_path), str(how)]
    # A session of its own: Ctrl-C goes to all of its processes, and so it is sent here.
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, start_new_session=True) as parent:
        assert until(lambda: len(pids(tmp_path)) == 2)
        if how == signal.SIGINT:
            os.killpg(parent.pid, signal.SIGINT)
        elif isinstance(how, int):
            parent.send_signal(how)
        _, err = parent.communicate(timeout=20)  # all who have stderr have ended
    assert parent.returncode == code
    assert until(lambda: not any(alive(pid) for pid in pids(tmp_path)), 5.0)
    assert err.count("Traceback") == bool(noise)
    assert noise in err


@posix
def test_ctrl_c_does_not_reach_workers_that_start(tmp_path: Path) -> None:
    path = [str(Path(__file__).parent), str(Path(__file__).parent.parent)]
    program = f"""
import signal, sys; sys.path[:0] = {path}; import test_pool
signal.signal(signal.SIGINT, lambda *_: None)  # which a child does not inherit
print("ready", flush=True)
assert test_pool.results(test_pool.double, 2) == test_pool.DOUBLES
test_pool.os._exit(0)  # the end of the interpreter gives the signal its effect back
"""
    command = [sys.executable, "-c", program]
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    with subprocess.Popen(command, start_new_session=True, **pipes) as parent:
        assert parent.stdout
        parent.stdout.readline()
        while parent.poll() is None:
            os.killpg(parent.pid, signal.SIGINT)
            time.sleep(0.005)
        assert (parent.returncode, parent.communicate()[1]) == (0, "")
