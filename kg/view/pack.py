"""The page's data as text: columns of JSON, compressed, and back again for pictures and dossiers."""

from __future__ import annotations

import base64
import binascii
import gzip
import json
import re
import zlib
from collections.abc import Hashable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.errors import UsageError
from kg.view.content import FOCUS_LIMIT, Content
from kg.view.pinyin import readings

FORMAT = 1
BLOCK = re.compile(r'<script type="application/json" id="data">"([A-Za-z0-9+/=]*)"</script>')


def pack(
    content: Content,
    places: Mapping[int, tuple[int, int]],
    communities: Sequence[tuple[Sequence[int], Sequence[int]]],
    beyond: int = 0,
) -> dict[str, Any]:
    """The content in columns, as js/data.js reads it; equal values are stored once.

    places: where each node stands in the whole
    communities: members of each, and those it is called after; largest first
    beyond: articles of the archive that the content leaves out
    """
    types, predicates, statuses, rules = (_Table(), _Table(), _Table(), _Table())
    values, qualifiers = _Table(), _Table()
    facts = content.facts
    home = {node: number for number, (members, _) in enumerate(communities) for node in members}
    return {
        "format": FORMAT,
        "limit": FOCUS_LIMIT,
        "node": {
            "id": [node["id"] for node in content.nodes],
            "label": [node["label"] for node in content.nodes],
            "type": [types[node["type"]] for node in content.nodes],
            "aliases": {str(n): node["aliases"] for n, node in enumerate(content.nodes) if node["aliases"]},
            "x": [places[number][0] for number in range(len(content.nodes))],
            "y": [places[number][1] for number in range(len(content.nodes))],
            "community": [home[number] for number in range(len(content.nodes))],
        },
        "communities": [list(leaders) for _, leaders in communities],
        "fact": {
            "s": [fact["s"] for fact in facts],
            "p": [predicates[fact["p"]] for fact in facts],
            "o": [fact["o"] if isinstance(fact["o"], int) else -1 - values[_frozen(fact["o"])] for fact in facts],
            "t": [fact["t"] for fact in facts],
            "rule": [rules[fact["rule"]] for fact in facts],
            "status": [statuses[fact["status"]] for fact in facts],
            "conf": [fact["conf"] for fact in facts],
            "marks": [[end for span in fact["marks"] for end in span] for fact in facts],
            "q": {str(n): qualifiers[_frozen(fact["q"])] for n, fact in enumerate(facts) if "q" in fact},
            "inferred": {str(n): fact["inferred"] for n, fact in enumerate(facts) if "inferred" in fact},
        },
        "types": types.values,
        "predicates": predicates.values,
        "statuses": statuses.values,
        "rules": rules.values,
        "values": [json.loads(value) for value in values.values],
        "qualifiers": [json.loads(value) for value in qualifiers.values],
        "sentence": {
            "article": [article for article, _, _ in content.sentences],
            "start": [start for _, start, _ in content.sentences],
            "text": [text for _, _, text in content.sentences],
        },
        "articles": content.articles,
        "beyond": beyond,
        "pinyin": readings(_names(content)),
        "labels": content.labels,
    }


def compress(data: Mapping[str, Any]) -> str:
    """The data as base64 of gzipped JSON, the same text for the same data."""
    text = json.dumps(data, ensure_ascii=False, separators=(",", ":"))
    # Single surrogates, which a broken text may hold, have no UTF-8.
    # Beyond level 6 an eighth of a second more saves a hundredth of the bytes.
    return base64.b64encode(gzip.compress(text.encode("utf-8", "replace"), 6, mtime=0)).decode("ascii")


def read(path: Path) -> dict[str, Any]:
    """The data of a page that the program wrote. Raises UsageError if it is none, OSError if it cannot be read."""
    found = BLOCK.search(path.read_text(encoding="utf-8", errors="replace"))
    if found:
        try:
            data: dict[str, Any] = json.loads(gzip.decompress(base64.b64decode(found[1])))
        except (ValueError, binascii.Error, OSError, EOFError, zlib.error) as error:
            raise UsageError(f"{path}: its data are damaged ({error}); build it again") from error
        if data.get("format") == FORMAT:
            return data
    raise UsageError(f"{path}: not a page of this version of the program; build it again with `kg build`")


class _Table:
    """Values in the order they were first asked for; table[value] is a value's place."""

    def __init__(self) -> None:
        self.places: dict[Hashable, int] = {}

    def __getitem__(self, value: Hashable) -> int:
        return self.places.setdefault(value, len(self.places))

    @property
    def values(self) -> list[Any]:
        return list(self.places)


_frozen = json.JSONEncoder(ensure_ascii=False).encode


def _names(content: Content) -> Iterable[str]:
    for node in content.nodes:
        yield node["label"]
        yield from node["aliases"]
