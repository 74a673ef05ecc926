"""`kg ask`: questions in plain Chinese."""

from __future__ import annotations

import argparse
from typing import Any

from kg.commands import NO_ANSWER, add_store, as_json, command


def add(commands: Any) -> None:
    """Add the command."""
    it = command(
        commands,
        "ask",
        run,
        "answer a question in plain Chinese, with the sentences that say so and the SPARQL behind it",
        "  kg ask 丁宗岳主持了哪些会议？\n"
        "  kg ask 2025年5月1日谁任武进区委书记 --no-sparql\n"
        "  kg ask 总投资10亿元以上的项目有哪些 --json",
    )
    it.add_argument("question", metavar="QUESTION", nargs="+", help="the question; several words are joined")
    add_store(it)
    it.add_argument("--json", action="store_true", help="print it as JSON")
    it.add_argument("--no-sparql", action="store_true", help="leave the SPARQL out")
    it.add_argument(
        "--tagger", choices=("onnx", "jieba"), default="onnx", help="what finds unknown names: onnx (default) or jieba"
    )


def run(a: argparse.Namespace) -> int:
    """Answer, or say why not; returns NO_ANSWER where there is none."""
    from kg import asking, store
    from kg.asking import texts

    answer = asking.ask(store.open(a.store, graph=a.graph), " ".join(a.question), tagger=a.tagger)
    if a.json:
        print(as_json(texts.as_json(answer)))
    else:
        print(texts.as_text(answer, not a.no_sparql), end="")
    return 0 if answer.status == asking.ANSWERED else NO_ANSWER
