"""Articles that print the same text again: they count as one source.

Near-duplicates are found by MinHash over shingles of characters with locality-sensitive hashing, then checked by the
Jaccard coefficient itself. Source: Broder, On the resemblance and containment of documents, SEQUENCES 1997.
"""

from __future__ import annotations

import hashlib
import re
import zlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache, lru_cache

import numpy as np
from numpy.typing import NDArray

from kg.model import Article

SHINGLE = 4
"""characters"""
LEAST = 60
"""characters that a text must have to be compared: two short captions may be alike by chance"""
ALIKE = 0.7
"""Jaccard coefficient from which on two texts are one"""
BANDS, ROWS = 10, 6
"""of a sketch: two texts share a band with a probability of 1 - (1 - s^6)^10, s their Jaccard coefficient"""
PRIME = 2**31 - 1
"""below the root of 2^64, so that no product overflows"""


def sketch(text: str) -> tuple[int, ...]:
    """What two texts that are one share at least one number of: a hash of each band of the MinHash.

    () for a text that is too short to be compared.
    """
    shingles = _shingles(text)
    if len(shingles) < LEAST:
        return ()
    hashes = np.array([zlib.crc32(shingle.encode()) % PRIME for shingle in shingles], dtype=np.uint64)
    factors, terms = _permutations()
    # A family of hash functions: a x + b modulo a prime (Carter and Wegman 1979); their minima are the MinHash.
    signature = ((hashes[:, None] * factors + terms) % PRIME).min(axis=0)
    parts = (signature[band * ROWS : (band + 1) * ROWS].astype("<u8").tobytes() for band in range(BANDS))
    # SQLite has integers of 63 bits and a sign.
    return tuple(
        int.from_bytes(hashlib.blake2b(part, digest_size=8, key=bytes([band])).digest()) >> 1
        for band, part in enumerate(parts)
    )


def among(texts: Mapping[str, str], days: Mapping[str, str]) -> dict[str, str]:
    """Of articles whose sketches meet: id -> id of the earliest whose text it repeats, for those that repeat one.

    texts: by article id; days: day of publication (ISO), "" or absent if unknown: those come last
    """
    shingles = {name: _shingles(text) for name, text in texts.items()}
    kept: list[str] = []
    originals: dict[str, str] = {}
    for name in sorted(texts, key=lambda name: (days.get(name) or "9999", name)):
        same = next((other for other in kept if _jaccard(shingles[name], shingles[other]) >= ALIKE), None)
        if same is None:
            kept.append(name)
        else:
            originals[name] = same
    return originals


def alike(a: str, b: str) -> bool:
    """Whether two texts are one."""
    return _jaccard(_shingles(a), _shingles(b)) >= ALIKE


def find(articles: Iterable[Article]) -> dict[str, str]:
    """Article id -> id of the earliest article whose text it repeats, for those that repeat one."""
    given = list(articles)
    texts = {article.id: article.text for article in given}
    days = {article.id: article.metadata.date.isoformat() for article in given if article.metadata.date}
    meeting: dict[int, list[str]] = defaultdict(list)
    sketches = {name: sketch(text) for name, text in texts.items()}
    for name, bands in sketches.items():
        for band in bands:
            meeting[band].append(name)
    originals: dict[str, str] = {}
    seen: set[str] = set()
    for name in texts:
        group = _reached(name, sketches, meeting) if name not in seen else set()
        seen |= group
        if len(group) > 1:
            originals |= among({one: texts[one] for one in group}, days)
    return originals


def _reached(name: str, sketches: Mapping[str, Sequence[int]], meeting: Mapping[int, Sequence[str]]) -> set[str]:
    """The articles whose sketches meet that of the article, or of one that meets it."""
    found, waiting = {name}, [name]
    while waiting:
        near = {other for band in sketches[waiting.pop()] for other in meeting[band]} - found
        found |= near
        waiting += near
    return found


@cache
def _permutations() -> tuple[NDArray[np.uint64], NDArray[np.uint64]]:
    """The factors and terms of the hash functions, the same everywhere: numpy promises this generator's stream."""
    generator = np.random.RandomState(1)
    shape = BANDS * ROWS
    factors, terms = (generator.randint(low, PRIME, shape).astype(np.uint64) for low in (1, 0))
    return factors, terms


@lru_cache(1 << 10)
def _shingles(text: str) -> frozenset[str]:
    """The overlapping pieces of a text, without what is no letter, ideograph or digit."""
    bare = re.sub(r"\W+", "", text)
    return frozenset(bare[at : at + SHINGLE] for at in range(len(bare) - SHINGLE + 1))


def _jaccard(a: frozenset[str], b: frozenset[str]) -> float:
    return len(a & b) / len(a | b)
