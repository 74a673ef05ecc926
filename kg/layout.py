"""The patterns, words and limits of kg/data/layout.toml, read once."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from kg.errors import ConfigurationError


@cache
def layout() -> dict[str, Any]:
    """The tables of the file. Raises ConfigurationError if it is no TOML."""
    try:
        return tomllib.loads(files("kg").joinpath("data", "layout.toml").read_text("utf-8"))
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"kg/data/layout.toml: {error}; mend the file") from error


@cache
def pattern(name: str) -> re.Pattern[str]:
    """The patterns of that name as one, their parts filled in. Raises ConfigurationError if one is missing or wrong."""
    try:
        joined = "|".join(f"(?:{one})" for one in layout()["patterns"][name])
        while found := re.search(r"<([a-z]+)>", joined):
            joined = joined.replace(found[0], layout()["parts"][found[1]])
        return re.compile(joined)
    except (KeyError, re.error) as error:
        raise ConfigurationError(f"kg/data/layout.toml: pattern {name}: {error}; mend the entry") from error


@cache
def words(name: str) -> tuple[str, ...]:
    """The words, or the characters of a string, of that name."""
    return tuple(layout()["words"][name])


def limit(name: str) -> int:
    """The limit of that name, in the unit that the file states."""
    return int(layout()["limits"][name])
