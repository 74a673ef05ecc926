"""W3C's tests through /sparql: the protocol's query cases, and each query test as pyoxigraph itself answers it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from urllib.parse import unquote_to_bytes

import pyoxigraph as ox
import pytest
import rdflib
from rdflib.namespace import RDF, Namespace
from stores import choose, put

from kg.workers import Pool

TestClient = pytest.importorskip("starlette.testclient", reason="the extra serve is not installed").TestClient

from kg.ontology import BASE  # noqa: E402
from kg.serve.app import application  # noqa: E402

W3C = Path(__file__).parent.parent.parent / "shared" / "w3c" / "sparql" / "sparql11"
pytestmark = pytest.mark.skipif(not W3C.is_dir(), reason="W3C's tests are not here: ../shared/w3c")

MF = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-manifest#")
QT = Namespace("http://www.w3.org/2001/sw/DataAccess/tests/test-query#")
HT = Namespace("http://www.w3.org/2011/http#")
CNT = Namespace("http://www.w3.org/2011/content#")
RDFS = rdflib.RDFS

EVALUATION = (MF.QueryEvaluationTest, MF.CSVResultFormatTest)
SYNTAX = (MF.PositiveSyntaxTest11, MF.NegativeSyntaxTest11)
JSON = "application/sparql-results+json"
OTHERS = {
    "application/sparql-results+xml": ox.QueryResultsFormat.XML,
    "text/tab-separated-values": ox.QueryResultsFormat.TSV,
    "text/csv": ox.QueryResultsFormat.CSV,
}


@cache
def manifest(folder: str) -> rdflib.Graph:
    return rdflib.Graph().parse(W3C / folder / "manifest.ttl", publicID=(W3C / folder / "manifest.ttl").as_uri())


def entries(graph: rdflib.Graph) -> list[rdflib.term.Node]:
    (head,) = graph.objects(None, MF.entries)
    return list(rdflib.collection.Collection(graph, head))


# The protocol


def protocol_tests() -> Iterator[tuple[str, rdflib.term.Node]]:
    if W3C.is_dir():
        for entry in entries(manifest("protocol")):
            name = str(entry).rpartition("#")[2]
            if "update" not in name:
                yield name, entry


@pytest.fixture(scope="module")
def protocol(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    out = tmp_path_factory.mktemp("protocol")
    quads = []
    for number in (1, 2, 3):
        graph = ox.NamedNode(f"http://kasei.us/2009/09/sparql/data/data{number}.rdf")
        for quad in ox.parse(path=W3C / "protocol" / f"data{number}.nt", format=ox.RdfFormat.N_TRIPLES):
            quads += [quad, ox.Quad(quad.subject, quad.predicate, quad.object, graph)]
    put(out, 1, quads)
    with Pool(str(out)) as pool, TestClient(application(out, pool, BASE), base_url="http://localhost") as client:
        yield client


@pytest.mark.parametrize(("name", "entry"), list(protocol_tests()), ids=[name for name, _ in protocol_tests()])
def test_the_protocols_query_cases(protocol: TestClient, name: str, entry: rdflib.term.Node) -> None:
    told = manifest("protocol")
    (requests,) = (told.value(action, HT.requests) for action in told.objects(entry, MF.action))
    for request in rdflib.collection.Collection(told, requests):
        headers = {
            str(told.value(one, HT.fieldName)): str(told.value(one, HT.fieldValue))
            for one in rdflib.collection.Collection(told, told.value(request, HT.headers) or RDF.nil)
        }
        body = told.value(request, HT.body)
        text = told.value(body, CNT.chars) if body else None
        encoding = str(told.value(body, CNT.characterEncoding)) if body else ""
        answer = protocol.request(
            str(told.value(request, HT.methodName)),
            str(told.value(request, HT.absolutePath)).replace("/sparql/", "/sparql"),
            headers=headers,
            content=None if text is None else str(text).encode(encoding),
        )
        expected = told.value(request, HT.resp)
        codes = {str(code)[-3] for code in told.objects(expected, MF.expectedStatus)}
        assert str(answer.status_code)[0] in codes, answer.text
        if (truth := told.value(expected, MF.expectedBoolean)) is not None:
            assert answer.json()["boolean"] is truth.toPython()


def test_a_body_that_is_not_utf8_is_refused(protocol: TestClient) -> None:
    form, direct = "application/x-www-form-urlencoded", "application/sparql-query"
    query = unquote_to_bytes("ASK%20%7B%20%3Fs%20%3Fp%20%22%E9%22%20%7D")
    assert protocol.post("/sparql", content=query, headers={"content-type": direct}).status_code == 400
    assert protocol.post("/sparql", content=b"query=" + query, headers={"content-type": form}).status_code == 400
    assert protocol.get("/sparql?query=ASK%20%7B%20%3Fs%20%3Fp%20%22%E9%22%20%7D").status_code == 400


# The queries


def query_tests() -> Iterator[tuple[str, rdflib.term.Node, rdflib.Graph]]:
    for folder in sorted(path.parent.name for path in W3C.glob("*/manifest.ttl")):
        if folder != "protocol":
            told = manifest(folder)
            for entry in entries(told):
                yield folder, entry, told


def data(told: rdflib.Graph, action: rdflib.term.Node, dataset: rdflib.Graph | None = None) -> list[ox.Quad]:
    """The quads of a test's files, the named graphs by the files' IRIs."""
    quads = []
    for predicate in (QT.data, QT.graphData):
        for file in told.objects(action, predicate):
            path = Path(str(file).removeprefix("file://"))
            graph = ox.NamedNode(str(file)) if predicate == QT.graphData else ox.DefaultGraph()
            format = ox.RdfFormat.from_extension(path.suffix[1:])
            for quad in ox.parse(path=path, format=format, base_iri=str(file)):
                quads.append(ox.Quad(quad.subject, quad.predicate, quad.object, graph))
    return quads


def rows(results: ox.QuerySolutions | ox.QueryBoolean) -> object:
    """What can be compared: a truth value, or the variables with the solutions, blank nodes without their names."""
    if isinstance(results, ox.QueryBoolean):
        return bool(results)
    names = [variable.value for variable in results.variables]
    return names, Counter(tuple(masked(str(term)) for term in row) for row in results)


def masked(term: str) -> str:
    return re.sub(r"_:\w+", "_:", term)


@pytest.fixture(scope="module")
def queries(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, TestClient]]:
    out = tmp_path_factory.mktemp("queries")
    put(out, 0, [])
    with Pool(str(out)) as pool, TestClient(application(out, pool, BASE), base_url="http://localhost") as client:
        yield out, client


@pytest.mark.parametrize("folder", sorted({folder for folder, _, _ in query_tests()}) if W3C.is_dir() else [])
def test_a_query_test_is_answered_as_pyoxigraph_answers_it(queries: tuple[Path, TestClient], folder: str) -> None:
    out, client = queries
    known: dict[tuple[str, ...], int] = {}
    run = 0
    for where, entry, told in query_tests():
        kind = told.value(entry, RDF.type)
        if where != folder or kind not in (*EVALUATION, *SYNTAX):
            continue
        action = told.value(entry, MF.action)
        file = action if kind in SYNTAX else told.value(action, QT.query)
        text = f"BASE <{file}>\n" + Path(str(file).removeprefix("file://")).read_text(encoding="utf-8")
        files = tuple(sorted(str(one) for p in (QT.data, QT.graphData) for one in told.objects(action, p)))
        if files not in known:
            known[files] = 1 + max([int(path.name) for path in (out / "store").iterdir() if path.is_dir()])
            put(out, known[files], data(told, action))
        choose(out, known[files])
        compare(
            client, ox.Store.read_only(str(out / "store" / str(known[files]))), text, str(entry), list(OTHERS)[run % 3]
        )
        run += 1
    assert run > 0


def lines(answer: bytes) -> list[str]:
    """What two answers share whatever their order and the names of blank nodes: a solution is a line or an element."""
    text = re.sub(r"<bnode>\w+", "<bnode>", masked(answer.decode()))
    return sorted(re.split(r"\r?\n|(?=<result>)", text.replace("</results></sparql>", "")))


def compare(client: TestClient, store: ox.Store, text: str, name: str, other: str) -> None:
    try:
        direct = store.query(text)
    except SyntaxError:
        assert client.post("/sparql", data={"query": text}).status_code == 400, name
        return
    except RuntimeError as error:  # well-formed, and more than the store can do
        given = client.post("/sparql", data={"query": text})
        assert (given.status_code, given.text.strip()) == (400, str(error)), name
        return
    if isinstance(direct, ox.QuerySolutions | ox.QueryBoolean):
        given = client.post("/sparql", data={"query": text}, headers={"accept": JSON})
        assert given.status_code == 200, f"{name}: {given.text}"
        parsed = ox.parse_query_results(given.content, format=ox.QueryResultsFormat.JSON)
        assert rows(parsed) == rows(direct), name
        given = client.post("/sparql", data={"query": text}, headers={"accept": other})
        own = store.query(text).serialize(format=OTHERS[other])
        assert lines(given.content) == lines(own), f"{name} as {other}"
    else:
        given = client.post("/sparql", data={"query": text}, headers={"accept": "application/n-triples"})
        assert given.status_code == 200, f"{name}: {given.text}"
        triples = {masked(str(triple)) for triple in direct}
        assert {masked(line.removesuffix(" .")) for line in given.text.splitlines()} == triples, name
