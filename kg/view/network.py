"""A pyvis network with a page of its own: nothing fetched, nothing run out of the data, linear in its size."""

from __future__ import annotations

import base64
import hashlib
from importlib.resources import files
from pathlib import Path
from typing import Any

import pyvis.network  # type: ignore[import-untyped]
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from kg.errors import ConfigurationError
from kg.files import atomic_write
from kg.view.modules import bundle
from kg.view.pack import compress

HERE = Path(__file__).parent
VIS_NETWORK = "lib/vis-9.1.2/vis-network.min.js"
"""where pyvis 0.3.2 keeps vis-network (Apache-2.0 or MIT)"""


class Network(pyvis.network.Network):  # type: ignore[misc]
    """pyvis's network, directed, parallel relations kept, written as one self-contained page.

    Its nodes are those of the opening view, with their places; its edges the relations between them.

    title: the page's heading and title
    data: all that the page holds, from `kg.view.pack`
    """

    def __init__(self, title: str, data: dict[str, Any]) -> None:
        super().__init__(directed=True, cdn_resources="in_line")
        self.heading = title
        self.data = data
        self.templateEnv = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined)
        self.path = "page.html"

    def add_node(self, n_id: str | int, label: str | None = None, **options: Any) -> None:
        """Add a node unless its id is known; pyvis's own method searches a list each time."""
        if n_id in self.node_map:
            return
        node = {"id": n_id, "label": str(n_id) if label is None else label, **options}
        self.nodes.append(node)
        self.node_ids.append(n_id)
        self.node_map[n_id] = node

    def add_edge(self, source: str | int, to: str | int, **options: Any) -> None:
        """Add an edge beside any others between the two; raises ConfigurationError if one is not a node."""
        for end in (source, to):
            if end not in self.node_map:
                raise ConfigurationError(f"edge {source!r} -> {to!r}: {end!r} is not a node of the network")
        self.edges.append({"from": source, "to": to, **options})

    def generate_html(self) -> str:
        """The page, ending in a line feed: styles, scripts and data inline, each allowed by its hash alone."""
        style = _inline((HERE / "page.css").read_text(encoding="utf-8"))
        scripts = [_inline(_vis_network()), _inline(bundle(HERE / "js", "page.js"))]
        policy = [
            "default-src 'none'",
            "script-src " + " ".join(_hash(script) for script in scripts),
            "style-src " + _hash(style),
            "img-src data:",
            "base-uri 'none'",
            "form-action 'none'",
        ]
        opening = {name: [node[name] for node in self.nodes] for name in ("id", "x", "y")}
        page = self.templateEnv.get_template(self.path).render(
            title=self.heading,
            policy="; ".join(policy),
            style=Markup(style),
            scripts=[Markup(script) for script in scripts],
            data=compress({**self.data, "title": self.heading, "opening": opening}),
            ui={name: entry["zh"] for name, entry in self.data["labels"]["ui"].items()},
        )
        return page.rstrip("\n") + "\n"

    def write_html(self, name: str | Path) -> int:
        """Write the page as UTF-8 with line feeds, whatever the locale, whole or not at all; returns its bytes."""
        content = self.generate_html().encode("utf-8")
        with atomic_write(Path(name), binary=True) as file:
            file.write(content)
        return len(content)


def _vis_network() -> str:
    """vis-network as pyvis carries it, licence comment kept, without the pointer to its source map."""
    text = files("pyvis").joinpath(VIS_NETWORK).read_text(encoding="utf-8")
    return "\n".join(line for line in text.split("\n") if not line.startswith("//# sourceMappingURL"))


def _inline(text: str) -> str:
    """The text as it may stand in a script or style element; raises ConfigurationError where it would end it early."""
    for marker in ("</script", "</style", "<!--"):
        if marker in text.lower():
            raise ConfigurationError(f"a script or style to be inlined holds {marker!r}")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _hash(text: str) -> str:
    """The element's source expression for a content security policy."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode('utf-8')).digest()).decode('ascii')}'"
