from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from stoa.inventory.models import Location, StockLevel, StockMove

STATES = [
    ("low_or_out", _("low or sold out")),
    ("sold_out", _("sold out")),
    ("low", _("low")),
    ("owed", _("owed to buyers")),
    ("backorder", _("sold for a later date")),
]


def _near() -> Exists:
    """A level at or below the threshold of one of the markets that it serves."""
    return Exists(
        StockLevel.objects.filter(pk=OuterRef("pk"), location__markets__low_stock_threshold__gte=OuterRef("available"))
    )


class LevelFilters(WagtailFilterSet):
    state = django_filters.ChoiceFilter(
        label=_("State"), choices=STATES, method="by_state", widget=forms.RadioSelect, empty_label=_("All")
    )
    location = django_filters.ModelMultipleChoiceFilter(
        label=_("Location"), queryset=Location.objects.all(), widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = StockLevel
        fields: list[str] = []

    def by_state(self, levels: QuerySet, name: str, value: Any) -> QuerySet:
        match value:
            case "low_or_out":
                return levels.filter(_near())
            case "sold_out":
                return levels.filter(available__lte=0)
            case "low":
                return levels.filter(_near(), available__gt=0)
            case "owed":
                return levels.filter(available__lt=0)
            case _:
                return levels.filter(policy=StockLevel.Policy.BACKORDER)


class MoveFilters(WagtailFilterSet):
    reason = django_filters.MultipleChoiceFilter(
        label=_("Reason"), choices=StockMove.Reason.choices, widget=forms.CheckboxSelectMultiple
    )
    location = django_filters.ModelMultipleChoiceFilter(
        label=_("Location"), queryset=Location.objects.all(), widget=forms.CheckboxSelectMultiple
    )
    at = django_filters.DateFromToRangeFilter(label=_("When"), widget=DateRangePickerWidget)

    class Meta:
        model = StockMove
        fields: list[str] = []
