"""Which kind of question a question is, and what fills its slots; or why none is."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from kg.asking.book import ALWAYS, COUNT, PRONOUN, QUOTE, REFUSED, TOP, VALUES, Book, Frame, Slot
from kg.asking.names import Named, Names
from kg.asking.reading import DATE, NAME, QUANTITY, UNKNOWN, Reading, Token, readings
from kg.model import Quantity, TimeSpan
from kg.ontology import Ontology

JOINED = ("role", "measure")
"""concepts of which a question may name several"""


@dataclass(frozen=True, slots=True)
class Filled:
    """A slot with the words that fill it; things: those of a name that are of the slot's classes."""

    token: Token
    things: tuple[Named, ...] = ()

    def __str__(self) -> str:
        match self.token:
            case Token(value=TimeSpan() as span):
                return span.iso
            case Token(value=Quantity() as quantity):
                return f"{quantity.modifier}{quantity.value.normalize():f}{quantity.unit}"
            case Token(word=None):
                return "、".join(dict.fromkeys(one.label for one in self.things))
            case Token(word=word, number=number):
                assert word
                return str(number) if number else word.name


@dataclass(frozen=True, slots=True)
class Understood:
    """A question that is of a frame; count, quote: whether it asks how many, or for the sentences themselves."""

    frame: Frame
    slots: Mapping[str, Filled]
    reading: Reading
    count: bool
    quote: bool
    top: int = 1


@dataclass(frozen=True, slots=True)
class Refused:
    """A question that is not understood: its likeliest reading, and why: refused, pronoun, unknown or no_frame."""

    why: str
    reading: Reading

    @property
    def unknown(self) -> tuple[str, ...]:
        """The stretches that nothing is known of."""
        found: list[str] = []
        end = -1
        for token in self.reading:
            if token.concept == UNKNOWN:
                found[-1:] = [found[-1] + token.text] if token.start == end else [*found[-1:], token.text]
                end = token.end
        return tuple(found)


def understand(
    question: str, book: Book, names: Names, ontology: Ontology, today: dt.date | None = None
) -> tuple[Understood, ...] | Refused:
    """What a question may ask, the likeliest first.

    Every word of it has to be known and to belong to the frame, or it is refused.
    """
    read = readings(question, book, names, ontology, today)
    found: dict[tuple[str, ...], Understood] = {}
    for reading in read:
        if why := _refusal(reading):
            if found:
                break
            return Refused(why, reading)
        matched = [one for frame in book.frames if (one := match(frame, reading, ontology))]
        # The frame that takes most of the question's words as what it needs comes first.
        for one in sorted(matched, key=lambda one: -len(one.frame.needs)):
            found.setdefault((one.frame.name, *(f"{name}={filled}" for name, filled in one.slots.items())), one)
    return tuple(found.values()) or Refused("no_frame", read[0])


def _refusal(reading: Reading) -> str:
    concepts = {token.concept for token in reading}
    return next((why for why in (REFUSED, PRONOUN, UNKNOWN) if why in concepts), "")


def match(frame: Frame, reading: Reading, ontology: Ontology) -> Understood | None:
    """The reading as a question of that frame, None if it is none."""
    slots: dict[str, Filled] = {}
    open_slots = {slot.name: slot for slot in frame.slots}
    allowed = ALWAYS | ({COUNT} if frame.count else set()) | ({TOP} if frame.top else set())
    first: dict[str, int] = {}
    for token in reading:
        if token.concept in (NAME, DATE, QUANTITY):
            slot = next((one for one in frame.slots if one.name not in slots and _takes(one, token, ontology)), None)
            if slot is None:
                return None
            slots[slot.name] = Filled(token, _things(slot, token, ontology))
            first.setdefault(slot.name, token.start)
        elif token.concept in open_slots:
            before = slots.setdefault(token.concept, Filled(token))
            if (both := _both(before.token, token)) is None:
                return None
            slots[token.concept] = Filled(both)
            first.setdefault(token.concept, token.start)
        elif token.concept not in allowed:
            return None
    if any(slots.keys().isdisjoint(slot.name.split("|")) for slot in frame.needs):
        return None
    if any(first.get(a, -1) > first.get(b, len(reading) * 1000) for a, b in frame.order):
        return None
    concepts = {token.concept: token for token in reading}
    top = concepts[TOP].number if TOP in concepts else 0
    return Understood(frame, slots, reading, COUNT in concepts and bool(frame.count), QUOTE in concepts, top or 1)


def _both(one: Token, two: Token) -> Token | None:
    """Two words of a concept as one, None where they cannot be: 主持 and 讲话 can both be asked for."""
    if one.word is None or two.word is None or one.word.name == two.word.name:
        return one
    if one.concept not in JOINED or one.word.kind or two.word.kind:
        return None
    value = tuple(dict.fromkeys(one.word.value + two.word.value))
    return replace(one, word=replace(one.word, name=f"{one.word.name}、{two.word.name}", value=value))


def _takes(slot: Slot, token: Token, ontology: Ontology) -> bool:
    if token.concept in (DATE, QUANTITY):
        return VALUES[token.concept == QUANTITY] in slot.classes
    return bool(_things(slot, token, ontology))


def _things(slot: Slot, token: Token, ontology: Ontology) -> tuple[Named, ...]:
    return tuple(one for one in token.things if slot.classes and ontology.admits(slot.classes, one.type))
