"""Lists of stock: what lies where, and every move that made it so."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _t
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import Column

from stoa.backoffice.columns import NUMBER, WIDE, MomentColumn, PillColumn, TwoLineColumn, pill, signed
from stoa.backoffice.export import stamp
from stoa.backoffice.listing import Listing
from stoa.backoffice.moments import moment
from stoa.backoffice.stock.filters import LevelFilters, MoveFilters
from stoa.inventory.models import StockLevel, StockMove
from stoa.inventory.stock import queries as stock


def level_url(level: StockLevel) -> str:
    return reverse("backoffice:level", args=[level.pk])


def _what(row: Any) -> str:
    return " · ".join(part for part in (getattr(row, "variant_title", ""), row.sku) if part)


def _state(level: Any) -> str:
    if level.available <= 0:
        return _t("sold out") if level.policy == StockLevel.Policy.DENY else _t("for a later date")
    return _t("low") if level.available <= level.threshold else ""


class LevelList(Listing):
    model = StockLevel
    right = "inventory.view_stocklevel"
    url_name = "levels"
    page_title = _("Stock")
    header_icon = "table"
    search_placeholder = _("Product, SKU or barcode")
    empty_message = _("No stock is kept yet. Open a variant's stock from its product.")
    default_ordering = "product_title"
    filterset_class = LevelFilters
    export_right = "inventory.export_stock"
    export_name = "stock"
    export_header = (
        "sku",
        "product",
        "variant",
        "location",
        "on_hand",
        "reserved",
        "available",
        "when_sold_out",
        "limit",
        "expected",
    )

    def get_base_queryset(self) -> QuerySet:
        from django.db.models import Max
        from django.db.models.functions import Coalesce

        return stock.levels_overview().annotate(threshold=Coalesce(Max("location__markets__low_stock_threshold"), 0))

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        for word in text.split()[:8]:
            rows = rows.filter(
                Q(variant__sku__icontains=word) | Q(variant__barcode=word) | Q(variant__product__title__icontains=word)
                | Q(variant__title__icontains=word)
            )  # fmt: skip
        return rows

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn(
                "product_title", label=_("Product"), sort_key="product_title", get_url=level_url, below=_what
            ),
            Column("available", label=_("Free"), sort_key="available", classname=NUMBER),
            PillColumn(
                "state",
                label=_("State"),
                accessor=_state,
                tone_of=lambda level: "bad" if level.available <= 0 else "wait",
            ),
            Column("on_hand", label=_("On hand"), sort_key="on_hand", classname=f"{NUMBER} {WIDE}"),
            Column("reserved", label=_("Reserved"), sort_key="reserved", classname=f"{NUMBER} {WIDE}"),
            Column("location_name", label=_("Location"), sort_key="location_name", classname=WIDE),
        ]

    def export_row(self, row: Any) -> Sequence[object]:
        return (
            row.sku, row.product_title, row.variant_title, row.location_name, row.on_hand, row.reserved, row.available, row.policy,
            row.backorder_limit, row.backorder_date or "",
        )  # fmt: skip


class MoveList(Listing):
    model = StockMove
    right = "inventory.view_stockmove"
    url_name = "moves"
    page_title = _("Stock ledger")
    header_icon = "history"
    search_placeholder = _("SKU, product or document")
    empty_message = _("No moves yet. Every unit that comes or goes is written here.")
    default_ordering = "-id"
    filterset_class = MoveFilters
    export_right = "inventory.export_stock"
    export_name = "stock-ledger"
    export_header = ("at", "sku", "product", "location", "quantity", "reason", "document", "note", "by")

    def get_base_queryset(self) -> QuerySet:
        variant = self.request.GET.get("variant", "")
        is_id = variant.isascii() and variant.isdigit() and len(variant) < 19
        return stock.ledger(int(variant) if is_id else None)

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return rows.filter(
            Q(variant__sku__icontains=text) | Q(variant__product__title__icontains=text) | Q(document__icontains=text)
        )

    @cached_property
    def columns(self) -> list[Column]:
        return [
            TwoLineColumn("product_title", label=_("Product"), below=lambda move: move.sku, narrow=_narrow),
            Column("quantity", label=_("Quantity"), accessor=lambda move: signed(move.quantity), classname=NUMBER),
            Column("reason", label=_("Reason"), accessor=_reason, classname=WIDE),
            Column("document", label=_("Document"), accessor=document_link, classname=WIDE),
            Column("location_name", label=_("Location"), classname=WIDE),
            Column("actor", label=_("By"), classname=WIDE),
            MomentColumn("at", label=_("When"), classname=WIDE),
        ]  # fmt: skip

    def export_row(self, row: Any) -> Sequence[object]:
        return (
            stamp(row.at),
            row.sku,
            row.product_title,
            row.location_name,
            row.quantity,
            row.reason,
            row.document,
            row.note,
            row.actor,
        )


def _reason(move: Any) -> str:
    """Why, and the note where it says more."""
    reason = str(move.get_reason_display())
    return f"{reason}: {move.note}" if move.note and move.note.casefold() != reason.casefold() else reason


def _narrow(move: Any) -> str:
    return f"{_reason(move)} · {moment(move.at)}"


def document_link(move: Any) -> object:
    """An order's document leads to the order list; others are shown as they are."""
    from django.utils.html import format_html

    kind, _sep, name = move.document.partition(":")
    if kind == "order" and name:
        return format_html('<a href="{}?q={}">#{}</a>', reverse("backoffice:orders"), name, name)
    return pill(move.document) if move.document else ""
