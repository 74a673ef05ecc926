"""Machines that are elsewhere, on this one: a cluster of Dask's own commands, a store like S3; and work for workers."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

import pytest

from kg.errors import ConfigurationError

TESTS = Path(__file__).parent
ENVIRONMENT = {
    "PYTHONPATH": f"{TESTS}{os.pathsep}{TESTS.parent}",
    "DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "1",
    "DASK_LOGGING__DISTRIBUTED": "critical",
}


@contextmanager
def cluster(folder: Path, workers: int) -> Iterator[str]:
    """A scheduler and workers, started by their commands; its address."""
    with ExitStack() as stack:
        file = folder / "scheduler.json"
        stack.enter_context(
            started("dask_scheduler", "--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--scheduler-file", file)
        )
        for _ in range(600):
            with suppress(OSError, ValueError):
                address = str(json.loads(file.read_text())["address"])
                break
            time.sleep(0.05)
        else:
            pytest.fail("the scheduler does not start")
        stack.enter_context(worker(address, folder, workers))
        yield address


@contextmanager
def worker(address: str, folder: Path, count: int = 1) -> Iterator[subprocess.Popen[bytes]]:
    """A worker of a cluster, or several, each in a process of its own below the one given."""
    options = ("--nworkers", count, "--nthreads", 1, "--memory-limit", 0, "--no-dashboard", "--local-directory", folder)
    with started("dask_worker", address, "--host", "127.0.0.1", *options) as process:
        yield process


@contextmanager
def started(module: str, *arguments: object) -> Iterator[subprocess.Popen[bytes]]:
    """A command of Dask's, in a session of its own, until the block ends."""
    process = subprocess.Popen(
        [sys.executable, "-m", f"distributed.cli.{module}", *map(str, arguments)],
        env=os.environ | ENVIRONMENT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    try:
        yield process
    finally:
        kill(process)


def kill(process: subprocess.Popen[bytes]) -> None:
    """Kill what `started` gave, with all that it has started, at once."""
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()


@contextmanager
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A server like S3 on loopback, and the name of a bucket there; this process and those it starts know of it."""
    for module in ("s3fs", "moto.server", "flask"):
        pytest.importorskip(module, reason="a store like S3 needs: pip install 'moto[server]' s3fs")
    import s3fs
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:{1}".format(*server.get_host_and_port()))
        monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
        monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
        monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
        monkeypatch.delenv("AWS_PROFILE", raising=False)
        s3fs.S3FileSystem.clear_instance_cache()
        bucket = f"news-{uuid.uuid4().hex[:8]}"  # what moto holds outlives its server
        s3fs.S3FileSystem().mkdir(bucket)
        yield bucket
    finally:
        s3fs.S3FileSystem.clear_instance_cache()
        server.stop()


# ------------------------------------------------------------------------------------------------ work for workers


def double(items: Sequence[int]) -> list[int]:
    return [2 * item for item in items]


def wicked(items: Sequence[int]) -> list[int]:
    """Dies of 13, raises on 7, says too little of 5."""
    if 13 in items:
        os.kill(os.getpid(), signal.SIGKILL)
    if 7 in items:
        raise ValueError("没有正文")
    return double(items)[: -1 if 5 in items else None]


def misconfigured(items: Sequence[int]) -> list[int]:
    raise ConfigurationError("rule 甲: no such class")


def slow(items: Sequence[int]) -> list[int]:
    time.sleep(0.2)
    return double(items)


def unprepared() -> None:
    raise ConfigurationError("the model is not there")


_prepared: list[int] = []


def prepare() -> None:
    _prepared.append(threading.get_ident())


def times_prepared(items: Sequence[int]) -> list[tuple[int, int]]:
    """The process, and how often it was prepared."""
    time.sleep(0.05)
    return [(os.getpid(), len(_prepared)) for _ in items]


def with_file(items: Sequence[int], path: Path) -> list[str]:
    return [path.read_text() for _ in items]
