"""The whole flow: newspaper pages in; facts, RDF and an HTML network out.

read -> split -> tag -> extract -> resolve -> graph -> views -> store
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from importlib.resources import files
from pathlib import Path

from kg import (
    __version__,
    dictionary,
    export,
    extraction,
    gazetteer,
    rdf,
    read,
    reprints,
    resolve,
    rulebook,
    shapes,
    split,
    store,
    tag,
    view,
)
from kg.clock import Clock, uncollected
from kg.endpoint import Endpoint
from kg.errors import ConfigurationError, UsageError
from kg.files import atomic_write
from kg.gazetteer import Division
from kg.model import Article, Document, Entity, Fact, Metadata, Sentence, Skipped
from kg.ontology import BASE, check_base
from kg.report import Home, Report, write_json
from kg.resolve import decisions
from kg.resolve.decisions import fact_side
from kg.tag import TaggedArticle, statistical

STAGES = ("read", "split", "tag", "extract", "resolve", "graph", "views", "store")


def build(
    paths: Sequence[Path],
    out: Path,
    *,
    place: str | None = None,
    date: dt.date | None = None,
    manifest: Path | None = None,
    names: Path | None = None,
    tagger: str = "onnx",
    judgements: Path | None = None,
    base_iri: str = BASE,
    server: Endpoint | None = None,
    progress: bool = False,
) -> Report:
    """Build the knowledge graph of the pages that `paths` name into the folder `out`.

    place, date: home place and day of publication of sources that do not say their own
    manifest: a CSV with metadata, names: a TSV with the user's own names (kg.dictionary); tagger: onnx or jieba
    judgements: a decisions.tsv, what people have judged (kg.resolve.decisions)
    base_iri: what the IRIs of entities start with; progress: whether to show a bar on stderr
    server: a SPARQL server to load too, its graph's content replaced

    The same input gives the same bytes, save `seconds` in report.json and the database in `out`/store. Raises
    UsageError for a PATH, manifest or base IRI that cannot be used, ConfigurationError for wrong rules, data or
    dictionary, OSError where `out` cannot be written, StoreLockedError where another build writes it, StoreError where
    the server does not take the triples.
    """
    check_base(base_iri)
    if out.exists() and not out.is_dir():
        raise UsageError(f"-o {out}: it is a file; give a folder")
    view.check_layout(out / "layout.json")  # a broken one is told before the work, not after it
    clock = Clock(len(STAGES), show=progress)
    own = dictionary.load(names) if names else None
    judged = decisions.load(judgements) if judgements else None
    places = gazetteer.load()

    with clock.stage("read"):
        given = list(read.read(paths, metadata=Metadata(date=date, place=place), manifest=manifest))
        documents = [item for item in given if isinstance(item, Document)]
        skipped = [item for item in given if isinstance(item, Skipped)]
    with clock.stage("split"):
        homes = {document.source: places.home(document.text, document.metadata.place) for document in documents}
        where = {source: home for source, (home, _) in homes.items()}
        items: list[tuple[Article, tuple[Sentence, ...]]] = []
        for document in documents:
            articles, refused = split.articles(_at_home(document, where[document.source], places))
            items += [(article, split.sentences(article)) for article in articles]
            skipped += refused
    with clock.stage("tag"):
        tagged = tag.tag(items, statistical.load(tagger), places, own.find if own else None)
    with clock.stage("extract"):
        found = extracted(tagged, documents, where)
    with clock.stage("resolve"):
        stories = [article for article, _ in items]
        reprinted = reprints.find(stories)
        who = resolve.resolve(found, stories, where, places, own.canonical if own else None, judged, reprinted)
    with clock.stage("graph"):
        checked = shapes.quarantine(who.entities, who.facts, stories, base_iri, reprinted)
    with clock.stage("views"):
        for name, triples in zip(store.TURTLE, (checked.graph.facts, checked.graph.evidence), strict=True):
            rdf.write_turtle(triples, out / name, rdf.prefixes(base_iri, triples))
        kept = _keep_texts(documents, out)
        titles = {article.id: article.title for article, _ in items}
        export.write_facts_jsonl(out / "facts.jsonl", checked.facts, titles, kept)
        export.write_facts_csv(out / "facts.csv", checked.facts, titles, kept)
        counts = {article.id: len(sentences) for article, sentences in items}
        export.write_articles_jsonl(out / "articles.jsonl", checked.articles, counts, reprinted)
        export.write_entities_jsonl(out / "entities.jsonl", checked.entities)
        export.write_candidates_jsonl(out / "candidates.jsonl", who.candidates)
        pages = checked.entities, checked.facts, checked.articles
        seen = view.write_html(out / "graph.html", *pages, layout=out / "layout.json")
    with clock.stage("store"):
        store.write(out, base_iri)
        if server:
            store.send(server, out)

    report = Report(
        version=__version__,
        documents=len(documents),
        articles=len(items),
        sentences=sum(counts.values()),
        mentions=_counted(mention.type for one in tagged for ts in one.sentences for mention in ts.mentions),
        facts=_counted(fact.predicate for fact in checked.facts),
        status=_counted(fact.status for fact in checked.facts),
        entities=_counted(entity.type for entity in checked.entities),
        triples={"graph.ttl": len(checked.graph.facts), "evidence.ttl": len(checked.graph.evidence)},
        homes=tuple(Home(s, places.full_name(home) if home else "", how) for s, (home, how) in sorted(homes.items())),
        without_facts=tuple(sorted({a.source for a, _ in items} - {fact.source for fact in checked.facts})),
        skipped=tuple(sorted(skipped, key=lambda one: (one.source, one.reason, one.message))),
        quarantined=tuple(sorted(_quarantined(one) for one in checked.quarantined)),
        candidates=len(who.candidates),
        rejected=tuple(sorted((fact.article, fact_side(fact)) for fact in who.rejected)),
        unused=tuple(f"line {one.line}: {one.a}" + (f" / {one.b}" if one.b else "") for one in who.unused),
        reprints=len(reprinted),
        view=seen,
        seconds=clock.seconds,
    )
    write_json(out / "report.json", report)
    clock.close()
    return report


@uncollected()
def extracted(
    tagged: Iterable[TaggedArticle], documents: Iterable[Document], homes: Mapping[str, Division | None]
) -> list[Fact]:
    """The facts of tagged articles, each with its rule's measured precision as confidence.

    homes: source -> home place
    """
    book, confidence, places = rulebook.load(examples=True), confidences(), gazetteer.load()
    said: dict[str, tuple[str, str, dict[str, str]]] = {}
    for document in documents:
        home = homes.get(document.source)
        own = places.called(document.text, home) if home else document.metadata.place or ""
        above = {division.name[-1]: division.name for division in places.parents(home)} if home else {}
        said[document.source] = document.text, own, above
    facts: list[Fact] = []
    for one in tagged:
        text, own, above = said[one.article.source]
        facts += extraction.facts(one, text, book, own, confidence, above)
    return facts


def confidences() -> Mapping[str, float]:
    """Rule -> its precision on the gold of seeds/, from kg/data/confidence.json; empty before it was measured.

    Raises ConfigurationError where the file is no such table.
    """
    path = files("kg") / "data" / "confidence.json"
    if not path.is_file():
        return {}
    try:
        table = json.loads(path.read_text(encoding="utf-8"))
        return {str(rule): float(value) for rule, value in table.items()}
    except (ValueError, TypeError, AttributeError) as error:
        raise ConfigurationError(f"kg/data/confidence.json: not rule names with numbers: {error}") from error


def _at_home(document: Document, home: Division | None, places: gazetteer.Gazetteer) -> Document:
    """The document with its home place as the graph calls it, told or found."""
    if home is None:
        return document
    return replace(document, metadata=replace(document.metadata, place=places.full_name(home)))


def _keep_texts(documents: Iterable[Document], out: Path) -> dict[str, str]:
    """Write the texts that were taken out of HTML or JSON below out/text; source -> path in `out`."""
    kept = {}
    for document in documents:
        if document.extracted:
            name = f"text/{document.source}.txt"
            if not (out / name).resolve().is_relative_to((out / "text").resolve()):
                raise UsageError(f"{document.source}: its text would lie outside {out / 'text'}")
            with atomic_write(out / name, newline="") as file:
                file.write(document.text)
            kept[document.source] = name
    return kept


def _quarantined(one: shapes.Quarantined) -> tuple[str, str, str]:
    match one.what:
        case Fact():
            return one.what.article, fact_side(one.what), one.reason
        case Entity():
            return "", one.what.label, one.reason
        case Article():
            return one.what.id, one.what.title, one.reason


def _counted(names: Iterable[str]) -> dict[str, int]:
    return dict(sorted(Counter(names).items()))
