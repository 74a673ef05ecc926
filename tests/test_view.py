from __future__ import annotations

import base64
import gzip
import hashlib
import html
import json
import os
import re
import subprocess
import sys
from dataclasses import replace
from importlib.resources import files
from pathlib import Path
from typing import Any

import networkx as nx  # type: ignore[import-untyped]
import pytest
from view_graph import network
from view_sample import sample

from kg.errors import ConfigurationError, UsageError
from kg.model import Article, Entity, Fact, Metadata, Ref
from kg.view import pack, write_html
from kg.view.communities import communities, leaders
from kg.view.content import collect, load_labels
from kg.view.layout import BEND, label_box, lay_out
from kg.view.modules import bundle
from kg.view.network import Network
from kg.view.pinyin import readings

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
    return path.read_bytes().decode("utf-8"), pack.read(path)


def test_the_sample_is_written_whole_and_small(tmp_path: Path) -> None:
    entities, facts, articles = sample()
    counts = write_html(tmp_path / "graph.html", entities, facts, articles, title="澄湖")
    text, data = page_of(tmp_path / "graph.html")
    size = len(text.encode())
    assert counts == {"nodes": 82, "edges": 120, "facts": 148, "left_out": 18, "beyond": 0, "bytes": size}
    assert counts["bytes"] < 700_000
    assert (len(data["node"]["id"]), len(data["fact"]["s"]), len(data["articles"])) == (82, 148, 10)
    assert text.startswith('<!doctype html>\n<html lang="zh-CN">') and text.endswith("</html>\n") and "\r" not in text
    assert "<title>澄湖</title>" in text and 'name="viewport"' in text
    assert "@license" in text and "vis-network" in text, "the licence of what is inlined stays"
    assert [path.name for path in tmp_path.iterdir()] == ["graph.html"]


def test_each_sentence_is_stored_once(tmp_path: Path) -> None:
    entities, facts, articles = sample()
    write_html(tmp_path / "graph.html", entities, facts, articles)
    _, data = page_of(tmp_path / "graph.html")
    assert sum("齐家滨主持召开区委常委会会议" in text for text in data["sentence"]["text"]) == 1
    assert len(data["sentence"]["text"]) == len({(f.article, f.start) for f in facts})


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
    assert len(hashes) == 3
    allowed = html.unescape(policy[1])
    assert allowed.startswith("default-src 'none'; script-src 'sha256-") and "unsafe" not in allowed
    assert [one for one in hashes if f"'sha256-{one}'" not in allowed] == []


def test_same_bytes_under_other_hash_seeds(tmp_path: Path) -> None:
    pages = []
    for seed in ("1", "2"):
        write_elsewhere(tmp_path / seed, PYTHONHASHSEED=seed)
        pages.append((tmp_path / seed).read_bytes())
    assert pages[0] == pages[1]


@pytest.mark.parametrize("locale", ["C", "zh_CN.GBK"])
def test_written_as_utf_8_under_any_locale(tmp_path: Path, locale: str) -> None:
    if locale != "C":
        made = subprocess.run(["localedef", "-i", "zh_CN", "-f", "GBK", str(tmp_path / locale)], capture_output=True)
        if made.returncode:
            pytest.skip("localedef cannot make a GBK locale here: apt-get install locales")
    write_elsewhere(
        tmp_path / "graph.html", LC_ALL=locale, LOCPATH=str(tmp_path), PYTHONUTF8="0", PYTHONCOERCECLOCALE="0"
    )
    text, data = page_of(tmp_path / "graph.html")
    assert "<title>新闻知识图谱</title>" in text and "云泽恒岳智能装备有限公司" in data["node"]["label"]


@pytest.mark.parametrize("text", ["</script><script>alert(1)</script>", "<!--<script>", "a\u2028b\u2029c", "&lt;"])
def test_data_cannot_leave_its_element(tmp_path: Path, text: str) -> None:
    entities = [replace(ENTITIES[0], label=text), ENTITIES[1]]
    write_html(tmp_path / "graph.html", entities, [fact()], [ARTICLE], title=text)
    page, data = page_of(tmp_path / "graph.html")
    assert data["node"]["label"] == ["恒岳", text]
    assert "<script>alert" not in page
    assert re.fullmatch(r'"[A-Za-z0-9+/=]+"', page.split('id="data">')[1].split("</script>")[0])


def test_marks_count_from_the_sentence_and_stay_in_it() -> None:
    content = collect(ENTITIES, [fact(marks=((103, 105), (106, 400), (90, 101)))], [ARTICLE], load_labels({}))
    assert content.facts[0]["marks"] == [(0, 1), (3, 5), (6, 15)]


def test_what_was_carried_over_is_quoted() -> None:
    content = collect(ENTITIES, [fact(inferred=True, antecedent=(100, 103))], [ARTICLE], load_labels({}))
    assert content.facts[0]["inferred"] == "董事长"


def test_what_was_carried_over_comes_from_elsewhere_where_the_text_has_not_come_along() -> None:
    bare, labels = replace(ARTICLE, text="", offsets=()), load_labels({})
    over = fact(inferred=True, antecedent=(100, 103))
    carried = {("a.md", 100, 103): "总经理"}
    assert collect(ENTITIES, [over], [bare], labels, carried).facts[0]["inferred"] == "总经理"
    assert collect(ENTITIES, [over], [ARTICLE], labels, carried).facts[0]["inferred"] == "总经理"
    assert collect(ENTITIES, [over], [ARTICLE], labels, {("a.md", 100, 104): "x"}).facts[0]["inferred"] == "董事长"
    assert collect(ENTITIES, [over], [bare], labels).facts[0]["inferred"] == ""


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
    assert {**counts, "bytes": 0} == dict.fromkeys(("nodes", "edges", "facts", "left_out", "beyond", "bytes"), 0)


def test_articles_that_are_not_on_the_page_are_counted_on_it(tmp_path: Path) -> None:
    counts = write_html(tmp_path / "graph.html", *sample(), beyond=98_611)
    assert counts["beyond"] == page_of(tmp_path / "graph.html")[1]["beyond"] == 98_611


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


def test_a_chain_does_not_lie_as_a_line() -> None:
    graph = nx.path_graph(8)
    points = list(lay_out(graph, dict.fromkeys(graph, (80.0, 45.0))).values())
    wide, high = (max(axis) - min(axis) for axis in zip(*points, strict=True))
    assert BEND < 1 and wide < 5 * high and high < 5 * wide


def test_who_has_a_place_keeps_it_and_the_new_come_near_their_friends() -> None:
    graph = nx.connected_caveman_graph(6, 8)
    boxes = dict.fromkeys(range(60), (60.0, 45.0))
    before = lay_out(graph, boxes)
    graph.add_edges_from([(3, 50), (50, 51), (58, 59)])
    after = lay_out(graph, boxes, before)
    assert {node: after[node] for node in before} == before
    assert sorted(set(after) - set(before)) == [50, 51, 58, 59]
    points = sorted(after.values())
    assert [(a, b) for a in points for b in points if a < b and abs(a[0] - b[0]) < 30 and abs(a[1] - b[1]) < 20] == []
    far = [abs(after[50][axis] - after[3][axis]) for axis in (0, 1)]
    assert max(far) < 400


def test_communities_are_the_caves_and_are_called_after_the_best_connected() -> None:
    graph = nx.connected_caveman_graph(5, 8)
    graph.add_edges_from([(0, other) for other in range(1, 8)])
    found = communities(graph)
    assert sorted(sorted(node // 8 for node in group)[4] for group in found) == [0, 1, 2, 3, 4]
    assert leaders(graph, range(8)) == [0, 1]


def test_communities_are_no_worse_than_those_of_networkx() -> None:
    graph = nx.planted_partition_graph(12, 30, 0.25, 0.01, seed=3)
    graph.add_edge(5, 5)
    ours, theirs = communities(graph), nx.community.louvain_communities(graph, seed=7)
    assert sorted(node for group in ours for node in group) == sorted(graph)
    assert nx.community.modularity(graph, ours) > nx.community.modularity(graph, theirs) - 0.005
    assert sorted(ours) == sorted(communities(nx.Graph([*graph.edges][::-1])))


def places_of(path: Path) -> dict[str, Any]:
    places: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return places


def test_a_page_added_moves_nobody(tmp_path: Path) -> None:
    entities, facts, articles = sample()
    page, layout = tmp_path / "graph.html", tmp_path / "layout.json"
    earlier = [one for one in facts if one.article != articles[-1].id]
    write_html(page, entities, earlier, articles, layout=layout)
    before = places_of(layout)
    write_html(page, entities, facts, articles, layout=layout)
    after = places_of(layout)
    assert {id_: after["whole"][id_] for id_ in before["whole"]} == before["whole"]
    assert len(after["whole"]) > len(before["whole"])
    assert {id_: after["opening"][id_] for id_ in before["opening"]} == before["opening"]
    first = page.read_bytes(), layout.read_bytes()
    write_html(page, entities, facts, articles, layout=layout)
    assert (page.read_bytes(), layout.read_bytes()) == first, "the same input with the same last places"


def test_who_is_gone_leaves_no_place_behind(tmp_path: Path) -> None:
    entities, facts, articles = sample()
    page, layout = tmp_path / "graph.html", tmp_path / "layout.json"
    write_html(page, entities, facts, articles, layout=layout)
    before = places_of(layout)
    later = [one for one in facts if one.article != articles[0].id]
    write_html(page, entities, later, articles, layout=layout)
    after, held = places_of(layout), page_of(page)[1]["node"]["id"]
    gone = set(before["whole"]) - set(held)
    assert gone and not [id_ for id_ in gone if id_ in layout.read_text(encoding="utf-8")]
    assert sorted(after["whole"]) == sorted(held) and set(after["opening"]) <= set(held)
    assert {id_: before["whole"][id_] for id_ in held} == after["whole"]
    text = page_of(page)[0] + json.dumps(page_of(page)[1], ensure_ascii=False)
    assert not [id_ for id_ in gone if id_ in text]


def test_all_is_laid_out_anew_when_more_than_a_quarter_has_come_since(tmp_path: Path) -> None:
    entities, facts, articles = network(300, 650)
    first, rest = {one.id for one in articles[:9]}, [one.id for one in articles[9:]]
    page, layout = tmp_path / "graph.html", tmp_path / "layout.json"
    held, renewed = list(first), []
    write_html(page, entities, [one for one in facts if one.article in first], articles, layout=layout)
    for name in rest:  # one article comes, one goes
        before = places_of(layout)
        held = [*held[1:], name]
        write_html(page, entities, [one for one in facts if one.article in held], articles, layout=layout)
        after = places_of(layout)
        stayed = {id_: point for id_, point in before["whole"].items() if id_ in after["whole"]}
        moved = {id_ for id_, point in stayed.items() if after["whole"][id_] != point}
        renewed.append(bool(moved))
        assert set(after["added"]) <= set(after["whole"]) and len(after["added"]) <= len(after["whole"]) / 4
        assert not (moved and after["added"])
    assert 2 <= sum(renewed) < len(renewed) * 0.7
    again = tmp_path / "again.json"
    write_html(page, entities, facts, articles)
    write_html(tmp_path / "b.html", entities, facts, articles, layout=again)
    assert page.read_bytes() == (tmp_path / "b.html").read_bytes(), (
        "the first time no file of places makes a difference"
    )


def test_a_large_page_is_the_same_under_other_hash_seeds_and_with_its_last_places(tmp_path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from view_graph import network; from kg.view import write_html; "
        "entities, facts, articles = network(700, 1600); folder = Path(sys.argv[1]); "
        "some = [one for one in facts if one.article != articles[-1].id]; "
        "write_html(folder / 'a.html', entities, some, articles, layout=folder / 'layout.json'); "
        "write_html(folder / 'b.html', entities, facts, articles, layout=folder / 'layout.json')"
    )
    here = Path(__file__).parent
    path = os.pathsep.join([str(here), str(here.parent)])
    written = []
    for seed, threads in (("1", "1"), ("2", "4")):
        folder = tmp_path / seed
        folder.mkdir()
        environment = {"PYTHONPATH": path, "PYTHONHASHSEED": seed, "OPENBLAS_NUM_THREADS": threads}
        subprocess.run([sys.executable, "-c", code, str(folder)], check=True, env=environment)
        written.append([(folder / name).read_bytes() for name in ("a.html", "b.html", "layout.json")])
    assert written[0] == written[1]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        '{"whole": {"a": [1]}, "opening": {}}',
        '{"whole": {}}',
        '{"whole": {}, "opening": {}, "added": 1}',
    ],
)
def test_a_broken_layout_file_is_named(tmp_path: Path, text: str) -> None:
    (tmp_path / "layout.json").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"layout\.json.*delete it"):
        write_html(tmp_path / "graph.html", *sample(), layout=tmp_path / "layout.json")
    assert not (tmp_path / "graph.html").exists()


@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("单国良", {"单": "dan chan shan"}),
        ("重庆", {"重": "zhong chong tong"}),
        ("C919首飞", {"飞": "fei"}),
        ("𬭎", {"𬭎": "hong"}),
    ],
)
def test_every_reading_of_a_character(name: str, read: dict[str, str]) -> None:
    found = readings([name])
    assert {character: found[character] for character in read} == read
    assert set(found) <= set(name)


def test_readings_are_those_of_pypinyin() -> None:
    from pypinyin import Style, pinyin

    characters = [*files("kg").joinpath("read/common_han.txt").read_text(encoding="utf-8").split(), "欸", "〇", "鿿"]
    characters = sorted({character for word in characters for character in word})
    told = {
        one: [s for s in dict.fromkeys(pinyin(one, style=Style.NORMAL, heteronym=True)[0]) if s.isascii()]
        for one in characters
        if one > "\u2e80"
    }
    assert readings(characters) == {one: " ".join(plain) for one, plain in told.items() if plain}
    assert readings(["欸", "绿", "a"]) == {"欸": "ai xie ei", "绿": "lv lu"}


@pytest.mark.parametrize("text", ["<html></html>", '<script type="application/json" id="data">"AAAA"</script>'])
def test_data_are_read_from_a_page_of_ours_alone(tmp_path: Path, text: str) -> None:
    (tmp_path / "graph.html").write_text(text, encoding="utf-8")
    with pytest.raises(UsageError, match="build it again"):
        pack.read(tmp_path / "graph.html")


def test_data_of_another_format_are_refused(tmp_path: Path) -> None:
    data = base64.b64encode(gzip.compress(b'{"format": 99}')).decode()
    (tmp_path / "graph.html").write_text(f'<script type="application/json" id="data">"{data}"</script>')
    with pytest.raises(UsageError, match="not a page of this version"):
        pack.read(tmp_path / "graph.html")


def test_modules_become_one_script(tmp_path: Path) -> None:
    (tmp_path / "a.js").write_text('import { b as c } from "./b.js";\nexport const a = c + 1;\n', encoding="utf-8")
    (tmp_path / "b.js").write_text(
        "const hidden = 1;\nexport const b = hidden;\nexport function f() {}\n", encoding="utf-8"
    )
    text = bundle(tmp_path, "a.js")
    assert text.index("b.js") < text.index("a.js")
    assert 'const { b: c } = modules["b.js"];' in text and "return { b, f };" in text and "export" not in text


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ('import { a } from "./a.js";\n', "imports itself"),
        ("export default 1;\n", "export default 1"),
        ('import "./x.js";\n', "import"),
    ],
)
def test_modules_that_are_not_understood(tmp_path: Path, text: str, wrong: str) -> None:
    (tmp_path / "a.js").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError, match=wrong):
        bundle(tmp_path, "a.js")
