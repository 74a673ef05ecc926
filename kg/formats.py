"""The formats of answers, as HTTP names them, and which of them a client takes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kg.errors import NotAcceptableError

RESULTS = {
    "application/sparql-results+json": "JSON",
    "application/json": "JSON",
    "application/sparql-results+xml": "XML",
    "application/xml": "XML",
    "text/xml": "XML",
    "text/csv": "CSV",
    "text/tab-separated-values": "TSV",
}
"""Of solutions and truth values: media type -> name in pyoxigraph.QueryResultsFormat."""
GRAPHS = {
    "text/turtle": "TURTLE",
    "application/n-triples": "N_TRIPLES",
    "application/ld+json": "JSON_LD",
    "application/json": "JSON_LD",
    "application/rdf+xml": "RDF_XML",
    "text/plain": "N_TRIPLES",
}
"""Of triples: media type -> name in pyoxigraph.RdfFormat."""
HTML = "text/html"
SHORT = {
    "json": "application/sparql-results+json, application/ld+json",
    "xml": "application/sparql-results+xml, application/rdf+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
    "turtle": "text/turtle",
    "ntriples": "application/n-triples",
    "jsonld": "application/ld+json",
    "rdfxml": "application/rdf+xml",
    "html": HTML,
}
"""What `format=` in an address stands for, for those who cannot set a header."""


def negotiate(accept: str, offered: Sequence[str]) -> str:
    """The best of the offered media types for an Accept header (RFC 9110, 12.5.1); the first where all are welcome.

    Raises NotAcceptableError, naming what there is, where none is.

    >>> negotiate("text/csv;q=0.5, application/*", ["text/csv", "application/json"])
    'application/json'
    >>> negotiate("", ["text/csv", "application/json"])
    'text/csv'
    """
    ranges = [_range(one) for one in (accept.strip() or "*/*").split(",")]
    best, most = "", 0.0
    for media in offered:
        matches = [(specific, quality) for name, specific, quality in ranges if _matches(name, media)]
        quality = max(matches)[1] if matches else 0.0
        if quality > most:
            best, most = media, quality
    if not best:
        raise NotAcceptableError(f"{accept[:200]!r} is not to be had; there is {', '.join(offered)}")
    return best


def accepted(accept: str, parameters: Mapping[str, str]) -> str:
    """The Accept header, or what `format=` says in its stead. Raises NotAcceptableError for an unknown format."""
    wanted = parameters.get("format", "")
    if wanted and wanted not in SHORT:
        raise NotAcceptableError(f"there is no format {wanted[:50]!r}; it is one of {', '.join(SHORT)}")
    return SHORT[wanted] if wanted else accept


def _range(text: str) -> tuple[str, int, float]:
    """A media range, how specific it is, and its quality; one that is ill-formed is worth nothing."""
    name, *parameters = (part.strip().lower() for part in text.split(";"))
    quality = 1.0
    for parameter in parameters:
        key, _, value = parameter.partition("=")
        if key.strip() == "q":
            try:
                quality = min(max(float(value), 0.0), 1.0)
            except ValueError:
                quality = 0.0
    return name, 0 if name == "*/*" else 1 if name.endswith("/*") else 2, quality


def _matches(name: str, media: str) -> bool:
    return name in ("*/*", media) or (name.endswith("/*") and media.startswith(name[:-1]))
