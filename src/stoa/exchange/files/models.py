from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportedFile(models.Model):
    """One run of an import over one file; ``done`` is where a run that died goes on."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=300)
    content_hash = models.CharField(max_length=64)
    settings_hash = models.CharField(max_length=64)
    total_rows = models.BigIntegerField(default=0)
    # Units of work (invoices, products) that are done; a run that died goes on after them.
    done = models.BigIntegerField(default=0)
    imported = models.BigIntegerField(default=0)
    credited = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        constraints = [
            models.UniqueConstraint(fields=["kind", "content_hash", "settings_hash"], name="import_once_per_file")
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportedRow(models.Model):
    """A row of an import that did not become part of an order or product, and why."""

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(ImportedFile, on_delete=models.CASCADE, related_name="rows")
    row = models.BigIntegerField()
    outcome = models.CharField(max_length=12)
    reason = models.CharField(max_length=300)
    excerpt = models.TextField(blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "row"], name="import_row_once")]

    def __str__(self) -> str:
        return f"{self.row}: {self.reason}"
