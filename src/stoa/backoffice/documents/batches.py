"""Invoices for many orders: how far the worker is."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.http import Http404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin.ui.tables import Column

from stoa.backoffice.columns import NUMBER, WIDE, MomentColumn, PillColumn, TwoLineColumn
from stoa.backoffice.listing import Listing
from stoa.backoffice.orders import tones
from stoa.backoffice.screen import Page
from stoa.kernel.errors import NotFoundError
from stoa.operations.documents import queries
from stoa.operations.models import DocumentBatch

RIGHT = "operations.issue_document"


def _title(batch: DocumentBatch) -> str:
    return ngettext("Invoice for %d order", "Invoices for %d orders", batch.total) % batch.total


class BatchList(Listing):
    model = DocumentBatch
    right = RIGHT
    url_name = "document_batches"
    page_title = _("Invoices in batches")
    header_icon = "tasks"
    default_ordering = "-created_at"
    is_searchable = False
    empty_message = _("None yet. Choose orders in their list, then “Issue invoices”.")

    def get_base_queryset(self) -> QuerySet:
        return queries.batches()

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn(
                "batch", label=_("Batch"), accessor=_title, below=lambda batch: batch.actor_label,
                get_url=lambda batch: reverse("backoffice:document_batch", args=[batch.pk]),
            ),
            Column("issued", label=_("Issued"), classname=NUMBER),
            MomentColumn("created_at", label=_("Begun"), sort_key="created_at", classname=WIDE),
            PillColumn("state", label=_("State"), accessor="get_state_display", tone_of=lambda b: tones.WORK.get(b.state, "")),
        ]  # fmt: skip


class BatchScreen(Page):
    right = RIGHT
    template_name = "backoffice/documents/batch.html"
    header_icon = "tasks"
    parents = ((_("Invoices"), "backoffice:documents"), (_("Invoices in batches"), "backoffice:document_batches"))

    @cached_property
    def batch(self) -> DocumentBatch:
        try:
            return queries.batch(self.kwargs["batch_id"])
        except NotFoundError as error:
            raise Http404 from error

    def get_page_title(self) -> str:
        return _title(self.batch)

    def get_template_names(self) -> list[str]:
        return ["backoffice/documents/_batch.html"] if "part" in self.request.GET else [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        batch = self.batch
        return {
            **super().get_context_data(**kwargs), "batch": batch, "tone": tones.WORK.get(batch.state, ""),
            "refusals": batch.done - batch.issued, "is_busy": batch.state == DocumentBatch.State.RUNNING,
            "title": _t("Refused"),
        }  # fmt: skip
