"""What asking through /sparql costs over asking pyoxigraph itself, on a million triples; the two take turns.

Wall time, as it is for one who waits; medians, as other programs disturb single ones.
"""

from __future__ import annotations

import http.client
import statistics
import time
import urllib.parse
from collections.abc import Callable, Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
import triples
from serving import Served, served

from kg import store

TRIPLES = 1_000_000
ROUNDS = 200
OVERHEAD = 3.0
"""milliseconds"""

TYPICAL = {
    "a person by name": "SELECT ?who { ?who rdfs:label '沈之衡'@zh }",
    "who attended a meeting": "SELECT ?name { ?event rdfs:label '民营企业家座谈会（0）'@zh . ?who kg:attended ?event ; rdfs:label ?name }",
    "meetings of two": "SELECT ?label { ?a rdfs:label '卫之衡'@zh ; kg:attended ?event . ?b rdfs:label '阮之衡'@zh ; kg:attended ?event ."
    " ?event rdfs:label ?label }",
    "posts of a person": "SELECT ?post { ?who rdfs:label '沈之衡'@zh ; kg:holdsPost/rdfs:label ?post }",
    "sentences of a fact": "SELECT ?quote { ?who rdfs:label '沈之衡'@zh . ?claim rdf:subject ?who ; rdf:predicate kg:holdsPost ;"
    " kg:evidence/kg:quote ?quote } LIMIT 20",
    "ask": "ASK { ?x a kg:Meeting }",
}  # fmt: skip


@pytest.fixture(scope="module")
def million(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = triples.written(TRIPLES, tmp_path_factory.mktemp("million"))
    store.write(folder)
    return folder


@pytest.fixture(scope="module")
def server(million: Path) -> Iterator[Served]:
    with served(million) as one:
        yield one


def milliseconds(run: Callable[[], bytes]) -> float:
    begun = time.perf_counter()
    run()
    return (time.perf_counter() - begun) * 1000


def test_overhead(million: Path, server: Served, capsys: pytest.CaptureFixture[str]) -> None:
    opened = store.open(million)
    assert isinstance(opened.source, ox.Store)
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(server.root).netloc)
    lines, overheads = [], []
    for name, query in TYPICAL.items():
        path = "/sparql?" + urllib.parse.urlencode({"query": query})

        def through(path: str = path) -> bytes:
            connection.request("GET", path)
            return connection.getresponse().read()

        def direct(query: str = query) -> bytes:
            results = opened.source.query(query, prefixes=opened.prefixes)  # type: ignore[union-attr]
            return bytes(results.serialize(format=ox.QueryResultsFormat.JSON) or b"")  # type: ignore[union-attr]

        assert b'"bindings":[]' not in direct()
        pairs = [(milliseconds(through), milliseconds(direct)) for _ in range(ROUNDS)]
        asked, own = (statistics.median(times) for times in zip(*pairs, strict=True))
        overheads.append(asked - own)
        lines.append(f"{name:<28}{asked:>10.2f} ms{own:>10.2f} ms{asked - own:>+10.2f} ms")
    overhead = statistics.median(overheads)
    with capsys.disabled():
        print(f"\n\n{'':<28}{'/sparql':>13}{'direct':>13}{'overhead':>13}", *lines, sep="\n")
        print(f"median overhead {overhead:.2f} ms, of at most {OVERHEAD} ms, on {len(opened.source)} triples")
    assert overhead <= OVERHEAD
