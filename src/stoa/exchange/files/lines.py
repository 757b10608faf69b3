"""Lines of text from bytes that nobody vouches for: any usual encoding, any usual line end, and none longer than there is room."""

from __future__ import annotations

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import IO

MAX_LINE = 4_000_000  # characters; a product description of a novel's length still fits
PIECE = 1 << 18
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Line:
    """``text`` ends with a line feed unless it is the last. ``is_cut``: only the beginning of a line that is too long."""

    text: str
    is_cut: bool = False


def encoding_of(head: bytes) -> str:
    """By the mark at the front, else by where the zero bytes of UTF-16 stand. "utf-8" also stands for Windows-1252:
    lines that are no UTF-8 are taken for that, one by one, so that a file of both is read as well."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    even, odd = head[0::2].count(0), head[1::2].count(0)
    if len(head) >= 4 and max(even, odd) > len(head) // 5:
        if odd > 4 * even:
            return "utf-16-le"
        if even > 4 * odd:
            return "utf-16-be"
    return "utf-8"


def lines_of(path: Path) -> Iterator[Line]:
    """The lines of a file. Memory does not grow with the file, nor with its longest line. Raises OSError."""
    with path.open("rb") as file:
        head = file.read(PIECE)
        encoding = encoding_of(head)
        start = next((len(mark) for mark, name in _MARKS if name == encoding and head.startswith(mark)), 0)
        file.seek(start)
        yield from _lines(file, encoding, _is_old_mac(head, encoding))


def _is_old_mac(head: bytes, encoding: str) -> bool:
    text = head.decode(encoding if encoding != "utf-8" else "latin-1", "replace")
    return "\r" in text and "\n" not in text


def _lines(file: IO[bytes], encoding: str, is_old_mac: bool) -> Iterator[Line]:
    if encoding == "utf-8":
        end, limit = (b"\r" if is_old_mac else b"\n"), MAX_LINE * 4
        for raw, is_cut in _split(iter(lambda: file.read(PIECE), b""), end, limit):
            yield _line(_decoded(raw), is_cut, is_old_mac)
        return
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    pieces = chain(
        (decoder.decode(piece) for piece in iter(lambda: file.read(PIECE), b"")),
        # Half a character at the end becomes the sign for what cannot be read.
        (decoder.decode(end, True) for end in (b"",)),
    )
    for text, is_cut in _split(pieces, "\r" if is_old_mac else "\n", MAX_LINE):
        yield _line(text, is_cut, is_old_mac)


def _split(pieces, end, limit):  # type: ignore[no-untyped-def]
    """(line with its end, whether it was cut) from pieces of bytes or of text. What is beyond ``limit`` is passed over."""
    held, is_cut = end[:0], False
    for piece in pieces:
        start = 0
        while (found := piece.find(end, start)) >= 0:
            yield (held, True) if is_cut else (held + piece[start : found + 1], False)
            held, is_cut, start = end[:0], False, found + 1
        if is_cut:
            continue
        held += piece[start:]
        if len(held) > limit:
            held, is_cut = held[:1000], True
    if held:
        yield held, is_cut


def _decoded(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("cp1252", "replace")


def _line(text: str, is_cut: bool, is_old_mac: bool) -> Line:
    text = text.replace("\0", "")
    if is_old_mac:
        text = text.replace("\r", "\n")
    elif text.endswith("\r\n"):
        text = text[:-2] + "\n"
    if len(text) > MAX_LINE:
        return Line(text[:1000], is_cut=True)
    return Line(text, is_cut)
