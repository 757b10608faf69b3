"""The list of orders."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _
from wagtail.admin.ui.tables import BulkActionsCheckboxColumn, Column

from stoa.backoffice.columns import WIDE, MomentColumn, MoneyColumn, PillColumn, TwoLineColumn
from stoa.backoffice.export import stamp
from stoa.backoffice.listing import Listing
from stoa.backoffice.moments import moment
from stoa.backoffice.orders import tones
from stoa.backoffice.orders.filters import OrderFilters
from stoa.backoffice.templatetags.backoffice import country_name
from stoa.kernel.money import Money
from stoa.operations.models import Order, OrderLine


def order_url(order: Order) -> str:
    return reverse("backoffice:order", args=[order.pk])


def _narrow(order: Order) -> str:
    return f"{order.get_payment_status_display()} · {moment(order.placed_at)}"


def find(orders: QuerySet, text: str) -> QuerySet:
    """By number, name, e-mail, or a SKU among the lines."""
    has_sku = Exists(OrderLine.objects.filter(order=OuterRef("pk"), sku__iexact=text))
    is_number = Q(number__istartswith=text.lstrip("#"))
    return orders.filter(is_number | Q(name__icontains=text) | Q(email__icontains=text) | has_sku)


EXPORT_HEADER = (
    "number", "placed_at", "status", "payment_status", "payment_method", "name", "email", "phone", "line1", "line2", "postal_code",
    "city", "region", "country", "delivery", "currency", "goods", "delivery_price", "tax", "total", "shipped_at", "customer_note",
    "discount", "delivery_discount",
)  # fmt: skip


def export_row(order: Order) -> Sequence[object]:
    """One order as the CSV has it; amounts in major units."""
    amounts = (order.goods_minor, order.delivery_minor, order.tax_minor, order.total_minor)
    goods, delivery, tax, total = (Money(minor, order.currency).decimal for minor in amounts)
    return (
        order.number, stamp(order.placed_at), order.status, order.payment_status, order.payment_method, order.name, order.email,
        order.phone, order.line1, order.line2, order.postal_code, order.city, order.region, order.country, order.delivery_name,
        order.currency, goods, delivery, tax, total, stamp(order.shipped_at), order.customer_note,
        Money(order.discount_minor, order.currency).decimal, Money(order.delivery_discount_minor, order.currency).decimal,
    )  # fmt: skip


class OrderList(Listing):
    model = Order
    right = "operations.view_order"
    url_name = "orders"
    page_title = _("Orders")
    header_icon = "clipboard-list"
    template_name = "backoffice/orders/list.html"
    search_placeholder = _("Number, name, e-mail or SKU")
    empty_message = _("No orders yet. The first one will stand here.")
    default_ordering = "-placed_at"
    filterset_class = OrderFilters
    export_right = "operations.export_order"
    export_name = "orders"
    export_header = EXPORT_HEADER

    def get_base_queryset(self) -> QuerySet:
        return Order.objects.all()

    def search(self, rows: QuerySet, text: str) -> QuerySet:
        return find(rows, text)

    @cached_property
    def columns(self) -> list[Column]:
        return [
            BulkActionsCheckboxColumn("bulk_actions", obj_type="order"),
            TwoLineColumn(
                "number", label=_("Order"), sort_key="number", get_url=order_url,
                get_title_id=lambda order: f"order_{order.pk}_title", below=lambda order: order.name or order.email, narrow=_narrow,
            ),
            MoneyColumn("total", label=_("Total"), accessor=lambda o: Money(o.total_minor, o.currency), sort_key="total_minor"),
            PillColumn(
                "status", label=_("Status"), accessor="get_status_display", sort_key="status",
                tone_of=lambda order: tones.ORDER.get(order.status, ""),
            ),
            PillColumn(
                "payment_status", label=_("Payment"), accessor="get_payment_status_display", sort_key="payment_status",
                tone_of=lambda order: tones.PAID.get(order.payment_status, ""), classname=WIDE,
            ),
            Column("country", label=_("Country"), accessor=lambda o: country_name(o.country), sort_key="country", classname=WIDE),
            MomentColumn("placed_at", label=_("Placed"), sort_key="placed_at", classname=WIDE),
        ]  # fmt: skip

    def export_row(self, row: Any) -> Sequence[object]:
        return export_row(row)
