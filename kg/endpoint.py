"""A store that is a server: SPARQL 1.1 Protocol, as Fuseki, GraphDB, Virtuoso, QLever and Oxigraph speak it."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlencode, urlsplit, urlunsplit

from kg.errors import QueryError, StoreError, UsageError
from kg.ontology import BASE

if TYPE_CHECKING:
    from http.client import HTTPResponse

    from pyoxigraph import QueryBoolean, QuerySolutions, Triple

CHUNK = 2_000
"""triples sent at once: Virtuoso refuses much longer updates"""
SECONDS = 300
"""how long the server may be silent"""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where a server takes queries and updates.

    graph: IRI of the named graph that is meant, "" for the default graph; user, password: "" where none is asked for
    """

    query: str
    update: str
    graph: str = ""
    user: str = ""
    password: str = ""


def endpoint(url: str, update: str = "", graph: str = "") -> Endpoint:
    """The endpoint behind a URL, which may carry `user:password@`.

    update: where updates go; "" guesses it as the servers have it: /query and /NAME/sparql stand beside /update,
    /repositories/NAME is above /statements, else it is the same URL. Raises UsageError for what is no http(s) URL.

    >>> endpoint("http://localhost:3030/news/sparql").update
    'http://localhost:3030/news/update'
    >>> endpoint("http://me:secret@localhost:8890/sparql").query
    'http://localhost:8890/sparql'
    """
    import pyoxigraph as ox

    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise UsageError(f"{url}: give the address of a SPARQL endpoint, such as http://localhost:7878/query")
    if graph:
        try:
            ox.NamedNode(graph)
        except ValueError as error:
            raise UsageError(f"{graph}: no IRI of a graph: {error}") from error
    plain = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    path = parts.path.rstrip("/").split("/")
    if path[-1] == "query" or (path[-1] == "sparql" and len(path) > 2):
        guess = plain.rpartition(path[-1])[0] + "update"
    elif path[-2:-1] == ["repositories"]:
        guess = plain.rstrip("/") + "/statements"
    else:
        guess = plain
    user, password = unquote(parts.username or ""), unquote(parts.password or "")
    return Endpoint(plain, update or guess, graph, user, password)


def ask(to: Endpoint, query: str, form: str) -> QuerySolutions | QueryBoolean | Iterator[Triple]:
    """What the server answers to a query; form: as kg.sparql.check says.

    Raises QueryError where the server refuses the query, StoreError where it does not answer as SPARQL servers do.
    """
    import pyoxigraph as ox

    if form in ("CONSTRUCT", "DESCRIBE"):
        return triples(to, query)
    answer, kind = _ask(to, query, "application/sparql-results+json, application/sparql-results+xml;q=0.5")
    format = ox.QueryResultsFormat.from_media_type(kind)
    if format is None:
        raise StoreError(f"{to.query}: it answers with {kind}; is it a SPARQL endpoint?")
    results = ox.parse_query_results(answer, format=format)
    if form == "ASK" and isinstance(results, ox.QuerySolutions):
        # Virtuoso answers with a row that holds 1 or 0.
        true = any(value.value == "1" for row in results for value in row if isinstance(value, ox.Literal))
        return ox.parse_query_results(json.dumps({"head": {}, "boolean": true}), format=ox.QueryResultsFormat.JSON)
    return results


def triples(to: Endpoint, query: str = "CONSTRUCT { ?s ?p ?o } WHERE { ?s ?p ?o }") -> Iterator[Triple]:
    """The triples that a CONSTRUCT or DESCRIBE gives; all of them if none is told. Errors: as `ask`."""
    import pyoxigraph as ox

    answer, kind = _ask(to, query, "application/n-triples, text/turtle;q=0.5")
    format = ox.RdfFormat.from_media_type(kind)
    if format is None:
        raise StoreError(f"{to.query}: it answers with {kind}; is it a SPARQL endpoint?")
    return (quad.triple for quad in ox.parse(answer, format=format, base_iri=to.query))


def replace(to: Endpoint, triples: Iterable[Triple]) -> int:
    """Put the triples in place of all that the graph has; returns how many were sent.

    They are gathered in a graph of their own and then moved, so that a broken connection leaves what was there.
    """
    waiting = f"{to.graph or BASE}loading"
    target = f"GRAPH <{to.graph}>" if to.graph else "DEFAULT"
    update(to, f"DROP SILENT GRAPH <{waiting}>")
    sent, rest = 0, iter(triples)
    while chunk := list(islice(rest, CHUNK)):
        lines = " .\n".join(str(triple) for triple in chunk)
        update(to, f"INSERT DATA {{ GRAPH <{waiting}> {{ {lines} . }} }}")
        sent += len(chunk)
    update(to, f"MOVE SILENT GRAPH <{waiting}> TO {target}" if sent else f"CLEAR SILENT {target}")
    return sent


def update(to: Endpoint, text: str) -> None:
    """Run an update. Raises StoreError where the server does not."""
    try:
        _post(to, to.update, {"update": text}, "*/*").read()
    except QueryError as error:
        raise StoreError(f"{to.update}: it refuses the update: {error}") from error


def _ask(to: Endpoint, query: str, accept: str) -> tuple[HTTPResponse, str]:
    """The open answer to a query, and its media type."""
    answer = _post(to, to.query, {"query": query} | ({"default-graph-uri": to.graph} if to.graph else {}), accept)
    return answer, answer.headers.get_content_type()


def _post(to: Endpoint, url: str, fields: dict[str, str], accept: str) -> HTTPResponse:
    """The open answer to a form. Raises QueryError for a status of 400, StoreError for all else that goes wrong."""
    handlers: list[urllib.request.BaseHandler] = []
    if to.user:
        known = urllib.request.HTTPPasswordMgrWithDefaultRealm()
        known.add_password(None, url, to.user, to.password)
        handlers = [urllib.request.HTTPBasicAuthHandler(known), urllib.request.HTTPDigestAuthHandler(known)]
    request = urllib.request.Request(url, urlencode(fields).encode(), {"Accept": accept, "User-Agent": "kg"})
    try:
        answer: HTTPResponse = urllib.request.build_opener(*handlers).open(request, timeout=SECONDS)
        return answer
    except urllib.error.HTTPError as error:
        with error:
            said = " ".join(error.read(600).decode(errors="replace").split())
        if error.code == 400:
            raise QueryError(said) from error
        hint = "; give a name and password in the address: http://USER:PASSWORD@…" if error.code in (401, 403) else ""
        raise StoreError(f"{url}: {error.code} {error.reason}{hint} {said}".rstrip()) from error
    except (urllib.error.URLError, TimeoutError, ConnectionError) as error:
        raise StoreError(f"{url}: nothing answers there: {getattr(error, 'reason', error)}") from error
