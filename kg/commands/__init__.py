"""What the commands of the command line share; each of the larger ones has a module here."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from io import BytesIO
from typing import IO, Any

EXIT_CODES = """\
exit codes:
  0 ok   1 unexpected error   2 wrong usage   3 inputs were skipped (--strict)
  4 a rule, a data file or a dictionary is wrong   5 another process is writing the store
  6 the disk refused   7 kg ask has no answer   8 kg verify found a fault   130 interrupted"""
NO_ANSWER = 7
"""kg ask: not understood, an unknown name, or nothing found"""

STORE = os.environ.get("KG_STORE", "output")


class Parser(argparse.ArgumentParser):
    """A parser of one command. With `parameters` set, options that it does not know become `name=value`."""

    parameters = False

    def parse_known_args(self, args: Any = None, namespace: Any = None) -> tuple[Any, list[str]]:
        """Parse; where parameters are taken, options may stand anywhere among them."""
        return super().parse_known_args(self._sorted(args) if self.parameters else args, namespace)

    def _sorted(self, args: Sequence[str]) -> list[str]:
        """The options that are known first, then the rest: `--who 沈东` and `--who=沈东` as `who=沈东`."""
        options: list[str] = []
        rest: list[str] = []
        words = iter(args)
        for word in words:
            if word == "--":
                rest += words
            elif not word.startswith("-") or word == "-":
                rest.append(word)
            elif (action := self._option_string_actions.get(word.split("=")[0])) is not None:
                options.append(word)
                if action.nargs != 0 and "=" not in word:
                    options += [value for value in (next(words, None),) if value is not None]
            elif word.startswith("--"):
                name, equals, value = word[2:].partition("=")
                rest.append(f"{name}={value if equals else next(words, '')}")
            else:
                options.append(word)
        return [*options, "--", *rest] if rest else options


def as_json(value: object) -> str:
    """A value as --json prints it."""
    return json.dumps(value, ensure_ascii=False, indent=2)


def command(
    commands: Any, name: str, run: Callable[[argparse.Namespace], int], help: str, examples: str
) -> argparse.ArgumentParser:
    """Add a command: what it runs, a line of help, and examples for its own --help."""
    added: argparse.ArgumentParser = commands.add_parser(
        name,
        help=help,
        description=help[0].upper() + help[1:] + ".",
        epilog=f"examples:\n{examples}\n\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    added.add_argument("--debug", action="store_true", help="show where an error came from")
    added.set_defaults(run=run)
    return added


def date(text: str) -> dt.date:
    """A day, for argparse."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: write it as 2025-02-08") from error


@contextmanager
def stdout() -> Iterator[IO[bytes]]:
    """The standard output for bytes, also where it takes text alone, as in a notebook."""
    sys.stdout.flush()
    if (buffer := getattr(sys.stdout, "buffer", None)) is not None:
        yield buffer
        buffer.flush()
    else:
        held = BytesIO()
        yield held
        sys.stdout.write(held.getvalue().decode())


def add_store(it: argparse.ArgumentParser) -> None:
    """The options that say which store is asked."""
    it.add_argument(
        "--store", default=STORE, metavar="PATH|URL", help="folder of a build, or address of a SPARQL endpoint"
    )
    it.add_argument(
        "--graph", default="", metavar="IRI", help="named graph of that endpoint (default: its default graph)"
    )
