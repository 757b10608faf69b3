"""What the search asks of the stock."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING

from stoa.inventory.stock.queries import availability, sellable_variant_ids

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market


def sellable(market: Market, variant_ids: Collection[int] | None) -> set[int]:
    """Those of the variants (None: of all) that can be ordered in the market now."""
    if variant_ids is None:
        return set(sellable_variant_ids(market.pk).values_list("pk", flat=True))
    return {pk for pk, state in availability(variant_ids, market.pk).items() if state.is_sellable}
