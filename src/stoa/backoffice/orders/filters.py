from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import DateRangePickerWidget, WagtailFilterSet

from stoa.backoffice.orders import selections
from stoa.backoffice.templatetags.backoffice import country_name
from stoa.catalogue.markets.queries import default_market
from stoa.operations.marks.queries import tagged, tags_in_use
from stoa.operations.models import Order


def _countries() -> list[tuple[str, str]]:
    return sorted(((code, country_name(code)) for code in default_market().countries), key=lambda pair: pair[1])


def _tags() -> list[tuple[str, str]]:
    return [(name, name) for name in tags_in_use()]


class OrderFilters(WagtailFilterSet):
    todo = django_filters.ChoiceFilter(
        label=_("Waiting"),
        choices=list(selections.TODO.items()),
        method="by_todo",
        widget=forms.RadioSelect,
        empty_label=_("All"),
    )
    status = django_filters.MultipleChoiceFilter(
        label=_("Status"), choices=Order.Status.choices, widget=forms.CheckboxSelectMultiple
    )
    payment_status = django_filters.MultipleChoiceFilter(
        label=_("Payment"), choices=Order.PaymentStatus.choices, widget=forms.CheckboxSelectMultiple
    )
    placed_at = django_filters.DateFromToRangeFilter(label=_("Placed"), widget=DateRangePickerWidget)
    country = django_filters.MultipleChoiceFilter(
        label=_("Country"), choices=_countries, widget=forms.CheckboxSelectMultiple
    )

    tag = django_filters.MultipleChoiceFilter(
        label=_("Tag"), choices=_tags, method="by_tag", widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Order
        fields: list[str] = []

    def by_todo(self, orders: QuerySet, name: str, value: Any) -> QuerySet:
        return orders.filter(pk__in=selections.todo(value).values("pk"))

    def by_tag(self, orders: QuerySet, name: str, value: Any) -> QuerySet:
        return orders.filter(pk__in=tagged(value).values("order_id")) if value else orders
