"""Exports: each format comes back as what it was, for the whole graph and for a part of it."""

from __future__ import annotations

import csv
import datetime as dt
import io
import json
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any

import networkx as nx
import pyoxigraph as ox
import pytest
import rdflib

from kg import cli, exports, store
from kg.errors import UsageError
from kg.exports.selection import select
from kg.exports.statements import Content, read
from kg.ontology import KG
from kg.report import Report
from kg.store import Store


@pytest.fixture(scope="module")
def seeds(built: tuple[Path, Report]) -> Store:
    return store.open(built[0])


@pytest.fixture(scope="module")
def content(seeds: Store) -> Content:
    return read(seeds)


def written(opened: Store, format: str, **part: Any) -> bytes:
    to = io.BytesIO()
    exports.export(opened, format, to, **part)
    return to.getvalue()


def facts(built: tuple[Path, Report]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (built[0] / "facts.jsonl").read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("format", exports.RDF)
def test_rdf_comes_back(seeds: Store, format: str) -> None:
    kind = getattr(ox.RdfFormat, exports.RDF[format])
    back = [quad.triple for quad in ox.parse(written(seeds, format), format=kind)]
    assert len(back) == len(set(back)) and set(back) == set(seeds.triples())


@pytest.mark.parametrize(
    ("format", "name"), [("turtle", "turtle"), ("rdfxml", "xml"), ("jsonld", "json-ld"), ("ntriples", "nt")]
)
def test_rdflib_reads_the_same(seeds: Store, format: str, name: str) -> None:
    text = written(seeds, format, about="丁宗岳")
    assert set(rdflib.Graph().parse(data=text, format=name)) == set(select(seeds, "丁宗岳").graph())


def test_turtle_of_a_part_has_a_paragraph_a_subject(seeds: Store) -> None:
    text = written(seeds, "turtle", about="丁宗岳").decode()
    assert "@prefix person: <https://w3id.org/local-news-kg/id/person/> ." in text and "@prefix venue:" not in text
    subjects = [line.split(" ")[0] for line in text.splitlines() if not line.startswith(("@", "\t"))]
    assert len(subjects) == len(set(subjects)) > 10


def test_turtle_of_all_is_the_files_if_they_are_what_was_loaded(tmp_path: Path) -> None:
    opened = small(tmp_path, "甲", "乙")
    (files, loaded) = store.turtle(opened), set(opened.triples())
    assert [path.name for path in files] == list(store.TURTLE)
    assert {quad.triple for quad in ox.parse(written(opened, "turtle"), format=ox.RdfFormat.TURTLE)} == loaded
    (tmp_path / "graph.ttl").write_text("", encoding="utf-8")
    assert store.turtle(opened) == ()
    assert {quad.triple for quad in ox.parse(written(opened, "turtle"), format=ox.RdfFormat.TURTLE)} == loaded


def test_a_row_for_each_fact_of_facts_jsonl(seeds: Store, built: tuple[Path, Report]) -> None:
    rows = [json.loads(line) for line in written(seeds, "jsonl").splitlines()]
    told = Counter((one["quote"], one["start"], one["rule"], one["status"]) for one in facts(built))
    assert Counter((row["quote"], row["start"], row["rule"], row["status"]) for row in rows) == told
    (row,) = [row for row in rows if row["predicate"] == "totalInvestment" and row["subject_label"] == "导热膜扩能项目"]
    assert (row["value"], row["currency"], row["unit"], row["object_label"]) == (160000000, "CNY", "元", "1.6亿元")
    assert (row["published"], row["subject_type"]) == ("2025-03-04", "Project")
    assert {row["paper"] for row in rows if row["subject_label"] == "丁宗岳"} == {"滆湖新报（样稿）"}
    grown = [row for row in rows if row.get("indicator") == "地区生产总值" and row["measure"] == "growth"]
    (growth,) = [row for row in grown if row["published"] == "2025-03-04"]
    assert (growth["value"], growth["unit"]) == (6.3, "%")
    held = {(row.get("first_day"), row.get("last_day")) for row in rows if row["predicate"] == "heldOn"}
    assert ("2025-03-03", "2025-03-03") in held
    capacity = [row for row in rows if row["predicate"] == "annualCapacity" and "机器人" in row["subject_label"]]
    assert {(row["value"], row["product"]) for row in capacity} == {(300000, "谐波减速器"), (50000, "一体化关节模组")}


def test_csv_and_parquet_say_what_json_lines_say(seeds: Store) -> None:
    parquet = pytest.importorskip("pyarrow.parquet", reason="pip install 'local-news-kg[data]'")
    lines = [json.loads(line) for line in written(seeds, "jsonl").splitlines()]
    table = list(csv.DictReader(io.StringIO(written(seeds, "csv").decode("utf-8-sig"), newline="")))
    frame = parquet.read_table(io.BytesIO(written(seeds, "parquet"))).to_pylist()
    assert len(table) == len(frame) == len(lines)
    for line, row, record in zip(lines, table, frame, strict=True):
        assert {key: str(value) for key, value in line.items()} == {k: v.removeprefix("'") for k, v in row.items() if v}
        same = {key: value.isoformat() if isinstance(value, dt.date) else value for key, value in record.items()}
        assert line == {key: value for key, value in same.items() if value is not None}


def test_formulas_are_defused(tmp_path: Path) -> None:
    rows = written(small(tmp_path, "=1+1", "@SUM(A1)"), "csv").decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(rows, newline=""))
    assert (row["subject_label"], row["object_label"], row["quote"]) == ("'=1+1", "'@SUM(A1)", "'-2+3\n=x\x07")


def small(path: Path, one: str, other: str) -> Store:
    """A store of one fact between two things of odd names, in an odd sentence."""
    text = """@prefix kg: <https://w3id.org/local-news-kg/ontology#> . @prefix rdf: <http://www.w3.org/1999/02/22-rdf-syntax-ns#> .
        @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> . @prefix a: <http://e/id/x/> .
        a:1 a kg:Company ; rdfs:label ONE@zh . a:2 a kg:Company ; rdfs:label OTHER@zh . a:1 kg:signedWith a:2 .
        a:c a kg:Claim ; rdf:subject a:1 ; rdf:predicate kg:signedWith ; rdf:object a:2 ; kg:status kg:Actual ; kg:evidence a:e .
        a:e kg:quote "-2+3\\n=x\\u0007"@zh ; kg:startChar 0 ; kg:endChar 4 ; kg:rule "x" ; kg:confidence 0.5 ; kg:inArticle a:n .
        a:n a kg:Article ; rdfs:label "x"@zh ."""
    (path / "graph.ttl").write_text(
        text.replace("ONE", json.dumps(one)).replace("OTHER", json.dumps(other)), encoding="utf-8"
    )
    (path / "evidence.ttl").write_text("", encoding="utf-8")
    store.write(path)
    return store.open(path)


def test_graphml_opens_in_networkx(seeds: Store, content: Content) -> None:
    graph = nx.read_graphml(io.BytesIO(written(seeds, "graphml")), force_multigraph=True)
    between = [one for one in content.statements if one.object]
    facts = [data for *_, data in graph.edges(data=True) if data["status"] != "structure"]
    assert Counter(data["label"] for data in facts) == Counter(one.predicate for one in between)
    (ding,) = [data for _, data in graph.nodes(data=True) if data["label"] == "丁宗岳"]
    assert (ding["type"], ding["start"], ding["end"]) == ("Person", "2025-03-04", "2025-03-04")
    (project,) = [data for _, data in graph.nodes(data=True) if data["label"] == "导热膜扩能项目"]
    assert project["totalInvestment"] == "1.6亿元"
    assert any(data["label"] == "postIn" for *_, data in graph.edges(data=True))


def test_gexf_has_days_and_always_the_same_bytes(seeds: Store) -> None:
    text = written(seeds, "gexf")
    assert text == written(seeds, "gexf") and b"lastmodified" not in text
    graph = nx.read_gexf(io.BytesIO(text))
    (meeting,) = [key for key, data in graph.nodes(data=True) if data["label"] == "武进区民营企业家春季座谈会"]
    assert {(data["start"], data["end"]) for *_, data in graph.in_edges(meeting, data=True)} == {
        ("2025-03-03", "2025-03-03")
    }
    root = ET.fromstring(text)
    assert root[1].attrib["mode"] == "dynamic" and root[1].attrib["timeformat"] == "date"


@pytest.mark.parametrize("format", ["graphml", "gexf"])
def test_networks_hold_what_xml_can_write(tmp_path: Path, format: str) -> None:
    text = written(small(tmp_path, "<a>&\x0b", "\ufffe乙"), format)
    labels = {
        value for element in ET.fromstring(text).iter() for value in (element.text, element.get("label")) if value
    }
    assert {"<a>&", "乙", "-2+3\n=x"} <= labels | {element.get("value") for element in ET.fromstring(text).iter()}


def test_neo4j_csv(seeds: Store, content: Content, tmp_path: Path) -> None:
    exports.export(seeds, "neo4j", tmp_path)
    with (tmp_path / "nodes.csv").open(encoding="utf-8", newline="") as file:
        nodes = list(csv.DictReader(file))
    with (tmp_path / "relationships.csv").open(encoding="utf-8", newline="") as file:
        edges = list(csv.DictReader(file))
    ids = [node["id:ID"] for node in nodes]
    assert len(ids) == len(set(ids)) and {node[":LABEL"] for node in nodes} >= {"Person", "Company", "Meeting"}
    assert all(edge[":START_ID"] in ids and edge[":END_ID"] in ids for edge in edges)
    assert sum(edge["status"] != "structure" for edge in edges) == sum(
        one.object is not None for one in content.statements
    )


def test_followthemoney_passes_its_validator(seeds: Store) -> None:
    followthemoney = pytest.importorskip("followthemoney", reason="pip install followthemoney; it needs ICU")
    entities = [json.loads(line) for line in written(seeds, "followthemoney").splitlines()]
    ids = {one["id"] for one in entities}
    for one in entities:
        followthemoney.model[one["schema"]].validate(one)
        proxy = followthemoney.model.get_proxy(one, cleaned=False)
        kept = proxy.to_dict()["properties"]
        assert {name: len(values) for name, values in kept.items()} == {n: len(v) for n, v in one["properties"].items()}
        for prop, value in proxy.itervalues():
            if prop.type.name == "entity":
                target = next(other for other in entities if other["id"] == value)
                assert value in ids and followthemoney.model[target["schema"]].is_a(prop.range)
    counts = Counter(one["schema"] for one in entities)
    assert (
        min(
            counts[schema]
            for schema in ("Person", "Company", "PublicBody", "Event", "Project", "Occupancy", "Position")
        )
        > 3
    )
    (project,) = [one for one in entities if one["properties"].get("name") == ["导热膜扩能项目"]]
    assert project["properties"]["amount"] == ["160000000"] and project["properties"]["currency"] == ["CNY"]


def test_about_is_what_is_near(seeds: Store) -> None:
    def names(depth: int) -> set[str]:
        found = select(seeds, "丁宗岳", depth).query("SELECT ?name { ?x a kg:Person ; rdfs:label ?name }")
        return {str(row["name"]) for row in found}

    assert names(1) == {"丁宗岳"}
    assert names(2) >= {"丁宗岳", "欧阳雪"} and names(1) < names(2) <= names(3)
    near = select(seeds, "丁宗岳")
    assert set(near.triples()) <= set(seeds.triples())
    assert near.query("某人任职史", who="丁宗岳").terms == seeds.query("某人任职史", who="丁宗岳").terms
    claims = near.query("SELECT ?claim { ?claim a kg:Claim }")
    assert len(claims) == len(seeds.query("某人某单位的全部事实", about="丁宗岳")) == 3


def test_about_takes_names_and_iris(seeds: Store) -> None:
    who = seeds.query("SELECT ?who { ?who rdfs:label $name }", name="丁宗岳")[0]["who"]
    whole = set(select(seeds, "丁宗岳").triples())
    assert set(select(seeds, str(who)).triples()) == set(select(seeds, f"person:{str(who)[-16:]}").triples()) == whole
    with pytest.raises(UsageError, match="丁宗: nothing has that name; like it: 丁宗岳"):
        select(seeds, "丁宗")
    with pytest.raises(UsageError, match="person:0: the store says nothing of it"):
        select(seeds, "person:0")


def test_a_part_keeps_the_shapes_of_a_fact(seeds: Store) -> None:
    part = select(seeds, "导热膜扩能项目")
    assert (
        part.query("SELECT ?v { ?p rdfs:label $who ; kg:totalInvestment/kg:value ?v }", who="导热膜扩能项目")[0]["v"]
        == 160000000
    )
    unnamed = part.query(
        "SELECT ?o { ?s ?p ?o FILTER(ISIRI(?o) && !STRSTARTS(STR(?o), $kg)) FILTER NOT EXISTS { ?o ?q ?x } }",
        kg=ox.Literal(KG),
    )
    assert len(unnamed) == 0


def test_since_is_what_papers_told_from_that_day_on(seeds: Store, built: tuple[Path, Report]) -> None:
    rows = [json.loads(line) for line in written(seeds, "jsonl", since=dt.date(2025, 6, 1)).splitlines()]
    whole = [json.loads(line) for line in written(seeds, "jsonl").splitlines()]
    late = [row for row in whole if row.get("published", "") >= "2025-06-01"]
    assert sorted(rows, key=repr) == sorted(late, key=repr) != []
    assert written(seeds, "jsonl", since=dt.date(2099, 1, 1)) == b""
    both = [
        json.loads(line) for line in written(seeds, "jsonl", about="丁宗岳", since=dt.date(2025, 3, 4)).splitlines()
    ]
    assert len(both) == 4 and {row["subject_label"] for row in both} == {"丁宗岳"}


ENDINGS = [
    ("a.ttl", "turtle"),
    ("b.GEXF", "gexf"),
    ("c.parquet", "parquet"),
    ("d.ftm.json", "followthemoney"),
    ("e", "turtle"),
]


@pytest.mark.parametrize(("name", "format"), ENDINGS)
def test_the_name_tells_the_format(name: str, format: str) -> None:
    assert exports.format_of(Path(name)) == format


def test_the_command_writes_a_file_or_stdout(
    built: tuple[Path, Report], tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    given = ["export", "--store", str(built[0]), "--about", "丁宗岳"]
    assert cli.main([*given, "-o", str(tmp_path / "a.nt")]) == 0
    assert cli.main([*given, "--format", "ntriples"]) == 0
    out, _ = capfdbinary.readouterr()
    assert (tmp_path / "a.nt").read_bytes() == out != b""
    assert cli.main([*given, "--format", "neo4j", "-o", str(tmp_path / "neo")]) == 0
    assert b"neo4j-admin database import full --nodes=" in capfdbinary.readouterr().err
    assert sorted(path.name for path in (tmp_path / "neo").iterdir()) == ["nodes.csv", "relationships.csv"]


WRONG = [
    (["--format", "pdf"], "--format pdf: it is one of turtle, ntriples"),
    (["--format", "neo4j"], "neo4j is two files: give a folder with -o"),
    (["--depth", "0"], "--depth 0: it is 1 or more"),
    (["--about", "无此人"], "无此人: nothing has that name"),
    (["--since", "gestern"], "'gestern' is no date"),
]


@pytest.mark.parametrize(("arguments", "message"), WRONG)
def test_wrong_use_is_2(
    arguments: list[str], message: str, built: tuple[Path, Report], capsys: pytest.CaptureFixture[str]
) -> None:
    try:
        code = cli.main(["export", "--store", str(built[0]), *arguments])
    except SystemExit as stop:
        code = int(stop.code or 0)
    assert code == 2 and message in capsys.readouterr().err
