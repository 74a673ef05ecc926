"""Queries in processes that can be killed: each limit holds, and the next query is answered."""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from stores import people

from kg.answers import Request
from kg.errors import KgError, LimitError, NotAcceptableError, QueryError, StoreError, UsageError
from kg.workers import Limits, Pool

LABELS = "SELECT ?label { ?who rdfs:label ?label }"
ENDLESS = "SELECT (COUNT(*) AS ?n) { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(9)) + " }"
GREEDY = "SELECT * { " + " ".join(f"?a{n} ?b{n} ?c{n} ." for n in range(4)) + " } ORDER BY ?a0 ?a3"
DEEP = f"ASK {{ FILTER({'!' * 60_000}true) }}"

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="memory is bounded and signals are sent on POSIX")


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return people(tmp_path_factory.mktemp("people"), 100)


@pytest.fixture
def pool(out: Path) -> Iterator[Pool]:
    with Pool(str(out), Limits(seconds=1.0, memory=1 << 30, at_once=2, patience=0.2)) as pool:
        yield pool


def answers(pool: Pool) -> bool:
    return pool.ask(Request(LABELS)).rows == 100


def running(pool: Pool) -> list[int]:
    return [one.process.pid for one in pool._live]


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


@pytest.mark.parametrize(
    ("query", "what"), [(ENDLESS, "time"), (GREEDY, "memory"), (DEEP, "memory")], ids=["time", "memory", "depth"]
)
def test_a_query_gets_no_more_than_its_limits(pool: Pool, query: str, what: str) -> None:
    begun = time.monotonic()
    with pytest.raises(LimitError) as caught:
        pool.ask(Request(query))
    assert caught.value.what in (what, "time")  # a slow machine may take its time to be greedy
    assert time.monotonic() - begun < 15
    assert answers(pool)


@pytest.mark.parametrize(
    ("request_", "error", "message"),
    [
        (Request("SELECT * { ?s ?p }"), QueryError, "line 1, column"),
        (Request("SELECT * { SERVICE <http://127.0.0.1/> {} }"), QueryError, "SERVICE is refused"),
        (Request(LABELS, "image/png"), NotAcceptableError, "there is application"),
        (Request("某人任职史"), UsageError, "needs who"),
        (Request(LABELS, default_graphs=("no iri",)), UsageError, "no IRI of a graph"),
        (Request(LABELS, values={"x:date": "gestern"}), UsageError, "no date"),
    ],
)
def test_an_error_of_the_worker_arrives_as_it_is(
    pool: Pool, request_: Request, error: type[KgError], message: str
) -> None:
    with pytest.raises(error, match=message):
        pool.ask(request_)
    first = running(pool)
    assert answers(pool)
    assert running(pool) == first


def test_line_and_column_arrive(pool: Pool) -> None:
    with pytest.raises(QueryError) as caught:
        pool.ask(Request("SELECT *\n{ ?s kg:p }"))
    assert caught.value.line == 2


def test_a_worker_killed_from_outside_costs_its_query_alone(pool: Pool) -> None:
    assert answers(pool)
    (pid,) = running(pool)
    threading.Timer(0.3, os.kill, (pid, signal.SIGKILL)).start()
    with pytest.raises(StoreError, match="ended from outside"):
        pool.ask(Request(ENDLESS))
    assert answers(pool)


def test_one_query_too_many_is_told_so_at_once(pool: Pool) -> None:
    failed: list[KgError] = []

    def endless() -> None:
        with pytest.raises(LimitError) as caught:
            pool.ask(Request(ENDLESS))
        failed.append(caught.value)

    both = [threading.Thread(target=endless) for _ in range(2)]
    for one in both:
        one.start()
    time.sleep(0.3)
    with pytest.raises(LimitError, match="2 queries run already") as caught:
        pool.ask(Request(LABELS))
    assert caught.value.what == "busy"
    for one in both:
        one.join()
    assert [error.what for error in failed if isinstance(error, LimitError)] == ["time", "time"]
    assert answers(pool)


def test_a_new_build_is_seen_by_the_next_query(tmp_path: Path) -> None:
    with Pool(str(people(tmp_path, 3))) as pool:
        assert pool.ask(Request(LABELS)).rows == 3
        people(tmp_path, 5, number=2)
        assert pool.ask(Request(LABELS)).rows == 5


def test_a_store_that_goes_away_is_missed_in_words(tmp_path: Path) -> None:
    with Pool(str(people(tmp_path, 3))) as pool:
        (tmp_path / "store" / "current.json").unlink()
        with pytest.raises(StoreError, match="make it with: kg build PAGES"):
            pool.ask(Request(LABELS))
        people(tmp_path, 4, number=2)
        assert pool.ask(Request(LABELS)).rows == 4


def test_closing_ends_all_processes_and_the_queries_in_them(out: Path) -> None:
    failed: list[KgError] = []
    pool = Pool(str(out), Limits(seconds=30))

    def endless() -> None:
        try:
            pool.ask(Request(ENDLESS))
        except KgError as error:
            failed.append(error)

    thread = threading.Thread(target=endless)
    thread.start()
    while not running(pool):
        time.sleep(0.01)
    pids = running(pool)
    time.sleep(0.5)
    pool.close()
    thread.join(10)
    assert len(failed) == 1
    assert not any(alive(pid) for pid in pids)
    with pytest.raises(StoreError, match="shutting down"):
        pool.ask(Request(LABELS))


def test_a_worker_that_does_not_start_is_told_so(out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pyoxigraph.py").write_text("raise SystemExit(9)")
    (tmp_path / "kg.py").write_text("raise SystemExit(9)")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Pool(str(out)) as pool, pytest.raises(StoreError, match="does not start"):
        pool.ask(Request(LABELS))


def test_an_error_that_nobody_foresaw_costs_its_query_alone(
    out: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import kg.answers\nkg.answers.answer = lambda store, request: 1 / ('fail' not in request.query)"
    )
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    with Pool(str(out)) as pool, pytest.raises(StoreError, match="error of the program"):
        pool.ask(Request("fail"))
