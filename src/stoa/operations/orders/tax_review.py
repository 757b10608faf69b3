"""Orders whose tax somebody has to look at, and the look."""

from __future__ import annotations

from django.db import transaction
from django.db.models import QuerySet

from stoa.kernel.actors import Actor
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.operations.orders.models import Order


def to_review() -> QuerySet[Order]:
    """The oldest first."""
    return Order.objects.filter(tax_review=True).exclude(status=Order.Status.CANCELLED).order_by("placed_at", "pk")


@transaction.atomic
def resolve_tax_review(order_id: int, *, actor: Actor) -> bool:
    """Somebody looked at the tax of an order: it waits no longer. Whether this call did it. Raises NotFoundError.

    Amounts stay as they were agreed; tax that was not owed is given back as a refund.
    """
    order = Order.objects.filter(pk=order_id).values("number", "vat_id").first()
    if order is None:
        raise NotFoundError
    changed = Order.objects.filter(pk=order_id, tax_review=True).update(tax_review=False)
    if changed:
        record(actor, "order.tax_reviewed", "order", order["number"], vat_id=order["vat_id"])
    return bool(changed)
