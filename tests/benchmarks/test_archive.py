"""What resolution and the search for reprints cost as the archive grows: near-linear, both sizes in one run."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable
from pathlib import Path

from kg import gazetteer, resolve

sys.path.insert(0, str(Path(__file__).parent))
from archive import archive

SMALL, LARGE, BOUND = 1_000, 10_000, 3.0


def test_resolution_is_near_linear(record_property: Callable[[str, object], None]) -> None:
    places = gazetteer.load()
    cost = {}
    for count in (SMALL, LARGE, SMALL):
        facts, articles, homes = archive(places, count)
        begin = time.process_time()
        found = resolve.resolve(facts, articles, homes, places)
        seconds = (time.process_time() - begin) / count
        cost[count] = min(cost.get(count, seconds), seconds)
        assert len(found.facts) == len(facts)
    ratio = cost[LARGE] / cost[SMALL]
    print(
        f"\nresolution: {cost[SMALL] * 1e3:.2f} ms an article at {SMALL}, {cost[LARGE] * 1e3:.2f} at {LARGE}: x{ratio:.2f}"
    )
    record_property("ratio", ratio)
    assert ratio < BOUND
