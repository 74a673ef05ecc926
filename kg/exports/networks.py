"""Facts as a network of nodes and edges: GraphML, GEXF with time, CSV for Neo4j."""

from __future__ import annotations

import csv
import re
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import IO, Any

import networkx  # type: ignore[import-untyped]

from kg.export import cell
from kg.exports.statements import Content, Days, Figure
from kg.files import atomic_write

Network = Any
"""a networkx.MultiDiGraph; networkx has no types"""
_UNWRITABLE = re.compile(r"[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""what XML 1.0 cannot hold"""


def network(content: Content) -> Network:
    """The nodes that facts name, each figure or date an attribute; an edge for each fact or link between two nodes.

    A node has label, type, aliases, and its figures and dates as worded; an edge has predicate, status, articles (how
    many tell it), confidence (the highest) and quote (the first). A link has the status structure and nothing more.
    The rest have start and end, days as YYYY-MM-DD: of an event when it was held, else of the first and last paper
    that told it.
    """
    graph: Network = networkx.MultiDiGraph()
    held, told = content.held(), content.told()
    figures: dict[str, dict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for one in content.statements:
        if one.figure is not None:
            figures[one.subject.iri][one.predicate].append(_worded(one.figure))
    linked = [node for one, _, other in content.links for node in (one, other)]
    stated = [node for one in content.statements for node in (one.subject, one.object) if node is not None]
    nodes = {node.key: node for node in (*linked, *stated)}
    for key, node in sorted(nodes.items()):
        said = {name: "；".join(dict.fromkeys(texts)) for name, texts in sorted(figures[node.iri].items())}
        aliases = {"aliases": "、".join(node.aliases)} if node.aliases else {}
        days = _days(held.get(node.iri) or told.get(node.iri))
        graph.add_node(key, label=node.label, type=node.type, iri=node.iri, **aliases, **said, **days)
    for one in content.statements:
        if one.object is not None:
            graph.add_edge(
                one.subject.key,
                one.object.key,
                key=one.claim.rpartition("/")[2],
                label=one.predicate,
                status=one.status,
                articles=len({each.article.iri for each in one.evidence}),
                confidence=max((each.confidence for each in one.evidence), default=0.0),
                quote=one.evidence[0].quote if one.evidence else "",
                **_days(held.get(one.object.iri) or held.get(one.subject.iri) or one.days),
            )
    for subject, predicate, other in content.links:
        graph.add_edge(subject.key, other.key, key=f"{subject.key} {predicate}", label=predicate, status="structure")
    return graph


def _worded(figure: Figure) -> str:
    """A figure or date in words; of an observation with its indicator."""
    value = figure.wording or ("" if figure.value is None else str(figure.value))
    return f"{figure.indicator}：{value}" if figure.indicator else value


def _days(days: Days | None) -> dict[str, str]:
    return {"start": days[0].isoformat(), "end": days[1].isoformat()} if days else {}


def write_graphml(content: Content, to: IO[bytes]) -> None:
    """Write GraphML, as networkx, Gephi, yEd and igraph read it."""
    networkx.write_graphml_lxml(_legible(network(content)), to)


def write_gexf(content: Content, to: IO[bytes]) -> None:
    """Write GEXF 1.2 whose nodes and edges have days, for the timeline of Gephi."""
    graph = _legible(network(content))
    graph.graph["mode"] = "dynamic"
    text = "\n".join(networkx.generate_gexf(graph, version="1.2draft"))
    # The day of writing would make other bytes of the same facts.
    to.write(re.sub('<meta lastmodifieddate="[^"]*">', "<meta>", text, count=1).encode() + b"\n")


def _legible(graph: Network) -> Network:
    """The network without characters that XML has no way to write."""
    for said in (*(data for _, data in graph.nodes(data=True)), *(data for *_, data in graph.edges(data=True))):
        said.update({name: _UNWRITABLE.sub("", text) for name, text in said.items() if isinstance(text, str)})
    return graph


def write_neo4j(content: Content, folder: Path) -> None:
    """Write nodes.csv and relationships.csv into a folder, as `neo4j-admin database import full` takes them."""
    graph = network(content)
    names = sorted({name for _, said in graph.nodes(data=True) for name in said} - {"label", "type"})
    nodes = (
        [key, said["label"], said["type"], *(said.get(name, "") for name in names)]
        for key, said in graph.nodes(data=True)
    )
    _write_csv(folder / "nodes.csv", ["id:ID", "name", ":LABEL", *names], nodes)
    head = [":START_ID", ":END_ID", ":TYPE", "claim", "status", "articles:int", "confidence:double", "quote"]
    edges = (
        [
            *(one, other, said["label"], key),
            *(said.get(name, "") for name in ("status", "articles", "confidence", "quote", "start", "end")),
        ]
        for one, other, key, said in graph.edges(keys=True, data=True)
    )
    _write_csv(folder / "relationships.csv", [*head, "start:date", "end:date"], edges)


def _write_csv(path: Path, head: list[str], rows: Iterable[list[Any]]) -> None:
    with atomic_write(path, newline="") as file:
        writer = csv.writer(file, quoting=csv.QUOTE_MINIMAL)
        writer.writerow(head)
        writer.writerows([cell(value) for value in row] for row in rows)
