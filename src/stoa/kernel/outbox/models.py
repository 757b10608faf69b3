from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OutboxEvent(models.Model):
    """Something that happened, written in the transaction in which it happened. Never edited."""

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True)
    name = models.CharField(max_length=80)
    payload = models.JSONField()
    occurred_at = models.DateTimeField()
    # True once every handler that is subscribed has a delivery row.
    is_dispatched = models.BooleanField(default=False)

    class Meta:
        verbose_name = _("event")
        indexes = [
            models.Index(fields=["id"], condition=Q(is_dispatched=False), name="outbox_undispatched"),
            models.Index(fields=["name", "occurred_at"], name="outbox_name_time"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.id}"


class Delivery(models.Model):
    """One event on its way to one handler. The unique constraint is what makes a handler run once per event."""

    class State(models.TextChoices):
        PENDING = "pending", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.BigAutoField(primary_key=True)
    event = models.ForeignKey(OutboxEvent, on_delete=models.CASCADE, related_name="deliveries")
    handler = models.CharField(max_length=160)
    state = models.CharField(max_length=10, choices=State, default=State.PENDING)
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    # While RUNNING: when another worker may take it over, because the first one must have died.
    lease_until = models.DateTimeField(null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.TextField(blank=True)

    class Meta:
        verbose_name = _("event delivery")
        permissions = [("replay_delivery", "Can deliver events again")]
        verbose_name_plural = _("event deliveries")
        constraints = [models.UniqueConstraint(fields=["event", "handler"], name="delivery_once_per_handler")]
        indexes = [
            models.Index(fields=["due_at"], condition=Q(state__in=["pending", "running"]), name="delivery_open"),
            models.Index(fields=["id"], condition=Q(state="failed"), name="delivery_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.event_id} -> {self.handler}"
