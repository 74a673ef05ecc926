"""Groups of nodes that have more to do with each other than with the rest, and what to call them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import networkx as nx  # type: ignore[import-untyped]

SEED = 7
WHOLE = 24
"""nodes up to which a connected component is one community"""


def communities(graph: nx.Graph[int]) -> list[list[int]]:
    """The nodes in groups, largest first: small components as they are, large ones by Louvain's method."""
    found: list[list[int]] = []
    for component in nx.connected_components(graph):
        nodes = sorted(component)
        if len(nodes) <= WHOLE:
            found.append(nodes)
        else:
            inside = induced(graph, nodes)
            found += (sorted(nodes[place] for place in group) for group in _louvain(inside))
    return sorted(found, key=largest_first)


def _louvain(graph: nx.Graph[int]) -> Iterable[set[int]]:
    groups: list[set[int]] = nx.community.louvain_communities(graph, seed=SEED)
    return groups


def induced(graph: nx.Graph[int], nodes: Sequence[int]) -> nx.Graph[int]:
    """The graph among `nodes`, numbered by their order, inserted in order: networkx's algorithms depend on it."""
    number = {node: place for place, node in enumerate(nodes)}
    plain: nx.Graph[int] = nx.Graph()
    plain.add_nodes_from(range(len(nodes)))
    edges = ((number[a], number[b]) for a in nodes for b in graph[a] if b in number and number[a] < number[b])
    plain.add_edges_from(sorted(edges))
    return plain


def largest_first(nodes: Sequence[int]) -> tuple[int, int]:
    """Sorting key of groups whose members are sorted."""
    return -len(nodes), nodes[0]


def leaders(graph: nx.Graph[int], group: Sequence[int], count: int = 2) -> list[int]:
    """The members best connected within the group, after whom it is called."""
    inside = set(group)
    return sorted(group, key=lambda node: (-sum(other in inside for other in graph[node]), node))[:count]
