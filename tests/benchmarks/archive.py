"""The facts of a newspaper's archive, made up: for measuring what resolution costs as the archive grows.

A district a paper, twenty officials a district, some of one name in several districts, companies by full and short
name, a weekly meeting, projects that come back. The same for a seed.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Iterator
from decimal import Decimal

from kg.gazetteer import Division, Gazetteer
from kg.model import Article, Fact, Metadata, Quantity, Ref, TimeSpan

SURNAMES = "沈顾陆钱邵庄蒋郁殷翟褚卫阮戚柏窦云苏潘葛奚范彭郎鲁韦昌马苗方俞任袁柳鲍史唐费廉岑薛雷贺倪汤"
GIVEN = [
    "之衡",
    "若澜",
    "启明",
    "文博",
    "雨桐",
    "立群",
    "海宁",
    "静",
    "宏",
    "思远",
    "亦凡",
    "佳禾",
    "振华",
    "敏",
    "一鸣",
    "晓东",
    "云舟",
    "素",
    "建平",
    "青松",
]
TRADES = [
    "碳屿",
    "泓基",
    "驭电",
    "恒岳",
    "星野",
    "澄源",
    "芯桥",
    "拓朗",
    "瀚海",
    "屹立",
    "嘉木",
    "蓝泊",
    "云帆",
    "鼎纳",
    "钧测",
    "沃禾",
    "晶驰",
    "辰光",
    "铭泰",
    "远澜",
]
FIELDS = ["新材料", "智能装备", "生物医药", "半导体", "精密机械", "环境科技"]
POSTS = [
    "区委书记",
    "区长",
    "副区长",
    "区委常委",
    "区人大常委会主任",
    "区政协主席",
    "区发改局局长",
    "区教育局局长",
    "区委办公室主任",
    "区政府办公室主任",
]


def archive(
    gazetteer: Gazetteer, count: int, seed: int = 1
) -> tuple[list[Fact], list[Article], dict[str, Division | None]]:
    """Facts, articles and home places of `count` articles, ten a page."""
    rng = random.Random(seed)
    homes = [d for code in ("320412", "320205", "320402", "320106") if (d := gazetteer.get(code))]
    casts = {home.code: _cast(rng, home) for home in homes}
    facts: list[Fact] = []
    articles: list[Article] = []
    places: dict[str, Division | None] = {}
    for number in range(count):
        page, home = number // 10, homes[number // 10 % len(homes)]
        source = f"{page:06}.md"
        places[source] = home
        day = dt.date(2015, 1, 1) + dt.timedelta(days=page // len(homes))
        name = f"{source}#{number % 10 + 1}"
        # The texts differ as much as two reports do; what they say stands in the facts alone.
        text = "".join(rng.choice(SURNAMES) for _ in range(80))
        articles.append(Article(name, source, "", text, (), (), 0, 80, Metadata(date=day, place=home.name)))
        facts += _story(rng, name, source, day, casts[home.code])
    return facts, articles, places


def _cast(rng: random.Random, home: Division) -> tuple[list[tuple[str, str]], list[str]]:
    people = [(rng.choice(SURNAMES) + rng.choice(GIVEN), rng.choice(POSTS)) for _ in range(200)]
    companies = sorted({f"{home.name[:2]}{a}{b}有限公司" for a in TRADES for b in rng.sample(FIELDS, 3)})
    return people, companies


def _story(
    rng: random.Random, name: str, source: str, day: dt.date, cast: tuple[list[tuple[str, str]], list[str]]
) -> Iterator[Fact]:
    people, companies = cast
    at = iter(range(0, 1000, 10))

    def fact(subject: Ref, predicate: str, end: Ref | Quantity | TimeSpan) -> Fact:
        start = next(at)
        return Fact(name, source, subject, predicate, end, start, start + 5, "引文", "r/r", confidence=0.9)

    event = Ref(rng.choice(["区委常委会会议", "重大项目推进会", "民营企业家座谈会", "安全生产工作会议"]), "Event")
    yield fact(event, "heldOn", TimeSpan("昨天", (day - dt.timedelta(days=1)).isoformat()))
    for who, post in rng.sample(people, 6):
        person = Ref(who, "Person")
        yield fact(person, "attended", event)
        if rng.random() < 0.6:
            yield fact(person, "holdsPost", Ref(post, "Post"))
    company = rng.choice(companies)
    short = company[2:].removesuffix("有限公司")
    builder = Ref(company if rng.random() < 0.5 else short, "Company")
    project = Ref(f"{short}{rng.choice(['一期', '二期', ''])}项目", "Project")
    yield fact(builder, "undertakes", project)
    yield fact(project, "totalInvestment", Quantity(Decimal(rng.randrange(1, 90)) * 10**8, "元", "", "亿元"))
