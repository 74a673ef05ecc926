"""Figures of a place, park or company: what is counted, how much, whether it is growth, and ranks.

What rules have not used is read here: the words to the left of a figure are its indicator
(规上工业总产值超4400亿元), for a counting unit also the noun to its right (新签约产业项目32个).
Whom it is said of is the body or place that the clause begins with, else what discourse carries.
"""

from __future__ import annotations

import datetime as dt
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from typing import Any

from kg.discourse import Discourse
from kg.lexicon import data_text, either, pattern
from kg.model import Mention, Quantity, TimeSpan
from kg.pattern import symbol_class
from kg.slots import Bound, Draft, entity, trimmed
from kg.subjects import Subjects
from kg.tag import TaggedSentence
from kg.tag.quantities import read_numeral
from kg.text import clause

_NAMED = frozenset({"Company", "Institution", "Park", "Place", "Organization"})


_MONTH = dt.timedelta(days=27)
"""between the first and the last day of the shortest month"""


@cache
def _data() -> dict[str, Any]:
    return tomllib.loads(data_text("figures.toml"))


@cache
def _any(name: str) -> re.Pattern[str]:
    return re.compile(either(_data()[name]))


@cache
def _rank() -> re.Pattern[str]:
    verbs = "|".join(sorted(_data()["rank_verbs"], key=len, reverse=True))
    return re.compile(f"(?:{verbs}){_data()['rank']}")


@dataclass(frozen=True, slots=True)
class _Figure:
    """A quantity in its clause; offsets are the sentence's.

    start: of the clause; left: where the words that may name it begin; before, after: the words around it
    follows: another figure stands before it in the clause, listed: one of the same unit in the sentence
    """

    mention: Mention
    value: Quantity
    start: int
    left: int
    before: str
    after: str
    follows: bool
    listed: bool
    state: Subjects
    whose: Mention | None


def read(
    ts: TaggedSentence, discourse: Discourse, consumed: set[tuple[int, int]], carried: str = ""
) -> Iterator[Draft]:
    """Statistic and rank facts of one sentence.

    consumed: article spans of the quantities that rules have used
    carried: the period that the paragraph spoke of before this sentence (`period_after`)
    """
    last, shared, down = "", [""], False
    for figure in _figures(ts, discourse):
        growth = symbol_class(figure.mention) == "Share" and (
            _moved(figure.before) or (len(shared) > 1 and re.fullmatch("[、和]", figure.before) is not None)
        )
        value = figure.value
        if growth:
            label, shared = _grown(ts.sentence.text, figure, last, shared)
            down = bool(_any("down").search(figure.before)) or (down and figure.before in {"、", "和"})
            if down and value.value > 0:
                value = replace(value, value=-value.value)
        else:
            label = _indicator(ts.sentence.text, figure)
            last = label or last
        if (figure.mention.start, figure.mention.end) not in consumed and _tells(ts.sentence.text, figure, label):
            period = _period(ts, figure.mention.start, carried)
            yield _draft(ts, figure, value, label, growth, period)
    yield from _ranks(ts, discourse, carried)


def period_after(ts: TaggedSentence, carried: str) -> str:
    """The period that figures of the paragraph's next sentence are of, if that names none itself."""
    return _period(ts, ts.sentence.end, carried)


def _period(ts: TaggedSentence, at: int, carried: str) -> str:
    """The period of a figure at an article offset: the last year, half, quarter or month before it, else `carried`.

    A day is one only as the last of a period (截至6月30日); what a figure is compared with is none (比2019年), nor is
    the year that something began in, or one that a name holds. What is so by now (目前, 累计) has none.
    """
    base, text, found, since = ts.sentence.start, ts.sentence.text, carried, 0
    names = [m for m in ts.mentions if m.type not in ("Date", "Quantity", "Duration", "Period")]
    for m in ts.mentions:
        if m.end > at or m.type != "Date" or not isinstance(m.value, TimeSpan):
            continue
        before, after = text[: m.start - base], text[m.end - base :]
        if any(name.start <= m.start < name.end for name in names) or pattern("figures", "no_period").search(before):
            continue
        if pattern("figures", "not_period").match(after):
            continue
        if m.value.first and m.value.last:
            whole = m.value.last - m.value.first >= _MONTH
        else:
            whole = pattern("figures", "whole_period").search(m.text) is not None
        if whole or pattern("figures", "up_to").search(before):
            found, since = m.value.iso or m.text, m.end - base
        else:
            found, since = "", m.end - base
    return "" if pattern("figures", "by_now").search(text, since, at - base) else found


def _moved(before: str) -> bool:
    """Whether the words before a share tell growth or decline; 增加值 is neither."""
    bare = before.replace("增加值", "")
    return bool(_any("up").search(bare) or _any("down").search(bare))


def _figures(ts: TaggedSentence, discourse: Discourse) -> Iterator[_Figure]:
    """The sentence's single-valued quantities that can be statistics."""
    base, text = ts.sentence.start, ts.sentence.text
    quantities = [m for m in ts.mentions if m.type == "Quantity"]
    for q in quantities:
        value = q.value
        if not isinstance(value, Quantity):
            continue
        start, end = clause(text, q.start - base, q.end - base)
        earlier = [p for p in quantities if p.end <= q.start and p.start - base >= start]
        state = discourse.at(base + start)
        whose = _whose(ts, start, q, state, discourse)
        left = earlier[-1].end - base if earlier else start
        if whose is not None and base + start <= whose.start and whose.end <= q.start:
            left = max(left, whose.end - base)
        # 该镇去年接待游客: what stands before the date is no part of the indicator
        dates = [m for m in ts.mentions if m.type == "Date" and base + left <= m.start and m.end <= q.start]
        said = (m.end - base for m in dates if not pattern("figures", "no_period").search(text[: m.start - base]))
        left = max([left, *said])
        before, after = text[left : q.start - base], text[q.end - base : end]
        units = [p.value.unit for p in quantities if p.end <= q.start and isinstance(p.value, Quantity)]
        listed = value.unit in units
        figure = _Figure(q, value, start, left, before, after, bool(earlier), listed, state, whose)
        if not _passed_over(figure, symbol_class(q)):
            yield figure


def _passed_over(figure: _Figure, kind: str) -> bool:
    """Whether a quantity is no statistic for its unit, size or place in the clause."""
    value, text = figure.value, figure.mention.text
    if figure.after.startswith("的") and (kind in {"Money", "Extent"} or value.unit not in _data()["counted"]):
        return True  # 占地100亩的项目: it belongs to a name
    if pattern("figures", "from").search(figure.before) and pattern("figures", "moved_to").match(figure.after):
        return True  # 由3亿元调整为4亿元: it is so no more
    if kind == "Share":
        return False
    if figure.follows and pattern("figures", "moved_to").match(figure.before):
        return True
    if value.unit in _data()["skip_units"] or _any("skip_before").search(figure.before[-4:]):
        return True
    if value.value < 10 and read_numeral(text[0]) is not None and not text[0].isdigit():
        return True
    if figure.state.plural and figure.follows and value.modifier == ">" and kind == "Money":
        return True  # 5个总投资超10亿元: a condition
    bare = not figure.before.strip("，、的“ ") and not figure.listed
    return bare and not figure.state.plural and value.unit in _data()["counted"] and figure.after[:2].isalpha()


def _whose(ts: TaggedSentence, start: int, q: Mention, state: Subjects, discourse: Discourse) -> Mention | None:
    """Whom a figure is said of: the event itself, who begins the clause, or what is being spoken of."""
    main, base = discourse.main, ts.sentence.start
    if main is not None and main.kind == "named":
        begins = any(m.type == "Event" and m.start == base + start for m in ts.mentions)
        if begins or pattern("figures", "of_event").match(ts.sentence.text, start):
            return Mention("Event", *main.span, main.label)
    found = _first_of_clause(ts, start, q.start) or state.subject or state.place
    if found is not None and found.text.endswith("省") and state.subject is not None and state.subject.type != "Place":
        found = state.subject  # 园区有江西省单项冠军企业1家：省是称号的一部分
    return state.place if state.plural and (found is None or found.type not in {"Place", "Park"}) else found


def _first_of_clause(ts: TaggedSentence, start: int, stop: int) -> Mention | None:
    """The body or place that the clause itself begins with; start: sentence offset, stop: article offset."""
    base, text = ts.sentence.start, ts.sentence.text
    m = next((m for m in ts.mentions if base + start <= m.start < stop and m.type in _NAMED), None)
    if m is None or m.start - base - start > 3 or text[m.end - base : m.end - base + 1] in set("、和与等及"):
        return None
    return m


def _grown(text: str, figure: _Figure, last: str, shared: list[str]) -> tuple[str, list[str]]:
    """What grew: the words before 同比 or the verb, else the last indicator; shared: several that grew 分别."""
    if len(shared) > 1 and re.fullmatch("[、和]", figure.before):
        return shared[1], shared[1:]
    cut = pattern("figures", "compared").search(figure.before)
    moved = [m.start() for m in (_any("up").search(figure.before), _any("down").search(figure.before)) if m]
    end = figure.left + min([cut.start()] if cut else moved, default=len(figure.before))
    start, end = trimmed("Indicator", text, figure.left, min(end, figure.left + len(figure.before)))
    label = text[start:end]
    if (len(label) < 2 or pattern("figures", "no_label").fullmatch(label)) and last:
        label = last
    if "分别" in figure.before and len(parts := re.split("[、和]", label)) > 1:
        return parts[0], parts
    return label, [""]


def _indicator(text: str, figure: _Figure) -> str:
    """What a figure counts: the noun to its right for a counting unit, else the words to its left."""
    share = symbol_class(figure.mention) == "Share"
    if share and not _any("share").search(figure.before):
        return ""
    start, end = trimmed("Indicator", text, figure.left, figure.left + len(figure.before))
    left = text[start:end]
    noun = ""
    if not share and (figure.value.unit[:1] in _data()["nouns_follow"] or figure.value.unit in _data()["measures"]):
        right = re.match(r"(?:（[^（）]{1,8}）)?.{0,30}", figure.after)
        noun = right[0] if right else ""
        cut = _any("right_stops").search(noun)
        noun = "" if cut and figure.after.startswith("的") else noun[: cut.start()] if cut else noun
        noun = noun.strip("“” ")
    label = (left if len(left) <= 8 else "") + noun if len(noun) >= 2 else left
    plural = figure.state.plural
    return plural + label if plural and not share and len(label) <= 6 and not re.search("项目|工程", label) else label


def _tells(text: str, figure: _Figure, label: str) -> bool:
    """Whether label and owner make a statistic: no wish, no expense, no sentence taken for a name."""
    whose = figure.whose
    if whose is None or figure.state.unknown or not 2 <= len(label) <= 24:
        return False
    if whose.type not in _NAMED | {"Project", "Event"} or (whose.type == "Place" and whose.text.endswith(_streets())):
        return False
    if whose.type != "Place" and pattern("figures", "spent").search(label):
        return False
    if figure.state.plural and pattern("figures", "output").search(label):
        return False
    at = figure.mention.start - figure.left
    wish = pattern("figures", "wish").search(text[figure.start : figure.left] + figure.before)
    hope = pattern("figures", "hope").search(text[max(text.rfind("；", 0, figure.start), 0) : figure.start])
    return at >= 0 and not wish and not hope and not pattern("figures", "clause").search(label)


def _streets() -> tuple[str, ...]:
    return tuple(_data()["streets"])


def _draft(ts: TaggedSentence, figure: _Figure, value: Quantity, label: str, growth: bool, period: str) -> Draft:
    q, whose = figure.mention, figure.whose
    assert whose is not None
    carried = not ts.sentence.start <= whose.start < ts.sentence.end
    return Draft(
        entity(whose, carried),
        "statistic",
        Bound(value, (q.start, q.end)),
        "figures/增幅" if growth else "figures/统计",
        (ts.sentence.start + figure.left, q.end),
        _about(label, growth, period),
    )


def _about(label: str, growth: bool, period: str) -> tuple[tuple[str, str | bool], ...]:
    told: dict[str, str | bool] = {"growth": growth, "indicator": label, "period": period}
    return tuple((name, value) for name, value in told.items() if value)


def _ranks(ts: TaggedSentence, discourse: Discourse, period: str) -> Iterator[Draft]:
    """Ranks of one sentence: 位居全国综合实力百强区第三."""
    base, text = ts.sentence.start, ts.sentence.text
    for m in _rank().finditer(text):
        start, _ = clause(text, m.start(), m.end())
        place = 1 if "首" in m["rank"] else _ordinal(m["rank"])
        state = discourse.at(base + start)
        whose = _first_of_clause(ts, start, base + m.start()) or state.subject or state.place
        if place is None or whose is None or whose.type not in _NAMED:
            continue
        if pattern("figures", "wish").search(text[start : m.start()]):
            continue
        label = _ranked(text, start, whose.end - base if whose.start >= base + start else start, m)
        if len(label) >= 2:
            quantity = Quantity(Decimal(place), "位", "", m["rank"])
            span = (base + m.start("rank"), base + m.end("rank"))
            carried = not base <= whose.start < ts.sentence.end
            owner, where = entity(whose, carried), (base + start, base + m.end())
            about = _about(label, False, _period(ts, base + m.start(), period))
            yield Draft(owner, "rank", Bound(quantity, span), "figures/名次", where, about)


def _ranked(text: str, start: int, left: int, m: re.Match[str]) -> str:
    """What a rank is of: 货物贸易规模（中西部）; after 其中 the list named before (农产品电商50强县)."""
    listing = pattern("figures", "listing").search(text[: start + 2]) if text.startswith("其中", start) else None
    if listing:
        return listing["list"]
    a, b = trimmed("Indicator", text, min(left, m.start()), m.start())
    topic = pattern("figures", "running").sub("", text[a:b])
    return f"{topic}（{m['scope']}）" if topic and m["scope"] else topic or m["scope"]


def _ordinal(text: str) -> int | None:
    """The number of an ordinal.

    >>> _ordinal("第三位"), _ordinal("第34位"), _ordinal("第二十八")
    (3, 34, 28)
    """
    body = text.strip("第位名")
    return int(body) if body.isdigit() else read_numeral(body)


__all__: Sequence[str] = ("read",)
