"""Synthetic graphs for measuring the store: made-up facts of the shape that a build gives, the same for a seed.

The facts go through kg.graph.build, so that the triples keep the ontology's shape whatever it becomes. A few leaders
are in most meetings, as in real papers: hubs are what makes stores slow.
"""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from kg import graph, rdf
from kg.model import Article, Block, Entity, Fact, Metadata, Quantity, Ref, TimeSpan
from kg.ontology import BASE, node_id
from kg.questions import Question
from kg.store import Store

SURNAMES = "沈顾陆钱邵庄蒋郁殷翟褚卫阮戚柏窦云苏潘葛奚范彭郎鲁韦昌马苗方俞任袁柳鲍史唐费廉岑薛雷贺倪汤"
LISTS = {
    "given": "之衡 若澜 启明 文博 雨桐 立群 海宁 静 宏 思远 亦凡 佳禾 振华 敏 一鸣 晓东 云舟 素 建平 青松 子墨 慧 国梁 岚 承志 冬梅",
    "title": "区委书记 区长 副区长 区人大常委会主任 区政协主席 区委副书记 区委常委 区委办公室主任",
    "brand": "碳屿 泓基 驭电 恒岳 星野 澄源 芯桥 拓朗 瀚海 屹立 启东方 嘉木 蓝泊 云帆 鼎纳 钧测 沃禾 晶驰 辰光 铭泰",
    "trade": "新材料 智能装备 生物医药 半导体 新能源 精密机械 电子 环境科技 汽车零部件 食品",
    "product": "导热膜 谐波减速器 车载充电机 锂电池隔膜 光伏支架 伺服电机 碳纤维板材 医用敷料 传感器 轴承",
    "meeting": "民营企业家座谈会 重大项目推进会 安全生产工作会议 营商环境大会 招商引资推进会 常委会会议",
    "indicator": "规上工业增加值 固定资产投资 社会消费品零售总额 一般公共预算收入 进出口总额 工业用电量",
    "honour": "专精特新企业 省级绿色工厂 五一劳动奖状 智能制造示范车间 高新技术企业",
}
WORDS = {name: words.split() for name, words in LISTS.items()}
MOST = "SELECT ?name {{ {} ?x rdfs:label ?name }} GROUP BY ?name ORDER BY DESC(COUNT(*)) ?name LIMIT 2"
VALUES = {
    "one": "?x kg:presidedOver|kg:attended ?event .",
    "body": "?membership kg:body ?x .",
    "company": "?x kg:undertakes ?project .",
    "indicator": "?observation kg:indicator ?x .",
    "town": "?thing kg:locatedIn ?x .",
    "where": "?event kg:visited ?x .",
    "articles_of_reporter who": "?article kg:reportedBy ?x .",
    "agreements_of body": "?x kg:signedWith ?other .",
    "honours_of who": "?x kg:awarded ?honour .",
}
"""What a name for a parameter is that of; a question may have one of its own."""
FIRST_DAY = dt.date(2020, 1, 1)
TRIPLES_PER_ARTICLE = 600
"""about what an article of the mixture below becomes"""


@dataclass(slots=True)
class World:
    """Who and what there is to write about, and what was written."""

    rng: random.Random
    entities: list[Entity] = field(default_factory=list)
    facts: list[Fact] = field(default_factory=list)
    articles: list[Article] = field(default_factory=list)
    at: int = 0

    def begin(self, title: str, day: dt.date) -> Ref:
        """Begin an article."""
        source = f"{len(self.articles):06}.md"
        blocks = (Block("body", 0, 0),)
        self.articles.append(Article(source, source, title, title, (), blocks, 0, 0, Metadata(day, "", "湖畔日报")))
        self.at = 0
        return Ref(title, "Article")

    def say(
        self, subject: Ref, predicate: str, end: Ref | Quantity | TimeSpan, status: str = "actual", **about: str | bool
    ) -> None:
        """Let the article say a fact, in a sentence of its own."""
        source, self.at = self.articles[-1].source, self.at + 40
        quote, rule = f"第{self.at}字起的一句话，说的是{predicate}。", f"synthetic/{predicate}"
        told = tuple(sorted(about.items()))
        span = (self.at, self.at + len(quote))
        self.facts.append(
            Fact(source, source, subject, predicate, end, *span, quote, rule, status, 0.9, qualifiers=told)
        )

    def entity(self, kind: str, cls: str, label: str, *aliases: str, **attributes: str) -> Ref:
        ident = node_id(kind, label)
        self.entities.append(Entity(ident, cls, label, label, aliases, tuple(sorted(attributes.items()))))
        return Ref(label, cls, ident)

    def some(self, pool: Sequence[Ref], count: int) -> list[Ref]:
        """Different members of a pool, the first ones far more often than the last."""
        return list(dict.fromkeys(pool[int(len(pool) * self.rng.random() ** 3)] for _ in range(count)))


def facts(articles: int, seed: int = 1) -> World:
    """A world with so many articles."""
    world = World(random.Random(seed))
    rng = world.rng
    province = world.entity("place", "AdministrativeDivision", "江苏省", code="320000", level="province")
    city = world.entity(
        "place", "AdministrativeDivision", "江苏省常州市", "常州市", code="320400", level="city", parent=province.id
    )
    counties, towns, bodies, posts = [], [], [], []
    for number in range(8):
        name = f"{'东西南北中左前后'[number]}湖区"
        county = world.entity(
            "place",
            "AdministrativeDivision",
            city.label + name,
            name,
            code=str(320401 + number),
            level="county",
            parent=city.id,
        )
        counties.append(county)
        body = world.entity("organization", "PartyBody", f"{name}委", "区委")
        bodies.append(body)
        posts += [world.entity("post", "Post", name + title[1:], title, body=body.id) for title in WORDS["title"]]
        for place in range(20):
            town = f"{WORDS['brand'][place]}{'镇' if place % 3 else '街道'}"
            towns.append(
                world.entity(
                    "place",
                    "AdministrativeDivision",
                    county.label + town,
                    town,
                    code=f"{320401 + number}{place:03}",
                    level="town",
                    parent=county.id,
                )
            )
    scale = max(articles // 3, 20)
    names = [
        surname + given + more for more in ("", *WORDS["given"]) for given in WORDS["given"] for surname in SURNAMES
    ]
    people = [world.entity("person", "Person", name) for name in names[:scale]]
    reporters = [world.entity("person", "Person", name) for name in names[-40:]]
    companies = [
        world.entity(
            "organization",
            "Company",
            f"常州{WORDS['brand'][n % 20]}{n // 20}{WORDS['trade'][n % 10]}有限公司",
            f"{WORDS['brand'][n % 20]}{n // 20}",
        )
        for n in range(scale)
    ]
    honours = [world.entity("honour", "Honour", one) for one in WORDS["honour"]]
    tiers = [world.entity("tier", "Tier", one) for one in ("省重大项目", "市重点项目")]
    projects: list[Ref] = []
    for number in range(articles):
        day = FIRST_DAY + dt.timedelta(days=number * 2000 // articles)
        story = world.begin(f"报道{number}", day)
        for reporter in world.some(reporters, 2):
            world.say(story, "reportedBy", reporter)
        held = day - dt.timedelta(days=1)
        for serial in range(2):
            name = f"{WORDS['meeting'][(number + serial) % len(WORDS['meeting'])]}（{number}）"
            kind = ("Meeting", "Visit")[serial]
            event = world.entity("event", kind, name)
            world.say(event, "heldOn", _on(held))
            if number % 97 == 0:
                world.say(event, "heldOn", _on(day))
            world.say(event, "heldIn", rng.choice(towns))
            attending = world.some(people, rng.randint(4, 12))
            world.say(attending[0], ("presidedOver", "led")[serial], event)
            for person in attending[1:]:
                world.say(person, ("attended", "accompanied")[serial], event)
            world.say(attending[0], "holdsPost", posts[people.index(attending[0]) % len(posts)])
            if serial:
                for company in world.some(companies, 2):
                    world.say(event, "visited", company)
            else:
                world.say(event, "organizedBy", rng.choice(bodies))
        company, town = world.some(companies, 1)[0], rng.choice(towns)
        if projects and rng.random() < 0.2:
            project = rng.choice(projects)
        else:
            project = world.entity(
                "project", "Project", f"{company.label[2:]}{WORDS['product'][number % 10]}项目{number}"
            )
            projects.append(project)
            world.say(company, "undertakes", project)
            world.say(project, "locatedIn", town)
            world.say(company, "locatedIn", town)
        money = Decimal(rng.randint(1, 900)) * 10**7
        world.say(project, "totalInvestment", Quantity(money, "元", "", f"{money / 10**8}亿元"))
        made = Decimal(rng.randint(1, 500)) * 1000
        world.say(
            project, "annualCapacity", Quantity(made, "台", "", f"{made}台"), product=WORDS["product"][number % 10]
        )
        finish = f"{rng.randint(2021, 2027)}-{rng.randint(1, 12):02}"
        last = dt.date(int(finish[:4]), int(finish[5:]), 28)
        planned = "actual" if last < day else "planned"
        world.say(project, "completedOn", TimeSpan(finish, finish, last.replace(day=1), last), planned)
        world.say(project, "classifiedAs", rng.choice(tiers))
        county = counties[number % len(counties)]
        for indicator in rng.sample(WORDS["indicator"], 4):
            growth = rng.random() < 0.5
            value = Decimal(rng.randint(-50, 200)) / 10 if growth else Decimal(rng.randint(1, 9999)) * 10**7
            more: dict[str, str | bool] = {"growth": True} if growth else {}
            figure = Quantity(value, "%" if growth else "元", "", f"{value}{'%' if growth else '元'}")
            world.say(county, "statistic", figure, indicator=indicator, period=f"{day:%Y-%m}", **more)
        world.say(company, "signedWith", rng.choice(towns))
        world.say(company, "awarded", rng.choice(honours), period=str(day.year), by="江苏省工业和信息化厅")
    return world


def _on(day: dt.date) -> TimeSpan:
    return TimeSpan(f"{day.month}月{day.day}日", day.isoformat(), day, day)


def values(question: Question, store: Store) -> dict[str, object]:
    """Values for the parameters of a ready question, the names those with the most to find."""
    given: dict[str, object] = {"day": "2023-03-03", "least": "2", "object": "", "post": "区委书记", "year": "2023"}
    for one in question.parameters:
        if one.name not in given:
            what = VALUES.get(f"{question.name} {one.name}") or VALUES.get(one.name, VALUES["one"])
            names = store.query(MOST.format(what))
            given[one.name] = names[1 if one.name == "other" else 0]["name"]
    return {one.name: given[one.name] for one in question.parameters if not one.query}


def made(triples: int, seed: int = 1) -> graph.Graph:
    """A graph of about so many triples."""
    world = facts(max(triples // TRIPLES_PER_ARTICLE, 3), seed)
    return graph.build(world.entities, world.facts, world.articles)


def written(triples: int, folder: Path) -> Path:
    """The graph as graph.ttl and evidence.ttl in a folder; kept from one run to the next."""
    if not (folder / "evidence.ttl").is_file():
        folder.mkdir(parents=True, exist_ok=True)
        one = made(triples)
        for name, part in (("graph.ttl", one.facts), ("evidence.ttl", one.evidence)):
            rdf.write_turtle(part, folder / name, rdf.prefixes(BASE, part))
    return folder
