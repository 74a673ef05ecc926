"""An answer as a person reads it, and as a program does."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from kg.rows import lines

if TYPE_CHECKING:
    from kg.asking import Answer
    from kg.asking.answers import Cited, Part

ROWS, SENTENCES = 50, 20
"""rows and sentences that a text shows; JSON has them all"""


def as_json(answer: Answer) -> dict[str, Any]:
    """The answer with all its rows, sentences and queries."""
    return asdict(answer)


def as_text(answer: Answer, sparql: bool = True) -> str:
    """The answer for a terminal; sparql: whether to show the queries."""
    return "\n".join(_lines(answer, sparql)) + "\n"


def _lines(answer: Answer, sparql: bool) -> Iterator[str]:
    if answer.understood:
        yield f"问的是：{answer.understood}"
    if answer.message:
        yield answer.message
    if answer.like:
        yield f"相近的名称：{'、'.join(answer.like)}"
    if len(answer.parts) > 1:
        yield f"同名的有 {len(answer.parts)} 个，分别回答。"
    for part in answer.parts:
        yield ""
        yield from _part(part, sparql)
    if answer.instead:
        yield "可以这样问："
        yield from (f"  {said}" for said in answer.instead)
    if answer.ready:
        yield "现成的查询（kg query --list 列出全部）："
        yield from (f"  {said}" for said in answer.ready)


def _part(part: Part, sparql: bool) -> Iterator[str]:
    if part.about:
        yield f"【{part.about}】"
    yield "".join(lines([part.columns, *part.rows[:ROWS]])).rstrip("\n")
    if len(part.rows) > ROWS:
        yield f"……共 {len(part.rows)} 行（--json 全部列出）"
    if part.evidence:
        yield ""
        yield "依据："
        yield from (f"[{number}] {_cited(one)}" for number, one in enumerate(part.evidence[:SENTENCES], 1))
    if len(part.evidence) > SENTENCES:
        yield f"……共 {len(part.evidence)} 句（--json 全部列出）"
    if sparql:
        yield ""
        yield "SPARQL："
        yield part.sparql


def _cited(one: Cited) -> str:
    where = "，".join(filter(None, (one.paper, one.published, f"{one.source}:{one.start}-{one.end}")))
    return f"“{' '.join(one.quote.split())}” ——《{one.title}》（{where}）"
