"""Where each node stands: components laid out by stress, large ones by community, packed side by side."""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Mapping, Sequence

import networkx as nx  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
Box = tuple[float, float]

SEED = 7
SMALL = 260
"""nodes up to which a graph is laid out in one piece: stress costs the square of it"""
ASPECT = 1.1
"""width to height of the picture"""
FONT = 12.0
"""px of a label at zoom 1"""
LINE_WIDTH = 9
"""full-width characters in a line of a label; picture.js wraps alike"""
GAP = 6.0
ROOM = 1.6
"""how many times the area of its labels a picture gets"""


def label_box(label: str) -> Box:
    """Width and height in px that a node takes with its label of at most two lines below it."""
    width = sum(1.0 if unicodedata.east_asian_width(c) in "WF" else 0.55 for c in label)
    lines = 1 if width <= LINE_WIDTH else 2
    return max(24.0, min(math.ceil(width / lines), LINE_WIDTH) * FONT) + GAP, 22.0 + lines * FONT * 1.25 + GAP


def lay_out(graph: nx.Graph[int], boxes: Mapping[int, Box]) -> dict[int, tuple[int, int]]:
    """Whole px coordinates of every node, the same for the same graph; boxes at these places hardly overlap."""
    if not graph:
        return {}
    components = sorted((sorted(component) for component in nx.connected_components(graph)), key=_largest_first)
    pieces = [_component(graph, nodes, boxes) for nodes in components]
    placed = _pack(components, pieces, boxes)
    return {node: (round(float(x)), round(float(y))) for node, (x, y) in sorted(placed.items())}


def _largest_first(nodes: Sequence[int]) -> tuple[int, int]:
    return -len(nodes), nodes[0]


def _component(graph: nx.Graph[int], nodes: Sequence[int], boxes: Mapping[int, Box]) -> Points:
    """A connected component's points in the order of `nodes`."""
    if len(nodes) == 1:
        return np.zeros((1, 2))
    sizes = np.array([boxes[node] for node in nodes])
    if len(nodes) <= SMALL:
        return _spread(_stress(_plain(graph, nodes)), sizes)
    return _islands(graph, nodes, boxes)


def _plain(graph: nx.Graph[int], nodes: Sequence[int]) -> nx.Graph[int]:
    """The induced graph with nodes and edges inserted in order: networkx's layouts depend on it."""
    number = {node: place for place, node in enumerate(nodes)}
    plain: nx.Graph[int] = nx.Graph()
    plain.add_nodes_from(range(len(nodes)))
    edges = ((number[a], number[b]) for a in nodes for b in graph[a] if b in number and number[a] < number[b])
    plain.add_edges_from(sorted(edges))
    return plain


def _stress(graph: nx.Graph[int], iterations: int = 120) -> Points:
    """Points whose distances are as near as can be to those in the graph, from a seeded spring layout.

    Stress majorization: Gansner, Koren, North, Graph Drawing by Stress Majorization, 2004.
    """
    count = len(graph)
    start = nx.spring_layout(graph, seed=SEED, iterations=60, method="force")
    points: Points = np.array([start[node] for node in range(count)], dtype=np.float64)
    far = count + 1.0
    wanted = np.full((count, count), far)
    for node, lengths in nx.all_pairs_shortest_path_length(graph):
        for other, length in lengths.items():
            wanted[node, other] = length
    finite = wanted[wanted < far].max()
    wanted = np.minimum(wanted, finite + 1.0)  # communities need not be connected
    np.fill_diagonal(wanted, 1.0)
    weights = wanted**-2.0
    np.fill_diagonal(weights, 0.0)
    # The Laplacian's null space is the constants; filled in, it can be inverted, and the pull has no part there.
    inverse = np.linalg.inv(np.diag(weights.sum(axis=1)) - weights + 1.0 / count)
    for _ in range(iterations):
        difference = points[:, None, :] - points[None, :, :]
        distance = np.maximum(np.hypot(difference[..., 0], difference[..., 1]), 1e-9)
        pull = -weights * wanted / distance
        np.fill_diagonal(pull, 0.0)
        np.fill_diagonal(pull, -pull.sum(axis=1))
        points = inverse @ (pull @ points)
    return np.round(points, 6)  # the last bits depend on how many threads multiplied


def _spread(points: Points, sizes: Points) -> Points:
    """The points turned to lie wide, scaled so that their boxes have room, those that still overlap pushed apart."""
    points = points - points.mean(axis=0)
    turned: Points = points @ np.linalg.svd(points, full_matrices=False)[2].T
    turned *= np.sign(turned[0]) + (turned[0] == 0)  # the decomposition leaves the signs open
    extent = np.maximum(np.ptp(turned, axis=0), 1e-9)
    area = ROOM * float(np.prod(sizes, axis=1).sum())
    factor = math.sqrt(area / max(float(extent.prod()), 0.1 * float(extent.max()) ** 2))
    return _separate(turned * factor, sizes)


def _separate(points: Points, sizes: Points, iterations: int = 150) -> Points:
    """Push boxes apart that overlap by more than half a px, each pair along the axis where less is needed."""
    points = points.copy()
    reach = (sizes[:, None, :] + sizes[None, :, :]) / 2
    order = np.sign(np.arange(len(points))[:, None] - np.arange(len(points))[None, :])
    for _ in range(iterations):
        difference = points[:, None, :] - points[None, :, :]
        overlap = reach - np.abs(difference)
        touching: NDArray[np.bool_] = np.logical_and(overlap[..., 0] > 0.5, overlap[..., 1] > 0.5)
        np.fill_diagonal(touching, False)
        if not touching.any():
            break
        sideways = overlap[..., 0] < overlap[..., 1]
        for axis, chosen in ((0, sideways), (1, ~sideways)):
            direction = np.where(difference[..., axis] == 0, order, np.sign(difference[..., axis]))
            push = np.where(touching & chosen, overlap[..., axis] * direction, 0.0)
            crowd = np.maximum((touching & chosen).sum(axis=1), 1)
            points[:, axis] += 0.5 * push.sum(axis=1) / np.sqrt(crowd)
    return points


def _islands(graph: nx.Graph[int], nodes: Sequence[int], boxes: Mapping[int, Box]) -> Points:
    """A large component: each community by itself, the communities then as discs that keep near their neighbours."""
    groups = [part for group in _communities(_plain(graph, nodes)) for part in group]
    local = [
        _spread(_stress(_plain(graph, [nodes[i] for i in group])), _sizes(nodes, group, boxes)) for group in groups
    ]
    home = {member: number for number, group in enumerate(groups) for member in group}
    number_of = {node: place for place, node in enumerate(nodes)}
    quotient: nx.Graph[int] = nx.Graph()
    quotient.add_nodes_from(range(len(groups)))
    pairs = {(home[number_of[a]], home[number_of[b]]) for a, b in graph.subgraph(nodes).edges()}
    quotient.add_edges_from(sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}))
    discs = np.array(
        [
            np.ptp(points, axis=0) + _sizes(nodes, group, boxes).max(axis=0) * 1.5
            for points, group in zip(local, groups, strict=True)
        ]
    )
    centres = _spread(_stress(quotient), discs) if len(groups) > 1 else np.zeros((1, 2))
    result = np.zeros((len(nodes), 2))
    for group, points, centre in zip(groups, local, centres, strict=True):
        result[group] = points - (points.max(axis=0) + points.min(axis=0)) / 2 + centre
    return result


def _sizes(nodes: Sequence[int], group: Sequence[int], boxes: Mapping[int, Box]) -> Points:
    return np.array([boxes[nodes[member]] for member in group])


def _communities(graph: nx.Graph[int]) -> list[list[list[int]]]:
    """Communities by Louvain, each cut into parts of at most SMALL nodes in breadth-first order."""
    found = sorted((sorted(group) for group in nx.community.louvain_communities(graph, seed=SEED)), key=_largest_first)
    cut = []
    for group in found:
        inside = _plain(graph, group)
        order = (
            [group[place] for root in range(len(group)) for place in _reach(inside, root)]
            if len(group) > SMALL
            else group
        )
        cut.append([order[start : start + SMALL] for start in range(0, len(order), SMALL)])
    return cut


def _reach(graph: nx.Graph[int], root: int) -> list[int]:
    """The nodes reached from the root that no smaller root reaches, breadth first."""
    reached = [root, *(node for _, node in nx.bfs_edges(graph, root, sort_neighbors=sorted))]
    return reached if root == min(reached) else []


def _pack(
    components: Sequence[Sequence[int]], pieces: Sequence[Points], boxes: Mapping[int, Box]
) -> dict[int, tuple[float, float]]:
    """Components on shelves, the largest first, so that the whole is about ASPECT times as wide as high."""
    frames = []
    for nodes, points in zip(components, pieces, strict=True):
        half = np.array([boxes[node] for node in nodes]) / 2
        low, high = (points - half).min(axis=0), (points + half).max(axis=0)
        frames.append((low, high - low))
    area = sum(float(size.prod()) for _, size in frames)
    shelf = max(math.sqrt(area * ASPECT) * 1.05, *(float(size[0]) for _, size in frames))
    placed: dict[int, tuple[float, float]] = {}
    x = y = height = 0.0
    for nodes, points, (low, size) in zip(components, pieces, frames, strict=True):
        if x > 0 and x + size[0] > shelf:
            x, y, height = 0.0, y + height + GAP, 0.0
        for node, point in zip(nodes, points - low + (x, y), strict=True):
            placed[node] = (float(point[0]), float(point[1]))
        x, height = x + float(size[0]) + GAP, max(height, float(size[1]))
    return placed
