"""The page in real Chromium: what a reader does, what a hostile page tries, what the network must not see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from view_sample import sample

from kg.model import Article, Entity, Fact, Metadata, Ref
from kg.view import write_html

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
]  # fmt: skip
sync_api = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: the page is not tried in a browser"
)
pytestmark = pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no browser at {CHROMIUM}: apt-get install chromium")

HOSTILE = [
    "<img src=x onerror=alert(1)>",
    "</script><script>alert(2)</script>",
    'a" href="javascript:alert(3)" x="',
    "javascript:alert(4)",
    "<!--<script>alert(5)",
    "\u202egnp.exe\u202c\u2066",
    "行\u2028分\u2029隔\nx",
    "{{ 7 * 7 }}${alert(6)}",
]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def sample_page(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("view") / "graph.html"
    write_html(path, *sample(), title="澄湖新闻知识图谱")
    return path


class Reader:
    """A page opened, and everything it did that it should not do."""

    def __init__(self, browser: Any, path: Path, **options: Any) -> None:
        self.page = browser.new_page(**{"viewport": {"width": 1280, "height": 800}, **options})
        self.page.set_default_timeout(8000)
        self.complaints: list[str] = []
        self.page.on("request", lambda request: self.complaints.extend({request.url} - {path.as_uri()}))
        self.page.on("console", lambda message: self.complaints.append(message.text))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self.refuse)
        self.page.goto(path.as_uri())

    def refuse(self, dialog: Any) -> None:
        self.complaints.append(dialog.message)
        dialog.dismiss()

    def search(self, text: str) -> None:
        self.page.fill("#search", text)
        self.page.press("#search", "Enter")

    def texts(self, selector: str) -> list[str]:
        return [str(text) for text in self.page.locator(selector).all_inner_texts()]


@pytest.fixture
def reader(browser: Any, sample_page: Path) -> Iterator[Reader]:
    reader = Reader(browser, sample_page)
    yield reader
    reader.page.close()
    assert reader.complaints == []


def test_opening_says_what_is_shown_and_what_is_left_out(reader: Reader) -> None:
    assert reader.page.title() == "澄湖新闻知识图谱"
    assert reader.page.inner_text("#summary") == "82 个实体 · 148 条事实 · 10 篇报道"
    assert (
        reader.page.inner_text("#status")
        == "图中 64 个实体、100 条连线；未勾选类型的 15 个未画出；与其他实体没有连线的 3 个未画出"
    )
    reader.page.click("#all")
    assert reader.page.inner_text("#status") == "图中 67 个实体、100 条连线；未勾选类型的 15 个未画出"


def test_search_leads_to_facts_with_marked_words(reader: Reader) -> None:
    reader.page.fill("#search", "恒岳公司")
    assert reader.texts("#results li bdi") == ["云泽恒岳智能装备有限公司"], "found by its alias"
    reader.page.press("#search", "Enter")
    assert reader.page.inner_text("#panel h2") == "云泽恒岳智能装备有限公司"
    heads = reader.texts("#panel h3")
    assert [head.split("\n")[0] for head in heads] == ["任职人员", "承担项目", "列为", "产品", "签约"]
    card = reader.page.locator(".fact", has_text="谐波减速器").first
    assert "主要生产谐波减速器" in card.locator(".quote").inner_text()
    assert "褚一鸣" in reader.texts("#panel .end")
    produced = reader.page.locator("h3:has-text('产品') + ul .fact")
    assert produced.locator("mark").all_inner_texts() == ["谐波减速器"]
    assert produced.locator(".chip").all_inner_texts() == ["转述"]
    assert "《恒岳高端机器人生产基地奠基》" in produced.locator(".source").inner_text()
    assert "2025-03-03" in produced.locator(".source").inner_text()
    assert "置信度 0.93" in produced.locator(".source").inner_text()


def test_figures_and_dates_are_facts_of_their_subject(reader: Reader) -> None:
    reader.search("恒岳高端机器人生产基地项目")
    assert "12亿元" in reader.texts("#panel .end")
    assert "2026年下半年 (2026-H2)" in reader.texts("#panel .end")
    capacity = reader.page.locator("h3:has-text('年产能') + ul .fact")
    assert capacity.locator(".chip").all_inner_texts() == ["计划", "推断"]
    assert capacity.locator(".qualifier").inner_text() == "产品 机器人关节模组"


def test_the_other_end_is_a_way_on_and_one_sentence_is_shown_once(reader: Reader) -> None:
    reader.search("云泽湖人才交流大会")
    attended = reader.page.locator("h3:has-text('参加者') + ul .fact")
    assert attended.count() == 1
    assert attended.locator(".end").all_inner_texts() == ["孟繁星", "白若溪", "虞静姝", "褚一鸣", "温绍华"]
    attended.locator(".end", has_text="白若溪").click()
    assert reader.page.inner_text("#panel h2") == "白若溪"


def test_neighbours_only_and_back(reader: Reader) -> None:
    reader.search("星野车规芯片封测项目")
    reader.page.get_by_role("button", name="只看相邻").click()
    assert reader.page.inner_text("#status").startswith(
        "只看“星野车规芯片封测项目”的 1 层相邻；图中 3 个实体、2 条连线"
    )
    reader.page.get_by_role("button", name="相邻两层").click()
    assert "图中 7 个实体、7 条连线" in reader.page.inner_text("#status")
    reader.page.click("#back")
    assert "1 层相邻" in reader.page.inner_text("#status")
    reader.page.keyboard.press("Escape")
    assert "图中 64 个实体" in reader.page.inner_text("#status")


def test_a_node_of_a_folded_type_is_found_and_shown_with_its_neighbours(reader: Reader) -> None:
    reader.search("董事长")
    assert reader.page.inner_text("#panel h2") == "董事长"
    assert "图中 4 个实体、3 条连线" in reader.page.inner_text("#status")


def test_click_and_double_click_in_the_picture(reader: Reader) -> None:
    reader.search("星野车规芯片封测项目")
    reader.page.get_by_role("button", name="只看相邻").click()
    reader.page.click("#picture", position={"x": 40, "y": 400})
    assert reader.page.inner_text("#panel h2") == "从这里看起"
    box = reader.page.locator("#picture").bounding_box()
    middle = {"x": box["width"] / 2, "y": (box["height"] - 16) / 2}
    reader.page.click("#picture", position=middle)
    assert reader.page.inner_text("#panel h2") == "星野车规芯片封测项目"


@pytest.mark.parametrize(
    ("group", "label", "status"),
    [
        ("types", "人物", "图中 40 个实体、42 条连线"),
        ("relations", "参加", "图中 62 个实体、73 条连线"),
        ("statuses", "转述", "图中 63 个实体、99 条连线"),
    ],
)
def test_filters_take_out_of_picture_and_table(reader: Reader, group: str, label: str, status: str) -> None:
    box = reader.page.locator(f"#{group} label", has=reader.page.get_by_text(label, exact=True)).locator("input")
    box.uncheck()
    assert status in reader.page.inner_text("#status")
    box.check()
    assert "图中 64 个实体、100 条连线" in reader.page.inner_text("#status")


def test_the_table_holds_every_fact_and_sorts(reader: Reader) -> None:
    reader.page.click("#as-table")
    assert reader.page.inner_text("#rows") == "148 条事实"
    assert reader.page.locator("#table tbody tr").count() == 148
    value = reader.page.get_by_role("button", name="客体或数值")
    value.click()
    reader.page.get_by_role("button", name="客体或数值").click()
    assert reader.page.locator("th[aria-sort=descending]").inner_text() == "客体或数值"
    reader.page.locator("#types label", has=reader.page.get_by_text("人物", exact=True)).locator("input").uncheck()
    assert "路遥知" not in "".join(reader.texts("#table tbody"))
    reader.page.locator("#table tbody button").first.click()
    assert reader.page.locator("#panel .fact").count() > 0


def test_by_keyboard_alone(reader: Reader) -> None:
    keyboard = reader.page.keyboard
    keyboard.press("/")
    keyboard.type("宋怀远")
    keyboard.press("ArrowDown")
    keyboard.press("ArrowUp")
    keyboard.press("Enter")
    assert reader.page.inner_text("#panel h2") == "宋怀远"
    keyboard.press("Tab")
    keyboard.press("Enter")
    assert "只看“宋怀远”的 1 层相邻" in reader.page.inner_text("#status")
    keyboard.press("Escape")
    keyboard.press("Escape")
    assert reader.page.inner_text("#panel h2") == "从这里看起"


def test_english(reader: Reader) -> None:
    reader.page.click("#language")
    assert reader.page.inner_text("#summary") == "82 entities · 148 facts · 10 articles"
    assert "presided over" in reader.texts("#relations .name")
    reader.search("齐家滨")
    assert reader.texts("#panel h3")[0].startswith("presided over")


def test_physics_only_when_asked(reader: Reader) -> None:
    assert reader.page.get_attribute("#physics", "aria-pressed") == "false"
    reader.page.click("#physics")
    assert reader.page.inner_text("#physics") == "停止排布"
    reader.page.click("#physics")
    assert reader.page.inner_text("#physics") == "自动排布"


def test_dark(browser: Any, sample_page: Path) -> None:
    reader = Reader(browser, sample_page, color_scheme="dark")
    assert reader.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(22, 24, 27)"
    reader.page.emulate_media(color_scheme="light")
    assert reader.page.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(250, 248, 243)"
    reader.page.close()
    assert reader.complaints == []


def test_a_phone(browser: Any, sample_page: Path) -> None:
    reader = Reader(browser, sample_page, viewport={"width": 390, "height": 844})
    width = "document.documentElement.scrollWidth"
    assert reader.page.evaluate(width) == 390
    assert reader.page.locator("#filters").get_attribute("open") is None
    reader.page.click("#filters summary")
    assert reader.page.evaluate(width) == 390
    reader.search("齐家滨")
    assert reader.page.locator("#panel h2").is_visible()
    reader.page.click("#as-table")
    assert reader.page.evaluate(width) == 390
    reader.page.close()
    assert reader.complaints == []


def test_hostile_strings_stay_strings(browser: Any, tmp_path: Path) -> None:
    joined = " ".join(HOSTILE)
    article = Article(joined, joined, joined, joined, tuple(range(len(joined))), (), 0, len(joined))
    articles = [replace(article, metadata=Metadata(publisher=joined, source="javascript:alert(7)"))]
    entities = [Entity(f"x/{number}", text, text, "k", (joined,)) for number, text in enumerate(HOSTILE)]
    refs = [Ref(text, text, f"x/{number}") for number, text in enumerate(HOSTILE)]
    facts = [
        Fact(joined, joined, refs[0], text, ref, 0, len(joined), joined, text, text, 0.5, True, ((text, text),), ((0, 9),), (0, 9))
        for text, ref in zip(HOSTILE[1:], refs[1:], strict=True)
    ]  # fmt: skip
    path = tmp_path / "graph.html"
    write_html(path, entities, facts, articles, title=joined)
    reader = Reader(browser, path)
    assert "8 个实体" in reader.page.inner_text("#summary")
    reader.search("img")
    assert reader.page.inner_text("#panel h2") == HOSTILE[0]
    assert reader.page.locator("#panel .fact").count() == 7
    reader.page.get_by_role("button", name="相邻两层").click()
    reader.page.mouse.move(640, 400)
    reader.page.mouse.move(700, 420)
    reader.page.click("#as-table")
    assert reader.page.locator("#table tbody tr").count() == 7
    assert reader.page.locator("img, #panel a, #table a, iframe").count() == 0
    assert "\u202e" not in reader.page.inner_text("#panel h2, #results")
    reader.page.wait_for_timeout(200)
    reader.page.close()
    assert reader.complaints == []


def test_only_web_addresses_become_links(browser: Any, tmp_path: Path) -> None:
    entities, facts, articles = sample()
    linked = [replace(one, metadata=replace(one.metadata, source="https://news.example/1?a=1&b=2")) for one in articles]
    write_html(tmp_path / "graph.html", entities, facts, linked)
    reader = Reader(browser, tmp_path / "graph.html")
    reader.search("平望村")
    link = reader.page.locator("#panel .source a").first
    assert link.get_attribute("href") == "https://news.example/1?a=1&b=2"
    assert (link.inner_text(), link.get_attribute("rel")) == ("澄湖日报", "noopener noreferrer")
    reader.page.close()
    assert reader.complaints == []


def test_no_facts(browser: Any, tmp_path: Path) -> None:
    write_html(tmp_path / "graph.html", [], [], [])
    reader = Reader(browser, tmp_path / "graph.html")
    assert reader.page.inner_text("#summary") == "0 个实体 · 0 条事实 · 0 篇报道"
    reader.page.click("#fit")
    reader.page.click("#as-table")
    assert reader.page.inner_text("#rows") == "0 条事实"
    reader.page.close()
    assert reader.complaints == []
