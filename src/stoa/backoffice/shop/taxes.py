"""Tax rates by country, class and day."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import AdminDateInput

from stoa.backoffice.columns import NUMBER, WIDE, PillColumn, StepColumn, TwoLineColumn
from stoa.backoffice.guard import actor_of, step
from stoa.backoffice.listing import Listing
from stoa.backoffice.screen import FormPage
from stoa.backoffice.shop.countries import country_choices
from stoa.backoffice.templatetags.backoffice import country_name
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.models import TaxClass
from stoa.kernel import clock
from stoa.operations.models import TaxRate, TaxSettings
from stoa.operations.tax import actions as taxes
from stoa.operations.tax.queries import tax_settings

SEE = ("operations.view_taxrate", "operations.change_taxrate")


class RateFilters(WagtailFilterSet):
    tax_class = django_filters.ModelMultipleChoiceFilter(
        label=_("Class"), queryset=TaxClass.objects.all(), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = TaxRate
        fields: list[str] = []


class RateList(Listing):
    model = TaxRate
    right = SEE
    url_name = "taxes"
    page_title = _("Tax rates")
    header_icon = "decimal"
    search_placeholder = _("Country")
    default_ordering = "country"
    filterset_class = RateFilters
    add_url_name = "backoffice:tax_new"
    add_label = _("Add a rate")
    add_right = "operations.change_taxrate"
    empty_message = _("No rates yet: every order is free of tax.")

    def get_base_queryset(self) -> QuerySet:
        return TaxRate.objects.select_related("tax_class").order_by("country", "tax_class_id", "-valid_from")

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        return queryset

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        named = [code for code, name in country_choices() if text.casefold() in name.casefold()]
        return rows.filter(Q(country__iexact=text) | Q(country__in=named))

    @cached_property
    def columns(self) -> list[Column]:
        today, may_change = clock.today(default_market().timezone), self.may("operations.change_taxrate")
        return [
            TwoLineColumn(
                "country",
                label=_("Country"),
                accessor=lambda r: country_name(r.country),
                below=_class_and_day,
            ),
            Column(
                "percent", label=_("Percent"), accessor=lambda rate: f"{rate.percent.normalize():f} %", classname=NUMBER
            ),
            PillColumn(
                "state",
                label="",
                accessor=lambda rate: _t("to come") if rate.valid_from > today else "",
                tone_of=lambda rate: "wait",
                classname=WIDE,
            ),
            Column("source", label=_("Source"), classname=WIDE),
            StepColumn(
                "remove",
                button=_("Remove"),
                accessor=lambda rate: reverse("backoffice:tax_remove", args=[rate.pk]) if may_change else "",
                confirm=_("Orders that were placed keep their tax."),
            ),
        ]


def _class_and_day(rate: TaxRate) -> str:
    day = date_format(rate.valid_from, "SHORT_DATE_FORMAT")
    return f"{rate.tax_class.name} · {_t('since %(day)s') % {'day': day}}"


class RateForm(forms.Form):
    country = forms.ChoiceField(label=_("Country"), choices=country_choices)
    tax_class = forms.ModelChoiceField(label=_("Class"), queryset=TaxClass.objects.all(), empty_label=None)
    percent = forms.DecimalField(label=_("Percent"), min_value=0, max_value=99, max_digits=6, decimal_places=3)
    valid_from = forms.DateField(label=_("Valid from"), widget=AdminDateInput)
    source = forms.CharField(label=_("Source"), max_length=200, required=False)


class NewRate(FormPage):
    right = "operations.change_taxrate"
    form_class = RateForm
    page_title = _("New tax rate")
    header_icon = "decimal"
    parents = ((_("Tax rates"), "backoffice:taxes"),)
    success_url_name = "backoffice:taxes"

    def perform(self, values: dict[str, Any]) -> TaxRate:
        return taxes.set_rate(
            values["country"],
            values["tax_class"].pk,
            values["percent"],
            values["valid_from"],
            actor=self.actor,
            source=values["source"],
        )


class RulesForm(forms.Form):
    registrations = forms.CharField(
        label=_("Registered in"),
        required=False,
        help_text=_("Besides home, with commas between: GB, CH, NO, CA, CA-BC, US-NY. Elsewhere a sale is an export."),
    )
    is_oss = forms.BooleanField(
        label=_("Registered for the EU one-stop shop"),
        required=False,
        help_text=_("Distance sales in the EU bear the destination's tax. Without it, that of home."),
    )
    home_region = forms.CharField(label=_("Own state or province"), max_length=10, required=False)
    home_postcode = forms.CharField(label=_("Own postal code"), max_length=20, required=False)
    taxes_at_origin = forms.BooleanField(label=_("Own state taxes where goods leave"), required=False)
    export_deducts = forms.BooleanField(label=_("Exports cost less by the tax of home"), required=False)
    asks_vat_id = forms.BooleanField(label=_("Ask businesses for a VAT id"), required=False)
    rounding = forms.ChoiceField(label=_("Rounded is"), choices=TaxSettings.Rounding.choices)
    delivery_tax = forms.ChoiceField(label=_("Delivery is taxed"), choices=TaxSettings.DeliveryTax.choices)

    def clean_registrations(self) -> list[str]:
        return [code.strip().upper() for code in self.cleaned_data["registrations"].split(",") if code.strip()]


class TaxRules(FormPage):
    right = "operations.change_taxrate"
    form_class = RulesForm
    page_title = _("How sales are taxed")
    header_icon = "decimal"
    parents = ((_("Tax rates"), "backoffice:taxes"),)
    success_url_name = "backoffice:taxes"

    def get_initial(self) -> dict[str, Any]:
        row = tax_settings(default_market())
        values = {name: getattr(row, name) for name in taxes.SETTABLE}
        return {**values, "registrations": ", ".join(row.registrations)}

    def perform(self, values: dict[str, Any]) -> TaxSettings:
        return taxes.set_tax_settings(default_market().pk, actor=self.actor, **values)


@step("operations.change_taxrate", "backoffice:taxes")
def remove_rate(request: HttpRequest, rate_id: int) -> str:
    taxes.remove_rate(rate_id, actor=actor_of(request))
    return _t("Removed. The rate before it holds on.")
