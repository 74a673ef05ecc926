"""The examples in the frames: every `yes` has to be read as written, no `no` as a question of that frame."""

from __future__ import annotations

import re

from kg.asking.book import Book
from kg.asking.matching import Filled, Refused, understand
from kg.asking.names import Named, Names, bare
from kg.errors import ConfigurationError
from kg.ontology import Ontology

_TAG = re.compile(r"<(\w+) ([^<> ]+)(?: ([^<>]+))?>")


def check(own: Book, ontology: Ontology) -> None:
    """Read all examples. Raises ConfigurationError, naming frame, example and how it is read instead.

    `<Post 武进区委书记 区委书记>` stands for 区委书记 in a store that knows it as 武进区委书记 too.
    """
    for frame in own.frames:
        for example in frame.yes:
            text, _, expected = example.partition(" => ")
            if (found := read(text, own, ontology)) != f"{frame.name}: {expected}":
                raise ConfigurationError(f"kg/asking: frame {frame.name!r}: {text!r} is read as {found!r}")
        for example in frame.no:
            if read(example, own, ontology).startswith(f"{frame.name}: "):
                raise ConfigurationError(f"kg/asking: frame {frame.name!r} takes {example!r}, which it must not")


def read(example: str, own: Book, ontology: Ontology) -> str:
    """How an example with tagged names is read: its frame and what fills it, or why it is refused."""
    exact: dict[str, list[Named]] = {}
    for match in _TAG.finditer(example):
        one = Named(match[2], match[1], f"urn:{match[2]}")
        for name in {match[2], match[3] or match[2]}:
            exact.setdefault(bare(name), []).append(one)
    plain = _TAG.sub(lambda match: match[3] or match[2], example)
    found = understand(plain, own, Names({name: tuple(things) for name, things in exact.items()}), ontology)
    if isinstance(found, Refused):
        return f"refused: {found.why} {' '.join(found.unknown)}".rstrip()
    first = found[0]
    told = [f"{slot.name}={first.slots[slot.name]}" for slot in first.frame.slots if _tells(first.slots.get(slot.name))]
    return f"{first.frame.name}: {'; '.join(told)}"


def _tells(filled: Filled | None) -> bool:
    """Whether a slot holds more than that it is there: a name, a date, a figure, a number, a word with a value."""
    if filled is None:
        return False
    token = filled.token
    return bool(filled.things or token.value or token.number or (token.word and token.word.value))
