"""The interactive network: one HTML file that asks no host for anything; dossiers and pictures out of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from kg.errors import UsageError
from kg.files import atomic_write
from kg.model import Article, Entity, Fact

__all__ = ["check_layout", "write_dossier", "write_html", "write_picture"]


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


def check_layout(path: Path) -> None:
    """Raise ConfigurationError if there is a file that is not the places of a network."""
    from kg.view.places import load

    load(path)


def write_dossier(page: Path, entity: str, path: Path | None = None) -> Path:
    """Write all that a page of `write_html` knows of an entity as one HTML page: facts, timeline, network, citations.

    entity: id, name or alias
    path: where to; by default named after the entity in a folder `dossiers` beside the page

    Returns where it was written. Raises UsageError for an unknown or ambiguous entity and for a page that is none.
    """
    from kg.view.network import Network
    from kg.view.pack import read
    from kg.view.saved import concerning, find

    data = read(page)
    number = find(data, entity)
    id_, label = data["node"]["id"][number], data["node"]["label"][number]
    network = Network(
        f"{label} · {data['title']}", {**concerning(data, number), "open": f"v=dossier&of={quote(id_, safe='')}"}
    )
    target = path or page.parent / "dossiers" / f"{file_name(label or id_)}.html"
    network.write_html(target)
    return target


def write_picture(
    page: Path,
    path: Path,
    *,
    around: str | None = None,
    depth: int = 1,
    dark: bool = False,
    english: bool = False,
) -> None:
    """Write a picture of a page of `write_html`, as SVG or PNG by the ending of `path`, without a browser.

    around: id, name or alias of an entity whose neighbours up to `depth` steps are shown; the best connected otherwise

    Raises UsageError for an unknown or ambiguous entity, a page that is none and another ending, ConfigurationError
    where PNG finds no font with Chinese characters.
    """
    from kg.view import svg
    from kg.view.pack import read
    from kg.view.saved import find

    if path.suffix.lower() not in (".svg", ".png"):
        raise UsageError(f"{path}: a picture ends in .svg or .png")
    data = read(page)
    look = {"dark": dark, "english": english}
    picture = svg.ego(data, find(data, around), depth, **look) if around else svg.opening(data, **look)
    content = picture.encode("utf-8") if path.suffix.lower() == ".svg" else svg.png(picture)
    with atomic_write(path, binary=True) as file:
        file.write(content)


def file_name(label: str) -> str:
    """A label as a name that every file system takes.

    >>> file_name("市委/市政府: “两会”?")
    '市委_市政府_ “两会”_'
    """
    return re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]', "_", label).strip(". ")[:60] or "_"
