"""Customers that another system knew, found again by the id it gave them."""

from __future__ import annotations

from collections.abc import Iterable

from stoa.customers.identity.models import Customer
from stoa.kernel import clock


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
