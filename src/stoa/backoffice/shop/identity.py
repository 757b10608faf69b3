"""Who the shop is, and where it sells."""

from __future__ import annotations

from typing import Any
from zoneinfo import available_timezones

from django import forms
from django.conf import settings
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext_lazy as _
from wagtail.images.widgets import AdminImageChooser

from stoa.backoffice.fields import WholeField
from stoa.backoffice.screen import FormPage
from stoa.backoffice.shop.countries import country_choices
from stoa.catalogue.markets import actions as markets
from stoa.catalogue.markets import hours
from stoa.catalogue.models import Market, Picture


def _picture(label: Any) -> forms.ModelChoiceField:
    return forms.ModelChoiceField(label=label, queryset=Picture.objects.all(), required=False, widget=AdminImageChooser)


class HoursField(forms.CharField):
    """ "9-12:30, 14-18": cleans to spans of the day; blank is a day on which nobody answers."""

    def to_python(self, value: Any) -> list[tuple[str, str]]:  # type: ignore[override]
        try:
            return hours.spans_of(super().to_python(value) or "")
        except ValueError as error:
            raise forms.ValidationError(_("Write times such as 9:00-12:30, 14:00-18:00.")) from error


def _hours(label: Any) -> HoursField:
    widget = forms.TextInput(attrs={"placeholder": "9:00-17:00", "autocomplete": "off"})
    return HoursField(label=label, required=False, max_length=80, widget=widget)


class IdentityForm(forms.Form):
    shop_name = forms.CharField(label=_("Shop name"), max_length=120)
    tagline = forms.CharField(label=_("Tagline"), max_length=200, required=False)
    legal_name = forms.CharField(label=_("Legal name"), max_length=200, required=False)
    address = forms.CharField(
        label=_("Address"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    vat_id = forms.CharField(label=_("VAT id"), max_length=40, required=False)
    email = forms.EmailField(label=_("E-mail"), max_length=254, help_text=_("Mails to customers come from here."))
    phone = forms.CharField(label=_("Phone"), max_length=40, required=False)
    monday = _hours(WEEKDAYS[0])
    tuesday = _hours(WEEKDAYS[1])
    wednesday = _hours(WEEKDAYS[2])
    thursday = _hours(WEEKDAYS[3])
    friday = _hours(WEEKDAYS[4])
    saturday = _hours(WEEKDAYS[5])
    sunday = _hours(WEEKDAYS[6])
    logo = _picture(_("Logo"))
    hero = _picture(_("Picture of the home page"))
    hero_title = forms.CharField(label=_("Headline of the home page"), max_length=120, required=False)
    hero_text = forms.CharField(label=_("Text of the home page"), max_length=300, required=False)
    returns_line = forms.CharField(label=_("Returns line on product pages"), max_length=200, required=False)
    language = forms.ChoiceField(label=_("Language"), choices=settings.LANGUAGES)
    timezone = forms.ChoiceField(
        label=_("Time zone"), choices=[(name, name) for name in sorted(available_timezones()) if "/" in name]
    )
    default_country = forms.ChoiceField(label=_("Home country"))
    countries = forms.MultipleChoiceField(
        label=_("Countries that the shop delivers to"), widget=forms.CheckboxSelectMultiple
    )
    prices_include_tax = forms.BooleanField(label=_("Prices include tax"), required=False)
    low_stock_threshold = WholeField(
        label=_("Stock is low from"), help_text=_("So many units and fewer stand under Today.")
    )
    download_days = WholeField(
        label=_("Files can be downloaded for so many days"),
        required=False,
        help_text=_("From the payment on. 0: for ever."),
    )
    download_limit = WholeField(
        label=_("Each file can be downloaded so often"), required=False, help_text=_("0: as often as one likes.")
    )

    def __init__(self, *args: Any, in_use: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = country_choices(in_use)
        self.fields["countries"].choices = choices  # type: ignore[attr-defined]
        self.fields["default_country"].choices = choices  # type: ignore[attr-defined]


class Identity(FormPage):
    right = "catalogue.change_market"
    form_class = IdentityForm
    page_title = _("Shop")
    header_icon = "home"
    success_url_name = "backoffice:identity"
    template_name = "backoffice/shop/identity.html"

    @property
    def market(self) -> Market:
        return Market.objects.get(is_default=True)

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "in_use": self.market.countries}

    def get_initial(self) -> dict[str, Any]:
        market = self.market
        names = [name for name in IdentityForm.base_fields if name not in hours.DAYS]
        week = {name: hours.text_of(market.support_hours, day) for day, name in enumerate(hours.DAYS)}
        return {**{name: getattr(market, name) for name in names}, **week}

    def perform(self, values: dict[str, Any]) -> Market:
        # The order of the countries is that of the checkout's list: those that were there first stay where they were.
        before = [code for code in self.market.countries if code in values["countries"]]
        # Blank leaves these two as they are.
        values = {
            name: value for name, value in values.items() if value is not None or not name.startswith("download_")
        }
        week = [values.pop(name) for name in hours.DAYS]
        values["support_hours"] = [[day, *span] for day, spans in enumerate(week) for span in spans]
        values["countries"] = before + [code for code in values["countries"] if code not in before]
        return markets.update_market(self.market.pk, actor=self.actor, **values)
