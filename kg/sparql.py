"""SPARQL queries before they run: their tokens, what is refused, parameters bound as terms, prefixes.

Everything that asks the store goes through `check`: pyoxigraph itself would make the HTTP request of a SERVICE clause,
and nesting some thousand deep ends the process.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, NamedTuple

from kg.errors import QueryError, UsageError
from kg.ontology import BASE, XSD, check_base, load
from kg.rdf import VOCABULARIES, clean

if TYPE_CHECKING:
    from pyoxigraph import Literal, NamedNode

    Term = NamedNode | Literal

LONGEST = 65_536
"""bytes that a query may have"""
DEEPEST = 100
"""brackets that may be open at once"""
FORMS = ("SELECT", "ASK", "CONSTRUCT", "DESCRIBE")
TYPES = ("name", "text", "date", "integer", "decimal", "boolean", "iri")
"""Types of parameters; a name is the label or alias of something, in Chinese."""

_BASE_CHARS = (
    "A-Za-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c\u200d\u2070-\u218f\u2c00-\u2fef"
    "\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = rf"{_BASE_CHARS}_0-9\u00b7\u0300-\u036f\u203f\u2040"
_ESCAPE = r"%[0-9A-Fa-f]{2}|\\[_~.\-!$&'()*+,;=/?#@%]"
_PREFIX = rf"(?:[{_BASE_CHARS}](?:[{_NAME}.\-]*[{_NAME}\-])?)?:"
_LOCAL = rf"(?:(?:[{_NAME}:]|{_ESCAPE})(?:(?:[{_NAME}.:\-]|{_ESCAPE})*(?:[{_NAME}:\-]|{_ESCAPE}))?)?"
_KINDS = {
    "space": r"[ \t\r\n]+",
    "comment": r"#[^\r\n]*",
    "iri": r'<[^<>"{}|^`\\\x00-\x20]*>',
    "string": r'"""(?:"{0,2}(?:[^"\\]|\\.))*"""' + "|" + r"'''(?:'{0,2}(?:[^'\\]|\\.))*'''",
    "short": r'"(?:[^"\\\r\n]|\\.)*"' + "|" + r"'(?:[^'\\\r\n]|\\.)*'",
    "variable": rf"[?$][{_NAME}]+",
    "language": r"@[A-Za-z]+(?:-[A-Za-z0-9]+)*",
    "blank": rf"_:[{_NAME}](?:[{_NAME}.\-]*[{_NAME}\-])?",
    "name": _PREFIX + _LOCAL,
    "number": r"(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?",
    "word": rf"[{_BASE_CHARS}_][{_NAME}]*",
    "sign": r"\^\^|&&|\|\||[!<>]=|[{}()\[\].,;*/|^?+\-!<>=~]",
    "other": r".",
}


def _one_of(kinds: Mapping[str, str]) -> re.Pattern[str]:
    return re.compile("|".join(f"(?P<{kind}>{pattern})" for kind, pattern in kinds.items()), re.DOTALL)


_TOKEN = _one_of(_KINDS)
_NAMELESS = _one_of({kind: pattern for kind, pattern in _KINDS.items() if kind != "name"})
_RUN = re.compile(rf"[{_NAME}.\-]*")
_STRAY = 100
"""characters of no token that a query may have: for each the rest may be searched for the end of a string"""
_OPEN, _CLOSE = frozenset("{(["), frozenset("})]")
_LARGEST = 10**100


class Token(NamedTuple):
    """A token of a query; kind: a name of the grammar's terminals, `other` for what is none."""

    kind: str
    text: str
    start: int


def tokens(query: str) -> Iterator[Token]:
    """The tokens of a query without spaces and comments.

    >>> [token.text for token in tokens("SELECT * { ?s a <http://a#b> } # end")]
    ['SELECT', '*', '{', '?s', 'a', '<http://a#b>', '}']
    """
    place = nameless = 0
    while found := (_NAMELESS if place < nameless else _TOKEN).match(query, place):
        kind = found.lastgroup or ""
        if kind == "word" and place >= nameless:
            # A word was no prefix because no colon ends the run of a.b-c that it begins: nor is any other word of that
            # run one, which nobody has to search the run for again.
            run = _RUN.match(query, place)
            nameless = run.end() if run else 0
        if kind not in ("space", "comment"):
            yield Token("string" if kind == "short" else kind, found[0], place)
        place = found.end()


def check(query: str, longest: int = LONGEST, deepest: int = DEEPEST) -> str:
    """The form of a query that may be run: SELECT, ASK, CONSTRUCT or DESCRIBE.

    longest: bytes allowed; deepest: brackets open at once. Whether it is well-formed is for the store to say.
    Raises QueryError for a query that is longer or deeper, asks another server (SERVICE), is an update, or holds
    much that is no part of any query. Linear.
    """
    if len(query.encode("utf-8", "surrogatepass")) > longest:
        raise QueryError(f"the query has more than {longest} bytes")
    form, depth, stray = "", 0, 0
    hiding: Token | None = None
    for token in tokens(query):
        if _may_hide(token):
            hiding = token
            stray += token.kind == "other"
            if stray > _STRAY:
                raise QueryError(f"{token.text!r} is no part of a query", *position(query, token.start))
        elif token.text in _OPEN:
            depth += 1
            if depth > deepest:
                raise QueryError(f"more than {deepest} brackets are open at once", *position(query, token.start))
        elif token.text in _CLOSE:
            depth -= 1
        elif token.kind == "word" and not form and token.text.upper() not in ("BASE", "PREFIX"):
            form = token.text.upper()
            if form not in FORMS:
                where = position(query, token.start)
                raise QueryError(f"{token.text} is no query; it has to be one of {', '.join(FORMS)}", *where)
    if not form:
        raise QueryError(f"there is no query: it begins with one of {', '.join(FORMS)}")
    if hiding and sum(query.count(bracket) for bracket in _OPEN) > deepest:
        message = f"{hiding.text} in a query of more than {deepest} brackets may hide some of them; write it otherwise"
        raise QueryError(message, *position(query, hiding.start))
    _refuse_service(query)
    decoded = re.sub(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})", _decoded, query)
    if decoded != query:
        _refuse_service(decoded)
    return form


def position(query: str, start: int) -> tuple[int, int]:
    """Line and column of a place in a query, from 1."""
    before = query[:start]
    return before.count("\n") + 1, start - (before.rfind("\n") + 1) + 1


def _may_hide(token: Token) -> bool:
    """Whether the store, which reads by context, may read something else here, and strings where there are none.

    `<'>` is an IRI in one place, in another an operator and the beginning of a string.
    """
    text = token.text
    if token.kind == "iri":
        return ("'" in text or "#" in text) and not re.match("<[a-z][a-z0-9+.-]*://", text, re.IGNORECASE)
    return token.kind == "other"


def _decoded(escape: re.Match[str]) -> str:
    code = int(escape[1] or escape[2], 16)
    return chr(code) if code < 0x110000 else ""


def _refuse_service(query: str) -> None:
    """Raise QueryError where the query calls another server, or may do so.

    pyoxigraph reads by context, not by token: `trueSERVICE<http://…>` is a call to it, and so is what stands between
    quotes if `<'>` was an operator and a quote and no IRI. So a query that has the word anywhere has to be plain.
    """
    if "service" not in query.casefold():
        return
    for token in tokens(query):
        text = token.text.casefold()
        match token.kind:
            case "string" | "variable" | "number":
                refused = False
            case "iri" | "other":
                refused = _may_hide(token)
            case "name":
                prefix, _, local = text.partition(":")
                refused = "service" in prefix or ".service" in local
            case _:
                refused = "service" in text
        if refused:
            message = "SERVICE is refused: a query asks this store alone"
            if "service" not in text:
                message = f"{token.text} beside the word service may hide a call to another server; write it otherwise"
            raise QueryError(message, *position(query, token.start))


def parameters(query: str) -> tuple[str, ...]:
    """The names of the parameters, `$name`, in the order of their first use.

    >>> parameters("SELECT ?x { ?x ?p $who, $day FILTER(?x != '$none') }")
    ('who', 'day')
    """
    return tuple(
        dict.fromkeys(token.text[1:] for token in tokens(query) if token.kind == "variable" and token.text[0] == "$")
    )


def bind(query: str, values: Mapping[str, Term]) -> str:
    """The query with a term in place of each `$name` that has a value.

    A value takes the place of a whole token and is written as a term, so it cannot become anything else. Raises
    QueryError for a value that the query has no parameter for.
    """
    for name in values:
        if name not in parameters(query):
            raise QueryError(f"the query has no parameter ${name}; write ${name} where the value belongs")
    parts, end = [], 0
    for token in tokens(query):
        if token.kind == "variable" and token.text[0] == "$" and token.text[1:] in values:
            parts += [query[end : token.start], str(values[token.text[1:]])]
            end = token.start + len(token.text)
    return "".join(parts) + query[end:]


def term(value: object, type: str = "name", prefixes: Mapping[str, str] | None = None) -> Term:
    """A value as a term: a str by the type given (see TYPES), numbers, dates and terms of pyoxigraph as they are.

    prefixes: for an IRI written short, `person:7c1f0a52e9b4`. Raises UsageError for a value that is none of its type.

    >>> str(term("沈东")), str(term("2025-03-04", "date"))
    ('"沈东"@zh', '"2025-03-04"^^<http://www.w3.org/2001/XMLSchema#date>')
    """
    import pyoxigraph as ox

    match value:
        case ox.NamedNode() | ox.Literal():
            return value
        case bool() | int() if abs(value) < _LARGEST:
            return ox.Literal(value)
        case float() | Decimal() if (number := _decimal(Decimal(str(value)))) is not None:
            return number
        case int() | float() | Decimal():
            raise UsageError(f"parameter of type {value.__class__.__name__}: give a number between -10^100 and 10^100")
        case dt.date() if not isinstance(value, dt.datetime):
            return _typed(value.isoformat(), "date")
        case str():
            return _of_type(value, type, prefixes or {})
    raise UsageError(f"{value!r} cannot be a parameter: give text, a number, a date or a term of pyoxigraph")


def _of_type(text: str, type: str, prefixes: Mapping[str, str]) -> Term:
    import pyoxigraph as ox

    try:
        match type:
            case "name":
                return ox.Literal(clean(text), language="zh")
            case "text":
                return ox.Literal(text)
            case "date":
                return _typed(dt.date.fromisoformat(text).isoformat(), "date")
            case "integer":
                return _typed(str(int(text)), "integer")
            case "decimal":
                number = _decimal(Decimal(text))
                if number is None:
                    raise ValueError(text)
                return number
            case "boolean":
                return _typed({"true": "true", "false": "false"}[text.lower()], "boolean")
            case "iri":
                prefix, colon, local = text.removeprefix("<").removesuffix(">").partition(":")
                return ox.NamedNode(prefixes.get(prefix, prefix + colon) + local)
    except (ValueError, KeyError, InvalidOperation) as error:
        example = {"date": ": write it as 2025-02-08", "boolean": ": true or false", "iri": ": write it whole"}
        raise UsageError(f"{text!r} is no {type}{example.get(type, '')}") from error
    raise UsageError(f"there is no type {type}; it is one of {', '.join(TYPES)}")


def _decimal(number: Decimal) -> Literal | None:
    """The number written out, None where there is no end to that: 1e99999999 would fill the memory."""
    if not number.is_finite() or abs(number.adjusted()) > 100:
        return None
    return _typed(format(number, "f"), "decimal")


def _typed(text: str, datatype: str) -> Literal:
    import pyoxigraph as ox

    return ox.Literal(text, datatype=ox.NamedNode(XSD + datatype))


def known_prefixes(base: str = BASE) -> dict[str, str]:
    """The prefixes that every query may use: the vocabularies', and one for each kind of node below the base IRI."""
    start = check_base(base) + "id/"
    return {kind.lower(): f"{start}{kind.lower()}/" for kind in sorted(load().classes)} | dict(VOCABULARIES)


def prologue(query: str, prefixes: Mapping[str, str]) -> str:
    """PREFIX declarations, on one line, for the known prefixes that the query uses and does not declare itself."""
    wanted = sorted({token.text.partition(":")[0] for token in _undeclared(query)} & prefixes.keys())
    return "".join(f"PREFIX {prefix}: <{prefixes[prefix]}> " for prefix in wanted)


def _undeclared(query: str) -> list[Token]:
    """The prefixed names whose prefix the query does not declare."""
    names: list[Token] = []
    declared: set[str] = set()
    before = ""
    for token in tokens(query):
        if token.kind == "name" and before == "PREFIX":
            declared.add(token.text)
        elif token.kind == "name":
            names.append(token)
        before = token.text.upper()
    return [token for token in names if token.text.partition(":")[0] + ":" not in declared]


def misread(query: str, error: SyntaxError, prefixes: Mapping[str, str]) -> QueryError:
    """The store's complaint about a query, with line and column, without the alternatives that nobody reads."""
    for token in _undeclared(query):
        prefix = token.text.partition(":")[0]
        if prefix not in prefixes:
            message = f"the prefix {prefix}: is not known; declare it: PREFIX {prefix}: <…>"
            return QueryError(message, *position(query, token.start))
    found = re.match(r"error at (\d+):(\d+): (.*)", str(error), re.DOTALL)
    if not found:
        return QueryError(str(error))
    line, column = int(found[1]), int(found[2])
    rest = query.split("\n")[line - 1][column - 1 :] if line <= query.count("\n") + 1 else ""
    here = f"at {rest[:20]!r}" if rest.strip() else "at the end of the line"
    told = [reason for reason in _REASONS if reason in found[3]]
    words = re.findall(r"(?<![\w'])(?:\"[^\"\s]+\"|[A-Z]{2,}(?: BY)?)(?![\w'])", found[3].split("['")[0])
    why = told[0] if told else "expected " + " or ".join(dict.fromkeys(words[:8])) if words else "not SPARQL"
    return QueryError(f"{why}, {here}", line, column)


_REASONS = (
    "The SELECT contains a variable that is unbound",
    "IRI parsing failed",
    "language tag parsing failed",
)
