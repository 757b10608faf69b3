"""What visitors search for, and what to make of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

import django_filters
from django import forms
from django.db.models import F, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column

from stoa.backoffice.columns import NUMBER, WIDE, StepColumn, TwoLineColumn, signed
from stoa.backoffice.listing import Listing
from stoa.catalogue.markets.queries import default_market
from stoa.catalogue.search.rules import fold
from stoa.kernel import clock
from stoa.marketing.models import SearchDay
from stoa.marketing.searching import queries as searching
from stoa.marketing.searching.rules import share, trend

SEE = ("marketing.view_searchday", "operations.view_sales_report")
CHANGE = "marketing.change_searchredirect"
DAYS = 30
PERIODS = [(str(days), _("last %(days)d days") % {"days": days}) for days in searching.PERIODS]


def period(days: str = "") -> tuple[date, date]:
    """First and last day of a period that ends today, in the market's calendar."""
    length = int(days) if days in {str(each) for each in searching.PERIODS} else DAYS
    last = clock.today(default_market().timezone)
    return last - timedelta(days=length - 1), last


def query_url(text: str, days: str = "") -> str:
    query = {"q": text, **({"days": days} if days else {})}
    return f"{reverse('backoffice:search_query')}?{urlencode(query)}"


class SearchFilters(WagtailFilterSet):
    shows = django_filters.ChoiceFilter(
        label=_("Only"), method="by_outcome", widget=forms.RadioSelect, empty_label=_("All"),
        choices=[("empty", _("without results")), ("unopened", _("with results that nobody opened"))],
    )  # fmt: skip
    days = django_filters.ChoiceFilter(
        label=_("Period"), method="as_it_is", choices=PERIODS, widget=forms.RadioSelect, empty_label=None
    )

    class Meta:
        model = SearchDay
        fields: list[str] = []

    def by_outcome(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return rows.filter(found=0) if value == "empty" else rows.filter(found__gt=0, opened=0)

    def as_it_is(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        """The period is in the rows already: it decides what they count."""
        return rows


class SearchReport(Listing):
    model = SearchDay
    right = SEE
    url_name = "searches"
    page_title = _("Search")
    header_icon = "search"
    template_name = "backoffice/searching/report.html"
    search_placeholder = _("Query")
    empty_message = _("Nobody has searched in these days. Searches appear here a few seconds after they are made.")
    default_ordering = "-searched"
    filterset_class = SearchFilters
    export_right = SEE
    export_name = "searches"
    export_header = ("query", "searches", "before", "results", "opened", "opened_percent")

    @property
    def days(self) -> str:
        return self.request.GET.get("days", "")

    def get_base_queryset(self) -> QuerySet:
        return searching.searches(default_market().pk, *period(self.days))

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(text__contains=fold(text))

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        wanted = self.ordering if isinstance(self.ordering, str) else self.default_ordering
        known = {"searched", "before", "found", "opened", "text"}
        wanted = wanted if wanted.lstrip("-") in known else self.default_ordering
        return queryset.order_by(F(wanted[1:]).desc() if wanted.startswith("-") else F(wanted).asc(), "text")

    @cached_property
    def columns(self) -> list[Column]:
        columns = [
            TwoLineColumn(
                "typed", label=_("Query"), sort_key="text", get_url=lambda row: query_url(row["text"], self.days),
                below=_in_short,
            ),
            Column("searched", label=_("Searches"), sort_key="searched", classname=NUMBER),
            Column("trend", label=_("Against before"), accessor=_trend, classname=f"{NUMBER} {WIDE}"),
            Column("found", label=_("Results"), sort_key="found", classname=f"{NUMBER} {WIDE}"),
            Column("rate", label=_("Opened"), accessor=_rate, sort_key="opened", classname=f"{NUMBER} {WIDE}"),
        ]  # fmt: skip
        if self.may(CHANGE):
            columns.append(StepColumn("source", button=_("Source this"), accessor=_source_url))
        return columns

    def get_context_data(self, *args: Any, **kwargs: Any) -> dict[str, Any]:
        return {
            **super().get_context_data(*args, **kwargs),
            "totals": searching.totals(default_market().pk, *period(self.days)),
            "sourcing": searching.open_sourcing_notes(default_market().pk).count(),
            "may_change": self.may(CHANGE),
        }

    def export_rows(self, queryset: QuerySet) -> Iterator[Sequence[object]]:
        for row in queryset.iterator(chunk_size=1000):
            rate = min(100, share(row["opened"], row["searched"]))
            yield row["typed"], row["searched"], row["before"], row["found"], row["opened"], rate


def _in_short(row: dict[str, Any]) -> str:
    if not row["found"]:
        return _t("found nothing")
    return _t("nobody opened a result") if not row["opened"] else ""


def _trend(row: dict[str, Any]) -> str:
    change = trend(row["searched"], row["before"])
    return _t("new") if change is None else f"{signed(change)} %"


def _rate(row: dict[str, Any]) -> str:
    return f"{min(100, share(row['opened'], row['searched']))} %" if row["found"] else ""


def _source_url(row: dict[str, Any]) -> str:
    return "" if row["found"] else f"{reverse('backoffice:sourcing_add')}?{urlencode({'q': row['text']})}"
