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
    # The merchant's own number of the sale, shown on the hosted page.
    order_number = models.CharField(max_length=40, blank=True)
    return_url = models.TextField()
    notify_url = models.TextField(blank=True)
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


class SandboxRefund(models.Model):
    """Money that the test provider gave back. The shop's key makes a repeated request the same refund."""

    id = models.BigAutoField(primary_key=True)
    payment = models.ForeignKey(SandboxPayment, on_delete=models.CASCADE, related_name="refunds")
    request_key = models.CharField(max_length=120, unique=True)
    reference = models.CharField(max_length=64, unique=True)
    amount_minor = models.BigIntegerField()
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=models.Q(amount_minor__gt=0), name="sandbox_refund_positive")]

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
    # The shop's last answer, or why there was none.
    last_reply = models.CharField(max_length=200, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["due_at"], condition=models.Q(delivered_at__isnull=True), name="sandbox_webhook_due")
        ]

    def __str__(self) -> str:
        return self.event_id
