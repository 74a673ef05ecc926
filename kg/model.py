"""The values that flow through the pipeline: frozen, hashable where that helps, without behaviour.

Offsets are Unicode code points. An `Article` carries its own, normalised text for matching;
`Article.to_document` leads every span of it back to the document it was read from.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Metadata:
    """What is known of a source besides its text; unknown is None."""

    date: dt.date | None = None
    """publication date"""
    place: str | None = None
    """home place: what 我区 or 全市 stands for"""
    publisher: str | None = None
    title: str | None = None
    source: str | None = None
    """where the text came from, a URL or a page number"""


@dataclass(frozen=True, slots=True)
class Document:
    """A decoded source.

    source: path below the PATH given, `/`-separated, archive members too (`pages.zip/A.md`)
    text: decoded text, BOM removed, newlines and front matter kept
    body: offset where the front matter ends
    extracted: True where `text` is not the file's own (HTML): the build then keeps it in output/text/
    sha256: of the bytes read
    """

    source: str
    text: str
    media_type: str
    sha256: str
    metadata: Metadata = Metadata()
    body: int = 0
    extracted: bool = False


@dataclass(frozen=True, slots=True)
class Skipped:
    """An input that was left out or is doubtful, and why: source, reason code, what to do."""

    source: str
    reason: str
    message: str


@dataclass(frozen=True, slots=True)
class Block:
    """A stretch of `Article.text`; kind: headline, subheadline, byline, body, caption, credit, slogan."""

    kind: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Article:
    """One item of a page.

    id: `A.md`, or `A.md#2` where the source holds several
    title: the headline as printed, "" if there is none
    text: normalised for matching; blocks separated by line feeds
    offsets: for each character of `text`, its place in the document's text
    start, end: the article's span in the document
    """

    id: str
    source: str
    title: str
    text: str
    offsets: tuple[int, ...] = field(repr=False)
    blocks: tuple[Block, ...]
    start: int
    end: int
    metadata: Metadata = Metadata()

    def to_document(self, start: int, end: int) -> tuple[int, int]:
        """The document span of the non-empty article span [start, end)."""
        return self.offsets[start], self.offsets[end - 1] + 1


@dataclass(frozen=True, slots=True)
class Sentence:
    """`text` is `article.text[start:end]`; kind is that of its block."""

    text: str
    start: int
    end: int
    kind: str


@dataclass(frozen=True, slots=True)
class Quantity:
    """A figure with its scale multiplied out (超4400亿元: 440000000000, 元, ">").

    modifier: ">" (超, 逾, 以上, 余), "<" (不足, 近), "~" (约, 左右) or ""
    """

    value: Decimal
    unit: str
    modifier: str
    text: str


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """A date as said.

    iso: `2025`, `2025-06`, `2025-06-01`, `2026-H2`, `2025-Q1`, `2026-07/2026-12`, "" where it could not be resolved
    first, last: the first and last possible day, None where unresolved
    """

    text: str
    iso: str = ""
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A span of `article.text` that names or measures something.

    type: a class of the ontology, or Date, Quantity, Product, Indicator
    value: normalised, for Date and Quantity
    by: the tagger or grammar that found it
    """

    type: str
    start: int
    end: int
    text: str
    value: Quantity | TimeSpan | str | None = None
    by: str = ""


@dataclass(frozen=True, slots=True)
class Ref:
    """An entity as a fact names it; `id` is filled by resolution."""

    label: str
    type: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something an article says.

    article: Article.id; source: Document.source
    start, end: document span of the sentence; quote is exactly that slice
    marks: document spans of the words the fact was read from, within the sentence
    antecedent: document span of what discourse carried over, None if all is in the sentence
    status: actual, planned or reported
    qualifiers: sorted pairs of indicator, product, kind, phase, growth, period, by
    """

    article: str
    source: str
    subject: Ref
    predicate: str
    object: Ref | Quantity | TimeSpan
    start: int
    end: int
    quote: str
    rule: str
    status: str = "actual"
    confidence: float = 0.0
    inferred: bool = False
    qualifiers: tuple[tuple[str, str | bool], ...] = ()
    marks: tuple[tuple[int, int], ...] = ()
    antecedent: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Entity:
    """A node of the graph.

    id: `type/hash`, from the key alone
    type: class of the ontology; label: the full name; aliases: the wordings seen, sorted
    attributes: sorted pairs (code, level, parent id, body id …)
    """

    id: str
    type: str
    label: str
    key: str
    aliases: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """An article with what it says by itself, before it is compared with others.

    article: without `text`, `offsets` and `blocks`, which nothing needs from here on
    text: the normalised text, for finding the same text printed twice
    home, town: codes of its home place and of the one town that it names, "" if unknown
    called: names of people -> what the text calls them besides a post (村民, 律师)
    carried: document spans of what discourse carried over -> the words there
    sentences: how many were read; mentions: how many of each class
    sketch: of its text, for finding the same text printed twice; () if it is too short
    """

    article: Article
    facts: tuple[Fact, ...] = ()
    text: str = ""
    home: str = ""
    town: str = ""
    called: Mapping[str, str] = field(default_factory=dict)
    carried: Mapping[tuple[int, int], str] = field(default_factory=dict)
    sentences: int = 0
    mentions: Mapping[str, int] = field(default_factory=dict)
    sketch: tuple[int, ...] = ()
