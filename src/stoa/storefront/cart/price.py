"""What something costs in the visitor's own cart, where that is another price than the public page shows."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from stoa.catalogue.prices.queries import quote
from stoa.storefront.cart import cookies
from stoa.storefront.responses import private
from stoa.storefront.shop import market_of
from stoa.storefront.visitor import customer_of

LARGEST_ID = 2**63 - 1


@require_safe
@private
def own_price(request: HttpRequest, variant_id: int) -> HttpResponseBase:
    """A part of the product page for customers whose group has prices of its own; nothing for everybody else."""
    customer, market = customer_of(request), market_of(request)
    if customer is None or customer.group_id is None or not 0 < variant_id <= LARGEST_ID:
        response = HttpResponse(status=204)
        if customer is None or customer.group_id is None:
            cookies.forget_own_prices(response)
        return response
    own = quote([variant_id], market, customer_id=customer.pk).get(variant_id)
    if own is None or own == quote([variant_id], market).get(variant_id):
        return HttpResponse(status=204)
    return render(request, "storefront/cart/_own_price.html", {"price": own})
