"""`kg mcp`: an assistant answers from the graph and cites the sentences, over Model Context Protocol."""

from __future__ import annotations

from pathlib import Path

from kg.errors import UsageError
from kg.serve import opened
from kg.workers import Pool


def run(folder: str | Path) -> None:
    """Serve the tools on stdin and stdout until stdin ends, with the limits of kg.workers; folder: of a build.

    Raises as kg.serve.opened does, UsageError where the extra `mcp` is not installed.
    """
    base = opened(folder)
    try:
        from kg.assistant import tools
    except ModuleNotFoundError as error:
        message = f"{error.name} is not installed; install it with: pip install 'local-news-kg[mcp]'"
        raise UsageError(message) from error
    with Pool(str(folder)) as pool:
        tools.server(pool, base).run("stdio")
