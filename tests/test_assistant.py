"""The tools of kg mcp, called as an assistant calls them: through the package's own client."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import anyio
import pytest
from stores import people

from kg.ontology import BASE
from kg.report import Report
from kg.workers import Limits, Pool

mcp = pytest.importorskip("mcp", reason="the extra mcp is not installed")

from kg.assistant import tools  # noqa: E402

Call = Callable[..., dict[str, Any]]


@pytest.fixture(scope="module")
def pool(built: tuple[Path, Report]) -> Iterator[Pool]:
    with Pool(str(built[0]), Limits(seconds=2)) as pool:
        yield pool


def with_client(pool: Pool, use: Callable[[Any], Awaitable[Any]]) -> Any:
    async def run() -> Any:
        async with mcp.Client(tools.server(pool, BASE)) as client:
            return await use(client)

    return anyio.run(run)


@pytest.fixture
def call(pool: Pool) -> Call:
    """Calls a tool; what it gives, or `{"error": …}`."""

    def call(tool: str, /, **arguments: Any) -> dict[str, Any]:
        async def use(client: Any) -> dict[str, Any]:
            result = await client.call_tool(tool, arguments)
            if result.is_error:
                return {"error": result.content[0].text}
            found: dict[str, Any] = result.structured_content
            return found

        return with_client(pool, use)

    return call


def test_the_tools_and_that_they_only_read(pool: Pool) -> None:
    async def use(client: Any) -> Any:
        return (await client.list_tools()).tools

    listed = with_client(pool, use)
    assert [tool.name for tool in listed] == ["schema", "find_entity", "entity", "query", "evidence"]
    assert all(tool.annotations.read_only_hint and not tool.annotations.open_world_hint for tool in listed)
    assert all(tool.description and tool.output_schema for tool in listed)


def test_schema_names_what_a_query_needs(call: Call) -> None:
    told = call("schema")
    assert {"class": "kg:Person", "zh": "人物", "en": "Person", "below": ["Agent"]} in told["classes"]
    (presided,) = (one for one in told["relations"] if one["relation"] == "kg:presidedOver")
    assert (presided["zh"], presided["subject"], presided["object"]) == ("主持", ["Person"], ["Event"])
    assert told["prefixes"]["person"] == f"{BASE}id/person/"
    assert any(one["zh"] == "某人任职史" and "who" in one["parameters"] for one in told["questions"])


def test_from_a_name_to_a_fact_to_its_sentence(call: Call) -> None:
    (found,) = call("find_entity", name="丁宗岳", type="Person")["entities"]
    known = call("entity", entity=found["iri"])
    assert (known["label"], known["types"]) == ("丁宗岳", ["Person"])
    (post,) = (one for one in known["facts"] if one["relation"] == "职务")
    assert (post["text"], post["status"]) == ("武进区委书记", "Actual")
    sentence = post["sentences"][0]
    assert "丁宗岳" in sentence["quote"]
    assert sentence["citation"].startswith(f"“{sentence['quote']}”（")
    assert "2025-03-04《" in sentence["citation"] and sentence["published"] == "2025-03-04"
    for iri in (post["claim"], sentence["evidence"]):
        (claim,) = call("evidence", fact=iri)["claims"]
        assert (claim["subject"]["text"], claim["relation"], claim["object"]["text"]) == (
            "丁宗岳",
            "职务",
            "武进区委书记",
        )
        assert sentence in claim["sentences"]
    kind, _, local = post["claim"].removeprefix(f"{BASE}id/").partition("/")
    assert call("evidence", fact=f"{kind}:{local}")["claims"]


def test_a_full_name_is_enough_where_one_thing_has_it(call: Call) -> None:
    assert call("entity", entity="丁宗岳")["label"] == "丁宗岳"
    assert "nothing has exactly that name; like it: 丁宗岳" in call("entity", entity="宗岳")["error"]
    assert "find_entity" in call("entity", entity="person:none")["error"]


def test_namesakes_are_told_apart_by_the_asker(tmp_path: Path) -> None:
    people(tmp_path, 3)
    import pyoxigraph as ox
    from stores import PEOPLE, put

    text = PEOPLE + 'person:a a kg:Person ; rdfs:label "重名"@zh . person:b a kg:Person ; rdfs:label "重名"@zh .'
    put(tmp_path, 2, list(ox.parse(text, format=ox.RdfFormat.TURTLE)))

    async def use(client: Any) -> Any:
        return await client.call_tool("entity", {"entity": "重名"})

    with Pool(str(tmp_path)) as pool:
        result = with_client(pool, use)
    assert result.is_error
    assert "2 things have that name" in result.content[0].text
    assert f"{BASE}id/person/a" in result.content[0].text


@pytest.mark.parametrize("word", ["丁", "武进", "会议", "项目"])
def test_find_entity_gives_the_closest_first_and_no_more_than_wanted(call: Call, word: str) -> None:
    found = call("find_entity", name=word, limit=3)
    assert 0 < len(found["entities"]) <= 3
    assert all(word in one["name"] for one in found["entities"])
    lengths = [len(one["name"]) for one in found["entities"]]
    assert lengths == sorted(lengths)


def test_queries_of_each_form(call: Call) -> None:
    rows = call("query", query="某人任职史", parameters={"who": "丁宗岳"})
    assert rows["columns"][0] == "post" and rows["rows"][0][0] == "武进区委书记"
    assert call("query", query="ASK { ?x rdfs:label '丁宗岳'@zh }") == {"answer": True}
    few = call("query", query="SELECT ?s { ?s ?p ?o }", limit=5)
    assert (len(few["rows"]), few["truncated"]) == (5, True)
    turtle = call("query", query="DESCRIBE ?x WHERE { ?x rdfs:label '丁宗岳'@zh }")
    assert "丁宗岳" in turtle["turtle"]
    amounts = call("query", query="SELECT (1.0 AS ?a) (2.5 AS ?b) ('2025-03-04'^^xsd:date AS ?c) (<urn:x> AS ?d) {}")
    assert amounts["rows"] == [[1, 2.5, "2025-03-04", "urn:x"]]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ({"query": "SELECT * { ?s ?p }"}, "line 1, column"),
        ({"query": "SELECT * { service <http://127.0.0.1/> {} }"}, "SERVICE is refused"),
        ({"query": "DROP ALL"}, "DROP is no query"),
        ({"query": "某人任职史"}, "needs who"),
        ({"query": "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"}, "takes more than 2 s"),
        ({"query": "SELECT ?s { ?s ?p ?o }", "limit": 100_000}, "less than or equal to 10000"),
    ],
)
def test_the_limits_are_those_of_the_server(call: Call, arguments: dict[str, Any], said: str) -> None:
    assert said in call("query", **arguments)["error"]


def test_no_evidence_is_said_to_be_none(call: Call) -> None:
    for fact in ("claim:none", "丁宗岳", f"{BASE}id/person/x"):
        assert "no claim or evidence" in call("evidence", fact=fact)["error"]


def test_over_stdin_and_stdout(built: tuple[Path, Report]) -> None:
    async def run() -> None:
        command = mcp.StdioServerParameters(command=sys.executable, args=["-m", "kg", "mcp", str(built[0])])
        async with mcp.Client(mcp.stdio_client(command)) as client:
            result = await client.call_tool("query", {"query": "某人任职史", "parameters": {"who": "丁宗岳"}})
            assert result.structured_content["rows"][0][0] == "武进区委书记"

    anyio.run(run)
