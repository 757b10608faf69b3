from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from stoa.catalogue.markets import rules
from stoa.catalogue.markets.errors import MarketInvalidError
from stoa.catalogue.markets.models import Market
from stoa.catalogue.prices.models import PriceList, TaxClass
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.actions import purge

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

TAX_CLASSES = {"standard": "Standard", "reduced": "Reduced", "zero": "Zero"}

# What update_market may change. A currency stays: every price, cart and order of the market is written in it.
CHANGEABLE = frozenset({
    "domain", "language", "timezone", "countries", "default_country", "prices_include_tax", "shop_name", "tagline",
    "legal_name", "address", "vat_id", "email", "phone", "support_hours", "logo", "hero", "hero_title", "hero_text", "returns_line",
    "low_stock_threshold", "download_days", "download_limit",
    "floor_per_product_bp", "floor_per_order_bp", "floor_blocks",
})  # fmt: skip


@transaction.atomic
def create_market(
    code: str,
    *,
    shop_name: str,
    email: str,
    currency: str,
    default_country: str,
    countries: Sequence[str],
    actor: Actor,
    price_list: PriceList | None = None,
    **more: Any,
) -> Market:
    """A market with its price list (of the same code, unless one is given). The first market is the default one.

    Makes the three tax classes where they are missing. Raises MarketInvalidError with the fields.
    """
    if unknown := set(more) - CHANGEABLE:
        raise TypeError(f"a market has no {', '.join(sorted(unknown))}")
    ensure_tax_classes()
    fields = {
        "shop_name": shop_name, "email": email, "currency": currency, "default_country": default_country,
        "countries": list(countries), "timezone": "Europe/Berlin", **more,
    }  # fmt: skip
    _check(fields)
    if price_list is None:
        price_list, _ = PriceList.objects.get_or_create(code=code, defaults={"name": shop_name, "currency": currency})
    if price_list.currency != currency:
        raise MarketInvalidError(fields={"currency": "not_the_price_lists"})
    is_default = not Market.objects.filter(is_default=True).exists()
    market = Market.objects.create(code=code, is_default=is_default, price_list=price_list, **_tidied(fields))
    record(actor, "market.created", "market", market.pk, code=code)
    purge("market", "catalogue")
    return market


@transaction.atomic
def update_market(market_id: int, *, actor: Actor, **changes: Any) -> Market:
    """Change settings of a market. Raises MarketInvalidError with the fields, NotFoundError."""
    if unknown := set(changes) - CHANGEABLE:
        raise TypeError(f"these do not change: {', '.join(sorted(unknown))}")
    market = Market.objects.select_for_update().filter(pk=market_id).first()
    if market is None:
        raise NotFoundError
    for field, value in _tidied(changes).items():
        setattr(market, field, value)
    _check(
        {
            field: getattr(market, field)
            for field in ("currency", "countries", "default_country", "timezone", "shop_name", "support_hours")
        }
    )
    market.save(update_fields=list(changes))
    record(actor, "market.changed", "market", market.pk, fields=sorted(changes))
    purge("market", "catalogue")
    return market


def ensure_tax_classes() -> None:
    for code, name in TAX_CLASSES.items():
        TaxClass.objects.get_or_create(code=code, defaults={"name": name})


def _tidied(fields: dict[str, Any]) -> dict[str, Any]:
    tidied = dict(fields)
    if "domain" in tidied:
        tidied["domain"] = str(tidied["domain"]).strip().rstrip(".").lower()
    if "support_hours" in tidied:
        rows = tidied["support_hours"]
        tidied["support_hours"] = [list(row) if isinstance(row, tuple) else row for row in rows or ()]
    return tidied


def _check(fields: dict[str, Any]) -> None:
    if problems := rules.problems(fields):
        raise MarketInvalidError(fields=problems)
