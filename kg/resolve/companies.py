"""Names of companies and parks: full and short ones, branches and their parents.

禾谷智能 is 成都禾谷智能装备有限公司 where the article, or else the archive of its district, knows no other such;
a branch is never its parent.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache

from kg.gazetteer import Gazetteer
from kg.lexicon import longest_suffix, pattern, words
from kg.resolve.clusters import Clusters
from kg.resolve.identity import Candidate, Seen, Unit, candidate
from kg.resolve.names import lists, spelt

SHOWN = 3
"""how many of the companies that a short name may mean are told"""


def fuller(names: Iterable[str]) -> Mapping[str, str]:
    """Of the names in one article: short name -> the one full name that holds it, both as given.

    A name that several others hold, none of which holds all of them, stays what it is; so does one whose fuller name
    is a branch (…苏州分公司), unless the article speaks of a company by its trade name alone (理想汽车).

    >>> fuller(["禾谷智能", "成都禾谷智能装备有限公司", "禾谷"])["禾谷"]
    '成都禾谷智能装备有限公司'
    """
    given = sorted(set(names))
    found = {}
    for name in given:
        above = [other for other in given if _holds(other, name)]
        whole = [other for other in above if not any(_holds(another, other) for another in above)]
        if len(whole) == 1 and len(name) >= 2:
            found[name] = whole[0]
    return found


def parent_of(name: str) -> str | None:
    """The company whose branch it is, by its name; None where it is no branch or the name tells no parent.

    >>> parent_of("北京远山汽车有限公司常州分公司"), parent_of("金桥银行常州分行"), parent_of("常州分公司")
    ('北京远山汽车有限公司', '金桥银行', None)
    """
    found = _branch().fullmatch(spelt(name))
    return found["parent"] if found else None


def trade_name(name: str, gazetteer: Gazetteer) -> str:
    """What a company's name has between its place and its legal form.

    >>> from kg import gazetteer
    >>> trade_name("江苏禾谷智能装备有限公司", gazetteer.load())
    '禾谷智能装备'
    """
    text = parent_of(name) or spelt(name)
    text = re.sub("（[^（）]*）", "", text)
    end = 0
    for match in gazetteer.match(text):
        if match.start != end or not match.strong or match.end > len(text) - 2:
            break
        end = match.end
    text = text[end:].removeprefix("省").removeprefix("市")
    while suffix := longest_suffix(text, words("org", "company")):
        if len(text) - len(suffix) < 2:
            break
        text = text.removesuffix(suffix)
    return text


def join_organizations(seen: Sequence[Seen], sets: Clusters[Unit], gazetteer: Gazetteer) -> list[Candidate]:
    """Join organisations of one name, and short names with the full ones that the same district uses; tell the unsure.

    A short name is joined where one company of the district alone can be meant: it is part of that name and begins
    with the trade name (禾谷智能), or its characters stand there in order (百鸿电气 in 百鸿智能电气).
    """
    in_order = sorted(seen, key=lambda one: one.order)
    full: dict[str, dict[str, Seen]] = defaultdict(dict)
    short: dict[str, dict[str, list[Seen]]] = defaultdict(lambda: defaultdict(list))
    first: dict[str, Seen] = {}
    for one in in_order:
        name = one.identity.label
        if one.identity.kind == "organization" and name.endswith(tuple(lists()["words"]["legal_forms"])):
            full[one.county].setdefault(name, one)
        elif one.identity.type in ("Company", "Organization") and one.home and len(one.identity.key) == 1:
            short[one.county][name].append(one)
            continue
        sets.join(first.setdefault(one.identity.id, one).unit, one.unit)
    unsure: list[Candidate] = []
    for county, names in short.items():
        trades = {name: trade_name(name, gazetteer) for name in full[county]}
        by_start: dict[str, list[str]] = defaultdict(list)
        for name, trade in trades.items():
            by_start[trade[:2]].append(name)
        for name, several in names.items():
            bare = trade_name(name, gazetteer)
            whole = [long for long in by_start.get(bare[:2], ()) if _abbreviates(name, bare, long, trades[long])]
            parents = [long for long in whole if not parent_of(long)]
            meant = whole if len(whole) == 1 else parents if len(parents) == 1 and _one_family(whole, parents) else []
            known = full[county][meant[0]] if meant else first.setdefault(several[0].identity.id, several[0])
            for one in several:
                sets.join(known.unit, one.unit)
            for long in () if meant else whole[:SHOWN]:
                reasons = (f"“{name}”可以是“{long}”的简称",)
                against = (f"本地还有{'、'.join(other for other in whole if other != long)}",)
                unsure.append(candidate(several[0], full[county][long], reasons, against))
    return unsure


def _abbreviates(short: str, bare: str, full: str, trade: str) -> bool:
    """Whether a name without legal form may stand for a full one.

    bare, trade: what each has beside place and legal form
    """
    if len(bare) < 2 or bare[:2] != trade[:2] or short.endswith(tuple(lists()["words"]["branches"])):
        return False
    if short.endswith("集团") and not _is_group(short, full):
        return False
    held = bare in trade or _holds(full, short)
    return held if len(bare) < 4 else held or _in_order(bare, trade)


def _is_group(short: str, full: str) -> bool:
    """Whether nothing but a legal form or a place in brackets follows the group's name in the full one."""
    bare = re.sub("（[^（）]*）", "", full.replace("（集团）", "集团"))
    _, found, behind = bare.partition(short)
    return bool(found) and pattern("resolve", "group_form").fullmatch(behind) is not None


def _in_order(short: str, full: str) -> bool:
    """Whether the characters of one stand in the other in their order."""
    rest = iter(full)
    return all(char in rest for char in short)


def _one_family(names: Sequence[str], parents: Sequence[str]) -> bool:
    """Whether all that are not the one parent are its branches."""
    return all(name in parents or parent_of(name) == parents[0] for name in names)


def _holds(full: str, short: str) -> bool:
    """Whether `short` may be the short name of `full`: within it, or within it without what is in brackets."""
    a, b = spelt(full), spelt(short)
    if len(b) >= len(a):
        return False
    if (parent := parent_of(a)) and not parent_of(b):
        # The trade name alone may be the branch that the article is about; the parent's full name is the parent.
        formal = b.endswith((*lists()["words"]["legal_forms"], *words("org", "company")))
        return not formal and b in parent and b != parent
    if any(a.endswith(ending) and not b.endswith(ending) for ending in lists()["words"]["branches"]):
        return False
    if b.endswith(tuple(lists()["words"]["legal_forms"])):
        return False  # 抚顺远山燃气有限公司 is a company beside 远山燃气有限公司
    if b.endswith("集团"):
        # 远山集团 is 北京远山重工集团, and 远山集团有限公司, but not 远山集团物流有限公司
        return _is_group(b, a) or (a.endswith("集团") and b[:2] in a and _in_order(b, a))
    return b in a or b in re.sub("（[^（）]*）", "", a)


@cache
def _branch() -> re.Pattern[str]:
    whole = "|".join(sorted(lists()["words"]["legal_forms"] + ["银行", "大学", "医院", "学校", "学院"], key=len)[::-1])
    return re.compile(rf"(?P<parent>..+?(?:{whole}))(?P<own>..+?(?:{'|'.join(lists()['words']['branches'])}))")
