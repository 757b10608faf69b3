from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Payment(models.Model):
    """Money asked for, received and given back through one provider for one order. Minor units of ``currency``."""

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        CAPTURED = "captured", _("received")
        DECLINED = "declined", _("declined")
        CANCELLED = "cancelled", _("given up")
        # Paid although the order could not take it any more (sold out, cancelled, paid twice): all of it goes back.
        RETURNED = "returned", _("sent back")

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True)
    order = models.ForeignKey("operations.Order", on_delete=models.PROTECT, related_name="payments")
    provider = models.CharField(_("method"), max_length=40)
    # The provider's own id for it; null until the provider has one.
    provider_ref = models.CharField(max_length=120, null=True, blank=True)
    status = models.CharField(_("status"), max_length=12, choices=Status, default=Status.PENDING)
    currency = models.CharField(max_length=3)
    amount_minor = models.BigIntegerField()
    captured_minor = models.BigIntegerField(default=0)
    refunded_minor = models.BigIntegerField(default=0)
    redirect_url = models.TextField(blank=True)
    # Tells buyers' networks apart, to count declines (payments.limits); not the address itself.
    client_key = models.CharField(max_length=32, blank=True)
    created_at = models.DateTimeField()
    captured_at = models.DateTimeField(null=True, blank=True)
    # When the provider was last asked how it stands (reconciliation).
    checked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("payment")
        constraints = [
            models.UniqueConstraint(fields=["provider", "provider_ref"], name="payment_once_per_reference"),
            models.CheckConstraint(condition=Q(refunded_minor__gte=0), name="payment_refunded_not_negative"),
            models.CheckConstraint(
                condition=Q(refunded_minor__lte=F("captured_minor")), name="payment_refund_within_capture"
            ),
            models.CheckConstraint(
                condition=Q(captured_minor__lte=F("amount_minor")), name="payment_capture_within_amount"
            ),
            # A second provider session may exist, a second capture may not.
            models.UniqueConstraint(
                fields=["order"], condition=Q(status="captured"), name="payment_one_capture_per_order"
            ),
        ]
        indexes = [
            models.Index(fields=["created_at"], condition=Q(status="pending"), name="payment_pending"),
            models.Index(fields=["client_key", "created_at"], condition=Q(status="declined"), name="payment_declined"),
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.amount_minor} {self.currency}"


class PaymentMethod(models.Model):
    """How one market offers one provider. Without a row a provider is offered as it describes itself."""

    id = models.BigAutoField(primary_key=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.CASCADE, related_name="payment_methods")
    # The provider's code: "bank_transfer".
    code = models.SlugField(_("method"), max_length=40)
    is_active = models.BooleanField(_("offered"), default=True)
    label = models.CharField(_("name shown to buyers"), max_length=80, blank=True)
    # Shown after the order and in its mail.
    instructions = models.TextField(_("instructions"), blank=True)
    # Where a bank transfer goes.
    account_holder = models.CharField(_("account holder"), max_length=120, blank=True)
    iban = models.CharField(_("IBAN"), max_length=34, blank=True)
    bic = models.CharField(_("BIC"), max_length=11, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)

    class Meta:
        verbose_name = _("payment method")
        ordering = ["position", "id"]
        constraints = [models.UniqueConstraint(fields=["market", "code"], name="payment_method_once_per_market")]

    def __str__(self) -> str:
        return self.label or self.code


class PaymentEvent(models.Model):
    """What a provider told us, and what came of it. Refused messages are kept too: the merchant must see them."""

    class Outcome(models.TextChoices):
        APPLIED = "applied", _("applied")
        NO_CHANGE = "no_change", _("nothing to change")
        MISMATCH = "mismatch", _("does not match")
        REFUSED = "refused", _("refused")

    id = models.BigAutoField(primary_key=True)
    provider = models.CharField(max_length=40)
    # Null where the message could not be trusted (then nothing that it says is).
    event_id = models.CharField(max_length=160, null=True, blank=True)
    channel = models.CharField(max_length=12)
    kind = models.CharField(max_length=60, blank=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, null=True, blank=True, related_name="events")
    outcome = models.CharField(max_length=12, choices=Outcome)
    message = models.CharField(max_length=300, blank=True)
    payload = models.JSONField(default=dict, blank=True)
    received_at = models.DateTimeField()
    # How often it came: a repeated message is counted here instead of filling the table.
    times = models.PositiveIntegerField(default=1)
    # Set when a person has looked at a mismatch or refusal.
    checked_at = models.DateTimeField(null=True, blank=True)
    checked_by = models.CharField(max_length=200, blank=True)

    class Meta:
        verbose_name = _("payment event")
        permissions = [("check_paymentevent", "Can tick off payment events")]
        constraints = [models.UniqueConstraint(fields=["provider", "event_id"], name="payment_event_once")]
        indexes = [
            models.Index(
                fields=["-received_at"],
                condition=Q(outcome__in=["mismatch", "refused"], checked_at__isnull=True),
                name="payment_event_to_check",
            )
        ]

    def __str__(self) -> str:
        return f"{self.provider} {self.kind} {self.outcome}"


class Refund(models.Model):
    """Money given back from one payment."""

    class Status(models.TextChoices):
        PENDING = "pending", _("waiting")
        DONE = "done", _("done")
        FAILED = "failed", _("failed")

    id = models.BigAutoField(primary_key=True)
    uuid = models.UUIDField(unique=True)
    payment = models.ForeignKey(Payment, on_delete=models.PROTECT, related_name="refunds")
    # From the form or API call: the same key cannot give back twice.
    key = models.CharField(max_length=80, unique=True)
    amount_minor = models.BigIntegerField()
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    status = models.CharField(max_length=10, choices=Status, default=Status.PENDING)
    provider_ref = models.CharField(max_length=120, blank=True)
    actor = models.CharField(max_length=200)
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name = _("refund")
        constraints = [models.CheckConstraint(condition=Q(amount_minor__gt=0), name="refund_positive")]

    def __str__(self) -> str:
        return f"{self.amount_minor} of payment {self.payment_id}"
