"""The questions that are understood: words.toml and the frames of the other files, loaded and checked.

A frame is a kind of question: what it has to name and may name, in any order, and the query that answers it.

    [[frame]]
    name  = "活动中的人"
    asks  = "谁主持、出席了某场活动"
    say   = "谁主持了{event}？"
    needs = ["event:Event", "role"]
    may   = ["who", "date:Date"]
    query = '''SELECT ?person ?p ?took ?e { VALUES ?e { $event } VALUES ?took { $role } ?p ?took ?e ; rdfs:label ?person
    @date ?e kg:heldOn ?span …
    }'''
    columns = { person = "姓名" }
    facts = ["p took e"]
    yes   = ["谁主持了<Event 春季座谈会>？ => event=春季座谈会; role=主持"]
    no    = ["谁没有主持<Event 春季座谈会>"]

`slot:Class|Class` takes a name of those classes, `slot:Date` a date, `slot:Quantity` a figure; a plain word is a
concept of words.toml, `a|b` at least one of several that it may have. A line of the query that begins with `@slot ` is
part of it only where that slot is filled, `@!slot ` only where it is not. Its parameters are `$slot` (all the things
meant, for VALUES), `$slot_first` and `$slot_last` of a date, `$slot_value`, `$slot_unit` and `$slot_modifier` of a
figure, `$slot_kind` of a word that has a kind.
facts: triples of the query's variables whose sentences are the evidence, the one that answers first
count: the variable to be counted where the question says 几次; top: whether it takes a number of rows, 1 unless one is
said; order: `a b` where a has to be said before b
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any

from kg import sparql
from kg.asking.names import bare
from kg.errors import ConfigurationError, QueryError
from kg.ontology import Ontology

WORDS = "words.toml"
FILLER, REFUSED, PRONOUN = "filler", "refused", "pronoun"
COUNT, TOP, QUOTE = "count", "top", "quote"
ALWAYS = frozenset({FILLER, QUOTE})
"""concepts that any question may have"""
VALUES = ("Date", "Quantity")
PARTS = ("first", "last", "value", "unit", "modifier", "kind")
"""what of a slot a query may have as a parameter of its own: days of a date, parts of a figure, kind of a word"""
_NUMBER = r"(?P<n>[0-9]{1,4}|[一二两三四五六七八九十]{1,3})"
_WORD = {"concept", "name", "says", "match", "value", "kind", "reason"}
_FRAME = {"name", "asks", "say", "needs", "may", "order", "query", "columns", "facts", "count", "top", "yes", "no"}
_KINDS: Mapping[str, type] = {
    **dict.fromkeys(("name", "asks", "say", "query", "count"), str),
    **dict.fromkeys(("needs", "may", "order", "facts", "yes", "no"), list),
    "columns": dict, "top": bool,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Word:
    """What some words of a question mean.

    value: terms of the query that they stand for, in prefixed form; kind: kg:kind of the quantities meant
    reason: of what is refused, why
    """

    concept: str
    name: str
    says: tuple[str, ...] = ()
    match: re.Pattern[str] | None = None
    value: tuple[str, ...] = ()
    kind: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a frame; classes: of the name it takes, or Date or Quantity; () for a concept."""

    name: str
    classes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """A kind of question. Fields: see the module; top: whether it takes a number of rows, 1 unless one is said."""

    name: str
    asks: str
    say: str
    needs: tuple[Slot, ...]
    may: tuple[Slot, ...]
    order: tuple[tuple[str, str], ...]
    query: str
    columns: Mapping[str, str]
    facts: tuple[tuple[str, str, str], ...]
    count: str
    top: bool
    yes: tuple[str, ...]
    no: tuple[str, ...]

    @property
    def slots(self) -> tuple[Slot, ...]:
        """Those it needs, then those it may have."""
        return tuple(slot for slot in self.needs if "|" not in slot.name) + self.may


@dataclass(frozen=True)
class Book:
    """All frames in the order of files and lines, and the words.

    synonyms: what people say -> the name that the papers use; shorter: class -> endings that names may lack
    abbreviated: what names may have in it -> how people say it
    between: what may stand between a place or body and a title within the name of a post
    """

    frames: tuple[Frame, ...]
    words: tuple[Word, ...]
    synonyms: Mapping[str, str]
    shorter: Mapping[str, tuple[str, ...]]
    abbreviated: Mapping[str, str]
    between: re.Pattern[str]
    by_text: Mapping[str, tuple[Word, ...]] = field(default_factory=dict)


def parse(sources: list[tuple[str, str]], ontology: Ontology) -> Book:
    """The book that files state. Raises ConfigurationError, naming file, entry and fault."""
    texts = dict(sources)
    words_file = _toml(WORDS, texts.get(WORDS, ""))
    words = tuple(_word(entry) for entry in words_file.get("word", []))
    by_text: dict[str, list[Word]] = {}
    for word in words:
        for said in word.says:
            by_text.setdefault(bare(said), []).append(word)
    concepts = {word.concept for word in words}
    frames: list[Frame] = []
    for name, text in sources:
        if name != WORDS:
            frames += [_frame(name, entry, concepts, ontology) for entry in _toml(name, text).get("frame", [])]
    names = [frame.name for frame in frames]
    for name in names:
        if names.count(name) > 1:
            raise ConfigurationError(f"kg/asking: two frames have the name {name!r}")
    return Book(
        tuple(frames),
        words,
        {bare(said): bare(name) for said, name in words_file.get("synonyms", {}).items()},
        {cls: tuple(ends) for cls, ends in words_file.get("shorter", {}).items()},
        words_file.get("abbreviated", {}),
        re.compile(words_file.get("between", "")),
        {said: tuple(of) for said, of in by_text.items()},
    )


@cache
def load() -> Book:
    """The project's own book; its examples are run by kg.asking.check. Raises ConfigurationError as `parse` does."""
    from kg import ontology

    found = {path.name: path for path in (files("kg") / "asking").iterdir() if path.name.endswith(".toml")}
    return parse([(name, found[name].read_text(encoding="utf-8")) for name in sorted(found)], ontology.load())


def _toml(file: str, text: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigurationError(f"kg/asking/{file}: {error}") from error


def _word(entry: Mapping[str, Any]) -> Word:
    name = str(entry.get("name") or entry.get("concept", "?"))
    try:
        if unknown := sorted(set(entry) - _WORD):
            raise ValueError(f"unknown field {unknown[0]!r}")
        if not entry.get("concept"):
            raise ValueError("no 'concept'")
        if not entry.get("says") and not entry.get("match"):
            raise ValueError("neither 'says' nor 'match'")
        if entry["concept"] == REFUSED and not entry.get("reason"):
            raise ValueError("no 'reason'")
        match = re.compile(entry["match"].replace("<n>", _NUMBER)) if entry.get("match") else None
        return Word(
            entry["concept"], name, tuple(entry.get("says", ())), match, tuple(entry.get("value", ())),
            entry.get("kind", ""), entry.get("reason", ""),
        )  # fmt: skip
    except (ValueError, re.error) as error:
        raise ConfigurationError(f"kg/asking/{WORDS}: word {name!r}: {error}") from error


def _frame(file: str, entry: Mapping[str, Any], concepts: set[str], ontology: Ontology) -> Frame:
    name = str(entry.get("name", "?"))
    try:
        if unknown := sorted(set(entry) - _FRAME):
            raise ValueError(f"unknown field {unknown[0]!r}")
        for key, kind in _KINDS.items():
            if key in entry and not isinstance(entry[key], kind):
                raise ValueError(f"{key!r} is no {kind.__name__}")
        for key in ("name", "asks", "say", "needs", "query", "columns", "yes", "no"):
            if not entry.get(key):
                raise ValueError(f"no {key!r}")
        needs = tuple(_slot(text, concepts, ontology) for text in entry["needs"])
        may = tuple(_slot(text, concepts, ontology) for text in entry.get("may", ()))
        lacking = {part for slot in needs if "|" in slot.name for part in slot.name.split("|")}
        if lacking := lacking - {slot.name for slot in may}:
            raise ValueError(f"{min(lacking)!r} is one of several that it needs, and has to be in 'may'")
        frame = Frame(
            name, entry["asks"], entry["say"], needs, may,
            tuple(_pair(text) for text in entry.get("order", ())),
            entry["query"].strip(), dict(entry["columns"]),
            tuple(_triple(text) for text in entry.get("facts", ())),
            entry.get("count", ""), entry.get("top", False), tuple(entry["yes"]), tuple(entry["no"]),
        )  # fmt: skip
        _check_query(frame)
        return frame
    except (ValueError, QueryError) as error:
        raise ConfigurationError(f"kg/asking/{file}: frame {name!r}: {error}") from error


def _slot(text: str, concepts: set[str], ontology: Ontology) -> Slot:
    name, colon, classes = text.partition(":")
    if not colon:
        if "|" not in name and name not in concepts:
            raise ValueError(f"unknown concept {name!r}")
        return Slot(name)
    for cls in classes.split("|"):
        if cls not in VALUES and cls not in ontology.classes:
            raise ValueError(f"unknown class {cls!r}")
    return Slot(name, tuple(classes.split("|")))


def _pair(text: str) -> tuple[str, str]:
    first, second = text.split()
    return first, second


def _triple(text: str) -> tuple[str, str, str]:
    subject, predicate, object = text.split()
    return subject, predicate, object


def query(frame: Frame, filled: set[str]) -> str:
    """The text of a frame's query for the slots that are filled."""
    return "\n".join(_lines(frame.query, filled))


def _lines(text: str, filled: set[str]) -> Iterator[str]:
    for line in text.splitlines():
        told = re.fullmatch(r"(\s*)((?:@!?\w+ )*)(.*)", line)
        assert told  # it matches anything
        if all((mark.strip("@!") in filled) != mark.startswith("@!") for mark in told[2].split()):
            yield told[1] + told[3]


def _check_query(frame: Frame) -> None:
    """Raise ValueError where a query asks for what no slot gives, or does not give what is shown."""
    names = {slot.name for slot in frame.slots}
    sparql.check(query(frame, names))
    known = names | {f"{name}_{part}" for name in names for part in PARTS}
    if unknown := [name for name in sparql.parameters(frame.query) if name not in known]:
        raise ValueError(f"its query has ${unknown[0]}, which no slot gives")
    for told in re.finditer(r"@!?(\w+) ", frame.query):
        if told[1] not in names:
            raise ValueError(f"its query has a line for {told[1]!r}, which is no slot")
    given = set(re.findall(r"\?(\w+)", frame.query.partition("{")[0]))
    shown = [*frame.columns, *([frame.count] if frame.count else [])]
    shown += [name for triple in frame.facts for name in triple if ":" not in name]
    if lacking := [name for name in shown if name not in given]:
        raise ValueError(f"its query does not select ?{lacking[0]}")
