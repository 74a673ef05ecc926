"""Plain text and Markdown: the text of the file as it stands, front matter included."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator

from kg.model import Document, Metadata, Skipped
from kg.read import charset, frontmatter, text
from kg.read.reasons import Unreadable, skipped


def read(data: bytes, source: str) -> Iterator[Document | Skipped]:
    """The document of a .txt or .md file; a broken front matter is a `Skipped` before it. Raises Unreadable."""
    content = charset.decode(data)
    metadata, body = Metadata(), 0
    warning: Skipped | None = None
    try:
        metadata, body = frontmatter.parse(content)
    except Unreadable as error:
        warning = skipped(source, error.reason, error.what)
    text.check(content, body)
    if warning:
        yield warning
    media_type = "text/markdown" if source.lower().endswith(".md") else "text/plain"
    yield Document(source, content, media_type, hashlib.sha256(data).hexdigest(), metadata, body)
