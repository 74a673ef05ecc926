"""Whole articles of tests/corpus: front matter, title, text, `---`, and exactly the facts that they state."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path

import pytest
from reading import Reader

CORPUS = sorted((Path(__file__).parent / "corpus").glob("*.txt"))


def parts(text: str) -> tuple[dict[str, str], str, list[str]]:
    """An article's metadata, its page, and the facts expected of it."""
    given, page, expected = re.fullmatch(r"---\n(.*?)^---\n(.*)^---\n(.*)", text, re.M | re.S).groups()  # type: ignore[union-attr]
    metadata = dict(re.findall(r"^(\w+): (.+)$", given, re.M))
    return metadata, page, expected.splitlines()


@pytest.mark.parametrize("path", CORPUS, ids=[path.stem for path in CORPUS])
def test_article(reader: Reader, path: Path) -> None:
    metadata, page, expected = parts(path.read_text(encoding="utf-8"))
    day = dt.date.fromisoformat(metadata["date"]) if "date" in metadata else None
    assert reader.lines(page, place=metadata.get("place", ""), date=day) == sorted(expected)


def test_the_corpus_is_of_many_kinds() -> None:
    assert len(CORPUS) >= 10
