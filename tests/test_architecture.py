"""The shape of the code: imports point one way, words lie in data files, and the data travels with the package."""

from __future__ import annotations

import ast
import re
from importlib.resources import files
from pathlib import Path

import pytest

from kg import ontology

PACKAGE = Path(ontology.__file__).parent

STAGES = [
    # what each stage is made of; a module imports from its own stage and those before it
    ("base", "errors model files clock ontology lexicon layout regex text codec ledger pool remote"),
    ("read", "read"),
    ("split", "lines split"),
    ("tag", "gazetteer dictionary tag"),
    ("extract", "pattern people subjects rulebook discourse slots naming titles occasions figures bylines extraction"),
    ("resolve", "reprints resolve"),
    ("graph", "export rdf graph shapes nodes"),
    ("view", "view"),
    ("archive", "archive timeline conflicts review changes"),
    ("ask", "sparql questions rows results endpoint store exports asking"),
    ("serve", "formats answers worker workers about serve assistant"),
    (
        "flow",
        "report stories intake update outputs bulk pipeline cluster verify dossiers explain check gold likeness scoring evaluate",
    ),
    ("skin", "commands cli __main__"),
]
ORDER = {name: place for place, (_, names) in enumerate(STAGES) for name in names.split()}
MODULES = sorted(PACKAGE.rglob("*.py"))
LIMIT = 12
"""Chinese words that a collection or an alternation in code may hold; more are data"""


def top(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported(path: Path) -> set[str]:
    """The modules and subpackages of kg that a file imports, at its head or within a function."""
    found = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "kg":
            found |= {alias.name for alias in node.names if not alias.name.startswith("__")}
        elif isinstance(node, ast.ImportFrom) and (node.module or "").startswith("kg."):
            found.add((node.module or "").split(".")[1])
        elif isinstance(node, ast.Import):
            found |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("kg.")}
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_point_one_way(path: Path) -> None:
    own = top(path)
    if own == "__init__":
        return  # it hands on what it is asked for
    assert own in ORDER, f"give kg/{own} its stage in {Path(__file__).name}"
    assert {name for name in imported(path) if ORDER[name] > ORDER[own]} == set()


def words_in_code(path: Path) -> list[tuple[int, int]]:
    """Lines whose collection or alternation holds more Chinese words than LIMIT, and how many."""
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.List | ast.Tuple | ast.Set):
            values = [e.value for e in node.elts if isinstance(e, ast.Constant) and isinstance(e.value, str)]
            count = sum(bool(re.search("[一-鿿]", value)) for value in values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            count = len(re.findall(r"[一-鿿]\)?\|", node.value))
        else:
            continue
        if count > LIMIT:
            found.append((node.lineno, count))
    return found


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_no_word_lists_in_code(path: Path) -> None:
    assert words_in_code(path) == []


DATA = [
    "py.typed",
    "data/lexicon.toml",
    "data/places.tsv",
    "data/resolve.toml",
    "data/labels.toml",
    "data/models/fool_ner/ner.onnx",
    "rules/meetings.toml",
    "asking/words.toml",
    "read/common_han.txt",
    "view/page.html",
    "view/js/page.js",
    "serve/entity.html",
    "serve/static/yasgui.min.js",
]


@pytest.mark.parametrize("name", DATA)
def test_data_lies_in_the_package(name: str) -> None:
    assert files("kg").joinpath(name).is_file()


def test_the_wheel_carries_the_ontology() -> None:
    text = (PACKAGE.parent / "pyproject.toml").read_text(encoding="utf-8")
    assert 'ontology = "kg/_ontology"' in text
    assert all((ontology.folder() / name).is_file() for name in ontology.FILES)
