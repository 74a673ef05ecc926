"""The server as a process: it ends cleanly on signals, and leaves no worker behind, whatever happens to it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import pytest
from serving import Served, alive, served
from stores import people

pytest.importorskip("starlette", reason="the extra serve is not installed")
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="processes are found in /proc")

ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return people(tmp_path_factory.mktemp("process"), 500)


def busy(server: Served) -> threading.Thread:
    """A client that waits for an endless query, which runs by now."""

    def ask() -> None:
        with suppress(OSError):  # the server is gone
            server.ask(ENDLESS)

    client = threading.Thread(target=ask, daemon=True)
    client.start()
    time.sleep(0.7)
    return client


def gone(pids: list[int], seconds: float = 5) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end and any(alive(pid) for pid in pids):
        time.sleep(0.05)
    return not any(alive(pid) for pid in pids)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT], ids=["SIGTERM", "SIGINT"])
def test_a_signal_ends_it_at_once_even_in_the_midst_of_a_query(out: Path, number: signal.Signals) -> None:
    with served(out, seconds=60) as server:
        assert server.ask("ASK {}")[0] == 200
        client = busy(server)
        workers = server.workers()
        assert workers
        server.process.send_signal(number)
        assert server.process.wait(8) == 0
        client.join(5)
        assert gone(workers)
        assert server.process.stderr is not None
        assert "Traceback" not in server.process.stderr.read()


def test_a_second_signal_while_idle_does_no_harm(out: Path) -> None:
    with served(out) as server:
        assert server.get("query")[0] == 200
        server.process.send_signal(signal.SIGINT)
        server.process.send_signal(signal.SIGTERM)
        assert server.process.wait(8) == 0


def test_when_it_is_killed_its_workers_end_by_themselves(out: Path) -> None:
    with served(out, seconds=1.5) as server:
        assert server.ask("ASK {}")[0] == 200
        busy(server)
        workers = server.workers()
        assert workers
        server.process.kill()
        server.process.wait()
        assert gone(workers, 8)


def test_the_command_says_where_it_listens(out: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-m", "kg", "serve", str(out), "--port", "0"], stderr=subprocess.PIPE, text=True
    )
    try:
        assert process.stderr is not None
        assert process.stderr.readline().startswith("http://127.0.0.1:")
        process.send_signal(signal.SIGTERM)
        assert process.wait(8) == 0
    finally:
        process.kill()
        process.communicate()


def test_it_listens_on_this_machine_alone(out: Path) -> None:
    with served(out) as server:
        port = server.root.rstrip("/").rpartition(":")[2]
        lines = Path(f"/proc/{server.process.pid}/net/tcp").read_text().splitlines()
        ours = [line.split()[1] for line in lines[1:] if line.split()[1].endswith(f":{int(port):04X}")]
        assert {address.partition(":")[0] for address in ours if address} == {"0100007F"}
        assert os.path.exists(f"/proc/{server.process.pid}")
