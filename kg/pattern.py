"""Patterns over tagged text: every mention is one symbol, everything between is ordinary text.

`<Person>` matches a mention of the class (or of a class below it) and binds it to the slot `person`;
`<host:Person>` names the slot (of unnamed ones of one class the first is bound), `<Person|Organization>`
takes either, `<Person+>` a list joined by 、 和 与 及. `<名称:Honour~>` binds a run of text within the clause,
40 characters at most (or `~12`), as a mention of that class, `<产品:Product&>` several joined by 、 和 与 及;
`(?P<等级:Tier>…)` does so for what a group of its own expression matches. `<主持>` is any word of that word
list, `<phase:期>` binds the word; `...` up to 12 characters of the same clause; `^` and `$` are the ends of a
clause. The rest is a regular expression in which every repetition must be bounded, so that matching stays
linear in the text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kg import regex
from kg.lexicon import either, pattern, pattern_text
from kg.model import Mention, Quantity

CLASSES = (
    "People", "Delegation", "Person", "Post", "Role", "Company", "GovernmentBody", "PartyBody", "Institution",
    "Park", "Organization", "Place", "Site", "Event", "Works", "Signing", "Project", "Date", "Duration", "Period",
    "Money", "Share", "Extent", "Amount",
)  # fmt: skip
"""What a symbol can stand for. Delegation is a group of People (一行), Works an Event that begins building, Signing one
that signs;
a Quantity is divided by its unit into Money, Share (%, 倍), Extent (亩, 平方米) and Amount."""

BELOW = {
    "Organization": ("Company", "GovernmentBody", "PartyBody", "Institution", "Park", "Organization"),
    "Place": ("Place", "Park"),
    "Agent": ("Person", "Company", "GovernmentBody", "PartyBody", "Institution", "Park", "Organization"),
    "Unclassified": ("Organization",),
    "Quantity": ("Money", "Share", "Extent", "Amount"),
    "Event": ("Event", "Works", "Signing"),
    "People": ("People", "Delegation"),
}
_SYMBOL = {name: chr(0xE000 + i) for i, name in enumerate(CLASSES)}
_BREAK = "，。；：！？\\n"
_AMBIGUITY = 6
"""as a power of ten: a million ways take a tenth of a second"""
_PRIVATE = re.compile("[\ue000-\uf8ff]")
_WORKS = pattern("pattern", "works")
_MONEY = pattern("pattern", "money")
_SHARE = frozenset({"%", "倍", "个百分点", "‰", "成"})
_EXTENT = frozenset({"亩", "平方米", "公顷", "平方公里", "平方千米", "平方"})


def symbol_class(mention: Mention) -> str:
    """The class whose symbol stands for a mention."""
    if mention.type == "Event" and _WORKS.search(mention.text):
        return "Works"
    if mention.type == "Event" and "签约" in mention.text:
        return "Signing"
    if mention.type != "Quantity":
        return mention.type if mention.type in _SYMBOL else "Organization"
    unit = mention.value.unit if isinstance(mention.value, Quantity) else ""
    if _MONEY.search(unit):
        return "Money"
    if unit in _SHARE:
        return "Share"
    return "Extent" if unit in _EXTENT else "Amount"


@dataclass(frozen=True, slots=True)
class Encoded:
    """A sentence as symbols.

    text: one character a mention or a plain character
    starts, ends: for each, its article span; mentions: the mention or None
    named: the places in `text` that are mentions, in order; present: the characters of `text`
    """

    text: str
    starts: Sequence[int]
    ends: Sequence[int]
    mentions: tuple[Mention | None, ...]
    named: tuple[int, ...]
    present: frozenset[str]


def encode(text: str, start: int, mentions: Sequence[Mention]) -> Encoded:
    """The sentence `text`, which begins at `start` in its article, with its sorted mentions as symbols."""
    plain = _PRIVATE.sub("\ufffd", text)
    stop = start + len(text)
    if not mentions:
        none = (None,) * len(text)
        return Encoded(plain, range(start, stop), range(start + 1, stop + 1), none, (), frozenset(plain))
    said: list[str] = []
    starts: list[int] = []
    held: list[Mention | None] = []
    named: list[int] = []
    at = start
    for mention in mentions:
        if at < mention.start:
            said.append(plain[at - start : mention.start - start])
            starts += range(at, mention.start)
            held += [None] * (mention.start - at)
        named.append(len(starts))
        said.append(_symbol(mention))
        starts.append(mention.start)
        held.append(mention)
        at = mention.end
    said.append(plain[at - start :])
    starts += range(at, stop)
    held += [None] * (stop - at)
    encoded = "".join(said)
    return Encoded(encoded, tuple(starts), (*starts[1:], stop), tuple(held), tuple(named), frozenset(encoded))


def _symbol(mention: Mention) -> str:
    if mention.value is None and mention.type == "Quantity":
        return "\ufffd"
    return _SYMBOL[symbol_class(mention)]


@cache
def symbols(*classes: str) -> str:
    """A character class of the symbols of the classes and those below them."""
    names = [n for c in classes for n in BELOW.get(c, (c,))]
    return "[" + "".join(sorted({_SYMBOL[n] for n in names})) + "]"


@cache
def symbolic(section: str, name: str) -> re.Pattern[str]:
    """A pattern of kg/data/patterns.toml in which `<Date|Duration>` stands for the symbols of those classes."""
    text = re.sub(r"<([A-Z][A-Za-z|]*)>", lambda m: symbols(*m[1].split("|")), pattern_text(section, name))
    return re.compile(text)


@dataclass(frozen=True, slots=True)
class Slot:
    """A named part of a pattern; shape: one, list, text, texts or word."""

    name: str
    classes: tuple[str, ...]
    shape: str
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled pattern.

    needs: the symbols of each mention that it cannot match without
    required: these and more, see kg.regex.required
    """

    regex: re.Pattern[str]
    slots: Mapping[str, Slot]
    needs: tuple[frozenset[str], ...]
    required: tuple[frozenset[str], ...]
    source: str


_TOKEN = re.compile(
    r"\\.|\[[^\]]*\]|\(\?P<(?P<group>\w+):(?P<kind>[A-Z]\w*)>|(?<!\(\?P)<(?P<slot>[^<>=!]+)>(?P<maybe>\?)?|(?P<gap>\.\.\.)|(?P<begin>\^)|(?P<finish>\$)"
)
_WORD_SLOT = re.compile(r"(\w+):(\w+)$")
_SLOT = re.compile(r"(?:(\w+):)?([A-Z]\w*(?:\|[A-Z]\w*)*)([+~&])?(\d{1,2})?$")


def compile_pattern(source: str, lists: Mapping[str, Sequence[str]], known: Callable[[str], bool]) -> Pattern:
    """Compile a pattern.

    lists: the [words] lists by name; known: whether the name of a text slot's class exists
    Raises ValueError, saying what is wrong with the pattern.
    """
    out: list[str] = []
    slots: dict[str, Slot] = {}
    needs: list[frozenset[str]] = []
    at = 0
    depth_alternation = "|" in re.sub(r"<[^<>]*>|\([^()]*\)", "", source)
    for m in _TOKEN.finditer(source):
        out.append(_plain(source[at : m.start()]))
        at = m.end()
        if m.lastindex is None:
            out.append(m[0])
        elif m["group"]:
            if not known(m["kind"]):
                raise ValueError(f"unknown class {m['kind']!r}")
            slots[m["group"]] = Slot(m["group"], (m["kind"],), "text", optional=True)
            out.append(f"(?P<{m['group']}>")
        elif m["gap"]:
            out.append(f"[^{_BREAK}]{{0,12}}")
        elif m["begin"]:
            out.append(f"(?:(?<=[{_BREAK} ])|^)")
        elif m["finish"]:
            out.append(f"(?=[{_BREAK}]|$)")
        elif m["slot"] in lists:
            out.append(f"(?:{either(lists[m['slot']])})" + (m["maybe"] or ""))
        elif (named := _WORD_SLOT.match(m["slot"])) and named[2] in lists:
            slots[named[1]] = Slot(named[1], ("Text",), "word", bool(m["maybe"]))
            out.append(f"(?P<{named[1]}>{either(lists[named[2]])})" + (m["maybe"] or ""))
        else:
            slot, said = _slot(m["slot"], bool(m["maybe"]), known)
            if slot.name in slots:
                if ":" in m["slot"]:
                    raise ValueError(f"slot {slot.name!r} occurs twice")
                out.append(said.replace(f"(?P<{slot.name}>", "(?:"))
                continue
            slots[slot.name] = slot
            out.append(said)
            if (
                not slot.optional
                and slot.shape in {"one", "list"}
                and not depth_alternation
                and _outside_groups(source, m.start())
            ):
                needs.append(frozenset(symbols(*slot.classes)[1:-1]))
    out.append(_plain(source[at:]))
    expression = "".join(out)
    try:
        compiled = re.compile(expression)
    except re.error as error:
        raise ValueError(f"bad regular expression: {error}") from error
    if unbound := sorted(slots.keys() - compiled.groupindex.keys()):
        raise ValueError(f"slot {unbound[0]!r} stands where a regular expression has no group: in a set or a comment")
    if regex.ambiguity(expression) > _AMBIGUITY:
        raise ValueError(
            "a repetition within a repetition, with nothing between that must stand there, would be tried in more ways "
            f"than 10^{_AMBIGUITY}: write one of them without {{0,n}}, or smaller numbers"
        )
    return Pattern(compiled, slots, tuple(needs), regex.required(expression), source)


def _outside_groups(source: str, position: int) -> bool:
    before = re.sub(r"<[^<>]*>", "", source[:position])
    return before.count("(") == before.count(")")


def _plain(text: str) -> str:
    bare = re.sub(r"\\.|\[[^\]]*\]", "", text)
    if re.search(r"[*+]|\{\d*,\}", bare):
        raise ValueError("unbounded repetition: write {0,n} instead of * and +")
    if "<" in bare.replace("(?<", "") or ">" in bare:
        raise ValueError("stray < or >")
    return text


def _slot(body: str, optional: bool, known: Callable[[str], bool]) -> tuple[Slot, str]:
    m = _SLOT.match(body)
    if m is None:
        raise ValueError(f"neither a slot nor a word list: <{body}>")
    classes = tuple(m[2].split("|"))
    name = m[1] or classes[0].lower()
    mark = "?" if optional else ""
    if m[3] in {"~", "&"}:
        for c in classes:
            if not known(c):
                raise ValueError(f"unknown class {c!r} in <{body}>")
        # 产品名里没有数量：年产3万吨水泥生产线2条，数的不是水泥
        barred = symbols("Quantity")[1:-1] if classes == ("Product",) else ""
        slot = Slot(name, classes, "text" if m[3] == "~" else "texts", optional)
        return slot, f"(?P<{name}>[^{_BREAK}{barred}]{{1,{m[4] or 40}}}?){mark}"
    for c in classes:
        if c not in _SYMBOL and c not in BELOW:
            raise ValueError(f"unknown class {c!r} in <{body}>")
    one = symbols(*classes)
    if m[3] == "+":
        several = f"(?P<{name}>{one}(?:(?:[、和与及]|以及|，){one}){{0,14}}){mark}"
        return Slot(name, classes, "list", optional), several
    return Slot(name, classes, "one", optional), f"(?P<{name}>{one}){mark}"
