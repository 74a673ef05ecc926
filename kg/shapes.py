"""Checking the graph against its SHACL shapes; what breaks one is set aside with its reason, never dropped unseen."""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from kg.errors import ConfigurationError
from kg.graph import Graph, build, membership, state
from kg.model import Article, Entity, Fact, Ref
from kg.ontology import BASE, FILES, KG, RDFS, SHACL, article_id, folder, load
from kg.rdf import Names, as_rdflib

if TYPE_CHECKING:
    import rdflib
    from pyoxigraph import Triple

ATTRIBUTES = {
    "code": "code",
    "level": "level",
    "postIn": "body",
    "branchOf": "branchOf",
    "phase": "phase",
} | dict.fromkeys(("partOf", "parentOrganization"), "parent")
"""The properties that come from an entity's attribute, and which."""


@dataclass(frozen=True, slots=True)
class Violation:
    """What breaks a shape.

    node: IRI of the node at fault; path: the property concerned, "" if none is; value: IRI of its value, "" if none is
    reason: the shape's message
    """

    node: str
    path: str
    value: str
    reason: str


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A fact that was set aside, or an entity or article of which something was; and why."""

    what: Fact | Entity | Article
    reason: str


@dataclass(frozen=True, slots=True)
class Checked:
    """What conforms, its graph, and what was set aside, in the order of the rounds that found it."""

    entities: tuple[Entity, ...]
    facts: tuple[Fact, ...]
    articles: tuple[Article, ...]
    graph: Graph
    quarantined: tuple[Quarantined, ...]


def validate(graph: Graph) -> tuple[Violation, ...]:
    """The shapes' violations in the graph, sorted; () if it conforms.

    pyshacl is run without inference over the triples and the class tree, which is all that the shapes ask for.
    """
    import pyshacl
    import rdflib

    shapes, owners = _shapes()
    data = _rdflib((*graph.facts, *graph.evidence))
    conforms, results, text = pyshacl.validate(data, shacl_graph=shapes, inference="none", inplace=True)
    if conforms:
        return ()
    if not isinstance(results, rdflib.Graph):
        raise ConfigurationError(f"{FILES[2]}: {text}")
    return tuple(sorted(_violations(results, owners), key=dataclasses.astuple))


def conform(triples: str) -> bool:
    """Whether triples, as N-Triples, conform to the shapes of single nodes: quick, and it does not say what is wrong.

    The three queries over the whole graph are left out, as what they ask holds by the way the graph is made; `validate`
    asks them too. shacl-rust takes 4 microseconds a triple, pyshacl 60 (and agrees, which the tests check).
    """
    import shacl_rust

    done: bool = shacl_rust.conforms(triples + _tree_text(), _node_shapes(), data_format="nt", experimental_index=True)
    return done


def quarantine(
    entities: Iterable[Entity],
    facts: Iterable[Fact],
    articles: Iterable[Article],
    base: str = BASE,
    reprints: Mapping[str, str] | None = None,
) -> Checked:
    """Set aside what breaks a shape until the rest conforms.

    A fact goes whole. An entity loses the attribute at fault, and goes, with the facts that name it, only where its
    label is at fault. An article loses its date. Raises ConfigurationError for a violation that none of them
    explains, and as `kg.graph.build` does.
    """
    kept_entities, kept, kept_articles = tuple(entities), tuple(facts), tuple(articles)
    quarantined: list[Quarantined] = []
    while True:
        graph = build(kept_entities, kept, kept_articles, base, reprints)
        violations = validate(graph)
        if not violations:
            return Checked(kept_entities, kept, kept_articles, graph, tuple(quarantined))
        names = Names(kept_entities, base)
        # Entities and articles first: mended, they may clear the facts that name them.
        mended = _entity_faults(violations, names)
        dated = _article_faults(violations, kept_articles, names)
        if mended or dated:
            quarantined += [Quarantined(entity, reason) for entity, reason, _ in mended.values()]
            quarantined += [Quarantined(article, dated[article.id]) for article in kept_articles if article.id in dated]
            faults = {
                place: mended[ref.id][1]
                for place, fact in enumerate(kept)
                for ref in (fact.subject, fact.object)
                if isinstance(ref, Ref) and ref.id in mended and mended[ref.id][2] is None
            }
            left = (mended[one.id][2] if one.id in mended else one for one in kept_entities)
            kept_entities = tuple(one for one in left if one is not None)
            kept_articles = tuple(_undated(one) if one.id in dated else one for one in kept_articles)
        else:
            faults = _fact_faults(violations, kept, names)
        quarantined += [Quarantined(kept[place], reason) for place, reason in sorted(faults.items())]
        kept = tuple(fact for place, fact in enumerate(kept) if place not in faults)


def _entity_faults(violations: Iterable[Violation], names: Names) -> dict[str, tuple[Entity, str, Entity | None]]:
    """By id: the entity at fault, why, and what is left of it."""
    faults: dict[str, tuple[Entity, str, Entity | None]] = {}
    for violation in violations:
        entity = names.entities.get(violation.node.removeprefix(names.base))
        if entity is None or entity.id in faults:
            continue
        if violation.path == RDFS + "label":
            faults[entity.id] = (entity, violation.reason, None)
        elif name := ATTRIBUTES.get(violation.path.removeprefix(KG)):
            left = tuple(pair for pair in entity.attributes if pair[0] != name)
            if left != entity.attributes:
                faults[entity.id] = (entity, violation.reason, dataclasses.replace(entity, attributes=left))
    return dict(sorted(faults.items()))


def _article_faults(violations: Iterable[Violation], articles: Iterable[Article], names: Names) -> dict[str, str]:
    """Ids of the articles whose date is at fault, and why."""
    dates = {violation.node: violation.reason for violation in violations if violation.path == KG + "publishedOn"}
    iris = {article.id: names.iri(article_id(article.id, article.source)) for article in articles}
    return {ident: dates[iri] for ident, iri in iris.items() if iri in dates}


def _undated(article: Article) -> Article:
    return dataclasses.replace(article, metadata=dataclasses.replace(article.metadata, date=None))


def _fact_faults(violations: Iterable[Violation], facts: Iterable[Fact], names: Names) -> dict[int, str]:
    """Places of the facts that made the nodes at fault, and why. Raises ConfigurationError where no fact did."""
    triples: dict[tuple[str, str, str], set[int]] = defaultdict(set)
    nodes: dict[str, set[int]] = defaultdict(set)
    for place, fact in enumerate(facts):
        said = state(fact, names)
        for value in ("", said.object):
            triples[said.subject, said.predicate, value].add(place)
        made = {said.subject, said.object, said.claim, said.evidence, *(row[0] for row in said.rows)}
        if fact.predicate == "holdsPost":
            made.add(membership(said.subject, said.object, names))
        for node in made:
            nodes[node].add(place)
    faults: dict[int, str] = {}
    for violation in violations:
        about = (violation.node, violation.path)
        places = triples.get((*about, violation.value)) or triples.get((*about, "")) or nodes.get(violation.node)
        if not places:
            raise ConfigurationError(f"{FILES[2]}: {violation.node}: {violation.reason}, and no fact is to blame")
        for place in places:
            faults.setdefault(place, violation.reason)
    return faults


@cache
def _shapes() -> tuple[rdflib.Graph, dict[rdflib.term.Node, str]]:
    """The shapes, and which predicate's subjects each node shape is about."""
    import rdflib

    shapes = rdflib.Graph().parse(folder() / FILES[2], format="turtle")
    owners = shapes.subject_objects(rdflib.URIRef(SHACL + "targetSubjectsOf"))
    return shapes, {shape: str(predicate) for shape, predicate in owners}


@cache
def _node_shapes() -> str:
    """The shapes without those that are queries, as Turtle."""
    import rdflib

    shapes = rdflib.Graph().parse(folder() / FILES[2], format="turtle")
    for shape in list(shapes.subjects(rdflib.URIRef(SHACL + "sparql"))):
        shapes.remove((shape, None, None))
    return shapes.serialize(format="turtle")


@cache
def _tree_text() -> str:
    """The ontology's tree of classes as N-Triples."""
    tree = ((name, one) for name, above in load().classes.items() for one in above)
    return "".join(f"<{KG}{name}> <{RDFS}subClassOf> <{KG}{one}> .\n" for name, one in tree)


def _violations(results: rdflib.Graph, owners: dict[rdflib.term.Node, str]) -> Iterable[Violation]:
    import rdflib

    def one(node: rdflib.term.Node, name: str) -> rdflib.term.Node | None:
        return results.value(node, rdflib.URIRef(SHACL + name))

    for result in results.objects(None, rdflib.URIRef(SHACL + "result")):
        node, path, value = one(result, "focusNode"), one(result, "resultPath"), one(result, "value")
        predicate = path if isinstance(path, rdflib.URIRef) else owners.get(one(result, "sourceShape") or result, "")
        messages = sorted(str(message) for message in results.objects(result, rdflib.URIRef(SHACL + "resultMessage")))
        reason = messages[0] if messages else f"{node} breaks a shape"
        if one(result, "sourceConstraint") is not None:
            # A query over the whole graph: its focus is a term of the ontology, the node at fault is the value.
            yield Violation(str(value), "", "", reason)
        else:
            yield Violation(str(node), str(predicate), str(value) if isinstance(value, rdflib.URIRef) else "", reason)


def _rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """The triples, and the ontology's tree of classes and properties, as a graph that pyshacl can read."""
    import rdflib

    graph = as_rdflib(triples)
    tree = [(name, "subClassOf", above) for name, above in load().classes.items()]
    tree += [(name, "subPropertyOf", prop.above) for name, prop in load().properties.items()]
    for name, link, above in tree:
        for one in above:
            graph.add((rdflib.URIRef(KG + name), rdflib.URIRef(RDFS + link), rdflib.URIRef(KG + one)))
    return graph
