"""The page in real Chromium: what a reader does, what a hostile page tries, what the network must not see."""

from __future__ import annotations

import csv
import io
import json
import socket
import xml.etree.ElementTree as ET
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from browser import ARGUMENTS, CHROMIUM, MISSING, Reader, chromium
from view_graph import network
from view_sample import sample

from kg.model import Article, Entity, Fact, Metadata, Ref
from kg.view import write_dossier, write_html

pytest.importorskip("playwright.sync_api", reason="playwright is not installed: the page is not tried in a browser")
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=MISSING)

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    'a" href="javascript:alert(3)" x="',
    "javascript:alert(4)",
    "<!--<script>alert(5)",
    "\u202egnp.exe\u202c\u2066",
    "行\u2028分\u2029隔\nx",
    "{{ 7 * 7 }}${alert(6)}",
    "=1+1,&of=%00#",
]
POOR = ["--disable-webgl", "--disable-webgl2", "--disable-3d-apis"]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with chromium() as browser:
        yield browser


@pytest.fixture(scope="module")
def sample_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("view") / "graph.html"
    entities, facts, articles = sample()
    linked = [
        replace(one, metadata=replace(one.metadata, source="https://news.example/1?a=1&b=2" if number % 2 else "A1"))
        for number, one in enumerate(articles)
    ]
    write_html(path, entities, facts, linked, title="澄湖新闻知识图谱")
    return path


@pytest.fixture(scope="module")
def large_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("view") / "large.html"
    write_html(path, *network(3000, 6600))
    return path


@pytest.fixture
def reader(browser: Any, sample_page: Path) -> Iterator[Reader]:
    reader = Reader(browser, sample_page)
    yield reader
    reader.close()


@pytest.fixture
def large(browser: Any, large_page: Path) -> Iterator[Reader]:
    reader = Reader(browser, large_page)
    yield reader
    reader.close()


def box(reader: Reader, group: str, label: str) -> Any:
    return reader.page.locator(f"#{group} label", has=reader.page.get_by_text(label, exact=True)).locator("input")


def address_of(name: str) -> str:
    """The sample's entity as it stands in addresses."""
    return next(entity.id for entity in sample()[0] if entity.label == name).replace("/", "%2F")


def saved(reader: Reader, take: str) -> Path:
    """What an entry of the export menu downloads."""
    reader.page.click("#take summary")
    with reader.page.expect_download() as download:
        reader.page.click(f"#take-{take}")
    return Path(download.value.path())


# Opening


def test_opening_says_what_is_shown_and_what_is_left_out(reader: Reader) -> None:
    assert reader.page.title() == "澄湖新闻知识图谱"
    assert reader.text("#summary") == "82 个实体 · 148 条事实 · 10 篇报道"
    assert reader.text("#status") == "图中 64 个实体、100 条连线；未勾选类型的 15 个未画出；没有连线的 3 个未画出"
    reader.page.click("text=看全图")
    assert reader.text("#status") == "图中 67 个实体、100 条连线；未勾选类型的 15 个未画出"


def test_articles_that_are_not_on_the_page_are_told_in_every_view(browser: Any, tmp_path: Path) -> None:
    write_html(tmp_path / "graph.html", *sample(), beyond=98611)
    for size in (1280, 390):
        reader = Reader(browser, tmp_path / "graph.html", size={"width": size, "height": 800})
        told = "本页只含最近的报道；另有 98,611 篇不在本页，用 kg serve 或 kg query 查全部"
        assert reader.page.get_by_role("note").inner_text() == told
        assert reader.text("#status").endswith("；另有 98,611 篇报道不在本页")
        assert reader.page.evaluate("document.documentElement.scrollWidth") == size
        reader.page.fill("#search", "qqqq")
        assert reader.texts("#results li") == ["没有找到；另有 98,611 篇报道不在本页"]
        reader.page.press("#search", "Escape")
        reader.page.click("#as-table")
        assert reader.text("#rows").endswith(" 条事实；另有 98,611 篇报道不在本页")
        reader.page.click("#language")
        assert "98,611 more are not on it: kg serve or kg query" in reader.page.get_by_role("note").inner_text()
        assert reader.text("#rows").endswith("98,611 more articles are not on this page")
        reader.close()
    printed = Reader(browser, write_dossier(tmp_path / "graph.html", "齐家滨"))
    printed.page.emulate_media(media="print")
    assert "另有 98,611 篇不在本页" in printed.text("#dossier")
    printed.close()


def test_a_page_that_has_everything_says_nothing_of_the_kind(reader: Reader) -> None:
    assert reader.page.locator("#beyond").is_hidden() and "不在本页" not in reader.text("body")


def test_a_large_graph_opens_on_search_and_named_communities(large: Reader) -> None:
    assert large.page.evaluate("document.activeElement.id") == "search"
    assert "个群，点开看成员" in large.text("#status")
    first = large.page.locator("#panel .start button").first
    count = int(first.locator(".count").inner_text().split()[0])
    first.click()
    assert "”一群；图中 " in large.text("#status")
    drawn = int(large.text("#status").split("图中 ")[1].split(" ")[0])
    assert 0.9 * min(count, 150) < drawn <= min(count, 150)
    large.page.click("#back")
    assert "个群" in large.text("#status")
    large.page.click("text=显示每个实体")
    assert "图中 2," in large.text("#status")


def test_what_is_left_out_can_be_let_in(large: Reader) -> None:
    large.page.click("#to-top")
    shown = int(large.text("#status").split("图中 ")[1].split(" ")[0])
    assert 120 < shown <= 150 and "连线较少的" in large.text("#status")
    large.page.click("text=增加到 300 个")
    more = int(large.text("#status").split("图中 ")[1].split(" ")[0])
    assert 250 < more <= 300 and "n=300" in large.page.evaluate("location.hash")


# Search, facts, sentences


def test_search_by_name_alias_pinyin_and_initials(reader: Reader) -> None:
    for text in ("恒岳公司", "云泽恒岳", "yunzehengyue", "yzhyzn", "云ze恒岳", "hengyuezhineng", "YZ HY"):
        reader.page.fill("#search", text)
        assert reader.texts("#results li bdi")[0] == "云泽恒岳智能装备有限公司", text


def test_search_finds_nothing_and_says_so(reader: Reader) -> None:
    reader.page.fill("#search", "不存在的名字")
    assert reader.texts("#results li") == ["没有找到"]
    reader.page.press("#search", "Enter")
    assert reader.text("#panel h2") == "从这里看起"


def test_search_says_how_many_more(large: Reader) -> None:
    large.page.fill("#search", "座谈会")
    assert large.page.locator("#results li[id]").count() == 12
    assert large.texts("#results li.rest")[0].startswith("还有 ")


def test_a_fact_opens_on_its_sentence_with_the_words_marked(reader: Reader) -> None:
    reader.search("恒岳公司")
    assert reader.text("#panel h2") == "云泽恒岳智能装备有限公司"
    assert [head.split("\n")[0] for head in reader.texts("#panel h3")] == [
        "任职人员",
        "承担项目",
        "列为",
        "产品",
        "签约",
    ]
    produced = reader.page.locator("h3:has-text('产品') + ul .fact")
    assert produced.locator(".chip").all_inner_texts() == ["转述"]
    assert produced.locator("mark").count() == 0
    produced.locator(".head").click(position={"x": 300, "y": 8})
    assert produced.locator("mark").all_inner_texts() == ["谐波减速器"]
    assert "主要生产谐波减速器" in produced.locator(".quote").inner_text()
    told = produced.locator(".source").inner_text()
    assert told.startswith("《恒岳高端机器人生产基地奠基》 · 2025-03-03 · 澄湖日报 A1版") and "置信度 0.93" in told
    produced.locator(".toggle").click()
    assert produced.locator(".quote").count() == 0


def test_figures_and_dates_are_facts_of_their_subject(reader: Reader) -> None:
    reader.search("恒岳高端机器人生产基地项目")
    assert "12亿元" in reader.texts("#panel .end")
    assert "2026年下半年 (2026-H2)" in reader.texts("#panel .end")
    capacity = reader.page.locator("h3:has-text('年产能') + ul .fact")
    assert capacity.locator(".chip").all_inner_texts() == ["计划", "推断"]
    assert capacity.locator(".qualifier").inner_text() == "产品 机器人关节模组"


def test_the_other_end_is_a_way_on_and_one_sentence_is_one_row(reader: Reader) -> None:
    reader.search("云泽湖人才交流大会")
    attended = reader.page.locator("h3:has-text('参加者') + ul .fact")
    assert attended.count() == 1
    assert attended.locator(".end").all_inner_texts() == ["孟繁星", "白若溪", "虞静姝", "褚一鸣", "温绍华"]
    reader.page.click("text=展开全部原句")
    assert reader.page.locator(".quote").count() == reader.page.locator(".fact").count()
    attended.locator(".end", has_text="白若溪").click()
    assert reader.text("#panel h2") == "白若溪"


def test_the_link_to_the_article_and_the_citation(browser: Any, sample_page: Path) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    reader = Reader(context, sample_page)
    reader.search("祝青禾")
    reader.page.click("text=展开全部原句")
    link = reader.page.locator("#panel .source a").first
    assert link.get_attribute("href") == "https://news.example/1?a=1&b=2"
    assert (link.inner_text(), link.get_attribute("rel")) == ("原文链接", "noopener noreferrer")
    reader.page.locator(".fact", has_text="食品安全专题会议").locator("text=复制引文").first.click()
    reader.page.wait_for_selector("#say:has-text('已复制')")
    assert reader.page.evaluate("navigator.clipboard.readText()") == (
        "“3月10日，食品安全专题会议召开，段立言主持，傅长庚、祝青禾参加。”——《守护校园餐桌 专题会议部署食品安全》，澄湖日报 A1版，2025-03-11"
    )
    reader.close()
    context.close()


# Around a node


def test_neighbours_by_depth_and_back(reader: Reader) -> None:
    reader.search("星野车规芯片封测项目")
    for name, status in [
        ("只看相邻", "的 1 层相邻；图中 3 个实体、2 条连线"),
        ("2 层", "的 2 层相邻；图中 7 个实体、7 条连线"),
        ("3 层", "的 3 层相邻；图中 22 个实体"),
    ]:
        reader.page.get_by_role("button", name=name, exact=True).click()
        assert status in reader.text("#status")
    reader.page.click("#back")
    assert "2 层相邻" in reader.text("#status")
    reader.page.keyboard.press("Escape")
    assert "1 层相邻" in reader.text("#status")
    reader.page.go_back()
    assert "图中 64 个实体" in reader.text("#status")


def test_expand_hide_and_unhide(reader: Reader) -> None:
    reader.search("星野车规芯片封测项目")
    reader.page.get_by_role("button", name="只看相邻").click()
    reader.page.locator("#panel .end", has_text="星野微电子").first.click()
    before = reader.page.evaluate("location.hash")
    reader.page.get_by_role("button", name="展开").click()
    assert "图中 5 个实体" in reader.text("#status")
    reader.page.get_by_role("button", name="隐藏", exact=True).click()
    assert "图中 4 个实体" in reader.text("#status") and "已隐藏 1 个" in reader.text("#status")
    reader.page.click("text=恢复隐藏的")
    assert "图中 5 个实体" in reader.text("#status")
    for _ in range(3):
        reader.page.click("#back")
    assert reader.page.evaluate("location.hash") == before


def test_a_node_of_a_folded_type_is_found_and_shown_with_its_neighbours(reader: Reader) -> None:
    reader.search("董事长")
    assert "图中 4 个实体、3 条连线" in reader.text("#status")


def test_click_a_node_and_a_link_in_the_picture(reader: Reader) -> None:
    reader.search("德昌精密传动有限公司")
    reader.page.get_by_role("button", name="只看相邻").click()
    reader.page.click("#focus", position={"x": 20, "y": 300})
    assert reader.text("#panel h2") == "从这里看起"
    picture = ET.fromstring(saved(reader, "svg").read_bytes())
    (line, *_) = picture.findall(".//{http://www.w3.org/2000/svg}line")
    corner = reader.page.locator("#focus").bounding_box()
    ends = [(corner["x"] + float(line.get(f"x{end}")), corner["y"] + float(line.get(f"y{end}"))) for end in (1, 2)]
    reader.page.mouse.click(*ends[0])
    assert reader.page.locator("#panel h2:not(.link) + .actions").count() == 1
    reader.page.wait_for_timeout(350)  # else the next click is the second of a double one
    reader.page.mouse.click((ends[0][0] * 2 + ends[1][0]) / 3, (ends[0][1] * 2 + ends[1][1]) / 3)
    assert reader.page.locator("#panel h2.link").count() == 1
    reader.page.wait_for_timeout(350)
    reader.page.mouse.dblclick(*ends[1])
    assert "的 1 层相邻" in reader.text("#status")


def test_parallel_relations_are_one_link_with_its_list(reader: Reader) -> None:
    pair = ",".join(address_of(name) for name in ("宋怀远", "全区重点项目推进会"))
    reader.page.evaluate("(hash) => { location.hash = hash; }", f"#s={pair}")
    reader.page.wait_for_selector("#panel h2.link")
    assert [head.split("\n")[0] for head in reader.texts("#panel h3")] == ["主持", "讲话"]


def test_shortest_path(reader: Reader) -> None:
    reader.search("齐家滨")
    reader.page.fill("#path-to", "dcjm")
    reader.page.press("#path-to", "Enter")
    assert "“齐家滨”到“德昌精密传动有限公司”的最短路径" in reader.text("#status")
    stops = reader.texts("#panel .stop")
    assert (stops[0], stops[-1]) == ("齐家滨", "德昌精密传动有限公司")
    steps = reader.page.locator("#panel .step")
    assert reader.text("#panel .hint") == f"经过 {steps.count()} 步；图中是所有同样短的路径"
    assert all(steps.nth(number).locator(".fact").count() for number in range(steps.count()))


def test_no_path_is_told(reader: Reader) -> None:
    reader.search("齐家滨")
    reader.page.fill("#path-to", "路遥知")
    reader.page.press("#path-to", "Enter")
    assert "不相连" in reader.text("#panel .hint")


# Filters


def test_filters_take_out_and_let_in(reader: Reader) -> None:
    for group, label, status in (
        ("types", "人物", "图中 40 个实体、42 条连线"),
        ("relations", "参加", "图中 62 个实体、73 条连线"),
        ("statuses", "转述", "图中 63 个实体、99 条连线"),
    ):
        box(reader, group, label).uncheck()
        assert status in reader.text("#status")
        box(reader, group, label).check()
        assert "图中 64 个实体、100 条连线" in reader.text("#status")
    reader.page.get_by_role("button", name="类型：清空").click()
    assert "图中 0 个实体" in reader.text("#status")
    reader.page.get_by_role("button", name="类型：全选").click()
    assert "图中 82 个实体" in reader.text("#status")


def test_least_confidence(large: Reader) -> None:
    before = large.text("#status")
    large.page.focus("#confidence")
    large.page.keyboard.press("End")
    assert large.text("#confidence-told") == "不低于 0.97"
    assert large.text("#status") != before


def test_dates_by_slider_and_histogram(reader: Reader) -> None:
    assert reader.text("#dates") == "2025-01 – 2025-05"
    reader.page.focus("#from")
    reader.page.keyboard.press("ArrowRight")
    reader.page.keyboard.press("ArrowRight")
    assert reader.text("#dates") == "2025-03 – 2025-05"
    reader.page.focus("#until")
    reader.page.keyboard.press("ArrowLeft")
    assert reader.text("#dates") == "2025-03 – 2025-04"
    assert "a=2025-03-01&b=2025-04-30" in reader.page.evaluate("location.hash")
    reader.page.click("#as-table")
    assert {date[:7] for date in reader.texts("td.date")} == {"2025-03", "2025-04"}
    reader.page.click("#histogram", position={"x": 4, "y": 20})
    assert reader.text("#dates") == "2025-01"
    reader.page.click("#all-dates")
    assert reader.text("#dates") == "2025-01 – 2025-05"


# Table, exports, links


def test_the_table_holds_the_selection_and_sorts(reader: Reader) -> None:
    reader.page.click("text=看全图")
    reader.page.click("#as-table")
    rows = reader.page.locator("#table tbody tr")
    assert reader.text("#rows") == f"{rows.count()} 条事实"
    assert reader.page.evaluate(
        "document.querySelector('.scroll').scrollWidth <= document.querySelector('.scroll').clientWidth"
    )
    reader.page.get_by_role("button", name="客体或数值").click()
    reader.page.get_by_role("button", name="客体或数值").click()
    assert reader.page.locator("th[aria-sort=descending]").inner_text() == "客体或数值"
    confidence = reader.page.get_by_role("button", name="置信度")
    confidence.click()
    assert reader.texts("td.confidence_short") == sorted(reader.texts("td.confidence_short"))
    box(reader, "types", "人物").uncheck()
    assert "路遥知" not in "".join(reader.texts("#table tbody"))
    reader.page.locator("td.article button").first.click()
    assert reader.page.locator("#panel .fact.open .quote").count() == 1


def test_the_table_shows_the_neighbours_of_a_node(reader: Reader) -> None:
    reader.search("星野车规芯片封测项目")
    reader.page.get_by_role("button", name="只看相邻").click()
    reader.page.click("#as-table")
    assert reader.text("#rows").startswith("“星野车规芯片封测项目”的 1 层相邻；")
    assert set(reader.texts("td.subject")) <= {"星野车规芯片封测项目", "星野微电子（云泽）有限公司", "云泽湖科技产业园"}


def test_csv(reader: Reader) -> None:
    reader.search("齐家滨")
    reader.page.get_by_role("button", name="只看相邻").click()
    text = saved(reader, "csv").read_text(encoding="utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert {"主体", "关系", "客体或数值", "报道日期", "原句"} <= set(rows[0])
    assert any(row["主体"] == "齐家滨" and row["关系"] == "主持" and "2月7日" in row["原句"] for row in rows)


def test_png_and_svg(reader: Reader) -> None:
    assert saved(reader, "png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    picture = ET.fromstring(saved(reader, "svg").read_bytes())
    words = "".join(picture.itertext())
    assert "齐家滨" in words and "澄湖新闻知识图谱" in words
    lines = picture.findall(".//{http://www.w3.org/2000/svg}line")
    assert len(lines) == 100


def lone(reader: Reader) -> int:
    """How many the status line says have no links."""
    told = reader.text("#status").partition("没有连线的 ")[2]
    return int(told.split(" ")[0]) if told else 0


def test_png_and_svg_of_communities(large: Reader) -> None:
    assert len(saved(large, "png").read_bytes()) > 20_000
    picture = ET.fromstring(saved(large, "svg").read_bytes())
    circles, groups = (picture.findall(f".//{{http://www.w3.org/2000/svg}}{tag}") for tag in ("circle", "rect"))
    assert (len(circles), len(groups) > 10) == (
        int(large.text("#status").split(" ")[0].replace(",", "")) - lone(large),
        True,
    )


def test_the_address_brings_a_colleague_to_the_same_view(browser: Any, reader: Reader, sample_page: Path) -> None:
    reader.search("宋怀远")
    reader.page.get_by_role("button", name="2 层").click()
    box(reader, "types", "企业").uncheck()
    box(reader, "statuses", "计划").uncheck()
    reader.page.focus("#from")
    reader.page.keyboard.press("ArrowRight")
    reader.page.locator(".fact .toggle").first.click()
    reader.page.click("#language")
    other = Reader(browser, sample_page, reader.page.evaluate("location.hash"))
    for selector in ("#status", "#panel", "#dates", "#types", "#statuses", "#summary"):
        assert other.text(selector) == reader.text(selector)
    assert other.page.locator(".quote").count() == 1
    other.close()


def test_an_address_of_things_that_are_not_here(browser: Any, sample_page: Path) -> None:
    reader = Reader(browser, sample_page, "#in=ego&of=nobody&s=no%2Fone&d=77&c=x&a=12&t=&n=1e9&v=no&x=%E0%A4%A")
    assert "nobody" in reader.text("#say")
    assert "图中 " in reader.text("#status")
    reader.close()


# What is written in a picture stands by itself: every text since the canvas was last cleared, as a rectangle.
WATCH = """
const { fillText, clearRect } = CanvasRenderingContext2D.prototype;
const written = new Map();
window.names = () => [...written.values()].sort((a, b) => b.length - a.length)[0];
CanvasRenderingContext2D.prototype.fillText = function (text, x, y, ...rest) {
  const width = this.measureText(text).width, height = parseFloat(this.font.match(/[\\d.]+px/)[0]);
  written.get(this.canvas)?.push([x - width / 2, y - height / 2, x + width / 2, y + height / 2, text]);
  return fillText.call(this, text, x, y, ...rest);
};
CanvasRenderingContext2D.prototype.clearRect = function (...box) {
  written.set(this.canvas, []);
  return clearRect.apply(this, box);
};
"""


@pytest.mark.parametrize("address", ["", "#all=1", "#in=top"])
def test_no_name_covers_another(browser: Any, large_page: Path, address: str) -> None:
    context = browser.new_context()
    context.add_init_script(WATCH)
    reader = Reader(context, large_page, address)
    reader.page.wait_for_timeout(300)
    names = reader.page.evaluate("window.names()")
    assert len(names) > 20
    over = [
        (one[4], other[4])
        for place, one in enumerate(names)
        for other in names[:place]
        if min(one[2], other[2]) - max(one[0], other[0]) > 1 and min(one[3], other[3]) - max(one[1], other[1]) > 1
    ]
    assert over == []
    reader.close()
    context.close()


# Dossier


def test_dossier_in_the_page(reader: Reader) -> None:
    reader.search("恒岳公司")
    reader.page.get_by_role("button", name="档案").click()
    assert reader.text("#dossier h2") == "云泽恒岳智能装备有限公司"
    assert reader.page.locator("#dossier figure svg text").count() > 4
    notes = reader.page.locator(".notes li").count()
    assert {text.strip("[]") for text in reader.texts("#dossier .note")} == {str(number + 1) for number in range(notes)}
    assert reader.texts(".timeline time")[0] == "2025-03-03"
    reader.page.locator("#dossier .end", has_text="褚一鸣").first.click()
    assert reader.text("#dossier h2") == "褚一鸣"
    reader.page.get_by_role("button", name="在图中看").click()
    assert "“褚一鸣”的 1 层相邻" in reader.text("#status")


def test_dossier_as_a_file_of_its_own(browser: Any, sample_page: Path, tmp_path: Path) -> None:
    reader = Reader(browser, write_dossier(sample_page, "恒岳公司", tmp_path / "dossier.html"))
    assert reader.page.title() == "云泽恒岳智能装备有限公司 · 澄湖新闻知识图谱"
    for width in (1280, 900):  # it fills the window
        reader.page.set_viewport_size({"width": width, "height": 800})
        box = reader.page.locator("#dossier").bounding_box()
        assert box["y"] + box["height"] == pytest.approx(800, abs=2)
    whole = Reader(browser, sample_page, "#v=dossier&of=" + address_of("云泽恒岳智能装备有限公司"))
    for selector in ("#dossier .relations", "#dossier .timeline", "#dossier .notes"):
        assert reader.text(selector) == whole.text(selector)
    reader.page.get_by_role("button", name="在图中看").click()
    assert "“云泽恒岳智能装备有限公司”的 1 层相邻" in reader.text("#status")
    reader.page.emulate_media(media="print")
    assert not reader.page.locator("header").is_visible()
    reader.close()
    whole.close()


# Languages, themes, sizes, keyboard, screen readers


def test_english(reader: Reader) -> None:
    reader.page.click("#language")
    assert reader.text("#summary") == "82 entities · 148 facts · 10 articles"
    assert "presided over" in reader.texts("#relations .name")
    reader.search("齐家滨")
    assert reader.texts("#panel h3")[0].startswith("presided over")
    assert reader.page.get_attribute("html", "lang") == "en"


def test_physics_only_when_asked(reader: Reader) -> None:
    assert reader.page.get_attribute("#physics", "aria-pressed") == "false"
    reader.page.click("#physics")
    assert reader.page.get_attribute("#physics", "aria-pressed") == "true"
    reader.page.click("#physics")
    assert reader.page.get_attribute("#physics", "aria-pressed") == "false"


def test_dark_by_the_system_and_by_hand(browser: Any, sample_page: Path) -> None:
    reader = Reader(browser, sample_page, color_scheme="dark")
    ground = "getComputedStyle(document.body).backgroundColor"
    assert reader.page.evaluate(ground) == "rgb(22, 24, 27)"
    reader.page.click("#theme")
    assert reader.page.evaluate(ground) == "rgb(250, 248, 243)"
    reader.page.emulate_media(color_scheme="light")
    reader.page.wait_for_timeout(200)  # or the system would seem not to have changed
    reader.page.emulate_media(color_scheme="dark")
    reader.page.wait_for_selector("html[data-theme=dark]")
    reader.close()


def test_a_phone(browser: Any, sample_page: Path) -> None:
    reader = Reader(browser, sample_page, size={"width": 390, "height": 844})
    width = "document.documentElement.scrollWidth"
    assert reader.page.evaluate(width) == 390
    assert "图中 60 个实体" in reader.text("#status"), "fewer at once, and it says so"
    assert reader.page.locator("#filters").get_attribute("open") is None
    reader.page.click("#filters summary")
    assert reader.page.evaluate(width) == 390
    reader.search("齐家滨")
    assert reader.page.locator("#panel h2").is_visible()
    reader.page.click("#as-table")
    assert reader.page.evaluate(width) == 390
    assert all(
        reader.page.locator("#table tbody tr").first.locator("td").nth(number).is_visible() for number in range(7)
    )
    reader.page.get_by_role("button", name="档案").click()
    assert reader.page.evaluate(width) == 390
    reader.close()


def test_by_keyboard_alone(reader: Reader) -> None:
    keyboard = reader.page.keyboard
    keyboard.press("/")
    keyboard.type("宋怀远")
    keyboard.press("ArrowDown")
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    assert reader.text("#panel h2") == "宋怀远"
    keyboard.press("Tab")
    keyboard.press("Tab")
    keyboard.press("Enter")
    assert "“宋怀远”的 1 层相邻" in reader.text("#status")
    reader.page.locator(".toggle").first.focus()
    keyboard.press("Enter")
    assert reader.page.locator(".quote").count() == 1
    assert reader.page.evaluate("document.activeElement.className") == "toggle", "focus stays where it was"
    keyboard.press("Escape")
    assert "图中 64 个实体" in reader.text("#status")
    keyboard.press("Escape")
    keyboard.press("g")
    keyboard.press("n")
    first = reader.text("#panel h2")
    keyboard.press("n")
    assert reader.text("#panel h2") != first
    keyboard.press("p")
    assert reader.text("#panel h2") == first
    keyboard.press("Enter")
    assert f"“{first}”的 1 层相邻" in reader.text("#status")
    keyboard.press("t")
    assert reader.page.locator("#table").is_visible()
    keyboard.press("t")
    keyboard.press("?")
    assert reader.page.locator("#help").is_visible()
    keyboard.press("Escape")
    assert not reader.page.locator("#help").is_visible()


def test_communities_by_keyboard(large: Reader) -> None:
    keyboard = large.page.keyboard
    keyboard.press("Escape")
    keyboard.press("g")
    before = large.page.evaluate("document.querySelector('#overview .base').toDataURL().length")
    for key in ("+", "ArrowLeft", "ArrowDown", "-", "0", "n", "n", "p"):
        keyboard.press(key)
    assert "个实体" in large.text("#say") and before > 0
    keyboard.press("Enter")
    assert "”一群；图中" in large.text("#status")


@pytest.mark.parametrize(
    ("large", "address", "scheme", "width"),
    [
        (False, "#in=ego&of={0}&s={0}&f=*", "light", 1280), (False, "#in=ego&of={0}&s={0}&f=*", "dark", 390),
        (False, "#v=table&s={0}&n=20", "light", 390), (False, "#v=dossier&of={0}&l=en", "dark", 1280),
        (True, "", "dark", 1280), (True, "", "light", 390),
    ],
)  # fmt: skip
def test_accessible(
    browser: Any, sample_page: Path, large_page: Path, large: bool, address: str, scheme: str, width: int
) -> None:
    axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason="axe is not installed").Axe()
    size = {"width": width, "height": 844}
    reader = Reader(
        browser, large_page if large else sample_page, address.format(address_of("宋怀远")), size, color_scheme=scheme
    )
    found = axe.run(reader.page).response["violations"]
    assert [(one["id"], one["nodes"][0]["html"]) for one in found if one["impact"] in ("serious", "critical")] == []
    reader.close()


# Hostile and poor surroundings


def hostile(path: Path) -> None:
    joined = " ".join(HOSTILE)
    article = Article(joined, joined, joined, joined, tuple(range(len(joined))), (), 0, len(joined))
    articles = [replace(article, metadata=Metadata(publisher=joined, source="javascript:alert(7)"))]
    entities = [Entity(f"{text}/{number}", text, text, "k", (joined,)) for number, text in enumerate(HOSTILE)]
    refs = [Ref(text, text, f"{text}/{number}") for number, text in enumerate(HOSTILE)]
    facts = [
        Fact(joined, joined, refs[0], text, ref, 0, len(joined), joined, text, text, 0.5, True, ((text, text),), ((0, 9),), (0, 9))
        for text, ref in zip(HOSTILE[1:], refs[1:], strict=True)
    ]  # fmt: skip
    write_html(path, entities, facts, articles, title=joined)


def test_hostile_strings_stay_strings(browser: Any, tmp_path: Path) -> None:
    path = tmp_path / "graph.html"
    hostile(path)
    reader = Reader(browser, path)
    assert "9 个实体" in reader.text("#summary")
    reader.search("img")
    assert reader.text("#panel h2") == HOSTILE[0]
    reader.page.click("text=展开全部原句")
    assert reader.page.locator("#panel .fact").count() == 8
    reader.page.get_by_role("button", name="2 层").click()
    reader.page.mouse.move(640, 400)
    reader.page.mouse.move(700, 420)
    assert ET.fromstring(saved(reader, "svg").read_bytes()).findall(".//{http://www.w3.org/2000/svg}script") == []
    rows = list(csv.reader(io.StringIO(saved(reader, "csv").read_text(encoding="utf-8-sig"))))
    assert len(rows) == 9 and not any(cell.startswith("=") for row in rows for cell in row)
    reader.page.click("#as-table")
    assert reader.page.locator("#table tbody tr").count() == 8
    reader.page.get_by_role("button", name="档案").click()
    assert reader.page.locator("img, #panel a, #table a, iframe, #dossier a:not(.note)").count() == 0
    assert "\u202e" not in reader.text("#dossier")
    again = Reader(browser, path, reader.page.evaluate("location.hash"))
    assert again.text("#dossier h2") == HOSTILE[0]
    again.close()
    reader.page.wait_for_timeout(200)
    reader.close()


def test_without_webgl_and_with_a_network_that_hangs(browser: Any, sample_page: Path, large_page: Path) -> None:
    with socket.socket() as hole:
        hole.bind(("127.0.0.1", 0))
        hole.listen()  # takes connections and never answers
        poor = [f"--proxy-server=127.0.0.1:{hole.getsockname()[1]}", *POOR]
        poorer = browser.browser_type.launch(executable_path=str(CHROMIUM), args=[*ARGUMENTS, *poor])
        for path in (sample_page, large_page):
            reader = Reader(poorer, path)
            assert reader.page.evaluate("document.createElement('canvas').getContext('webgl')") is None
            reader.page.click("#to-top")
            assert "图中" in reader.text("#status")
            reader.close()
        poorer.close()


def test_a_damaged_page_says_so(browser: Any, sample_page: Path, tmp_path: Path) -> None:
    text = sample_page.read_text(encoding="utf-8")
    start = text.index('id="data">"') + 2000
    (tmp_path / "graph.html").write_text(text[:start] + "AAAA" + text[start + 4 :], encoding="utf-8")
    page = browser.new_page()
    page.goto((tmp_path / "graph.html").as_uri())
    page.wait_for_selector("#too-old:not([hidden])")
    assert "文件不完整" in page.inner_text("#too-old")
    page.close()


def test_no_facts(browser: Any, tmp_path: Path) -> None:
    write_html(tmp_path / "graph.html", [], [], [])
    reader = Reader(browser, tmp_path / "graph.html")
    assert reader.text("#summary") == "0 个实体 · 0 条事实 · 0 篇报道"
    reader.page.click("#fit")
    reader.page.click("#to-all")
    reader.page.click("#as-table")
    assert reader.text("#rows") == "0 条事实"
    reader.close()


def test_same_places_in_two_browsers(browser: Any, sample_page: Path) -> None:
    """Pictures that the page lays out itself are the same for everyone who opens the link."""
    person = address_of("宋怀远")
    pictures = []
    for _ in range(2):
        reader = Reader(browser, sample_page, f"#in=ego&of={person}&d=2")
        pictures.append(json.dumps(ET.canonicalize(saved(reader, "svg").read_text(encoding="utf-8"))))
        reader.close()
    assert pictures[0] == pictures[1]
