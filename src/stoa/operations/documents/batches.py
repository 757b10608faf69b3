"""Invoices for many orders, one after the other: a job that goes on where a lost worker stopped."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from stoa.kernel import clock
from stoa.kernel.actors import Actor
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.operations.documents.errors import DocumentError, NothingChosenError
from stoa.operations.documents.models import DocumentBatch
from stoa.operations.orders.models import Order

State = DocumentBatch.State
# Refusals that are kept by name; of more the count says enough.
NAMED = 500


@transaction.atomic
def begin_batch(order_ids: Sequence[int], *, actor: Actor) -> DocumentBatch:
    """Ask for the invoices of these orders, the oldest first. Raises NothingChosenError."""
    from stoa.operations.documents.tasks import issue_batch  # tasks call this module

    wanted = list(Order.objects.filter(pk__in=list(order_ids)).order_by("placed_at", "pk").values_list("pk", flat=True))
    if not wanted:
        raise NothingChosenError
    batch = DocumentBatch.objects.create(
        order_ids=wanted, total=len(wanted), actor_kind=actor.kind, actor_ref=actor.ref[:80],
        actor_label=actor.label[:200], created_at=clock.now(),
    )  # fmt: skip
    record(actor, "documents.batch_begun", "document_batch", batch.pk, orders=len(wanted))
    issue_batch.enqueue(batch.pk)
    return batch


def carry_on(batch_id: int, *, at_most: int | None = None) -> int:
    """Do what is left, or ``at_most`` orders of it. Returns how many. Safe to call at any time, twice at once too."""
    done = 0
    while (at_most is None or done < at_most) and _one(batch_id):
        done += 1
    return done


@transaction.atomic
def _one(batch_id: int) -> bool:
    """The next order, with the mark that it was seen to, in one transaction. Whether there was one."""
    batch = DocumentBatch.objects.select_for_update().filter(pk=batch_id, state=State.RUNNING).first()
    if batch is None:
        return False
    from stoa.operations.documents.actions import issue_invoice  # which names this module

    order_id = batch.order_ids[batch.done]
    try:
        # A transaction within: what is refused leaves nothing, and the batch goes on.
        with transaction.atomic():
            issue_invoice(order_id, actor=Actor(batch.actor_kind, batch.actor_ref, batch.actor_label))
    except (DocumentError, NotFoundError) as error:
        if len(batch.refused) < NAMED:
            number = Order.objects.filter(pk=order_id).values_list("number", flat=True).first() or ""
            batch.refused = [*batch.refused, [number, str(error.message)[:300]]]
    else:
        batch.issued += 1
    batch.done += 1
    if batch.done == batch.total:
        batch.state, batch.finished_at = State.DONE, clock.now()
    batch.save(update_fields=["done", "issued", "refused", "state", "finished_at"])
    return True
