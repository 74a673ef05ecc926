"""Labelled pairs and clusters of names, and how well the entities that a build gives them agree with the labels.

A mention is a name in a text: `text` (our own words, one small article), `page` (a file of seeds/) or `source` (a file
of ../shared, of which only names stand here), with `name`, `type` and, where the text names two of that name, `near`
(words of the sentence) or `phase` (期 of the project so called). The texts of a pair and of its `context`, or of a group
of clusters, are read in one build, as an archive that holds nothing else.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from reading import Reader

from kg import graph, pipeline, resolve, split, tag
from kg.gazetteer import Division
from kg.model import Article, Document, Fact, Metadata, Ref
from kg.ontology import BASE, load
from kg.rdf import Names
from kg.read import frontmatter

ROOT = Path(__file__).parents[1]
SHARED = ROOT.parent / "shared"


@dataclass(frozen=True, slots=True)
class Text:
    """An article of the archive: what it says, and the place and day of its paper."""

    text: str
    place: str
    date: str

    @property
    def source(self) -> str:
        """The path of the text in the archive; equal texts are one."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:12] + ".md"


@dataclass(frozen=True, slots=True)
class Named:
    """A mention: a name in a text."""

    text: Text
    name: str
    type: str
    near: str = ""
    phase: str = ""

    def __str__(self) -> str:
        return f"{self.type} {self.name}" + "".join(f"（{words}）" for words in (self.near, self.phase) if words)


@dataclass(frozen=True, slots=True)
class Pair:
    """Two mentions that are the same (judgement) or not; context: what else the archive holds."""

    id: str
    case: str
    same: bool
    a: Named
    b: Named
    context: tuple[Text, ...]
    why: str


@dataclass(frozen=True, slots=True)
class Group:
    """Mentions of a few articles, those of one cluster the same."""

    id: str
    clusters: tuple[tuple[Named, ...], ...]
    context: tuple[Text, ...]


def load_pairs(path: Path, shared: bool) -> list[Pair]:
    """The pairs of a file; shared: those that need ../shared, or those that do not."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return [_pair(row) for row in rows if shared == any("source" in row[side] for side in "ab")]


def load_groups(path: Path, shared: bool) -> list[Group]:
    """The groups of a file; shared: those that need ../shared, or those that do not."""
    groups = []
    for line in path.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        if shared != any("source" in text for text in row["texts"]):
            continue
        texts = [_text(text) for text in row["texts"]]
        clusters = tuple(tuple(_named(one, texts[one["in"]]) for one in cluster) for cluster in row["clusters"])
        groups.append(Group(row["id"], clusters, tuple(texts)))
    return groups


def _pair(row: Mapping[str, Any]) -> Pair:
    a, b = (_named(row[side], _text(row[side])) for side in "ab")
    context = tuple(_text(one) for one in row.get("context", ()))
    return Pair(row["id"], row["case"], row["judgement"] == "same", a, b, context, row["why"])


def _named(row: Mapping[str, Any], text: Text) -> Named:
    return Named(text, row["name"], row["type"], row.get("near", ""), row.get("phase", ""))


def _text(row: Mapping[str, Any]) -> Text:
    if "text" in row:
        return Text(row["text"], row["place"], row["date"])
    if "page" in row:
        return _page((ROOT / "seeds" / row["page"]).read_text(encoding="utf-8"))
    return Text((SHARED / row["source"]).read_text(encoding="utf-8"), row["place"], row.get("date") or "")


def _page(text: str) -> Text:
    metadata, body = frontmatter.parse(text)
    return Text(text[body:], metadata.place or "", str(metadata.date or ""))


@dataclass(frozen=True, slots=True)
class Archive:
    """What a build makes of some texts: its facts, each name with its entity, and the nodes of the graph."""

    facts: tuple[Fact, ...]
    names: Names

    def nodes(self, one: Named) -> frozenset[str]:
        """The nodes of the graph that stand for a mention: one, if all is well. Empty where no fact names it."""
        return frozenset(self._node(fact, ref, one) for fact in self.facts for ref in self._refs(fact, one))

    def _refs(self, fact: Fact, one: Named) -> Iterable[Ref]:
        if fact.source != one.text.source or one.near not in fact.quote:
            return
        if one.phase and dict(fact.qualifiers).get("phase") != one.phase:
            return
        for ref in (fact.subject,) if one.phase else (fact.subject, fact.object):
            if isinstance(ref, Ref) and ref.label == one.name and _akin(ref.type, one.type):
                yield ref

    def _node(self, fact: Fact, ref: Ref, one: Named) -> str:
        return graph.state(fact, self.names).subject if one.phase else self.names.ref(ref, fact)


def _akin(a: str, b: str) -> bool:
    return load().is_a(a, b) or load().is_a(b, a) or {a, b} <= {"Organization", "Company", "Place", "Park", "Venue"}


@dataclass(frozen=True, slots=True)
class Archivist:
    """Reads texts as the program reads them, from the first stage to the entities."""

    reader: Reader
    extracted: dict[Text, tuple[list[Fact], Division | None, list[Article]]] = field(default_factory=dict)
    """what was read of a text by itself: its facts, its home place, its articles"""

    def read(self, texts: Iterable[Text]) -> Archive:
        """An archive of the texts, and of nothing else."""
        facts: list[Fact] = []
        articles: list[Article] = []
        homes: dict[str, Division | None] = {}
        for text in sorted(set(texts), key=lambda text: text.source):
            if text not in self.extracted:
                self.extracted[text] = self._extract(text)
            found, homes[text.source], said = self.extracted[text]
            facts += found
            articles += said
        places = self.reader.places
        found = resolve.resolve(facts, articles, homes, places)
        return Archive(found.facts, Names(found.entities, BASE))

    def _extract(self, text: Text) -> tuple[list[Fact], Division | None, list[Article]]:
        places = self.reader.places
        date = dt.date.fromisoformat(text.date) if text.date else None
        home, _ = places.home(text.text, text.place or None)
        place = places.full_name(home) if home else text.place or None
        document = Document(text.source, text.text, "text/markdown", "", Metadata(date=date, place=place))
        articles, _ = split.articles(document)
        tagged = tag.tag([(one, split.sentences(one)) for one in articles], self.reader.tagger, places)
        return pipeline.extracted(tagged, [document], {document.source: home}), home, list(articles)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a build says of a pair. A name with no node or several is an answer that is wrong either way."""

    pair: Pair
    a: frozenset[str]
    b: frozenset[str]

    @property
    def same(self) -> bool:
        """Whether the build takes the two for the same."""
        if len(self.a) != 1 or len(self.b) != 1:
            return not self.pair.same
        return self.a == self.b

    def __str__(self) -> str:
        said = " ".join(f"[{len(nodes)} nodes]" for nodes in (self.a, self.b) if len(nodes) != 1)
        label = "same" if self.pair.same else "different"
        return f"{self.pair.id} is {label}: {self.pair.a} / {self.pair.b}. {self.pair.why} {said}".rstrip()


def judge(archivist: Archivist, pairs: Iterable[Pair]) -> list[Verdict]:
    """What the program says of each pair, each in an archive of its own."""
    verdicts = []
    for pair in pairs:
        archive = archivist.read((pair.a.text, pair.b.text, *pair.context))
        verdicts.append(Verdict(pair, archive.nodes(pair.a), archive.nodes(pair.b)))
    return verdicts


@dataclass(frozen=True, slots=True)
class Score:
    """Precision, recall and their harmonic mean; 1.0 where there was nothing to be wrong about."""

    precision: float
    recall: float

    @property
    def f1(self) -> float:
        total = self.precision + self.recall
        return 2 * self.precision * self.recall / total if total else 0.0


def pairwise(verdicts: Sequence[Verdict]) -> Score:
    """How many of the pairs called the same are so, and how many of those that are so were found."""
    said = [one for one in verdicts if one.same]
    gold = [one for one in verdicts if one.pair.same]
    both = sum(one.pair.same for one in said)
    return Score(both / len(said) if said else 1.0, both / len(gold) if gold else 1.0)


def b_cubed(clusters: Sequence[tuple[str, str]]) -> Score:
    """B³ of mentions, each with its gold cluster and the node it was given, averaged over the mentions.

    A. Bagga, B. Baldwin: Algorithms for Scoring Coreference Chains. LREC workshop, 1998: for each mention, the share of
    its node's mentions that are of its gold cluster, and the share of its gold cluster's mentions that are at its node.
    """
    precision = recall = 0.0
    for gold, node in clusters:
        at_node = [g for g, n in clusters if n == node]
        of_gold = [n for g, n in clusters if g == gold]
        precision += at_node.count(gold) / len(at_node)
        recall += of_gold.count(node) / len(of_gold)
    return Score(precision / len(clusters), recall / len(clusters))


def clustered(archivist: Archivist, group: Group) -> list[tuple[str, str]]:
    """The mentions of a group, each with its cluster and its node, for `b_cubed`.

    Both carry the group's name, for those of two archives are never the same. A name with no node or several stands
    alone.
    """
    archive = archivist.read(group.context)
    placed = []
    for i, cluster in enumerate(group.clusters):
        for one in cluster:
            nodes = archive.nodes(one)
            node = next(iter(nodes)) if len(nodes) == 1 else f"{one} in {one.text.source}"
            placed.append((f"{group.id} {i}", f"{group.id} {node}"))
    return placed
