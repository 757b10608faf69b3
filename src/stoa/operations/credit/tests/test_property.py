"""Whatever is done with a card, in any order: its balance is its ledger, and never below zero."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta

import pytest
from django.db.models import Sum
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from stoa.inventory.testing import stock
from stoa.kernel import clock
from stoa.kernel.actors import GUEST, SYSTEM
from stoa.kernel.books import verify
from stoa.kernel.errors import DomainError
from stoa.operations.checkout.actions import place_order
from stoa.operations.credit import actions
from stoa.operations.credit.models import GiftCard
from stoa.operations.models import Order, Payment
from stoa.operations.orders.actions import cancel_order, expire_unpaid
from stoa.operations.orders.settlement import confirm_paid
from stoa.operations.payments import actions as payments
from stoa.operations.testing import BUYER, make_cart

STEPS = ("spend", "spend_hosted", "cancel", "cancel_keeping", "refund_all", "pay", "expire", "late", "correct", "void")


@pytest.mark.django_db(transaction=True)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.sampled_from(STEPS), st.integers(0, 5)), min_size=2, max_size=9))
def test_the_ledger_is_the_balance(shop, steps):
    stock(shop.mug, 100, shop.location)
    issued = actions.issue(shop.market, 4000, actor=SYSTEM, reason="test")
    placed: list[int] = []
    for step, number in steps:
        with suppress(DomainError):
            _take(shop, step, number, issued, placed)
        assert not [one for one in verify().findings if one.check.startswith(("credit.", "orders.lines"))]
        card = GiftCard.objects.get(pk=issued.card.pk)
        assert card.balance_minor == card.entries.aggregate(sum=Sum("amount_minor"))["sum"] >= 0


def _take(shop, step, number, issued, placed):
    if step in ("spend", "spend_hosted"):
        cart, token = make_cart(shop, {"MUG": 1})
        actions.add_to_cart(cart.pk, issued.code, actor=GUEST)
        method = "bank_transfer" if step == "spend" else "sandbox"
        wish = replace(BUYER, cart_token=token, payment_method=method)
        placed.append(place_order(wish, market=shop.market, actor=GUEST).order.pk)
        return
    if step == "correct":
        actions.correct(issued.card.pk, 500 if number % 2 else -700, "test", actor=SYSTEM)
    elif step == "void":
        if number == 5:
            actions.void(issued.card.pk, "test", actor=SYSTEM)
    elif step == "expire":
        with clock.at(clock.now() + timedelta(hours=2)):
            expire_unpaid()
    elif placed:
        pk = placed[number % len(placed)]
        order = Order.objects.get(pk=pk)
        if step in ("cancel", "cancel_keeping"):
            cancel_order(pk, "test", actor=SYSTEM, refund=step == "cancel")
        elif step == "refund_all" and order.payment_status != "unpaid":
            payments.refund_all(pk, reason="test", actor=SYSTEM)
        elif step == "pay":
            payments.mark_received(pk, order.due_minor, actor=SYSTEM)
        elif step == "late" and order.status == "cancelled" and order.due_minor:
            confirm_paid(pk, payment_id=Payment.objects.filter(order_id=pk).latest("pk").pk, actor=SYSTEM)
