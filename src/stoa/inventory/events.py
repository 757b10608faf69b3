"""What this room announces."""

from __future__ import annotations

from dataclasses import dataclass

from stoa.kernel.events import Event


@dataclass(frozen=True)
class StockChanged(Event):
    """What a shopper is told about a variant has changed (sold out, low, available again, another date).

    ``available``: units that may be ordered now, over all active locations of any market, back-orders included.
    """

    variant_id: int
    product_id: int
    available: int
