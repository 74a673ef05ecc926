"""The same text printed again counts once as a source."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import kg
from kg import reprints
from kg.model import Article, Metadata

TEXT = (
    "区农业农村局昨天在前黄镇召开春耕备耕现场会，副区长晏青出席会议并讲话。会议要求各镇抓紧检修农机，备足种子和化肥，"
    "组织农技人员下到田头，指导农户做好秧苗管理，确保全年粮食播种面积不减少、总产量稳中有增，同时做好防汛物资储备。"
)


def article(name: str, text: str, day: str) -> Article:
    return Article(name, name, "", text, (), (), 0, len(text), Metadata(date=dt.date.fromisoformat(day)))


def test_an_edited_reprint_is_one_and_another_report_is_not() -> None:
    given = [
        article("B.md", TEXT.replace("昨天", "3月4日").replace("晏青", "晏 青"), "2025-03-06"),
        article("A.md", TEXT, "2025-03-05"),
        article(
            "C.md",
            TEXT[:60] + "会上还表彰了十个种粮大户，并为他们颁发了奖牌和购机补贴，受表彰的农户代表作了发言。" * 2,
            "2025-03-05",
        ),
        article("D.md", TEXT[:30], "2025-03-05"),
    ]
    assert reprints.find(given) == {"B.md": "A.md"}
    assert reprints.find(given[::-1]) == {"B.md": "A.md"}
    assert reprints.find([]) == {}


def test_claims_count_independent_articles(tmp_path: Path) -> None:
    (tmp_path / "2025-03-05.md").write_text(TEXT, encoding="utf-8")
    (tmp_path / "2025-03-06.md").write_text(TEXT.replace("昨天", "3月4日"), encoding="utf-8")
    (tmp_path / "2025-03-07.md").write_text("副区长晏青近日到雪堰镇检查防汛。", encoding="utf-8")
    report = kg.build([tmp_path], tmp_path / "out", place="武进区")
    assert report.reprints == 1
    rows = [json.loads(line) for line in (tmp_path / "out/articles.jsonl").read_text("utf-8").splitlines()]
    assert [row.get("reprint_of") for row in rows] == [None, "2025-03-05.md", None]
    store = kg_store(tmp_path / "out")
    assert store("SELECT ?n { ?c rdf:predicate kg:holdsPost ; kg:independentSources ?n }") == ["2"]
    assert set(store("SELECT ?n { ?c rdf:predicate kg:spokeAt ; kg:independentSources ?n }")) == {"1"}
    assert len(store("SELECT ?a { ?a kg:reprintOf ?b }")) == 1


def kg_store(folder: Path):
    import rdflib

    graph = rdflib.Graph()
    for name in ("graph.ttl", "evidence.ttl"):
        graph.parse(folder / name)
    return lambda query: [str(row[0]) for row in graph.query(query)]
