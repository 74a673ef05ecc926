"""Grammars in data files: their entries carry examples, as the rules do, and patterns are made from their words."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from importlib import resources
from typing import Any

from kg.errors import ConfigurationError

Entries = dict[str, list[dict[str, Any]]]


def load(name: str, fields: Mapping[str, tuple[set[str], set[str]]]) -> Entries:
    """The entries of `kg/data/<name>` by kind.

    fields: for each kind, the fields it must and may have, besides yes and no, which each must have
    Raises ConfigurationError naming file, entry and mistake.
    """
    try:
        data = tomllib.loads((resources.files("kg") / "data" / name).read_text(encoding="utf-8"))
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{name}: {error}") from error
    verify(name, data, fields)
    return data


def verify(name: str, data: Mapping[str, Any], fields: Mapping[str, tuple[set[str], set[str]]]) -> None:
    """Raise ConfigurationError where an entry has not the fields it should, or no example of each sort."""
    if absent := sorted(fields.keys() - data.keys()):
        raise ConfigurationError(f"{name}: lacks [[{absent[0]}]]")
    for kind, entries in data.items():
        if kind not in fields or not isinstance(entries, list):
            raise ConfigurationError(f"{name}: unknown kind of entry [[{kind}]]")
        must, may = fields[kind]
        for number, entry in enumerate(entries, 1):
            where = f"{name}: [[{kind}]] {number}"
            if missing := sorted((must | {"yes", "no"}) - entry.keys()):
                raise ConfigurationError(f"{where}: lacks {', '.join(missing)}")
            if unknown := sorted(entry.keys() - must - may - {"yes", "no"}):
                raise ConfigurationError(f"{where}: unknown field {', '.join(unknown)}")
            if not entry["yes"] or not entry["no"]:
                raise ConfigurationError(f"{where}: needs at least one yes and one no")


def run_examples(name: str, entries: Entries, read: Callable[[str], str]) -> list[str]:
    """What is wrong with the examples of a data file, a line each; read: text -> its reading, "" for nothing found."""
    wrong = []
    for kind, several in entries.items():
        for number, entry in enumerate(several, 1):
            examples = [example.partition(" => ") for example in entry["yes"]]
            for text, _, expected in [*examples, *((text, "", "") for text in entry["no"])]:
                if (got := read(text)) != expected:
                    wrong.append(f"{name}: [[{kind}]] {number}: {text!r} reads as {got!r}, expected {expected!r}")
    return wrong


def either(
    words: Iterable[str],
    not_before: Mapping[str, list[str]] | None = None,
    not_after: Mapping[str, str] | None = None,
) -> str:
    """A pattern for any of the words, the longest first; a word that ends in a Latin letter ends there.

    not_before: word -> words that may not follow it; not_after: word -> characters that may not precede it
    """
    parts = []
    for word in sorted(words, key=lambda w: (-len(w), w)):
        part = re.escape(word)
        if not_after and word in not_after:
            part = f"(?<![{not_after[word]}]){part}"
        if not_before and word in not_before:
            part += f"(?!{'|'.join(map(re.escape, not_before[word]))})"
        parts.append(part + ("(?![A-Za-z])" if word[-1].isascii() and word[-1].isalpha() else ""))
    return f"(?:{'|'.join(parts)})"
