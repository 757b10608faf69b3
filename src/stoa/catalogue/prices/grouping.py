"""Which list a group of customers finds its prices on. Used through ``prices.actions``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stoa.catalogue.prices.errors import CurrencyDiffersError
from stoa.catalogue.prices.models import GroupPriceList, PriceList
from stoa.customers.groups.queries import group_by_id
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.kernel.actors import Actor


@transaction.atomic
def set_group_price_list(group_id: int, market: Market, price_list_id: int | None, *, actor: Actor) -> None:
    """Give a group its list in a market; None gives it everybody's prices again. Raises NotFoundError, CurrencyDiffersError.

    Public pages do not show it, so none has to be dropped.
    """
    group = group_by_id(group_id)
    before = GroupPriceList.objects.filter(group_id=group.pk, market_id=market.pk).values_list(
        "price_list_id", flat=True
    )
    old = before.first()
    if old == price_list_id:
        return
    if price_list_id is None:
        GroupPriceList.objects.filter(group_id=group.pk, market_id=market.pk).delete()
    else:
        currency = PriceList.objects.filter(pk=price_list_id).values_list("currency", flat=True).first()
        if currency is None:
            raise NotFoundError
        if currency != market.currency:
            raise CurrencyDiffersError
        GroupPriceList.objects.update_or_create(
            group_id=group.pk, market_id=market.pk, defaults={"price_list_id": price_list_id}
        )
    record(
        actor, "group.price_list_changed", "customer_group", group.pk, market=market.pk, before=old, after=price_list_id
    )
