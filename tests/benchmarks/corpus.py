"""An archive as a county's paper leaves one, made up: for measuring speed, memory and growth on 1,000 to 1,000,000 articles.

    python tests/benchmarks/corpus.py FOLDER --articles 10000 --seed 7 [--short]

Where generate.py packs a page with facts about names drawn anew each time, here the same people, companies and projects
come back through ten years: posts change hands, the standing committee meets every week, a project is told of at its
signing, start and completion with the same figures, and a third to a half of the text says nothing that is a fact.

A page depends on the seed, its district, day and sheet alone, so that a larger archive holds the pages of a smaller one
(but for the last page of that, which may be cut short) and nothing is kept between pages. Days go on from 2016-01-01 to
2025-12-31 by fortnights; what is asked for beyond that fills the days between, then further sheets of the same days.
The places are real, the people, companies, projects and sentences are not.

Never a measure of quality: what a rule reads in made-up sentences says nothing about real ones.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from generate import SURNAMES, WORDS

FIRST = dt.date(2016, 1, 1)
DAYS = (dt.date(2026, 1, 1) - FIRST).days
STRIDE = 14
"""days from a paper's page to its next in one pass over the ten years; as many passes fill every day"""


class District(NamedTuple):
    """A county-level place: slug, what it calls itself (区, 市, 县), its city above, its paper, its towns."""

    slug: str
    name: str
    city: str
    paper: str
    towns: str


DISTRICTS = [
    District("wujin", "武进区", "常州", "滆畔新报", "湖塘镇 前黄镇 雪堰镇 礼嘉镇 洛阳镇 横林镇 牛塘镇 遥观镇 嘉泽镇 南夏墅街道"),
    District("xishan", "锡山区", "无锡", "锡东晨刊", "东亭街道 安镇街道 东北塘街道 云林街道 厚桥街道 羊尖镇 鹅湖镇 锡北镇 东港镇"),
    District("yuyao", "余姚市", "宁波", "姚江晚讯", "梨洲街道 凤山街道 兰江街道 阳明街道 低塘街道 朗霞街道 临山镇 泗门镇 马渚镇 牟山镇"),
    District("feixi", "肥西县", "合肥", "紫蓬快报", "上派镇 三河镇 桃花镇 花岗镇 官亭镇 山南镇 丰乐镇 紫蓬镇 高店镇 严店镇"),
]  # fmt: skip

LISTS = {
    "given": "书恒 映雪 怀瑾 春和 国强 丽萍 志远 海燕 俊杰 秋实 明澈 月华 永康 淑芬 兆丰 瑞雪 卫东 玉兰 景行 小满 伟 芳 磊 婷 勇 娟 涛 琳 浩 洁 鹏 颖",
    "boss": "董事长 总经理 副总经理 厂长 技术总监 党支部书记",
    "form": "有限公司 科技有限公司 股份有限公司 集团有限公司",
    "bureau": "发改局 工信局 住建局 农业农村局 市场监管局 教育局 商务局 应急管理局 文旅局 卫健局 民政局 水利局",
    "role": "市民 村民 居民 退休教师 志愿者 种粮大户 网格员 护士 班主任 快递员",
}
OWN = {name: words.split() for name, words in LISTS.items()}
GIVEN = [*WORDS["given"], *OWN["given"]]
BRAND_FIRST, BRAND_LAST = "碳泓驭恒澄芯拓瀚屹嘉蓝鼎钧沃晶辰铭远岐湛", "屿基电岳野源桥朗立木泊帆纳测禾驰光泰澜衡"
TRADES = {
    "新材料": "新材",
    "智能装备": "装备",
    "生物医药": "医药",
    "精密机械": "机械",
    "电子": "电子",
    "环保设备": "环保",
    "汽车零部件": "汽配",
    "食品": "食品",
    "纺织": "纺织",
    "信息": "信息",
}
POSTS = [
    "{x}人民检察院检察长", "{x}人民法院院长", "{x}政协副主席", "{x}政协副主席", "{x}人大常委会副主任", "{x}人大常委会副主任",
    "副{x}长", "副{x}长", "副{x}长", "副{x}长", "{x}委常委、统战部部长", "{x}委常委、政法委书记", "{x}委常委、宣传部部长",
    "{x}委常委、组织部部长", "{x}委常委、纪委书记", "{x}委常委、常务副{x}长", "{x}委副书记", "{x}政协主席",
    "{x}人大常委会主任", "{x}委副书记、{x}长", "{x}委书记",
]  # fmt: skip
"""from below, so that those who leave a post may be promoted; the last two lead"""


class Dice:
    """Draws by random.random() alone: the one method whose sequence Python promises for every version."""

    def __init__(self, *seed: object) -> None:
        self.random = random.Random("/".join(map(str, seed))).random

    def upto(self, bound: int) -> int:
        return int(self.random() * bound)

    def between(self, low: int, high: int) -> int:
        return low + self.upto(high - low + 1)

    def pick(self, choices: Sequence[Any]) -> Any:
        return choices[int(self.random() * len(choices))]

    def some(self, choices: Sequence[Any], count: int) -> list[Any]:
        """`count` different ones, in the order drawn."""
        left = list(choices)
        return [left.pop(self.upto(len(left))) for _ in range(min(count, len(left)))]


class Official(NamedTuple):
    name: str
    post: str

    @property
    def full(self) -> str:
        return self.post + self.name


class Term(NamedTuple):
    """Who held a post from a day, counted from FIRST, on; before: who held it until then."""

    first: int
    name: str
    before: str


class Person(NamedTuple):
    name: str
    role: str

    @property
    def full(self) -> str:
        return self.role + self.name


class Company(NamedTuple):
    full: str
    short: str
    town: str
    founded: int
    product: str
    boss: str
    job: str


class Project(NamedTuple):
    """A project with its figures, the same whenever it is told of; first: the day of its start, from FIRST."""

    company: Company
    name: str
    town: str
    total: str
    acres: int
    yearly: int
    sales: str
    first: int
    last: int

    @property
    def begun(self) -> str:
        return _month(self.first)

    @property
    def ends(self) -> str:
        return _month(self.last)


class Cast:
    """The people, companies and projects of a district, the same for a seed."""

    def __init__(self, district: District, seed: int) -> None:
        self.district, self.seed = district, seed
        self.unit = district.name[-1]
        self.short = district.name[:-1]
        self.towns = district.towns.split()
        dice = Dice(seed, district.slug)
        self._taken: set[str] = set()
        self.posts = [post.format(x=self.unit) for post in POSTS]
        self.terms = self._succession(dice)
        self.companies = [self._company(dice, brand) for brand in dice.some(_brands(), 300)]
        self.bosses = self.companies[:90]
        self.projects = [self._project(dice) for _ in range(60)]
        self.villages = dice.some([a + b + "村" for a in "荷柳石沙南北东上下前竹梅" for b in "塘溪湾渡坝桥浜墩"], 20)
        self.cadres = [
            *(Person(self._name(dice), f"{town}{post}") for town in self.towns for post in ("党委书记", "镇长"))
        ]
        # a subdistrict is headed by a director
        self.cadres = [one._replace(role=one.role.replace("街道镇长", "街道办事处主任").replace("街道党委书记", "街道党工委书记")) for one in self.cadres]  # fmt: skip
        self.bureaus = [self.unit + bureau for bureau in OWN["bureau"]]
        self.chiefs = [Person(self._name(dice), f"{bureau}局长") for bureau in self.bureaus]
        self.villagers = [Person(self._name(dice), f"{village}党总支书记") for village in self.villages]
        self.residents = [Person(self._name(dice), dice.pick(OWN["role"])) for _ in range(40)]
        self.reporters = [self._name(dice) for _ in range(12)]
        self.writers = [self._name(dice) for _ in range(12)]
        self._figures: dict[tuple[str, str], tuple[str, str]] = {}

    def officials(self, day: int) -> list[Official]:
        """Who holds which post on a day."""
        found = []
        for post, terms in zip(self.posts, self.terms, strict=True):
            at = bisect_right(terms, day, key=lambda term: term.first) - 1
            found.append(Official(terms[at].name, post))
        return found

    def handovers(self, day: int) -> list[tuple[str, Term]]:
        """The posts that changed hands in the fortnight up to a day."""
        return [
            (post, term)
            for post, terms in zip(self.posts, self.terms, strict=True)
            for term in terms
            if day - STRIDE < term.first <= day and term.before
        ]

    def figure(self, indicator: str, date: dt.date) -> tuple[str, str, str]:
        """The last quarter told of on a date, the sum of an indicator and its growth: one figure, however often told."""
        quarter = (date.month - 1) // 3
        year = date.year - (quarter == 0)
        told = ("去年", "一季度", "上半年", "前三季度")[quarter]
        key = (indicator, f"{year}/{quarter}")
        if key not in self._figures:
            dice = Dice(self.seed, self.district.slug, *key)
            self._figures[key] = f"{dice.between(200, 9000) / 10}亿元", f"{dice.between(10, 149) / 10}%"
        return told, *self._figures[key]

    def _name(self, dice: Dice) -> str:
        """A name that no other of the district has; other districts may."""
        name = ""
        while not name or name in self._taken:
            name = dice.pick(SURNAMES) + dice.pick(GIVEN)
        self._taken.add(name)
        return name

    def _succession(self, dice: Dice) -> list[list[Term]]:
        left: list[tuple[int, str]] = []
        found = []
        for _ in self.posts:
            day, before, terms = -dice.between(1, 1200), "", []
            while day < DAYS:
                free = [one for one in left if 0 <= day - one[0] < 90]
                name = self._name(dice)
                if free and dice.random() < 0.6:
                    chosen = dice.pick(free)
                    left.remove(chosen)
                    name = chosen[1]
                terms.append(Term(day, name, before))
                day, before = day + dice.between(700, 1700), name
                left.append((day, name))
            found.append(terms)
        return found

    def _company(self, dice: Dice, brand: str) -> Company:
        trade = dice.pick(list(TRADES))
        return Company(
            f"{self.district.city}{brand}{trade}{dice.pick(OWN['form'])}",
            brand + dice.pick([TRADES[trade], "科技", "集团"]),
            dice.pick(self.towns),
            dice.between(1994, 2015),
            dice.pick(WORDS["product"]),
            self._name(dice) if len(self._taken) < 200 else "",
            dice.pick(OWN["boss"]),
        )

    def _project(self, dice: Dice) -> Project:
        company = dice.pick(self.companies)
        first = dice.between(60, DAYS - 200)
        return Project(
            company,
            f"{company.short}{company.product}项目",
            company.town,
            f"{dice.pick([dice.between(1, 60), dice.between(11, 99) / 10])}亿元",
            dice.between(12, 400),
            dice.between(2, 900),
            f"{dice.between(2, 40)}亿元",
            first,
            first + dice.between(300, 800),
        )


def _month(day: int) -> str:
    date = FIRST + dt.timedelta(days=day)
    return f"{date.year}年{date.month}月"


def _brands() -> list[str]:
    return [a + b for a in BRAND_FIRST for b in BRAND_LAST]


class Slots(dict[str, Any]):
    """What the slots of one article's sentences stand for, drawn when first asked for: {c.short} twice is one company."""

    def __init__(self, cast: Cast, day: int, officials: list[Official], dice: Dice) -> None:
        self.cast, self.day, self.dice = cast, day, dice
        self.date = FIRST + dt.timedelta(days=day)
        self._officials = officials
        self._used: set[object] = set()

    def __missing__(self, name: str) -> Any:
        if name in PROSE_WORDS:
            return self.dice.pick(PROSE_WORDS[name])  # not kept: who speaks in one sentence does not in the next
        kind = name.rstrip("0123456789")
        value = self[name] = MAKERS[kind](self) if kind in MAKERS else self.other(PROSE_WORDS[kind])
        return value

    def other(self, choices: Sequence[Any]) -> Any:
        """One that this article has not named yet."""
        while (chosen := self.dice.pick(choices)) in self._used:
            pass
        self._used.add(chosen)
        return chosen

    def official(self) -> Official:
        return self.other(self._officials[:-2])

    def lead(self) -> Official:
        return self.other(self._officials[-2:])

    def secretary(self) -> Official:
        return self._officials[-1]

    def mayor(self) -> Official:
        return self._officials[-2]

    def when(self) -> str:
        ago = FIRST + dt.timedelta(days=self.day - self.dice.between(1, 4))
        dated = f"{ago.month}月{ago.day}日"
        return self.dice.pick(["昨天", "昨天上午", "日前", "近日", dated, dated, f"{dated}上午", f"{dated}下午"])


class Figure(NamedTuple):
    indicator: str
    told: str
    sum: str
    growth: str


def _figure(slots: Slots) -> Figure:
    indicator = slots.other(WORDS["indicator"])
    return Figure(indicator, *slots.cast.figure(indicator, slots.date))


MAKERS: dict[str, Callable[[Slots], Any]] = {
    "district": lambda s: s.cast.district.name,
    "home": lambda s: s.cast.short,
    "x": lambda s: s.cast.unit,
    "city": lambda s: s.cast.district.city,
    "town": lambda s: s.other(s.cast.towns),
    "village": lambda s: s.other(s.cast.villages),
    "day": Slots.when,
    "o": Slots.official,
    "lead": Slots.lead,
    "secretary": Slots.secretary,
    "mayor": Slots.mayor,
    "cadre": lambda s: s.other(s.cast.cadres),
    "chief": lambda s: s.other(s.cast.chiefs),
    "bureau": lambda s: s.other(s.cast.bureaus),
    "headman": lambda s: s.other(s.cast.villagers),
    "one": lambda s: s.other(s.cast.residents),
    "c": lambda s: s.other(s.cast.companies),
    "b": lambda s: s.other(s.cast.bosses),
    "reporter": lambda s: s.other(s.cast.reporters),
    "writer": lambda s: s.other(s.cast.writers),
    "f": _figure,
    "meeting": lambda s: s.dice.pick(WORDS["meeting"]),
    "honour": lambda s: s.other(WORDS["honour"]),
    "theme": lambda s: s.other(WORDS["theme"]),
    "n": lambda s: s.dice.between(2, 90),
    "big": lambda s: s.dice.between(101, 980),
    "percent": lambda s: f"{s.dice.between(11, 240) / 10}%",
    "year": lambda s: s.date.year,
    "week": lambda s: s.date.isocalendar().week,
    "session": lambda s: "一二三四五六"[(s.date.year - 2016) % 5],
    "congress": lambda s: ["十五", "十六", "十七"][(s.date.year - 2016) // 5],
}
"""slot, without the figure that tells two of a kind apart -> what it stands for"""

PROSE_WORDS = {
    name: words.split()
    for name, words in {
        "season": "连日来 这段时间 最近几天 月初以来 换季时节 几场雨后 天气转晴后 过去一周",
        "place": "村口的晒场 社区活动室 河边的步道 老街拐角 便民大厅 校门外 田埂上 菜市场里 厂区门口 文化礼堂",
        "who": "几位老人 不少居民 年轻的父母 放学的孩子 刚下班的工人 网格员 志愿者 种田的老把式 外地来的客人",
        "thing": "路灯 排水沟 停车位 公交站牌 健身器材 晾衣架 垃圾房 充电桩 凉亭 宣传栏",
        "crop": "水稻 小麦 草莓 葡萄 茭白 油菜 西瓜 茶叶 水蜜桃 大棚蔬菜",
        "mood": "心里踏实 脸上有了笑意 少了许多抱怨 说话的底气足了 干劲更高 走路都轻快",
        "work": "走访排查 入户宣传 台账整理 夜间巡查 隐患整改 上门服务 结对帮扶 清沟排渍",
        "virtue": "细心 耐心 恒心 真心 热心 责任心",
        "weather": "雨刚停 太阳还没出来 风里带着凉意 雾气未散 天色渐暗 云层压得很低",
        "hope": "再便利一些 更安静一点 多几棵遮阴的树 常有人来打理 一直这样干净",
        "habit": "先看再问 边记边算 有事当天办 难事一起商量 小事不过夜 把话说到明处",
    }.items()
}

PROSE = [
    "{season}，{place}比往常热闹，{who}三三两两聚在一起，说的大多是家门口的变化。",
    "“以前{thing}坏了要等好久，现在说一声就有人来。”{who}这样说。",
    "{weather}，{place}已经有了人影，{who}弯着腰，一样一样地收拾。",
    "做这份工作，要的是{virtue}，也要{habit}的习惯。",
    "大家都说，事情办到了点子上，{mood}。",
    "要把{work}做在平时，宁可多走几步路，也不让小毛病拖成大麻烦。",
    "{who}也提了些想法，希望这里{hope}。",
    "不求一下子变个样，只求每天都往前挪一点，这是{place}听到最多的一句话。",
    "从{thing1}到{thing2}，都是不起眼的小事，却连着各家各户的日子。",
    "{season}，{crop}长势不错，{who}说，只要后面的天气帮忙，收成差不了。",
    "技术员蹲在地头，拨开叶子看{crop}的根，又抓起一把土在手里捻了捻。",
    "{work}看着简单，真正做起来，靠的是{virtue}和日复一日的坚持。",
    "有人担心一阵风过去就没了下文，眼下看，{work}不但没停，反而越做越细。",
    "要坚持问题导向，对查出的短板逐一梳理，{habit}，确保各项要求落到实处。",
    "大家表示，将以更实的作风、更高的标准推进各项工作，{work}也不放松。",
    "与会人员认为，越是任务重、时间紧，越要沉下心来，把{work}抓细抓实。",
    "要强化责任担当，压实工作举措，一件接着一件办，让{who}看得见变化。",
    "{weather}，{who}从{place}路过，总要停下来看上一会儿。",
    "账要算清，话要讲明，{habit}，这样大家才会{mood}。",
    "傍晚时分，{place}亮起了灯，{who}坐着聊天，谁也不急着回家。",
    "说起这些，{who}摆摆手：“都是分内的事，谁碰上都会搭把手。”",
    "如今的{thing}换了新的，旧的也没有浪费，拆下来的料用在了别处。",
    "{crop}好不好，行家一看便知，叶面、茎秆、根系，哪一样都骗不了人。",
    "变化不是一天来的，{work}年年在做，到了今天才有这样的光景。",
    "要把群众的事放在心上，多到{place}走一走，听一听真话，看一看实情。",
    "{season}，早晚温差大，出门记得添件衣服，路面湿滑，骑车的人要慢一些。",
    "问到难处，{who}想了想说，最难的是让每个人都明白为什么要这样做。",
    "{habit}，这是老一辈传下来的做法，放到今天依然管用。",
]

Story = tuple[list[str], list[str], list[str]]
"""headlines, sentences to begin with, sentences to go on with"""
STORIES: dict[str, Story] = {
    "committee": (
        ["{x}委常委会召开会议", "{x}委常委会会议研究{theme}", "{secretary.name}主持召开{x}委常委会会议"],
        ["{day}，{secretary.full}主持召开{x}委常委会会议，研究{theme}等工作。{o1.full}、{o2.full}参加会议。"],
        [
            "{secretary.name}指出，{theme}事关全局，要把任务分到人、落到天。",
            "会议听取了{bureau}关于{theme}的汇报。",
            "会议强调，{theme}要早谋划、早动手，遇到难处一起商量，不把问题留到年底。",
            "会议要求，各镇和街道守住{theme}的底线，每月对一次账，做到心中有数。",
            "对照全年安排，会议逐项看了进度，哪些走在前面、哪些落在后面，当场说清。",
            "{chief.full}在会上汇报了有关情况。",
            "会议还研究了其他事项。",
        ],
    ),
    "executive": (
        ["{mayor.name}主持召开{x}政府常务会议", "{x}政府常务会议研究{theme}"],
        ["{day}，{mayor.full}主持召开{x}政府第{week}次常务会议，听取{theme}情况汇报。{o1.full}参加会议。"],
        [
            "会议指出，{theme}关系千家万户，要早作安排。",
            "会议认为，这几项工作看似平常，办起来却要花细功夫，方案要经得起推敲。",
            "对群众反映较多的几件事，会议要求列出清单，办结一件、销号一件。",
            "{chief.full}汇报了有关情况。",
            "会议原则通过关于{theme}的实施意见。",
        ],
    ),
    "meeting": (
        ["{district}召开{meeting}", "{lead.name}出席{meeting}"],
        [
            "{day}，{district}召开{meeting}，{lead.full}出席会议并讲话，{o1.full}主持会议。",
            "{day}，{district}{meeting}在{town}举行。{lead.full}出席会议，{o1.full}、{o2.full}参加。",
        ],
        [
            "{lead.full}强调，要盯住{theme}不放松。",
            "会上，{bureau}、{town}作了交流发言。",
            "会议要求，对照{theme}的任务清单，一项一项往前推，做到月月有进展。",
            "交流发言的单位谈得都很具体，既讲做法，也讲走过的弯路。",
            "会前，与会人员还到{village}看了现场，边走边看，边看边议。",
            "{cadre.full}在会上作表态发言。",
            "会议通报了{theme}的进展情况。",
        ],
    ),
    "visit": (
        ["{o1.name}赴{town}调研", "{o1.name}调研{theme}"],
        [
            "{day}，{o1.full}带队赴{town}调研{theme}，{o2.full}陪同。",
            "{day}，{o1.full}来到{town}，先后走进{c1.full}、{c2.full}，了解企业生产经营情况。",
        ],
        [
            "在{b.full}，{b.job}{b.boss}介绍了{b.product}的研发和销售情况。",
            "{o1.name}要求，各部门要主动靠前，帮助企业解决用工、用地方面的难题。",
            "{cadre.full}参加调研。",
            "每到一处，{o1.name}都仔细询问订单、用工和物流情况，叮嘱企业把账算在前头。",
            "{o1.full}还来到{town}便民服务中心，向窗口工作人员了解办件情况。",
            "一路走下来，谈得最多的还是{theme}，大家你一言我一语，说的都是实情。",
            "在{village}，{headman.full}介绍了村里的情况。",
        ],
    ),
    "inspection": (
        ["{lead.name}走访企业", "{lead.name}到{town}检查{theme}"],
        ["{day}，{lead.full}先后来到{c1.full}、{c2.full}，了解企业生产经营情况。{o1.full}参加。"],
        [
            "{lead.name}叮嘱企业把账算在前头，也把安全放在前头。",
            "在{b.full}，{b.job}{b.boss}介绍了{b.product}的研发和销售情况。",
            "{cadre.full}参加活动。",
            "问订单、看库存、听打算，一上午走了好几个地方，本子上记得密密麻麻。",
            "{lead.name}说，企业有难处要早开口，部门有办法要早上门。",
        ],
    ),
    "figures": (
        ["{district}{f1.indicator}增长{f1.growth}", "{home}经济稳中有进", "{f1.told}{home}交出成绩单"],
        [
            "{f1.told}，{district}{f1.indicator}完成{f1.sum}，同比增长{f1.growth}。",
            "记者{day}从{bureau}获悉，{f1.told}{district}{f1.indicator}达{f1.sum}，增长{f1.growth}。",
        ],
        [
            "其中，{f2.indicator}{f2.sum}，增长{f2.growth}。",
            "数字背后是一家家企业、一个个项目的支撑，也有外部环境回暖的因素。",
            "从各镇和街道看，走势有快有慢，快的靠新项目，慢的多半卡在老产业。",
            "{town}相关负责人表示，将继续盯住{theme}，把上半程的势头保持下去。",
            "{f3.told}，全{x}{f3.indicator}完成{f3.sum}。",
            "截至上月底，{town}新增就业{big}人。",
            "{chief.full}说，下半程的压力仍然不小。",
        ],
    ),
    "honour": (
        ["{c1.short}获评{honour1}", "{home}企业再添荣誉", "{b.short}：把{b.product}做精"],
        [
            "{day}，{c1.full}获评{honour1}。",
            "记者{day}从{bureau}获悉，{c1.full}入选{honour1}，{c2.short}获评{honour2}。",
        ],
        [
            "{c1.short}成立于{c1.founded}年，位于{c1.town}，主要生产{c1.product}。",
            "走进车间，机器有序运转，几名工人正在核对参数，墙上贴着当天的进度表。",
            "客户的要求越来越细，交货的时间越来越短，倒逼企业在工艺上多下功夫。",
            "{b.short}{b.job}{b.boss}说，做{b.product}没有捷径。",
            "目前，{b.full}年产{b.product}{big}万套。",
        ],
    ),
    "people": (
        ["{one1.name}：{thing}旁的守望", "在{village}的一天", "{home}有个热心人"],
        [
            "{town}{one1.full}今年{n}岁，{season}，他每天都要到{place}转一转。",
            "天刚亮，{village}{one1.full}就出了门。",
            "在{town}，提起{one1.full}，邻里没有不知道的。",
        ],
        [
            "{headman.full}说，这些年村里多亏有这样的人。",
            "谁家的水管漏了，谁家的老人没人照看，他都记在一个小本子上。",
            "家里人起初不太理解，后来也跟着一起忙，一忙就是好些年。",
            "问他图什么，他笑了笑，说乡里乡亲的，没什么好图的。",
            "{one2.full}说，有他在，大家放心。",
            "{year}年，{one1.name}被评为{x}优秀志愿者。",
        ],
    ),
    "notice": (
        ["{season}，请留意这些事", "{place}变了样", "{town}：小事里的大日子"],
        [
            "{bureau}提醒，{season}天气多变，出行请留意路况。",
            "{season}，{town}的{thing1}换了新模样。",
            "记者{day}从{bureau}获悉，{town}一批{thing1}完成更新。",
        ],
        [
            "此次更新共涉及{thing1}{n}处。",
            "施工尽量避开早晚高峰，给大家带来的不便，还请多多体谅。",
            "住在附近的{one1.full}说，这下晚上出门方便多了。",
            "前期征求意见时，大家提得最多的是位置和高度，方案为此改了两回。",
            "有疑问的居民可以到{town}便民服务中心咨询。",
            "{bureau2}有关负责人说，后续还会安排巡查。",
        ],
    ),
    "village": (
        ["{village}：{crop1}铺就增收路", "{town}{crop1}迎来丰收", "{village}的新光景"],
        [
            "{day}，在{town}{village}，{crop1}正是采收的时候。",
            "{town}{village}种{crop1}已有{n}年，眼下面积达{big}亩。",
        ],
        [
            "{headman.full}介绍，去年村集体经济收入达{n}万元。",
            "过去这里种得散、卖得难，后来统一了品种，也统一了包装，路子才慢慢走宽。",
            "几家农户合在一起，买了冷库和货车，再不用赶着天黑前把货卖完。",
            "{bureau}派来的技术员隔几天就来一趟，看看长势，讲讲防病的办法。",
            "{one1.full}承包了{n2}亩地，一家人忙得停不下来。",
            "{village}获评{honour}。",
        ],
    ),
}
WEIGHTS = {
    "committee": 8, "executive": 6, "meeting": 12, "visit": 9, "inspection": 5, "project": 14, "figures": 10, "honour": 9, "people": 11, "notice": 9,
    "village": 7,
}  # fmt: skip
DRAWN = [kind for kind, weight in WEIGHTS.items() for _ in range(weight)]

PROJECT = {
    "signed": (
        ["{p.company.short}签约落户{p.town}", "{p.name}签约"],
        ["{day}，{p.company.full}{p.company.product}项目签约落户{p.town}，计划总投资{p.total}。{o1.full}出席签约仪式。"],
    ),
    "begun": (
        ["{p.name}开工", "{p.town}又一项目开工"],
        ["{day}，{p.company.full}{p.company.product}项目在{p.town}开工，项目总投资{p.total}，占地{p.acres}亩。{o1.full}参加活动。"],
    ),
    "built": (
        ["{p.name}加快建设", "走进{p.town}项目工地"],
        ["{day}，记者在{p.name}现场看到，工人正在铺设管线。该项目总投资{p.total}，占地{p.acres}亩。"],
    ),
    "done": (
        ["{p.name}投产", "{p.company.short}新项目建成"],
        ["{day}，{p.town}的{p.name}竣工投产，项目总投资{p.total}。"],
    ),
}  # fmt: skip
PROJECT_MORE = [
    "该项目由{p.company.full}投资建设，{p.begun}开工，计划{p.ends}竣工。",
    "项目现场，几台塔吊同时作业，工人按图放线，各道工序衔接得很紧。",
    "从拿地到进场，中间少不了跑手续、对图纸，好在几个部门一起坐下来，问题当场就有了着落。",
    "企业负责人说，选在这里，看中的是上下游都近，招工也不难。",
    "达产后可年产{p.company.product}{p.yearly}万套，年销售额{p.sales}。",
    "{p.company.short}成立于{p.company.founded}年，主要生产{p.company.product}。",
    "{cadre.full}说，镇里安排了专人跟踪服务。",
    "{bureau}派出专班，帮助办理用地手续。",
]
SESSION: Story = (
    ["{district}第{congress}届人民代表大会第{session}次会议开幕", "{x}政协举行全体会议"],
    [
        "{day}，{district}第{congress}届人民代表大会第{session}次会议开幕。{lead1.full}、{lead2.full}出席会议。",
        "{day}，政协{district}委员会全体会议举行，{lead1.full}到会祝贺，{o1.full}主持会议。",
    ],
    [
        "{o2.full}、{o3.full}参加会议。",
        "{one1.full}等代表在讨论中说，报告讲的都是实在事。",
        "{f1.told}，全{x}{f1.indicator}完成{f1.sum}，增长{f1.growth}。",
    ],
)
HANDOVER = [
    "{day}，{district}召开领导干部会议，宣布有关任免决定：{new}任{post}，{old}不再担任{post}职务。",
    "{day}，{district}召开干部大会，宣布{new}任{post}。{old}不再担任{post}。",
]


def _story(slots: Slots) -> Story:
    dice, cast = slots.dice, slots.cast
    if slots.date.month == 1 and dice.random() < 0.1:
        return SESSION
    changed = cast.handovers(slots.day)
    if changed and dice.random() < 0.12:
        post, term = dice.pick(changed)
        slots |= {"post": post, "new": term.name, "old": term.before}
        return ["{district}召开领导干部会议"], HANDOVER, ["{lead.full}主持会议。", "{new}作表态发言。"]
    kind = dice.pick(DRAWN)
    if kind != "project":
        return STORIES[kind]
    project = slots["p"] = dice.pick(cast.projects)
    stage = "signed" if slots.day < project.first - STRIDE else "done" if slots.day > project.last else "built"
    if abs(slots.day - project.first) <= 60:
        stage = "begun"
    heads, begins = PROJECT[stage]
    return heads, begins, PROJECT_MORE


def _article(slots: Slots, short: bool) -> str:
    """Headline, byline and two to five paragraphs of facts and prose."""
    dice = slots.dice
    heads, begins, more = _story(slots)
    said = dice.some(more, dice.upto(2) if short else dice.between(4, 6))
    prose = dice.some(PROSE, 4 if short else 1 + len(said))
    paragraphs = [dice.pick(begins) + prose.pop()]
    paragraphs += [prose.pop() + one if dice.random() < 0.5 else one + prose.pop() for one in said]
    paragraphs[-1] += "".join(prose)
    if dice.random() < 0.1:
        paragraphs.append("图为{place}一角。（{reporter} 摄）")
    draw = dice.random() * (2 if short else 1)  # an item in brief mostly has no byline
    if draw < 0.6:
        paragraphs[0] = "本报讯（记者 {reporter}）" + paragraphs[0]
    elif draw < 0.8:
        paragraphs[0] = "本报讯（记者 {reporter} 通讯员 {writer}）" + paragraphs[0]
    return "\n\n".join(["# " + dice.pick(heads), *paragraphs, ""]).format_map(slots)


def _places() -> Iterator[tuple[int, int, int]]:
    """District, day and sheet of every page, in order, without end."""
    sheet = 1
    while True:
        for offset in range(STRIDE):
            for day in range(offset, DAYS, STRIDE):
                for district in range(len(DISTRICTS)):
                    yield district, day, sheet
        sheet += 1


def pages(articles: int, seed: int = 7, short: bool = False) -> Iterable[tuple[str, str]]:
    """File names (`wujin/2016-01-01-A1.md`) and texts of pages with `articles` articles in all, one after the other."""
    casts = [Cast(district, seed) for district in DISTRICTS]
    left = articles
    for number, day, sheet in _places():
        if left <= 0:
            return
        cast, district = casts[number], DISTRICTS[number]
        dice = Dice(seed, district.slug, day, sheet)
        count = min(left, dice.between(6, 10))
        left -= count
        date = (FIRST + dt.timedelta(days=day)).isoformat()
        title = f"title: {district.paper} A{sheet}版\n" if dice.random() < 0.2 else ""
        front = f"---\ndate: {date}\nplace: {district.name}\npublisher: {district.paper}\n{title}---\n\n"
        officials = cast.officials(day)
        texts = [_article(Slots(cast, day, officials, dice), short) for _ in range(count)]
        yield f"{district.slug}/{date}-A{sheet}.md", front + "\n".join(texts)


def write(folder: Path, articles: int, seed: int = 7, short: bool = False) -> int:
    """Write the pages under a folder, which is made where it is missing, and return their number."""
    for district in DISTRICTS:
        (folder / district.slug).mkdir(parents=True, exist_ok=True)
    written = 0
    for name, text in pages(articles, seed, short):
        # bytes, as text would be written with the line ends of the system
        (folder / name).write_bytes(text.encode())
        written += 1
    return written


def main() -> None:
    parser = argparse.ArgumentParser(description="Write a made-up archive of county papers.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--articles", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=7)
    parser.add_argument("--short", action="store_true", help="articles of 150-250 characters, two to five facts each")
    options = parser.parse_args()
    print(write(options.folder, options.articles, options.seed, options.short), "pages")


if __name__ == "__main__":
    main()
