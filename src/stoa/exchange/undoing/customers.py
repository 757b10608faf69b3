"""Customers put back to what they were before an import."""

from __future__ import annotations

from typing import TYPE_CHECKING

from stoa.customers.groups.actions import assign_group
from stoa.customers.identity.actions import delete_address, update_customer
from stoa.customers.identity.importing import forget_imported
from stoa.customers.identity.queries import customer_by_id
from stoa.exchange.customers.actions import FIELDS, facts_of
from stoa.kernel.errors import DomainError, NotFoundError

if TYPE_CHECKING:
    from stoa.exchange.files.models import ImportedThing
    from stoa.kernel.actors import Actor


def remove_customer(customer_id: int, actor: Actor) -> str:
    """Returns why they were kept: "" when they are gone."""
    return "" if forget_imported(customer_id, actor=actor) else "has a log-in, an order or a cart by now"


def restore_customer(thing: ImportedThing, actor: Actor) -> str:
    """Put back what the import changed and nobody has changed since. Returns what was kept, in words."""
    try:
        customer = customer_by_id(thing.object_id)
    except NotFoundError:
        return "the customer is gone"
    now = facts_of(customer.pk)
    back = {name: thing.before.get(name) for name, value in thing.after.items() if now.get(name) == value}
    kept = sorted(
        {name.partition(":")[0] for name in thing.after if name not in back and now.get(name) != thing.before.get(name)}
    )
    changes = {name: value or "" for name, value in back.items() if name in FIELDS}
    try:
        if changes:
            update_customer(customer, actor=actor, **changes)
        if "group" in back:
            assign_group(customer.pk, back["group"], actor=actor)
        for name, value in back.items():
            if name.startswith("address:") and value is None:
                delete_address(customer, int(name.partition(":")[2]), actor)
    except DomainError as refusal:
        kept.append(refusal.message)
    return f"changed since, and kept: {', '.join(kept)}" if kept else ""
