"""RDF's small parts: IRIs, literals, dates and numbers as RDF writes them, and Turtle that is the same every time."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from calendar import monthrange
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import ConfigurationError, UsageError
from kg.files import atomic_write
from kg.model import Entity, Fact, Ref
from kg.ontology import BASE, DCTERMS, EDTF, KG, OWL, RDF, RDFS, SKOS, XSD, article_id, check_base, load, node_id

if TYPE_CHECKING:
    import rdflib
    from pyoxigraph import BlankNode, Literal, NamedNode, Triple

TYPE, LABEL = RDF + "type", RDFS + "label"
VOCABULARIES = {
    "kg": KG,
    "rdf": RDF,
    "rdfs": RDFS,
    "owl": OWL,
    "skos": SKOS,
    "xsd": XSD,
    "dcterms": DCTERMS,
    "edtf": EDTF,
}
"""Prefixes of the vocabularies that the graph is written in."""

_ID = re.compile(r"[A-Za-z_-]+/[0-9A-Za-z._-]+")


class Lit(NamedTuple):
    """A literal: its text and its language or datatype."""

    value: str
    language: str = ""
    datatype: str = ""


Row = tuple[str, str, str | Lit]
"""A triple in the making: subject IRI, predicate IRI, object IRI or literal."""


class Names:
    """Which IRI an entity, an article or a name has. Names that resolution left without an id are given one."""

    def __init__(self, entities: Iterable[Entity], base: str = BASE, bodies: Mapping[str, str] | None = None) -> None:
        """Names of entities; bodies: wording -> id of the organisation that it is known to mean."""
        self.base = check_base(base) + "id/"
        self.bodies = bodies or {}
        self.entities = {entity.id: entity for entity in sorted(entities, key=lambda entity: entity.id)}
        self._named: dict[str, list[Entity]] = defaultdict(list)
        for entity in self.entities.values():
            for name in {entity.label, *entity.aliases}:
                self._named[name].append(entity)

    def iri(self, ident: str) -> str:
        """The IRI of an id such as `person/7c1f0a52e9b4`. Raises ConfigurationError for any other form."""
        if not _ID.fullmatch(ident):
            raise ConfigurationError(f"entity id {ident!r}: an id is kind/hash, such as person/7c1f0a52e9b4")
        return self.base + ident

    def ref(self, ref: Ref, fact: Fact) -> str:
        """The IRI of what a fact names; an article is itself."""
        if ref.type == "Article":
            return self.article(fact)
        return self.iri(ref.id) if ref.id else self.name(ref.type, ref.label)

    def article(self, fact: Fact) -> str:
        """The IRI of the article that says the fact."""
        return self.iri(article_id(fact.article, fact.source))

    def name(self, cls: str, label: str) -> str:
        """The IRI of the `cls` of that name: the entity so called (its label before an alias), else one of its own."""
        if cls == "Organization" and label in self.bodies:
            return self.iri(self.bodies[label])
        same = [entity for entity in self._named.get(label, ()) if load().is_a(entity.type, cls)]
        if same:
            return self.iri(min(same, key=lambda entity: (entity.label != label, entity.id)).id)
        return self.iri(node_id(cls.lower(), label))


def edtf(iso: str) -> str:
    """A date of facts.jsonl in the Extended Date/Time Format.

    >>> edtf("2026-H2"), edtf("2025-Q1"), edtf("2025-06")
    ('2026-07/2026-12', '2025-01/2025-03', '2025-06')
    """
    parts = [_months(part) for part in iso.split("/")]
    first, last = parts[0][0], parts[-1][-1]
    return first if first == last else f"{first}/{last}"


def days(iso: str) -> tuple[dt.date, dt.date] | None:
    """The first and last day of a date of facts.jsonl; None where it is none.

    >>> days("2024-02")
    (datetime.date(2024, 2, 1), datetime.date(2024, 2, 29))
    >>> days("去年")
    """
    ends = edtf(iso).split("/")
    try:
        return _day(ends[0], last=False), _day(ends[-1], last=True)
    except ValueError:
        return None


def prefixes(base: str, of: Iterable[Triple]) -> dict[str, str]:
    """The prefixes that make the triples readable: the vocabularies', and one for each kind of node."""
    start = check_base(base) + "id/"
    kinds = {iri.removeprefix(start).split("/")[0] for iri in _iris(of) if iri.startswith(start)}
    return {kind: f"{start}{kind}/" for kind in sorted(kinds)} | VOCABULARIES


def write_turtle(triples: Iterable[Triple], path: Path, prefixes: Mapping[str, str]) -> None:
    """Write triples, in the order given, as Turtle: one paragraph a subject. The file is replaced whole."""
    import pyoxigraph as ox

    text = ox.serialize(triples, format=ox.RdfFormat.TURTLE, prefixes=dict(prefixes)) or b""
    with atomic_write(path) as file:
        # The serialiser escapes line feeds within strings, so a line that starts with neither tab nor @ is a subject.
        lines = text.decode().split("\n")[:-1]
        file.writelines(sorted(line + "\n" for line in lines if line.startswith("@")))
        for line in lines:
            if not line.startswith("@"):
                file.write(line + "\n" if line.startswith("\t") else "\n" + line + "\n")


def decimal(value: Decimal) -> str:
    """A number as canonical xsd:decimal (XSD 1.1), which is what triple stores give back.

    >>> decimal(Decimal("3.50E+8")), decimal(Decimal("-0.10")), decimal(Decimal("-0"))
    ('350000000', '-0.1', '0')
    """
    text = format(value, "f")
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def clean(text: str) -> str:
    r"""A label without what cannot be seen: controls, zero-width and direction marks; spaces made single.

    >>> clean("沈\u200b东\u202e\n")
    '沈东'
    """
    if not text.isprintable():  # the few that hold what is to go, or a wide space
        text = "".join(char for char in text if char.isspace() or unicodedata.category(char) not in ("Cc", "Cf", "Cs"))
    return " ".join(text.split()) if " " in text or not text.isprintable() else text


def zh(text: str) -> Lit:
    """A Chinese label."""
    return Lit(clean(text), language="zh")


def date(day: dt.date) -> Lit:
    """A day."""
    return Lit(day.isoformat(), datatype=XSD + "date")


def number(value: Decimal, datatype: str) -> Lit:
    """A figure; datatype: decimal or integer."""
    return Lit(decimal(value), datatype=XSD + datatype)


_LEADING = {
    predicate: str(place)
    for place, predicate in enumerate((TYPE, LABEL, RDF + "subject", RDF + "predicate", RDF + "object"))
}
"""Predicates that come first, and what they sort as."""


def _row_order(row: Row) -> tuple[str, str, tuple[str, ...]]:
    return row[0], _LEADING.get(row[1], row[1]), (row[2],) if isinstance(row[2], str) else tuple(row[2])


def order(triple: Triple) -> tuple[str, str, str]:
    """Sorting key of a triple: by subject, type and label first, then by predicate and object."""
    predicate = triple.predicate.value
    return str(triple.subject), _LEADING.get(predicate, predicate), str(triple.object)


def in_order(rows: Iterable[Row]) -> tuple[Row, ...]:
    """The rows sorted: by subject, type and label first, then by predicate and object."""
    return tuple(sorted(rows, key=_row_order))


def triples(rows: Iterable[Row]) -> tuple[Triple, ...]:
    """The rows as triples, in order."""
    return tuple(_triples(in_order(rows)))


def _triples(rows: Iterable[Row]) -> Iterator[Triple]:
    import pyoxigraph as ox

    nodes: dict[str, ox.NamedNode] = {}

    def node(iri: str) -> ox.NamedNode:
        known = nodes.get(iri)
        if known is None:
            known = nodes[iri] = ox.NamedNode(iri)
        return known

    for subject, predicate, value in rows:
        if isinstance(value, str):
            end: ox.NamedNode | ox.Literal = node(value)
        elif value.language:
            end = ox.Literal(value.value, language=value.language)
        else:
            end = ox.Literal(value.value, datatype=node(value.datatype or XSD + "string"))
        yield ox.Triple(node(subject), node(predicate), end)


def paragraphs(rows: Sequence[Row], prefixes: Mapping[str, str]) -> list[str]:
    """Rows in order as Turtle without the prefixes' declarations: one paragraph a subject, each after an empty line."""
    import pyoxigraph as ox

    text = ox.serialize(_triples(rows), format=ox.RdfFormat.TURTLE, prefixes=dict(prefixes)) or b""
    found: list[str] = []
    # The serialiser escapes line feeds within strings, so a line that starts with neither tab nor @ is a subject.
    for line in text.decode().split("\n")[:-1]:
        if line.startswith("\t"):
            found[-1] += line + "\n"
        elif not line.startswith("@"):
            found.append("\n" + line + "\n")
    return found


def declarations(prefixes: Mapping[str, str]) -> str:
    """The head of a Turtle file."""
    return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in sorted(prefixes.items()))


_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r"})


def ntriples(rows: Iterable[Row]) -> str:
    """The rows as N-Triples, in no order."""
    return "".join(map(_line, rows))


def _line(row: Row) -> str:
    subject, predicate, value = row
    if isinstance(value, str):
        return f"<{subject}> <{predicate}> <{value}> .\n"
    text = value.value.translate(_ESCAPES)
    if value.language:
        return f'<{subject}> <{predicate}> "{text}"@{value.language} .\n'
    return f'<{subject}> <{predicate}> "{text}"^^<{value.datatype or XSD + "string"}> .\n'


def as_rdflib(triples: Iterable[Triple]) -> rdflib.Graph:
    """The triples as a graph of rdflib, numbers and dates in the spelling that they have."""
    import pyoxigraph as ox
    import rdflib

    @cache
    def term(node: NamedNode | BlankNode | Literal | Triple) -> rdflib.term.Node:
        if isinstance(node, ox.NamedNode):
            return rdflib.URIRef(node.value)
        if isinstance(node, ox.BlankNode):
            return rdflib.BNode(node.value)
        if not isinstance(node, ox.Literal):
            raise UsageError(f"{node}: rdflib has no triples about triples")
        if node.language:
            return rdflib.Literal(node.value, lang=node.language)
        if node.datatype.value == XSD + "string":
            # To rdflib a plain string, which the shapes write, and one typed xsd:string are two.
            return rdflib.Literal(node.value)
        return rdflib.Literal(node.value, datatype=rdflib.URIRef(node.datatype.value), normalize=False)

    graph = rdflib.Graph()
    for triple in triples:
        graph.add((term(triple.subject), term(triple.predicate), term(triple.object)))
    return graph


def _months(part: str) -> tuple[str, str]:
    """The first and last month of a half or a quarter; any other date stays."""
    match = re.fullmatch(r"(\d{4})-([HQ])([1-4])", part)
    if match is None:
        return part, part
    year, number, length = match[1], int(match[3]), 6 if match[2] == "H" else 3
    return f"{year}-{(number - 1) * length + 1:02}", f"{year}-{number * length:02}"


def _day(iso: str, *, last: bool) -> dt.date:
    """The first or last day of YYYY, YYYY-MM or YYYY-MM-DD. Raises ValueError for anything else."""
    if not re.fullmatch(r"\d{4}(-\d\d){0,2}", iso):
        raise ValueError(iso)
    year, month, day = (*(int(part) for part in iso.split("-")), 0, 0)[:3]
    month = month or (12 if last else 1)
    return dt.date(year, month, day or (monthrange(year, month)[1] if last else 1))


def _iris(triples: Iterable[Triple]) -> set[str]:
    import pyoxigraph as ox

    terms = {term for triple in triples for term in (triple.subject, triple.object)}
    return {term.value for term in terms if isinstance(term, ox.NamedNode)}
