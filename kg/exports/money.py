"""Facts as entities of FollowTheMoney: one JSON object a line, for Aleph, OpenAleph, yente and their kin."""

from __future__ import annotations

import datetime as dt
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache
from importlib.resources import files
from typing import IO, Any

from kg.exports.statements import Content, Node, Statement
from kg.view.content import load_labels

LEGAL = ("Person", "Company", "PublicBody", "Organization")
FITS: Mapping[str, tuple[str, ...]] = {
    "organizer": LEGAL,
    "organization": ("Company", "PublicBody", "Organization"),
    "parent": LEGAL,
    "addressEntity": ("Address",),
    "holder": ("Person",),
    "post": ("Position",),
    "employee": LEGAL,
    "employer": LEGAL,
    "participant": LEGAL,
    "project": ("Project",),
}
"""The schemata that FollowTheMoney admits for a property"""
HAS: Mapping[str, tuple[str, ...]] = {
    "organizer": ("Event",),
    "organization": ("Position",),
    "parent": LEGAL,
    "addressEntity": (*LEGAL, "Event", "Project"),
    "date": ("Event", "Project"),
    "startDate": ("Event", "Project"),
    "endDate": ("Event", "Project"),
    "amount": ("Project", "Company"),
}
"""The schemata that have a property"""


@cache
def _mapping() -> Mapping[str, Mapping[str, Any]]:
    return tomllib.loads((files("kg") / "data" / "followthemoney.toml").read_text(encoding="utf-8"))


def write(content: Content, to: IO[bytes]) -> None:
    """Write all entities, sorted by id."""
    for one in sorted(entities(content), key=lambda one: str(one["id"])):
        to.write((json.dumps(one, ensure_ascii=False) + "\n").encode(errors="backslashreplace"))


def entities(content: Content) -> Iterable[dict[str, Any]]:
    """Each node that a fact names, with its figures; links between them. Each is {id, schema, properties}."""
    made: dict[str, _Entity] = {}
    labels = {name: str(entry["zh"]) for name, entry in load_labels({})["predicates"].items()}
    for one in content.statements:
        subject = _entity(made, one.subject)
        other = _entity(made, one.object) if one.object else None
        for told in one.evidence:
            if article := _entity(made, Node(told.article.iri, "Article", told.article.title)):
                article.add("title", told.article.title)
                article.add("publishedAt", told.article.day)
                article.add("publisher", told.article.paper)
        if subject is None:
            continue
        if one.predicate in ("reportedBy", "photographedBy") and one.object:
            subject.add("author", one.object.label)
        elif other is not None:
            _relate(made, one, subject, other, labels)
        else:
            _say(one, subject, labels)
    for node, predicate, end in content.links:
        subject, other = _entity(made, node), _entity(made, end)
        name = _mapping()["properties"].get(predicate)
        if name and subject and other and subject.schema in HAS[name] and other.schema in FITS[name]:
            subject.add(name, other.id)
    return [entity.told() for entity in made.values()]


class _Entity:
    """An entity in the making."""

    def __init__(self, ident: str, schema: str) -> None:
        self.id, self.schema = ident, schema
        self.properties: dict[str, set[str]] = defaultdict(set)

    def add(self, name: str, value: object) -> None:
        """Add a value, unless it is none."""
        if value not in (None, ""):
            self.properties[name].add(value.isoformat() if isinstance(value, dt.date) else str(value))

    def told(self) -> dict[str, Any]:
        """The entity as JSON has it."""
        properties = {name: sorted(values) for name, values in sorted(self.properties.items())}
        return {"id": self.id, "schema": self.schema, "properties": properties}


def _entity(made: dict[str, _Entity], node: Node | None) -> _Entity | None:
    """The entity of a node, None where FollowTheMoney has no schema for it."""
    schema = _mapping()["schemata"].get(node.type) if node else None
    if node is None or schema is None:
        return None
    if node.key not in made:
        made[node.key] = _Entity(node.key, schema)
        made[node.key].add("full" if schema == "Address" else "name", node.label)
        for alias in node.aliases:
            made[node.key].add("alias", alias)
    return made[node.key]


def _relate(
    made: dict[str, _Entity], one: Statement, subject: _Entity, other: _Entity, labels: Mapping[str, str]
) -> None:
    """A fact between two entities: a property of the one, or a link."""
    schema, *ends = _mapping()["links"].get(one.predicate, ("",))
    name = _mapping()["properties"].get(one.predicate, "")
    if name and subject.schema in HAS[name] and other.schema in FITS[name] and one.status == "actual":
        subject.add(name, other.id)
        return
    if not (ends and subject.schema in FITS[ends[0]] and other.schema in FITS[ends[1]]):
        schema, ends = "UnknownLink", ["subject", "object"]
    link = made[f"link-{one.claim.rpartition('/')[2]}"] = _Entity(f"link-{one.claim.rpartition('/')[2]}", schema)
    link.add(ends[0], subject.id)
    link.add(ends[1], other.id)
    if schema != "Occupancy":
        link.add("role", labels.get(one.predicate, one.predicate))
    link.add("status", one.status)
    for day in one.days or ():
        link.add("date", day)
    _prove(one, link)


def _say(one: Statement, subject: _Entity, labels: Mapping[str, str]) -> None:
    """A fact whose object is a figure, a date, or nothing that FollowTheMoney knows."""
    figure = one.figure
    name = _mapping()["values"].get(one.predicate, "")
    if figure and name and subject.schema in HAS[name] and one.status == "actual":
        if name == "amount" and figure.currency:
            subject.add("amount", figure.value)
            subject.add("currency", figure.currency)
        for day in (figure.first, figure.last) if name != "amount" else ():
            subject.add(name, day)
    worded = figure.wording if figure else one.object.label if one.object else ""
    indicator = str(figure.indicator) if figure and figure.indicator else labels.get(one.predicate, one.predicate)
    planned = "" if one.status == "actual" else f"（{one.status}）"
    subject.add("notes", f"{indicator}：{worded}{planned}")
    _prove(one, subject)


def _prove(one: Statement, entity: _Entity) -> None:
    """Let an entity point at the articles and say the sentences that tell the fact."""
    for told in one.evidence:
        entity.add("proof", Node(told.article.iri, "Article", "").key)
        if entity.schema in ("UnknownLink", "Occupancy", "Employment", "ProjectParticipant"):
            entity.add("summary", told.quote)
