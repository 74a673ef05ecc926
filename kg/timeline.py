"""Posts over time: the career of a person, the holders of a post, with every observation's evidence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from kg.archive import Archive, Row, cite
from kg.errors import UsageError


@dataclass(frozen=True, slots=True)
class Tenure:
    """A person in a post as articles show it.

    first, last: days of publication of the first and last article that does (ISO), "" if none is dated
    facts: the observations, the earliest first
    """

    person: str
    person_id: str
    post: str
    post_id: str
    first: str
    last: str
    facts: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """One entity's tenures, in order of time; type: Person or Post."""

    id: str
    label: str
    type: str
    tenures: tuple[Tenure, ...]


def timelines(archive: Archive, name: str) -> list[Timeline]:
    """The timelines of the persons or posts of that name, one each; a name means label first, then alias.

    Raises UsageError where nothing of that name has or is a post, naming what is called like it.
    """
    found = [row for row in archive.named(name) if row["type"] in ("Person", "Post")]
    ends: dict[str, list[Row]] = defaultdict(list)
    for fact in _held(archive):
        for end in ("subject", "object"):
            ends[fact[end]["id"]].append(fact)
    lines = [Timeline(row["id"], row["label"], row["type"], _tenures(archive, ends[row["id"]])) for row in found]
    lines = [line for line in lines if line.tenures]
    if not lines:
        like = sorted({archive.entities[i]["label"] for i in ends if i in archive.entities})
        near = [label for label in like if name in label or label in name][:5]
        hint = f"; called like it: {'、'.join(near)}" if near else ""
        raise UsageError(f"{name}: no person or post of that name in {archive.folder}{hint}")
    return lines


def as_text(archive: Archive, lines: Iterable[Timeline]) -> str:
    """The timelines for a terminal: a tenure a paragraph, its first and last observation quoted."""
    parts = []
    for line in lines:
        parts.append(f"{line.label}（{'任职' if line.type == 'Person' else '历任'} {len(line.tenures)} 项，{line.id}）")
        for tenure in line.tenures:
            what = tenure.post if line.type == "Person" else tenure.person
            seen = f"见报 {len(tenure.facts)} 次"
            parts.append(f"  {_span(tenure)}  {what}  {seen}")
            shown = tenure.facts[:1] + tenure.facts[-1:] if len(tenure.facts) > 1 else tenure.facts
            parts += [f"    {cite(fact, archive.day(fact))}" for fact in shown]
    return "\n".join(parts)


def as_json(archive: Archive, lines: Iterable[Timeline]) -> list[dict[str, Any]]:
    """The timelines as JSON values."""
    return [
        {
            "id": line.id,
            "label": line.label,
            "type": line.type,
            "tenures": [
                {
                    "person": {"id": t.person_id, "label": t.person},
                    "post": {"id": t.post_id, "label": t.post},
                    "first": t.first or None,
                    "last": t.last or None,
                    "evidence": [
                        {
                            "article": f["article"],
                            "date": archive.day(f) or None,
                            "quote": f["quote"],
                            "rule": f["rule"],
                        }
                        for f in t.facts
                    ],
                }
                for t in line.tenures
            ],
        }
        for line in lines
    ]


def tenures(archive: Archive) -> tuple[Tenure, ...]:
    """All tenures of a build."""
    return _tenures(archive, _held(archive))


def _held(archive: Archive) -> Iterator[Row]:
    """The facts that say who held what."""
    return (fact for fact in archive.facts if fact["predicate"] == "holdsPost" and fact["status"] == "actual")


def _tenures(archive: Archive, held: Iterable[Row]) -> tuple[Tenure, ...]:
    pairs: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for fact in held:
        pairs[fact["subject"]["id"], fact["object"]["id"]].append(fact)
    found = []
    for (person, post), facts in pairs.items():
        facts.sort(key=lambda fact: (archive.day(fact) or "9999", fact["article"], fact["start"]))
        days = [day for fact in facts if (day := archive.day(fact))]
        labels = archive.label(facts[0]["subject"]), archive.label(facts[0]["object"])
        span = (days[0], days[-1]) if days else ("", "")
        found.append(Tenure(labels[0], person, labels[1], post, *span, tuple(facts)))
    return tuple(sorted(found, key=lambda t: (t.first or "9999", t.last, t.post, t.person, t.person_id)))


def _span(tenure: Tenure) -> str:
    if not tenure.first:
        return "日期不详"
    return tenure.first if tenure.first == tenure.last else f"{tenure.first} 至 {tenure.last}"
