"""Stripe behind the Protocol: what is sent, what is believed, and what is given back."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import timedelta
from uuid import UUID

import pytest
from django.test import Client

from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM, Actor
from stoa.kernel.outbox.models import OutboxEvent
from stoa.operations.orders.models import Order
from stoa.operations.orders.queries import order_path
from stoa.operations.payments import actions, addresses
from stoa.operations.payments.errors import ProviderRefusedError, ProviderUnreachableError
from stoa.operations.payments.models import Payment, PaymentEvent, Refund
from stoa.operations.payments.providers import registry
from stoa.operations.payments.providers.base import PaymentFacts, PaymentProvider
from stoa.operations.payments.providers.stripe import client
from stoa.operations.payments.providers.stripe.provider import Stripe
from stoa.operations.payments.queries import events_to_check, payment_methods
from stoa.operations.payments.tests.card import TWO_MUGS_MINOR, payment_of
from stoa.operations.payments.tests.stripe_account import SECRET, WEBHOOK_SECRET, StripeAccount, signed
from stoa.operations.testing import Shop, make_order

pytestmark = pytest.mark.django_db(transaction=True)
STAFF = Actor.staff(1, "Olga")
URL = "/payments/webhooks/stripe/"


@pytest.fixture
def stripe(settings, monkeypatch) -> StripeAccount:
    settings.STOA_STRIPE_SECRET_KEY = SECRET
    settings.STOA_STRIPE_WEBHOOK_SECRETS = [WEBHOOK_SECRET]
    account = StripeAccount()
    monkeypatch.setattr(client, "request", account.request)
    return account


@pytest.fixture
def order(shop: Shop, stripe: StripeAccount) -> Order:
    """Two mugs whose buyer has been sent to Stripe's page."""
    return make_order(shop, payment_method="stripe")


def tell(event: dict, headers: dict[str, str] | None = None, **signing) -> int:
    body, right = signed(event, **signing)
    return (
        Client(enforce_csrf_checks=True)
        .post(URL, body, "application/json", headers=right if headers is None else headers)
        .status_code
    )


def statuses(order: Order) -> tuple[str, str, list[str]]:
    order.refresh_from_db()
    payments = order.payments.order_by("id").values_list("status", flat=True)
    return order.status, order.payment_status, list(payments)


def paid_events() -> int:
    return OutboxEvent.objects.filter(name="operations.OrderPaid").count()


# -- opening


def test_it_is_a_provider_and_offered_only_with_both_keys(shop: Shop, settings, stripe: StripeAccount) -> None:
    assert isinstance(registry.provider("stripe"), PaymentProvider)

    def is_offered() -> bool:
        return "stripe" in {option.code for option in payment_methods(shop.market, "DE", is_pickup=False)}

    assert is_offered()
    settings.STOA_STRIPE_WEBHOOK_SECRETS = []
    assert not is_offered()
    settings.STOA_STRIPE_WEBHOOK_SECRETS = [WEBHOOK_SECRET]
    settings.STOA_STRIPE_SECRET_KEY = ""
    assert not is_offered()
    assert tell({"id": "evt_1"}) == 404


def test_a_session_says_what_is_paid_and_who_asks(order: Order, stripe: StripeAccount) -> None:
    payment = payment_of(order)
    assert (payment.status, payment.provider_ref) == ("pending", "cs_test_1")
    [(method, path, params, headers)] = stripe.requests
    assert (method, path) == ("POST", "/v1/checkout/sessions")
    assert headers["idempotency-key"] == f"start:{payment.uuid}"
    assert headers["stripe-version"] == client.API_VERSION
    assert params["mode"] == "payment"
    assert params["client_reference_id"] == params["metadata[stoa_payment]"] == str(payment.uuid)
    assert params["payment_intent_data[metadata][stoa_payment]"] == str(payment.uuid)
    assert params["line_items[0][price_data][unit_amount]"] == str(TWO_MUGS_MINOR)
    assert params["line_items[0][price_data][currency]"] == "eur"
    assert params["line_items[0][quantity]"] == "1"
    assert params["success_url"] == params["cancel_url"] == addresses.return_url(payment)
    assert params["adaptive_pricing[enabled]"] == "false"


def test_a_lost_answer_is_asked_for_again_and_opens_one_session(shop: Shop, stripe: StripeAccount) -> None:
    stripe.lost = 1
    order = make_order(shop, payment_method="stripe")
    assert payment_of(order).provider_ref is None
    next_url = actions.retry_payment(order.pk, actor=SYSTEM)
    assert list(stripe.sessions) == ["cs_test_1"]
    payment = payment_of(order)
    assert payment.provider_ref == "cs_test_1"
    assert next_url == addresses.onward_path(payment)


def test_an_outage_leaves_the_order_and_its_page_says_so(shop: Shop, stripe: StripeAccount) -> None:
    stripe.down = True
    order = make_order(shop, payment_method="stripe")
    assert statuses(order) == ("awaiting_payment", "unpaid", ["pending"])
    with pytest.raises(ProviderUnreachableError):
        actions.retry_payment(order.pk, actor=SYSTEM)
    assert statuses(order) == ("awaiting_payment", "unpaid", ["pending"])


def facts(**changes) -> PaymentFacts:
    values = PaymentFacts(UUID(int=7), 500, "JPY", "1001", "ada@example.org", "pt-BR")
    return replace(values, **changes)


def test_currencies_without_decimals_go_as_they_are(stripe: StripeAccount) -> None:
    Stripe().start(facts(), "https://shop.example/back", "")
    Stripe().start(
        facts(uuid=UUID(int=8), amount_minor=5, currency="ISK", language="ga", email=""), "https://shop.example/b", ""
    )
    yen, krona = [params for _method, _path, params, _headers in stripe.requests]
    assert (yen["line_items[0][price_data][unit_amount]"], yen["locale"]) == ("500", "pt")
    assert (krona["line_items[0][price_data][unit_amount]"], krona["locale"]) == ("500", "auto")
    assert "customer_email" not in krona
    state = Stripe().fetch("cs_test_2")
    assert (state.amount_minor, state.currency, state.status) == (5, "ISK", "open")


def test_an_amount_that_stripe_cannot_take_is_refused_before_anything_is_sent(stripe: StripeAccount) -> None:
    with pytest.raises(ProviderRefusedError):
        Stripe().start(facts(amount_minor=5124, currency="KWD"), "https://shop.example/back", "")
    assert stripe.requests == []


def test_a_wrong_key_is_no_answer_and_is_in_no_log(stripe: StripeAccount, settings, caplog, capfd) -> None:
    settings.STOA_STRIPE_SECRET_KEY = "sk_test_mistyped_4711"
    with caplog.at_level(logging.DEBUG), pytest.raises(ProviderUnreachableError):
        Stripe().start(facts(), "https://shop.example/back", "")
    assert len(stripe.requests) == 1
    captured = capfd.readouterr()
    assert "4711" not in caplog.text + captured.out + captured.err


# -- the way to the page


def test_the_checkout_goes_on_by_a_page_of_its_own(order: Order, stripe: StripeAccount) -> None:
    payment = payment_of(order)
    path = addresses.onward_path(payment)
    assert path.startswith(f"/payments/onward/{payment.uuid}/?key=")
    answer = Client().get(path)
    html = answer.content.decode()
    # A page, not a redirect: a redirect after a form is held to the form's policy.
    assert (answer.status_code, answer.headers.get("Location")) == (200, None)
    assert '<meta http-equiv="refresh" content="0;url=https://checkout.stripe.com/c/pay/cs_test_1#fid">' in html
    assert '<a href="https://checkout.stripe.com/c/pay/cs_test_1#fid">' in html
    assert "form-action 'self';" in answer.headers["Content-Security-Policy"]
    assert "stripe" not in answer.headers["Content-Security-Policy"]
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert "no-store" in answer.headers["Cache-Control"]


def test_the_page_opens_only_with_its_key_and_leads_nowhere_once_paid(order: Order, stripe: StripeAccount) -> None:
    payment = payment_of(order)
    browser = Client()
    assert browser.get(f"/payments/onward/{payment.uuid}/").status_code == 404
    assert browser.get(f"/payments/onward/{payment.uuid}/?key={'0' * 64}").status_code == 404
    assert tell(stripe.pay("cs_test_1")) == 200
    answer = browser.get(addresses.onward_path(payment))
    assert (answer.status_code, answer["Location"]) == (302, order_path(order))


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", ""])
def test_nothing_but_a_web_page_is_gone_to(order: Order, url: str) -> None:
    Payment.objects.update(redirect_url=url)
    answer = Client().get(addresses.onward_path(payment_of(order)))
    assert (answer.status_code, answer["Location"]) == (302, order_path(order))


# -- what is believed


def test_a_message_pays_the_order_once(order: Order, stripe: StripeAccount) -> None:
    event = stripe.pay("cs_test_1")
    asked = len(stripe.requests)
    assert {tell(event) for _ in range(3)} == {200}
    assert statuses(order) == ("open", "paid", ["captured"])
    assert payment_of(order).captured_minor == TWO_MUGS_MINOR
    kept = PaymentEvent.objects.get()
    assert (kept.outcome, kept.times, kept.kind) == ("applied", 3, "checkout.session.completed")
    assert "ada" not in str(kept.payload).lower()
    assert "customer_email" not in kept.payload
    assert (paid_events(), len(stripe.requests)) == (1, asked)


def test_the_buyers_return_is_enough(order: Order, stripe: StripeAccount) -> None:
    stripe.pay("cs_test_1")
    actions.return_from_provider(payment_of(order).uuid)
    assert statuses(order) == ("open", "paid", ["captured"])


def test_a_buyer_who_comes_back_unpaid_finds_the_same_page(order: Order, stripe: StripeAccount) -> None:
    actions.return_from_provider(payment_of(order).uuid)
    assert statuses(order) == ("awaiting_payment", "unpaid", ["pending"])
    assert actions.retry_payment(order.pk, actor=SYSTEM) == addresses.onward_path(payment_of(order))
    assert len(stripe.sessions) == 1


def test_nobody_came_back_and_no_message_arrived(order: Order, stripe: StripeAccount) -> None:
    stripe.pay("cs_test_1")
    with clock.at(clock.now() + timedelta(minutes=5)):
        assert actions.reconcile() == 1
    assert statuses(order) == ("open", "paid", ["captured"])


@pytest.mark.parametrize(
    ("changes", "of_event", "why"),
    [
        ({"amount_total": 1}, {}, "amount is 1"),
        ({"currency": "usd"}, {}, "currency is 'USD'"),
        ({"id": "cs_test_other"}, {}, "no payment of ours"),
        ({"client_reference_id": "another"}, {}, "two references"),
        ({}, {"livemode": True}, "of the live mode"),
        ({"livemode": True}, {}, "of the live mode"),
        ({}, {"account": "acct_other"}, "another account"),
        ({}, {"context": "acct_other/acct_sub"}, "another account"),
    ],
)
def test_a_genuine_message_that_does_not_match_changes_nothing(
    order: Order, stripe: StripeAccount, changes: dict, of_event: dict, why: str
) -> None:
    event = stripe.pay("cs_test_1")
    event["data"]["object"] |= changes
    assert tell(event | of_event) == 200
    assert statuses(order) == ("awaiting_payment", "unpaid", ["pending"])
    kept = events_to_check().get()
    assert (kept.outcome, kept.event_id) == ("mismatch", "evt_1")
    assert why in kept.message
    assert paid_events() == 0


def test_test_messages_give_nothing_away_to_a_live_shop(order: Order, stripe: StripeAccount, settings) -> None:
    event = stripe.pay("cs_test_1")
    settings.STOA_STRIPE_SECRET_KEY = "sk_live_1"
    assert tell(event) == 200
    assert statuses(order) == ("awaiting_payment", "unpaid", ["pending"])
    assert events_to_check().get().message == "of the test mode"


def test_a_signature_is_checked_with_tolerance_and_every_secret(order: Order, stripe: StripeAccount, settings) -> None:
    event = stripe.pay("cs_test_1")
    assert tell(event, headers={}) == 401
    assert tell(event, secret="whsec_of_somebody") == 401
    assert tell(event, age=301) == 400
    assert tell(event, age=-301) == 400
    assert statuses(order) == ("awaiting_payment", "unpaid", ["pending"])
    settings.STOA_STRIPE_WEBHOOK_SECRETS = ["whsec_new", WEBHOOK_SECRET]
    assert tell(event, age=299) == 200
    assert statuses(order) == ("open", "paid", ["captured"])


@pytest.mark.parametrize("spoil", [{"data": {}}, {"data": {"object": []}}, {"type": 7}, {"id": ""}, {"data": None}])
def test_what_is_no_event_is_refused(order: Order, stripe: StripeAccount, spoil: dict) -> None:
    assert tell(stripe.pay("cs_test_1") | spoil) == 400
    assert statuses(order) == ("awaiting_payment", "unpaid", ["pending"])
    assert events_to_check().get().outcome == "refused"


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("customer.created", {"id": "cus_1", "object": "customer", "email": "ada@example.org"}),
        ("payment_intent.succeeded", {"id": "pi_9", "object": "payment_intent", "metadata": {}}),
        ("checkout.session.completed", {"id": "cs_9", "metadata": None, "status": "complete"}),
        ("charge.updated", {"id": "ch_1", "metadata": {"stoa_payment": "00000000-0000-0000-0000-000000000000"}}),
        ("charge.updated", {"id": "ch_1", "metadata": {"stoa_payment": "no uuid"}}),
        ("something.from.the.future", {"id": "x_1", "metadata": {"stoa_payment": "x"}}),
    ],
)
def test_what_is_not_about_this_shop_is_kept_and_that_is_all(
    order: Order, stripe: StripeAccount, kind: str, data: dict
) -> None:
    event = stripe.event(kind, data)
    assert {tell(event) for _ in range(2)} == {200}
    kept = PaymentEvent.objects.get()
    assert (kept.outcome, kept.kind, kept.times, kept.payment) == ("no_change", kind, 2, None)
    assert "ada" not in str(kept.payload)
    assert not events_to_check().exists()
    assert statuses(order) == ("awaiting_payment", "unpaid", ["pending"])


def test_news_of_an_intent_makes_the_shop_ask(order: Order, stripe: StripeAccount) -> None:
    stripe.pay("cs_test_1")
    event = stripe.event("payment_intent.succeeded", stripe.intents["pi_1"], "evt_2")
    stripe.down = True
    assert tell(event) == 503
    assert not PaymentEvent.objects.exists()
    stripe.down = False
    assert tell(event) == 200
    assert statuses(order) == ("open", "paid", ["captured"])


def test_money_given_back_at_stripes_own_desk_is_listed(order: Order, stripe: StripeAccount) -> None:
    tell(stripe.pay("cs_test_1"))
    charge = stripe.intents["pi_1"]["latest_charge"]
    charge["amount_refunded"] = 500
    assert (
        tell(stripe.event("charge.refunded", charge | {"metadata": stripe.intents["pi_1"]["metadata"]}, "evt_2")) == 200
    )
    assert events_to_check().get().message == "refunded 500 there, 0 here"
    assert statuses(order) == ("open", "paid", ["captured"])


def test_a_bank_that_says_no_later_declines(order: Order, stripe: StripeAccount) -> None:
    session = stripe.sessions["cs_test_1"] | {"status": "complete", "payment_status": "unpaid"}
    assert tell(stripe.event("checkout.session.completed", session, "evt_1")) == 200
    assert statuses(order) == ("awaiting_payment", "unpaid", ["pending"])
    assert tell(stripe.event("checkout.session.async_payment_failed", session, "evt_2")) == 200
    assert statuses(order) == ("awaiting_payment", "unpaid", ["declined"])


def test_an_expired_session_is_given_up_and_the_next_try_opens_another(order: Order, stripe: StripeAccount) -> None:
    stripe.sessions["cs_test_1"]["status"] = "expired"
    assert tell(stripe.event("checkout.session.expired", stripe.sessions["cs_test_1"])) == 200
    assert statuses(order) == ("awaiting_payment", "unpaid", ["cancelled"])
    actions.retry_payment(order.pk, actor=SYSTEM)
    assert list(stripe.sessions) == ["cs_test_1", "cs_test_2"]
    assert tell(stripe.pay("cs_test_2") | {"id": "evt_2"}) == 200
    assert statuses(order) == ("open", "paid", ["cancelled", "captured"])


def test_two_tabs_that_both_pay_make_one_sale_and_one_refund(order: Order, stripe: StripeAccount, run_jobs) -> None:
    second = Payment.objects.create(
        uuid=UUID(int=9), order=order, provider="stripe", currency=order.currency, amount_minor=order.total_minor,
        created_at=clock.now(),
    )  # fmt: skip
    actions.start_payment(second.pk)
    first_paid, second_paid = stripe.pay("cs_test_1"), stripe.pay("cs_test_2") | {"id": "evt_2"}
    assert [tell(first_paid), tell(second_paid), tell(second_paid)] == [200, 200, 200]
    run_jobs()
    assert statuses(order) == ("open", "paid", ["captured", "returned"])
    [refund] = stripe.refunds
    assert (refund["payment_intent"], refund["amount"]) == ("pi_2", TWO_MUGS_MINOR)
    assert Refund.objects.get().status == "done"
    assert paid_events() == 1


# -- closing and giving back


def test_closing_a_session_that_was_just_paid_finds_the_money(order: Order, stripe: StripeAccount) -> None:
    stripe.pay("cs_test_1")
    assert Stripe().cancel("cs_test_1").status == "captured"


def test_closing_an_open_session(order: Order, stripe: StripeAccount) -> None:
    assert Stripe().cancel("cs_test_1").status == "cancelled"
    assert Stripe().cancel("cs_test_1").status == "cancelled"


def paid(order: Order, stripe: StripeAccount) -> Payment:
    tell(stripe.pay("cs_test_1"))
    return payment_of(order)


def test_a_refund_in_part_and_the_rest(order: Order, stripe: StripeAccount) -> None:
    payment = paid(order, stripe)
    actions.refund(payment.pk, 1000, "scratched", "form:1", actor=STAFF)
    actions.refund(payment.pk, 1000, "scratched", "form:1", actor=STAFF)
    assert statuses(order)[1] == "partially_refunded"
    actions.refund_all(order.pk, reason="", actor=STAFF)
    assert statuses(order)[1] == "refunded"
    assert [refund["amount"] for refund in stripe.refunds] == [1000, TWO_MUGS_MINOR - 1000]
    assert Stripe().fetch("cs_test_1").refunded_minor == TWO_MUGS_MINOR


def test_a_refund_whose_answer_was_lost_is_made_once_even_after_days(order: Order, stripe: StripeAccount) -> None:
    payment = paid(order, stripe)
    answer = stripe._answer

    def loses_the_refund(method, path, params, headers):
        given = answer(method, path, params, headers)
        stripe.lost = 1 if (method, path) == ("POST", "/v1/refunds") else 0
        return given

    stripe._answer = loses_the_refund  # type: ignore[method-assign]
    assert actions.refund(payment.pk, 1000, "", "form:1", actor=STAFF).status == "pending"
    stripe._answer = answer  # type: ignore[method-assign]
    stripe.by_key.clear()  # Stripe forgets its keys after a day
    with clock.at(clock.now() + timedelta(days=2)):
        actions.reconcile()
    assert Refund.objects.get().status == "done"
    assert [refund["amount"] for refund in stripe.refunds] == [1000]


def test_a_refund_that_stripe_refuses_fails_and_can_be_tried_again(order: Order, stripe: StripeAccount) -> None:
    payment = paid(order, stripe)
    stripe.refund_status = "failed"
    failed = actions.refund(payment.pk, 1000, "", "form:1", actor=STAFF)
    assert (failed.status, failed.error) == ("failed", "expired_or_canceled_card")
    payment.refresh_from_db()
    assert payment.refunded_minor == 0
    assert statuses(order)[1] == "paid"


def test_a_wrong_key_leaves_a_refund_waiting(order: Order, stripe: StripeAccount, settings) -> None:
    payment = paid(order, stripe)
    settings.STOA_STRIPE_SECRET_KEY = "sk_test_mistyped"
    waiting = actions.refund(payment.pk, 1000, "", "form:1", actor=STAFF)
    assert waiting.status == "pending"
    settings.STOA_STRIPE_SECRET_KEY = SECRET
    with clock.at(clock.now() + timedelta(minutes=2)):
        actions.reconcile()
    assert Refund.objects.get().status == "done"
    assert len(stripe.refunds) == 1
