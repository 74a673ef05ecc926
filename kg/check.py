"""Whether the project's own rules, ontology and data are right."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from kg.errors import ConfigurationError


def check() -> tuple[list[str], list[str]]:
    """What is well, and what is wrong, one line each: rules with their examples, ontology, grammars, data files."""
    from kg import gazetteer, ontology, pipeline, rulebook
    from kg.asking import book as questions
    from kg.asking import check as asked
    from kg.resolve.names import lists
    from kg.tag import dates, quantities, words
    from kg.view.content import load_labels

    def rules() -> str:
        return f"{len(rulebook.load(examples=True).rules)} rules, every example reads as written"

    def terms() -> str:
        known = ontology.load()
        return f"ontology {known.version}: {len(known.classes)} classes, {len(known.predicates)} predicates"

    def labels() -> list[str]:
        known = load_labels({})
        lacking = [name for name in ontology.load().predicates if name not in known["predicates"]]
        return [f"labels.toml: no label for the predicate {name}" for name in lacking]

    def frames() -> str:
        own = questions.load()
        asked.check(own, ontology.load())
        return f"{len(own.frames)} kinds of question, every example reads as written"

    parts: list[tuple[str, Callable[[], object]]] = [
        ("", rules),
        ("", frames),
        ("", terms),
        ("", ontology.check),
        ("dates read as their examples say", dates.check),
        ("quantities read as their examples say", quantities.check),
        ("every predicate has a label", labels),
        ("gazetteer", gazetteer.load),
        ("dictionary", words.load),
        ("resolution", lists),
        ("confidences", pipeline.confidences),
    ]
    well: list[str] = []
    wrong: list[str] = []
    for name, part in parts:
        try:
            result = part()
        except ConfigurationError as error:
            wrong.append(str(error))
            continue
        if isinstance(result, list) and result:
            wrong += result
        elif isinstance(result, str) or name:
            well.append(result if isinstance(result, str) else name)
    return well, wrong


def lines(well: Iterable[str], wrong: Iterable[str]) -> str:
    """Both for a terminal."""
    return "\n".join([*(f"ok     {line}" for line in well), *(f"wrong  {line}" for line in wrong)])
