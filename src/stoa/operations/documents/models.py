from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DocumentSettings(models.Model):
    """How one market makes its documents. Without a row the defaults hold: nothing is issued unasked."""

    class IssueWhen(models.TextChoices):
        MANUAL = "manual", _("by hand")
        PAID = "paid", _("when the order is paid")
        SHIPPED = "shipped", _("when the order is shipped")

    class Paper(models.TextChoices):
        AUTO = "auto", _("as is usual in the buyer's country")
        A4 = "a4", "A4"
        LETTER = "us-letter", _("Letter")

    id = models.BigAutoField(primary_key=True)
    market = models.OneToOneField("catalogue.Market", on_delete=models.CASCADE, related_name="document_settings")
    issue_when = models.CharField(_("invoices are issued"), max_length=10, choices=IssueWhen, default=IssueWhen.MANUAL)
    paper = models.CharField(_("paper"), max_length=10, choices=Paper, default=Paper.AUTO)
    # Blank: that of the order, where documents speak it.
    language = models.CharField(_("language"), max_length=12, blank=True)
    invoice_pattern = models.CharField(_("number of invoices"), max_length=40, default="INV-{year}-{number:05}")
    credit_pattern = models.CharField(_("number of credit notes"), max_length=40, default="CN-{year}-{number:05}")
    restarts_yearly = models.BooleanField(_("numbers begin again each year"), default=True)
    # Where the seller has no VAT id: what the tax office calls them.
    tax_number = models.CharField(_("tax number"), max_length=40, blank=True)
    is_small_business = models.BooleanField(_("small business without VAT"), default=False)
    has_xml = models.BooleanField(_("electronic invoice inside the PDF"), default=True)
    sends_mail = models.BooleanField(_("mail the buyer a link"), default=True)
    due_days = models.PositiveSmallIntegerField(_("days to pay"), default=14)
    footer = models.TextField(_("text at the end"), blank=True)

    class Meta:
        verbose_name = _("document settings")

    def __str__(self) -> str:
        return f"documents of {self.market_id}"


class DocumentSeries(models.Model):
    """A series that does not begin at 1, because another system has used the numbers before it. ``name``: as in documents."""

    name = models.CharField(max_length=60, primary_key=True)
    first = models.PositiveIntegerField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(first__gte=1), name="document_series_from_one")]

    def __str__(self) -> str:
        return f"{self.name} from {self.first}"


class DocumentTemplate(models.Model):
    """The layout by which documents were made, by the hash of its text: what is issued can be made again as it was."""

    sha256 = models.CharField(max_length=64, primary_key=True)
    source = models.TextField()
    first_used_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.sha256[:12]


class Document(models.Model):
    """An invoice or credit note. Written once: the database refuses to change a row (see the migration).

    ``total_minor`` is positive for both kinds. ``data`` is the snapshot; ``sha256`` and ``size`` are those of the PDF.
    """

    class Kind(models.TextChoices):
        INVOICE = "invoice", _("invoice")
        CREDIT_NOTE = "credit_note", _("credit note")

    id = models.BigAutoField(primary_key=True)
    kind = models.CharField(_("kind"), max_length=12, choices=Kind)
    market = models.ForeignKey("catalogue.Market", on_delete=models.PROTECT, related_name="+")
    order = models.ForeignKey("operations.Order", on_delete=models.PROTECT, related_name="documents")
    # Of a credit note: what it corrects, and the refund that it is for (none where an unpaid invoice is called off).
    invoice = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="credit_notes")
    refund = models.OneToOneField(
        "operations.Refund", on_delete=models.PROTECT, null=True, blank=True, related_name="credit_note"
    )
    # Which invoice of its order it is: after one was credited in full there may be another.
    round = models.PositiveSmallIntegerField(default=1)
    series = models.CharField(max_length=60)
    position = models.PositiveIntegerField()
    number = models.CharField(_("number"), max_length=60, unique=True)
    issued_at = models.DateTimeField(_("issued"))
    currency = models.CharField(max_length=3)
    net_minor = models.BigIntegerField()
    tax_minor = models.BigIntegerField()
    total_minor = models.BigIntegerField(_("total"))
    language = models.CharField(max_length=12)
    data = models.JSONField()
    template = models.ForeignKey(DocumentTemplate, on_delete=models.PROTECT, related_name="+")
    renderer = models.CharField(max_length=60)
    path = models.CharField(max_length=120, unique=True)
    sha256 = models.CharField(max_length=64)
    size = models.PositiveIntegerField()
    actor = models.CharField(max_length=200)

    class Meta:
        verbose_name = _("document")
        permissions = [("issue_document", "Can issue invoices and credit notes")]
        constraints = [
            models.UniqueConstraint(fields=["series", "position"], name="document_number_once"),
            models.UniqueConstraint(
                fields=["order", "round"], condition=Q(kind="invoice"), name="document_one_invoice_per_round"
            ),
            models.CheckConstraint(condition=Q(position__gte=1), name="document_position_from_one"),
            models.CheckConstraint(
                condition=Q(total_minor=models.F("net_minor") + models.F("tax_minor")), name="document_adds_up"
            ),
            models.CheckConstraint(condition=Q(net_minor__gte=0) & Q(tax_minor__gte=0), name="document_not_negative"),
            models.CheckConstraint(
                condition=Q(kind="invoice", invoice__isnull=True, refund__isnull=True)
                | Q(kind="credit_note", invoice__isnull=False),
                name="document_credits_an_invoice",
            ),
        ]
        indexes = [models.Index(fields=["-issued_at"], name="document_newest")]

    def __str__(self) -> str:
        return self.number


class DocumentFailure(models.Model):
    """A document that could not be made. It goes when the document is there; the order never waits for it."""

    id = models.BigAutoField(primary_key=True)
    order = models.ForeignKey("operations.Order", on_delete=models.CASCADE, related_name="document_failures")
    kind = models.CharField(max_length=12, choices=Document.Kind)
    refund = models.ForeignKey("operations.Refund", on_delete=models.CASCADE, null=True, blank=True, related_name="+")
    reason = models.CharField(max_length=500)
    tries = models.PositiveIntegerField(default=1)
    at = models.DateTimeField()

    class Meta:
        verbose_name = _("document that failed")
        constraints = [
            models.UniqueConstraint(
                fields=["order", "kind"], condition=Q(refund__isnull=True), name="document_failure_once"
            ),
            models.UniqueConstraint(
                fields=["refund"], condition=Q(refund__isnull=False), name="document_failure_once_per_refund"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of order {self.order_id}: {self.reason[:60]}"


class DocumentBatch(models.Model):
    """Invoices asked for at once, and how far the worker is. ``refused``: [order number, reason] each."""

    class State(models.TextChoices):
        RUNNING = "running", _("under way")
        DONE = "done", _("done")

    id = models.BigAutoField(primary_key=True)
    order_ids = models.JSONField()
    total = models.PositiveIntegerField()
    done = models.PositiveIntegerField(default=0)
    issued = models.PositiveIntegerField(default=0)
    refused = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=State, default=State.RUNNING)
    actor_kind = models.CharField(max_length=20)
    actor_ref = models.CharField(max_length=80, blank=True)
    actor_label = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = _("batch of documents")
        constraints = [
            models.CheckConstraint(condition=Q(done__lte=models.F("total")), name="document_batch_within"),
            models.CheckConstraint(condition=Q(issued__lte=models.F("done")), name="document_batch_issued_within"),
        ]

    def __str__(self) -> str:
        return f"{self.done}/{self.total} invoices"

    @property
    def percent(self) -> int:
        return self.done * 100 // self.total if self.total else 100
