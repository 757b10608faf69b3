from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class TaxClass(models.Model):
    """What kind of good the tax law sees: standard, reduced, zero. Rates by country and date live in operations."""

    code = models.SlugField(_("code"), max_length=40, primary_key=True)
    name = models.CharField(_("name"), max_length=80)

    class Meta:
        verbose_name = _("tax class")
        verbose_name_plural = _("tax classes")

    def __str__(self) -> str:
        return self.name


class PriceList(models.Model):
    """A set of prices in one currency."""

    id = models.BigAutoField(primary_key=True)
    code = models.SlugField(_("code"), max_length=40, unique=True)
    name = models.CharField(_("name"), max_length=80)
    currency = models.CharField(_("currency"), max_length=3)

    class Meta:
        verbose_name = _("price list")

    def __str__(self) -> str:
        return self.name


class Price(models.Model):
    """What one variant costs on one list, in minor units of the list's currency."""

    id = models.BigAutoField(primary_key=True)
    price_list = models.ForeignKey(PriceList, on_delete=models.CASCADE, related_name="prices")
    variant = models.ForeignKey("catalogue.Variant", on_delete=models.CASCADE, related_name="prices")
    amount_minor = models.BigIntegerField(_("price"))
    # A former or recommended price, shown struck through. Only ever above the price.
    compare_at_minor = models.BigIntegerField(_("compare-at price"), null=True, blank=True)

    class Meta:
        verbose_name = _("price")
        constraints = [
            models.UniqueConstraint(fields=["variant", "price_list"], name="price_once_per_list"),
            models.CheckConstraint(condition=Q(amount_minor__gte=0), name="price_not_negative"),
            models.CheckConstraint(
                condition=Q(compare_at_minor__isnull=True) | Q(compare_at_minor__gt=F("amount_minor")),
                name="price_compare_at_above_price",
            ),
        ]
        indexes = [models.Index(fields=["price_list", "variant", "amount_minor"], name="price_listing")]

    def __str__(self) -> str:
        return f"{self.variant_id}: {self.amount_minor}"
