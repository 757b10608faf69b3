"""Any cart, promotions, taxes and currency: the same sum wherever it is said, and no refund beyond what was paid."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from html import unescape
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from stoa.catalogue.promotions import actions as promotions
from stoa.catalogue.promotions.actions import PromotionData
from stoa.exchange.orders.exporting import COLUMNS, order_rows
from stoa.kernel.actors import GUEST, SYSTEM
from stoa.kernel.books import verify
from stoa.kernel.money import Money, exponent
from stoa.operations.cart.queries import cart_view
from stoa.operations.checkout.actions import place_order
from stoa.operations.checkout.queries import summary
from stoa.operations.documents import actions as documents
from stoa.operations.documents.cii import RAM
from stoa.operations.models import Order, Payment, Refund
from stoa.operations.notifications.composing import compose
from stoa.operations.payments import actions as payments
from stoa.operations.payments.errors import RefundTooLargeError
from stoa.operations.tax.actions import set_tax_settings
from stoa.operations.testing import BUYER, Shop, make_cart, make_shop, make_variant

CURRENCIES = ("JPY", "EUR", "KWD", "BHD")
SELLER = {"legal_name": "Test GmbH", "address": "Hauptstrasse 1\n10115 Berlin", "vat_id": "DE123456789"}
KINDS: dict[str, st.SearchStrategy[dict[str, Any]]] = {
    "percent": st.builds(lambda bp: {"percent_bp": bp}, st.integers(1, 10_000)),
    "amount": st.builds(lambda minor: {"amount_minor": minor}, st.integers(1, 500_000)),
    "amount_each": st.builds(lambda minor: {"amount_minor": minor}, st.integers(1, 50_000)),
    "free_delivery": st.just({}),
    "buy_get": st.builds(
        lambda buy, get, bp: {"buy": buy, "get": get, "percent_bp": bp},
        st.integers(1, 3), st.integers(1, 2), st.integers(1, 10_000),
    ),
}  # fmt: skip
EXAMPLES = settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.function_scoped_fixture],
)
pytestmark = [pytest.mark.slow, pytest.mark.django_db]


@dataclass(frozen=True)
class Sale:
    """Prices in minor units; ``goods``: (price, quantity, tax class); ``promotions``: (kind, terms)."""

    currency: str
    country: str
    includes_tax: bool
    rounding: str
    goods: tuple[tuple[int, int, str], ...]
    promotions: tuple[tuple[str, dict[str, Any]], ...]


SALES = st.builds(
    Sale,
    st.sampled_from(CURRENCIES),
    st.sampled_from(("DE", "FR")),
    st.booleans(),
    st.sampled_from(("line", "rate", "order")),
    st.lists(
        st.tuples(st.integers(1, 200_000), st.integers(1, 9), st.sampled_from(("standard", "reduced"))),
        min_size=1, max_size=4,
    ).map(tuple),
    st.lists(
        st.sampled_from(sorted(KINDS)).flatmap(lambda kind: st.tuples(st.just(kind), KINDS[kind])), max_size=3
    ).map(tuple),
)  # fmt: skip


@contextmanager
def undone() -> Iterator[None]:
    """Every example begins with an empty shop."""
    savepoint = transaction.savepoint()
    try:
        yield
    finally:
        transaction.savepoint_rollback(savepoint)


def opened(sale: Sale) -> tuple[Shop, dict[str, int]]:
    shop = make_shop(currency=sale.currency, prices_include_tax=sale.includes_tax, **SELLER)
    set_tax_settings(shop.market.pk, rounding=sale.rounding, actor=SYSTEM)
    for position, (kind, terms) in enumerate(sale.promotions):
        data = PromotionData(f"Offer {position}", kind, sale.currency, terms=terms, group=f"group {position}")
        promotions.create_promotion(data, actor=SYSTEM)
    goods = {}
    for position, (price, quantity, tax_class) in enumerate(sale.goods):
        sku = f"ARTICLE-{position}"
        make_variant(shop.market, sku, price, in_stock=20, location=shop.location, tax_class=tax_class)
        goods[sku] = quantity
    return shop, goods


@given(SALES)
@EXAMPLES
def test_page_order_payment_mail_document_and_export_say_one_sum(sale: Sale) -> None:
    with undone():
        shop, goods = opened(sale)
        cart, token = make_cart(shop, goods)
        view, shown = cart_view(cart, shop.market), summary(cart, shop.market, sale.country, "standard")
        assert min(view.total.minor, shown.goods.minor, shown.delivery_price.minor, shown.tax.minor) >= 0
        assert shown.total == shown.goods + shown.delivery_price + shown.tax_added
        client = Client()
        client.cookies["stoa_cart"] = token
        said = unescape(client.get("/cart/").content.decode())
        assert view.total.format("en") in said

        wish = replace(BUYER, cart_token=token, country=sale.country, seen_goods_minor=shown.goods.minor)
        order = Order.objects.get(pk=place_order(wish, market=shop.market, actor=GUEST).order.pk)
        total = Money(order.total_minor, order.currency)
        assert (total, order.tax_minor, order.goods_minor) == (shown.total, shown.tax.minor, shown.goods.minor)
        lines = list(order.lines.all())
        assert sum(line.total_minor for line in lines) == order.goods_minor
        assert sum(row.tax_minor for row in order.tax_lines.all()) == order.tax_minor
        assert all(line.total_minor >= 0 and line.tax_minor >= 0 for line in lines)
        for payment in Payment.objects.filter(order=order):
            assert (payment.amount_minor, payment.currency) == (order.total_minor, sale.currency)

        mail = compose("order_received", {}, order=order, language="en")
        assert total.format("en") in unescape(mail.html)
        assert total.format("en") in mail.text

        invoice = documents.issue_invoice(order.pk, actor=SYSTEM)
        assert (invoice.total_minor, invoice.tax_minor) == (order.total_minor, order.tax_minor)
        assert invoice.net_minor + invoice.tax_minor == invoice.total_minor
        assert total.format("en") in [row["value"] for row in invoice.data["sums"]]
        if exponent(sale.currency) > 2:
            # EN 16931 knows two decimals at most: no file rather than a rounded one.
            assert invoice.data["xml"] == ""
        else:
            tax = Money(order.tax_minor, sale.currency)
            assert figures_of(invoice.data["xml"]) == (sale.currency, total.decimal, tax.decimal)

        rows = [dict(zip(COLUMNS, row, strict=True)) for row in order_rows()]
        assert {(row["currency"], Decimal(row["order_total"])) for row in rows} == {(sale.currency, total.decimal)}
        assert sum(Decimal(row["line_total"]) for row in rows) == Money(order.goods_minor, sale.currency).decimal
        assert verify().findings == []


@given(SALES, st.lists(st.one_of(st.integers(1, 5_000), st.integers(1, 3_000_000)), min_size=1, max_size=6))
@EXAMPLES
def test_refunds_in_any_order_end_at_what_was_paid(sale: Sale, amounts: list[int]) -> None:
    with undone():
        shop, goods = opened(sale)
        _cart, token = make_cart(shop, goods)
        wish = replace(BUYER, cart_token=token, country=sale.country)
        order = place_order(wish, market=shop.market, actor=GUEST).order
        if not order.total_minor:
            assert not Payment.objects.filter(order=order, captured_minor__gt=0).exists()
            return
        payments.mark_received(order.pk, order.total_minor, actor=SYSTEM)
        payment, left = Payment.objects.get(order=order), order.total_minor
        documents.issue_invoice(order.pk, actor=SYSTEM)
        # Whatever was asked for before, the rest can be had, and then nothing more.
        for turn, amount in enumerate([*amounts, None, 1]):
            wanted = left if amount is None else amount
            if not wanted:
                continue
            if wanted > left:
                with pytest.raises(RefundTooLargeError):
                    payments.refund(payment.pk, wanted, "", f"key-{turn}", actor=SYSTEM)
            else:
                refund = payments.refund(payment.pk, wanted, "", f"key-{turn}", actor=SYSTEM)
                note = documents.issue_credit_note(refund.pk, actor=SYSTEM)
                assert (note.total_minor, note.net_minor + note.tax_minor) == (wanted, wanted)
                left -= wanted
            payment.refresh_from_db()
            assert (payment.refunded_minor, payment.captured_minor) == (order.total_minor - left, order.total_minor)
        assert left == 0
        given_back = Refund.objects.filter(payment=payment, status="done").values_list("amount_minor", flat=True)
        assert sum(given_back) == order.total_minor
        assert verify().findings == []


def figures_of(xml: str) -> tuple[str, Decimal, Decimal]:
    """Currency, total and tax of an electronic invoice; its figures are checked to be as fine as the currency, no finer."""
    root = etree.fromstring(xml.encode())
    currency = root.findtext(f".//{{{RAM}}}InvoiceCurrencyCode")
    sums = root.find(f".//{{{RAM}}}SpecifiedTradeSettlementHeaderMonetarySummation")
    assert currency is not None
    assert sums is not None
    found = {child.tag.partition("}")[2]: Decimal(child.text) for child in sums}
    assert all(-each.as_tuple().exponent == exponent(currency) for each in found.values())
    assert found["TaxBasisTotalAmount"] + found["TaxTotalAmount"] == found["GrandTotalAmount"]
    return currency, found["GrandTotalAmount"], found["TaxTotalAmount"]
