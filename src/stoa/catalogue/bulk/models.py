from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from stoa.kernel import clock


class BulkEdit(models.Model):
    """One change to many products: worked out, looked at, applied, and taken back where wanted.

    Each step is done in pieces, each in a transaction of its own with the mark how far it is, so that a killed worker's
    step is carried on from there.
    """

    class State(models.TextChoices):
        PLANNING = "planning", _("being worked out")
        PLANNED = "planned", _("ready to look at")
        APPLYING = "applying", _("being applied")
        APPLIED = "applied", _("applied")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")
        DISCARDED = "discarded", _("discarded")

    id = models.BigAutoField(primary_key=True)
    # What is done ("price_percent") and how: plain JSON values, checked by ``operations``.
    operation = models.CharField(_("change"), max_length=40)
    options = models.JSONField(default=dict)
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PLANNING)
    # The products chosen, by id, in that order; ``planned`` of them have their rows.
    product_ids = models.JSONField(default=list)
    planned = models.PositiveIntegerField(default=0)
    actor_kind = models.CharField(max_length=20)
    actor_ref = models.CharField(max_length=80, blank=True)
    actor_label = models.CharField(_("by"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("made"), default=clock.now)
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    undone_at = models.DateTimeField(_("undone"), null=True, blank=True)

    class Meta:
        verbose_name = _("bulk edit")
        ordering = ["-id"]

    def __str__(self) -> str:
        return f"{self.operation} {self.pk}"


class BulkEditRow(models.Model):
    """What one bulk edit does to one product, or to one variant's price on one list."""

    class State(models.TextChoices):
        PLANNED = "planned", _("to do")
        SAME = "same", _("nothing to change")
        REFUSED = "refused", _("refused")
        APPLIED = "applied", _("done")
        UNDONE = "undone", _("undone")
        KEPT = "kept", _("changed since, left alone")

    id = models.BigAutoField(primary_key=True)
    edit = models.ForeignKey(BulkEdit, on_delete=models.CASCADE, related_name="rows")
    # What is gone since keeps its line here.
    product = models.ForeignKey("catalogue.Product", on_delete=models.SET_NULL, null=True, related_name="+")
    variant = models.ForeignKey("catalogue.Variant", on_delete=models.SET_NULL, null=True, related_name="+")
    label = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=State, default=State.PLANNED)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)
    # Why it was refused or left alone.
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["id"]
        indexes = [models.Index(fields=["edit", "state", "id"], name="bulk_edit_row_work")]

    def __str__(self) -> str:
        return self.label
