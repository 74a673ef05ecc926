"""`kg view` and `kg dossier`: pictures and pages out of a built network."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from kg.commands import command
from kg.errors import UsageError


def add(commands: Any) -> None:
    """Add the two commands."""
    _add_view(commands)
    _add_dossier(commands)


def _add_view(commands: Any) -> None:
    it = command(
        commands,
        "view",
        _view,
        "draw pictures of a built network for reports, without a browser",
        "  kg view --png network.png\n"
        "  kg view --svg around.svg --around 丁宗岳 --depth 2\n"
        "  kg view -o output --png dark.png --svg dark.svg --dark --english",
    )
    it.add_argument("-o", "--out", type=Path, default=Path("output"), help="folder that was built (default: output)")
    it.add_argument("--png", type=Path, metavar="FILE", help="write a PNG")
    it.add_argument("--svg", type=Path, metavar="FILE", help="write an SVG")
    it.add_argument("--around", metavar="ENTITY", help="an entity and its neighbours: id, name or alias")
    it.add_argument("--depth", type=int, choices=(1, 2, 3), default=1, help="how many steps around it (default: 1)")
    it.add_argument("--dark", action="store_true", help="light on dark")
    it.add_argument("--english", action="store_true", help="the legend in English")


def _add_dossier(commands: Any) -> None:
    it = command(
        commands,
        "dossier",
        _dossier,
        "write all that is known of a person, company, place or event as one HTML page with citations",
        "  kg dossier 丁宗岳\n"
        "  kg dossier 江苏百鸿智能电气有限公司 --to 百鸿.html\n"
        "  kg dossier person/f0ab12 -o output",
    )
    it.add_argument("entity", metavar="ENTITY", help="id, name or alias")
    it.add_argument("-o", "--out", type=Path, default=Path("output"), help="folder that was built (default: output)")
    it.add_argument("--to", type=Path, metavar="FILE", help="file to write (default: OUT/dossiers/NAME.html)")


def _view(a: argparse.Namespace) -> int:
    from kg import view

    targets = [path for path in (a.svg, a.png) if path]
    if not targets:
        raise UsageError("say what to write: kg view --png FILE or --svg FILE; open graph.html to look around")
    for path, ending in ((a.svg, ".svg"), (a.png, ".png")):
        if path and path.suffix.lower() != ending:
            raise UsageError(f"{path}: a file of {ending[1:].upper()} ends in {ending}")
    for path in targets:
        view.write_picture(_page(a.out), path, around=a.around, depth=a.depth, dark=a.dark, english=a.english)
        print(path)
    return 0


def _dossier(a: argparse.Namespace) -> int:
    from kg import dossiers

    print(dossiers.write(a.out, a.entity, a.to))
    return 0


def _page(out: Path) -> Path:
    """The page of a build."""
    page = out / "graph.html"
    if not page.is_file():
        raise UsageError(f"{page}: there is no such file; run `kg build` first, or name its folder with -o")
    return page
