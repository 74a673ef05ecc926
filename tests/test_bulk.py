"""Bulk files: the same bytes however they are made, and in a store the triples of the build's own files."""

from __future__ import annotations

import gzip
import hashlib
import json
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any

import elsewhere
import pyoxigraph as ox
import pytest

from kg import bulk, pipeline, pool, remote
from kg.cluster import cluster
from kg.errors import KgError, UsageError
from kg.ledger import NAME, Ledger
from kg.ontology import BASE

pq = pytest.importorskip("pyarrow.parquet", reason="bulk files need: pip install 'local-news-kg[dask]'")

SEEDS = Path(__file__).parent.parent / "seeds"
PAGE = "<html><head><title>开工</title></head><body><article><h1>项目开工</h1><p>{}</p></article></body></html>"
PARTS = 3


@pytest.fixture(scope="module")
def out(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A build of some pages."""
    folder = tmp_path_factory.mktemp("bulk")
    pages = folder / "pages"
    pages.mkdir()
    for name in ("2025-03-04-A1.md", "feixi-2024-11-22.txt"):
        shutil.copy(SEEDS / name, pages)
    text = "2025年3月4日，武进区委书记沈东到江苏云帆科技有限公司调研，该公司总投资5.6亿元的项目开工。"
    (pages / "页.html").write_text(PAGE.format(text * 3), encoding="utf-8")
    pipeline.build([pages], folder / "out", tagger="jieba", place="武进区", workers=1)
    return folder / "out"


@pytest.fixture
def ledger(out: Path) -> Iterator[Ledger]:
    with closing(Ledger(out / "store" / NAME)) as found:
        yield found


@pytest.fixture(scope="module")
def made(out: Path) -> tuple[Path, bulk.Manifest]:
    """Its bulk files."""
    with closing(Ledger(out / "store" / NAME)) as ledger:
        folder = out.parent / "bulk"
        return folder, bulk.write(ledger, folder, BASE, pool.run, 1, PARTS)


def contents(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def table(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [row for path in sorted((folder / kind).iterdir()) for row in pq.read_table(path).to_pylist()]


def lines(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def test_the_triples_are_those_of_the_build(out: Path, made: tuple[Path, bulk.Manifest]) -> None:
    loaded, wanted = ox.Store(), ox.Store()
    for path in sorted((made[0] / "triples").iterdir()):
        with gzip.open(path) as file:
            loaded.bulk_load(file, format=ox.RdfFormat.N_TRIPLES)
    for name in ("graph.ttl", "evidence.ttl"):
        wanted.bulk_load(path=out / name, format=ox.RdfFormat.TURTLE)
    assert set(loaded) == set(wanted) and len(loaded) == made[1].totals["triples"] > 1000


def test_a_part_is_sorted_without_duplicates_and_holds_its_subjects(made: tuple[Path, bulk.Manifest]) -> None:
    seen: dict[str, int] = {}
    for number, path in enumerate(sorted((made[0] / "triples").iterdir())):
        data = gzip.decompress(path.read_bytes())
        found = data.split(b"\n")[:-1]
        assert found == sorted(set(found)) and len(found) > 100
        for line in found:
            assert seen.setdefault(line.split(b"> ")[0].decode(), number) == number
        assert path.read_bytes()[4:8] == bytes(4)  # no time
    for iri, number in seen.items():
        assert bulk.part_of(iri.removeprefix(f"<{BASE}id/"), PARTS) == number
    assert len(seen) == made[1].totals["subjects"]


def test_the_tables_are_those_of_the_build(out: Path, made: tuple[Path, bulk.Manifest]) -> None:
    entities = table(made[0], "entities")
    for row in entities:
        row["attributes"] = [[one["name"], one["value"]] for one in row["attributes"]]
    assert sorted(entities, key=lambda row: row["id"]) == lines(out / "entities.jsonl")
    facts = table(made[0], "facts")
    assert [list(row) for row in facts[:1]] == [list(bulk.COLUMNS)]
    given = [{key: value for key, value in row.items() if value is not None} for row in facts]
    wanted = [bulk._flat(row) for row in lines(out / "facts.jsonl")]
    assert sorted(given, key=str) == sorted(wanted, key=str) and any("text_source" in row for row in given)
    assert all(set(row) <= set(bulk.COLUMNS) for row in wanted)


def test_the_manifest_accounts_for_every_file(out: Path, ledger: Ledger, made: tuple[Path, bulk.Manifest]) -> None:
    folder, manifest = made
    told = json.loads((folder / "manifest.json").read_text())
    assert told == json.loads(json.dumps(asdict(manifest)))
    files = contents(folder)
    assert {one["path"] for one in told["files"]} == files.keys() - {"manifest.json", "void.ttl"}
    for one in told["files"]:
        assert one["bytes"] == len(files[one["path"]])
        assert one["sha256"] == hashlib.sha256(files[one["path"]]).hexdigest()
    assert told["configuration"] == ledger.get("setting") and told["base"] == BASE
    assert told["totals"]["facts"] == len(lines(out / "facts.jsonl"))
    assert told["totals"]["bytes"] == sum(one["bytes"] for one in told["files"])
    for kind in bulk.FOLDERS:
        assert told["totals"][kind] == sum(one["rows"] for one in told["files"] if one["path"].startswith(kind))


def test_the_description_counts_what_is_there(made: tuple[Path, bulk.Manifest]) -> None:
    folder, manifest = made
    store = ox.Store()
    store.load(path=folder / "void.ttl", format=ox.RdfFormat.TURTLE, base_iri="http://example.org/news/void.ttl")
    data = ox.Store()
    for path in (folder / "triples").iterdir():
        with gzip.open(path) as file:
            data.bulk_load(file, format=ox.RdfFormat.N_TRIPLES)
    void = "PREFIX void: <http://rdfs.org/ns/void#> PREFIX dcat: <http://www.w3.org/ns/dcat#> "

    def rows(of: ox.Store, query: str) -> set[tuple[str, ...]]:
        found: Any = of.query(void + query)
        return {tuple(term.value for term in row) for row in found}

    assert rows(store, "SELECT ?n { ?d void:triples ?n ; a dcat:Dataset }") == {(str(len(data)),)}
    for told, counted in (
        ("?d void:classPartition [ void:class ?x ; void:entities ?n ]", "[] a ?x"),
        ("?d void:propertyPartition [ void:property ?x ; void:triples ?n ]", "[] ?x []"),
    ):
        there = rows(data, f"SELECT ?x (COUNT(*) AS ?n) {{ {counted} }} GROUP BY ?x")
        assert rows(store, f"SELECT ?x ?n {{ {told} }}") == there
    assert rows(store, "SELECT (COUNT(DISTINCT ?s) AS ?n) { ?d void:distinctSubjects ?s }") == {("1",)}
    dumps = {iri for (iri,) in rows(store, "SELECT ?f { ?d void:dataDump ?f ; dcat:distribution ?f }")}
    assert dumps == {f"http://example.org/news/{one.path}" for one in manifest.files if "triples" in one.path}


def test_again_with_other_numbers(ledger: Ledger, made: tuple[Path, bulk.Manifest], tmp_path: Path) -> None:
    """Other workers give the same bytes; another number of parts leaves nothing of before."""
    folder, manifest = made
    assert bulk.write(ledger, tmp_path / "b", BASE, pool.run, 1, PARTS + 2) != manifest
    (tmp_path / "b" / "triples" / "own.txt").write_text("not ours")
    assert bulk.write(ledger, (tmp_path / "b").as_uri(), BASE, pool.run, 2, PARTS) == manifest
    assert contents(tmp_path / "b") == contents(folder) | {"triples/own.txt": b"not ours"}


def test_on_a_cluster_to_s3(ledger: Ledger, made: tuple[Path, bulk.Manifest], monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("distributed", reason="a cluster needs: pip install 'local-news-kg[dask]'")
    with elsewhere.s3(monkeypatch) as bucket, cluster(None, 2) as run:
        url = f"s3://{bucket}/bulk"
        assert bulk.write(ledger, url, BASE, run, 2, PARTS) == made[1]
        there = {
            name: remote.fetch(remote.join(url, name), 1 << 30)  # type: ignore[arg-type]
            for name in contents(made[0])
        }
        assert there == contents(made[0])
        # Each process has a memory of its own, which nobody else sees.
        with pytest.raises(KgError, match=r"a worker has written it, but it is not seen from here"):
            bulk.write(ledger, "memory://bulk", BASE, run, 2, PARTS)


def test_what_cannot_be_written_is_told(
    ledger: Ledger, made: tuple[Path, bulk.Manifest], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shutil.copytree(made[0], tmp_path / "b")
    write = remote.write

    def full(place: Any, data: bytes) -> None:
        if "facts" in str(place):
            raise OSError(28, "No space left on device")
        write(place, data)

    with monkeypatch.context() as patch:
        patch.setattr(remote, "write", full)
        with pytest.raises(KgError, match=r"part 0 of the facts cannot be written: .*No space left"):
            bulk.write(ledger, tmp_path / "b", BASE, pool.run, 1, PARTS)
    assert not (tmp_path / "b" / "manifest.json").exists()  # nobody takes it for whole
    with pytest.raises(KgError, match="the ledger was made for https://w3id"):
        bulk.write(ledger, tmp_path / "b", "http://example.org/", pool.run, 1)
    with pytest.raises(UsageError, match="0 partitions"):
        bulk.write(ledger, tmp_path / "b", BASE, pool.run, 1, 0)
    with ledger.transaction(), pytest.raises(KgError, match="write the other outputs first"):
        ledger.run("DELETE FROM entity WHERE id = (SELECT MIN(id) FROM entity)")
        try:
            bulk.write(ledger, tmp_path / "b", BASE, pool.run, 1, 1)
        finally:
            ledger.db.execute("ROLLBACK")
            ledger.db.execute("BEGIN")
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UsageError, match=r"pyarrow is not installed; pip install 'local-news-kg\[dask\]'"):
        bulk.write(ledger, tmp_path / "b", BASE, pool.run, 1)


VIRTUOSO = """[Database]
DatabaseFile = virtuoso.db
ErrorLogFile = virtuoso.log
LockFile = virtuoso.lck
TransactionFile = virtuoso.trx
xa_persistent_file = virtuoso.pxa
[TempDatabase]
DatabaseFile = temporary.db
TransactionFile = temporary.trx
[Parameters]
ServerPort = 127.0.0.1:{port}
NumberOfBuffers = 5000
DirsAllowed = {folder}
"""


def test_virtuoso_loads_them(made: tuple[Path, bulk.Manifest], tmp_path: Path) -> None:
    """Its bulk loader takes the parts as they are."""
    server, isql = shutil.which("virtuoso-t"), shutil.which("isql-vt") or shutil.which("isql-v")
    if not server or not isql:
        pytest.skip("there is no virtuoso-t with isql-vt: apt-get install virtuoso-opensource-7-bin")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    (tmp_path / "virtuoso.ini").write_text(VIRTUOSO.format(port=port, folder=made[0]), encoding="utf-8")
    process = subprocess.Popen([server, "-f", "-c", "virtuoso.ini"], cwd=tmp_path, stderr=subprocess.DEVNULL)
    try:
        for _ in range(600):
            with socket.socket() as one:
                if one.connect_ex(("127.0.0.1", port)) == 0:
                    break
            assert process.poll() is None, "it ended at once"
            time.sleep(0.05)
        sql = (
            f"ld_dir('{made[0]}/triples', '*.nt.gz', 'http://example.org/news'); rdf_loader_run(); checkpoint; "
            "SELECT ll_file, ll_error FROM DB.DBA.load_list WHERE ll_error IS NOT NULL; "
            "SPARQL SELECT CONCAT('triples=', STR(COUNT(*))) { GRAPH <http://example.org/news> { ?s ?p ?o } };"
        )
        told = subprocess.run(
            [isql, f"127.0.0.1:{port}", "dba", "dba", f"exec={sql}"], capture_output=True, text=True, timeout=120
        )
        assert f"triples={made[1].totals['triples']}" in told.stdout, told.stdout + told.stderr
    finally:
        process.terminate()
        process.wait()
