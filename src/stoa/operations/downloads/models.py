from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _


class DownloadGrant(models.Model):
    """The right of one order line to one file. Given when the order is paid; ends by time, by use or by hand.

    The link's token is computed from ``nonce`` and the shop's secret; kept is its hash alone.
    """

    id = models.BigAutoField(primary_key=True)
    line = models.ForeignKey("operations.OrderLine", on_delete=models.CASCADE, related_name="grants")
    file = models.ForeignKey("catalogue.DigitalFile", on_delete=models.PROTECT, related_name="+")
    nonce = models.CharField(max_length=32)
    token_hash = models.CharField(max_length=64, unique=True)
    granted_at = models.DateTimeField(_("granted"))
    # Null: for ever.
    expires_at = models.DateTimeField(_("until"), null=True, blank=True)
    # 0: as often as one likes.
    limit = models.PositiveIntegerField(_("downloads allowed"), default=0)
    used = models.PositiveIntegerField(_("downloads"), default=0)
    last_used_at = models.DateTimeField(_("last download"), null=True, blank=True)
    # Until when, and for whom, an interrupted download may go on without counting again.
    resumable_until = models.DateTimeField(null=True, blank=True)
    resumable_by = models.CharField(max_length=64, blank=True)
    revoked_at = models.DateTimeField(_("revoked"), null=True, blank=True)
    revoke_reason = models.CharField(max_length=200, blank=True)
    # The buyer asks for more of it; null once somebody has answered.
    asked_at = models.DateTimeField(_("asked for"), null=True, blank=True)

    class Meta:
        verbose_name = _("download")
        indexes = [models.Index(fields=["asked_at"], condition=Q(asked_at__isnull=False), name="download_asked")]
        constraints = [
            models.UniqueConstraint(fields=["line", "file"], name="download_once_per_line"),
            # The last word: no file is downloaded more often than it was sold.
            models.CheckConstraint(condition=Q(limit=0) | Q(used__lte=F("limit")), name="download_within_limit"),
        ]

    def __str__(self) -> str:
        return f"{self.file_id} for {self.line_id}"
