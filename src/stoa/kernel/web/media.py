"""Serves uploads, before Django: pictures and documents only, from a place where nothing can run."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Iterator
from email.utils import formatdate
from pathlib import Path
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

TYPES = {
    ".avif": "image/avif",
    ".webp": "image/webp",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".png": "image/png",
    ".gif": "image/gif",
    ".woff2": "font/woff2",
    ".mp4": "video/mp4",
    ".webm": "video/webm",
    ".vtt": "text/vtt; charset=utf-8",
    ".pdf": "application/pdf",
    ".csv": "text/csv; charset=utf-8",
    ".txt": "text/plain; charset=utf-8",
}
INLINE = (".avif", ".webp", ".jpg", ".jpeg", ".png", ".gif", ".woff2", ".mp4", ".webm", ".vtt")
# Of a rendition, the name changes with the content.
IMMUTABLE = ("renditions/", "fonts/", "videos/")
CHUNK = 262_144
# Browsers fetch films in parts, and Safari plays none without.
RANGED = (".mp4", ".webm")
_RANGE = re.compile(r"bytes=([0-9]{0,15})-([0-9]{0,15})")
_SEGMENT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.~-]*")


class MediaLayer:
    """A WSGI layer over the folder ``root``, answering below ``prefix``. Folders named ``private`` are never served.

    ``fetch(name, path)`` may bring a file that is not in the folder yet, from where all nodes keep theirs, and says
    whether it did. ``is_for_all``: pages of other hosts may show what lies here, as those do that name a CDN.
    """

    def __init__(
        self,
        application: WSGIApplication,
        root: Path,
        prefix: str = "/media/",
        *,
        fetch: Callable[[str, Path], bool] | None = None,
        is_for_all: bool = False,
    ) -> None:
        self._application = application
        self._fetch = fetch
        self._resource_policy = "cross-origin" if is_for_all else "same-origin"
        self._root = os.path.realpath(root)
        self._prefix = prefix

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if not path.startswith(self._prefix):
            return self._application(environ, start_response)
        if environ["REQUEST_METHOD"] not in ("GET", "HEAD"):
            return _refuse(start_response, "405 Method Not Allowed")
        return self._serve(path[len(self._prefix) :], environ, start_response)

    def _serve(self, name: str, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        extension = os.path.splitext(name)[1].lower()
        segments = name.split("/")
        if extension not in TYPES or "private" in segments or not all(map(_SEGMENT.fullmatch, segments)):
            return _refuse(start_response, "404 Not Found")
        path = os.path.realpath(os.path.join(self._root, *segments))
        if not path.startswith(self._root + os.sep):  # a link that leads out
            return _refuse(start_response, "404 Not Found")
        if self._fetch is not None and not os.path.exists(path):
            self._fetch(name, Path(path))
        try:
            file = open(path, "rb")  # noqa: SIM115 - closed by the server when it is sent
        except (OSError, ValueError):
            return _refuse(start_response, "404 Not Found")
        facts = os.fstat(file.fileno())
        etag = f'"{facts.st_mtime_ns:x}-{facts.st_size:x}"'
        headers = [
            ("Content-Type", TYPES[extension]),
            ("X-Content-Type-Options", "nosniff"),
            ("Content-Security-Policy", "default-src 'none'; sandbox"),
            ("Cross-Origin-Resource-Policy", self._resource_policy),
            ("Cache-Control", f"public, max-age={'31536000, immutable' if name.startswith(IMMUTABLE) else '3600'}"),
            ("Last-Modified", formatdate(facts.st_mtime, usegmt=True)),
            ("ETag", etag),
        ]
        if extension not in INLINE:
            headers.append(("Content-Disposition", "attachment"))
        if environ.get("HTTP_IF_NONE_MATCH") == etag:
            file.close()
            start_response("304 Not Modified", headers)
            return []
        first, last = 0, facts.st_size - 1
        part = _part(environ.get("HTTP_RANGE", ""), facts.st_size) if extension in RANGED else None
        if part is not None:
            first, last = part
            headers.append(("Content-Range", f"bytes {first}-{last}/{facts.st_size}"))
            file.seek(first)
        if extension in RANGED:
            headers.append(("Accept-Ranges", "bytes"))
        length = last - first + 1
        status = "206 Partial Content" if part is not None else "200 OK"
        start_response(status, [*headers, ("Content-Length", str(length))])
        if environ["REQUEST_METHOD"] == "HEAD":
            file.close()
            return []
        if length <= CHUNK:
            with file:
                return [file.read(length)]
        return _Chunks(file, length)


class _Chunks:
    def __init__(self, file, length: int) -> None:  # type: ignore[no-untyped-def]
        self._file = file
        self._left = length

    def __iter__(self) -> Iterator[bytes]:
        while self._left > 0 and (chunk := self._file.read(min(CHUNK, self._left))):
            self._left -= len(chunk)
            yield chunk

    def close(self) -> None:
        self._file.close()


def _part(wanted: str, size: int) -> tuple[int, int] | None:
    """First and last byte of a Range of one part ("bytes=0-", "bytes=-500"); None for any other: then all is sent."""
    found = _RANGE.fullmatch(wanted)
    if found is None or not (found[1] or found[2]):
        return None
    if not found[1]:
        first, last = max(size - int(found[2]), 0), size - 1
    else:
        first, last = int(found[1]), min(int(found[2]) if found[2] else size - 1, size - 1)
    return (first, last) if first <= last else None


def _refuse(start_response: StartResponse, status: str) -> Iterable[bytes]:
    body = status[4:].encode() + b"\n"
    headers = [
        ("Content-Type", "text/plain"),
        ("X-Content-Type-Options", "nosniff"),
        ("Content-Length", str(len(body))),
    ]
    start_response(status, headers)
    return [body]
