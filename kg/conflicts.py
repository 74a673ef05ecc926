"""Statements that cannot both hold, each with its sentence; and figures that changed, the newest first."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from kg.archive import Archive, Row, cite
from kg.lexicon import pattern
from kg.rdf import days
from kg.timeline import Tenure, tenures

FIGURES = ("totalInvestment", "annualCapacity", "expectedRevenue", "area", "statistic", "rank")
DATES = ("heldOn", "startedOn", "completedOn")
ABOUT = ("indicator", "product", "kind", "phase", "growth", "period")
ROUNDED = 0.05
"""share by which a figure said to be about, over or nearly so may differ from another"""


@dataclass(frozen=True, slots=True)
class Conflict:
    """Facts that do not go together.

    kind: holders (two in a post on one day), value (figures or dates that differ), changed (of different days)
    what: of which post, or whose and which figure; facts: the newest first, one for each value
    """

    kind: str
    what: str
    facts: tuple[Row, ...]


def find(archive: Archive, labels: dict[str, str]) -> list[Conflict]:
    """The conflicts of a build, sorted by kind and what; labels: predicate -> its Chinese name."""
    found = [*_holders(tenures(archive), archive), *_values(archive, labels)]
    return sorted(found, key=lambda one: (("holders", "value", "changed").index(one.kind), one.what))


def as_text(archive: Archive, found: Iterable[Conflict]) -> str:
    """The conflicts for a terminal."""
    titles = {"holders": "一职二人", "value": "数值不一", "changed": "先后有变"}
    parts = []
    for one in found:
        parts.append(f"{titles[one.kind]}：{one.what}")
        for fact in one.facts:
            told = fact["subject"] if one.kind == "holders" else fact["object"]
            day = archive.day(fact)
            parts.append(f"  {day or '日期不详'}  {archive.label(told)}  {cite(fact, day)}")
    return "\n".join(parts) or "没有互相矛盾的事实"


def as_json(archive: Archive, found: Iterable[Conflict]) -> list[dict[str, Any]]:
    """The conflicts as JSON values, facts as facts.jsonl has them."""
    return [
        {"kind": one.kind, "what": one.what, "facts": [dict(f) | {"date": archive.day(f) or None} for f in one.facts]}
        for one in found
    ]


def held_by_one(post: str) -> bool:
    """Whether one person at a time holds a post of that name: 区长, not 副区长."""
    return bool(pattern("resolve", "single").search(post)) and not pattern("resolve", "not_single").search(post)


def _holders(found: Iterable[Tenure], archive: Archive) -> Iterable[Conflict]:
    """Two persons in a post that one holds, on the same day."""
    by_post: dict[str, list[Tenure]] = defaultdict(list)
    for tenure in found:
        if held_by_one(tenure.post):
            by_post[tenure.post_id].append(tenure)
    for several in by_post.values():
        by_day: dict[str, dict[str, Row]] = defaultdict(dict)
        for tenure in several:
            for fact in tenure.facts:
                by_day[archive.day(fact)].setdefault(tenure.person_id, fact)
        for day, facts in sorted(by_day.items(), reverse=True):
            if day and len(facts) > 1:
                rows = tuple(facts[person] for person in sorted(facts))
                yield Conflict("holders", f"{several[0].post}，{day}", rows)


def _values(archive: Archive, labels: dict[str, str]) -> Iterable[Conflict]:
    """Different figures or days for one thing."""
    told: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for fact in archive.facts:
        if fact["predicate"] in FIGURES + DATES and fact["status"] != "reported":
            about = tuple((name, fact["qualifiers"].get(name)) for name in ABOUT)
            unit = fact["object"].get("unit") if fact["predicate"] in FIGURES else None
            told[fact["subject"]["id"], fact["predicate"], about, unit].append(fact)
    for (_, predicate, about, _), facts in told.items():
        # A figure without its period is of another year in another article; in one article it is of another part.
        if predicate in ("statistic", "rank"):
            one_day = len({archive.day(fact) for fact in facts}) == 1
            if len({fact["article"] for fact in facts}) == 1 or not (dict(about)["period"] or one_day):
                continue
        values: list[Row] = []
        for fact in sorted(facts, key=lambda fact: (archive.day(fact), fact["article"], fact["start"]), reverse=True):
            if all(_differ(fact["object"], other["object"]) for other in values):
                values.append(fact)
        if len(values) < 2:
            continue
        of = "，".join(str(value) for name, value in about if value and name != "growth")
        what = f"{archive.label(facts[0]['subject'])} {labels.get(predicate, predicate)}" + (f"（{of}）" if of else "")
        moved = len({archive.day(fact) for fact in values}) > 1 and predicate != "heldOn"
        yield Conflict("changed" if moved else "value", what, tuple(values))


def _differ(one: Row, other: Row) -> bool:
    """Whether two figures, or two dates, cannot both be right."""
    if "value" not in one or "value" not in other:
        span, again = days(str(one.get("date", ""))), days(str(other.get("date", "")))
        return span is not None and again is not None and (span[1] < again[0] or again[1] < span[0])
    a, b = float(one["value"]), float(other["value"])
    near = ROUNDED * max(abs(a), abs(b)) if one.get("mod") or other.get("mod") else 0.0
    return abs(a - b) > near
