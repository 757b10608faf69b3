"""From the cart to the order: what is promised is what is charged, kept and counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from stoa.catalogue.promotions import actions, queries
from stoa.catalogue.promotions.actions import PromotionData
from stoa.catalogue.promotions.errors import CodeRefusedError, UsedUpError
from stoa.catalogue.promotions.models import Promotion, PromotionCode
from stoa.customers.groups.actions import create_group
from stoa.kernel import clock
from stoa.kernel.actors import GUEST, SYSTEM
from stoa.kernel.books import verify
from stoa.operations.cart import actions as cart_actions
from stoa.operations.cart.queries import cart_view
from stoa.operations.checkout.actions import place_order
from stoa.operations.checkout.errors import PriceChangedError
from stoa.operations.checkout.queries import summary
from stoa.operations.orders.actions import cancel_order, expire_unpaid
from stoa.operations.orders.models import Order, OrderAdjustment
from stoa.operations.orders.settlement import confirm_paid
from stoa.operations.promotions.models import PromotionUse
from stoa.operations.testing import BUYER, make_cart, make_shop

pytestmark = pytest.mark.django_db


@pytest.fixture
def shop():
    return make_shop()


def promote(kind="percent", code="", **fields):
    terms = fields.pop("terms", {"percent_bp": 1000})
    data = PromotionData("Spring", kind, "EUR", is_automatic=not code, code=code, terms=terms, **fields)
    return actions.create_promotion(data, actor=SYSTEM)


def order_of(shop, token, **wish):
    return place_order(replace(BUYER, cart_token=token, **wish), market=shop.market, actor=GUEST).order


def with_code(shop, code, goods=None):
    cart, token = make_cart(shop, goods)
    cart_actions.add_code(cart.pk, code, actor=GUEST)
    cart.refresh_from_db()
    return cart, token


def findings():
    return [finding for finding in verify().findings if finding.check.startswith(("orders.", "promotions.", "prices."))]


def test_a_code_from_the_cart_to_the_order(shop):
    spring = promote(code="SPRING", terms={"percent_bp": 1000})
    cart, token = with_code(shop, " spring ", {"MUG": 3, "BOOK": 1})
    view = cart_view(cart, shop.market)
    assert (view.subtotal.minor, view.discount.minor, view.total.minor) == (5600, 560, 5040)
    shown = summary(cart, shop.market, "DE", "standard")
    assert (shown.goods.minor, shown.discount.minor, shown.total.minor) == (5040, 560, 5530)
    order = order_of(shop, token, seen_goods_minor=5040)
    assert (order.goods_minor, order.discount_minor, order.delivery_minor, order.total_minor) == (5040, 560, 490, 5530)
    assert [(line.unit_minor, line.discount_minor, line.total_minor) for line in order.lines.all()] == [
        (1200, 360, 3240), (2000, 200, 1800),
    ]  # fmt: skip
    assert [line.tax_minor for line in order.lines.all()] == [517, 118]
    rows = OrderAdjustment.objects.filter(order=order)
    assert [(row.code, row.label, row.amount_minor, row.target) for row in rows] == [
        ("spring", "Spring", 360, "line"), ("spring", "Spring", 200, "line"),
    ]  # fmt: skip
    spring.refresh_from_db()
    assert spring.used == 1
    assert PromotionCode.objects.get().used == 1
    assert findings() == []


def test_free_delivery_is_an_adjustment_of_the_delivery(shop):
    promote("free_delivery", terms={}, conditions={"min_spend_minor": 2400})
    _, token = make_cart(shop)
    order = order_of(shop, token)
    assert (order.delivery_minor, order.delivery_discount_minor, order.total_minor) == (0, 490, 2400)
    assert [(row.target, row.amount_minor) for row in order.adjustments.all()] == [("delivery", 490)]
    assert findings() == []


def test_without_promotions_nothing_is_written(shop):
    _, token = make_cart(shop)
    order = order_of(shop, token)
    assert (order.discount_minor, order.delivery_discount_minor, order.total_minor) == (0, 0, 2890)
    assert not OrderAdjustment.objects.exists()
    assert not PromotionUse.objects.exists()


def test_who_guesses_learns_nothing(shop):
    """Over, not begun, somebody else's, used up, paused, of another market or unknown: one answer."""
    now = clock.now()
    promote(code="over", ends_at=now - timedelta(1))
    promote(code="later", starts_at=now + timedelta(1))
    group = create_group("Trade", actor=SYSTEM)
    promote(code="trade", conditions={"customer_groups": [group.pk]})
    gone = promote(code="gone", limit_total=1)
    Promotion.objects.filter(pk=gone.pk).update(used=1)
    actions.set_active(promote(code="paused").pk, False, actor=SYSTEM)
    promote(code="letter", conditions={"sources": ["letter"]})
    cart, _ = make_cart(shop)
    said = set()
    for code in ("over", "later", "trade", "gone", "paused", "letter", "unknown", "", "x" * 41, "\x00", "a\ud800"):
        with pytest.raises(CodeRefusedError) as refused:
            cart_actions.add_code(cart.pk, code, actor=GUEST)
        said.add((refused.value.code, refused.value.message, str(refused.value.facts)))
    assert len(said) == 1
    cart.refresh_from_db()
    assert cart.codes == []


def test_a_source_opens_what_is_for_it(shop):
    promote(conditions={"sources": ["letter"]})
    cart, token = make_cart(shop)
    assert summary(cart, shop.market).discount.minor == 0
    cart_actions.note_source(cart.pk, "Letter", actor=GUEST)
    cart.refresh_from_db()
    assert summary(cart, shop.market).discount.minor == 240
    assert order_of(shop, token).discount_minor == 240


@pytest.mark.parametrize("change", ["archive", "edit", "end"])
def test_what_has_changed_since_is_told_before_paying(shop, change):
    spring = promote(code="spring")
    _, token = with_code(shop, "spring")
    if change == "archive":
        actions.archive_promotion(spring.pk, actor=SYSTEM)
    elif change == "edit":
        data = PromotionData("Spring", "percent", "EUR", is_automatic=False, code="spring", terms={"percent_bp": 500})
        actions.update_promotion(spring.pk, data, actor=SYSTEM)
    else:
        Promotion.objects.filter(pk=spring.pk).update(ends_at=clock.now())
    with pytest.raises(PriceChangedError):
        order_of(shop, token, seen_goods_minor=2160)
    assert not Order.objects.exists()
    now = 2280 if change == "edit" else 2400
    assert order_of(shop, token, seen_goods_minor=now).goods_minor == now


def test_a_limit_holds_and_a_cancelled_order_gives_its_use_back(shop):
    spring = promote(code="spring", limit_total=1)
    _, first = with_code(shop, "spring", {"MUG": 1})
    _, second = with_code(shop, "spring", {"MUG": 1})
    order = order_of(shop, first)
    with pytest.raises(PriceChangedError):
        order_of(shop, second, seen_goods_minor=1080)
    cancel_order(order.pk, "changed my mind", actor=SYSTEM)
    spring.refresh_from_db()
    assert spring.used == 0
    assert order_of(shop, second, seen_goods_minor=1080).discount_minor == 120
    assert findings() == []


def test_the_last_use_goes_to_one(shop):
    """Where the count is reached between looking and taking, the order is not placed at all."""
    spring = promote(limit_total=1)
    actions.take(spring.pk, None, None)
    with pytest.raises(UsedUpError):
        actions.take(spring.pk, None, None)
    spring.refresh_from_db()
    assert spring.used == 1


def test_once_for_each_customer_by_the_address_of_the_order(shop):
    promote(code="spring", limit_per_customer=1)
    _, first = with_code(shop, "spring", {"MUG": 1})
    _, second = with_code(shop, "spring", {"MUG": 1})
    _, other = with_code(shop, "spring", {"MUG": 1})
    assert order_of(shop, first).discount_minor == 120
    assert order_of(shop, other, email="bea@example.com").discount_minor == 120
    with pytest.raises(PriceChangedError):
        order_of(shop, second, seen_goods_minor=1080)
    assert order_of(shop, second, seen_goods_minor=1200).discount_minor == 0
    assert findings() == []


def test_for_the_first_order_alone(shop):
    promote(conditions={"first_order": True})
    first, token = make_cart(shop, {"MUG": 1})
    assert summary(first, shop.market).discount.minor == 120
    order_of(shop, token)
    second, again = make_cart(shop, {"MUG": 1})
    with pytest.raises(PriceChangedError):
        order_of(shop, again, email="ADA@example.com", seen_goods_minor=1080)
    assert summary(second, shop.market, "DE", "standard", email="ada@example.com").discount.minor == 0
    assert summary(second, shop.market, "DE", "standard").discount.minor == 120


def test_an_unpaid_order_gives_its_use_back_when_its_time_is_over(shop):
    spring = promote(limit_total=5)
    _, token = make_cart(shop, {"MUG": 1})
    order = order_of(shop, token)
    Order.objects.filter(pk=order.pk).update(status="awaiting_payment", payment_due_at=clock.now())
    assert expire_unpaid() == 1
    spring.refresh_from_db()
    assert spring.used == 0
    assert PromotionUse.objects.get().released_at is not None


def test_late_money_has_its_price_though_its_code_went_to_somebody_else(shop):
    spring = promote(code="base")
    actions.make_codes(spring.pk, 1, batch="letter", actor=SYSTEM)
    code = queries.codes_of(spring.pk).get(batch="letter")
    _, first = with_code(shop, code.code, {"MUG": 1})
    early = order_of(shop, first, payment_method="sandbox")
    Order.objects.filter(pk=early.pk).update(payment_due_at=clock.now())
    assert expire_unpaid() == 1
    _, second = with_code(shop, code.code, {"MUG": 1})
    assert order_of(shop, second).discount_minor == 120
    confirm_paid(early.pk, payment_id=early.payments.get().pk, actor=SYSTEM)
    early.refresh_from_db()
    assert (early.status, early.discount_minor) == ("open", 120)
    spring.refresh_from_db()
    code.refresh_from_db()
    assert (spring.used, code.used) == (2, 1)
    assert [finding for finding in verify().findings if finding.check.startswith("promotions.")] == []


def test_unique_codes_are_for_one_use_each(shop):
    spring = promote(code="base")
    assert actions.make_codes(spring.pk, 3, prefix="SP-", batch="letter", actor=SYSTEM) == 3
    codes = list(queries.codes_of(spring.pk).filter(batch="letter").values_list("code", flat=True))
    assert len({*codes}) == 3
    assert all(code.startswith("sp-") and len(code) == 15 for code in codes)
    _, token = with_code(shop, codes[0], {"MUG": 1})
    assert order_of(shop, token).discount_minor == 120
    with pytest.raises(CodeRefusedError):
        with_code(shop, codes[0])
    with_code(shop, codes[1])


def test_a_blocking_floor_is_kept_at_checkout(shop):
    """The mug costs 5.00 and is 12.00 with 19 percent: at 40 percent margin it may not go below 9.92."""
    shop.market.floor_per_product_bp, shop.market.floor_blocks = 4000, True
    shop.market.save()
    promote(code="ten", terms={"percent_bp": 1000})
    promote(code="twelve", terms={"percent_bp": 1200})
    cart, token = with_code(shop, "ten", {"MUG": 1})
    cart_actions.add_code(cart.pk, "twelve", actor=GUEST)
    assert order_of(shop, token).discount_minor == 144


def test_the_books_see_a_wrong_counter_and_a_wrong_discount(shop):
    spring = promote(code="spring")
    _, token = with_code(shop, "spring", {"MUG": 1})
    order = order_of(shop, token)
    assert findings() == []
    Promotion.objects.filter(pk=spring.pk).update(used=7)
    OrderAdjustment.objects.filter(order=order).update(amount_minor=1)
    assert {finding.check for finding in findings()} == {"promotions.uses", "promotions.adjustments"}
