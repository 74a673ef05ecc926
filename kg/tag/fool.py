"""Names, companies and job titles by the entity model of FoolNLTK (BiLSTM-CRF), run on onnxruntime.

Weights: FoolNLTK 0.1.7 by rockyzhengwu, Apache-2.0, kept in kg/data/models/fool_ner as a plain ONNX graph.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import TYPE_CHECKING, Any

from kg.tag import onnx
from kg.tag.base import Span, Tagging

if TYPE_CHECKING:
    from kg.tag.onnx import Floats

TYPES = {
    "person": "Person",
    "org": "Organization",
    "company": "Company",
    "location": "Place",
    "time": "Time",
    "job": "Job",
}
"""the model's tags -> Span.type"""


class FoolTagger:
    """The entity model, loaded; use `load()`."""

    def __init__(self, session: Any, ids: dict[str, int], unknown: int, tags: list[str], transitions: Floats) -> None:
        self._session = session
        self._ids = ids
        self._unknown = unknown
        self._tags = tags
        self._transitions = transitions[: len(tags), : len(tags)]
        self._start = transitions[len(tags), : len(tags)]

    def tag(self, texts: Sequence[str]) -> list[Tagging]:
        """The names of each text (no words); texts of any length, best given all at once."""
        spans: list[list[Span]] = [[] for _ in texts]
        for index, offset, _, path in onnx.label(texts, self._encode, self._emit, self._transitions, self._start):
            spans[index].extend(_spans(offset, [self._tags[tag] for tag in path]))
        return [Tagging((), tuple(found)) for found in spans]

    def _encode(self, text: str) -> list[int]:
        # the model was trained on text without white space, and reads a space as part of a name
        return [self._ids.get("，" if character.isspace() else character, self._unknown) for character in text]

    def _emit(self, ids: onnx.Ids, lengths: onnx.Lengths) -> Floats:
        scores: Floats = self._session.run(None, {"x": ids, "len": lengths})[0]
        return scores


@cache
def load() -> FoolTagger:
    """The tagger, loaded once a process.

    Raises ConfigurationError where onnxruntime is not installed.
    """
    folder = files("kg") / "data" / "models" / "fool_ner"
    session = onnx.session((folder / "ner.onnx").read_bytes())
    import numpy as np

    vocabulary = json.loads((folder / "vocabulary.json").read_text(encoding="utf-8"))
    ids: dict[str, int] = vocabulary["characters"]
    transitions = np.load(BytesIO((folder / "transitions.npy").read_bytes()))
    return FoolTagger(session, ids, ids[vocabulary["unknown"]], vocabulary["tags"], transitions)


def _spans(offset: int, tags: list[str]) -> Iterator[Span]:
    """Names of a path in the scheme B_ M_ E_ S_ O; one that is not closed by its own E_ is no name."""
    begin, kind = -1, ""
    for i, tag in enumerate(tags):
        place, _, name = tag.partition("_")
        if place == "S":
            yield Span(offset + i, offset + i + 1, TYPES[name], "fool")
        elif place == "E" and begin >= 0 and name == kind:
            yield Span(offset + begin, offset + i + 1, TYPES[name], "fool")
        if place == "B":
            begin, kind = i, name
        elif place != "M" or name != kind:
            begin = -1
