from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class WithheldPublish(models.Model):
    """A scheduled version that was not published, because the check of its page found something. It stays a draft."""

    class Kind(models.TextChoices):
        PRODUCT = "product", _("product")
        PAGE = "page", _("page")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=8, choices=Kind)
    # Of the product or the content page, which stands in a room above.
    subject_id = models.BigIntegerField()
    revision_id = models.BigIntegerField()
    title = models.CharField(_("title"), max_length=255)
    # [{"code", "about", "detail"}], as the check said it.
    findings = models.JSONField(default=list)
    withheld_at = models.DateTimeField(_("withheld"))

    class Meta:
        verbose_name = _("withheld version")
        permissions = [("publish_with_findings", "Can publish pages that the check would withhold")]
        constraints = [models.UniqueConstraint(fields=["kind", "subject_id"], name="withheld_once")]

    def __str__(self) -> str:
        return self.title


class PublishOverride(models.Model):
    """Somebody has looked at the findings of one version and wants it live all the same."""

    id = models.BigAutoField(primary_key=True)
    revision_id = models.BigIntegerField(unique=True)
    # Of what was looked at: a version that is written over is another one.
    digest = models.CharField(max_length=32)
    reason = models.CharField(_("reason"), max_length=300)
    by = models.CharField(_("by"), max_length=200)
    at = models.DateTimeField(_("at"))

    class Meta:
        verbose_name = _("publishing all the same")
        constraints = [models.CheckConstraint(condition=~models.Q(reason=""), name="override_has_reason")]

    def __str__(self) -> str:
        return self.reason
