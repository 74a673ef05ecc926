"""Newspaper pages for measuring speed and memory: articles put together at random from slots, the same for a seed.

Never a measure of quality: what a rule reads in made-up sentences says nothing about real ones.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

SURNAMES = [
    *"沈顾陆钱邵庄蒋郁殷翟褚卫阮戚柏窦云苏潘葛奚范彭郎鲁韦昌马苗方俞任袁柳鲍史唐费廉岑薛雷贺倪汤",
    "欧阳",
    "濮阳",
    "尉迟",
]
LISTS = {
    "given": "之衡 若澜 启明 文博 雨桐 立群 海宁 静 宏 思远 亦凡 佳禾 振华 敏 一鸣 晓东 云舟 素 建平 青松 子墨 慧 国梁 岚 承志 冬梅",
    "county": "武进区 锡山区 余姚市 寿光市 浏阳市 肥西县 昆山市 宜兴市 诸暨市 南安市 惠东县 大足区 荣成市 江都区 滕州市",
    "town": "湖塘镇 前黄镇 雪堰镇 礼嘉镇 洛阳镇 横林镇 南夏墅街道 西湖街道 牛塘镇 遥观镇 嘉泽镇 丁堰街道 东港镇 云林街道",
    "city": "常州 无锡 宁波 潍坊 长沙 合肥 苏州 绍兴 泉州 惠州 重庆 威海 扬州 枣庄",
    "brand": "碳屿 泓基 驭电 恒岳 星野 澄源 芯桥 拓朗 瀚海 屹立 启东方 嘉木 蓝泊 云帆 鼎纳 钧测 沃禾 晶驰 辰光 铭泰",
    "trade": "新材料 智能装备 生物医药 半导体 新能源 精密机械 电子 环境科技 汽车零部件 食品",
    "product": "导热膜 谐波减速器 车载充电机 锂电池隔膜 光伏支架 伺服电机 碳纤维板材 中药饮片 医用敷料 传感器 轴承 特种线缆",
    "meeting": "民营企业家座谈会 重大项目推进会 安全生产工作会议 春季农业生产现场会 营商环境大会 党风廉政建设工作会议 招商引资推进会",
    "post": "区委书记 区长 副区长 区委常委、宣传部部长 区人大常委会主任 区政协主席 区委副书记、区长 市委常委、副市长 区政府党组成员",
    "job": "董事长 总经理 技术总监 副总经理 厂长 生产负责人 党支部书记",
    "body": "区发改局 区工信局 区住建局 区农业农村局 区市场监管局 区教育局 区商务局 市生态环境局 区应急管理局 区文旅局",
    "indicator": "规上工业增加值 固定资产投资 社会消费品零售总额 一般公共预算收入 进出口总额 工业用电量 工业投资 居民人均可支配收入",
    "honour": "国家级专精特新“小巨人”企业 省级绿色工厂 市五一劳动奖状 省智能制造示范车间 全国文明村 国家高新技术企业",
    "theme": "项目建设 安全生产 民生实事 科技创新 乡村振兴 城市更新 生态保护 基层治理 消费促进 稳岗就业",
}
WORDS = {name: words.split() for name, words in LISTS.items()}
FILLERS = [
    "要强化责任担当，压实工作举措，一件接着一件办，把{theme}抓出实实在在的成效。",
    "大家表示，将以更实的作风、更高的标准推进{theme}，为全年目标任务完成打好基础。",
    "“现在办事方便多了，一趟就能办完。”在{town}，不少群众这样说。",
    "下一步，{body}将继续做好跟踪服务，及时协调解决企业在{theme}中遇到的困难。",
    "据了解，今年以来{town}围绕{theme}排出任务清单，逐条明确责任人和完成时限。",
    "要坚持问题导向，对{theme}中存在的短板逐一梳理，确保各项要求不折不扣落到实处。",
    "雨后的田埂上，{person}蹲下身子拨开秧苗，看根系长得怎么样。",
]
MEETING = [
    "{day}，{county}召开{meeting}，总结上一阶段{theme}情况，部署下一步工作。{post}{person}出席会议并讲话，{post2}{person2}主持会议。",
    "{post}{person}主持召开{meeting}，听取{theme}情况汇报。{post2}{person2}、{person3}参加会议。",
    "{person}指出，{theme}事关全局，要把思想和行动统一到市委、市政府的部署上来。",
    "会上，{body}、{town}和{company}作了交流发言。",
]
VISIT = [
    "{day}，{post}{person}带队赴{town}调研{theme}。{post2}{person2}陪同。",
    "{person}一行先后来到{company}、{company2}，走进生产车间，详细了解{product}的研发和销售情况。",
    "在{company}，{job}{person2}介绍，企业去年实现产值{money}，同比增长{percent}。",
    "{person}要求，各部门要主动靠前，帮助企业解决用工、用地、融资方面的难题。",
]
PROJECT = [
    "{day}，{company}{product}项目在{town}开工，项目总投资{money}，占地{acres}亩，建筑面积约{metres}万平方米。",
    "该项目一期计划{future}竣工投产，达产后年产{product}{count}万套，预计年销售额{money}。",
    "{company}成立于{year}年，位于{town}，主要生产{product}，产品销往{city}、{city2}等地。",
    "企业{job}{person}说，二期将新上{count}条生产线，设备投资{money}。",
    "{company}与{company2}现场签约，双方将在{product}领域合作建设研发中心。",
]
FIGURES = [
    "{quarter}，{county}{indicator}完成{money}，同比增长{percent}，增速位居全市第{rank}。",
    "{indicator}{money}，增长{percent}；{indicator2}{money2}，下降{percent2}。",
    "截至{month}月底，{town}新增就业{count}人，{theme}完成投资{money}。",
    "{company}获评{honour}，{company2}入选{honour2}。",
    "其中，{product}产量达{count}万件，占全市的{percent}。",
]
KINDS = [
    ("{county}召开{meeting}", MEETING),
    ("{person}调研{theme}", VISIT),
    ("{company}{product}项目开工", PROJECT),
    ("{county}{indicator}增长{percent}", FIGURES),
]


def _slots(rng: random.Random) -> dict[str, str]:
    """A value for every slot; those of one kind are told apart by a figure: person, person2."""
    pick: Callable[[Sequence[Any]], Any] = rng.choice

    def person() -> str:
        return pick(SURNAMES) + pick(WORDS["given"])

    def company() -> str:
        form = pick(["有限公司", "科技有限公司", "股份有限公司"])
        full = pick(WORDS["city"]) + pick(WORDS["brand"]) + pick(WORDS["trade"]) + form
        return full if rng.random() < 0.7 else pick(WORDS["brand"]) + pick(["科技", "集团", "新材"])

    def money() -> str:
        return f"{pick([rng.randint(1, 400), rng.randint(1, 400) / 10])}{pick(['亿元', '亿元', '万元', '亿美元'])}"

    month = rng.randint(1, 12)
    slots = {name: pick(words) for name, words in WORDS.items()}
    slots |= {f"{name}2": pick(WORDS[name]) for name in ("post", "city", "indicator", "honour")}
    slots |= {"person": person(), "person2": person(), "person3": person(), "company": company(), "company2": company()}
    return slots | {
        "money": money(),
        "money2": money(),
        "percent": f"{rng.randint(1, 400) / 10}%",
        "percent2": f"{rng.randint(1, 400) / 10}%",
        "day": pick(
            ["昨天", "近日", "日前", f"{month}月{rng.randint(1, 28)}日", f"{month}月{rng.randint(1, 28)}日上午"]
        ),
        "month": str(month),
        "year": str(rng.randint(1994, 2023)),
        "future": pick(["今年底", "2026年下半年", "明年6月", "2027年一季度"]),
        "quarter": pick(["一季度", "上半年", "前三季度", "去年", "1-2月"]),
        "rank": pick(["一", "二", "三", "五"]),
        "acres": str(rng.randint(8, 600)),
        "metres": str(rng.randint(1, 40)),
        "count": str(rng.randint(2, 900)),
    }


def article(rng: random.Random) -> str:
    """One article of some 500 characters: headline, byline, four to six paragraphs."""
    slots = _slots(rng)
    headline, told = rng.choice(KINDS)
    paragraphs = []
    for number in range(rng.randint(4, 6)):
        again = _slots(rng) if number else slots
        own = told if number < 3 else rng.choice([own for _, own in KINDS])
        lines = [*rng.sample(own, k=min(len(own), rng.randint(1, 3))), rng.choice(FILLERS)]
        paragraphs.append("".join(lines).format(**again))
    paragraphs[0] = f"本报讯（记者 {slots['person3']}）{paragraphs[0]}"
    return "\n\n".join([f"# {headline.format(**slots)}", *paragraphs]) + "\n"


def pages(articles: int = 200, a_page: int = 10, seed: int = 2025) -> list[str]:
    """Pages of `a_page` articles each, `articles` in all; the same text for the same numbers."""
    rng = random.Random(seed)
    texts = [article(rng) for _ in range(articles)]
    return [
        "---\ndate: 2025-03-04\nplace: 武进区\n---\n\n" + "\n".join(texts[i : i + a_page])
        for i in range(0, articles, a_page)
    ]


def write(folder: Path, articles: int = 200) -> list[Path]:
    """Write the pages as page-01.md and so on into an existing folder."""
    paths = []
    for number, text in enumerate(pages(articles), 1):
        paths.append(folder / f"page-{number:02}.md")
        paths[-1].write_text(text, encoding="utf-8")
    return paths
