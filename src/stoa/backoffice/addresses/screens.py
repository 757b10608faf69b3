"""Addresses that lead nowhere, and many redirects at once."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext
from wagtail.admin import messages
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import HeaderButton

from stoa.backoffice.columns import NUMBER, WIDE, MomentColumn, StepColumn, TwoLineColumn
from stoa.backoffice.guard import actor_of, step
from stoa.backoffice.listing import Listing
from stoa.backoffice.screen import FormPage
from stoa.catalogue.markets.queries import default_market
from stoa.marketing.addresses import actions, queries, reading
from stoa.marketing.models import MissingAddress

SEE = "marketing.view_missingaddress"
CHANGE = "marketing.change_missingaddress"
LIST = "backoffice:missing"

OUTCOMES = {"new": _("new"), "changed": _("changed"), "same": _("as it is"), "error": _("left out")}
PROBLEMS = {
    "source": _("The old address is no path of the shop."),
    "target": _("The new address is neither a path nor a web address."),
    "itself": _("It leads to itself."),
    "twice": _("The same old address stands in the file with another new one."),
    "circle": _("It would lead in a circle."),
    "page": _("There is a page at the old address: nobody would be led away."),
}
SHOWN = 200


class MissingList(Listing):
    model = MissingAddress
    right = SEE
    url_name = "missing"
    page_title = _("Missing addresses")
    header_icon = "link"
    search_placeholder = _("Address")
    default_ordering = "-hits"
    empty_message = _("Nobody has asked for an address that is not there. Those that are asked for appear here.")

    def get_base_queryset(self) -> QuerySet:
        return queries.missing_addresses(default_market().pk)

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(path__icontains=text)

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        if not self.may(CHANGE):
            return []
        return [
            HeaderButton(_("Read redirects from a file"), url=reverse("backoffice:redirect_import"), icon_name="upload")
        ]

    @cached_property
    def columns(self) -> list[Column]:
        columns = [
            TwoLineColumn(
                "path", label=_("Address"), below=_linked,
                get_url=lambda row: reverse("backoffice:missing_redirect", args=[row.pk]) if self.may(CHANGE) else None,
            ),
            Column("hits", label=_("Asked for"), sort_key="hits", classname=NUMBER),
            MomentColumn("last_at", label=_("Last"), sort_key="last_at", classname=WIDE),
        ]  # fmt: skip
        if self.may(CHANGE):
            columns.append(
                StepColumn(
                    "ignore",
                    button=_("Ignore"),
                    accessor=lambda row: reverse("backoffice:missing_ignore", args=[row.pk]),
                )
            )
        return columns


def _linked(row: MissingAddress) -> str:
    return _t("linked from %(path)s") % {"path": row.linked_from} if row.linked_from else ""


@step(CHANGE, to=LIST)
def ignore(request: HttpRequest, address_id: int) -> str:
    return _t("%(path)s is not listed any more.") % {
        "path": actions.ignore_missing(address_id, actor=actor_of(request))
    }


class RedirectForm(forms.Form):
    target = forms.CharField(
        label=_("Leads to"), max_length=255, widget=forms.TextInput(attrs={"placeholder": "/c/mugs/"}),
        help_text=_("A page of the shop, such as /c/mugs/, or a web address."),
    )  # fmt: skip


class NewRedirect(FormPage):
    right = CHANGE
    form_class = RedirectForm
    header_icon = "redirect"
    parents = ((_("Missing addresses"), LIST),)
    success_url_name = LIST
    success_message = _("Whoever asks for it is led there now.")

    @cached_property
    def found(self) -> MissingAddress:
        row = MissingAddress.objects.filter(pk=self.kwargs["address_id"]).first()
        if row is None:
            raise Http404
        return row

    def get_page_title(self) -> str:
        return self.found.path

    def perform(self, values: dict[str, Any]) -> Any:
        return actions.save_redirect(self.found.path, values["target"], actor=self.actor)


class FileForm(forms.Form):
    file = forms.FileField(
        label=_("File"), required=False,
        help_text=_("CSV with two columns: the old address and the new one. Whole addresses and paths both work."),
    )  # fmt: skip
    # What was read, handed on from the look to the writing.
    rows = forms.CharField(required=False, widget=forms.HiddenInput, max_length=2_000_000)


class ImportRedirects(FormPage):
    """First what it would change, then the change: nothing is written by looking."""

    right = CHANGE
    form_class = FileForm
    page_title = _("Read redirects from a file")
    header_icon = "redirect"
    template_name = "backoffice/addresses/import.html"
    parents = ((_("Missing addresses"), LIST),)
    success_url_name = LIST
    submit_label = _("Look first")

    def form_valid(self, form: forms.BaseForm) -> HttpResponse:
        upload = form.cleaned_data["file"]
        try:
            data = upload.read(reading.MOST_BYTES + 1) if upload else form.cleaned_data["rows"].encode()
            rows = list(reading.read(data))
        except reading.RedirectFileError as refusal:
            form.add_error("file", refusal.message)
            return self.form_invalid(form)
        if "write" in self.request.POST and not upload:
            planned = actions.import_redirects(rows, actor=self.actor)
            count = sum(each.outcome in ("new", "changed") for each in planned)
            messages.success(
                self.request, ngettext("%(n)d redirect written.", "%(n)d redirects written.", count) % {"n": count}
            )
            return HttpResponse(status=302, headers={"Location": self.get_success_url()})
        planned = queries.plan_import(rows)
        shown = sorted(planned, key=lambda each: (each.outcome != "error", each.line))[:SHOWN]
        counts = {name: sum(each.outcome == name for each in planned) for name in OUTCOMES}
        context = self.get_context_data(
            form=FileForm(initial={"rows": data.decode("utf-8-sig", "replace")}), is_planned=True, total=len(planned),
            shown=[(each, OUTCOMES[each.outcome], PROBLEMS.get(each.problem, "")) for each in shown],
            counts=[(OUTCOMES[name], count) for name, count in counts.items() if count],
            can_write=bool(counts["new"] or counts["changed"]),
        )  # fmt: skip
        return self.render_to_response(context)
