"""Whether bytes are a WOFF2 file, by its header (https://www.w3.org/TR/WOFF2/#woff20Header). Pure."""

from __future__ import annotations

import struct

MOST_BYTES = 400_000
_HEADER = struct.Struct(">4sIIHHIIHHIIIII")
# TrueType, OpenType with CFF. Collections ("ttcf") are no single face.
_FLAVOURS = (0x00010000, 0x4F54544F)


def problem_of(data: bytes) -> str:
    """ "size", "format", "broken", or blank for a sound header that tells the truth about its length."""
    if len(data) > MOST_BYTES:
        return "size"
    if len(data) < _HEADER.size or data[:4] != b"wOF2":
        return "format"
    _magic, flavour, length, tables, reserved, full, packed, *_rest = _HEADER.unpack_from(data)
    if flavour not in _FLAVOURS or length != len(data) or reserved != 0:
        return "broken"
    if not 0 < tables < 200 or not 0 < packed <= length or not 0 < full <= 20_000_000:
        return "broken"
    for offset, size in zip(_rest[2::3], _rest[3::3], strict=False):
        if offset + size > length:
            return "broken"
    return ""
