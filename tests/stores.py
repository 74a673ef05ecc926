"""Stores for tests, made of RDF text, as a build would leave them."""

from __future__ import annotations

import json
from pathlib import Path

import pyoxigraph as ox

from kg.files import atomic_write
from kg.ontology import BASE
from kg.store import CURRENT

PEOPLE = """
@prefix kg: <https://w3id.org/local-news-kg/ontology#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix person: <https://w3id.org/local-news-kg/id/person/> .
"""


def put(out: Path, number: int, quads: list[ox.Quad]) -> None:
    """Put a database in place as the current one of the folder, as the end of a build does."""
    (out / "store").mkdir(exist_ok=True)
    database = ox.Store(out / "store" / str(number))
    database.bulk_extend(quads)
    database.flush()
    del database  # closes it
    choose(out, number)


def choose(out: Path, number: int) -> None:
    with atomic_write(out / "store" / CURRENT) as file:
        file.write(json.dumps({"database": str(number), "base": BASE, "triples": 0}) + "\n")


def people(out: Path, count: int, number: int = 1) -> Path:
    """A store of so many people."""
    text = PEOPLE + "".join(f'person:p{n} a kg:Person ; rdfs:label "人{n}"@zh .\n' for n in range(count))
    put(out, number, list(ox.parse(text, format=ox.RdfFormat.TURTLE)))
    return out
