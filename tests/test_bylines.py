"""Who wrote and who photographed, in the many forms of bylines and credits."""

from __future__ import annotations

import pytest
from reading import Reader

from kg.bylines import names

NAMES = [
    ("本报讯（汤怀英 记者 周洁如）", ["汤怀英", "周洁如"]),
    ("本报讯（记者 周洁如）", ["周洁如"]),
    ("本报讯（记者 周洁如 通讯员 汤怀英 卢海生）", ["周洁如", "汤怀英", "卢海生"]),
    ("本报讯（记者周洁如、汤怀英）", ["周洁如", "汤怀英"]),
    ("（记者 周洁如 文/摄）", ["周洁如"]),
    ("本报讯（融媒体记者 周洁如）", ["周洁如"]),
    ("本报讯（见习记者 周洁如 实习生 汤怀英）", ["周洁如", "汤怀英"]),
    ("本报记者 周洁如 通讯员 汤怀英", ["周洁如", "汤怀英"]),
    ("记者 周洁如 报道", ["周洁如"]),
    ("周洁如 汤怀英 摄", ["周洁如", "汤怀英"]),
    ("周洁如 摄", ["周洁如"]),
    ("周洁如/摄", ["周洁如"]),
    ("（周洁如 摄）", ["周洁如"]),
    ("汤怀英 文 周洁如 摄", ["汤怀英", "周洁如"]),
    ("欧阳明远 摄", ["欧阳明远"]),
    ("通讯员 阿依古丽·买买提 报道", ["阿依古丽·买买提"]),
    ("本报讯", []),
    ("（摄影报道）", []),
]


@pytest.mark.parametrize(("text", "expected"), NAMES, ids=[row[0] for row in NAMES])
def test_names(text: str, expected: list[str]) -> None:
    assert [text[start:end] for start, end in names(text)] == expected


BODY = "昨天，石桥镇的稻田里，收割机来回穿梭，农民脸上洋溢着笑容。"
PAGES = [
    (
        f"# 秋粮喜获丰收\n\n本报讯（汤怀英 记者 周洁如）{BODY}\n",
        ["article reportedBy 周洁如", "article reportedBy 汤怀英"],
    ),
    (f"# 秋粮喜获丰收\n\n本报讯 记者 周洁如 {BODY}\n", ["article reportedBy 周洁如"]),
    (f"# 秋粮喜获丰收\n\n{BODY}\n\n（记者 周洁如）\n", ["article reportedBy 周洁如"]),
    (f"# 秋粮喜获丰收\n\n{BODY}\n\n周洁如 汤怀英 摄\n", ["article photographedBy 周洁如", "article photographedBy 汤怀英"]),
    (
        f"# 秋粮喜获丰收\n\n本报讯（记者 周洁如 文/摄）{BODY}\n",
        ["article photographedBy 周洁如", "article reportedBy 周洁如"],
    ),
    (f"# 秋粮喜获丰收\n\n本报讯 {BODY}\n", []),
]  # fmt: skip


@pytest.mark.parametrize(("page", "facts"), PAGES, ids=[row[0].split()[2][:20] for row in PAGES])
def test_pages(reader: Reader, page: str, facts: list[str]) -> None:
    assert reader.lines(page, place="石桥区") == facts
