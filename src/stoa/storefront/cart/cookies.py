"""The two cookies of a cart: the token that opens it, and a hint for the script that there is something to count."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase

TOKEN = "stoa_cart"  # noqa: S105 - a cookie's name
HINT = "stoa_has_cart"
# For the script again: this visitor may have prices of their own. It says nothing of which, and opens nothing.
OWN_PRICES = "stoa_own_prices"
AGE = 90 * 24 * 60 * 60


def token_of(request: HttpRequest) -> str:
    """The guest's cart token, or an empty string. Whatever else the cookie may hold is no token."""
    value = request.COOKIES.get(TOKEN, "")
    return value if len(value) <= 64 and value.isascii() else ""


def remember(response: HttpResponseBase, token: str) -> None:
    """``token`` may be empty: a customer's cart is found by the log-in, only the hint is set."""
    secure = settings.SESSION_COOKIE_SECURE
    if token:
        response.set_cookie(TOKEN, token, max_age=AGE, httponly=True, samesite="Lax", secure=secure)
    hint(response)


def hint(response: HttpResponseBase) -> None:
    response.set_cookie(HINT, "1", max_age=AGE, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)


def forget_hint(response: HttpResponseBase) -> None:
    response.delete_cookie(HINT, samesite="Lax")


def forget(response: HttpResponseBase) -> None:
    response.delete_cookie(TOKEN, samesite="Lax")
    forget_hint(response)


def own_prices(response: HttpResponseBase) -> None:
    response.set_cookie(OWN_PRICES, "1", max_age=AGE, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE)


def forget_own_prices(response: HttpResponseBase) -> None:
    response.delete_cookie(OWN_PRICES, samesite="Lax")
