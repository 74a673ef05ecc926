"""Projects across articles: known by a name, or by the company that builds them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from kg.gazetteer import Gazetteer
from kg.lexicon import pattern
from kg.resolve.clusters import Clusters
from kg.resolve.companies import trade_name
from kg.resolve.identity import Candidate, Seen, Unit, candidate
from kg.resolve.names import lists

SHOWN = 3
"""how many projects of one name are told for each account that may be of one of them"""
LEAST = 4
"""characters of a project's own name behind that of its company"""


@dataclass(slots=True)
class Plan:
    """What one article says of one project.

    builders: id -> label of the organisations that undertake it; places: ids; amounts: its total investment
    """

    seen: Seen
    builders: dict[str, str] = field(default_factory=dict)
    places: set[str] = field(default_factory=set)
    amounts: set[str] = field(default_factory=set)


def plain(project: str) -> str:
    """A project's name without what makes no other project of it.

    >>> plain("年产5万吨复合管道项目"), plain("长江三期防洪工程"), plain("沪宁高速公路项目")
    ('5万吨复合管道', '长江三期防洪', '沪宁高速')
    """
    for wording, replacement in lists()["project"].items():
        project = re.sub(wording, replacement, project)
    return project


def phase_of(project: str) -> tuple[str, str]:
    """A project's name without its phase, and the phase; "" if it names none.

    >>> phase_of("禾谷智能装备产业园项目二期"), phase_of("导热膜二期项目"), phase_of("导热膜项目（第一期）")
    (('禾谷智能装备产业园项目', '二期'), ('导热膜项目', '二期'), ('导热膜项目', '一期'))
    >>> phase_of("长江三期防洪工程"), phase_of("一期工程")
    (('长江三期防洪工程', ''), ('一期工程', ''))
    """
    found = pattern("resolve", "phase").fullmatch(project)
    if not found or len(found["head"]) < 3:
        return project, ""
    return found["head"] + (found["tail"] or ""), "一期" if found["phase"] == "首期" else found["phase"].lstrip("第")


def join_projects(plans: Iterable[Plan], sets: Clusters[Unit], gazetteer: Gazetteer) -> list[Candidate]:
    """Join the accounts of one project; tell those that may be one.

    The same name in a district is one project unless other companies build it for another sum; a project called after
    its company (禾谷智能项目) is the one project of that company with the same sum or in the same town.
    """
    unsure: list[Candidate] = []
    by_name: dict[tuple[str, ...], list[list[Plan]]] = defaultdict(list)
    by_builder: dict[tuple[str, str], list[Plan]] = defaultdict(list)
    found = sorted(plans, key=lambda plan: plan.seen.order)
    for plan in found:
        for builder in plan.builders:
            by_builder[plan.seen.county, builder].append(plan)
    # What says who builds it decides; what does not follows where there is but one.
    for plan in sorted(found, key=lambda plan: not plan.builders):
        groups = by_name[plan.seen.identity.key]
        fitting = [
            group for group in groups if _fit(plan, group) and not sets.apart(plan.seen.unit, group[0].seen.unit)
        ]
        if len(fitting) == 1 and sets.join(fitting[0][0].seen.unit, plan.seen.unit):
            fitting[0].append(plan)
            continue
        for group in groups[:SHOWN]:
            unsure.append(candidate(plan.seen, group[0].seen, ("名称相同，同在一地",), _differences(plan, group)))
        groups.append([plan])
    for key in sorted(by_name):
        _join_prefixed(key, by_name, sets, gazetteer)
    for (_, builder), several in sorted(by_builder.items()):
        unsure += _of_builder(builder, several, sets, gazetteer)
    return unsure


def _join_prefixed(
    key: tuple[str, ...],
    by_name: Mapping[tuple[str, ...], list[list[Plan]]],
    sets: Clusters[Unit],
    gazetteer: Gazetteer,
) -> None:
    """Join 润泽管业年产5万吨管道项目 with the 年产5万吨管道项目 that a company called so builds."""
    name, *where = key
    for at in range(2, len(name) - LEAST + 1):
        for group in by_name.get((plain(name[at:]), *where), ()):
            trades = {trade_name(label, gazetteer)[:2] for plan in group for label in plan.builders.values()}
            if name[:2] in trades or (not trades and any(_agree_in_sum(group, own) for own in by_name[key])):
                for own in by_name[key]:
                    sets.join(group[0].seen.unit, own[0].seen.unit)
                return


def _fit(plan: Plan, group: list[Plan]) -> bool:
    """Whether it may be the project of the group."""
    builders = {builder for other in group for builder in other.builders}
    if plan.builders and builders and not set(plan.builders) & builders:
        return bool(plan.amounts & _amounts(group))
    return True


def _differences(plan: Plan, group: list[Plan]) -> tuple[str, ...]:
    mine = "、".join(sorted(plan.builders.values())) or "未说明"
    others = "、".join(sorted({label for other in group for label in other.builders.values()})) or "未说明"
    return (f"建设单位：{mine}；{others}",)


def _of_builder(builder: str, plans: list[Plan], sets: Clusters[Unit], gazetteer: Gazetteer) -> list[Candidate]:
    """A company's project under the company's name and under another."""
    groups: dict[Unit, list[Plan]] = defaultdict(list)
    for plan in plans:
        groups[sets.root(plan.seen.unit)].append(plan)
    trade = trade_name(plans[0].builders[builder], gazetteer)[:2]
    called = [group for group in groups.values() if any(trade in plan.seen.identity.label for plan in group)]
    others = [group for group in groups.values() if group not in called]
    unsure: list[Candidate] = []
    for group in called:
        for other in others:
            if {plan.seen.article for plan in group} & {plan.seen.article for plan in other}:
                continue
            one, two = group[0].seen, other[0].seen
            if len(others) == 1 and _agree(group, other) and sets.join(one.unit, two.unit):
                continue
            if not sets.apart(one.unit, two.unit):
                reasons = (f"都由{plans[0].builders[builder]}建设",)
                unsure.append(candidate(one, two, reasons, ("名称不同，金额、地点不足以认定",)))
    return unsure


def _agree_in_sum(one: list[Plan], other: list[Plan]) -> bool:
    """Whether two accounts give the same sum and neither tells a place that the other does not."""
    places, elsewhere = _places(one), _places(other)
    return bool(_amounts(one) & _amounts(other)) and not (places and elsewhere and not places & elsewhere)


def _agree(one: list[Plan], other: list[Plan]) -> bool:
    """Whether two accounts give the same sum, or, where one gives none, the same town."""
    amounts, others = _amounts(one), _amounts(other)
    return bool(amounts & others) if amounts and others else bool(_places(one) & _places(other))


def _amounts(group: list[Plan]) -> set[str]:
    return {amount for plan in group for amount in plan.amounts}


def _places(group: list[Plan]) -> set[str]:
    return {place for plan in group for place in plan.places}
