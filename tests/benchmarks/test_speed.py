"""CPU time and memory: extraction against the tagger alone, growth with the input, what a build and `kg --help` take.

Run by `pytest tests/benchmarks`, in order of worth. CPU time, the best of three, so that other programs of the
machine disturb little; only the bounds that the project set itself are asserted.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import generate
import pytest

from kg import gazetteer, pipeline, read, split, tag
from kg.model import Document, Fact, Metadata
from kg.tag import StatisticalTagger, statistical

pytest.importorskip("onnxruntime", reason="the speed is that of the ONNX taggers, which need onnxruntime")

ROUNDS = 3
SEEDS = Path(__file__).parents[2] / "seeds"
LEAD = "# 座谈会召开\n\n区委书记丁宗岳主持会议"
CPU = pytest.mark.benchmark(timer=time.process_time)


@pytest.fixture(scope="module")
def tagger() -> StatisticalTagger:
    """The models; everything else that is loaded once is loaded too."""
    loaded = statistical.load("onnx")
    extract([document(page) for page in generate.pages(10)], loaded)
    return loaded


def document(text: str) -> Document:
    return Document("x.md", text, "text/markdown", "", Metadata())


def sentences(documents: list[Document]) -> list[Any]:
    articles = [article for one in documents for article in split.articles(one)[0]]
    return [(article, split.sentences(article)) for article in articles]


def extract(documents: list[Document], tagger: StatisticalTagger) -> list[Fact]:
    """Split, tag, extract, as the program does."""
    places = gazetteer.load()
    homes = {one.source: places.home(one.text, one.metadata.place)[0] for one in documents}
    return pipeline.extracted(tag.tag(sentences(documents), tagger, places), documents, homes)


def cpu(run: Callable[[], object]) -> float:
    begun = time.process_time()
    run()
    return time.process_time() - begun


@CPU
@pytest.mark.parametrize("pages", ["200 articles", "seeds"])
def test_extraction_takes_half_more_than_the_tagger(
    pages: str, benchmark: Any, table: Callable[..., None], tagger: StatisticalTagger, tmp_path: Path
) -> None:
    paths = [SEEDS] if pages == "seeds" else generate.write(tmp_path)
    documents = [one for one in read.read(paths) if isinstance(one, Document)]
    texts = [sentence.text for _, own in sentences(documents) for sentence in own]
    alone: list[float] = []

    # the tagger is timed between the rounds, so that both meet the same load of the machine
    facts = benchmark.pedantic(
        lambda: extract(documents, tagger), setup=lambda: alone.append(cpu(lambda: tagger(texts))), rounds=ROUNDS
    )
    assert len(facts) > 300
    ratio = benchmark.stats.stats.min / min(alone)
    benchmark.extra_info.update(tagger=min(alone), ratio=ratio, characters=sum(map(len, texts)), facts=len(facts))
    table(f"{pages}: the tagger alone", f"{min(alone):.2f} s")
    table(f"{pages}: split, tag, extract", f"{benchmark.stats.stats.min:.2f} s")
    table(f"{pages}: ratio", f"{ratio:.2f}", "≤ 1.5" if pages != "seeds" else "")
    if pages != "seeds":
        assert ratio <= 1.5


def running_text(size: int) -> str:
    """One sentence of varied clauses, `size` bytes of UTF-8."""
    lines = [line for page in generate.pages() for line in page.split("\n") if line.endswith("。")]
    clauses = "".join(lines).translate(str.maketrans("。；！？", "，，，，"))
    return (LEAD + "，" + clauses * (size // len(clauses.encode()) + 1)).encode()[:size].decode(
        errors="ignore"
    ) + "。\n"


HOSTILE = {
    "a sentence of 1 MB": (running_text, 1_000_000),
    "100,000 opening brackets": (lambda n: f"{LEAD}{'（' * n}。\n", 100_000),
    "100,000 brackets, nested": (lambda n: f"{LEAD}{'（' * (n // 2)}{'）' * (n // 2)}。\n", 100_000),
    "100,000 commas": (lambda n: f"{LEAD}{'，' * n}。\n", 100_000),
}


@CPU
@pytest.mark.parametrize("name", HOSTILE)
def test_bad_input_takes_linear_time(
    name: str, benchmark: Any, table: Callable[..., None], tagger: StatisticalTagger
) -> None:
    make, size = HOSTILE[name]
    whole, quarter = [document(make(size))], [document(make(size // 4))]
    small = min(cpu(lambda: extract(quarter, tagger)) for _ in range(ROUNDS))
    benchmark.pedantic(lambda: extract(whole, tagger), rounds=1)
    large = benchmark.stats.stats.min
    benchmark.extra_info.update(quarter=small, growth=large / small)
    table(f"{name} (a quarter: {small:.2f} s)", f"{large:.2f} s", f"grows {large / small:.1f} times, ≤ 6")
    assert large <= 6 * small, "four times the text takes four times as long, and half more for what is noise"


# A process takes over the peak of the one that starts it, so the measured one is started by a small one.
METER = """
import json, resource, subprocess, sys
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
print(json.dumps([used.ru_utime + used.ru_stime, used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)]))
"""


def command(*arguments: str, folder: Path) -> tuple[float, float]:
    """CPU seconds and peak megabytes of `kg` with the arguments, in a process of its own."""
    program = [sys.executable, "-c", METER, sys.executable, "-m", "kg", *arguments]
    done = subprocess.run(program, cwd=folder, stdout=subprocess.PIPE, check=True)
    seconds, megabytes = json.loads(done.stdout)
    return seconds, megabytes


COMMANDS = {
    "kg build, 200 articles": (600.0, "MB"),
    "kg build, seeds": (20.0, "s of CPU"),
    "kg --help": (0.5, "s of CPU"),
}


@pytest.mark.skipif(sys.platform == "win32", reason="the module resource, which tells what was used, is not there")
@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_keeps_its_bound(name: str, table: Callable[..., None], tmp_path: Path) -> None:
    bound, unit = COMMANDS[name]
    arguments = ["--help"]
    if name.startswith("kg build"):
        arguments = ["build", str(SEEDS), "-o", "out", "--no-progress"]
    if name.endswith("articles"):
        (tmp_path / "pages").mkdir()
        generate.write(tmp_path / "pages")
        arguments[1] = "pages"
    rounds = 1 if unit == "MB" else ROUNDS
    measured = [command(*arguments, folder=tmp_path) for _ in range(rounds)]
    seconds, megabytes = min(s for s, _ in measured), max(m for _, m in measured)
    table(f"{name}: CPU, start-up included", f"{seconds:.2f} s", f"< {bound:g} s" if unit != "MB" else "")
    table(f"{name}: peak memory", f"{megabytes:.0f} MB", f"< {bound:g} MB" if unit == "MB" else "")
    assert (megabytes if unit == "MB" else seconds) < bound
