"""kg build, kg add, kg remove, kg status, kg verify: a build, day by day."""

from __future__ import annotations

import argparse
import sys
from contextlib import nullcontext
from pathlib import Path
from typing import Any

from kg.commands import as_json, command, date
from kg.commands.judging import DECISIONS
from kg.errors import UsageError
from kg.remote import location


def add(commands: Any) -> None:
    """Add the commands."""
    for one in (_add_build, _add_add, _add_remove, _add_status, _add_verify):
        one(commands)


def add_reading(it: argparse.ArgumentParser) -> None:
    """The options that decide how a text is read."""
    add_metadata(it)
    it.add_argument(
        "--dictionary", type=Path, metavar="TSV", help="own names, with priority: name, class, canonical name"
    )
    it.add_argument(
        "--tagger", choices=("onnx", "jieba"), default="onnx", help="onnx (default), or jieba without models"
    )


def add_metadata(it: argparse.ArgumentParser) -> None:
    """The options that say what a text does not."""
    it.add_argument("--place", help="home place: what 我区 stands for, where a text does not say")
    it.add_argument("--date", type=date, metavar="YYYY-MM-DD", help="day of publication, where a text does not say")


def _add_build(commands: Any) -> None:
    it = command(
        commands,
        "build",
        _build,
        "read pages and write facts, RDF and a network to look at; again, only what has changed",
        "  kg build\n"
        "  kg build pages/ A.md archive.zip --place 武进区 --date 2025-02-08 -o output\n"
        "  kg build pages/ --manifest articles.csv --dictionary names.tsv --strict --json\n"
        "  kg build s3://bucket/pages/ --engine dask --scheduler tcp://10.0.0.1:8786 --bulk s3://bucket/graph",
    )
    it.add_argument(
        "paths", metavar="PATH", nargs="*", type=location, help="files, folders, .zip, URLs (default: seeds/)"
    )
    _add_writing(it, "folder to write to (default: output)")
    it.add_argument("--manifest", type=Path, metavar="CSV", help="table of path, date, place, publisher, title, source")
    it.add_argument(
        "--decisions", type=Path, metavar="TSV", help="what people have judged (default: decisions.tsv, if it is there)"
    )
    it.add_argument("--base-iri", metavar="IRI", help="what the IRIs of entities start with")
    it.add_argument("--store", metavar="URL", help="load this SPARQL server too, in place of what its graph has")
    it.add_argument("--graph", default="", metavar="IRI", help="which graph of it (default: its default graph)")
    it.add_argument("--update", default="", metavar="URL", help="where it takes updates, if that cannot be guessed")
    it.add_argument(
        "--engine", choices=("local", "dask"), default="local", help="what reads the pages (default: local)"
    )
    it.add_argument(
        "--scheduler", metavar="URL", help="of a Dask cluster, tcp://host:8786 (default: one on this machine)"
    )
    it.add_argument("--bulk", default="", metavar="URL", help="write the graph there too, in shards to load in bulk")
    add_reading(it)


def _add_add(commands: Any) -> None:
    it = command(
        commands,
        "add",
        _add,
        "add pages to a build, or put them in place of their earlier versions; all others stay",
        "  kg add pages/2025-03-05-A1.md\n"
        "  kg add inbox/ -o output --place 武进区\n"
        "  kg add pages/wujin/2025-03-05-A1.md --root pages",
    )
    it.add_argument("paths", metavar="PATH", nargs="+", type=location, help="files, folders, .zip, URLs")
    _add_writing(it, "folder of the build (default: output)")
    it.add_argument("--manifest", type=Path, metavar="CSV", help="table of path, date, place, publisher, title, source")
    it.add_argument("--root", type=Path, metavar="FOLDER", help="call the pages as they are called below this folder")
    it.add_argument("--replace", action="store_true", help="also in place of a page of that name from elsewhere")
    add_metadata(it)


def _add_remove(commands: Any) -> None:
    it = command(
        commands,
        "remove",
        _remove,
        "take pages out of a build, with all that came of them alone",
        "  kg remove 2025-03-05-A1.md\n  kg remove wujin/2025 archive.zip -o output",
    )
    it.add_argument("sources", metavar="SOURCE", nargs="+", help="pages as report.json names them, or their folders")
    _add_writing(it, "folder of the build (default: output)")


def _add_writing(it: argparse.ArgumentParser, out: str) -> None:
    """The options of what writes a build's folder."""
    it.add_argument("-o", "--out", type=Path, default=Path("output"), help=out)
    it.add_argument("--workers", type=_count, metavar="N", help="processes that read pages (default: one a core)")
    it.add_argument("--strict", action="store_true", help="exit with 3 if any input was skipped")
    it.add_argument("--json", action="store_true", help="print the report as JSON")
    it.add_argument("--no-progress", action="store_true", help="show no progress bar")


def _add_status(commands: Any) -> None:
    it = command(
        commands,
        "status",
        _status,
        "say what kg build would do: which pages are new, changed or gone",
        "  kg status pages/\n  kg status pages/ -o output --json\n  kg status",
    )
    it.add_argument("paths", metavar="PATH", nargs="*", type=location, help="the pages, as for kg build")
    it.add_argument("-o", "--out", type=Path, default=Path("output"), help="folder of the build (default: output)")
    it.add_argument("--manifest", type=Path, metavar="CSV", help="as for kg build")
    it.add_argument("--json", action="store_true", help="print it as JSON")
    add_metadata(it)


def _add_verify(commands: Any) -> None:
    it = command(
        commands,
        "verify",
        _verify,
        "read all of a build again: hashes, quotes against the pages, every output byte by byte, the database",
        "  kg verify\n  kg verify -o output --json",
    )
    it.add_argument("-o", "--out", type=Path, default=Path("output"), help="folder of the build (default: output)")
    it.add_argument("--workers", type=_count, metavar="N", help="processes (default: one a core)")
    it.add_argument("--json", action="store_true", help="print it as JSON")


def _count(text: str) -> int:
    """A number of workers."""
    if not text.isdecimal() or not 1 <= int(text) <= 1024:
        raise argparse.ArgumentTypeError(f"{text}: give a whole number from 1")
    return int(text)


def _build(a: argparse.Namespace) -> int:
    from kg import cluster, endpoint, pipeline, pool
    from kg.ontology import BASE

    if a.scheduler and a.engine != "dask":
        raise UsageError("--scheduler: it goes with --engine dask")
    # A cluster has workers of its own, however few cores this machine has.
    workers = max(2, a.workers or pool.default_workers()) if a.engine == "dask" else a.workers
    with cluster.cluster(a.scheduler, workers or 2) if a.engine == "dask" else nullcontext(pool.run) as run:
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
            server=endpoint.endpoint(a.store, a.update, a.graph) if a.store else None,
            workers=workers,
            run=run,
            bulk_to=a.bulk,
            progress=not a.no_progress,
        )
    return _told(a, done)


def _add(a: argparse.Namespace) -> int:
    from kg import pipeline

    done = pipeline.add(
        a.paths,
        a.out,
        place=a.place,
        date=a.date,
        manifest=a.manifest,
        root=a.root,
        replace=a.replace,
        workers=a.workers,
        progress=not a.no_progress,
    )
    return _told(a, done)


def _remove(a: argparse.Namespace) -> int:
    from kg import pipeline

    return _told(a, pipeline.remove(a.sources, a.out, workers=a.workers, progress=not a.no_progress))


def _told(a: argparse.Namespace, done: Any) -> int:
    """Print what a build did."""
    from kg import report
    from kg.view.content import load_labels

    if a.json:
        print(as_json(report.as_json(done)))
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


def _status(a: argparse.Namespace) -> int:
    from kg import pipeline

    found = pipeline.status(a.out, a.paths, place=a.place, date=a.date, manifest=a.manifest)
    print(as_json(pipeline.as_json(found)) if a.json else pipeline.as_text(found, bool(a.paths)))
    return 0


def _verify(a: argparse.Namespace) -> int:
    from kg import verify

    found = verify.verify(a.out, workers=a.workers)
    print(as_json(verify.as_json(found)) if a.json else verify.as_text(found))
    return 0 if not found.wrong else verify.WRONG
