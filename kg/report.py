"""What a build did: counted, with what was left out and why, as JSON and as a summary for the terminal."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.files import atomic_write
from kg.model import Skipped
from kg.rows import width

PLACES = 8
"""home places that the summary names"""


@dataclass(frozen=True, slots=True)
class Home:
    """The home place of a source, "" if unknown, and how it was found."""

    source: str
    place: str
    how: str


@dataclass(frozen=True, slots=True)
class Report:
    """An account of a build.

    mentions, facts, entities: counts by class, predicate and class, sorted by name
    without_facts: sources with text, but no fact; quarantined: (article, what, reason) of what broke a shape
    candidates: pairs left to people; reprints: articles that repeat another's text
    rejected: (article, fact) of those judged wrong; unused: judgements that name nothing here
    view: nodes, edges, facts, left_out, beyond (articles that are not on it) and bytes of graph.html
    seconds: CPU seconds a stage; the one thing that differs from build to build
    """

    version: str
    documents: int
    articles: int
    sentences: int
    mentions: Mapping[str, int]
    facts: Mapping[str, int]
    status: Mapping[str, int]
    entities: Mapping[str, int]
    triples: Mapping[str, int]
    homes: tuple[Home, ...]
    without_facts: tuple[str, ...]
    skipped: tuple[Skipped, ...]
    quarantined: tuple[tuple[str, str, str], ...]
    candidates: int
    reprints: int
    rejected: tuple[tuple[str, str], ...]
    unused: tuple[str, ...]
    view: Mapping[str, int]
    seconds: Mapping[str, float]


def as_json(report: Report) -> dict[str, Any]:
    """The report as report.json holds it. All but `seconds` is the same for the same input."""
    return {
        "version": report.version,
        "documents": report.documents,
        "articles": report.articles,
        "sentences": report.sentences,
        "mentions": {"total": sum(report.mentions.values()), "by_class": dict(report.mentions)},
        "facts": {
            "total": sum(report.facts.values()),
            "by_predicate": dict(report.facts),
            "by_status": dict(report.status),
        },
        "entities": {"total": sum(report.entities.values()), "by_class": dict(report.entities)},
        "triples": dict(report.triples),
        "candidates": report.candidates,
        "reprints": report.reprints,
        "decisions": {"rejected": [list(pair) for pair in report.rejected], "unused": list(report.unused)},
        "view": dict(report.view),
        "homes": [{"source": home.source, "place": home.place, "how": home.how} for home in report.homes],
        "without_facts": list(report.without_facts),
        "skipped": [{"source": s.source, "reason": s.reason, "message": s.message} for s in report.skipped],
        "quarantined": [{"article": a, "what": what, "reason": why} for a, what, why in report.quarantined],
        "seconds": dict(report.seconds),
    }


def write_json(path: Path, report: Report) -> None:
    """Write report.json."""
    with atomic_write(path) as file:
        file.write(json.dumps(as_json(report), ensure_ascii=False, indent=2) + "\n")


def summary(report: Report, labels: Mapping[str, str]) -> str:
    """The counts for a terminal, in Chinese; labels: predicate -> its Chinese name."""
    facts, entities = sum(report.facts.values()), sum(report.entities.values())
    ranked = sorted(report.facts.items(), key=lambda item: (-item[1], item[0]))
    places = Counter(home.place or "未知" for home in report.homes)
    named = [f"{place}（{count}）" for place, count in sorted(places.items(), key=lambda item: (-item[1], item[0]))]
    more = f" 等 {len(named)} 处" if len(named) > PLACES else ""
    seconds = "　".join(f"{name} {value:.1f}" for name, value in report.seconds.items())
    return "\n".join(
        [
            f"来源 {report.documents}　文章 {report.articles}　句子 {report.sentences}　"
            f"提及 {sum(report.mentions.values())}　事实 {facts}　实体 {entities}",
            *_columns([f"{labels.get(name, name)} {count}" for name, count in ranked]),
            f"本地：{'、'.join(named[:PLACES])}{more}",
            f"略过 {len(report.skipped)}　隔离 {len(report.quarantined)}　无事实 {len(report.without_facts)}　"
            f"转载 {report.reprints}　待核同名 {report.candidates}",
            f"CPU 秒：{seconds}",
        ]
    )


def messages(report: Report) -> list[str]:
    """One line for each thing left out: source, what, and what to do or why."""
    lines = [f"skipped: {one.source}: {one.message}" for one in report.skipped]
    lines += [f"set aside: {article or 'entity'}: {what}: {reason}" for article, what, reason in report.quarantined]
    lines += [f"no fact: {source}: it has text, but no rule found a fact in it" for source in report.without_facts]
    if beyond := report.view.get("beyond"):
        lines.append(f"graph.html: the latest articles; {beyond} more are in kg serve, kg query and kg dossier")
    lines += [f"decisions: {one}: nothing here is called so; the line was not used" for one in report.unused]
    return lines


def _columns(cells: list[str], columns: int = 6) -> list[str]:
    """Cells in aligned columns; a Chinese character is two wide."""
    widest = max(map(width, cells), default=0) + 2
    rows = [cells[start : start + columns] for start in range(0, len(cells), columns)]
    return ["".join(cell + " " * (widest - width(cell)) for cell in row).rstrip() for row in rows]
