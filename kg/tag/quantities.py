"""Figures with their units: 超4400亿元 is more than 440000000000 元.

The words are in `kg/data/numbers.toml` and `kg/data/units.toml`, each entry with examples that `check` runs.
Every repetition in the patterns is possessive or bounded: a text of digits alone is read in linear time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from kg.errors import ConfigurationError
from kg.model import Mention, Quantity
from kg.tag.grammar import either, load, run_examples

_SPACE = "[ \u3000\u00a0]?"
_DIGIT = "[0-9０-９]"
_LONGEST = 15
"""digits; what is longer is a code"""
_LARGEST = Decimal(10) ** 18
_MODIFIER_WINDOW = 8
_CLAUSE_WINDOW = 16
_HALF_WIDTH = str.maketrans("０１２３４５６７８９．，", "0123456789.,")
_TIMES = frozenset("×✕*xX＊")
_QUOTES = frozenset("“‘《「『\"'")
_SIGNED = frozenset({"%", "个百分点"})
_MINUS = re.compile(r"(?:\A|[^\x00-\x7f０-９])[-－−]\Z")
_CLAUSE_END = re.compile("[，。；、,;！？\n（(]")
_PLACES = {"before", "before scale", "inside", "after"}
_NUMBERS: dict[str, tuple[set[str], set[str]]] = {
    "numeral": ({"digits", "scales", "vague", "fractions"}, set()),
    "modifier": ({"place", "sign", "say"}, {"not_after"}),
    "range": ({"say"}, set()),
    "money": ({"near", "adjacent", "always"}, set()),
    "ordinal": ({"before"}, {"not_after"}),
    "bare": ({"not_before"}, set()),
    "class": ({"say"}, set()),
    "idiom": ({"say"}, set()),
}
_UNITS: dict[str, tuple[set[str], set[str]]] = {
    "unit": ({"words"}, {"counted", "one", "not_before", "factor"}),
    "per": ({"words"}, set()),
}


@dataclass(frozen=True, slots=True)
class _Unit:
    name: str
    factor: int
    counted: bool
    one: bool


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The data files, compiled."""

    digits: Mapping[str, int]
    scales: Mapping[str, int]
    fractions: Mapping[str, str]
    units: Mapping[str, _Unit]
    inside: str
    after: Mapping[str, str]
    number: re.Pattern[str]
    tail: re.Pattern[str]
    fraction_tail: re.Pattern[str]
    before: tuple[tuple[re.Pattern[str], str, bool], ...]
    about: re.Pattern[str]
    range: re.Pattern[str]
    idiom: re.Pattern[str]
    ordinal: re.Pattern[str]
    not_bare: re.Pattern[str]
    never_before: re.Pattern[str]
    money_near: re.Pattern[str]
    money_adjacent: re.Pattern[str]
    money_always: frozenset[str]


@dataclass(frozen=True, slots=True)
class _Figure:
    """A number with what follows it; value None: it has no single one."""

    start: int
    end: int
    value: Decimal | None
    unit: str
    sign: str
    scaled: bool
    bare: bool
    """a scale without a digit: 百"""
    doubtful: bool
    """needs a modifier to be a quantity: bare (百家), or short and without unit (六万寨)"""


def find(text: str) -> list[Mention]:
    """The quantities of a text, in order: mentions of type Quantity with offsets into `text`.

    The span takes in modifiers (超, 左右), scale and unit. A range (6-8亿元) or a vague count (数百家) is a mention
    whose value is None. Years, dates, durations, ranks, model numbers and idioms (四套班子) are none.

    >>> [(m.text, str(m.value.value), m.value.unit, m.value.modifier) for m in find("总投资超3.5亿元") if m.value]
    [('超3.5亿元', '350000000', '元', '>')]
    >>> find("第二十八次会议")
    []
    """
    grammar = _grammar()
    found: list[Mention] = []
    at = 0
    while number := grammar.number.search(text, at):
        figure = _figure(grammar, text, number)
        if figure is None:
            at = number.end()
            continue
        mention = _mention(grammar, text, figure, found[-1].end if found else 0)
        if mention is None:
            at = number.end()
        else:
            found.append(mention)
            at = mention.end
    return found


def read_numeral(text: str) -> int | None:
    """The value of a whole number in Arabic or Chinese digits, None where it is not well formed or too long.

    >>> read_numeral("二十八"), read_numeral("１２"), read_numeral("一二三")
    (28, 12, None)
    """
    if not 0 < len(text) <= _LONGEST:
        return None
    plain = text.translate(_HALF_WIDTH)
    return int(plain) if plain.isascii() and plain.isdigit() else _chinese(_grammar(), text)


def _mention(grammar: _Grammar, text: str, figure: _Figure, floor: int) -> Mention | None:
    """The quantity with its modifiers and, of a range, the other end; None if the figure is no quantity after all.

    floor: where the previous mention ends
    """
    start, end, value, unit, sign = figure.start, figure.end, figure.value, figure.unit, figure.sign
    other = _other_end(grammar, text, figure)
    if other:
        end, value, unit = other.end, None, other.unit
    elif not unit and (not figure.scaled or grammar.not_bare.match(text, end)):
        return None
    if grammar.never_before.match(text, end):
        return None
    window = text[max(floor, start - _MODIFIER_WINDOW) : start]
    modifiers = [
        (modifier.start(), its_sign)
        for pattern, its_sign, for_scale in grammar.before
        if (figure.bare or not for_scale) and (modifier := pattern.search(window))
    ]
    if modifiers:  # the longest: 不超过, not 超过
        place, sign = min(modifiers)
        start -= len(window) - place
    elif value is not None and unit in _SIGNED and _MINUS.search(window):
        start, value = start - 1, -value
    if figure.doubtful and not sign and not other:
        return None
    span = text[start:end]
    quantity = None if value is None else Quantity(_plain(value), unit, sign, span)
    return Mention("Quantity", start, end, span, quantity, "quantities")


def _other_end(grammar: _Grammar, text: str, figure: _Figure) -> _Figure | None:
    """The upper end of a range that begins with the figure: of the same unit, or the only one with a unit."""
    link = grammar.range.match(text, figure.end)
    number = grammar.number.match(text, link.end()) if link else None
    other = _figure(grammar, text, number) if number else None
    return other if other and (other.unit or other.scaled) and figure.unit in ("", other.unit) else None


def _figure(grammar: _Grammar, text: str, number: re.Match[str]) -> _Figure | None:
    """The number that `number` matched, with scale, unit and trailing modifier; None where it is none."""
    start, after = number.span()
    run = number["chinese"] or ""
    previous = text[start - 1] if start else "\n"
    if previous in _TIMES or (run and previous in _QUOTES):
        return None
    if grammar.ordinal.search(text[max(0, start - 3) : start]) or grammar.idiom.match(text, start):
        return None
    value, well_formed = _value(grammar, number)
    if not well_formed:
        return None
    if number["fraction"]:
        tail = grammar.fraction_tail.match(text, after)
        unit, sign, end = grammar.fractions[number["fraction"]], "", after
        if tail and tail["after"]:
            sign, end = grammar.after[tail["after"]], tail.end()
        return _Figure(start, end, value, unit, sign, False, False, False)
    tail = grammar.tail.match(text, after)
    assert tail  # every part of it is optional
    scale = (tail["scale"] or "") + (tail["more_scale"] or "")
    end = tail.end()
    if text[end : end + 1] in _TIMES and end < len(text):
        return None
    measure = grammar.units.get(tail["unit"])
    lone = run in grammar.digits and not (scale or tail["more"])
    if measure and lone and not (measure.one if run == "一" else measure.counted):
        return None
    value = _scaled(grammar, value, tail)
    if value is not None and value >= _LARGEST:
        return None
    sign = grammar.after[tail["after"]] if tail["after"] else grammar.inside if tail["more"] else ""
    said = (number["vague"] or run) + scale
    scaled = bool(scale) or grammar.scales.get(said[-1:], 0) >= 10_000
    unit = ""
    if measure:
        value = None if value is None else value * measure.factor
        unit = measure.name + (f"/{tail['per']}" if tail["per"] else "")
    elif scaled and _is_money(grammar, text[max(0, start - _CLAUSE_WINDOW) : start], said):
        unit = "元"
    bare = bool(run) and all(grammar.scales.get(c, 0) > 10 for c in run)
    doubtful = bare or (0 < len(run) < 3 and not unit and not tail["scale"])
    return _Figure(start, end, value, unit, sign, scaled, bare, doubtful)


def _value(grammar: _Grammar, number: re.Match[str]) -> tuple[Decimal | None, bool]:
    """The number before its scale, None if vague (几十, 三四百); and whether it is well formed."""
    if arabic := number["arabic"]:
        plain = arabic.translate(_HALF_WIDTH).replace(",", "")
        return (Decimal(plain), True) if len(plain) <= _LONGEST else (None, False)
    if number["vague"]:
        return None, True
    run = number["chinese"]
    if len(run) > _LONGEST:
        return None, False
    whole, _, decimals = run.partition("点")
    value = _chinese(grammar, whole)
    if value is None:
        pair = grammar.about.search(whole)
        return None, pair is not None and _chinese(grammar, whole.replace(pair[0], pair[0][0], 1)) is not None
    digits = "".join(str(grammar.digits[c]) for c in decimals if c in grammar.digits)
    amount = Decimal(f"{value}.{digits}")
    for c in decimals[len(digits) :]:
        amount *= grammar.scales[c]
    return amount, True


def _chinese(grammar: _Grammar, run: str) -> int | None:
    """The value of Chinese numerals: 三亿五千万, 一百零五, 一万二 (12000); None where not well formed."""
    total = section = last = myriad = 0
    digit: int | None = None
    zero = False
    for c in run:
        if c in grammar.digits:
            if digit:
                return None
            digit = grammar.digits[c]
            zero = digit == 0 or (zero and digit is not None)
            continue
        scale = grammar.scales.get(c)
        if scale is None:
            return None
        if scale < 10_000:
            implied = digit is None
            if (section and (implied or scale >= last)) or (implied and total):
                return None
            section += (1 if digit is None else digit) * scale
        else:
            part = section + (digit or 0)
            if scale > myriad:  # 三万五千亿
                total = (total + part or 1) * scale
            elif part and scale < myriad:  # 三亿五千万
                total += part * scale
            else:
                return None
            section, myriad = 0, scale
        digit, last, zero = None, scale, False
    if digit and last >= 100 and not zero:
        digit *= last // 10
    return total + section + (digit or 0)


def _scaled(grammar: _Grammar, value: Decimal | None, tail: re.Match[str]) -> Decimal | None:
    """The number times its scales: 1.5 万亿, 1 万 2 千; None where they do not fit together (2万3)."""
    if value is None:
        return None
    factor = 1
    for c in (tail["scale"] or "").removeprefix("个"):
        factor *= grammar.scales[c]
    value *= factor
    if tail["second"]:
        second = Decimal(tail["second"].translate(_HALF_WIDTH))
        for c in tail["second_scale"] or "":
            second *= grammar.scales[c]
        fits = second < factor and (tail["second_scale"] or (factor == 10_000 and second >= 100))
        if not fits:
            return None
        value += second
    for c in tail["more_scale"] or "":
        value *= grammar.scales[c]
    return value


def _is_money(grammar: _Grammar, before: str, scale: str) -> bool:
    """Whether a scale without a unit is an amount of money: by the words before it in the clause."""
    clause = _CLAUSE_END.split(before)[-1]
    always = scale in grammar.money_always
    return always or bool(grammar.money_near.search(clause) or grammar.money_adjacent.search(clause))


def _plain(value: Decimal) -> Decimal:
    """The same number without exponent or trailing zeros."""
    value = value.normalize()
    exponent = value.as_tuple().exponent
    return value.quantize(Decimal(1)) if isinstance(exponent, int) and exponent > 0 else value


# ---- data


def check() -> list[str]:
    """What is wrong with the examples in the data files, a line each. Raises ConfigurationError on a malformed file."""
    numbers = run_examples("numbers.toml", load("numbers.toml", _NUMBERS), _reading)
    return numbers + run_examples("units.toml", load("units.toml", _UNITS), _reading)


def _reading(text: str) -> str:
    """All quantities of a text as the examples write them."""
    parts = []
    for mention in find(text):
        q = mention.value
        parts.append(f"{q.modifier}{q.value} {q.unit}".strip() if isinstance(q, Quantity) else "?")
    return "; ".join(parts)


@cache
def _grammar() -> _Grammar:
    """Compile the data files; raises ConfigurationError on a malformed one."""
    numbers, units = load("numbers.toml", _NUMBERS), load("units.toml", _UNITS)
    numeral, money, ordinal = numbers["numeral"][0], numbers["money"][0], numbers["ordinal"][0]
    digits: dict[str, int] = numeral["digits"]
    by_word: dict[str, _Unit] = {}
    not_before: dict[str, list[str]] = {}
    for entry in units["unit"]:
        not_before |= entry.get("not_before", {})
        for name, words in entry["words"].items():
            for word in words:
                factor = entry.get("factor", {}).get(word, 1)
                by_word[word] = _Unit(name, factor, entry.get("counted", False), entry.get("one", False))
    modifiers = numbers["modifier"]
    for entry in modifiers:
        if entry["place"] not in _PLACES:
            raise ConfigurationError(
                f"numbers.toml: [[modifier]] place {entry['place']!r} is none of {sorted(_PLACES)}"
            )
    after = {word: e["sign"] for e in modifiers if e["place"] == "after" for word in e["say"]}
    inside = [word for e in modifiers if e["place"] == "inside" for word in e["say"]]
    before = tuple(
        (re.compile(f"{either(e['say'], not_after=e.get('not_after'))}{_SPACE}\\Z"), e["sign"], e["place"] != "before")
        for e in modifiers
        if e["place"].startswith("before")
    )
    han_scales = "".join(s for s in numeral["scales"] if not s.isascii())
    # 千 of 千瓦 and 百 of 百分点 belong to the unit
    own = either(sorted({w for w in by_word if w[0] in han_scales} | set(numeral["fractions"])))
    scale = f"(?:(?!{own})[{han_scales.replace('十', '')}]|K(?=[\u4e00-\u9fff]))"
    han_digits = "".join(digits)
    arabic = (
        f"(?<![0-9０-９A-Za-z])(?<![0-9０-９][.．,])"
        f"(?:{_DIGIT}{{1,3}}(?:,{_DIGIT}{{3}}){{1,4}}+(?!,?{_DIGIT})|{_DIGIT}++)(?:[.．]{_DIGIT}++)?+"
    )
    chinese = f"(?:(?!{own})[{han_digits}{han_scales}])++(?:点[{han_digits}]++[万亿]{{0,2}}+)?+"
    vague = f"(?:{'|'.join(numeral['vague'])})(?:(?!{own})[{han_scales}])++"
    unit = either(by_word, not_before)
    # most places are passed over by the first character of what can stand there
    first = "0-9０-９" + "".join(
        {*han_digits, *han_scales, *(w[0] for w in (*numeral["fractions"], *numeral["vague"]))}
    )
    after_part = f"(?:{_SPACE}(?P<after>{either(after)}))?"
    return _Grammar(
        digits=digits,
        scales=numeral["scales"],
        fractions=numeral["fractions"],
        units=by_word,
        inside=next(e["sign"] for e in modifiers if e["place"] == "inside"),
        after=after,
        number=re.compile(
            f"(?=[{first}])(?P<fraction>{either(numeral['fractions'])})?"
            f"(?:(?P<arabic>{arabic})|(?P<vague>{vague})|(?P<chinese>{chinese}))"
        ),
        tail=re.compile(
            f"(?:{_SPACE}(?P<scale>{either(money['always'])}|{scale}{{1,3}})"
            f"(?:(?P<second>{_DIGIT}{{1,4}})(?P<second_scale>{scale}{{1,2}})?(?!{_DIGIT}|[年月日]))?)?"
            f"(?:{_SPACE}(?P<more>{either(inside)})(?P<more_scale>{scale}{{1,2}})?)?"
            f"(?:{_SPACE}(?P<unit>{unit})(?P<pair>[（(]{unit}[）)]|[（(]区[）)])?(?:[/／每](?P<per>{either(units['per'][0]['words'])}))?)?"
            f"{after_part}"
        ),
        fraction_tail=re.compile(after_part),
        before=before,
        about=re.compile(
            "|".join(a + b for a in digits for b in digits if digits[a] and 0 < digits[b] - digits[a] <= 2)
        ),
        range=re.compile(f"{_SPACE}{either(numbers['range'][0]['say'])}{_SPACE}"),
        idiom=re.compile(either(numbers["idiom"][0]["say"])),
        ordinal=re.compile(f"{either(ordinal['before'], not_after=ordinal.get('not_after'))}{_SPACE}\\Z"),
        not_bare=re.compile(either(numbers["bare"][0]["not_before"])),
        never_before=re.compile(either(numbers["class"][0]["say"])),
        money_near=re.compile(either(money["near"])),
        money_adjacent=re.compile(f"{either(money['adjacent'])}\\Z"),
        money_always=frozenset(money["always"]),
    )
