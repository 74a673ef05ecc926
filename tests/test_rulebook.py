"""The rulebook's refusals, one planted mistake a row, and that the project's own rules keep what they promise."""

from __future__ import annotations

import tomllib

import pytest

from kg import ontology, rulebook
from kg.errors import ConfigurationError
from kg.pattern import encode
from kg.people import encode_groups
from kg.slots import stated

GOOD = """\
[words]
"出席" = ["出席", "参加"]

[[rule]]
name = "出席"
match = '<Person>[^，。]{0,4}<出席><Event>'
facts = ["person attended event"]
unless = ["没有"]
yes = ["<Person 芮清>出席<Event 推介会>。 => 芮清 attended 推介会"]
no = ["<Person 芮清>没有出席<Event 推介会>。"]
"""
MATCH = "<Person>[^，。]{0,4}<出席><Event>"
FACT = '"person attended event"'
YES = 'yes = ["<Person 芮清>出席<Event 推介会>。 => 芮清 attended 推介会"]'
NO = 'no = ["<Person 芮清>没有出席<Event 推介会>。"]'

MISTAKES = [
    # what stands in the good rule, what is planted for it, the reason given
    ('name = "出席"', 'name = "出席"\npriority = 3', "unknown field 'priority'"),
    (f"match = '{MATCH}'", "", "no 'match'"),
    (f"match = '{MATCH}'", "match = 3", "'match' is no text"),
    (f"facts = [{FACT}]", "facts = [3]", "'facts' is no list of texts"),
    (f"facts = [{FACT}]", f"facts = {FACT}", "'facts' is no list of texts"),
    (YES, 'yes = [""]', "'yes' is no list of texts"),
    ("unless =", 'blocks = ["footer"]\nunless =', "blocks 'footer': some of "),
    ("unless =", "blocks = []\nunless =", "blocks '[]': some of "),
    (f"facts = [{FACT}]", "", "no 'facts'"),
    (f"facts = [{FACT}]", "facts = []", "no 'facts'"),
    (YES, "", "no 'yes' example"),
    (YES, "yes = []", "no 'yes' example"),
    (NO, "", "no 'no' example"),
    (NO, "no = []", "no 'no' example"),
    ("<Person>[", "<Persom>[", "unknown class 'Persom' in <Persom>"),
    (MATCH, "<Person>出席<会:Metting~>", "unknown class 'Metting' in <会:Metting~>"),
    (MATCH, "<Person>出席(?P<会:Metting>推介会)", "unknown class 'Metting'"),
    ("<出席><Event>'", "<列席><Event>'", "neither a slot nor a word list: <列席>"),
    ("<出席><Event>'", "<出席><Event>>'", "stray < or >"),
    (MATCH, "<a:Person>和<a:Person><出席><Event>", "slot 'a' occurs twice"),
    (MATCH, "<Person>(<出席><Event>", "bad regular expression"),
    (MATCH, "<Person>.*<出席><Event>", "unbounded repetition"),
    (MATCH, "<Person>.+?<出席><Event>", "unbounded repetition"),
    (MATCH, "<Person>[^。]*<出席><Event>", "unbounded repetition"),
    (MATCH, "<Person>.{2,}<出席><Event>", "unbounded repetition"),
    (MATCH, "(?:<Person>、)+<出席><Event>", "unbounded repetition"),
    (MATCH, "<Person>.{,}<出席><Event>", "unbounded repetition"),
    (MATCH, "<Person>(?:[^。]{0,40}){0,40}<出席><Event>", "a repetition within a repetition"),
    (MATCH, "<Person>(?:[^。]{0,40}，?){0,40}<出席><Event>", "a repetition within a repetition"),
    (FACT, '"person attended"', "not `subject predicate object {qualifier=slot}`: 'person attended'"),
    (FACT, '"person atended event"', "unknown property 'atended'"),
    (FACT, '"persons attended event"', "unknown slot 'persons'"),
    (FACT, '"person attended meeting"', "unknown slot 'meeting'"),
    (FACT, '"person attended event|@meeting"', "unknown discourse slot '@meeting'"),
    (FACT, '"event attended event"', "slot 'event' (Event) is outside the domain of attended"),
    (FACT, '"person attended person"', "slot 'person' (Person) is outside the range of attended"),
    (FACT, '"person attended @project"', "slot '@project' (Project) is outside the range of attended"),
    (FACT, '"person attended event {colour=event}"', "unknown qualifier 'colour'"),
    (FACT, '"person attended event {by=someone}"', "qualifier value 'someone' is neither a slot nor quoted"),
    ("unless =", 'status = "likely"\nunless =', "status 'likely': one of actual, planned, reported"),
    ('"没有"', '"没有("', "bad regular expression: missing )"),
    ('"没有"', '"没有.*"', "unbounded repetition"),
    ('"没有"', '"没有(?:[^。]{0,40}){0,40}了"', "a repetition within a repetition"),
    ('"没有"', '"没有", "拒绝"', "unless '拒绝' is reached by no example"),
    (" => 芮清 attended 推介会", "", "a yes without ` => facts`"),
    ("=> 芮清 attended 推介会", "=> 芮清 attended 座谈会", "yes reads as 芮清 attended 推介会, expected 芮清 attended 座谈会"),
    ("芮清>出席<", "芮清>筹备<", "yes reads as nothing, expected 芮清 attended 推介会"),
    (
        " => 芮清 attended 推介会",
        " => 芮清 attended 推介会; 芮清 attended 座谈会",
        "yes reads as 芮清 attended 推介会, expected 芮清 attended 座谈会; 芮清 attended 推介会",
    ),
    (NO, 'no = ["<Person 芮清>一同参加<Event 推介会>。"]', "no reads as 芮清 attended 推介会"),
    (NO, 'no = ["<Person 芮清>没有出席推介会。"]', "no lacks a class that the pattern needs"),
    (NO, 'no = ["会议没有开始。"]', "no lacks a class that the pattern needs"),
    ("yes = [\"<Person", "yes = [\"<Human", "unknown class 'Human' in an example"),
    ("yes = [\"<Person 芮清>", "yes = [\"<Money 许多>", "'许多' is not read as one quantity"),
]  # fmt: skip


def load(*sources: tuple[str, str]) -> rulebook.Rulebook:
    return rulebook.parse(sources, ontology.load(), stated)


def test_the_rule_without_a_mistake_loads() -> None:
    book = load(("meetings.toml", GOOD))
    assert [rule.name for rule in book.rules] == ["meetings/出席"]
    assert book.words == {"出席": ("出席", "参加")}


@pytest.mark.parametrize(("old", "new", "reason"), MISTAKES, ids=[reason for _, _, reason in MISTAKES])
def test_a_planted_mistake_is_refused_by_name(old: str, new: str, reason: str) -> None:
    assert GOOD.count(old) == 1
    with pytest.raises(ConfigurationError) as refusal:
        load(("meetings.toml", GOOD.replace(old, new)))
    message = str(refusal.value)
    assert message.startswith("meetings.toml: rule '出席': ")
    assert reason in message


def test_a_rule_without_a_name_is_refused() -> None:
    with pytest.raises(ConfigurationError, match=r"^meetings\.toml: rule '\?': no 'name'$"):
        load(("meetings.toml", GOOD.replace('name = "出席"\n', "")))


FILES = [
    # several files, or a file that is no table of rules
    ([("a.toml", 'name = "甲\n')], r"^a\.toml: .*line 1"),
    ([("a.toml", "[rule]\nname = '甲'\n")], r"^a\.toml: a rule begins with \[\[rule\]\], not with \[rule\]$"),
    ([("a.toml", '[words]\n"出席" = "出席"\n')], r"^a\.toml: word list '出席' is no list of texts$"),
    ([("a.toml", '[words]\n"出席" = ["出席", ""]\n')], r"^a\.toml: word list '出席' is no list of texts$"),
    ([("a.toml", '[words]\n"出席" = [3]\n')], r"^a\.toml: word list '出席' is no list of texts$"),
    ([("a.toml", "[[rules]]\nname = '甲'\n")], r"^a\.toml: unknown table 'rules'$"),
    ([("a.toml", GOOD), ("b.toml", '[words]\n"出席" = ["到会"]\n')], r"^b\.toml: word list '出席' stands twice$"),
    ([("a.toml", GOOD + GOOD[GOOD.index("[[rule]]") :])], r"^a\.toml: rule '出席': the name stands twice$"),
]


@pytest.mark.parametrize(("sources", "message"), FILES)
def test_a_file_with_a_mistake_is_refused(sources: list[tuple[str, str]], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        load(*sources)


def test_two_files_may_share_a_rule_name_and_a_word_list() -> None:
    body = GOOD[GOOD.index("[[rule]]") :]
    book = load(("a.toml", body), ("b.toml", GOOD))
    assert [rule.name for rule in book.rules] == ["a/出席", "b/出席"]


def test_a_failing_example_prints_the_tagged_sentence() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        load(("meetings.toml", GOOD.replace("芮清>出席<", "芮清>筹备<")))
    assert "symbols: <Person 芮清>筹备<Event 推介会>。" in str(refusal.value)


EXAMPLES = [
    # a yes or no as written: what discourse carries, the plain sentence, its mentions
    ("<Person 芮清>出席。", {}, "芮清出席。", [("Person", 0, 2)]),
    ("会上，<Person 芮清>、<Person 晏青>发言。", {}, "会上，芮清、晏青发言。", [("Person", 3, 5), ("Person", 6, 8)]),
    ("@event=推介会 | <Person 芮清>主持。", {"@event": "推介会"}, "芮清主持。", [("Person", 0, 2)]),
    (
        "@event=推介会, @place=石桥区 | 会议<Date 3月5日>举行。",
        {"@event": "推介会", "@place": "石桥区"},
        "会议3月5日举行。",
        [("Date", 2, 6)],
    ),
    ("总投资<Money 3亿元>。", {}, "总投资3亿元。", [("Quantity", 3, 6)]),
    ("增长<Share 5%>。", {}, "增长5%。", [("Quantity", 2, 4)]),
    ("没有标注。", {}, "没有标注。", []),
]


@pytest.mark.parametrize(("example", "carried", "text", "mentions"), EXAMPLES, ids=[row[0] for row in EXAMPLES])
def test_examples_are_read(
    example: str, carried: dict[str, str], text: str, mentions: list[tuple[str, int, int]]
) -> None:
    held, plain, found = rulebook.parse_example(example)
    assert (held, plain) == (carried, text)
    assert [(m.type, m.start, m.end) for m in found] == mentions


VETOES = [
    # a guard stops a match in the clauses that the match touches, and nowhere else
    ("<Person 芮清>出席<Event 推介会>，<Person 晏青>没有出席<Event 座谈会>。", ["芮清"], ["晏青"]),
    ("没有人反对，<Person 芮清>出席<Event 推介会>。", ["芮清"], []),
    ("<Person 芮清>没有出席<Event 推介会>；<Person 晏青>出席<Event 座谈会>。", ["晏青"], ["芮清"]),
]


@pytest.mark.parametrize(("sentence", "fired", "vetoed"), VETOES, ids=[row[0] for row in VETOES])
def test_a_guard_holds_in_its_clause(sentence: str, fired: list[str], vetoed: list[str]) -> None:
    (rule,) = load(("meetings.toml", GOOD)).rules
    _, text, mentions = rulebook.parse_example(sentence)
    found = list(rulebook.matches(rule, encode(text, 0, mentions), ()))
    assert [m.slots["person"][0].text for m in found if not m.vetoed] == fired
    assert [(m.slots["person"][0].text, m.vetoed) for m in found if m.vetoed] == [(name, "没有") for name in vetoed]


def test_the_projects_own_rules_load_with_their_examples() -> None:
    book = rulebook.load(examples=True)
    files = {name for name, _ in rulebook.sources()}
    assert len(book.rules) > 50
    assert {f"{rule.name.partition('/')[0]}.toml" for rule in book.rules} == files


def test_no_rule_is_passed_over_that_matches() -> None:
    book = rulebook.load()
    tables = [tomllib.loads(text) for _, text in rulebook.sources()]
    lines = [line for table in tables for rule in table["rule"] for line in rule["yes"] + rule["no"]]
    tried = 0
    for line in lines:
        _, text, mentions = rulebook.parse_example(line.partition(" => ")[0])
        plain, (grouped, groups) = encode(text, 0, mentions), encode_groups(text, 0, mentions)
        candidates = {rule.name for rule, _ in book.candidates(plain, grouped)}
        tried += len(candidates)
        for rule in book.rules:
            if any(rulebook.matches(rule, grouped if rule.people else plain, groups)):
                assert rule.name in candidates
    assert tried < len(lines) * len(book.rules) / 4


def test_a_rules_facts_are_predicates_of_the_output() -> None:
    predicates = set(ontology.load().predicates)
    said = {t.predicate for rule in rulebook.load().rules for t in rule.templates}
    assert said - predicates == set()
