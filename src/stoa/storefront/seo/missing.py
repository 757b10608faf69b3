"""Counts addresses that lead nowhere, so that somebody can have them lead somewhere."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.deprecation import MiddlewareMixin

from stoa.catalogue.markets.errors import NoMarketError
from stoa.marketing.addresses import actions as addresses
from stoa.storefront.shop import market_of

NOT_COUNTED = ("/admin/", "/static/", "/media/", "/cart/", "/checkout/", "/order/", "/account/", "/payments/")


class MissingAddressMiddleware(MiddlewareMixin):
    """Stands outside Wagtail's redirects. Addresses that open something for one person are never written down."""

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        path = request.path_info
        if response.status_code != 404 or request.method != "GET" or path.startswith(NOT_COUNTED):
            return response
        try:
            market = market_of(request)
        except NoMarketError:
            return response
        addresses.note_missing(
            market.pk, path, linked_from=_own_page(request), user_agent=request.META.get("HTTP_USER_AGENT", "")
        )
        return response


def _own_page(request: HttpRequest) -> str:
    """The path of ours that led here; blank for anybody else's."""
    try:
        parts = urlsplit(request.META.get("HTTP_REFERER", ""))
        same = parts.netloc == request.get_host()
    except ValueError:
        return ""
    return parts.path if same and not parts.path.startswith(NOT_COUNTED) else ""
