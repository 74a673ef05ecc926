"""What a name in one article is an instance of, before and after the articles are compared."""

from __future__ import annotations

from dataclasses import dataclass, field

from kg.gazetteer import Division, Gazetteer
from kg.ontology import node_id


@dataclass(frozen=True, slots=True)
class Identity:
    """What one mention is an instance of.

    kind: first part of the id; key: what makes it the same as another; type: class of the ontology
    """

    kind: str
    key: tuple[str, ...]
    type: str
    label: str
    aliases: tuple[str, ...] = ()
    attributes: tuple[tuple[str, str], ...] = ()

    @property
    def id(self) -> str:
        """The node id."""
        return node_id(self.kind, *self.key)


Unit = tuple[str, str]
"""An article's id and the id of an identity in it: the least that is joined with others or kept apart."""


@dataclass(slots=True)
class Seen:
    """One thing in one article.

    wordings: as the article writes it; date: day of publication (ISO), "" if unknown
    county: what keeps its name apart from the same name elsewhere (Scope.key); home: whether that is a known place
    """

    article: str
    identity: Identity
    county: str
    home: bool
    date: str = ""
    wordings: set[str] = field(default_factory=set)

    @property
    def unit(self) -> Unit:
        """Article and identity."""
        return self.article, self.identity.id

    @property
    def order(self) -> tuple[str, str, str]:
        """The earliest first, the undated last."""
        return self.date or "9999", self.article, self.identity.id

    @property
    def wording(self) -> str:
        """The fullest wording, the name itself where the article does not say it outright."""
        return min(self.wordings, key=lambda one: (-len(one), one), default=self.identity.label)


@dataclass(frozen=True, slots=True)
class Candidate:
    """Two names that may mean one thing and were kept apart; `reasons` for and `against`, in Chinese.

    kind: the class; a, b: (wording, article) of each side, the earlier first
    """

    kind: str
    a: tuple[str, str]
    b: tuple[str, str]
    reasons: tuple[str, ...]
    against: tuple[str, ...]


def candidate(a: Seen, b: Seen, reasons: tuple[str, ...], against: tuple[str, ...]) -> Candidate:
    """The candidate of two sights."""
    first, second = sorted((a, b), key=lambda seen: seen.order)
    ends = ((first.wording, first.article), (second.wording, second.article))
    return Candidate(first.identity.type, *ends, reasons, against)


def place_identity(division: Division, gazetteer: Gazetteer) -> Identity:
    """A place of the gazetteer, with the names it had before; zones are parks."""
    full, names = gazetteer.full_name(division), gazetteer.names(division)
    attributes = [("parent", node_id("place", division.parent))] if division.parent else []
    if division.level in ("zone", "region"):
        cls = "Park" if division.level == "zone" else "Place"
        return Identity("place", (division.code,), cls, full, names, tuple(attributes))
    attributes += [("code", division.code), ("level", division.level)]
    attributes += [("formerName", f"{old.name}|{old.first}|{old.last}") for old in gazetteer.former(division)]
    return Identity("place", (division.code,), "AdministrativeDivision", full, names, tuple(sorted(attributes)))
