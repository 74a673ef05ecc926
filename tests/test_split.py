"""Pages into articles, articles into blocks and sentences. All texts are invented, in the layout of real pages."""

import json
import re
import unicodedata
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kg.model import Article, Document, Metadata
from kg.split import articles, clauses, sentences

SHARED = Path(__file__).parents[2] / "shared"
needs_shared = pytest.mark.skipif(
    not (SHARED / "gold").is_dir(), reason="the shared gold texts are not beside the repository"
)


def document(text: str, source: str = "x.md", **more: object) -> Document:
    return Document(source, text, "text/markdown", "", **more)  # type: ignore[arg-type]


def split(text: str) -> list[Article]:
    return articles(document(text))[0]


def outline(text: str) -> list[str]:
    """`# title` of each article, then its blocks: `kind text`."""
    found = []
    for article in split(text):
        found.append(f"# {article.title}")
        found += [f"{block.kind} {article.text[block.start : block.end]}" for block in article.blocks]
    return found


def titles(text: str) -> list[str]:
    return [article.title for article in split(text)]


BYLINES = [
    ("本报讯（记者 陈冬）昨日，会议召开。", "本报讯（记者 陈冬）"),
    ("本报讯(金秋 记者 陈冬) 昨日,会议召开。", "本报讯（金秋 记者 陈冬）"),
    ("本报讯 记者 陈冬 昨日，会议召开。", "本报讯 记者 陈冬"),
    ("本报讯记者陈冬报道：昨日，会议召开。", "本报讯记者陈冬报道："),
    ("本报讯 昨日，会议召开。", "本报讯"),
    ("新华社北港3月4日电（记者陈冬）昨日，会议召开。", "新华社北港3月4日电（记者陈冬）"),
    ("据新华社北港电 昨日，会议召开。", "据新华社北港电"),
    ("本报北港3月4日电记者陈冬报道：昨日，会议召开。", "本报北港3月4日电记者陈冬报道："),
    (
        "新华网北港频道3月4日讯 北港晚报报道：（记者陈冬）昨日，会议召开。",
        "新华网北港频道3月4日讯 北港晚报报道：（记者陈冬）",
    ),
    ("（记者 陈冬 通讯员 王夏）昨日，会议召开。", "（记者 陈冬 通讯员 王夏）"),
    ("记者陈冬报道：昨日，会议召开。", "记者陈冬报道："),
]


@pytest.mark.parametrize(("paragraph", "byline"), BYLINES)
def test_byline_becomes_a_block(paragraph: str, byline: str) -> None:
    body = "昨日，会议召开。"
    assert outline("北港召开年会\n\n" + paragraph) == [
        "# 北港召开年会",
        "headline 北港召开年会",
        f"byline {byline}",
        f"body {body}",
    ]


@pytest.mark.parametrize(
    ("end", "credit"),
    [
        ("（记者 陈冬 通讯员 王夏）", "（记者 陈冬 通讯员 王夏）"),
        ("（陈冬 王夏）", "（陈冬 王夏）"),
        ("陈冬 文/摄", "陈冬 文/摄"),
        ("\n\n本报记者 陈冬", "本报记者 陈冬"),
        ("\n\n（通讯员 陈冬）", "（通讯员 陈冬）"),
        ("\n\n责任编辑：陈冬", "责任编辑：陈冬"),
    ],
)
def test_credit_at_the_end(end: str, credit: str) -> None:
    assert outline(f"北港召开年会\n\n昨日，会议召开。{end}")[2:] == ["body 昨日，会议召开。", f"credit {credit}"]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("今年，全区开好民主\n\n恳谈会，听取意见。", ["今年，全区开好民主恳谈会，听取意见。"]),
        ("昨日走访企业。其中，北港理想\n\n汽车公司投产。", ["昨日走访企业。其中，北港理想汽车公司投产。"]),
        ("绿色建筑10万平方米，建筑面积超\n\n150 万平方米。", ["绿色建筑10万平方米，建筑面积超150万平方米。"]),
        ("产值400亿元、同比增长\n\n9.2%，税收增长。", ["产值400亿元、同比增长9.2%，税收增长。"]),
        ("会上传达了重\n\n要讲话精神，作出部署。", ["会上传达了重要讲话精神，作出部署。"]),
        ("讲话，要坚持\n\n“三个不变”，抓好落实。", ["讲话，要坚持“三个不变”，抓好落实。"]),
        ("他说，要突出主\n\n体作用，\n\n抓好落实。", ["他说，要突出主体作用，抓好落实。"]),
        ("有如下特点：\n\n一是投资大，进度快。", ["有如下特点：", "一是投资大，进度快。"]),
        ("他说：“抓好落实。”\n\n会议要求，加快进度。", ["他说：“抓好落实。”", "会议要求，加快进度。"]),
        (
            "昨日，会议召开，作出部署，提出要求\n\n\n\n\n全区上下，抓好落实。",
            ["昨日，会议召开，作出部署，提出要求", "全区上下，抓好落实。"],
        ),
    ],
)
def test_broken_paragraphs_are_joined(body: str, expected: list[str]) -> None:
    assert outline(f"# 北港召开年会\n\n{body}")[2:] == [f"body {text}" for text in expected]


PAGE = """\
北港日报
2024年3月5日 星期二

# 北港召开
年度工作会议

本报讯（记者 陈冬）昨日，会议召开，提出建设优

美港城。

聚力港口之城
彰显担当作为

## 第三码头完工 年吞吐量再添百万箱

本报讯（王夏 记者 陈冬）第三码头完工。

会议还研究了其他事

## 渔港改造启动

新华社北港3月4日电 渔港改造启动。


位于东港镇的北港船舶公司是重点企业，总投资3亿元。

金秋 陈冬 摄

重点项目
进行时
"""


def test_page() -> None:
    assert outline(PAGE) == [
        "# 北港召开 年度工作会议",
        "headline 北港召开 年度工作会议",
        "byline 本报讯（记者 陈冬）",
        "body 昨日，会议召开，提出建设优美港城。",
        "slogan 聚力港口之城",
        "slogan 彰显担当作为",
        "# 第三码头完工 年吞吐量再添百万箱",
        "headline 第三码头完工 年吞吐量再添百万箱",
        "byline 本报讯（王夏 记者 陈冬）",
        "body 第三码头完工。",
        "body 会议还研究了其他事",
        "# 渔港改造启动",
        "headline 渔港改造启动",
        "byline 新华社北港3月4日电",
        "body 渔港改造启动。",
        "# ",
        "caption 位于东港镇的北港船舶公司是重点企业，总投资3亿元。",
        "credit 金秋 陈冬 摄",
        "slogan 重点项目",
        "slogan 进行时",
    ]
    assert [article.id for article in split(PAGE)] == ["x.md#1", "x.md#2", "x.md#3", "x.md#4"]


def test_page_without_markup() -> None:
    plain = re.sub("(?m)^#+ ", "", PAGE).replace("北港召开\n年度", "北港召开 年度")
    assert outline(plain) == outline(PAGE)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # headings
        ("# 甲港开会\n\n会议召开。\n\n# 乙港开会\n\n会议召开。", ["甲港开会", "乙港开会"]),
        ("# 甲港开会\n\n会议召开。\n\n## 一、港口\n\n港口扩建。\n\n## 二、铁路\n\n铁路完工。", ["甲港开会"]),
        ("# 甲港开会\n\n会议召开。\n\n## 港口扩建\n\n扩建。\n\n## 铁路延伸\n\n完工。", ["甲港开会"]),
        (
            "# 甲港开会\n\n## 部署全年工作\n\n本报讯 会议召开。\n\n# 乙港开会\n\n本报讯 会议召开。",
            ["甲港开会", "乙港开会"],
        ),
        ("# 北港日报\n\n## 甲港开会\n\n会议召开。\n\n## 乙港开会\n\n会议召开。", ["甲港开会", "乙港开会"]),
        ("# 北港之声\n\n## 甲港开会\n\n会议召开。\n\n## 乙港开会\n\n会议召开。", ["甲港开会", "乙港开会"]),
        ("## 甲港召开大会\n## 部署“智慧港口”\n\n本报讯 会议召开。", ["甲港召开大会 部署“智慧港口”"]),
        ("**甲港开会**\n\n本报讯 会议召开。\n\n**乙港开会**\n\n本报讯 会议召开。", ["甲港开会", "乙港开会"]),
        # headlines over bylines
        ("甲港开会\n\n本报讯 会议召开。\n\n乙港开会\n\n本报讯 会议召开。", ["甲港开会", "乙港开会"]),
        ("甲港开会\n\n本报记者 陈冬\n\n会议召开。\n\n乙港开会\n\n记者 王夏\n\n会议召开。", ["甲港开会", "乙港开会"]),
        ("本报讯 甲港会议召开。\n\n本报讯 乙港会议召开。", ["", ""]),
        ("甲港开会\n\n会议召开。（记者 陈冬）\n\n乙港开会\n\n会议召开。", ["甲港开会", "乙港开会"]),
        ("甲港开会\n\n会议召开。\n\n（下转第二版）\n\n乙港开会\n\n会议召开。", ["甲港开会", "乙港开会"]),
        # photographs at the end of a page's article
        ("# 甲港开会\n\n会议召开。\n\n# 乙港开会\n\n会议召开。\n\n图为会场。\n\n陈冬 摄", ["甲港开会", "乙港开会"]),
        (
            "# 甲港开会\n\n会议召开。\n\n# 乙港开会\n\n会议召开。\n\n图为东港镇的北港船舶公司车间内，技术人员正在调试新的生产线。该公司专业生产渔船，去年产值3亿元。\n\n陈冬 摄",
            ["甲港开会", "乙港开会", ""],
        ),
        # on a page of several items, without a byline
        (
            "甲港开会\n\n本报讯 会议召开。\n\n港长王夏主持召开常务会议\n\n昨日，会议召开。\n\n乙港开会\n\n本报讯 会议召开。",
            ["甲港开会", "港长王夏主持召开常务会议", "乙港开会"],
        ),
        (
            "甲港开会\n\n本报讯 会议召开。\n\n抓项目扩投资促增长\n\n要抓好项目。\n\n乙港开会\n\n本报讯 会议召开。",
            ["甲港开会", "乙港开会"],
        ),
        (
            "甲港开会\n\n本报讯 召开。\n\n（记者 陈冬）\n\n灯塔亮了\n\n本报记者 王夏 文/图\n\n天黑了。",
            ["甲港开会", "灯塔亮了"],
        ),
        # one article, whatever stands within
        ("甲港开会\n\n甲港开会\n一、港口\n港口扩建。\n二、铁路\n铁路完工。", ["甲港开会"]),
        (
            "甲港开会\n\n会议召开。\n会议现场\n港长王夏主持会议\n港长王夏主持。\n图为会场，座无虚席\n会议结束。",
            ["甲港开会"],
        ),
        ("甲港开会\n\n会议召开。\n\n港口新貌引人，船来船往。\n\n陈冬 摄", ["甲港开会"]),
        ("甲港开会！\n\n会议召开。", ["甲港开会！"]),
        ("【新春】甲港：港口忙 铁路忙\n\n会议召开。", ["【新春】甲港：港口忙 铁路忙"]),
        ("“港口+铁路”走进甲港，迎来新客\n\n会议召开。", ["“港口+铁路”走进甲港，迎来新客"]),
        ("甲港投资１２０亿\n\n会议召开。", ["甲港投资１２０亿"]),
        ("北港\n\n本报北港3月4日电记者陈冬报道：会议召开。", ["北港"]),
        # no headline
        ("会议召开。\n会议结束。", [""]),
        ("昨日，会议召开，提出建设优\n\n美港城，抓好落实。", [""]),
        ("会上传达了重\n\n要讲话精神，作出部署。", [""]),
        ("位于东港镇的船厂投产。\n\n陈冬 摄", [""]),
        ("东港镇的船厂投产。\n\n陈冬 摄\n\n西港镇的船厂开工。\n\n王夏 摄", ["", ""]),
        ("东港镇的船厂投产。陈冬 摄\n\n西港镇的船厂开工。王夏 摄", ["", ""]),
    ],
)
def test_titles(text: str, expected: list[str]) -> None:
    assert titles(text) == expected


def test_lines_within_an_article() -> None:
    text = (
        "港口集团开工仪式举行\n\n敢为人先\n北港集团扩大生产\n昨日，仪式举行。\n仪式现场\n港长王夏主持仪式\n"
        "港长王夏说，抓好落实。\n图为：仪式结束后，代表合影\n一、项目情况\n共有23个项目。"
    )
    assert outline(text) == [
        "# 港口集团开工仪式举行",
        "headline 港口集团开工仪式举行",
        "subheadline 敢为人先",
        "subheadline 北港集团扩大生产",
        "body 昨日，仪式举行。",
        "caption 仪式现场",
        "caption 港长王夏主持仪式",
        "body 港长王夏说，抓好落实。",
        "caption 图为：仪式结束后，代表合影",
        "subheadline 一、项目情况",
        "body 共有23个项目。",
    ]


def test_photograph_within_an_article_of_a_page() -> None:
    text = "# 甲港开会\n\n会议召开。\n\n码头一片繁忙。\n\n陈冬 摄\n\n会议强调，抓好落实。\n\n# 乙港开会\n\n会议召开。"
    assert outline(text)[1:6] == [
        "headline 甲港开会",
        "body 会议召开。",
        "caption 码头一片繁忙。",
        "credit 陈冬 摄",
        "body 会议强调，抓好落实。",
    ]


def test_title_of_the_metadata_serves_where_the_text_has_none() -> None:
    known = Metadata(title="北港年会")
    assert [a.title for a in articles(document("会议召开。", metadata=known))[0]] == ["北港年会"]
    assert [a.title for a in articles(document("甲港开会\n\n会议召开。", metadata=known))[0]] == ["甲港开会"]


def test_front_matter_is_no_text() -> None:
    text = "---\ntitle: 北港年会\n---\n甲港开会\n\n会议召开。"
    [article] = articles(document(text, body=text.index("甲港")))[0]
    assert article.text == "甲港开会\n会议召开。"
    assert text[article.start : article.end] == "甲港开会\n\n会议召开。"


@pytest.mark.parametrize(
    "text", ["", "\n \n", "# ***\n----\n", "聚力港口之城\n彰显担当作为\n", "# 重点项目", "（（（（", "北港日报\n第3版"]
)
def test_no_article(text: str) -> None:
    found, skipped = articles(document(text))
    assert found == []
    assert [(skip.source, skip.reason) for skip in skipped] == [("x.md", "no-article")]


def test_offsets_lead_back_into_the_page() -> None:
    text = "# 甲港 2024 年会\n\n本报讯(记者 陈冬) 产值增长\n\n9.2%,创新高。"
    [article] = split(text)
    assert article.text == "甲港2024年会\n本报讯（记者 陈冬）\n产值增长9.2%，创新高。"
    for piece, original in [
        ("甲港2024年会", "甲港 2024 年会"),
        ("本报讯（记者 陈冬）", "本报讯(记者 陈冬)"),
        ("增长9.2%，", "增长\n\n9.2%,"),
    ]:
        at = article.text.index(piece)
        start, end = article.to_document(at, at + len(piece))
        assert text[start:end] == original


def test_sentences_have_the_kind_of_their_block() -> None:
    [article] = split("甲港开会\n\n本报讯 会议召开。他说：“好。”明天继续（上午9:30）。")
    assert [(sentence.kind, sentence.text) for sentence in sentences(article)] == [
        ("headline", "甲港开会"),
        ("byline", "本报讯"),
        ("body", "会议召开。"),
        ("body", "他说：“好。”"),
        ("body", "明天继续（上午9:30）。"),
    ]


def test_clauses_are_spans_of_the_article() -> None:
    [article] = split("甲港开会\n\n昨日，投资（甲，乙）1,200万元；他说：“要快，要好”，继续。")
    spans = clauses(sentences(article)[1])
    assert [article.text[start:end] for start, end in spans] == [
        "昨日，",
        "投资（甲，乙）1,200万元；",
        "他说：",
        "“要快，要好”，",
        "继续。",
    ]


LINES = st.lists(
    st.sampled_from(
        [
            "# 甲港开会",
            "乙港开会",
            "本报讯（记者 陈冬）会议召开。",
            "会议提出，要抓好落",
            "实各项工作。",
            "陈冬 摄",
            "　　投资 3 亿元,增长",
            "“（",
            "***",
            "一、港口",
            "图为会场",
            "重点项目",
            "",
        ]
    ),
    max_size=12,
)


@settings(deadline=None)
@given(LINES, st.sampled_from(["\n", "\n\n", "\r\n", "\n\n\n"]))
def test_invariants(parts: list[str], line_break: str) -> None:
    source = document(line_break.join(parts))
    found, skipped = articles(source)
    assert bool(found) != bool(skipped)
    for article in found:
        assert len(article.text) == len(article.offsets)
        assert list(article.offsets) == sorted(article.offsets)
        assert 0 <= article.start <= article.offsets[0] <= article.offsets[-1] < article.end <= len(source.text)
        assert article.text == "\n".join(article.text[block.start : block.end] for block in article.blocks)
        for sentence in sentences(article):
            assert sentence.text == article.text[sentence.start : sentence.end] != ""
            start, end = article.to_document(sentence.start, sentence.end)
            assert source.text[start:end]
            assert sentence.start <= clauses(sentence)[0][0]


@settings(deadline=None)
@given(st.lists(st.text(alphabet="港城会议召开落实的重要，。“”12 ", max_size=30), max_size=8))
def test_joining_keeps_every_ideograph_in_order(paragraphs: list[str]) -> None:
    text = "会议召开。\n\n" + "\n\n".join(paragraphs)
    found = "".join(article.text for article in split(text))
    assert [char for char in found if char in "港城会议召开落实的重要"] == [
        char for char in text if char in "港城会议召开落实的重要"
    ]


def test_long_input_takes_linear_time() -> None:
    for text in (
        "会议，" * 200_000,
        "（" * 100_000 + "会议召开。",
        "# 甲\n## 乙\n" * 5_000,
        "船厂投产。\n陈冬 摄\n" * 3_000,
    ):
        for article in split(text):
            sentences(article)


def norm(title: str) -> str:
    return re.sub(r"[\s\"'“”‘’「」『』《》〈〉·,，、.。]", "", unicodedata.normalize("NFKC", title)).lower()


def gold(name: str) -> list[dict[str, str]]:
    return [json.loads(line) for line in (SHARED / "gold" / name).read_text("utf-8").splitlines()]


@needs_shared
@pytest.mark.parametrize("page", ["A", "B"])
def test_articles_of_real_pages(page: str) -> None:
    text = (SHARED / "pages" / f"{page}.md").read_text("utf-8")
    expected = [norm(row["title"]) for row in gold("wujin_daily.jsonl") if row["page"] == page]
    found = [norm(title) for title in titles(text)]
    # Photographs have no headline; the gold describes them in brackets.
    assert found == ["" if title.startswith("(") else title for title in expected]
    assert found.count("") == 1


@needs_shared
def test_each_real_article_stays_one() -> None:
    for row in gold("local_news.jsonl"):
        found = titles((SHARED / "gold" / "local_news" / f"{row['id']}.txt").read_text("utf-8"))
        assert [norm(title) for title in found] == [norm(row["title"])], row["id"]
