"""The other side of the test provider: what a real one would keep on its own servers."""

from __future__ import annotations

from django.db import models


class SandboxPayment(models.Model):
    """A hosted payment session at the test provider, with the provider's own ledger of it."""

    id = models.BigAutoField(primary_key=True)
    # Random, unguessable; this is what the shop knows as ``provider_ref``.
    reference = models.CharField(max_length=64, unique=True)
    merchant_reference = models.CharField(max_length=80)
    amount_minor = models.BigIntegerField()
    currency = models.CharField(max_length=3)
    description = models.CharField(max_length=200, blank=True)
    return_url = models.TextField()
    status = models.CharField(max_length=20, default="open")
    captured_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    created_at = models.DateTimeField()
    # The idempotency key that the shop sent; a repeated request gets the same session.
    request_key = models.CharField(max_length=120, unique=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(refunded_minor__lte=models.F("captured_minor")), name="sandbox_refund_within_capture"
            )
        ]

    def __str__(self) -> str:
        return self.reference


class SandboxWebhook(models.Model):
    """A message that the test provider sends to the shop, and repeats until the shop says 2xx."""

    id = models.BigAutoField(primary_key=True)
    event_id = models.CharField(max_length=80, unique=True)
    payment = models.ForeignKey(SandboxPayment, on_delete=models.CASCADE, related_name="webhooks")
    body = models.TextField()
    attempts = models.PositiveSmallIntegerField(default=0)
    due_at = models.DateTimeField()
    delivered_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return self.event_id
