"""What every answer of the storefront has in common."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import HttpRequest, HttpResponseBase, HttpResponseRedirect

View = Callable[..., HttpResponseBase]


class SeeOther(HttpResponseRedirect):
    """After a POST: look there, with GET."""

    status_code = 303


def private(view: View) -> View:
    """The answer is for one person: no cache, shared or not, may keep it."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        response.headers["Cache-Control"] = "private, no-store"
        return response

    return answer


def secret_address(view: View) -> View:
    """The address itself opens something, or the page is nobody else's business: neither search engines nor other sites
    learn of it."""

    @wraps(view)
    def answer(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        response = view(request, *args, **kwargs)
        # same-origin, not no-referrer: with the latter, browsers send "Origin: null" with the forms of the page.
        response.headers["Referrer-Policy"] = "same-origin"
        response.headers["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return private(answer)
