"""Bad input: each is one line with its reason, and everything else is read all the same."""

from __future__ import annotations

import json
import os
import socket
import stat
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg.errors import ConfigurationError, UsageError
from kg.model import Document, Skipped
from kg.read import REASONS, WARNINGS, read

GOOD = "昨天，测试区召开重点项目推进会，区长赵六主持会议。\n"


def account(*paths: Path, manifest: Path | None = None) -> list[tuple[str, str]]:
    """What is read, each item as its source and reason, "" for a document; the messages are checked for their form."""
    result = []
    for item in read(paths, manifest=manifest):
        if isinstance(item, Skipped):
            assert item.message.endswith("; " + REASONS[item.reason])
            assert item.message.isprintable()
            assert not item.source.startswith("/")
        result.append((item.source, item.reason if isinstance(item, Skipped) else ""))
    return result


def pack(path: Path, members: dict[str, bytes | str], method: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(path, "w", method) as archive:
        for member, content in members.items():
            archive.writestr(member, content)


@pytest.mark.parametrize(
    ("name", "data", "reasons"),
    [
        ("a.txt", b"", ["empty"]),
        ("a.txt", b" \r\n\t\n", ["empty"]),
        ("a.md", "\ufeff\u3000\u200b\n".encode(), ["empty"]),
        ("a.md", "---\nplace: 甲区\n---\n\n".encode(), ["empty"]),
        ("a.txt", "R\u00e9sum\u00e9 de la soir\u00e9e \u00e0 Z\u00fcrich".encode("latin-1"), ["undecodable"]),
        ("a.txt", ("區委書記主持召開會議，研究工作" * 3).encode("big5"), ["undecodable"]),
        ("a.txt", GOOD.encode()[:-3] + b"\xff\n", ["undecodable"]),
        ("a.txt", GOOD.encode("gb18030")[:-2] + b"\xff\n", ["undecodable"]),
        ("a.txt", b"\xff\xfe" + GOOD.encode("utf-16-le") + b"x", ["undecodable"]),
        ("a.txt", b"\xef\xbb\xbf" + GOOD.encode("gbk"), ["undecodable"]),
        ("a.txt", b"\x80\x81\x82\xff", ["undecodable"]),
        ("a.txt", b"\xed\xa0\x80", ["undecodable"]),
        ("a.txt", GOOD.encode() + b"\0", ["binary"]),
        ("a.txt", GOOD.encode("utf-16") + b"\0\0", ["binary"]),
        ("a.txt", b"\x00\x01\x02\x03", ["binary"]),
        ("a.txt", b"\x01\x02\x03 text", ["binary"]),
        ("a.txt", b"%PDF-1.7\n...", ["binary"]),
        ("a.md", b"\x89PNG\r\n\x1a\n", ["binary"]),
        ("a.md", b"\xff\xd8\xff\xe0JFIF", ["binary"]),
        ("a.txt", b"PK\x03\x04docx", ["binary"]),
        ("a.txt", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", ["binary"]),
        ("a.html", b"\x1f\x8b\x08packed", ["binary"]),
        ("a.txt", "一".encode() * 1_000_001, ["line-too-long"]),
        ("a.txt", "一".encode() * 1_000_000 + b"\r", [""]),
        ("a.md", "---\ndate: 2025-02-08\n正文".encode(), ["bad-front-matter", ""]),
        ("a.md", "---\nauthor: 张三\n---\n正文".encode(), ["bad-front-matter", ""]),
        ("a.md", "---\ndate: 明天\n---\n正文".encode(), ["bad-front-matter", ""]),
        ("a.md", "---\n正文\n---\n正文".encode(), ["bad-front-matter", ""]),
        ("a.md", "---\nplace: 甲\nPlace: 乙\n---\n正文".encode(), ["bad-front-matter", ""]),
        ("a.html", b"", ["empty"]),
        ("a.html", b"<html><body></body></html>", ["no-main-text"]),
        ("a.html", b"<html><body><script>var a=1</script></body></html>", ["no-main-text"]),
        ("a.html", b"<!-- only a comment -->", ["bad-html"]),
        ("a.html", b"<p " + b" ".join(b"a%d=1" % i for i in range(20_000)) + b">x</p>", ["bad-html"]),
        ("a.html", b"<p>x</p>" * 700_000, ["too-large"]),
        ("a.html", b"<div>" * 20_000 + GOOD.encode(), ["no-main-text"]),
        ("a.zip", b"", ["bad-zip"]),
        ("a.zip", b"PK\x03\x04 broken", ["bad-zip"]),
        ("a.jpg", b"\xff\xd8\xff", ["unknown-type"]),
        ("noext", GOOD.encode(), ["unknown-type"]),
        ("a.docx", b"PK", ["unknown-type"]),
    ],
)
def test_a_bad_file_is_accounted_for_and_the_others_are_read(
    tmp_path: Path, name: str, data: bytes, reasons: list[str]
) -> None:
    (tmp_path / name).write_bytes(data)
    (tmp_path / "z.txt").write_text(GOOD, "utf-8")
    assert account(tmp_path) == [*((name, reason) for reason in reasons), ("z.txt", "")]


def test_a_broken_front_matter_leaves_the_text_as_it_stands(tmp_path: Path) -> None:
    text = "---\ndate: 2025-02-30\n---\n" + GOOD
    (tmp_path / "a.md").write_text(text, "utf-8")
    warning, document = read([tmp_path])
    assert isinstance(warning, Skipped) and warning.reason in WARNINGS and "'2025-02-30'" in warning.message
    assert isinstance(document, Document)
    assert (document.text, document.body, document.metadata.date) == (text, 0, None)


def test_a_file_over_the_limit_is_not_loaded(tmp_path: Path) -> None:
    with (tmp_path / "a.txt").open("wb") as file:
        file.truncate(200_000_001)
    assert account(tmp_path) == [("a.txt", "too-large")]


@pytest.mark.parametrize(
    ("line", "reason", "said"),
    [
        (b"{", "bad-json", "column 2"),
        (b"[1]", "bad-json", "not an object"),
        (b"{}", "bad-json", "no text field"),
        (b'{"text": 5}', "bad-json", "no text field"),
        (b'{"text": ""}', "empty", "no text in it"),
        (b'{"text": "x", "title": []}', "bad-json", "field title"),
        (rb'{"text": "\ud800"}', "bad-json", "surrogate"),
        (rb'{"text": "a\u0000b"}', "bad-json", "NUL"),
        (b"[" * 100_000, "bad-json", "nested"),
        (b'{"text": ' + b"9" * 5_000 + b"}", "bad-json", "number too long"),
        (b'{"text": "' + b"x" * 1_000_000 + b'"}', "line-too-long", "1,000,000"),
        (b'{"text": "caf\xe9 \xe0"}', "undecodable", "UTF-8"),
    ],
)
def test_a_bad_json_line_costs_that_line_only(tmp_path: Path, line: bytes, reason: str, said: str) -> None:
    good = json.dumps({"text": GOOD}, ensure_ascii=False).encode()
    (tmp_path / "x.jsonl").write_bytes(good + b"\n" + line + b"\n" + good)
    first, bad, last = read([tmp_path])
    assert isinstance(first, Document) and isinstance(last, Document)
    assert isinstance(bad, Skipped)
    assert (bad.source, bad.reason) == ("x.jsonl/2", reason)
    assert bad.message.startswith("line 2: ") and said in bad.message


def test_a_json_record_with_a_bad_date_is_read_without_it(tmp_path: Path) -> None:
    (tmp_path / "x.jsonl").write_text('{"id": "a", "text": "昨天开工。", "date": "昨天"}', "utf-8")
    assert account(tmp_path) == [("x.jsonl/a", "bad-date"), ("x.jsonl/a", "")]


@pytest.mark.parametrize(
    ("data", "reason"), [(b"", "empty"), (b"\n \n", "empty"), (b"%PDF-", "binary"), (b"\0", "binary")]
)
def test_a_json_file_without_lines_is_one_line_of_the_report(tmp_path: Path, data: bytes, reason: str) -> None:
    (tmp_path / "x.jsonl").write_bytes(data)
    assert account(tmp_path) == [("x.jsonl", reason)]


@pytest.mark.parametrize(
    ("member", "content", "source", "reason"),
    [
        ("../evil.md", GOOD, "p.zip/../evil.md", "archive-member-outside"),
        ("a/../../evil.md", GOOD, "p.zip/a/../../evil.md", "archive-member-outside"),
        ("/etc/evil.md", GOOD, "p.zip/etc/evil.md", "archive-member-outside"),
        ("..\\evil.md", GOOD, "p.zip/../evil.md", "archive-member-outside"),
        ("C:\\evil.md", GOOD, "p.zip/C:/evil.md", "archive-member-outside"),
        ("in.zip", "PK", "p.zip/in.zip", "nested-archive"),
        ("in.tar.gz", "x", "p.zip/in.tar.gz", "nested-archive"),
        ("a.png", "x", "p.zip/a.png", "unknown-type"),
        ("a.md", "", "p.zip/a.md", "empty"),
        ("a.md", b"\xff\xfe\xff", "p.zip/a.md", "undecodable"),
        ("bomb.md", "a" * 1_000_000, "p.zip/bomb.md", "archive-ratio"),
    ],
)
def test_a_bad_member_costs_that_member_only(
    tmp_path: Path, member: str, content: str | bytes, source: str, reason: str
) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
        archive.writestr(zipfile.ZipInfo("z.md"), GOOD)
        archive.writestr(zipfile.ZipInfo("zz.md"), os.urandom(10).hex() * 500)
    assert account(tmp_path) == [(source, reason), ("p.zip/z.md", ""), ("p.zip/zz.md", "")]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["p.zip"]


def test_an_archive_that_is_a_bomb_as_a_whole_is_refused(tmp_path: Path) -> None:
    pack(tmp_path / "p.zip", {"a.md": GOOD, "b.md": "a" * 10_000_000})
    assert account(tmp_path) == [("p.zip", "archive-ratio")]


def _patched(path: Path, change: dict[bytes, bytes]) -> None:
    data = path.read_bytes()
    for old, new in change.items():
        assert old in data
        data = data.replace(old, new)
    path.write_bytes(data)


def test_encrypted_broken_and_oddly_packed_members(tmp_path: Path) -> None:
    for name in ("encrypted", "crc"):
        pack(tmp_path / f"{name}.zip", {"a.md": GOOD}, zipfile.ZIP_STORED)
    pack(tmp_path / "lzma.zip", {"a.md": GOOD}, zipfile.ZIP_LZMA)
    # version 20, flags 0 -> 1 in the central directory
    _patched(tmp_path / "encrypted.zip", {b"PK\x01\x02\x14\x03\x14\x00\x00": b"PK\x01\x02\x14\x03\x14\x00\x01"})
    _patched(tmp_path / "crc.zip", {"赵六".encode(): "钱七".encode()})
    assert account(tmp_path) == [
        ("crc.zip/a.md", "bad-zip"),
        ("encrypted.zip/a.md", "encrypted-member"),
        ("lzma.zip/a.md", "bad-zip"),
    ]


def test_links_and_repeated_names_in_an_archive(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "p.zip", "w") as archive:
        link = zipfile.ZipInfo("link.md")
        link.external_attr = (stat.S_IFLNK | 0o777) << 16
        archive.writestr(link, "/etc/passwd")
        archive.writestr("a.md", GOOD)
        with pytest.warns(UserWarning, match="Duplicate name"):
            archive.writestr("a.md", "二")
    assert account(tmp_path) == [
        ("p.zip/a.md", ""),
        ("p.zip/a.md", "archive-duplicate"),
        ("p.zip/link.md", "archive-member-outside"),
    ]


def test_an_archive_without_files(tmp_path: Path) -> None:
    pack(tmp_path / "p.zip", {"folder/": "", ".hidden": "x"})
    assert account(tmp_path) == [("p.zip", "empty")]


def test_links_pipes_and_what_is_gone(tmp_path: Path) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "secret.md").write_text(GOOD, "utf-8")
    (folder / "a.md").symlink_to(folder / "nowhere.md")
    (folder / "loop").symlink_to(folder)
    (folder / "out").symlink_to(tmp_path / "out")
    os.mkfifo(folder / "b.md")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(folder / "c.md"))
        (folder / "d.md").write_text(GOOD, "utf-8")
        assert account(folder) == [
            ("loop", "directory-link"),
            ("out", "directory-link"),
            ("a.md", "unreadable"),
            ("b.md", "not-a-file"),
            ("c.md", "not-a-file"),
            ("d.md", ""),
        ]


def test_a_name_that_is_no_text_is_still_a_name(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff\n.md"
    with open(path, "wb") as file:
        file.write(GOOD.encode())
    assert account(tmp_path) == [("%FF%0A.md", "")]


def test_an_empty_folder_is_named(tmp_path: Path) -> None:
    (tmp_path / "nothing").mkdir()
    assert account(tmp_path / "nothing") == [("nothing", "empty-folder")]


def test_a_missing_path_or_manifest_is_wrong_usage_at_once(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nowhere"):
        read([tmp_path, tmp_path / "nowhere"])
    with pytest.raises(UsageError, match=r"no\.csv"):
        read([tmp_path], manifest=tmp_path / "no.csv")


@pytest.mark.parametrize(
    ("table", "said"),
    [
        (b"", "must be path"),
        (b"file,date\nA.md,2025-02-08\n", "must be path"),
        (b"path,date,date\n", "two columns"),
        (b'path\n"a"b\n', "not CSV"),
        (b"\x00\x01\x02", "NUL"),
    ],
)
def test_a_manifest_that_is_no_table_stops_the_build(tmp_path: Path, table: bytes, said: str) -> None:
    (tmp_path / "m.csv").write_bytes(table)
    with pytest.raises(ConfigurationError, match=said):
        read([tmp_path], manifest=tmp_path / "m.csv")


def test_faults_of_a_manifest(tmp_path: Path) -> None:
    (tmp_path / "p").mkdir()
    for name in ("A.md", "B.md"):
        (tmp_path / "p" / name).write_text(GOOD, "utf-8")
    (tmp_path / "p" / "C.md").write_bytes(b"")
    rows = ["A.md,明天,甲区,晴", "none.md,,,", ",2025-02-08,,", "A.md,,乙区,", "B.md,,丙区,,x", "C.md,,丁区,"]
    (tmp_path / "m.csv").write_text("\n".join(["path,date,place,weather", *rows]), "utf-8")
    items = list(read([tmp_path / "p"], manifest=tmp_path / "m.csv"))
    assert [(i.source, i.reason) for i in items if isinstance(i, Skipped)] == [
        ("m.csv", "manifest-unknown-column"),
        ("m.csv", "manifest-bad-row"),
        ("m.csv", "manifest-bad-row"),
        ("m.csv", "manifest-bad-row"),
        ("m.csv", "manifest-bad-row"),
        ("C.md", "empty"),
        ("none.md", "manifest-missing-file"),
    ]
    assert [i.metadata.place for i in items if isinstance(i, Document)] == ["甲区", None]


def test_every_warning_is_a_reason() -> None:
    assert set(REASONS) > WARNINGS


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.jsonl", "a.zip"])
def test_any_bytes_in_an_account_out(tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    folder = tmp_path_factory.mktemp("any")
    pieces = st.sampled_from(
        [
            b"---\n",
            b"date: 2025",
            b"\n",
            b"\0",
            b"\xff\xfe",
            b"<p>",
            b"<",
            b'{"text": "',
            b'"}',
            b"PK\x05\x06",
            "会".encode(),
        ]
    )

    @settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.binary(max_size=200) | st.lists(pieces | st.binary(max_size=4), max_size=30).map(b"".join))
    def check(data: bytes) -> None:
        (folder / name).write_bytes(data)
        items = list(read([folder]))
        dropped = [item for item in items if isinstance(item, Skipped) and item.reason not in WARNINGS]
        documents = [item for item in items if isinstance(item, Document)]
        assert documents or dropped
        if name == "a.txt":
            assert len(documents) + len(dropped) == 1
        for document in documents:
            document.text.encode("utf-8")
            assert 0 <= document.body <= len(document.text)

    check()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_a_damaged_archive_is_accounted_for(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.getbasetemp() / "damaged.zip"
    pack(path, {"a.md": GOOD, "b.txt": GOOD})
    content = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 3))):
        content[data.draw(st.integers(0, len(content) - 1))] = data.draw(st.integers(0, 255))
    path.write_bytes(bytes(content[: data.draw(st.integers(0, len(content)))] if data.draw(st.booleans()) else content))
    assert list(read([path]))
