from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class PromotionUse(models.Model):
    """An order has a promotion. Given back (``released_at``) where the order was called off or never paid."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey("operations.Order", on_delete=models.CASCADE, related_name="promotion_uses")
    promotion = models.ForeignKey("catalogue.Promotion", on_delete=models.PROTECT, related_name="+")
    code = models.ForeignKey(
        "catalogue.PromotionCode", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    customer = models.ForeignKey(
        "customers.Customer", on_delete=models.SET_NULL, null=True, blank=True, related_name="+"
    )
    # What it took off goods and delivery together, in the order's currency.
    amount_minor = models.BigIntegerField()
    used_at = models.DateTimeField()
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("use of a promotion")
        constraints = [
            models.UniqueConstraint(fields=["order", "promotion"], name="promotion_use_once"),
            models.CheckConstraint(condition=Q(amount_minor__gt=0), name="promotion_use_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.promotion_id} in {self.order_id}"


class PromotionTrial(models.Model):
    """A promotion tried on past orders: what it would have given, and what would have been left."""

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        RUNNING = "running", _("running")
        DONE = "done", _("done")

    id = models.BigAutoField(primary_key=True)
    promotion = models.ForeignKey("catalogue.Promotion", on_delete=models.CASCADE, related_name="+")
    since = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)
    orders = models.PositiveIntegerField(default=0)
    done = models.PositiveIntegerField(default=0)
    result = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("trial of a promotion")

    def __str__(self) -> str:
        return f"trial {self.pk}"
