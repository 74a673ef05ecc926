"""What each article contributes to each node of the graph, and the node that all contributions make.

A node is made from its contributions alone, in any order; so an article that goes takes with it what it brought, and
nothing else.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from kg import codec, graph, rdf, resolve, shapes
from kg.errors import ConfigurationError
from kg.graph import Gathered
from kg.model import Article, Entity, Fact
from kg.ontology import BASE, KG
from kg.rdf import Lit, Names, Row
from kg.resolve.decisions import fact_side
from kg.resolve.desk import Found, Read
from kg.shapes import Quarantined


@dataclass(frozen=True, slots=True)
class Given:
    """A story as it was compared.

    original: id of the article whose text it repeats, "" if it repeats none
    """

    article: Article
    read: Read
    original: str = ""


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one article gives the graph.

    facts: those that conform to the shapes, their ends with ids; article: without what broke a shape
    parts: node -> what it gives it, as JSON; set_aside: (article, what, reason) of what broke a shape
    """

    article: Article
    facts: tuple[Fact, ...]
    parts: Mapping[str, str]
    set_aside: tuple[tuple[str, str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Node:
    """A node of all contributions: its entity, if it is one, and its triples in graph.ttl and in evidence.ttl."""

    entity: Entity | None
    rows: tuple[Row, ...]
    proof: tuple[Row, ...]


def contribute(given: Sequence[Given], base: str = BASE) -> list[Contribution]:
    """What articles give the graph, each by itself; what breaks a shape is set aside.

    base: as for kg.graph.build. Raises what kg.graph.build and kg.shapes.quarantine raise.
    """
    drafts = [_drafted(one, base) for one in given]
    # One check for all of them, each with IRIs of its own, and one by one only if something is wrong.
    small = [_small(draft) for draft in drafts]
    if not shapes.conform("".join(_apart(text, number, base) for number, text in enumerate(small))):
        drafts = [
            draft if shapes.conform(text) else _mended(draft, base) for draft, text in zip(drafts, small, strict=True)
        ]
    return [_contribution(draft) for draft in drafts]


def combine(subject: str, parts: Iterable[str], names: Names) -> Node:
    """The node that contributions make; subject: its id; names: for its base alone."""
    iri = names.iri(subject)
    rows: set[Row] = set()
    proof: set[Row] = set()
    days: set[dt.date] = set()
    texts: set[str] = set()
    whole: dict[str, Found] = {}
    for part in parts:
        told = json.loads(part)
        rows.update(_row(iri, row, names.base) for row in told.get("g", ()))
        proof.update(_row(iri, row, names.base) for row in told.get("p", ()))
        days.update(map(dt.date.fromisoformat, told.get("d", ())))
        texts.update(told.get("s", ()))
        if "e" in told:
            resolve.merge(whole, subject, _found(told["e"]))
    entity = resolve.entity(subject, whole[subject]) if whole else None
    if entity:
        rows.update(graph.entity_rows(entity, names)[0])
    if days:
        rows.update(graph.observed(iri, days))
    if texts:
        proof.add(graph.independent(iri, texts))
    return Node(entity, rdf.in_order(rows), rdf.in_order(proof - rows))


@dataclass(slots=True)
class _Draft:
    """The graph of one article alone. entities: id -> rows about it, and those about other nodes."""

    given: Given
    names: Names
    gathered: Gathered
    entities: dict[str, tuple[list[Row], list[Row]]]
    set_aside: tuple[tuple[str, str, str], ...] = ()


def _drafted(one: Given, base: str, set_aside: tuple[tuple[str, str, str], ...] = ()) -> _Draft:
    entities = {ident: resolve.entity(ident, found) for ident, found in one.read.entities.items()}
    names = Names(entities.values(), base, one.read.granters)
    gathered = graph.gather(one.read.facts, [one.article], names, {})
    about = {ident: graph.entity_rows(entity, names) for ident, entity in entities.items()}
    return _Draft(one, names, gathered, about, set_aside)


def _small(draft: _Draft) -> str:
    """The graph of one article alone as N-Triples, to be checked."""
    gathered = draft.gathered
    rows = gathered.rows | gathered.proof
    for about in draft.entities.values():
        rows.update(*about)
    rows.update(graph.independent(claim, texts) for claim, texts in gathered.sources.items())
    for span, days in gathered.days.items():
        rows.update(graph.observed(span, days))
    return rdf.ntriples(rows)


def _apart(text: str, number: int, base: str) -> str:
    """The triples with IRIs that no other article's have."""
    return text.replace(f"<{base}id/", f"<urn:{number}:")


def _mended(draft: _Draft, base: str) -> _Draft:
    """An article without what breaks a shape."""
    one = draft.given
    checked = shapes.quarantine(draft.names.entities.values(), one.read.facts, [one.article], base)
    found = {}
    for entity in checked.entities:
        what, names = one.read.entities[entity.id], {name for name, _ in entity.attributes}
        found[entity.id] = replace(what, attributes={pair for pair in what.attributes if pair[0] in names})
    granters = {wording: ident for wording, ident in one.read.granters.items() if ident in found}
    read = replace(one.read, facts=checked.facts, entities=found, granters=granters)
    set_aside = tuple(sorted(map(_said, checked.quarantined)))
    return _drafted(replace(one, article=checked.articles[0], read=read), base, set_aside)


def _contribution(draft: _Draft) -> Contribution:
    one, gathered, base = draft.given, draft.gathered, draft.names.base
    if one.original:
        gathered.rows.add(graph.reprint(one.article, one.original, draft.names))
    parts: dict[str, dict[str, Any]] = defaultdict(dict)
    for ident, found in one.read.entities.items():
        parts[ident]["e"] = [
            found.key,
            sorted(found.types.items()),
            sorted(found.labels),
            sorted(found.wordings),
            sorted(found.attributes),
        ]
        gathered.rows.update(draft.entities[ident][1])
    for letter, rows in (("g", gathered.rows), ("p", gathered.proof - gathered.rows)):
        by_node: dict[str, list[list[str]]] = defaultdict(list)
        for subject, predicate, end in rows:
            by_node[subject.removeprefix(base)].append(_short_row(predicate, end, base))
        for ident, own in by_node.items():
            parts[ident][letter] = sorted(own)
    for claim in gathered.sources:
        parts[claim.removeprefix(base)]["s"] = [one.original or one.article.id]
    for span, days in gathered.days.items():
        parts[span.removeprefix(base)]["d"] = sorted(day.isoformat() for day in days)
    told = {ident: codec.dumps(part) for ident, part in parts.items()}
    return Contribution(one.article, one.read.facts, told, draft.set_aside)


def _said(one: Quarantined) -> tuple[str, str, str]:
    match one.what:
        case Fact():
            return one.what.article, fact_side(one.what), one.reason
        case Entity():
            return "", one.what.label, one.reason
        case Article():
            return one.what.id, one.what.title, one.reason


def _found(told: Any) -> Found:
    key, types, labels, wordings, attributes = told
    return Found(key, Counter(dict(types)), set(labels), set(wordings), {(name, value) for name, value in attributes})


@lru_cache(1 << 12)
def _predicate(iri: str) -> str:
    return ":" + iri[len(KG) :] if iri.startswith(KG) else iri


def _short(iri: str, base: str) -> str:
    """An IRI as the ledger has it: @ for the base, : for the ontology."""
    if iri.startswith(base):
        return "@" + iri[len(base) :]
    return ":" + iri[len(KG) :] if iri.startswith(KG) else iri


def _long(iri: str, base: str) -> str:
    return base + iri[1:] if iri[0] == "@" else KG + iri[1:] if iri[0] == ":" else iri


def _short_row(predicate: str, end: str | Lit, base: str) -> list[str]:
    return [_predicate(predicate), _short(end, base)] if isinstance(end, str) else [_predicate(predicate), *end]


def _row(subject: str, row: Sequence[str], base: str) -> Row:
    match row:
        case [predicate, end]:
            return subject, _long(predicate, base), _long(end, base)
        case [predicate, value, language, datatype]:
            return subject, _long(predicate, base), Lit(value, language, datatype)
    raise ConfigurationError(f"{subject}: the ledger has a row of {len(row)} fields; build again from the pages")
