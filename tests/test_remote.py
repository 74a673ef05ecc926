"""PATHs that are URLs: what a folder elsewhere gives is what the same folder here gives."""

from __future__ import annotations

import errno
import functools
import http.server
import json
import sys
import threading
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import unquote, urlsplit

import elsewhere
import pytest

from kg import read as reading
from kg import remote
from kg.errors import UsageError
from kg.model import Document, Metadata, Skipped
from kg.read import read

fsspec = pytest.importorskip("fsspec", reason="URLs need: pip install 'local-news-kg[dask]'")

TEXT = "---\ndate: 2025-02-08\nplace: 肥西县\n---\n全县重大项目开工\n昨天，全县重大项目集中开工。\n"
PAGE = "<html><head><title>开工</title></head><body><article><h1>项目开工</h1><p>{}</p></article></body></html>"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with every kind of file that is read, and of what is not."""
    root = tmp_path / "pages"
    (root / "2025-02-07").mkdir(parents=True)
    (root / ".git").mkdir()
    files: dict[str, str | bytes] = {
        "A1.md": TEXT,
        "2025-02-07/A1.md": TEXT.replace("date: 2025-02-08\n", ""),
        "2025-02-07/第二版 #2.txt": "副县长沈东到上派镇调研。\n",
        "页.html": PAGE.format("区委书记主持召开会议，研究部署重大项目建设工作。" * 5),
        "gb.txt": "区委书记主持召开会议，研究部署重大项目建设工作。".encode("gb18030"),
        "x.jsonl": json.dumps({"text": "沈东任县长。", "id": "a"}, ensure_ascii=False) + "\nno json\n",
        "empty.txt": "",
        "scan.pdf": b"%PDF-1.7",
        "noise.txt": b"\x00\x01\x02\x03",
        "broken.zip": b"PK\x03\x04 no archive",
        ".hidden.md": TEXT,
        ".git/config.txt": "hidden",
    }
    for name, content in files.items():
        (root / name).write_bytes(content.encode() if isinstance(content, str) else content)
    with zipfile.ZipFile(root / "b_2025-02-09.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("甲.md", TEXT)
        archive.writestr("乙.png", b"\x89PNG")
    return root


@pytest.fixture
def memory() -> Iterator[Any]:
    """A store in memory, empty."""
    store = fsspec.filesystem("memory")
    store.store.clear()
    store.pseudo_dirs[:] = [""]
    yield store
    store.store.clear()


def copy(folder: Path, put: Callable[[str, bytes], object]) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            put(path.relative_to(folder).as_posix(), path.read_bytes())


def told(*paths: Path | str, **options: Any) -> list[Document | Skipped]:
    return list(read(paths, **options))


def test_a_folder_in_memory_is_read_as_one_here(folder: Path, memory: Any) -> None:
    copy(folder, lambda name, data: memory.pipe_file(f"/news/pages/{name}", data))
    here = told(folder)
    assert len(here) == 13 and {one.reason for one in here if isinstance(one, Skipped)} >= {"binary", "bad-zip"}
    for url in ("memory://news/pages", "memory://news/pages/"):
        assert told(url) == here
    assert told("memory://news/pages/A1.md") == told(folder / "A1.md")
    assert told("memory://news/pages/b_2025-02-09.zip") == told(folder / "b_2025-02-09.zip")


def test_a_folder_of_s3_is_read_as_one_here(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with elsewhere.s3(monkeypatch) as bucket:
        import s3fs

        store = s3fs.S3FileSystem()
        copy(folder, lambda name, data: store.pipe_file(f"{bucket}/pages/{name}", data))
        store.pipe_file(f"{bucket}/pages/2025-02-07/", b"")  # what a console calls a folder
        here = told(folder)
        assert told(f"s3://{bucket}/pages/") == here
        assert [one.source for one in told(f"s3://{bucket}")] == [f"pages/{one.source}" for one in here]
        assert told(f"s3://{bucket}/pages/A1.md") == told(folder / "A1.md")
        for name in ("nowhere/", "pages/no.md"):
            with pytest.raises(
                UsageError, match=f"^cannot read s3://{bucket}/{name}: No such file or directory; check"
            ):
                told(f"s3://{bucket}/{name}")
        # Keys that a path would make one of.
        store.pipe_file(f"{bucket}/odd/a//b.md", TEXT.encode())
        store.pipe_file(f"{bucket}/odd/a/b.md", TEXT.encode())
        assert [one.source for one in told(f"s3://{bucket}/odd")] == ["a/%2F/b.md", "a/b.md"]
        remote.write(f"s3://{bucket}/out/x", b"1234")
        assert remote.sizes(f"s3://{bucket}/out") == {"x": 4} and remote.sizes(f"s3://{bucket}/none") == {}
        remote.delete(f"s3://{bucket}/out/x")
        remote.delete(f"s3://{bucket}/out/x")
        assert remote.sizes(f"s3://{bucket}/out") == {}


def test_a_file_url_is_a_path(folder: Path) -> None:
    assert told(folder.as_uri()) == told(folder)
    assert told((folder / "2025-02-07").as_uri()) == told(folder / "2025-02-07")
    with pytest.raises(UsageError, match="another host"):
        told("file://elsewhere/pages")


def test_manifest_and_metadata_hold(folder: Path, memory: Any, tmp_path: Path) -> None:
    copy(folder, lambda name, data: memory.pipe_file(f"/pages/{name}", data))
    manifest = tmp_path / "m.csv"
    rows = "path,place,publisher\nA1.md,余姚市,姚江晚讯\nmemory://pages/2025-02-07/A1.md,锡山区,锡东晨刊\nno.md,x,y\n"
    manifest.write_text(rows, encoding="utf-8")
    found = told("memory://pages", metadata=Metadata(publisher="某报"), manifest=manifest)
    papers = {one.source: one.metadata.publisher for one in found if isinstance(one, Document)}
    assert papers["A1.md"] == "姚江晚讯" and papers["2025-02-07/A1.md"] == "锡东晨刊" and papers["gb.txt"] == "某报"
    assert [one.source for one in found if isinstance(one, Skipped) and one.reason == "manifest-missing-file"] == [
        "no.md"
    ]


def test_same_names_are_told_apart(folder: Path, memory: Any) -> None:
    for place in ("a/pages", "b/pages"):
        memory.pipe_file(f"/{place}/A1.md", TEXT.encode())
    found = told("memory://a/pages", "memory://b/pages", folder / "A1.md", "memory://a/pages/A1.md")
    names = [one.source for one in found]
    assert names == ["a/pages/A1.md", "b/pages/A1.md", f"{folder.parent.name}/pages/A1.md"]


def test_what_cannot_be_fetched_is_told_and_the_rest_is_read(
    folder: Path, memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    copy(folder, lambda name, data: memory.pipe_file(f"/pages/{name}", data))
    first = type(memory)._open
    wrong = {
        "A1.md": PermissionError("Access Denied"),
        "gb.txt": RuntimeError("credentials\nare gone"),
        ".zip": OSError(),
    }

    def opened(store: Any, path: str, *args: Any, **kwargs: Any) -> Any:
        for name, error in wrong.items():
            if path.endswith((f"pages/{name}", f"09{name}")):
                raise error
        return first(store, path, *args, **kwargs)

    monkeypatch.setattr(type(memory), "_open", opened)
    found = {
        one.source: one.message
        for one in told("memory://pages")
        if isinstance(one, Skipped) and one.reason == "unreadable"
    }
    assert found == {
        "A1.md": "it cannot be read (Permission denied); check that it exists and that you may read it",
        "gb.txt": "it cannot be read (credentials are gone); check that it exists and that you may read it",
        "b_2025-02-09.zip": "it cannot be read (OSError); check that it exists and that you may read it",
    }
    assert len(told("memory://pages")) == 12  # the archive had two members


def test_a_large_file_is_not_read_whole(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.pipe_file("/pages/A.md", b"x" * 5_000_000)
    monkeypatch.setattr(reading, "MAX_BYTES", 1_500_000)
    (one,) = told("memory://pages")
    assert isinstance(one, Skipped) and one.reason == "too-large"
    assert len(remote.fetch("memory://pages/A.md", 2_000_001)) == 2_000_001


def test_empty_and_unlisted_folders(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    memory.makedirs("/none")
    (one,) = told("memory://none")
    assert isinstance(one, Skipped) and (one.source, one.reason) == ("none", "empty-folder")

    def refused(*_: Any, **__: Any) -> None:
        raise OSError(errno.EIO, "connection reset")

    monkeypatch.setattr(type(memory), "find", refused)
    (one,) = told("memory://none")
    assert (
        isinstance(one, Skipped) and one.reason == "unreadable" and "cannot be listed (connection reset)" in one.message
    )


class WebHDFS(http.server.BaseHTTPRequestHandler):
    """So much of the protocol as it takes to list and open."""

    def __init__(self, *arguments: Any, root: Path) -> None:
        self.root = root
        super().__init__(*arguments)

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        path = self.root / unquote(address.path).removeprefix("/webhdfs/v1").strip("/")
        if not path.exists() or path.name == "locked":
            return self.answer(404 if not path.exists() else 403, b"{}")
        match address.query.split("op=")[1].split("&")[0]:
            case "GETFILESTATUS":
                return self.answer(200, json.dumps({"FileStatus": self.status(path)}).encode())
            case "LISTSTATUS":
                below = [self.status(one) for one in path.iterdir()]
                return self.answer(200, json.dumps({"FileStatuses": {"FileStatus": below}}).encode())
            case _:
                return self.answer(200, path.read_bytes())

    def status(self, path: Path) -> dict[str, object]:
        kind = "DIRECTORY" if path.is_dir() else "FILE"
        return {"pathSuffix": path.name, "type": kind, "length": path.stat().st_size if path.is_file() else 0}

    def answer(self, code: int, data: bytes) -> None:
        self.send_response(code)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_: Any) -> None:
        pass


class Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: Any) -> None:
        pass


@contextmanager
def serving(handler: Callable[..., Any]) -> Iterator[str]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_folder_of_hdfs_is_read_as_one_here(folder: Path) -> None:
    pytest.importorskip("requests", reason="webhdfs needs: pip install requests")
    here = told(folder)
    (folder / "locked").mkdir()
    with serving(functools.partial(WebHDFS, root=folder.parent)) as at:
        found = told(f"webhdfs://{at}/pages")
    (fault,) = [one for one in found if one.source == "locked"]
    assert (
        isinstance(fault, Skipped) and fault.reason == "unreadable" and "the folder cannot be listed" in fault.message
    )
    assert [one for one in found if one is not fault] == here


def test_a_web_server_gives_a_file(folder: Path) -> None:
    pytest.importorskip("aiohttp", reason="http needs: pip install aiohttp")
    with serving(functools.partial(Quiet, directory=str(folder))) as at:
        assert told(f"http://{at}/A1.md") == told(folder / "A1.md")
        assert told(f"http://{at}/%E9%A1%B5.html?v=1") == told(folder / "页.html")
        assert told(f"http://{at}/b_2025-02-09.zip") == told(folder / "b_2025-02-09.zip")
        (gone,) = told(f"http://{at}/no.md")
        assert isinstance(gone, Skipped) and (gone.source, gone.reason) == ("no.md", "unreadable")
        with pytest.raises(UsageError, match="has no listing; give the address of each file"):
            told(f"http://{at}/")
    (gone,) = told(f"http://{at}/A1.md")
    assert isinstance(gone, Skipped) and gone.reason == "unreadable"


def test_what_is_not_known_or_not_installed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(UsageError, match=r"nowhere://x: Protocol not known"):
        told("nowhere://x")
    monkeypatch.setitem(sys.modules, "s3fs", None)
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)  # type: ignore[attr-defined]
    with pytest.raises(UsageError, match=r"s3://news: .*pip install 'local-news-kg\[dask\]'"):
        told("s3://news")
    monkeypatch.setitem(sys.modules, "fsspec.core", None)
    with pytest.raises(UsageError, match=r"fsspec, which is not installed; pip install 'local-news-kg\[dask\]'"):
        told("memory://pages")


def test_files_here_and_elsewhere_are_put_in_place_whole(tmp_path: Path, memory: Any) -> None:
    # local: to us a store that may show half files, so that they are written by another name.
    for place in (tmp_path / "out", "memory://out", f"local://{tmp_path}/other"):
        assert remote.sizes(place) == {}
        remote.write(remote.join(place, "a"), b"12")
        remote.write(remote.join(place, "a"), b"123")
        assert remote.sizes(place) == {"a": 3}
        remote.delete(remote.join(place, "a"))
        remote.delete(remote.join(place, "a"))
        assert remote.sizes(place) == {}
    assert list((tmp_path / "other").iterdir()) == []
