"""The command line: each command is a few lines over a function of the library.

Exit codes: 0 ok, 1 unexpected, 2 usage, 3 inputs skipped under --strict, 4 configuration, 6 disk, 130 interrupted.
Data goes to stdout, messages to stderr.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from kg import __version__
from kg.errors import ConfigurationError, KgError, UsageError

EXIT_CODES = """\
exit codes:
  0 ok   1 unexpected error   2 wrong usage   3 inputs were skipped (--strict)
  4 a rule, a data file or a dictionary is wrong   6 the disk refused   130 interrupted"""

DECISIONS = Path("decisions.tsv")
"""Where people's judgements are, if --decisions does not say."""

EXAMPLES = """\
  kg build pages/ --place 武进区 -o output
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
        return _fail("interrupted; the last complete outputs are untouched", 130)
    except BrokenPipeError:
        # The reader of the pipe has gone; nothing more can be said to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except UsageError as error:
        return _fail(str(error), 2)
    except ConfigurationError as error:
        return _fail(str(error), 4)
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
    commands = top.add_subparsers(title="commands", metavar="COMMAND", required=True)
    for add in (_add_build, _add_check, _add_evaluate, _add_explain, _add_timeline, _add_conflicts, _add_review):
        add(commands)
    return top


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


def _add_build(commands: Any) -> None:
    it = command(
        commands,
        "build",
        _build,
        "read pages and write facts, RDF and a network to look at",
        "  kg build\n"
        "  kg build pages/ A.md archive.zip --place 武进区 --date 2025-02-08 -o output\n"
        "  kg build pages/ --manifest articles.csv --dictionary names.tsv --strict --json",
    )
    it.add_argument("paths", metavar="PATH", nargs="*", type=Path, help="files, folders, .zip (default: seeds/)")
    it.add_argument("-o", "--out", type=Path, default=Path("output"), help="folder to write to (default: output)")
    it.add_argument("--manifest", type=Path, metavar="CSV", help="table of path, date, place, publisher, title, source")
    it.add_argument(
        "--decisions", type=Path, metavar="TSV", help="what people have judged (default: decisions.tsv, if it is there)"
    )
    it.add_argument("--base-iri", metavar="IRI", help="what the IRIs of entities start with")
    it.add_argument("--strict", action="store_true", help="exit with 3 if any input was skipped")
    it.add_argument("--json", action="store_true", help="print the report as JSON")
    it.add_argument("--no-progress", action="store_true", help="show no progress bar")
    _add_reading(it)


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
    _add_reading(it)


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
    _add_reading(it)


def _add_timeline(commands: Any) -> None:
    it = command(
        commands,
        "timeline",
        _timeline,
        "print the career of a person, or the holders of a post, with evidence",
        "  kg timeline 丁宗岳\n  kg timeline 武进区委书记 -o output --json",
    )
    it.add_argument("name", metavar="NAME", help="a person's name, or a post's: 武进区委书记")
    _add_archive(it)


def _add_conflicts(commands: Any) -> None:
    it = command(
        commands,
        "conflicts",
        _conflicts,
        "print what cannot both hold, and what changed, with both sentences",
        "  kg conflicts\n  kg conflicts -o output --json",
    )
    _add_archive(it)


def _add_review(commands: Any) -> None:
    it = command(
        commands,
        "review",
        _review,
        "judge the pairs that may be one thing, or facts; build again to apply it",
        "  kg review\n"
        "  kg review --facts --below 0.8 --who 李编辑\n"
        "  kg review --undo\n"
        "  kg review --gold judged.jsonl",
    )
    _add_archive(it)
    it.add_argument("--decisions", type=Path, metavar="TSV", default=DECISIONS, help="where the judgements are kept")
    it.add_argument("--facts", action="store_true", help="judge facts (right, wrong), the least sure first")
    it.add_argument("--below", type=float, default=1.0, metavar="CONFIDENCE", help="only facts less sure than this")
    it.add_argument("--who", default="", help="your name, written beside each judgement")
    it.add_argument("--undo", action="store_true", help="take the last judgement back")
    it.add_argument("--gold", type=Path, metavar="JSONL", help="write the articles with judged facts as gold")


def _add_archive(it: argparse.ArgumentParser) -> None:
    """The options of what reads a build's outputs."""
    it.add_argument("-o", "--out", type=Path, default=Path("output"), help="folder of the build (default: output)")
    it.add_argument("--json", action="store_true", help="print it as JSON")


def _add_reading(it: argparse.ArgumentParser) -> None:
    """The options that decide how a text is read."""
    it.add_argument("--place", help="home place: what 我区 stands for, where a text does not say")
    it.add_argument("--date", type=_date, metavar="YYYY-MM-DD", help="day of publication, where a text does not say")
    it.add_argument(
        "--dictionary", type=Path, metavar="TSV", help="own names, with priority: name, class, canonical name"
    )
    it.add_argument(
        "--tagger", choices=("onnx", "jieba"), default="onnx", help="onnx (default), or jieba without models"
    )


def _date(text: str) -> dt.date:
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"{text!r} is no date: write it as 2025-02-08") from error


def _build(a: argparse.Namespace) -> int:
    from kg import pipeline, report
    from kg.ontology import BASE
    from kg.view.content import load_labels

    done = pipeline.build(
        a.paths or [_seeds()],
        a.out,
        place=a.place,
        date=a.date,
        manifest=a.manifest,
        names=a.dictionary,
        tagger=a.tagger,
        judgements=a.decisions or (DECISIONS if DECISIONS.exists() else None),
        base_iri=a.base_iri or BASE,
        progress=not a.no_progress,
    )
    if a.json:
        print(_json(report.as_json(done)))
    else:
        labels = load_labels({})["predicates"]
        print(report.summary(done, {name: entry["zh"] for name, entry in labels.items()}))
        print(f"打开 {a.out / 'graph.html'}")
    for line in report.messages(done):
        print(line, file=sys.stderr)
    return 3 if a.strict and done.skipped else 0


def _seeds() -> Path:
    seeds = Path("seeds")
    if not seeds.is_dir():
        raise UsageError("no PATH given, and there is no folder seeds/ here; give files or folders: kg build pages/")
    return seeds


def _check(a: argparse.Namespace) -> int:
    from kg import check

    well, wrong = check.check()
    print(
        json.dumps({"ok": well, "wrong": wrong}, ensure_ascii=False, indent=2) if a.json else check.lines(well, wrong)
    )
    return 4 if wrong else 0


def _evaluate(a: argparse.Namespace) -> int:
    from kg import evaluate, rulebook

    gold = evaluate.load_gold(a.gold)
    facts = evaluate.built_facts(a.paths, place=a.place, date=a.date, names=a.dictionary, tagger=a.tagger)
    found = evaluate.evaluate(gold, facts)
    print(_json(found.as_dict()) if a.json else found.report())
    if a.calibrate:
        table = evaluate.calibrate([found], [rule.name for rule in rulebook.load().rules])
        evaluate.write_confidence(Path(__file__).parent / "data" / "confidence.json", table)
    return 0


def _explain(a: argparse.Namespace) -> int:
    from kg import explain

    text = sys.stdin.read() if a.text == "-" else a.text
    found = explain.explain(text, place=a.place, date=a.date, tagger=a.tagger, names=a.dictionary)
    print(_json(explain.as_json(found)) if a.json else explain.as_text(found))
    for one in found.skipped:
        print(f"{one.source}: {one.message}", file=sys.stderr)
    return 0


def _timeline(a: argparse.Namespace) -> int:
    from kg import timeline
    from kg.archive import Archive

    archive = Archive(a.out)
    found = timeline.timelines(archive, a.name)
    print(_json(timeline.as_json(archive, found)) if a.json else timeline.as_text(archive, found))
    return 0


def _conflicts(a: argparse.Namespace) -> int:
    from kg import conflicts
    from kg.archive import Archive
    from kg.view.content import load_labels

    archive = Archive(a.out)
    labels = {name: entry["zh"] for name, entry in load_labels({})["predicates"].items()}
    found = conflicts.find(archive, labels)
    print(_json(conflicts.as_json(archive, found)) if a.json else conflicts.as_text(archive, found))
    return 0


def _review(a: argparse.Namespace) -> int:
    from kg import review
    from kg.archive import Archive
    from kg.resolve import decisions

    archive = Archive(a.out)
    if a.undo:
        print(decisions.take_back(a.decisions) or f"{a.decisions}: no judgement to take back")
        return 0
    if a.gold:
        print(f"{a.gold}：{review.write_gold(archive, decisions.load(a.decisions), a.gold)} 篇")
        return 0
    today = dt.date.today()
    if a.facts:
        made = review.review_facts(archive, a.decisions, input, print, a.who, today, a.below)
    else:
        made = review.review_pairs(archive, a.decisions, input, print, a.who, today)
    print(f"{a.decisions}：新增裁定 {made} 条" + ("；重新 kg build 后生效" if made else ""))
    return 0


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, indent=2)


def _fail(message: str, code: int) -> int:
    print(f"kg: {message}", file=sys.stderr)
    return code
