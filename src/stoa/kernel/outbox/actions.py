from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q

from stoa.kernel import clock, ids
from stoa.kernel.actors import Actor
from stoa.kernel.audit.actions import record
from stoa.kernel.events import Event, event_name, to_payload
from stoa.kernel.outbox.models import Delivery, OutboxEvent
from stoa.kernel.outbox.registry import handlers_of
from stoa.kernel.prepared import insert, insert_all


def announce(event: Event) -> OutboxEvent:
    """Write the event into the caller's transaction: it leaves when that commits, and never if it rolls back.

    Raises RuntimeError outside a transaction.
    """
    row = _row(event)
    insert(row)
    return row


def announce_all(events: Iterable[Event]) -> None:
    """``announce`` for several, in their order."""
    insert_all([_row(event) for event in events])


def _row(event: Event) -> OutboxEvent:
    name = event_name(type(event))
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError(f"{name} was announced outside a transaction")
    return OutboxEvent(
        uuid=ids.new_uuid(),
        name=name,
        payload=to_payload(event),
        occurred_at=clock.now(),
        # An event that nobody listens to has no delivery to wait for.
        is_dispatched=not handlers_of(name),
    )


@transaction.atomic
def replay(delivery: Delivery, actor: Actor) -> bool:
    """Run a delivery's handler again, from the first attempt. False while a worker has it in hand."""
    now = clock.now()
    free = ~Q(state=Delivery.State.RUNNING) | Q(lease_until__lt=now)
    changed = Delivery.objects.filter(free, pk=delivery.pk).update(
        state=Delivery.State.PENDING, attempts=0, due_at=now, lease_until=None, done_at=None, error=""
    )
    if changed:
        record(actor, "delivery.replayed", "delivery", delivery.pk, handler=delivery.handler, event=delivery.event_id)
    return bool(changed)


@transaction.atomic
def replay_event(event: OutboxEvent, actor: Actor) -> int:
    """Send an event to every present handler that has not done with it. Returns how many will run."""
    missing = [Delivery(event=event, handler=handler, due_at=clock.now()) for handler in handlers_of(event.name)]
    Delivery.objects.bulk_create(missing, ignore_conflicts=True)
    open_ones = event.deliveries.exclude(state=Delivery.State.DONE)
    return sum(replay(delivery, actor) for delivery in open_ones)
