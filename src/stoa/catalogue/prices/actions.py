from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction

from stoa.catalogue.events import PriceChanged
from stoa.catalogue.prices.errors import CompareAtTooLowError, PriceInvalidError
from stoa.catalogue.prices.models import Price
from stoa.catalogue.prices.rules import price_problem
from stoa.catalogue.products.models import Variant
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.outbox.actions import announce
from stoa.kernel.pagecache.actions import purge

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class PriceChange:
    """A new price of a variant on a list, in minor units. None takes it off the list: it is no longer for sale there."""

    variant_id: int
    price_list_id: int
    amount_minor: int | None
    compare_at_minor: int | None = None


@transaction.atomic
def set_prices(changes: Sequence[PriceChange], actor: Actor) -> int:
    """Write prices; returns how many differ from before. Only those are audited and announced.

    All or nothing. Raises PriceInvalidError or CompareAtTooLowError (``facts`` name the variant), NotFoundError.
    """
    for change in changes:
        check_price(change)
    products = dict(Variant.objects.filter(pk__in={c.variant_id for c in changes}).values_list("pk", "product_id"))
    if missing := {c.variant_id for c in changes} - products.keys():
        raise NotFoundError(variant_ids=sorted(missing))
    before = _present(changes)
    news = [c for c in changes if before.get((c.variant_id, c.price_list_id)) != _pair(c)]
    write_prices(news)
    for change in news:
        old = before.get((change.variant_id, change.price_list_id))
        record(
            actor, "price.changed", "variant", change.variant_id, price_list=change.price_list_id,
            before=old[0] if old else None, after=change.amount_minor,
            compare_at_before=old[1] if old else None, compare_at_after=change.compare_at_minor,
        )  # fmt: skip
        product_id = products[change.variant_id]
        announce(PriceChanged(change.variant_id, product_id, change.price_list_id, change.amount_minor))
    if news:
        purge("catalogue", *sorted({f"product:{products[change.variant_id]}" for change in news}))
    return len(news)


def check_price(change: PriceChange) -> None:
    """Raises PriceInvalidError or CompareAtTooLowError."""
    if change.amount_minor is None:
        return
    match price_problem(change.amount_minor, change.compare_at_minor):
        case "price":
            raise PriceInvalidError(variant_id=change.variant_id)
        case "compare_at":
            raise CompareAtTooLowError(variant_id=change.variant_id)


def write_prices(changes: Iterable[PriceChange]) -> None:
    """The rows themselves, for actions that audit and announce the whole product. Prices must have been checked."""
    changes = list(changes)
    for gone in (c for c in changes if c.amount_minor is None):
        Price.objects.filter(variant_id=gone.variant_id, price_list_id=gone.price_list_id).delete()
    Price.objects.bulk_create(
        [
            Price(
                variant_id=c.variant_id, price_list_id=c.price_list_id, amount_minor=c.amount_minor,
                compare_at_minor=c.compare_at_minor,
            )
            for c in sorted(changes, key=lambda c: (c.variant_id, c.price_list_id))
            if c.amount_minor is not None
        ],
        update_conflicts=True,
        unique_fields=["variant", "price_list"],
        update_fields=["amount_minor", "compare_at_minor"],
    )  # fmt: skip


def _present(changes: Iterable[PriceChange]) -> dict[tuple[int, int], tuple[int, int | None]]:
    rows = Price.objects.filter(
        variant_id__in={c.variant_id for c in changes}, price_list_id__in={c.price_list_id for c in changes}
    ).values_list("variant_id", "price_list_id", "amount_minor", "compare_at_minor")
    return {(variant, price_list): (amount, compare_at) for variant, price_list, amount, compare_at in rows}


def _pair(change: PriceChange) -> tuple[int, int | None] | None:
    return None if change.amount_minor is None else (change.amount_minor, change.compare_at_minor)
