from __future__ import annotations

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet

from stoa.catalogue.markets.queries import all_markets, default_market
from stoa.kernel import clock
from stoa.operations.models import Document


def zone() -> ZoneInfo:
    return ZoneInfo(default_market().timezone)


def this_month() -> str:
    return f"{clock.now().astimezone(zone()):%Y-%m}"


def month_span(month: str) -> tuple[datetime, datetime]:
    """From the first moment of "2026-11", in the time of the shop, to that of the next. Raises ValueError."""
    first = datetime.strptime(month, "%Y-%m").replace(tzinfo=zone())
    if not 1990 <= first.year < 3000:
        raise ValueError(month)
    following = (
        first.replace(year=first.year + 1, month=1) if first.month == 12 else first.replace(month=first.month + 1)
    )
    return first, following


def months() -> list[tuple[str, str]]:
    """("2026-11", "November 2026") of those in which anything was issued, the newest first."""
    found: Any = Document.objects.datetimes("issued_at", "month", order="DESC", tzinfo=zone())
    return [(f"{at:%Y-%m}", date_format(date(at.year, at.month, 1), "YEAR_MONTH_FORMAT")) for at in found]


def all_series() -> list[tuple[str, str]]:
    """The name of each series, and how its numbers look: "INV-2026-00001 …"."""
    markets = {str(market.pk): market.shop_name for market in all_markets()}
    found = []
    for name in Document.objects.order_by("series").values_list("series", flat=True).distinct():
        _word, market, kind, year = name.split(":")
        label = Document.Kind(kind).label
        parts = [
            str(label).capitalize(),
            "" if year == "all" else year,
            markets.get(market, "") if len(markets) > 1 else "",
        ]
        found.append((name, " · ".join(part for part in parts if part)))
    return found


class DocumentFilters(WagtailFilterSet):
    kind = django_filters.MultipleChoiceFilter(
        label=_("Kind"), choices=Document.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    month = django_filters.ChoiceFilter(label=_("Month"), choices=months, method="by_month", empty_label=_("All"))
    series = django_filters.MultipleChoiceFilter(
        label=_("Series"), choices=all_series, widget=forms.CheckboxSelectMultiple
    )

    class Meta:
        model = Document
        fields: list[str] = []

    def by_month(self, documents: QuerySet, name: str, value: str) -> QuerySet:
        start, end = month_span(value)
        return documents.filter(issued_at__gte=start, issued_at__lt=end)
