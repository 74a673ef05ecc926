"""Judging in the terminal: may two names be one thing, is a fact right? Judgements go to decisions.tsv."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from kg.archive import Archive, Row, cite
from kg.files import atomic_write
from kg.resolve.decisions import Decision, Decisions, append, load, side, statement, unordered

PAIR_KEYS = {"s": "same", "d": "different", "u": "unsure"}
FACT_KEYS = {"r": "right", "w": "wrong", "u": "unsure"}
SHOWN = 4
"""facts of each side that are shown"""

Ask = Callable[[str], str]


def review_pairs(archive: Archive, path: Path, ask: Ask, show: Callable[[str], None], who: str, day: dt.date) -> int:
    """Go through the candidates of a build; how many were judged.

    path: the decisions.tsv, made if it is not there; ask: prompt -> answer, EOFError ends; who, day: written beside
    each judgement
    """
    known = load(path) if path.exists() else Decisions()
    judged = {unordered(one.a, one.b) for one in known.pairs}
    waiting = [one for one in archive.candidates if unordered(*_sides(one)) not in judged]
    made = 0
    for number, one in enumerate(waiting, 1):
        show(f"\n[{number}/{len(waiting)}] {one['kind']}")
        for name in ("a", "b"):
            show(f"{name.upper()}  {one[name]['name']}  {one[name]['article']}")
            for fact in _facts_of(archive, one[name]):
                show(f"   {cite(fact, archive.day(fact))}")
        show(f"像是同一个：{'；'.join(one['for']) or '—'}\n不像：{'；'.join(one['against']) or '—'}")
        answer = _answer(ask, "s 同一个  d 不是  u 说不准  回车 跳过  q 结束 > ", PAIR_KEYS)
        if answer is None:
            break
        if answer:
            append(path, Decision(one["kind"], *_sides(one), answer, who, day.isoformat(), _why(ask)))
            made += 1
    return made


def review_facts(
    archive: Archive, path: Path, ask: Ask, show: Callable[[str], None], who: str, day: dt.date, below: float = 1.0
) -> int:
    """Go through the facts of a confidence below `below`, the least sure first; how many were judged."""
    known = load(path) if path.exists() else Decisions()
    judged = {(one.a, one.b) for one in known.facts}
    waiting = sorted(
        (fact for fact in archive.facts if fact["confidence"] < below and (fact["article"], said(fact)) not in judged),
        key=lambda fact: (fact["confidence"], fact["article"], fact["start"]),
    )
    made = 0
    for number, fact in enumerate(waiting, 1):
        if (fact["article"], said(fact)) in judged:
            continue
        show(f"\n[{number}/{len(waiting)}] {said(fact)}  {fact['rule']} {fact['confidence']}")
        show(f"   {cite(fact, archive.day(fact))}")
        answer = _answer(ask, "r 对  w 错  u 说不准  回车 跳过  q 结束 > ", FACT_KEYS)
        if answer is None:
            break
        if answer:
            judged.add((fact["article"], said(fact)))
            append(path, Decision("fact", fact["article"], said(fact), answer, who, day.isoformat(), _why(ask)))
            made += 1
    return made


def write_gold(archive: Archive, decisions: Decisions, path: Path) -> int:
    """Write the judged articles as gold, one a line; how many.

    Facts judged right are required, those not judged or unsure are optional, those judged wrong are left out.
    """
    judged: Mapping[tuple[str, str], str] = {(one.a, one.b): one.judgement for one in decisions.facts}
    by_article: dict[str, list[Row]] = defaultdict(list)
    for fact in archive.facts:
        by_article[fact["article"]].append(fact)
    names = sorted({one.a for one in decisions.facts} & set(archive.articles))
    with atomic_write(path) as file:
        for name in names:
            about = archive.articles[name]
            facts = [_gold(fact, judged.get((name, said(fact)))) for fact in by_article[name]]
            row = {"id": name, "region": about["place"], "date": about["date"], "title": about["title"]}
            ends = [end for fact in by_article[name] for end in (fact["subject"], fact["object"])]
            types = {end["label"]: end["type"] for end in ends if end.get("type", "Article") != "Article"}
            kept = [fact for fact in facts if fact]
            file.write(json.dumps(row | {"facts": kept, "types": types}, ensure_ascii=False) + "\n")
    return len(names)


def said(fact: Row) -> str:
    """A fact as decisions.tsv names it (kg.resolve.decisions.fact_side)."""
    end = fact["object"]
    return statement(fact["subject"]["label"], fact["predicate"], end["label"] if "label" in end else end["text"])


def _gold(fact: Row, judgement: str | None) -> dict[str, Any] | None:
    if judgement == "wrong":
        return None
    end = fact["object"]
    if "label" in end:
        value: Any = end["label"]
    elif "value" in end:
        value = {"value": end["value"], "unit": end["unit"]} | ({"mod": end["mod"]} if "mod" in end else {})
    else:
        value = end.get("date") or end["text"]
    subject = "article" if fact["subject"]["type"] == "Article" else fact["subject"]["label"]
    row = {"p": fact["predicate"], "s": subject, "o": value} | dict(fact["qualifiers"])
    return row if judgement == "right" else row | {"optional": True}


def _sides(row: Row) -> tuple[str, str]:
    return side(row["a"]["name"], row["a"]["article"]), side(row["b"]["name"], row["b"]["article"])


def _facts_of(archive: Archive, mention: Row) -> Sequence[Row]:
    """Facts of the article that name it, posts first."""
    own = [
        fact
        for fact in archive.facts
        if fact["article"] == mention["article"]
        and mention["name"] in (fact["subject"]["label"], fact["object"].get("label"))
    ]
    own.sort(key=lambda fact: (fact["predicate"] not in ("holdsPost", "postAt", "undertakes", "heldOn"), fact["start"]))
    return list({fact["quote"]: fact for fact in own}.values())[:SHOWN]


def _answer(ask: Ask, prompt: str, keys: Mapping[str, str]) -> str | None:
    """The judgement chosen, "" to pass on, None to stop."""
    while True:
        try:
            key = ask(prompt).strip().lower()
        except EOFError:
            return None
        if key == "q":
            return None
        if not key or key in keys:
            return keys.get(key, "")


def _why(ask: Ask) -> str:
    try:
        return ask("理由（可不填）> ").strip()
    except EOFError:
        return ""
