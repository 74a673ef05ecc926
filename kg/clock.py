"""CPU seconds by stage, and a progress bar."""

from __future__ import annotations

import gc
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def uncollected() -> Iterator[None]:
    """No search for cycles within: it would look through all the values made so far again and again."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


class Clock:
    """Times the stages of a build; shows a bar on stderr, if that is a terminal."""

    def __init__(self, stages: int, *, show: bool) -> None:
        from tqdm import tqdm

        self.seconds: dict[str, float] = {}
        self._off = None if show else True
        look = "{desc:<8}{n}/{total} {bar} {elapsed}"
        self._bar = tqdm(total=stages, disable=self._off, leave=False, bar_format=look)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what runs within, its worker processes too; the bar goes where it raises."""
        self._bar.set_description_str(name)
        begun = _cpu()
        try:
            yield
        except BaseException:
            self._bar.close()
            raise
        self.seconds[name] = round(self.seconds.get(name, 0.0) + _cpu() - begun, 3)
        self._bar.update()

    @contextmanager
    def counting(self, total: int | None) -> Iterator[Callable[[int], object]]:
        """A bar of documents with their rate and the time left; what it gives is called with how many more are done.

        total: how many there are, None if that is not known
        """
        from tqdm import tqdm

        with tqdm(total=total, disable=self._off, leave=False, unit=" pages", file=sys.stderr) as bar:
            yield bar.update

    def close(self) -> None:
        """Leave the terminal in order."""
        self._bar.close()


def _cpu() -> float:
    """CPU seconds of this process and of the workers that have ended."""
    used = os.times()
    return used.user + used.system + used.children_user + used.children_system
