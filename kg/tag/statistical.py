"""The statistical tagger chosen by name."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from kg.errors import ConfigurationError
from kg.tag.base import Tagging


def load(name: str) -> Callable[[Sequence[str]], list[Tagging]]:
    """A function from texts to their taggings; the models are loaded here, once a process.

    name: `onnx` (LAC's words, with the spans of LAC and of FoolNLTK, which may overlap) or `jieba`.
    Raises ConfigurationError for another name, or with an install hint where a package of `onnx` is missing.
    """
    if name == "jieba":
        from kg.tag import words

        return words.JiebaTagger(words.load()).tag
    if name != "onnx":
        raise ConfigurationError(f"no tagger {name!r}: choose onnx or jieba")
    from kg.tag import fool, lac

    first, second = lac.load(), fool.load()

    def tag(texts: Sequence[str]) -> list[Tagging]:
        return [
            Tagging(a.tokens, tuple(sorted(a.spans + b.spans, key=lambda span: (span.start, span.end, span.by))))
            for a, b in zip(first.tag(texts), second.tag(texts), strict=True)
        ]

    return tag
