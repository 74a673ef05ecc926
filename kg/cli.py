"""The command line: each command is a few lines over a function of the library.

Exit codes: 0 ok, 1 unexpected, 2 usage, 3 inputs skipped under --strict, 4 configuration, 5 store locked, 6 disk,
7 kg ask without an answer, 8 kg verify
found a fault, 130 interrupted.
Data goes to stdout, messages to stderr.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kg import __version__
from kg.commands import (
    EXIT_CODES,
    Parser,
    as_json,
    ask,
    building,
    changes,
    command,
    export,
    judging,
    mcp,
    picturing,
    query,
    serve,
)
from kg.commands.building import add_reading
from kg.errors import ConfigurationError, KgError, StoreLockedError, UsageError

EXAMPLES = """\
  kg build pages/ --place 武进区 -o output
  kg query 某人任职史 丁宗岳
  kg ask 丁宗岳主持了哪些会议？
  kg export --format graphml -o network.graphml
  kg explain 区委书记丁宗岳主持会议。
  kg check"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; argv: arguments without the program's name, sys.argv's if None. Returns the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if reconfigure := getattr(stream, "reconfigure", None):
            reconfigure(errors="backslashreplace")
    debug = False
    try:
        arguments = parser().parse_args(argv)
        debug = arguments.debug
        code: int = arguments.run(arguments)
        sys.stdout.flush()
        return code
    except KeyboardInterrupt:
        return _fail("interrupted; the outputs are those of before, and the same command goes on where it was", 130)
    except BrokenPipeError:
        # The reader of the pipe has gone; nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except UsageError as error:
        return _fail(str(error), 2)
    except ConfigurationError as error:
        return _fail(str(error), 4)
    except StoreLockedError as error:
        return _fail(str(error), 5)
    except OSError as error:
        if debug:
            raise
        return _fail(f"{error.filename or 'disk'}: {error.strerror or error}", 6)
    except Exception as error:
        if debug:
            raise
        kind = "" if isinstance(error, KgError) else f"unexpected {type(error).__name__}: "
        return _fail(f"{kind}{error} (--debug shows where)", 1)


def parser() -> argparse.ArgumentParser:
    """The whole command line, for `main` and for tests."""
    top = argparse.ArgumentParser(
        prog="kg",
        description="Knowledge graphs of Chinese local news: every fact with its sentence.",
        epilog=f"examples:\n{EXAMPLES}\n\n{EXIT_CODES}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    top.add_argument("--version", action="version", version=f"kg {__version__}")
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True, parser_class=Parser)
    looking = (picturing.add, judging.add, changes.add, serve.add, mcp.add)
    for add in (building.add, ask.add, query.add, export.add, *looking, _add_check, _add_evaluate, _add_explain):
        add(commands)
    return top


def _add_check(commands: Any) -> None:
    it = command(
        commands, "check", _check, "say what is wrong with rules, ontology and data", "  kg check\n  kg check --json"
    )
    it.add_argument("--json", action="store_true", help="print it as JSON")


def _add_evaluate(commands: Any) -> None:
    it = command(
        commands,
        "evaluate",
        _evaluate,
        "measure the facts of pages on gold: precision, recall, F1, each rule's precision, every error",
        "  kg evaluate tests/gold seeds/\n"
        "  kg evaluate gold.jsonl pages/ --place 武进区 --json\n"
        "  kg evaluate tests/gold seeds/ --calibrate",
    )
    it.add_argument("gold", metavar="GOLD", type=Path, help="a .jsonl file, or a folder of .json and .jsonl files")
    it.add_argument("paths", metavar="PATH", nargs="+", type=Path, help="the pages that GOLD is about")
    it.add_argument(
        "--calibrate", action="store_true", help="take each rule's measured precision as its confidence from now on"
    )
    it.add_argument("--json", action="store_true", help="print it as JSON")
    add_reading(it)


def _add_explain(commands: Any) -> None:
    it = command(
        commands,
        "explain",
        _explain,
        "show the mentions and facts of a sentence, the rule behind each, and what was vetoed",
        "  kg explain 区委书记丁宗岳主持会议。\n"
        "  kg explain 昨天，副区长陆予衡来我区调研。 --place 武进区 --date 2025-03-04\n"
        "  kg explain seeds/xishan.txt --json",
    )
    it.add_argument("text", metavar="SENTENCE|FILE", help="a sentence, or a file as for build; - reads standard input")
    it.add_argument("--json", action="store_true", help="print it as JSON")
    add_reading(it)


def _check(a: argparse.Namespace) -> int:
    from kg import check

    well, wrong = check.check()
    print(as_json({"ok": well, "wrong": wrong}) if a.json else check.lines(well, wrong))
    return 4 if wrong else 0


def _evaluate(a: argparse.Namespace) -> int:
    from kg import evaluate, rulebook

    gold = evaluate.load_gold(a.gold)
    facts = evaluate.built_facts(a.paths, place=a.place, date=a.date, names=a.dictionary, tagger=a.tagger)
    found = evaluate.evaluate(gold, facts)
    print(as_json(found.as_dict()) if a.json else found.report())
    if a.calibrate:
        table = evaluate.calibrate([found], [rule.name for rule in rulebook.load().rules])
        evaluate.write_confidence(Path(__file__).parent / "data" / "confidence.json", table)
    return 0


def _explain(a: argparse.Namespace) -> int:
    from kg import explain

    text = sys.stdin.read() if a.text == "-" else a.text
    found = explain.explain(text, place=a.place, date=a.date, tagger=a.tagger, names=a.dictionary)
    print(as_json(explain.as_json(found)) if a.json else explain.as_text(found))
    for one in found.skipped:
        print(f"{one.source}: {one.message}", file=sys.stderr)
    return 0


def _fail(message: str, code: int) -> int:
    print(f"kg: {message}", file=sys.stderr)
    return code
