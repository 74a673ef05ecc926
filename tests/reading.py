"""What the tests of tagging and extraction share: a text read as the program reads it, and facts written as lines."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace

from kg import discourse, people, pipeline, split, tag
from kg.discourse import Discourse
from kg.gazetteer import Gazetteer
from kg.model import Article, Block, Document, Fact, Metadata, Quantity, Ref, Sentence
from kg.rulebook import Rulebook, parse_example
from kg.tag import StatisticalTagger, TaggedArticle, TaggedSentence


def shown(end: object) -> str:
    """An end of a fact: a name, `>4400000000元` or an ISO date (else its words)."""
    if isinstance(end, Ref):
        return end.label
    if isinstance(end, Quantity):
        return f"{end.modifier}{end.value.normalize():f}{end.unit}"
    return str(getattr(end, "iso", "") or getattr(end, "text", ""))


def line(fact: Fact) -> str:
    """A fact as a table writes it: `subject predicate object {qualifiers}`, its status among them unless actual."""
    said = [f"{key}={value if isinstance(value, str) else str(value).lower()}" for key, value in fact.qualifiers]
    if fact.status != "actual":
        said.append(f"status={fact.status}")
    return f"{shown(fact.subject)} {fact.predicate} {shown(fact.object)}" + (
        " {" + ", ".join(sorted(said)) + "}" if said else ""
    )


@dataclass(frozen=True, slots=True)
class Reader:
    """Reads a text as the program does, as far as the facts."""

    tagger: StatisticalTagger
    places: Gazetteer
    rules: Rulebook

    def document(self, text: str, place: str = "", date: dt.date | None = None) -> Document:
        return Document("x.md", text, "text/markdown", "", Metadata(date=date, place=place or None))

    def tagged(self, text: str, date: dt.date | None = None) -> list[TaggedArticle]:
        """The articles of a page, tagged."""
        articles, _ = split.articles(self.document(text, date=date))
        return tag.tag([(one, split.sentences(one)) for one in articles], self.tagger, self.places)

    def mentions(self, text: str, *types: str) -> list[str]:
        """`Type text` of the mentions of some types in a text; `text` alone where one type is asked for."""
        page = self.tagged(text)
        found = [m for one in page for ts in one.sentences for m in ts.mentions if m.type in types]
        return [m.text if len(types) == 1 else f"{m.type} {m.text}" for m in found]

    def facts(self, text: str, place: str = "", date: dt.date | None = None) -> list[Fact]:
        """The facts of a page; place: what 我区 stands for; date: of publication."""
        document = self.document(text, place, date)
        home, _ = self.places.home(text, document.metadata.place)
        return pipeline.extracted(self.tagged(text, date), [document], {document.source: home})

    def lines(self, text: str, *predicates: str, place: str = "", date: dt.date | None = None) -> list[str]:
        """The facts of a page as lines, sorted; only those with one of the predicates, if any are given."""
        found = self.facts(text, place, date)
        return sorted(line(fact) for fact in found if not predicates or fact.predicate in predicates)


def annotated(*sentences: str) -> TaggedArticle:
    """An article of sentences tagged by hand as in a rule's examples; one that begins with `# ` is the headline."""
    texts: list[str] = []
    tagged: list[TaggedSentence] = []
    blocks: list[Block] = []
    at = 0
    for given in sentences:
        kind = "headline" if given.startswith("# ") else "body"
        _, text, mentions = parse_example(given.removeprefix("# "))
        own = tuple(replace(m, start=m.start + at, end=m.end + at) for m in mentions)
        tagged.append(TaggedSentence(Sentence(text, at, at + len(text), kind), own))
        blocks.append(Block(kind, at, at + len(text)))
        texts.append(text)
        at += len(text) + 1
    whole = "\n".join(texts)
    title = texts[0] if sentences[0].startswith("# ") else ""
    article = Article("x.md", "x.md", title, whole, tuple(range(len(whole))), tuple(blocks), 0, len(whole))
    return TaggedArticle(article, tuple(tagged))


def understood(tagged: TaggedArticle, home: str = "石桥区") -> Discourse:
    """What discourse reads in an article; home: the place that 我区 stands for."""
    return discourse.read(tagged, [people.reading(ts) for ts in tagged.sentences], home, {})
