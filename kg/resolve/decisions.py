"""What people have judged: pairs that are the same or not, facts that are right or wrong (decisions.tsv).

One judgement a line, tab-separated: kind, a, b, judgement, who, when, why. A pair's sides are names as two articles
write them, `沈东@2025-03-04-A1.md#2`; a fact's are the article and `沈东 presidedOver 区委常委会会议`. Sources are
never changed, and a build without the line is the build of before.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kg.errors import ConfigurationError
from kg.files import atomic_write, read_utf8
from kg.model import Fact, Ref

COLUMNS = ("kind", "a", "b", "judgement", "who", "when", "why")
PAIR, FACT = ("same", "different", "unsure"), ("right", "wrong", "unsure")


@dataclass(frozen=True, slots=True)
class Decision:
    """A judgement.

    kind: a class of the ontology for a pair, `fact` for a fact; line: where it stands in its file
    a, b: the two sides; judgement: one of PAIR or FACT; who, when (ISO date), why: free text
    """

    kind: str
    a: str
    b: str
    judgement: str
    who: str = ""
    when: str = ""
    why: str = ""
    line: int = 0


@dataclass(frozen=True, slots=True)
class Decisions:
    """All judgements of a file, the last one of each pair or fact."""

    pairs: tuple[Decision, ...] = ()
    facts: tuple[Decision, ...] = ()


def side(name: str, article: str) -> str:
    """How a pair names a mention: the article's wording and the article's id."""
    return f"{name}@{article}"


def unordered(a: str, b: str) -> tuple[str, ...]:
    """The two sides of a pair, the same whichever is named first."""
    return tuple(sorted((a, b)))


def fact_side(fact: Fact) -> str:
    """How a judgement names a fact within its article."""
    end = fact.object.label if isinstance(fact.object, Ref) else fact.object.text
    return statement(fact.subject.label, fact.predicate, end)


def statement(subject: str, predicate: str, end: str) -> str:
    """A fact in one line: 沈东 presidedOver 区委常委会会议."""
    return f"{subject} {predicate} {end}"


def load(path: Path) -> Decisions:
    """Read a file of judgements; a later line on the same pair or fact takes the place of an earlier one.

    Raises ConfigurationError naming file and line for what cannot be read.
    """
    text = read_utf8(path)
    pairs: dict[tuple[str, ...], Decision] = {}
    facts: dict[tuple[str, ...], Decision] = {}
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.split("\t")]
        if not line.strip() or line.startswith("#") or tuple(cells) == COLUMNS:
            continue
        one = _decision(path, number, cells)
        if one.kind == "fact":
            facts[one.a, one.b] = one
        else:
            pairs[unordered(one.a, one.b)] = one
    return Decisions(tuple(pairs.values()), tuple(facts.values()))


def append(path: Path, decision: Decision) -> None:
    """Write a judgement behind those of the file; all that stands there stays as it is. The file is made if need be."""
    one = decision
    cells = (one.kind, one.a, one.b, one.judgement, one.who, one.when, one.why)
    standing = path.read_text(encoding="utf-8-sig") if path.exists() else "\t".join(COLUMNS) + "\n"
    with atomic_write(path) as file:
        file.write(standing if standing.endswith("\n") or not standing else standing + "\n")
        file.write("\t".join(" ".join(cell.split()) for cell in cells) + "\n")


def take_back(path: Path) -> str | None:
    """Take the last judgement out of the file again, and give its line; None where there is none."""
    lines = path.read_text(encoding="utf-8-sig").splitlines(keepends=True) if path.exists() else []
    for at in reversed(range(len(lines))):
        cells = [cell.strip() for cell in lines[at].split("\t")]
        if lines[at].strip() and not lines[at].startswith("#") and tuple(cells) != COLUMNS:
            with atomic_write(path) as file:
                file.writelines(lines[:at] + lines[at + 1 :])
            return lines[at].rstrip("\n")
    return None


def _decision(path: Path, number: int, cells: list[str]) -> Decision:
    where = f"{path}, line {number}"
    if not 4 <= len(cells) <= len(COLUMNS):
        raise ConfigurationError(f"{where}: give {', '.join(COLUMNS)}, separated by tabs; the last three may be empty")
    kind, a, b, judgement, who, when, why = (*cells, "", "", "")[: len(COLUMNS)]
    wanted = FACT if kind == "fact" else PAIR
    if judgement not in wanted:
        raise ConfigurationError(f"{where}: judgement {judgement!r}: it is one of {', '.join(wanted)}")
    for name in (a,) if kind == "fact" else (a, b):
        if not name or (kind != "fact" and not all(name.rpartition("@")[::2])):
            raise ConfigurationError(f"{where}: {name!r}: write name@article, such as 沈东@2025-03-04-A1.md#2")
    if kind == "fact" and not b:
        raise ConfigurationError(f"{where}: write the fact as subject predicate object")
    return Decision(kind, a, b, judgement, who, when, why, number)
