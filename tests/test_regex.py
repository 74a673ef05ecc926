"""What is read off a regular expression: the characters it needs, and repetitions that would be tried without end."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kg import regex

REQUIRED = [
    ("主持", ["主", "持"]),
    ("主持了?", ["主", "持"]),
    ("(?:一期|二期)工程", ["一二", "工", "程"]),
    ("(?:主持|召开)会", ["主召", "会"]),
    ("(?P<how>出席|参加)", ["出参"]),
    ("[市县]长", ["市县", "长"]),
    ("长{1,3}", ["长"]),
    # what may be left out, or may be anything, needs nothing
    ("(?:主持)?(?:召开){0,2}会?", []),
    ("主持|", []),
    ("(?:主持|[^。])", []),
    ("[^。，]{2,4}", []),
    ("[一-龥]", []),
    (r"\d年", ["年"]),
    ("(?i:ceo)长", ["长"]),
    ("(?i)ceo", []),
    # nor does what stands around it
    ("(?<=在)(?!不)(?=会|$)说", ["说"]),
    ("(?<![由被])说", ["说"]),
]


@pytest.mark.parametrize(("expression", "sets"), REQUIRED, ids=[row[0] for row in REQUIRED])
def test_required(expression: str, sets: list[str]) -> None:
    assert regex.required(expression) == tuple(map(frozenset, sets))


pieces = st.recursive(
    st.sampled_from(["a", "b", "ab", "[ab]", "[^a]", "."]),
    lambda part: st.one_of(
        st.tuples(part, part).map("".join),
        st.tuples(part, part).map(lambda two: f"(?:{two[0]}|{two[1]})"),
        st.tuples(part, st.sampled_from(["?", "{0,2}", "{1,2}", "{2}"])).map(lambda two: f"(?:{two[0]}){two[1]}"),
    ),
    max_leaves=6,
)


@given(pieces, st.text("abc", max_size=6))
def test_whatever_matches_holds_what_is_required(expression: str, text: str) -> None:
    if re.search(expression, text):
        assert not any(one.isdisjoint(text) for one in regex.required(expression))


AMBIGUITY = [
    ("(?:.{0,10}){0,40}", 40),
    ("(?:.{0,10}){40}", 40),
    ("(?:.{1,10}?){1,40}?", 40),
    ("(?:.{0,10}，?){0,40}", 40),
    ("(?:会|.{0,10}){0,40}", 40),
    ("(?:说(?P<what>.{0,10}))?(?:(?:.{0,10})){0,3}", 3),
    ("(?=(?:.{0,10}){0,40}会)", 40),
    ("会(?:(?:.{0,10}，){0,10}){0,40}", 40),
    # something must stand between, nothing varies, or nothing repeats
    ("(?:.{0,10}，){0,40}", 0),
    ("(?:，.{0,10}){0,40}", 0),
    ("(?:.{10}){0,40}", 0),
    ("(?:.?){0,40}", 0),
    ("(?:.{0,10})?", 0),
    (".{0,10}.{0,10}", 0),
]


@pytest.mark.parametrize(("expression", "power"), AMBIGUITY, ids=[row[0] for row in AMBIGUITY])
def test_ambiguity(expression: str, power: float) -> None:
    assert regex.ambiguity(expression) == power
