"""What the shop owes to the holders of gift cards: by month, and the movements behind every sum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from zoneinfo import ZoneInfo

import django_filters
from django import forms
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column
from wagtail.admin.widgets.button import Button

from stoa.backoffice.columns import WIDE, MomentColumn, MoneyColumn, shown
from stoa.backoffice.listing import Listing
from stoa.backoffice.screen import Page
from stoa.catalogue.markets.queries import default_market
from stoa.kernel.money import Money
from stoa.operations.credit import queries
from stoa.operations.models import GiftCardEntry

RIGHT = "operations.view_sales_report"


class Liability(Page):
    right = RIGHT
    template_name = "backoffice/gift_cards/liability.html"
    page_title = _("Owed on gift cards")
    header_icon = "tag"

    @cached_property
    def header_more_buttons(self) -> list[Button]:
        return [
            Button(_("Every movement"), url=reverse("backoffice:gift_card_moves"), icon_name="history"),
            Button(_("Download as CSV"), url=reverse("backoffice:gift_card_moves_export"), icon_name="download"),
        ]

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        moves = reverse("backoffice:gift_card_moves")
        names = ("issued", "spent", "given_back", "corrected", "voided", "expired", "owed")
        return {
            **super().get_context_data(**kwargs),
            "owed": [(shown(one.total), one.cards) for one in queries.owed()],
            "months": [
                {"month": one.month, "currency": one.currency, "cells": [shown(getattr(one, name)) for name in names],
                 "url": f"{moves}?month={one.month:%Y-%m}&currency={one.currency}"}
                for one in queries.by_month(ZoneInfo(default_market().timezone))
            ],
        }  # fmt: skip


class MoveFilters(WagtailFilterSet):
    kind = django_filters.MultipleChoiceFilter(
        label=_("What"), choices=GiftCardEntry.Kind.choices, widget=forms.CheckboxSelectMultiple
    )
    month = django_filters.CharFilter(label=_("Month (2026-03)"), method="of_month")
    currency = django_filters.CharFilter(label=_("Currency"), field_name="card__currency")

    class Meta:
        model = GiftCardEntry
        fields: list[str] = []

    def of_month(self, rows: QuerySet, name: str, value: str) -> QuerySet:
        return queries.of_month(rows, value, ZoneInfo(default_market().timezone))


class MoveList(Listing):
    model = GiftCardEntry
    right = RIGHT
    url_name = "gift_card_moves"
    page_title = _("Movements of gift cards")
    header_icon = "history"
    is_searchable = False
    empty_message = _("No gift card has moved yet.")
    filterset_class = MoveFilters
    export_right = RIGHT
    export_name = "gift-cards"
    export_header = ("at", "card", "what", "amount", "currency", "order", "reason", "by")

    def get_base_queryset(self) -> QuerySet:
        return queries.entries()

    def order_queryset(self, queryset: QuerySet) -> QuerySet:
        return queryset.order_by("-pk")

    @cached_property
    def columns(self) -> list[Column]:
        return [
            Column("card", label=_("Gift card"), accessor=lambda row: str(row.card)),
            Column("kind", label=_("What"), accessor="get_kind_display"),
            MoneyColumn("amount", label=_("Amount"), accessor=lambda row: Money(row.amount_minor, row.card.currency)),
            MomentColumn("at", label=_("When"), accessor="at"),
            Column(
                "order", label=_("Order"), accessor=lambda row: row.order.number if row.order else "", classname=WIDE
            ),
            Column("reason", label=_("Reason"), accessor="reason", classname=WIDE),
        ]

    def export_row(self, row: Any) -> Sequence[object]:
        return (
            row.at.isoformat(), row.card.last4, row.kind, Money(row.amount_minor, row.card.currency).decimal,
            row.card.currency, row.order.number if row.order else "", row.reason, row.actor,
        )  # fmt: skip
