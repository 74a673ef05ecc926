"""Organisations, parks and places: the statistical taggers' spans, mended by a grammar of suffixes.

The taggers cut bodies short (区委|常委会, 武进|绿建区); a suffix to the right, or a chain of nouns to the
left of a suffix, restores the whole name.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache

from kg.gazetteer import Gazetteer
from kg.lexicon import either, longest_suffix, pattern, places_of, words
from kg.model import Mention
from kg.tag.base import Span, Token

NOUNS = frozenset({"n", "nr", "ns", "nt", "nz", "nw", "vn", "LOC", "ORG", "an", "j", "PER"})
NAMES = frozenset({"LOC", "ORG", "nz", "nw", "nr", "ns", "nt", "PER"})
_CLASSES = {
    "company": "Company",
    "government": "GovernmentBody",
    "party": "PartyBody",
    "institution": "Institution",
    "park": "Park",
}
_LEVELS = (*"省市区县州镇乡旗盟", "街道")
_LEVEL = "[省市区县州镇乡旗盟]"
_COMMITTEE = re.compile(f"(?:^|{_LEVEL}|中共.*)委(?:员会)?$")


@lru_cache(maxsize=4096)
def classify(name: str) -> str:
    """The class that a body's suffix tells, Organization if none does.

    >>> classify("武进国家高新技术产业开发区"), classify("区委常委会"), classify("三江学院")
    ('Park', 'PartyBody', 'Institution')
    """
    if _COMMITTEE.search(name):
        return "PartyBody"
    if name.endswith("委"):
        return "GovernmentBody"
    best = max((len(longest_suffix(name, words("org", key))), key) for key in _CLASSES)
    return _CLASSES[best[1]] if best[0] else "Organization"


@cache
def _suffixes() -> frozenset[str]:
    return frozenset().union(*(words("org", key) for key in _CLASSES))


@cache
def _not_of_parks() -> frozenset[str]:
    return _suffixes() - words("org", "park")


_TOWNS = ("街道", "镇", "乡", "村", "社区")


@cache
def _abbreviated() -> re.Pattern[str]:
    """Bodies named by level and kind: 区委, 市人大常委会, 县住建局."""
    organs = either(words("post", "organs"))
    return re.compile(rf"(?:{_LEVEL}|街道|自治区)(?:{organs})(?:办公室)?(?!员|会主义|书)")


_DEPARTMENT = pattern("bodies", "department")


def _merge(spans: Iterable[Span]) -> list[tuple[int, int, str]]:
    """Spans with overlapping ones united."""
    out: list[tuple[int, int, str]] = []
    for s in sorted(spans, key=lambda s: (s.start, -s.end)):
        if out and s.start < out[-1][1]:
            start, end, kind = out[-1]
            out[-1] = (start, max(end, s.end), kind)
        else:
            out.append((s.start, s.end, s.type))
    return out


_DEICTIC = re.compile("(?!本[溪田])(?:该|本|我|这家)(?=[省市区县镇公企集])[省市区县镇]?(?=..)")
_NO_NAME = re.compile("(?:城市|强[省市区县镇]|大[省市县]|名城|[全各我该本外]区|新区时代)$")
_INNER = pattern("bodies", "inner")
_SAID = pattern("bodies", "said")
_PLACE_ENDS = "省市区县镇乡村路街湖山河港岛州旗盟口洲湾桥寺园台滩岭坡庄屯寨堡集店营"
_COMMON = pattern("bodies", "common")


def _credible(name: str, start: int, end: int, spans: Sequence[Span]) -> bool:
    """Whether a body without a known suffix is one: a buzzword (核心竞争力) is not."""
    from kg.tag import words as dictionary

    if _COMMON.search(name) or dictionary.load().frequency(name):
        return False
    return any(s.by != "fool" and s.start == start and s.end == end for s in spans)


def _extend_right(end: int, tokens: Sequence[Token]) -> int:
    """The end of a body's name, where nouns up to a suffix follow."""
    i = bisect_left(tokens, end, key=lambda token: token.start)
    if i == len(tokens) or tokens[i].start != end:
        return end
    best = end
    for token in tokens[i : i + 6]:
        if token.pos not in NOUNS or (token.pos == "PER" and len(token.text) > 1):
            break
        if longest_suffix(token.text, _suffixes()) and token.text not in words("org", "not_suffixes"):
            best = token.end
    return best


def _left_chain(i: int, tokens: Sequence[Token], text: str) -> int:
    """Index of the first token of the noun chain that ends with token i."""
    stops = words("event", "stops")
    first = i
    depth = 0
    for k in range(i - 1, max(-1, i - 10), -1):
        t = tokens[k]
        if t.text in "）)":
            depth += 1
        elif t.text in "（(":
            depth -= 1
            if depth < 0:
                break
        elif depth == 0 and (t.pos not in NOUNS or t.text in stops):
            if not (
                t.pos in {"f", "a", "m", "s", "v"}
                and k > 0
                and tokens[k - 1].pos in NAMES
                and len(t.text) <= 2
                and t.text not in stops
                and not longest_suffix(tokens[k - 1].text, words("org", "company"))
            ):
                break
            continue
        if depth == 0:
            first = k
    return first


def find(text: str, tokens: Sequence[Token], spans: Sequence[Span], gazetteer: Gazetteer) -> list[Mention]:
    """Bodies and places of a sentence, overlapping candidates included; offsets into `text`."""
    nouns = [(i, token) for i, token in enumerate(tokens) if token.pos in NOUNS]
    people = [s for s in spans if s.type == "Person" and s.by == "lac"]
    found: dict[tuple[int, int], Mention] = {}

    def add(start: int, end: int, kind: str, by: str) -> None:
        name = text[start:end]
        if kind != "Place":
            if name in words("post", "prefixes"):
                return
            if name[-1] in "在于对与和":
                end -= 1
                name = text[start:end]
            if name[0] in "省市区县镇" and text[start - 1 : start] in {"我", "该", "本", "全"} and len(name) > 4:
                start += 1
                name = text[start:end]
            deictic = _DEICTIC.match(name)
            if deictic:
                start += deictic.end()
                name = text[start:end]
            said = _SAID.search(name)
            if said and said.start() >= 3:
                end = start + said.start()
                name = text[start:end]
            inner = _INNER.match(name)
            if inner and len(name) - inner.end() >= 3:
                start += inner.end()
                name = text[start:end]
        elif name[-1] not in _PLACE_ENDS and (matches := gazetteer.match(name)):
            known = matches[0]
            if known.start == 0 and known.strong and len(name) - known.end == 1:
                end = start + known.end
                name = text[start:end]
        if (start, end) not in found and "\n" not in name and not name.isdigit():
            found[start, end] = Mention(kind, start, end, name, by=by)

    bodies = [s for s in spans if s.type in {"Organization", "Company"}]
    for start, end, kind in _merge(bodies) if bodies else ():
        if any(p.start <= start < p.end < end for p in people):
            continue
        end = _extend_right(end, tokens)
        name = text[start:end]
        if name in words("org", "generic"):
            continue
        said = classify(name)
        if said == "Organization" and not _credible(name, start, end, spans):
            continue
        add(start, end, "Company" if said == "Organization" and kind == "Company" else said, "taggers")
    for i, token in nouns:
        suffix = longest_suffix(token.text, _suffixes())
        if not suffix or token.text in words("org", "not_suffixes"):
            continue
        first = _left_chain(i, tokens, text)
        start, end = tokens[first].start, _extend_right(token.end, tokens)
        name = text[start:end]
        named = any(t.pos in NAMES for t in tokens[first : i + 1])
        if name in words("org", "generic") or (first == i and name == suffix):
            continue
        if named or (len(suffix) >= 3 and len(name) - len(suffix) >= 2):
            add(start, end, classify(name), "suffixes")
    for m in _abbreviated().finditer(text):
        if m.start() and text[m.start() - 1] in "社地园":
            continue
        add(m.start(), _extend_right(m.end(), tokens), classify(m[0]), "organs")
    for i, token in nouns:
        if token.pos in {"n", "LOC"} and token.text in _LEVELS:
            for j in range(i + 1, min(i + 6, len(tokens))):
                if tokens[j].pos not in NOUNS | {"v", "s", "f"}:
                    break
                if _DEPARTMENT.search(tokens[j].text) and tokens[j].end - token.start >= 3:
                    add(token.start, tokens[j].end, classify(text[token.start : tokens[j].end]), "departments")
    places = [(s, e, "gazetteer") for s, e, strong in _gazetteer(text, gazetteer) if strong]
    places += [(s.start, s.end, s.by) for s in spans if s.type == "Place"]
    for start, end, by in places:
        name = text[start:end]
        if _NO_NAME.search(name):
            continue
        if longest_suffix(name, words("org", "park")) and name not in words("org", "generic"):
            add(start, end, "Park", by)
        elif longest_suffix(name, _not_of_parks()) and name not in words("org", "generic"):
            add(start, end, classify(name), by)
        elif len(name) >= 2 or name in "京沪津渝穗蓉杭宁汉":
            add(start, end, "Place", by)
    for i, token in nouns:
        if token.pos in {"n", "nz", "LOC", "ns"} and token.text.endswith(_TOWNS):
            first = i
            while first and tokens[first - 1].pos in {"LOC", "nz", "ns"} and first > i - 3:
                first -= 1
            if first < i or len(token.text) > 2:
                add(tokens[first].start, token.end, "Place", "suffixes")
    return _join_places(text, found)


def _gazetteer(text: str, gazetteer: Gazetteer) -> list[tuple[int, int, bool]]:
    return [(m[0], m[1], bool(m[3])) for m in gazetteer.match(text)]


def _join_places(text: str, found: dict[tuple[int, int], Mention]) -> list[Mention]:
    """Adjacent places read as one (张家口市张北县, 阳新县富池镇), a place before a body joins it."""
    mentions = sorted(found.values(), key=lambda m: (m.start, -m.end))
    by_start: dict[int, list[Mention]] = {}
    for m in mentions:
        by_start.setdefault(m.start, []).append(m)
    joined = list(mentions)
    for m in mentions:
        if m.type != "Place":
            continue
        end, kind = m.end, "Place"
        while True:
            following = [n for n in by_start.get(end, []) if n.type != "Event" and n.end > end]
            if not following:
                break
            longest = max(following, key=lambda n: n.end)
            end, kind = longest.end, longest.type
            if kind != "Place":
                break
        if end > m.end:
            joined.append(Mention(kind, m.start, end, text[m.start : end], by="joined"))
    return joined


_CORE = pattern("bodies", "core")


def names(mentions: Iterable[Mention]) -> dict[str, str]:
    """Names of companies, parks and institutions of an article with their class, and the short forms of companies.

    永中软件有限公司 also gives 永中软件; a short form has four characters or more.
    """
    out: dict[str, str] = {}
    for m in mentions:
        if m.type not in {"Company", "Institution", "Park", "Organization"} or len(m.text) < 4:
            continue
        out.setdefault(m.text, m.type)
        core = _CORE.sub("", m.text)
        if m.type == "Company" and len(core) >= 4:
            out.setdefault(core, "Company")
    return out


def everywhere(text: str, known: Iterable[tuple[str, str]]) -> list[Mention]:
    """All places where a known body of the article stands; known: names with their class."""
    return [
        Mention(kind, start, end, name, by="article")
        for name, kind in known
        if name in text
        for start, end in places_of(name, text)
    ]
