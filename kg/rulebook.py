"""The rules of kg/rules/*.toml: loaded, checked against the ontology, their own examples run.

A rule is a pattern, the facts it states, sentences in which it must (`yes`) and must not (`no`) fire.
A rule whose examples do not come out as written does not load.

    [[rule]]
    name  = "任命"
    match = '<Person>任<Organization><Post>'
    facts = ["person holdsPost post", "person postAt organization"]
    yes   = ["<Person 张三>任<Company 宏远公司><Post 董事长>。 => 张三 holdsPost 董事长; 张三 postAt 宏远公司"]
    no    = ["<Person 张三>对<Company 宏远公司>的<Post 董事长>说"]

Slots that begin with @ are carried over by discourse: @event, @project, @company, @place, @speaker, @topic, the
project or body that the clause is about, and @subject, which may also be a place.
An example sets them in front: `@event=区委常委会会议 | <Person 沈东>主持会议 => 沈东 presidedOver 区委常委会会议`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from kg import regex
from kg.errors import ConfigurationError
from kg.model import Mention, Quantity, TimeSpan
from kg.ontology import Ontology
from kg.pattern import CLASSES, Encoded, Pattern, compile_pattern, encode
from kg.people import Group, encode_groups
from kg.text import clause

DISCOURSE = ("@event", "@project", "@company", "@topic", "@subject", "@place", "@speaker")
_FIELDS = {"name", "match", "facts", "unless", "status", "blocks", "yes", "no", "note"}
_STATUS = {"actual", "planned", "reported"}
_BLOCKS = ("body", "caption", "subheadline")
_ALL_BLOCKS = frozenset({*_BLOCKS, "headline"})  # bylines and credits are read by kg.bylines, slogans by nobody
QUALIFIERS = {"indicator", "product", "kind", "phase", "growth", "period", "by"}


@dataclass(frozen=True, slots=True)
class Template:
    """What a match states: alternatives for subject and object, the first that is bound counts."""

    subject: tuple[str, ...]
    predicate: str
    object: tuple[str, ...]
    qualifiers: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Rule:
    """A loaded rule; name is file/name; people: whether it reads groups of people as one symbol."""

    name: str
    pattern: Pattern
    templates: tuple[Template, ...]
    unless: tuple[re.Pattern[str], ...]
    status: str
    blocks: frozenset[str]
    people: bool


@dataclass(frozen=True, slots=True)
class Rulebook:
    """All rules in the order of files and lines, and their word lists.

    wants: for each rule what its pattern requires of a text, a bit each; meets: character -> what it meets of that
    """

    rules: tuple[Rule, ...]
    words: Mapping[str, tuple[str, ...]]
    wants: tuple[int, ...]
    meets: Mapping[str, int]

    def met(self, encoded: Encoded) -> int:
        """What a sentence meets of the rules' requirements, a bit each."""
        met = 0
        for character in self.meets.keys() & encoded.present:
            met |= self.meets[character]
        return met

    def candidates(self, plain: Encoded, grouped: Encoded) -> list[tuple[Rule, Encoded]]:
        """The rules that may match a sentence, each with the reading of the sentence that it works on.

        plain, grouped: the sentence without and with groups of people as one symbol
        """
        lacking = ~self.met(plain)
        lacking_grouped = lacking if grouped is plain else ~self.met(grouped)
        return [
            (rule, grouped if rule.people else plain)
            for rule, wants in zip(self.rules, self.wants, strict=True)
            if not wants & (lacking_grouped if rule.people else lacking)
        ]


@dataclass(frozen=True, slots=True)
class Match:
    """A rule that fires at a place: slot -> mentions, article spans; None as mentions for what a veto stopped."""

    rule: Rule
    start: int
    end: int
    slots: Mapping[str, tuple[Mention, ...]]
    groups: Mapping[str, Group]
    vetoed: str = ""


def _fail(file: str, rule: str, reason: str) -> ConfigurationError:
    return ConfigurationError(f"{file}: rule {rule!r}: {reason}")


_TEMPLATE = re.compile(r"(\S+) (\w+) (\S+)(?: \{(.*)\})?$")


def _template(text: str) -> Template:
    m = _TEMPLATE.match(text)
    if m is None:
        raise ValueError(f"not `subject predicate object {{qualifier=slot}}`: {text!r}")
    pairs = []
    for item in filter(None, (m[4] or "").split(", ")):
        key, _, value = item.partition("=")
        if key.strip() not in QUALIFIERS:
            raise ValueError(f"unknown qualifier {key.strip()!r}")
        pairs.append((key.strip(), value.strip()))
    return Template(tuple(m[1].split("|")), m[2], tuple(m[3].split("|")), tuple(pairs))


_MEASURES = {
    "Money": "Quantity",
    "Share": "Quantity",
    "Extent": "Quantity",
    "Amount": "Quantity",
    "Date": "TimeSpan",
    "Role": "Post",
    "People": "Person",
    "Delegation": "Person",
    "Site": "Place",
    "Text": "Text",
    "Unclassified": "Organization",
    "Works": "Event",
    "Signing": "Event",
    "Duration": "TimeSpan",
    "Period": "TimeSpan",
}
_CARRIED = {
    "@event": ("Event",),
    "@project": ("Project",),
    "@company": ("Organization",),
    "@topic": ("Organization", "Project"),
    "@subject": ("Organization", "Project", "Place"),
    "@place": ("Place",),
    "@speaker": ("Person",),
}


def _check_template(template: Template, pattern: Pattern, ontology: Ontology) -> None:
    if template.predicate not in ontology.properties:
        raise ValueError(f"unknown property {template.predicate!r}")
    prop = ontology.properties[template.predicate]
    for names, allowed, side in ((template.subject, prop.domain, "domain"), (template.object, prop.slots, "range")):
        for name in names:
            if name.startswith("@"):
                if name not in DISCOURSE:
                    raise ValueError(f"unknown discourse slot {name!r}: one of {', '.join(DISCOURSE)}")
                classes: tuple[str, ...] = _CARRIED[name]
            elif name in pattern.slots:
                classes = pattern.slots[name].classes
            else:
                raise ValueError(f"unknown slot {name!r}")
            known = [_MEASURES.get(c, c) for c in classes]
            outside = [c for c in known if not any(ontology.is_a(c, a) or ontology.is_a(a, c) for a in allowed)]
            # 承前的主语在抽取时再按实际类别检查
            if allowed and (len(outside) == len(known) if name.startswith("@") else outside):
                raise ValueError(
                    f"slot {name!r} ({outside[0]}) is outside the {side} of {template.predicate}: {', '.join(allowed)}"
                )
    for _, value in template.qualifiers:
        if value not in pattern.slots and value not in {"true", "false"} and not re.fullmatch(r"'[^']*'", value):
            raise ValueError(f"qualifier value {value!r} is neither a slot nor quoted")


def _texts(value: object) -> bool:
    """Whether a value is a list of texts, none of them empty."""
    return isinstance(value, list) and all(isinstance(item, str) and item for item in value)


def _rule(entry: Mapping[str, Any], file: str, lists: Mapping[str, tuple[str, ...]], ontology: Ontology) -> Rule:
    name = str(entry.get("name", "?"))
    try:
        unknown = set(entry) - _FIELDS
        if unknown:
            raise ValueError(f"unknown field {sorted(unknown)[0]!r}")
        for field in ("name", "match", "status"):
            if not isinstance(entry.get(field, ""), str):
                raise ValueError(f"{field!r} is no text")
        for field in ("facts", "unless", "blocks", "yes", "no"):
            if not _texts(entry.get(field, [])):
                raise ValueError(f"{field!r} is no list of texts")
        for needed in ("name", "match", "facts"):
            if not entry.get(needed):
                raise ValueError(f"no {needed!r}")
        for needed in ("yes", "no"):
            if not entry.get(needed):
                raise ValueError(f"no {needed!r} example")
        status = entry.get("status", "actual")
        if status not in _STATUS:
            raise ValueError(f"status {status!r}: one of {', '.join(sorted(_STATUS))}")
        blocks = frozenset(entry.get("blocks", _BLOCKS))
        if not blocks or (strange := sorted(blocks - _ALL_BLOCKS)):
            raise ValueError(f"blocks {strange[0] if blocks else '[]'!r}: some of {', '.join(sorted(_ALL_BLOCKS))}")
        pattern = compile_pattern(entry["match"], lists, lambda c: c in ontology.classes)
        if not regex.shortest(pattern.regex.pattern):
            raise ValueError("the pattern matches where nothing stands: part of it must not be optional")
        templates = tuple(_template(t) for t in entry["facts"])
        for t in templates:
            _check_template(t, pattern, ontology)
        unless = tuple(re.compile(_expand(u, lists)) for u in entry.get("unless", ()))
        people = (
            any({"People", "Delegation"} & set(s.classes) for s in pattern.slots.values())
            or re.search("<(?:People|Delegation)", entry["match"]) is not None
        )
        return Rule(
            f"{file.removesuffix('.toml')}/{name}",
            pattern,
            templates,
            unless,
            status,
            blocks,
            people,
        )
    except (ValueError, re.error, OverflowError) as error:
        raise _fail(file, name, str(error)) from error
    except RecursionError as error:
        raise _fail(file, name, "brackets nested too deep") from error


def _expand(source: str, lists: Mapping[str, tuple[str, ...]]) -> str:
    """An `unless`: a regular expression with <word lists> and <Classes>."""
    return compile_pattern(source, lists, lambda _: True).regex.pattern


def matches(rule: Rule, encoded: Encoded, groups: Sequence[Group]) -> Iterator[Match]:
    """The places where a rule fires in a sentence, those that a guard vetoes marked."""
    for m in rule.pattern.regex.finditer(encoded.text):
        slots: dict[str, tuple[Mention, ...]] = {}
        held: dict[str, Group] = {}
        for name, slot in rule.pattern.slots.items():
            if not m[name]:  # optional, or a group that matched nothing
                continue
            i, j = m.span(name)
            if slot.shape == "word":
                slots[name] = (Mention("Text", encoded.starts[i], encoded.ends[j - 1], m[name], by=rule.name),)
            elif slot.shape in {"text", "texts"}:
                start, end = encoded.starts[i], encoded.ends[j - 1]
                slots[name] = (Mention(slot.classes[0], start, end, "", by=rule.name),)
            else:
                inside = tuple(x for x in encoded.mentions[i:j] if x is not None)
                slots[name] = inside
                if inside and inside[0].type in {"People", "Delegation"}:
                    held[name] = next(g for g in groups if g.start == inside[0].start)
        veto = _veto(rule, encoded.text, m.start(), m.end()) if rule.unless else ""
        yield Match(rule, encoded.starts[m.start()], encoded.ends[m.end() - 1], slots, held, veto)


def _veto(rule: Rule, text: str, start: int, end: int) -> str:
    """The guard that stops a match of the symbols [start, end), in the clauses that it touches; "" if none does."""
    left, right = clause(text, start, end)
    return next((guard.pattern for guard in rule.unless if guard.search(text[left:right])), "")


# --- examples -----------------------------------------------------------------------------------

_TAGGED = re.compile(r"<([A-Z]\w*) ([^<>]+)>")


def parse_example(text: str) -> tuple[dict[str, str], str, list[Mention]]:
    """`@event=X | 张<Post 区长>…` -> what discourse holds, the plain sentence, its mentions."""
    carried: dict[str, str] = {}
    head, bar, rest = text.partition(" | ")
    if bar and head.startswith("@"):
        pairs = [item.partition("=") for item in head.split(", ")]
        if not all(equals for _, equals, _ in pairs):
            raise ValueError(f"an example begins with `@slot=value | `, several slots joined by `, `: {text!r}")
        carried = {slot: value for slot, _, value in pairs}
        text = rest
    plain: list[str] = []
    mentions: list[Mention] = []
    at = length = 0
    for m in _TAGGED.finditer(text):
        plain.append(text[at : m.start()])
        length += len(plain[-1])
        mentions.append(_example_mention(m[1], m[2], length))
        plain.append(m[2])
        length += len(m[2])
        at = m.end()
    plain.append(text[at:])
    return carried, "".join(plain), mentions


_UNIT_OF = {"Money": "元", "Share": "%", "Extent": "平方米", "Amount": "个"}


def _example_mention(kind: str, text: str, start: int) -> Mention:
    from kg.tag import dates, quantities

    end = start + len(text)
    if kind in {"Quantity", *_UNIT_OF}:
        found = [q for q in quantities.find(text) if q.start == 0 and q.end == len(text)]
        if not found or found[0].value is None:
            raise ValueError(f"{text!r} is not read as one quantity")
        return Mention("Quantity", start, end, text, found[0].value, "example")
    if kind in {"Date", "Duration", "Period"}:
        times = [d for d in dates.find(text, None) if d.end - d.start == len(text)]
        value = times[0].value if times else TimeSpan(text)
        return Mention(kind, start, end, text, value, "example")
    if kind not in CLASSES:
        raise ValueError(f"unknown class {kind!r} in an example")
    return Mention(kind, start, end, text, by="example")


def _run_examples(entry: Mapping[str, Any], rule: Rule, stated: Callable[..., list[str]]) -> None:
    missing_unless = set(range(len(rule.unless)))
    for line in entry["yes"]:
        sentence, arrow, expected = line.partition(" => ")
        if not arrow:
            raise ValueError(f"a yes without ` => facts`: {line!r}")
        carried, text, mentions = parse_example(sentence)
        got = sorted(stated(rule, text, mentions, carried))
        due = sorted(x.strip() for x in expected.split("; "))
        if got != due:
            reading = f"yes reads as {'; '.join(got) or 'nothing'}, expected {'; '.join(due)}: {line!r}"
            raise ValueError(f"{reading}\n  symbols: {_shown(text, mentions, rule)}")
    for line in entry["no"]:
        carried, text, mentions = parse_example(line)
        got = stated(rule, text, mentions, carried)
        if got:
            raise ValueError(f"no reads as {'; '.join(got)}: {line!r}")
        encoded, groups = _encoded(rule, text, mentions)
        if any(need.isdisjoint(encoded.present) for need in rule.pattern.needs):
            raise ValueError(f"no lacks a class that the pattern needs, so it shows nothing: {line!r}")
        for found in matches(rule, encoded, groups):
            if found.vetoed:
                missing_unless -= {i for i, u in enumerate(rule.unless) if u.pattern == found.vetoed}
    if missing_unless:
        raise ValueError(f"unless {rule.unless[min(missing_unless)].pattern!r} is reached by no example")


def _encoded(rule: Rule, text: str, mentions: Sequence[Mention]) -> tuple[Encoded, Sequence[Group]]:
    return encode_groups(text, 0, mentions) if rule.people else (encode(text, 0, mentions), ())


def _shown(text: str, mentions: Sequence[Mention], rule: Rule) -> str:
    encoded, _ = _encoded(rule, text, mentions)
    return "".join(
        f"<{m.type} {text[m.start : m.end]}>" if m else c for c, m in zip(encoded.text, encoded.mentions, strict=True)
    )


# --- loading ------------------------------------------------------------------------------------


def parse(sources: Iterable[tuple[str, str]], ontology: Ontology, stated: Callable[..., list[str]] | None) -> Rulebook:
    """Rules from (file name, TOML text) pairs.

    stated: runs one rule over an example and gives its facts as `subject predicate object` lines; None skips them
    Raises ConfigurationError naming file, rule and reason.
    """
    loaded: list[tuple[str, dict[str, Any]]] = []
    lists: dict[str, tuple[str, ...]] = {}
    for file, text in sources:
        try:
            table = tomllib.loads(text)
        except ValueError as error:  # no TOML, or a number too long for Python
            raise ConfigurationError(f"{file}: {error}") from error
        except RecursionError as error:
            raise ConfigurationError(f"{file}: lists or tables nested too deep") from error
        extra = set(table) - {"words", "rule"}
        if extra:
            raise ConfigurationError(f"{file}: unknown table {sorted(extra)[0]!r}")
        if not isinstance(table.get("words", {}), dict):
            raise ConfigurationError(f"{file}: word lists stand below [words], each as name = ['word', …]")
        for key, items in table.get("words", {}).items():
            if not items or not _texts(items):
                raise ConfigurationError(f"{file}: word list {key!r} is no list of texts")
            if key in lists:
                raise ConfigurationError(f"{file}: word list {key!r} stands twice")
            lists[key] = tuple(items)
        rules_of = table.get("rule", [])
        if not isinstance(rules_of, list) or not all(isinstance(entry, dict) for entry in rules_of):
            raise ConfigurationError(f"{file}: a rule begins with [[rule]], not with [rule]")
        loaded.append((file, table))
    rules: list[Rule] = []
    names: set[str] = set()
    for file, table in loaded:
        for entry in table.get("rule", ()):
            rule = _rule(entry, file, lists, ontology)
            if rule.name in names:
                raise _fail(file, str(entry["name"]), "the name stands twice")
            names.add(rule.name)
            if stated is not None:
                try:
                    _run_examples(entry, rule, stated)
                except ValueError as error:
                    raise _fail(file, str(entry["name"]), str(error)) from error
            rules.append(rule)
    return _indexed(rules, lists)


def _indexed(rules: Sequence[Rule], lists: Mapping[str, tuple[str, ...]]) -> Rulebook:
    """The rules with their requirements as bits: most sentences lack what most rules require."""
    bits: dict[frozenset[str], int] = {}
    wants = [sum({bits.setdefault(r, 1 << len(bits)) for r in rule.pattern.required}) for rule in rules]
    meets: dict[str, int] = {}
    for characters, bit in bits.items():
        for character in characters:
            meets[character] = meets.get(character, 0) | bit
    return Rulebook(tuple(rules), lists, tuple(wants), meets)


def sources() -> list[tuple[str, str]]:
    """The project's own rule files, by name."""
    folder = files("kg").joinpath("rules")
    return [
        (p.name, p.read_text("utf-8"))
        for p in sorted(folder.iterdir(), key=lambda p: p.name)
        if p.name.endswith(".toml")
    ]


@cache
def load(examples: bool = False) -> Rulebook:
    """The project's rules; examples: run them too, as `kg check` and the tests do."""
    from kg import ontology
    from kg.extraction import stated

    return parse(sources(), ontology.load(), stated if examples else None)


def value_text(value: Quantity | TimeSpan) -> str:
    """A quantity or date as an example writes it: 350000000元, 2025-06."""
    if isinstance(value, Quantity):
        return f"{value.value.normalize():f}{value.unit}"
    return value.iso or value.text
