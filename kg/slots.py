"""What a rule's slots hold, and the facts a match states.

A draft is a fact in the article's own offsets; kg.extraction gives it its quote.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg import ontology, rulebook
from kg.discourse import Discourse
from kg.lexicon import data_text, pattern
from kg.model import Mention, Quantity, Ref, TimeSpan
from kg.pattern import encode
from kg.people import encode_groups
from kg.rulebook import Match, Rule, Template, value_text
from kg.subjects import Subjects
from kg.text import clause

_TOPICS = frozenset({"Project", "Company", "Institution", "Organization", "Park"})
_MEASURED = frozenset({"Date", "Duration", "Period", "Quantity"})
_PHASED = frozenset({"totalInvestment", "annualCapacity", "expectedRevenue", "area", "completedOn", "startedOn"})

Qualifiers = tuple[tuple[str, str | bool], ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """What a slot holds: an entity or a value, its article span, whether discourse supplied it."""

    value: Ref | Quantity | TimeSpan
    span: tuple[int, int] | None
    carried: bool = False


@dataclass(frozen=True, slots=True)
class Draft:
    """A fact before it is given its quote; span: the article's words it was read from."""

    subject: Bound
    predicate: str
    object: Bound
    rule: str
    span: tuple[int, int]
    qualifiers: Qualifiers = ()
    status: str = "actual"


def entity(mention: Mention, carried: bool = False) -> Bound:
    """A mention as an entity; one that stands nowhere in the text (the home place) has no span."""
    return Bound(Ref(mention.text, mention.type), (mention.start, mention.end) if mention.end else None, carried)


@cache
def _table() -> dict[str, dict[str, Any]]:
    return tomllib.loads(data_text("trim.toml"))


@cache
def _trimmers() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    return {
        kind: (re.compile("^(?:" + "|".join(ends["lead"]) + ")"), re.compile("(?:" + "|".join(ends["tail"]) + ")$"))
        for kind, ends in _table().items()
    }


def trimmed(kind: str, text: str, start: int, end: int) -> tuple[int, int]:
    """The span without the words that do not belong to a name of that class (kg/data/trim.toml)."""
    lead, tail = _trimmers().get(kind, (None, None))
    while start < end:
        piece = text[start:end]
        m = re.match(r"[ 、，]+", piece) or (lead.match(piece) if lead else None)
        if m is None or not m[0]:
            break
        start += len(m[0])
    while start < end:
        piece = text[start:end]
        m = re.search(r"[ 、，]+$", piece) or (tail.search(piece) if tail else None)
        if m is None or not m[0]:
            break
        end -= len(m[0])
    return start, end


class Scene:
    """What a rule's slots mean in an article; examples have a simpler one."""

    def __init__(self, text: str, discourse: Discourse) -> None:
        self.text = text
        self.discourse = discourse
        main = discourse.main
        self.visits = main is not None and (
            main.kind == "visit" or bool(pattern("slots", "visiting").search(main.label))
        )

    def event(self, mention: Mention) -> str | None:
        """The name of the event that a mention stands for, None if it is none of the article's."""
        happening = self.discourse.mentions.get((mention.start, mention.end))
        return happening.label if happening else None

    def carried(self, name: str, position: int) -> list[Bound]:
        """What a discourse slot holds at a place of the text."""
        state = self.discourse.at(position)
        if name == "@event":
            happening = self.discourse.main
            return [Bound(Ref(happening.label, "Event"), happening.span, True)] if happening else []
        mention = self._carried(name, state)
        return [] if mention is None else [entity(mention, carried=True)]

    @staticmethod
    def _carried(name: str, state: Subjects) -> Mention | None:
        subject = state.subject
        if name == "@place":
            return state.place
        if name == "@speaker":
            return state.person
        if name == "@subject":
            return subject or state.place
        if state.plural or state.unknown:
            return None
        if name == "@project":
            return state.project
        if name == "@topic":
            return subject if subject is not None and subject.type in _TOPICS else state.project or state.company
        return None if subject is not None and subject.type in {"Place", "GovernmentBody"} else state.company


class _Example:
    """The scene of a rule's example: events are called by their own text."""

    def __init__(self, text: str, carried: Mapping[str, str]) -> None:
        self.text = text
        self.given = carried
        self.visits = True

    def event(self, mention: Mention) -> str | None:
        return mention.text

    def carried(self, name: str, position: int) -> list[Bound]:
        kinds = {
            "@event": "Event",
            "@project": "Project",
            "@company": "Company",
            "@topic": "Project",
            "@subject": "Place",
            "@place": "Place",
            "@speaker": "Person",
        }
        return [Bound(Ref(self.given[name], kinds[name]), None, True)] if name in self.given else []


@cache
def _pieces(kind: str) -> re.Pattern[str]:
    """The parts of a listed text: at 、 and, but in names of honours and places, at 和 与 及."""
    joints = "、" if kind in {"Honour", "Place"} else "、和与及"
    return re.compile(rf"(?:（[^（）]*）|“[^“”]*”|[^{joints}（“])+")


@cache
def _is_name(kind: str, text: str) -> bool:
    """Whether trim.toml takes a text for a name of the class."""
    ends = _table().get(kind, {})
    drop, keep = ends.get("drop"), ends.get("keep")
    return len(text) >= 2 and not (drop and re.fullmatch(drop, text)) and not (keep and not re.fullmatch(keep, text))


def _unquoted(text: str) -> str:
    return text[1:-1] if text[:1] == "“" and text[-1:] == "”" and text.count("“") == 1 else text


def _bind(name: str, match: Match, scene: Scene | _Example) -> list[Bound]:
    """What one slot of a match stands for; [] where it is unbound."""
    if name.startswith("@"):
        return scene.carried(name, match.start)
    if name in match.groups:
        return [entity(k.person) for k in match.groups[name].members]
    out = []
    for m in match.slots.get(name, ()):
        shape = match.rule.pattern.slots[name].shape
        if shape == "word":
            out.append(Bound(Ref(m.text, "Text"), (m.start, m.end)))
        elif shape == "texts":
            for piece in _pieces(m.type).finditer(scene.text[m.start : m.end]):
                start, end = trimmed(m.type, scene.text, m.start + piece.start(), m.start + piece.end())
                halves = list(re.finditer("[^和与及]+", scene.text[start:end]))
                if m.type == "Place" and len(halves) > 1 and all(_is_name("Place", h[0]) for h in halves):
                    out += [Bound(Ref(h[0], "Place"), (start + h.start(), start + h.end())) for h in halves]
                elif _is_name(m.type, scene.text[start:end]):
                    out.append(Bound(Ref(scene.text[start:end].strip("“”"), m.type), (start, end)))
        elif shape == "text":
            start, end = trimmed(m.type, scene.text, m.start, m.end)
            label = _unquoted(scene.text[start:end])
            if _is_name(m.type, label):
                out.append(Bound(Ref(label, m.type), (start, end)))
        elif m.type == "Event":
            name_ = scene.event(m)
            if name_:
                out.append(Bound(Ref(name_, "Event"), (m.start, m.end)))
        elif m.type in _MEASURED:
            if isinstance(m.value, (Quantity, TimeSpan)) and m.by != "dates/vague":
                out.append(Bound(m.value, (m.start, m.end)))
        else:
            out.append(entity(m))
    return out


def _first(names: Sequence[str], match: Match, scene: Scene | _Example) -> list[Bound]:
    for name in names:
        bound = _bind(name, match, scene)
        if bound:
            return bound
    return []


def _qualifiers(template: Template, match: Match, scene: Scene | _Example) -> tuple[tuple[str, str | bool], ...]:
    out: list[tuple[str, str | bool]] = []
    for key, value in template.qualifiers:
        if value in {"true", "false"}:
            out.append((key, value == "true"))
        elif value.startswith("'"):
            out.append((key, value[1:-1]))
        else:
            for bound in _bind(value, match, scene)[:1]:
                text = bound.value.label if isinstance(bound.value, Ref) else bound.value.text
                out.append((key, text))
    return tuple(sorted(out))


def _admitted(predicate: str, subject: Bound) -> bool:
    """Whether a carried subject is of the predicate's domain."""
    domain = ontology.load().properties[predicate].domain
    return not isinstance(subject.value, Ref) or ontology.load().admits(domain, subject.value.type)


def _phase(text: str, start: int, end: int) -> str:
    """The phase of a project (一期) that the sentence last named before `end`, "" if none."""
    left = text.rfind("。", max(0, start - 1000), start) + 1 or max(0, start - 1000)
    last = ""
    for m in pattern("slots", "phase").finditer(text, left, end):
        last = m[0] if m[0].endswith("期") else ""
    return {"第一期": "一期", "第二期": "二期", "第三期": "三期"}.get(last, last)


def drafts(match: Match, scene: Scene | _Example) -> Iterator[Draft]:
    """The facts that a match states."""
    if match.vetoed:
        return
    slots = match.rule.pattern.slots
    for template in match.rule.templates:
        texts = [value for _, value in template.qualifiers if value in slots]
        if any(not slots[value].optional and not _bind(value, match, scene) for value in texts):
            continue
        listed = next((value for value in texts if slots[value].shape == "texts"), None)
        for piece in _bind(listed, match, scene) if listed else [None]:
            yield from _stated(template, match, scene, listed, piece)


def _stated(
    template: Template, match: Match, scene: Scene | _Example, listed: str | None, piece: Bound | None
) -> Iterator[Draft]:
    """The facts of one template; of a listed qualifier one piece."""
    if template.predicate == "visited" and not scene.visits:
        return
    found = dict(_qualifiers(template, match, scene))
    if listed is not None and piece is not None and isinstance(piece.value, Ref):
        found[next(k for k, v in template.qualifiers if v == listed)] = piece.value.label
    if template.predicate in _PHASED:
        phase = _phase(scene.text, match.start, match.end)
        if phase:
            found.setdefault("phase", phase)
    objects = _first(template.object, match, scene)
    for s in _first(template.subject, match, scene):
        for o in objects:
            if s.value != o.value and _admitted(template.predicate, s):
                yield Draft(
                    s,
                    template.predicate,
                    o,
                    match.rule.name,
                    (match.start, match.end),
                    tuple(sorted(found.items())),
                    _status(template.predicate, match, scene.text),
                )


def _status(predicate: str, match: Match, text: str) -> str:
    """A rule's status; of a project's plans and deeds what the clause says (将, 已) comes first."""
    if predicate not in _PHASED | {"undertakes"}:
        return match.rule.status
    start, _ = clause(text, match.start, match.end, "，。；\n")
    said = text[start : match.end]
    if pattern("slots", "planned").search(said):
        return "planned"
    return "actual" if pattern("slots", "done").search(said) else match.rule.status


def stated(rule: Rule, text: str, mentions: Sequence[Mention], carried: Mapping[str, str]) -> list[str]:
    """What one rule says of an example sentence, as `subject predicate object {qualifiers}` lines."""
    encoded, groups = encode_groups(text, 0, mentions) if rule.people else (encode(text, 0, mentions), ())
    scene = _Example(text, carried)
    out = []
    for match in rulebook.matches(rule, encoded, groups):
        for d in drafts(match, scene):
            said = ", ".join(f"{k}={v if isinstance(v, str) else str(v).lower()}" for k, v in d.qualifiers)
            out.append(f"{_shown(d.subject)} {d.predicate} {_shown(d.object)}" + (f" {{{said}}}" if said else ""))
    return out


def _shown(bound: Bound) -> str:
    return bound.value.label if isinstance(bound.value, Ref) else value_text(bound.value)
