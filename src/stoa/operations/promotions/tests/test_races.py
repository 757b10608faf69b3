"""Fifty buyers at once and five uses: the limit holds, and who came late has neither order nor loss."""

from __future__ import annotations

from collections import Counter

import pytest

from stoa.catalogue.promotions import actions
from stoa.catalogue.promotions.actions import PromotionData
from stoa.catalogue.promotions.models import PromotionCode, PromotionCustomer
from stoa.inventory.testing import stock
from stoa.kernel.actors import GUEST, SYSTEM
from stoa.operations.cart import actions as cart_actions
from stoa.operations.checkout.tests.test_races import assert_clean, checkout, together
from stoa.operations.orders.models import Order, OrderAdjustment
from stoa.operations.promotions.models import PromotionUse
from stoa.operations.testing import make_cart

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.postgres]
BUYERS, USES = 50, 5


def promote(**fields):
    terms = {"percent_bp": 1000}
    data = PromotionData("Spring", "percent", "EUR", is_automatic=False, code="spring", terms=terms, **fields)
    return actions.create_promotion(data, actor=SYSTEM)


def carts(shop, code="spring"):
    stock(shop.mug, 100, shop.location)
    tokens = []
    for _ in range(BUYERS):
        cart, token = make_cart(shop, {"MUG": 1})
        cart_actions.add_code(cart.pk, code, actor=GUEST)
        tokens.append(token)
    return tokens


def assert_five_had_it(promotion, outcomes):
    """Whoever did not get it was told before paying, in one of two ways: by then it was known, or it went just now."""
    late = outcomes["price_changed"] + outcomes["promotion_used_up"]
    assert (outcomes["new"], late, sum(outcomes.values())) == (USES, BUYERS - USES, BUYERS), outcomes
    promotion.refresh_from_db()
    assert promotion.used == USES
    assert list(Order.objects.values_list("discount_minor", flat=True)) == [120] * USES
    assert OrderAdjustment.objects.count() == PromotionUse.objects.count() == USES
    assert_clean()


def test_a_limit_in_total_holds(shop):
    promotion = promote(limit_total=USES)
    tokens = carts(shop)
    calls = [lambda i=i, t=t: checkout(shop, t, i, seen_goods_minor=1080) for i, t in enumerate(tokens)]
    assert_five_had_it(promotion, Counter(together(calls)))


def test_a_limit_for_each_customer_holds(shop):
    """Fifty carts of one person, whom the shop has never seen before."""
    promotion = promote(limit_per_customer=USES)
    tokens = carts(shop)
    calls = [lambda t=t: checkout(shop, t, email="ada@example.com", seen_goods_minor=1080) for t in tokens]
    assert_five_had_it(promotion, Counter(together(calls)))
    assert [row.used for row in PromotionCustomer.objects.all()] == [USES]


def test_a_unique_code_is_one_order_s(shop):
    promotion = promote()
    actions.make_codes(promotion.pk, 1, actor=SYSTEM)
    code = PromotionCode.objects.get(limit=1)
    tokens = carts(shop, code.code)
    calls = [lambda i=i, t=t: checkout(shop, t, i, seen_goods_minor=1080) for i, t in enumerate(tokens)]
    outcomes = Counter(together(calls))
    assert outcomes["new"] == 1, outcomes
    assert outcomes["price_changed"] + outcomes["promotion_used_up"] == BUYERS - 1, outcomes
    code.refresh_from_db()
    assert code.used == Order.objects.count() == 1
    assert_clean()
