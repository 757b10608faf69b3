"""Which files are taken for pictures, and how wide their renditions are. Pure."""

from __future__ import annotations

from collections.abc import Sequence

MAX_BYTES = 25 * 1024 * 1024
MAX_PIXELS = 80_000_000
# No side that a rendition needs, but what strips of 1 x 10,000,000 pixels would have.
MAX_SIDE = 20_000
WIDTHS = (320, 640, 960, 1400, 2000)
# What a rendition may weigh, by its width: a phone's screen is filled by 960 pixels, and has to be there in a second.
BUDGETS = {320: 40_000, 640: 90_000, 960: 150_000}
# Originals are kept no larger than this: no page shows more, and a phone's camera makes four times as many pixels.
KEPT_SIDE = 3000


def looks_like(data: bytes) -> str:
    """The format by the first bytes: JPEG, PNG, WEBP, GIF, AVIF, or ``""`` for anything else (SVG, HTML, TIFF, ...)."""
    if data.startswith(b"\xff\xd8\xff"):
        return "JPEG"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "PNG"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP":
        return "WEBP"
    if data[:6] in {b"GIF87a", b"GIF89a"}:
        return "GIF"
    if data[4:8] == b"ftyp" and data[8:12] in {b"avif", b"avis", b"mif1"}:
        return "AVIF"
    return ""


def is_too_large(width: int, height: int, frames: int = 1) -> bool:
    """Whether decoding it would cost more than a picture may."""
    return width * height * max(frames, 1) > MAX_PIXELS or max(width, height) > MAX_SIDE


def rendition_widths(width: int, wanted: Sequence[int] = WIDTHS) -> list[int]:
    """The widths to make of an original: those wanted below its own, and its own up to the widest wanted. Ascending."""
    widest = max(wanted)
    return sorted({w for w in wanted if w <= width} | {min(width, widest)})


def budget(width: int) -> int | None:
    """Bytes that a rendition of this width may have; None where nobody waits for it on a phone."""
    return next((most for limit, most in sorted(BUDGETS.items()) if width <= limit), None)


def scaled(width: int, height: int, to_width: int) -> tuple[int, int]:
    """The size of the same shape ``to_width`` wide; never flatter than one pixel."""
    return to_width, max(1, round(height * to_width / width))


def focus_percent(x: int | None, y: int | None, width: int, height: int) -> list[int]:
    """A focal point in pixels as percent of the picture, in steps of ten; empty where there is none."""
    if x is None or y is None or width <= 0 or height <= 0:
        return []
    return [min(max(round(10 * at / size), 0), 10) * 10 for at, size in ((x, width), (y, height))]
