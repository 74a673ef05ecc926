"""Which format a client gets."""

from __future__ import annotations

import pytest

from kg.errors import NotAcceptableError
from kg.formats import accepted, negotiate

OFFERED = ["application/sparql-results+json", "text/csv", "text/tab-separated-values"]


@pytest.mark.parametrize(
    ("accept", "given"),
    [
        ("", "application/sparql-results+json"),
        ("*/*", "application/sparql-results+json"),
        ("text/csv", "text/csv"),
        ("TEXT/CSV", "text/csv"),
        ("text/*", "text/csv"),
        ("text/html,application/xhtml+xml,*/*;q=0.8", "application/sparql-results+json"),
        ("application/sparql-results+json;q=0.3, text/csv;q=0.7", "text/csv"),
        ("text/csv;q=0, */*", "application/sparql-results+json"),
        ("text/*;q=0.5, text/csv;q=0.1", "text/tab-separated-values"),
        ("text/csv;q=2", "text/csv"),
        ("text/csv;q=much, text/tab-separated-values;q=0.1", "text/tab-separated-values"),
        ("text/csv; header=present", "text/csv"),
    ],
)
def test_the_best_of_what_is_offered(accept: str, given: str) -> None:
    assert negotiate(accept, OFFERED) == given


@pytest.mark.parametrize("accept", ["image/png", "text/csv;q=0", "*/*;q=0", "nonsense", ";;,,"])
def test_nothing_suits(accept: str) -> None:
    with pytest.raises(NotAcceptableError, match="there is application/sparql-results"):
        negotiate(accept, OFFERED)


def test_a_format_in_the_address_goes_before_the_header() -> None:
    assert accepted("text/html", {"format": "csv"}) == "text/csv"
    assert accepted("text/html", {}) == "text/html"
    with pytest.raises(NotAcceptableError, match="'docx'; it is one of json, xml"):
        accepted("", {"format": "docx"})
