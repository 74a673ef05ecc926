"""What an archive tells that is new between two days: people, posts, companies, projects, changed amounts.

An article counts to the day of its publication. Before is what was published up to and including the first day; the
period is every day after that, up to and including the last, which may be later than anything. Articles without a date
never count; their number is told. A reprint is no news: one within the period is passed over if its original has
appeared by the last day, and one of before counts to the day of its original, lest it pass for the latest word.

people: persons with a fact of the period and no fact before. A byline does not make a person news, but one of before
    makes a person known. Only what is actual makes news; what was planned or reported before is known, too.
posts: persons seen in a post in the period and never before. For a post that one person holds, who was seen in it last
    before the day of the newcomer, and the last time that this one is seen in it from that day on. For posts that
    several hold (副区长) nobody is said to be succeeded. Only actual facts count, also before: who was to hold a post
    and now does is news.
companies, projects: such things with a fact of the period and none before. A project may be planned or only reported.
amounts: the figure of one thing that is, on the latest day of the period that tells it, not what it was on the latest
    day before: another value, unit or modifier. It is one figure if indicator, kind, phase, product and growth agree,
    and the periods, where both tell one. A statistic or a rank that tells its period is not compared with one that
    tells none, which is of another year (kg.conflicts says so, too). If a day tells several values, as of the parts of
    a thing, and one of them has stayed, nothing changed. Any status counts, and is told.

Everything is in order of day, then label, then id.
"""

from __future__ import annotations

import datetime as dt
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.archive import Archive, Row, cite
from kg.conflicts import ABOUT, FIGURES, held_by_one
from kg.errors import UsageError

BYLINES = ("reportedBy", "photographedBy")
DETAILS = {
    "Person": (("holdsPost", "subject"),),
    "Company": (("locatedIn", "subject"),),
    "Project": (("totalInvestment", "subject"), ("undertakes", "object"), ("locatedIn", "subject")),
}
"""of a new entity, by type: the predicates that tell more of it, in order, and the end at which it stands"""

Days = Mapping[str, str]
"""id of an article that counts -> the day to which it does (ISO)"""


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A person, company or project that the archive did not know before.

    day: the first day of the period that tells of it (ISO); fact: the first that does
    told: what else the period tells of it, once each: a person's posts, a company's places, a project's sums, builders
        and places
    """

    id: str
    label: str
    type: str
    day: str
    fact: Row
    told: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Appointment:
    """A person newly seen in a post.

    day: the first day that shows it (ISO); fact: the first that does
    before: the last that shows another person in the post before that day; None if there is none, or several hold it
    still: the last that shows that other person in it from that day on
    """

    person: str
    person_id: str
    post: str
    post_id: str
    day: str
    fact: Row
    before: Row | None
    still: Row | None


@dataclass(frozen=True, slots=True)
class Amount:
    """A figure that changed.

    about: the qualifiers that tell which figure it is, but its period; day: the latest of the period that tells it
    before, now: the facts
    """

    id: str
    label: str
    predicate: str
    about: tuple[tuple[str, Any], ...]
    day: str
    before: Row
    now: Row


@dataclass(frozen=True, slots=True)
class Changes:
    """What is new after one day, up to and including another.

    before, now: how many articles were published up to the first day, and in the period; undated: without a date
    """

    first: dt.date
    last: dt.date
    before: int
    now: int
    undated: int
    people: tuple[Newcomer, ...]
    posts: tuple[Appointment, ...]
    companies: tuple[Newcomer, ...]
    projects: tuple[Newcomer, ...]
    amounts: tuple[Amount, ...]


def between(archive: Archive, first: dt.date, last: dt.date) -> Changes:
    """What is new after the first day, up to and including the last.

    Raises UsageError where the first is not before the last, or there is no build.
    """
    if first >= last:
        raise UsageError(f"{first}, {last}: the first day has to be before the second")
    since, until = first.isoformat(), last.isoformat()
    published = [str(row.get("date") or "") for row in archive.articles.values()]
    days = _days(archive, since, until)
    told = _in_order(archive, days)
    new = _newcomers(archive, told, days, since)
    return Changes(
        first,
        last,
        sum("" < day <= since for day in published),
        sum(since < day <= until for day in published),
        published.count(""),
        new["Person"],
        _appointments(archive, told, days, since),
        new["Company"],
        new["Project"],
        _amounts(archive, told, days, since),
    )


def as_text(archive: Archive, changes: Changes, labels: Mapping[str, str]) -> str:
    """The changes for a terminal: each with its day and its sentence; labels: predicate or status -> Chinese name."""
    parts = [
        f"{changes.first} 之后至 {changes.last}：报道 {changes.now} 篇，此前 {changes.before} 篇"
        + (f"；未注明日期的 {changes.undated} 篇不计" if changes.undated else "")
    ]
    shown = (
        ("新见人物", [_newcomer_lines(archive, one, labels) for one in changes.people]),
        ("新见任职", [_appointment_lines(archive, one) for one in changes.posts]),
        ("新见企业", [_newcomer_lines(archive, one, labels) for one in changes.companies]),
        ("新见项目", [_newcomer_lines(archive, one, labels) for one in changes.projects]),
        ("数字有变", [_amount_lines(archive, one, labels) for one in changes.amounts]),
    )
    for title, entries in shown:
        if entries:
            parts += ["", f"{title}（{len(entries)}）"]
            parts += [line for lines in entries for line in lines]
    return "\n".join(parts if len(parts) > 1 else [*parts, "没有新见的人物、任职、企业、项目，也没有变化的数字"])


def as_json(archive: Archive, changes: Changes) -> dict[str, Any]:
    """The changes as JSON values."""

    def newcomers(of: Sequence[Newcomer]) -> list[dict[str, Any]]:
        return [
            {"id": one.id, "label": one.label, "day": one.day, "evidence": _evidence(archive, one.fact)}
            | {"told": [_statement(archive, fact) for fact in one.told]}
            for one in of
        ]

    return {
        "after": changes.first.isoformat(),
        "until": changes.last.isoformat(),
        "articles": {"before": changes.before, "now": changes.now, "undated": changes.undated},
        "people": newcomers(changes.people),
        "posts": [
            {
                "person": {"id": one.person_id, "label": one.person},
                "post": {"id": one.post_id, "label": one.post},
                "day": one.day,
                "evidence": _evidence(archive, one.fact),
                "before": _holder(archive, one.before),
                "still": _holder(archive, one.still),
            }
            for one in changes.posts
        ],
        "companies": newcomers(changes.companies),
        "projects": newcomers(changes.projects),
        "amounts": [
            {
                "subject": {"id": one.id, "label": one.label},
                "predicate": one.predicate,
                "qualifiers": {name: value for name, value in one.about if value is not None},
                "day": one.day,
                "before": _statement(archive, one.before),
                "now": _statement(archive, one.now),
            }
            for one in changes.amounts
        ],
    }


def _days(archive: Archive, since: str, until: str) -> Days:
    """The articles that count, in order of the day to which they do; on one day, reprints last."""
    counted: list[tuple[str, bool, str]] = []
    for name, row in archive.articles.items():
        day = str(row.get("date") or "")
        original = str(archive.articles.get(row.get("reprint_of") or "", {}).get("date") or "")
        again = "" < original <= until
        if "" < day <= until and not (again and day > since):
            counted.append((min(day, original) if again else day, again, name))
    return {name: day for day, _, name in sorted(counted)}


def _in_order(archive: Archive, days: Days) -> list[Row]:
    """The facts of the articles that count, in their order."""
    # Sorted by one number after the other: pairs of them would set the collector of garbage on all the facts.
    place = {name: number for number, name in enumerate(days)}
    told = sorted((fact for fact in archive.facts if fact["article"] in place), key=lambda fact: int(fact["start"]))
    told.sort(key=lambda fact: place[fact["article"]])
    return told


def _newcomers(archive: Archive, told: Sequence[Row], days: Days, since: str) -> dict[str, tuple[Newcomer, ...]]:
    """By type, the entities that no fact up to that day names."""
    known: set[str] = set()
    first: dict[str, Row] = {}
    more: dict[str, dict[object, Row]] = defaultdict(dict)
    for fact in told:
        before = days[fact["article"]] <= since
        for end, other in (("subject", "object"), ("object", "subject")):
            kind, ident = fact[end].get("type"), fact[end].get("id")
            if kind not in DETAILS or ident in known:
                continue
            if before:
                known.add(ident)
            elif fact["predicate"] not in BYLINES and (kind == "Project" or fact["status"] == "actual"):
                first.setdefault(ident, fact)
                if (fact["predicate"], end) in DETAILS[kind]:
                    what = fact[other].get("id") or _value(fact)
                    more[ident].setdefault((fact["predicate"], what, _about(fact)), fact)
    found: dict[str, list[Newcomer]] = {kind: [] for kind in DETAILS}
    for ident, fact in first.items():
        end = fact["subject" if fact["subject"].get("id") == ident else "object"]
        kind = end["type"]
        order = [predicate for predicate, _ in DETAILS[kind]]
        rows = tuple(sorted(more[ident].values(), key=lambda fact: order.index(fact["predicate"])))
        found[kind].append(Newcomer(ident, archive.label(end), kind, days[fact["article"]], fact, rows))
    return {kind: tuple(sorted(of, key=lambda one: (one.day, one.label, one.id))) for kind, of in found.items()}


def _appointments(archive: Archive, told: Sequence[Row], days: Days, since: str) -> tuple[Appointment, ...]:
    """Who is seen in which post after that day, and not up to it."""
    first: dict[tuple[str, str], Row] = {}
    last: dict[tuple[str, str], Row] = {}
    by_post: dict[str, list[Row]] = defaultdict(list)
    for fact in told:
        if fact["predicate"] == "holdsPost" and fact["status"] == "actual":
            pair = fact["subject"]["id"], fact["object"]["id"]
            first.setdefault(pair, fact)
            last[pair] = fact
            by_post[pair[1]].append(fact)
    found = []
    for (person, post), fact in first.items():
        day = days[fact["article"]]
        if day > since:
            labels = archive.label(fact["subject"]), archive.label(fact["object"])
            before = still = None
            if held_by_one(labels[1]):
                # Nobody is seen in a post before the first day that shows him in it: whoever stands there is another.
                before = _latest(by_post[post], days, day)
            if before is not None:
                row = last[before["subject"]["id"], post]
                still = row if days[row["article"]] >= day else None
            found.append(Appointment(labels[0], person, labels[1], post, day, fact, before, still))
    return tuple(sorted(found, key=lambda one: (one.day, one.person, one.post, one.person_id, one.post_id)))


def _latest(rows: Sequence[Row], days: Days, day: str) -> Row | None:
    """Of facts in order, the first of the last day before the one given."""

    def key(fact: Row) -> str:
        return days[fact["article"]]

    at = bisect_left(rows, day, key=key)
    return rows[bisect_left(rows, key(rows[at - 1]), key=key)] if at else None


def _amounts(archive: Archive, told: Sequence[Row], days: Days, since: str) -> tuple[Amount, ...]:
    """The figures that changed."""
    before: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    now: dict[tuple[Any, ...], list[Row]] = defaultdict(list)
    for fact in told:
        if fact["predicate"] in FIGURES:
            figure = fact["subject"]["id"], fact["predicate"], _about(fact)
            (before if days[fact["article"]] <= since else now)[figure].append(fact)
    found = []
    for figure in before.keys() & now.keys():
        ident, predicate, about = figure
        for old, new in _changed(before[figure], now[figure], days):
            label = archive.label(new["subject"])
            found.append(Amount(ident, label, predicate, about, days[new["article"]], old, new))
    order = sorted(
        found, key=lambda one: (one.day, one.label, one.id, one.predicate, repr(one.about), _period(one.now))
    )
    return tuple(order)


def _changed(before: Sequence[Row], now: Sequence[Row], days: Days) -> Iterator[tuple[Row, Row]]:
    """The old and the new row of a figure, for each period that it is told for; both in order."""
    by_period: dict[str, list[Row]] = defaultdict(list)
    for fact in now:
        by_period[_period(fact)].append(fact)
    for rows in by_period.values():
        new = _of_last_day(rows, days)
        old = _of_last_day([fact for fact in before if _comparable(fact, new[0])], days)
        if old and not {_value(fact) for fact in old} & {_value(fact) for fact in new}:
            yield old[0], new[0]


def _of_last_day(rows: Sequence[Row], days: Days) -> list[Row]:
    return [fact for fact in rows if days[fact["article"]] == days[rows[-1]["article"]]]


def _comparable(one: Row, other: Row) -> bool:
    """Whether two figures that are called the same may be of one time."""
    periods = {_period(one), _period(other)}
    return len(periods) == 1 or ("" in periods and one["predicate"] not in ("statistic", "rank"))


def _period(fact: Row) -> str:
    return str(fact["qualifiers"].get("period") or "")


def _about(fact: Row) -> tuple[tuple[str, Any], ...]:
    """The qualifiers that tell which figure it is, but its period."""
    return tuple((name, fact["qualifiers"].get(name)) for name in ABOUT if name != "period")


def _value(fact: Row) -> tuple[Any, ...]:
    return tuple(fact["object"].get(name) for name in ("value", "unit", "mod"))


def _newcomer_lines(archive: Archive, one: Newcomer, labels: Mapping[str, str]) -> Iterator[str]:
    said = [_detail(archive, one, fact, labels) for fact in one.told]
    yield f"  {one.day}  {one.label}" + (f"  {'；'.join(said)}" if said else "")
    sentences = {(fact["article"], fact["start"]): fact for fact in (one.fact, *one.told)}
    for fact in sentences.values():
        yield f"    {cite(fact, archive.day(fact))}"


def _detail(archive: Archive, one: Newcomer, fact: Row, labels: Mapping[str, str]) -> str:
    """What a fact tells of a new entity: 区委书记; 位于前黄镇; 总投资3.5亿元（一期）; 建设单位江苏禾泰农业有限公司."""
    if fact["object"].get("id") == one.id:
        return f"建设单位{archive.label(fact['subject'])}{_noted(fact, labels)}"
    what = f"{archive.label(fact['object'])}{_noted(fact, labels)}"
    return what if one.type == "Person" else f"{labels.get(fact['predicate'], fact['predicate'])}{what}"


def _appointment_lines(archive: Archive, one: Appointment) -> Iterator[str]:
    yield f"  {one.day}  {one.person}  {one.post}"
    yield f"    {cite(one.fact, archive.day(one.fact))}"
    for title, fact in (("此前", one.before), ("之后仍见", one.still)):
        if fact is not None:
            day = archive.day(fact)
            yield f"    {title} {day}  {archive.label(fact['subject'])}  {cite(fact, day)}"


def _amount_lines(archive: Archive, one: Amount, labels: Mapping[str, str]) -> Iterator[str]:
    of = "，".join("增长" if name == "growth" else str(value) for name, value in one.about if value)
    what = f"{one.label} {labels.get(one.predicate, one.predicate)}" + (f"（{of}）" if of else "")
    yield f"  {one.day}  {what}：{archive.label(one.before['object'])} → {archive.label(one.now['object'])}"
    for title, fact in (("原", one.before), ("今", one.now)):
        day = archive.day(fact)
        value = f"{archive.label(fact['object'])}{_noted(fact, labels, phase=False)}"
        yield f"    {title} {day}  {value}  {cite(fact, day)}"


def _noted(fact: Row, labels: Mapping[str, str], phase: bool = True) -> str:
    """In brackets: of which phase and period a figure is, and whether it is planned or only reported."""
    status = fact["status"] if fact["status"] != "actual" else ""
    notes = (fact["qualifiers"].get("phase") if phase else None, _period(fact), labels.get(status, status))
    return f"（{'，'.join(str(note) for note in notes if note)}）" if any(notes) else ""


def _statement(archive: Archive, fact: Row) -> dict[str, Any]:
    """A fact with its evidence, as --json has it."""
    names = ("subject", "predicate", "object", "qualifiers", "status")
    return {name: fact[name] for name in names} | {"evidence": _evidence(archive, fact)}


def _holder(archive: Archive, fact: Row | None) -> dict[str, Any] | None:
    """Who is seen in a post, as --json has it."""
    if fact is None:
        return None
    person = {"id": fact["subject"]["id"], "label": archive.label(fact["subject"])}
    return {"person": person, "evidence": _evidence(archive, fact)}


def _evidence(archive: Archive, fact: Row) -> dict[str, Any]:
    return {"day": archive.day(fact)} | {name: fact[name] for name in ("quote", "article", "start", "end")}
