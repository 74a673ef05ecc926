"""From content to the page: communities named, every node given its place, everything packed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import networkx as nx  # type: ignore[import-untyped]

from kg.view.communities import among, communities, leaders
from kg.view.content import Content
from kg.view.layout import DOT, label_box, lay_out
from kg.view.network import Network
from kg.view.pack import pack
from kg.view.places import Places, Point

RENEWED = 0.25
"""share of the drawn nodes put beside the others above which all are laid out anew: their links have grown long"""


def network_of(content: Content, title: str, last: Places, beyond: int = 0) -> tuple[Network, Places]:
    """The network of this content, and where everything stands.

    What has a place in `last` keeps it, until more than a quarter of what is drawn has come since all was laid out.
    beyond: articles of the archive that the content leaves out
    """
    ids = [node["id"] for node in content.nodes]
    drawn = [ids[number] for number in content.drawn]
    added = [id_ for id_ in drawn if id_ in last.added or id_ not in last.whole]
    if len(added) > RENEWED * len(drawn):
        last, added = Places({}, {}), []
    data, everywhere = data_of(content, last.whole, beyond)
    boxes = {number: label_box(content.nodes[number]["label"]) for number in content.opening}
    opening = lay_out(_graph(content.opening, content.relations), boxes, _numbered(last.opening, ids))

    network = Network(title, data)
    for number, (x, y) in opening.items():
        network.add_node(number, content.nodes[number]["label"], x=x, y=y)
    for subject, object_, predicate in content.relations:
        if subject in opening and object_ in opening:
            network.add_edge(subject, object_, predicate=predicate)
    return network, Places(everywhere, _by_id(opening, ids), frozenset(added))


def data_of(content: Content, last: Mapping[str, Point], beyond: int = 0) -> tuple[dict[str, Any], dict[str, Point]]:
    """The page's data, and where each entity stands in the whole; what has a place in `last` keeps it.

    beyond: articles of the archive that the content leaves out
    """
    ids = [node["id"] for node in content.nodes]
    whole = _graph(range(len(ids)), content.relations)
    drawn = _graph(content.drawn, content.relations)
    groups = communities(drawn)
    dots, before = dict.fromkeys(whole, DOT), _numbered(last, ids)
    # What is folded is put beside the rest, so that it leaves no holes while it is not drawn.
    everywhere = lay_out(whole, dots, {**before, **lay_out(drawn, dots, before, groups)})
    named = [(group, leaders(drawn, group)) for group in groups]
    return pack(content, everywhere, [*named, *_folded(whole, groups)], beyond), _by_id(everywhere, ids)


def _graph(nodes: Sequence[int], relations: Iterable[tuple[int, int, str]]) -> nx.Graph[int]:
    """The nodes (in order) and who of them has to do with whom."""
    inside = set(nodes)
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(nodes)
    graph.add_edges_from((a, b) for a, b, _ in relations if a != b and a in inside and b in inside)
    return graph


def _folded(whole: nx.Graph[int], groups: list[list[int]]) -> list[tuple[list[int], list[int]]]:
    """Adds nodes of folded types to a group that they are linked to; returns those that are linked to none, named."""
    home = {node: group for group in groups for node in list(group)}
    left = []
    for node in sorted(set(whole) - set(home)):
        friend = min((other for other in whole.adj[node] if other in home), default=None)
        if friend is None:
            left.append(node)
        else:
            home[friend].append(node)
    return [(group, leaders(whole, group)) for group in communities(among(whole, left))]


def _numbered(places: Mapping[str, Point], ids: Sequence[str]) -> dict[int, Point]:
    return {number: places[id_] for number, id_ in enumerate(ids) if id_ in places}


def _by_id(places: Mapping[int, Point], ids: Sequence[str]) -> dict[str, Point]:
    return {ids[number]: point for number, point in places.items()}
