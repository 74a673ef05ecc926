"""A build that is killed, starved, stopped, or not alone: what was there stays, and the next run finishes."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from building import NAMES, PLACE, POOL, Builder, builder, files, lay, lines, state, strays, triples, unplaced
from serving import alive, served

from kg import intake, outputs, store, verify
from kg.cli import main

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="it forks, sends signals and looks into /proc")

OPTIONS = ["-o", "out", "--tagger", "jieba", "--place", PLACE, "--dictionary", "names.tsv"]
BUILD = ["build", "pages", *OPTIONS, "--workers", "1"]
ADD = ["add", "more", "-o", "out", "--place", PLACE, "--workers", "1"]
REMOVE = ["remove", "2025-03-05.md", "page.html", "-o", "out", "--workers", "1"]
FIRST = dict.fromkeys(
    ("2025-03-04.md", "2025-03-05.md", "2025-04-01.md", "2025-07-01.md", "page.html", "broken.txt"), 0
)
LATER = {"2025-03-05.md": 1, "2025-04-05.md": 0, "2025-06-01.md": 0}
"""pages that come, and one that changes"""


@pytest.fixture(scope="module")
def forge() -> Iterator[Builder]:
    """The process that builds."""
    with builder() as one:
        yield one


@pytest.fixture(autouse=True)
def still(monkeypatch: pytest.MonkeyPatch) -> None:
    """The program does not change while it is tested, whoever edits it."""
    monkeypatch.setattr(intake, "_program", lambda: "of the tests")


@dataclass(frozen=True, slots=True)
class Case:
    """A command, the folder it starts in, and its state before and after."""

    argv: Sequence[str]
    folder: Path
    before: Any
    after: Any
    points: Sequence[str]

    def start(self, to: Path) -> Path:
        """A copy of the folder it starts in, at the place where its pages are known."""
        here = self.folder.parent / "here"
        shutil.rmtree(here, ignore_errors=True)
        shutil.copytree(self.folder, here)
        return here


@pytest.fixture(scope="module")
def cases(forge: Builder, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Case]:
    """The first build of a folder; one that goes on; pages that are added; pages that are removed."""
    root = tmp_path_factory.mktemp("cases")
    here = root / "here"
    lay(here / "pages", FIRST)
    lay(here / "more", LATER)
    (here / "names.tsv").write_text(NAMES, encoding="utf-8")
    found = {}
    for name, argv in (("first", BUILD), ("next", BUILD), ("add", ADD), ("remove", REMOVE)):
        if name == "next":
            shutil.copytree(here, root / "built")
            lay(here / "pages", {**FIRST, **LATER})
            (here / "pages" / "page.html").unlink()
        elif name != "first":
            shutil.rmtree(here)
            shutil.copytree(root / "built", here)
        if name == "add":
            lay(here / "more", {name: number for name, number in LATER.items() if name not in FIRST})
        shutil.copytree(here, root / name)
        before = state(here / "out") if name != "first" else None
        assert forge.run(argv, here) == 0, lines(here / "stderr")
        found[name] = Case(argv, root / name, before, state(here / "out"), lines(here / "points"))
    return found


def parsed(path: Path) -> None:
    """Read a file to its end, as what it is."""
    import pyoxigraph as ox

    match path.suffix:
        case ".ttl":
            assert list(ox.parse(path=path, format=ox.RdfFormat.TURTLE))
        case ".json":
            json.loads(path.read_text(encoding="utf-8"))
        case ".html":
            assert path.read_text(encoding="utf-8").rstrip().endswith("</html>")


def either(here: Path, case: Case) -> None:
    """Every output is the one of before or the one of after, whole; so is the database."""
    out = here / "out"
    old, new = (told[0] if told else {} for told in (case.before, case.after))
    for name, data in files(out).items():
        if name.endswith(".tmp"):
            continue
        if name in ("graph.html", "report.json"):
            parsed(out / name)
        else:
            assert data in (old.get(name), new.get(name)), name
    assert set(old) & set(new) <= set(files(out))
    if case.before or (out / "store" / "current.json").exists():
        assert triples(out) in [told[1] for told in (case.before, case.after) if told]
    if (out / "layout.json").exists():
        parsed(out / "layout.json")


def finished(forge: Builder, here: Path, case: Case, read: Callable[[list[str]], bool] = lambda _: True) -> None:
    """The same command finishes, with the bytes of one that was not stopped."""
    out = here / "out"
    (here / "read").unlink(missing_ok=True)
    assert forge.run(case.argv, here) == 0, lines(here / "stderr")
    assert read(lines(here / "read"))
    assert unplaced(state(out)) == unplaced(case.after)
    assert strays(out) == []
    found = verify.verify(out, workers=1)
    assert (found.wrong, found.notes) == ([], [])


def gone(group: int) -> bool:
    """Whether the processes of a session have ended, within some seconds."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        left = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit() and _session(path) == group]
        if not any(map(alive, left)):
            return True
        time.sleep(0.02)
    return False


def _session(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[3])
    except (OSError, ValueError, IndexError):
        return 0


POINTS = [
    # case, every how many of its points
    ("first", 3),
    ("next", 5),
    ("add", 4),
    ("remove", 3),
]


@pytest.mark.parametrize(("name", "every"), POINTS, ids=[name for name, _ in POINTS])
def test_killed_at_a_point(name: str, every: int, forge: Builder, cases: dict[str, Case], tmp_path: Path) -> None:
    """At commits, renames, in the midst of a file and of the database: what is there is whole, and the rest comes."""
    case = cases[name]
    wanted = {"before the commit", "in a file", "before the database", "before the rename of current.json"}
    assert wanted < set(case.points)
    for place in range(0, len(case.points), every):
        here = case.start(tmp_path)
        assert forge.run(case.argv, here, die=place) == -signal.SIGKILL, case.points[place]
        either(here, case)
        if name == "remove" and place == len(case.points) - 1:
            assert unplaced(state(here / "out")) == unplaced(case.after)  # nothing of that name is left to remove
        else:
            finished(forge, here, case)


def test_killed_at_any_time(forge: Builder, cases: dict[str, Case], tmp_path: Path) -> None:
    """Workers end with the process that started them, and what they were told is not told again."""
    case = cases["first"]
    how: dict[str, Any] = {"fork": True, "shard": 30}
    argv = [*case.argv[:-1], "2"]
    here = case.start(tmp_path)
    begun = time.monotonic()
    assert forge.run(argv, here, **how) == 0
    took = time.monotonic() - begun
    chance = random.Random(20250304)
    killed = 0
    for at in sorted(chance.random() for _ in range(25)):
        here = case.start(tmp_path)
        group = forge.start(argv, here, **how)
        time.sleep(at * took)
        with suppress(ProcessLookupError):  # it was faster this time
            os.kill(group, signal.SIGKILL)
        killed += forge.wait() == -signal.SIGKILL
        assert gone(group)
        if (here / "out").exists():
            either(here, case)
        finished(forge, here, case)
    assert killed >= 5


def test_the_real_workers_end_with_the_process(cases: dict[str, Case], tmp_path: Path) -> None:
    """As a user starts it: a process of its own, with workers that are spawned."""
    case = cases["first"]
    here = case.start(tmp_path)
    lay(here / "pages", dict.fromkeys(POOL, 0))
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parent.parent)}
    command = [sys.executable, "-m", "kg", *case.argv[:-1], "2"]
    process = subprocess.Popen(command, cwd=here, env=environment, start_new_session=True, stdout=subprocess.DEVNULL)
    ledger = here / "out" / "store" / "ledger.sqlite"
    while not ledger.exists() and process.poll() is None:
        time.sleep(0.02)
    time.sleep(1)
    process.kill()
    assert process.wait() == -signal.SIGKILL
    assert gone(process.pid)


def test_interrupted_it_goes_on_where_it_was(forge: Builder, cases: dict[str, Case], tmp_path: Path) -> None:
    case = cases["first"]
    for stop in ("after the commit", "in a file", "before the database"):
        here = case.start(tmp_path)
        pid = forge.start(case.argv, here, stop=stop)
        while _state(pid) != "T":
            time.sleep(0.01)
        os.kill(pid, signal.SIGINT)
        os.kill(pid, signal.SIGCONT)
        assert forge.wait() == 130
        err = "\n".join(lines(here / "stderr"))
        assert "kg: interrupted" in err and "Traceback" not in err
        assert gone(pid)
        read = lines(here / "read")
        assert read
        rest = set(POOL) & set(FIRST) - set(read) - {"broken.txt"}
        finished(forge, here, case, lambda names, rest=rest: set(names) == rest)  # type: ignore[misc]


def _state(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def refused(here: Path, code: int) -> str:
    """What a build that the disk refused has said: one line, with the name of a file."""
    err = [line for line in lines(here / "stderr") if not line.startswith(("skipped: ", "set aside: "))]
    assert code == 6 and len(err) == 1 and err[0].startswith("kg: "), (code, err)
    assert "out/" in err[0] and "Traceback" not in err[0]
    return err[0].removeprefix("kg: ").partition(": ")[0]


def test_a_file_that_may_not_grow(forge: Builder, cases: dict[str, Case], tmp_path: Path) -> None:
    """The limit on a file's size hits the ledger, the Turtle files, the page: each time one line, and nothing is lost."""
    for name in ("first", "next"):
        case = cases[name]
        hit = set()
        for size in (4_000, 60_000, 400_000):
            here = case.start(tmp_path)
            code = forge.run(case.argv, here, fsize=size)
            if code == 0:
                assert unplaced(state(here / "out")) == unplaced(case.after)
                continue
            hit.add(Path(refused(here, code)).name)
            if (here / "out").exists():
                either(here, case)
            finished(forge, here, case)
        assert len(hit) >= 2, hit


@contextmanager
def disk(folder: Path, size: int) -> Iterator[None]:
    """A disk of so many kilobytes at a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size}k", "tmpfs", folder], capture_output=True, text=True
    )
    if done.returncode:
        pytest.skip(f"a small disk cannot be mounted: {done.stderr.strip()}")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", folder], check=True)


FULL = [
    # where the room ends, what is told
    ("before the commit", {"ledger.sqlite"}),
    ("in a file", set(outputs.FILES)),
    ("after the rename of graph.ttl", set(outputs.FILES)),
    ("before the database", {"2", "graph.html", "layout.json"}),
    ("after the update", {"2", "graph.html", "layout.json", "current.json"}),
    ("before the rename of current.json", {"graph.html", "layout.json", "report.json", "ledger.sqlite"}),
    ("before the rename of report.json", {"ledger.sqlite"}),
]


def test_a_disk_that_is_full(forge: Builder, cases: dict[str, Case], tmp_path: Path) -> None:
    """Wherever the room ends, the outputs of before are whole; with room again it finishes."""
    case = cases["next"]
    hit = set()
    for point, told in FULL:
        assert point in case.points
        here = case.start(tmp_path)
        shutil.move(here / "out", here / "kept")
        with disk(here / "out", 16_000):
            shutil.copytree(here / "kept", here / "out", dirs_exist_ok=True)
            code = forge.run(case.argv, here, fill=point)
            if code:
                name = Path(refused(here, code)).name
                assert name in told, (point, name)
                hit.add(name)
            either(here, case)
            (here / "out" / "store" / "filler").unlink()
            finished(forge, here, case)
    assert len(hit) >= 4, hit


def test_a_folder_that_may_not_be_written(forge: Builder, cases: dict[str, Case], tmp_path: Path) -> None:
    if os.getuid() != 0:
        pytest.skip("only root may become nobody")
    case = cases["next"]
    here = case.start(tmp_path)
    for path in [here, *here.rglob("*")]:
        path.chmod(0o755 if path.is_dir() else 0o644)
    for name in ("stdout", "stderr", "points", "read"):
        (here / name).touch()
        (here / name).chmod(0o666)
    above = [path for path in here.parents if path.stat().st_mode & 0o055 != 0o055]
    if any(path.stat().st_uid for path in above):
        pytest.skip("nobody may not look into the folder of the tests")
    modes = {path: path.stat().st_mode for path in above}
    try:
        for path in above:
            path.chmod(0o755)
        code = forge.run(case.argv, here, uid=65534)
    finally:
        for path, mode in modes.items():
            path.chmod(mode)
    refused(here, code)
    assert state(here / "out") == case.before
    finished(forge, here, case)


def test_two_at_once(
    forge: Builder, cases: dict[str, Case], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    case = cases["next"]
    here = case.start(tmp_path)
    pid = forge.start(case.argv, here, stop="before the database")
    while _state(pid) != "T":
        time.sleep(0.01)
    out = str(here / "out")
    for argv in (["build", str(here / "pages")], ["add", str(here / "more")], ["remove", "page.html"]):
        assert main([*argv, "-o", out, "--workers", "1", "--no-progress"]) == 5
        assert f"process {pid} on " in capsys.readouterr().err
    assert main(["status", "-o", out]) == 0
    assert "没有做完" in capsys.readouterr().out
    os.kill(pid, signal.SIGCONT)
    assert forge.wait() == 0
    assert unplaced(state(here / "out")) == unplaced(case.after)


def test_whoever_reads_sees_one_build_or_the_other(forge: Builder, cases: dict[str, Case], tmp_path: Path) -> None:
    """While pages come and go, what opens the store and what `kg serve` answers is one state, and never an error."""
    pytest.importorskip("starlette", reason="the extra serve is not installed")
    case, other = cases["add"], cases["next"]
    here = case.start(tmp_path)
    added = sorted(set(LATER) - set(FIRST))
    counts = {len(case.before[1]), len(case.after[1])}
    assert len(counts) == 2 and other
    stop = threading.Event()
    seen: list[int] = []
    wrong: list[object] = []

    def reads(once: Callable[[], int]) -> threading.Thread:
        def again() -> None:
            while not stop.is_set():
                try:
                    seen.append(once())
                    if seen[-1] not in counts:
                        wrong.append(seen[-1])
                except Exception as error:
                    wrong.append(error)
                time.sleep(0.01)

        thread = threading.Thread(target=again)
        thread.start()
        return thread

    counting = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c }"
    with served(here / "out", seconds=60) as server:

        def asked() -> int:
            status, text, _ = server.ask(counting, Accept="application/sparql-results+json")
            assert status == 200, text
            return int(json.loads(text)["results"]["bindings"][0]["n"]["value"])

        threads = [reads(lambda: sum(1 for _ in store.open(here / "out").triples())), reads(asked)]
        try:
            for _ in range(4):
                assert forge.run(case.argv, here) == 0
                assert forge.run(["remove", *added, "-o", "out", "--workers", "1"], here) == 0
            (here / "out" / "graph.ttl").unlink()  # so that the database is loaded anew
            assert forge.run(case.argv, here) == 0
        finally:
            stop.set()
            for thread in threads:
                thread.join()
        assert asked() == len(case.after[1])
    assert not wrong, wrong[:3]
    assert set(seen) == counts
    assert unplaced(state(here / "out")) == unplaced(case.after)
