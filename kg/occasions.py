"""An event's day, leader and organiser, and what the names of events and projects say themselves."""

from __future__ import annotations

from collections.abc import Iterator

from kg.discourse import Discourse, Happening
from kg.lexicon import pattern
from kg.model import Mention, Quantity, Ref, TimeSpan
from kg.slots import Bound, Draft, entity
from kg.tag import TaggedArticle, TaggedSentence, quantities
from kg.tag.bodies import classify


def of_events(tagged: TaggedArticle, discourse: Discourse) -> Iterator[Draft]:
    """heldOn, led, attended and organizedBy of the article's events, from the sentences that introduce them."""
    for event in discourse.events:
        happening = Bound(Ref(event.label, "Event"), event.span)
        yield from _day(tagged, event, event is discourse.main)
        if event.kind == "visit" and event.leader is not None:
            yield Draft(entity(event.leader), "led", happening, "events/带队", event.span)
        for man in event.others if event.kind == "visit" else ():
            yield Draft(entity(man), "attended", happening, "events/同行", event.span)
        if event.body is not None:
            span = (min(event.body.start, event.span[0]), max(event.body.end, event.span[1]))
            yield Draft(happening, "organizedBy", entity(event.body), "events/召开者", span)
        elif event is discourse.main and (name := body_of_name(event.label)):
            body = Bound(Ref(name, classify(name)), event.span)
            yield Draft(happening, "organizedBy", body, "events/会议名中的机构", event.span)


def body_of_name(label: str) -> str:
    """The body that a meeting's name begins with, "" if none.

    >>> body_of_name("2024年度武进区政府党组民主生活会"), body_of_name("企业发展大会")
    ('武进区政府党组', '')
    """
    m = pattern("occasions", "body_name").match(label)
    return m["body"] if m else ""


def _is_day(date: Mention) -> bool:
    """Whether a date names a day or a part of one, not a month, a year or 日前."""
    return date.type == "Date" and date.by != "dates/vague" and bool(pattern("occasions", "day").search(date.text))


def _day(tagged: TaggedArticle, event: Happening, main: bool) -> Iterator[Draft]:
    """The day of an event: said in its own sentence; of the main event also by the sentence that leads up to it."""
    ts = tagged.sentences[event.sentence]
    days = [m for m in ts.mentions if _is_day(m)]
    if main and not days:
        for date in _leading_days(tagged, event, ts)[-1:]:
            yield _held(event, date, "events/日期（导语）", (date.start, date.end), carried=True)
        return
    for date in days:
        after = ts.sentence.text[event.span[1] - ts.sentence.start :][:30]
        if date.start - event.span[1] > 12 and "召开" not in after:
            continue
        between = ts.sentence.text[date.end - ts.sentence.start : max(event.span[0], date.end) - ts.sentence.start]
        if len(between) <= 60:
            yield _held(event, date, "events/日期", (min(date.start, event.span[0]), max(date.end, event.span[1])))
            return


def _leading_days(tagged: TaggedArticle, event: Happening, ts: TaggedSentence) -> list[Mention]:
    """Days with which a sentence shortly before the event's begins, else those that begin the lead."""
    near = [s for s in tagged.sentences[max(0, event.sentence - 2) : event.sentence] if s.sentence.kind == "body"]
    lead = next((s for s in tagged.sentences if s.sentence.kind == "body"), ts)
    for sentences in (near, [lead] if event.sentence > 2 else []):
        days = [m for s in sentences for m in s.mentions if m.start - s.sentence.start <= 1 and _is_day(m)]
        if days:
            return days
    return []


def _held(event: Happening, date: Mention, rule: str, span: tuple[int, int], carried: bool = False) -> Draft:
    assert isinstance(date.value, TimeSpan)
    happening = Bound(Ref(event.label, "Event"), event.span, carried)
    return Draft(happening, "heldOn", Bound(date.value, (date.start, date.end)), rule, span)


def of_project_names(tagged: TaggedArticle) -> Iterator[Draft]:
    """What projects' names themselves say: their capacity (年产…生产线项目) and, in front, their owner."""
    companies = {m.text: m for ts in tagged.sentences for m in ts.mentions if m.type == "Company"}
    seen: set[str] = set()
    for ts in tagged.sentences:
        for m in ts.mentions:
            if m.type != "Project" or m.text in seen or ts.sentence.kind == "headline":
                continue
            seen.add(m.text)
            yield from _capacity(m)
            for name, company in sorted(companies.items()):
                if m.text.startswith(name) and len(m.text) > len(name) + 3:
                    owner = Bound(Ref(name, company.type), (m.start, m.start + len(name)))
                    yield Draft(owner, "undertakes", entity(m), "projects/名称中的业主", (m.start, m.end))


def _capacity(project: Mention) -> Iterator[Draft]:
    year = project.text.find("年产")
    if year >= 0:
        for q in quantities.find(project.text):
            product = pattern("occasions", "named_product").match(project.text, q.end)
            if q.start > year and isinstance(q.value, Quantity) and product:
                amount = Bound(q.value, (project.start + q.start, project.start + q.end))
                rule, span = "projects/名称中的产能", (project.start, project.end)
                yield Draft(
                    entity(project), "annualCapacity", amount, rule, span, (("product", product[1]),), "planned"
                )
