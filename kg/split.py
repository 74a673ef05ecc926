"""Cut a source into articles, an article into blocks and sentences, a sentence into clauses.

A page is read line by line: every line gets a role from its own words (kg.lines), then the roles around it decide
what begins an item, what continues a broken paragraph and what is no text at all. Splitting is conservative: a second
item needs a page-level heading, a headline over a byline, or a credited photograph.
"""

from __future__ import annotations

import dataclasses
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from kg.layout import limit, pattern, words
from kg.lines import ASIDE, BREAK, Line, credit_start, is_finished, is_photographers, joins, lines, runs_on, spans_word
from kg.model import Article, Block, Document, Sentence, Skipped
from kg.text import FINAL, cut, normalise


@dataclass(frozen=True, slots=True)
class _Item:
    """Lines of one article; the first `head` of them are its headline."""

    lines: tuple[Line, ...]
    head: int = 0


@dataclass(frozen=True, slots=True)
class _Part:
    """A block in the making; printed: a headline as in the source."""

    kind: str
    text: str
    offsets: tuple[int, ...]
    printed: str = ""


def articles(document: Document) -> tuple[list[Article], list[Skipped]]:
    """Return the articles of a source in reading order, or why there is none (reason `no-article`)."""
    made: list[list[_Part]] = []
    carried: list[_Part] = []
    for item in _items(lines(document), document.metadata.title or ""):
        parts = _blocks(item)
        if any(part.kind in ("body", "caption") for part in parts):
            made.append([*carried, *parts])
            carried = []
        else:
            # A column head, a masthead: it stands with what follows, at the end of a page with what precedes.
            carried += [dataclasses.replace(part, kind="slogan") for part in parts]
    if not made:
        message = "no paragraph of running text in it; check that it is a news text and was decoded rightly"
        return [], [Skipped(document.source, "no-article", message)]
    made[-1] += carried
    names = [document.source] if len(made) == 1 else [f"{document.source}#{n}" for n in range(1, len(made) + 1)]
    return [_article(document, name, parts) for name, parts in zip(names, made, strict=True)], []


def sentences(article: Article) -> tuple[Sentence, ...]:
    """Return the sentences of every block; each ends at 。！？ outside brackets and quotations, or with its block.

    What is longer than any real sentence is cut at a comma, so that the time to read it stays linear.
    """
    return tuple(
        Sentence(article.text[first:last], first, last, block.kind)
        for block in article.blocks
        for start, end in cut(article.text, block.start, block.end, FINAL)
        for first, last in _stretches(article.text, start, end)
    )


def _stretches(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The span in stretches of bounded length, those left out that hold nothing but marks."""
    while end - start > limit("sentence"):
        stop = start + limit("sentence")
        stop = max(text.rfind(mark, start, stop) for mark in "；，、") + 1 or stop
        if any(char.isalnum() for char in text[start:stop]):
            yield start, stop
        start = stop
    if any(char.isalnum() for char in text[start:end]):
        yield start, end


def clauses(sentence: Sentence) -> tuple[tuple[int, int], ...]:
    """Return the clauses' spans in the article's text; each ends behind its ，；： outside brackets and quotations."""
    spans = cut(sentence.text, 0, len(sentence.text), "，；：,;:")
    return tuple((sentence.start + start, sentence.start + end) for start, end in spans)


# Items


def _items(page: Sequence[Line], title: str) -> Iterator[_Item]:
    """Group the lines of a page into items."""
    heads = _heads(page)
    if sum(1 for _, head in heads if head) > 1:
        heads = sorted({*heads, *_lone_heads(page, heads)})
    if not heads or heads[0][0] > 0:
        first = heads[0][0] if heads else len(page)
        heads.insert(0, (0, _first_headline(page[:first], title)))
    paged = sum(1 for _, head in heads if head) > 1
    for (first, head), (after, _) in zip(heads, [*heads[1:], (len(page), 0)], strict=True):
        yield from _without_pictures(_Item(tuple(page[first:after]), head), paged)


def _heads(page: Sequence[Line]) -> list[tuple[int, int]]:
    """Where an item begins, and how many lines its headline has: page-level headings, headlines over a byline."""
    level = _page_level(page)
    leading = next((n for n, line in enumerate(page) if line.role not in ASIDE), len(page))
    found: list[tuple[int, int]] = []
    done = 0
    for n, line in enumerate(page):
        if n < done:
            continue
        if line.role == "heading" and line.level <= level and not pattern("numbered").match(line.text):
            done = n + 1
            while done < len(page) and _continues_heading(page, n, done):
                done += 1
            found.append((n, done - n))
        elif line.role == "opener" or _is_author_line(page, n):
            # Below its own heading, perhaps with a sub-headline or the author's line between, it begins no other item.
            if not (found and all(line.role in ("heading", "byline", "section", *ASIDE) for line in page[done:n])):
                first = _headline_above(page, n, done, leading)
                found.append((first, _headline_lines(page[first:n])))
                done = sum(found[-1])
        elif line.role == "short" and n and _is_end(page, n - 1) and _role_at(page, n + 1) == "text":
            found.append((n, 1))
            done = n + 1
    return found


def _lone_heads(page: Sequence[Line], heads: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Headlines without a byline on a page of several items: set off by blank lines, over a text that opens as news."""
    within = {n for first, head in heads for n in range(first, first + head)}
    for n in range(1, len(page) - 1):
        above, line, below = page[n - 1 : n + 2]
        set_off = (
            line.gap > 1 and below.gap > 1 and above.role not in ("short", "slogan", "section") and n - 1 not in within
        )
        named = line.role == "short" and len(line.text) >= limit("lone_headline") and n not in within
        if set_off and named and is_finished(above.text) and below.role == "text" and pattern("lead").match(below.text):
            yield n, 1


def _role_at(page: Sequence[Line], n: int) -> str:
    return page[n].role if n < len(page) else ""


def _continues_heading(page: Sequence[Line], first: int, n: int) -> bool:
    """Whether line n is the second half of a headline broken in two."""
    # A short line without the mark below a marked heading is its sub-headline, unless the heading breaks off.
    line = page[n]
    below = _role_at(page, n + 1) in ("opener", "text", "byline")
    if line.role == "heading":
        return line.level == page[first].level and line.gap <= 2 and below
    return line.role == "short" and line.gap == 1 and below and bool(pattern("unfinished").fullmatch(page[n - 1].text))


def _page_level(page: Sequence[Line]) -> int:
    """The deepest heading level that begins items rather than sections of one, 0 if there is none."""
    heads = [n for n, line in enumerate(page) if line.role == "heading" and not pattern("numbered").match(line.text)]
    counts = Counter(page[n].level for n in heads)
    # Of headings one upon the other the first counts: the others are its sub-headlines.
    upper = [n for n in heads if not n or page[n - 1].role != "heading"]
    over_byline = [page[n].level for n in upper if _is_over_byline(page, n)]
    if over_byline:
        return max(over_byline)
    top = min(counts, default=0)
    below = min((level for level in counts if level > top), default=top)
    if counts[top] == 1 and counts[below] > 1 and page[heads[0] + 1].level == below:
        return below  # the one heading above them is the masthead
    return top


def _is_over_byline(page: Sequence[Line], n: int) -> bool:
    roles = (line.role for line in page[n + 1 : n + 5])
    return next((role for role in roles if role not in ("short", "heading")), "") in ("opener", "byline")


def _is_author_line(page: Sequence[Line], n: int) -> bool:
    """An author's line stands between a headline and a text; below a text it closes that."""
    named = page[n].role == "byline" or (page[n].role == "credit" and not is_photographers(page[n].text))
    return named and n > 0 and page[n - 1].role == "short" and _role_at(page, n + 1) in ("text", "opener")


def _is_end(page: Sequence[Line], n: int) -> bool:
    """Whether an article ends with line n: it turns over to another page, or credits its author."""
    line = page[n]
    if line.role in ("text", "opener"):
        credit = line.text[credit_start(line.text) :]
        return bool(credit) and not is_photographers(credit)
    named = line.role in ("byline", "credit") and not is_photographers(line.text)
    return line.role == "turnover" or (named and n > 0 and page[n - 1].role in ("text", "opener"))


def _headline_above(page: Sequence[Line], n: int, done: int, leading: int) -> int:
    """The first line of the headline above line n: one, those adjoining it, at the head of a page all there are."""
    first = n
    while first > done and page[first - 1].role in ("short", "slogan"):
        if first < n and page[first].gap > 1 and first > leading:
            break
        first -= 1
    return first


def _headline_lines(above: Sequence[Line]) -> int:
    """How many of the lines above a text are headline: the first, and what adjoins it as its broken half."""
    count = next((n for n, line in enumerate(above) if line.role == "short"), len(above)) + 1
    while count < len(above) and above[count].gap == 1 and above[count].role == "short":
        count += 1
    return min(count, len(above))


def _first_headline(page: Sequence[Line], title: str) -> int:
    """How many lines at the head of a text without other evidence are its headline."""
    start = next((n for n, line in enumerate(page) if line.role not in ("furniture", "turnover", "slogan")), len(page))
    if start + 1 >= len(page):
        return 0
    line, after = page[start], page[start + 1]
    if line.role not in ("short", "heading") and _key(line.text) != _key(title):
        return 0
    if line.role == "short" and runs_on(line.text, after.text):
        return 0  # the first half of a broken paragraph
    last = start + 1
    while last < len(page) and page[last].role == "short" and page[last].gap == 1:
        last += 1
    # Where nothing sets the headline off from the text, its lines cannot be told from sub-headlines.
    return last if last < len(page) and page[last].gap > 1 else start + 1


def _without_pictures(item: _Item, paged: bool) -> Iterator[_Item]:
    """The item, then the credited photographs at its end, which on a page are items of their own."""
    page = item.lines
    pictures = [(_caption_start(page, n), n + 1) for n in range(item.head, len(page)) if _is_photograph(page, n)]
    texts = [n for n, line in enumerate(page) if line.role in ("text", "opener")]
    last = len(page)
    found: list[_Item] = []
    for start, end in reversed(pictures if paged or (not item.head and len(pictures) > 1) else []):
        resumed = bisect_left(texts, end) < bisect_left(texts, last)
        alone = bool(item.head) and bisect_left(texts, start) == 0  # the item is nothing but this picture
        # 图为签约现场 needs the article above it.
        brief = page[start].role == "caption" and len(page[start].text) <= limit("brief_caption")
        if resumed or alone or brief:
            break
        found.append(_Item(page[start:last]))
        last = start
    if last > 0:
        yield dataclasses.replace(item, lines=page[:last])
    yield from reversed(found)


def _is_photograph(page: Sequence[Line], n: int) -> bool:
    """Whether a photographer's credit stands in line n, below a caption, or ends line n, which then is one."""
    line = page[n]
    if line.role == "credit":
        return n > 0 and page[n - 1].role in ("text", "caption") and is_photographers(line.text)
    return line.role in ("text", "caption") and is_photographers(line.text[credit_start(line.text) :])


def _caption_start(page: Sequence[Line], end: int) -> int:
    start = end - 1 if page[end].role == "credit" else end
    while start > 0 and page[start - 1].role == "text" and joins(page[start - 1], page[start], "text"):
        start -= 1
    return start


# Blocks


def _blocks(item: _Item) -> list[_Part]:
    """The blocks of an item, broken paragraphs joined."""
    head = [line for line in item.lines[: item.head] if line.role not in ("furniture", "turnover", "slogan")]
    parts = [_part("slogan", line) for line in item.lines[: item.head] if line.role == "slogan"]
    parts += [_joined("headline", head, " ")] if head else []
    title = _key(parts[-1].text) if head else ""
    page = [line for line in item.lines[item.head :] if line.role not in ("furniture", "turnover")]
    texts = [n for n, line in enumerate(page) if line.role in ("text", "opener", "caption")]
    begun, ended = (texts[0], texts[-1] + 1) if texts else (len(page), len(page))
    kinds = {"section": "subheadline", "heading": "subheadline", "short": _last_kind(page[ended:])}
    n = 0
    while n < len(page):
        line, after = page[n], n + 1
        if title and n < begun and _key(line.text) == title:
            pass  # printed twice
        elif line.role in ("text", "opener", "caption", "short") and (group := _paragraph(page, n)):
            after = n + len(group)
            credited = line.role == "text" and _role_at(page, after) == "credit" and _is_photograph(page, after)
            kind = "caption" if line.role == "caption" or credited else "body"
            parts += _paragraph_parts(_joined(kind, group, ""), line.role)
        elif line.role == "short" and n < ended:
            parts.append(_part(_short_kind(line.text, begun=n > begun, headed=bool(head)), line))
        elif line.role == "byline" or (line.role == "credit" and n < begun and not is_photographers(line.text)):
            parts.append(_part("byline" if n < begun else "credit", line))
        else:
            parts.append(_part(kinds.get(line.role, line.role), line))
        n = after
    return parts


def _paragraph(page: Sequence[Line], n: int) -> list[Line]:
    """Line n and those that continue it; empty where it is a line of its own rather than the start of a paragraph."""
    group = [page[n]]
    # By index: a slice or an iterator from n on would cost as much as the page, for each of its lines.
    while n + len(group) < len(page) and joins(group[-1], page[n + len(group)], group[0].role):
        group.append(page[n + len(group)])
    return [] if len(group) == 1 and page[n].role == "short" else group


def _short_kind(text: str, *, begun: bool, headed: bool) -> str:
    """What a line without punctuation is: above the text a sub-headline or column head, within it perhaps a caption."""
    if not begun:
        return "subheadline" if headed else "slogan"
    return "caption" if any(word in text for word in words("caption")) else "subheadline"


def _last_kind(below: Sequence[Line]) -> str:
    """What lines without punctuation below the text are; one alone may be the last paragraph, cut off by the page."""
    short = [line for line in below if line.role in ("short", "slogan")]
    small = all(len(line.text) <= limit("slogan_line") for line in short)
    return "slogan" if len(short) < len(below) or (small and len(short) > 1) else "body"


def _paragraph_parts(part: _Part, role: str) -> Iterator[_Part]:
    """The paragraph without its byline and credit, those before and after it."""
    match = pattern("opener" if role == "opener" else "byline").match(part.text)
    start = match.end() if match else 0
    end = max(start, credit_start(part.text))
    credited = role != "opener" and is_photographers(part.text[end:])
    kinds = ("byline", 0, start), ("caption" if credited else part.kind, start, end), ("credit", end, len(part.text))
    for kind, first, last in kinds:
        text = part.text[first:last]
        if text.strip():
            first, last = last - len(text.lstrip()), first + len(text.rstrip())
            yield _Part(kind, part.text[first:last], part.offsets[first:last])


def _part(kind: str, line: Line) -> _Part:
    return _Part(kind, line.text, line.offsets)


def _joined(kind: str, group: Sequence[Line], between: str) -> _Part:
    """One part of several lines; what comes between stands for the line break."""
    text, printed, offsets = [group[0].text], [group[0].printed], list(group[0].offsets)
    for line in group[1:]:
        gap = "" if between and spans_word(text[-1], line.text) else between
        text += gap, line.text
        printed += gap, line.printed
        offsets += [offsets[-1]] * len(gap)
        offsets += line.offsets
    return _Part(kind, "".join(text), tuple(offsets), "".join(printed))


def _article(document: Document, name: str, parts: Sequence[_Part]) -> Article:
    """Put blocks together, a line feed between any two; it stands for the source's line break."""
    text: list[str] = []
    offsets: list[int] = []
    blocks = []
    for part in sorted(parts, key=lambda part: part.offsets[0]):
        if offsets:
            line_break = BREAK.search(document.text, offsets[-1] + 1, part.offsets[0])
            text.append("\n")
            offsets.append(line_break.start() if line_break else offsets[-1])
        blocks.append(Block(part.kind, len(offsets), len(offsets) + len(part.text)))
        text.append(part.text)
        offsets += part.offsets
    headline = next((part.printed for part in parts if part.kind == "headline"), "")
    known = document.metadata.title if name == document.source else None
    return Article(
        id=name,
        source=document.source,
        title=headline or known or "",
        text="".join(text),
        offsets=tuple(offsets),
        blocks=tuple(blocks),
        start=offsets[0],
        end=offsets[-1] + 1,
        metadata=document.metadata,
    )


def _key(title: str) -> str:
    """What two printings of a headline have in common."""
    text, _ = normalise(title, 0, len(title))
    return "".join(char for char in text if char.isalnum())
