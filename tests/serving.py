"""A server process for tests: the real one, on a free port, with limits that do not take a test's time."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from email.message import Message
from pathlib import Path

START = (
    "import json, sys; from pathlib import Path; from kg.serve import serve; from kg.workers import Limits;"
    "serve(Path(sys.argv[1]), port=0, limits=Limits(**json.loads(sys.argv[2])))"
)


@dataclass
class Served:
    """A running server: its process and address."""

    process: subprocess.Popen[str]
    root: str

    def get(self, path: str, **headers: str) -> tuple[int, str, Message]:
        return self._fetch(urllib.request.Request(self.root + path, headers=headers))

    def ask(self, query: str, values: Mapping[str, str] | None = None, **headers: str) -> tuple[int, str, Message]:
        body = urllib.parse.urlencode({"query": query, **(values or {})}).encode()
        return self._fetch(urllib.request.Request(self.root + "sparql", body, headers))

    def workers(self) -> list[int]:
        """The processes that the server has started."""
        children = f"/proc/{self.process.pid}/task/{self.process.pid}/children"
        threads = Path(children).parent.parent
        return [int(pid) for path in threads.glob("*/children") for pid in path.read_text().split()]

    def _fetch(self, request: urllib.request.Request) -> tuple[int, str, Message]:
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return answer.status, answer.read().decode(), answer.headers
        except urllib.error.HTTPError as error:
            with error:
                return error.code, error.read().decode(), error.headers


@contextmanager
def served(out: Path, **limits: float) -> Iterator[Served]:
    """Serve a folder; limits: as for kg.workers.Limits."""
    command = [sys.executable, "-c", START, str(out), json.dumps(limits)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    try:
        assert process.stderr is not None
        line = process.stderr.readline()
        root = re.match(r"http://\S+/", line)
        assert root, line + process.stderr.read()
        yield Served(process, root[0])
    finally:
        process.kill()
        process.communicate()


def alive(pid: int) -> bool:
    """Whether a process runs; one that has ended and is not yet collected does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False
