"""Codes of promotions: typed in the cart, or brought by an address (``/discount/SPRING/?next=/c/mugs/``)."""

from __future__ import annotations

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_POST, require_safe

from stoa.catalogue.promotions.errors import CodeRefusedError, TooManyCodesError
from stoa.kernel.errors import DomainError
from stoa.operations.cart import actions
from stoa.operations.cart.errors import CartClosedError
from stoa.storefront.cart import cookies
from stoa.storefront.cart.views import show
from stoa.storefront.problems import problem_of
from stoa.storefront.responses import SeeOther, private
from stoa.storefront.shop import market_of
from stoa.storefront.visitor import actor_of, cart_of, customer_of

SOURCES = ("utm_source", "utm_campaign", "source")


@require_POST
@private
def add_code(request: HttpRequest) -> HttpResponse:
    """Whatever is wrong with a code, the answer is the same."""
    opened = cart_of(request)
    try:
        if opened is None:
            raise CodeRefusedError
        _checked(request)
        actions.add_code(opened.pk, request.POST.get("code", ""), actor=actor_of(request))
    except DomainError as error:
        return show(request, opened, problem_of(error))
    return SeeOther("/cart/")


@require_POST
@private
def remove_code(request: HttpRequest) -> HttpResponse:
    opened = cart_of(request)
    if opened is not None:
        actions.remove_code(opened.pk, request.POST.get("code", ""), actor=actor_of(request))
    return SeeOther("/cart/")


@require_safe
@private
def discount(request: HttpRequest, code: str) -> HttpResponse:
    """A link of a letter: the code and where it came from go into the cart, the visitor goes on to ``next`` or home.

    It leads on whether the code is good or not, and says nothing of it. Neither does it open a cart for what is no code.
    """
    target = request.GET.get("next", "/")
    if not url_has_allowed_host_and_scheme(target, allowed_hosts=None) or not target.startswith("/"):
        target = "/"
    response = SeeOther(target)
    opened, token = cart_of(request), ""
    try:
        _checked(request)
        with transaction.atomic():
            if opened is None:
                customer = customer_of(request)
                market = market_of(request)
                opened, token = actions.open_cart(market, customer_id=customer.pk if customer else None)
            for name in SOURCES:
                actions.note_source(opened.pk, request.GET.get(name, ""), actor=actor_of(request))
            actions.add_code(opened.pk, code, actor=actor_of(request))
    except (CodeRefusedError, TooManyCodesError, CartClosedError):
        return response
    cookies.remember(response, token)
    return response


def _checked(request: HttpRequest) -> None:
    if not actions.may_try_code(getattr(request, "client_ip", "")):
        raise TooManyCodesError
