"""From a tagged article to its facts: the rules, and what titles, events, names, figures and bylines say."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from kg import bylines, discourse, figures, naming, occasions, rulebook, titles
from kg.lexicon import pattern
from kg.model import Fact, Quantity, Ref, Sentence
from kg.people import Reading, reading
from kg.rulebook import Rulebook
from kg.slots import Bound, Draft, Scene, drafts, stated
from kg.tag import TaggedArticle, TaggedSentence
from kg.text import clause

__all__ = ["facts", "stated"]

_REPORTABLE = frozenset(
    {"statistic", "rank", "totalInvestment", "annualCapacity", "expectedRevenue", "area", "awarded"}
)


def facts(
    tagged: TaggedArticle,
    document_text: str,
    book: Rulebook,
    home: str,
    confidence: Mapping[str, float],
    above: Mapping[str, str] | None = None,
) -> list[Fact]:
    """All facts of an article, each once, in the order of the text.

    document_text: the source's text, from which the quotes are cut
    home: the place that 我区 and the like stand for, "" if unknown
    confidence: rule name -> measured precision
    above: the places that home lies in, by the last character of their names (市: 常州市), which 全市 stands for
    """
    readings = [reading(ts) for ts in tagged.sentences]
    said = discourse.read(tagged, readings, home, above or {})
    scene = Scene(tagged.article.text, said)
    starts = [block.start for block in tagged.article.blocks]
    found: list[Draft] = []
    period, block = "", -1
    for ts, own in zip(tagged.sentences, readings, strict=True):
        # A period is said once a paragraph: 2024年，……。规上工业总产值……
        if (own_block := bisect_right(starts, ts.sentence.start)) != block:
            period, block = "", own_block
        if ts.sentence.kind in {"byline", "credit"}:
            found += bylines.read(ts)
        elif ts.sentence.kind != "slogan":
            found += _sentence(ts, own, book, scene, period)
            period = figures.period_after(ts, period)
    found += occasions.of_project_names(tagged)
    found += occasions.of_events(tagged, said)
    return _finish(tagged, document_text, _settle(found, naming.fullest(tagged)), confidence)


def _sentence(ts: TaggedSentence, own: Reading, book: Rulebook, scene: Scene, period: str) -> list[Draft]:
    """What the rules, titles and figures of one sentence say; period: of figures that name none."""
    sentence = ts.sentence
    found: list[Draft] = []
    for rule, encoded in book.candidates(own.plain, own.grouped):
        if sentence.kind in rule.blocks:
            for match in rulebook.matches(rule, encoded, own.groups):
                found += drafts(match, scene)
    if sentence.kind == "headline":
        return found
    consumed = {d.object.span for d in found if isinstance(d.object.value, Quantity) and d.object.span}
    for group in own.groups:
        found += titles.of_group(group, scene.discourse.at(group.start).company)
    found += titles.of_life(own.plain)
    found += figures.read(ts, scene.discourse, consumed, period)
    return _reported([d for d in found if _asserted(d, sentence.text, sentence.start)], sentence)


def _reported(found: list[Draft], sentence: Sentence) -> list[Draft]:
    """The drafts of a sentence, those marked that it puts into somebody's mouth (他介绍，…)."""
    reportable = {i for i, d in enumerate(found) if d.status == "actual" and d.predicate in _REPORTABLE}
    speech = pattern("extract", "speech").search(sentence.text) if reportable else None
    if speech is None:
        return found
    said = sentence.start + speech.end()
    return [replace(d, status="reported") if i in reportable and d.span[0] >= said else d for i, d in enumerate(found)]


def _asserted(d: Draft, text: str, base: int) -> bool:
    """Whether the words of a draft are said as a fact: not denied, supposed or wished for, nor of times long past.

    A title is taken from its apposition, which stands whatever its clause says.
    """
    if d.rule.startswith("people/"):
        return True
    at, end = d.span[0] - base, d.span[1] - base
    left, _ = clause(text, at, end)
    whose = d.subject.span[0] - base if d.subject.span else at
    if pattern("extract", "unsaid").search(text[left:end]) or pattern("extract", "wished").search(text[left:whose]):
        return False
    return d.predicate not in {"statistic", "rank"} or not pattern("extract", "bygone").search(text)


def _name(bound: Bound) -> Any:
    value = bound.value
    if isinstance(value, Ref):
        return value.label
    return (value.value, value.unit) if isinstance(value, Quantity) else (value.iso or value.text)


_TELLING = frozenset({"indicator", "product", "phase", "kind", "growth"})


def _key(d: Draft) -> tuple[Any, ...]:
    """What a draft says: two of one key are one fact."""
    return (_name(d.subject), d.predicate, _name(d.object), *[q for q in d.qualifiers if q[0] in _TELLING])


def _settle(found: Iterable[Draft], names: Mapping[tuple[str, str], str]) -> list[Draft]:
    """Each fact once, its entities under their fullest names; read in one sentence rather than carried over."""
    out: dict[tuple[Any, ...], Draft] = {}
    posts: dict[str, list[str]] = {}
    for d in found:
        if d.predicate == "holdsPost" and titles.restated(d, posts):
            continue
        subject, end = naming.named(d.subject, names), naming.named(d.object, names)
        if subject is not d.subject or end is not d.object:
            d = replace(d, subject=subject, object=end)
        if d.subject.value == d.object.value:
            continue
        key = _key(d)
        if key not in out or (out[key].subject.carried and not d.subject.carried):
            out[key] = d
    return [d for d in out.values() if not _part_of_stop(d, out.values())]


def _part_of_stop(d: Draft, others: Iterable[Draft]) -> bool:
    """Whether a stop read as mere text holds one that was tagged (云林街道的某公司, 某公司)."""
    if d.predicate != "visited" or not isinstance(d.object.value, Ref) or "无标注" not in d.rule:
        return False
    label = d.object.value.label
    stops = [
        o.object.value.label
        for o in others
        if o.predicate == "visited" and isinstance(o.object.value, Ref) and o is not d
    ]
    return any(stop in label for stop in stops)


def _finish(
    tagged: TaggedArticle, document_text: str, found: Iterable[Draft], confidence: Mapping[str, float]
) -> list[Fact]:
    """The drafts as facts, with their sentences as quotes and document offsets."""
    article = tagged.article
    out = []
    starts = [s.sentence.start for s in tagged.sentences]
    unmeasured = confidence.get("", 0.5)
    for d in found:
        sentence = tagged.sentences[bisect_right(starts, d.span[0]) - 1].sentence
        start, end = article.to_document(sentence.start, sentence.end)
        spans = [b.span for b in (d.subject, d.object) if b.span]
        inside = {s for s in spans if sentence.start <= s[0] and s[1] <= sentence.end}
        outside = sorted(set(spans) - inside) if len(inside) < len(spans) else []
        inside.add((d.span[0], min(d.span[1], sentence.end)))
        assert isinstance(d.subject.value, Ref)
        out.append(
            Fact(
                article=article.id,
                source=article.source,
                subject=d.subject.value,
                predicate=d.predicate,
                object=d.object.value,
                start=start,
                end=end,
                quote=document_text[start:end],
                rule=d.rule,
                status=d.status,
                confidence=confidence.get(d.rule, unmeasured),
                inferred=d.subject.carried or d.object.carried or bool(outside),
                qualifiers=d.qualifiers,
                marks=tuple(article.to_document(*s) for s in sorted(inside)),
                antecedent=article.to_document(*outside[0]) if outside else None,
            )
        )
    return sorted(out, key=lambda f: (f.start, f.end, f.marks, f.predicate, f.subject.label, str(f.object)))
