"""From bytes to text without a guess that loses a character: BOM, strict UTF-8, UTF-16 by its NULs, strict GB18030."""

from __future__ import annotations

import codecs
import re
from functools import cache
from importlib.resources import files
from urllib.parse import quote

from kg.read.reasons import Unreadable

# UTF-32 before UTF-16: its little-endian mark begins with that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
    (b"\x84\x31\x95\x33", "gb18030"),
)

_MAGIC = (
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF87a", "a GIF image"),
    (b"GIF89a", "a GIF image"),
    (b"RIFF", "a RIFF (WebP, audio or video) file"),
    (b"%PDF-", "a PDF"),
    (b"PK\x03\x04", "a ZIP or office (docx, xlsx, ofd) file"),
    (b"PK\x05\x06", "an empty ZIP file"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an office (doc, xls, wps) file"),
    (b"{\\rtf", "an RTF file"),
    (b"\x1f\x8b\x08", "a gzip file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z file"),
    (b"Rar!\x1a\x07", "a RAR file"),
    (b"\x7fELF", "a program"),
)

_SAMPLE = 100_000  # characters that the checks look at: enough to tell text from noise
_CONTROL = re.compile(r"[\x01-\x08\x0e-\x19\x1b-\x1f\x7f]")  # without tab, newlines, form feed and the DOS end mark


# Six or more ideographs and full-width marks of UTF-8 in a row. Nothing of GB18030 reads so: at two bytes a character,
# hardly one of them common, the same bytes would have to recur at every third place.
_UTF8_RUN = re.compile(rb"(?:[\xe3-\xe9][\x80-\xbf]{2}|\xef[\xbc\xbd][\x80-\xbf]){6}")


def decode(data: bytes) -> str:
    """The text of `data`, its byte order mark removed, everything else kept.

    GB18030 decodes almost any bytes, so what it gives must look like Chinese (`plausible`) and hold no stretch of
    UTF-8; UTF-16 without a mark must look like Chinese too.
    Raises Unreadable: `binary` (a known file type, NULs, over 1 % control characters) or `undecodable`.
    """
    text = _decode(data)
    if "\0" in text:
        raise Unreadable("binary", f"NUL character at offset {text.index(chr(0))}")
    sample = text[:_SAMPLE]
    if len(_CONTROL.findall(sample)) * 100 > len(sample):
        raise Unreadable("binary", "more than one character in a hundred is a control character")
    return text


def _decode(data: bytes) -> str:
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            try:
                return data[len(mark) :].decode(encoding)
            except UnicodeDecodeError as error:
                where = f"byte {len(mark) + error.start}"
                raise Unreadable(
                    "undecodable", f"its byte order mark says {encoding.upper()}, but {where} is not"
                ) from error
    for magic, kind in _MAGIC:
        if data.startswith(magic):
            raise Unreadable("binary", f"it is {kind}, not text")
    if b"\0" in data:
        # UTF-16 without a mark: its line feeds, digits and blanks have a NUL byte.
        for encoding in ("utf-16-le", "utf-16-be"):
            text = _strict(data, encoding)
            if text is not None and plausible(text):
                return text
        raise Unreadable("binary", f"NUL byte at {data.index(0)}, and it is not UTF-16")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        if mixed := _UTF8_RUN.search(data):
            raise Unreadable(
                "undecodable",
                f"two encodings in one file: UTF-8 at byte {mixed.start()}, another at byte {error.start}",
            ) from error
        text = _strict(data, "gb18030")
        if text is not None and plausible(text):
            return text
        raise Unreadable(
            "undecodable", f"neither UTF-8 (byte {error.start} is wrong), UTF-16 nor GB18030 of Chinese text"
        ) from error


def _strict(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None


def plausible(text: str) -> bool:
    """Whether decoded text looks like Chinese rather than other bytes read through the wrong code page.

    Of the characters outside ASCII half must be in GB 2312 (misread UTF-8 and Big5 have a third, traditional
    Chinese in GBK six tenths), and of the Han characters four in ten among the thousand commonest (news: over eight in
    ten, a short headline over six; misread Korean and Japanese: one to three). A few characters, a name
    say, prove nothing by frequency: there nine tenths must be in GB 2312.

    >>> plausible("区委书记主持召开会议"), plausible("鍖哄涔﹁涓绘寔")
    (True, False)
    """
    foreign = "".join(char for char in text[:_SAMPLE] if char > "\x7f" and not char.isspace())
    if not foreign:
        return text.isascii() and "\0" not in text
    known = len(foreign.encode("gb2312", "ignore")) / 2  # two bytes each; "ignore" only counts here, nothing is kept
    han = [char for char in foreign if "\u3400" <= char <= "\u9fff" or char >= "\U00020000"]
    if len(han) < 10:
        return known >= 0.9 * len(foreign)
    common = sum(char in _common_han() for char in han)
    return known >= 0.5 * len(foreign) and common >= 0.4 * len(han)


@cache
def _common_han() -> frozenset[str]:
    lines = files("kg.read").joinpath("common_han.txt").read_text("utf-8").splitlines()
    return frozenset("".join(line for line in lines if not line.startswith("#")))


def name(raw: bytes) -> str:
    """A file's or archive member's name as printable text: UTF-8, else GB18030, else its odd bytes as `%FF`.

    Line feeds, control and direction marks are percent-encoded too: a name is one line of a report.
    """
    text = _strict(raw, "utf-8")
    if text is None:
        text = _strict(raw, "gb18030") or raw.decode("utf-8", "surrogateescape")
    return printable(text)


def printable(text: str) -> str:
    r"""The text as one line of a report: what is not printable is percent-encoded.

    >>> printable("甲\n乙\u202e")
    '甲%0A乙%E2%80%AE'
    """
    return "".join(c if c.isprintable() or c == "\u3000" else quote(c, errors="surrogateescape") for c in text)
