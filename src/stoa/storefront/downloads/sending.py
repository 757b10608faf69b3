"""Bytes on their way: whole files and ranges, inert wherever they arrive."""

from __future__ import annotations

from collections.abc import Iterator
from http import HTTPStatus
from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.utils.http import content_disposition_header

from stoa.operations.downloads import rules

if TYPE_CHECKING:
    from stoa.operations.downloads.actions import Delivery

PIECE = 1 << 16


def first_byte(request: HttpRequest) -> int:
    """Where the client wants to go on; 0 for the whole file and for what is no plain range."""
    header = request.headers.get("Range", "")
    start = header.removeprefix("bytes=").partition("-")[0]
    return int(start) if header.startswith("bytes=") and start.isascii() and start.isdigit() and len(start) < 19 else 0


def send(request: HttpRequest, delivery: Delivery) -> HttpResponseBase:
    file = delivery.file
    etag = f'"{file.sha256}"'
    try:
        asked = _range(request, etag, file.size)
    except ValueError:
        delivery.opened.close()
        response: HttpResponseBase = HttpResponse(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE)
        response.headers["Content-Range"] = f"bytes */{file.size}"
        return response
    first, last = asked or (0, file.size - 1)
    if request.method == "HEAD":
        delivery.opened.close()
        response = HttpResponse()
    else:
        response = StreamingHttpResponse(_pieces(delivery, first, last))
        # Closed with the answer, also where the client hangs up.
        response._resource_closers.append(delivery.opened.close)  # type: ignore[attr-defined]
    if asked:
        response.status_code = HTTPStatus.PARTIAL_CONTENT
        response.headers["Content-Range"] = f"bytes {first}-{last}/{file.size}"
    response.headers["Content-Type"] = file.content_type
    response.headers["Content-Length"] = str(last - first + 1)
    response.headers["Content-Disposition"] = content_disposition_header(True, file.name) or "attachment"
    response.headers["Accept-Ranges"] = "bytes"
    response.headers["ETag"] = etag
    # Whatever the bytes are: no browser runs them in the shop's name.
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    return response


def _range(request: HttpRequest, etag: str, size: int) -> tuple[int, int] | None:
    """A range of another version of the file is answered with the whole of this one."""
    condition = request.headers.get("If-Range", "")
    if condition and condition != etag:
        return None
    return rules.byte_range(request.headers.get("Range", ""), size)


def _pieces(delivery: Delivery, first: int, last: int) -> Iterator[bytes]:
    opened: Any = delivery.opened
    opened.seek(first)
    left = last - first + 1
    while left > 0 and (piece := opened.read(min(PIECE, left))):
        left -= len(piece)
        yield piece
