"""Why a sentence gives the facts it gives: its mentions, the rule behind each fact, and the guard behind each veto."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg import export, gazetteer, pipeline, read, resolve, rulebook, split, tag
from kg.errors import UsageError
from kg.model import Article, Block, Document, Entity, Fact, Mention, Metadata, Quantity, Skipped, TimeSpan
from kg.pattern import CLASSES, symbols
from kg.people import reading
from kg.rulebook import Rulebook
from kg.tag import TaggedArticle, TaggedSentence, statistical
from kg.text import normalise


@dataclass(frozen=True, slots=True)
class Veto:
    """A match of a rule that one of its guards stopped: the words matched, and the guard as the rule states it."""

    rule: str
    text: str
    guard: str


@dataclass(frozen=True, slots=True)
class Explained:
    """A sentence with what was found in it. Offsets of mentions are those of the text explained."""

    article: str
    text: str
    kind: str
    mentions: tuple[Mention, ...]
    facts: tuple[Fact, ...]
    vetoes: tuple[Veto, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """The sentences of a text, the entities its facts name, and what could not be read."""

    sentences: tuple[Explained, ...]
    entities: Mapping[str, Entity]
    skipped: tuple[Skipped, ...]


def explain(
    text: str, *, place: str | None = None, date: dt.date | None = None, tagger: str = "onnx", names: Path | None = None
) -> Explanation:
    """Explain a sentence, or a file if `text` is the path of one.

    place, date, tagger, names: as for kg.build. Raises UsageError for an empty text and as kg.build does.
    """
    from kg import dictionary

    own = dictionary.load(names) if names else None
    metadata = Metadata(date=date, place=place)
    documents, skipped = _documents(text, metadata)
    places = gazetteer.load()
    items = []
    homes = {}
    for document in documents:
        homes[document.source], _ = places.home(document.text, document.metadata.place)
        articles, refused = split.articles(document)
        if refused and not os.path.isfile(text):
            articles, refused = [_whole(document)], []
        skipped += refused
        items += [(article, split.sentences(article)) for article in articles]
    tagged = tag.tag(items, statistical.load(tagger), places, own.find if own else None)
    found = pipeline.extracted(tagged, documents, homes)
    articles = [article for article, _ in items]
    resolved = resolve.resolve(found, articles, homes, places, own.canonical if own else None)
    entities, facts = resolved.entities, resolved.facts
    book = rulebook.load(examples=True)
    sentences = [_explained(one, ts, facts, book) for one in tagged for ts in one.sentences]
    return Explanation(tuple(sentences), {entity.id: entity for entity in entities}, tuple(skipped))


def facts(
    sentence: str, *, place: str | None = None, date: dt.date | None = None, tagger: str = "onnx"
) -> list[dict[str, Any]]:
    """The facts of a sentence or a short text, as rows of facts.jsonl.

    place: what 我区 stands for; date: the day of publication, from which 昨天 is counted
    """
    found = explain(sentence, place=place, date=date, tagger=tagger)
    return [export.fact_row(fact) for one in found.sentences for fact in one.facts]


def as_json(explanation: Explanation) -> list[dict[str, Any]]:
    """One object a sentence: article, text, kind, mentions, facts, vetoes."""
    return [
        {
            "article": one.article,
            "text": one.text,
            "kind": one.kind,
            "mentions": [
                {"type": m.type, "text": m.text, "start": m.start, "end": m.end, "value": _value(m), "by": m.by}
                for m in one.mentions
            ],
            "facts": [export.fact_row(fact) for fact in one.facts],
            "vetoes": [{"rule": veto.rule, "text": veto.text, "guard": veto.guard} for veto in one.vetoes],
        }
        for one in explanation.sentences
    ]


def as_text(explanation: Explanation) -> str:
    """The explanation for a terminal."""
    return "\n".join(line for one in explanation.sentences for line in _lines(one, explanation.entities))


def _lines(one: Explained, entities: Mapping[str, Entity]) -> Iterator[str]:
    yield f"「{one.text}」 {one.kind}" if one.kind != "body" else f"「{one.text}」"
    for m in one.mentions:
        value = _value(m)
        yield f"  提及  {m.type:<16}{m.text}" + (f" = {value}" if value not in ("", m.text) else "") + f"  [{m.by}]"
    for fact in one.facts:
        qualifiers = "".join(f" {name}={value}" for name, value in fact.qualifiers)
        marks = "".join(
            f"，{mark}" for mark in (fact.status * (fact.status != "actual"), "承前" * fact.inferred) if mark
        )
        ends = [_end(end, entities) for end in (fact.subject, fact.object)]
        yield f"  事实  {ends[0]} {fact.predicate} {ends[1]}{qualifiers}  [{fact.rule}，{fact.confidence:.2f}{marks}]"
    for veto in one.vetoes:
        yield f"  否决  {veto.rule}：「{veto.text}」，因 unless {veto.guard}"


def _end(end: object, entities: Mapping[str, Entity]) -> str:
    if isinstance(end, Quantity | TimeSpan):
        return rulebook.value_text(end)
    label, ident = getattr(end, "label", ""), getattr(end, "id", "")
    full = entities[ident].label if ident in entities else label
    return str(label) if full == label else f"{label}（{full}）"


def _value(mention: Mention) -> str:
    value = mention.value
    return rulebook.value_text(value) if isinstance(value, Quantity | TimeSpan) else value or ""


def _documents(text: str, metadata: Metadata) -> tuple[list[Document], list[Skipped]]:
    if os.path.isfile(text):
        given = list(read.read([Path(text)], metadata=metadata))
        return [d for d in given if isinstance(d, Document)], [s for s in given if isinstance(s, Skipped)]
    if not text.strip():
        raise UsageError("there is nothing to explain: give a sentence or a file")
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
    return [Document("sentence", text, "text/plain", digest, metadata)], []


def _whole(document: Document) -> Article:
    """The text as one paragraph: a sentence by itself is no article to kg.split."""
    text, offsets = normalise(document.text, 0, len(document.text))
    if not text.strip():
        raise UsageError("there is nothing to explain: the text has no visible character")
    blocks = (Block("body", 0, len(text)),)
    end = len(document.text)
    return Article(document.source, document.source, "", text, offsets, blocks, 0, end, document.metadata)


def _explained(one: TaggedArticle, ts: TaggedSentence, facts: Sequence[Fact], book: Rulebook) -> Explained:
    start, end = one.article.to_document(ts.sentence.start, ts.sentence.end)
    own = tuple(f for f in facts if f.article == one.article.id and (f.start, f.end) == (start, end))
    return Explained(one.article.id, ts.sentence.text, ts.sentence.kind, ts.mentions, own, tuple(_vetoes(ts, book)))


def _vetoes(ts: TaggedSentence, book: Rulebook) -> Iterator[Veto]:
    sentence = ts.sentence
    said = reading(ts)
    for rule, encoded in book.candidates(said.plain, said.grouped):
        if sentence.kind in rule.blocks:
            for match in rulebook.matches(rule, encoded, said.groups):
                if match.vetoed:
                    text = sentence.text[match.start - sentence.start : match.end - sentence.start]
                    yield Veto(rule.name, text, _readable(match.vetoed))


def _readable(pattern: str) -> str:
    """A compiled guard with the names of classes for their symbols."""
    for name in CLASSES:
        symbol = symbols(name).strip("[]")
        if len(symbol) == 1:
            pattern = pattern.replace(f"[{symbol}]", f"<{name}>").replace(symbol, f"<{name}>")
    return re.sub(r"\(\?P<\w+>(<\w+>)\)", r"\1", pattern)
