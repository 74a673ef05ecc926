"""What a build costs as the archive grows, beside the tagger alone; run by hand for sizes that take hours.

    python tests/benchmarks/growth.py 1000 10000
    python tests/benchmarks/growth.py 100000 --short --folder big

For each size: a synthetic archive (corpus.py, seed 7), the tagger alone over its sentences, a build from nothing, one
page added to it, that page built alone, the page removed. CPU seconds are those of all processes; MB the peak of the
largest process.
"""

from __future__ import annotations

import argparse
import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
PAGE = 3_000
"""characters"""

# A process takes over the peak of the one that starts it, so the measured one is started by a small one.
METER = """
import json, resource, subprocess, sys, time
begun = time.monotonic()
subprocess.run(sys.argv[1:], check=True, stdout=subprocess.DEVNULL)
used = resource.getrusage(resource.RUSAGE_CHILDREN)
mega = used.ru_maxrss / (2**20 if sys.platform == "darwin" else 2**10)
print(json.dumps([time.monotonic() - begun, used.ru_utime + used.ru_stime, mega]))
"""

TAGGER = """
import sys
from functools import partial
from pathlib import Path
sys.path.insert(0, sys.argv[3])
import growth
from kg import pool, read
from kg.model import Document
documents = (one for one in read.read([Path(sys.argv[1])]) if isinstance(one, Document))
for _, results in pool.run(growth.tagged, growth.shards(documents), workers=int(sys.argv[2]), prepare=growth.warm):
    assert all(isinstance(one, int) for one in results), results
"""


@dataclass(frozen=True, slots=True)
class Cost:
    """Wall seconds, CPU seconds of all processes, peak MB of the largest."""

    wall: float
    cpu: float
    mega: float


@dataclass(frozen=True, slots=True)
class Size:
    """What an archive of so many articles costs. pages: of 3,000 characters; add, alone, remove: of one more page."""

    articles: int
    pages: float
    facts: int
    tagger: Cost
    build: Cost
    add: Cost
    alone: Cost
    remove: Cost

    @property
    def ratio(self) -> float:
        """The rate of the whole build in that of the tagger alone, by CPU."""
        return self.tagger.cpu / self.build.cpu


def warm() -> object:
    """Load the tagger."""
    from kg.tag import statistical

    global _tagger
    _tagger = statistical.load("onnx")
    return _tagger


def tagged(texts: Sequence[list[str]]) -> list[int]:
    """Tag documents, each a list of sentences, one by one as the build does: a function that runs in a worker."""
    return [len(_tagger(sentences)) for sentences in texts]


def shards(documents: object) -> object:
    """The sentences of documents, in shards as large as those of a build."""
    from kg import intake, split

    shard: list[list[str]] = []
    size = 0
    for document in documents:  # type: ignore[attr-defined]
        own = [s.text for article in split.articles(document)[0] for s in split.sentences(article)]
        shard.append(own)
        size += len(document.text)
        if size >= intake.SHARD:
            yield shard
            shard, size = [], 0
    if shard:
        yield shard


def measured(*command: str) -> Cost:
    """What a command costs."""
    done = subprocess.run([sys.executable, "-c", METER, *command], stdout=subprocess.PIPE, check=True)
    return Cost(*json.loads(done.stdout))


def kg(*arguments: str) -> Cost:
    """What a command of the program costs."""
    return measured(sys.executable, "-m", "kg", *arguments)


def of(articles: int, folder: Path, *, short: bool = False, workers: int = 2, tagger: bool = True) -> Size:
    """Measure an archive of so many articles in a folder; tagger: whether to run the tagger alone too."""
    sys.path.insert(0, str(HERE))
    import corpus

    pages, out, alone = folder / f"pages-{articles}", folder / f"out-{articles}", folder / f"alone-{articles}"
    for old in (pages, out, alone):
        shutil.rmtree(old, ignore_errors=True)
    corpus.write(pages, articles, 7, short)
    extra = folder / "extra" / "2026-01-01-A1.md"
    extra.parent.mkdir(exist_ok=True)
    extra.write_text(next(iter(corpus.pages(10, 11, short)))[1], encoding="utf-8")
    characters = sum(len(path.read_text("utf-8")) for path in pages.rglob("*.md"))
    nothing = Cost(0.0, 0.0, 0.0)
    work = ("--workers", str(workers), "--no-progress")
    alone_cost = measured(sys.executable, "-c", TAGGER, str(pages), str(workers), str(HERE)) if tagger else nothing
    build = kg("build", str(pages), "-o", str(out), *work)
    facts = json.loads((out / "report.json").read_text("utf-8"))["facts"]["total"]
    add = kg("add", str(extra), "-o", str(out), *work)
    page = kg("build", str(extra), "-o", str(alone), *work)
    remove = kg("remove", extra.name, "-o", str(out), *work)
    return Size(articles, characters / PAGE, facts, alone_cost, build, add, page, remove)


def table(sizes: Sequence[Size]) -> str:
    """The sizes as a table of Markdown."""
    lines = [
        "| articles | pages | facts | tagger alone, CPU s | build, CPU s | wall s | pages/s | of the tagger's rate "
        "| CPU ms an article | peak MB | add a page, CPU s | that page alone | remove it |",
        "|" + "---:|" * 13,
    ]
    for one in sizes:
        rate = f"{one.ratio:.2f}" if one.tagger.cpu else "–"
        lines.append(
            f"| {one.articles:,} | {one.pages:,.0f} | {one.facts:,} | {one.tagger.cpu:.0f} | {one.build.cpu:.0f} "
            f"| {one.build.wall:.0f} | {one.pages / one.build.wall:.1f} | {rate} "
            f"| {one.build.cpu / one.articles * 1000:.1f} | {max(one.build.mega, one.add.mega):.0f} | {one.add.cpu:.1f} "
            f"| {one.alone.cpu:.1f} | {one.remove.cpu:.1f} |"
        )
    return "\n".join(lines)


def main() -> None:
    """Measure the sizes that are asked for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("articles", type=int, nargs="+")
    parser.add_argument("--short", action="store_true", help="short articles")
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--folder", type=Path, help="where to keep all that is made (default: a temporary folder)")
    parser.add_argument("--no-tagger", action="store_true", help="do not run the tagger alone")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = asked.folder or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        options = {"short": asked.short, "workers": asked.workers, "tagger": not asked.no_tagger}
        print(table([of(articles, folder, **options) for articles in asked.articles]))


if __name__ == "__main__":
    main()
