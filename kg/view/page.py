"""From content to the page: communities named, every node given its place, everything packed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import networkx as nx  # type: ignore[import-untyped]

from kg.view.communities import communities, leaders
from kg.view.content import Content
from kg.view.layout import DOT, label_box, lay_out
from kg.view.network import Network
from kg.view.pack import pack
from kg.view.places import Places, Point


def network_of(content: Content, title: str, last: Places) -> tuple[Network, Places]:
    """The network of this content, and where everything stands; what has a place in `last` keeps it."""
    ids = [node["id"] for node in content.nodes]
    whole: nx.Graph[int] = nx.Graph()
    whole.add_nodes_from(range(len(ids)))
    whole.add_edges_from((subject, object_) for subject, object_, _ in content.relations if subject != object_)
    drawn = whole.subgraph(content.drawn)
    groups = communities(drawn)
    dots, last_whole = dict.fromkeys(whole, DOT), _numbered(last.whole, ids)
    # What is folded is put beside the rest, so that it leaves no holes while it is not drawn.
    everywhere = lay_out(whole, dots, {**last_whole, **lay_out(drawn, dots, last_whole, groups)})

    boxes = {number: label_box(content.nodes[number]["label"]) for number in content.opening}
    opening = lay_out(whole.subgraph(content.opening), boxes, _numbered(last.opening, ids))

    named = [(group, leaders(drawn, group)) for group in groups]
    network = Network(title, pack(content, everywhere, [*named, *_folded(whole, groups)]))
    for number, (x, y) in opening.items():
        network.add_node(number, content.nodes[number]["label"], x=x, y=y)
    for subject, object_, predicate in content.relations:
        if subject in opening and object_ in opening:
            network.add_edge(subject, object_, predicate=predicate)
    return network, Places(_by_id(everywhere, ids), _by_id(opening, ids))


def _folded(whole: nx.Graph[int], groups: list[list[int]]) -> list[tuple[list[int], list[int]]]:
    """Adds nodes of folded types to a group that they are linked to; returns those that are linked to none, named."""
    home = {node: group for group in groups for node in list(group)}
    left = []
    for node in sorted(set(whole) - set(home)):
        friend = min((other for other in whole[node] if other in home), default=None)
        if friend is None:
            left.append(node)
        else:
            home[friend].append(node)
    return [(group, leaders(whole, group)) for group in communities(whole.subgraph(left))]


def _numbered(places: Mapping[str, Point], ids: Sequence[str]) -> dict[int, Point]:
    return {number: places[id_] for number, id_ in enumerate(ids) if id_ in places}


def _by_id(places: Mapping[int, Point], ids: Sequence[str]) -> dict[str, Point]:
    return {ids[number]: point for number, point in places.items()}
