"""A build from end to end as the archive grows: against the tagger alone, on two cores, and with one page more."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))
import growth

SMALL, LARGE = 1_000, 10_000


@pytest.fixture(scope="module")
def sizes(tmp_path_factory: pytest.TempPathFactory) -> dict[int, growth.Size]:
    folder = tmp_path_factory.mktemp("growth")
    return {articles: growth.of(articles, folder) for articles in (SMALL, LARGE)}


def test_growth(sizes: dict[int, growth.Size], table: Callable[..., None]) -> None:
    small, large = sizes[SMALL], sizes[LARGE]
    for size in (small, large):
        rate = size.pages / size.build.wall
        table(
            f"{size.articles:,} articles, {size.facts:,} facts: build",
            f"{size.build.cpu:.0f} s CPU",
            f"{size.build.wall:.0f} s wall",
        )
        table("  pages of 3,000 characters a second", f"{rate:.1f}")
        table("  of the tagger's own rate", f"{size.ratio:.2f}", "≥ 0.6 or 20 pages a second" if size is large else "")
        table("  a page more", f"{size.add.cpu:.1f} s CPU", f"≤ 3 times that page alone, {size.alone.cpu:.1f} s")
        table("  and removed", f"{size.remove.cpu:.1f} s CPU")
        table("  peak memory", f"{max(size.build.mega, size.add.mega):.0f} MB", "< 1,000 MB")
    growing = (large.build.cpu / large.articles) / (small.build.cpu / small.articles)
    table("cost an article, ten times the articles", f"x {growing:.2f}", "< 1.3")
    assert growing < 1.3
    assert large.add.cpu <= 3 * large.alone.cpu
    assert max(large.build.mega, large.add.mega) < 1_000
    assert large.ratio >= 0.6 or large.pages / large.build.wall >= 20


def test_two_cores(table: Callable[..., None], tmp_path: Path) -> None:
    import corpus

    corpus.write(tmp_path / "pages", SMALL, 7, False)
    one, two = (
        growth.kg(
            "build", str(tmp_path / "pages"), "-o", str(tmp_path / f"out{n}"), "--workers", str(n), "--no-progress"
        )
        for n in (1, 2)
    )
    table("two workers, wall time", f"x {one.wall / two.wall:.2f}", "≥ 1.7 on two idle cores")
    for name in (
        "graph.ttl",
        "evidence.ttl",
        "facts.jsonl",
        "facts.csv",
        "entities.jsonl",
        "articles.jsonl",
        "graph.html",
    ):
        assert (tmp_path / "out1" / name).read_bytes() == (tmp_path / "out2" / name).read_bytes(), name
    assert one.wall >= 1.7 * two.wall
