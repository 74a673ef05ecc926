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
) -> dict[str, int]:
    """Write the facts as a page to look at, search and check, atomically.

    title: the page's heading
    labels: Chinese labels by predicate or class name, over those of `kg/data/labels.toml`

    Returns counts: `nodes` (entities that take part in facts), `edges` (distinct relations between two of them),
    `facts`, `left_out` (nodes that the opening view does not draw), `bytes`.
    Raises ConfigurationError if a fact names an entity or article that is not given, OSError if the file cannot be
    written.
    """
    from kg.view.content import collect, load_labels
    from kg.view.network import network_of

    content = collect(entities, facts, articles, load_labels(labels or {}))
    network = network_of(content, title)
    size = network.write_html(path)
    return {
        "nodes": network.num_nodes(),
        "edges": network.num_edges(),
        "facts": len(content.facts),
        "left_out": network.num_nodes() - len(content.focus),
        "bytes": size,
    }
