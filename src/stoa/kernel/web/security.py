"""Response headers that tell browsers what a page may do."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from functools import cache

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.functional import SimpleLazyObject

BACK_OFFICE = "/admin/"

# Nothing inline, nothing from elsewhere. JSON-LD is a data block, which script-src does not concern.
STOREFRONT_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "manifest-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# Wagtail's admin has inline styles and scripts of its own making, and shows previews in frames.
BACK_OFFICE_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; "
    "font-src 'self' data:; connect-src 'self'; frame-src 'self'; object-src 'none'; form-action 'self'; "
    "base-uri 'self'; frame-ancestors 'none'"
)
PERMISSIONS = (
    "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), magnetometer=(), microphone=(), "
    "midi=(), payment=(self), usb=()"
)


class SecurityHeadersMiddleware:
    """Sets what a view has not set itself. A view that needs a script inline asks for ``request.csp_nonce``, which puts
    the nonce into the policy; such a page must not be cached."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        made: list[str] = []
        request.csp_nonce = SimpleLazyObject(lambda: _nonce(made))  # type: ignore[attr-defined]
        response = self.get_response(request)
        headers = response.headers
        # What is made to be shown in a frame of ours (a preview, a mail) says so itself, by Wagtail's decorator.
        is_framed = is_preview(request) or headers.get("X-Frame-Options", "").upper() == "SAMEORIGIN"
        headers.setdefault("Content-Security-Policy", policy(request, made[0] if made else "", is_framed=is_framed))
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
        headers.setdefault("Permissions-Policy", PERMISSIONS)
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        headers.setdefault("X-Frame-Options", "SAMEORIGIN" if is_framed else "DENY")
        if is_back_office(request):
            headers.setdefault("Cache-Control", "private, no-store")
        if settings.STOA_BASE_URL.startswith("https://"):
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        return response


def open_frames(request: HttpRequest, origins: Iterable[str]) -> None:
    """Let the page being made show frames of these origins (``https://player.vimeo.com``), and of no other."""
    opened: set[str] = getattr(request, "stoa_frame_origins", set())
    request.stoa_frame_origins = opened | set(origins)  # type: ignore[attr-defined]


def policy(request: HttpRequest, nonce: str = "", *, is_framed: bool = False) -> str:
    """The Content-Security-Policy of a response. ``is_framed``: pages of ours may show it in a frame."""
    found = _with_cdn(BACK_OFFICE_POLICY if is_back_office(request) else STOREFRONT_POLICY, settings.STOA_CDN_URL)
    if nonce and not is_back_office(request):
        found = found.replace("script-src 'self'", f"script-src 'self' 'nonce-{nonce}'")
        found = found.replace("style-src 'self'", f"style-src 'self' 'nonce-{nonce}'")
    if (opened := getattr(request, "stoa_frame_origins", None)) and not is_back_office(request):
        found = f"{found}; frame-src {' '.join(sorted(opened))}"
    return found.replace("frame-ancestors 'none'", "frame-ancestors 'self'") if is_framed else found


@cache
def _with_cdn(policy: str, cdn: str) -> str:
    """Files, and only files, may come from the CDN's host."""
    if not cdn:
        return policy
    for kind in ("script-src", "style-src", "img-src", "font-src", "media-src", "manifest-src"):
        policy = policy.replace(f"{kind} 'self'", f"{kind} 'self' {cdn}")
    return policy


def is_back_office(request: HttpRequest) -> bool:
    return request.path_info.startswith(BACK_OFFICE)


def is_preview(request: HttpRequest) -> bool:
    """Wagtail renders a draft through the page's own view, with this mark on the request."""
    return bool(getattr(request, "is_preview", False))


def _nonce(made: list[str]) -> str:
    made.append(secrets.token_urlsafe(18))
    return made[0]
