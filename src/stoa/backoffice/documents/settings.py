"""How documents are made: series, language, paper, when they are issued, and what the seller has yet to say."""

from __future__ import annotations

from typing import Any

from babel import Locale
from django import forms
from django.db import transaction
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from stoa.backoffice.fields import WholeField
from stoa.backoffice.screen import FormPage
from stoa.catalogue.markets.queries import default_market
from stoa.operations.documents import actions, queries
from stoa.operations.models import DocumentSettings

RIGHT = "operations.change_documentsettings"


def _languages() -> list[tuple[str, Any]]:
    names = [(code, (Locale.parse(code).get_display_name() or code).capitalize()) for code in queries.languages()]
    return [("", _("that of the order")), *names]


class SettingsForm(forms.Form):
    issue_when = forms.ChoiceField(
        label=_("Invoices are issued"), choices=DocumentSettings.IssueWhen.choices, widget=forms.RadioSelect,
        help_text=_("Credit notes follow by themselves as soon as an order has an invoice."),
    )  # fmt: skip
    sends_mail = forms.BooleanField(label=_("Mail the buyer a link"), required=False)
    invoice_pattern = forms.CharField(
        label=_("Numbers of invoices"), max_length=40, help_text=_("{number:05} is the number with five digits.")
    )
    next_invoice = WholeField(label=_("Next number"), help_text=_("Once the series has begun, it only counts on."))
    credit_pattern = forms.CharField(label=_("Numbers of credit notes"), max_length=40)
    next_credit_note = WholeField(label=_("Next number"))
    restarts_yearly = forms.BooleanField(label=_("Numbers begin again each year"), required=False)
    language = forms.ChoiceField(label=_("Language"), choices=_languages, required=False)
    paper = forms.ChoiceField(label=_("Paper"), choices=DocumentSettings.Paper.choices)
    footer = forms.CharField(
        label=_("Text at the end"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    tax_number = forms.CharField(
        label=_("Tax number"), max_length=40, required=False, help_text=_("Where the seller has no VAT id, or as well.")
    )
    is_small_business = forms.BooleanField(label=_("Small business without VAT"), required=False)
    has_xml = forms.BooleanField(label=_("Electronic invoice inside the PDF"), required=False)
    due_days = WholeField(label=_("Days to pay"))

    def clean_due_days(self) -> int:
        days: int | None = self.cleaned_data["due_days"]
        if days is None or not 0 <= days <= 365:
            raise forms.ValidationError(_("Between 0 and 365."))
        return days


# A number that is asked for by its field, and the kind of document that it counts.
NEXT = {"next_invoice": "invoice", "next_credit_note": "credit_note"}


class Settings(FormPage):
    right = RIGHT
    form_class = SettingsForm
    template_name = "backoffice/documents/settings.html"
    page_title = _("Invoices")
    header_icon = "doc-full"
    success_url_name = "backoffice:document_settings"

    @cached_property
    def own(self) -> DocumentSettings:
        return queries.settings_of(default_market())

    @cached_property
    def next(self) -> dict[str, queries.NextNumber]:
        return queries.next_numbers(default_market())

    def get_initial(self) -> dict[str, Any]:
        values = {name: getattr(self.own, name) for name in SettingsForm.base_fields if name not in NEXT}
        return {**values, **{name: self.next[kind].position for name, kind in NEXT.items()}}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        for name, kind in NEXT.items():
            # What a series has reached is shown; only one without documents can be told where to begin.
            form.fields[name].disabled = self.next[kind].has_begun
        return form

    @transaction.atomic
    def perform(self, values: dict[str, Any]) -> None:
        market = default_market()
        wanted = {kind: values.pop(name) for name, kind in NEXT.items()}
        actions.configure(market.pk, actor=self.actor, **values)
        for kind, now in queries.next_numbers(market).items():
            is_asked = not self.next[kind].has_begun and wanted[kind] is not None
            if is_asked and wanted[kind] != now.position:
                actions.begin_at(market.pk, kind, wanted[kind], actor=self.actor)

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "missing": queries.missing_facts(self.own),
            "advised": queries.advised_facts(self.own),
            "next": self.next,
            "own_template": queries.own_template(),
        }
