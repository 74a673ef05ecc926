"""The extraction's figures on seeds/ do not fall. Raise the floors when they rise; never lower one."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg.evaluate import built_facts, evaluate, load_gold
from kg.scoring import Row

pytest.importorskip("onnxruntime", reason="the figures are those of the ONNX taggers, which need onnxruntime")

ROOT = Path(__file__).parents[1]

# gold: least F1, precision and F1 of person names
FLOORS = {
    "seeds_1.jsonl": (0.935, 0.95, 0.96),
    "seeds_2.jsonl": (0.865, 0.93, 0.94),
    "seeds_3.jsonl": (0.905, 0.97, 0.975),
}


@pytest.fixture(scope="module")
def rows() -> list[Row]:
    return built_facts([ROOT / "seeds"])


@pytest.mark.parametrize("name", FLOORS)
def test_figures_hold(name: str, rows: list[Row]) -> None:
    evaluation = evaluate(load_gold(ROOT / "tests/gold" / name), rows)
    total = evaluation.forgiving.total
    figures = total.f1, total.precision, evaluation.names.f1
    shown = ", ".join(f"{figure:.3f}" for figure in figures)
    assert all(f >= floor for f, floor in zip(figures, FLOORS[name], strict=True)), (
        f"F1, precision, names F1 are {shown}, floors {FLOORS[name]}\n{evaluation.table()}\n{evaluation.errors()}"
    )


def test_every_seed_is_in_gold() -> None:
    pages = {a.page for name in FLOORS for a in load_gold(ROOT / "tests/gold" / name)}
    assert pages == {path.stem for path in (ROOT / "seeds").rglob("*") if path.is_file()}
