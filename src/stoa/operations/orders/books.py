"""The invariants of orders, asked of the database in sums: what is wrong comes back as rows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from django.db.models import (
    BigIntegerField,
    Case,
    CharField,
    Count,
    F,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Substr

from stoa.inventory.stock import queries as stock
from stoa.kernel.books import Finding, register
from stoa.kernel.events import event_name
from stoa.kernel.outbox import queries as outbox
from stoa.kernel.sequences.models import Sequence
from stoa.operations.cart.models import Cart
from stoa.operations.events import OrderCancelled, OrderPlaced, OrderShipped
from stoa.operations.orders import rules, states
from stoa.operations.orders.models import Order, OrderLine, OrderLineComponent, OrderTaxLine
from stoa.operations.tax.regimes import UNTAXED, Treatment

SOURCE = Order.Source.STOREFRONT
# A broken invariant tends to be broken often; so many rows are enough to go by.
MAX_ROWS = 100


def register_checks() -> None:
    for name, check in {
        "orders.goods": goods_are_the_sum_of_lines,
        "orders.lines": lines_are_price_times_quantity,
        "orders.tax": tax_adds_up,
        "orders.tax_treatment": treatment_fits,
        "orders.carts": one_order_per_cart,
        "orders.numbers": numbers_have_no_gap,
        "orders.stock": sold_goods_left_the_stock,
        "orders.holds": only_waiting_orders_hold_stock,
        "orders.announced": placed_orders_were_announced_once,
        "orders.steps_announced": steps_were_announced_once,
    }.items():
        register(name, check)


def goods_are_the_sum_of_lines() -> Iterator[Finding]:
    """Order total = lines + delivery + tax added, for imported orders too."""
    summed = Order.objects.annotate(lines_minor=_sum_of(OrderLine, "total_minor"))
    whole = F("goods_minor") + F("delivery_minor") + F("tax_added_minor")
    wrong = summed.exclude(Q(goods_minor=F("lines_minor")) & Q(total_minor=whole))
    yield from _finding(
        "orders.goods", "the total of an order is not lines + delivery + tax", wrong,
        "number", "lines_minor", "goods_minor", "delivery_minor", "tax_added_minor", "total_minor",
    )  # fmt: skip


def lines_are_price_times_quantity() -> Iterator[Finding]:
    lines = OrderLine.objects.filter(order__source=SOURCE)
    wrong = lines.exclude(
        Q(total_minor=F("unit_minor") * F("quantity") - F("discount_minor")) & Q(quantity__gt=0) & Q(unit_minor__gte=0)
    )
    yield from _finding(
        "orders.lines", "a line is not price times quantity less its discount", wrong,
        "order__number", "sku", "unit_minor", "quantity", "total_minor",
    )  # fmt: skip


def tax_adds_up() -> Iterator[Finding]:
    """Tax of the order = tax by rate; the lines' part of it is within it; what is taxed is the whole total."""
    summed = Order.objects.filter(source=SOURCE).annotate(
        rates_tax=_sum_of(OrderTaxLine, "tax_minor"),
        rates_gross=_sum_of(OrderTaxLine, "gross_minor") - _sum_of(OrderTaxLine, "shared_net_minor"),
        lines_tax=_sum_of(OrderLine, "tax_minor"),
    )
    right = Q(tax_minor=F("rates_tax"), total_minor=F("rates_gross"), lines_tax__lte=F("tax_minor"), tax_minor__gte=0)
    added = Q(prices_include_tax=True, tax_added_minor=0) | Q(prices_include_tax=False, tax_added_minor=F("tax_minor"))
    # Without delivery to pay there is no other place for tax than the lines.
    unexplained = Q(delivery_minor=0) & ~Q(lines_tax=F("tax_minor"))
    wrong = summed.filter(~(right & added) | unexplained)
    yield from _finding(
        "orders.tax", "the taxes of an order do not add up", wrong,
        "number", "tax_minor", "rates_tax", "lines_tax", "tax_added_minor", "rates_gross", "total_minor",
    )  # fmt: skip


def treatment_fits() -> Iterator[Finding]:
    """What is not taxed has no tax; a reverse charge has the id of its country and the register's word for it."""
    own = Order.objects.filter(source=SOURCE)
    columns = ("number", "tax_treatment", "country", "vat_id", "vat_check__answer", "tax_minor")
    unknown = ~Q(tax_treatment__in=list(Treatment))
    taxed = Q(tax_treatment__in=list(UNTAXED)) & ~Q(tax_minor=0)
    yield from _finding(
        "orders.tax_treatment", "an order that bears no tax has some", own.filter(unknown | taxed), *columns
    )
    prefix = Case(When(country="GR", then=Value("EL")), default=F("country"), output_field=CharField())
    proven = Q(vat_check__answer="valid", vat_check__vat_id=F("vat_id"), id_country=F("id_prefix"))
    reverse = own.filter(tax_treatment=Treatment.REVERSE_CHARGE).annotate(
        id_prefix=prefix, id_country=Substr("vat_id", 1, 2)
    )
    # Through the keys: a missing check is no match, not unknown.
    wrong = reverse.exclude(pk__in=reverse.filter(proven).values("pk"))
    yield from _finding("orders.tax_treatment", "a reverse charge without a confirmed VAT id", wrong, *columns)


def one_order_per_cart() -> Iterator[Finding]:
    twice = Order.objects.filter(cart__isnull=False).values("cart_id").annotate(orders=Count("id")).filter(orders__gt=1)
    yield from _finding("orders.carts", "a cart became more than one order", twice)
    still_open = Order.objects.filter(source=SOURCE).filter(Q(cart__isnull=True) | Q(cart__closed_at__isnull=True))
    yield from _finding(
        "orders.carts", "an order was placed whose cart is open or gone", still_open, "number", "cart_id"
    )
    lost = Cart.objects.filter(closed_at__isnull=False, order__isnull=True, lines__isnull=False).distinct()
    # A guest's cart that was merged at log-in keeps its lines; a customer's own ends as an order.
    yield from _finding(
        "orders.carts", "a customer's cart was closed without an order", lost.filter(customer__isnull=False), "id"
    )


def numbers_have_no_gap() -> Iterator[Finding]:
    """As many orders as numbers were given out, but for those that imported orders had: none is missing or made up."""
    given = Sequence.objects.filter(name="order").values_list("last", flat=True).first() or 0
    there = Order.objects.filter(source=SOURCE).count()
    if given != there:
        foreign = set(Order.objects.exclude(source=SOURCE).values_list("number", flat=True))
        there += sum(rules.order_number(position) in foreign for position in range(1, given + 1))
    if given != there:
        row = {"numbers_given": given, "orders": there, "last_number": rules.order_number(given)}
        yield Finding(
            "orders.numbers", "numbers and orders differ: an order is missing, or one came from nowhere", [row]
        )


def sold_goods_left_the_stock() -> Iterator[Finding]:
    """What is sold has left the stock, unit for unit; what is cancelled, or not paid yet, has not."""
    sold = Q(order__status__in=(states.OPEN, states.SHIPPED, states.COMPLETED))
    expected = _units(OrderLine.objects.filter(sold, order__source=SOURCE))
    moves = stock.ledger().filter(document__startswith=rules.document("")).order_by().values("document", "variant_id")
    left: Counter[tuple[str, int]] = Counter()
    for document, variant_id, units in moves.annotate(units=Sum("quantity")).values_list(
        "document", "variant_id", "units"
    ):
        left[document, variant_id] = -units
    wrong = [
        {"document": key[0], "variant_id": key[1], "sold": expected[key], "left_the_stock": left[key]}
        for key in sorted({*expected, *left})
        if expected[key] != left[key]
    ]
    if wrong:
        yield Finding("orders.stock", "an order and the stock ledger differ", wrong[:MAX_ROWS])


def only_waiting_orders_hold_stock() -> Iterator[Finding]:
    """And those hold what is in them, unit for unit, bundles by their parts; a hold that ran out is none."""
    held: dict[str, Counter[int]] = {}
    for document, variant_id, units in stock.open_holds(rules.document("")):
        held.setdefault(document, Counter())[variant_id] += units
    numbers = {document.removeprefix(rules.document("")): document for document in held}
    orders = dict(Order.objects.filter(number__in=numbers).values_list("number", "status"))
    waiting = _units(OrderLine.objects.filter(order__number__in=numbers))
    wrong = []
    for number, document in numbers.items():
        inside = {variant_id: units for (owner, variant_id), units in waiting.items() if owner == document}
        if orders.get(number) != states.AWAITING_PAYMENT or dict(held[document]) != inside:
            wrong.append(
                {"number": number, "status": orders.get(number), "held": dict(held[document]), "in_the_order": inside}
            )
    if wrong:
        message = "stock is held for an order that does not wait for payment, or has something else in it"
        yield Finding("orders.holds", message, wrong[:MAX_ROWS])


def placed_orders_were_announced_once() -> Iterator[Finding]:
    """One OrderPlaced for every order that stands, none for one that waits, at most one for one that was cancelled."""
    announced = Counter(outbox.events(event_name(OrderPlaced)).order_by().values_list("payload__order_id", flat=True))
    wrong = []
    for pk, number, status in Order.objects.filter(source=SOURCE).values_list("pk", "number", "status"):
        times = announced.pop(pk, 0)
        allowed = {states.AWAITING_PAYMENT: (0,), states.CANCELLED: (0, 1)}.get(status, (1,))
        if times not in allowed:
            wrong.append({"number": number, "status": status, "announced": times})
    wrong += [{"order_id": order_id, "announced": times} for order_id, times in announced.items()]
    if wrong:
        yield Finding("orders.announced", "OrderPlaced is not in the outbox as often as it should be", wrong[:MAX_ROWS])


def steps_were_announced_once() -> Iterator[Finding]:
    """One OrderShipped for every order that was shipped, one OrderCancelled for every one that is cancelled."""
    own = Order.objects.filter(source=SOURCE)
    for event, taken in (
        (OrderShipped, own.filter(shipped_at__isnull=False)),
        (OrderCancelled, own.filter(status=states.CANCELLED)),
    ):
        announced = Counter(outbox.events(event_name(event)).order_by().values_list("payload__order_id", flat=True))
        wrong = [
            {"number": number, "event": event.__name__, "announced": announced[pk]}
            for pk, number in taken.values_list("pk", "number")
            if announced[pk] < 1 or (announced[pk] > 1 and event is OrderShipped)
        ]
        if wrong:
            yield Finding(
                "orders.steps_announced", "a step is not in the outbox as often as it should be", wrong[:MAX_ROWS]
            )


def _units(lines: QuerySet[OrderLine]) -> Counter[tuple[str, int]]:
    """(document, variant) -> units that the lines take from stock: a bundle's are its parts as they were sold."""
    units: Counter[tuple[str, int]] = Counter()
    counted = lines.filter(is_stock_tracked=True, variant__isnull=False, components__isnull=True)
    for number, variant_id, quantity in counted.values_list("order__number", "variant_id", "quantity"):
        units[rules.document(number), variant_id] += quantity
    parts = OrderLineComponent.objects.filter(line__in=lines, is_stock_tracked=True, variant__isnull=False)
    whole = F("quantity") * F("line__quantity")
    for number, variant_id, quantity in parts.annotate(units=whole).values_list(
        "line__order__number", "variant_id", "units"
    ):
        units[rules.document(number), variant_id] += quantity
    return units


def _sum_of(model: type[OrderLine] | type[OrderTaxLine], column: str) -> Coalesce:
    rows = model._default_manager.filter(order=OuterRef("pk")).order_by().values("order")
    total = rows.annotate(total=Sum(column)).values("total")
    return Coalesce(Subquery(total, output_field=BigIntegerField()), 0)


def _finding(check: str, message: str, wrong: QuerySet[Any, Any], *columns: str) -> Iterator[Finding]:
    rows = list(wrong.values(*columns)[:MAX_ROWS] if columns else wrong[:MAX_ROWS])
    if rows:
        yield Finding(check, message, rows)
