"""Real Chromium for the viewer's tests: how it is started, what it cost, and what a page did that it should not do."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
MISSING = f"no browser at {CHROMIUM}: apt-get install chromium"


@contextmanager
def chromium(*arguments: str) -> Iterator[Any]:
    """A headless browser; arguments: command line options besides the usual."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=[*ARGUMENTS, *arguments])
        yield browser
        browser.close()


class Reader:
    """A page opened, and everything it did that it should not do: requests, dialogs, messages, errors."""

    def __init__(self, browser: Any, path: Path, address: str = "", size: Any = None, **options: Any) -> None:
        self.page = browser.new_page(**options)
        self.page.set_viewport_size(size or {"width": 1280, "height": 800})
        self.page.set_default_timeout(8000)
        self.complaints: list[str] = []
        self.path = path
        self.page.on("request", lambda request: self.complaints.extend({request.url.split("#")[0]} - {path.as_uri()}))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self.refuse)
        self.page.goto(path.as_uri() + address)
        self.page.wait_for_selector("html[data-ready]")

    def refuse(self, dialog: Any) -> None:
        self.complaints.append(dialog.message)
        dialog.dismiss()

    def search(self, text: str) -> None:
        self.page.fill("#search", text)
        self.page.press("#search", "Enter")

    def texts(self, selector: str) -> list[str]:
        return [str(text) for text in self.page.locator(selector).all_inner_texts()]

    def text(self, selector: str) -> str:
        return str(self.page.inner_text(selector))

    def close(self) -> None:
        self.page.close()
        assert self.complaints == []


def cpu_seconds() -> float:
    """CPU time so far of all browser processes that this process started."""
    parents: dict[int, int] = {}
    spent: dict[int, float] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                name, _, rest = (entry / "stat").read_text().rpartition(")")
            except OSError:
                continue  # it ended meanwhile
            fields = rest.split()
            parents[int(entry.name)] = int(fields[1])
            if "chrom" in name:
                spent[int(entry.name)] = (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")

    def ours(process: int) -> bool:
        while process > 1:
            if process == os.getpid():
                return True
            process = parents.get(process, 0)
        return False

    return sum(seconds for process, seconds in spent.items() if ours(process))
