"""The fullest name that an article uses for what it also names by a shorter one."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import replace

from kg.lexicon import pattern
from kg.model import Ref
from kg.slots import Bound
from kg.tag import TaggedArticle

_SHORTENED = frozenset({"Company", "Institution", "Park", "Place", "Organization", "Project"})


def fullest(tagged: TaggedArticle) -> dict[tuple[str, str], str]:
    """(class, name) -> the fullest name that the article uses for it: (Park, 绿建区) -> 武进绿建区.

    Only where exactly one fuller name fits; never from a branch to its parent.
    """
    names: dict[str, set[str]] = {}
    for ts in tagged.sentences:
        for m in ts.mentions:
            if m.type in _SHORTENED:
                names.setdefault(m.type, set()).add(m.text)
    out: dict[tuple[str, str], str] = dict(_introduced(tagged))
    for kind, known in names.items():
        holding: dict[str, set[str]] = {}
        for name in known:
            for i in range(len(name) - 1):
                holding.setdefault(name[i : i + 2], set()).add(name)
        for short in known:
            # a fuller name holds the first two characters of the shorter one
            fuller = sorted(n for n in holding.get(short[:2], ()) if n != short and shortens(kind, short, n))
            if len(fuller) == 1 or (fuller and all(f in max(fuller, key=len) for f in fuller)):
                out[kind, short] = max(fuller, key=len)
    return out


def _introduced(tagged: TaggedArticle) -> Iterator[tuple[tuple[str, str], str]]:
    """Short names that the text introduces in brackets: 石桥数控机床生产项目（以下简称“石桥项目”）."""
    text = tagged.article.text
    for ts in tagged.sentences:
        for m in ts.mentions:
            found = pattern("naming", "alias").match(text, m.end)
            if found and m.type in _SHORTENED:
                yield (m.type, found["alias"]), m.text


def shortens(kind: str, short: str, full: str) -> bool:
    """Whether `short` is a short form of `full`.

    >>> shortens("Park", "绿建区", "武进绿建区"), shortens("Place", "武进", "武进区")
    (True, True)
    >>> shortens("Place", "常州", "常州市武进区")
    False
    """
    if (
        bool(pattern("naming", "branch").search(short)) != bool(pattern("naming", "branch").search(full))
        or len(short) < 2
    ):
        return False
    if kind == "Place":
        return full[:-1] == short and full[-1] in "省市区县镇乡村州旗盟"
    if kind == "Park":
        return full.endswith(short)
    if kind == "Project" and full in {short + "项目", short + "工程", short + "公路"}:
        return True
    if kind == "Project":
        letters = iter(full)
        return (
            len(short) >= 6
            and short[:2] == full[:2]
            and short[-2:] == full[-2:]
            and all(c in letters for c in short)
            and not re.search("[一二三四首]期", full)
        )
    core = pattern("bodies", "core").sub("", full)
    return (
        len(short) >= 3
        and full != short
        and full.endswith("公司")
        and (core.endswith(short) or core == short or (full.startswith(short) and len(short) >= 4))
    )


def named(bound: Bound, names: Mapping[tuple[str, str], str]) -> Bound:
    """What a slot holds, under its fullest name; names: see fullest."""
    if isinstance(bound.value, Ref) and (bound.value.type, bound.value.label) in names:
        return replace(bound, value=replace(bound.value, label=names[bound.value.type, bound.value.label]))
    return bound
