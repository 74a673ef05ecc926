"""What a regular expression needs of a text, and how its repetitions are nested, read from its syntax tree.

The tree is that of the standard library's own parser, which has no public name.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

_PARSER = import_module("re._parser")
_REPEATS = {"MAX_REPEAT", "MIN_REPEAT", "POSSESSIVE_REPEAT"}


def required(expression: str) -> tuple[frozenset[str], ...]:
    """Sets of characters, each of which a text must hold one of if the expression is to match anywhere in it.

    Far from all that could be said of it, but never too much. Raises re.error for what is no regular expression.

    >>> [sorted(one) for one in required("(?:主持|召开)了?[会议]")]
    [['主', '召'], ['会', '议']]
    """
    tree = _PARSER.parse(expression)
    return () if tree.state.flags & re.IGNORECASE else tuple(dict.fromkeys(_required(tree)))


def _required(tree: Any) -> Iterator[frozenset[str]]:
    for op, value in tree:
        match op.name:
            case "LITERAL":
                yield frozenset(chr(value))
            case "IN" if all(kind.name == "LITERAL" for kind, _ in value):
                yield frozenset(chr(code) for _, code in value)
            case "SUBPATTERN" if not value[1] & re.IGNORECASE:
                yield from _required(value[-1])
            case "ATOMIC_GROUP":
                yield from _required(value)
            case "BRANCH":
                ways = [next(_required(way), None) for way in value[1]]
                if None not in ways:
                    yield frozenset().union(*filter(None, ways))
            case name if name in _REPEATS and value[0] > 0:
                yield from _required(value[2])


def shortest(expression: str) -> int:
    """The fewest characters that the expression can match. Raises re.error for what is no regular expression.

    >>> shortest("会议?(?=。)"), shortest("(?:会议)?")
    (1, 0)
    """
    least: int = _PARSER.parse(expression).getwidth()[0]
    return least


def ambiguity(expression: str) -> float:
    """In how many ways one text can be shared out between a repetition and another that holds it, as a power of ten.

    All of them are tried where the match fails in the end, for `(?:.{0,40}){0,40}` more than could ever be. Where
    something must stand between, `(?:.{0,40}，){0,40}`, they are few: 0. Once at most is no repetition.
    Raises re.error for what is no regular expression.

    >>> ambiguity("(?:.{0,10}，?){0,40}"), ambiguity("(?:.{0,10}，){0,40}")
    (40.0, 0.0)
    """
    return _ambiguity(_PARSER.parse(expression))


def _ambiguity(tree: Any) -> float:
    worst = 0.0
    for op, value in tree:
        for way in _ways(op, value):
            own = value[1] * math.log10(_alone(way)) if op.name in _REPEATS and value[1] > 1 else 0.0
            worst = max(worst, own, _ambiguity(way))
    return worst


def _alone(way: Any) -> int:
    """The most that a repetition in it, of no fixed number, repeats that can be all it matches; 1 if there is none."""
    least = way.getwidth()[0]
    most = 1
    for op, value in way:
        times = value[0] if op.name in _REPEATS else 1
        for inner in _ways(op, value):
            if least <= times * inner.getwidth()[0]:
                own = value[1] if op.name in _REPEATS and 1 < value[1] != value[0] else 1
                most = max(most, own, _alone(inner))
    return most


def _ways(op: Any, value: Any) -> list[Any]:
    """What an item of the tree holds: its alternatives, or the one thing that it groups, repeats or looks for."""
    match op.name:
        case "SUBPATTERN":
            return [value[-1]]
        case "ATOMIC_GROUP":
            return [value]
        case "BRANCH":
            return list(value[1])
        case "GROUPREF_EXISTS":
            return [way for way in value[1:] if way is not None]
        case "ASSERT" | "ASSERT_NOT":
            return [value[1]]
    return [value[2]] if op.name in _REPEATS else []
