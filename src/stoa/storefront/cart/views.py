from __future__ import annotations

import json
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST, require_safe

from stoa.kernel.errors import DomainError
from stoa.kernel.web.forms import parse_quantity
from stoa.operations.cart import actions
from stoa.operations.cart import queries as carts
from stoa.operations.cart.errors import CartClosedError, NotForSaleError
from stoa.operations.credit import queries as gift_cards
from stoa.storefront.cart import cookies, lines
from stoa.storefront.problems import Problem, problem_of
from stoa.storefront.responses import SeeOther, private
from stoa.storefront.shop import market_of
from stoa.storefront.visitor import actor_of, cart_of, customer_of, is_scripted

if TYPE_CHECKING:
    from stoa.operations.cart.models import Cart

LARGEST_ID = 2**63 - 1
MOST_AT_ONCE = 12


@require_safe
@private
def cart(request: HttpRequest) -> HttpResponse:
    response = show(request, cart_of(request))
    customer = customer_of(request)
    if customer is not None and customer.group_id is not None:
        cookies.own_prices(response)
    return response


@require_POST
@private
def add(request: HttpRequest) -> HttpResponse:
    """Into the cart; the first thing opens it. Whatever else the form says (prices!) is not read."""
    try:
        variant_id = _variant_id(request)
        quantity = parse_quantity(request.POST.get("quantity", "1"))
        opened, token = _put(request, {variant_id: quantity})
    except DomainError as error:
        return _refused(request, problem_of(error))
    if not is_scripted(request):
        response: HttpResponse = SeeOther("/cart/")
    else:
        view = carts.cart_view(opened, market_of(request))
        line = next((lines.line(each) for each in view.lines if each.variant_id == variant_id), None)
        response = render(request, "storefront/cart/_added.html", {"line": line})
        response.headers["HX-Trigger"] = json.dumps({"cart-changed": {"count": view.count}})
    cookies.remember(response, token)
    return response


@require_POST
@private
def add_all(request: HttpRequest) -> HttpResponse:
    """One of each ``variant`` of the form into the cart, all of them or none."""
    try:
        variant_ids = _variant_ids(request)
        opened, token = _put(request, dict.fromkeys(variant_ids, 1))
    except DomainError as error:
        return _refused(request, problem_of(error))
    if not is_scripted(request):
        response: HttpResponse = SeeOther("/cart/")
    else:
        view = carts.cart_view(opened, market_of(request))
        shown = [lines.line(each) for each in view.lines if each.variant_id in variant_ids]
        response = render(request, "storefront/cart/_added_all.html", {"lines": shown})
        response.headers["HX-Trigger"] = json.dumps({"cart-changed": {"count": view.count}})
    cookies.remember(response, token)
    return response


@require_POST
@private
def update(request: HttpRequest) -> HttpResponse:
    """Set the quantity of something in the cart; 0 takes it out."""
    opened = cart_of(request)
    try:
        variant_id = _variant_id(request)
        quantity = parse_quantity(request.POST.get("quantity", ""), zero_allowed=True)
        if opened is None:
            raise CartClosedError
        actions.set_quantity(opened.pk, variant_id, quantity, actor=actor_of(request))
    except DomainError as error:
        return show(request, opened, problem_of(error))
    return _changed(request, opened)


@require_POST
@private
def remove(request: HttpRequest) -> HttpResponse:
    opened = cart_of(request)
    try:
        variant_id = _variant_id(request)
    except DomainError as error:
        return show(request, opened, problem_of(error))
    if opened is not None:
        actions.remove(opened.pk, variant_id, actor=actor_of(request))
    return _changed(request, opened)


@require_safe
@private
def badge(request: HttpRequest) -> HttpResponse:
    """How many things are in the cart: the one personal number on a public page."""
    count = carts.units_in(cart_of(request))
    response = HttpResponse(str(count), content_type="text/plain; charset=utf-8")
    if not count:
        cookies.forget_hint(response)
    return response


def _put(request: HttpRequest, quantities: Mapping[int, int]) -> tuple[Cart, str]:
    """The cart with all of the goods in it, and the token of a new one. A cart is opened only for something that goes in."""
    opened, actor = cart_of(request), actor_of(request)
    if opened is not None:
        try:
            with transaction.atomic() if len(quantities) > 1 else nullcontext():
                for variant_id, quantity in quantities.items():
                    actions.add(opened.pk, variant_id, quantity, actor=actor)
            return opened, ""
        except CartClosedError:
            pass  # it became an order in another tab, just now
    customer = customer_of(request)
    with transaction.atomic():
        opened, token = actions.open_cart(market_of(request), customer_id=customer.pk if customer else None)
        for variant_id, quantity in quantities.items():
            actions.add(opened.pk, variant_id, quantity, actor=actor)
    return opened, token


def _variant_id(request: HttpRequest) -> int:
    return _key(request.POST.get("variant", ""))


def _variant_ids(request: HttpRequest) -> list[int]:
    """Each once. Raises NotForSaleError for none, for what is no key, and for more than an offer ever has."""
    found = list(dict.fromkeys(_key(raw) for raw in request.POST.getlist("variant")[: MOST_AT_ONCE + 1]))
    if not 0 < len(found) <= MOST_AT_ONCE:
        raise NotForSaleError
    return found


def _key(raw: str) -> int:
    if not (raw.isascii() and raw.isdigit()) or len(raw) > 19 or int(raw) > LARGEST_ID:
        raise NotForSaleError
    return int(raw)


def _changed(request: HttpRequest, opened: Cart | None) -> HttpResponse:
    """A script gets the page again, with the new count for the header; everybody else is sent to it."""
    response = show(request, opened) if is_scripted(request) else SeeOther("/cart/")
    count = carts.units_in(opened)
    if is_scripted(request):
        response.headers["HX-Trigger"] = json.dumps({"cart-changed": {"count": count}})
    if count:
        cookies.hint(response)
    else:
        cookies.forget_hint(response)
    return response


def _refused(request: HttpRequest, problem: Problem) -> HttpResponse:
    if is_scripted(request):
        return render(request, "storefront/cart/_refused.html", {"problem": problem}, status=problem.status)
    return show(request, cart_of(request), problem)


def show(request: HttpRequest, opened: Cart | None, problem: Problem | None = None) -> HttpResponse:
    market = market_of(request)
    shown = lines.shown(carts.cart_view(opened, market))
    if opened is not None and opened.gift_cards:
        shown = replace(shown, cards=tuple(gift_cards.cards_in(opened.gift_cards, market)))
    status = problem.status if problem else 200
    return render(request, "storefront/cart/cart.html", {"cart": shown, "problem": problem}, status=status)
