"""The vocabulary: complete, bilingual, loadable, and the same in code, shapes and documentation."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from kg import ontology
from kg.errors import ConfigurationError, UsageError

PREDICATES = [
    "accompanied", "annualCapacity", "area", "attended", "awarded", "classifiedAs", "completedOn", "expectedRevenue",
    "heldIn", "heldOn", "holdsPost", "led", "locatedIn", "observed", "organizedBy", "photographedBy", "postAt",
    "presidedOver", "produces", "rank", "reportedBy", "signedWith", "spokeAt", "startedOn", "statistic",
    "totalInvestment", "undertakes", "visited",
]  # fmt: skip


def test_nothing_is_wrong_with_it() -> None:
    assert ontology.check() == []


def test_predicates_are_those_of_facts_jsonl() -> None:
    assert list(ontology.load().predicates) == PREDICATES


@pytest.mark.parametrize(
    ("cls", "ancestor", "expected"),
    [
        ("Company", "Organization", True),
        ("Company", "Agent", True),
        ("Park", "Place", True),
        ("Park", "Organization", True),
        ("Event", "Event", True),
        ("Event", "Meeting", False),
        ("Person", "Organization", False),
        ("Unheard", "Unheard", True),
        ("Unheard", "Agent", False),
    ],
)
def test_is_a(cls: str, ancestor: str, expected: bool) -> None:
    assert ontology.load().is_a(cls, ancestor) is expected


@pytest.mark.parametrize(
    ("name", "domain", "slots", "planned"),
    [
        ("attended", ("Person",), ("Event",), ""),
        ("locatedIn", ("Organization", "Place", "Project"), ("Place",), ""),
        ("totalInvestment", ("Organization", "Project"), ("Quantity",), "totalInvestment"),
        ("annualCapacity", ("Organization", "Project"), ("Quantity",), "annualCapacity"),
        ("statistic", ("Event", "Organization", "Place", "Project"), ("Quantity",), ""),
        ("heldOn", ("Event",), ("TimeSpan",), ""),
        ("completedOn", ("Organization", "Project"), ("TimeSpan",), "expectedCompletion"),
        ("produces", ("Organization", "Project"), ("Product",), ""),
        ("reportedBy", ("Article",), ("Person",), ""),
    ],
)
def test_signatures(name: str, domain: tuple[str, ...], slots: tuple[str, ...], planned: str) -> None:
    prop = ontology.load().properties[name]
    assert (prop.domain, prop.slots, prop.planned, prop.fact) == (domain, slots, planned, True)


@pytest.mark.parametrize("name", ["relatedTo", "participatedIn", "expectedStart", "hasPhase", "value"])
def test_no_rule_may_state(name: str) -> None:
    assert not ontology.load().properties[name].fact


def test_admits() -> None:
    known = ontology.load()
    assert known.admits(("Organization", "Place"), "Company")
    assert not known.admits(("Person",), "Company")
    assert known.admits((), "Company")


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("news.ttl", '"人物"@zh, "Person"@en', '"人物"@zh', "kg:Person has 0 labels in en"),
        ("news.ttl", '"人物"@zh', '"人物"@zh, "人"@zh', "kg:Person has 2 labels in zh"),
        ("news.ttl", '"企业"@zh', '"人物"@zh', "has the same label as kg:Company"),
        ("news.ttl", '"A human being whom an article names."@en', '"Somebody."', "kg:Person has 0 definitions in en"),
        ("news.ttl", 'skos:example "减速机"@zh', 'rdfs:comment "减速机"@zh', "kg:Product has no skos:example"),
        ("news.ttl", "subClassOf kg:Organization ;", "subClassOf kg:Organisation ;", "kg:Organisation is no term"),
        ("news.ttl", "owl:versionInfo", "rdfs:comment", "the ontology has no versionInfo"),
        ("alignments.ttl", "kg:Claim ", "kg:Clam ", "alignments.ttl: kg:Clam is no term"),
        ("shapes.ttl", "sh:targetSubjectsOf kg:led", "sh:targetSubjectsOf kg:visited", "kg:led has 0 shapes"),
        ("shapes.ttl", "kg:led ; sh:class kg:Event", "kg:led ; sh:class kg:Visit", "the shape of kg:led asks"),
    ],
)  # fmt: skip
def test_check_names_what_is_wrong(
    file: str, old: str, new: str, expected: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(ontology.folder(), tmp_path / "ontology")
    text = (tmp_path / "ontology" / file).read_text(encoding="utf-8")
    assert old in text
    (tmp_path / "ontology" / file).write_text(text.replace(old, new), encoding="utf-8")
    monkeypatch.setattr(ontology, "folder", lambda: tmp_path / "ontology")
    ontology.load.cache_clear()
    try:
        assert any(expected in line for line in ontology.check())
    finally:
        ontology.load.cache_clear()


def test_broken_turtle_names_file_and_line(tmp_path: Path) -> None:
    (tmp_path / "news.ttl").write_text("@prefix kg: <https://a.example/> .\nkg:a kg:b", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=r"news\.ttl.*line 2"):
        ontology.read(tmp_path / "news.ttl")


@pytest.mark.parametrize("file", ontology.FILES)
def test_rdflib_reads_every_file(file: str) -> None:
    import rdflib

    assert len(rdflib.Graph().parse(ontology.folder() / file, format="turtle")) > 50


def test_documentation_is_up_to_date() -> None:
    text = (ontology.folder() / "README.md").read_text(encoding="utf-8")
    assert text.endswith("document() -->\n\n" + ontology.document())
    assert f"version {ontology.load().version}" in text


def test_every_predicate_has_an_example_that_names_it() -> None:
    terms = ontology.read(ontology.folder() / "news.ttl")
    for name in PREDICATES:
        assert name in terms[ontology.KG + name, ontology.SKOS + "example"][0][0]


@pytest.mark.parametrize("base", [ontology.BASE, "http://localhost:8080/", "https://kg.example.cn/data/"])
def test_base_iri(base: str) -> None:
    assert ontology.check_base(base) == base


@pytest.mark.parametrize(
    "base", ["", "kg", "https://kg.example.cn", "https://kg.example.cn/a#", "https://a b/", "file:///x/"]
)
def test_base_iri_refused(base: str) -> None:
    with pytest.raises(UsageError, match="base-iri"):
        ontology.check_base(base)


def test_ids_are_stable() -> None:
    # sha256 of "A.md" and of "a", U+001F, "b", taken with the sha256sum command
    assert ontology.article_id("A.md#2", "A.md") == "article/2d63174e212b2fdb.2"
    assert ontology.article_id("A.md", "A.md") == "article/2d63174e212b2fdb"
    assert ontology.node_id("claim", "a", "b") == "claim/f04cdced9736a69d"


def test_loading_takes_no_rdflib() -> None:
    code = "import sys, kg.ontology as o; o.load(); sys.exit('rdflib' in sys.modules or 'pyshacl' in sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True)
