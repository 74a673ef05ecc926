"""`kg ask`: the questions that people wrote are answered, what cannot be answered is refused, the rest says why."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import pyoxigraph as ox
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kg import asking, cli, ontology, store
from kg.asking import Answer, book, check, names
from kg.asking.names import Named, Names, bare
from kg.errors import ConfigurationError, UsageError
from kg.report import Report
from kg.store import Store

QUESTIONS = Path(__file__).parent / "questions"
LEAST = 0.9
"""of the questions that the graph can answer, at least, that are answered right"""


@pytest.fixture(scope="module")
def seeds(built: tuple[Path, Report]) -> tuple[Store, Names]:
    """The store of seeds/ and its names."""
    opened = store.open(built[0])
    return opened, asking.names_of(opened)


def written(file: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (QUESTIONS / file).read_text(encoding="utf-8").splitlines()]


def cells(answer: Answer) -> list[str]:
    return [cell for part in answer.parts for row in part.rows for cell in row]


def said(wanted: str, among: list[str]) -> bool:
    """Whether one of the writings `a|b` is in a cell, as tests/questions/README.md has it."""

    def plain(text: str) -> str:
        return "".join(unicodedata.normalize("NFKC", text).split())

    def within(one: str, cell: str) -> bool:
        before = r"(?<![\d.])" if one[0].isdigit() else ""
        after = r"(?!\d|\.\d)" if one[-1].isdigit() else ""
        return re.search(before + re.escape(one) + after, cell) is not None

    return any(within(plain(one), plain(cell)) for one in wanted.split("|") for cell in among)


def right(question: dict[str, Any], answer: Answer) -> bool:
    """Whether an answer has all that it must, nothing that it must not, and first what has to be first."""
    found = cells(answer)
    first = list(answer.parts[0].rows[0]) if answer.parts else []
    return (
        all(said(one, found) for one in question["answer"])
        and not any(said(one, found) for one in question.get("not", ()))
        and all(said(one, first) for one in question.get("first", ()))
    )


def test_answers_the_questions_people_wrote(seeds: tuple[Store, Names]) -> None:
    questions = written("answerable.jsonl")
    wrong = [one["question"] for one in questions if not right(one, asking.ask(seeds[0], one["question"], seeds[1]))]
    assert len(wrong) <= (1 - LEAST) * len(questions), wrong


def test_answers_nothing_that_the_graph_cannot_know(seeds: tuple[Store, Names]) -> None:
    answered = [
        (one["question"], answer.understood)
        for one in written("unanswerable.jsonl")
        if (answer := asking.ask(seeds[0], one["question"], seeds[1])).parts
    ]
    assert answered == []


def test_an_answer_has_its_sentences_and_its_query(seeds: tuple[Store, Names]) -> None:
    for one in written("answerable.jsonl"):
        for part in asking.ask(seeds[0], one["question"], seeds[1]).parts:
            assert part.sparql.count("{") == part.sparql.count("}") > 0
            assert "$" not in part.sparql
            if one["kind"] != "together_most":
                assert all(cited.quote and cited.source for cited in part.evidence) and part.evidence, one["question"]


WORDINGS = [
    # what is said differently, question, a cell of the answer
    ("politeness", "您好，麻烦帮我查一下，钟离岳走访过哪些地方呢，谢谢", "余姚市人民医院"),
    ("keywords", "浏阳市委常委会（扩大）会议 主持人", "屈湘临"),
    ("full width", "２０２５年３月４日的武进区委书记是谁", "丁宗岳"),
    ("a place and a title", "余姚的市委书记是谁", "傅时安"),
    ("a body and a title", "武进区教育局现任局长是谁", "鲁思远"),
    ("a title and a person", "副市长隋广元主持了哪些会议", "寿光市盐碱地设施农业现场会"),
    ("a short company", "甬嘉智能阀门在什么地方", "浙江省宁波市余姚市朗霞街道"),
    ("a short project", "酶制剂项目什么时候投产", "2026-07/2026-09"),
    ("a phase", "钠离子电池生产基地一期年产多少", "5吉瓦时"),
    ("something left out", "余姚第二批重大项目集中开工仪式谁主持", "竺海宁"),
    ("a synonym", "武进区2024年GDP是多少", "3420.6亿元"),
    ("a place within", "锡山有哪些项目", "无锡凌波智能网联汽车测试基地"),
    ("a relative date", "今年要投产的项目", "酶制剂绿色制造项目"),
    ("how many", "蒲启元主持过几次会", "3"),
    ("the first three", "总投资最大的三个项目是哪些", "电动飞行器总装基地项目"),
    ("a threshold", "总投资不低于15亿元的项目", "电动飞行器总装基地项目"),
    ("less than", "哪些项目的总投资低于3亿元", "无人机焰火秀基地项目"),
    ("what fell", "武进区固定资产投资增长多少", "下降"),
    ("a kind of meeting", "欧阳雪主持过什么座谈会", "武进区民营企业家春季座谈会"),
    ("the sentence", "钟离岳走访慰问劳动模范是谁陪同的，原文", "娄芳"),
    ("a headline", "《区委常委会召开会议》谁写的", "荀若水"),
]


@pytest.mark.parametrize(("question", "cell"), [row[1:] for row in WORDINGS], ids=[row[0] for row in WORDINGS])
def test_understands(seeds: tuple[Store, Names], question: str, cell: str) -> None:
    answer = asking.ask(seeds[0], question, seeds[1])
    assert any(cell in one for one in cells(answer)), (answer.status, answer.message, answer.understood)


REFUSALS = [
    # question, status, words of the message
    ("丁宗岳的学历是什么", asking.NOT_UNDERSTOOD, "学历"),
    ("丁宗岳为什么主持武进区委常委会会议", asking.NOT_UNDERSTOOD, "原因"),
    ("宗怀远在武进区重大项目推进会上讲话了吗", asking.NOT_UNDERSTOOD, "是非"),
    ("蒲启元主持的会议比宗怀远多几次", asking.NOT_UNDERSTOOD, "比较"),
    ("丁宗岳在武进区民营企业家春季座谈会上讲了什么", asking.NOT_UNDERSTOOD, "内容"),
    ("武进区民营企业家春季座谈会有多少人参加", asking.NOT_UNDERSTOOD, "不会"),
    ("谁主持了武进区民营企业家秋季座谈会", asking.UNKNOWN_NAME, "秋季座谈会"),
    ("李强参加了什么活动", asking.UNKNOWN_NAME, "李强"),
    ("蒲启元是哪里人", asking.NOT_UNDERSTOOD, "不会"),
    ("投资最大的项目是谁投的", asking.NOT_UNDERSTOOD, "不会"),
    ("这个项目投资多少", asking.AMBIGUOUS, "这个"),
    ("书记是谁", asking.AMBIGUOUS, "哪个单位"),
    ("2010年丁宗岳主持了哪些会议", asking.NOTHING, "没有查到"),
    ("鹅湖镇乡村旅游收入在全国排第几", asking.NOT_UNDERSTOOD, "全国"),
    ("市长丁宗岳主持了哪些会议", asking.NOT_UNDERSTOOD, "不会"),
    ("钠离子电池生产基地项目二期投资多少", asking.NOT_UNDERSTOOD, "二期"),
    ("100亩以上的项目有哪些", asking.NOTHING, "没有查到"),
]


@pytest.mark.parametrize(("question", "status", "words"), REFUSALS, ids=[row[0] for row in REFUSALS])
def test_refuses(seeds: tuple[Store, Names], question: str, status: str, words: str) -> None:
    answer = asking.ask(seeds[0], question, seeds[1])
    assert (answer.status, answer.parts) == (status, ())
    assert words in answer.message
    assert answer.ready


def test_tells_the_names_like_an_unknown_one(seeds: tuple[Store, Names]) -> None:
    answer = asking.ask(seeds[0], "谁主持了武进区民营企业家秋季座谈会", seeds[1])
    assert "武进区民营企业家春季座谈会" in answer.like


def test_suggests_questions_about_what_is_named(seeds: tuple[Store, Names]) -> None:
    answer = asking.ask(seeds[0], "臧一舟的妻子是谁", seeds[1])
    assert answer.instead and all("臧一舟" in one for one in answer.instead)


NAMESAKES = """
@prefix kg: <https://w3id.org/local-news-kg/ontology#> . @prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix e: <https://w3id.org/local-news-kg/id/x/> .
e:a a kg:Person ; rdfs:label "江若水"@zh ; kg:holdsPost e:p ; kg:presidedOver e:m .
e:b a kg:Person ; rdfs:label "江若水"@zh ; kg:presidedOver e:n .
e:p a kg:Post ; rdfs:label "湖塘镇镇长"@zh ; <http://www.w3.org/2004/02/skos/core#altLabel> "镇长"@zh .
e:m a kg:Meeting ; rdfs:label "春耕会议"@zh .
e:n a kg:Meeting ; rdfs:label "董事会会议"@zh .
"""


def test_answers_for_each_of_several_people_of_a_name() -> None:
    held = ox.Store()
    held.load(NAMESAKES.encode(), format=ox.RdfFormat.TURTLE)
    answer = asking.ask(Store("namesakes", held), "江若水主持了哪些会议？")
    assert [(part.about, part.rows[0][1]) for part in answer.parts] == [
        ("江若水（湖塘镇镇长）", "春耕会议"),
        ("江若水（职务未见报）", "董事会会议"),
    ]
    told = asking.ask(Store("namesakes", held), "镇长江若水主持了哪些会议？")
    assert [part.rows[0][1] for part in told.parts] == ["春耕会议"]


@given(st.text(alphabet="丁宗岳主持了哪些会议2025年的?\"'{}<>\\$#.;|谁", max_size=40))
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_words_of_a_question_get_into_a_query(seeds: tuple[Store, Names], question: str) -> None:
    if not bare(question):
        return
    for part in asking.ask(seeds[0], question, seeds[1], tagger="jieba").parts:
        assert "丁宗岳" not in part.sparql


@pytest.mark.parametrize(("question", "words"), [("？！ ", "ask something"), ("谁" * 201, "201 characters")])
def test_says_what_is_no_question(seeds: tuple[Store, Names], question: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        asking.ask(seeds[0], question, seeds[1])


def test_every_example_reads_as_written() -> None:
    check.check(book.load(), ontology.load())


WORDS = """
[[word]]
concept = "who"
says = ["谁"]
[[word]]
concept = "refused"
says = ["没有"]
reason = "不答"
"""
FRAME = {
    "name": '"某人是谁"', "asks": '"某人是谁"', "say": '"{person}是谁"', "needs": '["person:Person", "who"]',
    "query": '"SELECT ?p { VALUES ?p { $person } }"', "columns": '{ p = "人" }',
    "yes": '["<Person 张三>是谁 => person=张三"]', "no": '["<Person 张三>没有谁"]',
}  # fmt: skip
FAULTS = [
    # field, what it says, words of the complaint
    ("needs", '["person:Human"]', "unknown class 'Human'"),
    ("needs", '["person:Person", "whom"]', "unknown concept 'whom'"),
    ("needs", '["person:Person", "who|whom"]', "'who' is one of several"),
    ("query", '"SELECT ?p { VALUES ?p { $someone } }"', r"has \$someone, which no slot gives"),
    ("query", '"SELECT ?p { VALUES ?p { $person } \\n@date FILTER(true) }"', "line for 'date', which is no slot"),
    ("query", '"DROP ALL"', "DROP is no query"),
    ("query", '"SELECT ?q { VALUES ?p { $person } }"', r"does not select \?p"),
    ("columns", '["p"]', "'columns' is no dict"),
    ("yes", "[]", "no 'yes'"),
    ("kind", '"x"', "unknown field 'kind'"),
    ("name", "", "no 'name'"),
]


def stated(**changes: str) -> str:
    fields = {**FRAME, **changes}
    return "[[frame]]\n" + "\n".join(f"{name} = {value}" for name, value in fields.items() if value)


@pytest.mark.parametrize(("field", "value", "words"), FAULTS)
def test_refuses_a_frame_that_is_ill_stated(field: str, value: str, words: str) -> None:
    with pytest.raises(ConfigurationError, match=words):
        book.parse([("people.toml", stated(**{field: value})), ("words.toml", WORDS)], ontology.load())


@pytest.mark.parametrize(
    ("field", "value", "words"),
    [
        ("yes", '["<Person 张三>是谁 => person=李四"]', "is read as '某人是谁: person=张三'"),
        ("yes", '["<Person 张三>的电话 => person=张三"]', "is read as 'refused: unknown"),
        ("no", '["<Person 张三>谁"]', "takes '<Person 张三>谁', which it must not"),
    ],
)
def test_refuses_an_example_that_reads_otherwise(field: str, value: str, words: str) -> None:
    filler = '[[word]]\nconcept = "filler"\nsays = ["是"]\n'
    own = book.parse([("people.toml", stated(**{field: value})), ("words.toml", WORDS + filler)], ontology.load())
    with pytest.raises(ConfigurationError, match=words):
        check.check(own, ontology.load())


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("武进区春季座谈会", "gaps"),  # 武进区(民营企业家)春季座谈会
        ("民营企业家春季座谈会", "part"),
        ("武进区民营企业家春季座谈会", "name"),
        ("武进区民营企业家秋季座谈会", ""),
        ("座谈会", ""),
    ],
)
def test_a_name_may_be_said_in_part(text: str, found: str) -> None:
    meeting = Named("武进区民营企业家春季座谈会", "Meeting", "urn:1")
    spans = Names({bare(meeting.label): (meeting,)}).find(text, ontology.load())
    whole = [one.how for one in spans if one.end - one.start == len(text)]
    assert whole[:1] == ([found] if found else [])


def test_a_part_of_many_names_is_none() -> None:
    many = {f"{place}重大项目推进会": Named(place, "Meeting", place) for place in "甲乙丙丁戊"}
    known = Names({name: (one,) for name, one in many.items()})
    assert list(known.find("重大项目推进会", ontology.load())) == []
    assert len(many) > names.MOST


def test_the_command_answers(built: tuple[Path, Report], capsys: pytest.CaptureFixture[str]) -> None:
    place = ["--store", str(built[0])]
    assert cli.main(["ask", "谁主持了武进区民营企业家春季座谈会？", *place]) == 0
    out = capsys.readouterr().out
    for words in (
        "欧阳雪  主持",
        "依据：",
        "统战部部长欧阳雪主持会议",
        "《民营企业家春季座谈会举行》",
        "SPARQL：",
        "SELECT",
    ):
        assert words in out
    assert cli.main(["ask", "丁宗岳", "任职经历", "--no-sparql", *place]) == 0
    assert "SPARQL" not in capsys.readouterr().out
    assert cli.main(["ask", "沈东主持了哪些会议？", "--json", *place]) == 7
    told = json.loads(capsys.readouterr().out)
    assert (told["status"], told["message"], told["parts"]) == ("unknown_name", "图谱里没有“沈东”。", [])
