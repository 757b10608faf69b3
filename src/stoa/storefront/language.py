from __future__ import annotations

from zoneinfo import ZoneInfo

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.middleware.locale import LocaleMiddleware
from django.utils import timezone, translation

from stoa.catalogue.markets.errors import NoMarketError
from stoa.storefront.shop import market_of

BACK_OFFICE = "/admin/"


class MarketLanguageMiddleware(LocaleMiddleware):
    """A shop front speaks its market's language and keeps its hours, so that its pages can be cached for everybody.

    In the back office everybody chooses; there it is Django's own middleware.
    """

    def process_request(self, request: HttpRequest) -> None:
        if request.path_info.startswith(BACK_OFFICE):
            super().process_request(request)
            return
        try:
            market = market_of(request)
        except NoMarketError:
            translation.activate(translation.get_language() or "en")
        else:
            translation.activate(market.language)
            timezone.activate(ZoneInfo(market.timezone))
        request.LANGUAGE_CODE = translation.get_language() or "en"

    def process_response(self, request: HttpRequest, response: HttpResponseBase) -> HttpResponseBase:
        if request.path_info.startswith(BACK_OFFICE):
            return super().process_response(request, response)
        timezone.deactivate()
        response.headers.setdefault("Content-Language", translation.get_language() or "en")
        return response
