from __future__ import annotations

from django.db import models
from django.db.models.functions import Lower
from django.utils.translation import gettext_lazy as _


class CustomerGroup(models.Model):
    """Customers who are treated alike: trade, staff, friends. A customer is in one or in none."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=80)
    created_at = models.DateTimeField()

    class Meta:
        verbose_name = _("customer group")
        constraints = [models.UniqueConstraint(Lower("name"), name="customer_group_name_any_case")]

    def __str__(self) -> str:
        return self.name
