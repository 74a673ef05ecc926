"""Divisions, zones, historical names: found, resolved, matched."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg.errors import ConfigurationError
from kg.gazetteer import Gazetteer, load

GAZETTEER = load()


def code_of(name: str, near: str = "") -> str | None:
    found = GAZETTEER.resolve(name, GAZETTEER.resolve(near) if near else None)
    return found.code if found else None


@pytest.mark.parametrize(
    ("name", "near", "code"),
    [
        # full, short and historical names
        ("武进区", "", "320412"),
        ("武进", "", "320412"),
        ("武进县", "", "320412"),
        ("武进市", "", "320412"),
        ("常州市", "", "320400"),
        ("江苏", "", "320000"),
        ("内蒙古", "", "150000"),
        ("广西", "", "450000"),
        ("恩施州", "", "422800"),
        ("长阳县", "", "420528"),
        ("浦东", "", "310115"),
        ("香港", "", "810000"),
        ("香港特区", "", "810000"),
        ("澳门", "", "820000"),
        ("台湾", "", "710000"),
        ("湖塘镇", "", "320412100"),
        # the higher one, where one lies in the other; a province before others
        ("长沙", "", "430100"),
        ("恩施", "", "422800"),
        ("吉林", "", "220000"),
        ("海南", "", "460000"),
        # by the path that the name itself gives
        ("广西来宾市", "", "451300"),
        ("张家口市张北县", "", "130722"),
        ("阳新县富池镇", "", "420222101"),
        ("江苏省常州市武进区湖塘镇", "", "320412100"),
        ("北京朝阳区", "", "110105"),
        ("南京鼓楼区", "", "320106"),
        # by the home place
        ("鼓楼区", "南京市", "320106"),
        ("鼓楼区", "福州市", "350102"),
        ("朝阳区", "吉林省", "220104"),
        ("天宁", "武进区", "320402"),
        ("湖塘", "武进区", "320412100"),
        ("吉林", "长春市", "220000"),
        # ambiguous or unknown
        ("鼓楼区", "", None),
        ("鼓楼区", "武进区", None),
        ("朝阳", "", None),
        ("湖塘", "", None),
        ("西湖", "", None),
        ("东风县", "", None),
        ("", "", None),
    ],
)
def test_resolve(name: str, near: str, code: str | None) -> None:
    assert code_of(name, near) == code


@pytest.mark.parametrize(
    ("name", "short_towns", "codes"),
    [
        ("鼓楼区", False, ["320106", "320302", "350102", "410204"]),
        ("吉林", False, ["220000", "220200"]),
        ("湖塘", False, []),
        ("湖塘", True, ["320412100", "330603004", "360981214"]),
        ("武", True, []),
    ],
)
def test_find(name: str, short_towns: bool, codes: list[str]) -> None:
    assert [division.code for division in GAZETTEER.find(name, short_towns)] == codes


@pytest.mark.parametrize(
    ("code", "full_name", "parents", "level"),
    [
        ("320412", "江苏省常州市武进区", ["320400", "320000"], "county"),
        ("320412100", "江苏省常州市武进区湖塘镇", ["320412", "320400", "320000"], "town"),
        ("110105", "北京市朝阳区", ["110000"], "county"),
        ("429004", "湖北省仙桃市", ["420000"], "county"),
        ("810000", "香港特别行政区", [], "province"),
        ("320400", "江苏省常州市", ["320000"], "city"),
    ],
)
def test_parents(code: str, full_name: str, parents: list[str], level: str) -> None:
    division = GAZETTEER.get(code)
    assert division is not None
    assert division.level == level
    assert GAZETTEER.full_name(division) == full_name
    assert [parent.code for parent in GAZETTEER.parents(division)] == parents


@pytest.mark.parametrize(
    ("name", "near", "zone"),
    [
        ("武进高新区", "", "武进高新技术产业开发区"),
        ("武进国家高新区", "", "武进高新技术产业开发区"),
        ("常州市武进高新区", "", "武进高新技术产业开发区"),
        ("苏州高新区", "", "苏州高新技术产业开发区"),
        ("高新区", "武进区", "武进高新技术产业开发区"),
        ("经开区", "武进区", "武进经济开发区"),
        ("雄安新区", "", "河北雄安新区"),
        ("长三角地区", "", "长江三角洲"),
        ("华北地区", "", "华北"),
        ("高新区", "", None),
        ("高新区", "黄山市", None),
        ("月球高新区", "武进区", None),
    ],
)
def test_find_park(name: str, near: str, zone: str | None) -> None:
    found = GAZETTEER.find_park(name, GAZETTEER.resolve(near) if near else None)
    assert (found and found.name) == zone


@pytest.mark.parametrize(
    ("text", "strong", "weak"),
    [
        ("考察团从江苏省常州市武进区湖塘镇出发", ["江苏省", "常州市", "武进区", "湖塘镇"], []),
        ("客商来自武进、溧阳和上海", ["武进", "溧阳", "上海"], []),
        ("前往苏州工业园区和雄安新区", ["苏州工业园区", "雄安新区"], []),
        ("恩施州的茶", ["恩施州"], []),
        # words that are also names
        ("双方将加强合作，共享资源", [], ["合作", "资源"]),
        ("两个鼓楼区", ["鼓楼区"], []),
        ("看了鼓楼", [], ["鼓楼"]),
        # a name within another
        ("车过北京路和南京大道", [], ["北京", "南京"]),
        ("上海市场火热", ["上海"], []),
        ("全面振兴乡村", [], ["振兴"]),
        ("从江苏来", ["江苏"], []),
        ("会议室里没有地名", [], []),
        ("", [], []),
    ],
)
def test_match(text: str, strong: list[str], weak: list[str]) -> None:
    found = GAZETTEER.match(text)
    assert [match.name for match in found if match.strong] == strong
    assert [match.name for match in found if not match.strong] == weak


@given(st.text(alphabet="武进区常州市江苏省北京朝阳鼓楼高新湖塘镇乡村，\n x", max_size=60))
def test_matches_do_not_overlap(text: str) -> None:
    found = GAZETTEER.match(text)
    assert all(text[match.start : match.end] == match.name for match in found)
    assert all(first.end <= second.start for first, second in pairwise(found))


@pytest.mark.parametrize(
    ("text", "hint", "place", "why"),
    [
        ("武进区召开大会。武进的企业来了，常州市派人参加。", None, "武进区", "named most in the text"),
        (
            "常州市召开大会，武进区、新北区、天宁区参加。常州市市长讲话，常州市副市长主持。",
            None,
            "常州市",
            "named most in the text",
        ),
        ("我区开了会，武进区去了常州市、苏州市。常州市点赞。", None, "武进区", "named most in the text"),
        ("我区开了会，常州市来人。", None, None, "the text says 我区, but does not name it"),
        ("加强合作，共享资源。", None, None, "the text names no place most"),
        ("", "武进区", "武进区", "given"),
        ("", "苏州高新区", "苏州高新技术产业开发区", "given"),
        ("", "华北地区", "华北", "given"),
        ("福州市的会", "鼓楼区", "鼓楼区", "given, and told from others of the name by the text"),
        ("一个会", "鼓楼区", None, "given, but ambiguous: 鼓楼区"),
        ("武进区的会", "月亮县", None, "given, but not in the gazetteer: 月亮县"),
    ],
)
def test_home(text: str, hint: str | None, place: str | None, why: str) -> None:
    found, reason = GAZETTEER.home(text, hint)
    assert (found and found.name, reason) == (place, why)


def test_home_by_text_picks_the_right_one_of_a_name() -> None:
    found, _ = GAZETTEER.home("福州市的会", "鼓楼区")
    assert found is not None
    assert found.code == "350102"


@pytest.mark.parametrize(
    ("kind", "parent"),
    [("planet", ""), ("park", "999999"), ("historic", "")],
)
def test_wrong_place(kind: str, parent: str) -> None:
    place = {"name": "某地", "aliases": "", "type": kind, "parent": parent, "from": "", "to": ""}
    lists = {"peoples": ["藏族"], "suffixes": ["市"], "weak": [], "generic": [], "aliases": {}}
    with pytest.raises(ConfigurationError, match="某地"):
        Gazetteer([], [place], lists)


def test_every_weak_name_is_a_name() -> None:
    from importlib.resources import files

    weak = (files("kg") / "data" / "places_weak.txt").read_text(encoding="utf-8").split()
    assert [name for name in weak if not GAZETTEER.find(name) and not GAZETTEER.find_park(name)] == []
