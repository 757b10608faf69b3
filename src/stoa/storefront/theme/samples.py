"""A page with a little of everything, for whoever chooses colours or arranges a menu."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from stoa.storefront.browse import cards
from stoa.storefront.content import live
from stoa.storefront.shop import Shop

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market


def sample(request: HttpRequest, market: Market, menus: dict[str, Any], stylesheet: str) -> HttpResponse:
    """The shop's own header and footer around it; ``stylesheet`` in place of the published look."""
    shop = Shop(market, None, menus)
    goods = cards.shown(live.by_rule(market, "featured", None, 4), market)
    return render(request, "storefront/sample.html", {"shop": shop, "cards": goods, "stylesheet": stylesheet})
