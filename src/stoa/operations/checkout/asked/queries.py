"""What the checkout of a market asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stoa.kernel.pagecache import polling, purges
from stoa.operations.checkout.asked.models import CheckoutFields
from stoa.operations.checkout.asked.rules import CHOOSABLE, OFF, OPTIONAL, FieldRules
from stoa.operations.tax import queries as tax

if TYPE_CHECKING:
    from collections.abc import Iterable

    from stoa.catalogue.markets.models import Market

TAG = "checkout-fields"
EVERYTHING = FieldRules()
# Market -> its rules, kept in the process until they change.
_kept: dict[int, FieldRules] | None = None


def field_rules(market: Market) -> FieldRules:
    """The rules as they hold. A market without a row asks for everything and requires none of it.

    Where businesses are asked for a VAT id, the address of an invoice cannot be off: it is asked for, and may stay blank.
    """
    rules = set_rules(market)
    if rules.unsent_address == OFF and tax.tax_settings(market).asks_vat_id:
        return FieldRules(rules.phone, rules.line2, rules.note, OPTIONAL)
    return rules


def set_rules(market: Market) -> FieldRules:
    """The rules as the merchant set them."""
    kept = _read_once()
    if kept is None:
        kept = _read(CheckoutFields.objects.filter(pk=market.pk))
    return kept.get(market.pk, EVERYTHING)


def _read_once() -> dict[int, FieldRules] | None:
    """None inside a transaction that has nothing kept: what it reads may be rolled back."""
    global _kept
    polling.poll_if_due()
    if _kept is not None:
        return _kept
    if transaction.get_connection().in_atomic_block:
        return None
    since = purges.position()
    kept = _read(CheckoutFields.objects.all())
    if purges.is_current((TAG,), since):
        _kept = kept
    return kept


def _read(rows: Iterable[CheckoutFields]) -> dict[int, FieldRules]:
    return {row.pk: FieldRules(**{name: getattr(row, name) for name in CHOOSABLE}) for row in rows}


def _drop(purged: frozenset[str]) -> None:
    global _kept
    if TAG in purged:
        _kept = None


purges.listen(_drop)
