"""The website over the build of seeds/: each address, each format, what is refused and how it is said."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

import pyoxigraph as ox
import pytest
from stores import people

from kg import cli
from kg.errors import StoreError, StoreLockedError, UsageError
from kg.files import locked
from kg.ontology import BASE
from kg.report import Report
from kg.serve import opened, serve
from kg.workers import Limits, Pool

TestClient = pytest.importorskip("starlette.testclient", reason="the extra serve is not installed").TestClient

from kg.serve import protocol  # noqa: E402
from kg.serve.app import application  # noqa: E402

WHO = "SELECT ?who { ?who rdfs:label '丁宗岳'@zh }"
LABELS = "SELECT ?label { ?who a kg:Person ; rdfs:label ?label }"
FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"


@pytest.fixture(scope="module")
def client(built: tuple[Path, Report]) -> Iterator[TestClient]:
    out, _ = built
    with Pool(str(out)) as pool:
        app = application(out, pool, BASE, hosts=["news.example"])
        with TestClient(app, base_url="http://localhost:8000", follow_redirects=False) as client:
            yield client


@pytest.fixture(scope="module")
def person(client: TestClient) -> str:
    """The path of somebody's page."""
    iri = client.get("/sparql", params={"query": WHO}).json()["results"]["bindings"][0]["who"]["value"]
    assert iri.startswith(BASE)
    return "/" + iri.removeprefix(BASE)


def test_the_viewer_is_the_front_page(client: TestClient, built: tuple[Path, Report]) -> None:
    answer = client.get("/")
    assert answer.content == (built[0] / "graph.html").read_bytes()
    assert answer.headers["content-type"] == "text/html; charset=utf-8"


def test_without_a_viewer_the_front_page_says_what_makes_it(tmp_path: Path) -> None:
    with (
        Pool(str(people(tmp_path, 1))) as pool,
        TestClient(application(tmp_path, pool, BASE), "http://[::1]") as client,
    ):
        assert client.get("/").status_code == 404
        assert "kg build PAGES" in client.get("/").text


# SPARQL


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("*/*", "application/sparql-results+json"),
        ("application/json", "application/json"),
        ("application/sparql-results+xml", "application/sparql-results+xml"),
        ("text/csv", "text/csv; header=present; charset=utf-8"),
        ("text/tab-separated-values", "text/tab-separated-values; charset=utf-8"),
    ],
)
@pytest.mark.parametrize("way", ["get", "form", "direct"])
def test_each_way_to_ask_in_each_format(client: TestClient, way: str, accept: str, media: str) -> None:
    headers = {"accept": accept}
    match way:
        case "get":
            answer = client.get("/sparql", params={"query": WHO}, headers=headers)
        case "form":
            answer = client.post("/sparql", data={"query": WHO}, headers=headers)
        case _:
            answer = client.post("/sparql", content=WHO.encode(), headers=headers | {"content-type": DIRECT})
    assert (answer.status_code, answer.headers["content-type"]) == (200, media)
    assert answer.headers["vary"] == "Accept"
    assert "/id/person/" in answer.text


@pytest.mark.parametrize(
    "media", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
)
@pytest.mark.parametrize(
    "form",
    [
        "CONSTRUCT { ?who kg:holdsPost ?post } WHERE { ?who kg:holdsPost ?post }",
        "DESCRIBE ?who WHERE { ?who kg:led ?x }",
    ],
)
def test_triples_in_each_format(client: TestClient, form: str, media: str) -> None:
    answer = client.get("/sparql", params={"query": form}, headers={"accept": media})
    assert answer.headers["content-type"].partition(";")[0] == media
    assert len(list(ox.parse(answer.content, format=ox.RdfFormat.from_media_type(media)))) > 3


def test_a_ready_question_with_a_parameter_as_the_readme_shows_it(client: TestClient) -> None:
    answer = client.get("/sparql", params={"query": "某人任职史", "$who": "丁宗岳", "format": "csv"})
    readme = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
    (shown,) = re.findall(r"```csv\n(.*?)```", readme, re.DOTALL)
    assert answer.text.splitlines() == shown.splitlines()


def test_what_is_cut_off_is_marked(client: TestClient) -> None:
    whole = "SELECT * { ?s ?p ?o . ?x rdfs:label ?y }"
    answer = client.get("/sparql", params={"query": whole})
    assert answer.json()["truncated"] is True
    assert len(answer.json()["results"]["bindings"]) == 10_000
    assert answer.headers["x-truncated"] == "10000"
    csv = client.get("/sparql", params={"query": whole, "format": "csv"})
    assert (len(csv.text.splitlines()), csv.headers["x-truncated"]) == (10_001, "10000")
    assert "x-truncated" not in client.get("/sparql", params={"query": WHO}).headers


@pytest.mark.parametrize(
    ("method", "address", "headers", "body", "status", "said"),
    [
        ("GET", "/sparql?query=SELECT * { ?s ?p }", {}, b"", 400, "line 1, column 19: "),
        ("GET", "/sparql?query=SELECT%20*%0A%7B%20?s%20a%20foo:Bar%20%7D", {}, b"", 400, "line 2, column 8: the prefix foo:"),
        ("GET", "/sparql?query=ASK {}&query=ASK {}", {}, b"", 400, "one query, please; there are 2"),
        ("GET", "/sparql?query=ASK {}&format=docx", {}, b"", 406, "there is no format 'docx'"),
        ("GET", "/sparql?query=ASK {}", {"accept": "image/png"}, b"", 406, "there is application/sparql-results+json"),
        ("GET", "/sparql?query=" + "x=1&" * 200, {}, b"", 400, "cannot be read as UTF-8 fields"),
        ("GET", "/sparql?update=CLEAR ALL", {}, b"", 403, "read-only"),
        ("GET", "/sparql?query=DROP ALL", {}, b"", 400, "DROP is no query"),
        ("POST", "/sparql", {"content-type": FORM}, b"update=CLEAR+ALL", 403, "read-only"),
        ("POST", "/sparql", {"content-type": "application/sparql-update"}, b"CLEAR ALL", 403, "read-only"),
        ("POST", "/sparql", {"content-type": FORM}, b"", 400, "there are 0"),
        ("POST", "/sparql", {"content-type": "text/plain"}, b"ASK {}", 415, "send the query as"),
        ("POST", "/sparql", {}, b"ASK {}", 415, "send the query as"),
        ("POST", "/sparql", {"content-type": DIRECT + "; charset=latin-1"}, b"ASK {}", 415, "in UTF-8"),
        ("POST", "/sparql?query=ASK {}", {"content-type": DIRECT}, b"ASK {}", 400, "in the body or in the address"),
        ("POST", "/sparql", {"content-type": DIRECT}, b" " * 300_000, 413, "more than"),
        ("POST", "/sparql", {"content-type": DIRECT}, b" " * 70_000, 400, "the query has more than 65536 bytes"),
        ("PUT", "/sparql", {}, b"", 405, "Method Not Allowed"),
        ("DELETE", "/id/person/x", {}, b"", 405, "Method Not Allowed"),
        ("GET", "/static/../app.py", {}, b"", 404, "Not Found"),
        ("GET", "/static/%2e%2e/app.py", {}, b"", 404, "Not Found"),
        ("GET", "/nowhere", {}, b"", 404, "Not Found"),
    ],
)  # fmt: skip
def test_what_is_refused_is_told_why(
    client: TestClient, method: str, address: str, headers: dict[str, str], body: bytes, status: int, said: str
) -> None:
    answer = client.request(method, address, headers=headers, content=body)
    assert (answer.status_code, answer.headers["content-type"]) == (status, "text/plain; charset=utf-8")
    assert said in answer.text


def test_a_slow_sender_is_let_go(client: TestClient, monkeypatch: pytest.MonkeyPatch) -> None:
    import anyio
    from starlette.exceptions import HTTPException
    from starlette.requests import Request

    monkeypatch.setattr(protocol, "PATIENCE", 0.05)

    async def never() -> dict[str, object]:
        await anyio.sleep(60)
        return {}

    async def ask() -> None:
        headers = [(b"content-type", DIRECT.encode())]
        scope = {"type": "http", "method": "POST", "headers": headers, "query_string": b"", "path": "/sparql"}
        with pytest.raises(HTTPException) as caught:
            await protocol.read(Request(scope, never))  # type: ignore[arg-type]
        assert caught.value.status_code == 408

    anyio.run(ask)


# Pages


def test_an_entity_has_a_page_with_its_facts_and_their_sentences(client: TestClient, person: str) -> None:
    page = client.get(person, headers={"accept": "text/html,*/*;q=0.8"})
    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "<h1><bdi>丁宗岳</bdi> <small>人物</small></h1>" in page.text
    section = re.search(r"<h2>主持</h2>.*?</section>", page.text, re.DOTALL)
    assert section and "常委会会议</bdi></a> <small>会议</small>" in section[0]
    assert re.search(r"<p><bdi>[^<]*区委书记丁宗岳主持召开[^<]*</bdi></p>", section[0])
    assert re.search(r"2025-03-04-A1\.md#1 第\d+–\d+字 · 规则 meetings/\S+ · 置信度 0\.\d+", section[0])
    links = set(re.findall(r'href="(/id/[^"]+)"', page.text))
    assert len(links) > 5
    assert {client.get(link).status_code for link in links} == {200}


@pytest.mark.parametrize(
    "media", ["text/turtle", "application/n-triples", "application/ld+json", "application/rdf+xml"]
)
def test_an_entity_is_rdf_for_machines(client: TestClient, person: str, media: str) -> None:
    answer = client.get(person, headers={"accept": media})
    assert answer.headers["content-type"].partition(";")[0] == media
    quads = list(ox.parse(answer.content, format=ox.RdfFormat.from_media_type(media)))
    this = ox.NamedNode(BASE + person[1:])
    assert {quad.subject == this or quad.object == this for quad in quads} == {True}
    assert any(quad.object == ox.Literal("丁宗岳", language="zh") for quad in quads)
    assert any(quad.object == this for quad in quads)


@pytest.mark.parametrize("accept", ["text/html", "text/turtle"])
@pytest.mark.parametrize("path", ["/id/person/none", "/id/", "/id/person/<script>", "/id/a%20b", "/id/%00"])
def test_what_is_not_there_is_not_found(client: TestClient, path: str, accept: str) -> None:
    answer = client.get(path, headers={"accept": accept})
    assert answer.status_code in (400, 404)
    assert answer.headers["content-type"] == "text/plain; charset=utf-8"


def test_what_comes_from_a_page_is_text_on_ours(tmp_path: Path) -> None:
    from stores import PEOPLE, put

    hostile = "<script>alert(1)</script>"
    text = PEOPLE + f'person:x a kg:Person ; rdfs:label "{hostile}"@zh ; kg:raw <javascript:alert(1)> , "{hostile}" .'
    put(tmp_path, 1, list(ox.parse(text, format=ox.RdfFormat.TURTLE)))
    with Pool(str(tmp_path)) as pool, TestClient(application(tmp_path, pool, BASE), "http://127.0.0.1") as client:
        page = client.get("/id/person/x").text
    assert "<script>" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert 'href="javascript' not in page


def test_the_ontology_is_a_page_and_rdf(client: TestClient) -> None:
    page = client.get("/ontology", headers={"accept": "text/html"}).text
    assert '<tr id="Person">' in page and "人物" in page and '<tr id="presidedOver">' in page
    turtle = client.get("/ontology", headers={"accept": "text/turtle"})
    assert turtle.text.startswith("@prefix")
    triples = {
        media: {
            quad.triple
            for quad in ox.parse(
                client.get("/ontology", headers={"accept": media}).content, format=ox.RdfFormat.from_media_type(media)
            )
            if not isinstance(quad.subject, ox.BlankNode)
        }
        for media in ("text/turtle", "application/n-triples")
    }
    assert len(triples["text/turtle"]) == len(triples["application/n-triples"]) > 500


def test_the_query_page_needs_no_other_host(client: TestClient) -> None:
    page = client.get("/query").text
    assert "某人任职史" in page
    for address in re.findall(r'(?:src|href)="(/static/[^"]+)"', page):
        assert client.get(address).status_code == 200
    assert not re.findall(r'(?:src|href)="(?:https?:)?//', page)


# Descriptions


def test_the_service_describes_itself(client: TestClient) -> None:
    sd = "http://www.w3.org/ns/sparql-service-description#"
    answer = client.get("/sparql", headers={"accept": "text/turtle"})
    store = ox.Store()
    store.load(answer.content, format=ox.RdfFormat.TURTLE)
    assert store.query(
        f"PREFIX sd: <{sd}> ASK {{ ?it a sd:Service ; sd:endpoint <http://localhost:8000/sparql> ;"
        " sd:supportedLanguage sd:SPARQL11Query ; sd:defaultDataset/sd:defaultGraph ?g }"
    )
    page = client.get("/sparql", headers={"accept": "text/html,*/*;q=0.8"})
    assert (page.status_code, page.headers["location"]) == (303, "/query")


def test_the_data_describe_themselves(client: TestClient, built: tuple[Path, Report]) -> None:
    store = ox.Store()
    store.load(client.get("/.well-known/void").content, format=ox.RdfFormat.TURTLE)
    query = """PREFIX void: <http://rdfs.org/ns/void#> SELECT * { ?it a void:Dataset ; void:triples ?n ; void:uriSpace ?space ;
        void:sparqlEndpoint ?where ; void:classPartition [ void:class <https://w3id.org/local-news-kg/ontology#Person> ;
        void:entities ?people ] }"""
    (row,) = store.query(query)
    assert int(row["n"].value) == sum(built[1].triples.values())
    assert (row["space"].value, row["where"].value) == (f"{BASE}id/", "http://localhost:8000/sparql")
    assert int(row["people"].value) == len(
        client.get("/sparql", params={"query": LABELS}).json()["results"]["bindings"]
    )


# Other websites


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "127.0.0.1:1", "[::1]:8000", "NEWS.example", "10.1.2.3"]
)
def test_hosts_that_are_meant(client: TestClient, host: str) -> None:
    assert client.get("/sparql", params={"query": "ASK {}"}, headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "",
        "::1",
        "[::1",
        "a:b:c",
        "news.example@evil",
    ],
)
def test_names_that_a_website_may_make_point_here(client: TestClient, host: str) -> None:
    answer = client.get("/sparql", params={"query": "ASK {}"}, headers={"host": host})
    assert answer.status_code == 400
    assert "--allow-host" in answer.text


@pytest.mark.parametrize("path", ["/", "/query", "/sparql", "/ontology", "/nowhere", "/static/query.js"])
def test_each_answer_carries_a_policy(client: TestClient, path: str) -> None:
    headers = client.get(path).headers
    assert headers["content-security-policy"].startswith("default-src 'none'")
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"


def test_no_other_website_may_read_unless_it_is_named(client: TestClient, built: tuple[Path, Report]) -> None:
    asked = {"params": {"query": "ASK {}"}, "headers": {"origin": "https://maps.example"}}
    assert "access-control-allow-origin" not in client.get("/sparql", **asked).headers
    out, _ = built
    with Pool(str(out)) as pool:
        app = application(out, pool, BASE, origins=["https://maps.example"])
        with TestClient(app, base_url="http://localhost") as friendly:
            answer = friendly.get("/sparql", **asked)
            assert answer.headers["access-control-allow-origin"] == "https://maps.example"
            assert "X-Truncated" in answer.headers["access-control-expose-headers"]
            asked["headers"] = {"origin": "https://evil.example"}
            assert "access-control-allow-origin" not in friendly.get("/sparql", **asked).headers


# The command


def test_a_missing_store_says_what_makes_it(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.main(["serve", str(tmp_path / "none")]) == 2
    assert "there is no such folder; make it with: kg build PAGES" in capsys.readouterr().err
    assert cli.main(["serve", "http://localhost:3030/sparql"]) == 2
    assert "that is a server already" in capsys.readouterr().err


def test_a_store_that_is_just_made_says_by_whom(tmp_path: Path) -> None:
    with locked(tmp_path / "store" / "lock"), pytest.raises(StoreLockedError, match=r"process .* is writing it"):
        opened(tmp_path)
    with pytest.raises(UsageError, match="kg build PAGES"):
        opened(tmp_path)


def test_a_damaged_store_is_no_start(tmp_path: Path) -> None:
    people(tmp_path, 1)
    (tmp_path / "store" / "1" / "CURRENT").write_text("nonsense")
    with pytest.raises(StoreError, match="make it anew"):
        opened(tmp_path)


def test_a_store_is_served_while_a_build_holds_its_lock(tmp_path: Path) -> None:
    people(tmp_path, 2)
    with locked(tmp_path / "store" / "lock"), Pool(str(tmp_path), Limits()) as pool:
        assert opened(tmp_path) == BASE
        with TestClient(application(tmp_path, pool, BASE), "http://localhost") as client:
            assert len(client.get("/sparql", params={"query": LABELS}).json()["results"]["bindings"]) == 2


def test_a_port_that_is_taken(tmp_path: Path) -> None:
    import socket

    people(tmp_path, 1)
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(UsageError, match="give another --port"):
        serve(tmp_path, port=taken.getsockname()[1])


@pytest.mark.parametrize(("command", "module"), [("serve", "uvicorn"), ("mcp", "mcp.server.mcpserver")])
def test_a_missing_extra_is_named(
    tmp_path: Path, command: str, module: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    import sys

    for name in [name for name in sys.modules if name.startswith("kg.assistant")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, module, None)
    assert cli.main([command, str(people(tmp_path, 1))]) == 2
    assert f"pip install 'local-news-kg[{command}]'" in capsys.readouterr().err


def test_the_vendored_editor_is_the_one_that_its_command_fetches() -> None:
    import hashlib

    root = Path(__file__).parent.parent
    notice = (root / "NOTICE").read_text(encoding="utf-8")
    assert "yasgui" in notice
    for name in ("yasgui.min.js", "yasgui.min.css"):
        digest = hashlib.sha256((root / "kg" / "serve" / "static" / name).read_bytes()).hexdigest()
        assert digest in (root / "kg/serve/static/vendor.sh").read_text(encoding="utf-8")


def test_json_of_an_answer_is_readable(client: TestClient) -> None:
    assert "丁宗岳" in client.get("/sparql", params={"query": LABELS}).content.decode()
    assert json.loads(client.get("/sparql", params={"query": "ASK {}"}).content) == {"head": {}, "boolean": True}
