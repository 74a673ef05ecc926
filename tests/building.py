"""Builds of a small pool of made-up pages: what they write, and a process that is killed, starved or stopped in one.

`python tests/building.py` is that process: it loads all that a build needs, then forks one child for each line of JSON
that comes in, so that a build costs a tenth of a second and not five. No thread may run in it before it forks.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
PLACE = "武进区"
NAMES = """\
澄墨光电	Company
澄墨	Organization	江苏澄墨光电有限公司
江苏澄墨光电有限公司	Company
江苏澄墨光电科技有限公司	Company
江苏禾岫农业有限公司	Company
禾岫农业	Company
"""
LONG = (
    "记者昨天从区农业农村局获悉，今年全区将改造提升老旧桥梁二十四座，新建堤防十二公里，疏浚河道八十公里，"
    "惠及沿线群众三万多人。区农业农村局局长温如许介绍，工程分三期实施，首期已在雪堰镇开工，计划年底前完工，"
    "届时沿岸村庄的防洪能力将明显提高。"
)
HTML = (
    "<html><head><title>座谈会召开</title></head><body><nav>首页 要闻</nav><article><h1>座谈会召开</h1>"
    "<p>3月3日，区委书记俞景澜主持召开民营企业家座谈会，听取企业的意见和建议。</p>"
    "<p>江苏澄墨光电有限公司位于前黄镇，去年投资建设导热膜扩能项目，总投资{}亿元。</p></article></body></html>"
)


def _page(date: str, title: str, text: str) -> bytes:
    head = f"---\ndate: {date}\nplace: {PLACE}\n---\n\n" if date else ""
    return f"{head}# {title}\n\n{text}\n".encode()


# name -> the page as it is first and as it is later
POOL: dict[str, tuple[bytes, ...]] = {
    # one meeting on two pages, told by day and by name
    "2025-03-04.md": (
        _page("2025-03-04", "推进会召开", "昨天，区委书记俞景澜主持召开全区重大项目推进会。区长洪知夏出席会议。"),
        _page("2025-03-04", "推进会召开", "昨天，区委书记俞景澜主持召开全区重大项目推进会。副区长卜望舒出席会议。"),
    ),
    "2025-03-05.md": (
        _page("2025-03-05", "推进会举行", "3月3日，全区重大项目推进会举行，区委书记俞景澜讲话。江苏澄墨光电有限公司董事长柏远舟参加会议。"),
        _page("2025-03-05", "推进会举行", "3月1日，全区重大项目推进会举行，区委书记俞景澜讲话。"),
    ),
    # a company by its full name, by its short one, and another that makes the short one ambiguous
    "2025-04-01.md": (
        _page("2025-04-01", "新厂开工", "由江苏澄墨光电有限公司投资建设的澄墨导热膜扩能项目总投资3.5亿元，占地80亩。"),
        _page("2025-04-01", "新厂开工", "由江苏澄墨光电有限公司投资建设的澄墨导热膜扩能项目总投资4亿元，占地80亩。"),
    ),
    "2025-04-05.md": (
        _page("2025-04-05", "公司开会", "昨天，澄墨光电召开工作会议，澄墨光电董事长柏远舟讲话。澄墨光电位于雪堰镇。"),
        _page("2025-04-05", "公司开会", "昨天，澄墨光电总经理柏远舟参加全区重大项目推进会。"),
    ),
    "2025-04-03.md": (
        _page("2025-04-03", "镜头项目", "江苏澄墨光电科技有限公司位于雪堰镇。江苏澄墨光电科技有限公司获评省级质量标杆。"),
        _page("2025-04-03", "镜头项目", "江苏长禾镜头有限公司位于雪堰镇。"),
    ),
    # the same body as a plain organisation: the user's dictionary gives the wording that class
    "2025-04-04.md": (
        _page("2025-04-04", "公司获奖", "昨天，澄墨获评省级质量标杆。"),
        _page("", "公司获奖", "澄墨获评省级质量标杆。"),
    ),
    # one text printed twice
    "2025-05-01.md": (_page("2025-05-01", "桥梁改造", LONG), _page("2025-05-01", "桥梁改造", LONG[:60])),
    "2025-05-02.md": (_page("2025-05-02", "二十四座桥", LONG), _page("2025-04-30", "二十四座桥", LONG + "完。")),
    # a namesake: a candidate
    "2025-06-01.md": (
        _page("2025-06-01", "农业会议", "昨天，江苏禾岫农业有限公司总经理俞景澜参加农业工作会议。"),
        _page("2025-06-01", "农业会议", "昨天，江苏禾岫农业有限公司总经理柏远舟参加农业工作会议。"),
    ),
    "2025-07-02.md": (
        _page("2025-07-02", "龙头企业", "昨天，禾岫农业召开工作会议。禾岫农业获评省级龙头企业。"),
        _page("2025-07-02", "龙头企业", "昨天，禾岫农业召开座谈会。"),
    ),
    # a sum that no shape lets pass, and a second article
    "2025-07-01.md": (
        _page("2025-07-01", "农场扩产", "智慧农场项目总投资99999999亿元，占地80亩。\n\n# 商会换届\n\n昨天，武进区工商联召开会议，区工商联主席费南乔讲话。"),
        _page("2025-07-01", "农场扩产", "智慧农场项目总投资9亿元，占地80亩。"),
    ),
    "undated.md": (
        _page("", "座谈会召开", "昨天，区委书记俞景澜主持召开民营企业家座谈会。区长洪知夏出席会议。"),
        _page("", "座谈会召开", "昨天，区长俞景澜主持召开民营企业家座谈会。"),
    ),
    # its text is kept in text/
    "page.html": (HTML.format("1.6").encode(), HTML.format("1.8").encode()),
    # cannot be read; later it can
    "broken.txt": (bytes(range(0x80, 0xA0)) * 40, _page("2025-03-04", "会议", "昨天，区长洪知夏主持召开会议。")),
}  # fmt: skip


def lay(folder: Path, pages: Mapping[str, int]) -> None:
    """Make a folder hold these pages of the pool, each in that version, and no other of the pool."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, versions in POOL.items():
        if name in pages:
            (folder / name).write_bytes(versions[pages[name]])
        else:
            (folder / name).unlink(missing_ok=True)


def files(out: Path) -> dict[str, bytes]:
    """The files of a build whose bytes are promised, as they lie there; of the report, without the seconds."""
    found = {
        path.relative_to(out).as_posix(): path.read_bytes()
        for path in sorted(out.rglob("*"))
        if path.is_file() and "store" not in path.relative_to(out).parts and path.name != "layout.json"
    }
    if "report.json" in found:
        told = json.loads(found["report.json"])
        told.pop("seconds", None)
        found["report.json"] = json.dumps(told).encode()
    return found


def triples(out: Path) -> list[str]:
    """What the database of a build says, in order."""
    from kg import store

    return sorted(str(triple) for triple in store.open(out).triples())


def state(out: Path) -> tuple[dict[str, bytes], list[str], dict[str, Any]]:
    """All that is promised of a build: its files, its triples, what current.json tells of them."""
    current = json.loads((out / "store" / "current.json").read_text(encoding="utf-8"))
    current.pop("database")  # the name of a folder: each load takes the next
    return files(out), triples(out), current


def unplaced(told: tuple[dict[str, bytes], list[str], dict[str, Any]]) -> Any:
    """A state without the page, where the places of nodes hang on what was there before, and without its size."""
    report = json.loads(told[0]["report.json"])
    report["view"].pop("bytes", None)
    return ({**told[0], "graph.html": b"", "report.json": report}, *told[1:])


def strays(out: Path) -> list[str]:
    """Temporary files, and databases that are not in use."""
    current = json.loads((out / "store" / "current.json").read_text(encoding="utf-8"))["database"]
    stray = [str(path) for path in out.rglob("*.tmp")]
    return stray + [str(one) for one in (out / "store").iterdir() if one.is_dir() and one.name != current]


class Builder:
    """The process that forks builds."""

    def __init__(self) -> None:
        environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "PYTHONPATH": f"{ROOT}{os.pathsep}{ROOT / 'tests'}"}
        self.process = subprocess.Popen(
            [sys.executable, __file__], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment
        )
        self._line()

    def start(self, argv: Sequence[str | Path], cwd: Path, **how: Any) -> int:
        """Fork a `kg` with these arguments; its process id. how: as for `_child`."""
        assert self.process.stdin
        self.process.stdin.write(json.dumps({"argv": list(map(str, argv)), "cwd": str(cwd), **how}) + "\n")
        self.process.stdin.flush()
        return int(self._line())

    def wait(self) -> int:
        """How the last one ended: its exit code, or the signal's number below 0."""
        return int(self._line())

    def run(self, argv: Sequence[str | Path], cwd: Path, **how: Any) -> int:
        """Run a `kg` to its end."""
        self.start(argv, cwd, **how)
        return self.wait()

    def close(self) -> None:
        """End it, and a child that is left."""
        self.process.kill()
        self.process.communicate()

    def _line(self) -> str:
        assert self.process.stdout
        line = self.process.stdout.readline()
        assert line, "the builder has ended"
        return line


@contextmanager
def builder() -> Iterator[Builder]:
    """A process that forks builds, for as long as it is wanted."""
    one = Builder()
    try:
        yield one
    finally:
        one.close()


def lines(path: Path) -> list[str]:
    """The lines of a file, none if it is not there."""
    return path.read_text(encoding="utf-8").splitlines() if path.exists() else []


def _warm() -> None:
    """Load all that a build needs, in a build whose database and shapes, which start threads, are left out."""
    from tqdm import tqdm

    from kg import cli, intake, shapes, store, verify

    assert cli and verify
    tqdm.monitor_interval = 0  # it would be a thread
    intake._program = lambda: "of the tests"  # whoever edits the program meanwhile does not change it
    shapes._node_shapes()
    load, conform = store.load, shapes.conform
    store.load, shapes.conform = lambda *_: "{}", lambda _: True
    with tempfile.TemporaryDirectory() as folder:
        lay(Path(folder) / "pages", {"2025-03-04.md": 0, "2025-05-01.md": 0, "page.html": 0})
        (Path(folder) / "names.tsv").write_text(NAMES, encoding="utf-8")
        out, names = str(Path(folder) / "out"), str(Path(folder) / "names.tsv")
        told = os.dup(1)
        with open(os.devnull, "w") as nowhere:
            os.dup2(nowhere.fileno(), 1)
            argv = ["build", str(Path(folder) / "pages"), "-o", out, "--dictionary", names, "--tagger", "jieba"]
            code = cli.main([*argv, "--workers", "1"])
        os.dup2(told, 1)
        os.close(told)
        assert code == 0
    store.load, shapes.conform = load, conform
    threads = os.listdir("/proc/self/task")
    assert len(threads) == 1, f"{len(threads)} threads"


def _child(how: Mapping[str, Any]) -> int:
    """Run one command.

    argv: of kg; cwd: where to be, and where stdout, stderr, points and read are written
    die: place among the points at which to kill itself; stop, fill: name of a point at which to stop itself, or to
    leave no room on the disk
    shard: characters that a worker gets; fork: whether workers are forked; fsize: the longest file; uid: who to be
    """
    from kg import cli, intake, pool, stories

    os.setsid()
    os.chdir(how["cwd"])
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for number, name in ((1, "stdout"), (2, "stderr")):
        os.dup2(os.open(name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o666), number)
    if "shard" in how:
        intake.SHARD, intake.FEW = how["shard"], 2
    if how.get("fork"):
        import multiprocessing

        context = multiprocessing.get_context("fork")
        # No thread holds a lock yet when they start, and they have all that they would load for seconds.
        pool.multiprocessing.get_context = lambda _: context  # type: ignore[assignment,attr-defined,misc]
    read = os.open("read", os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
    tell = stories.tell

    def telling(tasks: Sequence[Any], *rest: Any) -> Any:
        found = tell(tasks, *rest)
        for task in tasks:
            os.write(read, f"{task.document.source}\n".encode())
        return found

    stories.tell = telling
    _instrument(how)
    if "uid" in how:
        os.setgroups([])
        os.setuid(how["uid"])
    if "fsize" in how:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (how["fsize"], how["fsize"]))
    try:
        return cli.main(how["argv"])
    except SystemExit as stop:
        return int(stop.code or 0)


def _instrument(how: Mapping[str, Any]) -> None:
    """Count the points at which a build can be killed that matter most, and kill or stop it at one."""
    from kg import files, ledger, store

    points = os.open("points", os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_APPEND, 0o666)
    passed = 0

    def point(name: str, before: Callable[[], object] = lambda: None) -> None:
        nonlocal passed
        os.write(points, f"{name}\n".encode())
        if how.get("die") == passed:
            before()
            os.kill(os.getpid(), signal.SIGKILL)
        passed += 1
        if how.get("fill") == name:
            with suppress(OSError), open("out/store/filler", "ab", buffering=0) as file:
                while file.write(bytes(4096)):
                    pass
        if how.get("stop") == name:
            os.kill(os.getpid(), signal.SIGSTOP)

    run = ledger.Ledger.run

    def running(self: Any, sql: str, *values: Any) -> Any:
        if sql != "COMMIT":
            return run(self, sql, *values)
        point("before the commit")
        done = run(self, sql, *values)
        point("after the commit")
        return done

    ledger.Ledger.run = running  # type: ignore[method-assign]

    class System:
        """The module os, as kg.files sees it."""

        def __getattr__(self, name: str) -> Any:
            return getattr(os, name)

        def replace(self, old: Path, new: Path) -> None:
            point(f"before the rename of {new.name}")
            os.replace(old, new)
            point(f"after the rename of {new.name}")

        def fsync(self, number: int) -> None:
            point("in a file", lambda: os.ftruncate(number, os.fstat(number).st_size // 2))
            os.fsync(number)

    files.os = System()  # type: ignore[assignment]
    import pyoxigraph as ox

    class Database:
        """A pyoxigraph.Store that can die in the midst of a change."""

        def __init__(self, *path: Any) -> None:
            point("before the database")
            self._store = real(*path)

        def __getattr__(self, name: str) -> Any:
            done = getattr(self._store, name)
            if name not in ("bulk_load", "update", "flush"):
                return done

            def doing(*given: Any, **named: Any) -> None:
                done(*given, **named)
                point(f"after the {name}")

            return doing

        def __len__(self) -> int:
            return len(self._store)

    real = ox.Store
    Database.read_only = real.read_only  # type: ignore[attr-defined]
    ox.Store = Database  # type: ignore[misc,assignment]
    rmtree = store.shutil.rmtree

    def removing(*given: Any, **named: Any) -> None:
        point("before an old database goes")
        rmtree(*given, **named)

    store.shutil.rmtree = removing  # type: ignore[assignment]


def _main() -> None:
    _warm()
    print("ready", flush=True)
    for line in sys.stdin:
        pid = os.fork()
        if not pid:
            code = 99
            try:
                code = _child(json.loads(line))
                sys.stdout.flush()
            except BaseException as error:
                with suppress(Exception):
                    os.write(2, repr(error).encode())
            finally:
                os._exit(code)
        print(pid, flush=True)
        _, status = os.waitpid(pid, 0)
        print(os.waitstatus_to_exitcode(status), flush=True)


if __name__ == "__main__":
    _main()
