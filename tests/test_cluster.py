"""A run on Dask: what kg.pool.run gives, whatever becomes of the workers."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import elsewhere
import pytest

from kg import cluster as clusters
from kg import intake, pool, split, stories
from kg.cluster import cluster
from kg.errors import ConfigurationError, KgError, UsageError
from kg.pool import Poison, Run
from kg.read import read
from kg.stories import Task

pytest.importorskip("distributed", reason="a cluster needs: pip install 'local-news-kg[dask]'")
pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="processes are killed as on POSIX")

SEEDS = Path(__file__).parent.parent / "seeds"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("cluster")


@pytest.fixture(scope="module")
def address(folder: Path) -> Iterator[str]:
    """A cluster of two workers."""
    with elsewhere.cluster(folder, 2) as found:
        yield found


@pytest.fixture(scope="module")
def run(address: str) -> Iterator[Run]:
    with cluster(address, 2) as found:
        yield found


def shards(count: int, size: int = 4) -> list[list[int]]:
    return [list(range(at, at + size)) for at in range(0, count * size, size)]


def test_all_results_in_order(run: Run) -> None:
    given: list[Sequence[int]] = [*shards(20), [], (1, 2)]
    assert list(run(elsewhere.double, given, workers=2)) == [(one, [2 * n for n in one]) for one in given]


def test_a_worker_is_prepared_once(run: Run) -> None:
    found = [
        one
        for _, results in run(elsewhere.times_prepared, shards(8, 1), workers=2, prepare=elsewhere.prepare)
        for one in results
    ]
    assert {times for _, times in found} == {1} and len({process for process, _ in found}) == 2


def test_with_one_worker_all_is_done_here(run: Run) -> None:
    here: list[int] = []

    def work(items: Sequence[int]) -> list[int]:  # cannot be sent
        here.extend(items)
        return list(items)

    assert [results for _, results in run(work, shards(2), workers=1)] == shards(2) and len(here) == 8


def test_what_kills_or_raises_stands_alone(run: Run) -> None:
    given = [*shards(2), [20, 21, 13, 23, 24, 25, 26], [30, 31], [32, 33]]
    found = list(run(elsewhere.wicked, given, workers=2))
    assert [items for items, _ in found] == given
    poison = [one for _, results in found for one in results if isinstance(one, Poison)]
    assert [(one.place, one.reason) for one in poison] == [(5, "crashed"), (7, "crashed"), (10, "worker-died")]
    assert "没有正文" in poison[1].message and "0 results of 1" in poison[0].message
    for items, results in found:
        assert [r for r in results if not isinstance(r, Poison)] == [2 * n for n in items if n not in (5, 7, 13)]


def test_a_worker_that_comes_late_and_is_killed_costs_nothing(address: str, folder: Path, run: Run) -> None:
    """What documents tell is byte for byte what kg.pool.run gives, though a worker dies with its shards."""
    documents = [one for one in read([SEEDS]) if not hasattr(one, "reason")]
    tasks = [Task(one, place) for one in documents for place in range(len(split.articles(one)[0]))][:14]
    given = [tasks[at : at + 2] for at in range(0, len(tasks), 2)]
    work = partial(intake.tell, tagger="jieba", names=None)
    prepare = partial(stories.warm, "jieba", None)
    with elsewhere.worker(address, folder) as late:
        watcher = threading.Thread(target=kill_at_work, args=(run, workers_of(run), late))
        watcher.start()
        told = [results for _, results in run(work, given, workers=2, prepare=prepare)]
        watcher.join()
        assert late.poll() is not None
    assert told == [results for _, results in pool.run(work, given, workers=1)]


def kill_at_work(run: Run, before: set[str], late: subprocess.Popen[bytes]) -> None:
    """Kill a worker as soon as it has something to do, all of it together."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if any(tasks for name, tasks in client(run).processing().items() if name not in before):
            time.sleep(0.2)
            elsewhere.kill(late)
            return
        time.sleep(0.02)


def client(run: Run) -> Any:
    return run.__self__._client  # type: ignore[attr-defined]


def workers_of(run: Run) -> set[str]:
    return set(client(run).nthreads())


def test_what_the_authors_have_done_wrong_is_raised(run: Run) -> None:
    with pytest.raises(ConfigurationError, match="rule 甲"):
        list(run(elsewhere.misconfigured, shards(3), workers=2))
    with pytest.raises(ConfigurationError, match="the model is not there"):
        list(run(elsewhere.double, shards(3), workers=2, prepare=elsewhere.unprepared))
    with pytest.raises(ValueError, match="0 workers"):
        run(elsewhere.double, shards(3), workers=0)


def test_what_the_shards_raise_comes_after_those_before(run: Run) -> None:
    def given() -> Iterator[list[int]]:
        yield [1]
        raise OSError("the disk is gone")

    found = run(elsewhere.double, given(), workers=2)
    assert next(found) == ([1], [2])
    with pytest.raises(OSError, match="the disk is gone"):
        next(found)


def test_few_shards_are_read_ahead_and_none_is_left_behind(run: Run) -> None:
    drawn: list[int] = []

    def given() -> Iterator[list[int]]:
        for number in range(1000):
            drawn.append(number)
            yield [number]

    found = run(elsewhere.slow, given(), workers=2)
    assert next(found) == ([0], [0])
    assert len(drawn) <= 12  # two for each thread, of a cluster that has lately had one more
    found.close()  # type: ignore[attr-defined]
    engine = run.__self__  # type: ignore[attr-defined]
    assert not engine._open
    deadline = time.monotonic() + 10
    while any(client(run).processing().values()) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(client(run).processing().values())
    assert list(run(elsewhere.double, [[1]], workers=2)) == [([1], [2])]


def test_workers_are_as_this_machine_is(address: str, run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "__version__", "0.0.1")
    wrong = pytest.raises(ConfigurationError, match=r"^worker tcp://127.0.0.1:\d+: .* the same version of kg")
    with wrong, cluster(address, 2):
        pass
    monkeypatch.setattr(clusters._Cluster, "check", lambda engine: None)  # as for one that comes later
    with cluster(address, 2) as other, pytest.raises(ConfigurationError, match=r"^worker tcp://.* the same version"):
        list(other(elsewhere.double, [[1]], workers=2))


def test_a_file_of_the_user_is_the_same_there(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "names.tsv"
    path.write_text("沈东\tPerson\n")
    work = partial(elsewhere.with_file, path=path)
    assert list(run(work, [[1]], workers=2)) == [([1], ["沈东\tPerson\n"])]

    def changed() -> Iterator[list[int]]:
        path.write_text("沈西\tPerson\n")
        yield [1]

    work = partial(elsewhere.with_file, path=path.parent / "names.tsv")
    with pytest.raises(ConfigurationError, match=r"names\.tsv is not there, or not what it is"):
        list(run(partial(work, path=path), changed(), workers=2, prepare=partial(elsewhere.with_file, [1], path)))


def test_a_worker_that_hangs_is_ended() -> None:
    """Also where nothing but C code runs, which lets no other thread work."""
    code = (
        "import re; from kg import cluster; cluster.SECONDS = 0.3\n"
        "with cluster._limited(1): re.match('(a|aa)+$', 'a' * 60 + 'b')"
    )
    began = time.monotonic()
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, timeout=60).returncode == 1
    assert time.monotonic() - began < 30


def test_no_scheduler_no_worker_no_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    import distributed

    monkeypatch.setattr(clusters, "ANSWER", 0.5)
    for wrong in ("tcp://127.0.0.1:9", "nowhere://x"):
        with pytest.raises(UsageError, match=r"does not answer .* dask scheduler"), cluster(wrong, 2):
            pass
    monkeypatch.setattr(clusters, "PATIENCE", 0.5)
    with (
        distributed.LocalCluster(
            n_workers=0, processes=False, protocol="tcp", host="127.0.0.1", dashboard_address="127.0.0.1:0"
        ) as empty,
        pytest.raises(KgError, match="no worker"),
        cluster(empty.scheduler_address, 2),
    ):
        pass
    monkeypatch.setitem(sys.modules, "distributed", None)
    with pytest.raises(UsageError, match=r"pip install 'local-news-kg\[dask\]'"), cluster(None, 2):
        pass


def test_without_a_scheduler_the_workers_are_processes_here(capfd: pytest.CaptureFixture[str]) -> None:
    with cluster(None, 2) as own:
        found = list(own(elsewhere.wicked, [[1], [2, 13]], workers=2))
    message = f"the worker processes that it was given to died, or were ended after {clusters.SECONDS:.0f} seconds"
    assert found == [([1], [2]), ([2, 13], [4, Poison(2, "worker-died", message)])]
    assert capfd.readouterr() == ("", "")
