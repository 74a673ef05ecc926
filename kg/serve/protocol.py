"""SPARQL 1.1 Protocol, the query half: the request that an HTTP request states."""

from __future__ import annotations

from collections.abc import Sequence
from urllib.parse import parse_qsl

import anyio
from starlette.exceptions import HTTPException
from starlette.requests import Request as HTTPRequest

from kg.answers import Request
from kg.formats import accepted
from kg.sparql import LONGEST

FORM = "application/x-www-form-urlencoded"
DIRECT = "application/sparql-query"
UPDATES = ("application/sparql-update", "update", "using-graph-uri", "using-named-graph-uri")
BODY = 3 * LONGEST + 4096
"""bytes that a POST may have: the longest query, each byte of it as %XX, and some graphs"""
PATIENCE = 10.0
"""seconds that a client may take to send them"""
FIELDS = 100
READ_ONLY = "the store is read-only: SPARQL queries, no updates"

Fields = Sequence[tuple[str, str]]


async def read(request: HTTPRequest) -> Request | None:
    """The query that was sent, by GET, as a form or as it is; None where a GET sends none.

    Raises HTTPException: 400 for what the protocol forbids, 403 for an update, 408, 413, 415.
    """
    fields = _fields(request.scope["query_string"], "the address")
    if request.method == "POST":
        media, charset = _content_type(request.headers.get("content-type", ""))
        if media in UPDATES:
            raise HTTPException(403, READ_ONLY)
        if media not in (FORM, DIRECT) or charset not in ("", "utf-8"):
            raise HTTPException(415, f"send the query as {FORM} or {DIRECT}, in UTF-8")
        body = await _body(request)
        if media == DIRECT:
            if any(name == "query" for name, _ in fields):
                raise HTTPException(400, "one query: in the body or in the address")
            try:
                fields = [*fields, ("query", body.decode())]
            except UnicodeDecodeError as error:
                raise HTTPException(400, f"the query is not UTF-8: {error}") from error
        else:
            fields = [*fields, *_fields(body, "the form")]
    if any(name in UPDATES for name, _ in fields):
        raise HTTPException(403, READ_ONLY)
    queries = [value for name, value in fields if name == "query"]
    if not queries and request.method != "POST":
        return None
    if len(queries) != 1:
        raise HTTPException(400, f"one query, please; there are {len(queries)}")
    return Request(
        queries[0],
        accepted(request.headers.get("accept", ""), dict(fields)),
        {name[1:]: value for name, value in fields if name.startswith("$")},
        tuple(value for name, value in fields if name == "default-graph-uri"),
        tuple(value for name, value in fields if name == "named-graph-uri"),
    )


def _fields(text: bytes, where: str) -> Fields:
    try:
        return parse_qsl(text.decode("ascii"), keep_blank_values=True, errors="strict", max_num_fields=FIELDS)
    except ValueError as error:
        raise HTTPException(400, f"{where} cannot be read as UTF-8 fields: {error}") from error


def _content_type(header: str) -> tuple[str, str]:
    """Media type and charset, in small letters."""
    media, *parameters = (part.strip().lower() for part in header.split(";"))
    named = (parameter.partition("=") for parameter in parameters)
    return media, "".join(value.strip('"') for name, _, value in named if name.strip() == "charset")


async def _body(request: HTTPRequest) -> bytes:
    parts, size = [], 0
    with anyio.move_on_after(PATIENCE):
        async for part in request.stream():
            parts.append(part)
            size += len(part)
            if size > BODY:
                raise HTTPException(413, f"the body has more than {BODY} bytes")
        return b"".join(parts)
    raise HTTPException(408, f"the body took more than {PATIENCE:g} s")
