"""What the page shows: nodes, relations, facts and sentences as plain JSON values."""

from __future__ import annotations

import tomllib
from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Any

from kg.errors import ConfigurationError
from kg.model import Article, Entity, Fact, Quantity, Ref, TimeSpan

FOCUS_LIMIT = 150
"""nodes drawn when the page opens; more is a hairball"""
Carried = Mapping[tuple[str, int, int], str]
"""(article's id, start, end) -> the words there, counted in code points of its document as in `Fact.antecedent`"""


@dataclass(frozen=True, slots=True)
class Content:
    """All that the page needs besides coordinates; facts and relations name nodes by their place in `nodes`.

    nodes: id, label, type and aliases, sorted by id
    relations: distinct (subject, object, predicate), sorted
    facts: one JSON object each, in the order given: s, p, o (a node's place, or a value), t (a sentence's place),
        marks, rule, status, conf, q, inferred
    sentences: (article's place, start in its document, quote), each sentence once
    articles: those that facts come from
    drawn: the nodes of types that are not folded
    focus: the nodes drawn when a small graph's page opens, best connected first
    opening: the nodes that share a layout with `focus`: all of unfolded type if they are few, else itself
    labels: the tables of labels.toml
    """

    nodes: list[dict[str, Any]]
    relations: list[tuple[int, int, str]]
    facts: list[dict[str, Any]]
    sentences: list[tuple[int, int, str]]
    articles: list[dict[str, str]]
    drawn: list[int]
    focus: list[int]
    opening: list[int]
    labels: dict[str, Any]


def load_labels(chinese: Mapping[str, str]) -> dict[str, Any]:
    """The tables of `kg/data/labels.toml`, their Chinese predicate and type labels replaced by those given."""
    text = files("kg").joinpath("data/labels.toml").read_text(encoding="utf-8")
    labels: dict[str, Any] = tomllib.loads(text)
    for section in ("predicates", "types"):
        for name, entry in labels[section].items():
            entry["zh"] = chinese.get(name, entry["zh"])
    return labels


def collect(
    entities: Sequence[Entity],
    facts: Sequence[Fact],
    articles: Sequence[Article],
    labels: dict[str, Any],
    carried: Carried | None = None,
) -> Content:
    """Gather what the page shows of these facts.

    A reference without id is text in the fact, not a node, save the subject of a byline: it is the article itself.
    carried: the words at facts' antecedents; those it lacks are taken from the article's text, if that has come along
    Raises ConfigurationError if a fact names an entity or article that is not given, or has a subject without id.
    """
    by_id = {entity.id: entity for entity in entities}
    by_article = {article.id: article for article in articles}
    met: dict[str, dict[str, Any]] = {}
    ends = [
        (_node(fact, fact.subject, by_id, by_article, met), _object(fact, by_id, by_article, met)) for fact in facts
    ]
    nodes = [met[id_] for id_ in sorted(met)]
    place = {node["id"]: number for number, node in enumerate(nodes)}

    used = sorted({fact.article for fact in facts})
    article_place = {name: number for number, name in enumerate(used)}
    sentence_place: dict[tuple[str, int, int], int] = {}
    sentences: list[tuple[int, int, str]] = []
    rows: list[dict[str, Any]] = []
    for fact, (subject, (object_, value)) in zip(facts, ends, strict=True):
        key = (fact.article, fact.start, fact.end)
        if key not in sentence_place:
            sentence_place[key] = len(sentences)
            sentences.append((article_place[fact.article], fact.start, fact.quote))
        row = {
            "s": place[subject],
            "p": fact.predicate,
            "o": place[object_] if object_ else value,
            "t": sentence_place[key],
            "marks": _marks(fact),
            "rule": fact.rule,
            "status": fact.status,
            "conf": round(fact.confidence, 3),
        }
        if fact.qualifiers:
            row["q"] = fact.qualifiers
        if fact.inferred:
            row["inferred"] = _words(by_article[fact.article], fact.antecedent, carried or {})
        rows.append(row)

    relations = sorted({(row["s"], row["o"], row["p"]) for row in rows if isinstance(row["o"], int)})
    drawn = [
        number for number, node in enumerate(nodes) if not labels["types"].get(node["type"], {}).get("folded", False)
    ]
    focus = _focus(drawn, relations)
    return Content(
        nodes=nodes,
        relations=relations,
        facts=rows,
        sentences=sentences,
        articles=[_article(by_article[name]) for name in used],
        drawn=drawn,
        focus=focus,
        opening=drawn if len(drawn) <= FOCUS_LIMIT else sorted(focus),
        labels=labels,
    )


def _node(
    fact: Fact,
    ref: Ref,
    by_id: Mapping[str, Entity],
    by_article: Mapping[str, Article],
    met: dict[str, dict[str, Any]],
) -> str:
    """Id of the node that the fact's subject stands for; its record goes to `met`."""
    if fact.article not in by_article:
        raise ConfigurationError(f"{fact.article}: a fact ({fact.predicate}) of an article that is not given")
    if ref.id in by_id:
        if ref.id not in met:
            entity = by_id[ref.id]
            aliases = [alias for alias in entity.aliases if alias != entity.label]
            met[ref.id] = {"id": entity.id, "label": entity.label, "type": entity.type, "aliases": aliases}
        return ref.id
    if ref.type == "Article":
        article = by_article[fact.article]
        id_ = ref.id or f"article/{article.id}"
        met[id_] = {"id": id_, "label": article.title or article.id, "type": "Article", "aliases": []}
        return id_
    raise ConfigurationError(f"{fact.article}: {fact.predicate} names {ref.label!r}, id {ref.id!r}: no such entity")


def _object(
    fact: Fact, by_id: Mapping[str, Entity], by_article: Mapping[str, Article], met: dict[str, dict[str, Any]]
) -> tuple[str, dict[str, Any]]:
    """Id of the node that the fact's object stands for, its record gone to `met`, or "" and its value."""
    match fact.object:
        case Ref(id="", type=type_, label=label) if type_ != "Article":
            return "", {"text": label}
        case Ref() as ref:
            return _node(fact, ref, by_id, by_article, met), {}
        case Quantity(value=number, unit=unit, modifier=modifier, text=text):
            return "", {"text": text, "value": str(number), "unit": unit, "mod": modifier}
        case TimeSpan(text=text, iso=iso):
            return "", {"text": text, "date": iso}


def _marks(fact: Fact) -> list[tuple[int, int]]:
    """The fact's marked words, in code points from the start of its sentence."""
    first, length = fact.start, fact.end - fact.start
    spans = [(max(start - first, 0), min(end - first, length)) for start, end in fact.marks]
    return sorted(span for span in spans if span[0] < span[1])


def _words(article: Article, span: tuple[int, int] | None, carried: Carried) -> str:
    """The words at a span of the article's document, "" without one and where nobody knows them."""
    if span is None:
        return ""
    known = carried.get((article.id, *span))
    if known is not None:
        return known
    return article.text[bisect_left(article.offsets, span[0]) : bisect_left(article.offsets, span[1])]


def _article(article: Article) -> dict[str, str]:
    """What a citation needs; source is a web address, which becomes the link, or a page of the paper."""
    meta = article.metadata
    source = meta.source or ""
    link = source if source.startswith(("http://", "https://")) else ""
    told = {
        "id": article.id,
        "title": article.title,
        "date": meta.date.isoformat() if meta.date else "",
        "publisher": meta.publisher or "",
        "page": "" if link else source,
        "file": article.source,
        "link": link,
    }
    return {name: value for name, value in told.items() if value}


def _focus(drawn: Sequence[int], relations: Sequence[tuple[int, int, str]]) -> list[int]:
    """Those of the drawn nodes that have most neighbours among them, without whom that leaves alone.

    js/selection.js applies the same rule.
    """
    neighbours: dict[int, set[int]] = {number: set() for number in drawn}
    for subject, object_, _ in relations:
        if subject != object_ and subject in neighbours and object_ in neighbours:
            neighbours[subject].add(object_)
            neighbours[object_].add(subject)
    linked = (number for number in drawn if neighbours[number])
    chosen = sorted(linked, key=lambda number: (-len(neighbours[number]), number))[:FOCUS_LIMIT]
    return [number for number in chosen if not neighbours[number].isdisjoint(chosen)]
