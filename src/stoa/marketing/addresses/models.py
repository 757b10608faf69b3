from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class MissingAddress(models.Model):
    """An address that people ask for and that leads nowhere."""

    id = models.BigAutoField(primary_key=True)
    market = models.ForeignKey("catalogue.Market", on_delete=models.CASCADE, related_name="+")
    path = models.CharField(_("address"), max_length=300)
    hits = models.PositiveIntegerField(_("asked for"), default=0)
    # The last page of our own that linked there; blank where people came from elsewhere.
    linked_from = models.CharField(_("linked from"), max_length=300, blank=True)
    first_at = models.DateTimeField(_("first asked for"))
    last_at = models.DateTimeField(_("last asked for"))
    # Set where somebody decided that nothing should be there.
    ignored_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("missing address")
        verbose_name_plural = _("missing addresses")
        constraints = [models.UniqueConstraint(fields=["market", "path"], name="missing_address_once")]
        indexes = [models.Index(fields=["market", "-hits"], name="missing_address_hits")]

    def __str__(self) -> str:
        return self.path
