"""Where each node stands: components laid out by stress, large ones by community, packed side by side.

Nodes that stood somewhere before stay there; what is new goes into free room near what it is linked to.
"""

from __future__ import annotations

import math
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import count

import networkx as nx  # type: ignore[import-untyped]
import numpy as np
from numpy.typing import NDArray
from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

from kg.view.communities import among, communities, induced, largest_first

Points = NDArray[np.float64]
Box = tuple[float, float]
Places = dict[int, tuple[int, int]]
Edges = tuple[tuple[int, int], ...]
"""pairs of the nodes 0, 1 …, each once, sorted"""

SEED = 7
SMALL = 240
"""nodes up to which a graph is laid out in one piece: stress costs the square of it"""
FEW = 16
"""nodes up to which the layout of a graph is remembered"""
ASPECT = 1.35
"""width to height of the picture"""
BEND = 0.72
"""power of the distance in the graph that is wanted in the picture: below 1 chains curl up instead of lying as lines"""
FONT = 12.0
"""px of a label at zoom 1"""
LINE_WIDTH = 9
"""full-width characters in a line of a label; js/names.js wraps alike"""
GAP = 6.0
ROOM = 1.6
"""how many times the area of its boxes a picture gets at the most"""
CROWDED = 0.6
"""share of the nodes that get room by scaling"""
DOT: Box = (30.0, 30.0)
"""room of a node that is drawn without its label"""
WIDE = 150.0
"""px above which a box is no single node's"""
SHORE = 120.0
"""px between communities, and between components"""
CELL = 30.0
"""px of the grid in which free room is looked for"""


def breadth(character: str) -> float:
    """How wide a character is drawn, in font sizes."""
    return 1.0 if unicodedata.east_asian_width(character) in "WF" else 0.55


def label_box(label: str) -> Box:
    """Width and height in px that a node takes with its label of at most two lines below it."""
    width = sum(map(breadth, label))
    lines = 1 if width <= LINE_WIDTH else 2
    return max(24.0, min(math.ceil(width / lines), LINE_WIDTH) * FONT) + GAP, 22.0 + lines * FONT * 1.25 + GAP


def lay_out(
    graph: nx.Graph[int],
    boxes: Mapping[int, Box],
    before: Mapping[int, tuple[int, int]] | None = None,
    groups: Sequence[Sequence[int]] | None = None,
) -> Places:
    """Whole px coordinates of every node, the same for the same graph; boxes at these places hardly overlap.

    before: the nodes' last places; whoever has one keeps it
    groups: communities that are to lie apart; without them only what is too large for one piece is cut
    """
    kept = {node: before[node] for node in sorted(graph) if before and node in before}
    # One thread: for matrices this small more of them only wait for each other, and the last bits would differ.
    with threadpool_limits(limits=1, user_api="blas"):
        if not kept:
            return _whole(graph, boxes, groups)
        new = among(graph, sorted(set(graph) - set(kept)))
        return dict(sorted({**kept, **_beside(graph, new, boxes, kept)}.items())) if new else kept


def _whole(graph: nx.Graph[int], boxes: Mapping[int, Box], groups: Sequence[Sequence[int]] | None) -> Places:
    if not graph:
        return {}
    components = sorted((sorted(component) for component in nx.connected_components(graph)), key=largest_first)
    if groups is None:
        large = [node for nodes in components if len(nodes) > SMALL for node in nodes]
        groups = [*(nodes for nodes in components if len(nodes) <= SMALL), *communities(among(graph, large))]
    within = _within(components, groups)
    pieces = [_component(graph, nodes, boxes, own) for nodes, own in zip(components, within, strict=True)]
    placed = _pack(components, pieces, boxes)
    return {node: (round(float(x)), round(float(y))) for node, (x, y) in sorted(placed.items())}


def _within(components: Sequence[Sequence[int]], groups: Sequence[Sequence[int]]) -> list[list[Sequence[int]]]:
    """For each component its groups."""
    home = {node: number for number, nodes in enumerate(components) for node in nodes}
    within: list[list[Sequence[int]]] = [[] for _ in components]
    for group in groups:
        within[home[group[0]]].append(group)
    return within


def _component(
    graph: nx.Graph[int], nodes: Sequence[int], boxes: Mapping[int, Box], groups: Sequence[Sequence[int]]
) -> Points:
    """A connected component's points in the order of `nodes`."""
    if len(nodes) == 1:
        return np.zeros((1, 2))
    if len(groups) == 1:
        row = {node: number for number, node in enumerate(groups[0])}
        return _group(graph, groups[0], boxes)[[row[node] for node in nodes]]
    return _islands(graph, nodes, boxes, groups)


def _sizes(nodes: Sequence[int], boxes: Mapping[int, Box]) -> Points:
    return np.array([boxes[node] for node in nodes])


def _distances(size: int, edges: Edges) -> Points:
    """Steps between any two of the nodes 0, 1 …; unconnected ones are one step farther than the farthest."""
    linked = np.zeros((size, size), dtype=np.float32)
    first, second = np.array(edges, dtype=np.intp).reshape(-1, 2).T
    linked[first, second] = linked[second, first] = 1.0
    steps = np.zeros(linked.shape)
    reached = front = np.eye(size, dtype=bool)
    step = 0
    while front.any():
        step += 1
        front = ((front.astype(np.float32) @ linked) > 0) & ~reached
        steps[front] = step
        reached = reached | front
    steps[~reached] = step
    return steps


def _edges(graph: nx.Graph[int]) -> Edges:
    return tuple(sorted((min(pair), max(pair)) for pair in graph.edges if pair[0] != pair[1]))


def _forced(size: int, edges: Edges, iterations: int = 30) -> Points:
    """Points from a seeded spring layout in the unit square, where neighbours attract each other and all repel.

    Fruchterman, Reingold, Graph Drawing by Force-directed Placement, 1991.
    """
    points: Points = np.random.RandomState(SEED).rand(size, 2)
    wide = math.sqrt(1.0 / size)
    first, second = np.array(edges, dtype=np.intp).reshape(-1, 2).T
    reach = 0.1 * float(np.ptp(points, axis=0).max())
    for heat in np.linspace(reach, 0.0, iterations, endpoint=False):
        repulsion = np.maximum(_squares(points), 1e-4)
        np.divide(wide * wide, repulsion, out=repulsion)
        force = repulsion.sum(axis=1)[:, None] * points - repulsion @ points
        apart = points[first] - points[second]
        pull = apart * (np.maximum(np.sqrt((apart * apart).sum(axis=1)), 0.01) / wide)[:, None]
        for axis in (0, 1):
            force[:, axis] -= np.bincount(first, pull[:, axis], size) - np.bincount(second, pull[:, axis], size)
        points = points + force * (heat / np.maximum(np.sqrt((force * force).sum(axis=1)), 0.01))[:, None]
    return points


def _squares(points: Points) -> Points:
    """Squares of the distances between any two of the points."""
    x, y = points.T
    across: Points = x[:, None] - x[None, :]
    down: Points = y[:, None] - y[None, :]
    across *= across
    down *= down
    across += down
    return across


def _stress(graph: nx.Graph[int]) -> Points:
    """The points of `_majorized`; news make many small components, and most of these are like one another."""
    return (_remembered if len(graph) <= FEW else _majorized)(len(graph), _edges(graph))


@lru_cache(maxsize=1024)
def _remembered(size: int, edges: Edges) -> Points:
    points = _majorized(size, edges)
    points.flags.writeable = False
    return points


def _majorized(size: int, edges: Edges, iterations: int = 40) -> Points:
    """Points whose distances are as near as can be to (a power of) those in the graph, from a seeded spring layout.

    Stress majorization: Gansner, Koren, North, Graph Drawing by Stress Majorization, 2004.
    """
    points = _forced(size, edges)
    wanted = np.maximum(_distances(size, edges), 1.0) ** BEND
    weights = wanted**-2.0
    np.fill_diagonal(weights, 0.0)
    # The Laplacian's null space is the constants; filled in, it can be inverted, and the pull has no part there.
    inverse = np.linalg.inv(np.diag(weights.sum(axis=1)) - weights + 1.0 / size)
    pulling = weights * wanted
    for _ in range(iterations):
        pull = _squares(points)
        np.sqrt(np.maximum(pull, 1e-18, out=pull), out=pull)
        np.divide(pulling, pull, out=pull)
        points = inverse @ (pull.sum(axis=1)[:, None] * points - pull @ points)
    return np.round(points, 6)


def _spread(points: Points, sizes: Points) -> Points:
    """The points turned to lie wide, scaled until most boxes have room, those that still overlap pushed apart."""
    points = points - points.mean(axis=0)
    turned: Points = points @ np.linalg.svd(points, full_matrices=False)[2].T
    turned *= np.sign(turned[0]) + (turned[0] == 0)  # the decomposition leaves the signs open
    if len(points) == 2 and sizes.max() < WIDE:
        turned = turned @ np.array([[0.75, 0.66], [-0.66, 0.75]])  # pairs in a row, lying flat, would read as one line
    apart = np.abs(turned[:, None, :] - turned[None, :, :])
    needed = ((sizes[:, None, :] + sizes[None, :, :]) / 2 / np.maximum(apart, 1e-9)).min(axis=2)
    np.fill_diagonal(needed, 0.0)
    # What each box needs not to touch the one that is most in its way; crowds are left to be pushed apart.
    touch = float(np.quantile(needed.max(axis=1), CROWDED))
    area = ROOM * float(np.prod(sizes, axis=1).sum())
    extent = np.maximum(np.ptp(turned, axis=0), 1e-9)
    return _separate(turned * min(touch, math.sqrt(area / float(extent.prod()))), sizes)


def _separate(points: Points, sizes: Points, iterations: int = 100) -> Points:
    """Push boxes apart that overlap by more than half a px, each pair along the axis where less is needed."""
    half, size = sizes / 2, len(points)
    margin = float(sizes.mean()) / 2
    seen, first, second = points, *_near(points, half, margin)
    room = half[first] + half[second]
    for _ in range(iterations):
        # Boxes that were farther than the margin from each other cannot touch before they have moved half of it.
        if 2 * float(np.abs(points - seen).max(initial=0.0)) > margin:
            seen, first, second = points, *_near(points, half, margin)
            room = half[first] + half[second]
        x, y = points.T.copy()
        across, down = x[first] - x[second], y[first] - y[second]
        over, under = room[:, 0] - np.abs(across), room[:, 1] - np.abs(down)
        touching = np.nonzero((over > 0.5) & (under > 0.5))[0]
        if not len(touching):
            break
        over, under = over[touching], under[touching]
        axis = over >= under
        push = np.where(axis, under, over)
        push[np.where(axis, down[touching], across[touching]) < 0] *= -1.0
        ends = np.concatenate([first[touching], second[touching]]) * 2 + np.concatenate([axis, axis])
        moved = np.bincount(ends, np.concatenate([push, -push]), 2 * size).reshape(size, 2)
        crowd = np.bincount(ends, minlength=2 * size).reshape(size, 2)
        points = points + 0.5 * moved / np.sqrt(np.maximum(crowd, 1))
    return points


def _near(points: Points, half: Points, margin: float) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """The pairs of boxes less than the margin from each other on either axis, the lower number first."""
    close = np.tri(len(points), k=-1, dtype=bool).T
    for axis in (0, 1):
        apart = np.abs(points[:, None, axis] - points[None, :, axis])
        close &= apart < half[:, None, axis] + half[None, :, axis] + margin
    first, second = np.nonzero(close)
    return first, second


def _islands(
    graph: nx.Graph[int],
    nodes: Sequence[int],
    boxes: Mapping[int, Box],
    groups: Sequence[Sequence[int]],
    shore: float = SHORE,
) -> Points:
    """A large component: each group by itself, the groups then as boxes that keep near their neighbours.

    shore: px between them
    """
    local = [_group(graph, group, boxes) for group in groups]
    home = {member: number for number, group in enumerate(groups) for member in group}
    quotient: nx.Graph[int] = nx.Graph()
    quotient.add_nodes_from(range(len(groups)))
    pairs = {(home[a], home[b]) for a in nodes for b in graph[a] if a < b and b in home}
    quotient.add_edges_from(sorted({(min(pair), max(pair)) for pair in pairs if pair[0] != pair[1]}))
    outer = np.array([np.ptp(points, axis=0) + shore for points in local])
    centres = _spread(_stress(quotient), outer)
    row = {node: number for number, node in enumerate(nodes)}
    result = np.zeros((len(nodes), 2))
    for group, points, centre in zip(groups, local, centres, strict=True):
        result[[row[member] for member in group]] = points - (points.max(axis=0) + points.min(axis=0)) / 2 + centre
    return result


def _group(graph: nx.Graph[int], group: Sequence[int], boxes: Mapping[int, Box]) -> Points:
    """A community's points: in one piece, or where it is too large for that, in parts beside each other."""
    if len(group) <= SMALL:
        return _spread(_stress(induced(graph, group)), _sizes(group, boxes))
    return _islands(graph, group, boxes, _parts(graph, group), DOT[0])


def _parts(graph: nx.Graph[int], group: Sequence[int]) -> list[list[int]]:
    """A community cut into parts of at most SMALL nodes, near ones together."""
    inside = induced(graph, group)
    seen: dict[int, None] = {}
    for root in inside:
        if root not in seen:
            seen |= dict.fromkeys([root, *(node for _, node in nx.bfs_edges(inside, root, sort_neighbors=sorted))])
    order = [group[place] for place in seen]
    parts = math.ceil(len(order) / SMALL)
    return [sorted(order[len(order) * part // parts : len(order) * (part + 1) // parts]) for part in range(parts)]


def _pack(
    components: Sequence[Sequence[int]], pieces: Sequence[Points], boxes: Mapping[int, Box]
) -> dict[int, tuple[float, float]]:
    """Components on shelves, the largest first, so that the whole is about ASPECT times as wide as high."""
    frames = []
    for nodes, points in zip(components, pieces, strict=True):
        half = _sizes(nodes, boxes) / 2
        low, high = (points - half).min(axis=0), (points + half).max(axis=0)
        frames.append((low, high - low))
    below = max(SHORE - max(box[1] for box in boxes.values()) / 2, 0.0) + GAP  # names of communities go there
    area = sum(float((size[0] + SHORE / 2) * (size[1] + below)) for _, size in frames)
    shelf = max(math.sqrt(area * ASPECT) * 1.05, *(float(size[0]) for _, size in frames))
    placed: dict[int, tuple[float, float]] = {}
    x = y = height = 0.0
    for nodes, points, (low, size) in zip(components, pieces, frames, strict=True):
        if x > 0 and x + size[0] > shelf:
            x, y, height = 0.0, y + height + below, 0.0
        for node, point in zip(nodes, points - low + (x, y), strict=True):
            placed[node] = (float(point[0]), float(point[1]))
        x, height = x + float(size[0]) + SHORE / 2, max(height, float(size[1]))
    return placed


def _beside(
    graph: nx.Graph[int], new: nx.Graph[int], boxes: Mapping[int, Box], kept: Mapping[int, tuple[int, int]]
) -> Places:
    """Places for the new nodes: each connected group by itself, as near as there is room to those it is linked to."""
    taken = set(_covered(kept, kept.values(), boxes))
    middle = (sum(x for x, _ in kept.values()) / len(kept), max(y for _, y in kept.values()) + 2 * CELL)
    placed: Places = {}
    found: dict[tuple[int, int, float], int] = {}
    for nodes in sorted((sorted(group) for group in nx.connected_components(new)), key=largest_first):
        points = _component(new, nodes, boxes, [nodes])
        points = points - (points.max(axis=0) + points.min(axis=0)) / 2
        friends = sorted({friend for node in nodes for friend in graph[node] if friend in kept})
        aim = np.mean([kept[friend] for friend in friends], axis=0) if friends else np.array(middle)
        apart = 0.0 if friends else SHORE / 2
        step = max(CELL, float(np.ptp(points, axis=0).max()) / 8)
        # Where a thousand have one friend, or two of the same few, each looks on from where the last one found room.
        around = round(float(aim[0]) / SHORE), round(float(aim[1]) / SHORE), step
        base = [(float(x), float(y)) for x, y in points + aim]
        for number, (right, down) in _spiral(step, found.get(around, 0)):
            at = [(round(x + right), round(y + down)) for x, y in base]
            if not any(cell in taken for cell in _covered(nodes, at, boxes, apart)):  # most fail at the first cell
                placed |= dict(zip(nodes, at, strict=True))
                taken.update(_covered(nodes, at, boxes))
                found[around] = number
                break
    return placed


def _covered(
    nodes: Iterable[int], places: Iterable[tuple[float, float]], boxes: Mapping[int, Box], apart: float = 0.0
) -> Iterator[tuple[int, int]]:
    """The grid's cells that the nodes' boxes cover, with so many px around them; some more than once."""
    for node, (x, y) in zip(nodes, places, strict=True):
        wide, high = boxes[node]
        across, down = wide / 2 + apart, high / 2 + apart
        rows = range(math.floor((y - down) / CELL), math.floor((y + down) / CELL) + 1)
        for column in range(math.floor((x - across) / CELL), math.floor((x + across) / CELL) + 1):
            for row in rows:
                yield column, row


def _spiral(step: float, first: int = 0) -> Iterator[tuple[int, tuple[float, float]]]:
    """Shifts ever farther from nothing, by the golden angle, so that one comes within `step` px of any point.

    Each with its number; first: the number to begin with.
    """
    turn = math.pi * (3 - math.sqrt(5))
    for number in count(first):
        radius = step * math.sqrt(number)
        yield number, (radius * math.cos(number * turn), radius * math.sin(number * turn))
