"""Facts to RDF: what happened as direct triples, and for each fact a claim with its evidence.

Plain RDF 1.1 without blank nodes: every node's IRI is hashed from its key fields, so that the same facts give the
same bytes in any order. How each predicate is mapped stands in ontology/README.md.
"""

from __future__ import annotations

import datetime as dt
import tomllib
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from kg.errors import ConfigurationError
from kg.export import fact_order
from kg.model import Article, Entity, Fact, Quantity, Ref, TimeSpan
from kg.ontology import BASE, DCTERMS, EDTF, KG, RDF, SKOS, XSD, article_id, load, node_id
from kg.rdf import LABEL, TYPE, Lit, Names, Row, clean, date, days, decimal, edtf, number, triples, zh

if TYPE_CHECKING:
    from pyoxigraph import Triple

STATUS = {"actual": KG + "Actual", "planned": KG + "Planned", "reported": KG + "Reported"}


@dataclass(frozen=True, slots=True)
class Graph:
    """facts: entities and direct triples (graph.ttl); evidence: claims and evidence (evidence.ttl). Both sorted."""

    facts: tuple[Triple, ...]
    evidence: tuple[Triple, ...]


@dataclass(frozen=True, slots=True)
class Statement:
    """A fact as the graph says it.

    direct: whether the triple itself is in the graph (what happened, and project plans whose property says so)
    rows: the nodes that the statement needs: quantity, observation, time span, phase, award
    """

    subject: str
    predicate: str
    object: str
    direct: bool
    rows: tuple[Row, ...]
    claim: str
    evidence: str


def build(
    entities: Iterable[Entity],
    facts: Iterable[Fact],
    articles: Iterable[Article],
    base: str = BASE,
    reprints: Mapping[str, str] | None = None,
) -> Graph:
    """The RDF of the facts, the same for any order of the input.

    reprints: article -> the earlier article whose text it repeats; the two count as one source

    base: what all IRIs of entities, claims and evidence start with, then `id/`. Raises UsageError for a base that is
    no IRI ending in `/`, ConfigurationError for a class, predicate, status or attribute that the ontology lacks.
    """
    names = Names(entities, base)
    gathered = gather(facts, sorted(articles, key=lambda article: article.id), names, reprints or {})
    rows, proof = gathered.rows, gathered.proof
    for entity in names.entities.values():
        rows.update(_entity(entity, names))
    for claim, texts in gathered.sources.items():
        proof.add(independent(claim, texts))
    for span, seen in gathered.days.items():
        rows.update(observed(span, seen))
    return Graph(triples(rows), triples(proof - rows))


@dataclass(slots=True)
class Gathered:
    """What facts and articles give the graph, but for what has to be counted over all of them.

    rows, proof: of graph.ttl and of evidence.ttl; sources: claim -> the texts that say it
    days: time span of a membership -> the days on which it was observed
    """

    rows: set[Row] = field(default_factory=set)
    proof: set[Row] = field(default_factory=set)
    sources: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    days: dict[str, set[dt.date]] = field(default_factory=lambda: defaultdict(set))


def gather(facts: Iterable[Fact], articles: Sequence[Article], names: Names, reprints: Mapping[str, str]) -> Gathered:
    """The rows of facts and articles; reprints: as for build."""
    dates = {article.id: article.metadata.date for article in articles}
    out = Gathered()
    rows, proof = out.rows, out.proof
    shown: set[str] = set()
    loose: dict[str, Ref] = {}
    for article in articles:
        rows.update(_article(article, names))
    for article in articles:
        if article.id in reprints:
            rows.add(reprint(article, reprints[article.id], names))
    for fact in sorted(facts, key=fact_order):
        said = state(fact, names)
        if said.direct:
            rows.add((said.subject, said.predicate, said.object))
        # What is planned or reported stays out of graph.ttl with all its nodes.
        (rows if said.direct else proof).update(said.rows)
        proof.update(_claim(said, fact))
        out.sources[said.claim].add(reprints.get(fact.article, fact.article))
        if said.evidence not in shown:
            shown.add(said.evidence)
            proof.update(_evidence(said, fact, names))
        story = names.article(fact)
        for ref in (fact.subject, fact.object):
            if isinstance(ref, Ref) and ref.type != "Article":
                iri = names.ref(ref, fact)
                if iri.removeprefix(names.base) not in names.entities:
                    loose[iri] = max(ref, loose.get(iri, ref), key=lambda ref: (len(ref.label), ref.label))
                if fact.subject.type != "Article":
                    rows.add((story, KG + "mentions", iri))
        if fact.article not in dates:
            rows.update([*_thing(story, "Article", fact.article), (story, DCTERMS + "identifier", Lit(fact.article))])
        if fact.predicate == "holdsPost" and said.direct:
            rows.update(_membership(said.subject, said.object, dates.get(fact.article), names, out.days))
    for iri, ref in loose.items():
        rows.update(_thing(iri, ref.type, ref.label))
    return out


def reprint(article: Article, original: str, names: Names) -> Row:
    """The row that tells which article's text an article repeats; original: its id."""
    again = article_id(article.id, article.source)
    return names.iri(again), KG + "reprintOf", names.iri(article_id(original, original.partition("#")[0]))


def entity_rows(entity: Entity, names: Names) -> tuple[list[Row], list[Row]]:
    """The rows of an entity: those about itself, and those about other nodes."""
    rows, iri = _entity(entity, names), names.iri(entity.id)
    return [row for row in rows if row[0] == iri], [row for row in rows if row[0] != iri]


def independent(claim: str, texts: Collection[str]) -> Row:
    """The row that tells how many different texts say a claim."""
    return claim, KG + "independentSources", Lit(str(len(texts)), datatype=XSD + "integer")


def observed(span: str, seen: Collection[dt.date]) -> list[Row]:
    """The rows of the time span of a membership: from the first to the last day on which it was observed."""
    first, last = min(seen), max(seen)
    iso = first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"
    return _span_rows(span, TimeSpan("", iso, first, last))


def state(fact: Fact, names: Names) -> Statement:
    """How the graph says one fact. Raises ConfigurationError for a predicate or status that there is not."""
    prop = load().properties.get(fact.predicate)
    if prop is None or not prop.fact:
        raise ConfigurationError(f"rule {fact.rule}: no predicate {fact.predicate} in the ontology")
    if fact.status not in STATUS:
        raise ConfigurationError(f"rule {fact.rule}: status {fact.status}; it is one of {', '.join(STATUS)}")
    planned = fact.status == "planned" and prop.planned != ""
    predicate = KG + (prop.planned if planned else fact.predicate)
    about = dict(fact.qualifiers)
    rows: list[Row] = []
    subject = names.ref(fact.subject, fact)
    if (phase := about.get("phase")) and load().is_a(fact.subject.type, "Project"):
        subject = _phase(fact.subject, subject, str(phase), names, rows)
        del about["phase"]
    match fact.object:
        case Ref():
            obj = names.ref(fact.object, fact)
            if fact.predicate in ("awarded", "classifiedAs") and ("by" in about or "period" in about):
                _award(subject, obj, about, names, rows)
        case TimeSpan():
            obj = _time_span(fact.object, (subject, predicate), names, rows)
        case Quantity() if "Observation" in prop.range:
            obj = _observation(subject, predicate, fact.object, about, names, rows)
        case Quantity():
            obj = _quantity(fact.object, prop.range[0], (subject, predicate), about, names, rows)
    # The status is part of the key: what one article plans and another reports as done are two claims.
    claim = names.iri(node_id("claim", subject, predicate, obj, fact.status))
    span = (fact.article, str(fact.start), str(fact.end), fact.rule, claim)
    direct = fact.status == "actual" or planned
    return Statement(subject, predicate, obj, direct, tuple(rows), claim, names.iri(node_id("evidence", *span)))


@cache
def _units() -> tuple[dict[str, str], dict[str, str], frozenset[str]]:
    """Currencies and UCUM units by their Chinese name, and the units of area."""
    data = tomllib.loads((Path(__file__).parent / "data" / "units_rdf.toml").read_text(encoding="utf-8"))
    return data["currency"], data["ucum"], frozenset(data["area"]["units"])


def _thing(iri: str, cls: str, label: str) -> list[Row]:
    """Type and label. Raises ConfigurationError for a class that the ontology lacks."""
    if cls not in load().classes:
        raise ConfigurationError(f"{label}: no class {cls} in the ontology")
    rows: list[Row] = [(iri, TYPE, KG + cls)]
    return [*rows, (iri, LABEL, zh(label))] if clean(label) else rows


def _entity(entity: Entity, names: Names) -> list[Row]:
    iri = names.iri(entity.id)
    rows = _thing(iri, entity.type, entity.label)
    rows += [(iri, SKOS + "altLabel", zh(name)) for name in entity.aliases if clean(name) not in ("", entity.label)]
    for key, value in entity.attributes:
        match key:
            case "code" | "level":
                rows.append((iri, KG + key, Lit(value)))
            case "parent":
                above = "partOf" if load().is_a(entity.type, "Place") else "parentOrganization"
                rows.append((iri, KG + above, names.iri(value)))
            case "body":
                rows.append((iri, KG + "postIn", names.iri(value)))
            case "branchOf":
                rows.append((iri, KG + "branchOf", names.iri(value)))
            case "phaseOf":
                rows.append((names.iri(value), KG + "hasPhase", iri))
            case "phase":
                rows.append((iri, KG + "phase", zh(value)))
            case "formerName":
                _former_name(iri, value, names, rows)
            case _:
                raise ConfigurationError(f"{entity.id}: the graph knows no attribute {key}")
    return rows


def _former_name(place: str, told: str, names: Names, rows: list[Row]) -> None:
    """A name and the years of its use; told: name|first year|last year."""
    name, first, last = told.split("|")
    node = names.iri(node_id("formername", place.removeprefix(names.base), name))
    rows += [*_thing(node, "FormerName", name), (place, KG + "formerName", node)]
    if first and last:
        span = TimeSpan(
            f"{first}年至{last}年", f"{first}/{last}", dt.date(int(first), 1, 1), dt.date(int(last), 12, 31)
        )
    else:
        span = TimeSpan(f"至{last}年" if last else f"{first}年起")
    rows.append((node, KG + "usedDuring", _time_span(span, (node,), names, rows)))


def _article(article: Article, names: Names) -> list[Row]:
    iri = names.iri(article_id(article.id, article.source))
    known = article.metadata
    rows = _thing(iri, "Article", article.title or article.id)
    rows.append((iri, DCTERMS + "identifier", Lit(article.id)))
    if clean(article.title):
        rows.append((iri, DCTERMS + "title", zh(article.title)))
    if known.source:
        rows.append((iri, DCTERMS + "source", Lit(clean(known.source))))
    if known.date:
        rows.append((iri, KG + "publishedOn", date(known.date)))
    if known.place and clean(known.place):
        rows.append((iri, KG + "homePlace", _named("Place", known.place, names, rows)))
    if known.publisher and clean(known.publisher):
        paper = names.iri(node_id("publication", known.publisher))
        rows += [*_thing(paper, "Publication", known.publisher), (iri, KG + "publishedIn", paper)]
        if known.date:
            issue = names.iri(node_id("issue", known.publisher, known.date.isoformat()))
            rows += _thing(issue, "Issue", f"{known.publisher} {known.date.isoformat()}")
            rows += [(iri, KG + "inIssue", issue), (issue, KG + "issueOf", paper)]
            rows.append((issue, KG + "publishedOn", date(known.date)))
    return rows


def _claim(said: Statement, fact: Fact) -> list[Row]:
    return [
        (said.claim, TYPE, KG + "Claim"),
        (said.claim, RDF + "subject", said.subject),
        (said.claim, RDF + "predicate", said.predicate),
        (said.claim, RDF + "object", said.object),
        (said.claim, KG + "status", STATUS[fact.status]),
        (said.claim, KG + "evidence", said.evidence),
    ]


def _evidence(said: Statement, fact: Fact, names: Names) -> list[Row]:
    integer = XSD + "integer"
    rows: list[Row] = [
        (said.evidence, TYPE, KG + ("InferredEvidence" if fact.inferred else "Evidence")),
        (said.evidence, KG + "inArticle", names.article(fact)),
        (said.evidence, KG + "startChar", Lit(str(fact.start), datatype=integer)),
        (said.evidence, KG + "endChar", Lit(str(fact.end), datatype=integer)),
        (said.evidence, KG + "quote", Lit(fact.quote, language="zh")),
        (said.evidence, KG + "rule", Lit(fact.rule)),
        (said.evidence, KG + "confidence", Lit(decimal(Decimal(repr(fact.confidence))), datatype=XSD + "decimal")),
    ]
    if fact.inferred and fact.antecedent is not None:
        start, end = (Lit(str(place), datatype=integer) for place in fact.antecedent)
        rows += [(said.evidence, KG + "antecedentStart", start), (said.evidence, KG + "antecedentEnd", end)]
    return rows


def _phase(project: Ref, iri: str, phase: str, names: Names, rows: list[Row]) -> str:
    node = names.iri(node_id("projectphase", iri.removeprefix(names.base), phase))
    if node.removeprefix(names.base) not in names.entities:
        known = names.entities.get(iri.removeprefix(names.base))
        # One phase has one label, whatever the articles call its project.
        label = known.label if known else project.label
        rows += _thing(node, "ProjectPhase", label if label.endswith(phase) else label + phase)
    rows += [(node, KG + "phase", zh(phase)), (iri, KG + "hasPhase", node)]
    return node


def membership(person: str, post: str, names: Names) -> str:
    """The IRI of the membership of a person's IRI and a post's."""
    return names.iri(node_id("membership", person.removeprefix(names.base), post.removeprefix(names.base)))


def _membership(person: str, post: str, day: dt.date | None, names: Names, days: dict[str, set[dt.date]]) -> list[Row]:
    node = membership(person, post, names)
    rows: list[Row] = [(node, TYPE, KG + "Membership"), (node, KG + "person", person), (node, KG + "post", post)]
    if held := names.entities.get(post.removeprefix(names.base)):
        rows += [(node, KG + "body", names.iri(value)) for key, value in held.attributes if key == "body"]
    if day:
        span = names.iri(node_id("timespan", node.removeprefix(names.base)))
        rows.append((node, KG + "observedDuring", span))
        days[span].add(day)
    return rows


def _award(winner: str, honour: str, about: Mapping[str, str | bool], names: Names, rows: list[Row]) -> None:
    giver, period = str(about.get("by", "")), str(about.get("period", ""))
    node = names.iri(node_id("award", winner, honour, giver, period))
    rows += [(node, TYPE, KG + "Award"), (node, KG + "recipient", winner), (node, KG + "honour", honour)]
    if giver:
        rows.append((node, KG + "grantedBy", _named("Organization", giver, names, rows)))
    _period(node, period, names, rows)


def _observation(
    subject: str, predicate: str, figure: Quantity, about: Mapping[str, str | bool], names: Names, rows: list[Row]
) -> str:
    key = (subject, predicate, *_figure_key(figure), *_about_key(about))
    node = names.iri(node_id("observation", *key))
    rows += [(node, TYPE, KG + "Observation"), (node, KG + "about", subject)]
    if indicator := about.get("indicator"):
        rows.append((node, KG + "indicator", _named("Indicator", str(indicator), names, rows)))
    _period(node, str(about.get("period", "")), names, rows)
    if predicate == KG + "rank":
        whole = figure.value == figure.value.to_integral_value()
        rows.append((node, KG + "rankValue", number(figure.value, "integer" if whole else "decimal")))
    else:
        rows.append((node, KG + "measure", KG + ("Growth" if about.get("growth") else "Level")))
        rest = {name: value for name, value in about.items() if name in ("kind", "phase")}
        rows.append((node, KG + "quantity", _quantity(figure, "Quantity", (node,), rest, names, rows)))
    return node


def _quantity(
    figure: Quantity,
    wanted: str,
    key: tuple[str, ...],
    about: Mapping[str, str | bool],
    names: Names,
    rows: list[Row],
) -> str:
    """The node of a figure. One whose unit does not fit the class wanted is a plain Quantity; a shape refuses it."""
    currencies, ucum, areas = _units()
    node = names.iri(node_id("quantity", *key, *_figure_key(figure), *_about_key(about)))
    currency = currencies.get(figure.unit)
    if currency:
        cls = "MonetaryAmount" if wanted in ("MonetaryAmount", "Quantity") else "Quantity"
    elif wanted == "MonetaryAmount" or (wanted == "Area" and figure.unit not in areas):
        cls = "Quantity"
    else:
        cls = wanted
    rows += [(node, TYPE, KG + cls), (node, KG + "value", number(figure.value, "decimal"))]
    if currency:
        rows.append((node, KG + "currency", Lit(currency)))
    elif figure.unit:
        unit = ucum.get(figure.unit, f"{{{clean(figure.unit)}}}")
        rate = cls == "Capacity" and "/" not in unit
        rows.append((node, KG + "unit", Lit(unit + "/a" if rate else unit)))
    if cls == "Capacity":
        rows.append((node, KG + "per", Lit("a")))
    for name, text in (("unitText", figure.unit), ("wording", figure.text)):
        if clean(text):
            rows.append((node, KG + name, zh(text)))
    if figure.modifier:
        rows.append((node, KG + "modifier", Lit(figure.modifier)))
    for name in ("kind", "phase"):
        if about.get(name):
            rows.append((node, KG + name, zh(str(about[name]))))
    if cls == "Capacity" and about.get("product"):
        rows.append((node, KG + "product", _named("Product", str(about["product"]), names, rows)))
    _period(node, str(about.get("period", "")), names, rows)
    return node


def _time_span(span: TimeSpan, key: tuple[str, ...], names: Names, rows: list[Row]) -> str:
    """The node of a date. It belongs to one statement, because an unresolved 昨天 is another day in another article."""
    node = names.iri(node_id("timespan", *key, span.iso or span.text))
    rows += _span_rows(node, span)
    return node


def _span_rows(node: str, span: TimeSpan) -> list[Row]:
    rows: list[Row] = [(node, TYPE, KG + "TimeSpan")]
    if span.iso:
        rows.append((node, KG + "edtf", Lit(edtf(span.iso), datatype=EDTF + "EDTF")))
    if span.first and span.last:
        rows += [(node, KG + "firstDay", date(span.first)), (node, KG + "lastDay", date(span.last))]
    if clean(span.text):
        rows.append((node, KG + "wording", zh(span.text)))
    return rows


def _period(node: str, period: str, names: Names, rows: list[Row]) -> None:
    """Link a node to the period that a qualifier gives, as a date of facts.jsonl or in words."""
    if period:
        known = days(period)
        span = TimeSpan("", period, *known) if known else TimeSpan(period)
        rows.append((node, KG + "period", _time_span(span, (node,), names, rows)))


def _named(cls: str, label: str, names: Names, rows: list[Row]) -> str:
    """The IRI of what a qualifier names; described here if it is no entity of resolution's."""
    iri = names.name(cls, label)
    if iri.removeprefix(names.base) not in names.entities:
        rows += _thing(iri, cls, label)
    return iri


def _figure_key(figure: Quantity) -> tuple[str, str, str]:
    return decimal(figure.value), figure.unit, figure.modifier


def _about_key(about: Mapping[str, str | bool]) -> tuple[str, ...]:
    return tuple(f"{name}={about[name]}" for name in sorted(about))
