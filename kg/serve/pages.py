"""The server's own pages, for people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import groupby

from jinja2 import Environment, PackageLoader

from kg import about
from kg import ontology as terms
from kg.about import Statement, Thing
from kg.formats import SHORT
from kg.ontology import KG, ONTOLOGY, RDFS, SKOS

OFFERED = ("turtle", "ntriples", "jsonld", "rdfxml")


def entity(thing: Thing, base: str) -> str:
    """The page of a node: its names, its facts by relation with their sentences; base: what local IRIs start with."""
    return (
        _templates(base)
        .get_template("entity.html")
        .render(thing=thing, facts=_grouped(thing.facts), properties=_grouped(thing.properties), formats=_formats())
    )


def query(base: str) -> str:
    """The page with the query editor; base: as for `entity`."""
    from kg import questions

    return _templates("").get_template("query.html").render(questions=questions.load(), base=base)


@cache
def ontology() -> str:
    """The page of the vocabulary: its classes, relations and literals, each at `#name`."""
    told = terms.read(terms.folder() / terms.FILES[0])
    known = terms.load()
    classes = [
        _term(told, name, "⊂ " + "、".join(_labels(told, above)) if above else "")
        for name, above in known.classes.items()
    ]
    properties = [
        _term(told, prop.name, f"{_ends(told, prop.domain)} → {_ends(told, prop.range)}")
        for prop in known.properties.values()
    ]
    return (
        _templates("")
        .get_template("ontology.html")
        .render(iri=ONTOLOGY, version=known.version, groups=(("类", classes), ("属性", properties)), formats=_formats())
    )


def _formats() -> list[tuple[str, str]]:
    return [(name, SHORT[name]) for name in OFFERED]


def _grouped(statements: Iterable[Statement]) -> list[tuple[str, list[Statement]]]:
    """The statements by relation as it reads from this end, in their order."""
    by = groupby(statements, key=lambda one: (one.predicate, one.forward))
    return [(about.reading(*key), list(group)) for key, group in by]


def _term(told: terms.Terms, name: str, more: str) -> Mapping[str, str]:
    said = {
        f"{what}_{language}": "；".join(text for text, tag in told.get((KG + name, iri), ()) if tag == language)
        for what, iri in (("label", RDFS + "label"), ("definition", SKOS + "definition"))
        for language in ("zh", "en")
    }
    return {"name": name, "more": more} | said


def _labels(told: terms.Terms, names: Iterable[str]) -> list[str]:
    return [_term(told, name, "")["label_zh"] or name for name in names]


def _ends(told: terms.Terms, names: Iterable[str]) -> str:
    return "、".join(_labels(told, names)) or "任何"


@cache
def _templates(base: str) -> Environment:
    made = Environment(loader=PackageLoader("kg.serve", "."), autoescape=True, trim_blocks=True, lstrip_blocks=True)
    start = f"{base}id/"
    made.filters["address"] = lambda iri: "/id/" + iri[len(start) :] if iri.startswith(start) else iri
    made.filters["type"] = about.type_label
    made.filters["status"] = about.status_label
    return made
