from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class ProductScore(models.Model):
    """How complete a product's page is, as last reckoned: kept so that a list of all goods costs one join."""

    product = models.OneToOneField(
        "catalogue.Product", on_delete=models.CASCADE, primary_key=True, related_name="score", verbose_name=_("product")
    )
    # 0 to 100.
    points = models.PositiveSmallIntegerField(_("points"))
    # What is missing, the heaviest first: ``[["angles", 2, 4], ["barcode", 0, 3]]`` (code, there, wanted).
    missing = models.JSONField(default=list)
    # Sold in the last 90 days, as operations says: minor units of the default market, and pieces.
    revenue_minor = models.BigIntegerField(default=0)
    units = models.IntegerField(default=0)
    scored_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name = _("completeness")
        ordering = ["-revenue_minor", "points", "product_id"]
        constraints = [models.CheckConstraint(condition=Q(points__lte=100), name="score_at_most_100")]
        indexes = [
            models.Index(fields=["-revenue_minor", "points", "product"], name="score_by_revenue"),
            models.Index(fields=["points", "product"], name="score_by_points"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id}: {self.points}"
