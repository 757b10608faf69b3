"""The list of what was issued."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton

from stoa.backoffice.columns import WIDE, MomentColumn, MoneyColumn, PillColumn, TwoLineColumn
from stoa.backoffice.documents.filters import DocumentFilters, months
from stoa.backoffice.export import stamp
from stoa.backoffice.listing import Listing
from stoa.backoffice.moments import moment
from stoa.kernel.money import Money
from stoa.operations.documents import queries
from stoa.operations.models import Document


def _below(document: Document) -> str:
    return _t("Order #%(number)s") % {"number": document.order.number} + f" · {document.order.name}"


class DocumentList(Listing):
    model = Document
    right = "operations.view_document"
    url_name = "documents"
    page_title = _("Invoices")
    header_icon = "doc-full"
    template_name = "backoffice/documents/list.html"
    search_placeholder = _("Number, order or name")
    default_ordering = "-issued_at"
    filterset_class = DocumentFilters
    empty_message = _(
        "Nothing was issued yet. Invoices are issued on the screen of an order, or by themselves (Settings)."
    )
    export_right = "operations.export_order"
    export_name = "documents"
    export_header = (
        "number", "kind", "issued_at", "order", "corrects", "name", "country", "currency", "net", "tax", "total", "sha256",
    )  # fmt: skip

    def get_base_queryset(self) -> QuerySet:
        return queries.all_documents().select_related("order", "market", "invoice").defer("data", "invoice__data")

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        plain = text.lstrip("#")
        return rows.filter(Q(number__icontains=plain) | Q(order__number=plain) | Q(order__name__icontains=text))

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if self.may("operations.change_documentsettings"):
            return [HeaderButton(_("Settings"), url=reverse("backoffice:document_settings"), icon_name="cogs")]
        return []

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn(
                "number", label=_("Document"), sort_key="number", below=_below,
                get_url=lambda document: reverse("backoffice:order", args=[document.order_id]) + "#documents",
                narrow=lambda document: moment(document.issued_at),
            ),
            PillColumn("kind", label=_("Kind"), accessor="get_kind_display", tone_of=lambda document: "", classname=WIDE),
            MoneyColumn(
                "total", label=_("Total"), sort_key="total_minor",
                accessor=lambda document: Money(_signed(document, document.total_minor), document.currency),
            ),
            MomentColumn("issued_at", label=_("Issued"), sort_key="issued_at", classname=WIDE),
            FileColumn("files", label=_("File")),
        ]  # fmt: skip

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        may_export = self.may("operations.export_order")
        return {**super().get_context_data(**kwargs), "months": months() if may_export else []}

    def export_row(self, row: Any) -> Sequence[object]:
        amounts = (
            Money(_signed(row, minor), row.currency).decimal
            for minor in (row.net_minor, row.tax_minor, row.total_minor)
        )
        corrects = row.invoice.number if row.invoice else ""
        return (
            row.number, row.kind, stamp(row.issued_at), row.order.number, corrects, row.order.name, row.order.country,
            row.currency, *amounts, row.sha256,
        )  # fmt: skip


class FileColumn(Column):
    """The PDF of the row."""

    cell_template_name = "backoffice/documents/_file_cell.html"


def _signed(document: Document, minor: int) -> int:
    """Credit notes count against the rest."""
    return -minor if document.kind == Document.Kind.CREDIT_NOTE else minor
