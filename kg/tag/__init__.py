"""Tagging: an article's sentences with their words and non-overlapping mentions."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from kg.clock import uncollected
from kg.gazetteer import Gazetteer
from kg.model import Article, Mention, Sentence
from kg.tag import bodies, dates, persons, phrases, posts, quantities
from kg.tag.base import Tagging

StatisticalTagger = Callable[[Sequence[str]], list[Tagging]]

# 重叠时谁让谁：数字小的优先，同级取长
_TIERS = {
    "Event": 1, "Project": 1, "Post": 2, "Role": 2, "Company": 3, "GovernmentBody": 3, "PartyBody": 3,
    "Institution": 3, "Park": 3, "Organization": 3, "Person": 4, "Quantity": 5, "Date": 5, "Duration": 5,
    "Period": 5, "Place": 6, "Site": 7,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaggedSentence:
    """A sentence with its mentions; all offsets are the article's."""

    sentence: Sentence
    mentions: tuple[Mention, ...]


@dataclass(frozen=True, slots=True)
class TaggedArticle:
    """An article, tagged."""

    article: Article
    sentences: tuple[TaggedSentence, ...]


def select(candidates: Sequence[Mention]) -> tuple[Mention, ...]:
    """The candidates without overlaps: by tier, then the longer, then the earlier."""
    if len(candidates) < 2:
        return tuple(candidates)
    kept: list[Mention] = []
    occupied: set[int] = set()
    for m in sorted(
        candidates, key=lambda m: (m.by != "dictionary", _TIERS.get(m.type, 3), m.start - m.end, m.start, m.type)
    ):
        span = range(m.start, m.end)
        if not occupied.isdisjoint(span):
            continue
        occupied.update(span)
        kept.append(m)
    return tuple(sorted(kept, key=lambda m: m.start))


@uncollected()
def tag(
    items: Sequence[tuple[Article, tuple[Sentence, ...]]],
    statistical: StatisticalTagger,
    gazetteer: Gazetteer,
    dictionary: Callable[[str], list[Mention]] | None = None,
) -> list[TaggedArticle]:
    """Tag articles; all their sentences go through the statistical tagger in one batch.

    dictionary: finds the names of the user's own list, which have absolute priority
    """
    sentences = [s for _, own in items for s in own]
    taggings = iter(statistical([s.text for s in sentences]))
    return [_article(article, own, [next(taggings) for _ in own], gazetteer, dictionary) for article, own in items]


def _article(
    article: Article,
    sentences: tuple[Sentence, ...],
    taggings: Sequence[Tagging],
    gazetteer: Gazetteer,
    dictionary: Callable[[str], list[Mention]] | None,
) -> TaggedArticle:
    drafts = [
        _sentence(s.text, t, gazetteer, article.metadata.date, dictionary)
        for s, t in zip(sentences, taggings, strict=True)
    ]
    names = {m.text for draft in drafts for m in draft if m.type == "Person"}
    # 一处认出的人名，全文都认；被更长的人名包含的不重复认
    names = {n for n in names if len(n) >= 2 and not _is_place(n, article.text, gazetteer)}
    drafts = [[m for m in draft if m.type != "Person" or m.text in names] for draft in drafts]
    people, known = sorted(names), sorted(bodies.names(m for draft in drafts for m in draft).items())
    tagged = []
    for s, draft in zip(sentences, drafts, strict=True):
        everywhere = persons.everywhere(s.text, people) + bodies.everywhere(s.text, known)
        mentions = [
            Mention(m.type, m.start + s.start, m.end + s.start, m.text, m.value, m.by)
            for m in select([*draft, *everywhere])
        ]
        tagged.append(TaggedSentence(s, tuple(mentions)))
    return TaggedArticle(article, tuple(tagged))


def _is_place(name: str, text: str, gazetteer: Gazetteer) -> bool:
    """Whether the article's 孙吴 is the county 孙吴县."""
    return any(name + level in text and gazetteer.find(name + level) for level in "县市区州旗")


def _sentence(
    text: str,
    tagging: Tagging,
    gazetteer: Gazetteer,
    published: dt.date | None,
    dictionary: Callable[[str], list[Mention]] | None,
) -> list[Mention]:
    """All candidates of one sentence; offsets into `text`."""
    tokens, spans = tagging.tokens, tagging.spans
    own = dictionary(text) if dictionary else []
    found = [
        b
        for b in bodies.find(text, tokens, spans, gazetteer)
        if not (b.text.endswith("地区") and text.startswith("生产总值", b.end))  # 某区|地区生产总值
    ]
    titles = posts.find(text, tokens, spans, found)
    found += posts.employers(text, titles, spans, tokens)
    people = persons.find(text, tokens, spans, titles)
    times = [
        d
        for d in dates.find(text, published)
        if not (d.text == "后年" and text[d.start - 1 : d.start] in {"产", "成", "运", "营", "用", "工"})
    ]
    figures = [q for q in quantities.find(text) if not any(q.start < d.end and d.start < q.end for d in times)]
    bodies_kept = [
        b
        for b in found
        if not any(
            p.start < b.end and b.start < p.end and not (b.start <= p.start and b.end >= p.end and b.type == "Company")
            for p in people
        )
    ]
    candidates = [*own, *bodies_kept, *titles, *people, *times, *figures]
    for kind in ("Event", "Project", "Site"):
        candidates += phrases.find(kind, text, tokens, titles, people)
    return candidates
