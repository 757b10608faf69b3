from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class AuditEntry(models.Model):
    """Who did what to which thing, and what it changed. Written by actions, in their transaction; never edited."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField()
    actor_kind = models.CharField(max_length=20)
    actor_ref = models.CharField(max_length=80, blank=True)
    actor_label = models.CharField(max_length=200, blank=True)
    # verb in the past: "order.placed", "stock.adjusted"
    verb = models.CharField(max_length=80)
    # "order", "1042": a reference in words, so that history outlives the thing itself.
    subject_type = models.CharField(max_length=60)
    subject_id = models.CharField(max_length=80)
    facts = models.JSONField(default=dict, blank=True)

    class Meta:
        verbose_name = _("audit entry")
        verbose_name_plural = _("audit entries")
        indexes = [
            models.Index(fields=["subject_type", "subject_id", "id"], name="audit_subject"),
            models.Index(fields=["at"], name="audit_time"),
        ]

    def __str__(self) -> str:
        return f"{self.verb} {self.subject_type} {self.subject_id}"
