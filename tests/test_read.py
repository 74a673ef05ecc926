"""Reading: encodings, formats, names of sources, metadata and its precedence."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import zipfile
from pathlib import Path

import pytest

from kg.model import Document, Metadata, Skipped
from kg.read import read
from kg.read.charset import name, plausible
from kg.read.metadata import date_in_name, merge, parse_date
from kg.read.text import headed

TEXT = "# 测试区召开重点项目推进会\r\n\r\n昨天，测试区召开重点项目推进会，区长赵六主持会议。\n总投资 35 亿元。\n"


def put(folder: Path, files: dict[str, str | bytes]) -> Path:
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def pack(path: Path, members: dict[str, str]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for member, content in members.items():
            archive.writestr(member, content)
    return path


def documents(*paths: Path, **options: object) -> list[Document]:
    """What is read where nothing may be left out."""
    items = list(read(paths, **options))  # type: ignore[arg-type]
    assert [item for item in items if isinstance(item, Skipped)] == []
    return [item for item in items if isinstance(item, Document)]


@pytest.mark.parametrize(
    "data",
    [
        pytest.param(TEXT.encode("utf-8"), id="UTF-8"),
        pytest.param(b"\xef\xbb\xbf" + TEXT.encode("utf-8"), id="UTF-8 with mark"),
        pytest.param(TEXT.encode("gbk"), id="GBK"),
        pytest.param(TEXT.encode("gb18030"), id="GB18030"),
        pytest.param(b"\x84\x31\x95\x33" + TEXT.encode("gb18030"), id="GB18030 with mark"),
        pytest.param(b"\xff\xfe" + TEXT.encode("utf-16-le"), id="UTF-16LE with mark"),
        pytest.param(b"\xfe\xff" + TEXT.encode("utf-16-be"), id="UTF-16BE with mark"),
        pytest.param(TEXT.encode("utf-16-le"), id="UTF-16LE"),
        pytest.param(TEXT.encode("utf-16-be"), id="UTF-16BE"),
        pytest.param(b"\xff\xfe\x00\x00" + TEXT.encode("utf-32-le"), id="UTF-32LE with mark"),
    ],
)
def test_every_encoding_gives_the_same_text(tmp_path: Path, data: bytes) -> None:
    put(tmp_path, {"A.md": data})
    sha256 = hashlib.sha256(data).hexdigest()
    assert documents(tmp_path) == [Document("A.md", TEXT, "text/markdown", sha256)]


def test_gb18030_beyond_gbk_and_the_dos_end_mark_are_kept(tmp_path: Path) -> None:
    text = "本报讯 昨天，测试区区长王㙓出席活动并讲话，𠮷祥公司负责人参加。\x1a"
    put(tmp_path, {"A.txt": text.encode("gb18030")})
    assert documents(tmp_path)[0].text == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("区委书记主持召开会议，研究部署重点工作", True),
        ("區委書記主持召開會議，聽取關於項目建設情況的匯報，對下一步工作作出部署", True),
        ("恽淇丞", True),
        ("测试区项目开工".encode().decode("gb18030", "replace"), False),
        ("區委書記主持召開會議，研究工作".encode("big5").decode("gb18030", "replace"), False),
        ("서울에서회의가열렸다시장이참석하여연설".encode("euc-kr").decode("gb18030"), False),
        ("本日は市役所で会議が開催されました".encode("shift_jis").decode("gb18030", "replace"), False),
        ("Münchner Straße, Zürich".encode("latin-1").decode("gb18030", "replace"), False),
    ],
)
def test_plausible(text: str, expected: bool) -> None:
    assert plausible(text) is expected


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("要闻.md".encode(), "要闻.md"),
        ("要闻.md".encode("gbk"), "要闻.md"),
        (b"a\xff.md", "a%FF.md"),
        (b"a\nb\x07.md", "a%0Ab%07.md"),
        ("a\u202eb.md".encode(), "a%E2%80%AEb.md"),
        ("一 二\u3000三.md".encode(), "一 二\u3000三.md"),
    ],
)
def test_name_is_one_printable_line(raw: bytes, expected: str) -> None:
    assert name(raw) == expected


FACTS = Metadata(dt.date(2025, 2, 8), "测试区", "测试日报", "要闻", "第1版")


@pytest.mark.parametrize(
    ("head", "metadata"),
    [
        ("---\ndate: 2025-02-08\nplace: 测试区\npublisher: 测试日报\ntitle: 要闻\nsource: 第1版\n---\n", FACTS),
        (
            "---\r\nSource: 第1版\r\ntitle: 要闻\r\npublisher: 测试日报\r\nplace: 测试区\r\nDATE: 20250208\r\n---\r\n",
            FACTS,
        ),
        (
            "---\ndate：2025年2月8日\nplace：'测试区'\n\npublisher:测试日报\ntitle: \"要闻\"\nsource : 第1版 \n---  \n",
            FACTS,
        ),
        ("---\nplace: 测试区\ndate:\ntitle: ''\n---\n", Metadata(place="测试区")),
        ("---\nsource: https://example.org/a:b\n---\n", Metadata(source="https://example.org/a:b")),
        ('---\ntitle: "双优"企业获"金牌"\n---\n', Metadata(title='"双优"企业获"金牌"')),
        ("---\n---\n", Metadata()),
        ("", Metadata()),
        ("\n", Metadata()),
        ("----\n", Metadata()),
    ],
)
def test_front_matter(tmp_path: Path, head: str, metadata: Metadata) -> None:
    put(tmp_path, {"A.txt": head + TEXT})
    (document,) = documents(tmp_path)
    assert document.metadata == metadata
    assert document.text == head + TEXT
    assert document.text[document.body :] == (TEXT if head.startswith("---\n") or "\r" in head else head + TEXT)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-02-08", dt.date(2025, 2, 8)),
        ("2025/2/8", dt.date(2025, 2, 8)),
        ("2025.02.08", dt.date(2025, 2, 8)),
        ("20250208", dt.date(2025, 2, 8)),
        (" 2025年2月8日 ", dt.date(2025, 2, 8)),
        ("2025-02-08T23:30:00+08:00", dt.date(2025, 2, 8)),
        ("2025-02-08 9:05", dt.date(2025, 2, 8)),
        ("2024-02-29", dt.date(2024, 2, 29)),
        ("2025-02-29", None),
        ("2025-13-01", None),
        ("2025-02", None),
        ("2025-02/08", None),
        ("今天", None),
        ("0025-02-08", None),
        ("", None),
    ],
)
def test_parse_date(text: str, expected: dt.date | None) -> None:
    assert parse_date(text) == expected


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("2025-02-08.md", dt.date(2025, 2, 8)),
        ("A01_20250208.md", dt.date(2025, 2, 8)),
        ("2025_02_08 要闻.txt", dt.date(2025, 2, 8)),
        ("测试日报2025年2月8日第1版.html", dt.date(2025, 2, 8)),
        ("2025-02-08/A.md", dt.date(2025, 2, 8)),
        ("2025-02-07.zip/A-2025-02-08.md", dt.date(2025, 2, 8)),
        ("2025-02-07_2025-02-08.md", None),
        ("2025-02-30.md", None),
        ("1202502081.md", None),
        ("A.md", None),
    ],
)
def test_date_in_name(source: str, expected: dt.date | None) -> None:
    assert date_in_name(source) == expected


def test_merge_takes_each_field_from_the_first_that_knows_it() -> None:
    first, second = Metadata(place="甲区"), Metadata(dt.date(2025, 1, 1), "乙区", title="题")
    assert merge(first, second) == Metadata(dt.date(2025, 1, 1), "甲区", title="题")
    assert merge() == Metadata()


def test_files_and_folders_are_read_sorted_and_named_below_the_path(tmp_path: Path) -> None:
    put(
        tmp_path,
        {"p/b/2.md": TEXT, "p/b/10.TXT": TEXT, "p/a.md": TEXT, "p/.git/x.md": TEXT, "p/.h.md": TEXT, "z.md": TEXT},
    )
    assert [d.source for d in documents(tmp_path / "z.md", tmp_path / "p")] == ["a.md", "b/10.TXT", "b/2.md", "z.md"]
    assert [d.source for d in documents(tmp_path / "p" / ".h.md")] == [".h.md"]


def test_sources_that_would_be_the_same_are_told_apart(tmp_path: Path) -> None:
    put(tmp_path, {"x/pages/A.md": TEXT, "y/pages/A.md": TEXT, "z/A.md": TEXT, "z/B.md": TEXT})
    paths = [tmp_path / "z", tmp_path / "y" / "pages", tmp_path / "x" / "pages"]
    expected = ["B.md", "x/pages/A.md", "y/pages/A.md", "z/A.md"]
    assert [d.source for d in documents(*paths)] == expected
    assert [d.source for d in documents(*reversed(paths))] == expected


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    put(tmp_path, {"p/A.md": TEXT})
    assert [d.source for d in documents(tmp_path / "p", tmp_path / "p" / "A.md", tmp_path / "p" / ".." / "p")] == [
        "A.md"
    ]


def test_a_relative_path_gives_the_same_sources(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    put(tmp_path, {"p/A.md": TEXT})
    monkeypatch.chdir(tmp_path / "p")
    assert [d.source for d in documents(Path())] == ["A.md"]
    assert [d.source for d in documents(Path("A.md"))] == ["A.md"]
    assert [d.source for d in documents(Path("../p"))] == ["A.md"]


PAGE = """<?xml version="1.0" encoding="gb2312"?><!DOCTYPE html><html><head><meta charset="gb2312">
<title>测试区召开推进会_测试网</title><meta property="og:site_name" content="测试日报">
<meta name="publishdate" content="2025-03-04"><link rel="canonical" href="https://example.org/a.html"></head>
<body><div class="nav"><a href="/">首页</a><a href="/n">新闻</a></div><div class="content"><h1>测试区召开推进会</h1>
<p>昨天，测试区召开推进会，区长赵六主持<b>会议</b>。</p><p>会上签约项目二十个，总投资三十五亿元。</p></div>
<div class="footer">版权所有 2011-2019</div></body></html>"""
PAGE_TEXT = "测试区召开推进会\n昨天，测试区召开推进会，区长赵六主持会议。\n会上签约项目二十个，总投资三十五亿元。"


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "utf-16"])
def test_html_is_its_main_text_with_what_it_states(tmp_path: Path, encoding: str) -> None:
    data = PAGE.encode(encoding)
    put(tmp_path, {"a.HTM": data})
    (document,) = documents(tmp_path)
    metadata = Metadata(dt.date(2025, 3, 4), None, "测试日报", "测试区召开推进会", "https://example.org/a.html")
    sha256 = hashlib.sha256(data).hexdigest()
    assert document == Document("a.HTM", PAGE_TEXT, "text/html", sha256, metadata, extracted=True)


def test_html_without_headline_in_its_text_gets_it_as_first_line(tmp_path: Path) -> None:
    page = "<head><title>新区揭牌</title></head><body><article><p>昨天，新区举行揭牌仪式。</p></article></body>"
    put(tmp_path, {"a.html": page})
    assert documents(tmp_path)[0].text == "新区揭牌\n昨天，新区举行揭牌仪式。"


def test_html_without_a_date_has_none(tmp_path: Path) -> None:
    put(tmp_path, {"a.html": PAGE.replace('<meta name="publishdate" content="2025-03-04">', "")})
    assert documents(tmp_path)[0].metadata.date is None


@pytest.mark.parametrize(
    ("title", "text", "expected"),
    [
        ("开工", "昨天开工。", "开工\n昨天开工。"),
        ("开工", "\n## 开工\n昨天", "\n## 开工\n昨天"),
        (None, "昨天", "昨天"),
        ("", "昨天", "昨天"),
    ],
)
def test_headed(title: str | None, text: str, expected: str) -> None:
    assert headed(title, text) == expected


def test_json_lines(tmp_path: Path) -> None:
    records = [
        {
            "id": "a1",
            "title": "项目\n开工",
            "text": "昨天开工。",
            "date": "2025-02-08",
            "place": "测试区",
            "tags": ["x"],
        },
        {"text": "二", "publisher": "测试日报", "source": "https://example.org/2", "date": 20250209},
        {"id": 7, "text": "三", "title": None, "date": ""},
        {"id": "../etc", "text": "四"},
        {"id": "a1", "text": "五"},
    ]
    lines = [json.dumps(record, ensure_ascii=i % 2 == 0) for i, record in enumerate(records)]
    put(tmp_path, {"x.jsonl": "\n".join([lines[0], "", *lines[1:]]) + "\n"})
    found = documents(tmp_path)
    assert [(d.source, d.text, d.metadata) for d in found] == [
        ("x.jsonl/a1", "项目 开工\n昨天开工。", Metadata(dt.date(2025, 2, 8), "测试区", None, "项目 开工")),
        ("x.jsonl/3", "二", Metadata(dt.date(2025, 2, 9), None, "测试日报", None, "https://example.org/2")),
        ("x.jsonl/7", "三", Metadata()),
        ("x.jsonl/5", "四", Metadata()),
        ("x.jsonl/a1_6", "五", Metadata()),
    ]
    assert all(d.extracted and d.media_type == "application/jsonl" for d in found)
    assert found[0].sha256 == hashlib.sha256(lines[0].encode()).hexdigest()


@pytest.mark.parametrize("encoding", ["gb18030", "utf-16", "utf-8-sig"])
def test_json_lines_in_other_encodings(tmp_path: Path, encoding: str) -> None:
    lines = "".join(json.dumps({"text": t}, ensure_ascii=False) + "\r\n" for t in ("联通", "昨天，项目开工建设。"))
    put(tmp_path, {"x.jsonl": lines.encode(encoding)})
    assert [d.text for d in documents(tmp_path)] == ["联通", "昨天，项目开工建设。"]


def test_archive_members_are_named_below_it(tmp_path: Path) -> None:
    put(tmp_path, {"p/B.md": TEXT})
    members = {
        "b/2.md": TEXT,
        "./a.txt": TEXT,
        ".DS_Store": "x",
        "__MACOSX/._a.txt": "x",
        "c/": "",
        "x.jsonl": '{"text":"一"}',
    }
    pack(tmp_path / "p" / "pages.zip", members)
    sources = ["B.md", "pages.zip/a.txt", "pages.zip/b/2.md", "pages.zip/x.jsonl/1"]
    assert [d.source for d in documents(tmp_path / "p")] == sources


def test_archive_member_names_in_gbk(tmp_path: Path) -> None:
    # 誠's second byte in GBK is a backslash; names without the UTF-8 flag are bytes that zipfile reads as code page 437
    pack(tmp_path / "p.zip", {"AAAA/BB.md": TEXT})
    data = (tmp_path / "p.zip").read_bytes()
    assert data.count(b"AAAA/BB.md") == 2
    (tmp_path / "p.zip").write_bytes(data.replace(b"AAAA/BB.md", "要闻\\誠.md".encode("gbk")))
    assert [d.source for d in documents(tmp_path / "p.zip")] == ["p.zip/要闻/誠.md"]


def test_manifest_by_source_by_place_and_for_a_container(tmp_path: Path) -> None:
    put(tmp_path, {"p/A.md": TEXT, "p/b/B.md": TEXT, "p/x.jsonl": '{"text":"一"}\n{"text":"二","place":"丙区"}'})
    pack(tmp_path / "p" / "z.zip", {"C.md": TEXT, "D.md": TEXT})
    rows = [
        "Path,Date,place,publisher",
        "A.md,2025/2/8,,测试日报",
        "p\\b\\B.md,20250209,甲区",
        "z.zip,2025-02-10,乙区,总社",
        'z.zip/D.md,,"丁,区",',
        ",,,",
        "x.jsonl/2,2025-02-11,,",
        "./x.jsonl,,戊区,",
    ]
    table = "\r\n".join(rows)
    expected = [
        ("A.md", Metadata(dt.date(2025, 2, 8), None, "测试日报")),
        ("b/B.md", Metadata(dt.date(2025, 2, 9), "甲区")),
        ("x.jsonl/1", Metadata(None, "戊区")),
        ("x.jsonl/2", Metadata(dt.date(2025, 2, 11), "戊区")),
        ("z.zip/C.md", Metadata(dt.date(2025, 2, 10), "乙区", "总社")),
        ("z.zip/D.md", Metadata(dt.date(2025, 2, 10), "丁,区", "总社")),
    ]
    for data in (table.encode(), b"\xef\xbb\xbf" + table.encode(), table.encode("gbk")):
        (tmp_path / "articles.csv").write_bytes(data)
        found = documents(tmp_path / "p", manifest=tmp_path / "articles.csv")
        assert [(d.source, d.metadata) for d in found] == expected


def test_a_manifest_in_the_folder_is_no_unknown_file(tmp_path: Path) -> None:
    put(tmp_path, {"A.md": TEXT, "articles.csv": "path,place\nA.md,甲区\n"})
    assert documents(tmp_path, manifest=tmp_path / "articles.csv")[0].metadata.place == "甲区"


D = {key: dt.date(2025, 1, day) for day, key in enumerate(("manifest", "own", "options", "name"), 1)}


@pytest.mark.parametrize(
    ("given", "winner"),
    [
        (("manifest", "own", "options", "name"), "manifest"),
        (("own", "options", "name"), "own"),
        (("options", "name"), "options"),
        (("name",), "name"),
    ],
)
def test_precedence_of_text(tmp_path: Path, given: tuple[str, ...], winner: str) -> None:
    file = f"{D['name']}.md" if "name" in given else "A.md"
    head = f"---\ndate: {D['own']}\n---\n" if "own" in given else ""
    put(tmp_path, {file: head + TEXT, "m.csv": f"path,date\n{file},{D['manifest'] if 'manifest' in given else ''}\n"})
    options = Metadata(date=D["options"] if "options" in given else None)
    (document,) = documents(tmp_path, metadata=options, manifest=tmp_path / "m.csv")
    assert document.metadata.date == D[winner]


@pytest.mark.parametrize(
    ("options", "expected"),
    [(Metadata(date=dt.date(2025, 1, 3)), dt.date(2025, 1, 3)), (Metadata(), dt.date(2025, 3, 4))],
)
def test_options_win_over_what_a_page_says_and_that_over_its_name(
    tmp_path: Path, options: Metadata, expected: dt.date
) -> None:
    put(tmp_path, {"2025-01-04.html": PAGE})
    assert documents(tmp_path, metadata=options)[0].metadata.date == expected


def test_progress_counts_files_and_reading_is_lazy(tmp_path: Path) -> None:
    put(tmp_path, {"A.md": TEXT, "B.md": TEXT, "x.jsonl": '{"text":"一"}\n{"text":"二"}'})
    seen: list[tuple[int, int]] = []
    items = read([tmp_path], progress=lambda done, total: seen.append((done, total)))
    next(items)
    assert seen == []
    assert len(list(items)) == 3
    assert seen == [(1, 3), (2, 3), (3, 3)]
