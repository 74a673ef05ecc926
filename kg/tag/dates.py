"""Dates as newspapers say them: 11月19日 is the last one before publication, 今年底 its December.

The wordings are in `kg/data/dates.toml`, each entry with examples that `check` runs; here stands what its parts mean.
Relative dates are resolved against the publication date alone; where that is unknown they stay words.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from kg.errors import ConfigurationError
from kg.model import Mention, Quantity, TimeSpan
from kg.tag.grammar import either, load, run_examples
from kg.tag.quantities import read_numeral

_FILE = "dates.toml"
_TABLES = {"this", "near_month", "near_week", "near_day", "half", "season", "third", "edge", "weekday", "fixed"}
_LISTS = {"part", "ahead", "to"}
_FIELDS: dict[str, tuple[set[str], set[str]]] = {
    "words": (_TABLES | _LISTS | {"month_not_after", "year_not_after", "not_after", "not_before"}, set()),
    "form": ({"name", "match"}, set()),
    "vague": ({"type", "by", "say", "part"}, {"not_after", "not_before"}),
    "duration": ({"prefix", "spans", "more", "suffix", "not_before", "not_after", "but_after"}, set()),
    "period": ({"plans", "years", "not_before"}, set()),
}
_SPACE = "[ \u3000\u00a0]?"
_DIGIT = "[0-9０-９]"
_HAN = "〇零○Ｏ一二两三四五六七八九十百千万亿"
_YEAR = (
    f"(?:[1１][89８９]{_DIGIT}{{2}}|[2２][01０１]{_DIGIT}{{2}}|(?:一[八九]|二[〇零○Ｏ一])[〇零○Ｏ一二三四五六七八九]{{2}}"
    f"|[5-9５-９]{_DIGIT}(?={_SPACE}年{_SPACE}{_DIGIT}{{1,2}}{_SPACE}月))"  # 98年5月
)
_MONTH = f"(?:[01０１]?{_DIGIT}|十[一二]?|[一二三四五六七八九元])"
_DAY = f"(?:[0-3０-３]?{_DIGIT}|[二三]?十[一二三四五六七八九]?|[一二三四五六七八九])"
_LONE_DAY = f"(?:[0-3０-３]?{_DIGIT}|[二三]十[一二三四五六七八九]?|十[一二三四五六七八九])"
_COUNT = f"(?:{_DIGIT}{{1,3}}|{_DIGIT}{{4}}(?=[多余])|[零一二两三四五六七八九十百千万]{{1,7}})"
_WORDS = {"一", "百", "千", "万", "一百", "一千", "一万"}
"""alone before 年 or 天 they count nothing: 百年企业"""
_CLAUSE_WINDOW = 10
_CLAUSE_END = re.compile("[，。；、,;！？\n（(]")
_GROUPS = re.compile(r"\?P<\w+>")


@dataclass(frozen=True, slots=True)
class _Grammar:
    """The data file, compiled; the tables are its [[words]]."""

    tables: Mapping[str, Mapping[str, int | str]]
    begin: re.Pattern[str]
    """where one of the patterns below matches"""
    forms: tuple[re.Pattern[str], ...]
    vague: tuple[tuple[re.Pattern[str], str, str], ...]
    duration: re.Pattern[str]
    spans: Mapping[str, str]
    period: re.Pattern[str]
    plans: Mapping[str, int]
    plan_years: int
    ahead: re.Pattern[str]


def find(text: str, published: dt.date | None) -> list[Mention]:
    """The times of a text, in order: mentions with offsets into `text`.

    published: the publication date, against which 昨天 or 11月19日 are resolved
    Type Date has a TimeSpan and `by` dates/absolute, dates/relative (iso "" without `published`) or dates/vague (日前);
    Duration (连续11年: a Quantity where it has one number) is by dates/duration, or dates/now (目前, 下一步);
    Period (十四五) has a TimeSpan, by dates/period.

    >>> [(m.text, m.value.iso) for m in find("11月19日", dt.date(2025, 2, 8)) if isinstance(m.value, TimeSpan)]
    [('11月19日', '2024-11-19')]
    >>> find("11月", None)[0].by
    'dates/relative'
    """
    grammar = _grammar()
    found: list[Mention] = []
    at = 0
    while begin := grammar.begin.search(text, at):
        mention, at = _at(grammar, text, begin.start(), published)
        if mention:
            found.append(mention)
    return found


def _at(grammar: _Grammar, text: str, start: int, published: dt.date | None) -> tuple[Mention | None, int]:
    """The longest time that begins at `start`, and where to read on."""
    best: Mention | None = None
    stop = start + 1
    matches = [match for form in grammar.forms if (match := form.match(text, start))]
    for match in sorted(matches, key=lambda m: -m.end()):
        best = _date(grammar, match, published)
        if best:
            break
        if not any(said for name, said in match.groupdict().items() if name.startswith("until")):
            stop = match.end()  # 2月30日 is no February either; 9月5日至3日 is still a 5 September
            break
    end = best.end if best else stop
    if (match := grammar.duration.match(text, start)) and match.end() > end:
        best = _duration(grammar, match) or best
    if (match := grammar.period.match(text, start)) and match.end() > end:
        first = grammar.plans[match["plan"]]
        best = _mention(match, "Period", "period", _time_span(match[0], f"{first}/{first + grammar.plan_years - 1}"))
    for pattern, type_, by in grammar.vague:
        if (match := pattern.match(text, start)) and match.end() > (best.end if best else stop):
            best = _mention(match, type_, by, TimeSpan(match[0]) if type_ == "Date" else None)
    return best, best.end if best else stop


def _mention(match: re.Match[str], type_: str, by: str, value: TimeSpan | Quantity | None) -> Mention:
    return Mention(type_, match.start(), match.end(), match[0], value, f"dates/{by}")


def _date(grammar: _Grammar, match: re.Match[str], published: dt.date | None) -> Mention | None:
    """The date of a form's match, None where there is no such day (2月30日)."""
    parts = {name: said for name, said in match.groupdict().items() if said}
    absolute = "year" in parts
    if not absolute and published is None:
        return _mention(match, "Date", "relative", TimeSpan(match[0])) if _possible(parts) else None
    start = match.start()
    clause = _CLAUSE_END.split(match.string[max(0, start - _CLAUSE_WINDOW) : start])[-1]
    try:
        iso = _iso(grammar, parts, published or dt.date.max, bool(grammar.ahead.search(clause)))
        span = _time_span(match[0], iso)
    except (ValueError, OverflowError):  # no such day
        return None
    return _mention(match, "Date", "absolute" if absolute else "relative", span)


def _possible(parts: Mapping[str, str]) -> bool:
    """Whether month and day, if any, exist in some year."""
    month, day = _number(parts.get("month", "1")), _number(parts.get("day", "1"))
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(2024, month)[1]


def _number(said: str) -> int:
    """A year, month, day or quarter in any digits; raises ValueError."""
    if said == "元":
        return 1
    if len(said) == 4 and not said[0].isdecimal():
        return int("".join(str(read_numeral(c.replace("○", "〇").replace("Ｏ", "〇"))) for c in said))
    value = read_numeral(said)
    if value is None:
        raise ValueError(said)
    return value


def _iso(grammar: _Grammar, parts: Mapping[str, str], published: dt.date, ahead: bool) -> str:
    """The ISO form of a date's parts; raises ValueError where there is no such day.

    ahead: a date without a year is the next one from `published` on, not the last one up to it
    """
    tables = grammar.tables
    number = {name: _number(parts[name]) for name in _NUMBERS if name in parts}
    if 0 in number.values():
        raise ValueError("there is no month or day 0")
    if "near_day" in parts:
        return str(published + dt.timedelta(days=int(tables["near_day"][parts["near_day"]])))
    if "near_week" in parts:
        monday = published + dt.timedelta(days=7 * int(tables["near_week"][parts["near_week"]]) - published.weekday())
        if "weekday" in parts:
            return str(monday + dt.timedelta(days=int(tables["weekday"][parts["weekday"]])))
        return f"{monday}/{monday + dt.timedelta(days=6)}"
    if "fixed" in parts:
        fixed = dt.date.fromisoformat(f"2024-{tables['fixed'][parts['fixed']]}")
        return str(_nearest(published, ahead, fixed.month, fixed.day))
    month, day = number.get("month"), number.get("day")
    if "year" in parts:
        year = number["year"] if number["year"] >= 100 else 1900 + number["year"]
    elif "this" in parts:
        year = published.year + int(tables["this"][parts["this"]])
    elif "near_month" in parts:
        year, month = _month_from(published, int(tables["near_month"][parts["near_month"]]))
    elif month and day:
        year = _nearest(published, ahead, month, day).year
    elif month:
        end = number.get("until_month", month)
        year = published.year + (ahead and month < published.month) - (not ahead and end > published.month)
        year -= end < month and not ahead
    elif day:
        nearest = _nearest_day(published, ahead, day)
        year, month = nearest.year, nearest.month
    else:
        year = published.year - (number.get("until_count", 0) > published.month)
    return _said(tables, parts, number, year, month, day)


_NUMBERS = ("year", "month", "day", "quarter", "until_year", "until_month", "until_day", "until_quarter", "until_count")


def _said(
    tables: Mapping[str, Mapping[str, int | str]],
    parts: Mapping[str, str],
    number: Mapping[str, int],
    year: int,
    month: int | None,
    day: int | None,
) -> str:
    """The ISO form once the year is known."""
    if "until_day" in number and month and day:
        first = dt.date(year, month, day)
        last = dt.date(number.get("until_year", year), number.get("until_month", month), number["until_day"])
        if last < first and "until_year" not in number:
            last = last.replace(year=year + 1) if "until_month" in number else dt.date(*_month_from(last, 1), last.day)
        return _interval(str(first), str(last))
    if "until_month" in number and month:
        until_year = number.get("until_year", year + (number["until_month"] < month))
        return _interval(f"{year:04}-{month:02}", f"{until_year:04}-{number['until_month']:02}")
    if "until_year" in number:
        return _interval(f"{year:04}", f"{number['until_year']:04}")
    if "until_quarter" in number or "until_count" in number:
        return _interval(f"{year:04}-01", f"{year:04}-{number.get('until_count') or 3 * number['until_quarter']:02}")
    if month and "third" in parts:
        begin = 10 * int(tables["third"][parts["third"]]) - 9
        end = begin + 9 if begin < 21 else calendar.monthrange(year, month)[1]
        return f"{dt.date(year, month, begin)}/{dt.date(year, month, end)}"
    if month and day:
        return str(dt.date(year, month, day))
    if month:
        return f"{year:04}-{month:02}"
    if "half" in parts:
        return f"{year:04}-{tables['half'][parts['half']]}"
    if "quarter" in number:
        return f"{year:04}-Q{number['quarter']}"
    if "season" in parts:
        begin = int(tables["season"][parts["season"]])
        end_year, end = _month_from(dt.date(year, begin, 1), 2)
        return f"{year:04}-{begin:02}/{end_year:04}-{end:02}"
    if "edge" in parts:
        return f"{year:04}-{tables['edge'][parts['edge']]}"
    return f"{year:04}"


def _interval(first: str, last: str) -> str:
    """first/last, or the one where both are the same; raises ValueError if last is before first."""
    if last < first:
        raise ValueError(f"{first}/{last}")
    return first if first == last else f"{first}/{last}"


def _nearest(published: dt.date, ahead: bool, month: int, day: int) -> dt.date:
    """The last such day up to publication, or the next one from then on; raises ValueError if there is none."""
    step = 1 if ahead else -1
    for year in range(published.year, published.year + 9 * step, step):  # 29 February: within eight years
        if 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]:
            candidate = dt.date(year, month, day)
            if candidate >= published if ahead else candidate <= published:
                return candidate
    raise ValueError(f"{month}-{day}")


def _nearest_day(published: dt.date, ahead: bool, day: int) -> dt.date:
    """The last day of that number up to publication, or the next one from then on."""
    for months in range(3):
        year, month = _month_from(published, months if ahead else -months)
        if 1 <= day <= calendar.monthrange(year, month)[1]:
            candidate = dt.date(year, month, day)
            if candidate >= published if ahead else candidate <= published:
                return candidate
    raise ValueError(str(day))


def _month_from(date: dt.date, months: int) -> tuple[int, int]:
    """Year and month so many months from a date."""
    index = date.year * 12 + date.month - 1 + months
    return index // 12, index % 12 + 1


def _time_span(text: str, iso: str) -> TimeSpan:
    """The span with its first and last day; raises ValueError where there is no such day."""
    first, _, last = iso.partition("/")
    return TimeSpan(text, iso, _bounds(first)[0], _bounds(last or first)[1])


def _bounds(iso: str) -> tuple[dt.date, dt.date]:
    """First and last day of `2025`, `2025-H2`, `2025-Q1`, `2025-06` or `2025-06-01`."""
    year, _, rest = iso.partition("-")
    begin, end = 1, 12
    if rest.startswith("H"):
        begin, end = 6 * int(rest[1]) - 5, 6 * int(rest[1])
    elif rest.startswith("Q"):
        begin, end = 3 * int(rest[1]) - 2, 3 * int(rest[1])
    elif len(rest) == 5:
        day = dt.date.fromisoformat(iso)
        return day, day
    elif rest:
        begin = end = int(rest)
    return dt.date(int(year), begin, 1), dt.date(int(year), end, calendar.monthrange(int(year), end)[1])


def _duration(grammar: _Grammar, match: re.Match[str]) -> Mention | None:
    """A length of time; 一年 and 百年 alone are words, 98年 alone is a year."""
    count = match["count"]
    value = read_numeral(count)
    vague = not match["prefix"] and not match["suffix"] and not match["more"] and not match["more_after"]
    if value is None or (
        vague and not match["count_end"] and (count in _WORDS or (count.isdecimal() and 50 <= value <= 99))
    ):
        return None
    span = match["span"]
    inner = span not in grammar.spans  # 个多月
    unit = grammar.spans[span[0] + span[2:] if inner else span]
    quantity = Quantity(Decimal(value), unit, ">" if inner or match["more"] or match["more_after"] else "", match[0])
    return _mention(match, "Duration", "duration", None if match["count_end"] else quantity)


# ---- data


def check() -> list[str]:
    """What is wrong with the examples in the data file, a line each. Raises ConfigurationError if it is malformed."""
    return run_examples(_FILE, load(_FILE, _FIELDS), _reading)


def _reading(example: str) -> str:
    """All times of a text as the examples write them."""
    text, _, published = example.partition(" @")
    parts = []
    for mention in find(text, dt.date.fromisoformat(published) if published else None):
        value = mention.value
        if mention.type == "Date":
            parts.append((value.iso if isinstance(value, TimeSpan) else "") or mention.by.removeprefix("dates/"))
        elif isinstance(value, Quantity):
            parts.append(f"{mention.type} {value.modifier}{value.value} {value.unit}")
        else:
            parts.append(f"{mention.type} {value.iso if isinstance(value, TimeSpan) else ''}".strip())
    return "; ".join(parts)


@cache
def _grammar() -> _Grammar:
    """Compile the data file; raises ConfigurationError if it is malformed."""
    data = load(_FILE, _FIELDS)
    words, duration, period = data["words"][0], data["duration"][0], data["period"][0]
    not_after, not_before = words["not_after"], words["not_before"]

    def month(group: str, end: str = f"{_SPACE}{either(['月'], not_before)}份?") -> str:
        return f"(?<![{words['month_not_after']}]){_SPACE}(?P<{group}>{_MONTH}){end}"

    def day(group: str, sign: str = "[日号]", said: str = _DAY) -> str:
        return f"{_SPACE}(?P<{group}>{said}){_SPACE}{sign}"

    year = f"{_SPACE}{either(['年'], not_before)}{_SPACE}"
    part = f"(?:{_SPACE}{either(words['part'], not_before)})"
    clock = f"(?:{_SPACE}{_DIGIT}{{1,2}}[时点:：](?:{_DIGIT}{{1,2}}分?|许|整|半)?)"
    quarter = f"个?{either(['季度'], not_before)}"
    places = {
        "year": f"(?P<year>{_YEAR}){year}",
        "from_year": f"(?P<year>{_YEAR}){_SPACE}年?度?",
        "until_year": f"{_SPACE}(?P<until_year>{_YEAR}){year}",
        "bare_year": f"(?<![{words['year_not_after']}])年",
        "month": month("month"),
        "from_month": month("month", f"(?:{_SPACE}月份?)?"),
        "bare_month": month("month", ""),
        "until_month": month("until_month"),
        "day": day("day"),
        "from_day": day("day", "[日号]?"),
        "until_day": day("until_day", f"(?:{either(['日'], not_before)}|号)"),
        "lone_day": f"(?<![第每历]){day('day', either(['日'], not_before), _LONE_DAY)}",
        "digital_date": "(?P<year>[12][0-9]{3})(?=-[0-9]{1,2}-|[.][0-9]{1,2}[.]|/[0-9]{1,2}/)"
        "[-./](?P<month>[0-9]{1,2})[-./](?P<day>[0-9]{1,2})(?![0-9.-])",
        "quarter": f"第?(?P<quarter>[一二三四1-4１-４]){quarter}",
        "quarters": f"[前头](?P<until_quarter>[二两三四2-4２-４]){quarter}",
        "months": f"[前头]{_SPACE}(?P<until_count>{_MONTH}){_SPACE}个月",
        "not_ago": "(?<![提此之目以日生年月天])",
        "tail": f"(?:{_SPACE}[（(]?(?:周|星期)[一二三四五六日天][）)]?)?(?:{part}{clock}?)?",
        "part": part,
        "clock": clock,
        "to": f"{_SPACE}{either(words['to'])}",
        **{name: f"(?P<{name}>{either(words[name], not_before, not_after)})" for name in _TABLES},
    }
    try:
        forms = tuple(re.compile(re.sub(r"\{(\w+)\}", lambda m: places[m[1]], form["match"])) for form in data["form"])
    except (KeyError, re.error) as error:
        raise ConfigurationError(f"{_FILE}: [[form]] with an unknown part or a bad expression: {error}") from error
    month_day = _GROUPS.sub("?:", f"(?:{places['month']}(?:{places['day']})?)?")
    vague = []
    for entry in data["vague"]:
        said = either(entry["say"], entry.get("not_before"), entry.get("not_after"))
        optional = f"(?:(?<=年){month_day})?" + (f"{part}?" if entry["part"] else "")
        vague.append((re.compile(said + optional), entry["type"], entry["by"]))
    more = either(duration["more"])
    spans = "|".join(
        f"{s[0]}{more}?{either([s[1:]])}" if s.startswith("个") else either([s], duration["not_before"])
        for s in sorted(duration["spans"], key=lambda s: (-len(s), s))
    )
    but = "".join(f"|(?<={re.escape(word)})" for word in duration["but_after"])
    length = (
        f"(?:(?P<prefix>{either(duration['prefix'])})|(?<![{duration['not_after']}]){but}){_SPACE}(?P<count>{_COUNT})"
        f"(?:{places['to']}(?P<count_end>{_COUNT}))?(?P<more>{more})?{_SPACE}(?P<span>{spans})"
        f"(?P<more_after>{more})?(?P<suffix>{either(duration['suffix'])})?"
    )
    first = {w[:2] for name in _TABLES - {"weekday", "third", "edge"} for w in words[name]}
    first |= {w[:2] for entry in data["vague"] for w in entry["say"]} | {w[:2] for w in duration["prefix"]}
    first = {"元月", "第", "前", "头", "年", *(start for start in first if start[0] not in _HAN)}
    number = f"(?<![0-9０-９A-Za-z{_HAN}])(?<![0-9０-９][.．])(?=[0-9０-９{_HAN}])"
    word = f"(?={either({w[0] for w in first})})(?={either(first)})"
    five_years = f"(?P<plan>{either(period['plans'])})(?!{either(period['not_before'])})(?:期间|时期)?"
    every = [*(one.pattern for one in forms), *(one.pattern for one, _, _ in vague), length, five_years]
    return _Grammar(
        tables={name: words[name] for name in _TABLES},
        begin=re.compile(f"(?:{number}|{word})(?:{_GROUPS.sub('?:', '|'.join(every))})"),
        forms=forms,
        vague=tuple(vague),
        duration=re.compile(length),
        spans=duration["spans"],
        period=re.compile(five_years),
        plans=period["plans"],
        plan_years=period["years"],
        ahead=re.compile(either(words["ahead"])),
    )
