from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class PathDay(models.Model):
    """How often a product's page was reached in one way on a day (of the market's calendar), by anybody."""

    id = models.BigAutoField(primary_key=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    product = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="+")
    # One of ``rules.WAYS``.
    way = models.CharField(_("way"), max_length=10)
    times = models.PositiveIntegerField(_("visits"), default=0)

    class Meta:
        verbose_name = _("path to a product")
        verbose_name_plural = _("paths to products")
        constraints = [models.UniqueConstraint(fields=["market", "day", "product", "way"], name="path_once_a_day")]

    def __str__(self) -> str:
        return f"{self.product_id}, {self.way}, {self.day}"


class FilterDay(models.Model):
    """How often a value of a filter was chosen in a list on a day, by anybody.

    ``facet`` is the name in addresses; blank for the list itself, however it is filtered.
    """

    id = models.BigAutoField(primary_key=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.CASCADE, related_name="+")
    day = models.DateField(_("day"))
    # A category's slug, or ``rules.SEARCH`` or ``rules.ALL``.
    place = models.CharField(_("list"), max_length=140)
    facet = models.CharField(_("filter"), max_length=90, blank=True)
    value = models.CharField(_("value"), max_length=120, blank=True)
    times = models.PositiveIntegerField(_("chosen"), default=0)
    # Products that were in the list then, added up: divided by the times, the mean.
    results = models.PositiveBigIntegerField(default=0)
    # How often a product was opened from the list while the value was chosen.
    opened = models.PositiveIntegerField(_("opened"), default=0)

    class Meta:
        verbose_name = _("choice of a filter")
        verbose_name_plural = _("choices of filters")
        constraints = [
            models.UniqueConstraint(fields=["market", "day", "place", "facet", "value"], name="filter_once_a_day")
        ]

    def __str__(self) -> str:
        return f"{self.place}: {self.facet}={self.value}, {self.day}"
