"""Who or what the clauses of an article are about: the state that discourse carries from clause to clause.

A clause's subject (a project, company, park, place, or several projects together) holds until another
takes its place; 该项目, 公司, 我区 and an empty subject point back. After a semicolon the sentence's first
subject is back.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from kg.lexicon import pattern
from kg.model import Mention, Quantity
from kg.pattern import Encoded, symbolic, symbols

_EMPLOYERS = frozenset({"Company", "Institution", "Organization"})
_SUBJECTS = _EMPLOYERS | {"Park", "Place", "Project"}
_NOT_BEFORE = frozenset("从到自向对与")
_LISTING = frozenset("、和与及等")
_COUNTED = frozenset(symbols("Amount", "Extent"))
_ADVERBS = symbolic("subjects", "adverbs")
_LOCATED = symbolic("subjects", "located")
_PLURAL = symbolic("subjects", "plural")
_PLACE_AGAIN = pattern("subjects", "place_again")
_BREAK = re.compile("[，。；：！？\n]")


@dataclass(frozen=True, slots=True)
class Subjects:
    """What is being spoken of at a place of the text; plural: several projects together, by their noun.

    person: whom the sentence before named first; unknown: something is spoken of that has no name here (该戏台)
    """

    project: Mention | None = None
    company: Mention | None = None
    subject: Mention | None = None
    place: Mention | None = None
    park: Mention | None = None
    person: Mention | None = None
    plural: str = ""
    unknown: bool = False


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause of an encoded sentence: its words begin at `words`, after its adverbs."""

    encoded: Encoded
    start: int
    words: int
    end: int

    @property
    def first(self) -> Mention | None:
        """The mention that the clause's words begin with."""
        return self.encoded.mentions[self.words] if self.words < self.end else None

    @property
    def following(self) -> str:
        """The character behind that mention."""
        return self.encoded.text[self.words + 1 : self.words + 2]


@dataclass(slots=True)
class _Reading:
    """What was read so far: the home place, the places named, by their last character, and the last project."""

    home: Mention | None
    above: Mapping[str, str] = field(default_factory=dict)
    project: Mention | None = None
    seen: dict[str, Mention] = field(default_factory=dict)


def about(state: Subjects, m: Mention) -> Subjects:
    """The state from where a mention is what is being spoken of."""
    return Subjects(
        subject=m,
        project=m if m.type == "Project" else state.project,
        company=m if m.type in _EMPLOYERS else state.company,
        park=m if m.type == "Park" else state.park,
        place=m if m.type == "Place" else state.place,
        person=state.person,
    )


def walk(sentences: Iterable[Encoded], home: str, above: Mapping[str, str]) -> list[tuple[int, Subjects]]:
    """The state from each place of the article on, sorted by place.

    sentences: those of the running text and its headlines
    home: the paper's own place, which stands where the text names none; "" if unknown
    above: the places home lies in, by the last character of their names (市: 常州市)
    """
    reading = _Reading(Mention("Place", 0, 0, home, by="home") if home else None, above)
    state = Subjects(place=reading.home)
    out: list[tuple[int, Subjects]] = [(0, state)]
    for sentence in sentences:
        state = _sentence(state, sentence, reading, out)
    return sorted(out, key=lambda s: s[0])


def _sentence(state: Subjects, encoded: Encoded, reading: _Reading, out: list[tuple[int, Subjects]]) -> Subjects:
    """The state after a sentence; the places where it changed go to `out`."""
    text = encoded.text
    topic: Subjects | None = None
    named = [m for i in encoded.named if (m := encoded.mentions[i])]
    spoken = next((m for m in named if m.type == "Person"), None)
    start = 0
    for end in [*(found.start() for found in _BREAK.finditer(text)), len(text)]:
        if start >= len(text):
            break
        if start and text[start - 1] == "；" and topic is not None:
            state = replace(state, subject=topic.subject, plural=topic.plural)
        adverbs = _ADVERBS.match(text, start, end)
        clause = _Clause(encoded, start, adverbs.end() if adverbs else start, end)
        before = state
        state = _begin(state, clause, reading)
        out.append((encoded.starts[start], state))
        first, last = bisect_left(encoded.named, start), bisect_left(encoded.named, end)
        for i, m in zip(encoded.named[first:last], named[first:last], strict=True):
            if m.type == "Place":
                reading.seen[m.text[-1]] = m
            what = _built(m)
            if what.type == "Project":
                reading.project = what
            after = _mentioned(state, what, clause, i)
            if after is not state:
                state = after
                out.append((what.end, state))
        if topic is None and end > clause.words:
            topic = state
        if text.startswith("其中", start) and re.search(symbols("Quantity"), text[start:end]):
            # “其中新港园区5个”只说这一小句，之后回到原来的主语
            state = before
        start = end + 1
    # 下一句的“他”指本句最先说到的人
    return replace(state, person=spoken) if spoken is not None else state


def _begin(state: Subjects, clause: _Clause, reading: _Reading) -> Subjects:
    """The state at the beginning of a clause."""
    text, words, end = clause.encoded.text, clause.words, clause.end
    located = _LOCATED.match(text, clause.start, end) or (words > clause.start and _LOCATED.match(text, words, end))
    if located:
        m = clause.encoded.mentions[located.start("what")]
        return about(state, m) if m is not None else state
    again = _again(state, text[words:end], reading)
    if again is not None:
        return again
    plural = _several(state, clause)
    if plural is not None:
        return plural
    m = clause.first
    if m is None and pattern("subjects", "numbered").match(text, clause.start, end) and text[end : end + 1] == "：":
        return replace(state, unknown=True, plural="")  # 分项列举，名称没有认出来
    if m is None:
        # 没有名称、又不是回指的主语：该戏台、这家生产阀门的企业
        return replace(state, unknown=True) if pattern("subjects", "unnamed").match(text, words, end) else state
    before, following = text[words - 1 : words], clause.following
    if m.type not in _SUBJECTS or (m.type == "Project" and following in _COUNTED):
        return state
    if before in _NOT_BEFORE or (before == "在" and following not in {"，", ""}):
        return state
    if following in _LISTING or (following == "的" and m.type != "Project"):
        return state
    return about(state, m)


def _again(state: Subjects, words: str, reading: _Reading) -> Subjects | None:
    """The state where a clause points back (该项目, 公司, 我区, 该镇, 园区), None where it does not."""
    latest = reading.project if words.startswith(("该", "此", "这")) else None
    project = latest or state.project
    if project is not None and pattern("subjects", "project_again").match(words):
        return state if state.plural and words.startswith(("项目", "工程")) else about(state, project)
    if state.company is not None and pattern("subjects", "company_again").match(words):
        return about(state, state.company)
    place = _PLACE_AGAIN.match(words)
    if place:
        level = (place["level"] or "")[-1:]
        named = reading.seen.get(level) if place["how"] in {"该", "本"} else None
        higher = reading.above.get(level) if place["how"] in {"全", "我"} else None
        own = reading.home
        if higher and own is not None and not own.text.endswith(level):
            own = Mention("Place", 0, 0, higher, by="home")
        found = named or own or state.place
        return about(state, found) if found is not None else replace(state, plural="", unknown=False)
    if state.park is not None and pattern("subjects", "park_again").match(words):
        return about(state, state.park)
    return None


def _several(state: Subjects, clause: _Clause) -> Subjects | None:
    """The state where a clause speaks of several projects together (30个安置房项目, 新开工项目), else None."""
    found = _PLURAL.search(clause.encoded.text, clause.start, clause.end)
    if found is None:
        return None
    ahead = clause.encoded.mentions[clause.start : found.start()]
    count = clause.encoded.mentions[found.start()]
    if any(m is not None and m.type == "Project" for m in ahead):
        return None
    if count is not None and not (isinstance(count.value, Quantity) and count.value.unit in {"个", "项", "批"}):
        return None
    noun = re.sub("[\ue000-\uf8ff]", "", found["noun"] or (found["kind"] or "") + (found["tail"] or ""))
    first, owner = clause.first, state.subject
    if first is not None and first.type in {"Place", "Park"} and clause.following not in set("的、和与及等"):
        owner = first
    if owner is None or owner.type not in {"Place", "Park"}:
        owner = state.place
    place = owner if owner is not None and owner.type == "Place" else state.place
    return replace(state, subject=owner, place=place, plural=noun or "项目", unknown=False)


def _built(m: Mention) -> Mention:
    """Of an event that begins the building of a project, the project: 石桥加工项目|开工仪式; else the mention."""
    found = pattern("subjects", "built").match(m.text) if m.type == "Event" else None
    return Mention("Project", m.start, m.start + found.end(1), found[1]) if found else m


def _mentioned(state: Subjects, m: Mention, clause: _Clause, i: int) -> Subjects:
    """The state after the mention at symbol i of a clause."""
    text = clause.encoded.text
    before, after = text[clause.start : i], text[i + 1 : i + 9]
    if m.type == "Project":
        if m is state.project or pattern("subjects", "nominal").search(before):
            return state
        if state.project is not None and pattern("subjects", "passing").search(before):
            return state
        if state.project is state.subject is not None and pattern("subjects", "parts").search(before):
            return state
        if pattern("subjects", "owned").search(before) or after[:1] in _COUNTED:
            return state
        worthy = pattern("subjects", "worthy_before").search(before) or pattern("subjects", "worthy_after").match(after)
        return about(state, m) if i == clause.words or state.project is None or worthy else state
    if m.type in _EMPLOYERS:
        if pattern("subjects", "arrived").search(before):
            return about(state, m)
        return replace(state, company=m) if state.company is None else state
    return replace(state, park=m) if m.type == "Park" and state.park is None else state
