"""Scheduling sales, ending them early, and telling the shop when one starts or ends. Used through ``prices.actions``."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from stoa.catalogue.events import PriceChanged
from stoa.catalogue.prices import history
from stoa.catalogue.prices.errors import (
    SaleInvalidError,
    SaleOverError,
    SaleOverlapError,
    SalePriceTooHighError,
    SaleTimesError,
)
from stoa.catalogue.prices.models import Price, Sale, SalePrice
from stoa.catalogue.prices.planning import overlapping
from stoa.catalogue.prices.rules import price_problem
from stoa.catalogue.products.rules import one_line
from stoa.kernel import clock
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.outbox.actions import announce
from stoa.kernel.pagecache.actions import purge

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

# So many variants are told of in one transaction.
TOLD_AT_ONCE = 200


@transaction.atomic
def schedule_sale(
    name: str,
    price_list_id: int,
    prices: Mapping[int, int],
    *,
    ends_at: datetime,
    starts_at: datetime | None = None,
    terms: Mapping[str, Any] | None = None,
    actor: Actor,
) -> Sale:
    """Have variants (id -> minor units) cost less from ``starts_at`` (now, by default) up to, not including, ``ends_at``.

    All or nothing. The regular prices stay what they are and come back by themselves. ``terms`` are kept beside it, for
    people. Raises SaleTimesError, SaleInvalidError, SalePriceTooHighError, SaleOverlapError, NotFoundError (no such price).
    """
    now = clock.now()
    starts_at = starts_at or now
    if starts_at < now or ends_at <= starts_at:
        raise SaleTimesError(field="starts_at" if starts_at < now else "ends_at")
    name = one_line(name)[:120]
    if not name or not prices or any(price_problem(amount) for amount in prices.values()):
        raise SaleInvalidError(field="prices" if name else "name")
    regular = _locked(price_list_id, prices)
    if missing := prices.keys() - regular.keys():
        raise NotFoundError(variant_ids=sorted(missing))
    if too_high := sorted(pk for pk, amount in prices.items() if amount >= regular[pk]):
        raise SalePriceTooHighError(field="prices", variant_ids=too_high)
    if others := overlapping(price_list_id, list(prices), starts_at, ends_at):
        raise SaleOverlapError(field="prices", variant_ids=sorted(others), sales=sorted(set(others.values())))
    sale = Sale.objects.create(
        name=name,
        price_list_id=price_list_id,
        starts_at=starts_at,
        ends_at=ends_at,
        terms=dict(terms or {}),
        created_at=now,
    )
    pairs = {(pk, price_list_id): starts_at for pk in prices}
    lows = history.lowest_of(pairs)
    try:
        with transaction.atomic():
            SalePrice.objects.bulk_create(
                [
                    SalePrice(
                        sale=sale, variant_id=pk, price_list_id=price_list_id, starts_at=starts_at, ends_at=ends_at,
                        amount_minor=prices[pk], lowest_30_minor=lows[pk, price_list_id],
                    )
                    for pk in sorted(prices)
                ],
                batch_size=history.BATCH,
            )  # fmt: skip
    except IntegrityError as error:
        # The constraint has the last word, whatever happened to the locks.
        raise SaleOverlapError(field="prices", variant_ids=[], sales=[]) from error
    history.look_again(pairs)
    record(
        actor, "sale.scheduled", "sale", sale.pk, name=name, price_list=price_list_id, variants=len(prices),
        starts_at=starts_at.isoformat(), ends_at=ends_at.isoformat(), terms=sale.terms,
    )  # fmt: skip
    if starts_at == now and len(prices) <= TOLD_AT_ONCE:
        _tell(sale.prices.select_related("variant"), SalePrice.Told.START)
    return sale


@transaction.atomic
def cancel_sale(sale_id: int, *, actor: Actor) -> Sale:
    """Call a planned sale off, or end a running one now. Raises SaleOverError, NotFoundError.

    What a running one has sold for stays in the history: those were real prices.
    """
    now = clock.now()
    sale = Sale.objects.select_for_update().filter(pk=sale_id).first()
    if sale is None:
        raise NotFoundError
    if sale.cancelled_at is not None or sale.ends_at <= now:
        raise SaleOverError
    rows = sale.prices.select_related("variant").order_by("variant_id")
    _locked(sale.price_list_id, rows.values_list("variant_id", flat=True))
    pairs = {(pk, sale.price_list_id) for pk in rows.values_list("variant_id", flat=True)}
    told = list(rows.filter(told=SalePrice.Told.START))
    sale.cancelled_at = now
    is_running = sale.starts_at < now
    if is_running:
        sale.ends_at = now
        sale.prices.update(ends_at=now)
        _tell(told, SalePrice.Told.END)
    else:
        sale.cancelled_at = min(now, sale.starts_at)
        _tell(told, SalePrice.Told.END)
        sale.prices.all().delete()
    sale.save(update_fields=["cancelled_at", "ends_at"])
    history.look_again(pairs)
    record(actor, "sale.ended" if is_running else "sale.cancelled", "sale", sale.pk, name=sale.name)
    return sale


def tell_due_sales() -> int:
    """Drop the pages of goods whose sale has started or ended, and announce their prices. Returns how many there were.

    Each start and each end is told once, however many run this and wherever one is killed: the mark and what it tells
    are one transaction.
    """
    count = 0
    while told := _tell_some():
        count += told
    return count


@transaction.atomic
def _tell_some() -> int:
    now = clock.now()
    ended = Q(told=SalePrice.Told.START, ends_at__lte=now)
    started = Q(told=SalePrice.Told.NOTHING, starts_at__lte=now)
    due = (
        SalePrice.objects.select_for_update(of=("self",))
        .select_related("variant")
        .filter(ended | started)
        .order_by("pk")[:TOLD_AT_ONCE]
    )
    rows = list(due)
    over = [row for row in rows if row.ends_at <= now]
    _tell(over, SalePrice.Told.END)
    _tell([row for row in rows if row.ends_at > now], SalePrice.Told.START)
    return len(rows)


def _tell(rows: Collection[SalePrice] | Any, told: SalePrice.Told) -> None:
    """Mark, announce and purge. The rows must be locked, or new."""
    rows = list(rows)
    if not rows:
        return
    SalePrice.objects.filter(pk__in=[row.pk for row in rows]).update(told=told)
    regular = _regular({(row.variant_id, row.price_list_id) for row in rows})
    for row in rows:
        amount = regular.get((row.variant_id, row.price_list_id))
        if amount is not None and told == SalePrice.Told.START:
            amount = min(amount, row.amount_minor)
        announce(PriceChanged(row.variant_id, row.variant.product_id, row.price_list_id, amount))
    purge("catalogue", *sorted({f"product:{row.variant.product_id}" for row in rows}))


def _regular(pairs: Collection[history.Pair]) -> dict[history.Pair, int]:
    rows = Price.objects.filter(variant_id__in={pair[0] for pair in pairs}).values_list(
        "variant_id", "price_list_id", "amount_minor"
    )
    return {(variant, price_list): amount for variant, price_list, amount in rows}


def _locked(price_list_id: int, variant_ids: Collection[int] | Any) -> dict[int, int]:
    """The regular prices, held until the end of the transaction: who writes one of them, or plans a sale, waits."""
    rows = Price.objects.select_for_update().filter(price_list_id=price_list_id, variant_id__in=list(variant_ids))
    return {row.variant_id: row.amount_minor for row in rows.order_by("pk")}
