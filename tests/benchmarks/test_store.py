"""The store on a million triples: each ready question in CPU time, beside rdflib; the export of Turtle, beside rdflib.

The triples are synthetic, of the shape of a build (tests/triples.py). rdflib gets LIMIT seconds a question; where it
has no answer by then the ratio is at least what is told.
"""

from __future__ import annotations

import io
import signal
import statistics
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import Any

import pytest
import rdflib
import triples

from kg import exports, questions, sparql, store
from kg.store import Store

TRIPLES = 1_000_000
ROUNDS = 3
LIMIT = 10.0
BOUND = 0.5
RATIO = 10.0
EXPORT_RATIO = 20.0


def cpu(run: Callable[[], Any]) -> float:
    begun = time.process_time()
    run()
    return time.process_time() - begun


class TooLong(Exception):
    """rdflib has had its time."""


def within(seconds: float, run: Callable[[], Any]) -> float:
    """The CPU seconds that a function of Python takes, `seconds` where it would take more."""

    def stop(_: int, __: FrameType | None) -> None:
        raise TooLong

    before = signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        return cpu(run)
    except TooLong:
        return seconds
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Store:
    folder = triples.written(TRIPLES, tmp_path_factory.mktemp("million"))
    store.write(folder)
    return store.open(folder)


@pytest.fixture(scope="module")
def graph(opened: Store) -> rdflib.Graph:
    return opened.graph()


def test_questions(opened: Store, graph: rdflib.Graph, table: Callable[..., None]) -> None:
    assert 0.8 * TRIPLES < len(graph) < 1.2 * TRIPLES
    table(f"ready questions on {len(graph)} triples", "CPU", "beside rdflib")
    ratios: list[float] = []
    slow: dict[str, float] = {}
    for question in questions.load():
        prepared = opened.prepare(question.name, triples.values(question, opened))
        seconds = min(cpu(lambda query=prepared: list(opened.run(query))) for _ in range(ROUNDS))
        text = sparql.prologue(prepared.query, opened.prefixes) + prepared.query
        other = within(LIMIT, lambda query=text: list(graph.query(query)))
        ratios.append(other / seconds)
        more = "≥ " if other == LIMIT else ""
        table(question.name, f"{seconds * 1000:.1f} ms", f"{more}{other / seconds:.1f} times, ≤ {BOUND * 1000:.0f} ms")
        if seconds > BOUND:
            slow[question.name] = seconds
    table("median", "", f"{statistics.median(ratios):.1f} times, ≥ {RATIO:.0f}")
    assert slow == {}
    assert statistics.median(ratios) >= RATIO


def test_turtle(opened: Store, graph: rdflib.Graph, table: Callable[..., None], tmp_path: Path) -> None:
    def export() -> None:
        with (tmp_path / "a.ttl").open("wb") as file:
            exports.export(opened, "turtle", file)

    seconds = min(cpu(export) for _ in range(ROUNDS))
    alone = Store("", opened.source)  # away from the files that it was loaded from
    dumped = cpu(lambda: exports.export(alone, "turtle", io.BytesIO()))
    other = cpu(lambda: graph.serialize(io.BytesIO(), format="turtle"))
    table("Turtle out of the database alone", f"{dumped:.2f} s", f"{other / dumped:.1f} times")
    table("Turtle of all of it", f"{seconds:.2f} s", f"{other / seconds:.1f} times, ≥ {EXPORT_RATIO:.0f}")
    assert other >= EXPORT_RATIO * seconds


@pytest.mark.parametrize("format", [*exports.WRITERS])
def test_other_formats(opened: Store, table: Callable[..., None], format: str) -> None:
    seconds = cpu(lambda: exports.export(opened, format, io.BytesIO()))
    table(f"{format} of all of it", f"{seconds:.1f} s")
