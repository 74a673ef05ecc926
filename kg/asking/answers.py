"""The answer to a question that is understood: rows of the store, and the sentences that they rest on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kg import questions, sparql
from kg.asking.book import query
from kg.asking.matching import Filled, Understood
from kg.asking.names import Named
from kg.model import Quantity, TimeSpan
from kg.rows import Rows, shown

if TYPE_CHECKING:
    from kg.rows import Node
    from kg.sparql import Term
    from kg.store import Store

FACTS = 100
"""facts at most whose sentences are looked for"""

EVIDENCE = """SELECT DISTINCT ?quote ?title ?paper ?published ?source ?start ?end
WHERE {
  { SELECT DISTINCT ?claim { $claims } }
  ?claim kg:evidence ?evidence .
  ?evidence kg:quote ?quote ; kg:startChar ?start ; kg:endChar ?end ; kg:inArticle ?article .
  ?article rdfs:label ?title ; dcterms:identifier ?source .
  OPTIONAL { ?article kg:publishedOn ?published }
  OPTIONAL { ?article kg:publishedIn/rdfs:label ?paper }
}
ORDER BY ?published ?title ?start ?quote"""
POSTS = "SELECT ?post { VALUES ?who { $who } ?who kg:holdsPost/rdfs:label ?post } ORDER BY ?post"


@dataclass(frozen=True, slots=True)
class Cited:
    """A sentence with where it stands; published: ISO date or ""; source, start, end: the article and its span."""

    quote: str
    title: str
    paper: str
    published: str
    source: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Part:
    """An answer about one thing. about: which, where several have the name; rows: cells as texts, under columns."""

    about: str
    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    evidence: tuple[Cited, ...]
    sparql: str


def parts(store: Store, asked: Understood) -> tuple[Part, ...]:
    """The answers: one, or one for each of several people of that name; those without rows left out."""
    namesakes = [name for name, filled in asked.slots.items() if _people(filled)]
    if not namesakes:
        found = [_part(store, asked, asked.slots, "")]
    else:
        name = namesakes[0]
        found = []
        for one in asked.slots[name].things:
            alone = {**asked.slots, name: Filled(asked.slots[name].token, (one,))}
            found.append(_part(store, asked, alone, f"{one.label}（{_posts(store, one) or '职务未见报'}）"))
    return tuple(part for part in found if part.rows)


def _people(filled: Filled) -> bool:
    return len(filled.things) > 1 and all(one.type == "Person" for one in filled.things)


def _posts(store: Store, one: Named) -> str:
    rows = store.query(POSTS, who=sparql.term(one.iri, "iri"))
    assert isinstance(rows, Rows)
    return "、".join(str(row["post"]) for row in rows)


def _part(store: Store, asked: Understood, slots: Mapping[str, Filled], about: str) -> Part:
    frame = asked.frame
    text = _bound(query(frame, set(slots)), slots, store)
    if frame.top:
        text += f"\nLIMIT {asked.top:d}"
    rows = _rows(store, text)
    named = [dict(zip(rows.variables, row, strict=True)) for row in rows.terms]
    # Who asks for the sentence itself does not mean that of the date or the place.
    told = frame.facts[:1] if asked.quote else frame.facts
    evidence = _evidence(store, [fact for row in named for fact in _facts(told, row, store)])
    columns = tuple(frame.columns.values())
    cells = tuple(dict.fromkeys(tuple(shown(row.get(name)) for name in frame.columns) for row in named))
    if asked.quote:
        columns = ("原文", "报道", "日期")
        cells = tuple((one.quote, one.title, one.published) for one in evidence)
    elif asked.count and cells:
        text = f"SELECT (COUNT(DISTINCT ?{frame.count}) AS ?count)\nWHERE {{ {{\n{text}\n}} }}"
        counted = _rows(store, text)
        columns, cells = ("数目（图谱所收）",), ((shown(counted.terms[0][0]),),)
    prefixes = sparql.prologue(text, store.prefixes).replace("> PREFIX", ">\nPREFIX").rstrip()
    return Part(about, columns, cells, evidence, f"{prefixes}\n{text}".lstrip())


def _rows(store: Store, text: str) -> Rows:
    rows = store.query(text)
    assert isinstance(rows, Rows)
    return rows


def _bound(text: str, slots: Mapping[str, Filled], store: Store) -> str:
    """The query with what fills the slots in it, as terms; a slot of several things has them all, for VALUES."""
    terms = {name: values for slot, filled in slots.items() for name, values in _terms(slot, filled, store)}
    used = sparql.parameters(text)
    values: dict[str, Term] = {}
    for name, several in terms.items():
        if name in used:
            text = re.sub(rf"\${name}\b", " ".join(f"${name}_{at}" for at in range(len(several))), text)
            values |= {f"{name}_{at}": one for at, one in enumerate(several)}
    return sparql.bind(text, values)


def _terms(slot: str, filled: Filled, store: Store) -> Iterator[tuple[str, Sequence[Term]]]:
    token = filled.token
    if isinstance(token.value, TimeSpan):
        yield f"{slot}_first", [sparql.term(token.value.first)]
        yield f"{slot}_last", [sparql.term(token.value.last)]
    elif isinstance(token.value, Quantity):
        yield f"{slot}_value", [sparql.term(token.value.value)]
        yield f"{slot}_unit", [sparql.term(token.value.unit, "text")]
        yield f"{slot}_modifier", [sparql.term(token.value.modifier, "text")]
    elif token.word:
        yield slot, [sparql.term(value, "iri", store.prefixes) for value in token.word.value]
        yield f"{slot}_kind", [sparql.term(token.word.kind, "text")]
    else:
        yield slot, [sparql.term(one.iri, "iri") for one in filled.things]


def _facts(
    triples: Sequence[tuple[str, str, str]], row: Mapping[str, Node | None], store: Store
) -> Iterator[tuple[Node, Node, Node]]:
    """The facts that a row rests on."""
    for triple in triples:
        nodes = [sparql.term(end, "iri", store.prefixes) if ":" in end else row.get(end) for end in triple]
        subject, predicate, object = nodes
        if subject and predicate and object:
            yield subject, predicate, object


def _evidence(store: Store, facts: Sequence[tuple[Node, Node, Node]]) -> tuple[Cited, ...]:
    """The sentences of facts, by day and place, each once."""
    import pyoxigraph as ox

    told = list(dict.fromkeys(facts))[:FACTS]
    if not told:
        return ()
    # Terms of the store itself, each written as a term; one branch a fact is what it looks up fastest.
    claims = " UNION ".join(
        f"{{ ?claim rdf:subject {subject} ; rdf:predicate {predicate} ; rdf:object {object} }}"
        for subject, predicate, object in told
    )
    prepared = questions.prepare(EVIDENCE.replace("$claims", claims), {}, store.prefixes)
    found: dict[tuple[str, int, int], Cited] = {}
    solutions = store.run(prepared)
    assert isinstance(solutions, ox.QuerySolutions)
    for solution in solutions:
        quote, title, paper, published, source, start, end = (shown(solution[at]) for at in range(7))
        found.setdefault(
            (source, int(start), int(end)), Cited(quote, title, paper, published, source, int(start), int(end))
        )
    return tuple(found.values())
