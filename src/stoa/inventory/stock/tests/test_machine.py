"""Any order of any actions, against a model that a child could keep: what is there, what is held, what was sold."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, consumes, invariant, rule, run_state_machine_as_test

from stoa.catalogue.models import Product, TaxClass, Variant
from stoa.inventory.models import StockLevel
from stoa.inventory.stock import books
from stoa.inventory.stock.actions import (
    adjust,
    claim,
    expire_reservations,
    release,
    reserve,
    restock,
    sell,
    set_on_hand,
    set_policy,
)
from stoa.inventory.stock.errors import (
    BackorderLimitTooLowError,
    OutOfStockError,
    ReservationExpiredError,
    StockTooLowError,
)
from stoa.inventory.stock.queries import availability
from stoa.inventory.testing import make_location, stock
from stoa.kernel import clock
from stoa.kernel.actors import GUEST, SYSTEM

START = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEYS = ("a", "b", "c")
orders = st.dictionaries(st.sampled_from(("single", "spread")), st.integers(1, 6), min_size=1)
names = st.sampled_from(("single", "spread"))


@pytest.mark.slow
@pytest.mark.django_db
def test_the_counters_follow_the_model(market):
    places = [make_location(market, "north"), make_location(market, "south", priority=1)]
    tax_class = TaxClass.objects.create(code="standard", name="Standard")
    serial = iter(range(10_000))

    class Stock(RuleBasedStateMachine):
        documents = Bundle("documents")

        def __init__(self):
            super().__init__()
            clock.set_time(START)
            self.variants, self.on_hand = {}, Counter()
            self.held, self.sold, self.back, self.keys = {}, {}, {}, set()
            self.policy = {}
            for name, homes in (("single", places[:1]), ("spread", places)):
                sku = f"{name}-{next(serial)}"
                product = Product.objects.create(title=sku, slug=sku, tax_class=tax_class, created_at=START)
                self.variants[name] = Variant.objects.create(product=product, sku=sku).pk
                for home in homes:
                    stock(Variant.objects.get(pk=self.variants[name]), 4, home)
                    self.on_hand[name] += 4
            self.serial = next(serial)
            self.count = 0

        def lines(self, order):
            return {self.variants[name]: quantity for name, quantity in order.items()}

        def available(self):
            facts = availability(self.variants.values(), market.pk)
            return {name: facts[variant_id].available for name, variant_id in self.variants.items()}

        def new_document(self):
            self.count += 1
            return f"order:{self.serial}-{self.count}"

        def fits(self, order):
            there = self.available()
            return all(quantity <= there[name] for name, quantity in order.items())

        @rule(target=documents, order=orders, minutes=st.integers(1, 60))
        def hold(self, order, minutes):
            document, is_expected = self.new_document(), self.fits(order)
            until = clock.now() + timedelta(minutes=minutes)
            try:
                reserve(self.lines(order), market_id=market.pk, document=document, expires_at=until, actor=GUEST)
            except OutOfStockError:
                assert not is_expected
            else:
                assert is_expected
                self.held[document] = (order, until)
            return document

        @rule(target=documents, order=orders)
        def sell_at_once(self, order):
            document, is_expected = self.new_document(), self.fits(order)
            try:
                sell(self.lines(order), market_id=market.pk, document=document, actor=GUEST)
            except OutOfStockError:
                assert not is_expected
            else:
                assert is_expected
                self.note_sale(document, order)
            return document

        def note_sale(self, document, order):
            self.sold[document] = order
            for name, quantity in order.items():
                self.on_hand[name] -= quantity

        @rule(document=documents)
        def pay(self, document):
            is_all_back = Counter(self.sold.get(document, {})) == self.back.get(document, Counter())
            is_supplied = document in self.held or (document in self.sold and not is_all_back)
            try:
                claim(document, actor=GUEST)
            except ReservationExpiredError:
                assert not is_supplied
                return
            if document in self.held:
                self.note_sale(document, self.held.pop(document)[0])

        @rule(document=documents)
        def give_up(self, document):
            order, _ = self.held.pop(document, ({}, None))
            assert release(document, actor=SYSTEM) == sum(order.values())

        @rule(minutes=st.integers(1, 40))
        def time_passes(self, minutes):
            clock.advance(timedelta(minutes=minutes))
            due = {document for document, (_, until) in self.held.items() if until <= clock.now()}
            assert set(expire_reservations()) == due
            for document in due:
                del self.held[document]

        @rule(document=documents, part=st.none() | orders, key=st.sampled_from(KEYS))
        def take_back(self, document, part, key):
            out = Counter(self.sold.get(document, {})) - self.back.get(document, Counter())
            wanted = out if part is None else Counter(part)
            expected = Counter({
                name: min(wanted[name], out[name])
                for name in out
                if wanted[name] and (document, key, name) not in self.keys
            })  # fmt: skip
            lines = None if part is None else self.lines(part)
            done = restock(document, lines, reason="returned", actor=SYSTEM, key=key)
            counted = Counter()
            for one in done:
                counted[next(name for name, pk in self.variants.items() if pk == one.variant_id)] += one.quantity
            assert counted == expected
            for name, quantity in expected.items():
                self.keys.add((document, key, name))
                self.back.setdefault(document, Counter())[name] += quantity
                self.on_hand[name] += quantity

        @rule(name=names, south=st.booleans(), delta=st.integers(-6, 6).filter(bool))
        def mend(self, name, south, delta):
            place = places[south and name == "spread"]
            level = StockLevel.objects.get(variant_id=self.variants[name], location=place)
            limit = level.backorder_limit if level.policy == "backorder" else 0
            is_expected = delta > 0 or level.on_hand + delta - level.reserved + limit >= 0
            try:
                adjust(self.variants[name], place.pk, delta, reason="corrected", actor=SYSTEM)
            except StockTooLowError:
                assert not is_expected
            else:
                assert is_expected
                self.on_hand[name] += delta

        @rule(name=names, quantity=st.integers(0, 9))
        def count_again(self, name, quantity):
            level = StockLevel.objects.get(variant_id=self.variants[name], location=places[0])
            try:
                set_on_hand(self.variants[name], places[0].pk, quantity, reason="counted", actor=SYSTEM)
            except StockTooLowError:
                assert quantity < level.reserved
            else:
                self.on_hand[name] += quantity - level.on_hand

        @rule(name=names, south=st.booleans(), limit=st.integers(0, 5))
        def change_terms(self, name, south, limit):
            place = places[south and name == "spread"]
            terms = {"policy": "backorder", "limit": limit, "date": date(2026, 5, 1)} if limit else {"policy": "deny"}
            level = StockLevel.objects.get(variant_id=self.variants[name], location=place)
            owed = level.reserved - level.on_hand
            if owed > limit > 0:
                with pytest.raises(BackorderLimitTooLowError) as caught:
                    set_policy(self.variants[name], place.pk, **terms, actor=SYSTEM)
                assert caught.value.owed == owed
            else:
                set_policy(self.variants[name], place.pk, **terms, actor=SYSTEM)

        @rule(document=consumes(documents))
        def forget(self, document):
            """Older documents make room for newer ones."""

        @invariant()
        def counters_agree(self):
            reserved = Counter()
            for order, _ in self.held.values():
                reserved.update(order)
            for name, variant_id in self.variants.items():
                levels = StockLevel.objects.filter(variant_id=variant_id)
                assert sum(level.on_hand for level in levels) == self.on_hand[name]
                assert sum(level.reserved for level in levels) == reserved[name]

        def teardown(self):
            assert books.check() == []
            clock.set_time(START + timedelta(days=1))
            expire_reservations()

    run_state_machine_as_test(
        Stock,
        settings=settings(
            max_examples=40, stateful_step_count=30, deadline=None, database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )  # fmt: skip
