"""A question cut into what is known of it: names, dates, figures, words. What is not known stays, and is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from kg.asking.book import FILLER, Book, Word
from kg.asking.names import Found, Named, Names, bare
from kg.model import Quantity, TimeSpan
from kg.ontology import Ontology
from kg.tag import dates, quantities
from kg.tag.quantities import read_numeral

NAME, DATE, QUANTITY, UNKNOWN = "name", "date", "quantity", "unknown"
LONGEST = 200
"""characters that a question may have"""
KEPT = 40
"""readings that are followed"""
_COST = {"name": 1.0, "part": 1.4, "gaps": 1.8}
_WORD_COST, _UNKNOWN_COST = 1.0, 50.0


@dataclass(frozen=True, slots=True)
class Token:
    """A span of a bare question.

    concept: of a word, or NAME, DATE, QUANTITY, UNKNOWN; things: what a name may mean; number: in a word, 前三
    """

    concept: str
    start: int
    end: int
    text: str
    cost: float
    things: tuple[Named, ...] = ()
    word: Word | None = None
    value: TimeSpan | Quantity | None = None
    number: int = 0


Reading = tuple[Token, ...]


def readings(question: str, book: Book, names: Names, ontology: Ontology, today: dt.date | None) -> list[Reading]:
    """How a question can be read, the likeliest first, with the fewest unknown characters.

    today: what 今年 and 6月9日 are counted from; None leaves them unresolved
    """
    text = bare(question)
    starting: dict[int, list[Token]] = {}
    for token in _tokens(text, book, names, ontology, today):
        starting.setdefault(token.start, []).append(token)
    best: list[list[tuple[float, Reading]]] = [[] for _ in text] + [[(0.0, ())]]
    for at in range(len(text) - 1, -1, -1):
        unknown = Token(UNKNOWN, at, at + 1, text[at], _UNKNOWN_COST)
        found = [
            (token.cost + cost, (token, *rest))
            for token in [*starting.get(at, ()), unknown]
            for cost, rest in best[token.end]
        ]
        best[at] = sorted(found, key=lambda one: one[0])[:KEPT]
    least = min((_unknown(reading) for _, reading in best[0]), default=0)
    kept = [reading for _, reading in best[0] if _unknown(reading) == least]
    return list(dict.fromkeys(merged(reading, book, names, ontology) for reading in kept))


def _unknown(reading: Reading) -> int:
    return sum(token.concept == UNKNOWN for token in reading)


def _tokens(text: str, book: Book, names: Names, ontology: Ontology, today: dt.date | None) -> Iterator[Token]:
    for mention in dates.find(text, today):
        if mention.type == "Date" and isinstance(mention.value, TimeSpan) and mention.value.first:
            yield Token(DATE, mention.start, mention.end, mention.text, _WORD_COST, value=mention.value)
    for mention in quantities.find(text):
        if isinstance(mention.value, Quantity):
            yield Token(QUANTITY, mention.start, mention.end, mention.text, _WORD_COST, value=mention.value)
    spans: dict[tuple[int, int], list[Found]] = {}
    for found in names.find(text, ontology):
        spans.setdefault((found.start, found.end), []).append(found)
    for (start, end), several in sorted(spans.items()):
        # What is a name is no part of another; but headlines are much like the events that they tell of.
        best = {
            article: min(
                (found.how for found in several if (found.type == "Article") == article), key=_COST.__getitem__
            )
            for article in {found.type == "Article" for found in several}
        }
        how = min(best.values(), key=_COST.__getitem__)
        things = sorted(
            {one for found in several if found.how == best[found.type == "Article"] for one in found.things}
        )
        # A project or a post that is called after its company is not meant by the company's name alone.
        bodies = {bare(one.label) for one in things if ontology.is_a(one.type, "Organization")}
        things = [one for one in things if not any(_after(bare(one.label), body) for body in bodies)]
        yield Token(NAME, start, end, text[start:end], _COST[how], things=tuple(things))
    for start in range(len(text)):
        for end in range(start + 1, len(text) + 1):
            for word in book.by_text.get(text[start:end], ()):
                yield Token(word.concept, start, end, text[start:end], _WORD_COST, word=word)
            if (name := book.synonyms.get(text[start:end])) and (things := sorted(names.exact.get(name, ()))):
                yield Token(NAME, start, end, text[start:end], _WORD_COST, things=tuple(things))
    for word in book.words:
        if word.match is not None:
            for match in word.match.finditer(text):
                said = match.groupdict().get("n")
                number = read_numeral(said) or 0 if said else 0
                yield Token(word.concept, match.start(), match.end(), match[0], _WORD_COST, word=word, number=number)


def _after(label: str, body: str) -> bool:
    return label != body and label.startswith(body)


def merged(reading: Reading, book: Book, names: Names, ontology: Ontology) -> Reading:
    """The reading without fillers, names that only narrow another put into it: 余姚|市长, 区委书记|丁宗岳."""
    tokens = _titled([token for token in reading if token.concept != FILLER], book, names, ontology)
    at = 0
    while at + 1 < len(tokens):
        if narrowed := _narrowed(tokens[at], tokens[at + 1], names, ontology):
            tokens[at : at + 2] = [narrowed]
            at = max(0, at - 1)
        else:
            at += 1
    return tuple(tokens)


def _of(token: Token, classes: Sequence[str], ontology: Ontology) -> tuple[Named, ...]:
    return tuple(one for one in token.things if ontology.admits(classes, one.type))


def _narrowed(one: Token, two: Token, names: Names, ontology: Ontology) -> Token | None:
    """Two names side by side as one, where the first only says which of the second is meant, or the other way round."""
    if not one.things or not two.things:
        return None
    places, inner = _of(one, ("Place",), ontology), _of(two, ("Place",), ontology)
    if places and inner and (within := tuple(place for place in inner if names.within(place, places))):
        return replace(two, start=one.start, text=one.text + two.text, things=within)
    events = _of(two, ("Event",), ontology)
    if _of(one, ("Person",), ontology) and (so_named := tuple(e for e in events if one.text in bare(e.label))):
        return replace(two, start=one.start, text=one.text + two.text, things=so_named)
    outer = _of(one, ("Place", "Organization"), ontology)
    held = (*events, *_of(two, ("Project", "ProjectPhase", "Organization"), ontology))
    if outer and (so_named := tuple(thing for thing in held if one.text in bare(thing.label))):
        return replace(two, start=one.start, text=one.text + two.text, things=so_named)
    for title, person in ((one, two), (two, one)):
        posts, people = _of(title, ("Post",), ontology), _of(person, ("Person",), ontology)
        wanted = {post.iri for post in posts}
        if one.end == two.start and (
            holders := tuple(p for p in people if not wanted.isdisjoint(names.held.get(p.iri, ())))
        ):
            return replace(person, start=one.start, end=two.end, things=holders)
    return None


def _titled(tokens: list[Token], book: Book, names: Names, ontology: Ontology) -> list[Token]:
    """The tokens with a place or body put into the title that follows it: 武进区|现在|区委书记."""
    for at, token in enumerate(tokens):
        if not _of(token, ("Post",), ontology):
            continue
        for body in [one for one in tokens[:at] if one.things][-1:]:
            if posts := _posts_in(body, token.text, book, names, ontology):
                titled = replace(token, text=body.text + token.text, things=posts)
                return [titled if one is token else one for one in tokens if one is not body]
    return tokens


def _posts_in(body: Token, title: str, book: Book, names: Names, ontology: Ontology) -> tuple[Named, ...]:
    """The posts of that title in the places or bodies that a name means."""
    outer = _of(body, ("Place", "Organization"), ontology)
    prefixes = {body.text, *(bare(one.label) for one in outer)} if outer else set()
    return names.posts_named(lambda name: any(_fits(name, prefix, title, book) for prefix in prefixes))


def _fits(label: str, prefix: str, title: str, book: Book) -> bool:
    """Whether a post's label is the prefix and the title, nothing but 市, 政府 … between; 武进区|区委书记 share 区."""
    if prefix[-1] == title[0] and label == prefix[:-1] + title:
        return True
    if not label.startswith(prefix) or not label.endswith(title) or len(prefix) + len(title) > len(label):
        return False
    return book.between.fullmatch(label[len(prefix) : len(label) - len(title)]) is not None
