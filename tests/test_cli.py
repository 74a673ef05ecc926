"""The command line: what it prints where, and with which exit code it ends."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from kg import check, cli, pipeline
from kg.errors import KgError
from kg.files import locked

ROOT = Path(__file__).parent.parent
PAGE = "# 座谈会召开\n\n3月3日，区委书记丁宗岳主持召开民营企业家座谈会。\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to be in, with a page in pages/."""
    (tmp_path / "pages").mkdir()
    (tmp_path / "pages" / "A.md").write_text(PAGE, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments: str) -> int:
    """The exit code of a command, argparse's own too."""
    try:
        return cli.main(arguments)
    except SystemExit as stop:
        return int(stop.code or 0)


@pytest.mark.parametrize(
    "arguments", [["--help"], ["build", "--help"], ["check", "--help"], ["explain", "--help"], ["query", "--help"]]
)
def test_help_shows_examples_and_exit_codes(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments) == 0
    out, err = capsys.readouterr()
    assert "examples:\n  kg " in out and "exit codes:" in out and err == ""


def test_help_starts_fast() -> None:
    code = (
        "import resource, sys\n"
        "from kg import cli\n"
        "cli.parser().format_help()\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_utime, *sys.modules)\n"
    )
    heavy = {"jieba", "networkx", "numpy", "onnxruntime", "pyoxigraph", "pyvis", "rdflib", "trafilatura", "tqdm"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    seconds, *modules = done.stdout.split()
    assert float(seconds) < 0.5
    assert heavy.isdisjoint(modules)


WRONG_USE = [
    ([], "required: COMMAND"),
    (["brew"], "invalid choice"),
    (["build", "pages", "--date", "yesterday"], "'yesterday' is no date: write it as 2025-02-08"),
    (["build", "pages", "--tagger", "abacus"], "invalid choice"),
    (["build"], "no PATH given, and there is no folder seeds/ here"),
    (["build", "absent"], "absent"),
    (["build", "pages", "--manifest", "absent.csv"], "absent.csv"),
    (["build", "pages", "-o", "pages/A.md"], "-o pages/A.md: it is a file"),
    (["build", "pages", "--base-iri", "example.org"], "--base-iri example.org"),
    (["explain", "  "], "nothing to explain"),
    (["query"], "give a ready question (see: kg query --list), a SPARQL query or a file"),
    (["query", "ASK {}"], "output: there is no such folder; make it with: kg build PAGES -o output"),
    (["query", "ASK {}", "--format", "pdf"], "invalid choice"),
]


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("arguments", "message"), WRONG_USE)
def test_wrong_use_is_2(arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(*arguments) == 2
    out, err = capsys.readouterr()
    assert message in err and out == ""


def test_wrong_configuration_is_4(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "names.tsv").write_text("碳屿\tRocket\n", encoding="utf-8")
    assert run("build", "pages", "--dictionary", "names.tsv") == 4
    assert "names.tsv, line 1: class 'Rocket'" in capsys.readouterr().err
    assert not (folder / "output").exists()


RAISED = [
    (KeyboardInterrupt(), 130, "kg: interrupted; the outputs are those of before, and the same command goes on where it was\n"),
    (OSError(28, "No space left on device", "output/graph.ttl"), 6, "kg: output/graph.ttl: No space left on device\n"),
    (KgError("it is odd"), 1, "kg: it is odd (--debug shows where)\n"),
    (ZeroDivisionError("by zero"), 1, "kg: unexpected ZeroDivisionError: by zero (--debug shows where)\n"),
]  # fmt: skip


@pytest.mark.usefixtures("folder")
@pytest.mark.parametrize(("error", "code", "message"), RAISED)
def test_what_went_wrong_is_one_line(
    error: BaseException, code: int, message: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise error

    monkeypatch.setattr(pipeline, "build", fail)
    assert run("build", "pages") == code
    assert capsys.readouterr().err == message


@pytest.mark.usefixtures("folder")
def test_debug_shows_where(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "build", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        run("build", "pages", "--debug")


def test_build_prints_a_summary_or_json(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run("build", "pages", "--place", "武进区", "--date", "2025-03-04") == 0
    out, err = capsys.readouterr()
    assert out.startswith("来源 1　文章 1　句子 2　")
    assert "主持 1" in out and "本地：江苏省常州市武进区（1）" in out and "打开 output/graph.html" in out
    assert err == ""
    assert run("build", "pages", "--place", "武进区", "--json", "-o", "other") == 0
    told = json.loads(capsys.readouterr().out)
    assert told["facts"]["by_predicate"]["presidedOver"] == 1
    assert told["homes"] == [{"source": "A.md", "place": "江苏省常州市武进区", "how": "given"}]
    assert json.loads((folder / "other" / "report.json").read_text(encoding="utf-8")) == told


def test_strict_is_3_where_an_input_was_skipped(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "pages" / "leer.txt").write_bytes(b"")
    assert run("build", "pages") == 0
    assert run("build", "pages", "--strict") == 3
    assert capsys.readouterr().err.count("skipped: leer.txt: ") == 2


def test_seeds_are_the_default(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "pages").rename(folder / "seeds")
    assert run("build", "--no-progress") == 0
    assert "文章 1" in capsys.readouterr().out


def test_explains_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["3月3日，区委书记丁宗岳主持召开民营企业家座谈会。", "--place", "武进区", "--date", "2025-03-04"]
    assert run("explain", *arguments) == 0
    out = capsys.readouterr().out
    assert "提及  Person          丁宗岳" in out
    assert "事实  丁宗岳 presidedOver 民营企业家座谈会  [meetings/主持，" in out
    assert "区委书记（武进区委书记）" in out
    assert "民营企业家座谈会 heldOn 2025-03-03" in out
    assert run("explain", *arguments, "--json") == 0
    (told,) = json.loads(capsys.readouterr().out)
    assert {m["text"] for m in told["mentions"]} >= {"丁宗岳", "区委书记", "民营企业家座谈会"}
    assert {f["predicate"] for f in told["facts"]} >= {"presidedOver", "holdsPost", "heldOn"}


def test_explains_a_veto(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("explain", "政府支持远山水泥有限公司建设骨料生产线项目。") == 0
    out = capsys.readouterr().out
    assert "否决  projects/投资建设：「远山水泥有限公司建设骨料生产线项目」，因 unless (?:支持|" in out
    assert ")<Company>" in out and "undertakes" not in out


def test_explains_a_file_and_standard_input(folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
    assert run("explain", "pages/A.md", "--json") == 0
    assert [one["article"] for one in json.loads(capsys.readouterr().out)] == ["A.md", "A.md"]
    (folder / "leer.txt").write_bytes(b"")
    assert run("explain", "leer.txt") == 0
    assert capsys.readouterr().err.startswith("leer.txt: ")
    with (folder / "pages" / "A.md").open(encoding="utf-8") as stream:
        monkeypatch.setattr(sys, "stdin", stream)
        assert run("explain", "-") == 0
    assert "丁宗岳" in capsys.readouterr().out


def test_check_finds_nothing_wrong(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("check") == 0
    out = capsys.readouterr().out
    assert "rules, every example reads as written" in out and "wrong" not in out


def test_check_names_what_is_wrong(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(check, "check", lambda: (["a"], ["b.toml: rule 'x': no yes"]))
    assert run("check", "--json") == 4
    assert json.loads(capsys.readouterr().out) == {"ok": ["a"], "wrong": ["b.toml: rule 'x': no yes"]}
    assert run("check") == 4
    assert capsys.readouterr().out == "ok     a\nwrong  b.toml: rule 'x': no yes\n"


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    command = f"{sys.executable} -m kg explain pages/A.md | head -c 3"
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(["bash", "-c", command], capture_output=True, cwd=folder, env=environment, check=True)
    assert (done.stdout.decode(), done.stderr) == ("「", b"")


def test_the_library_offers_the_same(folder: Path) -> None:
    import kg

    rows = kg.facts("区委书记丁宗岳主持召开民营企业家座谈会。", place="武进区")
    assert {row["predicate"] for row in rows} >= {"presidedOver", "holdsPost"}
    assert kg.build([folder / "pages"], folder / "out").articles == 1
    with pytest.raises(AttributeError, match="no attribute 'brew'"):
        _ = kg.brew


@pytest.fixture
def store(built: tuple[Path, Any]) -> str:
    return str(built[0])


ASKED = [
    (["某人任职史", "丁宗岳", "--format", "csv"], "post,body,first,last,membership\r\n武进区委书记,武进区委,2025-03-04,"),
    (["posts_of_person", "--format", "tsv", "who=丁宗岳"], '?post\t?body\t?first\t?last\t?membership\n"武进区委书记"@zh\t'),
    (["某人任职史", "--who", "丁宗岳", "--format=jsonl"], '{"post": "武进区委书记", "body": "武进区委", "first": "2025-03-04"'),
    (["--format", "json", "某人任职史", "--who=丁宗岳"], '{"head":{"vars":["post",'),
    (["某人任职史", "丁宗岳", "--format", "xml"], '<?xml version="1.0"?><sparql xmlns='),
    (["某人任职史", "丁宗岳"], "post          body      first       last        membership\n------------  ---"),
    (["ASK { ?x rdfs:label $who }", "who=丁宗岳"], "true\n"),
    (["ASK { ?x rdfs:label $who }", "who=无此人", "--format", "json"], '{"head":{},"boolean":false}\n'),
    (["SELECT ?e { ?e kg:heldOn/kg:firstDay $d } ORDER BY ?e", "d:date=2025-03-03", "--format", "csv"], "e\r\nhttps://"),
    (["CONSTRUCT WHERE { ?x rdfs:label $who }", "who=丁宗岳", "--format", "csv"], "subject,predicate,object\r\nhttps://"),
    (["CONSTRUCT WHERE { ?x rdfs:label $who }", "who=丁宗岳", "--format", "json"], '[{"@id":"https://'),
    (["CONSTRUCT WHERE { ?x rdfs:label $who }", "who=丁宗岳", "--format", "xml"], "<?xml"),
    (["CONSTRUCT WHERE { ?x rdfs:label $who }", "who=丁宗岳", "--format", "tsv"], "?subject\t?predicate\t?object\n<https"),
    (["CONSTRUCT WHERE { ?x rdfs:label $who }", "who=丁宗岳"], "@prefix "),
]  # fmt: skip


@pytest.mark.parametrize(("arguments", "begins"), ASKED)
def test_query_writes_every_format(
    arguments: list[str], begins: str, store: str, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert run("query", *arguments, "--store", store) == 0
    out, _ = capfdbinary.readouterr()
    assert out.decode().startswith(begins) and out.endswith(b"\n")


def test_query_takes_a_file(store: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "q.rq").write_text("\ufeffSELECT ?b\n{ ?x rdfs:label $who ; a ?b }", encoding="utf-8")
    assert run("query", str(tmp_path / "q.rq"), "who=丁宗岳", "--store", store) == 0
    assert capfd.readouterr().out.splitlines()[2:] == ["kg:Person"]
    (tmp_path / "q.rq").write_text("SELECT ?b\n{ ?x x:y ?b }", encoding="utf-8")
    assert run("query", str(tmp_path / "q.rq"), "--store", store) == 2
    assert "kg: line 2, column 6: the prefix x: is not known" in capfd.readouterr().err


def test_query_explains(store: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("query", "SELECT * { ?who rdfs:label $name }", "--name", "丁宗岳", "--explain", "--store", store) == 0
    told = capfd.readouterr().out.splitlines()
    assert told[:2] == [
        "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> ",
        'SELECT * { ?who rdfs:label "丁宗岳"@zh }',
    ]
    assert told[2].startswith(f"# {store}: 1 rows in 0.")


def test_query_tells_a_name_that_nothing_has(store: str, capfd: pytest.CaptureFixture[str]) -> None:
    assert run("query", "某人任职史", "丁宗", "--store", store) == 0
    assert capfd.readouterr().err == "丁宗: nothing has that name; like it: 丁宗岳\n"


def test_query_lists_the_questions(capsys: pytest.CaptureFixture[str]) -> None:
    assert run("query", "--list") == 0
    assert "某人任职史  posts_of_person\n" in capsys.readouterr().out


def test_a_locked_store_is_5(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with locked(folder / "output" / "store" / "lock"):
        assert run("build", "pages", "--no-progress") == 5
    assert f"output/store: process {os.getpid()} on " in capsys.readouterr().err
