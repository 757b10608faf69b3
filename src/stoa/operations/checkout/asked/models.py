from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.utils.translation import gettext_lazy as _


class CheckoutFields(models.Model):
    """Which fields the checkout of a market shows. A market without a row shows them all, none of these required."""

    class Asked(models.TextChoices):
        OFF = "off", _("off")
        OPTIONAL = "optional", _("optional")
        REQUIRED = "required", _("required")

    market = models.OneToOneField("catalogue.Market", on_delete=models.CASCADE, primary_key=True, related_name="+")
    phone = models.CharField(_("telephone"), max_length=8, choices=Asked, default=Asked.OPTIONAL)
    line2 = models.CharField(_("second line of the address"), max_length=8, choices=Asked, default=Asked.OPTIONAL)
    note = models.CharField(_("note"), max_length=8, choices=Asked, default=Asked.OPTIONAL)
    unsent_address = models.CharField(
        _("address where nothing is sent"), max_length=8, choices=Asked, default=Asked.OPTIONAL
    )

    class Meta:
        verbose_name = _("fields of the checkout")
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(**{f"{name}__in": ["off", "optional", "required"]}), name=f"checkout_fields_{name}"
            )
            for name in ("phone", "line2", "note", "unsent_address")
        ]

    def __str__(self) -> str:
        return f"checkout fields of market {self.market_id}"
