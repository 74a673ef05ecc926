"""What must hold of any input, for the property tests and the fuzzer alike: one function a target, bytes in.

A function raises (AssertionError, or what should never have been raised) where the promise is broken.
"""

from __future__ import annotations

import contextlib
import io
import json
import shutil
import tempfile
import time
import warnings
import zipfile
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType

from kg import ontology, questions, rulebook, sparql, split
from kg.errors import ConfigurationError, LimitError, UsageError
from kg.model import Document, Metadata, Skipped
from kg.read import REASONS, WARNINGS, read

SECONDS = 3.0
"""CPU time that a tiny input may take: whatever takes longer is not linear"""
SUFFIXES = ("txt", "md", "html", "jsonl", "zip", "csv", "htm", "TXT")


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="fuzz-"))


def _account(data: bytes, suffix: str) -> list[Document | Skipped]:
    folder = _folder() / "in"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    if suffix == "csv":
        (folder / "a.md").write_text("昨天，甲区召开会议。\n", "utf-8")
        (folder / "m.csv").write_bytes(data)
        try:
            return list(read([folder], manifest=folder / "m.csv"))
        except ConfigurationError:
            return list(read([folder / "a.md"]))
    (folder / f"a.{suffix}").write_bytes(data)
    return list(read([folder]))


def check_read(items: list[Document | Skipped]) -> None:
    """An account: documents whose text is text, and lines of a report with a known reason."""
    assert any(isinstance(item, Document) or item.reason not in WARNINGS for item in items)
    for item in items:
        assert item.source.isprintable() or "\u3000" in item.source
        if isinstance(item, Skipped):
            assert item.reason in REASONS
            assert item.message.endswith("; " + REASONS[item.reason]) and item.message.isprintable()
        else:
            check_split(item)


def check_split(document: Document) -> None:
    """Every span of an article leads back into the document's text, in order, and the sentences into the article's."""
    text = document.text
    text.encode("utf-8")
    assert "\0" not in text
    assert 0 <= document.body <= len(text)
    articles, refused = split.articles(document)
    assert bool(articles) != bool(refused)
    assert all(one.reason == "no-article" for one in refused)
    for article in articles:
        assert len(article.offsets) == len(article.text)
        assert document.body <= article.start < article.end <= len(text)
        assert all(a <= b for a, b in zip(article.offsets, article.offsets[1:], strict=False))
        assert article.start == article.offsets[0] and article.end == article.offsets[-1] + 1
        at = 0
        for block in article.blocks:
            assert at <= block.start < block.end <= len(article.text)
            at = block.end
        end = 0
        for sentence in split.sentences(article):
            assert sentence.text == article.text[sentence.start : sentence.end]
            assert end <= sentence.start < sentence.end
            assert any(char.isalnum() for char in sentence.text)
            end = sentence.end
            first, last = article.to_document(sentence.start, sentence.end)
            assert document.body <= first < last <= len(text)
            for start, stop in split.clauses(sentence):
                assert sentence.start <= start < stop <= sentence.end


def reader(data: bytes) -> None:
    """Any bytes as a file of any kind; the first byte says which. A zip is also made of them."""
    suffix = SUFFIXES[data[0] % len(SUFFIXES)] if data else "txt"
    check_read(_account(data[1:], suffix))
    if suffix == "zip":
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive, warnings.catch_warnings():
            warnings.simplefilter("ignore")  # a repeated name is meant
            for number, part in enumerate(data[1:].split(b"\n", 5)):
                name = zipfile.ZipInfo()
                name.filename = part[:20].decode("utf-8", "replace") or f"{number}.md"
                archive.writestr(name, part)
        check_read(_account(packed.getvalue(), "zip"))


def splitter(data: bytes) -> None:
    """Any text as the page of a paper; with a title from outside where its first line is short."""
    text = data.decode("utf-8", "ignore").replace("\0", "")
    title = text.split("\n", 1)[0][:30] if len(data) % 2 else None
    check_split(Document("a.md", text, "text/markdown", "", Metadata(title=title)))


def rules(data: bytes) -> None:
    """Any text as a file of rules: it loads, or is refused with its name."""
    from kg.extraction import stated

    try:
        rulebook.parse([("a.toml", data.decode("utf-8", "surrogateescape"))], ontology.load(), stated)
    except ConfigurationError as error:
        assert str(error).startswith("a.toml: ")


@cache
def _prefixes() -> Mapping[str, str]:
    return sparql.known_prefixes()


def queries(data: bytes) -> None:
    """Any text as a query and as its parameters: refused in so many words, or no call to anywhere."""
    text = data.decode("utf-8", "surrogateescape")
    check_query(text)
    for kind in (*sparql.TYPES, text[:8]):
        try:
            said = str(sparql.term(text, kind, _prefixes()))
        except UsageError:
            continue
        # A value stays a value: one token, or two with its language or three with its datatype.
        assert len(list(sparql.tokens(said))) <= 3
    head, _, rest = text.partition("|")
    with contextlib.suppress(UsageError, LimitError):
        questions.prepare(head, {"who": rest, "day:date": rest[:10]}, _prefixes(), [rest])


def check_query(text: str) -> None:
    """What `sparql.check` lets through begins with a form of query, and calls no server when it runs."""
    lexed = list(sparql.tokens(text))
    if len(text) < 500:  # the same tokens as the grammar alone would give, however long that takes
        kinds = [found.lastgroup for found in sparql._TOKEN.finditer(text)]
        assert [one.kind for one in lexed] == [
            "string" if kind == "short" else kind for kind in kinds if kind not in ("space", "comment")
        ]
    try:
        form = sparql.check(text)
    except UsageError:
        return
    assert form in sparql.FORMS
    assert "LOAD" not in [one.text.upper() for one in lexed if one.kind == "word"][:1]
    folded = text.casefold()
    if "service" in folded and "silent" not in folded and len(text) < 2_000:
        assert not _calls(text), f"a call to another server goes through: {text!r}"


@cache
def _store() -> object:
    import pyoxigraph as ox

    store = ox.Store()
    store.add(ox.Quad(ox.NamedNode("urn:a"), ox.NamedNode("urn:b"), ox.Literal("c")))
    return store


def _calls(query: str) -> bool:
    """Whether the store makes the call: it complains of the address, as it does of nothing else in memory."""
    try:
        answer = _store().query(query, prefixes={"": "urn:x:", "a": "urn:x:"})  # type: ignore[attr-defined]
        list(answer) if hasattr(answer, "__iter__") else bool(answer)
    except OSError:
        return True
    except (SyntaxError, ValueError, RuntimeError):
        return False
    return False


TARGETS: Mapping[str, Callable[[bytes], None]] = MappingProxyType(
    {"reader": reader, "splitter": splitter, "rulebook": rules, "queries": queries}
)
"""Name of a target -> what checks one input."""


WORDS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "reader": (
            *(
                "---\n",
                "date: ",
                "place: ",
                "<p>",
                "</p>",
                "<div>",
                "<meta ",
                "<table><td>",
                "&#x1b;",
                "&#",
                "<!--",
                "<a ",
            ),
            *(
                '{"text": "',
                '"}',
                '"id": ',
                "\\ud800",
                "\\u0000",
                "PK\x03\x04",
                "PK\x01\x02",
                "PK\x05\x06",
                "../",
                ".md",
            ),
            *("path,date\n", '""', "\ufeff", "会议召开。", "\r\n", "\u2028", "\u202e", "\u200b", "[[[[", "NaN"),
        ),
        "splitter": (
            *(
                "# ",
                "## ",
                "\n\n",
                "（",
                "）",
                "“",
                "”",
                "。",
                "！",
                "，",
                "记者",
                "本报讯",
                "摄",
                "（下转第二版）",
                "图为",
                "**",
            ),
            *(
                "</a>",
                "<p>",
                "![",
                "](",
                "\u2028",
                "\x85",
                "\r\n",
                "\u3000",
                "\u200b",
                "㎡",
                "㍿",
                "１２，０００",
                "：",
                "《",
                "》",
                "一、",
            ),
        ),
        "rulebook": (
            *(
                "[[rule]]\n",
                "[words]\n",
                "name = '",
                "match = '",
                "facts = ['",
                "yes = ['",
                "no = ['",
                "unless = ['",
                "']\n",
            ),
            *(
                "<Person>",
                "<Person+>",
                "<Post>",
                "<x:Honour~>",
                "(?P<等级:Tier>",
                "...",
                "{0,9}",
                "(?:",
                ")?",
                "[^",
                "\\",
                "|",
            ),
            *(
                " => ",
                "@event=",
                " | ",
                "(?i)",
                "(?=",
                "(?<!",
                "(?(1)",
                "{99999999999}",
                "person holdsPost post",
                "status = '",
            ),
        ),
        "queries": (
            *(
                "SELECT",
                "ASK",
                "CONSTRUCT",
                "DESCRIBE",
                "SERVICE",
                "LOAD",
                "SILENT",
                "<urn:elsewhere>",
                "{",
                "}",
                "?s ?p ?o",
            ),
            *(
                "FILTER(",
                "\\u0053",
                "<'>",
                "#",
                "'",
                '"',
                "'''",
                '"""',
                "\n",
                "\r",
                "PREFIX a: <urn:x:>",
                "BASE <urn:x>",
                "a:b",
                ":",
            ),
            *(
                "@zh",
                "^^",
                "$who",
                "|",
                "1e5",
                "_:b",
                "\\'",
                "OPTIONAL",
                "BIND(",
                " AS ",
                "<?x#>",
                "service",
                "-",
                ".",
                "true",
            ),
        ),
    }
)
"""Name of a target -> what its inputs are made of"""


def timed(name: str, data: bytes) -> None:
    """Check one input, and that it takes no time to speak of."""
    begun = time.process_time()
    TARGETS[name](data)
    spent = time.process_time() - begun
    assert spent < SECONDS, f"{spent:.1f} s of CPU time for {len(data)} bytes"


def seeds(name: str) -> list[bytes]:
    """Made-up inputs to start from."""
    page = "# 甲区召开会议\n\n本报讯（记者 张三）昨天，甲区召开推进会，区长赵六主持会议。“好！”他说。\n\n李四 摄\n"
    match name:
        case "reader":
            packed = io.BytesIO()
            with zipfile.ZipFile(packed, "w") as archive:
                archive.writestr("a.md", page)
                archive.writestr("../b.txt", "乙")
            html = f"<html><head><title>甲区</title></head><body><p>{page}</p></body></html>"
            record = json.dumps({"id": "a", "text": page, "date": "2025-02-08"}, ensure_ascii=False)
            whole = {
                0: page.encode("gb18030"),
                1: f"---\ndate: 2025-02-08\nplace: 甲区\n---\n{page}".encode(),
                2: html.encode(),
                3: f"{record}\n{{}}\n".encode(),
                4: packed.getvalue(),
                5: b"path,date,place\na.md,2025-02-08,x\nb.md,,\n",
                7: page.encode("utf-16"),
            }
            return [bytes([kind]) + data for kind, data in whole.items()]
        case "splitter":
            return [page.encode(), f"{page}\n## 乙镇开工\n\n王五\n昨天，项目开工。（下转第二版）\n".encode()]
        case "rulebook":
            rule = (
                "[words]\n'任' = ['任', '担任']\n[[rule]]\nname = '任命'\nmatch = '<Person><任><Post>'\n"
                "facts = ['person holdsPost post']\nyes = ['<Person 张三>任<Post 区长>。 => 张三 holdsPost 区长']\n"
                "no = ['<Person 张三>对<Post 区长>说']\n"
            )
            guarded = (
                rule.replace("说']", "说', '不<Person 张三>任<Post 区长>']") + "unless = ['不']\nblocks = ['body']\n"
            )
            return [rule.encode(), guarded.replace("<任>", "(?:任|担.{0,3})").encode()]
    return [
        b"SELECT ?s { ?s a <urn:a> . FILTER(?s < '>' && ?o != \"x\") } # end",
        b"PREFIX a: <urn:x:> ASK { OPTIONAL { ?s a:b 'c'@zh, 1.5, true } SERVICE <urn:elsewhere> { ?s ?p $who } }",
        "某人任职史|丁一".encode(),
    ]


def leave() -> None:
    """Take away what the reader wrote."""
    shutil.rmtree(_folder(), ignore_errors=True)
    _folder.cache_clear()


CORPUS = Path(__file__).parent / "corpus"
CRASHES = Path(__file__).parent / "crashes"
