"""What a sentence leaves unsaid: the article's events, and who or what its clauses are about.

One explicit state per article. An event is read from headline and lead; 会议, 活动 and the like point
back to it. The subject of a clause (a project, a company, a park, a place, or several projects
together) holds until another takes its place; 该项目, 公司, 我区 point back.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from kg.lexicon import either, pattern, words
from kg.model import Mention
from kg.pattern import Encoded, symbolic, symbols
from kg.people import Reading
from kg.subjects import Subjects, walk
from kg.tag import TaggedArticle, TaggedSentence
from kg.tag.phrases import is_generic
from kg.text import clause


@dataclass(frozen=True, slots=True)
class Happening:
    """An event of the article.

    label: its fullest name; span: where it is introduced; sentence: index of that sentence
    kind: named, visit or meeting (会见); actors: the names a nameless visit is called by
    """

    label: str
    span: tuple[int, int]
    sentence: int
    kind: str
    actors: tuple[str, ...] = ()
    body: Mention | None = None
    leader: Mention | None = None
    others: tuple[Mention, ...] = ()


@dataclass(frozen=True, slots=True)
class Discourse:
    """An article's events, its main one first, and the carried state from each place on."""

    events: tuple[Happening, ...]
    mentions: dict[tuple[int, int], Happening]
    states: tuple[tuple[int, Subjects], ...]
    home: str

    @property
    def main(self) -> Happening | None:
        """The event that the article is about."""
        return self.events[0] if self.events else None

    def at(self, position: int) -> Subjects:
        """Who or what is being spoken of at an article offset."""
        i = bisect_right(self.states, position, key=lambda entry: entry[0])
        return self.states[i - 1][1] if i else Subjects()


_ASIDE = frozenset({"byline", "credit", "slogan"})
_HOLD = pattern("discourse", "hold")
_RETOLD = pattern("discourse", "retold")


@cache
def _visit() -> re.Pattern[str]:
    verbs = either(words("event", "visit_verbs"))
    people = symbols("People")
    return re.compile(
        rf"(?P<who>{people})(?P<mid>[^。；！？]{{0,60}}?)(?P<verb>(?:{verbs}){{1,2}})(?P<rest>了?[^，。；：！？\n]{{0,40}})"
    )


_NOT_VISITING = pattern("discourse", "not_visiting")


def _compose(body: str, event: str) -> str:
    """区委常委会 + 会议, 武进绿建区 + 企业发展大会; the body is not said twice."""
    if body in event or event.startswith(body[:2]):
        return event
    for size in range(min(len(body), len(event)) - 1, 1, -1):
        if body.endswith(event[:size]) and size >= 2:
            return body + event[size:]
    return body + event


_BESIDE = pattern("discourse", "beside")
_NOMINAL = pattern("discourse", "nominal")


def _named(ts: TaggedSentence, plain: Encoded, index: int, rank: int) -> list[tuple[float, Happening]]:
    """Named events that a sentence introduces, with a weight."""
    sentence = ts.sentence
    composed: dict[int, tuple[str, Mention]] = {}
    for found in symbolic("discourse", "held").finditer(plain.text):
        body, what = plain.mentions[found.start("body")], plain.mentions[found.start("event")]
        if body is not None and what is not None and (body.type != "Event" or not is_generic("Event", body.text)):
            composed[what.start] = (_compose(body.text, what.text), body)
    out = []
    for m in ts.mentions:
        if m.type != "Event":
            continue
        label, body_mention = composed.get(m.start, (m.text, None))
        if is_generic("Event", label):
            continue
        i, j = m.start - sentence.start, m.end - sentence.start
        around = _clause(sentence.text, i, j)
        if _RETOLD.search(around.replace(m.text, "")) and sentence.kind != "headline":
            continue
        if _BESIDE.match(sentence.text, j) or _NOMINAL.search(sentence.text[:i]):
            continue
        weight = 2.0 if _HOLD.search(sentence.text) else 0.0
        weight += 2.5 if sentence.kind == "headline" else (2.0, 1.0, 0.5)[rank] if rank < 3 else 0.0
        if m.start in composed:
            weight += 1
        span_body = body_mention if body_mention is not None and body_mention.type != "Event" else None
        out.append(
            (
                weight,
                Happening(
                    label.strip("“”") if label.count("“") != label.count("”") else label,
                    (m.start, m.end),
                    index,
                    "named",
                    (),
                    span_body,
                ),
            )
        )
    return out


def _clause(text: str, start: int, end: int) -> str:
    left, right = clause(text, start, end, "，。；\n")
    return text[left:right]


def _visits(ts: TaggedSentence, own: Reading, index: int, rank: int) -> list[tuple[float, Happening]]:
    """Nameless visits and meetings of a sentence: who + 调研 + what."""
    sentence = ts.sentence
    encoded, groups = own.grouped, own.groups
    by_start = {g.start: g for g in groups}
    out: list[tuple[float, Happening]] = []
    m = _visit().search(encoded.text) or symbolic("discourse", "delegation").search(encoded.text)
    if m is None or _NOT_VISITING.match(m["rest"]):
        return _team_visit(ts, encoded, index, rank)
    group = by_start[encoded.starts[m.start("who")]]
    names = [k.person.text for k in group.members]
    mid = _text(encoded, sentence.text, sentence.start, m.start("mid"), m.end("mid"))
    rest = _text(encoded, sentence.text, sentence.start, m.start("rest"), m.end("rest"))
    if pattern("discourse", "not_led").search(mid) or (re.match("了?(?:活动|会议|。|，)", rest) and "陪同" in mid):
        return out
    who = "、".join(names[:2]) + ("一行" if group.delegation or "一行" in mid else "")
    if m["verb"] in {"会见", "会晤", "接待"}:
        guests = [g for g in groups if g.start >= encoded.starts[m.start("rest")] and g.start < sentence.end]
        guest = "、".join(k.person.text for g in guests[:1] for k in g.members[:2])
        tail = guest + ("一行" if any(g.delegation for g in guests[:1]) else "") if guest else rest.lstrip("了")
        label, kind = f"{who}{m['verb']}{tail}", "meeting"
    else:
        inner = re.split("[，]", mid)[-1]
        inner = pattern("discourse", "led_away").sub("", inner)
        if inner.startswith("就") and re.match("了?$", rest):
            topic = re.sub("进行$|开展$|作$", "", inner[1:])
            label = f"{who}{m['verb']}{topic}"
        else:
            label = f"{who}{inner}{m['verb']}{rest.removeprefix('了')}"
        kind = "visit"
    label = pattern("discourse", "days").sub("", label)
    weight = (2.0, 1.5, 1.0)[rank] if rank < 3 else 0.0
    weight += 1.5 if group.delegation or pattern("discourse", "leading").search(mid) else 0.6
    if sentence.kind == "headline":
        weight -= 1.5
    verb_start = encoded.starts[m.start("verb")]
    out.append(
        (
            weight,
            Happening(
                label[:60],
                (group.start, max(verb_start + len(m["verb"]), group.end)),
                index,
                kind,
                tuple(names),
                None,
                group.members[0].person,
                tuple(k.person for k in group.members[1:]),
            ),
        )
    )
    return out


def _team_visit(ts: TaggedSentence, encoded: Encoded, index: int, rank: int) -> list[tuple[float, Happening]]:
    """The visit of a team that the sentence names by no person: 省督导组莅临我县督导安全生产工作."""
    m = symbolic("discourse", "team").search(encoded.text)
    if m is None or not re.search(either(words("event", "visit_verbs")), m["rest"]):
        return []
    text, base = ts.sentence.text, ts.sentence.start
    team = re.split("[的]", _text(encoded, text, base, m.start("team"), m.end("team")))[-1]
    label = team + text[encoded.ends[m.end("team") - 1] - base : encoded.ends[m.end() - 1] - base]
    weight = (2.0, 1.5, 1.0)[rank] if rank < 3 else 0.0
    weight += -1.0 if ts.sentence.kind == "headline" else 1.0
    label = pattern("discourse", "days").sub("", label).lstrip("，")
    return [(weight, Happening(label[:60], (encoded.starts[m.start()], encoded.ends[m.end() - 1]), index, "visit"))]


def _text(encoded: Encoded, text: str, base: int, i: int, j: int) -> str:
    if i >= j:
        return ""
    return text[encoded.starts[i] - base : encoded.ends[j - 1] - base]


def _same_session(a: str, b: str) -> bool:
    """Whether two names end in the same numbered session (第三十二次会议)."""
    x, y = (re.search(r"第[一二三四五六七八九十百\d]+次[^第]{0,6}$", s) for s in (a, b))
    return x is not None and y is not None and x[0] == y[0] and not _apart(a, b)


def _apart(a: str, b: str) -> bool:
    """Whether two names are of different places or terms (锦州市第十一届…, 营口市第十一届…)."""
    for kind in (r"[一-鿿]{2}(?=[省市区县州])", r"第[一二三四五六七八九十百\d]+届"):
        x, y = set(re.findall(kind, a)), set(re.findall(kind, b))
        if x and y and not x & y:
            return True
    return False


def _overlap(a: str, b: str) -> float:
    x, y = {a[i : i + 2] for i in range(len(a) - 1)}, {b[i : i + 2] for i in range(len(b) - 1)}
    return len(x & y) / max(1, min(len(x), len(y)))


def _bare(name: str) -> str:
    """The head that a generic mention points by: 开工仪式, 座谈会, 会议."""
    return pattern("discourse", "this").sub("", name)


def events(tagged: TaggedArticle, readings: Sequence[Reading]) -> list[Happening]:
    """The article's events, the main one first; readings: of its sentences."""
    named: list[tuple[float, Happening]] = []
    visits: list[tuple[float, Happening]] = []
    rank = 0
    for i, (ts, own) in enumerate(zip(tagged.sentences, readings, strict=True)):
        if ts.sentence.kind in _ASIDE:
            continue
        named += _named(ts, own.plain, i, rank)
        if rank < 4:
            visits += _visits(ts, own, i, rank)
        rank += ts.sentence.kind in {"body", "caption"}
    merged: list[tuple[float, Happening]] = []
    for weight, event in sorted(named, key=lambda e: (e[1].sentence, e[1].span)):
        for k, (w, other) in enumerate(merged):
            if (
                event.label == other.label
                or _same_session(event.label, other.label)
                or (_overlap(event.label, other.label) >= 0.75 and not _apart(event.label, other.label))
            ):
                better = _fuller(other, event, tagged)
                merged[k] = (max(w, weight) + 0.5, better)
                break
        else:
            merged.append((weight, event))
    # a visit is called by its purpose rather than by its stops
    visits.sort(key=lambda v: (bool(pattern("discourse", "stops").search(v[1].label)) - v[0], v[1].sentence))
    pool = merged + [v for v in visits[:1] if v[0] >= 1.5]
    pool.sort(key=lambda e: (-e[0], e[1].sentence, e[1].span))
    chosen = [e for w, e in pool if w >= 2]
    return chosen or _generic_event(tagged)


def _generic_event(tagged: TaggedArticle) -> list[Happening]:
    """Where no event has a name: a ceremony or meeting that someone presides over or attends (签约仪式)."""
    for i, ts in enumerate(tagged.sentences):
        for m in ts.mentions:
            if m.type == "Event" and ts.sentence.kind == "body" and pattern("discourse", "ceremony").search(m.text):
                around = _clause(ts.sentence.text, m.start - ts.sentence.start, m.end - ts.sentence.start)
                if _HOLD.search(around) and not _RETOLD.search(around):
                    return [Happening(m.text, (m.start, m.end), i, "named")]
    return []


def _fuller(a: Happening, b: Happening, tagged: TaggedArticle) -> Happening:
    """Of two wordings of one event the fuller; introduced in the text rather than in the headline."""
    label = max((a.label, b.label), key=lambda s: len(s) if len(s) <= 60 else 0)
    text = [h for h in (a, b) if tagged.sentences[h.sentence].sentence.kind != "headline"]
    at = text[0] if text else a
    return Happening(label, at.span, at.sentence, at.kind, at.actors, a.body or b.body)


def _resolve_events(tagged: TaggedArticle, found: Sequence[Happening]) -> dict[tuple[int, int], Happening]:
    """Event mentions of the text -> the event each stands for."""
    out: dict[tuple[int, int], Happening] = {}
    if not found:
        return out
    for ts in tagged.sentences:
        for m in ts.mentions:
            if m.type != "Event":
                continue
            if not is_generic("Event", m.text):
                best = max(found, key=lambda h: (_overlap(h.label, m.text), -h.sentence))
                if _overlap(best.label, m.text) >= 0.6:
                    out[m.start, m.end] = best
                continue
            bare = _bare(m.text)
            fitting = [h for h in found if h.label.endswith(bare)]
            out[m.start, m.end] = fitting[0] if fitting else found[0]
    return out


def read(tagged: TaggedArticle, readings: Sequence[Reading], home: str, above: Mapping[str, str]) -> Discourse:
    """Read an article's events and carried state.

    readings: of its sentences; home: the paper's own place, "" if unknown
    above: the places it lies in, see kg.subjects.walk
    """
    found = events(tagged, readings)
    told = [own.plain for ts, own in zip(tagged.sentences, readings, strict=True) if ts.sentence.kind not in _ASIDE]
    return Discourse(tuple(found), _resolve_events(tagged, found), tuple(walk(told, home, above)), home)
