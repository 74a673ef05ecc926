"""The vocabulary: its namespaces, the class tree and signatures that rules are checked against, its documentation.

The terms themselves are in `ontology/news.ttl`. Every IRI and node id of the project is made here.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path
from types import MappingProxyType

from kg.errors import ConfigurationError, UsageError

BASE = "https://w3id.org/local-news-kg/"
"""Where entities' IRIs start unless --base-iri says otherwise."""
ONTOLOGY = "https://w3id.org/local-news-kg/ontology"
KG = ONTOLOGY + "#"
RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
RDFS = "http://www.w3.org/2000/01/rdf-schema#"
OWL = "http://www.w3.org/2002/07/owl#"
XSD = "http://www.w3.org/2001/XMLSchema#"
SKOS = "http://www.w3.org/2004/02/skos/core#"
DCTERMS = "http://purl.org/dc/terms/"
EDTF = "http://id.loc.gov/datatypes/edtf/"
SHACL = "http://www.w3.org/ns/shacl#"

FILES = ("news.ttl", "alignments.ttl", "shapes.ttl")
KINDS = ("Class", "ObjectProperty", "DatatypeProperty", "NamedIndividual", "AnnotationProperty")
SPREAD = (OWL + "unionOf", RDF + "first", RDF + "rest", SHACL + "or", SHACL + "class")
"""What `read` follows from a blank node to the names behind it."""


@dataclass(frozen=True, slots=True)
class Property:
    """A property: what may stand before and after it; () is anything.

    domain, range: names of classes, or of a datatype (xsd:decimal)
    slots: the range as a rule's slot sees it: every figure is a Quantity (the graph tells amounts from observations)
    fact: True for the predicates of facts.jsonl, the only ones a rule may state
    planned: the property that says it in the graph while it is only planned; "" if there is none
    """

    name: str
    domain: tuple[str, ...]
    range: tuple[str, ...]
    slots: tuple[str, ...]
    above: tuple[str, ...]
    fact: bool
    planned: str


@dataclass(frozen=True, slots=True)
class Ontology:
    """classes: name -> all classes above it; properties: name -> Property. Both sorted by name."""

    version: str
    classes: Mapping[str, tuple[str, ...]]
    properties: Mapping[str, Property]

    def is_a(self, cls: str, ancestor: str) -> bool:
        """Whether every `cls` is an `ancestor`; a name that the ontology lacks is only itself."""
        return cls == ancestor or ancestor in self.classes.get(cls, ())

    def admits(self, classes: Iterable[str], cls: str) -> bool:
        """Whether a `cls` may stand where `classes` (a domain, a range or slots) is asked for."""
        wanted = tuple(classes)
        return not wanted or any(self.is_a(cls, one) for one in wanted)

    @property
    def predicates(self) -> tuple[str, ...]:
        """The predicates of facts.jsonl."""
        return tuple(name for name, prop in self.properties.items() if prop.fact)


def folder() -> Path:
    """Where the ontology's files are: in the installed package, or beside it in the source tree.

    Raises ConfigurationError where neither holds them.
    """
    package = Path(__file__).resolve().parent
    for place in (package / "_ontology", package.parent / "ontology"):
        if (place / FILES[0]).is_file():
            return place
    raise ConfigurationError(f"{package / '_ontology'}: the ontology's files are missing; install the package again")


@cache
def load() -> Ontology:
    """The ontology as rules and graph need it. Raises ConfigurationError if news.ttl cannot be read."""
    terms = read(folder() / FILES[0])
    supers = {name: _names(terms, KG + name, RDFS + "subClassOf") for name in _of_type(terms, "Class")}
    classes = {name: _above(name, supers) for name in sorted(supers)}
    names = sorted(_of_type(terms, "ObjectProperty") + _of_type(terms, "DatatypeProperty"))
    parents = {name: _names(terms, KG + name, RDFS + "subPropertyOf") for name in names}
    planned = {name: "".join(_names(terms, KG + name, KG + "plannedAs")) for name in names}
    properties = {}
    for name in names:
        rdf_range = _names(terms, KG + name, RDFS + "range")
        above = _above(name, parents)
        properties[name] = Property(
            name,
            _names(terms, KG + name, RDFS + "domain"),
            rdf_range,
            tuple(sorted({_slot(one, classes) for one in rdf_range})),
            above,
            fact="relatedTo" in above
            and not any(name in parents[other] for other in names)
            and not any(name == form for other, form in planned.items() if other != name),
            planned=planned[name],
        )
    version = terms.get((ONTOLOGY, OWL + "versionInfo"), [("", "")])[0][0]
    return Ontology(version, MappingProxyType(classes), MappingProxyType(properties))


Terms = Mapping[tuple[str, str], list[tuple[str, str]]]
"""(subject, predicate) -> objects, each a value and its language, sorted; unions and lists are spread out."""


def read(path: Path) -> Terms:
    """The triples of a Turtle file. Raises ConfigurationError, naming file and line, where it is not Turtle."""
    import pyoxigraph as ox

    triples: dict[tuple[str, str], list[ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple]] = defaultdict(list)
    try:
        for quad in ox.parse(path=str(path), format=ox.RdfFormat.TURTLE):
            if isinstance(quad.subject, ox.Triple):
                raise ConfigurationError(f"{path}: a triple about a triple; write RDF 1.1")
            triples[quad.subject.value, quad.predicate.value].append(quad.object)
    except (OSError, SyntaxError) as error:
        raise ConfigurationError(f"{path}: {error}") from error

    def spread(node: ox.NamedNode | ox.BlankNode | ox.Literal | ox.Triple) -> Iterable[tuple[str, str]]:
        if isinstance(node, ox.NamedNode):
            if node.value != RDF + "nil":
                yield node.value, ""
        elif isinstance(node, ox.BlankNode):
            for link in SPREAD:
                for inner in triples.get((node.value, link), ()):
                    yield from spread(inner)
        elif isinstance(node, ox.Literal):
            yield node.value, node.language or ""

    return {key: sorted({pair for node in nodes for pair in spread(node)}) for key, nodes in triples.items()}


def _short(iri: str) -> str:
    return "xsd:" + iri.removeprefix(XSD) if iri.startswith(XSD) else iri.removeprefix(KG)


def _names(terms: Terms, subject: str, predicate: str) -> tuple[str, ...]:
    return tuple(_short(iri) for iri, _ in terms.get((subject, predicate), ()))


def _of_type(terms: Terms, kind: str) -> list[str]:
    return sorted(
        subject.removeprefix(KG)
        for (subject, predicate), objects in terms.items()
        if predicate == RDF + "type" and subject.startswith(KG) and (OWL + kind, "") in objects
    )


def _above(name: str, supers: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
    found: set[str] = set()
    waiting = list(supers.get(name, ()))
    while waiting:
        one = waiting.pop()
        if one not in found:
            found.add(one)
            waiting.extend(supers.get(one, ()))
    return tuple(sorted(found))


def _slot(cls: str, classes: Mapping[str, tuple[str, ...]]) -> str:
    return "Quantity" if cls == "Observation" or "Quantity" in classes.get(cls, ()) else cls


def check_base(base: str) -> str:
    """The base IRI, if entities' IRIs can start with it. Raises UsageError where not."""
    if not re.fullmatch(r"https?://[A-Za-z0-9.-]+(:[0-9]+)?/([A-Za-z0-9._~/-]*/)?", base):
        raise UsageError(f"--base-iri {base}: give an http or https address that ends in /, such as {BASE}")
    return base


@lru_cache(1 << 16)
def node_id(kind: str, *key: str) -> str:
    """The id of a node from its kind and key fields: the same everywhere, readable by kind, ASCII.

    >>> node_id("claim", "a", "b") == node_id("claim", "a", "b") != node_id("claim", "ab", "")
    True
    """
    return f"{kind}/{hashlib.sha256(chr(31).join(key).encode()).hexdigest()[:16]}"


def article_id(article: str, source: str) -> str:
    """The node id of an article: its source hashed, then its number within the source, if it has one.

    >>> article_id("A.md#2", "A.md") == node_id("article", "A.md") + ".2"
    True
    """
    number = article.removeprefix(source).removeprefix("#")
    return node_id("article", source) + (f".{number}" if number else "")


def check() -> list[str]:
    """What is wrong with the ontology's files, one line each; [] if nothing is. Raises ConfigurationError as `read`."""
    news, alignments, shapes = (read(folder() / name) for name in FILES)
    wrong: list[str] = []
    for name, terms, iri in zip(FILES, (news, alignments, shapes), ("", "/alignments", "/shapes"), strict=True):
        for wanted in (OWL + "versionIRI", OWL + "versionInfo", DCTERMS + "title", DCTERMS + "license"):
            if not terms.get((ONTOLOGY + iri, wanted)):
                wrong.append(f"{name}: the ontology has no {_local(wanted)}")
    kinds = {kind: _of_type(news, kind) for kind in KINDS}
    known = {KG + name for names in kinds.values() for name in names}
    for kind, names in kinds.items():
        labels: dict[tuple[str, str], str] = {}
        for name in names:
            wrong += [f"{FILES[0]}: kg:{name} {fault}" for fault in _wording_faults(news, name)]
            for label in news.get((KG + name, RDFS + "label"), ()):
                if (other := labels.setdefault(label, name)) != name:
                    wrong.append(f"{FILES[0]}: {kind} kg:{name} has the same label as kg:{other}, {label[0]}")
    for name, terms in zip(FILES, (news, alignments, shapes), strict=True):
        used = {iri for objects in terms.values() for iri, _ in objects} | {subject for subject, _ in terms}
        unknown = sorted(iri for iri in used - known if iri.startswith(KG) and iri != KG)
        wrong += [f"{name}: kg:{iri.removeprefix(KG)} is no term of {FILES[0]}" for iri in unknown]
    for prop in load().properties.values():
        if "relatedTo" in prop.above and prop.name != "participatedIn":
            wrong += _shape_faults(shapes, prop)
    return wrong


def _wording_faults(terms: Terms, name: str) -> Iterable[str]:
    for predicate in (RDFS + "label", SKOS + "definition"):
        languages = [language for _, language in terms.get((KG + name, predicate), ())]
        for language in ("zh", "en"):
            if languages.count(language) != 1:
                yield f"has {languages.count(language)} {_local(predicate)}s in {language}; give one"
    if not terms.get((KG + name, SKOS + "example")):
        yield "has no skos:example"


def _shape_faults(shapes: Terms, prop: Property) -> Iterable[str]:
    subjects = [
        subject
        for (subject, link), objects in shapes.items()
        if link == SHACL + "targetSubjectsOf" and (KG + prop.name, "") in objects
    ]
    if len(subjects) != 1:
        yield f"{FILES[2]}: kg:{prop.name} has {len(subjects)} shapes; give one"
        return
    domain = {*_names(shapes, subjects[0], SHACL + "class"), *_names(shapes, subjects[0], SHACL + "or")}
    if domain != set(prop.domain) or set(_names(shapes, subjects[0], SHACL + "property")) != set(prop.range):
        yield f"{FILES[2]}: the shape of kg:{prop.name} asks for other classes than its domain and range in {FILES[0]}"


def document() -> str:
    """The generated part of ontology/README.md: tables of predicates, classes, structure and literals."""
    terms = read(folder() / FILES[0])
    properties = load().properties.values()
    facts = [prop for prop in properties if prop.fact]
    structure = [prop for prop in properties if not prop.fact and prop.name in _of_type(terms, "ObjectProperty")]
    literals = [prop for prop in properties if prop.name in _of_type(terms, "DatatypeProperty")]
    parts = [f"## The {len(facts)} predicates of facts.jsonl\n\n", *_property_table(terms, facts)]
    parts += ["\n## Classes\n\n| class | 名称 | below | definition | example |\n|---|---|---|---|---|\n"]
    for name in _of_type(terms, "Class"):
        supers = ", ".join(_names(terms, KG + name, RDFS + "subClassOf"))
        parts.append(f"| `kg:{name}` | {_said(terms, name, 'zh')} | {supers} | {_defined(terms, name)} |\n")
    parts += ["\n## Other relations\n\n", *_property_table(terms, structure)]
    parts += ["\n## Literals\n\n", *_property_table(terms, literals)]
    parts += ["\n## Individuals\n\n| individual | 名称 | class | definition | example |\n|---|---|---|---|---|\n"]
    for name in _of_type(terms, "NamedIndividual"):
        kind = ", ".join(one for one in _names(terms, KG + name, RDF + "type") if one in load().classes)
        parts.append(f"| `kg:{name}` | {_said(terms, name, 'zh')} | {kind} | {_defined(terms, name)} |\n")
    return "".join(parts)


def _property_table(terms: Terms, properties: Iterable[Property]) -> Iterable[str]:
    yield "| property | 名称 | subject → object | definition | example |\n|---|---|---|---|---|\n"
    for prop in properties:
        anything = (
            "text or date" if (OWL + "DatatypeProperty", "") in terms[KG + prop.name, RDF + "type"] else "anything"
        )
        ends = f"{', '.join(prop.domain) or anything} → {', '.join(prop.range) or anything}"
        yield f"| `kg:{prop.name}` | {_said(terms, prop.name, 'zh')} | {ends} | {_defined(terms, prop.name)} |\n"


def _said(terms: Terms, name: str, language: str, predicate: str = RDFS + "label") -> str:
    return "; ".join(text for text, said in terms.get((KG + name, predicate), ()) if said == language)


def _defined(terms: Terms, name: str) -> str:
    definition = SKOS + "definition"
    examples = "; ".join(text for text, _ in terms.get((KG + name, SKOS + "example"), ()))
    chinese, english = (_said(terms, name, language, definition) for language in ("zh", "en"))
    return f"{chinese} {english} | {examples}".replace("\n", " ")


def _local(iri: str) -> str:
    return re.split(r"[#/]", iri)[-1]
