from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class GiftCard(models.Model):
    """What its holder may still spend. ``balance_minor`` is the sum of ``entries``, in minor units of ``currency``.

    Kept of the code is its hash. Until it is mailed, ``nonce`` is there to make the code of, with the shop's key; then
    it is emptied.
    """

    id = models.BigAutoField(primary_key=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.PROTECT, related_name="+")
    code_hash = models.CharField(max_length=64, unique=True)
    last4 = models.CharField(_("ends in"), max_length=4)
    nonce = models.CharField(max_length=64, blank=True)
    currency = models.CharField(max_length=3)
    balance_minor = models.BigIntegerField(_("balance"), default=0)
    issued_at = models.DateTimeField(_("issued"))
    expires_on = models.DateField(_("good until"), null=True, blank=True)
    voided_at = models.DateTimeField(null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=200, blank=True)
    recipient = models.EmailField(_("e-mail of the recipient"), max_length=254, blank=True)
    message = models.TextField(_("message"), blank=True)
    send_on = models.DateField(_("sent on"), null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("gift card")
        permissions = [("issue_giftcard", "Can issue, correct and void gift cards")]
        constraints = [
            # The last word: no card pays more than is on it.
            models.CheckConstraint(condition=Q(balance_minor__gte=0), name="gift_card_not_below_zero")
        ]
        indexes = [
            models.Index(fields=["-issued_at"], name="gift_card_newest"),
            models.Index(fields=["expires_on"], condition=Q(balance_minor__gt=0), name="gift_card_ending"),
            models.Index(fields=["send_on"], condition=Q(sent_at__isnull=True), name="gift_card_to_send"),
        ]

    def __str__(self) -> str:
        return f"…{self.last4}"


class GiftCardEntry(models.Model):
    """A movement of a card: written once, never edited. What was wrong is set right by another one."""

    class Kind(models.TextChoices):
        ISSUED = "issued", _("issued")
        SPENT = "spent", _("spent")
        GIVEN_BACK = "given_back", _("given back")
        CORRECTED = "corrected", _("corrected")
        VOIDED = "voided", _("voided")
        EXPIRED = "expired", _("expired")

    id = models.BigAutoField(primary_key=True)
    card = models.ForeignKey(GiftCard, on_delete=models.PROTECT, related_name="entries")
    kind = models.CharField(max_length=12, choices=Kind)
    # Below zero for what leaves the card.
    amount_minor = models.BigIntegerField()
    order = models.ForeignKey(
        "operations.Order", on_delete=models.PROTECT, null=True, blank=True, related_name="gift_card_entries"
    )
    reason = models.CharField(max_length=200, blank=True)
    actor = models.CharField(max_length=200)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("movement of a gift card")
        ordering = ["id"]
        constraints = [
            models.CheckConstraint(
                condition=Q(kind__in=["spent", "voided", "expired"], amount_minor__lt=0)
                | Q(kind__in=["issued", "given_back"], amount_minor__gt=0)
                | (Q(kind="corrected") & ~Q(amount_minor=0)),
                name="gift_card_entry_sign",
            ),
            models.CheckConstraint(
                condition=Q(kind__in=["spent", "given_back"], order__isnull=False)
                | (~Q(kind__in=["spent", "given_back"]) & Q(order__isnull=True)),
                name="gift_card_entry_order",
            ),
        ]
        indexes = [models.Index(fields=["at"], name="gift_card_entry_at")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount_minor}"
