"""A dossier of one thing out of a build: out of its page, or out of its ledger where the page does not hold all."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from kg import export, gazetteer, update, view
from kg.errors import UsageError
from kg.ledger import Ledger
from kg.model import Article, Entity, Fact, Ref
from kg.outputs import Outputs, article_of, entity_of
from kg.pipeline import known_ledger
from kg.resolve.decisions import Decisions
from kg.resolve.engine import Engine


def write(out: Path, entity: str, path: Path | None = None) -> Path:
    """Write all that a build knows of an entity as one HTML page; returns where.

    entity: id, name or alias; path: where to, by default named after it in a folder `dossiers` of the build
    Raises UsageError for a build that is not there, and an unknown or ambiguous entity.
    """
    page = out / "graph.html"
    if not page.is_file():
        raise UsageError(f"{page}: there is no such file; run `kg build` first, or name its folder with -o")
    if not (out / "store").is_dir() or not json.loads((out / "report.json").read_text("utf-8"))["view"].get("beyond"):
        return view.write_dossier(page, entity, path)
    ledger, known = known_ledger(out)
    try:
        found = _find(ledger, entity)
        made = Outputs(ledger, out, known.base, Engine(ledger, gazetteer.load(), Decisions()))
        facts, articles, carried = _concerning(ledger, made, found.id)
        ids = {ref.id for fact in facts for ref in (fact.subject, fact.object) if isinstance(ref, Ref)}
        target = path or out / "dossiers" / f"{view.file_name(found.label or found.id)}.html"
        return view.dossier_of(found.id, list(made.entities(ids)), facts, articles, target, carried=carried)
    finally:
        ledger.close()


def _find(ledger: Ledger, name: str) -> Entity:
    """The entity of an id, a label, or else an alias."""
    rows = ledger.run(
        "SELECT data FROM entity WHERE id = ? OR instr(data, ?) ORDER BY id", name, json.dumps(name, ensure_ascii=False)
    )
    given = [entity_of(json.loads(data)) for (data,) in rows]
    for same in (
        [one for one in given if one.id == name],
        [one for one in given if one.label == name],
        [one for one in given if name in one.aliases],
    ):
        if len(same) == 1:
            return same[0]
        if same:
            told = "; ".join(f"{one.id} ({one.label})" for one in same[:8])
            raise UsageError(f"{name}: {len(same)} things have that name; give an id: {told}")
    raise UsageError(f"{name}: nothing in the build has that name")


def _concerning(
    ledger: Ledger, made: Outputs, ident: str
) -> tuple[list[Fact], list[Article], dict[tuple[str, int, int], str]]:
    """The facts in which an entity takes part, and the days of the events that it takes part in."""
    facts: dict[tuple[str, int, int, str], Fact] = {}
    articles: dict[str, Article] = {}
    carried: dict[tuple[str, int, int], str] = {}

    def take(subject: str, wanted: Iterable[str]) -> None:
        sql = (
            "SELECT t.article, t.source, t.facts, t.ends, t.head, t.account FROM part p "
            "CROSS JOIN story t ON t.number = p.story WHERE p.subject = ? ORDER BY t.article"
        )
        for article, source, own, ends, head, account in ledger.run(sql, subject).fetchall():
            told = json.loads(head)
            for fact in update.final(article, source, own, ends):
                named = {ref.id for ref in (fact.subject, fact.object) if isinstance(ref, Ref)}
                if subject in named and (not wanted or fact.predicate in wanted):
                    facts[export.fact_order(fact)] = fact
                    articles[article] = article_of(article, source, told, account)
                    carried.update({(article, start, end): words for start, end, words in told["carried"]})

    take(ident, ())
    ends = {ref.id for fact in facts.values() for ref in (fact.subject, fact.object) if isinstance(ref, Ref)}
    for event in sorted(one for one in ends if one.startswith("event/")):
        take(event, ("heldOn",))
    typed = made.typed([facts[key] for key in sorted(facts)])
    return typed, list(articles.values()), carried
