"""A card from its issue to the order, and back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from stoa.kernel import clock
from stoa.kernel.actors import GUEST, SYSTEM
from stoa.kernel.books import verify
from stoa.operations.checkout.actions import place_order
from stoa.operations.checkout.queries import summary
from stoa.operations.credit import actions
from stoa.operations.credit.errors import CardRefusedError, CreditChangedError
from stoa.operations.credit.models import GiftCard, GiftCardEntry
from stoa.operations.orders.actions import cancel_order, expire_unpaid
from stoa.operations.orders.models import Order
from stoa.operations.orders.settlement import Settlement, confirm_paid
from stoa.operations.payments import actions as payments
from stoa.operations.payments.models import Payment
from stoa.operations.testing import BUYER, make_cart

pytestmark = pytest.mark.django_db(transaction=True)


def issue(shop, minor=5000, **more):
    return actions.issue(shop.market, minor, actor=SYSTEM, reason="goodwill", **more)


def with_card(shop, code, goods=None):
    cart, token = make_cart(shop, goods)
    actions.add_to_cart(cart.pk, code.lower(), actor=GUEST)
    cart.refresh_from_db()
    return cart, token


def order_of(shop, token, **wish):
    return place_order(replace(BUYER, cart_token=token, **wish), market=shop.market, actor=GUEST).order


def ledger():
    return list(GiftCardEntry.objects.values_list("kind", "amount_minor"))


def balance():
    return GiftCard.objects.get().balance_minor


def findings():
    return [finding for finding in verify().findings if finding.check.startswith(("orders.", "credit.", "payments."))]


def test_a_card_that_pays_all_makes_a_paid_order(shop):
    cart, token = with_card(shop, issue(shop).code)
    assert summary(cart, shop.market, "DE", "standard").credit.minor == 2890
    order = order_of(shop, token)
    assert (order.total_minor, order.credit_minor, order.due_minor) == (2890, 2890, 0)
    assert (order.payment_status, order.status) == ("paid", "open")
    assert not Payment.objects.exists()
    assert ledger() == [("issued", 5000), ("spent", -2890)]
    assert balance() == 2110
    assert findings() == []


def test_the_rest_is_asked_of_the_payment_and_comes_back_with_it(shop):
    _, token = with_card(shop, issue(shop, 1000).code)
    order = order_of(shop, token)
    assert (order.payment_status, Payment.objects.get().amount_minor) == ("unpaid", 1890)
    assert balance() == 0
    assert payments.mark_received(order.pk, 2890, actor=SYSTEM).outcome == "mismatch"
    assert payments.mark_received(order.pk, 1890, actor=SYSTEM).outcome == "applied"
    assert findings() == []
    cancel_order(order.pk, "changed mind", actor=SYSTEM)
    order.refresh_from_db()
    assert (order.status, order.credit_returned_minor, balance()) == ("cancelled", 1000, 1000)
    refund = Payment.objects.get()
    assert (refund.refunded_minor, order.payment_status) == (1890, "refunded")
    assert ledger() == [("issued", 1000), ("spent", -1000), ("given_back", 1000)]
    assert findings() == []


def test_an_order_paid_by_card_alone_is_refunded_by_its_cancellation(shop):
    _, token = with_card(shop, issue(shop).code)
    order = order_of(shop, token)
    cancel_order(order.pk, "changed mind", actor=SYSTEM)
    order.refresh_from_db()
    assert (order.payment_status, balance()) == ("refunded", 5000)
    assert findings() == []


def test_money_that_is_kept_keeps_the_card_too_until_all_goes_back(shop):
    _, token = with_card(shop, issue(shop).code)
    order = order_of(shop, token)
    cancel_order(order.pk, "broken on arrival", actor=SYSTEM, refund=False)
    assert balance() == 2110
    payments.refund_all(order.pk, reason="after all", actor=SYSTEM)
    payments.refund_all(order.pk, reason="after all", actor=SYSTEM)
    assert (balance(), Order.objects.get().payment_status) == (5000, "refunded")
    assert findings() == []


def test_an_order_that_is_never_paid_gives_back_and_late_money_takes_again(shop):
    _, token = with_card(shop, issue(shop, 1000).code)
    order = order_of(shop, token, payment_method="sandbox")
    assert (order.status, balance()) == ("awaiting_payment", 0)
    with clock.at(clock.now() + timedelta(hours=2)):
        assert expire_unpaid() == 1
        assert balance() == 1000
        assert findings() == []
        payment = Payment.objects.get()
        assert confirm_paid(order.pk, payment_id=payment.pk, actor=SYSTEM) == Settlement.CONFIRMED
        assert balance() == 0
    order.refresh_from_db()
    assert (order.credit_returned_minor, order.payment_status) == (0, "paid")
    assert ledger()[-2:] == [("given_back", 1000), ("spent", -1000)]


def test_late_money_finds_the_card_spent(shop):
    code = issue(shop, 1000).code
    _, token = with_card(shop, code)
    order = order_of(shop, token, payment_method="sandbox")
    with clock.at(clock.now() + timedelta(hours=2)):
        expire_unpaid()
        card = GiftCard.objects.get()
        actions.correct(card.pk, -1, "test", actor=SYSTEM)
        assert confirm_paid(order.pk, payment_id=0, actor=SYSTEM) == Settlement.CANNOT_SUPPLY
    order.refresh_from_db()
    assert (order.status, order.payment_status, balance()) == ("cancelled", "unpaid", 999)
    assert findings() == []


def test_a_card_that_pays_less_than_the_page_said_stops_the_order(shop):
    issued = issue(shop)
    _, token = with_card(shop, issued.code)
    actions.correct(issued.card.pk, -4000, "typing error", actor=SYSTEM)
    with pytest.raises(CreditChangedError):
        order_of(shop, token, seen_credit_minor=2890)
    assert not Order.objects.exists()
    assert balance() == 1000


def test_who_guesses_learns_nothing(shop):
    """Unknown, wrong check, void, empty, over, of another currency: one answer."""
    void, empty, over, other = (issue(shop) for _ in range(4))
    actions.void(void.card.pk, "lost", actor=SYSTEM)
    actions.correct(empty.card.pk, -5000, "test", actor=SYSTEM)
    GiftCard.objects.filter(pk=over.card.pk).update(expires_on=clock.now().date() - timedelta(2))
    GiftCard.objects.filter(pk=other.card.pk).update(currency="USD")
    cart, _ = make_cart(shop)
    said = set()
    for code in (
        *(each.code for each in (void, empty, over, other)),
        "0" * 20,
        "unknown",
        "",
        "\x00",
        "a\ud800",
        "x" * 999,
    ):
        with pytest.raises(CardRefusedError) as refused:
            actions.add_to_cart(cart.pk, code, actor=GUEST)
        said.add((refused.value.code, refused.value.message, str(refused.value.facts)))
    assert len(said) == 1
    cart.refresh_from_db()
    assert cart.gift_cards == []


def test_books_find_what_is_wrong(shop):
    _, token = with_card(shop, issue(shop).code)
    order_of(shop, token)
    assert findings() == []
    GiftCard.objects.update(balance_minor=2111)
    Order.objects.update(credit_returned_minor=1)
    assert {finding.check for finding in findings()} >= {"credit.balances", "credit.orders"}
