from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class TaxRate(models.Model):
    """The rate of a country for a tax class from a day on, until the next row for the same pair begins."""

    id = models.BigAutoField(primary_key=True)
    country = models.CharField(_("country"), max_length=2)
    tax_class = models.ForeignKey("catalogue.TaxClass", on_delete=models.PROTECT, related_name="rates")
    # In percent: 19.000
    percent = models.DecimalField(_("percent"), max_digits=6, decimal_places=3)
    valid_from = models.DateField(_("valid from"))
    source = models.CharField(_("source"), max_length=200, blank=True)

    class Meta:
        verbose_name = _("tax rate")
        ordering = ["country", "tax_class", "-valid_from"]
        constraints = [
            models.UniqueConstraint(fields=["country", "tax_class", "valid_from"], name="tax_rate_once_a_day"),
            models.CheckConstraint(condition=Q(percent__gte=0, percent__lt=100), name="tax_rate_percent"),
        ]

    def __str__(self) -> str:
        return f"{self.country} {self.tax_class_id} {self.percent}"
