"""Articles that print the same text again: they count as one source.

Near-duplicates are found by MinHash over shingles of characters with locality-sensitive hashing, then checked by the
Jaccard coefficient itself. Source: Broder, On the resemblance and containment of documents, SEQUENCES 1997.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from kg.model import Article

SHINGLE = 4
"""characters"""
LEAST = 60
"""characters that a text must have to be compared: two short captions may be alike by chance"""
ALIKE = 0.7
"""Jaccard coefficient from which on two texts are one"""


def find(articles: Iterable[Article]) -> dict[str, str]:
    """Article id -> id of the earliest article whose text it repeats, for those that repeat one."""
    texts = {article.id: _shingles(article.text) for article in articles}
    days = {article.id: article.metadata.date.isoformat() if article.metadata.date else "9999" for article in articles}
    texts = {name: shingles for name, shingles in texts.items() if len(shingles) >= LEAST}
    if len(texts) < 2:
        return {}
    # Imported late: half a second that a single page need not cost.
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=0.6, num_perm=64)
    originals: dict[str, str] = {}
    for name in sorted(texts, key=lambda name: (days[name], name)):
        sketch = MinHash(num_perm=64, seed=1)
        sketch.update_batch([shingle.encode() for shingle in sorted(texts[name])])
        near = sorted(index.query(sketch), key=lambda other: (days[other], other))
        same = next((other for other in near if _jaccard(texts[name], texts[other]) >= ALIKE), None)
        if same is None:
            index.insert(name, sketch)
        else:
            originals[name] = same
    return originals


def _shingles(text: str) -> frozenset[str]:
    """The overlapping pieces of a text, without what is no letter, ideograph or digit."""
    bare = re.sub(r"\W+", "", text)
    return frozenset(bare[at : at + SHINGLE] for at in range(len(bare) - SHINGLE + 1))


def _jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b)
