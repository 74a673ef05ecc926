"""What a page holds, asked for again: finding an entity in it, and the part of it that concerns some entities."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kg.errors import UsageError

Data = Mapping[str, Any]
"""What `kg.view.pack.read` gives."""


SURROUNDINGS = 60
"""entities that a dossier holds, if it has no more neighbours than that"""


def unfolded(data: Data) -> list[bool]:
    """For each entity whether it is of a type that is drawn without being asked for."""
    folded = [bool(data["labels"]["types"].get(name, {}).get("folded")) for name in data["types"]]
    return [not folded[type_] for type_ in data["node"]["type"]]


def find(data: Data, text: str) -> int:
    """The number of the entity with this id, name or alias. Raises UsageError if there is none or more than one."""
    node = data["node"]
    ids, labels = node["id"], node["label"]
    for fits in (
        lambda n: ids[n] == text,
        lambda n: labels[n] == text,
        lambda n: text in node["aliases"].get(str(n), ()),
    ):
        found = [number for number in range(len(ids)) if fits(number)]
        if len(found) == 1:
            return found[0]
        if found:
            told = ", ".join(f"{ids[n]} ({data['types'][node['type'][n]]}, {labels[n]})" for n in found)
            raise UsageError(f"{text}: more than one entity is called that; give an id: {told}")
    near = [label for label in labels if text in label] or difflib.get_close_matches(text, labels, n=3, cutoff=0.4)
    hint = f"; did you mean {', '.join(near[:3])}?" if near else "; search graph.html for what there is"
    raise UsageError(f"{text}: no entity is called that{hint}")


def neighbours(data: Data) -> list[set[int]]:
    """For each entity those that it has a relation with."""
    fact = data["fact"]
    near: list[set[int]] = [set() for _ in data["node"]["id"]]
    for subject, object_ in zip(fact["s"], fact["o"], strict=True):
        if object_ >= 0 and object_ != subject:
            near[subject].add(object_)
            near[object_].add(subject)
    return near


def around(near: Sequence[set[int]], number: int, depth: int, allowed: Sequence[bool], limit: int) -> list[int]:
    """The entity, then the allowed ones up to `depth` steps away: the nearest first, of them the best connected."""
    chosen, seen = [number], {number}
    front = [number]
    for _ in range(depth):
        reached = {other for one in front for other in near[one] if allowed[other]} - seen
        front = sorted(reached, key=lambda one: (-len(near[one]), one))
        seen |= reached
        chosen += front
    return chosen[:limit]


def concerning(data: Data, number: int) -> dict[str, Any]:
    """The data of one entity: its facts, its neighbours, some of theirs, and what is said of these among themselves."""
    fact, near = data["fact"], neighbours(data)
    kept = {number, *near[number], *around(near, number, 2, unfolded(data), SURROUNDINGS)}
    facts = [
        place
        for place, (subject, object_) in enumerate(zip(fact["s"], fact["o"], strict=True))
        if subject in kept and (object_ < 0 or object_ in kept)
    ]
    return _part(data, sorted(kept), facts)


def _part(data: Data, nodes: Sequence[int], facts: Sequence[int]) -> dict[str, Any]:
    """The data with these nodes and facts alone, all numbers made to fit."""
    new_node = {old: new for new, old in enumerate(nodes)}
    sentences = sorted({data["fact"]["t"][place] for place in facts})
    new_sentence = {old: new for new, old in enumerate(sentences)}
    articles = sorted({data["sentence"]["article"][place] for place in sentences})
    new_article = {old: new for new, old in enumerate(articles)}
    homes = sorted({data["node"]["community"][place] for place in nodes})
    fact = _columns(data["fact"], facts)
    fact["s"] = [new_node[subject] for subject in fact["s"]]
    fact["o"] = [new_node[object_] if object_ >= 0 else object_ for object_ in fact["o"]]
    fact["t"] = [new_sentence[place] for place in fact["t"]]
    node = _columns(data["node"], nodes)
    node["community"] = [homes.index(home) for home in node["community"]]
    sentence = _columns(data["sentence"], sentences)
    sentence["article"] = [new_article[place] for place in sentence["article"]]
    members = [[new for new, home in enumerate(node["community"]) if home == number] for number in range(len(homes))]
    used = {character for label in node["label"] for character in label}
    return {
        **{name: value for name, value in data.items() if name != "opening"},
        "node": node,
        "fact": fact,
        "sentence": sentence,
        "articles": [data["articles"][place] for place in articles],
        "communities": [group[:2] for group in members],
        "pinyin": {character: read for character, read in data["pinyin"].items() if character in used},
    }


def _columns(table: Mapping[str, Any], rows: Iterable[int]) -> dict[str, Any]:
    """The rows of a table whose columns are lists, or objects by row number where most rows have nothing."""
    chosen = list(rows)
    return {
        name: [column[row] for row in chosen]
        if isinstance(column, list)
        else {str(new): column[str(old)] for new, old in enumerate(chosen) if str(old) in column}
        for name, column in table.items()
    }
