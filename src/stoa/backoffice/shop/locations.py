"""Where stock lies."""

from __future__ import annotations

from typing import Any

from django import forms
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.admin.widgets.button import HeaderButton

from stoa.backoffice.fields import WholeField
from stoa.backoffice.screen import FormPage, Page
from stoa.catalogue.markets.queries import all_markets
from stoa.inventory.models import Location
from stoa.inventory.stock import places

RIGHT = "inventory.change_location"
LIST = "backoffice:locations"


class Locations(Page):
    right = RIGHT
    template_name = "backoffice/shop/locations.html"
    page_title = _("Locations")
    header_icon = "site"

    @cached_property
    def header_buttons(self) -> list[HeaderButton]:
        return [HeaderButton(_("Add a location"), url=reverse("backoffice:location_new"), icon_name="plus")]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(**kwargs),
            "locations": Location.objects.prefetch_related("markets").order_by("priority", "id"),
        }


class LocationForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=120)
    address = forms.CharField(
        label=_("Address"), required=False, max_length=1000, widget=forms.Textarea(attrs={"rows": 3})
    )
    priority = WholeField(label=_("Priority"), initial=0, help_text=_("A lower number is taken from first."))
    is_pickup_point = forms.BooleanField(label=_("Customers may collect here"), required=False)
    markets = forms.MultipleChoiceField(label=_("Sells for"), required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["markets"].choices = [(str(market.pk), market.shop_name) for market in all_markets()]  # type: ignore[attr-defined]


class NewLocation(FormPage):
    right = RIGHT
    form_class = LocationForm
    page_title = _("New location")
    header_icon = "site"
    parents = ((_("Locations"), LIST),)
    success_url_name = LIST

    def get_initial(self) -> dict[str, Any]:
        return {"priority": 0, "markets": [str(market.pk) for market in all_markets()]}

    def perform(self, values: dict[str, Any]) -> Location:
        code = slugify(values["name"])[:40] or "location"
        return places.create_location(code, **_facts(values), actor=self.actor)


class EditLocation(NewLocation):
    @cached_property
    def location(self) -> Location:
        return get_object_or_404(Location, pk=self.kwargs["location_id"])

    def get_page_title(self) -> str:
        return self.location.name

    def get_initial(self) -> dict[str, Any]:
        names = ("name", "address", "priority", "is_pickup_point", "is_active")
        markets = [str(pk) for pk in self.location.markets.values_list("pk", flat=True)]
        return {**{name: getattr(self.location, name) for name in names}, "markets": markets}

    def get_form(self, form_class: Any = None) -> Any:
        form = super().get_form(form_class)
        form.fields["is_active"] = forms.BooleanField(label=_("In use"), required=False)
        return form

    def perform(self, values: dict[str, Any]) -> Location:
        return places.update_location(
            self.location.pk, **_facts(values), is_active=values["is_active"], actor=self.actor
        )


def _facts(values: dict[str, Any]) -> dict[str, Any]:
    names = ("name", "address", "priority", "is_pickup_point")
    return {**{name: values[name] for name in names}, "market_ids": [int(pk) for pk in values["markets"]]}
