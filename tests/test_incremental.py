"""Builds that go on from the last one: whatever comes, changes and goes, they are what a build from nothing is."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from building import NAMES, PLACE, POOL, lay, state, strays, unplaced
from hypothesis import given, settings
from hypothesis import strategies as st

from kg import intake, outputs, pipeline, stories, verify
from kg.cli import main
from kg.errors import StoreError, UsageError
from kg.resolve import decisions
from kg.resolve.decisions import Decision
from kg.view import places

WHO = {"who": "李编辑", "when": "2026-05-01"}
JUDGED = [
    Decision("Person", "俞景澜@2025-03-04.md", "俞景澜@2025-06-01.md", "same", **WHO),
    Decision("Person", "俞景澜@2025-03-04.md", "俞景澜@2025-03-05.md", "different", **WHO),
    Decision("Company", "澄墨光电@2025-04-05.md", "江苏澄墨光电有限公司@2025-04-01.md", "same", **WHO),
    Decision("Company", "澄墨光电@2025-04-05.md", "江苏澄墨光电科技有限公司@2025-04-03.md", "different", **WHO),
    Decision("fact", "2025-03-04.md", "俞景澜 presidedOver 全区重大项目推进会", "wrong", **WHO),
    Decision("fact", "page.html", "俞景澜 presidedOver 民营企业家座谈会", "wrong", **WHO),
    Decision("fact", "2025-05-01.md", "温如许 holdsPost 区农业农村局局长", "right", **WHO),
    Decision("Person", "无此人@2025-03-04.md", "俞景澜@2025-06-01.md", "same", **WHO),
]
ANCHOR = "2025-04-01.md"
"""a page that is always there, for a folder without any is told as such"""
OTHERS = [name for name in POOL if name != ANCHOR]


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program does not change while it is tested, whoever edits it."""
    monkeypatch.setattr(intake, "_program", lambda: "of the tests")


@pytest.fixture
def plain_page(monkeypatch: pytest.MonkeyPatch) -> None:
    """A page that shows what it is made of, and no picture: it costs half of a small build, and hangs on layout.json."""

    def write(path: Path, *told: Any, layout: Path, **more: Any) -> dict[str, int]:
        path.write_text("\n".join(map(repr, (*told, sorted(more.items())))), encoding="utf-8")
        layout.write_text(json.dumps({name: {} for name in places.PICTURES}), encoding="utf-8")
        return {}

    monkeypatch.setattr(outputs.view, "write_html", write)


class Archive:
    """A build that goes on, and what it is made of."""

    def __init__(self, folder: Path, workers: int = 1) -> None:
        self.folder, self.workers = folder, workers
        self.out, self.pages, self.judgements = folder / "out", folder / "pages", folder / "decisions.tsv"
        self.there: dict[str, int] = {ANCHOR: 0}
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "names.tsv").write_text(NAMES, encoding="utf-8")
        self.judgements.write_text("", encoding="utf-8")
        self.build()

    def build(self, pages: Mapping[str, int] | None = None) -> None:
        """Build the folder of pages as it is, or is to be."""
        self.there = dict(pages if pages is not None else self.there)
        lay(self.pages, self.there)
        self._build(self.pages, self.out)

    def add(self, pages: Mapping[str, int]) -> None:
        """Add pages, or other versions of them."""
        self.there |= pages
        lay(self.pages, self.there)
        pipeline.add([self.pages / name for name in pages], self.out, place=PLACE, workers=self.workers)

    def remove(self, names: Sequence[str]) -> None:
        """Remove pages."""
        for name in names:
            del self.there[name]
        lay(self.pages, self.there)
        pipeline.remove(names, self.out, workers=self.workers)

    def judge(self, one: Decision | None) -> None:
        """Judge, or take the last judgement back; it counts from the next build on."""
        if one:
            decisions.append(self.judgements, one)
        else:
            decisions.take_back(self.judgements)

    def fresh(self) -> Any:
        """The state of a build from nothing, kept by what it is made of."""
        key = json.dumps([sorted(self.there.items()), self.judgements.read_text(encoding="utf-8")])
        if key not in FRESH:
            folder = self.folder / "fresh"
            shutil.rmtree(folder, ignore_errors=True)
            self._build(self.pages, folder)
            FRESH[key] = state(folder)
        return FRESH[key]

    def _build(self, pages: Path, out: Path) -> None:
        options = {"names": self.folder / "names.tsv", "judgements": self.judgements, "tagger": "jieba"}
        pipeline.build([pages], out, place=PLACE, workers=self.workers, **options)  # type: ignore[arg-type]


FRESH: dict[str, Any] = {}
VERSIONS = st.dictionaries(st.sampled_from(OTHERS), st.integers(0, 1), min_size=1, max_size=5)
STEPS = st.one_of(
    st.tuples(st.just("add"), VERSIONS),
    st.tuples(st.just("remove"), st.lists(st.sampled_from(OTHERS), min_size=1, max_size=4, unique=True)),
    st.tuples(st.just("build"), VERSIONS),
    st.tuples(st.just("judge"), st.one_of(st.none(), st.sampled_from(JUDGED))),
)


def take(archive: Archive, steps: Sequence[tuple[str, Any]]) -> None:
    """Go the steps; a judgement that nothing follows is followed by a build."""
    for step, what in steps:
        match step:
            case "add":
                archive.add(what)
            case "build":
                archive.build({ANCHOR: 0} | what)
            case "remove" if names := [name for name in what if name in archive.there]:
                archive.remove(names)
            case "judge":
                archive.judge(what)
    if steps and steps[-1][0] in ("judge", "remove"):
        archive.build()


@pytest.mark.usefixtures("plain_page")
def test_any_way_there_gives_what_a_build_from_nothing_gives(tmp_path: Path) -> None:
    made = iter(range(10**6))

    @settings(derandomize=True, max_examples=20, deadline=None, database=None)
    @given(st.lists(STEPS, min_size=1, max_size=7))
    def ways(steps: list[tuple[str, Any]]) -> None:
        archive = Archive(tmp_path / str(next(made)))
        take(archive, steps)
        assert state(archive.out) == archive.fresh()
        assert strays(archive.out) == []
        shutil.rmtree(archive.folder)

    ways()


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """All pages of the pool, as they are first; to be read only."""
    patch = pytest.MonkeyPatch()
    patch.setattr(intake, "_program", lambda: "of the tests")
    archive = Archive(tmp_path_factory.mktemp("whole"))
    archive.build(dict.fromkeys(POOL, 0))
    patch.undo()
    return archive


def test_the_pool_has_all_that_is_compared(whole: Archive) -> None:
    """Else the walks above would prove little."""
    told = json.loads((whole.out / "report.json").read_text(encoding="utf-8"))
    assert len(told["quarantined"]) == 1 and told["candidates"] == 3 and told["reprints"] == 1
    assert [one["reason"] for one in told["skipped"]] == ["undecodable"]
    assert (whole.out / "text" / "page.html.txt").is_file()
    with sqlite3.connect(whole.out / "store" / "ledger.sqlite") as ledger:
        settled = {stage for (stage,) in ledger.execute("SELECT DISTINCT stage FROM settled")}
        edges = ledger.execute("SELECT COUNT(*) FROM edge").fetchone()
        homes = ledger.execute("SELECT COUNT(*) FROM story WHERE day = ''").fetchone()
    assert settled == {1, 4}  # bodies by a short name, namesakes
    assert edges[0] >= 2 and homes[0] >= 1  # a text printed twice, a meeting on two pages; an undated page


def test_any_number_of_workers_gives_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "SHARD", 100)
    monkeypatch.setattr(intake, "FEW", 2)
    told = []
    for workers in (1, 2):
        archive = Archive(tmp_path / str(workers), workers)
        archive.build(dict.fromkeys(POOL, 0))
        archive.workers = 1
        for step in (
            lambda one: one.add({"2025-03-04.md": 1, "undated.md": 1}),
            lambda one: one.remove(["2025-04-03.md", "page.html", "broken.txt"]),
            lambda one: one.judge(JUDGED[0]),
            lambda one: one.add({"2025-04-03.md": 0, "page.html": 1}),
            lambda one: one.judge(None),
            lambda one: one.add({"2025-05-02.md": 1}),
        ):
            step(archive)
        (archive.out / "layout.json").unlink()
        (archive.out / "graph.html").unlink()
        archive.build()
        told.append(state(archive.out))
        assert told[-1] == archive.fresh()
    assert told[0] == told[1]


class Reading:
    """Counts the documents that are read."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.names: list[str] = []
        tell = stories.tell

        def telling(tasks: Sequence[stories.Task], *rest: Any) -> list[stories.Told]:
            self.names += [task.document.source for task in tasks]
            return tell(tasks, *rest)

        monkeypatch.setattr(stories, "tell", telling)

    def since(self) -> list[str]:
        """The documents read since the last call."""
        read, self.names = self.names, []
        return sorted(read)


@pytest.fixture
def reading(monkeypatch: pytest.MonkeyPatch) -> Reading:
    """What is read from here on."""
    return Reading(monkeypatch)


@pytest.fixture
def few(tmp_path: Path) -> Archive:
    """A build of four pages."""
    archive = Archive(tmp_path)
    archive.build({ANCHOR: 0, "2025-03-04.md": 0, "2025-06-01.md": 0, "page.html": 0})
    return archive


@pytest.mark.usefixtures("plain_page")
def test_only_what_changed_is_read(few: Archive, reading: Reading) -> None:
    every = sorted(few.there)
    few.build()
    assert reading.since() == []
    few.build(few.there | {"page.html": 1, "undated.md": 0})
    assert reading.since() == ["page.html", "undated.md"]
    few.add({"page.html": 1})
    assert reading.since() == []  # as it is there already
    few.remove(["undated.md"])
    few.judge(JUDGED[0])
    few.build()
    assert reading.since() == []
    (few.pages / "page.html").touch()
    few.build()
    assert reading.since() == []
    names = few.folder / "names.tsv"
    names.write_text(NAMES + "重大项目推进会\tEvent\n", encoding="utf-8")
    stories._dictionary.cache_clear()
    with pytest.raises(UsageError, match="dictionary have changed since it was built"):
        few.remove(["page.html"])
    few.there["page.html"] = 1
    few.build()
    assert reading.since() == every
    names.write_text(NAMES, encoding="utf-8")
    stories._dictionary.cache_clear()
    few.build()
    assert reading.since() == every
    assert state(few.out) == few.fresh()


@pytest.mark.usefixtures("plain_page")
def test_another_base_is_written_without_reading(few: Archive, reading: Reading) -> None:
    base = "https://data.example.org/news/"
    options: dict[str, Any] = {"place": PLACE, "names": few.folder / "names.tsv", "tagger": "jieba", "workers": 1}
    pipeline.build([few.pages], few.out, base_iri=base, **options)
    assert reading.since() == []
    pipeline.add([few.pages / "page.html"], few.out, place=PLACE, workers=1)  # goes on with that base
    pipeline.build([few.pages], few.folder / "fresh", base_iri=base, **options)
    assert state(few.out) == state(few.folder / "fresh")
    assert state(few.out)[2]["base"].startswith(base)


@pytest.mark.usefixtures("plain_page")
def test_another_place_or_day_is_another_reading(few: Archive, reading: Reading) -> None:
    options: dict[str, Any] = {"names": few.folder / "names.tsv", "tagger": "jieba", "workers": 1}
    pipeline.build([few.pages], few.out, place="余姚市", **options)
    assert reading.since() == ["page.html"]  # the others say their own


@pytest.mark.usefixtures("plain_page")
def test_a_judgement_counts_until_it_is_taken_back(few: Archive) -> None:
    before = state(few.out)
    for one in JUDGED:
        few.judge(one)
        few.build()
        assert state(few.out) == few.fresh()
    assert state(few.out)[1] != before[1]
    for _ in JUDGED:
        few.judge(None)
    few.build()
    assert state(few.out)[:2] == before[:2]


def run(*arguments: object) -> int:
    """The exit code of a command."""
    return main([*map(str, arguments), *(["--workers", "1"] if arguments[0] in ("add", "remove") else [])])


@pytest.mark.usefixtures("plain_page")
def test_a_page_of_a_name_from_elsewhere_is_refused(few: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(few.out)
    other = few.folder / "other" / "wujin"
    lay(other, {"page.html": 1})
    page = other / "page.html"
    assert run("add", page, "-o", few.out) == 2
    err = capsys.readouterr().err
    assert f"page.html: the build has a source of that name from {few.pages / 'page.html'}" in err
    assert "--root" in err and "--replace" in err
    assert state(few.out) == before
    assert run("add", page, "-o", few.out, "--root", few.folder / "other", "--place", PLACE) == 0
    assert {"text/page.html.txt", "text/wujin/page.html.txt"} < set(state(few.out)[0])
    assert run("add", page, "-o", few.out, "--root", few.folder / "absent") == 2
    assert "it is not below --root" in capsys.readouterr().err
    assert run("remove", "wujin/", "-o", few.out) == 0
    assert state(few.out) == before
    assert run("add", page, "-o", few.out, "--place", PLACE, "--replace") == 0
    few.there["page.html"] = 1
    lay(few.pages, few.there)
    assert state(few.out) == few.fresh()


@pytest.mark.usefixtures("plain_page")
def test_what_is_not_there_cannot_be_gone_on_with(few: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    before = state(few.out)
    assert run("remove", "page.htm", "-o", few.out) == 2
    assert "page.htm: the build in" in capsys.readouterr().err
    assert run("remove", "page.html", "page.htm", "-o", few.out) == 2
    assert run("add", few.pages / "page.htm", "-o", few.out) == 2
    assert state(few.out) == before
    for command in (["add", few.pages], ["remove", "page.html"], ["status"], ["verify"]):
        assert run(*command, "-o", few.folder / "none") == 2
        assert "there is no build in it; make it with: kg build" in capsys.readouterr().err
    assert not (few.folder / "none").exists()


@pytest.mark.usefixtures("plain_page")
def test_the_status_before_and_after(few: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    there = few.there | {"page.html": 1, "undated.md": 0, "broken.txt": 0}
    del there["2025-06-01.md"]
    lay(few.pages, there)

    def status(*more: object) -> dict[str, Any]:
        assert run("status", *more, "-o", few.out, "--json", "--place", PLACE) == 0
        told: dict[str, Any] = json.loads(capsys.readouterr().out)
        return told

    told = status(few.pages)
    assert (told["new"], told["changed"], told["gone"]) == (["undated.md"], ["page.html"], ["2025-06-01.md"])
    assert (told["unchanged"], told["waiting"], told["program_changed"]) == (2, 0, False)
    assert [one["source"] for one in told["skipped"]] == ["broken.txt"]
    few.build(there)
    told = status(few.pages)
    assert (told["new"], told["changed"], told["gone"], told["unchanged"]) == ([], [], [], 4)
    assert status()["waiting"] == 0
    assert run("status", "-o", few.out) == 0
    assert "输出与账本一致" in capsys.readouterr().out


def flip(path: Path) -> None:
    """Change one byte in the midst of a file, as a bad disk does: its length and time stay."""
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 0x01
    times = path.stat()
    path.write_bytes(data)
    os.utime(path, ns=(times.st_atime_ns, times.st_mtime_ns))


def ledger(sql: str) -> Callable[[Path], None]:
    """A change of the ledger's content."""

    def change(out: Path) -> None:
        with sqlite3.connect(out / "store" / "ledger.sqlite") as db:
            assert db.execute(sql).rowcount > 0

    return change


def database(out: Path) -> None:
    """Change a byte of each file of the database that holds triples."""
    for path in (out / "store").glob("*/*.sst"):
        flip(path)


FLIPPED = [
    *((lambda out, name=name: flip(out / name), name) for name in (*outputs.NAMES, "text/page.html.txt")),
    *((lambda out, name=name: (out / name).unlink(), name) for name in ("facts.csv", "graph.html", "text/page.html.txt")),
    (lambda out: flip(out / "store" / "current.json"), "current.json"),
    (lambda out: flip(out.parent / "pages" / "page.html"), "page.html"),
    (database, "the database"),
    (lambda out: shutil.rmtree(next(path for path in (out / "store").iterdir() if path.is_dir())), "the database"),
    (ledger("UPDATE story SET facts = replace(facts, '俞景澜', '俞景兰')"), "what it told has changed"),
    (ledger("UPDATE story SET text = text || '。' WHERE article = 'page.html'"), "what it told has changed"),
    (ledger("UPDATE story SET ends = '[]' WHERE article = 'page.html'"), "what it told has changed"),
    (ledger("UPDATE part SET data = replace(data, '1.6', '1.7')"), "what it gives the graph"),
    (ledger("DELETE FROM part WHERE story = (SELECT MAX(story) FROM part)"), "what it gives the graph"),
    (ledger("UPDATE settled SET identity = replace(identity, '俞景澜', '俞景兰')"), "what it gives the graph"),
    (ledger("UPDATE source SET text = text || '。' WHERE text IS NOT NULL"), "page.html"),
    (ledger("UPDATE piece SET length = length + 1 WHERE file = 'facts.csv'"), "piece"),
    (ledger("DELETE FROM candidate"), "candidates.jsonl"),
]  # fmt: skip


@pytest.mark.parametrize(("damage", "told"), FLIPPED, ids=[str(n) + " " + told for n, (_, told) in enumerate(FLIPPED)])
def test_verify_notices(
    damage: Callable[[Path], object], told: str, checked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    damage(checked)
    assert run("verify", "-o", checked, "--workers", "1", "--json") == verify.WRONG
    said = json.loads(capsys.readouterr().out)
    assert not said["ok"] and any(told in one for one in said["wrong"]), said
    assert not any("Error" in one for one in said["wrong"])


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    """A build of four pages, to be copied."""
    patch = pytest.MonkeyPatch()
    patch.setattr(intake, "_program", lambda: "of the tests")
    archive = Archive(tmp_path_factory.mktemp("small"))
    archive.build({ANCHOR: 0, "2025-03-04.md": 0, "2025-06-01.md": 0, "page.html": 0})
    patch.undo()
    return archive


@pytest.fixture
def checked(small: Archive) -> Iterator[Path]:
    """A build at whose place the next test finds it whole again: the ledger knows where its pages lie."""
    kept = small.folder.with_name("kept")
    shutil.copytree(small.folder, kept)
    yield small.out
    shutil.rmtree(small.folder)
    kept.rename(small.folder)


def test_verify_finds_nothing_wrong_with_what_is_right(checked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("verify", "-o", checked, "--workers", "1") == 0
    assert "全部相符" in capsys.readouterr().out


def test_verify_waits_for_the_build_that_judgements_and_words_need(
    small: Archive, checked: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    small.judge(JUDGED[4])
    assert run("verify", "-o", checked) == 0
    out = capsys.readouterr().out
    assert "judgements have changed" in out and "没有核对" in out
    small.build()
    assert verify.verify(checked, workers=1).wrong == []
    (small.folder / "names.tsv").write_text("", encoding="utf-8")
    assert "the dictionary have changed" in verify.verify(checked, workers=1).notes[0]


def test_a_build_that_was_ended_is_not_gone_on_with_by_another_program(
    few: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(intake, "_program", lambda: "a later one")
        patch.setattr(outputs.Outputs, "write_tables", fail)
        with pytest.raises(KeyboardInterrupt):
            few.build()
    with pytest.raises(UsageError, match="read all of it again first"):
        few.remove(["page.html"])
    few.there["page.html"] = 0
    few.build()
    assert unplaced(state(few.out)) == unplaced(few.fresh())


def test_what_was_damaged_is_made_whole_by_a_build(small: Archive, checked: Path) -> None:
    whole = state(checked)
    for path in [*checked.iterdir(), checked / "text" / "page.html.txt"]:
        if path.is_file() and path.name != "layout.json":
            flip(path)
    database(checked)
    assert verify.verify(checked, workers=1).wrong
    small.build()
    assert state(checked) == whole
    assert verify.verify(checked, workers=1).wrong == []


def test_a_ledger_that_cannot_be_read_is_told(checked: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = checked / "store" / "ledger.sqlite"
    data = bytearray(path.read_bytes())
    data[4096:] = bytes(random.Random(1).randbytes(len(data) - 4096))
    path.write_bytes(data)
    with pytest.raises(StoreError, match="the ledger is damaged"):
        verify.verify(checked, workers=1)
    assert run("status", "-o", checked) == 1
    assert "the ledger is damaged" in capsys.readouterr().err
