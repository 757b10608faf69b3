from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DeliveryZone(models.Model):
    """Countries that are delivered to on the same terms."""

    id = models.BigAutoField(primary_key=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.CASCADE, related_name="delivery_zones")
    name = models.CharField(_("name"), max_length=120)
    countries = models.JSONField(_("countries"), default=list)

    class Meta:
        verbose_name = _("delivery zone")

    def __str__(self) -> str:
        return self.name


class DeliveryMethod(models.Model):
    """A way for goods to reach people in a zone, and what it costs there."""

    class Kind(models.TextChoices):
        FLAT = "flat", _("flat rate")
        PICKUP = "pickup", _("collect from us")

    id = models.BigAutoField(primary_key=True)
    zone = models.ForeignKey(DeliveryZone, on_delete=models.CASCADE, related_name="methods")
    code = models.SlugField(_("code"), max_length=40)
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.FLAT)
    name = models.CharField(_("name"), max_length=120)
    description = models.CharField(_("description"), max_length=200, blank=True)
    price_minor = models.BigIntegerField(_("price"), default=0)
    # Goods worth this much or more travel for nothing. Null: never.
    free_from_minor = models.BigIntegerField(_("free from"), null=True, blank=True)
    min_days = models.PositiveSmallIntegerField(_("days, at least"), default=2)
    max_days = models.PositiveSmallIntegerField(_("days, at most"), default=4)
    tax_class = models.ForeignKey("catalogue.TaxClass", on_delete=models.PROTECT, related_name="+")
    # Where the goods are collected (kind pickup).
    location = models.ForeignKey(
        "inventory.Location", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )
    position = models.PositiveSmallIntegerField(default=0)
    is_active = models.BooleanField(_("active"), default=True)

    class Meta:
        verbose_name = _("delivery method")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["zone", "code"], name="delivery_code_once_per_zone"),
            models.CheckConstraint(condition=Q(price_minor__gte=0), name="delivery_price_not_negative"),
        ]

    def __str__(self) -> str:
        return self.name
