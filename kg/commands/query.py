"""`kg query`: ask the store."""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

from kg.commands import Parser, add_store, command, stdout
from kg.errors import UsageError

FORMATS = ("table", "csv", "tsv", "json", "jsonl", "xml")


def add(commands: Any) -> None:
    """Add the command."""
    it = command(
        commands,
        "query",
        run,
        "ask the store: a ready question, a SPARQL query, or a file with one",
        "  kg query --list\n"
        "  kg query 某人任职史 丁宗岳\n"
        "  kg query post_on_day --day 2025-03-03 --post 区委书记\n"
        "  kg query 'SELECT ?event { ?who rdfs:label $who ; kg:attended ?event }' who=丁宗岳 --format csv\n"
        "  kg query questions.rq day:date=2025-03-04 --store http://localhost:7878/query --explain",
    )
    assert isinstance(it, Parser)
    it.parameters = True
    it.add_argument("query", metavar="QUERY", nargs="?", help="name or title of a ready question, SPARQL, or its file")
    it.add_argument(
        "values", metavar="NAME=VALUE", nargs="*",
        help="parameters, also as --NAME VALUE, or in order for a ready question; NAME:TYPE=VALUE with TYPE "
        "name (default), text, date, integer, decimal, boolean or iri",
    )  # fmt: skip
    add_store(it)
    it.add_argument("--format", choices=FORMATS, default="table", help="default: table")
    it.add_argument("--list", action="store_true", help="list the ready questions")
    it.add_argument(
        "--explain", action="store_true", help="show the query as it is run, its time and its number of rows instead"
    )


def run(a: argparse.Namespace) -> int:
    """Ask, and write the answer to stdout."""
    from kg import questions, results, sparql, store

    if a.list:
        print(questions.listing(), end="")
        return 0
    if not a.query:
        raise UsageError("give a ready question (see: kg query --list), a SPARQL query or a file")
    opened = store.open(a.store, graph=a.graph)
    given = dict(value.split("=", 1) for value in a.values if "=" in value)
    rest = [value for value in a.values if "=" not in value]
    prefixes = opened.prefixes
    text, base = questions.file_or_text(a.query)
    query = opened.prepare(text, given, rest, base)
    for line in opened.unknown(query.values):
        print(line, file=sys.stderr)
    if a.explain:
        begun = time.perf_counter()
        counted = results.count(opened.run(query))
        seconds = time.perf_counter() - begun
        print(f"{sparql.prologue(query.query, prefixes)}\n{query.query.strip()}".lstrip())
        print(f"# {opened.name}: {counted} rows in {seconds:.3f} s")
    else:
        answer = opened.run(query)
        with stdout() as out:
            results.write(answer, a.format, out, prefixes)
    return 0
