from __future__ import annotations

from django.conf import settings

from stoa.catalogue.markets.errors import NoMarketError
from stoa.catalogue.markets.models import Market
from stoa.catalogue.memo import remembered


@remembered("market")
def all_markets() -> tuple[Market, ...]:
    """Every market, the default one first. Shared by all requests of the process: do not change them."""
    return tuple(Market.objects.select_related("price_list", "logo", "hero").order_by("-is_default", "id"))


def default_market() -> Market:
    """Raises NoMarketError before the shop has been set up."""
    markets = all_markets()
    if not markets:
        raise NoMarketError
    return markets[0]


def market_for_host(host: str) -> Market:
    """The market whose domain ``host`` is (a port is ignored), else the default one. Raises NoMarketError."""
    name = host.rsplit(":", 1)[0].rstrip(".").lower() if not host.endswith("]") else host.lower()
    for market in all_markets():
        if market.domain and market.domain == name:
            return market
    return default_market()


def market_by_code(code: str) -> Market | None:
    return next((market for market in all_markets() if market.code == code), None)


def market_by_id(market_id: int) -> Market | None:
    return next((market for market in all_markets() if market.pk == market_id), None)


def base_url(market: Market) -> str:
    """Scheme and host of a shop front, without a slash at the end: from settings, and never from a request."""
    base = str(settings.STOA_BASE_URL).rstrip("/")
    return f"{base.partition('://')[0]}://{market.domain}" if market.domain else base
