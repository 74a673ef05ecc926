"""How the characters of names are read, so that a name is found by pinyin or its initials."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from kg.errors import ConfigurationError

TONES = dict.fromkeys(map(ord, "\u0300\u0301\u0304\u030c"))
"""grave, acute, macron, caron, to be deleted"""


def readings(names: Iterable[str]) -> dict[str, str]:
    """Character -> its readings without tones, a blank between them, for each Chinese character of the names.

    All readings, since a surname or a place may have the rarer one (单 shan, 重庆 chongqing).
    Raises ConfigurationError if pypinyin's table is not where it should be.
    """
    table = _table()
    characters = sorted({character for name in names for character in name if character > "\u2e80"})
    found = {}
    for character in characters:
        syllables = [_plain(syllable) for syllable in table.get(str(ord(character)), "").split(",")]
        plain = [syllable for syllable in dict.fromkeys(syllables) if syllable.isascii() and syllable.isalpha()]
        if plain:
            found[character] = " ".join(plain)
    return found


@cache
def _table() -> dict[str, str]:
    """Code point -> readings with tones, a comma between them.

    Read from pypinyin's file without importing it: that would load its phrases too, half a second for nothing.
    """
    spec = find_spec("pypinyin")
    for folder in (spec.submodule_search_locations if spec else None) or ():
        path = Path(folder) / "pinyin_dict.json"
        if path.is_file():
            table: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
            return table
    raise ConfigurationError("pinyin_dict.json of pypinyin was not found; install pypinyin 0.55")


def _plain(syllable: str) -> str:
    """The syllable without its tone, ü as v: lǜ is lv."""
    letters = unicodedata.normalize("NFD", syllable).translate(TONES)
    return unicodedata.normalize("NFC", letters).replace("ü", "v")
