from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _


class ImportedFile(models.Model):
    """One run of an import over one file; ``done`` is where a run that died goes on."""

    class State(models.TextChoices):
        READY = "ready", _("ready")
        CHECKING = "checking", _("being checked")
        CHECKED = "checked", _("checked")
        RUNNING = "running", _("running")
        FINISHED = "finished", _("finished")
        FAILED = "failed", _("stopped")
        UNDOING = "undoing", _("being undone")
        UNDONE = "undone", _("undone")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    file_name = models.CharField(max_length=300)
    content_hash = models.CharField(max_length=64)
    settings_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=12, choices=State, default=State.RUNNING)
    # What the run was told: the format or map of columns, which fields change, where pictures come from.
    settings = models.JSONField(default=dict)
    # Names in the private storage, of files that came by the back office.
    path = models.CharField(max_length=300, blank=True)
    pictures_path = models.CharField(max_length=300, blank=True)
    # Who uploaded or ran it.
    actor = models.CharField(max_length=200, blank=True)
    total_rows = models.BigIntegerField(default=0)
    # Units of work (invoices, products) that are done; a run that died goes on after them.
    done = models.BigIntegerField(default=0)
    imported = models.BigIntegerField(default=0)
    updated = models.BigIntegerField(default=0)
    unchanged = models.BigIntegerField(default=0)
    credited = models.BigIntegerField(default=0)
    rejected = models.BigIntegerField(default=0)
    skipped = models.BigIntegerField(default=0)
    # What the last rehearsal found: counts, reasons, the first rows that would be refused.
    rehearsal = models.JSONField(default=dict, blank=True)
    # Remarks on the file as a whole, and why it stopped.
    remarks = models.JSONField(default=list, blank=True)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("import")
        permissions = [
            ("import_products", "Can import products, and undo it"),
            ("import_customers", "Can import customers, and undo it"),
            ("export_products", "Can take out all products"),
            ("export_customers", "Can take out all customers"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["kind", "content_hash", "settings_hash"], name="import_once_per_file")
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportedRow(models.Model):
    """A row of an import about which there is something to say: why it was left out, or what of it was."""

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


class ImportedThing(models.Model):
    """A product, category or customer that an import made or changed, so that it can be undone."""

    class State(models.TextChoices):
        DONE = "done", _("in the shop")
        UNDONE = "undone", _("undone")
        KEPT = "kept", _("kept")

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(ImportedFile, on_delete=models.CASCADE, related_name="things")
    kind = models.CharField(max_length=20)
    # No foreign key: the row outlives the thing.
    object_id = models.BigIntegerField()
    name = models.CharField(max_length=220, blank=True)
    is_new = models.BooleanField(default=False)
    # Field -> value, of the fields that the import changed; of a new thing ``after`` alone.
    before = models.JSONField(default=dict)
    after = models.JSONField(default=dict)
    state = models.CharField(max_length=8, choices=State, default=State.DONE)
    # Why it was kept, or which fields were.
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["file", "kind", "object_id"], name="import_thing_once")]

    def __str__(self) -> str:
        return self.name


class ImportedPicture(models.Model):
    """A picture, or a file for sale, that a file names, and what became of it. Fetched by the worker."""

    class Kind(models.TextChoices):
        PICTURE = "picture", _("picture")
        FILE = "file", _("file for sale")

    class State(models.TextChoices):
        WAITING = "waiting", _("waiting")
        DONE = "done", _("there")
        FAILED = "failed", _("failed")

    id = models.BigAutoField(primary_key=True)
    file = models.ForeignKey(ImportedFile, on_delete=models.CASCADE, related_name="pictures")
    product = models.ForeignKey("catalogue.Product", on_delete=models.CASCADE, related_name="+")
    kind = models.CharField(max_length=8, choices=Kind, default=Kind.PICTURE)
    row = models.BigIntegerField()
    position = models.PositiveIntegerField(default=0)
    # Of a file for sale: what buyers see.
    name = models.CharField(max_length=150, blank=True)
    # An http address, or the name of a file in the folder or archive that came along.
    source = models.TextField()
    source_hash = models.CharField(max_length=64, db_index=True)
    host = models.CharField(max_length=255, blank=True)
    alt = models.CharField(max_length=200, blank=True)
    # Of the variant that it shows, or comes with, alone; blank: the product.
    sku = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    error = models.CharField(max_length=300, blank=True)
    picture = models.ForeignKey("catalogue.Picture", on_delete=models.SET_NULL, null=True, blank=True, related_name="+")
    # The file for sale that it became. No foreign key: it would count as somebody's who keeps it.
    attached_id = models.BigIntegerField(null=True, blank=True)

    class Meta:
        verbose_name = _("picture of an import")
        constraints = [
            models.UniqueConstraint(fields=["file", "product", "kind", "position"], name="import_picture_once")
        ]
        indexes = [models.Index(fields=["file", "state"], name="import_picture_state")]

    def __str__(self) -> str:
        return self.source[:120]


class ColumnMap(models.Model):
    """Which column of a file means what, kept under a name for the next file of the same kind."""

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    name = models.CharField(_("name"), max_length=80)
    header_hash = models.CharField(max_length=64, db_index=True)
    mapping = models.JSONField(default=dict)
    used_at = models.DateTimeField()

    class Meta:
        verbose_name = _("column map")
        constraints = [models.UniqueConstraint(fields=["kind", "name"], name="column_map_name_once")]

    def __str__(self) -> str:
        return self.name


class ExportedFile(models.Model):
    """A file with everything, made by the worker and kept for some days in the private storage."""

    class State(models.TextChoices):
        RUNNING = "running", _("being written")
        FINISHED = "finished", _("ready")
        FAILED = "failed", _("stopped")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=12, choices=State, default=State.RUNNING)
    path = models.CharField(max_length=300, blank=True)
    size = models.BigIntegerField(default=0)
    actor = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("export")

    def __str__(self) -> str:
        return self.path
