"""Gold articles: the facts that a careful reader finds in a text, to measure the extraction by.

A gold file holds one JSON object a line (.jsonl) or one in all (.json):
`{"id", "region", "date", "title", "page"?, "facts": [{"p", "s", "o", ...}], "types": {name: class}}`.
A list of names means that any of them is right, the fullest first.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kg.errors import ConfigurationError, UsageError

ROLES = frozenset({"presidedOver", "attended", "spokeAt", "led", "accompanied", "observed"})
"""predicates whose object is an event"""
CIRCUMSTANCES = frozenset({"heldOn", "heldIn", "organizedBy", "visited"})
"""predicates whose subject is an event"""
DATED = frozenset({"heldOn", "startedOn", "completedOn"})
MEASURED = frozenset({"totalInvestment", "annualCapacity", "expectedRevenue", "area", "statistic", "rank"})
BYLINES = frozenset({"reportedBy", "photographedBy"})
PREDICATES = (
    ROLES
    | CIRCUMSTANCES
    | DATED
    | MEASURED
    | BYLINES
    | {"holdsPost", "postAt", "locatedIn", "undertakes", "classifiedAs", "produces", "signedWith", "awarded"}
)
"""what gold annotates; facts of other predicates are not scored"""

_FIELDS = {"p", "s", "o", "o_alt", "optional", *("indicator", "product", "kind", "phase", "growth", "period", "by")}


@dataclass(frozen=True, slots=True)
class Measure:
    """A figure in gold; alternatives: other units that are right too; modifier: ">", "<", "~" or ""."""

    value: float
    unit: str
    modifier: str = ""
    alternatives: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class GoldFact:
    """A fact of a gold article; subject, object, indicator and product list the right names, the fullest first.

    object: () where `measure` stands in its place; wordings: further ways to say a date
    optional: a careful reader could go either way, so it costs and gains nothing
    """

    predicate: str
    subject: tuple[str, ...]
    object: tuple[str, ...]
    measure: Measure | None = None
    wordings: tuple[str, ...] = ()
    indicator: tuple[str, ...] = ()
    product: tuple[str, ...] = ()
    kind: str = ""
    phase: str = ""
    growth: bool = False
    period: str = ""
    by: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """region: the home place that 我区 stands for, "" if unknown; page: stem of the file it stands on, "" if any.

    A title in brackets stands for an untitled item such as a photo caption. types: first name -> class.
    """

    id: str
    region: str
    title: str
    page: str
    facts: tuple[GoldFact, ...]
    types: Mapping[str, str]


def load_gold(path: Path) -> list[GoldArticle]:
    """Read gold from a .jsonl file, or from a folder of .json (one article each) and .jsonl files, sorted by name.

    Raises UsageError if there is nothing at `path`, ConfigurationError naming file, line and reason for bad gold.
    """
    if not path.exists():
        raise UsageError(f"{path}: no such file or folder; name a .jsonl file or a folder of .json and .jsonl files")
    found: dict[str, GoldArticle] = {}
    for place, text in _entries(path):
        try:
            article = _article(json.loads(text))
            if article.id in found:
                raise ValueError(f"the id {article.id!r} is taken; give each article its own")
        except ValueError as error:
            raise ConfigurationError(f"{place}: {error}") from error
        found[article.id] = article
    if not found:
        raise ConfigurationError(f"{path}: holds no gold article; write one JSON object a line")
    return list(found.values())


def _entries(path: Path) -> list[tuple[str, str]]:
    """Each article's JSON with the place it was read from."""
    if path.is_dir():
        files = sorted(file for file in path.iterdir() if file.suffix in (".json", ".jsonl"))
        return [entry for file in files for entry in _entries(file)]
    if path.suffix == ".json":
        return [(str(path), _read(path))]
    lines = enumerate(_read(path).split("\n"), 1)
    return [(f"{path}:{number}", line) for number, line in lines if line.strip()]


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ConfigurationError(f"{path}: not UTF-8 ({error}); save it as UTF-8") from error


def _article(entry: Any) -> GoldArticle:
    if not isinstance(entry, dict) or not isinstance(entry.get("id"), str) or not entry["id"]:
        raise ValueError('not an article: an object with an "id" is needed')
    facts, types = entry.get("facts"), entry.get("types", {})
    if not isinstance(facts, list):
        raise ValueError('"facts" is not a list')
    if not isinstance(types, dict) or not all(isinstance(kind, str) for kind in types.values()):
        raise ValueError('"types" is not an object of name: class')
    return GoldArticle(
        entry["id"],
        _text(entry, "region"),
        _text(entry, "title"),
        _text(entry, "page"),
        tuple(_numbered(fact, number) for number, fact in enumerate(facts, 1)),
        types,
    )


def _numbered(entry: Any, number: int) -> GoldFact:
    try:
        return _fact(entry)
    except ValueError as error:
        raise ValueError(f"fact {number}: {error}") from error


def _fact(entry: Any) -> GoldFact:
    if not isinstance(entry, dict):
        raise ValueError("not an object")
    if unknown := sorted(set(entry) - _FIELDS):
        raise ValueError(f"unknown field {unknown[0]!r}")
    predicate = entry.get("p")
    if predicate not in PREDICATES:
        raise ValueError(f"unknown predicate {predicate!r}: one of {', '.join(sorted(PREDICATES))}")
    measured = isinstance(entry.get("o"), dict)
    if measured and predicate not in MEASURED:
        raise ValueError(f"the object of {predicate} is a name, not a quantity")
    for flag in ("growth", "optional"):
        if not isinstance(entry.get(flag, False), bool):
            raise ValueError(f"{flag!r} is neither true nor false")
    return GoldFact(
        predicate,
        _names(entry, "s"),
        () if measured else _names(entry, "o"),
        _measure(entry["o"]) if measured else None,
        _names(entry, "o_alt") if "o_alt" in entry else (),
        _names(entry, "indicator") if "indicator" in entry else (),
        _names(entry, "product") if "product" in entry else (),
        _text(entry, "kind"),
        _text(entry, "phase"),
        entry.get("growth", False),
        _text(entry, "period"),
        _text(entry, "by"),
        entry.get("optional", False),
    )


def _measure(entry: Mapping[str, Any]) -> Measure:
    value = entry.get("value")
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ValueError(f'"value" is not a number: {value!r}')
    units = entry.get("alt_units", [])
    if not isinstance(units, list) or not all(isinstance(unit, str) for unit in units):
        raise ValueError(f'"alt_units" is not a list of units: {units!r}')
    return Measure(value, _text(entry, "unit"), _text(entry, "mod"), tuple(units))


def _names(entry: Mapping[str, Any], key: str) -> tuple[str, ...]:
    value = entry.get(key)
    names = value if isinstance(value, list) else [value]
    if not names or not all(isinstance(name, str) and name for name in names):
        raise ValueError(f"{key!r} is neither a name nor a list of names: {value!r}")
    return tuple(names)


def _text(entry: Mapping[str, Any], key: str) -> str:
    value = entry.get(key)
    if value is not None and not isinstance(value, str):
        raise ValueError(f"{key!r} is not a text: {value!r}")
    return value or ""
