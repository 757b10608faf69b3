from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stoa.kernel.audit.actions import record
from stoa.kernel.pagecache.actions import purge
from stoa.operations.checkout.asked.errors import AddressNeededError, CheckoutFieldsError
from stoa.operations.checkout.asked.models import CheckoutFields
from stoa.operations.checkout.asked.queries import TAG
from stoa.operations.checkout.asked.rules import ASKED, CHOOSABLE, OFF, SMALLEST
from stoa.operations.tax import queries as tax

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.kernel.actors import Actor


@transaction.atomic
def set_checkout_fields(market: Market, *, actor: Actor, **changes: str) -> CheckoutFields:
    """Change which fields the checkout shows. Raises CheckoutFieldsError with the field, and AddressNeededError."""
    if unknown := set(changes) - set(CHOOSABLE):
        raise TypeError(f"there are no checkout settings {', '.join(sorted(unknown))}")
    for name, value in changes.items():
        if value not in ASKED:
            raise CheckoutFieldsError(field=name)
    if changes.get("unsent_address") == OFF and tax.tax_settings(market).asks_vat_id:
        raise AddressNeededError(field="unsent_address")
    row = CheckoutFields.objects.select_for_update().filter(pk=market.pk).first() or CheckoutFields(market_id=market.pk)
    for name, value in changes.items():
        setattr(row, name, value)
    row.save()
    record(actor, "checkout_fields.changed", "market", market.pk, **changes)
    purge(TAG)
    return row


def start_small(market: Market, *, actor: Actor) -> CheckoutFields:
    """A new shop asks for what law and parcel need, and no more."""
    return set_checkout_fields(market, actor=actor, **{name: getattr(SMALLEST, name) for name in CHOOSABLE})
