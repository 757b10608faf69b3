"""Delivery zones and the methods in them."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import HeaderButton

from stoa.backoffice.fields import AmountField, WholeField
from stoa.backoffice.guard import actor_of, step
from stoa.backoffice.screen import FormPage, Page
from stoa.backoffice.shop.countries import country_choices
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.models import TaxClass
from stoa.inventory.models import Location
from stoa.operations.models import DeliveryMethod, DeliveryZone
from stoa.operations.shipping import actions as shipping
from stoa.operations.shipping.actions import MethodData

RIGHT = "operations.change_deliveryzone"
LIST = "backoffice:zones"


class Zones(Page):
    right = RIGHT
    template_name = "backoffice/shop/zones.html"
    page_title = _("Delivery")
    header_icon = "globe"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Add a zone"), url=reverse("backoffice:zone_new"), icon_name="plus")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        market = default_market()
        zones = list(DeliveryZone.objects.filter(market_id=market.pk).prefetch_related("methods").order_by("id"))
        served = {country for zone in zones for country in zone.countries}
        return {
            **super().get_context_data(**kwargs),
            "zones": zones,
            "market": market,
            "unserved": [country for country in market.countries if country not in served],
        }


class ZoneForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    countries = forms.MultipleChoiceField(label=_("Countries"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, in_use: list[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["countries"].choices = country_choices(in_use)  # type: ignore[attr-defined]


class NewZone(FormPage):
    right = RIGHT
    form_class = ZoneForm
    template_name = "backoffice/shop/zone_form.html"
    page_title = _("New zone")
    header_icon = "globe"
    parents = ((_("Delivery"), LIST),)
    success_url_name = LIST

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "in_use": default_market().countries}

    def perform(self, values: dict[str, Any]) -> DeliveryZone:
        return shipping.create_zone(default_market().pk, values["name"], values["countries"], actor=self.actor)


class EditZone(NewZone):
    @cached_property
    def zone(self) -> DeliveryZone:
        return get_object_or_404(DeliveryZone, pk=self.kwargs["zone_id"])

    def get_page_title(self) -> str:
        return self.zone.name

    def get_initial(self) -> dict[str, Any]:
        return {"name": self.zone.name, "countries": self.zone.countries}

    def perform(self, values: dict[str, Any]) -> DeliveryZone:
        return shipping.update_zone(self.zone.pk, values["name"], values["countries"], actor=self.actor)


@step(RIGHT, LIST)
def remove_zone(request: HttpRequest, zone_id: int) -> str:
    shipping.remove_zone(zone_id, actor=actor_of(request))
    return _t("Removed. Its countries are no longer delivered to.")


class MethodForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    description = forms.CharField(label=_("Description"), max_length=200, required=False)
    kind = forms.ChoiceField(
        label=_("Kind"), choices=DeliveryMethod.Kind.choices, widget=forms.RadioSelect, initial="flat"
    )
    location = forms.ModelChoiceField(
        label=_("Where to collect"),
        queryset=Location.objects.filter(is_active=True),
        required=False,
        empty_label=_("not for collection"),
    )
    price_minor = AmountField(label=_("Price"))
    free_from_minor = AmountField(
        label=_("Free from"), required=False, help_text=_("Goods worth this much travel for nothing. Blank: never.")
    )
    min_days = WholeField(label=_("Working days, at least"), initial=2)
    max_days = WholeField(label=_("Working days, at most"), initial=4)
    tax_class = forms.ModelChoiceField(
        label=_("Tax class"), queryset=TaxClass.objects.all(), empty_label=None, initial="standard"
    )
    position = WholeField(label=_("Place in the list"), initial=0)
    code = forms.SlugField(label=_("Code"), max_length=40, required=False, help_text=_("Blank: made of the name."))
    is_active = forms.BooleanField(label=_("Offered"), required=False, initial=True)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("price_minor", "free_from_minor"):
            self.fields[name].currency = default_market().currency  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or {}
        if values.get("kind") == DeliveryMethod.Kind.PICKUP and not values.get("location"):
            self.add_error("location", _("Say where."))
        if values.get("kind") == DeliveryMethod.Kind.FLAT:
            values["location"] = None
        least, most = values.get("min_days"), values.get("max_days")
        if least is not None and most is not None and least > most:
            self.add_error("max_days", _("At least as many as the other."))
        return values


class NewMethod(FormPage):
    right = RIGHT
    form_class = MethodForm
    page_title = _("New delivery method")
    header_icon = "globe"
    parents = ((_("Delivery"), LIST),)
    success_url_name = LIST

    @staticmethod
    def data_of(values: dict[str, Any]) -> MethodData:
        location, tax_class = values.pop("location"), values.pop("tax_class")
        code = values.pop("code") or slugify(values["name"])[:40] or "delivery"
        return MethodData(code=code, tax_class_id=tax_class.pk, location_id=location.pk if location else None, **values)

    def perform(self, values: dict[str, Any]) -> DeliveryMethod:
        zone = get_object_or_404(DeliveryZone, pk=self.kwargs["zone_id"])
        return shipping.create_method(zone.pk, self.data_of({**values}), actor=self.actor)


class EditMethod(NewMethod):
    @cached_property
    def method(self) -> DeliveryMethod:
        return get_object_or_404(DeliveryMethod, pk=self.kwargs["method_id"])

    def get_page_title(self) -> str:
        return self.method.name

    def get_initial(self) -> dict[str, Any]:
        return {name: getattr(self.method, name) for name in MethodForm.base_fields}

    def perform(self, values: dict[str, Any]) -> DeliveryMethod:
        return shipping.update_method(self.method.pk, self.data_of({**values}), actor=self.actor)


@step(RIGHT, LIST)
def remove_method(request: HttpRequest, method_id: int) -> str:
    shipping.remove_method(method_id, actor=actor_of(request))
    return _t("Removed. Orders that chose it keep their copy.")
