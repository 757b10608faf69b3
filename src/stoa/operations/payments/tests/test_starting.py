from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import transaction

from stoa.kernel import clock
from stoa.kernel.actors import GUEST, SYSTEM
from stoa.operations.orders.actions import expire_unpaid
from stoa.operations.orders.queries import order_path
from stoa.operations.payments.actions import (
    change_method,
    configure_method,
    reconcile,
    retry_payment,
    return_from_provider,
    start_payment,
)
from stoa.operations.payments.books import CHECKS
from stoa.operations.payments.errors import NotAwaitingPaymentError, TooManyAttemptsError, UnknownProviderError
from stoa.operations.payments.limits import DECLINES_PER_CUSTOMER, DECLINES_PER_NETWORK, client_key, network_of
from stoa.operations.payments.models import Payment
from stoa.operations.payments.sandbox import buyer, client, server
from stoa.operations.payments.sandbox.models import SandboxPayment
from stoa.operations.payments.starting import create_payment
from stoa.operations.payments.tests.card import TWO_MUGS_MINOR, card_order, payment_of
from stoa.operations.testing import Shop, make_order

pytestmark = pytest.mark.django_db


def findings() -> list[str]:
    return [finding.message for check in CHECKS.values() for finding in check()]


def test_starting_twice_is_one_session(shop: Shop) -> None:
    _order, payment = card_order(shop)
    assert start_payment(payment.pk) == start_payment(payment.pk) == f"/sandbox-pay/{payment.provider_ref}/"
    session = SandboxPayment.objects.get()
    assert (session.amount_minor, session.currency) == (TWO_MUGS_MINOR, "EUR")
    assert (session.merchant_reference, session.order_number) == (str(payment.uuid), payment.order.number)


@pytest.mark.parametrize("when", ["before", "after"])
def test_a_lost_reply_leaves_the_order_standing_and_one_session(shop: Shop, when: str) -> None:
    with client.network_fault("/sessions", when=when):
        order, payment = card_order(shop)
    assert (order.status, payment.status, payment.provider_ref) == ("awaiting_payment", "pending", None)
    assert SandboxPayment.objects.count() == (1 if when == "after" else 0)
    url = retry_payment(order.pk, actor=GUEST)
    payment.refresh_from_db()
    assert url == f"/sandbox-pay/{payment.provider_ref}/"
    assert SandboxPayment.objects.count() == Payment.objects.count() == 1


def test_an_offline_order_has_nowhere_to_go_but_its_own_page(shop: Shop) -> None:
    order = make_order(shop)
    assert start_payment(payment_of(order).pk) == order_path(order)
    assert not SandboxPayment.objects.exists()


def test_starting_inside_a_transaction_is_refused(shop: Shop) -> None:
    order, _payment = card_order(shop)
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        start_payment(create_payment(order, "sandbox").pk)


def test_after_a_decline_another_try_is_another_payment(shop: Shop) -> None:
    order, first = card_order(shop)
    buyer.visit(first, pays=False)
    first.refresh_from_db()
    order.refresh_from_db()
    assert (first.status, order.status) == ("declined", "awaiting_payment")

    retry_payment(order.pk, actor=GUEST)
    second = payment_of(order)
    assert second.pk != first.pk
    buyer.visit(second)
    order.refresh_from_db()
    assert order.payment_status == "paid"
    with pytest.raises(NotAwaitingPaymentError):
        retry_payment(order.pk, actor=GUEST)
    assert findings() == []


def test_trying_again_finds_that_it_was_paid(shop: Shop) -> None:
    order, payment = card_order(shop)
    server.pay(payment.provider_ref or "")
    assert retry_payment(order.pk, actor=GUEST) == order_path(order)
    order.refresh_from_db()
    assert order.payment_status == "paid"
    assert Payment.objects.count() == 1


def test_changing_to_transfer_closes_the_session_and_opens_the_order(shop: Shop) -> None:
    order, card = card_order(shop)
    assert change_method(order.pk, "bank_transfer", actor=GUEST) == order_path(order)
    order.refresh_from_db()
    card.refresh_from_db()
    assert (order.status, order.payment_status, order.payment_method) == ("open", "unpaid", "bank_transfer")
    assert card.status == "cancelled"
    assert SandboxPayment.objects.get().status == "cancelled"
    assert not server.pay(card.provider_ref or "")
    assert payment_of(order).provider == "bank_transfer"
    assert findings() == []


def test_changing_comes_too_late_for_what_was_just_paid(shop: Shop) -> None:
    order, card = card_order(shop)
    server.pay(card.provider_ref or "")
    assert change_method(order.pk, "bank_transfer", actor=GUEST) == order_path(order)
    order.refresh_from_db()
    assert (order.payment_status, order.payment_method, Payment.objects.count()) == ("paid", "sandbox", 1)


def test_money_through_a_session_that_could_not_be_closed_is_taken_once(shop: Shop) -> None:
    order, card = card_order(shop)
    with client.network_fault("/cancel", when="before"):
        change_method(order.pk, "bank_transfer", actor=GUEST)
    card.refresh_from_db()
    assert card.status == "pending"
    server.pay(card.provider_ref or "")
    reconcile()
    order.refresh_from_db()
    card.refresh_from_db()
    transfer = Payment.objects.get(provider="bank_transfer")
    assert (order.payment_status, card.status, transfer.status) == ("paid", "captured", "cancelled")
    assert findings() == []


def test_only_what_is_offered_can_be_chosen(shop: Shop) -> None:
    order, _payment = card_order(shop)
    configure_method(shop.market.pk, "bank_transfer", is_active=False, actor=SYSTEM)
    for method in ("bank_transfer", "nothing", ""):
        with pytest.raises(UnknownProviderError):
            change_method(order.pk, method, actor=GUEST)
    assert Payment.objects.get().status == "pending"


def test_the_poller_finds_what_nobody_reported(shop: Shop) -> None:
    order, payment = card_order(shop)
    server.pay(payment.provider_ref or "")
    reconcile()
    order.refresh_from_db()
    assert order.payment_status == "unpaid"  # too fresh: return and webhook have the first word

    with clock.at(clock.now() + timedelta(minutes=3)):
        assert reconcile() == 1
        order.refresh_from_db()
        assert order.payment_status == "paid"
        assert reconcile() == 0
    assert findings() == []


def test_a_session_whose_opening_got_no_reply_is_found_too(shop: Shop) -> None:
    with client.network_fault("/sessions", when="after"):
        order, _payment = card_order(shop)
    server.pay(SandboxPayment.objects.get().reference)
    with clock.at(clock.now() + timedelta(minutes=15)):
        reconcile()
    order.refresh_from_db()
    assert order.payment_status == "paid"
    assert SandboxPayment.objects.count() == 1
    assert findings() == []


def test_open_payments_are_not_asked_about_all_the_time(shop: Shop) -> None:
    card_order(shop)
    start = clock.now() + timedelta(minutes=3)
    with clock.at(start):
        assert reconcile() == 1
    with clock.at(start + timedelta(seconds=30)):
        assert reconcile() == 0
    with clock.at(start + timedelta(minutes=2)):
        assert reconcile() == 1


def test_a_provider_that_is_down_stops_nothing(shop: Shop) -> None:
    order, payment = card_order(shop)
    with client.network_fault("/", when="before", times=-1), clock.at(clock.now() + timedelta(minutes=3)):
        assert reconcile() == 1
        assert return_from_provider(payment.uuid).pk == order.pk
    payment.refresh_from_db()
    assert payment.status == "pending"


def test_an_order_that_is_given_up_closes_its_session(shop: Shop) -> None:
    order, payment = card_order(shop)
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert expire_unpaid() == 1
    order.refresh_from_db()
    payment.refresh_from_db()
    assert (order.status, payment.status) == ("cancelled", "cancelled")
    assert not server.pay(payment.provider_ref or "")
    assert findings() == []


def test_money_at_the_last_moment_saves_the_order(shop: Shop) -> None:
    order, payment = card_order(shop)
    server.pay(payment.provider_ref or "")
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert expire_unpaid() == 0
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("open", "paid")


def test_an_order_waits_while_its_provider_is_down_but_not_for_ever(shop: Shop) -> None:
    order, _payment = card_order(shop)
    with client.network_fault("/cancel", when="before", times=-1):
        with clock.at(clock.now() + timedelta(hours=1)):
            assert expire_unpaid() == 0
        with clock.at(clock.now() + timedelta(hours=25)):
            assert expire_unpaid() == 1
    order.refresh_from_db()
    assert order.status == "cancelled"


def decline(shop: Shop, email: str, where: str) -> bool:
    """One try of a thief; whether it reached the provider."""
    before = SandboxPayment.objects.count()
    order = make_order(shop, payment_method="sandbox", email=email)
    payment = payment_of(order)
    if payment.provider_ref is None:
        return False
    Payment.objects.filter(pk=payment.pk).update(client_key=client_key(where))
    buyer.visit(payment, pays=False)
    return SandboxPayment.objects.count() > before


def test_a_customer_who_is_declined_again_and_again_is_stopped(shop: Shop) -> None:
    shop.mug.levels.update(on_hand=500)
    reached = sum(decline(shop, "thief@example.com", "") for _ in range(DECLINES_PER_CUSTOMER + 5))
    assert reached == DECLINES_PER_CUSTOMER
    assert decline(shop, "honest@example.com", "")


def test_new_addresses_from_one_network_are_stopped_but_for_a_trickle(shop: Shop, settings, tmp_path) -> None:
    from stoa.kernel.web import ratelimit

    settings.STOA_HOME = tmp_path
    ratelimit._counters.cache_clear()
    shop.mug.levels.update(on_hand=500)
    for n in range(DECLINES_PER_NETWORK):
        assert decline(shop, f"thief{n}@example.com", "203.0.113.9")
    _order, payment = card_order(shop, email="thief-next@example.com")
    Payment.objects.filter(pk=payment.pk).update(provider_ref=None, redirect_url="")
    start_payment(payment.pk, client="203.0.113.9")  # the trickle
    _order, payment = card_order(shop, email="thief-last@example.com")
    Payment.objects.filter(pk=payment.pk).update(provider_ref=None, redirect_url="")
    with pytest.raises(TooManyAttemptsError):
        start_payment(payment.pk, client="203.0.113.9")
    assert start_payment(payment.pk, client="198.51.100.1").startswith("/sandbox-pay/")
    ratelimit._counters.cache_clear()


def test_one_order_has_so_many_tries(shop: Shop) -> None:
    order, payment = card_order(shop)
    for _ in range(7):
        buyer.visit(payment, pays=False)
        retry_payment(order.pk, actor=GUEST)
        payment = payment_of(order)
    buyer.visit(payment, pays=False)
    with pytest.raises(TooManyAttemptsError):
        retry_payment(order.pk, actor=GUEST)
    assert SandboxPayment.objects.count() == 8


def test_networks_are_told_apart_without_keeping_addresses() -> None:
    assert network_of("2001:db8:1:2:aaaa::1") == network_of("2001:db8:1:2:bbbb::2") == "2001:db8:1:2::/64"
    assert network_of("203.0.113.9") == "203.0.113.9"
    assert network_of("nonsense") == "nonsense"
    assert client_key("") == ""
    assert len(client_key("203.0.113.9")) == 32
    assert client_key("203.0.113.9") != client_key("203.0.113.10")
