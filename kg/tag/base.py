"""What every statistical tagger returns: words with their part of speech, and named spans."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Token:
    """A word: `text` is `given[start:end]`; pos in the tagger's own tag set (LAC's, or jieba's)."""

    start: int
    end: int
    text: str
    pos: str


@dataclass(frozen=True, slots=True)
class Span:
    """A name found in the given string.

    type: Person, Organization, Company, Place, Time or Job
    by: lac, fool or jieba
    """

    start: int
    end: int
    type: str
    by: str


@dataclass(frozen=True, slots=True)
class Tagging:
    """One text's words, in order and without gaps (() where the tagger knows none), and its spans by place.

    Spans of one tagger do not overlap; those of two may.
    """

    tokens: tuple[Token, ...]
    spans: tuple[Span, ...]


def token_at(tokens: Sequence[Token], offset: int) -> Token | None:
    """The word that holds the character at an offset; None where there is none."""
    i = bisect_right(tokens, offset, key=lambda token: token.start) - 1
    return tokens[i] if i >= 0 and offset < tokens[i].end else None
