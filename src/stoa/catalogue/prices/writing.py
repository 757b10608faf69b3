"""The price rows themselves, for actions that audit and announce. Prices must have been checked."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from stoa.catalogue.prices import history
from stoa.catalogue.prices.models import Price
from stoa.kernel.prepared import insert_all


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A new price of a variant on a list, in minor units. None takes it off the list: it is no longer for sale there.

    ``compare_at_is_rrp`` says that the compare-at price is a recommended one and no former one; None leaves that as it is.
    """

    variant_id: int
    price_list_id: int
    amount_minor: int | None
    compare_at_minor: int | None = None
    compare_at_is_rrp: bool | None = None


def write_prices(changes: Iterable[PriceChange], *, are_new: bool = False) -> None:
    """Write changes (only those, since each is a new point in the history). Quantity breaks stay.

    ``are_new``: the variants were made in this transaction, one price of each, and have neither history nor sales."""
    changes = sorted(changes, key=lambda change: (change.variant_id, change.price_list_id))
    if not changes:
        return
    for gone in (c for c in changes if c.amount_minor is None):
        Price.objects.filter(variant_id=gone.variant_id, price_list_id=gone.price_list_id).delete()
    rows = [
        Price(
            variant_id=c.variant_id, price_list_id=c.price_list_id, amount_minor=c.amount_minor,
            compare_at_minor=c.compare_at_minor, compare_at_is_rrp=_is_rrp(c), lowest_30_minor=None,
        )
        for c in changes
        if c.amount_minor is not None
    ]  # fmt: skip
    if are_new:
        insert_all(rows)
    else:
        Price.objects.bulk_create(
            rows,
            update_conflicts=True,
            unique_fields=["variant", "price_list"],
            update_fields=["amount_minor", "compare_at_minor", "compare_at_is_rrp", "lowest_30_minor"],
            batch_size=history.BATCH,
        )
    history.keep(
        [
            history.Written(
                c.variant_id, c.price_list_id, c.amount_minor, None if _is_rrp(c) else c.compare_at_minor
            )
            for c in changes
        ],
        are_new=are_new,
    )  # fmt: skip


def _is_rrp(change: PriceChange) -> bool:
    return change.compare_at_minor is not None and bool(change.compare_at_is_rrp)
