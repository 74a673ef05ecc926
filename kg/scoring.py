"""Which extracted facts of an article are right: strictly, and with what a fair reader forgives.

Forgiven are short and full names of companies, the body or region before a post (武进区区长 = 区长), other names of a
unit (人/名/位), attendance for accompanying, a raw date for the resolved one. Never forgiven are 副, the level
(省/市/区), the phase (一期), a growth for its level, another entity. A gold fact counts once; a fact said twice in
other words is wrong; what gold marks optional costs and gains nothing.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.gold import BYLINES, CIRCUMSTANCES, DATED, PREDICATES, ROLES, GoldArticle, GoldFact, Measure
from kg.likeness import alike, canonical_date, dice, lists, norm, norms, post_alike

Row = Mapping[str, Any]
"""a fact as facts.jsonl holds it, whose subject and object are mappings"""

_ATTENDANCE = {"attended", "accompanied", "observed"}
# Whoever does one of these attends; gold does not say so again.
_IMPLY_ATTENDANCE = {"presidedOver", "spokeAt", "led", "accompanied", "attended"}
_EXACT = ROLES - {"observed"} | BYLINES
_OTHER_READINGS = {"statistic", "totalInvestment", "expectedRevenue", "area", "annualCapacity"}
_NAMED = {"Person", "Company", "GovernmentBody", "PartyBody", "Institution", "Park", "Place"}


def _same_date(gold: GoldFact, got: Row, forgiving: bool) -> bool:
    accepted = gold.object + gold.wordings
    dates = {canonical_date(name) for name in accepted if re.match(r"\d{4}(-|$)", name)}
    if got.get("date") and dates:
        return canonical_date(str(got["date"])) in dates
    text = str(got.get("text") or got.get("label") or "")
    if norm(text) in norms(accepted) or (forgiving and canonical_date(text) in dates):
        return True
    day = re.match(r"(?:(\d{4})年)?(\d{1,2})月(\d{1,2})日", text)
    if day is None or not forgiving:
        return False
    iso = re.compile(rf"{day[1] or '....'}-{int(day[2]):02}-{int(day[3]):02}")
    return any(iso.fullmatch(date) for date in dates)


def _same_value(measure: Measure, got: Row) -> bool:
    value = got.get("value")
    return isinstance(value, int | float) and math.isclose(
        measure.value, value, rel_tol=0, abs_tol=1e-6 * max(1.0, abs(measure.value))
    )


def _same_quantity(gold: GoldFact, measure: Measure, row: Row) -> bool:
    """Whether value, unit and qualifiers agree, forgivingly."""
    got, said = row["object"], _qualifiers(row)
    if not _same_value(measure, got):
        return False
    units = set(norms((measure.unit, *measure.alternatives)))
    for family in lists()["units"]:
        if units & set(family):
            units |= set(family)
    if gold.predicate != "rank" and norm(str(got.get("unit", ""))) not in units:
        return False
    phase, due = norm(str(said.get("phase") or "")), norm(gold.phase)
    if due and due != phase and due not in norm(str(row["subject"].get("label", ""))):
        return False
    if phase and phase != due and not any(phase in name for name in norms(gold.subject)):
        return False
    for names, key in ((gold.indicator, "indicator"), (gold.product, "product")):
        if names and not alike(names, str(said.get(key, "")), 0.34):
            return False
    if gold.predicate in ("area", "expectedRevenue"):
        kinds = _kind(gold.kind), _kind(str(said.get("kind") or ""))
        if None not in kinds and kinds[0] != kinds[1]:
            return False
    grown = bool(said.get("growth"))
    if measure.unit in ("%", "倍"):
        grown = grown or any(word in str(said.get("indicator", "")) for word in lists()["growth"])
    return gold.predicate != "statistic" or grown == gold.growth


def _kind(kind: str) -> int | None:
    return next((number for number, family in enumerate(lists()["kinds"]) if kind in family), None)


def _qualifiers(row: Row) -> Row:
    return row.get("qualifiers") or {}


def _label(side: Row) -> str:
    return str(side.get("label") or side.get("text") or "")


def _event_side(predicate: str) -> str:
    """The side of a fact that is an event: subject, object or "" for neither."""
    return "object" if predicate in ROLES else "subject" if predicate in CIRCUMSTANCES else ""


def _gold_names(gold: GoldFact, side: str) -> tuple[str, ...]:
    return gold.subject if side == "subject" else gold.object


@dataclass(frozen=True, slots=True)
class _Scene:
    """What a gold article tells about names.

    regions: normalised names of the home place; bodies: these and all that posts are at
    firsts: the fullest name of each entity; events: extracted event label -> names of the gold event it stands for
    """

    types: Mapping[str, str]
    regions: frozenset[str]
    bodies: frozenset[str]
    firsts: frozenset[str]
    events: Mapping[str, tuple[str, ...]]


def _scene(article: GoldArticle, rows: Sequence[Row]) -> _Scene:
    region = norm(article.region)
    regions = frozenset({region, region[:-1]} - {""})
    posts_at = {name for g in article.facts if g.predicate == "postAt" for name in norms(g.object)}
    firsts = {norm(g.subject[0]) for g in article.facts} | {
        norm(g.object[0]) for g in article.facts if g.object and g.predicate not in DATED | {"holdsPost"}
    }
    return _Scene(article.types, regions, regions | posts_at, frozenset(firsts), _align(article, rows))


def _align(article: GoldArticle, rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """Lead each extracted event label to the gold event most like it; a second label for one must be closer."""
    sides = [(_event_side(g.predicate), g) for g in article.facts]
    golden = list(dict.fromkeys(norms(_gold_names(g, side)) for side, g in sides if side))
    said = [str(row[side].get("label") or "") for row in rows if (side := _event_side(row["predicate"]))]
    labels = [label for label in dict.fromkeys(said) if label]
    pairs = [
        (max(dice(name, norm(label)) for name in names), -number, label)
        for number, names in enumerate(golden)
        for label in labels
    ]
    events: dict[str, int] = {}
    for likeness, minus, label in sorted(pairs, reverse=True):
        if label not in events and likeness >= (0.5 if -minus in events.values() else 0.34):
            events[label] = -minus
    if len(golden) == len(labels) == 1:
        events.setdefault(labels[0], 0)
    return {label: golden[number] for label, number in events.items()}


def _side_matches(gold: GoldFact, row: Row, side: str, scene: _Scene) -> bool:
    names, got = _gold_names(gold, side), row[side]
    if names == ("article",):
        return True
    if side == _event_side(gold.predicate):
        return scene.events.get(str(got.get("label", ""))) == norms(names)
    if side == "object" and gold.measure:
        return _same_quantity(gold, gold.measure, row)
    if side == "object" and gold.predicate in DATED:
        return _same_date(gold, got, forgiving=True)
    label = _label(got)
    if gold.predicate in _EXACT:
        return norm(label) in norms(names)
    if side == "object" and gold.predicate == "holdsPost":
        several = "、" in label and not any("、" in name for name in names)
        return not several and post_alike(names, label, scene.bodies)
    return _name_matches(names, label, scene, place=side == "object" and gold.predicate in ("locatedIn", "heldIn"))


def _name_matches(names: tuple[str, ...], label: str, scene: _Scene, place: bool) -> bool:
    """Whether the label names the entity; place: a longer address of the same place will do."""
    said = norm(label)
    if said in norms(names):
        return True
    if said in scene.firsts:
        return False
    for name in norms(names):
        if any(said == region + name for region in scene.regions) or (
            place and len(name) >= 3 and said.startswith(name)
        ):
            return True
    return alike(names, label, 0.9 if scene.types.get(names[0]) in _NAMED else 0.6)


def _matches(gold: GoldFact, row: Row, scene: _Scene) -> bool:
    p, q = gold.predicate, row["predicate"]
    if p != q and not {p, q} <= _ATTENDANCE:
        return False
    if p == "signedWith":
        crossed = str(row["object"].get("label", "")), str(row["subject"].get("label", ""))
        if alike(gold.subject, crossed[0], 0.6) and alike(gold.object, crossed[1], 0.6):
            return True
    return _side_matches(gold, row, "subject", scene) and _side_matches(gold, row, "object", scene)


def _equal(gold: GoldFact, row: Row) -> bool:
    """Whether the fact says what gold says, by one of the listed names; qualifiers that gold leaves open are free."""
    if gold.predicate != row["predicate"]:
        return False
    got, said = row["object"], _qualifiers(row)
    if gold.subject != ("article",) and norm(_label(row["subject"])) not in norms(gold.subject):
        return False
    for names, key in (
        *((gold.indicator, "indicator"), (gold.product, "product"), ((gold.kind,), "kind")),
        *(((gold.period,), "period"), ((gold.by,), "by")),
    ):
        if any(names) and norm(str(said.get(key) or "")) not in norms(names):
            return False
    if norm(gold.phase) != norm(str(said.get("phase") or "")) or gold.growth != bool(said.get("growth")):
        return False
    if gold.measure:
        units = norms((gold.measure.unit, *gold.measure.alternatives))
        return (
            _same_value(gold.measure, got)
            and norm(str(got.get("unit", ""))) in units
            and gold.measure.modifier == got.get("mod", "")
        )
    if gold.predicate in DATED:
        return _same_date(gold, got, forgiving=False)
    return norm(_label(got)) in norms(gold.object)


def _implied(article: GoldArticle, row: Row, scene: _Scene) -> bool:
    """Whether it is the attendance of one whom gold has presiding, leading or speaking."""
    return row["predicate"] in _ATTENDANCE and any(
        g.predicate in _IMPLY_ATTENDANCE
        and norm(str(row["subject"].get("label", ""))) in norms(g.subject)
        and _side_matches(g, row, "object", scene)
        for g in article.facts
    )


def _essence(row: Row) -> tuple[Any, ...]:
    """What a fact says, without where it says so: two facts of one essence are one."""
    got, said = row["object"], _qualifiers(row)
    return (
        row["predicate"],
        norm(str(row["subject"].get("label", ""))),
        norm(str(got.get("label") or got.get("date") or got.get("text") or "")),
        got.get("value"),
        norm(str(got.get("unit") or "")),
        *(norm(str(said.get(key) or "")) for key in ("indicator", "product", "phase", "kind")),
        bool(said.get("growth")),
    )


def _restated(first: Row, again: Row) -> bool:
    """Whether it is the same fact once more, or in a shorter wording of its qualifiers."""
    a, b = _essence(first), _essence(again)
    return a == b or (a[:5] == b[:5] and all(x in y or y in x for x, y in zip(a[5:9], b[5:9], strict=True)))


def _preference(gold: GoldFact, row: Row) -> tuple[bool, float, bool]:
    """Sorting key among gold facts that one fact matches: same predicate, nearest names, required."""
    near = 0.0
    for side in ("subject", "object"):
        label, names = str(row[side].get("label") or ""), _gold_names(gold, side)
        if label and names and names != ("article",):
            near += max(dice(name, norm(label)) for name in norms(names)) + 0.01 * (norm(label) == norm(names[0]))
    if gold.indicator:
        indicator = norm(str(_qualifiers(row).get("indicator", "")))
        near += max(dice(name, indicator) for name in norms(gold.indicator))
    return gold.predicate != row["predicate"], -near, gold.optional


@dataclass(frozen=True, slots=True)
class Judgement:
    """An article's facts judged: `right` pairs required gold facts with the rows that state them."""

    right: tuple[tuple[GoldFact, Row], ...]
    wrong: tuple[Row, ...]
    missed: tuple[GoldFact, ...]


def judge(article: GoldArticle, rows: Sequence[Row]) -> Judgement:
    """Judge an article's facts forgivingly."""
    scene = _scene(article, rows)
    taken, wrong = _assign(
        article,
        rows,
        lambda g, row: _matches(g, row, scene),
        lambda row, hits: _implied(article, row, scene) or any(_restated(hit, row) for hit in hits),
    )
    # A figure that gold takes for one thing and, optionally, for another was found where the other was.
    for number in [n for n in taken if article.facts[n].optional and article.facts[n].measure]:
        twin = next(
            (n for n, g in enumerate(article.facts) if n not in taken and _twins(g, article.facts[number])), None
        )
        if twin is not None:
            taken[twin] = taken[number]
    return _judgement(article, taken, wrong)


def judge_strictly(article: GoldArticle, rows: Sequence[Row]) -> Judgement:
    """Judge an article's facts by equality with gold; only a repetition is passed over."""
    said: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        said.setdefault(_essence(row), row)
    taken, wrong = _assign(article, list(said.values()), _equal, lambda row, hits: False)
    return _judgement(article, taken, wrong)


def _twins(required: GoldFact, other: GoldFact) -> bool:
    a, b = required.measure, other.measure
    return (
        not required.optional
        and a is not None
        and b is not None
        and required.predicate != other.predicate
        and {required.predicate, other.predicate} <= _OTHER_READINGS
        and (a.value, a.unit) == (b.value, b.unit)
    )


def _assign(
    article: GoldArticle,
    rows: Sequence[Row],
    match: Callable[[GoldFact, Row], bool],
    excused: Callable[[Row, list[Row]], bool],
) -> tuple[dict[int, Row], list[Row]]:
    """Give each row, in their order, to the best free gold fact; those left over are wrong unless excused, once each.

    excused: takes the row and the rows that have the gold facts it matches
    """
    taken: dict[int, Row] = {}
    wrong: dict[tuple[Any, ...], Row] = {}
    for row in rows:
        if row["predicate"] not in PREDICATES:
            continue
        hits = [number for number, g in enumerate(article.facts) if match(g, row)]
        if free := [number for number in hits if number not in taken]:
            taken[min(free, key=lambda number: _preference(article.facts[number], row))] = row
        elif not excused(row, [taken[number] for number in hits]):
            wrong.setdefault(_essence(row), row)
    return taken, list(wrong.values())


def _judgement(article: GoldArticle, taken: Mapping[int, Row], wrong: Sequence[Row]) -> Judgement:
    required = [(number, g) for number, g in enumerate(article.facts) if not g.optional]
    return Judgement(
        tuple((g, taken[number]) for number, g in required if number in taken),
        tuple(wrong),
        tuple(g for number, g in required if number not in taken),
    )
