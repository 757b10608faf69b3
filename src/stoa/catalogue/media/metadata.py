"""A photograph's file without what it says about the person who took it. Bytes in, bytes out; the pixels are not touched.

JPEG: ITU-T T.81, annex B. PNG: W3C PNG (third edition), 5.3. WebP: Google's container specification (RIFF).
"""

from __future__ import annotations

import struct

# Of a JPEG's application segments: how it begins, its colour profile, how its colours are meant. EXIF, XMP, IPTC go.
_JPEG_KEPT = {0xE0, 0xE2, 0xEE}
_PNG_KEPT = {
    b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"cHRM", b"gAMA", b"iCCP", b"sBIT", b"sRGB", b"cICP", b"pHYs", b"bKGD",
}  # fmt: skip
_WEBP_KEPT = {b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ICCP", b"ANIM", b"ANMF"}
_WEBP_EXIF, _WEBP_XMP = 0x08, 0x04


def without_metadata(data: bytes, kind: str, orientation: int = 1) -> bytes | None:
    """The file with only what its pixels need: no place, no camera, no comment, nothing behind its end.

    ``kind``: JPEG, PNG or WEBP as ``rules.looks_like`` says; None for others, and for a file that is not built as it should
    be. ``orientation`` (EXIF 1 to 8) is written back into a JPEG: without it the picture would lie on its side.
    """
    try:
        if kind == "JPEG":
            return _jpeg(data, orientation)
        if kind == "PNG":
            return _png(data)
        if kind == "WEBP" and orientation == 1:
            return _webp(data)
    except (struct.error, IndexError):
        pass
    return None


def _jpeg(data: bytes, orientation: int) -> bytes | None:
    kept = [b"\xff\xd8"]
    if orientation != 1:
        kept.append(_orientation_segment(orientation))
    at = 2
    while data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # a filler
            at += 1
            continue
        (length,) = struct.unpack_from(">H", data, at + 2)
        segment = data[at : at + 2 + length]
        at += 2 + length
        if marker == 0xDA:  # the pixels begin: with them goes everything up to the last end mark
            end = data.rfind(b"\xff\xd9")
            return b"".join([*kept, segment, data[at:end], b"\xff\xd9"]) if end >= at else None
        is_application = 0xE0 <= marker <= 0xEF
        is_wanted = marker != 0xFE and (not is_application or marker in _JPEG_KEPT)
        # A segment of type 2 may hold more pictures (MPF) instead of a colour profile.
        if is_wanted and (marker != 0xE2 or segment[4:15] == b"ICC_PROFILE"):
            kept.append(segment)
    return None


def _orientation_segment(orientation: int) -> bytes:
    """EXIF with a single entry: tag 0x0112, one short."""
    tiff = b"MM\x00\x2a" + struct.pack(">IHHHIHHI", 8, 1, 0x0112, 3, 1, orientation, 0, 0)
    body = b"Exif\x00\x00" + tiff
    return b"\xff\xe1" + struct.pack(">H", len(body) + 2) + body


def _png(data: bytes) -> bytes | None:
    kept, at = [data[:8]], 8
    while at < len(data):
        (length,) = struct.unpack_from(">I", data, at)
        name = data[at + 4 : at + 8]
        if name in _PNG_KEPT:
            kept.append(data[at : at + 12 + length])
        at += 12 + length
        if name == b"IEND":
            return b"".join(kept)
    return None


def _webp(data: bytes) -> bytes | None:
    (size,) = struct.unpack_from("<I", data, 4)
    end, at, kept = min(8 + size, len(data)), 12, []
    while at + 8 <= end:
        name = data[at : at + 4]
        (length,) = struct.unpack_from("<I", data, at + 4)
        chunk = data[at : at + 8 + length + length % 2]
        if name == b"VP8X":
            chunk = chunk[:8] + bytes([chunk[8] & ~(_WEBP_EXIF | _WEBP_XMP)]) + chunk[9:]
        if name in _WEBP_KEPT:
            kept.append(chunk)
        at += 8 + length + length % 2
    body = b"WEBP" + b"".join(kept)
    return b"RIFF" + struct.pack("<I", len(body)) + body if kept else None
