"""Hostile queries, tests/hostile_queries.toml, against a real server: it lives, each ends, others are served meanwhile."""

from __future__ import annotations

import json
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from serving import Served, served
from stores import people

pytest.importorskip("starlette", reason="the extra serve is not installed")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="memory is bounded, and processes are found, on Linux")

HOSTILE: list[dict[str, Any]] = tomllib.loads(
    (Path(__file__).parent / "hostile_queries.toml").read_text(encoding="utf-8")
)["hostile"]
SECONDS = 1.0
REFUSED, LIMIT = {400}, {500, 504}


@pytest.fixture(scope="module")
def called() -> Iterator[tuple[int, list[str]]]:
    """The port of a server that nobody should call, and who did."""
    calls: list[str] = []

    class Canary(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            calls.append(self.path)
            self.send_error(404)

        do_POST = do_GET

        def log_message(self, *_: object) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Canary)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port, calls
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with served(people(tmp_path_factory.mktemp("hostile"), 1000), seconds=SECONDS, memory=1 << 30) as one:
        yield one


def written(one: dict[str, Any], text: str, port: int) -> str:
    for number, (part, times) in enumerate(one.get("repeat", ())):
        text = text.replace(f"{{{number}}}", part * times)
    return text.replace("{port}", str(port))


def test_there_are_enough_of_them() -> None:
    assert len(HOSTILE) >= 30
    assert len({one["name"] for one in HOSTILE}) == len(HOSTILE)


def test_each_is_refused_or_ends_in_time_while_others_are_served(server: Served, called: tuple[int, list[str]]) -> None:
    port, calls = called
    waits: list[float] = []
    done = threading.Event()

    def neighbour() -> None:
        while not done.is_set():
            begun = time.monotonic()
            status, text, _ = server.ask("SELECT ?label { ?who rdfs:label ?label } LIMIT 3")
            assert (status, len(json.loads(text)["results"]["bindings"])) == (200, 3)
            assert server.get("ontology")[0] == 200
            waits.append(time.monotonic() - begun)
            done.wait(0.05)

    def attack(one: dict[str, Any]) -> tuple[str, int, str, float]:
        values = {name: written(one, value, port) for name, value in one.get("values", {}).items()}
        begun = time.monotonic()
        status, text, _ = server.ask(written(one, one["query"], port), values)
        return one["name"], status, text, time.monotonic() - begun

    with ThreadPoolExecutor(4) as attackers:
        witness = attackers.submit(neighbour)
        ends = list(attackers.map(attack, HOSTILE))
        done.set()
        witness.result()

    wrong = []
    for one, (name, status, text, seconds) in zip(HOSTILE, ends, strict=True):
        allowed = {"refused": REFUSED, "limit": LIMIT, "empty": {200}, "any": REFUSED | LIMIT | {200}}[one["ends"]]
        empty = one["ends"] != "empty" or json.loads(text)["results"]["bindings"] == []
        if status not in allowed or not empty or seconds > SECONDS + 10 or "Traceback" in text:
            wrong.append((name, status, text[:200], round(seconds, 1)))
    assert wrong == []
    assert calls == []
    assert len(waits) > 10
    assert sorted(waits)[len(waits) // 2] < 1
    assert server.process.poll() is None


def test_the_reason_is_told(server: Served) -> None:
    status, text, _ = server.ask("SELECT * {\n  SERVICE <http://127.0.0.1/> { ?s ?p ?o } }")
    assert (status, text) == (400, "line 2, column 3: SERVICE is refused: a query asks this store alone\n")
    status, text, headers = server.ask("SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }")
    assert (status, text) == (504, "the query takes more than 1 s; ask for less\n")
    assert headers["Content-Type"].startswith("text/plain")


def test_a_fifth_query_at_once_is_told_to_come_back(server: Served) -> None:
    endless = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
    with ThreadPoolExecutor(4) as busy:
        running = [busy.submit(server.ask, endless) for _ in range(4)]
        time.sleep(0.3)
        status, text, headers = server.ask("ASK {}")
        assert (status, headers["Retry-After"]) == (503, "1"), text
        assert server.get("query")[0] == 200
        assert [one.result()[0] for one in running] == [504] * 4
    assert server.ask("ASK {}")[0] == 200
