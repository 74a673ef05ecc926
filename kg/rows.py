"""The rows that a query gave, as Python values, as a table of a notebook, or as a data frame."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, Any, overload

from kg.errors import UsageError
from kg.ontology import XSD

if TYPE_CHECKING:
    import pandas
    import polars
    from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolutions, Triple

    Node = NamedNode | BlankNode | Literal | Triple

Value = str | int | float | Decimal | bool | dt.date | None

SHOWN = 50
"""rows that a notebook shows"""
NUMBERS: Mapping[str, Callable[[str], int | Decimal | float]] = {
    "integer": int,
    "decimal": Decimal,
    "double": float,
    "float": float,
}


@dataclass(frozen=True)
class Rows(Sequence[dict[str, Value]]):
    """The solutions of a SELECT. `rows[0]["who"]` is a Python value, `terms` has the RDF terms; unbound is None."""

    variables: tuple[str, ...]
    terms: tuple[tuple[Node | None, ...], ...]

    @overload
    def __getitem__(self, place: int) -> dict[str, Value]: ...
    @overload
    def __getitem__(self, place: slice) -> Rows: ...
    def __getitem__(self, place: int | slice) -> dict[str, Value] | Rows:
        """A row as a dictionary, or some of the rows."""
        if isinstance(place, slice):
            return Rows(self.variables, self.terms[place])
        return dict(zip(self.variables, self._values[place], strict=True))

    def __len__(self) -> int:
        return len(self.terms)

    @cached_property
    def _values(self) -> tuple[tuple[Value, ...], ...]:
        return tuple(tuple(value(term) for term in row) for row in self.terms)

    def to_pandas(self) -> pandas.DataFrame:
        """The rows as a pandas DataFrame; decimals as floats. Raises UsageError where pandas is not installed."""
        frame: pandas.DataFrame = _package("pandas").DataFrame(self._columns())
        return frame

    def to_polars(self) -> polars.DataFrame:
        """The rows as a polars DataFrame; decimals as floats. Raises UsageError where polars is not installed."""
        frame: polars.DataFrame = _package("polars").DataFrame(self._columns(), strict=False)
        return frame

    def _columns(self) -> dict[str, list[Value]]:
        floats = [[float(one) if isinstance(one, Decimal) else one for one in row] for row in self._values]
        return {name: [row[place] for row in floats] for place, name in enumerate(self.variables)}

    def __str__(self) -> str:
        return table(self.variables, self.terms)

    def _repr_html_(self) -> str:
        from markupsafe import Markup

        def line(cells: Iterable[object], tag: str) -> Markup:
            return Markup("<tr>{}</tr>").format(
                Markup("").join(Markup(f"<{tag}>{{}}</{tag}>").format("" if one is None else one) for one in cells)
            )

        body = Markup("").join(line(row, "td") for row in self._values[:SHOWN])
        rest = f"<caption>{SHOWN} / {len(self)}</caption>" if len(self) > SHOWN else ""
        return f"<table>{rest}<thead>{line(self.variables, 'th')}</thead><tbody>{body}</tbody></table>"


def rows(solutions: QuerySolutions) -> Rows:
    """All the solutions."""
    names = tuple(variable.value for variable in solutions.variables)
    return Rows(names, tuple(tuple(solution) for solution in solutions))


def value(term: Node | None) -> Value:
    """A term as a Python value: an IRI and a text as str, numbers, dates and truth values as themselves."""
    import pyoxigraph as ox

    if term is None:
        return None
    if not isinstance(term, ox.Literal):
        return term.value if isinstance(term, ox.NamedNode) else str(term)
    kind = term.datatype.value.removeprefix(XSD)
    try:
        if number := NUMBERS.get(kind):
            return number(term.value)
        if kind == "date":
            return dt.date.fromisoformat(term.value)
    except (ValueError, ArithmeticError):
        return term.value
    return term.value in ("true", "1") if kind == "boolean" else term.value


def shown(term: Node | None, prefixes: Mapping[str, str] | None = None) -> str:
    """A term for people: texts without quotes, IRIs short where a prefix fits."""
    import pyoxigraph as ox

    if isinstance(term, ox.NamedNode):
        for prefix, start in (prefixes or {}).items():
            if term.value.startswith(start) and "/" not in term.value[len(start) :]:
                return f"{prefix}:{term.value[len(start) :]}"
        return term.value
    if isinstance(term, ox.Literal):
        return " ".join(term.value.split())
    return "" if term is None else str(term)


def table(
    variables: Sequence[str], rows: Iterable[Sequence[Node | None]], prefixes: Mapping[str, str] | None = None
) -> str:
    """The rows in aligned columns; a Chinese character is two wide."""
    return "".join(lines([list(variables), *([shown(term, prefixes) for term in row] for row in rows)]))


def lines(cells: Sequence[Sequence[str]]) -> Iterator[str]:
    """A table of texts, the first row its head, in aligned columns, line by line."""
    widths = [max(map(width, column)) for column in zip(*cells, strict=True)]
    for number, row in enumerate(cells):
        line = "  ".join(cell + " " * (wide - width(cell)) for cell, wide in zip(row, widths, strict=True))
        yield line.rstrip() + "\n"
        if number == 0:
            yield "  ".join("-" * wide for wide in widths) + "\n"


def width(text: str) -> int:
    """How many columns of a terminal a text takes; a Chinese character takes two."""
    if text.isascii():
        return len(text)
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def _package(name: str) -> Any:
    """An optional package. Raises UsageError, saying how to install it, where it is missing."""
    from importlib import import_module

    try:
        return import_module(name)
    except ImportError as error:
        raise UsageError(f"{name} is not installed; install it with: pip install 'local-news-kg[data]'") from error
