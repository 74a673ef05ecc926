"""How the characters of names are read, so that a name is found by pinyin or its initials."""

from __future__ import annotations

from collections.abc import Iterable


def readings(names: Iterable[str]) -> dict[str, str]:
    """Character -> its readings without tones, a blank between them, for each Chinese character of the names.

    All readings, since a surname or a place may have the rarer one (单 shan, 重庆 chongqing).
    """
    from pypinyin import Style, pinyin

    characters = sorted({character for name in names for character in name if ord(character) > 0x2E80})
    found = {}
    for character in characters:
        (syllables,) = pinyin(character, style=Style.NORMAL, heteronym=True, errors="ignore") or ([],)
        plain = [syllable for syllable in dict.fromkeys(syllables) if syllable.isascii() and syllable.isalpha()]
        if plain:
            found[character] = " ".join(plain)
    return found
