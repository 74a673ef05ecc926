"""Hostile files, each tiny or made on the spot: read or refused with its reason, split, and within its time."""

from __future__ import annotations

import io
import json
import os
import resource
import stat
import struct
import subprocess
import sys
import textwrap
import time
import warnings
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from fuzz.targets import check_read

from kg import lines, pipeline, split
from kg.errors import ConfigurationError, UsageError
from kg.model import Document, Skipped
from kg.read import read

GOOD = "昨天，测试区召开重点项目推进会，区长赵六主持会议。\n"
LONG = GOOD * 8
PAGE = "<html><head><title>测试区开会</title></head><body><p>{0}</p>{1}<p>{0}</p></body></html>"
SECONDS = 6.0
"""CPU time that a file of up to a megabyte may take here; the quadratic ones took minutes"""


def page(content: str) -> bytes:
    """A good page with something in its middle."""
    return PAGE.format(GOOD.strip() * 3, content).encode()


def packed(*members: tuple[str | zipfile.ZipInfo, bytes | str]) -> bytes:
    """The bytes of an archive."""
    whole = io.BytesIO()
    with zipfile.ZipFile(whole, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a repeated name is meant
        for name, content in members:
            archive.writestr(name, content)
    return whole.getvalue()


def link(name: str) -> zipfile.ZipInfo:
    """A member that is a symbolic link."""
    info = zipfile.ZipInfo(name)
    info.external_attr = (stat.S_IFLNK | 0o777) << 16
    return info


def overlapping(count: int) -> bytes:
    """An archive whose directory names one packed body `count` times."""
    data = bytearray(packed(("0000.md", "甲" * 8_000)))
    start = data.index(b"PK\x01\x02")
    end = data.index(b"PK\x05\x06")
    entry = data[start:end]
    directory = b"".join(bytes(entry).replace(b"0000.md", b"%04d.md" % n) for n in range(count))
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0)
    return bytes(data[:start]) + directory + tail


# name, bytes, reasons ("" for a document that is read)
FILES: list[tuple[str, str, bytes, list[str]]] = [
    # encodings
    ("UTF-8 with a mark", "a.txt", b"\xef\xbb\xbf" + GOOD.encode(), [""]),
    ("UTF-8 with two marks", "a.txt", b"\xef\xbb\xbf" * 2 + GOOD.encode(), [""]),
    ("UTF-16 LE with a mark", "a.txt", b"\xff\xfe" + GOOD.encode("utf-16-le"), [""]),
    ("UTF-16 BE with a mark", "a.txt", b"\xfe\xff" + GOOD.encode("utf-16-be"), [""]),
    ("UTF-16 LE without a mark", "a.txt", GOOD.encode("utf-16-le"), [""]),
    ("UTF-16 BE without a mark", "a.txt", GOOD.encode("utf-16-be"), [""]),
    ("UTF-16 without a mark or a NUL", "a.txt", "昨天会议在区".encode("utf-16-le"), ["undecodable"]),
    ("UTF-16 LE that its mark calls BE", "a.txt", b"\xfe\xff" + GOOD.encode("utf-16-le"), ["undecodable"]),
    ("UTF-32 with a mark", "a.txt", GOOD.encode("utf-32"), [""]),
    ("UTF-32 without a mark", "a.txt", GOOD.encode("utf-32-le"), ["binary"]),
    ("GB18030", "a.txt", GOOD.encode("gb18030"), [""]),
    ("GB18030 of four bytes", "a.txt", (GOOD + "𠮷㐂\n").encode("gb18030"), [""]),
    ("Big5 that cannot be told", "a.txt", "市長會議".encode("big5"), ["undecodable"]),
    ("half UTF-8, half GBK", "a.txt", LONG.encode() + LONG.encode("gbk"), ["undecodable"]),
    ("half GBK, half UTF-8", "a.txt", LONG.encode("gbk") + LONG.encode(), ["undecodable"]),
    ("GBK with one line of UTF-8", "a.txt", LONG.encode("gbk") + GOOD.encode(), ["undecodable"]),
    ("UTF-8 with one line of GBK", "a.txt", LONG.encode() + GOOD.encode("gbk"), ["undecodable"]),
    ("GBK, UTF-8 behind what is sampled", "a.txt", GOOD.encode("gbk") * 5_000 + GOOD.encode(), ["undecodable"]),
    (
        "a page of GBK with UTF-8 in it",
        "a.html",
        page("").replace(GOOD.strip().encode(), LONG.encode("gbk"), 1),
        ["undecodable"],
    ),
    ("Latin-1", "a.txt", "Caf\xe9 Z\xfcrich, d\xe9j\xe0 vu".encode("latin-1"), ["undecodable"]),
    ("half a character of UTF-8 at the end", "a.txt", GOOD.strip().encode()[:-1], ["undecodable"]),
    ("half a character of GB18030 at the end", "a.txt", GOOD.strip().encode("gb18030")[:-1], ["undecodable"]),
    ("a quarter of a character of GB18030", "a.txt", GOOD.strip().encode("gb18030") + b"\x95\x32\x82", ["undecodable"]),
    ("half a character of UTF-16 at the end", "a.txt", GOOD.encode("utf-16")[:-1], ["undecodable"]),
    (
        "half a pair of surrogates in UTF-16",
        "a.txt",
        b"\xff\xfe" + b"\x00\xd8" + GOOD.encode("utf-16-le"),
        ["undecodable"],
    ),
    ("surrogates in UTF-8", "a.txt", GOOD.encode() + b"\xed\xa0\x80", ["undecodable"]),
    ("overlong UTF-8", "a.txt", GOOD.encode() + b"\xc0\xaf", ["undecodable"]),
    ("a NUL in the middle", "a.txt", GOOD.encode() + b"\0" + GOOD.encode(), ["binary"]),
    # nothing, or nearly
    ("nothing", "a.jsonl", b"", ["empty"]),
    ("only a mark", "a.txt", b"\xef\xbb\xbf", ["empty"]),
    ("only a mark of UTF-16", "a.html", b"\xff\xfe", ["empty"]),
    ("only invisible characters", "a.txt", "\u200b\u200d\u2060\u202e\ufeff\u00ad\u3000".encode(), ["empty"]),
    ("only line ends of all kinds", "a.txt", "\r\n\r\x85\u2028\u2029\n\x0b\x0c".encode(), ["empty"]),
    ("only front matter", "a.md", b"---\ndate: 2025-02-08\n---", ["empty"]),
    ("only marks", "a.md", "。。。！！……\n——\n".encode(), [""]),
    # front matter
    ("front matter never closed", "a.md", b"---\n" + GOOD.encode(), ["bad-front-matter", ""]),
    (
        "front matter of a million blank lines",
        "a.md",
        b"---\n" + b"\n" * 1_000_000 + GOOD.encode(),
        ["bad-front-matter", ""],
    ),
    ("front matter of one endless line", "a.md", b"---\nplace: " + b"x" * 1_000_000 + b"\n---\nx", ["line-too-long"]),
    ("year 0", "a.md", b"---\ndate: 0000-00-00\n---\n" + GOOD.encode(), ["bad-front-matter", ""]),
    ("year 99999", "a.md", b"---\ndate: 99999-12-31\n---\n" + GOOD.encode(), ["bad-front-matter", ""]),
    ("the 31st of February", "a.md", b"---\ndate: 2025-02-31\n---\n" + GOOD.encode(), ["bad-front-matter", ""]),
    (
        "a date in other digits",
        "a.md",
        "---\ndate: ٢٠٢٥-٠٢-٠٨\n---\n".encode() + GOOD.encode(),
        ["bad-front-matter", ""],
    ),
    ("an empty date", "a.md", b"---\ndate:\n---\n" + GOOD.encode(), [""]),
    # line ends and invisible characters
    (
        "line ends of all kinds",
        "a.md",
        "\r\n".join(["# 标题", GOOD, GOOD + "\r甲\x85乙\u2028丙\u2029丁"]).encode(),
        [""],
    ),
    ("directions and widths", "a.md", f"# \u202e甲\u200b区\u2066开会\u2069\n\n\u200f{GOOD}\ufeff".encode(), [""]),
    ("20,000 line ends", "a.md", ("甲\n" + "\n" * 20_000 + GOOD).encode(), [""]),
    ("50,000 short lines", "a.md", ("甲乙丙丁\n" * 50_000 + GOOD).encode(), [""]),
    ("50,000 headings", "a.md", ("# 甲区开会\n" * 25_000 + GOOD).encode(), [""]),
    ("50,000 bylines", "a.md", ("甲区开会\n\n本报讯（记者 张三）会议召开。\n\n" * 10_000).encode(), [""]),
    ("250,000 tags that close", "a.md", ("会议" + "</a>" * 240_000 + "x").encode(), [""]),
    ("250,000 tags that close a line", "a.md", ("会议" + "</a>" * 240_000).encode(), [""]),
    ("300,000 brackets", "a.md", ("会议。" + "甲（！）" * 100_000).encode(), [""]),
    ("brackets nested 200,000 deep", "a.md", ("会" + "（" * 200_000 + "！" + "）" * 200_000).encode(), [""]),
    ("quotes that never close", "a.md", ("会议“" * 150_000).encode(), [""]),
    # pages
    ("24 KB of <a", "a.html", b"<a " * 8_000, ["no-main-text"]),
    ("24 KB of <a in a page", "a.html", page("<a " * 8_000), [""]),
    ("100,000 nested divs", "a.html", page("<div>" * 100_000), [""]),
    ("100,000 nested tables", "a.html", page("<table><tr><td>" * 30_000), [""]),
    ("100,000 paragraphs", "a.html", page("<p>x" * 100_000), ["too-large"]),
    ("100,000 line ends", "a.html", page("<br>" * 100_000), ["too-large"]),
    (
        "entities that double",
        "a.html",
        b'<!DOCTYPE r [<!ENTITY a "aa"><!ENTITY b "&a;&a;&a;">]>' + page("&b;&b;"),
        [""],
    ),
    ("an entity from a file", "a.html", b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + page("&a;"), [""]),
    ("an attribute of 4 MB", "a.html", page(f'<a href="{"x" * 4_000_000}">甲</a>'), [""]),
    ("an attribute never closed", "a.html", page('<a href="' + "x" * 1_000_000), [""]),
    ("100,000 comments never closed", "a.html", page("<!--" * 100_000), [""]),
    ("a control character in a page", "a.html", page("\x0c\x1b\x08\ufffe"), [""]),
    (
        "control characters by number",
        "a.html",
        page("&#0;&#27;&#x1B;&#x0000b&#xffff;&#xd800;&#x110000;&#99999999999;"),
        [""],
    ),
    # lines of JSON
    ("100,000 brackets", "a.jsonl", b'{"text": ' + b"[" * 100_000, ["bad-json"]),
    ("100,000 objects", "a.jsonl", b'{"text":' * 100_000, ["bad-json"]),
    ("a huge number", "a.jsonl", b'{"text": "x", "n": ' + b"9" * 10_000 + b"}", ["bad-json"]),
    ("a huge exponent", "a.jsonl", b'{"text": "\xe4\xbc\x9a", "n": 1e999999999}', [""]),
    ("NaN", "a.jsonl", b'{"text": "\xe4\xbc\x9a", "n": NaN, "m": -Infinity}', [""]),
    ("NaN for a date", "a.jsonl", b'{"text": "x", "date": NaN}', ["bad-json"]),
    ("a text twice", "a.jsonl", b'{"text": "x", "text": "y"}', ["bad-json"]),
    ("another field twice, deep", "a.jsonl", b'{"text": "x", "n": [{"a": 1, "a": 2}]}', ["bad-json"]),
    ("half a surrogate pair in an id", "a.jsonl", rb'{"text": "x", "id": "\udfff"}', ["bad-json"]),
    ("a pair of surrogates", "a.jsonl", rb'{"text": "\ud83d\ude00\u4f1a"}', [""]),
    ("an id that leads elsewhere", "a.jsonl", b'{"text": "\xe4\xbc\x9a", "id": "../../x"}', [""]),
    ("an id of dots", "a.jsonl", b'{"text": "\xe4\xbc\x9a", "id": ".."}', [""]),
    ("a date before time", "a.jsonl", b'{"text": "\xe4\xbc\x9a", "date": -1}', ["bad-date", ""]),
    ("lines ended by CR alone", "a.jsonl", b'{"text": "x"}\r{"text": "y"}', ["bad-json"]),
    ("U+2028 within a line", "a.jsonl", '{"text": "会\u2028议"}\n'.encode(), [""]),
    ("a mark of its own in each line", "a.jsonl", b'{"text": "x"}\n\xef\xbb\xbf{"text": "y"}', ["", "bad-json"]),
    (
        "half a character in a line",
        "a.jsonl",
        '{"text": "会议"}\n{"text": "会'.encode()[:-1] + b'"}',
        ["", "undecodable"],
    ),
    ("half a character at the end", "a.jsonl", '{"text": "会议"}\n{"text": "会'.encode()[:-1], ["", "undecodable"]),
    # archives
    ("overlapping members", "a.zip", overlapping(1_000), ["archive-ratio"]),
    ("three overlapping members", "a.zip", overlapping(3), ["archive-ratio"]),
    ("an archive in an archive", "a.zip", packed(("b.zip", packed(("c.md", GOOD)))), ["nested-archive"]),
    ("an archive in text's clothing", "a.zip", packed(("b.md", packed(("c.md", GOOD)))), ["binary"]),
    ("20,000 empty members", "a.zip", packed(*((f"{n}.md", b"") for n in range(20_000))), ["empty"] * 20_000),
    (
        "names in folders out of it",
        "a.zip",
        packed(("a/../../b.md", GOOD), ("\\\\host\\c.md", GOOD)),
        ["archive-member-outside"] * 2,
    ),
    ("a drive's letter", "a.zip", packed(("c:b.md", GOOD), ("D:\\a\\b.md", GOOD)), ["archive-member-outside"] * 2),
    ("a link", "a.zip", packed((link("b.md"), "../../b.md")), ["archive-member-outside"]),
    ("one name spelt twice", "a.zip", packed(("b.md", GOOD), ("./b.md", GOOD)), ["", "archive-duplicate"]),
    ("a name with a line end and a direction", "a.zip", packed(("a\n\u202eb.md", GOOD)), [""]),
    ("a name of 60,000 characters", "a.zip", packed(("x" * 60_000 + ".md", GOOD)), [""]),
    ("half an archive", "a.zip", packed(("b.md", GOOD))[:-10], ["bad-zip"]),
    ("text behind an archive", "a.zip", packed(("b.md", GOOD)) + b"x" * 70_000, ["bad-zip"]),
    ("a page before an archive", "a.zip", GOOD.encode() + packed(("b.md", GOOD)), [""]),
]
LARGE = {name for name, _, data, _ in FILES if len(data) > 300_000 or name == "20,000 empty members"}


def reasons(items: list[Document | Skipped]) -> list[str]:
    """The account in short: "" for a document."""
    return [item.reason if isinstance(item, Skipped) else "" for item in items]


@pytest.mark.parametrize(("file", "data", "expected"), [one[1:] for one in FILES], ids=[one[0] for one in FILES])
def test_a_hostile_file(tmp_path: Path, file: str, data: bytes, expected: list[str]) -> None:
    (tmp_path / file).write_bytes(data)
    begun = time.process_time()
    items = list(read([tmp_path]))
    check_read(items)
    assert time.process_time() - begun < SECONDS
    assert reasons(items) == expected
    assert [path.name for path in tmp_path.iterdir()] == [file]


def test_what_stands_beside_the_hostile_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(page("\x0c&#x1b;<p>下午散会。</p>"))
    document = next(iter(read([tmp_path])))
    assert isinstance(document, Document)
    assert "赵六" in document.text and "下午散会。" in document.text
    (tmp_path / "a.html").write_bytes(b'<!DOCTYPE r [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + page("<p>a&a;b</p>"))
    document = next(iter(read([tmp_path])))
    assert isinstance(document, Document) and "root:" not in document.text


@pytest.mark.skipif(sys.platform == "win32", reason="files are sparse, and memory is bounded, on Unix")
@pytest.mark.parametrize(
    ("name", "unit", "expected"),
    [
        ("a.txt", b"x", ["line-too-long"]),
        ("a.txt", b" ", ["empty"]),
        ("a.txt", b"\n", ["empty"]),
        ("a.txt", b"\0", ["binary"]),
        ("a.jsonl", b"x", ["line-too-long"]),
        ("a.jsonl", b"[", ["line-too-long"]),
        ("a.html", b"x", ["too-large"]),
        ("a.zip", b"P", ["bad-zip"]),
        ("a.csv", b"x", ["unknown-type"]),
    ],
)
def test_a_line_of_100_megabytes(tmp_path: Path, name: str, unit: bytes, expected: list[str]) -> None:
    with (tmp_path / name).open("wb") as file:
        for _ in range(100):
            file.write(unit * 1_000_000)
    code = """
        import json, resource, sys
        from pathlib import Path
        from kg.read import read
        resource.setrlimit(resource.RLIMIT_AS, (2 << 30, 2 << 30))
        print(json.dumps([getattr(item, "reason", "") for item in read([Path(sys.argv[1])])]))
    """
    begun = resource.getrusage(resource.RUSAGE_CHILDREN)
    run = [sys.executable, "-c", textwrap.dedent(code), str(tmp_path)]
    told = subprocess.run(run, capture_output=True, text=True, check=True, cwd=Path(__file__).parents[1])
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert json.loads(told.stdout) == expected and told.stderr == ""
    assert ended.ru_utime + ended.ru_stime - begun.ru_utime - begun.ru_stime < SECONDS


# What is no file


def _folder_for_a_file(folder: Path) -> None:
    (folder / "b.md").mkdir()
    (folder / "b.md" / "c.md").write_text(GOOD, "utf-8")


def _links(folder: Path) -> None:
    (folder / "b.md").symlink_to(folder / "c.md")
    (folder / "c.md").symlink_to(folder / "b.md")
    (folder / "d.md").symlink_to("/nowhere/at/all.md")
    (folder / "e.md").symlink_to("/dev/zero")
    (folder / "f.md").symlink_to("z.md")


def _pipe(folder: Path) -> None:
    os.mkfifo(folder / "b.zip")


def _locked(folder: Path) -> None:
    (folder / "b.md").write_text(GOOD, "utf-8")
    (folder / "b.md").chmod(0)
    (folder / "c").mkdir()
    (folder / "c").chmod(0)


def _twins(folder: Path) -> None:
    for name in ("新.md".encode(), "新.md".encode("gbk"), b"\xff.md", b"%FF.md"):
        (Path(os.fsdecode(os.fsencode(folder) + b"/" + name))).write_text(GOOD, "utf-8")


def _odd_names(folder: Path) -> None:
    for name in (b"b\nc.md", b"b\x1b[31m.md", "b\u202ec\u200b.md".encode(), b"b\xff\xfe.md", b"\\b.md"):
        (Path(os.fsdecode(os.fsencode(folder) + b"/" + name))).write_text(GOOD, "utf-8")


ROOT = hasattr(os, "geteuid") and os.geteuid() == 0


@pytest.mark.skipif(sys.platform == "win32", reason="names are bytes, and pipes are files, on Unix")
@pytest.mark.parametrize(
    ("make", "expected"),
    [
        (_folder_for_a_file, [("b.md/c.md", "")]),
        (
            _links,
            [
                ("b.md", "unreadable"),
                ("c.md", "unreadable"),
                ("d.md", "unreadable"),
                ("e.md", "not-a-file"),
                ("f.md", ""),
            ],
        ),
        (_pipe, [("b.zip", "not-a-file")]),
        pytest.param(
            _locked,
            [("c", "unreadable"), ("b.md", "unreadable")],
            marks=pytest.mark.skipif(ROOT, reason="root reads everything"),
        ),
        (_twins, [("%25FF.md", ""), ("%D0%C2.md", ""), ("%E6%96%B0.md", ""), ("%FF.md", "")]),
        (_odd_names, [("%5Cb.md", "")]),
    ],
)
def test_what_is_no_plain_file(tmp_path: Path, make: object, expected: list[tuple[str, str]]) -> None:
    (tmp_path / "z.md").write_text(GOOD, "utf-8")
    assert callable(make)
    make(tmp_path)
    items = list(read([tmp_path]))
    (tmp_path / "c").chmod(0o700) if (tmp_path / "c").is_dir() else None
    check_read(items)
    if make is _odd_names:
        expected = [
            ("\\b.md", ""),
            ("b%0Ac.md", ""),
            ("b%1B[31m.md", ""),
            ("b%E2%80%AEc%E2%80%8B.md", ""),
            ("b%FF%FE.md", ""),
        ]
    found = [(item.source, item.reason if isinstance(item, Skipped) else "") for item in items]
    assert found == [*expected, ("z.md", "")]


@pytest.mark.skipif(sys.platform != "linux", reason="a path may have 4,096 bytes on Linux")
def test_folders_nested_a_thousand_deep(tmp_path: Path) -> None:
    depth, here = 1_500, os.getcwd()
    try:
        os.chdir(tmp_path)
        for _ in range(depth):
            os.mkdir("b")
            os.chdir("b")
        Path("c.md").write_text(GOOD, "utf-8")
        os.chdir(here)
        assert [item.source for item in read([tmp_path])] == ["b/" * depth + "c.md"]
    finally:  # by hand: shutil.rmtree, by which pytest clears away, calls itself for each folder
        os.chdir(here)
        (tmp_path / ("b/" * depth) / "c.md").unlink()
        for level in range(depth, 0, -1):
            (tmp_path / ("b/" * level)).rmdir()


# Manifests


@pytest.mark.parametrize(
    ("table", "expected"),
    [
        ("path,date\na.md,0000-00-00\n", ["manifest-bad-row", ""]),
        ('path,place\n"b\n\x1b[31m\u202e.md",甲\n' + "a.md," + "甲" * 100 + "\n", ["", "manifest-missing-file"]),
        ("path,place\n../../../etc/passwd,x\n/etc/passwd,y\n", ["", "manifest-missing-file", "manifest-missing-file"]),
        ("path\na.md\n./a.md\nx/../a.md\n", ["manifest-bad-row", "manifest-bad-row", ""]),
        ("path,x,x,\ufeffy\na.md\n", ["manifest-unknown-column"] * 3 + [""]),
        ("path,date\r\na.md,2025-02-08\r\n\r\n,,\r\n,x,,,,\r\n", ["manifest-bad-row", ""]),
        ("path,place\na.md," + "甲" * 100_000 + "\n", [""]),
        ("path\n" + "\n" * 100_000, [""]),
    ],
)
def test_a_hostile_manifest(tmp_path: Path, table: str, expected: list[str]) -> None:
    (tmp_path / "p").mkdir()
    (tmp_path / "p" / "a.md").write_text(GOOD, "utf-8")
    (tmp_path / "m.csv").write_bytes(table.encode())
    items = list(read([tmp_path / "p"], manifest=tmp_path / "m.csv"))
    assert reasons(items) == expected
    check_read(items)


@pytest.mark.parametrize(
    ("kind", "error", "said"),
    [
        ("pipe", ConfigurationError, "a device, a pipe"),
        ("device", ConfigurationError, "a device, a pipe"),
        ("folder", UsageError, "directory"),
        ("large", ConfigurationError, "over 200 MB"),
        ("cell", ConfigurationError, "field larger than field limit"),
        ("header", ConfigurationError, "must be path"),
    ],
)
@pytest.mark.skipif(sys.platform == "win32", reason="pipes are files on Unix")
def test_what_is_no_manifest_is_not_waited_for(tmp_path: Path, kind: str, error: type[Exception], said: str) -> None:
    (tmp_path / "a.md").write_text(GOOD, "utf-8")
    path = tmp_path / "m.csv"
    match kind:
        case "pipe":
            os.mkfifo(path)
        case "device":
            path.symlink_to("/dev/zero")
        case "folder":
            path.mkdir()
        case "large":
            with path.open("wb") as file:
                file.truncate(200_000_001)
        case "cell":
            path.write_text("path,place\na.md," + "x" * 200_000 + "\n", "utf-8")
        case "header":
            path.write_text(",".join(["x" * 100_000] * 3) + "\n", "utf-8")
    with pytest.raises(error, match=said) as told:
        read([tmp_path / "a.md"], manifest=path)
    assert len(str(told.value)) < 500 + len(str(path))


def test_a_manifest_on_another_drive_names_nothing_by_a_relative_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def elsewhere(*_: object) -> str:
        raise ValueError("path is on mount 'C:', start on mount 'D:'")

    (tmp_path / "a.md").write_text(GOOD, "utf-8")
    (tmp_path / "m.csv").write_text("path,place\na.md,甲区\n", "utf-8")
    monkeypatch.setattr(os.path, "relpath", elsewhere)
    documents = list(read([tmp_path / "a.md"], manifest=tmp_path / "m.csv"))
    assert [item.metadata.place for item in documents if isinstance(item, Document)] == ["甲区"]


# Splitting


@pytest.mark.parametrize(
    ("line", "kept"),
    [
        ("<b>会议</b></p>", "会议"),
        ("会议</a></b>", "会议"),
        ("会议</a>x</b>", "会议</a>x"),
        ("会议</" + "a" * 41 + ">", "会议</" + "a" * 41 + ">"),
        ("会议</" + "a" * 40 + ">", "会议"),
    ],
)
def test_tags_that_close_a_line_go(line: str, kept: str) -> None:
    assert [one.printed for one in lines.lines(Document("a.md", line, "text/markdown", ""))] == [kept]


def test_no_sentence_is_nothing_but_marks() -> None:
    text = "会" * 5_000 + "，" * 30 + "。"
    (article,), _ = split.articles(Document("a.md", text, "text/markdown", ""))
    assert [one.text for one in split.sentences(article) if not any(char.isalnum() for char in one.text)] == []


# All of it


@pytest.fixture(scope="module")
def hostile_folder(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, int]]:
    """A folder with every file of the table but the large, a good page, and how many files are bad."""
    folder = tmp_path_factory.mktemp("hostile")
    bad = 0
    for number, (name, file, data, expected) in enumerate(FILES):
        if name not in LARGE:
            (folder / f"{number:03}{Path(file).suffix}").write_bytes(data)
            bad += sum(1 for reason in expected if reason)
    (folder / "good.md").write_text(
        "# 石桥区召开推进会\n\n2025年2月8日，石桥区召开重点项目推进会，区长赵六主持会议。\n", "utf-8"
    )
    yield folder, bad


def test_a_build_over_all_of_it_keeps_the_good_page(
    hostile_folder: tuple[Path, int], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("onnxruntime", reason="the models need onnxruntime")
    folder, _ = hostile_folder
    report = pipeline.build([folder], tmp_path / "out")
    told = [(one.source, one.reason) for one in report.skipped]
    for number, (name, file, _, expected) in enumerate(FILES):
        if name not in LARGE:
            source = f"{number:03}{Path(file).suffix}"
            own = [reason for given, reason in told if given == source or given.startswith(f"{source}/")]
            assert sorted(reason for reason in own if reason != "no-article") == sorted(filter(None, expected)), name
    assert len(told) == len(set(told))
    facts = [json.loads(line) for line in (tmp_path / "out" / "facts.jsonl").read_text("utf-8").splitlines()]
    assert {fact["predicate"] for fact in facts if "good.md" in json.dumps(fact)} >= {"presidedOver"}
    out, err = capfd.readouterr()
    assert "Traceback" not in out + err
