"""Bodies, parks and places: their class by suffix, their left and right ends, their short names."""

from __future__ import annotations

import pytest
from reading import Reader

from kg.tag.bodies import classify

CLASSES = [
    ("远山水泥有限公司", "Company"),
    ("远山集团", "Company"),
    ("石桥农商行", "Company"),
    ("县教育局", "GovernmentBody"),
    ("区政府", "GovernmentBody"),
    ("市发改委", "GovernmentBody"),
    ("省水利厅", "GovernmentBody"),
    ("石桥街道办事处", "GovernmentBody"),
    ("区委", "PartyBody"),
    ("县委宣传部", "PartyBody"),
    ("区政府党组", "PartyBody"),
    ("中共石桥区委员会", "PartyBody"),
    ("江海大学", "Institution"),
    ("石桥区第一人民医院", "Institution"),
    ("市摄影协会", "Institution"),
    ("石桥经济开发区", "Park"),
    ("云泽湖科技产业园", "Park"),
    ("青年突击队", "Organization"),
]


@pytest.mark.parametrize(("name", "kind"), CLASSES)
def test_class_of_a_name(name: str, kind: str) -> None:
    assert classify(name) == kind


BODIES = ("Company", "GovernmentBody", "PartyBody", "Institution", "Park", "Organization")
FOUND = [
    # companies: where the name begins
    ("昨天，记者走进江苏远山水泥有限公司。", ["Company 江苏远山水泥有限公司"]),
    ("由江苏远山水泥有限公司投资建设的项目投产。", ["Company 江苏远山水泥有限公司"]),
    ("位于石桥镇的江苏远山水泥有限公司投产。", ["Company 江苏远山水泥有限公司"]),
    ("区长芮清会见江苏远山水泥有限公司客人。", ["Company 江苏远山水泥有限公司"]),
    ("江苏远山水泥有限公司、云泽恒岳装备股份有限公司参加。", ["Company 江苏远山水泥有限公司", "Company 云泽恒岳装备股份有限公司"]),
    ("活动由石桥建设投资集团承办。", ["Company 石桥建设投资集团"]),
    ("中国工商银行石桥支行开业。", ["Company 中国工商银行石桥支行"]),
    # bodies by level
    ("区委召开常委会会议。", ["PartyBody 区委"]),
    ("县教育局举办培训班。", ["GovernmentBody 县教育局"]),
    ("市发改委、市住建局联合发文。", ["GovernmentBody 市发改委", "GovernmentBody 市住建局"]),
    ("省生态环境厅来人指导。", ["GovernmentBody 省生态环境厅"]),
    ("市人大常委会听取汇报。", ["Institution 市人大常委会"]),
    # institutions and parks
    ("项目与江海理工大学合作。", ["Institution 江海理工大学"]),
    ("石桥区第一人民医院启用。", ["Institution 石桥区第一人民医院"]),
    ("石桥高新技术产业开发区签约一批项目。", ["Park 石桥高新技术产业开发区"]),
    ("企业落户云泽湖科技产业园。", ["Park 云泽湖科技产业园"]),
    # a company and the park it lies in are two
    ("江苏恒岳精密机械有限公司位于武进国家高新区。", ["Company 江苏恒岳精密机械有限公司", "Park 武进国家高新区"]),
    ("恒岳装备有限公司入驻石桥产业园。", ["Company 恒岳装备有限公司", "Park 石桥产业园"]),
    # no bodies
    ("要优化布局，抢抓机会，提升核心竞争力。", []),
    ("企业要发挥主体作用，公司员工干劲十足。", []),
    ("会议指出，全局工作稳中有进。", []),
]  # fmt: skip


@pytest.mark.parametrize(("text", "bodies"), FOUND, ids=[row[0] for row in FOUND])
def test_bodies_of_a_text(reader: Reader, text: str, bodies: list[str]) -> None:
    assert reader.mentions(text + "\n", *BODIES) == bodies


PLACES = [
    ("江苏省常州市武进区召开会议。", ["江苏省常州市武进区"]),
    ("记者来到河北省张家口市张北县。", ["河北省张家口市张北县"]),
    ("项目位于石桥镇。", ["石桥镇"]),
    ("我区经济平稳运行，全市上下齐心。", []),
    ("努力建设制造强市、文化名城。", []),
]


@pytest.mark.parametrize(("text", "places"), PLACES, ids=[row[0] for row in PLACES])
def test_places_of_a_text(reader: Reader, text: str, places: list[str]) -> None:
    assert reader.mentions(text + "\n", "Place") == places


def test_a_company_is_known_by_its_core_later(reader: Reader) -> None:
    text = "云泽恒岳装备有限公司落户开发区。投产后，云泽恒岳装备将招工百人。\n"
    assert reader.mentions(text, "Company") == ["云泽恒岳装备有限公司", "云泽恒岳装备"]
