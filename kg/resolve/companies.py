"""Short names of companies and parks: 禾谷智能 is 成都禾谷智能装备有限公司 where the article names no other such."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kg.resolve.names import lists, spelt


def fuller(names: Iterable[str]) -> Mapping[str, str]:
    """Of the names in one article: short name -> the one full name that holds it, both as given.

    A name that several others hold, none of which holds all of them, stays what it is; so does one whose fuller name
    is a branch (…苏州分公司).

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


def _holds(full: str, short: str) -> bool:
    """Whether `short` may be the short name of `full`: within it, or within it without what is in brackets."""
    a, b = spelt(full), spelt(short)
    branch = any(a.endswith(ending) and not b.endswith(ending) for ending in lists()["words"]["branches"])
    return len(b) < len(a) and not branch and (b in a or b in re.sub("（[^（）]*）", "", a))
