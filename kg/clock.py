"""CPU seconds by stage, and a progress bar."""

from __future__ import annotations

import gc
import time
from collections.abc import Iterator
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
    """Times the stages of a build; shows a bar with a step a stage on stderr, if that is a terminal."""

    def __init__(self, stages: int, *, show: bool) -> None:
        from tqdm import tqdm

        self.seconds: dict[str, float] = {}
        look = "{desc:<8}{n}/{total} {bar} {elapsed}"
        self._bar = tqdm(total=stages, disable=None if show else True, leave=False, bar_format=look)

    @contextmanager
    def stage(self, name: str) -> Iterator[None]:
        """Time what runs within; the bar goes where it raises."""
        self._bar.set_description_str(name)
        begun = time.process_time()
        try:
            yield
        except BaseException:
            self._bar.close()
            raise
        self.seconds[name] = round(time.process_time() - begun, 3)
        self._bar.update()

    def close(self) -> None:
        """Leave the terminal in order."""
        self._bar.close()
