"""Precision, recall and F1 of extracted facts on gold, strict and forgiving; each rule's measured confidence."""

from __future__ import annotations

import json
import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from kg.files import atomic_write
from kg.gold import MEASURED, PREDICATES, GoldArticle, GoldFact, load_gold
from kg.likeness import dice, norm
from kg.scoring import Judgement, Row, judge, judge_strictly

__all__ = [
    "Counts",
    "Evaluation",
    "GoldArticle",
    "Outcome",
    "built_facts",
    "calibrate",
    "evaluate",
    "load_gold",
    "names_score",
    "wilson_lower_bound",
    "write_confidence",
]

# An extracted headline this like a gold title belongs to that article.
_SAME_TITLE = 0.6


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were right, wrong (said, not in gold) and missed (in gold, not said)."""

    right: int = 0
    wrong: int = 0
    missed: int = 0

    @property
    def precision(self) -> float:
        """Share of the right among the said, 0 if nothing was said."""
        return self.right / (self.right + self.wrong) if self.right + self.wrong else 0.0

    @property
    def recall(self) -> float:
        """Share of the right among the required, 0 if nothing is required."""
        return self.right / (self.right + self.missed) if self.right + self.missed else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        p, r = self.precision, self.recall
        return 2 * p * r / (p + r) if p + r else 0.0

    def as_dict(self) -> dict[str, int | float]:
        """The counts and the three figures by name."""
        figures = {"precision": self.precision, "recall": self.recall, "f1": self.f1}
        return {"right": self.right, "wrong": self.wrong, "missed": self.missed} | figures


@dataclass(frozen=True, slots=True)
class Outcome:
    """All facts judged in one of the two ways, each with the id of its gold article.

    predicates: counts of each that gold or the facts have, sorted
    rules: how many facts of each rule were right and wrong, sorted; `missed` is 0, and optional facts count as neither
    """

    right: tuple[tuple[str, GoldFact, Row], ...]
    wrong: tuple[tuple[str, Row], ...]
    missed: tuple[tuple[str, GoldFact], ...]
    predicates: Mapping[str, Counts]
    rules: Mapping[str, Counts]

    @property
    def total(self) -> Counts:
        """Counts over all predicates."""
        return Counts(len(self.right), len(self.wrong), len(self.missed))


@dataclass(frozen=True, slots=True)
class Evaluation:
    """Facts measured on gold; names: of persons; unplaced: how many facts belong to no gold article (not judged)."""

    forgiving: Outcome
    strict: Outcome
    names: Counts
    unplaced: int

    def table(self) -> str:
        """A line for each predicate, forgiving and strict side by side, then the totals."""
        head = f"{'predicate':<18}{'right':>7}{'wrong':>7}{'missed':>7}"
        lines = [head + f"{'P':>8}{'R':>8}{'F1':>8}   strict{'P':>6}{'R':>8}{'F1':>8}"]
        named = [*self.forgiving.predicates.items(), ("ALL", self.forgiving.total)]
        for name, counts in named:
            strict = self.strict.total if name == "ALL" else self.strict.predicates.get(name, Counts())
            cells = f"{counts.right:>7}{counts.wrong:>7}{counts.missed:>7}{_figures(counts)}"
            lines.append(f"{name:<18}{cells}       {_figures(strict)}")
        cells = f"{self.names.right:>7}{self.names.wrong:>7}{self.names.missed:>7}{_figures(self.names)}"
        lines.append(f"{'person names':<18}{cells}")
        if self.unplaced:
            lines.append(f"{self.unplaced} facts belong to no gold article and are not judged")
        return "\n".join(lines)

    def errors(self) -> str:
        """A line for each wrong (+, with the rule to blame) and missed (-) fact, judged forgivingly."""
        wrong = [(article, "+", _said(row), f"[{row.get('rule', '')}]") for article, row in self.forgiving.wrong]
        missed = [(article, "-", _wanted(gold), "") for article, gold in self.forgiving.missed]
        found = sorted(wrong + missed, key=lambda error: (error[0], error[1]))
        return "\n".join(f"{sign} {article}\t{text}\t{rule}".rstrip() for article, sign, text, rule in found)

    def rule_table(self) -> str:
        """A line for each rule that fired: right, wrong, precision; the one with the most wrong facts first."""
        lines = [f"{'right':>7}{'wrong':>7}{'P':>8}  rule"]
        worst = sorted(self.forgiving.rules.items(), key=lambda item: (-item[1].wrong, item[0]))
        lines += [f"{c.right:>7}{c.wrong:>7}{c.precision:>8.3f}  {rule}" for rule, c in worst]
        return "\n".join(lines)

    def report(self) -> str:
        """Table, rules and errors, for a terminal."""
        return "\n\n".join(filter(None, (self.table(), self.rule_table(), self.errors())))

    def as_dict(self) -> dict[str, Any]:
        """Everything as JSON values: figures, per predicate and rule, and the errors."""
        outcome = self.forgiving
        return {
            "forgiving": _outcome_dict(outcome),
            "strict": _outcome_dict(self.strict),
            "names": self.names.as_dict(),
            "unplaced": self.unplaced,
            "rules": {
                rule: {"right": c.right, "wrong": c.wrong, "precision": c.precision}
                for rule, c in outcome.rules.items()
            },
            "wrong": [{"article": article, "fact": dict(row)} for article, row in outcome.wrong],
            "missed": [{"article": article, "fact": _wanted(gold)} for article, gold in outcome.missed],
        }


def evaluate(gold: Sequence[GoldArticle], facts: Sequence[Row]) -> Evaluation:
    """Measure facts, as facts.jsonl holds them, on gold.

    A fact belongs to the gold article whose id its `article` holds, or else to the one with its title.
    """
    placed, unplaced = _placed(gold, facts)
    return Evaluation(
        _outcome([(article.id, judge(article, placed[article.id])) for article in gold]),
        _outcome([(article.id, judge_strictly(article, placed[article.id])) for article in gold]),
        _names_counts(gold, placed),
        unplaced,
    )


def built_facts(paths: Sequence[Path], **options: Any) -> list[Row]:
    """The rows of facts.jsonl that a build of `paths` writes; options and errors as for kg.pipeline.build."""
    from kg import pipeline

    with TemporaryDirectory() as folder:
        pipeline.build(paths, Path(folder), **options)
        return [json.loads(line) for line in (Path(folder) / "facts.jsonl").read_text("utf-8").split("\n") if line]


def names_score(gold: Sequence[GoldArticle], facts: Sequence[Row]) -> Counts:
    """Count the persons of each article that take part in facts, whatever the facts say.

    A person of gold's `types` who takes part in no required fact of its article costs and gains nothing.
    """
    return _names_counts(gold, _placed(gold, facts)[0])


def wilson_lower_bound(right: int, total: int, z: float = 1.96) -> float:
    """Lower end of the Wilson score interval of a share, two-sided 95 % by default; 0 if total is 0.

    Source: Wilson, Probable Inference, the Law of Succession, and Statistical Inference, Journal of the American
    Statistical Association 22 (1927), pp. 209-212.

    >>> round(wilson_lower_bound(10, 10), 4), round(wilson_lower_bound(0, 5), 4)
    (0.7225, 0.0)
    """
    if total == 0:
        return 0.0
    share = right / total
    spread = z * math.sqrt(share * (1 - share) / total + z * z / (4 * total * total))
    return max(0.0, (share + z * z / (2 * total) - spread) / (1 + z * z / total))


def calibrate(evaluations: Iterable[Evaluation], rules: Iterable[str] = ()) -> dict[str, float]:
    """Each rule's confidence: the Wilson lower bound of its forgiving precision on all that gold, to 2 decimals.

    rules: names (`meetings/主持`) of rules that may not have fired: these get the bound of all facts of their file,
    or where none of that fired either, of all facts. That last stands under "" for names not in the table.
    """
    fired: dict[str, Counts] = defaultdict(Counts)
    for evaluation in evaluations:
        for rule, counts in evaluation.forgiving.rules.items():
            for name in {rule, _file(rule), ""}:
                fired[name] = Counts(fired[name].right + counts.right, fired[name].wrong + counts.wrong)
    named = {name for name in fired if not name.endswith("/")} | set(rules) | {""}
    return {name: _confidence(fired, name) for name in sorted(named)}


def write_confidence(path: Path, table: Mapping[str, float]) -> None:
    """Write the confidences as JSON, sorted by name."""
    with atomic_write(path) as file:
        file.write(json.dumps(table, ensure_ascii=False, indent=1, sort_keys=True) + "\n")


def _file(rule: str) -> str:
    """The file part of a rule's name with its slash, "" if it has none."""
    head, slash, _ = rule.partition("/")
    return head + slash if slash else ""


def _confidence(fired: Mapping[str, Counts], name: str) -> float:
    counts = next((fired[key] for key in (name, _file(name), "") if key in fired), Counts())
    return round(wilson_lower_bound(counts.right, counts.right + counts.wrong), 2)


def _placed(gold: Sequence[GoldArticle], facts: Sequence[Row]) -> tuple[dict[str, list[Row]], int]:
    """The facts of each gold article, and how many belong to none."""
    homes: dict[tuple[str, str], str | None] = {}
    placed: dict[str, list[Row]] = {article.id: [] for article in gold}
    unplaced = 0
    for row in facts:
        key = str(row.get("article", "")), str(row.get("title") or "")
        if key not in homes:
            homes[key] = _home(gold, *key)
        home = homes[key]
        if home is None:
            unplaced += 1
        else:
            placed[home].append(_tidy(row))
    return placed, unplaced


def _tidy(row: Row) -> Row:
    """The row with mappings for subject and object: a bare value is a label."""
    sides = {key: row.get(key) for key in ("subject", "object")}
    return {
        **row,
        **{key: side if isinstance(side, Mapping) else {"label": str(side or "")} for key, side in sides.items()},
    }


def _home(gold: Sequence[GoldArticle], where: str, title: str) -> str | None:
    """The id of the gold article that an article's path and headline point at.

    On a page of several articles the headline decides; what no titled article claims is the untitled item's.
    """
    for article in gold:
        if re.search(rf"(^|[/\\#]){re.escape(article.id)}([.#/\\]|$)", where):
            return article.id
    said = norm(title)
    stem = re.split(r"[#?]", where)[0].rsplit("/", 1)[-1].split(".")[0]
    near = [
        (
            1.0 if len(said) >= 6 and norm(article.title).startswith(said) else dice(said, norm(article.title)),
            article.id,
        )
        for article in gold
        if article.page in ("", stem) and article.title and not article.title.startswith("（")
    ]
    if said and near and max(near)[0] >= _SAME_TITLE:
        return max(near)[1]
    untitled = (article.id for article in gold if article.page == stem and article.title.startswith("（"))
    return next(untitled, None)


def _outcome(judged: Sequence[tuple[str, Judgement]]) -> Outcome:
    right = [(article, gold, row) for article, judgement in judged for gold, row in judgement.right]
    wrong = [(article, row) for article, judgement in judged for row in judgement.wrong]
    missed = [(article, gold) for article, judgement in judged for gold in judgement.missed]
    predicates = _tally(
        [gold.predicate for _, gold, _ in right],
        [row["predicate"] for _, row in wrong],
        [gold.predicate for _, gold in missed],
    )
    rules = _tally([row.get("rule", "") for *_, row in right], [row.get("rule", "") for _, row in wrong], [])
    return Outcome(tuple(right), tuple(wrong), tuple(missed), predicates, rules)


def _tally(right: list[str], wrong: list[str], missed: list[str]) -> dict[str, Counts]:
    r, w, m = Counter(right), Counter(wrong), Counter(missed)
    return {name: Counts(r[name], w[name], m[name]) for name in sorted({*r, *w, *m})}


def _names_counts(gold: Sequence[GoldArticle], placed: Mapping[str, list[Row]]) -> Counts:
    right = wrong = missed = 0
    for article in gold:
        said = {
            norm(str(row[side].get("label", "")))
            for row in placed[article.id]
            for side in ("subject", "object")
            if row["predicate"] in PREDICATES and row[side].get("type") == "Person"
        } - {""}
        known: dict[str, set[str]] = {name: {norm(name)} for name, kind in article.types.items() if kind == "Person"}
        required = set()
        for fact in article.facts:
            for names in filter(None, (fact.subject, fact.object)):
                if names[0] in known:
                    known[names[0]].update(map(norm, names))
                    required |= set() if fact.optional else {names[0]}
        found = {name for name in required if known[name] & said}
        right += len(found)
        missed += len(required - found)
        wrong += len(said.difference(*known.values()))
    return Counts(right, wrong, missed)


def _figures(counts: Counts) -> str:
    return f"{counts.precision:>8.3f}{counts.recall:>8.3f}{counts.f1:>8.3f}"


def _outcome_dict(outcome: Outcome) -> dict[str, Any]:
    figures = {name: counts.as_dict() for name, counts in outcome.predicates.items()}
    return outcome.total.as_dict() | {"predicates": figures}


def _said(row: Row) -> str:
    """A fact in one line."""
    got, qualifiers = row["object"], row.get("qualifiers") or {}
    text = got.get("label") or got.get("date") or got.get("text") or ""
    if row["predicate"] in MEASURED and got.get("value") is not None:
        text = f"{got['value']}{got.get('unit', '')}"
    details = ", ".join(f"{key}={value}" for key, value in qualifiers.items())
    return " ".join(
        filter(None, (row["subject"].get("label", ""), row["predicate"], text, f"({details})" if details else ""))
    )


def _wanted(gold: GoldFact) -> str:
    """A gold fact in one line."""
    text = f"{gold.measure.value}{gold.measure.unit}" if gold.measure else gold.object[0]
    growth = "growth=True" if gold.growth else ""
    details = ", ".join(filter(None, (*gold.indicator[:1], *gold.product[:1], gold.kind, gold.phase, growth)))
    return " ".join(filter(None, (gold.subject[0], gold.predicate, text, f"({details})" if details else "")))
