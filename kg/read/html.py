"""HTML: the main text of a page, with the title, date, site and address that the page itself states."""

from __future__ import annotations

import hashlib
import itertools
import logging
import re
from collections.abc import Iterator
from typing import Any

from kg.model import Document, Metadata, Skipped
from kg.read import charset, text
from kg.read.metadata import parse_date
from kg.read.reasons import Unreadable

MEDIA_TYPE = "text/html"

MAX_BYTES = 5_000_000
"""The largest page, in bytes: a newspaper's are under a tenth of that, and extraction takes seconds a megabyte."""

# libxml2 compares every attribute of a tag with every other: 100,000 of them take a minute.
_LONG_TAG = re.compile(r"<[^<>]{50000,}")
_MAX_BLANKS = 5_000
_MAX_ELEMENTS = 50_000  # extraction takes some 60 microseconds each; a newspaper's page has a few thousand
# What XML has no place for: one of these, raw or as a reference, and trafilatura gives up the whole page.
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_REFERENCE = re.compile(
    r"&#(?:[xX](?=[0-9a-fA-F])0*([0-9a-fA-F]{0,6})(?![0-9a-fA-F])|(?=[0-9])0*([0-9]{0,7})(?![0-9]));?"
)

# Fixed limits, so that no result depends on today; `extensive_search` off, so that no date is guessed from the body.
_DATES = {"original_date": True, "extensive_search": False, "min_date": "1949-01-01", "max_date": "2099-12-31"}

# Below this size trafilatura falls back to the whole page, menus and all. Its 250 is meant for English;
# a Chinese news item of sixty characters is complete.
_MIN_EXTRACTED = "20"


def read(data: bytes, source: str) -> Iterator[Document | Skipped]:
    """The document of a .html or .htm page: its main text by trafilatura, the headline as first line.

    Parsed by lxml (the standard library's html.parser is quadratic). Raises Unreadable, also `bad-html` and
    `no-main-text`.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable("too-large", f"a page over {MAX_BYTES // 1_000_000} MB")
    found = _extract(charset.decode(data))
    if found is None or not (found.text or "").strip():
        raise Unreadable("no-main-text", "the page has no main text")
    title = " ".join((found.title or "").split()) or None
    content = text.headed(title, found.text, lines=5)
    text.check(content)
    metadata = Metadata(
        date=parse_date(found.date or ""), publisher=found.sitename or None, title=title, source=found.url or None
    )
    yield Document(source, content, MEDIA_TYPE, hashlib.sha256(data).hexdigest(), metadata, extracted=True)


def _extract(page: str) -> Any:
    """Trafilatura's document, or None where it finds no text."""
    if not page.strip():
        raise Unreadable("empty", "there is no text in it")
    if any(len(tag[0].split()) > _MAX_BLANKS for tag in _LONG_TAG.finditer(page)):
        raise Unreadable("bad-html", f"a tag with over {_MAX_BLANKS:,} attributes")

    page = _REFERENCE.sub(_referred, _UNFIT.sub(" ", page))

    from lxml import html  # type: ignore[import-untyped]
    from trafilatura import bare_extraction
    from trafilatura.settings import use_config

    # What trafilatura logs (no text, a bad date) is said by the reason; without a handler it would go to stderr.
    for library in ("trafilatura", "htmldate"):
        logger = logging.getLogger(library)
        if not logger.handlers:
            logger.addHandler(logging.NullHandler())
    config = use_config()
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", _MIN_EXTRACTED)
    try:
        # As bytes with a stated encoding: the page's own declaration may be out of date, or a str with one be refused.
        parser = html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
        tree = html.document_fromstring(page.encode("utf-8"), parser=parser)
        if next(itertools.islice(tree.iter(), _MAX_ELEMENTS, None), None) is not None:
            raise Unreadable("too-large", f"a page of over {_MAX_ELEMENTS:,} elements")
        return bare_extraction(
            tree, include_comments=False, with_metadata=True, config=config, date_extraction_params=_DATES
        )
    except Unreadable:
        raise
    # A third party's parser on a stranger's page: whatever it raises is about the page, and is reported with its name.
    except Exception as error:
        raise Unreadable("bad-html", f"the page cannot be parsed ({type(error).__name__})") from error


def _referred(reference: re.Match[str]) -> str:
    """A character reference as it stands, a blank for one to a character that no page can hold."""
    code = int(reference[1] or "0", 16) or int(reference[2] or "0")
    fit = code < 0x110000 and not 0xD800 <= code < 0xE000 and not _UNFIT.match(chr(code))
    return reference[0] if fit else " "
