"""The word lists and patterns of kg/data (lexicon.toml, patterns.toml, surnames.txt), read once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator
from functools import cache
from importlib.resources import files
from typing import cast

from kg.errors import ConfigurationError


def data_text(name: str) -> str:
    """The text of a file of kg/data."""
    return files("kg").joinpath("data", name).read_text("utf-8")


@cache
def _tables() -> dict[str, dict[str, list[str]]]:
    return cast("dict[str, dict[str, list[str]]]", tomllib.loads(data_text("lexicon.toml")))


@cache
def words(section: str, name: str) -> frozenset[str]:
    """The words of a list of lexicon.toml: section event, name heads."""
    return frozenset(_tables()[section][name])


@cache
def _patterns() -> dict[str, dict[str, str]]:
    return cast("dict[str, dict[str, str]]", tomllib.loads(data_text("patterns.toml")))


def pattern_text(section: str, name: str) -> str:
    """A pattern of patterns.toml as it stands. Raises ConfigurationError if there is none of that name."""
    try:
        return _patterns()[section][name]
    except KeyError as error:
        raise ConfigurationError(f"kg/data/patterns.toml: no pattern {name!r} in [{section}]; mend the file") from error


@cache
def pattern(section: str, name: str) -> re.Pattern[str]:
    """A pattern of patterns.toml, compiled. Raises ConfigurationError if it is missing or no regular expression."""
    try:
        return re.compile(pattern_text(section, name))
    except re.error as error:
        raise ConfigurationError(f"kg/data/patterns.toml: [{section}] {name}: {error}; mend the entry") from error


def either(items: Iterable[str]) -> str:
    """A regular expression for any of the words, the longest first."""
    return "|".join(re.escape(w) for w in sorted(set(items), key=lambda w: (-len(w), w)))


@cache
def surnames() -> frozenset[str]:
    """Chinese surnames, compound ones too."""
    lines = [line for line in data_text("surnames.txt").splitlines() if not line.startswith("#")]
    return frozenset(" ".join(lines).split())


def places_of(word: str, text: str) -> Iterator[tuple[int, int]]:
    """Where a word stands in a text, occurrences that do not overlap.

    >>> list(places_of("武进", "武进区武进"))
    [(0, 2), (3, 5)]
    """
    at = text.find(word)
    while at >= 0:
        yield at, at + len(word)
        at = text.find(word, at + len(word))


@cache
def _ends(items: frozenset[str]) -> tuple[int, frozenset[str]]:
    """The length of the longest, and their last characters."""
    return max(map(len, items), default=0), frozenset(item[-1] for item in items)


def longest_suffix(text: str, suffixes: frozenset[str]) -> str:
    """The longest of the suffixes that the text ends with, "" if none.

    >>> longest_suffix("星火路小学", frozenset({"小学", "学"}))
    '小学'
    """
    # a look-up for each length costs far less than a comparison with each suffix
    longest, last = _ends(suffixes)
    if text[-1:] in last:
        for start in range(max(0, len(text) - longest), len(text)):
            if text[start:] in suffixes:
                return text[start:]
    return ""
