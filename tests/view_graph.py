"""Large invented networks for the viewer's measurements: the same for a seed, with sentences as long as real ones."""

from __future__ import annotations

import datetime as dt
import random
from decimal import Decimal
from importlib.resources import files

from kg.model import Article, Entity, Fact, Metadata, Quantity, Ref

SURNAMES = "沈顾陆钱邵庄蒋郁殷翟褚卫阮戚柏窦云苏潘葛奚范彭郎鲁韦昌马苗方俞任袁柳鲍史唐费廉岑薛雷贺倪汤"
ENDS = {
    "Person": ("", 0.34), "Event": ("座谈会", 0.14), "Company": ("科技有限公司", 0.16), "Project": ("产业园项目", 0.09),
    "Place": ("镇", 0.06), "GovernmentBody": ("管理局", 0.07), "Institution": ("学院", 0.05), "Post": ("局局长", 0.09),
}  # fmt: skip
RELATIONS = [
    ("Person", "attended", "Event"), ("Person", "attended", "Event"), ("Person", "spokeAt", "Event"), ("Person", "presidedOver", "Event"),
    ("Person", "holdsPost", "Post"), ("Person", "postAt", "GovernmentBody"), ("Person", "postAt", "Company"), ("Event", "heldIn", "Place"),
    ("Company", "undertakes", "Project"), ("Project", "locatedIn", "Place"), ("Company", "signedWith", "Institution"), ("Event", "visited", "Company"),
]  # fmt: skip
PER_SENTENCE = 2
PER_ARTICLE = 9


def network(nodes: int, edges: int, seed: int = 2025) -> tuple[list[Entity], list[Fact], list[Article]]:
    """So many entities, (about) so many facts between two of them, a fifth as many figures besides; in towns.

    Nine in ten facts join entities of one town, some of which are much better connected than others.
    """
    rng = random.Random(seed)
    common = [c for c in files("kg").joinpath("read/common_han.txt").read_text(encoding="utf-8") if c > "\u2e80"]
    kinds = rng.choices(list(ENDS), [share for _, share in ENDS.values()], k=nodes)
    entities = [
        Entity(f"{kind.lower()}/{number:06}", kind, _name(rng, kind, common), str(number), ())
        for number, kind in enumerate(kinds)
    ]
    towns = max(4, nodes // 140)
    home = [rng.randrange(towns) for _ in entities]
    pools: dict[tuple[int, str], list[Entity]] = {}
    for entity, town in zip(entities, home, strict=True):
        pools.setdefault((town, entity.type), []).append(entity)
        pools.setdefault((-1, entity.type), []).append(entity)
    loners: dict[str, list[Entity]] = {}
    for entity in rng.sample(entities, len(entities)):
        loners.setdefault(entity.type, []).append(entity)

    facts: list[Fact] = []
    articles: list[Article] = []
    while len(articles) * PER_ARTICLE * PER_SENTENCE < edges:
        said: list[tuple[str, list[tuple[Ref, str, Ref | Quantity]]]] = []
        town = rng.randrange(towns)
        for _ in range(PER_ARTICLE):
            told = [_relation(rng, pools, town, loners) for _ in range(PER_SENTENCE)]
            if rng.random() < 0.4:
                figure = rng.randint(1, 400)
                told.append((told[0][0], "statistic", Quantity(Decimal(figure), "亿元", "", f"{figure}亿元")))
            words = [end.label if isinstance(end, Ref) else end.text for s, _, o in told for end in (s, o)]
            filler = "".join(rng.choices(common, k=max(5, int(rng.gauss(30, 14)))))
            said.append(("，".join(words) + filler + "。", told))
        articles.append(_article(rng, len(articles), said, facts))
    return entities, facts, articles


def _name(rng: random.Random, kind: str, common: list[str]) -> str:
    if kind == "Person":
        return rng.choice(SURNAMES) + "".join(rng.choices(common, k=rng.choice([1, 2, 2])))
    return "".join(rng.choices(common, k=rng.randint(2, 4))) + ENDS[kind][0]


def _relation(
    rng: random.Random, pools: dict[tuple[int, str], list[Entity]], town: int, loners: dict[str, list[Entity]]
) -> tuple[Ref, str, Ref | Quantity]:
    """Two of the town (one in ten: of anywhere), the first of a pool being the best known; who is in no fact comes in."""
    kind, predicate, other = rng.choice(RELATIONS)
    ends = []
    for number, wanted in enumerate((kind, other)):
        anywhere = rng.random() < 0.1 and number == 1
        pool = pools.get((-1 if anywhere else town, wanted)) or pools[(-1, wanted)]
        ends.append(pool[int(len(pool) * rng.random() ** 2)])
    for number, wanted in enumerate((kind, other)):
        if loners.get(wanted):
            ends[number] = loners[wanted].pop()
            break
    subject, object_ = (Ref(entity.label, entity.type, entity.id) for entity in ends)
    return subject, predicate, object_


def _article(
    rng: random.Random, number: int, said: list[tuple[str, list[tuple[Ref, str, Ref | Quantity]]]], facts: list[Fact]
) -> Article:
    source = f"page-{number // 8:04}.md"
    id_ = f"{source}#{number % 8 + 1}"
    text = ""
    for sentence, told in said:
        start, text = len(text), text + sentence
        for subject, predicate, object_ in told:
            words = (subject.label, object_.label if isinstance(object_, Ref) else object_.text)
            marks = tuple((start + sentence.find(word), start + sentence.find(word) + len(word)) for word in words)
            status = rng.choices(["actual", "planned", "reported"], [8, 1, 1])[0]
            place = (id_, source, subject, predicate, object_, start, len(text), sentence, f"sample/{predicate}")
            confidence = rng.choice([0.62, 0.78, 0.86, 0.93, 0.97])
            facts.append(Fact(*place, status=status, confidence=confidence, marks=marks))
    day = dt.date(2024, 1, 1) + dt.timedelta(days=rng.randrange(700))
    metadata = Metadata(date=day, publisher="澄湖日报", source=f"A{number % 8 + 1}")
    return Article(id_, source, said[0][0][:18], text, tuple(range(len(text))), (), 0, len(text), metadata)
