"""What the server says of itself and its data to machines: SPARQL 1.1 Service Description, VoID, the ontology."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from kg import ontology as terms
from kg.formats import GRAPHS
from kg.ontology import DCTERMS, ONTOLOGY, RDF, XSD
from kg.rdf import VOCABULARIES, Lit, Row, triples

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pyoxigraph import Triple

    from kg.about import Asked

SD = "http://www.w3.org/ns/sparql-service-description#"
VOID = "http://rdfs.org/ns/void#"
W3C = "http://www.w3.org/ns/formats/"
FORMATS = (
    "SPARQL_Results_JSON", "SPARQL_Results_XML", "SPARQL_Results_CSV", "SPARQL_Results_TSV",
    "Turtle", "N-Triples", "JSON-LD", "RDF_XML",
)  # fmt: skip
PREFIXES = {"sd": SD, "void": VOID} | {name: VOCABULARIES[name] for name in ("rdf", "xsd", "dcterms")}

CLASSES = "SELECT ?term (COUNT(*) AS ?n) WHERE { ?s a ?term } GROUP BY ?term ORDER BY ?term"
PROPERTIES = "SELECT ?term (COUNT(*) AS ?n) WHERE { ?s ?term ?o } GROUP BY ?term ORDER BY ?term"


def service(root: str, media: str) -> bytes:
    """The service description; root: the server's address, ending in `/`; media: a media type of kg.formats.GRAPHS."""
    it, data = f"{root}sparql", f"{root}void#dataset"
    rows: list[Row] = [
        (it, RDF + "type", SD + "Service"),
        (it, SD + "endpoint", it),
        (it, SD + "supportedLanguage", SD + "SPARQL11Query"),
        *((it, SD + "resultFormat", W3C + name) for name in FORMATS),
        (it, SD + "defaultDataset", data),
        (data, RDF + "type", SD + "Dataset"),
        (data, SD + "defaultGraph", f"{root}void#graph"),
        (f"{root}void#graph", RDF + "type", SD + "Graph"),
    ]
    return _written(triples(rows), media)


def dataset(store: Asked, root: str, base: str, media: str) -> bytes:
    """The VoID description: how many triples there are, of which classes and properties.

    base: what entities' IRIs start with. Raises LimitError where counting takes longer than a query may.
    """
    it = f"{root}void#dataset"
    classes, _ = store.rows(CLASSES)
    properties, _ = store.rows(PROPERTIES)
    rows: list[Row] = [
        (it, RDF + "type", VOID + "Dataset"),
        (it, DCTERMS + "title", Lit("地方新闻知识图谱", "zh")),
        (it, VOID + "sparqlEndpoint", f"{root}sparql"),
        (it, VOID + "uriSpace", Lit(f"{base}id/")),
        (it, VOID + "vocabulary", ONTOLOGY),
        (it, VOID + "triples", _count(sum(int(str(row["n"])) for row in properties))),
        (it, VOID + "classes", _count(len(classes))),
        (it, VOID + "properties", _count(len(properties))),
        *((it, VOID + "feature", W3C + name) for name in FORMATS[4:]),
    ]
    for found, kind, total in ((classes, "class", "entities"), (properties, "property", "triples")):
        for number, row in enumerate(found, 1):
            part = f"{root}void#{kind}-{number}"
            rows += [(it, f"{VOID}{kind}Partition", part), (part, VOID + kind, str(row["term"]))]
            rows.append((part, VOID + total, _count(int(str(row["n"])))))
    return _written(triples(rows), media)


@cache
def ontology(media: str) -> bytes:
    """The vocabulary, `ontology/news.ttl`; as it is, comments and all, where Turtle is asked for."""
    import pyoxigraph as ox

    path = terms.folder() / terms.FILES[0]
    if media == "text/turtle":
        return path.read_bytes()
    return _written((quad.triple for quad in ox.parse(path=path, format=ox.RdfFormat.TURTLE)), media)


def _count(number: int) -> Lit:
    return Lit(str(number), datatype=XSD + "integer")


def _written(of: Iterable[Triple], media: str) -> bytes:
    import pyoxigraph as ox

    format = getattr(ox.RdfFormat, GRAPHS[media])
    used = PREFIXES if format in (ox.RdfFormat.TURTLE, ox.RdfFormat.RDF_XML) else None
    return ox.serialize(of, format=format, prefixes=used) or b""
