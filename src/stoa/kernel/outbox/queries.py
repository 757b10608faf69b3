from __future__ import annotations

from django.db.models import QuerySet

from stoa.kernel.outbox.models import Delivery, OutboxEvent


def failed_deliveries() -> QuerySet[Delivery]:
    """Deliveries that have given up, newest first."""
    return Delivery.objects.filter(state=Delivery.State.FAILED).select_related("event").order_by("-id")


def events(name: str = "") -> QuerySet[OutboxEvent]:
    """Events, newest first; of one name where given."""
    found = OutboxEvent.objects.order_by("-id")
    return found.filter(name=name) if name else found
