"""A user's own names: read with their mistakes named, and preferred to every tagger."""

from __future__ import annotations

from pathlib import Path

import pytest

from kg import dictionary
from kg.errors import ConfigurationError
from kg.model import Mention


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "names.tsv"
    path.write_text(text, encoding="utf-8")
    return path


READ = [
    ("碳屿\tCompany\t常州碳屿材料有限公司\n", {"碳屿": ("Company", "常州碳屿材料有限公司")}),
    ("name\tclass\tcanonical name\n碳屿\tCompany\t\n", {"碳屿": ("Company", "碳屿")}),
    ("\ufeff# 说明\n\n 碳屿 \tCompany\n", {"碳屿": ("Company", "碳屿")}),
    ("碳屿\tCompany\n碳屿\tCompany\n", {"碳屿": ("Company", "碳屿")}),
    ("", {}),
]


@pytest.mark.parametrize(("text", "expected"), READ)
def test_reads(tmp_path: Path, text: str, expected: dict[str, tuple[str, str]]) -> None:
    own = dictionary.load(table(tmp_path, text))
    assert {name: (own.classes[name], own.canonical[name]) for name in own.classes} == expected


WRONG = [
    ("碳屿\n", "line 1: give name, class and canonical name"),
    ("a\tCompany\nb\tCompany\tc\td\n", "line 2: give name"),
    ("\tCompany\n", "line 1: give name"),
    ("碳屿\tRocket\n", "line 1: class 'Rocket': it is one of Person, "),
    ("碳屿\tCompany\n碳屿\tPark\n", "line 2: 碳屿 stands twice"),
    ("碳屿\tCompany\t甲\n碳屿\tCompany\t乙\n", "line 2: 碳屿 stands twice"),
]


@pytest.mark.parametrize(("text", "message"), WRONG)
def test_names_the_line_of_a_mistake(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        dictionary.load(table(tmp_path, text))


def test_refuses_what_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="cannot be read"):
        dictionary.load(tmp_path / "absent.tsv")
    path = tmp_path / "gbk.tsv"
    path.write_bytes("碳屿\tCompany\n".encode("gbk"))
    with pytest.raises(ConfigurationError, match="not UTF-8"):
        dictionary.load(path)


def test_finds_the_longest_name(tmp_path: Path) -> None:
    own = dictionary.load(table(tmp_path, "碳屿\tCompany\n碳屿之星\tProject\t碳屿之星项目\n"))
    assert own.find("碳屿的碳屿之星") == [
        Mention("Company", 0, 2, "碳屿", "碳屿", "dictionary"),
        Mention("Project", 3, 7, "碳屿之星", "碳屿之星项目", "dictionary"),
    ]
    assert dictionary.load(table(tmp_path, "")).find("碳屿") == []
