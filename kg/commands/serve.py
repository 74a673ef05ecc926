"""`kg serve`: the graph as a website for this machine."""

from __future__ import annotations

import argparse
from typing import Any

from kg.commands import STORE, command


def add(commands: Any) -> None:
    """Add the command."""
    it = command(
        commands,
        "serve",
        run,
        "serve the viewer, a SPARQL endpoint, a query page and a page of every entity",
        "  kg serve\n"
        "  kg serve output --port 8080\n"
        "  curl 'http://127.0.0.1:8000/sparql?query=某人任职史&$who=丁宗岳&format=csv'\n"
        "  kg serve --host 0.0.0.0 --allow-host news.example.org --cors https://maps.example.org",
    )
    it.add_argument("out", metavar="FOLDER", nargs="?", default=STORE, help="folder of a build")
    it.add_argument("--host", default="127.0.0.1", help="where to listen (default: 127.0.0.1, this machine alone)")
    it.add_argument("--port", type=int, default=8000, help="default: 8000; 0 takes a free one")
    it.add_argument(
        "--allow-host", metavar="NAME", action="append", default=[], help="name that this machine goes by for others"
    )
    it.add_argument(
        "--cors", metavar="ORIGIN", action="append", default=[], help="website whose scripts may ask; * for any"
    )


def run(a: argparse.Namespace) -> int:
    """Serve until interrupted."""
    from kg.serve import serve

    serve(a.out, a.host, a.port, hosts=a.allow_host, origins=a.cors)
    return 0
