"""Writes about prices. Longer ones lie in files of their own and are named here."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from django.db import transaction

from stoa.catalogue.events import PriceChanged
from stoa.catalogue.prices.errors import BreaksInvalidError, CompareAtTooLowError, PriceInvalidError
from stoa.catalogue.prices.grouping import set_group_price_list
from stoa.catalogue.prices.lists import (
    choose_price_list,
    create_price_list,
    delete_price_list,
    rename_price_list,
)
from stoa.catalogue.prices.models import Price
from stoa.catalogue.prices.rules import breaks_problem, price_problem
from stoa.catalogue.prices.sales import cancel_sale, schedule_sale, tell_due_sales
from stoa.catalogue.prices.writing import PriceChange, write_prices
from stoa.catalogue.products.models import Variant
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.outbox.actions import announce
from stoa.kernel.pagecache.actions import purge

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

__all__ = [
    "PriceChange", "cancel_sale", "check_price", "choose_price_list", "create_price_list", "delete_price_list",
    "rename_price_list", "schedule_sale", "set_breaks", "set_group_price_list", "set_prices", "tell_due_sales",
    "write_prices",
]  # fmt: skip


@transaction.atomic
def set_prices(changes: Sequence[PriceChange], actor: Actor) -> int:
    """Write prices; returns how many differ from before. Only those are audited, announced and kept in the history.

    All or nothing. Raises PriceInvalidError or CompareAtTooLowError (``facts`` name the variant), NotFoundError.
    """
    for change in changes:
        check_price(change)
    products = dict(Variant.objects.filter(pk__in={c.variant_id for c in changes}).values_list("pk", "product_id"))
    if missing := {c.variant_id for c in changes} - products.keys():
        raise NotFoundError(variant_ids=sorted(missing))
    before = _present(changes)
    wanted = [_filled(change, before.get((change.variant_id, change.price_list_id))) for change in changes]
    news = [c for c in wanted if before.get((c.variant_id, c.price_list_id)) != _written(c)]
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


@transaction.atomic
def set_breaks(variant_id: int, price_list_id: int, steps: Sequence[tuple[int, int]], *, actor: Actor) -> bool:
    """What one costs from how many on, in minor units: replaces all breaks of a variant on a list, none for none.

    Returns whether they differ from before. Raises BreaksInvalidError, NotFoundError where the list has no price for it.
    """
    price = (
        Price.objects.select_for_update(of=("self",))
        .select_related("variant")
        .filter(variant_id=variant_id, price_list_id=price_list_id)
        .first()
    )
    if price is None:
        raise NotFoundError
    if problem := breaks_problem(steps, price.amount_minor):
        raise BreaksInvalidError(problem=problem)
    wanted = [list(step) for step in steps] or None
    if wanted == price.breaks:
        return False
    record(
        actor,
        "price.breaks_changed",
        "variant",
        variant_id,
        price_list=price_list_id,
        before=price.breaks,
        after=wanted,
    )
    price.breaks = wanted
    price.save(update_fields=["breaks"])
    announce(PriceChanged(variant_id, price.variant.product_id, price_list_id, price.amount_minor))
    purge("catalogue", f"product:{price.variant.product_id}")
    return True


def check_price(change: PriceChange) -> None:
    """Raises PriceInvalidError or CompareAtTooLowError."""
    if change.amount_minor is None:
        return
    match price_problem(change.amount_minor, change.compare_at_minor):
        case "price":
            raise PriceInvalidError(variant_id=change.variant_id)
        case "compare_at":
            raise CompareAtTooLowError(variant_id=change.variant_id)


# Amount, compare-at, and whether that is a recommended price.
_Written = tuple[int, int | None, bool]


def _present(changes: Iterable[PriceChange]) -> dict[tuple[int, int], _Written]:
    rows = Price.objects.filter(
        variant_id__in={c.variant_id for c in changes}, price_list_id__in={c.price_list_id for c in changes}
    ).values_list("variant_id", "price_list_id", "amount_minor", "compare_at_minor", "compare_at_is_rrp")
    return {(variant, price_list): (amount, above, is_rrp) for variant, price_list, amount, above, is_rrp in rows}


def _filled(change: PriceChange, before: _Written | None) -> PriceChange:
    if change.compare_at_minor is None:
        return replace(change, compare_at_is_rrp=False)
    if change.compare_at_is_rrp is None:
        return replace(change, compare_at_is_rrp=before[2] if before else False)
    return change


def _written(change: PriceChange) -> _Written | None:
    if change.amount_minor is None:
        return None
    return change.amount_minor, change.compare_at_minor, bool(change.compare_at_is_rrp)
