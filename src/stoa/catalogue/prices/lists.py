"""Price lists themselves. Used through ``prices.actions``."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models.deletion import ProtectedError

from stoa.catalogue.prices.errors import CurrencyDiffersError, PriceListInUseError, PriceListInvalidError
from stoa.catalogue.prices.models import Price, PriceList
from stoa.catalogue.prices.rules import ENDINGS, breaks_problem, converted, price_problem, rounded
from stoa.catalogue.prices.writing import PriceChange, write_prices
from stoa.catalogue.products.rules import free_slug, one_line, slugify
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.money import exponent
from stoa.kernel.pagecache.actions import purge

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.kernel.actors import Actor

BATCH = 1_000


@transaction.atomic
def create_price_list(
    name: str,
    currency: str,
    *,
    actor: Actor,
    based_on: int | None = None,
    factor: Decimal = Decimal(1),
    ending: str = "",
) -> PriceList:
    """A list, empty or with the prices of another (``based_on``) times ``factor``, ending in ``ending`` ("99", "00" or "").

    The factor is exchange rate and margin in one: 0.9 for ten percent less, 0.95 for so many francs a euro. Compare-at
    prices and quantity breaks come along where they stay above and below the price. Raises PriceListInvalidError,
    NotFoundError.
    """
    name = one_line(name)[:80]
    if not name:
        raise PriceListInvalidError(field="name")
    try:
        digits = exponent(currency)
    except ValueError as error:
        raise PriceListInvalidError(field="currency") from error
    if not 0 < factor <= 1_000_000 or not factor.is_finite():
        raise PriceListInvalidError(field="factor")
    if ending not in ENDINGS:
        raise PriceListInvalidError(field="ending")
    source = PriceList.objects.filter(pk=based_on).first() if based_on is not None else None
    if based_on is not None and source is None:
        raise NotFoundError
    taken = set(PriceList.objects.values_list("code", flat=True))
    made = PriceList.objects.create(code=free_slug(slugify(name, "list")[:36], taken), name=name, currency=currency)
    count = _copy(source, made, factor, ending, digits) if source else 0
    record(
        actor, "price_list.created", "price_list", made.pk, name=name, currency=currency, based_on=based_on,
        factor=str(factor), ending=ending, prices=count,
    )  # fmt: skip
    return made


@transaction.atomic
def rename_price_list(price_list_id: int, name: str, *, actor: Actor) -> PriceList:
    """Raises PriceListInvalidError, NotFoundError."""
    found = _locked(price_list_id)
    name = one_line(name)[:80]
    if not name:
        raise PriceListInvalidError(field="name")
    if name != found.name:
        record(actor, "price_list.renamed", "price_list", found.pk, before=found.name, after=name)
        found.name = name
        found.save(update_fields=["name"])
        purge("market")
    return found


@transaction.atomic
def delete_price_list(price_list_id: int, *, actor: Actor) -> None:
    """With its prices and their history. Raises PriceListInUseError where a market, a group or a sale stands on it."""
    found = _locked(price_list_id)
    try:
        with transaction.atomic():
            found.delete()
    except ProtectedError as error:
        raise PriceListInUseError from error
    record(actor, "price_list.deleted", "price_list", price_list_id, name=found.name, currency=found.currency)


@transaction.atomic
def choose_price_list(market: Market, price_list_id: int, *, actor: Actor) -> None:
    """Have a market sell at the prices of another list. What that lacks is not for sale there.

    Raises NotFoundError, CurrencyDiffersError: a market's currency stays, since its carts and orders are written in it.
    """
    wanted = _locked(price_list_id)
    if wanted.currency != market.currency:
        raise CurrencyDiffersError
    row: Any = type(market).objects.select_for_update(of=("self",)).get(pk=market.pk)
    if row.price_list_id == wanted.pk:
        return
    record(actor, "market.price_list_changed", "market", row.pk, before=row.price_list_id, after=wanted.pk)
    row.price_list_id = wanted.pk
    row.save(update_fields=["price_list"])
    purge("market", "catalogue")


def _locked(price_list_id: int) -> PriceList:
    found = PriceList.objects.select_for_update().filter(pk=price_list_id).first()
    if found is None:
        raise NotFoundError
    return found


def _copy(source: PriceList, made: PriceList, factor: Decimal, ending: str, digits: int) -> int:
    """Returns how many prices were copied."""
    from_digits = exponent(source.currency)

    def of(minor: int) -> int:
        return rounded(converted(minor, factor, from_digits, digits), ending, digits)

    count = last = 0
    while rows := list(Price.objects.filter(price_list=source, pk__gt=last).order_by("pk")[:BATCH]):
        last = rows[-1].pk
        changes = [_copied(row, made.pk, of(row.amount_minor), of(row.compare_at_minor or 0)) for row in rows]
        if any(price_problem(change.amount_minor) for change in changes):
            raise PriceListInvalidError(field="factor")
        write_prices(changes)
        count += len(rows)
        steps = {
            row.variant_id: [[minimum, of(amount)] for minimum, amount in row.breaks] for row in rows if row.breaks
        }
        _write_steps(made.pk, steps)
    return count


def _copied(row: Price, price_list_id: int, amount: int, above: int) -> PriceChange:
    compare_at = above if above > amount else None
    return PriceChange(row.variant_id, price_list_id, amount, compare_at, row.compare_at_is_rrp)


def _write_steps(price_list_id: int, steps: dict[int, list[list[int]]]) -> None:
    rows = list(Price.objects.filter(price_list_id=price_list_id, variant_id__in=steps))
    for row in rows:
        mine = steps[row.variant_id]
        row.breaks = mine if not breaks_problem(mine, row.amount_minor) else None
    Price.objects.bulk_update(rows, ["breaks"], batch_size=BATCH)
