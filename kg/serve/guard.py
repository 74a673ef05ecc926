"""What every request has to pass and every answer carries, against websites that reach for this machine."""

from __future__ import annotations

import ipaddress
from collections.abc import MutableMapping
from typing import Any

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; img-src 'self'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
}


class Guard:
    """ASGI middleware: refuse requests for another host's name, set the headers above where the answer has none.

    A website can make its own name point to 127.0.0.1 (DNS rebinding), but must then send that name as Host. names:
    what this machine may be called besides localhost and any IP address, which nobody can make point elsewhere.
    """

    def __init__(self, app: ASGIApp, names: tuple[str, ...] = ()) -> None:
        self.app = app
        self.names = {"localhost", *(name.lower() for name in names)}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def guarded(message: MutableMapping[str, Any]) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        sent = Headers(scope=scope).getlist("host")
        if len(sent) == 1 and self._known(sent[0]):
            await self.app(scope, receive, guarded)
        else:
            host = ", ".join(sent)[:100] or "none"
            text = f"Host {host}: this server does not go by that name; start it with --allow-host NAME to let it\n"
            await PlainTextResponse(text, 400)(scope, receive, guarded)

    def _known(self, host: str) -> bool:
        """Whether a Host header names this machine.

        >>> [Guard(None)._known(host) for host in ("127.0.0.1:8000", "[::1]", "LOCALHOST:80", "evil.example", "::1")]
        [True, True, True, False, False]
        """
        if host.startswith("["):
            name, closed, port = host[1:].partition("]")
            if not closed or (port and not port.startswith(":")):
                return False
        else:
            name, _, port = host.partition(":")
            if ":" in port:
                return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return name.lower().rstrip(".") in self.names
        return True
