"""kg timeline, kg conflicts, kg review: what a build's facts tell over time, and what people judge of them."""

from __future__ import annotations

import argparse
import datetime as dt
from pathlib import Path
from typing import Any

from kg.commands import as_json, command

DECISIONS = Path("decisions.tsv")
"""Where people's judgements are, if --decisions does not say."""


def add(commands: Any) -> None:
    """Add the three commands."""
    for one in (_add_timeline, _add_conflicts, _add_review):
        one(commands)


def _add_timeline(commands: Any) -> None:
    it = command(
        commands,
        "timeline",
        _timeline,
        "print the career of a person, or the holders of a post, with evidence",
        "  kg timeline 丁宗岳\n  kg timeline 武进区委书记 -o output --json",
    )
    it.add_argument("name", metavar="NAME", help="a person's name, or a post's: 武进区委书记")
    _add_archive(it)


def _add_conflicts(commands: Any) -> None:
    it = command(
        commands,
        "conflicts",
        _conflicts,
        "print what cannot both hold, and what changed, with both sentences",
        "  kg conflicts\n  kg conflicts -o output --json",
    )
    _add_archive(it)


def _add_review(commands: Any) -> None:
    it = command(
        commands,
        "review",
        _review,
        "judge the pairs that may be one thing, or facts; build again to apply it",
        "  kg review\n"
        "  kg review --facts --below 0.8 --who 李编辑\n"
        "  kg review --undo\n"
        "  kg review --gold judged.jsonl",
    )
    _add_archive(it)
    it.add_argument("--decisions", type=Path, metavar="TSV", default=DECISIONS, help="where the judgements are kept")
    it.add_argument("--facts", action="store_true", help="judge facts (right, wrong), the least sure first")
    it.add_argument("--below", type=float, default=1.0, metavar="CONFIDENCE", help="only facts less sure than this")
    it.add_argument("--who", default="", help="your name, written beside each judgement")
    it.add_argument("--undo", action="store_true", help="take the last judgement back")
    it.add_argument("--gold", type=Path, metavar="JSONL", help="write the articles with judged facts as gold")


def _add_archive(it: argparse.ArgumentParser) -> None:
    """The options of what reads a build's outputs."""
    it.add_argument("-o", "--out", type=Path, default=Path("output"), help="folder of the build (default: output)")
    it.add_argument("--json", action="store_true", help="print it as JSON")


def _timeline(a: argparse.Namespace) -> int:
    from kg import timeline
    from kg.archive import Archive

    archive = Archive(a.out)
    found = timeline.timelines(archive, a.name)
    print(as_json(timeline.as_json(archive, found)) if a.json else timeline.as_text(archive, found))
    return 0


def _conflicts(a: argparse.Namespace) -> int:
    from kg import conflicts
    from kg.archive import Archive
    from kg.view.content import load_labels

    archive = Archive(a.out)
    labels = {name: entry["zh"] for name, entry in load_labels({})["predicates"].items()}
    found = conflicts.find(archive, labels)
    print(as_json(conflicts.as_json(archive, found)) if a.json else conflicts.as_text(archive, found))
    return 0


def _review(a: argparse.Namespace) -> int:
    from kg import review
    from kg.archive import Archive
    from kg.resolve import decisions

    archive = Archive(a.out)
    if a.undo:
        print(decisions.take_back(a.decisions) or f"{a.decisions}: no judgement to take back")
        return 0
    if a.gold:
        print(f"{a.gold}：{review.write_gold(archive, decisions.load(a.decisions), a.gold)} 篇")
        return 0
    today = dt.date.today()
    if a.facts:
        made = review.review_facts(archive, a.decisions, input, print, a.who, today, a.below)
    else:
        made = review.review_pairs(archive, a.decisions, input, print, a.who, today)
    print(f"{a.decisions}：新增裁定 {made} 条" + ("；重新 kg build 后生效" if made else ""))
    return 0
