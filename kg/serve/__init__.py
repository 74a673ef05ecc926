"""`kg serve`: the viewer, a SPARQL endpoint, a query page and every entity's page, for this machine alone."""

from __future__ import annotations

import signal
import socket
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from kg import store
from kg.errors import UsageError
from kg.files import locked
from kg.workers import Limits, Pool

HOST, PORT = "127.0.0.1", 8000
LIMITS = Limits()
CLOSING = 3
"""seconds that answers on their way may take when the server ends"""


def serve(
    folder: str | Path,
    host: str = HOST,
    port: int = PORT,
    *,
    hosts: Sequence[str] = (),
    origins: Sequence[str] = (),
    limits: Limits = LIMITS,
) -> None:
    """Serve a build until SIGINT or SIGTERM; says on stderr where.

    folder: of a build; host, port: where to listen, port 0 for any free one
    hosts: names besides localhost that requests may call this machine; origins: websites whose scripts may ask (CORS)
    Raises UsageError where there is no store, the port is taken or the extra is missing, StoreLockedError where there
    is none because a build is just making it, StoreError for a store that cannot be read.
    """
    out, base = Path(folder), opened(folder)
    try:
        import uvicorn

        from kg.serve.app import application
    except ModuleNotFoundError as error:
        message = f"{error.name} is not installed; install it with: pip install 'local-news-kg[serve]'"
        raise UsageError(message) from error
    listening = listen(host, port)
    with listening, Pool(str(out), limits) as pool:
        app = application(out, pool, base, hosts=hosts, origins=origins)
        config = uvicorn.Config(
            app, log_level="warning", timeout_graceful_shutdown=CLOSING, lifespan="off", server_header=False
        )

        class Server(uvicorn.Server):
            def handle_exit(self, sig: int, frame: FrameType | None) -> None:
                # Queries would keep it waiting for their whole time.
                pool.stop()
                super().handle_exit(sig, frame)

        server = Server(config)
        # Uvicorn's own handlers come a moment later, and when it has ended it raises the signal again for those before.
        if threading.current_thread() is threading.main_thread():  # no other may
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, server.handle_exit)
        name = f"[{host}]" if ":" in host else host
        print(f"http://{name}:{listening.getsockname()[1]}/  (/query /sparql /ontology; Ctrl-C ends)", file=sys.stderr)
        sys.stderr.flush()
        server.run(sockets=[listening])


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises UsageError where it cannot."""
    # Asyncio sends small packets at once only where the protocol is named; else an answer takes 40 ms.
    made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":  # there it means another thing
            made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host, port))
        made.listen()
    except (OSError, OverflowError) as error:
        made.close()
        raise UsageError(f"{host}:{port}: {error}; give another --port or --host") from error
    return made


def opened(folder: str | Path) -> str:
    """The base IRI of a build's store, which is thereby known to be there and readable. Raises as `serve` does."""
    if store.is_address(folder):
        raise UsageError(f"{folder}: give the folder of a build; that is a server already")
    try:
        return store.open(folder).base
    except UsageError:
        lock = Path(folder) / "store" / "lock"
        if lock.is_file():
            with locked(lock):  # says who is just writing it
                pass
        raise
