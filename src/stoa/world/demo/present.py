"""What a visitor should be able to see today: something sold out, something on order, something running low."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from stoa.catalogue.products.queries import variant_by_sku
from stoa.inventory.stock.actions import set_on_hand, set_policy
from stoa.inventory.stock.queries import level_of, location_by_code
from stoa.kernel import clock

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.kernel.actors import Actor

SOLD_OUT = "TEAPOT-THREE"
ON_ORDER = "IRON-PAN-28-CM"
RUNNING_LOW = "WAFFLE-BATH-TOWEL-MINT"
# The parts of the breakfast table that the year may have sold out: one set can be bought, the other waits for its teapot.
FULL = ("BREAKFAST-BOWL-CLAY", "DINNER-PLATE", "LINEN-NAPKINS-SET-FOUR-CHALK")


def arrange(market: Market, *, actor: Actor) -> None:
    """Counts that a stock-take might find on the last day of the demo's year."""
    today, location = clock.today(market.timezone), location_by_code(None)
    for sku, left in ((SOLD_OUT, 0), (ON_ORDER, 0), (RUNNING_LOW, 3), *((sku, 48) for sku in FULL)):
        figures = level_of(sku)
        reserved = figures.reserved if figures else 0
        set_on_hand(
            variant_by_sku(sku).id, location.pk, left + reserved, reason="counted", note="Stock-take", actor=actor
        )
    set_policy(
        variant_by_sku(ON_ORDER).id, location.pk,
        policy="backorder", limit=40, date=today + timedelta(days=16), actor=actor,
    )  # fmt: skip
