"""From a document to its stories: split, tag and extract, each document by itself.

A document gives the same stories whatever else is read with it, so that they can be kept until it changes, and read
in any process.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path

from kg import dictionary, extraction, gazetteer, resolve, rulebook, split, tag
from kg.clock import uncollected
from kg.errors import ConfigurationError
from kg.gazetteer import Division, Gazetteer
from kg.model import Article, Document, Fact, Mention, Sentence, Skipped, Story
from kg.tag import StatisticalTagger, TaggedArticle, statistical


@dataclass(frozen=True, slots=True)
class Told:
    """What one document tells.

    source: the document's; home: full name of its home place, "" if unknown; how: how that was found
    skipped: why it has no stories, or what is doubtful
    """

    source: str
    home: str
    how: str
    stories: tuple[Story, ...]
    skipped: tuple[Skipped, ...] = ()


@dataclass(frozen=True, slots=True)
class Task:
    """A document to read; only: the one article of it to read, counted from 0; None for all."""

    document: Document
    only: int | None = None


def tell(tasks: Sequence[Task], tagger: str = "onnx", names: Path | None = None) -> list[Told]:
    """What documents tell, one by one.

    tagger: as for kg.tag.statistical.load; names: the user's own dictionary
    Models, rules and dictionary are loaded once a process. Raises ConfigurationError where one of them is wrong.
    """
    own = _dictionary(names)
    find = own.find if own else None
    return [_told(task, _tagger(tagger), gazetteer.load(), find) for task in tasks]


def warm(tagger: str = "onnx", names: Path | None = None) -> None:
    """Load all that `tell` needs."""
    _tagger(tagger), gazetteer.load(), _dictionary(names), rulebook.load(examples=True), confidences()


def canonical(names: Path | None) -> Mapping[str, str]:
    """Wording -> the name that the user's own dictionary gives it."""
    own = _dictionary(names)
    return own.canonical if own else {}


def count(document: Document) -> int:
    """How many articles a document has."""
    return len(split.articles(document)[0])


@uncollected()
def extracted(
    tagged: Iterable[TaggedArticle], documents: Iterable[Document], homes: Mapping[str, Division | None]
) -> list[Fact]:
    """The facts of tagged articles, each with its rule's measured precision as confidence.

    homes: source -> home place
    """
    book, confidence, places = rulebook.load(examples=True), confidences(), gazetteer.load()
    said: dict[str, tuple[str, str, dict[str, str]]] = {}
    for document in documents:
        home = homes.get(document.source)
        own = places.called(document.text, home) if home else document.metadata.place or ""
        above = {division.name[-1]: division.name for division in places.parents(home)} if home else {}
        said[document.source] = document.text, own, above
    facts: list[Fact] = []
    for one in tagged:
        text, own, above = said[one.article.source]
        facts += extraction.facts(one, text, book, own, confidence, above)
    return facts


@cache
def confidences() -> Mapping[str, float]:
    """Rule -> its precision on the gold of seeds/, from kg/data/confidence.json; empty before it was measured.

    Raises ConfigurationError where the file is no such table.
    """
    path = files("kg") / "data" / "confidence.json"
    if not path.is_file():
        return {}
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        return {str(rule): float(value) for rule, value in table.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"kg/data/confidence.json: not rule names with numbers: {error}") from error


def _told(
    task: Task, tagger: StatisticalTagger, places: Gazetteer, find: Callable[[str], list[Mention]] | None
) -> Told:
    document = task.document
    home, how = places.home(document.text, document.metadata.place)
    if home:
        # The home place as the graph calls it, told or found.
        document = replace(document, metadata=replace(document.metadata, place=places.full_name(home)))
    articles, refused = split.articles(document)
    if task.only is not None:
        articles = articles[task.only : task.only + 1]
    items: list[tuple[Article, tuple[Sentence, ...]]] = [(one, split.sentences(one)) for one in articles]
    # Document by document: in another batch the last bits of a model's scores could be others.
    tagged = tag.tag(items, tagger, places, find)
    facts = extracted(tagged, [document], {document.source: home})
    found = resolve.stories_of(facts, articles, {document.source: home}, places)
    read = {story.article.id: story for story in found}
    stories = [
        replace(
            read[one.article.id],
            sentences=len(one.sentences),
            mentions=dict(sorted(Counter(m.type for ts in one.sentences for m in ts.mentions).items())),
        )
        for one in tagged
    ]
    return Told(document.source, places.full_name(home) if home else "", how, tuple(stories), tuple(refused))


@cache
def _tagger(name: str) -> StatisticalTagger:
    return statistical.load(name)


@cache
def _dictionary(path: Path | None) -> dictionary.Dictionary | None:
    return dictionary.load(path) if path else None
