from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from stoa.kernel import clock


class Theme(models.Model):
    """How one shop front looks: what ``rules.Look`` holds, as JSON. Without a row it looks as it comes."""

    id = models.BigAutoField(primary_key=True)
    market = models.OneToOneField("catalogue.Market", on_delete=models.CASCADE, related_name="+")
    # What visitors see. Empty: the look that the shop comes with.
    look = models.JSONField(default=dict)
    # What is being tried out. Null: nothing.
    draft = models.JSONField(null=True, blank=True)
    # What was seen before the last publishing, for one step back. Null: nothing was.
    before = models.JSONField(null=True, blank=True)
    favicon = models.ForeignKey(
        "catalogue.Picture",
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("favicon"),
    )
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("theme")

    def __str__(self) -> str:
        return f"theme of market {self.market_id}"


class ThemeFont(models.Model):
    """A typeface that the merchant has brought: a WOFF2 file, checked, kept under the hash of its bytes."""

    id = models.BigAutoField(primary_key=True)
    name = models.CharField(_("name"), max_length=60)
    file = models.FileField(_("file"), upload_to="fonts")
    sha256 = models.CharField(max_length=64, unique=True)
    added_at = models.DateTimeField(default=clock.now)

    class Meta:
        verbose_name = _("typeface")

    def __str__(self) -> str:
        return self.name
