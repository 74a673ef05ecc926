"""Reading a name at its home place: 区委 in a paper of 武进区 is 武进区委, 市长 there is 常州市市长."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any

from kg.gazetteer import Division, Gazetteer
from kg.lexicon import data_text, either, words

_WIDE = str.maketrans("(),:;!?", "（），：；！？")


@dataclass(frozen=True, slots=True)
class Scope:
    """Where an article speaks from.

    home: its home place, None if unknown; source: tells names apart where the home is unknown
    town: the one town of the home county that the article names, None if it names none or several
    """

    gazetteer: Gazetteer
    home: Division | None
    source: str
    town: Division | None = None

    @property
    def county(self) -> Division | None:
        """The home place, or the county, city or province that it lies in."""
        return next((d for d in self.above if d.level in ("county", "city", "province")), self.home)

    @property
    def above(self) -> tuple[Division, ...]:
        """The home place and those above it, nearest first."""
        return (self.home, *self.gazetteer.parents(self.home)) if self.home else ()

    @property
    def key(self) -> str:
        """What keeps a name of this place apart from the same name elsewhere."""
        return self.county.code if self.county else f"in {self.source}"

    def near(self, place: Division) -> bool:
        """Whether it is the home place, lies in it, or the home place in it."""
        return place in self.above or (self.home is not None and self.gazetteer.lies_in(place, self.home))

    def of_level(self, level: str) -> Division | None:
        """The home place, or the nearest above it, whose name ends so: 市 -> 常州市; 镇 is the town spoken of."""
        own = (self.town,) if self.town else ()
        return next((d for d in (*self.above, *own) if d.name.endswith(level)), None)


@dataclass(frozen=True, slots=True)
class Name:
    """A name as read.

    full: with its place, as it is known beyond it; place: the division that it begins with, None if none;
    rest: what follows that, formal wordings made usual; the whole name where there is no place
    local: whether it names a level whose place is unknown
    """

    full: str
    place: Division | None
    rest: str
    local: bool = False

    @property
    def key(self) -> str:
        """The rest in its short form, the same for 发展和改革局 and 发改局."""
        return shortened(self.rest)


@cache
def lists() -> dict[str, Any]:
    """The tables of kg/data/resolve.toml."""
    return tomllib.loads(data_text("resolve.toml"))


@cache
def occupations() -> frozenset[str]:
    """What people are called who hold no post: 村民, 律师."""
    return frozenset(lists()["words"]["occupations"])


def spelt(name: str) -> str:
    """A name without the spaces and half- or full-width forms that make one name look like two.

    >>> spelt("莱克电气( 苏州)有限公司 "), spelt("Joe  Smith"), spelt("ＴＣＬ集团")
    ('莱克电气（苏州）有限公司', 'Joe Smith', 'TCL集团')
    """
    text = " ".join(unicodedata.normalize("NFKC", name).split())
    text = re.sub(r"(?<![A-Za-z]) | (?![A-Za-z])", "", text)
    return text if text.isascii() else text.translate(_WIDE)


def read(name: str, scope: Scope, *, places: bool = True) -> Name:
    """The name with its place: by the division it begins with, or by a level that stands for one (区委, 副市长, 全市…).

    places: whether a division at its head counts
    """
    if head := _officer().match(name):
        place = scope.of_level(head["level"])
        return Name(place.name + name, place, name) if place else Name(name, None, name, local=True)
    bare = name.removeprefix("中共")
    for prefix in _leading(bare, scope.gazetteer) if places else ():
        place = scope.gazetteer.resolve(prefix, scope.home)
        rest = bare[len(prefix) :]
        organ = rest.startswith(("长", *words("post", "organs")))
        # A short name may be another word (三河古镇, 广安村): it counts for an organ (武进区委) or near home.
        if place and (prefix.endswith(place.name) or organ or scope.near(place)):
            written = prefix.endswith(place.name) or organ
            rest = _usual(place.name[-1] + rest if rest.startswith("长") else rest)
            return Name(place.name + rest if written else name, place, rest)
    if places and (zone := _zone(name, scope)):
        return zone
    if found := _level().match(name):
        place = scope.of_level(found["level"])
        rest = found["rest"]
        rest = _usual(found["level"] + rest if rest.startswith("长") else rest)
        return Name(place.name + rest, place, rest) if place else Name(name, None, name, local=True)
    return Name(name, None, name)


def at_home(name: str, scope: Scope) -> Division | None:
    """The place that 我区, 全市 or 当地 stands for; None for any other name or where the home place is unknown."""
    if name in lists()["words"]["home"]:
        return scope.home
    found = _level().fullmatch(name)
    return scope.of_level(found["level"]) if found and found["ours"] and not found["rest"] else None


def _leading(name: str, gazetteer: Gazetteer) -> list[str]:
    """The chains of places that the name begins with, the longest first."""
    ends, end = [], 0
    for match in gazetteer.match(name):
        if match.start != end or not match.strong or match.level in ("zone", "region"):
            break
        end = match.end
        ends.append(end)
    return [name[:end] for end in reversed(ends)]


def shortened(name: str) -> str:
    """A body's or a post's name with the long forms of departments made short.

    >>> shortened("发展和改革委员会主任"), shortened("人民法院"), shortened("纪律检查委员会书记")
    ('发改委主任', '法院', '纪委书记')
    """
    for long, short in lists()["short"].items():
        if long in name:
            name = name.replace(long, short)
    return name


def _zone(name: str, scope: Scope) -> Name | None:
    """A name that begins with a zone (高新区党工委书记, 武进国家高新区管委会) and goes on with one of its organs."""
    for organ in lists()["words"]["zone_organs"]:
        at = name.find(organ)
        if at > 1 and (zone := scope.gazetteer.find_park(name[:at], scope.home)):
            return Name(zone.name + name[at:], zone, name[at:])
    return None


def _usual(rest: str) -> str:
    for formal, usual in lists()["usual"].items():
        rest = re.sub(formal, usual, rest)
    return rest


@cache
def _level() -> re.Pattern[str]:
    """A level, not followed by what makes it another word, perhaps with 我 or 全 before it."""
    levels = "|".join(f"{level}(?!{other})" for level, other in lists()["levels"].items())
    return re.compile(rf"(?P<ours>{either(lists()['words']['ours'])})?(?P<level>{levels})(?P<rest>.*)", re.DOTALL)


@cache
def _officer() -> re.Pattern[str]:
    """常务副市长, 区长助理: the level stands within the title."""
    prefixes, levels = either(words("post", "prefixes")), either(lists()["levels"])
    return re.compile(rf"(?:{prefixes}){{0,3}}(?P<level>{levels})长(?!{lists()['words']['not_officer']})")
