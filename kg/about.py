"""What the store says about one thing, with the sentences: for the pages of `kg serve` and the tools of `kg mcp`."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from kg import ontology
from kg.ontology import KG, RDF, RDFS, SKOS

if TYPE_CHECKING:
    from kg.rows import Rows

MOST = 1_000
"""rows of facts with their sentences that are gathered about one thing"""

# Each from one end alone, and without EXISTS: the store joins what stands behind a UNION or an EXISTS with everything.
ENDS = {"$near": "rdf:subject", "$far": "rdf:object"}, {"$near": "rdf:object", "$far": "rdf:subject"}

_EVIDENCE = """
  ?evidence a ?kind ; kg:quote ?quote ; kg:startChar ?start ; kg:endChar ?end ; kg:confidence ?confidence ;
    kg:rule ?rule ; kg:inArticle ?article .
  ?article rdfs:label ?title ; dcterms:identifier ?source .
  OPTIONAL { ?article kg:publishedOn ?day }
  OPTIONAL { ?article kg:publishedIn/rdfs:label ?publisher }"""

FACTS = f"""SELECT *
WHERE {{
  ?claim $near $thing ; $far ?other ; rdf:predicate ?predicate ; kg:status ?status ; kg:evidence ?evidence .{_EVIDENCE}
  OPTIONAL {{ ?other rdfs:label|kg:wording ?text }}
  OPTIONAL {{ ?other a ?type }}
}}
ORDER BY ?predicate ?other ?claim ?day ?evidence ?text ?type"""

_OTHER = """
  OPTIONAL { ?other rdfs:label|kg:wording|kg:quote ?text }
  OPTIONAL { ?other a ?type }
}
ORDER BY ?predicate ?other ?text ?type"""

TRIPLES = (
    "SELECT *\nWHERE {\n  $thing ?predicate ?other ." + _OTHER,
    "SELECT *\nWHERE {\n  ?other ?predicate $thing ."
    " FILTER(?predicate NOT IN (rdf:subject, rdf:predicate, rdf:object))" + _OTHER,
)

PROOF = f"""SELECT *
WHERE {{
  ?claim kg:evidence ?evidence ;
    rdf:subject ?subject ; rdf:predicate ?predicate ; rdf:object ?object ; kg:status ?status .{_EVIDENCE}
  OPTIONAL {{ ?subject rdfs:label ?subject_text }}
  OPTIONAL {{ ?object rdfs:label|kg:wording ?object_text }}
}}
ORDER BY ?day ?source ?start ?rule ?subject_text ?object_text"""

NAMED = """SELECT ?thing ?type ?label ?name
WHERE {
  ?thing rdfs:label|skos:altLabel ?name .
  FILTER(CONTAINS(LCASE(STR(?name)), LCASE($name)))
  ?thing a ?type ; rdfs:label ?label .
  FILTER($type = "" || STR(?type) = CONCAT(STR(kg:), $type))
}
ORDER BY (LCASE(STR(?name)) != LCASE($name)) STRLEN(STR(?name)) ?name ?thing ?label"""


class Asked(Protocol):
    """What answers the program's own queries: kg.workers.Pool."""

    def rows(self, query: str, values: Mapping[str, str] | None = None, most: int = MOST) -> tuple[Rows, bool]:
        """The solutions, and whether there are more than `most`."""


@dataclass(frozen=True, slots=True)
class Node:
    """The other end of a fact: a thing with an IRI, or a text; type: local name of its class."""

    text: str
    iri: str = ""
    type: str = ""


@dataclass(frozen=True, slots=True)
class Source:
    """A sentence that a fact was read from; start, end: its characters in the source; day: of publication, if known."""

    evidence: str
    quote: str
    article: str
    title: str
    source: str
    start: int
    end: int
    day: dt.date | None
    publisher: str
    confidence: float
    rule: str
    inferred: bool

    @property
    def citation(self) -> str:
        """The sentence as it may be quoted: words, paper, day, headline, place in the source."""
        where = " ".join(part for part in (self.publisher, self.day.isoformat() if self.day else "") if part)
        place = f"{self.source} 第{self.start}–{self.end}字"
        return f"“{self.quote}”（{where}《{self.title}》，{place}）"


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact about a thing. forward: whether the thing is its subject; status: Actual, Planned or Reported."""

    predicate: str
    forward: bool
    other: Node
    status: str = ""
    claim: str = ""
    sources: tuple[Source, ...] = ()


@dataclass(frozen=True, slots=True)
class Claim:
    """A fact as stated, from neither of its ends."""

    iri: str
    subject: Node
    predicate: str
    object: Node
    status: str
    sources: tuple[Source, ...]


@dataclass(frozen=True, slots=True)
class Thing:
    """A node of the graph.

    facts: with sentences; properties: the other triples with it; truncated: whether there is more than is told here
    """

    iri: str
    label: str
    types: tuple[str, ...]
    aliases: tuple[str, ...]
    facts: tuple[Statement, ...]
    properties: tuple[Statement, ...]
    truncated: bool


def about(store: Asked, iri: str, most: int = MOST) -> Thing | None:
    """What there is about a node; None where the store has nothing.

    Raises UsageError for what is no IRI, LimitError and StoreError as kg.workers.Pool.ask does.
    """
    triples, more = _both_ends(store, TRIPLES, iri, most)
    if not triples:
        return None
    facts, more_facts = _both_ends(store, [_with(FACTS, end) for end in ENDS], iri, most)
    said = {(one.predicate, one.forward, one.other.iri) for one in facts}
    own: dict[str, list[str]] = {}
    properties = []
    for one in triples:
        if one.forward and one.predicate in _NAMES:
            own.setdefault(one.predicate, []).append(one.other.iri or one.other.text)
        elif (one.predicate, one.forward, one.other.iri) not in said or not one.other.iri:
            properties.append(one)
    worded = [one.other.text for one in properties if one.forward and one.predicate in (KG + "wording", KG + "quote")]
    labels = own.get(RDFS + "label") or worded or [local(iri)]
    types = tuple(local(one) for one in own.get(RDF + "type", ()))
    return Thing(
        iri,
        labels[0],
        types,
        tuple(own.get(SKOS + "altLabel", ())),
        tuple(facts),
        tuple(properties),
        more or more_facts,
    )


def named(store: Asked, name: str, type: str = "", most: int = 20) -> tuple[list[dict[str, str]], bool]:
    """The things with a name that has `name` in it, the closest first: IRI, label, type, and the name that fits.

    type: local name of a class, "" for any
    """
    found, more = store.rows(NAMED, {"name:text": name, "type:text": type}, 5 * most)
    best: dict[str, dict[str, str]] = {}
    for row in found:
        iri = str(row["thing"])
        if iri not in best:
            best[iri] = {
                "iri": iri,
                "label": str(row["label"]),
                "type": local(str(row["type"])),
                "name": str(row["name"]),
            }
    return list(best.values())[:most], more or len(best) > most


def proof(store: Asked, iri: str) -> list[Claim]:
    """The claims, with their sentences, that a claim or an evidence is about; [] where it is neither."""
    claims: dict[str, Claim] = {}
    for which in ("claim", "evidence"):
        found, _ = store.rows(PROOF.replace(f"?{which} ", "$thing "), {"thing:iri": iri})
        for one in found:
            row: dict[str, Any] = {which: iri, **one}
            ends = [_end(row, "subject"), _end(row, "object")]
            fresh = Claim(str(row["claim"]), ends[0], str(row["predicate"]), ends[1], local(str(row["status"])), ())
            told = claims.setdefault(fresh.iri, fresh)
            source = _source(row)
            if source not in told.sources:
                claims[fresh.iri] = replace(told, sources=(*told.sources, source))
    return [claims[claim] for claim in sorted(claims)]


def reading(predicate: str, forward: bool = True, language: str = "zh") -> str:
    """How a relation reads from one of its ends; predicate: IRI; language: zh or en."""
    name = local(predicate)
    labels = _labels()["predicates"].get(name, {}) if predicate.startswith(KG) else {}
    if found := labels.get(language if forward else f"{language}_inverse"):
        return str(found)
    return ("" if forward else "← ") + (_said(predicate, language) or name)


def type_label(name: str, language: str = "zh") -> str:
    """What a class is called; name: its local name."""
    found = _labels()["types"].get(name, {}).get(language) or _said(KG + name, language)
    return str(found or name)


def status_label(name: str, language: str = "zh") -> str:
    """What a status is called; name: Actual, Planned or Reported."""
    return str(_labels()["statuses"].get(name.lower(), {}).get(language, name))


def local(iri: str) -> str:
    """The part of an IRI behind its last `/` or `#`."""
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2]


_NAMES = (RDFS + "label", RDF + "type", SKOS + "altLabel")


@cache
def _labels() -> Mapping[str, Any]:
    from kg.view.content import load_labels

    return load_labels({})


@cache
def _terms() -> ontology.Terms:
    return ontology.read(ontology.folder() / ontology.FILES[0])


def _said(iri: str, language: str) -> str:
    return next((text for text, said in _terms().get((iri, RDFS + "label"), ()) if said == language), "")


def _with(query: str, words: Mapping[str, str]) -> str:
    for name, word in words.items():
        query = query.replace(name, word)
    return query


def _both_ends(store: Asked, queries: Iterable[str], iri: str, most: int) -> tuple[list[Statement], bool]:
    """The statements with a node as subject, by the first query, and as object, by the second, by relation."""
    found: list[Statement] = []
    truncated = False
    for forward, query in zip((True, False), queries, strict=True):
        rows, more = store.rows(query, {"thing:iri": iri}, most)
        found += _statements(rows, forward)
        truncated |= more
    return sorted(found, key=lambda one: one.predicate), truncated


def _statements(rows: Iterable[Mapping[str, Any]], forward: bool) -> Iterable[Statement]:
    """A statement for each predicate and other end (and claim), of rows that come in order."""
    found: dict[tuple[str, str, str], Statement] = {}
    sources: dict[tuple[str, str, str], dict[str, Source]] = {}
    for row in rows:
        predicate, other, claim = str(row["predicate"]), str(row["other"]), str(row.get("claim") or "")
        key = predicate, other, claim
        if key not in found:
            # Whatever has a class is a thing; only what has an address can be led to.
            thing = other.startswith(("http://", "https://", "urn:")) and row["type"] is not None
            text = str(row["text"] or local(other))
            node = Node(text, other, local(str(row["type"]))) if thing else Node(_plain(other))
            found[key] = Statement(predicate, forward, node, local(str(row.get("status") or "")), claim)
        if claim:
            sources.setdefault(key, {}).setdefault(str(row["evidence"]), _source(row))
    return [replace(one, sources=tuple(sources.get(key, {}).values())) for key, one in found.items()]


def _plain(text: str) -> str:
    """A value as text; of a term of the vocabularies, its name."""
    return local(text) if text.startswith(KG) else text


def _end(row: Mapping[str, Any], name: str) -> Node:
    iri = str(row[name])
    return Node(str(row[f"{name}_text"] or local(iri)), iri)


def _source(row: Mapping[str, Any]) -> Source:
    return Source(
        str(row["evidence"]),
        str(row["quote"]),
        str(row["article"]),
        str(row["title"]),
        str(row["source"]),
        int(row["start"]),
        int(row["end"]),
        row["day"],
        str(row["publisher"] or ""),
        float(row["confidence"]),
        str(row["rule"]),
        local(str(row["kind"])) == "InferredEvidence",
    )
