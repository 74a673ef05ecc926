"""What is taken out of a built page: pictures without a browser, dossiers, the part that concerns an entity."""

from __future__ import annotations

import shutil
import struct
import subprocess
import xml.etree.ElementTree as ET
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from view_sample import sample

from kg import cli
from kg.errors import ConfigurationError, UsageError
from kg.model import Fact, Ref
from kg.view import dossier_of, pack, picture_of, svg, write_dossier, write_html, write_picture
from kg.view.saved import around, concerning, find, neighbours

NAMESPACE = "{http://www.w3.org/2000/svg}"
COMPANY = "云泽恒岳智能装备有限公司"


@pytest.fixture(scope="module")
def page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("built") / "graph.html"
    write_html(path, *sample(), title="澄湖")
    return path


@pytest.fixture(scope="module")
def data(page: Path) -> dict[str, Any]:
    return pack.read(page)


@pytest.mark.parametrize("text", [COMPANY, "恒岳公司", "company/038"])
def test_found_by_name_alias_and_id(data: dict[str, Any], text: str) -> None:
    by_id = data["node"]["id"].index(next(one.id for one in sample()[0] if one.label == COMPANY))
    if text.startswith("company/"):
        text = data["node"]["id"][by_id]
    assert find(data, text) == by_id


@pytest.mark.parametrize(
    ("text", "told"), [("云泽恒岳", "did you mean 云泽恒岳"), ("不在其中", "no entity is called that")]
)
def test_not_found(data: dict[str, Any], text: str, told: str) -> None:
    with pytest.raises(UsageError, match=told):
        find(data, text)


def test_two_of_one_name_are_told_apart_by_id(tmp_path: Path) -> None:
    entities, facts, articles = sample()
    twins = [replace(one, label="齐家滨") if one.label == "宋怀远" else one for one in entities]
    write_html(tmp_path / "graph.html", twins, facts, articles)
    with pytest.raises(UsageError, match=r"person/000 \(Person, 齐家滨\), person/001"):
        write_picture(tmp_path / "graph.html", tmp_path / "a.svg", around="齐家滨")
    assert not (tmp_path / "a.svg").exists()


def test_around_takes_the_nearest_then_the_best_connected() -> None:
    near = [{1, 2}, {0, 3, 4, 5}, {0, 6}, {1}, {1, 6}, {1}, {2, 4}]
    assert around(near, 0, 2, [True] * 7, 9) == [0, 1, 2, 4, 6, 3, 5]
    assert around(near, 0, 2, [True] * 7, 4) == [0, 1, 2, 4]
    assert around(near, 0, 1, [False] * 7, 9) == [0]


def test_the_part_that_concerns_an_entity_says_the_same_of_it(data: dict[str, Any]) -> None:
    number = find(data, COMPANY)
    part = concerning(data, number)
    own = find(part, COMPANY)

    def told(source: dict[str, Any], one: int) -> list[tuple[Any, ...]]:
        fact, labels = source["fact"], source["node"]["label"]
        ends = [(fact["s"][n], fact["o"][n]) for n in range(len(fact["s"]))]
        return sorted(
            (
                labels[s],
                source["predicates"][fact["p"][n]],
                labels[o] if o >= 0 else str(source["values"][-1 - o]),
                source["sentence"]["text"][fact["t"][n]],
                source["articles"][source["sentence"]["article"][fact["t"][n]]]["title"],
                fact["marks"][n],
            )
            for n, (s, o) in enumerate(ends)
            if one in (s, o)
        )

    assert told(part, own) == told(data, number)
    assert len(told(part, own)) == 5
    assert len(part["node"]["id"]) < len(data["node"]["id"])
    assert {part["node"]["label"][one] for one in neighbours(part)[own]} == {
        data["node"]["label"][one] for one in neighbours(data)[number]
    }


def test_dossier_is_a_page_of_its_own(page: Path, tmp_path: Path) -> None:
    written = write_dossier(page, "恒岳公司")
    assert written == page.parent / "dossiers" / f"{COMPANY}.html"
    held = pack.read(written)
    assert held["open"].startswith("v=dossier&of=") and held["title"] == f"{COMPANY} · 澄湖"
    again = write_dossier(page, COMPANY, tmp_path / "again.html")
    assert again.read_bytes() == written.read_bytes()
    write_dossier(again, COMPANY, tmp_path / "third.html")


def test_dossier_out_of_facts_is_that_of_the_page(page: Path, tmp_path: Path) -> None:
    written = dossier_of("恒岳公司", *sample(), tmp_path / "new" / "a.html", title="澄湖")
    assert written == tmp_path / "new" / "a.html"
    assert written.read_bytes() == write_dossier(page, COMPANY, tmp_path / "b.html").read_bytes()


def test_dossier_out_of_the_facts_that_concern_an_entity(page: Path, tmp_path: Path) -> None:
    entities, facts, articles = sample()
    id_ = next(one.id for one in entities if one.label == COMPANY)

    def ids(one: Fact) -> set[str]:
        return {end.id for end in (one.subject, one.object) if isinstance(end, Ref)}

    own = [replace(one, inferred=True, antecedent=(3, 5)) for one in facts if id_ in ids(one)]
    named = [one for one in entities if any(one.id in ids(each) for each in own)]
    bare = [replace(one, text="", offsets=()) for one in articles if any(each.article == one.id for each in own)]
    carried = {(one.id, 3, 5): "前文" for one in bare}
    held = pack.read(dossier_of(id_, named, own, bare, tmp_path / "a.html", carried=carried))
    assert (len(held["fact"]["s"]), len(held["node"]["id"]), held["beyond"]) == (len(own), len(named), 0)
    assert set(held["fact"]["inferred"].values()) == {"前文"}
    assert held["title"] == f"{COMPANY} · 新闻知识图谱"
    for entity in ("不在其中", ""):
        with pytest.raises(UsageError, match="no entity is called that"):
            dossier_of(entity, named, own, bare, tmp_path / "b.html")
    with pytest.raises(ConfigurationError, match=articles[0].id):
        dossier_of(id_, entities, facts, bare, tmp_path / "b.html")
    assert not (tmp_path / "b.html").exists()


def test_dossier_of_a_page_that_lacks_articles_says_so(tmp_path: Path) -> None:
    write_html(tmp_path / "graph.html", *sample(), beyond=7)
    assert pack.read(write_dossier(tmp_path / "graph.html", COMPANY))["beyond"] == 7


def test_picture_out_of_facts_is_that_of_the_page(page: Path, tmp_path: Path) -> None:
    write_picture(page, tmp_path / "a.svg", around=COMPANY, depth=2, dark=True)
    titled = (tmp_path / "a.svg").read_text(encoding="utf-8").replace("<title>澄湖<", "<title>新闻知识图谱<")
    written = picture_of(COMPANY, *sample(), tmp_path / "b.svg", depth=2, dark=True)
    assert written.read_text(encoding="utf-8") == titled
    with pytest.raises(UsageError, match=r"ends in \.svg or \.png"):
        picture_of(COMPANY, *sample(), tmp_path / "b.pdf")


def test_svg_has_every_node_line_and_name_and_no_script(page: Path, tmp_path: Path, data: dict[str, Any]) -> None:
    write_picture(page, tmp_path / "all.svg")
    picture = ET.parse(tmp_path / "all.svg").getroot()
    words = "".join(picture.itertext())
    assert all(name in words for name in ("齐家滨", "宋怀远", "澄湖区", "人物"))
    assert len(picture.findall(f".//{NAMESPACE}line")) == 100
    types = {data["node"]["type"][number] for number in data["opening"]["id"]}
    assert len(picture.findall(f".//{NAMESPACE}path")) == 64 + len(types), "a mark each, and one a type in the legend"
    assert {element.tag.removeprefix(NAMESPACE) for element in picture.iter()} == {"svg", "title", "rect", "g", "line", "path", "text"}  # fmt: skip


def test_svg_around_an_entity(data: dict[str, Any]) -> None:
    picture = ET.fromstring(svg.ego(data, find(data, "星野车规芯片封测项目"), 1, english=True))
    words = "".join(picture.itertext())
    assert "星野微电子" in words and "云泽湖科技产业园" in words and "齐家滨" not in words
    assert "Project" in words and "项目方" not in words
    assert len(picture.findall(f".//{NAMESPACE}line")) == 2


@pytest.mark.parametrize("label", ["<script>alert(1)</script>", 'a" x="', "\u202ea\u0000\ufffe", "&amp;", ""])
def test_hostile_names_make_a_picture_too(tmp_path: Path, label: str) -> None:
    entities, facts, articles = sample()
    write_html(tmp_path / "graph.html", [replace(one, label=label) for one in entities], facts, articles, title=label)
    write_picture(tmp_path / "graph.html", tmp_path / "all.svg")
    picture = ET.parse(tmp_path / "all.svg").getroot()
    assert not picture.findall(f".//{NAMESPACE}script")
    assert "\u202e" not in "".join(picture.itertext())


def test_no_facts_make_a_picture_too(tmp_path: Path) -> None:
    write_html(tmp_path / "graph.html", [], [], [])
    write_picture(tmp_path / "graph.html", tmp_path / "all.svg")
    ET.parse(tmp_path / "all.svg")


def has_chinese_font() -> bool:
    if not shutil.which("fc-list"):
        return False
    return bool(subprocess.run(["fc-list", ":lang=zh"], capture_output=True, check=False).stdout)


@pytest.mark.skipif(not has_chinese_font(), reason="no font with Chinese characters: apt-get install fonts-noto-cjk")
def test_png_is_the_svg_twice_its_size(page: Path, tmp_path: Path) -> None:
    for name in ("all.png", "all.svg"):
        write_picture(page, tmp_path / name)
    content = (tmp_path / "all.png").read_bytes()
    picture = ET.parse(tmp_path / "all.svg").getroot()
    assert content[:8] == b"\x89PNG\r\n\x1a\n"
    assert struct.unpack(">II", content[16:24]) == tuple(2 * int(picture.attrib[side]) for side in ("width", "height"))


def test_png_without_a_font_is_refused(monkeypatch: pytest.MonkeyPatch, page: Path, tmp_path: Path) -> None:
    resvg = pytest.importorskip("resvg_py")
    monkeypatch.setattr(resvg, "svg_to_bytes", lambda **_: b"the same for every character")
    with pytest.raises(ConfigurationError, match="fonts-noto-cjk"):
        write_picture(page, tmp_path / "all.png")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["view"], "say what to write"),
        (["view", "--svg", "a.png"], "ends in .svg"),
        (["view", "--png", "a.jpg"], "ends in .png"),
        (["view", "--svg", "a.svg", "-o", "nowhere"], "run `kg build` first"),
        (["dossier", "不在其中"], "no entity is called that"),
    ],
)
def test_wrong_calls_exit_with_2(
    arguments: list[str], told: str, page: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: Any
) -> None:
    (tmp_path / "output").mkdir()
    shutil.copy(page, tmp_path / "output")
    monkeypatch.chdir(tmp_path)
    assert cli.main(arguments) == 2
    assert told in capsys.readouterr().err


def test_commands_say_what_they_wrote(page: Path, tmp_path: Path, capsys: Any) -> None:
    target = tmp_path / "one.svg"
    assert cli.main(["view", "-o", str(page.parent), "--svg", str(target), "--around", "齐家滨", "--dark"]) == 0
    assert cli.main(["dossier", "齐家滨", "-o", str(page.parent)]) == 0
    assert capsys.readouterr().out.split() == [str(target), str(page.parent / "dossiers" / "齐家滨.html")]
    assert "#16181b" in target.read_text(encoding="utf-8")
