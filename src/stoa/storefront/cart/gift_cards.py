"""Gift cards: put into the cart to pay with, and asked what is on them. Both doors share one count of tries."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_POST

from stoa.kernel.errors import DomainError
from stoa.operations.credit import actions, queries
from stoa.operations.credit.errors import CardRefusedError
from stoa.storefront.cart.views import show
from stoa.storefront.problems import problem_of
from stoa.storefront.responses import SeeOther, private
from stoa.storefront.shop import market_of
from stoa.storefront.visitor import actor_of, cart_of


@require_POST
@private
def add_card(request: HttpRequest) -> HttpResponse:
    """Whatever is wrong with a code, the answer is the same."""
    opened = cart_of(request)
    try:
        actions.guard_try(getattr(request, "client_ip", ""))
        if opened is None:
            raise CardRefusedError
        actions.add_to_cart(opened.pk, request.POST.get("code", ""), actor=actor_of(request))
    except DomainError as error:
        return show(request, opened, problem_of(error))
    return SeeOther("/cart/")


@require_POST
@private
def remove_card(request: HttpRequest) -> HttpResponse:
    opened, raw = cart_of(request), request.POST.get("card", "")
    if opened is not None and opened.closed_at is None and raw.isascii() and raw.isdigit() and len(raw) <= 18:
        actions.remove_from_cart(opened.pk, int(raw), actor=actor_of(request))
    return SeeOther("/cart/")


@require_http_methods(["GET", "HEAD", "POST"])
@private
def balance(request: HttpRequest) -> HttpResponse:
    """What is on a card, for whoever has its code. The code comes by POST alone: it stands in no address and no log."""
    if request.method != "POST":
        return render(request, "storefront/gift_card.html", {})
    market = market_of(request)
    try:
        actions.guard_try(getattr(request, "client_ip", ""))
        card = queries.usable_by_code(request.POST.get("code", ""), market)
        if card is None:
            raise CardRefusedError
    except DomainError as error:
        problem = problem_of(error)
        return render(request, "storefront/gift_card.html", {"problem": problem}, status=problem.status)
    return render(request, "storefront/gift_card.html", {"card": queries.held(card)})
