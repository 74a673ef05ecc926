"""What holds for the text of every format: not empty, no endless line, a headline above it."""

from __future__ import annotations

import re

from kg.read.reasons import Unreadable

MAX_BYTES = 200_000_000
"""The largest file or archive member that is read, in bytes."""

MAX_LINE = 1_000_000
"""The longest line that is handed on to matching, in characters."""

_LINE = re.compile(r"[^\r\n]+")


def check(text: str, body: int = 0) -> None:
    """Raise Unreadable if `text` has nothing visible from `body` on (`empty`), or a line over MAX_LINE."""
    # The set first: a hundred million blanks are as many steps of Python, but one character.
    if not any(char.isprintable() and not char.isspace() for char in set(text[body:])):
        raise Unreadable("empty", "there is front matter but no text" if body else "there is no text in it")
    for line in _LINE.finditer(text):
        if line.end() - line.start() > MAX_LINE:
            number = text.count("\n", 0, line.start()) + 1
            raise Unreadable("line-too-long", f"line {number} has over {MAX_LINE:,} characters")


def headed(title: str | None, text: str, lines: int = 1) -> str:
    r"""`text` with `title` as its first line, unless one of its first `lines` lines that say something begins with it.

    >>> headed("开工", "昨天，项目开工。"), headed("开工", "# 开工\n昨天")
    ('开工\n昨天，项目开工。', '# 开工\n昨天')
    """
    if not title:
        return text
    spoken = [line.lstrip("# \t\u3000") for line in text[:10_000].splitlines() if line.strip()]
    return text if any(line.startswith(title) for line in spoken[:lines]) else f"{title}\n{text}"
