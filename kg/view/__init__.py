"""The interactive network: one HTML file that asks no host for anything; dossiers and pictures out of it."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from kg.errors import UsageError
from kg.files import atomic_write
from kg.model import Article, Entity, Fact

if TYPE_CHECKING:
    from kg.view.content import Carried

__all__ = ["check_layout", "dossier_of", "picture_of", "write_dossier", "write_html", "write_picture"]

TITLE = "新闻知识图谱"


def write_html(
    path: Path,
    entities: Sequence[Entity],
    facts: Sequence[Fact],
    articles: Sequence[Article],
    *,
    title: str = TITLE,
    labels: Mapping[str, str] | None = None,
    layout: Path | None = None,
    beyond: int = 0,
    carried: Carried | None = None,
) -> dict[str, int]:
    """Write the facts as a page to look at, search and check, atomically.

    title: the page's heading
    labels: Chinese labels by predicate or class name, over those of `kg/data/labels.toml`
    layout: a JSON file with the places of nodes; those it names keep theirs, and then it is written anew, without
        those of nodes that are gone
    beyond: articles of the archive that the page leaves out; it says so
    carried: (article's id, start, end) -> the words at facts' antecedents, where the articles come without their texts

    Returns counts: `nodes` (entities that take part in facts), `edges` (distinct relations between two of them),
    `facts`, `left_out` (nodes that the focus view does not draw), `beyond`, `bytes`.
    Raises ConfigurationError if a fact names an entity or article that is not given, or the layout is no such file,
    OSError if a file cannot be written.
    """
    from kg.view.content import collect, load_labels
    from kg.view.page import network_of
    from kg.view.places import Places, load, save

    content = collect(entities, facts, articles, load_labels(labels or {}), carried)
    network, places = network_of(content, title, load(layout) if layout else Places({}, {}), beyond)
    size = network.write_html(path)
    if layout:
        save(layout, places)
    return {
        "nodes": len(content.nodes),
        "edges": len(content.relations),
        "facts": len(content.facts),
        "left_out": len(content.nodes) - len(content.focus),
        "beyond": beyond,
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
    from kg.view.pack import read

    return _dossier(read(page), entity, page.parent / "dossiers", path)


def dossier_of(
    entity: str,
    entities: Sequence[Entity],
    facts: Sequence[Fact],
    articles: Sequence[Article],
    path: Path,
    *,
    title: str = TITLE,
    labels: Mapping[str, str] | None = None,
    carried: Carried | None = None,
) -> Path:
    """Write a dossier as `write_dossier` does, out of facts instead of a page: a page may not hold all of an archive.

    entity: id, name or alias, of one of `entities` that takes part in a fact
    entities, facts, articles: all that concerns it: the facts in which it takes part, the entities that these name and
        their articles. Facts between its neighbours are drawn too; the `heldOn` of an event it takes part in gives the
        timeline the event's day in place of the article's
    title, labels, carried: as for `write_html`

    Returns `path`. Raises UsageError for an unknown or ambiguous entity, ConfigurationError if a fact names an entity
    or article that is not given, OSError if the file cannot be written.
    """
    data = _data(entities, facts, articles, title, labels, carried)
    return _dossier(data, entity, path.parent, path)


def _data(
    entities: Sequence[Entity],
    facts: Sequence[Fact],
    articles: Sequence[Article],
    title: str,
    labels: Mapping[str, str] | None,
    carried: Carried | None,
) -> dict[str, Any]:
    """What `kg.view.pack.read` would give of a page of these facts, save its opening view."""
    from kg.view.content import collect, load_labels
    from kg.view.page import data_of

    data, _ = data_of(collect(entities, facts, articles, load_labels(labels or {}), carried), {})
    return {**data, "title": title}


def _dossier(data: Mapping[str, Any], entity: str, folder: Path, path: Path | None) -> Path:
    """Write the dossier of an entity of these data, named after it in the folder if no path is given."""
    from kg.view.network import Network
    from kg.view.saved import concerning, find

    number = find(data, entity)
    id_, label = data["node"]["id"][number], data["node"]["label"][number]
    network = Network(
        f"{label} · {data['title']}", {**concerning(data, number), "open": f"v=dossier&of={quote(id_, safe='')}"}
    )
    target = path or folder / f"{file_name(label or id_)}.html"
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

    _check_picture(path)
    data = read(page)
    look = {"dark": dark, "english": english}
    _save_picture(svg.ego(data, find(data, around), depth, **look) if around else svg.opening(data, **look), path)


def picture_of(
    entity: str,
    entities: Sequence[Entity],
    facts: Sequence[Fact],
    articles: Sequence[Article],
    path: Path,
    *,
    depth: int = 1,
    dark: bool = False,
    english: bool = False,
    labels: Mapping[str, str] | None = None,
) -> Path:
    """Write a picture of an entity and its neighbours as `write_picture` does, out of facts instead of a page.

    entity: id, name or alias, of one of `entities` that takes part in a fact
    entities, facts, articles: at least the facts of all that lies less than `depth` steps away, and what these name
    depth: steps around the entity

    Returns `path`. Raises UsageError for an unknown or ambiguous entity and another ending than .svg or .png,
    ConfigurationError if a fact names an entity or article that is not given and where PNG finds no font with Chinese
    characters, OSError if the file cannot be written.
    """
    from kg.view import svg
    from kg.view.saved import find

    _check_picture(path)
    data = _data(entities, facts, articles, TITLE, labels, None)
    _save_picture(svg.ego(data, find(data, entity), depth, dark=dark, english=english), path)
    return path


def _check_picture(path: Path) -> None:
    if path.suffix.lower() not in (".svg", ".png"):
        raise UsageError(f"{path}: a picture ends in .svg or .png")


def _save_picture(picture: str, path: Path) -> None:
    from kg.view import svg

    content = picture.encode("utf-8") if path.suffix.lower() == ".svg" else svg.png(picture)
    with atomic_write(path, binary=True) as file:
        file.write(content)


def file_name(label: str) -> str:
    """A label as a name that every file system takes.

    >>> file_name("市委/市政府: “两会”?")
    '市委_市政府_ “两会”_'
    """
    return re.sub(r'[\\/:*?"<>|\x00-\x1f\x7f]', "_", label).strip(". ")[:60] or "_"
