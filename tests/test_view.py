from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import networkx as nx  # type: ignore[import-untyped]
import pytest
from view_sample import sample

from kg.errors import ConfigurationError
from kg.model import Article, Entity, Fact, Metadata, Ref
from kg.view import write_html
from kg.view.content import collect, load_labels
from kg.view.layout import label_box, lay_out
from kg.view.network import Network

TEXT = "董事长韩𬭎说：投资超10亿元。"
ARTICLE = Article("a.md", "a.md", "奠基", TEXT, tuple(range(100, 100 + len(TEXT))), (), 100, 115, Metadata())
ENTITIES = [Entity("p/1", "Person", "韩𬭎", "k", ("老韩", "韩𬭎")), Entity("c/1", "Company", "恒岳", "k")]


def fact(**changes: Any) -> Fact:
    base = Fact(
        "a.md", "a.md", Ref("韩𬭎", "Person", "p/1"), "postAt", Ref("恒岳", "Company", "c/1"), 100, 115, TEXT, "r"
    )
    return replace(base, **changes)


def write_elsewhere(target: Path, **environment: str) -> None:
    """Write the sample's page in a process of its own."""
    code = (
        "import sys; from pathlib import Path; from view_sample import sample; from kg.view import write_html; "
        "write_html(Path(sys.argv[1]), *sample())"
    )
    here = Path(__file__).parent
    path = os.pathsep.join([str(here), str(here.parent)])
    subprocess.run([sys.executable, "-c", code, str(target)], check=True, env={**environment, "PYTHONPATH": path})


def page_of(path: Path) -> tuple[str, dict[str, Any]]:
    text = path.read_bytes().decode("utf-8")
    found = re.search(r'<script type="application/json" id="data">(.*?)</script>', text, re.DOTALL)
    assert found
    return text, json.loads(found[1])


def test_the_sample_is_written_whole_and_small(tmp_path: Path) -> None:
    entities, facts, articles = sample()
    counts = write_html(tmp_path / "graph.html", entities, facts, articles, title="澄湖")
    text, data = page_of(tmp_path / "graph.html")
    assert counts == {"nodes": 82, "edges": 120, "facts": 148, "left_out": 18, "bytes": len(text.encode())}
    assert counts["bytes"] < 700_000
    assert (len(data["nodes"]), len(data["edges"]), len(data["facts"]), len(data["articles"])) == (82, 120, 148, 10)
    assert text.startswith('<!doctype html>\n<html lang="zh-CN">') and text.endswith("</html>\n") and "\r" not in text
    assert "<title>澄湖</title>" in text and 'name="viewport"' in text
    assert "@license" in text and "vis-network" in text, "the licence of what is inlined stays"
    assert [path.name for path in tmp_path.iterdir()] == ["graph.html"]


def test_each_sentence_is_stored_once(tmp_path: Path) -> None:
    entities, facts, articles = sample()
    write_html(tmp_path / "graph.html", entities, facts, articles)
    text, data = page_of(tmp_path / "graph.html")
    assert text.count("齐家滨主持召开区委常委会会议") == 1
    assert len(data["sentences"]) == len({(f.article, f.start) for f in facts})


def test_nothing_is_fetched_and_only_hashed_scripts_run(tmp_path: Path) -> None:
    entities, facts, articles = sample()
    write_html(tmp_path / "graph.html", entities, facts, articles)
    text, _ = page_of(tmp_path / "graph.html")
    markup = re.sub(r"(?<=<script>).*?(?=</script>)", "", text, flags=re.DOTALL)
    assert not re.search(r"<link|<img|<iframe|src=|@import|url\(|style=\"|\son\w+=\"", markup)
    assert "sourceMappingURL" not in text
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', text)
    assert policy
    hashes = [
        base64.b64encode(hashlib.sha256(body.encode()).digest()).decode()
        for body in re.findall(r"<(?:script|style)>(.*?)</(?:script|style)>", text, re.DOTALL)
    ]
    assert len(hashes) == 5
    allowed = html.unescape(policy[1])
    assert allowed.startswith("default-src 'none'; script-src 'sha256-") and "unsafe" not in allowed
    assert [one for one in hashes if f"'sha256-{one}'" not in allowed] == []


def test_same_bytes_under_other_hash_seeds(tmp_path: Path) -> None:
    pages = []
    for seed in ("1", "2"):
        write_elsewhere(tmp_path / seed, PYTHONHASHSEED=seed)
        pages.append((tmp_path / seed).read_bytes())
    assert pages[0] == pages[1]


def test_written_as_utf_8_under_an_ascii_locale(tmp_path: Path) -> None:
    write_elsewhere(tmp_path / "graph.html", LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
    assert "云泽恒岳智能装备有限公司" in (tmp_path / "graph.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--<script>", "a\u2028b\u2029c", "&lt;"])
def test_data_cannot_leave_its_element(tmp_path: Path, text: str) -> None:
    entities = [replace(ENTITIES[0], label=text), ENTITIES[1]]
    write_html(tmp_path / "graph.html", entities, [fact()], [ARTICLE], title=text)
    page, data = page_of(tmp_path / "graph.html")
    assert [node["label"] for node in data["nodes"]] == ["恒岳", text]
    assert "<script>alert" not in page and "\u2028" not in page.split('id="data">')[1].split("</script>")[0]


def test_marks_count_from_the_sentence_and_stay_in_it() -> None:
    content = collect(ENTITIES, [fact(marks=((103, 105), (106, 400), (90, 101)))], [ARTICLE], load_labels({}))
    assert content.facts[0]["m"] == [(0, 1), (3, 5), (6, 15)]


def test_what_was_carried_over_is_quoted() -> None:
    content = collect(ENTITIES, [fact(inferred=True, antecedent=(100, 103))], [ARTICLE], load_labels({}))
    assert content.facts[0]["inferred"] == "董事长"


def test_a_byline_stands_at_the_article_and_a_reference_without_id_is_text() -> None:
    byline = fact(subject=Ref("奠基", "Article"), predicate="reportedBy", object=Ref("韩𬭎", "Person", "p/1"))
    honour = fact(predicate="awarded", object=Ref("劳动模范", "Honour"))
    content = collect(ENTITIES, [byline, honour], [ARTICLE], load_labels({}))
    assert [(node["id"], node["label"]) for node in content.nodes] == [("article/a.md", "奠基"), ("p/1", "韩𬭎")]
    assert content.facts[1]["o"] == {"text": "劳动模范"}
    assert content.relations == [(0, 1, "reportedBy")]
    assert content.nodes[1]["aliases"] == ["老韩"]
    assert content.focus == [], "the article is folded, so nothing is linked"


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        (fact(subject=Ref("某人", "Person", "p/9")), "p/9"),
        (fact(subject=Ref("某人", "Person")), "某人"),
        (fact(object=Ref("某公司", "Company", "c/9")), "c/9"),
        (fact(article="b.md"), "b.md"),
    ],
)
def test_a_fact_about_nothing_given_is_refused(wrong: Fact, named: str) -> None:
    with pytest.raises(ConfigurationError, match=named):
        collect(ENTITIES, [wrong], [ARTICLE], load_labels({}))


def test_no_facts_make_a_page_too(tmp_path: Path) -> None:
    counts = write_html(tmp_path / "graph.html", [], [], [])
    assert {**counts, "bytes": 0} == {"nodes": 0, "edges": 0, "facts": 0, "left_out": 0, "bytes": 0}


def test_labels_of_the_ontology_replace_the_tables() -> None:
    labels = load_labels({"attended": "出席", "Person": "人"})
    assert labels["predicates"]["attended"]["zh"] == "出席"
    assert labels["types"]["Person"]["zh"] == "人"
    assert labels["predicates"]["led"]["zh"] == "带队"


def test_every_label_is_in_both_languages() -> None:
    lacking = [
        (section, name)
        for section, entries in load_labels({}).items()
        for name, entry in entries.items()
        if not (entry["zh"] and entry["en"])
    ]
    assert lacking == []


def test_network_keeps_parallel_relations_and_refuses_strangers() -> None:
    network = Network("t", {})
    network.add_node("a", "甲")
    network.add_node("a", "again")
    network.add_node("b", "")
    network.add_edge("a", "b", predicate="led")
    network.add_edge("a", "b", predicate="attended")
    network.add_edge("b", "a", predicate="led")
    assert network.nodes == [{"id": "a", "label": "甲"}, {"id": "b", "label": ""}]
    assert (network.num_nodes(), network.num_edges()) == (2, 3)
    with pytest.raises(ConfigurationError, match="'c'"):
        network.add_edge("a", "c")


@pytest.mark.parametrize(
    ("label", "box"),
    [("齐家滨", (42, 43)), ("", (30, 43)), ("云泽农村商业银行", (102, 43)), ("云泽恒岳智能装备有限公司", (78, 58))],
)
def test_label_box(label: str, box: tuple[float, float]) -> None:
    assert label_box(label) == box


def test_layout_keeps_boxes_apart_and_is_the_same_whatever_the_order() -> None:
    edges = [(0, n) for n in range(1, 12)] + [(20, n) for n in range(8, 16)] + [(30, 31), (31, 32)]
    graph = nx.Graph(edges)
    graph.add_node(40)
    boxes = dict.fromkeys(graph, (80.0, 45.0))
    places = lay_out(graph, boxes)
    assert places == lay_out(nx.Graph([*reversed(edges), (40, 40)]), boxes)
    points = sorted(places.values())
    over = [(a, b) for a in points for b in points if a < b and abs(a[0] - b[0]) < 76 and abs(a[1] - b[1]) < 42]
    assert over == []


def test_layout_of_a_graph_too_large_for_one_piece() -> None:
    graph = nx.connected_caveman_graph(40, 10)
    places = lay_out(graph, dict.fromkeys(graph, (60.0, 45.0)))
    assert sorted(places) == list(range(400))
    assert len(set(places.values())) > 390
