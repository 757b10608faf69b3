"""Changing many products at once: choose, look at what would change, apply, undo."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from stoa.backoffice.bulk.choosing import chosen_products
from stoa.backoffice.bulk.forms import GROUPS, KINDS, BulkForm
from stoa.backoffice.bulk.wording import details_of, label_of
from stoa.backoffice.columns import MomentColumn, PillColumn, TwoLineColumn
from stoa.backoffice.guard import actor_of, may, step
from stoa.backoffice.listing import Listing
from stoa.backoffice.screen import Page, add_refusal
from stoa.catalogue.bulk import actions, queries
from stoa.catalogue.bulk.models import BulkEdit, BulkEditRow
from stoa.kernel.errors import DomainError, NotFoundError

LIST = "backoffice:bulk_edits"
RIGHT = "catalogue.add_bulkedit"
# This many are worked out while one waits; more are left to the worker.
AT_ONCE = 60
PER_PAGE = 100
_TONES = {"applied": "good", "undone": "", "planned": "wait", "planning": "wait", "applying": "wait", "undoing": "wait"}


class BulkEditList(Listing):
    right = "catalogue.view_bulkedit"
    url_name = "bulk_edits"
    model = BulkEdit
    page_title = _("Bulk edits")
    header_icon = "tasks"
    default_ordering = "-created_at"
    is_searchable = False
    empty_message = _("No bulk edits yet. Choose products in the list, then “Change”.")

    def get_base_queryset(self) -> QuerySet:
        return queries.bulk_edits()

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn(
                "operation", label=_("Change"), accessor=label_of, below=details_of,
                get_url=lambda edit: reverse("backoffice:bulk_edit", args=[edit.pk]),
            ),
            Column("actor_label", label=_("By"), classname="stoa-wide"),
            MomentColumn("created_at", label=_("Made"), sort_key="created_at", classname="stoa-wide"),
            PillColumn("state", label=_("State"), accessor=lambda edit: edit.get_state_display(),
                       tone_of=lambda edit: _TONES.get(edit.state, "")),
        ]  # fmt: skip


class NewBulkEdit(Page):
    """Choose what to change, then how. The products come with the address: ``ids``, or ``all`` and the list's filters."""

    right = RIGHT
    template_name = "backoffice/bulk/new.html"
    page_title = _("Change many products")
    header_icon = "tasks"
    parents = ((_("Products"), "wagtailsnippets_catalogue_product:list"),)

    @cached_property
    def product_ids(self) -> list[int]:
        return chosen_products(self.request)

    @cached_property
    def operation(self) -> str:
        wanted = self.request.GET.get("operation", "")
        if wanted and wanted not in KINDS:
            raise Http404
        if wanted and not self.may(KINDS[wanted].right):
            raise PermissionDenied
        return wanted

    def get_page_title(self) -> Any:
        return KINDS[self.operation].label if self.operation else self.page_title

    def query(self, **changes: str) -> str:
        query: QueryDict = self.request.GET.copy()
        for name, value in changes.items():
            query[name] = value
        return query.urlencode()

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        groups = [
            (label, [(kind.label, self.query(operation=code)) for code, kind in kinds.items() if self.may(kind.right)])
            for label, kinds in GROUPS
        ]
        form = kwargs.get("form") or (KINDS[self.operation].form() if self.operation else None)
        back = self.request.GET.copy()
        back.pop("operation", None)
        return {
            **super().get_context_data(**kwargs),
            "count": len(self.product_ids),
            "groups": [(label, kinds) for label, kinds in groups if kinds],
            "operation": self.operation,
            "form": form,
            "back": back.urlencode(),
        }

    def post(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not self.operation:
            raise Http404
        form: BulkForm = KINDS[self.operation].form(request.POST)
        if form.is_valid():
            try:
                edit = actions.begin_bulk_edit(
                    self.operation, form.options(), self.product_ids, actor=actor_of(request)
                )
            except DomainError as refusal:
                add_refusal(form, refusal)
            else:
                _some_at_once(edit)
                return redirect("backoffice:bulk_edit", edit.pk)
        return self.render_to_response(self.get_context_data(form=form), status=422)


class BulkEditScreen(Page):
    right = "catalogue.view_bulkedit"
    template_name = "backoffice/bulk/edit.html"
    header_icon = "tasks"
    parents = ((_("Products"), "wagtailsnippets_catalogue_product:list"), (_("Bulk edits"), LIST))

    @cached_property
    def edit(self) -> BulkEdit:
        return _edit(self.kwargs["edit_id"])

    def get_page_title(self) -> str:
        return label_of(self.edit)

    def get_page_subtitle(self) -> str:
        return details_of(self.edit)

    def get_template_names(self) -> list[str]:
        return ["backoffice/bulk/_edit.html"] if "part" in self.request.GET else [self.template_name]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        edit, progress = self.edit, queries.progress(self.edit)
        states = [(state, label, progress.counts[state]) for state, label in BulkEditRow.State.choices]
        present = [row for row in states if row[2]]
        wanted = self.request.GET.get("state", "")
        chosen = wanted if any(wanted == state for state, *_rest in present) else ""
        rows = edit.rows.filter(state=chosen) if chosen else edit.rows.all()
        page = Paginator(rows.order_by("id"), PER_PAGE).get_page(self.request.GET.get("p", "1")[:9])
        may_write = edit.operation in KINDS and self.may(KINDS[edit.operation].right) and self.may(RIGHT)
        return {
            **super().get_context_data(**kwargs),
            "edit": edit,
            "progress": progress,
            "states": present,
            "chosen": chosen,
            "page": page,
            "rows": queries.shown_rows(edit, page),
            "tone": _TONES.get(edit.state, ""),
            "may_apply": may_write and edit.state == BulkEdit.State.PLANNED and progress.counts["planned"],
            "may_discard": may_write and edit.state in {BulkEdit.State.PLANNED, BulkEdit.State.PLANNING},
            "may_undo": may_write and edit.state == BulkEdit.State.APPLIED and progress.counts["applied"],
        }


@step(RIGHT, "backoffice:bulk_edit")
def apply(request: HttpRequest, edit_id: int) -> str:
    edit = _writable(request, edit_id)
    actions.apply_bulk_edit(edit.pk, actor=actor_of(request))
    _some_at_once(edit)
    return _t("Being applied.") if queries.bulk_edit(edit.pk).state != BulkEdit.State.APPLIED else _t("Applied.")


@step(RIGHT, "backoffice:bulk_edit")
def undo(request: HttpRequest, edit_id: int) -> str:
    edit = _writable(request, edit_id)
    actions.undo_bulk_edit(edit.pk, actor=actor_of(request))
    _some_at_once(edit)
    return _t("Being undone.") if queries.bulk_edit(edit.pk).state != BulkEdit.State.UNDONE else _t("Undone.")


@step(RIGHT, LIST)
def discard(request: HttpRequest, edit_id: int) -> str:
    actions.discard_bulk_edit(_writable(request, edit_id).pk, actor=actor_of(request))
    return _t("Discarded. Nothing was changed.")


def _some_at_once(edit: BulkEdit) -> None:
    """Few products need no worker: one sees the end at once."""
    if len(edit.product_ids) <= AT_ONCE:
        actions.carry_on(edit.pk)


def _edit(edit_id: int) -> BulkEdit:
    try:
        return queries.bulk_edit(edit_id)
    except NotFoundError as error:
        raise Http404 from error


def _writable(request: HttpRequest, edit_id: int) -> BulkEdit:
    edit = _edit(edit_id)
    if edit.operation not in KINDS or not may(request.user, KINDS[edit.operation].right):
        raise PermissionDenied
    return edit
