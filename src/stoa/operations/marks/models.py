from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class OrderHold(models.Model):
    """An order that must not leave, and why. It is over once it is released; the row stays."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey("operations.Order", on_delete=models.CASCADE, related_name="holds")
    reason = models.CharField(_("reason"), max_length=200)
    held_by = models.CharField(max_length=200)
    held_at = models.DateTimeField()
    released_by = models.CharField(max_length=200, blank=True)
    released_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["order"], condition=Q(released_at__isnull=True), name="order_hold_once_at_a_time"
            ),
            models.CheckConstraint(condition=~Q(reason=""), name="order_hold_has_reason"),
        ]

    def __str__(self) -> str:
        return self.reason


class OrderTag(models.Model):
    """A word that staff put on an order. Customers do not see it."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey("operations.Order", on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(_("tag"), max_length=40)

    class Meta:
        ordering = ["name"]
        constraints = [
            models.UniqueConstraint(fields=["order", "name"], name="order_tag_once"),
            models.CheckConstraint(condition=~Q(name=""), name="order_tag_named"),
        ]
        indexes = [models.Index(fields=["name", "order"], name="order_tag_name")]

    def __str__(self) -> str:
        return self.name
