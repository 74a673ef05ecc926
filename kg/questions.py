"""The ready questions: kg/queries/*.rq, each a query with a header that says what it asks.

# zh: 某人参加了哪些会议
# en: Meetings that somebody took part in
# param who name: 人名 / the person
# param day date: 到哪一天 / until which day
# default day: SELECT (MAX(?day) AS ?newest) { ?article kg:publishedOn ?day }
# example: who=丁宗岳
SELECT …
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from kg import sparql
from kg.errors import ConfigurationError, UsageError

if TYPE_CHECKING:
    from kg.sparql import Term

_PARAMETER = re.compile(r"(?P<name>[a-z_]\w*) (?P<type>\w+)(?: = (?P<default>[^:]*?))?: (?P<zh>.+) / (?P<en>.+)")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter `$name` of a question.

    default: its value as text, None where one has to be given; query: a query whose one value is the default, or ""
    """

    name: str
    type: str
    zh: str
    en: str
    default: str | None = None
    query: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A ready question; name: that of its file; example: values that give an answer on seeds/."""

    name: str
    zh: str
    en: str
    parameters: tuple[Parameter, ...]
    example: tuple[str, ...]
    query: str


@dataclass(frozen=True, slots=True)
class Prepared:
    """A query ready to run, its parameters bound.

    form: SELECT, ASK, CONSTRUCT or DESCRIBE; values: as bound; base: what relative IRIs stand under, "" for none
    """

    query: str
    form: str
    values: Mapping[str, Term]
    base: str = ""


@cache
def load() -> tuple[Question, ...]:
    """The questions, sorted by name. Raises ConfigurationError, naming file and fault, for one that is ill stated."""
    found = {path.name: path for path in (files("kg") / "queries").iterdir() if path.name.endswith(".rq")}
    return tuple(parse(name.removesuffix(".rq"), found[name].read_text(encoding="utf-8")) for name in sorted(found))


def parse(name: str, text: str) -> Question:
    """The question that a file's text states. Raises ConfigurationError, naming the fault."""
    told: dict[str, str] = {}
    given: list[Parameter] = []
    for line in text.splitlines():
        if not line.startswith("#"):
            break
        key, _, rest = line.removeprefix("# ").partition(" " if line.startswith("# param ") else ": ")
        if key.startswith("default "):
            name_of = key.removeprefix("default ")
            if name_of not in [one.name for one in given]:
                raise ConfigurationError(f"{name}.rq: {line}: there is no parameter {name_of} before it")
            given = [replace(one, query=rest) if one.name == name_of else one for one in given]
            continue
        if key == "param":
            match = _PARAMETER.fullmatch(rest)
            if match is None or match["type"] not in sparql.TYPES:
                raise ConfigurationError(f"{name}.rq: {line}: write # param NAME TYPE = DEFAULT: 中文 / English")
            given.append(Parameter(match["name"], match["type"], match["zh"], match["en"], match["default"]))
        else:
            told[key] = rest
    for key in ("zh", "en"):
        if not told.get(key):
            raise ConfigurationError(f"{name}.rq: it has no line # {key}: …")
    used, declared = sparql.parameters(text), [one.name for one in given]
    if sorted(used) != sorted(declared):
        raise ConfigurationError(f"{name}.rq: it declares {declared} and uses {list(used)}")
    example = tuple(told.get("example", "").split("; ")) if told.get("example") else ()
    return Question(name, told["zh"], told["en"], tuple(given), example, text)


def find(name: str) -> Question | None:
    """The question of that name or title, if there is one."""
    return next((one for one in load() if name in (one.name, one.zh)), None)


def prepare(
    text: str,
    given: Mapping[str, object],
    prefixes: Mapping[str, str],
    rest: Sequence[str] = (),
    base: str = "",
    ask: Callable[[str], Term | None] | None = None,
) -> Prepared:
    """A query, or a ready question by its name or title, checked and with its parameters bound.

    given: parameter -> value; a name may carry a type, `day:date`; rest: values for the declared parameters, in order
    base: what relative IRIs stand under; ask: gives the one value of a query, for defaults that the store knows
    Raises QueryError for what sparql.check refuses, UsageError for a parameter that is missing, unknown or ill-typed.
    """
    question = find(text.strip())
    if question is None and not re.search(r"[\s{]", text.strip()):
        raise UsageError(f"{text!r} is neither a file, a query, nor a ready question; see: kg query --list")
    query = question.query if question else text
    form = sparql.check(query)
    declared = {one.name: one for one in question.parameters} if question else {}
    values: dict[str, Term] = {
        name: sparql.term(one.default, one.type) for name, one in declared.items() if one.default is not None
    }
    free = [name for name in declared if name not in given]
    if len(rest) > len(free):
        raise UsageError(f"{rest[len(free)]!r}: give parameters as name=value")
    for key, value in [*given.items(), *zip(free, rest, strict=False)]:
        name, _, type = key.partition(":")
        if question and name not in declared:
            raise UsageError(f"{question.name} has no parameter {name}; it has {', '.join(declared) or 'none'}")
        fallback = declared[name].type if name in declared else "name"
        values[name] = sparql.term(value, type or fallback, prefixes)
    for one in declared.values():
        if one.name not in values and one.query and ask and (known := ask(one.query)) is not None:
            values[one.name] = known
    if missing := [one for one in declared.values() if one.name not in values]:
        wanted = " ".join(f"{one.name}={one.zh}" for one in missing)
        example = f"; such as {' '.join(question.example)}" if question else ""
        raise UsageError(f"{text.strip()} needs {wanted}{example}")
    return Prepared(sparql.bind(query, values), form, values, base)


def listing() -> str:
    """All the questions with their parameters and an example, for the terminal."""
    return "\n".join(_described(one) for one in load()) + "\n"


def _described(one: Question) -> str:
    lines = [f"{one.zh}  {one.name}", f"    {one.en}"]
    for parameter in one.parameters:
        default = f"，默认 {parameter.default or '空'}" if parameter.default is not None else ""
        default = "，可不填" if parameter.query else default
        lines.append(f"    {parameter.name}（{parameter.type}{default}）{parameter.zh} {parameter.en}")
    return "\n".join([*lines, f"    kg query {one.zh} {' '.join(one.example)}".rstrip()])


def file_or_text(given: str) -> tuple[str, str]:
    """The text of a query file and its address, if `given` is the path of one, else `given` and "".

    Raises UsageError for a file that is not UTF-8.
    """
    path = Path(given)
    try:
        if not path.is_file():
            return given, ""
        return path.read_text(encoding="utf-8-sig"), path.absolute().as_uri()
    except UnicodeDecodeError as error:
        raise UsageError(f"{given}: it is not UTF-8: {error}") from error
    except (OSError, ValueError):
        return given, ""  # a query is too long, or otherwise unlike a path
