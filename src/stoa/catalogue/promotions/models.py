from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class Promotion(models.Model):
    """Something off, for those who fulfil its conditions: by itself, or for one of its ``codes``.

    What it gives (``terms``) and for what and whom (``conditions``) are what ``rules.Promotion`` is made of; ``reading``
    does it. It is never deleted once it was used: it is archived.
    """

    class Kind(models.TextChoices):
        PERCENT = "percent", _("percent off")
        AMOUNT = "amount", _("an amount off")
        AMOUNT_EACH = "amount_each", _("an amount off each piece")
        FREE_DELIVERY = "free_delivery", _("free delivery")
        BUY_GET = "buy_get", _("buy some, get some")
        SPEND_TIERS = "spend_tiers", _("more off the more is spent")
        QUANTITY_TIERS = "quantity_tiers", _("more off the more pieces")
        BUNDLE = "bundle", _("a set for a price")

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=120)
    # What buyers read beside the amount.
    label = models.CharField(_("shown as"), max_length=120)
    kind = models.CharField(_("kind"), max_length=20, choices=Kind)
    is_automatic = models.BooleanField(default=True)
    is_active = models.BooleanField(default=True)
    terms = models.JSONField(default=dict, blank=True)
    conditions = models.JSONField(default=dict, blank=True)
    # Of the amounts in it. Markets of another currency do not have it.
    currency = models.CharField(max_length=3)
    market = models.ForeignKey("catalogue.Market", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    starts_at = models.DateTimeField(_("from"), null=True, blank=True)
    # The first moment in which it no longer holds.
    ends_at = models.DateTimeField(_("until"), null=True, blank=True)
    group = models.CharField(max_length=40, blank=True)
    priority = models.IntegerField(default=0)
    is_exclusive = models.BooleanField(default=False)
    limit_total = models.PositiveIntegerField(null=True, blank=True)
    limit_per_customer = models.PositiveIntegerField(null=True, blank=True)
    # Orders that have it, those that were given back not counted.
    used = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("promotion")
        constraints = [
            models.CheckConstraint(
                condition=Q(starts_at__isnull=True) | Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="promotion_ends_after_start",
            ),
        ]
        indexes = [
            models.Index(
                fields=["is_automatic"], condition=Q(is_active=True, archived_at__isnull=True), name="promotion_active"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class PromotionCode(models.Model):
    """A word that brings a promotion. Kept as it is looked up, casefolded: it is printed on flyers and no secret."""

    id = models.BigAutoField(primary_key=True)
    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="codes")
    code = models.CharField(_("code"), max_length=40, unique=True)
    limit = models.PositiveIntegerField(null=True, blank=True)
    used = models.PositiveIntegerField(default=0)
    # Of those that were made together.
    batch = models.CharField(max_length=80, blank=True)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("code")
        constraints = [
            models.CheckConstraint(
                condition=Q(limit__isnull=True) | Q(used__lte=F("limit")), name="promotion_code_within_limit"
            ),
        ]

    def __str__(self) -> str:
        return self.code


class PromotionCustomer(models.Model):
    """How often a customer has had a promotion that is limited for each."""

    id = models.BigAutoField(primary_key=True)
    promotion = models.ForeignKey(Promotion, on_delete=models.CASCADE, related_name="+")
    customer = models.ForeignKey("customers.Customer", on_delete=models.CASCADE, related_name="+")
    used = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["promotion", "customer"], name="promotion_customer_once")]

    def __str__(self) -> str:
        return f"{self.customer_id}: {self.used}"
