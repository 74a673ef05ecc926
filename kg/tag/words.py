"""Words by jieba with the project's own dictionary of official prose.

They are the whole tagger where onnxruntime has no wheel.
"""

from __future__ import annotations

import logging
import warnings
from collections.abc import Iterator, Sequence
from functools import cache, cached_property
from importlib.resources import as_file, files
from itertools import pairwise
from typing import Any

from kg.tag.base import Span, Tagging, Token

TYPES = {"nr": "Person", "nrfg": "Person", "nrt": "Person", "ns": "Place", "nt": "Organization"}
"""jieba's tags of names -> Span.type"""

RARE = 1000
"""frequency under which a word of the dictionary may be a given name"""


class Words:
    """jieba's dictionary and the project's, loaded; use `load()`."""

    def __init__(self, tokenizer: Any) -> None:
        self._tokenizer = tokenizer

    def cut(self, text: str) -> tuple[Token, ...]:
        """The words of `text` with jieba's parts of speech, without gaps."""
        return tuple(self._cut(text))

    def _cut(self, text: str) -> Iterator[Token]:
        at = 0
        for pair in self._tagger.cut(text):
            yield Token(at, at + len(pair.word), pair.word, pair.flag)
            at += len(pair.word)

    @cached_property
    def _tagger(self) -> Any:
        """Jieba's tagger of parts of speech; loaded at the first cut, as many want the frequencies only."""
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            from jieba import posseg  # type: ignore[import-untyped]

        # its constructor would read the dictionary again, which the module's own tagger has just read
        tagger = posseg.POSTokenizer.__new__(posseg.POSTokenizer)
        tagger.tokenizer = self._tokenizer
        tagger.word_tag_tab = dict(posseg.dt.word_tag_tab)
        return tagger

    def frequency(self, word: str) -> int:
        """How often the dictionary has the word; 0 if it does not know it."""
        count: int = self._tokenizer.FREQ.get(word, 0)
        return count


class JiebaTagger:
    """jieba's words and names, in the form of the other taggers."""

    def __init__(self, words: Words) -> None:
        self._words = words

    def tag(self, texts: Sequence[str]) -> list[Tagging]:
        """The words and names (persons, places, organisations) of each text."""
        return [self._tag(text) for text in texts]

    def _tag(self, text: str) -> Tagging:
        tokens = self._words.cut(text)
        spans = [Span(t.start, t.end, TYPES[t.pos], "jieba") for t in tokens if t.pos in TYPES and len(t.text) > 1]
        spans += [
            Span(surname.start, given.end, "Person", "jieba")
            for surname, given in pairwise(tokens)
            if surname.pos == "nr" and len(surname.text) == 1 and self._given(given)
        ]
        return Tagging(tokens, tuple(sorted(spans, key=lambda span: span.start)))

    def _given(self, token: Token) -> bool:
        """Whether a word behind a lone surname is rather a given name (周|明远) than a title or verb (周|主任)."""
        rare = self._words.frequency(token.text) < RARE
        return len(token.text) == 2 and rare and token.pos not in TYPES and token.pos != "x"


@cache
def load() -> Words:
    """Jieba's words with kg/data/dictionary.txt, loaded once a process, apart from jieba's global tokenizer."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # jieba 0.42.1: old escapes, pkg_resources
        import jieba
    jieba.setLogLevel(logging.WARNING)
    tokenizer = jieba.Tokenizer()
    # what Tokenizer.initialize does, without its cache file in the temporary folder
    tokenizer.FREQ, tokenizer.total = tokenizer.gen_pfdict(tokenizer.get_dict_file())
    tokenizer.initialized = True
    with as_file(files("kg") / "data" / "dictionary.txt") as path, path.open("rb") as dictionary:
        tokenizer.load_userdict(dictionary)
    return Words(tokenizer)
