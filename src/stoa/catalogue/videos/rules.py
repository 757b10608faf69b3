"""Which files are taken for films and captions. Pure."""

from __future__ import annotations

# Of a film for a product page: a minute or two at a phone's width.
MAX_BYTES = 64 * 1024 * 1024
MAX_CAPTION_BYTES = 512 * 1024
HEAD = 64
# Brands of MP4 files that browsers play. QuickTime's own ("qt  ") they do not.
_BRANDS = (
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"M4VH",
    b"dash",
    b"MSNV",
    b"av01",
)


def looks_like(head: bytes) -> str:
    """``mp4`` or ``webm`` by the first ``HEAD`` bytes; ``""`` for anything else, whatever it calls itself."""
    if head[4:8] == b"ftyp" and head[8:12] in _BRANDS:
        return "mp4"
    if head[:4] == b"\x1aE\xdf\xa3" and b"webm" in head:
        return "webm"
    return ""


def are_captions(data: bytes) -> bool:
    """WebVTT in UTF-8, with no line that is markup of a page."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return False
    return text.startswith("WEBVTT") and text[6:7] in {"", " ", "\t", "\n", "\r"} and "\x00" not in text
