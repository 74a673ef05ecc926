"""The network as a picture for reports, without a browser: SVG, and PNG by resvg."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

import networkx as nx  # type: ignore[import-untyped]

from kg.errors import ConfigurationError
from kg.view.layout import FONT, LINE_WIDTH, breadth, label_box, lay_out
from kg.view.saved import Data, around, neighbours, unfolded

MARGIN = 24.0
SAMPLE = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="30" height="30">'
    '<text y="24" font-size="24" font-family="{}">{}</text></svg>'
)
"""One character: without a font that has it, all look alike."""
FONTS = "Noto Sans CJK SC, Noto Sans SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, SimHei, sans-serif"
INK = {
    False: {"page": "#faf8f3", "ink": "#1f2023", "soft": "#5b5e64", "edge": "#b4ada0", "card": "#ffffff"},
    True: {"page": "#16181b", "ink": "#e9e6df", "soft": "#a9abaf", "edge": "#565b63", "card": "#1e2125"},
}
OUTLINES = {
    "dot": "M7 1a6 6 0 1 0 .01 0z",
    "square": "M1.5 1.5h11v11h-11z",
    "diamond": "M7 .5 13.5 7 7 13.5 .5 7z",
    "triangle": "M7 1 13.5 12.5H.5z",
    "triangleDown": "M7 13 .5 1.5h13z",
    "hexagon": "M3.7 1.3h6.6L13.6 7l-3.3 5.7H3.7L.4 7z",
    "star": "M7 .6 8.9 5l4.7.4-3.6 3 1.1 4.7L7 10.6l-4.1 2.5L4 8.4l-3.6-3L5.1 5z",
}
"""Marks in a box of 14 by 14, as js/dom.js has them."""
UNSEEN = re.compile("[\u0000-\u001f\u007f-\u009f\u200e\u200f\u061c\u2028-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]")
"""Characters that would turn or break a line, or have no place in XML."""


def opening(data: Data, *, dark: bool = False, english: bool = False) -> str:
    """The picture of the focus view: the best connected entities, where the page shows them."""
    near = neighbours(data)
    places = dict(zip(data["opening"]["id"], zip(data["opening"]["x"], data["opening"]["y"], strict=True), strict=True))
    linked = {number: point for number, point in places.items() if any(other in places for other in near[number])}
    return _picture(data, near, linked or places, dark, english)


def ego(data: Data, number: int, depth: int = 1, *, dark: bool = False, english: bool = False) -> str:
    """The picture of an entity with what lies up to `depth` steps around it, at most as many as the page's limit."""
    near = neighbours(data)
    chosen = around(near, number, depth, unfolded(data), data["limit"])
    graph: nx.Graph[int] = nx.Graph()
    graph.add_nodes_from(sorted(chosen))
    graph.add_edges_from((a, b) for a in sorted(chosen) for b in sorted(near[a]) if a < b and b in graph)
    boxes = {one: label_box(data["node"]["label"][one]) for one in chosen}
    return _picture(data, near, lay_out(graph, boxes), dark, english)


def png(picture: str, zoom: float = 2.0) -> bytes:
    """The SVG as PNG, `zoom` times its size. Raises ConfigurationError where no font has Chinese characters."""
    import resvg_py

    one, other = (bytes(resvg_py.svg_to_bytes(svg_string=SAMPLE.format(FONTS, character))) for character in "永国")
    if one == other:
        raise ConfigurationError("no font with Chinese characters was found; install one, e.g. fonts-noto-cjk")
    return bytes(resvg_py.svg_to_bytes(svg_string=picture, zoom=zoom))


def _picture(
    data: Data, near: Sequence[set[int]], places: dict[int, tuple[int, int]], dark: bool, english: bool
) -> str:
    """The nodes at their places with their names below, the lines between them, and a legend."""
    ink = INK[dark]
    names = {number: _clean(data["node"]["label"][number]) for number in places}
    boxes = {number: label_box(name) for number, name in names.items()}
    left = min((x - boxes[n][0] / 2 for n, (x, _) in places.items()), default=0.0) - MARGIN
    upper = min((y for _, y in places.values()), default=0) - 2 * MARGIN
    right = max((x + boxes[n][0] / 2 for n, (x, _) in places.items()), default=0.0) + MARGIN
    lower = max((y + boxes[n][1] for n, (_, y) in places.items()), default=0.0) + MARGIN
    legend = _legend(data, places, right - left, dark, english)
    width, height = math.ceil(right - left), math.ceil(lower - upper + legend.count("\n") * 22 + 12)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" viewBox="0 0 {width} {height}" '
        f'font-family="{FONTS}" font-size="{FONT:g}" xml:lang="zh-CN">',
        f"<title>{escape(_clean(data['title']))}</title>",
        f'<rect width="{width}" height="{height}" fill="{ink["page"]}"/>',
        f'<g transform="translate({-left:g} {-upper:g})">',
        f'<g stroke="{ink["edge"]}" fill="none">',
        *_lines(data, places),
        "</g>",
    ]
    for number, (x, y) in places.items():
        size = min(5.5 + 1.5 * math.sqrt(sum(other in places for other in near[number])), 13.0) / 6.5
        parts.append(_mark(_style(data, number, dark), x, y, size))
    parts.append(
        f'<g fill="{ink["ink"]}" stroke="{ink["page"]}" stroke-width="3" paint-order="stroke" text-anchor="middle">'
    )
    for number, (x, y) in places.items():
        for row, line in enumerate(_wrapped(names[number])):
            parts.append(f'<text x="{x}" y="{y + 22 + row * FONT * 1.2:.1f}">{escape(line)}</text>')
    parts += [
        "</g>",
        "</g>",
        f'<g fill="{ink["soft"]}" transform="translate({MARGIN:g} {lower - upper:g})">',
        legend,
        "</g>",
    ]
    return "\n".join(parts) + "\n</svg>\n"


def _lines(data: Data, places: dict[int, tuple[int, int]]) -> Iterable[str]:
    """A line for each two nodes with relations, dashed where none of them has happened."""
    fact, statuses = data["fact"], data["statuses"]
    actual: dict[tuple[int, int], bool] = {}
    for subject, object_, status in zip(fact["s"], fact["o"], fact["status"], strict=True):
        if object_ >= 0 and subject != object_ and subject in places and object_ in places:
            pair = (min(subject, object_), max(subject, object_))
            actual[pair] = actual.get(pair, False) or statuses[status] == "actual"
    for (a, b), happened in sorted(actual.items()):
        (x1, y1), (x2, y2) = places[a], places[b]
        dashes = "" if happened else ' stroke-dasharray="5 4"'
        yield f'<line x1="{x1}" y1="{y1}" x2="{x2}" y2="{y2}"{dashes}/>'


def _legend(data: Data, places: dict[int, tuple[int, int]], width: float, dark: bool, english: bool) -> str:
    """The types' marks and names in lines of text, each ending in a line feed."""
    order = list(data["labels"]["types"])
    found = {data["types"][data["node"]["type"][number]]: number for number in places}
    x, y, parts = 0.0, 0.0, []
    for name in sorted(found, key=lambda name: (order.index(name) if name in order else len(order), name)):
        label = data["labels"]["types"].get(name, {}).get("en" if english else "zh", _clean(name))
        step = 14 * 1.6 + sum(breadth(c) for c in label) * FONT + 14
        if x and x + step > width - 2 * MARGIN:
            x, y = 0.0, y + 22
            parts.append("\n")
        parts.append(_mark(_style(data, found[name], dark), x + 7, y + 4, 1.0))
        parts.append(f'<text x="{x + 18:g}" y="{y + 8:g}">{escape(label)}</text>')
        x += step
    return "".join(parts) + "\n"


def _style(data: Data, number: int, dark: bool) -> tuple[str, str]:
    known = data["labels"]["types"].get(data["types"][data["node"]["type"][number]], {})
    return known.get("shape", "dot"), known.get("dark" if dark else "light", "#777777")


def _mark(style: tuple[str, str], x: float, y: float, scale: float) -> str:
    shape, color = style
    at = f"translate({x - 7 * scale:.1f} {y - 7 * scale:.1f}) scale({scale:.2f})"
    return f'<path d="{OUTLINES.get(shape, OUTLINES["dot"])}" fill="{color}" transform="{at}"/>'


def _wrapped(name: str) -> list[str]:
    """The name in one line, or two of like length, cut where they would be longer than LINE_WIDTH."""
    total = sum(map(breadth, name))
    limit = LINE_WIDTH if total <= LINE_WIDTH else min(math.ceil(total / 2), LINE_WIDTH)
    rows, width = [""], 0.0
    for character in name:
        if width + breadth(character) > limit:
            if len(rows) == 2:
                return [rows[0], rows[1][:-1] + "…"]
            rows, width = [*rows, ""], 0.0
        rows[-1] += character
        width += breadth(character)
    return rows


def _clean(text: Any) -> str:
    return UNSEEN.sub("", str(text))
