"""Any input: properties that hold of all, checked on made-up ones, and on every input that a fuzzer has found.

What they are stands in fuzz/targets.py, which the coverage-guided fuzzer (fuzz/fuzz.py) shares.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from fuzz import targets
from fuzz.targets import CORPUS, TARGETS, WORDS
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import ontology, questions, regex, rulebook, sparql
from kg.errors import ConfigurationError, QueryError, UsageError
from kg.extraction import stated

CALM = settings(derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@pytest.fixture(scope="module", autouse=True)
def _tidy() -> Iterator[None]:
    yield
    targets.leave()


def mixed(target: str) -> st.SearchStrategy[bytes]:
    """What a target's inputs are made of, strung together with anything."""
    pieces = (
        st.sampled_from([word.encode() for word in WORDS[target]])
        | st.binary(max_size=4)
        | st.text(max_size=6).map(lambda text: text.encode("utf-8", "surrogatepass"))
    )
    return st.lists(pieces, max_size=25).map(b"".join)


def damaged(target: str) -> st.SearchStrategy[bytes]:
    """A good input of a target, a stretch of it replaced by something else."""
    return st.builds(
        lambda seed, start, length, new: (
            seed[: start % (len(seed) + 1)] + new + seed[start % (len(seed) + 1) + length :]
        ),
        st.sampled_from(targets.seeds(target)),
        st.integers(0, 2_000),
        st.integers(0, 30),
        mixed(target),
    )


@pytest.mark.parametrize(
    ("target", "examples"), [("reader", 400), ("splitter", 500), ("rulebook", 500), ("queries", 800)]
)
def test_anything_is_taken_or_refused_in_so_many_words(target: str, examples: int) -> None:
    @settings(CALM, max_examples=examples)
    @given(mixed(target) | damaged(target))
    def check(data: bytes) -> None:
        targets.timed(target, data)

    check()


@pytest.mark.parametrize("suffix", range(len(targets.SUFFIXES)), ids=targets.SUFFIXES)
def test_any_bytes_as_a_file_of_each_kind(suffix: int) -> None:
    @settings(CALM, max_examples=60)
    @given(st.binary(max_size=120) | mixed("reader"))
    def check(data: bytes) -> None:
        targets.reader(bytes([suffix]) + data)

    check()


@pytest.mark.parametrize("target", TARGETS)
def test_what_a_fuzzer_has_found_before(target: str) -> None:
    found = sorted((CORPUS / target).iterdir())
    assert 0 < len(found) <= 40
    for path in found:
        targets.timed(target, path.read_bytes())


# The lexer of queries against its own grammar, and calls to a server against the store itself


QUERY = "SELECT * { ?s ?p ?o FILTER(?o != 'x' && <urn:a> = ?s) OPTIONAL { ?s a:b true } . ?s :c 1 } # end"
CALLS = ("SERVICE<urn:elsewhere>{}", " SERVICE <urn:elsewhere> { ?s ?p ?o } ", "service a:b{}", "SERVICE ?s {}")


@settings(CALM, max_examples=600)
@given(
    st.integers(0, len(QUERY)),
    st.sampled_from(CALLS),
    st.lists(
        st.sampled_from(
            ["'", '"', "<'>", "<#>", "#", "\n", "\\", "\\'", "<", ">", "FILTER(?o<", ")", "''", " ", "\\u0027"]
        ),
        max_size=5,
    ).map("".join),
    st.lists(
        st.sampled_from(["'", '"', "<'>", ">'", "#", "\n", "\\'", ")", "''", " ", "!= '')", "'''"]), max_size=5
    ).map("".join),
)
def test_no_call_hides_in_a_query(place: int, call: str, before: str, after: str) -> None:
    targets.check_query(QUERY[:place] + before + call + after + QUERY[place:])


ADJOINING = st.text(st.sampled_from("ab.-:_%1e+?$@\"'\\<># \n/\u4f1a"), max_size=40)


@settings(CALM, max_examples=1_000)
@given(ADJOINING)
def test_tokens_are_those_of_the_grammar(query: str) -> None:
    targets.check_query(query)
    assert "".join(found[0] for found in sparql._TOKEN.finditer(query)) == query


@pytest.mark.parametrize(
    "part",
    [
        "a.",
        "a-",
        "a.:",
        '\\"',
        "'\\",
        "\\'''",
        '"""\\',
        "<a",
        "_:a.",
        ":a.",
        "a:b%",
        "1.",
        "?a",
        "@a-",
        "{}",
        "<'>",
        "a:\\",
        "\u4f1a.",
    ],
)
def test_a_query_of_any_length_is_lexed_in_time(part: str) -> None:
    query = "SELECT * { " + part * (60_000 // len(part.encode()))
    for check in (sparql.check, sparql.parameters):
        if check is sparql.parameters and "\\" in part:
            continue  # refused before anybody asks for its parameters
        with contextlib.suppress(QueryError):
            _timed(lambda check=check: check(query))


def _timed(call: object) -> None:
    import time

    assert callable(call)
    begun = time.process_time()
    try:
        call()
    finally:
        assert time.process_time() - begun < 1.5


NESTED = "{ " * 2_000 + "?s ?p ?o" + " }" * 2_000


@pytest.mark.parametrize(
    "query",
    [
        f'ASK {{ ?s ?p ?o FILTER(?o<\'>") {NESTED} #"\n}}',
        f"ASK {{ ?s ?p ?o FILTER(?o<#>\n) {NESTED} }}",
        f"ASK {{ ?s ?p ?o FILTER(?o<?x#>'\n) {NESTED} #'\n}}",
        f"ASK {{ ?s ?p \\'. {NESTED} #'\n}}",
        f"ASK {NESTED}",
    ],
)
def test_brackets_that_end_the_process_do_not_hide(query: str) -> None:
    with pytest.raises(QueryError, match="brackets"):
        sparql.check(query)


def test_many_brackets_are_no_fault() -> None:
    assert sparql.check("SELECT * { " + "OPTIONAL { ?s <http://a/o'b#c> ?o } " * 200 + "}") == "SELECT"


@pytest.mark.parametrize(
    "value", [10**5_000, -(10**100), float("nan"), float("inf"), 1e300], ids=["int", "negative", "nan", "inf", "float"]
)
def test_a_number_without_end_is_no_parameter(value: float) -> None:
    with pytest.raises(UsageError, match=r"10\^100"):
        sparql.term(value)


def test_a_small_number_is_written_out() -> None:
    assert str(sparql.term(1e-7)).startswith('"0.0000001"')


def test_a_question_with_a_hostile_value() -> None:
    prepared = questions.prepare("某人任职史", {}, sparql.known_prefixes(), ["\"@zh } SERVICE <urn:x> { #'\\"])
    assert sparql.check(prepared.query) == "SELECT"


# Rules


def _rule(match: str = "<Person>任<Post>", **more: str) -> str:
    fields = {
        "name": "'任命'",
        "facts": "['person holdsPost post']",
        "yes": "['<Person 张三>任<Post 区长>。 => 张三 holdsPost 区长']",
        "no": "['<Person 张三>对<Post 区长>说']",
    } | more
    return "[[rule]]\n" + f"match = '{match}'\n" + "\n".join(f"{key} = {value}" for key, value in fields.items())


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("words = 5", "[words]"),
        ("words = [1]", "[words]"),
        ("rule = [1]", "[[rule]]"),
        ("x = " + "9" * 5_000, "4300 digits"),
        ("x = " + "[" * 20_000, "nested too deep"),
        (_rule("<Person>任{99999999999}<Post>"), "too large"),
        (_rule("(?:" * 3_000 + "<Person>任<Post>" + ")" * 3_000), "nested too deep"),
        (_rule(unless="['" + "(?:" * 3_000 + "不" + ")" * 3_000 + "']"), "nested too deep"),
        (_rule("(?:<Person>任<Post>)?"), "matches where nothing stands"),
        (_rule("(?=<Person>任<Post>)"), "matches where nothing stands"),
        (_rule("[](?P<等级:Tier>]<Person>任<Post>"), "'等级' stands where"),
        (_rule("<Person>(任)?(?(1)(?:.{0,40}){0,40}|任)<Post>"), "repetition within a repetition"),
        (_rule(yes="['@event | <Person 张三>任<Post 区长>。 => 张三 holdsPost 区长']"), "@slot=value"),
    ],
)
def test_a_file_of_rules_is_refused_by_name(text: str, said: str) -> None:
    with pytest.raises(ConfigurationError, match=re.escape(said)) as told:
        rulebook.parse([("a.toml", text)], ontology.load(), stated if said == "@slot=value" else None)
    assert str(told.value).startswith("a.toml: ")


def test_the_fuzzer_starts_from_rules_that_load() -> None:
    for seed in targets.seeds("rulebook"):
        assert len(rulebook.parse([("a.toml", seed.decode())], ontology.load(), stated).rules) == 1


def test_what_a_condition_repeats_is_counted() -> None:
    assert regex.ambiguity("(a)?(?(1)(?:.{0,40}){0,40}|b)") > 6


def test_the_corpus_is_small() -> None:
    files = [path for path in CORPUS.rglob("*") if path.is_file()]
    assert sum(path.stat().st_size for path in files) < 60_000
    assert Path(CORPUS).name == "corpus"
