"""Coverage-guided fuzzing with atheris: python tests/fuzz/fuzz.py TARGET --seconds 15.

TARGET: reader, splitter, rulebook, queries, or all, each for so many seconds and some three to start; CI takes
`all --seconds 8`. It starts from tests/fuzz/corpus/TARGET and leaves that alone: --keep DIR collects what covers more.
An input that breaks a promise is written to tests/fuzz/crashes/TARGET, and the exit code is 1.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
from pathlib import Path

TARGETS = ("reader", "splitter", "rulebook", "queries")


def arguments() -> argparse.Namespace:
    """What the command line asks for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("target", choices=[*TARGETS, "all"])
    parser.add_argument("--seconds", type=int, default=15)
    parser.add_argument("--keep", type=Path, help="a folder for inputs that cover more")
    parser.add_argument("--inside", action="store_true", help="fuzz in this process, which then ends at once")
    return parser.parse_args()


def fuzz(target: str, seconds: int, keep: Path | None) -> None:
    """Fuzz one target in this process, which libFuzzer ends."""
    import atheris

    with atheris.instrument_imports(include=["kg"]):
        from fuzz import targets
        from kg import (  # noqa: F401  (imported here so that their branches are seen)
            layout,
            lines,
            pattern,
            questions,
            regex,
            rulebook,
            sparql,
            split,
            text,
        )
    crashes = targets.CRASHES / target
    crashes.mkdir(parents=True, exist_ok=True)
    corpus = targets.CORPUS / target
    corpus.mkdir(parents=True, exist_ok=True)
    folder = keep or Path(tempfile.mkdtemp())
    folder.mkdir(parents=True, exist_ok=True)
    for number, seed in enumerate(targets.seeds(target)):
        targets.timed(target, seed)  # what is read once is loaded before the clock runs
        (folder / f"seed{number}").write_bytes(seed)
    words = Path(tempfile.mkdtemp()) / "words"
    words.write_text("".join(f'"{_escaped(word)}"\n' for word in targets.WORDS[target]), "ascii")

    def one(data: bytes) -> None:
        try:
            targets.timed(target, data)
        except BaseException:
            # Written here too: an endless input is then found even if the process is killed.
            (crashes / hashlib.sha256(data).hexdigest()[:16]).write_bytes(data)
            raise

    options = [f"-artifact_prefix={crashes}/", "-timeout=30", "-rss_limit_mb=3000", "-print_final_stats=1"]
    options += [f"-max_total_time={seconds}", "-max_len=2000", "-seed=1"]
    options.append(f"-dict={words}")
    atheris.Setup([sys.argv[0], *options, str(folder), str(corpus)], one)
    atheris.Fuzz()


def _escaped(word: str) -> str:
    return "".join(f"\\x{byte:02x}" for byte in word.encode())


def main() -> int:
    """Run a target, or all one after the other, each in a process of its own: 1 if one of them failed."""
    given = arguments()
    if given.inside:
        fuzz(given.target, given.seconds, given.keep)
        return 0
    failed = 0
    for name in TARGETS if given.target == "all" else (given.target,):
        command = [sys.executable, __file__, name, "--seconds", str(given.seconds), "--inside"]
        if given.keep:
            command += ["--keep", str(given.keep / name)]
        with tempfile.TemporaryDirectory() as scratch:  # libFuzzer ends the process without cleaning up
            run = subprocess.run(command, check=False, env=os.environ | {"TMPDIR": scratch})
        failed |= run.returncode != 0
    return failed


if __name__ == "__main__":
    # In place of this folder, in which `fuzz` would be this file and not the package.
    sys.path[:1] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[1])]
    sys.exit(main())
