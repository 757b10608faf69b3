"""Writes about groups of customers. What a group pays is the catalogue's: ``catalogue.prices``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from stoa.customers.groups import queries
from stoa.customers.groups.errors import GroupNameError
from stoa.customers.groups.models import CustomerGroup
from stoa.customers.identity.models import Customer
from stoa.customers.identity.rules import one_line
from stoa.kernel import clock
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor


@transaction.atomic
def create_group(name: str, *, actor: Actor) -> CustomerGroup:
    """Raises GroupNameError."""
    group = CustomerGroup(name=_name(name), created_at=clock.now())
    _save(group)
    record(actor, "group.created", "customer_group", group.pk, name=group.name)
    return group


@transaction.atomic
def rename_group(group_id: int, name: str, *, actor: Actor) -> CustomerGroup:
    """Raises GroupNameError, NotFoundError."""
    group = queries.group_by_id(group_id)
    before, group.name = group.name, _name(name)
    if before != group.name:
        _save(group)
        record(actor, "group.renamed", "customer_group", group.pk, before=before, after=group.name)
    return group


@transaction.atomic
def delete_group(group_id: int, *, actor: Actor) -> None:
    """Its customers stay, and pay as everybody does. Raises NotFoundError."""
    group = queries.group_by_id(group_id)
    members = Customer.objects.filter(group_id=group_id).count()
    CustomerGroup.objects.filter(pk=group_id).delete()
    record(actor, "group.deleted", "customer_group", group_id, name=group.name, customers=members)


@transaction.atomic
def assign_group(customer_id: int, group_id: int | None, *, actor: Actor) -> bool:
    """Put a customer into a group, or into none. Returns whether that is new. Raises NotFoundError."""
    if group_id is not None:
        queries.group_by_id(group_id)
    customer = Customer.objects.select_for_update().filter(pk=customer_id).first()
    if customer is None:
        raise NotFoundError
    before = customer.group_id
    if before == group_id:
        return False
    customer.group_id = group_id
    customer.save(update_fields=["group"])
    record(actor, "customer.group_changed", "customer", customer.pk, before=before, after=group_id)
    return True


def _name(name: str) -> str:
    tidy = one_line(name)[:80]
    if not tidy:
        raise GroupNameError
    return tidy


def _save(group: CustomerGroup) -> None:
    try:
        with transaction.atomic():
            group.save()
    except IntegrityError as error:
        raise GroupNameError from error
