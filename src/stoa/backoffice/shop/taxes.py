"""Tax rates by country, class and day."""

from __future__ import annotations

from pathlib import Path, PurePath
from tempfile import TemporaryDirectory
from typing import Any

import django_filters
from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets import AdminDateInput
from wagtail.admin.widgets.button import Button

from stoa.backoffice.columns import NUMBER, WIDE, PillColumn, StepColumn, TwoLineColumn
from stoa.backoffice.guard import actor_of, step
from stoa.backoffice.listing import Listing
from stoa.backoffice.screen import FormPage
from stoa.backoffice.shop.countries import country_choices
from stoa.backoffice.templatetags.backoffice import country_name
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.models import TaxClass
from stoa.exchange.files.actions import RowOutcome
from stoa.exchange.taxes.actions import import_tax_rates
from stoa.kernel import clock
from stoa.operations.models import TaxRate, TaxSettings
from stoa.operations.tax import actions as taxes
from stoa.operations.tax.queries import tax_settings
from stoa.operations.tax.regions import region_code, region_name

# Bytes. A row for every postal code of the United States is a tenth of it.
LARGEST = 20_000_000
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
    search_placeholder = _("Country, state or postal code")
    default_ordering = "country"
    filterset_class = RateFilters
    add_url_name = "backoffice:tax_new"
    add_label = _("Add a rate")
    add_right = "operations.change_taxrate"
    empty_message = _("No rates yet: every order is free of tax.")

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        more = [(_("How sales are taxed"), "tax_settings", "cog"), (_("Bring in a table"), "tax_import", "upload")]
        buttons = [Button(label, url=reverse(f"backoffice:{name}"), icon_name=icon) for label, name, icon in more]
        return buttons if self.may("operations.change_taxrate") else []

    def get_base_queryset(self) -> QuerySet:
        order = ("country", "region", "postcode", "label", "tax_class_id", "-valid_from")
        return TaxRate.objects.select_related("tax_class").order_by(*order)

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        return queryset

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        named = [code for code, name in country_choices() if text.casefold() in name.casefold()]
        is_there = Q(country__iexact=text) | Q(country__in=named) | Q(postcode__icontains=text) | Q(label__iexact=text)
        for country in ("US", "CA"):
            if code := region_code(country, text):
                is_there |= Q(country=country, region=code)
        return rows.filter(is_there)

    @cached_property
    def columns(self) -> list[Column]:
        today, may_change = clock.today(default_market().timezone), self.may("operations.change_taxrate")
        return [
            TwoLineColumn(
                "country",
                label=_("Country"),
                accessor=_where,
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


def _where(rate: TaxRate) -> str:
    """ "Canada, British Columbia, V5K"."""
    area = region_name(rate.country, rate.region) if rate.region else ""
    return ", ".join(part for part in (country_name(rate.country), area, rate.postcode[:30]) if part)


def _class_and_day(rate: TaxRate) -> str:
    day = date_format(rate.valid_from, "SHORT_DATE_FORMAT")
    return " · ".join(part for part in (rate.label, rate.tax_class.name, _t("since %(day)s") % {"day": day}) if part)


class RateForm(forms.Form):
    country = forms.ChoiceField(label=_("Country"), choices=country_choices)
    tax_class = forms.ModelChoiceField(label=_("Class"), queryset=TaxClass.objects.all(), empty_label=None)
    region = forms.CharField(
        label=_("State or province"),
        max_length=60,
        required=False,
        help_text=_("Blank where the rate holds in all of the country."),
    )
    postcode = forms.CharField(
        label=_("Postal codes"),
        max_length=200,
        required=False,
        help_text=_("One, the beginning of some (10*), from one to another (1000...1999); several with ; between."),
    )
    label = forms.CharField(
        label=_("Name of the tax"),
        max_length=40,
        required=False,
        help_text=_("Where more than one tax is charged: GST, QST. Rates with one name replace each other."),
    )
    is_regional = forms.BooleanField(
        label=_("Levied by the state or province"),
        required=False,
        help_text=_("Then it is charged only where the shop is registered there."),
    )
    percent = forms.DecimalField(label=_("Percent"), min_value=0, max_value=99, max_digits=6, decimal_places=3)
    valid_from = forms.DateField(label=_("Valid from"), widget=AdminDateInput)
    source = forms.CharField(label=_("Source"), max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        typed = values.get("region", "")
        values["region"] = region_code(values.get("country", ""), typed)
        if typed and not values["region"]:
            self.add_error("region", _t("This is no state or province of that country."))
        if values.get("is_regional") and not typed:
            self.add_error("region", _t("Say which one levies it."))
        return values


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
            level=TaxRate.Level.REGION if values["is_regional"] else TaxRate.Level.COUNTRY,
            **{name: values[name] for name in ("source", "region", "postcode", "label")},
        )


class UploadForm(forms.Form):
    file = forms.FileField(
        label=_("File"),
        help_text=_(
            "CSV or XLSX with columns country, class and percent; a WooCommerce export; or a table by ZIP code."
        ),
    )
    valid_from = forms.DateField(
        label=_("Valid from"), widget=AdminDateInput, help_text=_("Holds where the file says no day of its own.")
    )

    def clean_file(self) -> UploadedFile:
        file: UploadedFile = self.cleaned_data["file"]
        if (file.size or 0) > LARGEST:
            raise forms.ValidationError(_t("The file is larger than 20 MB."))
        return file


class Upload(FormPage):
    """A table of rates, brought in whole. What cannot be is said by row, and the rest holds."""

    right = "operations.change_taxrate"
    form_class = UploadForm
    page_title = _("Bring in tax rates")
    header_icon = "upload"
    submit_label = _("Bring in")
    parents = ((_("Tax rates"), "backoffice:taxes"),)
    success_url_name = "backoffice:taxes"

    def get_initial(self) -> dict[str, Any]:
        return {"valid_from": clock.today(default_market().timezone)}

    def perform(self, values: dict[str, Any]) -> None:
        told: list[RowOutcome] = []
        with TemporaryDirectory() as folder:
            path = Path(folder) / PurePath(values["file"].name).name
            path.write_bytes(values["file"].read())
            account = import_tax_rates(path, actor=self.actor, valid_from=values["valid_from"], witness=told.extend)
        counts = account.counts
        self.success_message = _t("%(new)d new, %(changed)d changed, %(same)d as they were.") % {
            "new": counts["imported"], "changed": counts.get("updated", 0), "same": counts.get("unchanged", 0),
        }  # fmt: skip
        refused = [one for one in told if one.reason]
        if refused:
            rows = "; ".join(
                _t("row %(row)d: %(reason)s") % {"row": one.row, "reason": one.reason} for one in refused[:5]
            )
            messages.warning(self.request, _t("%(count)d left out. %(rows)s") % {"count": len(refused), "rows": rows})


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
    home_region = forms.CharField(
        label=_("Own state or province"),
        max_length=10,
        required=False,
        help_text=_("For shops in the US and Canada: NY, ON."),
    )
    home_postcode = forms.CharField(
        label=_("Own postal code"),
        max_length=20,
        required=False,
        help_text=_("From which goods leave, where the state taxes by that."),
    )
    taxes_at_origin = forms.BooleanField(
        label=_("Own state taxes where goods leave"),
        required=False,
        help_text=_("In the US, some states tax sales within the state at the seller's rate instead of the buyer's."),
    )
    export_deducts = forms.BooleanField(
        label=_("Exports cost less by the tax of home"),
        required=False,
        help_text=_("Where prices include tax: a buyer abroad pays the price without it. Otherwise all pay the same."),
    )
    asks_vat_id = forms.BooleanField(
        label=_("Ask businesses for a VAT id"),
        required=False,
        help_text=_(
            "A field at the checkout. An id that the EU's register confirms makes a sale to another member free of tax."
        ),
    )
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
