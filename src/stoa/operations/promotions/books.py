"""What must hold of promotions: counters say what orders say, and orders say what their adjustments do."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.db.models import BigIntegerField, Count, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from stoa.catalogue.promotions.queries import all_codes, all_promotions
from stoa.kernel.books import Finding, register
from stoa.operations.orders.models import Order, OrderAdjustment, OrderLine
from stoa.operations.promotions.models import PromotionUse

SHOWN = 100

Row = dict[str, Any]


def register_checks() -> None:
    register("promotions.adjustments", adjustments_are_the_discounts)
    register("promotions.uses", counters_are_the_uses)


def adjustments_are_the_discounts() -> Iterator[Finding]:
    """Of every line, of the goods and of the delivery of an order."""
    lines = OrderLine.objects.annotate(told=_sum("line", {})).exclude(discount_minor=F("told"))
    rows: list[Row] = [dict(row) for row in lines.values("order__number", "sku", "discount_minor", "told")[:SHOWN]]
    if rows:
        yield Finding("promotions.adjustments", "the discount of a line is not the sum of its adjustments", rows)
    orders = Order.objects.annotate(
        goods=_sum("order", {"target": "line"}), delivery=_sum("order", {"target": "delivery"})
    )
    wrong = orders.exclude(Q(discount_minor=F("goods")) & Q(delivery_discount_minor=F("delivery")))
    figures = "number", "discount_minor", "goods", "delivery_discount_minor", "delivery"
    rows = [dict(row) for row in wrong.values(*figures)[:SHOWN]]
    if rows:
        yield Finding("promotions.adjustments", "the discounts of an order are not the sum of its adjustments", rows)


def counters_are_the_uses() -> Iterator[Finding]:
    """Each promotion and each code was used as often as orders that stand have it."""
    for counters, key in ((all_promotions(), "promotion"), (all_codes(), "code")):
        uses = PromotionUse.objects.filter(**{key: OuterRef("pk"), "released_at__isnull": True}).order_by()
        counted = Subquery(uses.values(key).annotate(n=Count("pk")).values("n"), output_field=BigIntegerField())
        wrong = counters.annotate(uses=Coalesce(counted, Value(0))).exclude(used=F("uses"))
        rows: list[Row] = [dict(row) for row in wrong.values("pk", "used", "uses")[:SHOWN]]
        if rows:
            yield Finding("promotions.uses", f"a {key} was used another number of times than it counts", rows)


def _sum(key: str, where: dict[str, str]) -> Coalesce:
    rows = OrderAdjustment.objects.filter(**{key: OuterRef("pk")}, **where).order_by().values(key)
    total = rows.annotate(total=Sum("amount_minor")).values("total")
    return Coalesce(Subquery(total, output_field=BigIntegerField()), Value(0))
