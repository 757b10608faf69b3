"""Names, types and sizes of files. Pure."""

from __future__ import annotations

import re
import unicodedata

NAME_LENGTH = 150
FALLBACK = "download"
# What no file system or header is to be bothered with: separators, wildcards, quotes, control and direction marks.
_FORBIDDEN = re.compile(r'[<>:"|?*%;\x00-\x1f\x7f]+')
_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Zl", "Zp"}
_RESERVED = re.compile(r"(?i)(con|prn|aux|nul|com\d|lpt\d)(\..*)?")
# Sent as what they are; anything else is bytes. All of it is sent as an attachment.
TYPES = {
    "aac": "audio/aac", "csv": "text/csv", "epub": "application/epub+zip", "flac": "audio/flac", "gif": "image/gif",
    "jpeg": "image/jpeg", "jpg": "image/jpeg", "m4a": "audio/mp4", "mobi": "application/x-mobipocket-ebook",
    "mp3": "audio/mpeg", "mp4": "video/mp4", "ogg": "audio/ogg", "otf": "font/otf", "pdf": "application/pdf",
    "png": "image/png", "ttf": "font/ttf", "txt": "text/plain", "wav": "audio/wav", "webm": "video/webm",
    "webp": "image/webp", "woff2": "font/woff2", "zip": "application/zip",
}  # fmt: skip
BYTES = "application/octet-stream"


def clean_name(typed: str) -> str:
    """A file name that is one on every system: no folders, no hidden or reserved names, at most 150 long, never empty."""
    last = re.split(r"[/\\]", typed)[-1]
    composed = unicodedata.normalize("NFC", last)
    seen = "".join(char for char in composed if unicodedata.category(char) not in _UNSEEN)
    name = " ".join(_FORBIDDEN.sub("-", seen).split()).strip(". ")
    if not name.strip("-. "):
        return FALLBACK
    if _RESERVED.fullmatch(name):
        name = f"_{name}"
    stem, dot, extension = name.rpartition(".")
    if dot and stem and len(extension) <= 12:
        return f"{stem[: NAME_LENGTH - len(extension) - 1].rstrip('. ')}.{extension}"
    return name[:NAME_LENGTH].rstrip(". ")


def extension(name: str) -> str:
    """``pdf`` for ``Guide.PDF``; empty where there is none."""
    _, dot, ending = name.rpartition(".")
    return ending.lower() if dot and ending.isalnum() else ""


def content_type(name: str) -> str:
    return TYPES.get(extension(name), BYTES)


def label(name: str) -> str:
    """What shoppers call this kind of file: ``PDF``, ``ZIP``; empty where nothing can be told."""
    ending = extension(name)
    return ending.upper() if 1 < len(ending) <= 5 else ""
