"""The tools of `kg mcp`, and what they give. They only read."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Annotated, Any

import anyio
from mcp.server.mcpserver import MCPServer
from mcp.server.mcpserver.exceptions import ToolError
from mcp.types import ToolAnnotations
from pydantic import Field

from kg import __version__, about, ontology, questions
from kg.about import Claim, Node, Source, Statement
from kg.answers import ROWS, Request
from kg.errors import KgError, UsageError
from kg.ontology import KG
from kg.rows import rows, value
from kg.sparql import known_prefixes
from kg.workers import Pool

MANY = 200
"""rows that a tool gives unless it is asked for more: an assistant pays for each"""

INSTRUCTIONS = """A knowledge graph of Chinese local news. Every fact stands on sentences of articles.
Start with find_entity for names and with schema for classes, relations and ready questions; entity tells what is known
of one thing; query takes SPARQL or a ready question; evidence gives the sentences behind a fact.
Answer only from what the tools give. Cite each fact by the `citation` of its sentence. A status other than Actual is a
plan or somebody's word: say so. Where the tools give nothing, say that the graph has nothing about it."""


def server(pool: Pool, base: str) -> MCPServer[Any]:
    """The server with its tools; base: what IRIs of entities start with."""
    made: MCPServer[Any] = MCPServer(
        "local-news-kg", version=__version__, instructions=INSTRUCTIONS, log_level="WARNING"
    )
    reads = ToolAnnotations(read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False)

    async def asked(function: Callable[..., Any], *arguments: Any) -> Any:
        try:
            return await anyio.to_thread.run_sync(partial(function, *arguments))
        except KgError as error:
            raise ToolError(str(error)) from error

    @made.tool(annotations=reads)
    async def schema() -> dict[str, Any]:
        """The classes and relations of the graph, how facts carry their evidence, prefixes, and the ready questions."""
        return _schema(base)

    @made.tool(annotations=reads)
    async def find_entity(
        name: Annotated[str, Field(description="a name or part of one, such as 区委书记 or 丁宗岳", min_length=1)],
        type: Annotated[str, Field(description="class, such as Person, Company, Meeting; empty for any")] = "",
        limit: Annotated[int, Field(ge=1, le=100)] = 20,
    ) -> dict[str, Any]:
        """Find people, bodies, companies, projects, places, events and articles by name, the closest first."""
        return await asked(_found, pool, name, type, limit)  # type: ignore[no-any-return]

    @made.tool(annotations=reads)
    async def entity(
        entity: Annotated[
            str, Field(description="IRI of find_entity, prefixed (person:7c1f…) or whole, or a full name")
        ],
        limit: Annotated[int, Field(ge=1, le=about.MOST, description="rows of facts at most")] = MANY,
    ) -> dict[str, Any]:
        """What the graph says about one thing: its facts, each with its status and the sentences to cite."""
        return await asked(_entity, pool, base, entity, limit)  # type: ignore[no-any-return]

    @made.tool(annotations=reads)
    async def query(
        query: Annotated[str, Field(description="SPARQL 1.1 query, or the name or title of a ready question")],
        parameters: Annotated[
            dict[str, str], Field(description="value of each $name; NAME:TYPE as key for another type than a name")
        ] = {},  # noqa: B006  never written to
        limit: Annotated[int, Field(ge=1, le=ROWS, description="rows at most")] = MANY,
    ) -> dict[str, Any]:
        """Run a read-only SPARQL query or a ready question; the prefixes of schema need no declaration."""
        return await asked(_query, pool, query, parameters, limit)  # type: ignore[no-any-return]

    @made.tool(annotations=reads)
    async def evidence(
        fact: Annotated[str, Field(description="IRI of a claim or an evidence, prefixed (claim:6f3b…) or whole")],
    ) -> dict[str, Any]:
        """The sentences behind a fact: words, article, day, place in it, rule and confidence, and how to cite them."""
        return await asked(_evidence, pool, base, fact)  # type: ignore[no-any-return]

    return made


def _schema(base: str) -> dict[str, Any]:
    known = ontology.load()
    return {
        "prefixes": known_prefixes(base),
        "classes": [
            {
                "class": f"kg:{name}",
                "zh": about.type_label(name),
                "en": about.type_label(name, "en"),
                "below": list(above),
            }
            for name, above in known.classes.items()
        ],
        "relations": [
            {
                "relation": f"kg:{one.name}",
                "zh": about.reading(KG + one.name),
                "en": about.reading(KG + one.name, language="en"),
                "subject": list(one.domain),
                "object": list(one.range),
                "fact": one.fact,
            }
            for one in known.properties.values()
        ],
        "evidence": "each fact ?s ?p ?o has ?claim rdf:subject ?s ; rdf:predicate ?p ; rdf:object ?o ; "
        "kg:status ?status ; kg:evidence ?e . "
        "?e kg:quote ?sentence ; kg:inArticle ?article ; kg:startChar ?from ; kg:endChar ?to",
        "questions": [
            {
                "name": one.name,
                "zh": one.zh,
                "en": one.en,
                "parameters": {
                    p.name: f"{p.type}: {p.zh}" + (f" (默认 {p.default})" if p.default else "") for p in one.parameters
                },
                "example": list(one.example),
            }
            for one in questions.load()
        ],
    }


def _found(pool: Pool, name: str, type: str, limit: int) -> dict[str, Any]:
    things, more = about.named(pool, name, type.removeprefix("kg:"), limit)
    return {"entities": things, "truncated": more}


def _entity(pool: Pool, base: str, entity: str, limit: int) -> dict[str, Any]:
    iri = _iri(entity, base) or _only(pool, entity)
    thing = about.about(pool, iri, limit)
    if thing is None:
        raise UsageError(f"{entity}: the graph knows nothing of it; look for its name with find_entity")
    return {
        "iri": thing.iri,
        "label": thing.label,
        "types": list(thing.types),
        "aliases": list(thing.aliases),
        "facts": [_statement(one) for one in thing.facts],
        "properties": [_statement(one) for one in thing.properties],
        "truncated": thing.truncated,
    }


def _query(pool: Pool, query: str, parameters: Mapping[str, str], limit: int) -> dict[str, Any]:
    import pyoxigraph as ox

    accept = "application/sparql-results+json, text/turtle"
    answer = pool.ask(Request(query, accept, parameters, rows=limit))
    if answer.media_type == "text/turtle":
        return {"turtle": answer.body.decode(), "truncated": answer.truncated}
    parsed = ox.parse_query_results(answer.body, format=ox.QueryResultsFormat.JSON)
    if isinstance(parsed, ox.QueryBoolean):
        return {"answer": bool(parsed)}
    found = rows(parsed)
    told = [[_json(value(term)) for term in row] for row in found.terms]
    return {"columns": list(found.variables), "rows": told, "truncated": answer.truncated}


def _evidence(pool: Pool, base: str, fact: str) -> dict[str, Any]:
    iri = _iri(fact, base)
    claims = about.proof(pool, iri) if iri else []
    if not claims:
        raise UsageError(f"{fact}: that is no claim or evidence of the graph; entity gives them with each fact")
    return {"claims": [_claim(one) for one in claims]}


def _iri(text: str, base: str) -> str:
    """A whole IRI, or one with a known prefix, as an IRI; "" for what is a name."""
    prefix, colon, local = text.strip().strip("<>").partition(":")
    known = known_prefixes(base)
    if colon and prefix in known:
        return known[prefix] + local
    return prefix + colon + local if prefix in ("http", "https", "urn") else ""


def _only(pool: Pool, name: str) -> str:
    """The IRI of the one thing that has exactly this name. Raises UsageError where there are none or several."""
    things, _ = about.named(pool, name)
    exact = [one for one in things if one["name"] == name.strip()]
    if len(exact) == 1:
        return exact[0]["iri"]
    like = "; ".join(f"{one['label']} ({one['type']}) {one['iri']}" for one in (exact or things)[:10])
    if exact:
        raise UsageError(f"{name}: {len(exact)} things have that name; give the IRI of one: {like}")
    raise UsageError(f"{name}: nothing has exactly that name" + (f"; like it: {like}" if like else ""))


def _statement(one: Statement) -> dict[str, Any]:
    told: dict[str, Any] = {"relation": about.reading(one.predicate, one.forward), "predicate": one.predicate}
    told |= {"direction": "out" if one.forward else "in"} | _node(one.other)
    if one.claim:
        told |= {"status": one.status, "claim": one.claim, "sentences": [_source(source) for source in one.sources]}
    return told


def _claim(one: Claim) -> dict[str, Any]:
    return {
        "claim": one.iri,
        "subject": _node(one.subject),
        "predicate": one.predicate,
        "relation": about.reading(one.predicate),
        "object": _node(one.object),
        "status": one.status,
        "sentences": [_source(source) for source in one.sources],
    }


def _node(node: Node) -> dict[str, str]:
    return {"text": node.text} | {key: said for key, said in (("iri", node.iri), ("type", node.type)) if said}


def _source(one: Source) -> dict[str, Any]:
    return {
        "evidence": one.evidence,
        "quote": one.quote,
        "citation": one.citation,
        "article": one.article,
        "published": one.day.isoformat() if one.day else None,
        "rule": one.rule,
        "confidence": one.confidence,
        "inferred": one.inferred,
    }


def _json(cell: object) -> Any:
    """A value of a row as JSON has it: a whole decimal as such, a date as text."""
    if isinstance(cell, Decimal):
        return int(cell) if cell == cell.to_integral_value() else float(cell)
    return cell.isoformat() if isinstance(cell, dt.date) else cell
