"""Customers that another system knew, found again by the id it gave them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models.fields.reverse_related import ForeignObjectRel

from stoa.customers.identity.models import Customer
from stoa.kernel import clock
from stoa.kernel.audit.actions import record

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor


def customers_by_reference(references: Iterable[str]) -> dict[str, int]:
    """Primary keys by external reference; those not seen before are created without a name. Needs a transaction."""
    wanted = set(references)
    known = _known(wanted)
    fresh = sorted(wanted - known.keys())
    if fresh:
        moment = clock.now()
        Customer.objects.bulk_create(
            [Customer(external_ref=reference, created_at=moment) for reference in fresh], ignore_conflicts=True
        )
        known |= _known(set(fresh))
    return known


def _known(references: set[str]) -> dict[str, int]:
    rows = Customer.objects.filter(external_ref__in=references).values_list("external_ref", "pk")
    return {reference: pk for reference, pk in rows if reference is not None}


@transaction.atomic
def forget_imported(customer_id: int, *, actor: Actor) -> bool:
    """Delete a customer whom an import made, unless there is a log-in or anything of another room refers to them.

    Returns whether they are gone.
    """
    customer = Customer.objects.select_for_update().filter(pk=customer_id).first()
    if customer is None:
        return True
    if customer.user_id is not None or _is_referred_to(customer):
        return False
    customer.delete()
    record(actor, "customer.import_undone", "customer", customer_id)
    return True


def _is_referred_to(customer: Customer) -> bool:
    """Found through the model's own relations: those rooms are not known here by name."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: customer}).exists()
        for relation in Customer._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
        and not isinstance(relation.related_model, str)
        and relation.related_model._meta.app_label != "customers"
    )
