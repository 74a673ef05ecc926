"""Questions in plain Chinese, answered from the store with the sentences that say so, or honestly refused.

question -> reading (names, dates, figures, words) -> frame -> SPARQL -> rows with evidence

Nothing is guessed: a question with a word that is not known, a name that the store does not have, or no frame that all
its words belong to, is not answered.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cache
from typing import TYPE_CHECKING

from kg import gazetteer, ontology, questions, tag
from kg.asking import answers, book, names
from kg.asking.answers import Part
from kg.asking.book import PRONOUN, REFUSED, Book
from kg.asking.matching import Refused, Understood, understand
from kg.asking.names import Names, bare
from kg.asking.reading import LONGEST, NAME, UNKNOWN
from kg.errors import UsageError
from kg.model import Article, Block, Sentence
from kg.rows import Rows
from kg.tag import dates, statistical

if TYPE_CHECKING:
    from kg.ontology import Ontology
    from kg.store import Store

ANSWERED, NOTHING, UNKNOWN_NAME, AMBIGUOUS, NOT_UNDERSTOOD = (
    "answered", "nothing", "unknown_name", "ambiguous", "not_understood",
)  # fmt: skip
NAMED = ("Person", "Organization", "Event", "Project", "Place", "Post")
NEAREST = 3
POSTS = 5
"""posts that a title without its body may mean; of more, the question is which"""
READINGS = 6
"""ways to understand a question that are tried, until one has an answer"""
NEWEST = "SELECT (MAX(?day) AS ?newest) WHERE { ?article a kg:Article ; kg:publishedOn ?day }"


@dataclass(frozen=True, slots=True)
class Answer:
    """What there is to say to a question.

    status: answered, nothing (understood, but the store has no row), unknown_name, ambiguous (他), not_understood
    understood: the kind of question and what was taken for what; message: why there is no answer
    like: names like the one that is unknown; instead: questions that are understood; ready: the ready queries nearest
    """

    question: str
    status: str
    understood: str = ""
    parts: tuple[Part, ...] = ()
    message: str = ""
    like: tuple[str, ...] = ()
    instead: tuple[str, ...] = ()
    ready: tuple[str, ...] = ()


def ask(store: Store, question: str, known: Names | None = None, tagger: str = "onnx") -> Answer:
    """Answer a question from a store.

    known: the store's names (see `names_of`), to be read once for many questions; tagger: as for kg.build, used only
    to say which word is an unknown name. 今年 and 6月9日 are counted from the newest article of the store.
    Raises UsageError for an empty question or one that is longer than LONGEST.
    """
    said = bare(question)
    if not said:
        raise UsageError("ask something: kg ask 谁主持了区委常委会会议？")
    if len(said) > LONGEST:
        raise UsageError(f"the question has {len(said)} characters; ask in at most {LONGEST}")
    terms, own = ontology.load(), book.load()
    known = known or names_of(store)
    today = _newest(store) if _relative(said) else None
    asked = understand(question, own, known, terms, today)
    if isinstance(asked, Refused):
        return _refusal(question, asked, own, known, terms, tagger)
    for filled in asked[0].slots.values():
        if len(filled.things) > POSTS and all(one.type == "Post" for one in filled.things):
            message = f"“{filled.token.text}”有 {len(filled.things)} 个，要写出是哪个地方、哪个单位的。"
            return Answer(
                question, AMBIGUOUS, message=message,
                like=tuple(one.label for one in filled.things[:NEAREST]), ready=_ready(question),
            )  # fmt: skip
    for one in asked[:READINGS]:
        if parts := answers.parts(store, one):
            return Answer(question, ANSWERED, _understood(one, today), parts)
    return Answer(
        question, NOTHING, _understood(asked[0], today), message="听懂了，但图谱里没有查到。",
        instead=_instead(asked[0], own, terms), ready=_ready(question),
    )  # fmt: skip


def names_of(store: Store) -> Names:
    """The names of everything in a store."""
    own = book.load()
    return names.of_store(store, own.shorter, own.abbreviated, ontology.load())


def _relative(said: str) -> bool:
    return any(mention.by == "dates/relative" for mention in dates.find(said, None))


def _newest(store: Store) -> dt.date | None:
    found = store.query(NEWEST)
    assert isinstance(found, Rows)
    newest = found[0]["newest"]
    return newest if isinstance(newest, dt.date) else None


def _understood(asked: Understood, today: dt.date | None) -> str:
    filled = [f"{one.token.text} = {one}" for one in asked.slots.values() if one.things or one.token.value]
    counted = [f"时间按最新一期 {today} 推算"] if today else []
    return f"{asked.frame.asks}（{'；'.join([*filled, *counted])}）" if filled or counted else asked.frame.asks


def _refusal(question: str, refused: Refused, own: Book, known: Names, terms: Ontology, tagger: str) -> Answer:
    instead, ready = _instead(refused, own, terms), _ready(question)
    if refused.why == PRONOUN:
        word = next(token.text for token in refused.reading if token.concept == PRONOUN)
        return Answer(
            question, AMBIGUOUS, message=f"“{word}”指谁、指什么，要写出名字来。", instead=instead, ready=ready
        )
    if refused.why == REFUSED:
        word_token = next(token for token in refused.reading if token.concept == REFUSED)
        reason = word_token.word.reason if word_token.word else ""
        return Answer(
            question, NOT_UNDERSTOOD, message=f"不会：“{word_token.text}”——{reason}。", instead=instead, ready=ready
        )
    for name, type in _unknown_names(question, refused, tagger) if refused.why == UNKNOWN else ():
        return Answer(
            question, UNKNOWN_NAME, message=f"图谱里没有“{name}”。",
            like=known.like(name, [type] if type in terms.classes else NAMED, terms), instead=instead, ready=ready,
        )  # fmt: skip
    if refused.why == UNKNOWN:
        words = "、".join(f"“{text}”" for text in refused.unknown)
        return Answer(question, NOT_UNDERSTOOD, message=f"不会：不懂{words}。", instead=instead, ready=ready)
    return Answer(
        question, NOT_UNDERSTOOD, message="不会：词都认得，但不会回答这样的问题。", instead=instead, ready=ready
    )


def _unknown_names(question: str, refused: Refused, tagger: str) -> Iterator[tuple[str, str]]:
    """Names that the tagger sees where nothing is known, with their class; the longest first."""
    said = bare(question)
    unknown = {
        place for token in refused.reading if token.concept == UNKNOWN for place in range(token.start, token.end)
    }
    mentions = sorted(_mentions(question, tagger), key=lambda one: (-len(one[0]), one))
    for text, type in mentions:
        name = bare(text)
        start = said.find(name)
        if start >= 0 and not unknown.isdisjoint(range(start, start + len(name))):
            yield text, type


def _mentions(question: str, tagger: str) -> list[tuple[str, str]]:
    length = len(question)
    whole = (Block("body", 0, length),)
    article = Article("question", "question", "", question, tuple(range(length)), whole, 0, length)
    tagged = tag.tag([(article, (Sentence(question, 0, length, "body"),))], _tagger(tagger), gazetteer.load())
    terms = ontology.load()
    return [
        (mention.text, mention.type)
        for sentence in tagged[0].sentences
        for mention in sentence.mentions
        if terms.admits(NAMED, mention.type)
    ]


@cache
def _tagger(name: str) -> tag.StatisticalTagger:
    return statistical.load(name)


def _instead(about: Understood | Refused, own: Book, terms: Ontology) -> tuple[str, ...]:
    """Questions of other frames about what this one names, the nearest first."""
    concepts = {token.concept for token in about.reading}
    things = [one for token in about.reading if token.concept == NAME for one in token.things[:1]]
    scored = []
    for number, frame in enumerate(own.frames):
        if isinstance(about, Understood) and frame is about.frame:
            continue
        free, filled = list(things), {}
        for slot in frame.slots:
            one = next((thing for thing in free if slot.classes and terms.admits(slot.classes, thing.type)), None)
            if one:
                free.remove(one)
                filled[slot.name] = one.label
        try:
            said = frame.say.format(**filled)
        except KeyError:
            continue
        shared = len(concepts & {slot.name for slot in frame.slots if not slot.classes})
        scored.append((-2 * len(filled) - shared, number, said))
    return tuple(said for _, _, said in sorted(scored)[:NEAREST])


def _ready(question: str) -> tuple[str, ...]:
    """The ready questions whose titles are most like a question, as they are asked on the command line."""
    said = bare(question)
    scored = sorted(
        (-SequenceMatcher(None, said, bare(one.zh), autojunk=False).ratio(), one.name, one) for one in questions.load()
    )
    return tuple(f"kg query {' '.join([one.zh, *one.example])}" for _, _, one in scored[:NEAREST])
