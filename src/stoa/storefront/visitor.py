"""Who asks, and which cart is theirs. Only private pages may call this."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpRequest

from stoa.customers.identity import queries as customers
from stoa.kernel.actors import GUEST, Actor
from stoa.operations.cart import queries as carts
from stoa.storefront.cart.cookies import token_of
from stoa.storefront.shop import market_of

if TYPE_CHECKING:
    from stoa.customers.identity.models import Customer
    from stoa.operations.cart.models import Cart

_UNKNOWN = object()


def customer_of(request: HttpRequest) -> Customer | None:
    """The customer who is logged in. A guest costs no query: without the cookie there is no session to look up."""
    known = getattr(request, "stoa_customer", _UNKNOWN)
    if known is _UNKNOWN:
        has_session = settings.SESSION_COOKIE_NAME in request.COOKIES or hasattr(request, "_cached_user")
        known = customers.customer_of_user(request.user) if has_session else None
        request.stoa_customer = known  # type: ignore[attr-defined]
    return known  # type: ignore[return-value]


def cart_of(request: HttpRequest) -> Cart | None:
    """The open cart: a customer's by the log-in, a guest's by the cookie."""
    market, customer = market_of(request), customer_of(request)
    if customer is not None:
        return carts.cart_of_customer(customer.pk, market)
    return carts.cart_by_token(token_of(request), market)


def is_scripted(request: HttpRequest) -> bool:
    """Whether htmx asks, for a part of a page (django-htmx says so on the request)."""
    return bool(getattr(request, "htmx", False))


def actor_of(request: HttpRequest) -> Actor:
    customer = customer_of(request)
    if customer is None:
        return GUEST
    return Actor.customer(customer.user_id or 0, customer.email)
