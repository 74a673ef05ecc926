"""The web application: what answers which address. Queries run in kg.workers, never here."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Any

import anyio
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request as HTTPRequest
from starlette.responses import FileResponse, HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from kg import about
from kg.answers import Answer, Request
from kg.errors import KgError, LimitError, NotAcceptableError, UsageError
from kg.formats import GRAPHS, HTML, accepted, negotiate
from kg.serve import describe, pages, protocol
from kg.serve.guard import Guard
from kg.workers import Pool

STATIC = Path(__file__).parent / "static"
VIEWER = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:; worker-src blob:"
)
"""Around the viewer's own, stricter policy."""
EDITOR = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'"
)
RDF = [media for media in GRAPHS if media != "application/json"]
BOTH_ENDS = """CONSTRUCT { $thing ?p ?o . ?s ?q $thing }
WHERE { { $thing ?p ?o } UNION { ?s ?q $thing } }"""


def application(
    out: Path, pool: Pool, base: str, *, hosts: Sequence[str] = (), origins: Sequence[str] = ()
) -> Starlette:
    """The application over the build in `out`; base: what its IRIs start with; see kg.serve.serve for the rest."""

    async def viewer(_: HTTPRequest) -> Response:
        page = out / "graph.html"
        if not page.is_file():
            raise HTTPException(404, f"{page}: there is no such page; make it with: kg build PAGES -o {out}")
        return FileResponse(page, media_type=HTML, headers={"Content-Security-Policy": VIEWER})

    async def query(_: HTTPRequest) -> Response:
        return HTMLResponse(pages.query(base), headers={"Content-Security-Policy": EDITOR})

    async def icon(_: HTTPRequest) -> Response:
        return Response(status_code=204)

    async def sparql(request: HTTPRequest) -> Response:
        asked = await protocol.read(request)
        if asked is not None:
            return _response(await _run(pool.ask, asked))
        media = negotiate(_accept(request), [*RDF, HTML])
        if media == HTML:
            return RedirectResponse("/query", 303)
        return Response(describe.service(str(request.base_url), media), media_type=media)

    async def void(request: HTTPRequest) -> Response:
        media = negotiate(_accept(request), RDF)
        body = await _run(describe.dataset, pool, str(request.base_url), base, media)
        return Response(body, media_type=media)

    async def entity(request: HTTPRequest) -> Response:
        iri = f"{base}id/{request.path_params['path']}"
        media = negotiate(_accept(request), [HTML, *RDF])
        missing = HTTPException(404, f"{iri}: the store knows nothing of it")
        if media == HTML:
            thing = await _run(about.about, pool, iri)
            if thing is None:
                raise missing
            return HTMLResponse(pages.entity(thing, base), headers={"Vary": "Accept"})
        answer = await _run(pool.ask, Request(BOTH_ENDS, media, {"thing:iri": iri}))
        if not answer.rows:
            raise missing
        return _response(answer)

    async def ontology(request: HTTPRequest) -> Response:
        media = negotiate(_accept(request), [HTML, *RDF])
        body = pages.ontology() if media == HTML else describe.ontology(media)
        return Response(body, media_type=media, headers={"Vary": "Accept"})

    cors = Middleware(
        CORSMiddleware,
        allow_origins=list(origins),
        allow_methods=["GET", "POST"],
        allow_headers=["Content-Type"],
        expose_headers=["X-Truncated"],
    )
    return Starlette(
        routes=[
            Route("/", viewer),
            Route("/query", query),
            Route("/favicon.ico", icon),
            Route("/sparql", sparql, methods=["GET", "POST"]),
            Route("/id/{path:path}", entity),
            Route("/ontology", ontology),
            Route("/void", void),
            Route("/.well-known/void", void),
            Mount("/static", StaticFiles(directory=STATIC)),
        ],
        middleware=[Middleware(Guard, names=tuple(hosts)), *([cors] if origins else [])],
        exception_handlers={KgError: _failed, HTTPException: _refused},
    )


async def _run(function: Any, *arguments: Any) -> Any:
    """What a blocking function returns, run in a thread."""
    return await anyio.to_thread.run_sync(partial(function, *arguments))


def _accept(request: HTTPRequest) -> str:
    return accepted(request.headers.get("accept", ""), request.query_params)


def _response(answer: Answer) -> Response:
    headers = {"Vary": "Accept"} | ({"X-Truncated": str(answer.rows)} if answer.truncated else {})
    media = answer.media_type + ("; header=present" if answer.media_type == "text/csv" else "")
    return Response(answer.body, media_type=media, headers=headers)


async def _failed(_: HTTPRequest, error: Exception) -> Response:
    """One of the program's own errors, as HTTP has it: 400, 406, 500, 503 or 504."""
    headers: dict[str, str] = {}
    match error:
        case NotAcceptableError():
            status = 406
        case UsageError():
            status = 400
        case LimitError(what="busy"):
            status, headers = 503, {"Retry-After": "1"}
        case LimitError(what="time"):
            status = 504
        case LimitError():
            status = 500
        case _:
            status = 503
    return PlainTextResponse(f"{error}\n", status, headers)


async def _refused(_: HTTPRequest, error: Exception) -> Response:
    assert isinstance(error, HTTPException)
    return PlainTextResponse(f"{error.detail}\n", error.status_code, error.headers)
