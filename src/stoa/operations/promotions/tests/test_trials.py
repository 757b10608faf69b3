"""A planned promotion on past orders: to the unit what the cart gives, and what it would have cost."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest

from stoa.catalogue.promotions import actions as promotions
from stoa.catalogue.promotions.actions import PromotionData
from stoa.inventory.testing import stock
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.jobs.models import JobRun
from stoa.operations.orders.actions import cancel_order
from stoa.operations.orders.models import Order
from stoa.operations.promotions import trials
from stoa.operations.promotions.actions import begin_trial, run_trial
from stoa.operations.promotions.errors import TrialInvalidError
from stoa.operations.promotions.floors import below_floor, running_below_floor
from stoa.operations.promotions.models import PromotionTrial
from stoa.operations.promotions.pricing import least
from stoa.operations.promotions.queries import promotions_with_uses, trial
from stoa.operations.testing import make_order, make_shop

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


@pytest.fixture
def shop():
    made = make_shop()
    stock(made.mug, 100, made.location)
    stock(made.book, 100, made.location)
    return made


def promote(kind="percent", is_automatic=False, **fields):
    """Planned: it begins tomorrow. Mugs are 12.00 with 19 percent of tax, and cost 5.00 without."""
    fields = {"terms": {"percent_bp": 1000}, "starts_at": clock.now() + DAY, **fields}
    return promotions.create_promotion(
        PromotionData("Plan", kind, "EUR", is_automatic=is_automatic, **fields), actor=SYSTEM
    )


def tried(promotion, **wanted):
    now = clock.now()
    made = begin_trial(promotion.pk, now - DAY, now + DAY, actor=SYSTEM, **wanted)
    run_trial(made.pk)
    return trial(made.pk)


def test_what_it_would_have_given_and_left(shop):
    make_order(shop, {"MUG": 2})
    make_order(shop, {"MUG": 1})
    found = tried(promote())
    assert (found.is_done, found.orders, found.touched, found.known) == (True, 2, 2, 2)
    assert (found.given_minor, found.revenue_minor) == (360, 3600)
    # 24.00 are 20.17 net, 21.60 are 18.15; 12.00 are 10.08, 10.80 are 9.08.
    assert found.given_net_minor == 2017 - 1815 + 1008 - 908
    assert found.margin_before_minor == 2017 - 1000 + 1008 - 500
    assert found.margin_after_minor == 1815 - 1000 + 908 - 500
    assert (found.losing, found.named) == (0, [])
    assert promotions_with_uses().get().used == 0
    assert not Order.objects.filter(discount_minor__gt=0).exists()


def test_orders_that_would_have_lost_money_have_names(shop):
    order = make_order(shop, {"MUG": 1})
    found = tried(promote(terms={"percent_bp": 6000}))
    assert (found.losing, found.losing_before) == (1, 0)
    (lost,) = found.named
    # 4.80 are 4.03 net, and the mug costs 5.00.
    assert (lost.order_id, lost.number, lost.given_minor) == (order.pk, order.number, 720)
    assert (lost.before_minor, lost.after_minor) == (508, -97)


def test_unknown_costs_are_no_margin(shop):
    make_order(shop, {"BOOK": 1})
    found = tried(promote())
    assert (found.touched, found.given_minor, found.known, found.losing) == (1, 200, 0, 0)


def test_it_gives_what_the_cart_would_have_given(shop):
    """The same goods, bought while it runs."""
    goods = {"MUG": 3, "BOOK": 2}
    cases = [
        ("percent", {"percent_bp": 1250}), ("amount", {"amount_minor": 701}), ("amount_each", {"amount_minor": 99}),
        ("buy_get", {"buy": 2, "get": 1, "percent_bp": 10_000}), ("free_delivery", {}),
        ("spend_tiers", {"tiers": [[2000, 500], [5000, 1500]]}), ("quantity_tiers", {"tiers": [[5, 700]]}),
        ("bundle", {"amount_minor": 2900, "bundle": [[shop.mug.product_id, 1], [shop.book.product_id, 1]]}),
    ]  # fmt: skip
    for kind, terms in cases:
        Order.objects.update(placed_at=clock.now() - 9 * DAY)
        plain = make_order(shop, goods)
        assert plain.discount_minor == 0
        found = tried(promote(kind, terms=terms))
        Order.objects.update(placed_at=clock.now() - 9 * DAY)
        # With a condition that all fulfil it is no price on the shelf.
        running = promote(
            kind, terms=terms, starts_at=None, is_automatic=True, conditions={"min_spend_minor": 1},
        )  # fmt: skip
        real = make_order(shop, goods)
        promotions.archive_promotion(running.pk, actor=SYSTEM)
        assert found.given_minor == real.discount_minor + real.delivery_discount_minor > 0, kind


def test_cancelled_orders_other_times_and_other_countries_are_left_out(shop):
    cancel_order(make_order(shop, {"MUG": 1}).pk, "no", actor=SYSTEM)
    early = make_order(shop, {"MUG": 1})
    Order.objects.filter(pk=early.pk).update(placed_at=clock.now() - 2 * DAY)
    make_order(shop, {"MUG": 1}, country="FR")
    assert tried(promote()).orders == 1
    assert tried(promote(), country="DE").orders == 0
    assert tried(promote(), market_id=shop.market.pk).orders == 1


def test_limits_hold_in_the_order_of_time(shop):
    for _ in range(3):
        make_order(shop, {"MUG": 1})
    make_order(shop, {"MUG": 1}, email="bea@example.com")
    assert tried(promote(limit_total=2)).touched == 2
    assert tried(promote(limit_per_customer=1)).touched == 2
    assert tried(promote(conditions={"first_order": True})).touched == 2


def test_what_an_order_has_off_already_stays_off(shop):
    running = promote("amount", terms={"amount_minor": 1150}, starts_at=None, is_automatic=True)
    order = make_order(shop, {"MUG": 1})
    assert order.goods_minor == 50
    assert tried(promote(terms={"percent_bp": 1000})).given_minor == 50
    promotions.archive_promotion(running.pk, actor=SYSTEM)


def test_the_floor_of_the_market_holds_where_it_blocks(shop):
    make_order(shop, {"MUG": 1})
    shop.market.floor_per_product_bp = 4000
    shop.market.save()
    warned = tried(promote(terms={"percent_bp": 2000}))
    assert (warned.given_minor, warned.below_floor, warned.blocked) == (240, 1, 0)
    shop.market.floor_blocks = True
    shop.market.save()
    kept = tried(promote(terms={"percent_bp": 2000}))
    assert (kept.given_minor, kept.below_floor, kept.blocked) == (0, 0, 1)


def test_it_goes_on_in_pieces_and_says_how_far_it_is(shop, monkeypatch):
    monkeypatch.setattr(trials, "PIECE", 2)
    for _ in range(5):
        make_order(shop, {"MUG": 1})
    now, seen = clock.now(), []
    made = begin_trial(promote().pk, now - DAY, now + DAY, actor=SYSTEM)
    assert JobRun.objects.filter(task__contains="run_trial").count() == 1
    real = trials._Trying.piece

    def looked(self, rows, sums):
        seen.append(trial(made.pk).percent)
        real(self, rows, sums)

    monkeypatch.setattr(trials._Trying, "piece", looked)
    assert run_trial(made.pk) == 5
    assert seen == [0, 40, 80]
    assert (trial(made.pk).percent, trial(made.pk).touched) == (100, 5)
    # A job that is delivered twice changes nothing.
    assert run_trial(made.pk) == 0


def test_a_time_that_ends_before_it_begins_is_refused(shop):
    now = clock.now()
    with pytest.raises(TrialInvalidError):
        begin_trial(promote().pk, now, now, actor=SYSTEM)
    assert not PromotionTrial.objects.exists()


def test_what_would_be_sold_below_the_floor_is_told_before(shop):
    deep = promote(terms={"percent_bp": 6000}, starts_at=None)
    (mug,) = below_floor(deep, shop.market)
    # It costs 5.00 and 19 percent: 5.95.
    assert (mug.sku, mug.quantity, mug.paid_minor, mug.floor_minor, mug.is_loss) == ("MUG", 1, 480, 595, True)
    mild = promote(starts_at=None)
    assert below_floor(mild, shop.market) == []
    shop.market.floor_per_product_bp = 5000
    (mug,) = below_floor(mild, shop.market)
    assert (mug.paid_minor, mug.floor_minor, mug.is_loss) == (1080, 1190, False)
    shop.market.floor_per_product_bp = None
    assert running_below_floor(promotions_with_uses(), [shop.market], most=50) == [(deep, 1)]
    promotions.set_active(deep.pk, False, actor=SYSTEM)
    assert running_below_floor(promotions_with_uses(), [shop.market], most=50) == []


def test_the_floor_asks_for_as_many_pieces_as_the_promotion(shop):
    half = promote("buy_get", terms={"buy": 1, "get": 2, "percent_bp": 10_000}, starts_at=None)
    (mug,) = below_floor(half, shop.market)
    assert (mug.quantity, mug.paid_minor, mug.floor_minor) == (3, 1200, 1785)
    spend = promote("amount", terms={"amount_minor": 5000}, conditions={"min_spend_minor": 6000}, starts_at=None)
    (mug,) = below_floor(spend, shop.market)
    assert (mug.quantity, mug.paid_minor) == (5, 1000)


@pytest.mark.parametrize(
    ("cost", "floor_bp", "lowest"),
    [("595", 0, 595), ("595", 4000, 992), ("600", 4000, 1000), ("0.01", 0, 1), ("0", 5000, 0)],
)
def test_the_floor_is_rounded_up(cost, floor_bp, lowest):
    assert least(Decimal(cost), floor_bp) == lowest
