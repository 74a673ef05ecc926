"""The whole flow: what a build writes, that it is right in itself, and what bad input does to it."""

from __future__ import annotations

import csv
import datetime as dt
import json
import os
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
import rdflib

from kg import pipeline, view
from kg.errors import ConfigurationError
from kg.report import Report

ROOT = Path(__file__).parent.parent
SEEDS = ROOT / "seeds"
FILES = {
    *("articles.jsonl", "candidates.jsonl", "entities.jsonl", "facts.csv", "facts.jsonl"),
    *("evidence.ttl", "graph.html", "graph.ttl", "layout.json", "report.json", "store"),
}
PAGE = "# 座谈会召开\n\n3月3日，区委书记丁宗岳主持召开民营企业家座谈会。\n"
HTML = (
    "<html><head><title>座谈会召开</title></head><body><nav>首页 要闻</nav><article><h1>座谈会召开</h1>"
    "<p>3月3日，区委书记丁宗岳主持召开民营企业家座谈会，听取企业的意见和建议。</p>"
    "<p>常州碳屿材料有限公司位于前黄镇，去年投资建设导热膜扩能项目，总投资1.6亿元。</p></article></body></html>"
)


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def written(path: Path) -> bool:
    """Whether a path is a file whose bytes are promised: those of the database are not."""
    return path.is_file() and "store" not in path.parts


@pytest.fixture
def seeds(built: tuple[Path, Report]) -> tuple[Path, Report]:
    """A build of seeds/ and its report."""
    return built


def test_writes_what_the_readme_lists(seeds: tuple[Path, Report]) -> None:
    out, report = seeds
    assert {path.name for path in out.iterdir()} == FILES
    assert report.documents == 20 and report.articles >= 65 and report.skipped == ()
    assert len(rows(out / "facts.jsonl")) == sum(report.facts.values()) > 300
    assert len(rows(out / "articles.jsonl")) == report.articles
    assert report.without_facts == ()


def test_takes_under_20_seconds(seeds: tuple[Path, Report]) -> None:
    _, report = seeds
    assert list(report.seconds) == list(pipeline.STAGES)
    assert sum(report.seconds.values()) < 20


def test_the_quote_is_that_span_of_the_source(seeds: tuple[Path, Report]) -> None:
    out, _ = seeds
    texts = {
        path.relative_to(SEEDS).as_posix(): path.read_bytes().decode("utf-8")
        for path in SEEDS.rglob("*")
        if path.is_file()
    }
    for row in rows(out / "facts.jsonl"):
        text = texts[row["article"].split("#")[0]]
        assert text[row["start"] : row["end"]] == row["quote"]
        assert all(row["start"] <= start < end <= row["end"] for start, end in row["marks"])


def test_every_name_has_the_id_of_an_entity_in_the_graph(seeds: tuple[Path, Report]) -> None:
    out, _ = seeds
    graph = rdflib.Graph().parse(out / "graph.ttl")
    known = {str(subject).split("/id/")[1] for subject in graph.subjects() if "/id/" in str(subject)}
    for row in rows(out / "facts.jsonl"):
        ends = [end for end in (row["subject"], row["object"]) if "type" in end]
        assert {end["id"] for end in ends} <= known


@pytest.mark.parametrize("name", ["graph.ttl", "evidence.ttl"])
def test_two_readers_see_the_same_triples_and_no_blank_node(seeds: tuple[Path, Report], name: str) -> None:
    out, report = seeds
    text = (out / name).read_bytes()
    here = {str(quad.triple) for quad in ox.parse(text, format=ox.RdfFormat.TURTLE)}
    there = rdflib.Graph().parse(data=text, format="turtle").serialize(format="nt")
    assert {str(quad.triple) for quad in ox.parse(there, format=ox.RdfFormat.N_TRIPLES)} == here
    assert len(here) == report.triples[name]
    assert "_:" not in there


def test_csv_says_what_jsonl_says(seeds: tuple[Path, Report]) -> None:
    out, _ = seeds
    assert (out / "facts.csv").read_bytes().startswith(b"\xef\xbb\xbf")
    with (out / "facts.csv").open(encoding="utf-8-sig", newline="") as stream:
        table = list(csv.DictReader(stream))
    lines = rows(out / "facts.jsonl")
    assert [(r["article"], r["subject.label"], r["predicate"], r["start"]) for r in table] == [
        (r["article"], r["subject"]["label"], r["predicate"], str(r["start"])) for r in lines
    ]


def test_same_bytes_under_any_hash_seed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for name in ("2025-03-04-A1.md", "xishan.txt"):
        (tmp_path / "in" / name).write_bytes((SEEDS / name).read_bytes())
    (tmp_path / "in" / "C.html").write_text(HTML, encoding="utf-8")
    made = []
    for seed in ("1", "2"):
        out = tmp_path / seed
        environment = {**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "kg", "build", str(tmp_path / "in"), "-o", str(out)]
        subprocess.run(command, check=True, capture_output=True, env=environment, cwd=tmp_path)
        files = {str(path.relative_to(out)): path.read_bytes() for path in out.rglob("*") if written(path)}
        report = json.loads(files.pop("report.json"))
        assert set(report.pop("seconds")) == set(pipeline.STAGES)
        made.append((files, report))
    assert set(made[0][0]) == FILES - {"report.json", "store"} | {"text/C.html.txt"}
    assert made[0] == made[1]


def bad(folder: Path) -> None:
    """Every sort of bad input beside a good page."""
    folder.mkdir()
    (folder / "good.md").write_text(PAGE, encoding="utf-8")
    (folder / "gbk.txt").write_bytes(PAGE.replace("# ", "").encode("gb18030"))
    (folder / "front.md").write_text("---\ndate: someday\n---\n\n" + PAGE, encoding="utf-8")
    (folder / "page.html").write_text(HTML, encoding="utf-8")
    (folder / "plain.txt").write_text("春天来了，河边的柳树发了芽，孩子们在草地上放风筝。\n", encoding="utf-8")
    (folder / "list.txt").write_text("要闻\n综合\n", encoding="utf-8")
    (folder / "empty.txt").write_bytes(b"")
    (folder / "nul.txt").write_bytes(b"\x00\x00\x00abc\x00")
    (folder / "image.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    (folder / "undecodable.txt").write_bytes(bytes(range(0x80, 0xA0)) * 40)
    with zipfile.ZipFile(folder / "pages.zip", "w") as archive:
        archive.writestr("../outside.md", PAGE)
        archive.writestr("inside.md", PAGE)


REPORTED = {
    "front.md": "bad-front-matter",
    "list.txt": "no-article",
    "empty.txt": "empty",
    "nul.txt": "binary",
    "image.png": "unknown-type",
    "undecodable.txt": "undecodable",
    "absent.md": "manifest-missing-file",
}


def test_bad_input_is_reported_and_the_rest_is_built(tmp_path: Path) -> None:
    bad(tmp_path / "in")
    (tmp_path / "meta.csv").write_text("path,date\ngood.md,2025-03-04\nabsent.md,2025-03-04\n", encoding="utf-8")
    report = pipeline.build([tmp_path / "in"], tmp_path / "out", manifest=tmp_path / "meta.csv", place="武进区")
    told = {one.source: one.reason for one in report.skipped}
    outside = {source: reason for source, reason in told.items() if source not in REPORTED}
    assert {source: told[source] for source in REPORTED} == REPORTED
    assert list(outside.values()) == ["archive-member-outside"]
    assert all(one.message and "\n" not in one.message for one in report.skipped)
    assert report.without_facts == ("plain.txt",)
    said = rows(tmp_path / "out" / "facts.jsonl")
    chaired = {row["article"] for row in said if row["predicate"] == "presidedOver"}
    assert chaired == {"front.md", "gbk.txt", "good.md", "page.html", "pages.zip/inside.md"}
    dates = {row["article"]: row["date"] for row in rows(tmp_path / "out" / "articles.jsonl")}
    assert dates["good.md"] == "2025-03-04" and dates["front.md"] is None
    assert not list(tmp_path.rglob("outside.md"))


def test_the_text_of_html_is_kept_and_counted_in(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text(HTML, encoding="utf-8")
    pipeline.build([tmp_path / "page.html"], tmp_path / "out", place="武进区")
    said = rows(tmp_path / "out" / "facts.jsonl")
    assert {row["text_source"] for row in said} == {"text/page.html.txt"}
    text = (tmp_path / "out" / "text" / "page.html.txt").read_bytes().decode("utf-8")
    assert all(text[row["start"] : row["end"]] == row["quote"] for row in said)


def test_nothing_is_dated_today(tmp_path: Path) -> None:
    (tmp_path / "A.md").write_text(PAGE.replace("3月3日", "昨天"), encoding="utf-8")

    def held(**options: Any) -> list[dict[str, Any]]:
        pipeline.build([tmp_path / "A.md"], tmp_path / "out", place="武进区", **options)
        return [row["object"] for row in rows(tmp_path / "out" / "facts.jsonl") if row["predicate"] == "heldOn"]

    assert held() == [{"text": "昨天"}]
    assert held(date=dt.date(2025, 3, 4)) == [{"date": "2025-03-03", "text": "昨天"}]


HOMES = [
    (PAGE, "武进区", "江苏省常州市武进区", "given"),
    ("---\nplace: 余姚市\n---\n" + PAGE, "武进区", "浙江省宁波市余姚市", "given"),
    (PAGE + "武进区今年将办好十件实事，武进区民政局牵头。\n", None, "江苏省常州市武进区", "named most in the text"),
    (PAGE, "乌有区", "", "given, but not in the gazetteer: 乌有区"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "option", "place", "how"), HOMES)
def test_the_report_says_where_the_home_place_comes_from(
    tmp_path: Path, text: str, option: str | None, place: str, how: str
) -> None:
    (tmp_path / "A.md").write_text(text, encoding="utf-8")
    report = pipeline.build([tmp_path / "A.md"], tmp_path / "out", place=option)
    assert [(home.place, home.how) for home in report.homes] == [(place, how)]


def test_a_users_name_has_priority_and_its_canonical_name(tmp_path: Path) -> None:
    (tmp_path / "A.md").write_text("# 开工\n\n碳屿投资建设导热膜扩能项目，总投资1.6亿元。\n", encoding="utf-8")
    (tmp_path / "names.tsv").write_text("碳屿\tCompany\t常州碳屿材料有限公司\n", encoding="utf-8")
    pipeline.build([tmp_path / "A.md"], tmp_path / "out", names=tmp_path / "names.tsv")
    built = [row for row in rows(tmp_path / "out" / "facts.jsonl") if row["predicate"] == "undertakes"]
    assert [(row["subject"]["label"], row["subject"]["type"]) for row in built] == [("碳屿", "Company")]
    graph = rdflib.Graph().parse(tmp_path / "out" / "graph.ttl")
    (node,) = graph.subjects(rdflib.RDFS.label, rdflib.Literal("常州碳屿材料有限公司", lang="zh"))
    assert str(node).endswith(built[0]["subject"]["id"])


def test_an_own_base_iri(tmp_path: Path) -> None:
    (tmp_path / "A.md").write_text(PAGE, encoding="utf-8")
    pipeline.build([tmp_path / "A.md"], tmp_path / "out", base_iri="https://data.example.org/news/")
    graph = rdflib.Graph().parse(tmp_path / "out" / "graph.ttl")
    assert all(str(subject).startswith("https://data.example.org/news/id/") for subject in graph.subjects())


def test_the_other_tagger(tmp_path: Path) -> None:
    (tmp_path / "A.md").write_text(PAGE, encoding="utf-8")
    report = pipeline.build([tmp_path / "A.md"], tmp_path / "out", tagger="jieba", place="武进区")
    assert report.facts["presidedOver"] == 1


def test_no_page_at_all_is_still_a_build(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    report = pipeline.build([tmp_path / "in"], tmp_path / "out")
    assert (report.documents, report.articles, sum(report.facts.values())) == (0, 0, 0)
    assert [one.reason for one in report.skipped] == ["empty-folder"]
    assert {path.name for path in (tmp_path / "out").iterdir()} == FILES


def test_a_build_that_fails_leaves_the_last_outputs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "A.md").write_text(PAGE, encoding="utf-8")
    pipeline.build([tmp_path / "A.md"], tmp_path / "out")
    before = {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.is_file()}

    def fail(*_: Any, **__: Any) -> None:
        raise ConfigurationError("the view is broken")

    monkeypatch.setattr(view, "write_html", fail)
    with pytest.raises(ConfigurationError):
        pipeline.build([tmp_path / "A.md"], tmp_path / "out")
    assert {path.name: path.read_bytes() for path in (tmp_path / "out").iterdir() if path.is_file()} == before


def test_confidences_are_numbers_between_0_and_1() -> None:
    assert all(0 <= value <= 1 for value in pipeline.confidences().values())


def test_a_broken_layout_is_told_before_anything_is_written(tmp_path: Path) -> None:
    (tmp_path / "A.md").write_text(PAGE, encoding="utf-8")
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "layout.json").write_text("{", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"layout\.json.*delete it"):
        pipeline.build([tmp_path / "A.md"], tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir()] == ["layout.json"]
