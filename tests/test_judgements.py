"""What people judge: decisions.tsv, reviewing in the terminal; and what a build's facts tell over time."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import pytest

import kg
from kg import conflicts, review, timeline
from kg.archive import Archive
from kg.cli import main
from kg.errors import ConfigurationError, UsageError
from kg.gold import load_gold
from kg.resolve import decisions
from kg.resolve.decisions import Decision

PAGES = {
    "2025-03-04.md": "# 区委常委会召开会议\n\n昨天，区委书记卞若谷主持召开区委常委会会议。区长费承志列席会议。\n",
    "2025-06-10.md": "# 前黄镇推进农业项目\n\n昨天，江苏禾泰农业有限公司总经理卞若谷参加前黄镇农业工作会议。\n",
    "2025-09-01.md": "# 禾泰农业二期开工\n\n由江苏禾泰农业有限公司投资建设的禾泰智慧农场项目总投资3.5亿元，占地80亩。\n",
    "2026-01-12.md": "# 区政府常务会议\n\n昨天，区委书记费承志主持召开区委常委会会议。代区长欧阳颂出席会议。\n",
    "2026-01-13.md": "# 推进会召开\n\n昨天，全区项目推进会举行，区委书记费承志讲话。\n\n# 座谈会举行\n\n昨天，全区企业座谈会举行，区委书记戚文澜讲话。\n",
    "2026-03-02.md": "# 智慧农场项目加快建设\n\n由江苏禾泰农业有限公司投资建设的禾泰智慧农场项目总投资4亿元，占地80亩。\n",
}
WHO, DAY = "李编辑", dt.date(2026, 5, 1)


def build(folder: Path, judgements: Path | None = None, out: str = "out") -> Archive:
    pages = folder / "pages"
    pages.mkdir(exist_ok=True)
    for name, text in PAGES.items():
        (pages / name).write_text(text, encoding="utf-8")
    kg.build([pages], folder / out, place="武进区", judgements=judgements)
    return Archive(folder / out)


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return build(tmp_path_factory.mktemp("archive"))


def outputs(archive: Archive) -> dict[str, bytes]:
    """All files of a build but the report, whose seconds differ."""
    files = (
        path
        for path in archive.folder.rglob("*")
        if path.is_file() and path.name != "report.json" and "store" not in path.parts
    )
    return {str(path.relative_to(archive.folder)): path.read_bytes() for path in files}


def answers(*given: str) -> Callable[[str], str]:
    """A person at the terminal, who leaves when the answers are used up."""
    waiting: Iterator[str] = iter(given)

    def ask(_: str) -> str:
        try:
            return next(waiting)
        except StopIteration:
            raise EOFError from None

    return ask


def people(archive: Archive, name: str) -> set[str]:
    return {row["id"] for row in archive.entities.values() if row["type"] == "Person" and row["label"] == name}


def test_namesakes_are_kept_apart_and_told(archive: Archive) -> None:
    assert len(people(archive, "卞若谷")) == 2
    (one,) = archive.candidates
    assert (one["kind"], one["a"]["article"], one["b"]["article"]) == ("Person", "2025-03-04.md", "2025-06-10.md")
    assert one["for"] and "武进区委书记" in one["against"][0]


def test_a_judgement_joins_and_its_undoing_gives_back_the_bytes(tmp_path: Path) -> None:
    before = build(tmp_path)
    untouched = outputs(before)
    path = tmp_path / "decisions.tsv"
    shown: list[str] = []
    assert review.review_pairs(before, path, answers("s", "同一人，已下海"), shown.append, WHO, DAY) == 1
    assert any("「" in line and "卞若谷" in line for line in shown)
    row = path.read_text(encoding="utf-8").splitlines()[1].split("\t")
    assert row == [
        "Person",
        "卞若谷@2025-03-04.md",
        "卞若谷@2025-06-10.md",
        "same",
        WHO,
        "2026-05-01",
        "同一人，已下海",
    ]
    joined = build(tmp_path, path)
    assert len(people(joined, "卞若谷")) == 1
    assert joined.candidates == ()
    assert decisions.take_back(path)
    assert outputs(build(tmp_path, path, "anew")) == untouched
    # In the folder of before, what is drawn stays where it was while the two were one.
    drawn = {"graph.html", "layout.json"}
    again = outputs(build(tmp_path, path))
    assert {name for name, data in again.items() if data != untouched[name]} <= drawn


def test_a_judgement_parts_what_the_rules_join(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"
    decisions.append(path, Decision("Person", "费承志@2025-03-04.md", "费承志@2026-01-12.md", "different"))
    assert len(people(build(tmp_path, path), "费承志")) == 2


def test_a_fact_judged_wrong_is_gone_and_accounted_for(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"
    said = "费承志 holdsPost 区长"
    decisions.append(path, Decision("fact", "2025-03-04.md", said, "wrong"))
    decisions.append(path, Decision("fact", "没有.md", said, "wrong"))
    archive = build(tmp_path, path)
    assert said not in {review.said(fact) for fact in archive.facts}
    report = json.loads((archive.folder / "report.json").read_text(encoding="utf-8"))
    assert report["decisions"]["rejected"] == [["2025-03-04.md", said]]
    assert len(report["decisions"]["unused"]) == 1


def test_facts_are_judged_the_least_sure_first_and_become_gold(archive: Archive, tmp_path: Path) -> None:
    path, shown = tmp_path / "decisions.tsv", list[str]()
    assert review.review_facts(archive, path, answers("r", "", "w", "", "", "q"), shown.append, WHO, DAY) == 2
    lowest = sorted(archive.facts, key=lambda fact: (fact["confidence"], fact["article"], fact["start"]))
    judged = decisions.load(path).facts
    assert [(one.a, one.b, one.judgement) for one in judged] == [
        (lowest[0]["article"], review.said(lowest[0]), "right"),
        (lowest[1]["article"], review.said(lowest[1]), "wrong"),
    ]
    articles = {fact["article"] for fact in lowest[:2]}
    assert review.write_gold(archive, decisions.load(path), tmp_path / "gold.jsonl") == len(articles)
    gold = {article.id: article for article in load_gold(tmp_path / "gold.jsonl")}
    assert set(gold) == articles
    required = [fact for article in gold.values() for fact in article.facts if not fact.optional]
    assert len(required) == 1
    assert sum(len(article.facts) for article in gold.values()) == sum(f["article"] in articles for f in lowest) - 1


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("Person\t卞若谷\t卞若谷@B.md\tsame", "line 2: '卞若谷': write name@article"),
        ("Person\t卞若谷@A.md\t卞若谷@B.md\t是", "line 2: judgement '是': it is one of same, different, unsure"),
        ("fact\tA.md\t卞若谷 attended 会议\tsame", "judgement 'same': it is one of right, wrong, unsure"),
        ("fact\tA.md\t\tright", "write the fact as subject predicate object"),
        ("Person\t卞若谷@A.md", "give kind, a, b, judgement"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, message: str) -> None:
    path = tmp_path / "decisions.tsv"
    path.write_text("\t".join(decisions.COLUMNS) + "\n" + line + "\n", encoding="utf-8")
    with pytest.raises(ConfigurationError, match=message.replace("?", r"\?")):
        decisions.load(path)


def test_comments_stay_and_the_last_judgement_counts(tmp_path: Path) -> None:
    path = tmp_path / "decisions.tsv"
    path.write_text("# 编辑部\nPerson\t甲@A.md\t甲@B.md\tsame", encoding="utf-8")
    decisions.append(path, Decision("Person", "甲@B.md", "甲@A.md", "different"))
    assert path.read_text(encoding="utf-8").startswith("# 编辑部\nPerson\t甲@A.md\t甲@B.md\tsame\n")
    assert [one.judgement for one in decisions.load(path).pairs] == ["different"]
    assert decisions.take_back(path) and decisions.take_back(path)
    assert decisions.take_back(path) is None
    assert path.read_text(encoding="utf-8") == "# 编辑部\n"


def spans(lines: Iterable[timeline.Timeline]) -> list[tuple[str, str, str, str]]:
    return [(t.person, t.post, t.first, t.last) for line in lines for t in line.tenures]


def test_the_career_of_a_person(archive: Archive) -> None:
    assert spans(timeline.timelines(archive, "费承志")) == [
        ("费承志", "武进区区长", "2025-03-04", "2025-03-04"),
        ("费承志", "武进区委书记", "2026-01-12", "2026-01-13"),
    ]


def test_the_holders_of_a_post(archive: Archive) -> None:
    (line,) = timeline.timelines(archive, "武进区委书记")
    assert [(t.person, t.first, t.last) for t in line.tenures] == [
        ("卞若谷", "2025-03-04", "2025-03-04"),
        ("费承志", "2026-01-12", "2026-01-13"),
        ("戚文澜", "2026-01-13", "2026-01-13"),
    ]
    text = timeline.as_text(archive, [line])
    assert "2026-01-12 至 2026-01-13  费承志  见报 2 次" in text
    assert "「昨天，区委书记费承志主持召开区委常委会会议。」——《区政府常务会议》，2026-01-12，2026-01-12.md" in text


def test_each_namesake_has_a_timeline(archive: Archive) -> None:
    assert [len(line.tenures) for line in timeline.timelines(archive, "卞若谷")] == [1, 1]


def test_an_unknown_name_tells_what_is_called_like_it(archive: Archive) -> None:
    with pytest.raises(UsageError, match=r"费承: no person or post.*费承志"):
        timeline.timelines(archive, "费承")


def test_two_holders_on_a_day_conflict_and_a_succession_does_not(archive: Archive) -> None:
    found = conflicts.find(archive, {"totalInvestment": "总投资"})
    assert [(one.kind, one.what) for one in found] == [
        ("holders", "武进区委书记，2026-01-13"),
        ("changed", "禾泰智慧农场项目 总投资"),
    ]
    assert [fact["object"]["value"] for fact in found[1].facts] == [400000000, 350000000]
    text = conflicts.as_text(archive, found)
    assert "费承志" in text and "戚文澜" in text
    assert text.index("4亿元") < text.index("3.5亿元")


def test_the_commands(archive: Archive, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = str(archive.folder)
    assert main(["timeline", "武进区委书记", "-o", out, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)[0]["tenures"][0]["person"]["label"] == "卞若谷"
    assert main(["conflicts", "-o", out, "--json"]) == 0
    assert [one["kind"] for one in json.loads(capsys.readouterr().out)] == ["holders", "changed"]
    assert main(["review", "--undo", "--decisions", str(tmp_path / "none.tsv")]) == 0
    assert "no judgement to take back" in capsys.readouterr().out
    assert main(["timeline", "费承志", "-o", str(tmp_path)]) == 2
    assert "build first: kg build PATH" in capsys.readouterr().err
