"""`kg export`: the graph for other tools."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from kg.commands import add_store, command, date, stdout
from kg.errors import UsageError


def add(commands: Any) -> None:
    """Add the command."""
    it = command(
        commands,
        "export",
        run,
        "write the graph, or a part of it, for other tools",
        "  kg export --format turtle > graph.ttl\n"
        "  kg export -o network.gexf\n"
        "  kg export --about 丁宗岳 --depth 2 -o around.graphml\n"
        "  kg export --since 2025-03-01 --format csv -o new.csv\n"
        "  kg export --format neo4j -o neo4j/",
    )
    it.add_argument(
        "--format",
        help="turtle, ntriples, nquads, trig, jsonld, rdfxml, csv, jsonl, parquet, graphml, gexf, neo4j or "
        "followthemoney (default: what the name of FILE says, else turtle)",
    )
    it.add_argument(
        "-o", "--out", type=Path, metavar="FILE", help="file to write, a folder for neo4j (default: stdout)"
    )
    it.add_argument("--about", default="", metavar="NAME|IRI", help="only the facts about this, and what they name")
    it.add_argument("--depth", type=int, default=1, metavar="N", help="how many facts away from it (default: 1)")
    it.add_argument(
        "--since", type=date, metavar="YYYY-MM-DD", help="only facts that a paper of that day or later tells"
    )
    add_store(it)


def run(a: argparse.Namespace) -> int:
    """Write to the file or to stdout."""
    from kg import exports, store
    from kg.files import atomic_write

    if a.depth < 1:
        raise UsageError(f"--depth {a.depth}: it is 1 or more")
    format = a.format or exports.format_of(a.out)
    opened = store.open(a.store, graph=a.graph)
    part: dict[str, Any] = {"about": a.about, "depth": a.depth, "since": a.since}
    if format == "neo4j" and a.out:
        exports.export(opened, format, a.out, **part)
        tables = [f"--{part}={a.out / part}.csv" for part in ("nodes", "relationships")]
        print(f"import it with: neo4j-admin database import full {' '.join(tables)}", file=sys.stderr)
    elif a.out:
        with atomic_write(a.out, binary=True) as file:
            exports.export(opened, format, file, **part)
    else:
        with stdout() as out:
            exports.export(opened, format, out, **part)
    return 0
