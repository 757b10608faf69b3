"""Holding an order back and letting it go, and the tags on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stoa.kernel import clock
from stoa.kernel.audit.actions import record
from stoa.kernel.web.text import clean_text
from stoa.operations.marks import queries, rules
from stoa.operations.marks.errors import (
    AlreadyHeldError,
    CannotHoldError,
    HoldReasonMissingError,
    NotHeldError,
    TagTooLongError,
    TooManyTagsError,
)
from stoa.operations.marks.models import OrderHold, OrderTag
from stoa.operations.orders import states
from stoa.operations.orders.locking import locked_order

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

# What has left cannot be kept back.
HOLDABLE = frozenset({states.AWAITING_PAYMENT, states.OPEN})


@transaction.atomic
def hold_order(order_id: int, reason: str, *, actor: Actor) -> OrderHold:
    """Keep an order from being shipped until it is released. Money goes on as before.

    Raises NotFoundError, HoldReasonMissingError, CannotHoldError (it has left, or is off) and AlreadyHeldError.
    """
    reason = clean_text(reason, 200)
    if not reason:
        raise HoldReasonMissingError
    order = locked_order(order_id)
    if order.status not in HOLDABLE or order.source == order.Source.IMPORT:
        raise CannotHoldError
    if queries.open_hold(order.pk) is not None:
        raise AlreadyHeldError
    hold = OrderHold.objects.create(order=order, reason=reason, held_by=str(actor)[:200], held_at=clock.now())
    record(actor, "order.held", "order", order.number, reason=reason)
    return hold


@transaction.atomic
def release_order(order_id: int, *, actor: Actor) -> OrderHold:
    """Let a held order go on. Raises NotFoundError and NotHeldError."""
    order = locked_order(order_id)
    hold = queries.open_hold(order.pk)
    if hold is None:
        raise NotHeldError
    hold.released_at, hold.released_by = clock.now(), str(actor)[:200]
    hold.save(update_fields=["released_at", "released_by"])
    record(actor, "order.released", "order", order.number, reason=hold.reason)
    return hold


@transaction.atomic
def tag_order(order_id: int, typed: str, *, actor: Actor) -> list[str]:
    """Give an order exactly the tags in ``typed`` (commas between them), and return them. The same again writes nothing.

    Raises NotFoundError, TagTooLongError, TooManyTagsError.
    """
    wanted = rules.tags_of(typed)
    if any(len(name) > rules.MAX_LENGTH for name in wanted):
        raise TagTooLongError
    if len(wanted) > rules.MAX_TAGS:
        raise TooManyTagsError
    order = locked_order(order_id)
    before = set(order.tags.values_list("name", flat=True))
    added, removed = sorted(set(wanted) - before), sorted(before - set(wanted))
    if not added and not removed:
        return wanted
    OrderTag.objects.filter(order=order, name__in=removed).delete()
    OrderTag.objects.bulk_create([OrderTag(order=order, name=name) for name in added])
    record(actor, "order.tagged", "order", order.number, added=added, removed=removed)
    return wanted
