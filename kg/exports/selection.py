"""Part of a store: the facts about something, as far as some steps away, or those that papers told since a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from kg import sparql
from kg.endpoint import Endpoint
from kg.errors import UsageError
from kg.ontology import KG, RDF, RDFS, load
from kg.rows import Rows
from kg.store import Store

if TYPE_CHECKING:
    import pyoxigraph as ox

CALLED = "SELECT DISTINCT ?thing { ?thing rdfs:label|skos:altLabel $name } ORDER BY ?thing"


def local(store: Store) -> Store:
    """The store itself, or a copy in memory of one that is a server."""
    import pyoxigraph as ox

    if not isinstance(store.source, Endpoint):
        return store
    copy = ox.Store()
    copy.bulk_extend(ox.Quad(t.subject, t.predicate, t.object) for t in store.triples())
    return Store(store.name, copy, store.base)


def select(store: Store, about: str = "", depth: int = 1, since: dt.date | None = None) -> Store:
    """The chosen facts, with their evidence and a description of all they name, as a store in memory.

    about: a name, or an IRI, whole or short; "" is everything; depth: how many facts away from it, 1 or more
    since: facts that an article of that day or later tells, with its evidence alone; None is always
    Raises UsageError where nothing has that name.
    """
    import pyoxigraph as ox

    graph = _Graph(local(store).source)  # type: ignore[arg-type]
    if about:
        claims = _around(graph, _called(store, about), depth)
    else:
        claims = set(graph.subjects(graph.type, ox.NamedNode(KG + "Claim")))
    chosen = ox.Store()
    for claim in sorted(claims, key=str):
        evidence = [one for one in graph.objects(claim, graph.evidence) if _since(graph, one, since)]
        if evidence:
            chosen.extend(ox.Quad(t.subject, t.predicate, t.object) for t in _told(graph, claim, evidence))
    return Store(store.name, chosen, store.base)


class _Graph:
    """A database by pattern, with the predicates that are asked for."""

    def __init__(self, source: ox.Store) -> None:
        import pyoxigraph as ox

        self.source = source
        self.evidence, self.article = ox.NamedNode(KG + "evidence"), ox.NamedNode(KG + "inArticle")
        self.label, self.type = ox.NamedNode(RDFS + "label"), ox.NamedNode(RDF + "type")
        self.mentions, self.published = ox.NamedNode(KG + "mentions"), ox.NamedNode(KG + "publishedOn")
        self.ends = ox.NamedNode(RDF + "subject"), ox.NamedNode(RDF + "object")
        self.predicate, self.phase = ox.NamedNode(RDF + "predicate"), ox.NamedNode(KG + "hasPhase")
        facts = [prop for prop in load().properties.values() if prop.fact]
        self.stated = {KG + name for prop in facts for name in (prop.name, prop.planned) if name}

    def objects(self, subject: ox.NamedNode, predicate: ox.NamedNode) -> list[ox.NamedNode]:
        """What a triple leads to."""
        return [quad.object for quad in self.source.quads_for_pattern(subject, predicate, None)]  # type: ignore[misc]

    def subjects(self, predicate: ox.NamedNode, object: ox.NamedNode) -> list[ox.NamedNode]:
        """What leads there."""
        return [quad.subject for quad in self.source.quads_for_pattern(None, predicate, object)]  # type: ignore[misc]

    def about(self, node: ox.NamedNode) -> Iterator[ox.Triple]:
        """All that is said of a node itself."""
        return (quad.triple for quad in self.source.quads_for_pattern(node, None, None))

    def named(self, node: object) -> bool:
        """Whether a node has a name of its own, and is not a figure, a date or the like."""
        return next(self.source.quads_for_pattern(node, self.label, None), None) is not None  # type: ignore[arg-type]


def _called(store: Store, about: str) -> list[ox.NamedNode]:
    """The things of that name or IRI. Raises UsageError where there is none."""
    import pyoxigraph as ox

    prefix, colon, _ = about.partition(":")
    if colon and (prefix in store.prefixes or about.startswith(("http://", "https://", "<"))):
        node = sparql.term(about, "iri", store.prefixes)
        if store.query("ASK { $node ?p ?o }", node=node):
            return [node]  # type: ignore[list-item]
        raise UsageError(f"{about}: the store says nothing of it")
    name = sparql.term(about)
    found = store.query(CALLED, name=name)
    if isinstance(found, Rows) and found:
        return [row[0] for row in found.terms if isinstance(row[0], ox.NamedNode)]
    raise UsageError(next(store.unknown({"about": name}), f"{about}: nothing has that name"))


def _around(graph: _Graph, start: Iterable[ox.NamedNode], depth: int) -> set[ox.NamedNode]:
    """The claims that are up to `depth` facts away from the start; a phase counts as its project."""
    claims: set[ox.NamedNode] = set()
    seen: set[ox.NamedNode] = set()
    edge = set(start)
    for _ in range(depth):
        edge |= {phase for node in edge for phase in graph.objects(node, graph.phase)}
        seen |= edge
        found = {claim for node in edge for end in graph.ends for claim in graph.subjects(end, node)}
        claims |= found
        edge = {node for claim in found for end in graph.ends for node in graph.objects(claim, end)} - seen
    return claims


def _since(graph: _Graph, evidence: ox.NamedNode, since: dt.date | None) -> bool:
    """Whether an evidence stands in an article of that day or later."""
    if since is None:
        return True
    days = [
        day for article in graph.objects(evidence, graph.article) for day in graph.objects(article, graph.published)
    ]
    return any(day.value >= since.isoformat() for day in days)


def _told(graph: _Graph, claim: ox.NamedNode, evidence: list[ox.NamedNode]) -> Iterator[ox.Triple]:
    """A claim with some of its evidence, its direct triple if it has one, and what its nodes are."""
    import pyoxigraph as ox

    for triple in graph.about(claim):
        if triple.predicate != graph.evidence or triple.object in evidence:
            yield triple
    subject, object = (graph.objects(claim, end)[0] for end in graph.ends)
    predicate = graph.objects(claim, graph.predicate)[0]
    if ox.Quad(subject, predicate, object) in graph.source:
        yield ox.Triple(subject, predicate, object)
    for one in evidence:
        yield from graph.about(one)
        for article in graph.objects(one, graph.article):
            yield from _described(graph, article)
    for node in (subject, object):
        yield from _described(graph, node)
    for first, second in (("person", "post"), ("recipient", "honour")):
        # A membership or an award says more of the same fact.
        both = (graph.subjects(ox.NamedNode(KG + name), end) for name, end in ((first, subject), (second, object)))
        for node in set.intersection(*map(set, both)):
            yield from _described(graph, node)


def _described(graph: _Graph, node: ox.NamedNode, seen: frozenset[str] = frozenset()) -> Iterator[ox.Triple]:
    """What a node is: its literals, class, and structure; figures and dates in full, what has a name by its name."""
    import pyoxigraph as ox

    for triple in graph.about(node):
        if not isinstance(triple.object, ox.NamedNode) or triple.predicate == graph.type:
            yield triple
        elif triple.predicate != graph.mentions and triple.predicate.value not in graph.stated:
            yield triple
            if triple.object.value not in seen:
                inner = seen | {node.value}
                if graph.named(triple.object):
                    for one in graph.about(triple.object):
                        if one.predicate in (graph.label, graph.type):
                            yield one
                else:
                    yield from _described(graph, triple.object, inner)
