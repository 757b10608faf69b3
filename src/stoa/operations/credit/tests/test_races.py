"""Twenty at once spend one card of 50: exactly 50 are spent."""

from __future__ import annotations

from collections import Counter

import pytest

from stoa.inventory.testing import stock
from stoa.kernel.actors import GUEST, SYSTEM
from stoa.kernel.errors import DomainError
from stoa.operations.checkout.tests.test_races import assert_clean, checkout, together
from stoa.operations.credit import actions
from stoa.operations.credit.models import GiftCard, GiftCardEntry
from stoa.operations.models import Order
from stoa.operations.orders.actions import cancel_order
from stoa.operations.testing import make_cart

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
BUYERS = 20


def carts(shop, minor):
    stock(shop.mug, 100, shop.location)
    issued = actions.issue(shop.market, minor, actor=SYSTEM, reason="race")
    tokens = []
    for _ in range(BUYERS):
        cart, token = make_cart(shop, {"MUG": 1})
        actions.add_to_cart(cart.pk, issued.code, actor=GUEST)
        tokens.append(token)
    return tokens


def spent():
    return -sum(GiftCardEntry.objects.filter(kind="spent").values_list("amount_minor", flat=True))


def test_twenty_at_once_spend_one_card_of_50(shop):
    tokens = carts(shop, 5000)
    outcomes = Counter(together([lambda i=i, t=t: checkout(shop, t, i) for i, t in enumerate(tokens)]))
    assert outcomes == {"new": BUYERS}
    # 16.90 each: two are paid whole, the third in part, and seventeen pay for themselves.
    assert sorted(Order.objects.filter(credit_minor__gt=0).values_list("credit_minor", flat=True)) == [1620, 1690, 1690]
    assert (spent(), GiftCard.objects.get().balance_minor) == (5000, 0)
    assert_clean()


def test_who_was_shown_the_card_is_told_when_it_is_gone(shop):
    tokens = carts(shop, 1690 * 3)
    calls = [lambda i=i, t=t: checkout(shop, t, i, seen_credit_minor=1690) for i, t in enumerate(tokens)]
    assert Counter(together(calls)) == {"new": 3, "gift_card_changed": BUYERS - 3}
    assert (Order.objects.count(), spent(), GiftCard.objects.get().balance_minor) == (3, 5070, 0)
    assert_clean()


def test_orders_come_and_go_at_once(shop):
    """Half of them cancel while the others place: nobody waits for ever, and nothing is lost."""
    tokens = carts(shop, 100_000)
    first, later = tokens[:10], tokens[10:]
    for index, token in enumerate(first):
        checkout(shop, token, index)
    ids = list(Order.objects.values_list("pk", flat=True))

    def cancel(pk):
        try:
            return cancel_order(pk, "race", actor=SYSTEM).status
        except DomainError as refusal:
            return refusal.code

    calls = [lambda pk=pk: cancel(pk) for pk in ids for _ in range(2)]
    calls += [lambda i=i, t=t: checkout(shop, t, 100 + i) for i, t in enumerate(later)]
    outcomes = Counter(together(calls))
    assert outcomes == {"cancelled": 10, "invalid_transition": 10, "new": 10}
    assert GiftCard.objects.get().balance_minor == 100_000 - 10 * 1690
    assert_clean()
