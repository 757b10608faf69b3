"""A file that is handed out: saved, never shown or run, and kept by no cache on the way."""

from __future__ import annotations

from typing import TypeVar

from django.http import HttpResponse, HttpResponseBase
from django.utils.http import content_disposition_header

Response = TypeVar("Response", bound=HttpResponseBase)


def attachment(content: bytes, name: str, content_type: str) -> HttpResponse:
    """``content`` as a download called ``name``."""
    response = as_attachment(HttpResponse(content, content_type=content_type), name)
    response.headers["Content-Length"] = str(len(content))
    return response


def as_attachment(response: Response, name: str) -> Response:
    """The headers of a download on a response that is there already, such as a streaming one."""
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response.headers["Cache-Control"] = "private, no-store"
    return response
