from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

# As many of one part as a cart may hold of anything.
MOST = 999


class BundleComponent(models.Model):
    """``quantity`` units of ``component`` are in one ``bundle``. A variant that has such rows is a bundle: it has no
    stock of its own, and selling it takes its parts. Parts are never bundles themselves."""

    id = models.BigAutoField(primary_key=True)
    bundle = models.ForeignKey("catalogue.Variant", on_delete=models.CASCADE, related_name="components")
    component = models.ForeignKey("catalogue.Variant", on_delete=models.PROTECT, related_name="bundles")
    quantity = models.PositiveSmallIntegerField(_("quantity"), default=1)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("part of a bundle")
        verbose_name_plural = _("parts of bundles")
        ordering = ["position", "id"]
        constraints = [
            models.UniqueConstraint(fields=["bundle", "component"], name="bundle_component_once"),
            models.CheckConstraint(condition=Q(quantity__gte=1, quantity__lte=MOST), name="bundle_component_quantity"),
            models.CheckConstraint(condition=~Q(bundle=F("component")), name="bundle_not_in_itself"),
        ]

    def __str__(self) -> str:
        return f"{self.quantity} x {self.component_id} in {self.bundle_id}"
