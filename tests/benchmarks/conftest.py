"""What the benchmarks share."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest


@pytest.fixture(scope="module")
def table(request: pytest.FixtureRequest) -> Iterator[Callable[..., None]]:
    """Takes rows of what was measured, its value and its bound, and shows them when all is measured."""
    rows: list[tuple[str, str, str]] = []
    yield lambda name, value, bound="": rows.append((name, value, bound))
    with request.config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
        print("\n", *(f"{name:<48}{value:>14}   {bound}" for name, value, bound in rows), sep="\n")
