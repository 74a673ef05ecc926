"""An invented district's news for the viewer's tests: articles, facts with marked words, entities."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

from kg.model import Article, Entity, Fact, Metadata, Quantity, Ref, TimeSpan

# name -> type; the places, bodies, companies and people do not exist
NAMES = {
    **dict.fromkeys(
        [
            "齐家滨", "宋怀远", "陆晓棠", "孟繁星", "段立言", "祝青禾", "傅长庚", "白若溪",
            "邹明远", "甘雨田", "尹维钧", "柏松年", "焦玉成", "翟文涛", "褚一鸣", "虞静姝",
            "单国良", "茅以宁", "郗海峰", "申屠月", "温绍华", "路遥知", "乔木森", "季春和",
        ],
        "Person",
    ),
    "云泽市": "Place", "澄湖区": "Place", "柳塘镇": "Place", "雁荡街道": "Place", "石桥镇": "Place", "平望村": "Place",
    "中共澄湖区委员会": "PartyBody", "澄湖区人民政府": "GovernmentBody", "澄湖区发展和改革局": "GovernmentBody",
    "澄湖区市场监督管理局": "GovernmentBody", "澄湖区人大常委会": "GovernmentBody",
    "澄湖经济开发区": "Park", "云泽湖科技产业园": "Park",
    "云泽恒岳智能装备有限公司": "Company", "澄湖蓝屿新材料股份有限公司": "Company", "江南瑞禾食品有限公司": "Company",
    "星野微电子（云泽）有限公司": "Company", "云泽启帆新能源科技有限公司": "Company", "澄湖建设投资集团": "Company",
    "云泽农村商业银行": "Company", "德昌精密传动有限公司": "Company",
    "云泽理工学院": "Institution", "澄湖区第一人民医院": "Institution", "柳塘实验小学": "Institution",
    "区委常委会会议": "Event", "全区重点项目推进会": "Event", "区政府第四十次常务会议": "Event", "齐家滨调研重点项目": "Event",
    "宋怀远走访困难群众": "Event", "云泽湖人才交流大会": "Event", "高端装备产业园开工仪式": "Event", "银企对接签约仪式": "Event",
    "食品安全专题会议": "Event", "新春环湖健步走": "Event",
    "恒岳高端机器人生产基地项目": "Project", "蓝屿碳纤维复合材料项目": "Project", "启帆储能电池二期项目": "Project",
    "柳塘老街更新工程": "Project", "星野车规芯片封测项目": "Project",
    "省级专精特新企业": "Tier", "市重点项目": "Tier", "全国文明村": "Honour", "谐波减速器": "Product",
    "澄湖区委书记": "Post", "澄湖区区长": "Post", "澄湖区委常委": "Post", "董事长": "Post", "总经理": "Post", "院长": "Post",
}  # fmt: skip

ALIASES = {
    "云泽恒岳智能装备有限公司": ("恒岳智能", "恒岳公司"),
    "中共澄湖区委员会": ("区委",),
    "澄湖区人民政府": ("区政府",),
    "齐家滨": ("齐书记",),
}

# title, day, then sentences: text, facts as "subject predicate object[ qualifier=value…]"; "*" after the predicate: inferred,
# "?" planned, "~" reported; objects beginning with a figure are quantities, with @ dates; a list of names by "、"
ARTICLES = [
    ("区委常委会召开会议研究一季度经济工作", "2025-02-08", [
        ("2月7日，区委书记齐家滨主持召开区委常委会会议，研究部署一季度经济工作。", ["齐家滨 presidedOver 区委常委会会议", "齐家滨 holdsPost 澄湖区委书记", "区委常委会会议 heldOn @2月7日=2025-02-07", "区委常委会会议 organizedBy 中共澄湖区委员会"]),
        ("区领导宋怀远、陆晓棠、孟繁星、段立言、祝青禾、傅长庚参加会议。", ["宋怀远、陆晓棠、孟繁星、段立言、祝青禾、傅长庚 attended* 区委常委会会议"]),
        ("区人大常委会负责人白若溪列席会议。", ["白若溪 attended 区委常委会会议", "白若溪 postAt 澄湖区人大常委会"]),
    ]),
    ("重点项目推进会吹响攻坚号角", "2025-02-12", [
        ("2月11日下午，全区重点项目推进会在澄湖经济开发区召开，区长宋怀远主持会议并讲话。", ["全区重点项目推进会 heldIn 澄湖经济开发区", "宋怀远 presidedOver 全区重点项目推进会", "宋怀远 spokeAt 全区重点项目推进会", "宋怀远 holdsPost 澄湖区区长", "全区重点项目推进会 heldOn @2月11日下午=2025-02-11"]),
        ("陆晓棠、段立言、邹明远、甘雨田、尹维钧参加。", ["陆晓棠、段立言、邹明远、甘雨田、尹维钧 attended* 全区重点项目推进会"]),
        ("会上，澄湖区发展和改革局通报全年项目安排，区发改局局长柏松年发言。", ["柏松年 spokeAt 全区重点项目推进会", "柏松年 postAt 澄湖区发展和改革局"]),
        ("今年全区安排市重点项目32个，计划总投资超410亿元。", ["澄湖区 statistic 超410亿元 indicator=项目计划总投资 period=2025", "澄湖区 statistic 32个 indicator=市重点项目"]),
    ]),
    ("恒岳高端机器人生产基地奠基", "2025-03-03", [
        ("3月1日，高端装备产业园开工仪式在柳塘镇举行，云泽恒岳智能装备有限公司投资建设的恒岳高端机器人生产基地项目正式动工。", ["高端装备产业园开工仪式 heldIn 柳塘镇", "云泽恒岳智能装备有限公司 undertakes 恒岳高端机器人生产基地项目", "恒岳高端机器人生产基地项目 startedOn @3月1日=2025-03-01", "恒岳高端机器人生产基地项目 locatedIn* 柳塘镇"]),
        ("项目总投资12亿元，占地面积150亩，预计2026年下半年投产，达产后年产机器人关节模组20万套。", ["恒岳高端机器人生产基地项目 totalInvestment* 12亿元", "恒岳高端机器人生产基地项目 area* 150亩 kind=占地", "恒岳高端机器人生产基地项目 completedOn?* @2026年下半年=2026-H2", "恒岳高端机器人生产基地项目 annualCapacity?* 20万套 product=机器人关节模组"]),
        ("宋怀远宣布开工，孟繁星致辞，焦玉成、翟文涛陪同。", ["宋怀远 presidedOver 高端装备产业园开工仪式", "孟繁星 spokeAt 高端装备产业园开工仪式", "焦玉成、翟文涛 accompanied 高端装备产业园开工仪式"]),
        ("恒岳智能董事长褚一鸣说，公司主要生产谐波减速器，去年被认定为省级专精特新企业。", ["褚一鸣 holdsPost 董事长", "褚一鸣 postAt 云泽恒岳智能装备有限公司", "云泽恒岳智能装备有限公司 produces~ 谐波减速器", "云泽恒岳智能装备有限公司 classifiedAs 省级专精特新企业", "褚一鸣 spokeAt 高端装备产业园开工仪式"]),
    ]),
    ("齐家滨调研重点项目建设", "2025-03-18", [
        ("3月17日，区委书记齐家滨带队调研重点项目建设，先后来到澄湖蓝屿新材料股份有限公司、星野微电子（云泽）有限公司和云泽启帆新能源科技有限公司。", ["齐家滨 led 齐家滨调研重点项目", "齐家滨调研重点项目 visited 澄湖蓝屿新材料股份有限公司", "齐家滨调研重点项目 visited 星野微电子（云泽）有限公司", "齐家滨调研重点项目 visited 云泽启帆新能源科技有限公司", "齐家滨调研重点项目 heldOn @3月17日=2025-03-17"]),
        ("陆晓棠、甘雨田、尹维钧、焦玉成陪同调研。", ["陆晓棠、甘雨田、尹维钧、焦玉成 accompanied 齐家滨调研重点项目"]),
        ("蓝屿碳纤维复合材料项目落户云泽湖科技产业园，总投资35亿元，由澄湖蓝屿新材料股份有限公司承建，列入市重点项目。", ["蓝屿碳纤维复合材料项目 locatedIn 云泽湖科技产业园", "蓝屿碳纤维复合材料项目 totalInvestment 35亿元", "澄湖蓝屿新材料股份有限公司 undertakes 蓝屿碳纤维复合材料项目", "蓝屿碳纤维复合材料项目 classifiedAs 市重点项目"]),
        ("星野车规芯片封测项目一期投资8.5亿元，已完成主体封顶，项目方为星野微电子（云泽）有限公司。", ["星野车规芯片封测项目 totalInvestment 8.5亿元 phase=一期", "星野微电子（云泽）有限公司 undertakes 星野车规芯片封测项目", "星野车规芯片封测项目 locatedIn* 云泽湖科技产业园"]),
        ("启帆储能电池二期项目预计年底竣工，云泽启帆新能源科技有限公司总经理虞静姝介绍，全部达产后年产值约20亿元。", ["云泽启帆新能源科技有限公司 undertakes 启帆储能电池二期项目", "启帆储能电池二期项目 completedOn? @年底=2025-12", "虞静姝 postAt 云泽启帆新能源科技有限公司", "虞静姝 holdsPost 总经理", "启帆储能电池二期项目 expectedRevenue? 约20亿元 kind=产值", "启帆储能电池二期项目 locatedIn* 澄湖经济开发区"]),
    ]),
    ("银企携手 为实体经济注活水", "2025-04-02", [
        ("4月1日，银企对接签约仪式举行，云泽农村商业银行与德昌精密传动有限公司、江南瑞禾食品有限公司签订合作协议。", ["云泽农村商业银行 signedWith 德昌精密传动有限公司", "云泽农村商业银行 signedWith 江南瑞禾食品有限公司", "银企对接签约仪式 heldOn @4月1日=2025-04-01"]),
        ("活动由澄湖区人民政府主办，段立言、单国良、茅以宁出席。", ["银企对接签约仪式 organizedBy 澄湖区人民政府", "段立言、单国良、茅以宁 attended 银企对接签约仪式"]),
        ("单国良任云泽农村商业银行董事长，茅以宁任江南瑞禾食品有限公司总经理。", ["单国良 holdsPost 董事长", "单国良 postAt 云泽农村商业银行", "茅以宁 holdsPost 总经理", "茅以宁 postAt 江南瑞禾食品有限公司"]),
        ("江南瑞禾食品有限公司位于石桥镇，德昌精密传动有限公司位于澄湖经济开发区。", ["江南瑞禾食品有限公司 locatedIn 石桥镇", "德昌精密传动有限公司 locatedIn 澄湖经济开发区", "石桥镇 locatedIn 澄湖区", "澄湖经济开发区 locatedIn* 澄湖区", "柳塘镇 locatedIn* 澄湖区", "雁荡街道 locatedIn* 澄湖区", "澄湖区 locatedIn* 云泽市", "云泽湖科技产业园 locatedIn* 澄湖区"]),
    ]),
    ("区政府常务会议审议老街更新方案", "2025-04-20", [
        ("昨天，区长宋怀远主持召开区政府第四十次常务会议，审议柳塘老街更新工程实施方案。", ["宋怀远 presidedOver 区政府第四十次常务会议", "区政府第四十次常务会议 organizedBy 澄湖区人民政府", "区政府第四十次常务会议 heldOn @昨天=2025-04-19"]),
        ("段立言、祝青禾、邹明远、翟文涛、柏松年出席会议。", ["段立言、祝青禾、邹明远、翟文涛、柏松年 attended* 区政府第四十次常务会议"]),
        ("柳塘老街更新工程位于柳塘镇，由澄湖建设投资集团实施，建筑面积4.6万平方米，计划5月开工。", ["柳塘老街更新工程 locatedIn 柳塘镇", "澄湖建设投资集团 undertakes 柳塘老街更新工程", "柳塘老街更新工程 area 4.6万平方米 kind=建筑面积", "柳塘老街更新工程 startedOn? @5月=2025-05"]),
        ("澄湖建设投资集团董事长郗海峰汇报了方案。", ["郗海峰 holdsPost 董事长", "郗海峰 postAt 澄湖建设投资集团", "郗海峰 spokeAt 区政府第四十次常务会议"]),
    ]),
    ("情系百姓送温暖", "2025-01-22", [
        ("1月21日，宋怀远走访困难群众，来到雁荡街道、平望村和澄湖区第一人民医院。", ["宋怀远 led 宋怀远走访困难群众", "宋怀远走访困难群众 visited 雁荡街道", "宋怀远走访困难群众 visited 平望村", "宋怀远走访困难群众 visited 澄湖区第一人民医院", "宋怀远走访困难群众 heldOn @1月21日=2025-01-21"]),
        ("祝青禾、温绍华陪同走访，院长申屠月介绍了情况。", ["祝青禾、温绍华 accompanied 宋怀远走访困难群众", "申屠月 holdsPost 院长", "申屠月 postAt* 澄湖区第一人民医院"]),
        ("平望村去年获评全国文明村，村级集体收入增长11.3%。", ["平望村 awarded 全国文明村", "平望村 statistic 增长11.3% indicator=村级集体收入 growth=true", "平望村 locatedIn 石桥镇"]),
    ]),
    ("人才交流大会搭起校地桥梁", "2025-05-16", [
        ("5月15日，云泽湖人才交流大会在云泽理工学院举行，齐家滨出席并致辞。", ["云泽湖人才交流大会 heldIn 云泽理工学院", "齐家滨 spokeAt 云泽湖人才交流大会", "云泽湖人才交流大会 heldOn @5月15日=2025-05-15"]),
        ("孟繁星、白若溪、虞静姝、褚一鸣、温绍华参加活动。", ["孟繁星、白若溪、虞静姝、褚一鸣、温绍华 attended 云泽湖人才交流大会"]),
        ("云泽理工学院与云泽恒岳智能装备有限公司、星野微电子（云泽）有限公司签约共建实验室。", ["云泽理工学院 signedWith 云泽恒岳智能装备有限公司", "云泽理工学院 signedWith 星野微电子（云泽）有限公司"]),
        ("云泽理工学院坐落于云泽湖科技产业园。", ["云泽理工学院 locatedIn 云泽湖科技产业园"]),
    ]),
    ("守护校园餐桌 专题会议部署食品安全", "2025-03-11", [
        ("3月10日，食品安全专题会议召开，段立言主持，傅长庚、祝青禾参加。", ["段立言 presidedOver 食品安全专题会议", "傅长庚、祝青禾 attended 食品安全专题会议", "食品安全专题会议 heldOn @3月10日=2025-03-10"]),
        ("澄湖区市场监督管理局局长傅长庚通报抽检情况，柳塘实验小学作交流发言。", ["傅长庚 postAt 澄湖区市场监督管理局", "傅长庚 spokeAt 食品安全专题会议", "食品安全专题会议 organizedBy 澄湖区市场监督管理局", "柳塘实验小学 attended 食品安全专题会议"]),
    ]),
    ("数字里的开门红", "2025-04-28", [
        ("一季度，澄湖区规上工业产值突破480亿元，增长8.1%，位居全市第二。", ["澄湖区 statistic 480亿元 indicator=规上工业产值 period=2025-Q1", "澄湖区 statistic 增长8.1% indicator=规上工业产值 growth=true period=2025-Q1", "澄湖区 rank 第二 indicator=规上工业产值"]),
        ("澄湖经济开发区新签项目21个，到账外资近1.2亿美元。", ["澄湖经济开发区 statistic 21个 indicator=新签项目", "澄湖经济开发区 statistic 近1.2亿美元 indicator=到账外资"]),
        ("新春环湖健步走吸引3000余人，柳塘镇镇长温绍华领走。", ["温绍华 led 新春环湖健步走", "新春环湖健步走 statistic 3000余人 indicator=参加人数", "温绍华 postAt 柳塘镇"]),
    ]),
]  # fmt: skip

BYLINES = ["路遥知", "乔木森", "季春和"]
UNITS = {
    "亿元": (Decimal(10**8), "元"),
    "亿美元": (Decimal(10**8), "美元"),
    "万套": (Decimal(10**4), "套"),
    "万平方米": (Decimal(10**4), "平方米"),
}


def sample() -> tuple[list[Entity], list[Fact], list[Article]]:
    """The district's entities, facts and articles."""
    entities = [
        Entity(f"{type_.lower()}/{place:03}", type_, name, name, ALIASES.get(name, ()))
        for place, (name, type_) in enumerate(NAMES.items())
    ]
    ids = {entity.label: entity.id for entity in entities}
    facts: list[Fact] = []
    articles = []
    for number, (title, day, sentences) in enumerate(ARTICLES):
        source, text = f"news/{day}.md", title + "\n"
        byline = f"（{BYLINES[number % 3]}）"
        for sentence, wordings in [(byline, []), *sentences]:
            start, text = len(text), text + sentence
            facts += (fact for wording in wordings for fact in _facts(wording, sentence, start, source, ids))
        start = len(title) + 1
        reporter = Ref(BYLINES[number % 3], "Person", ids[BYLINES[number % 3]])
        marks = ((start + 1, start + len(byline) - 1),)
        facts.append(
            Fact(
                source,
                source,
                Ref(title, "Article"),
                "reportedBy",
                reporter,
                start,
                start + len(byline),
                byline,
                "articles/记者",
                confidence=0.99,
                marks=marks,
            )
        )
        articles.append(
            Article(
                source,
                source,
                title,
                text,
                tuple(range(len(text))),
                (),
                0,
                len(text),
                Metadata(date=dt.date.fromisoformat(day), publisher="澄湖日报"),
            )
        )
    return entities, facts, articles


def _facts(wording: str, sentence: str, start: int, source: str, ids: dict[str, str]) -> list[Fact]:
    subjects, predicate, value, *pairs = wording.split(" ")
    status = "planned" if "?" in predicate else "reported" if "~" in predicate else "actual"
    name = predicate.strip("?~*")
    split = [pair.split("=") for pair in pairs]
    qualifiers = tuple(sorted((key, True if text == "true" else text) for key, text in split))
    facts = []
    for subject in subjects.split("、"):
        object_ = _object(value, ids)
        spans = [sentence.find(word) for word in (subject, object_.label if isinstance(object_, Ref) else object_.text)]
        words = [(spans[0], len(subject)), (spans[1], len(object_.label if isinstance(object_, Ref) else object_.text))]
        marks = tuple(sorted((start + at, start + at + length) for at, length in words if at >= 0))
        ref = Ref(subject, NAMES[subject], ids[subject])
        facts.append(
            Fact(
                source,
                source,
                ref,
                name,
                object_,
                start,
                start + len(sentence),
                sentence,
                f"sample/{name}",
                status,
                0.93,
                "*" in predicate,
                qualifiers,
                marks,
            )
        )
    return facts


def _object(value: str, ids: dict[str, str]) -> Ref | Quantity | TimeSpan:
    if value.startswith("@"):
        text, iso = value[1:].split("=")
        return TimeSpan(text, iso)
    if value in NAMES:
        return Ref(value, NAMES[value], ids[value])
    digits = "".join(c for c in value if c.isdigit() or c == ".") or "2"
    scale, unit = next((UNITS[end] for end in UNITS if value.endswith(end)), (Decimal(1), value[-1]))
    return Quantity(Decimal(digits) * scale, unit, {"超": ">", "约": "~", "近": "<"}.get(value[0], ""), value)
