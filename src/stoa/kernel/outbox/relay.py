"""Carries events from the outbox to their handlers: at least once, and with one effect per (event, handler)."""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from django.db import transaction
from django.db.models import F, Q

from stoa.kernel import clock
from stoa.kernel.events import from_payload
from stoa.kernel.outbox.actions import replay, replay_event
from stoa.kernel.outbox.models import Delivery, OutboxEvent
from stoa.kernel.outbox.registry import EventContext, handlers_of

__all__ = ["dispatch_due", "relay_until_empty", "replay", "replay_event"]

LEASE = timedelta(minutes=2)
BATCH = 25
MAX_ATTEMPTS = 10

log = structlog.get_logger(__name__)


class HandlerMissingError(LookupError):
    """A delivery names a handler that no room subscribes any more."""


def backoff(attempts: int) -> timedelta:
    """2 s after the first failure, doubling, an hour at most: ten attempts span about half an hour."""
    return timedelta(seconds=min(2**attempts, 3600))


def dispatch_due(limit: int = 200, *, strict: bool = False) -> int:
    """Run up to ``limit`` deliveries that are due; returns how many ran, failed ones included.

    Safe to call from any number of processes. ``strict`` (tests, simulation) raises a handler's error instead of
    keeping it for a later attempt.
    """
    _make_deliveries(limit)
    ran = 0
    while ran < limit:
        claimed = _claim(min(BATCH, limit - ran))
        for delivery in claimed:
            _run(delivery, strict)
        ran += len(claimed)
        if not claimed:
            break
    return ran


def relay_until_empty(*, strict: bool = False) -> int:
    """Deliver until nothing is due, including what the handlers themselves announce. Returns how many ran."""
    total = 0
    while ran := dispatch_due(strict=strict):
        total += ran
    return total


def _make_deliveries(limit: int) -> None:
    undispatched = OutboxEvent.objects.filter(is_dispatched=False).order_by("id")
    # Asked first without a transaction: on SQLite a transaction takes the write lock, and mostly there is nothing to do.
    if not undispatched.exists():
        return
    with transaction.atomic():
        events = list(undispatched.select_for_update(skip_locked=True)[:limit])
        now = clock.now()
        rows = [Delivery(event=event, handler=name, due_at=now) for event in events for name in handlers_of(event.name)]
        Delivery.objects.bulk_create(rows, ignore_conflicts=True)
        OutboxEvent.objects.filter(pk__in=[event.pk for event in events]).update(is_dispatched=True)


def _due(now: datetime) -> tuple[Q, Q]:
    fresh = Q(state=Delivery.State.PENDING, due_at__lte=now)
    abandoned = Q(state=Delivery.State.RUNNING, lease_until__lt=now)
    return fresh, abandoned


def _claim(count: int) -> list[Delivery]:
    """Take deliveries for this process until the lease ends."""
    now = clock.now()
    fresh, abandoned = _due(now)
    if not Delivery.objects.filter(fresh | abandoned).exists():
        return []
    with transaction.atomic():
        rows = _locked(fresh, count)
        # What a worker died over is taken alone, so that one deadly event does not use up its neighbours' attempts.
        rows = rows or _locked(abandoned, 1)
        lease_until = now + LEASE
        Delivery.objects.filter(pk__in=[row.pk for row in rows]).update(
            state=Delivery.State.RUNNING, attempts=F("attempts") + 1, lease_until=lease_until
        )
    for row in rows:
        row.attempts += 1
        row.lease_until = lease_until
    return rows


def _locked(due: Q, count: int) -> list[Delivery]:
    due_rows = Delivery.objects.filter(due).order_by("id").select_related("event")
    return list(due_rows.select_for_update(skip_locked=True, of=("self",))[:count])


def _run(delivery: Delivery, strict: bool) -> None:
    try:
        with transaction.atomic():
            # Marked first: the row stays locked while the handler works, and if the lease has passed to somebody else
            # nothing happens here. Handler and mark commit together or not at all.
            if _mark_done(delivery):
                _call_handler(delivery)
    except Exception as error:
        if strict:
            raise
        _keep_failure(delivery, error)


def _mark_done(delivery: Delivery) -> bool:
    mine = Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.RUNNING, lease_until=delivery.lease_until)
    return bool(mine.update(state=Delivery.State.DONE, done_at=clock.now(), lease_until=None, error=""))


def _call_handler(delivery: Delivery) -> None:
    event = delivery.event
    handler = handlers_of(event.name).get(delivery.handler)
    if handler is None:
        raise HandlerMissingError(f"no handler {delivery.handler} for {event.name}")
    handler(from_payload(event.name, event.payload), EventContext(event.pk, event.uuid, event.occurred_at))


def _keep_failure(delivery: Delivery, error: Exception) -> None:
    is_final = delivery.attempts >= MAX_ATTEMPTS
    log.warning(
        "delivery failed",
        delivery=delivery.pk,
        event_name=delivery.event.name,
        handler=delivery.handler,
        attempts=delivery.attempts,
        is_final=is_final,
        exc_info=error,
    )
    Delivery.objects.filter(pk=delivery.pk, state=Delivery.State.RUNNING, lease_until=delivery.lease_until).update(
        state=Delivery.State.FAILED if is_final else Delivery.State.PENDING,
        due_at=clock.now() + backoff(delivery.attempts),
        lease_until=None,
        error=f"{type(error).__name__}: {error}"[:2000],
    )
