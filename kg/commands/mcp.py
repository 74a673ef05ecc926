"""`kg mcp`: the graph as tools of an assistant."""

from __future__ import annotations

import argparse
from typing import Any

from kg.commands import STORE, command


def add(commands: Any) -> None:
    """Add the command."""
    it = command(
        commands,
        "mcp",
        run,
        "let an assistant answer from the graph, with citations (Model Context Protocol over stdin and stdout)",
        '  kg mcp output\n  {"mcpServers": {"local-news": {"command": "kg", "args": ["mcp", "/path/to/output"]}}}',
    )
    it.add_argument("out", metavar="FOLDER", nargs="?", default=STORE, help="folder of a build")


def run(a: argparse.Namespace) -> int:
    """Answer until stdin ends."""
    from kg.assistant import run

    run(a.out)
    return 0
