"""The interactive network: one HTML file that asks no host for anything."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kg.model import Article, Entity, Fact

__all__ = ["write_html"]


def write_html(
    path: Path,
    entities: Sequence[Entity],
    facts: Sequence[Fact],
    articles: Sequence[Article],
    *,
    title: str = "新闻知识图谱",
    labels: Mapping[str, str] | None = None,
    layout: Path | None = None,
) -> dict[str, int]:
    """Write the facts as a page to look at, search and check, atomically.

    title: the page's heading
    labels: Chinese labels by predicate or class name, over those of `kg/data/labels.toml`
    layout: a JSON file with the places of nodes; those it names keep theirs, and then it is written anew

    Returns counts: `nodes` (entities that take part in facts), `edges` (distinct relations between two of them),
    `facts`, `left_out` (nodes that the focus view does not draw), `bytes`.
    Raises ConfigurationError if a fact names an entity or article that is not given, or the layout is no such file,
    OSError if a file cannot be written.
    """
    from kg.view.content import collect, load_labels
    from kg.view.page import network_of
    from kg.view.places import Places, load, save

    content = collect(entities, facts, articles, load_labels(labels or {}))
    network, places = network_of(content, title, load(layout) if layout else Places({}, {}))
    size = network.write_html(path)
    if layout:
        save(layout, places)
    return {
        "nodes": len(content.nodes),
        "edges": len(content.relations),
        "facts": len(content.facts),
        "left_out": len(content.nodes) - len(content.focus),
        "bytes": size,
    }
