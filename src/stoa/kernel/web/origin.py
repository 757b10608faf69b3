"""Guards everything that changes state against pages of other sites, without a token in the HTML.

Browsers say where a request comes from (Sec-Fetch-Site, Origin, Referer); scripts of other sites cannot change that.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import DisallowedHost
from django.http import HttpRequest, HttpResponseBase
from django.urls import Resolver404, resolve

from stoa.kernel.web.pages import plain_page

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def origin_exempt(view: Callable[..., Any]) -> Callable[..., Any]:
    """For views that prove the sender in another way: webhooks, and APIs with tokens instead of cookies."""

    @wraps(view)
    def exempt(*args: Any, **kwargs: Any) -> Any:
        return view(*args, **kwargs)

    exempt.origin_exempt = True  # type: ignore[attr-defined]
    return exempt


class OriginGuardMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        if request.method in SAFE_METHODS or is_from_here(request) or _is_exempt(request):
            return self.get_response(request)
        return plain_page(403)


def is_from_here(request: HttpRequest) -> bool:
    """Whether a page of this very origin, a person's own typing, or something that is not a browser sent the request."""
    site = request.META.get("HTTP_SEC_FETCH_SITE", "").lower()
    origin = request.META.get("HTTP_ORIGIN")
    referer = request.META.get("HTTP_REFERER", "")
    try:
        own = f"{request.scheme}://{request.get_host()}".lower()
    except DisallowedHost:
        return True  # refused with 400 further in
    if origin is not None:
        # "null" (sandboxed frames, data: pages, some redirects) is somebody else's.
        return origin.lower() == own and site in {"", "same-origin"}
    if site:
        return site in {"same-origin", "none"}
    return not referer or _origin_of(referer) == own


def _origin_of(url: str) -> str:
    try:
        parts = urlsplit(url)
    except ValueError:
        return ""
    return f"{parts.scheme}://{parts.netloc}".lower()


def _is_exempt(request: HttpRequest) -> bool:
    try:
        view = resolve(request.path_info).func
    except Resolver404:
        return False
    return bool(
        getattr(view, "origin_exempt", False) or getattr(getattr(view, "view_class", None), "origin_exempt", False)
    )
