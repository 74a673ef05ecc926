"""The README tells the truth: its commands parse and run, and what it shows is what they print.

After a change of rules, `python tests/test_readme.py` writes the present outputs into it.
"""

from __future__ import annotations

import contextlib
import io
import os
import re
import shlex
import sys
import tempfile
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kg import cli, dictionary, ontology, rulebook

ROOT = Path(__file__).parent.parent
README = ROOT / "README.md"
BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)
PROGRAM = ".venv/bin/kg "
UNLIKE = "CPU 秒"
"""A line that differs from run to run, and is not shown."""


def blocks(kind: str) -> list[str]:
    return [found[2] for found in BLOCK.finditer(README.read_text(encoding="utf-8")) if found[1] == kind]


def calls() -> list[str]:
    """The arguments of every call of kg in the README."""
    lines = [line for kind in ("sh", "console") for block in blocks(kind) for line in block.splitlines()]
    parts = [part.strip() for line in lines for part in line.removeprefix("$ ").split("&&")]
    return [part.removeprefix(PROGRAM) for part in parts if part.startswith(PROGRAM)]


@contextlib.contextmanager
def clone() -> Iterator[None]:
    """Be in a folder with seeds/, as in a clone."""
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "seeds").symlink_to(ROOT / "seeds")
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(before)


def outputs() -> list[str]:
    """The README's console blocks and the text behind its Python block, as they come out now."""
    made = []
    with clone():
        for block in blocks("console"):
            lines = []
            for line in block.splitlines():
                if line.startswith("$ "):
                    said = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
                    with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
                        cli.main(shlex.split(line.removeprefix("$ " + PROGRAM)))
                    said.seek(0)
                    kept = [told for told in said.read().splitlines() if not told.startswith(UNLIKE)]
                    lines += [line, *kept]
            made.append("\n".join(lines) + "\n")
        for block in blocks("python"):
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                exec(compile(block, "README.md", "exec"), {})
            made.append(said.getvalue())
    return made


def test_shows_what_comes_out() -> None:
    assert [*blocks("console"), *blocks("text")] == outputs()


@pytest.mark.parametrize("call", calls())
def test_calls_are_right(call: str) -> None:
    assert cli.parser().parse_args(shlex.split(call)).run


def test_two_commands_come_first() -> None:
    first, second = (block.strip() for block in blocks("sh")[:2])
    assert all(line.startswith("python3 -m venv .venv && .venv/bin/pip install ") for line in (first, second))
    assert first.endswith(".venv/bin/kg build") and "[onnx]" in first
    assert second.endswith(".venv/bin/python -m pytest") and "[onnx,dev]" in second
    runner = (ROOT / ".ci" / "run").read_text(encoding="utf-8")
    assert "grep -m1 -- '-m pytest' README.md" in runner


def test_extras_are_there() -> None:
    with (ROOT / "pyproject.toml").open("rb") as file:
        extras = tomllib.load(file)["project"]["optional-dependencies"]
    assert set(extras) == {"onnx", "data", "dask", "dev", "fuzz", "mcp", "serve"}


def test_the_rule_shown_is_a_rule() -> None:
    (shown,) = blocks("toml")
    assert shown.strip() in "\n".join(text for _, text in rulebook.sources())


def test_the_dictionary_shown_is_one(tmp_path: Path) -> None:
    (tmp_path / "names.tsv").write_text(blocks("tsv")[0], encoding="utf-8")
    assert dictionary.load(tmp_path / "names.tsv").canonical["碳屿"] == "常州碳屿材料有限公司"


def test_the_number_of_relations() -> None:
    assert f"{len(ontology.load().predicates)} relations" in README.read_text(encoding="utf-8")


def test_files_linked_are_there() -> None:
    links = re.findall(r"\]\((?!http)([^)]+)\)", README.read_text(encoding="utf-8"))
    assert links and all((ROOT / link).is_file() for link in links)


def rewrite() -> None:
    """Put the present outputs into the README."""
    new = iter(outputs())
    text = README.read_text(encoding="utf-8")
    shown = BLOCK.sub(lambda found: f"```console\n{next(new)}```" if found[1] == "console" else found[0], text)
    shown = BLOCK.sub(lambda found: f"```text\n{next(new)}```" if found[1] == "text" else found[0], shown)
    README.write_text(shown, encoding="utf-8")


if __name__ == "__main__":
    sys.exit(rewrite())
