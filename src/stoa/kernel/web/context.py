"""Per request: an id for the logs, the visitor's address, and text that every database can hold."""

from __future__ import annotations

import re
import time
from collections.abc import Callable

import structlog
from django.conf import settings
from django.http import HttpRequest, HttpResponseBase, UnreadablePostError
from django.http.multipartparser import MultiPartParserError

from stoa.kernel import ids
from stoa.kernel.web import health
from stoa.kernel.web.client_ip import client_ip
from stoa.kernel.web.errors import BadInput
from stoa.kernel.web.pages import plain_page
from stoa.kernel.web.text import is_storable

access_log = structlog.get_logger("stoa.access")
_REQUEST_ID = re.compile(r"[A-Za-z0-9._-]{8,64}", re.ASCII)
_FORM_TYPES = ("application/x-www-form-urlencoded", "multipart/form-data")


class RequestContextMiddleware:
    """Outermost: also answers the probes, which come by address and not by the shop's name."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        probe = health.PROBES.get(request.path_info)
        if probe is not None:
            return probe(request)
        started = time.perf_counter()
        request.request_id = request_id(request)  # type: ignore[attr-defined]
        request.client_ip = client_ip(request.META, settings.STOA_TRUSTED_PROXIES)  # type: ignore[attr-defined]
        structlog.contextvars.bind_contextvars(request_id=request.request_id)  # type: ignore[attr-defined]
        try:
            response = self._answer(request)
            response.headers.setdefault("X-Request-ID", request.request_id)  # type: ignore[attr-defined]
            access_log.info(
                "request",
                method=request.method,
                route=route_of(request),
                status=response.status_code,
                ms=round((time.perf_counter() - started) * 1000, 1),
            )
            return response
        finally:
            structlog.contextvars.unbind_contextvars("request_id")

    def _answer(self, request: HttpRequest) -> HttpResponseBase:
        length = request.META.get("CONTENT_LENGTH") or "0"
        content_type = request.content_type or ""
        if not length.isascii() or not length.isdigit():
            return plain_page(400)
        if content_type != "multipart/form-data" and int(length) > settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return plain_page(413)
        try:
            check_input(request)
        except (BadInput, MultiPartParserError, UnreadablePostError):
            return plain_page(400)
        return self.get_response(request)


def request_id(request: HttpRequest) -> str:
    """The proxy's, where a proxy of ours stands in front; else a new one."""
    given = request.META.get("HTTP_X_REQUEST_ID", "") if settings.STOA_TRUSTED_PROXIES else ""
    return given if _REQUEST_ID.fullmatch(given) else ids.new_uuid().hex


def route_of(request: HttpRequest) -> str:
    """The route's pattern, never the path: paths of order pages hold tokens."""
    match = request.resolver_match
    return match.route if match is not None else "-"


def check_input(request: HttpRequest) -> None:
    """Raises BadInput for text that no database takes. Cookies like that are dropped: a browser could not mend them."""
    if not is_storable(request.path_info):
        raise BadInput("path")
    if request.META.get("QUERY_STRING"):
        for name, values in request.GET.lists():
            _require(name, *values)
    for name, value in list(request.COOKIES.items()):
        if not (is_storable(name) and is_storable(value)):
            del request.COOKIES[name]
    if request.method not in ("GET", "HEAD") and request.content_type in _FORM_TYPES:
        for name, values in request.POST.lists():
            _require(name, *values)
        for name, files in request.FILES.lists():
            _require(name, *(file.name or "" for file in files))


def _require(*texts: str) -> None:
    if not all(map(is_storable, texts)):
        raise BadInput("form")
