"""The fullest name of an article for what it also names by a shorter one."""

from __future__ import annotations

import pytest
from reading import annotated

from kg.naming import fullest, shortens

SHORT = [
    ("Company", "远山水泥", "远山水泥有限公司", True),
    ("Company", "恒岳装备", "云泽恒岳装备股份有限公司", True),
    ("Company", "远山水泥", "远山水泥有限公司石桥分公司", False),
    ("Company", "远山", "远山水泥有限公司", False),
    ("Company", "远山水泥有限公司", "远山水泥有限公司", False),
    ("Company", "水泥", "远山水泥有限公司", False),
    ("Park", "高新区", "石桥高新区", True),
    ("Park", "石桥高新区", "高新区", False),
    ("Place", "石桥", "石桥区", True),
    ("Place", "石桥", "柳湾市石桥区", False),
    ("Project", "骨料生产线", "骨料生产线项目", True),
    ("Project", "骨料生产线项目", "骨料生产线项目一期", False),
]


@pytest.mark.parametrize(("kind", "short", "full", "is_short"), SHORT)
def test_short_forms(kind: str, short: str, full: str, is_short: bool) -> None:
    assert shortens(kind, short, full) is is_short


ARTICLES = [
    (["<Company 远山水泥有限公司>投产。", "<Company 远山水泥>招工。"], {("Company", "远山水泥"): "远山水泥有限公司"}),
    (["<Park 石桥高新区>签约。", "<Park 高新区>忙。"], {("Park", "高新区"): "石桥高新区"}),
    # two fuller names fit: neither is taken
    (["<Park 石桥高新区>、<Park 柳湾高新区>签约。", "<Park 高新区>忙。"], {}),
    # a class apart
    (["<Company 远山水泥有限公司>投产。", "<Place 远山水泥>忙。"], {}),
    (["<Company 恒岳装备有限公司石桥分公司>投产。", "<Company 恒岳装备>忙。"], {}),
    (["<Person 芮清>来，<Person 芮清明>去。"], {}),
]


@pytest.mark.parametrize(("sentences", "names"), ARTICLES, ids=["".join(row[0]) for row in ARTICLES])
def test_fullest_names(sentences: list[str], names: dict[tuple[str, str], str]) -> None:
    assert fullest(annotated(*sentences)) == names
