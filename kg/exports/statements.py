"""The facts of a store with all that an export says of them: what they name, their figures, their sentences."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

from kg.ontology import KG
from kg.questions import Prepared
from kg.rows import Rows, Value, rows
from kg.store import Store

NODES = """
SELECT ?node ?class ?label WHERE { ?node rdfs:label ?label ; a ?class }"""
ALIASES = """
SELECT ?node ?alias WHERE { ?node skos:altLabel ?alias }"""
FIGURES = """
SELECT ?node ?value ?unit ?currency ?modifier ?kind ?product
WHERE {
  ?node kg:value ?value .
  OPTIONAL { ?node kg:unitText ?unit }
  OPTIONAL { ?node kg:currency ?currency }
  OPTIONAL { ?node kg:modifier ?modifier }
  OPTIONAL { ?node kg:kind ?kind }
  OPTIONAL { ?node kg:product/rdfs:label ?product }
}"""
WORDINGS = """
SELECT ?node (MIN(?word) AS ?wording) WHERE { ?node kg:wording ?word } GROUP BY ?node"""
SPANS = """
SELECT ?node ?first ?last WHERE { ?node kg:firstDay ?first ; kg:lastDay ?last }"""
OBSERVATIONS = """
SELECT ?node ?figure ?rank ?indicator ?measure ?first ?last
WHERE {
  ?node kg:about ?subject .
  OPTIONAL { ?node kg:quantity ?figure }
  OPTIONAL { ?node kg:rankValue ?rank }
  OPTIONAL { ?node kg:indicator/rdfs:label ?indicator }
  OPTIONAL { ?node kg:measure ?measure }
  OPTIONAL { ?node kg:period ?period . ?period kg:firstDay ?first ; kg:lastDay ?last }
}"""
ARTICLES = """
SELECT ?node ?title ?day ?paper
WHERE {
  ?node a kg:Article ; rdfs:label ?title .
  OPTIONAL { ?node kg:publishedOn ?day }
  OPTIONAL { ?node kg:publishedIn/rdfs:label ?paper }
}"""
LINKS = """
SELECT ?subject ?predicate ?object
WHERE {
  VALUES ?predicate { kg:postIn kg:parentOrganization kg:branchOf kg:partOf kg:hasPhase }
  ?subject ?predicate ?object
}
ORDER BY ?subject ?predicate ?object"""
# Sub-selects are joined by hash, which suits a pass through everything better than look-ups one by one.
EVIDENCE = """
SELECT ?claim ?node ?article ?quote ?start ?end ?rule ?confidence
WHERE {
  { SELECT ?claim ?node WHERE { ?claim kg:evidence ?node } }
  { SELECT ?node ?article WHERE { ?node kg:inArticle ?article } }
  { SELECT ?node ?quote WHERE { ?node kg:quote ?quote } }
  { SELECT ?node ?start WHERE { ?node kg:startChar ?start } }
  { SELECT ?node ?end WHERE { ?node kg:endChar ?end } }
  { SELECT ?node ?rule WHERE { ?node kg:rule ?rule } }
  { SELECT ?node ?confidence WHERE { ?node kg:confidence ?confidence } }
}"""
CLAIMS = """
SELECT ?claim ?subject ?predicate ?object ?status
WHERE {
  { SELECT ?claim ?subject WHERE { ?claim rdf:subject ?subject } }
  { SELECT ?claim ?predicate WHERE { ?claim rdf:predicate ?predicate } }
  { SELECT ?claim ?object WHERE { ?claim rdf:object ?object } }
  { SELECT ?claim ?status WHERE { ?claim kg:status ?status } }
}"""

Days = tuple[dt.date, dt.date]
"""the first and the last day"""


@dataclass(frozen=True, slots=True)
class Node:
    """Something with a name; type: its class, without the namespace."""

    iri: str
    type: str
    label: str
    aliases: tuple[str, ...] = ()

    @property
    def key(self) -> str:
        """The last two parts of the IRI, joined by a hyphen: short, ASCII, and as unique as the IRI in one graph."""
        return "-".join(self.iri.split("/")[-2:])


@dataclass(frozen=True, slots=True)
class Figure:
    """What a fact gives instead of a name: a figure, a date or an observation; what it does not have is None."""

    wording: str = ""
    value: Value = None
    unit: Value = None
    currency: Value = None
    modifier: Value = None
    kind: Value = None
    product: Value = None
    indicator: Value = None
    measure: Value = None
    first: dt.date | None = None
    last: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Article:
    """An article that facts stand in; day and paper are None where they are not known."""

    iri: str
    title: str
    day: dt.date | None
    paper: str | None


@dataclass(frozen=True, slots=True)
class Evidence:
    """A sentence from which a fact was read; confidence: 0 to 1."""

    iri: str
    article: Article
    quote: str
    start: int
    end: int
    rule: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact. predicate: without the namespace; object: what it names, or None where figure says it."""

    claim: str
    subject: Node
    predicate: str
    object: Node | None
    figure: Figure | None
    status: str
    evidence: tuple[Evidence, ...]

    @property
    def days(self) -> Days | None:
        """The first and last day on which a paper told it, None where no paper is dated."""
        days = [one.article.day for one in self.evidence if one.article.day]
        return (min(days), max(days)) if days else None


@dataclass(frozen=True, slots=True)
class Content:
    """What a store holds, in the order of the papers: facts, and links that are no fact of their own.

    links: subject, predicate without the namespace, object; of a post and its body, a place and the one above it …
    """

    statements: tuple[Statement, ...]
    links: tuple[tuple[Node, str, Node], ...]

    def held(self) -> dict[str, Days]:
        """The days on which each event was held, as far as told, by IRI."""
        held: dict[str, Days] = {}
        for one in self.statements:
            if one.predicate == "heldOn" and one.figure and one.figure.first and one.figure.last:
                before = held.get(one.subject.iri, (one.figure.first, one.figure.last))
                held[one.subject.iri] = min(before[0], one.figure.first), max(before[1], one.figure.last)
        return held

    def told(self) -> dict[str, Days]:
        """The days of the first and the last paper that names each node, by IRI."""
        days: dict[str, list[dt.date]] = defaultdict(list)
        for one in self.statements:
            for node in (one.subject, one.object):
                if node is not None:
                    days[node.iri] += one.days or ()
        return {iri: (min(found), max(found)) for iri, found in days.items() if found}


def read(store: Store) -> Content:
    """All the facts of a store; about 2 KB each in memory."""
    ask = _Asked(store)
    nodes = _nodes(ask)
    figures = _figures(ask)
    evidence = _evidence(ask)
    statements = []
    for row in ask(CLAIMS):
        subject, object, claim = str(row["subject"]), str(row["object"]), str(row["claim"])
        statements.append(
            Statement(
                claim,
                nodes.get(subject, Node(subject, "", subject)),
                str(row["predicate"]).removeprefix(KG),
                None if object in figures else nodes.get(object, Node(object, "", object)),
                figures.get(object),
                str(row["status"]).removeprefix(KG).lower(),
                tuple(sorted(evidence[claim], key=_place)),
            )
        )
    statements.sort(key=lambda one: (*(_place(one.evidence[0]) if one.evidence else ("",)), one.claim))
    named = [
        (nodes.get(str(row["subject"])), str(row["predicate"]), nodes.get(str(row["object"]))) for row in ask(LINKS)
    ]
    links = tuple((one, name.removeprefix(KG), other) for one, name, other in named if one and other)
    return Content(tuple(statements), links)


def _place(one: Evidence) -> tuple[str, str, int, str]:
    """Where an evidence comes among all: by day, article and place in it."""
    return one.article.day.isoformat() if one.article.day else "", one.article.iri, one.start, one.iri


def _nodes(ask: _Asked) -> dict[str, Node]:
    """What has a name, by IRI."""
    aliases: dict[str, list[str]] = defaultdict(list)
    for row in ask(ALIASES):
        aliases[str(row["node"])].append(str(row["alias"]))
    nodes = {}
    for row in ask(NODES):
        iri, kind = str(row["node"]), str(row["class"]).removeprefix(KG)
        nodes[iri] = Node(iri, kind, str(row["label"]), tuple(sorted(aliases[iri])))
    return nodes


@dataclass(frozen=True, slots=True)
class _Asked:
    """Asks a store, and gives the rows as dictionaries."""

    store: Store

    def __call__(self, query: str) -> Iterator[dict[str, Value]]:
        solutions = self.store.run(Prepared(query, "SELECT", {}))
        found: Rows = rows(solutions)  # type: ignore[arg-type]
        return iter(found)


def _figures(ask: _Asked) -> dict[str, Figure]:
    """Quantities, time spans and observations, by IRI."""
    wordings = {str(row["node"]): str(row["wording"]) for row in ask(WORDINGS)}
    figures = {iri: Figure(text) for iri, text in wordings.items()}
    for row in ask(FIGURES):
        iri = str(row.pop("node"))
        figures[iri] = Figure(wordings.get(iri, ""), **row)  # type: ignore[arg-type]
    for row in ask(SPANS):
        iri = str(row["node"])
        figures[iri] = Figure(wordings.get(iri, ""), first=_day(row["first"]), last=_day(row["last"]))
    for row in ask(OBSERVATIONS):
        inner = figures.get(str(row["figure"]), Figure())
        measure = str(row["measure"]).removeprefix(KG).lower() if row["measure"] else None
        figures[str(row["node"])] = Figure(
            inner.wording,
            inner.value if row["rank"] is None else row["rank"],
            inner.unit,
            inner.currency,
            inner.modifier,
            inner.kind,
            indicator=row["indicator"],
            measure="rank" if row["rank"] is not None else measure,
            first=_day(row["first"]),
            last=_day(row["last"]),
        )
    return figures


def _evidence(ask: _Asked) -> dict[str, list[Evidence]]:
    """The evidence of each claim."""
    articles = {
        str(row["node"]): Article(
            str(row["node"]), str(row["title"]), _day(row["day"]), str(row["paper"]) if row["paper"] else None
        )
        for row in ask(ARTICLES)
    }
    found: dict[str, list[Evidence]] = defaultdict(list)
    for row in ask(EVIDENCE):
        iri = str(row["article"])
        one = Evidence(
            str(row["node"]),
            articles.get(iri, Article(iri, iri, None, None)),
            str(row["quote"]),
            int(str(row["start"])),
            int(str(row["end"])),
            str(row["rule"]),
            float(str(row["confidence"])),
        )
        found[str(row["claim"])].append(one)
    return found


def _day(value: Value) -> dt.date | None:
    return value if isinstance(value, dt.date) else None
