from __future__ import annotations

import itertools
import random

import pytest

from stoa.kernel.actors import SYSTEM
from stoa.kernel.outbox.models import OutboxEvent
from stoa.operations.orders import actions as orders
from stoa.operations.orders.models import Order
from stoa.operations.payments.actions import apply_state, mark_received
from stoa.operations.payments.books import CHECKS
from stoa.operations.payments.errors import PaymentClosedError
from stoa.operations.payments.models import Payment, PaymentEvent, Refund
from stoa.operations.payments.providers.base import ProviderState
from stoa.operations.payments.sandbox import server
from stoa.operations.payments.tests.card import TWO_MUGS_MINOR, captured, card_order, payment_of
from stoa.operations.testing import Shop, make_order

pytestmark = pytest.mark.django_db


def tell(payment: Payment, state: ProviderState, **how: object) -> str:
    how = {"channel": "webhook", "actor": SYSTEM, **how}
    return apply_state("sandbox", payment.provider_ref or "", state, **how).outcome  # type: ignore[arg-type]


def names() -> list[str]:
    return list(OutboxEvent.objects.order_by("id").values_list("name", flat=True))


def clean_books(but: str = "") -> bool:
    return not [finding for name, check in CHECKS.items() if name != but for finding in check()]


def test_a_capture_confirms_the_order_and_announces_it_once(shop: Shop) -> None:
    order, payment = card_order(shop)
    assert (order.status, order.total_minor) == ("awaiting_payment", TWO_MUGS_MINOR)
    before = len(names())

    assert tell(payment, captured(payment)) == "applied"

    order.refresh_from_db()
    payment.refresh_from_db()
    assert (order.status, order.payment_status) == ("open", "paid")
    assert (payment.status, payment.captured_minor, payment.refunded_minor) == ("captured", TWO_MUGS_MINOR, 0)
    told = [name for name in names()[before:] if name.startswith("operations.")]
    assert told == ["operations.OrderPlaced", "operations.OrderPaid"]


def test_further_reports_find_nothing_to_do(shop: Shop) -> None:
    _order, payment = card_order(shop)
    tell(payment, captured(payment), event_id="evt_1")
    before = names()

    assert tell(payment, captured(payment), event_id="evt_1") == "no_change"
    assert tell(payment, captured(payment), event_id="evt_2") == "no_change"
    assert tell(payment, captured(payment), channel="poll") == "no_change"
    assert tell(payment, captured(payment, status="declined", captured_minor=0)) == "no_change"
    assert tell(payment, captured(payment, status="open", captured_minor=0)) == "no_change"

    assert names() == before
    payment.refresh_from_db()
    assert payment.status == "captured"
    # The repeated message is counted on its row; the poll, which is no message, left none.
    assert list(PaymentEvent.objects.order_by("id").values_list("event_id", "times", "outcome")) == [
        ("evt_1", 2, "applied"),
        ("evt_2", 1, "no_change"),
    ]


@pytest.mark.parametrize(
    "lie",
    [
        {"amount_minor": TWO_MUGS_MINOR - 1},
        {"amount_minor": 1},
        {"amount_minor": TWO_MUGS_MINOR + 1},
        {"currency": "USD"},
        {"currency": "eur"},
        {"merchant_reference": "019aaaaa-0000-7000-8000-000000000000"},
        {"captured_minor": TWO_MUGS_MINOR - 1},
        {"captured_minor": 0},
        {"refunded_minor": 5},
    ],
)
def test_a_report_that_differs_is_listed_and_changes_nothing(shop: Shop, lie: dict[str, object]) -> None:
    order, payment = card_order(shop)
    before = names()

    assert tell(payment, captured(payment, **lie), event_id="evt_1") == "mismatch"

    order.refresh_from_db()
    payment.refresh_from_db()
    assert (order.status, order.payment_status) == ("awaiting_payment", "unpaid")
    assert (payment.status, payment.captured_minor) == ("pending", 0)
    assert names() == before
    event = PaymentEvent.objects.get()
    assert (event.outcome, event.payment_id, event.checked_at) == ("mismatch", payment.pk, None)
    assert event.message


def test_the_capture_of_one_order_does_not_pay_another(shop: Shop) -> None:
    cheap, paid = card_order(shop, name="Cheap")
    dear = make_order(shop, {"BOOK": 2}, payment_method="sandbox")
    other = payment_of(dear)
    # The cheap order's genuine report, under the reference of the dear one's session.
    state = captured(paid)
    assert tell(other, state) == "mismatch"
    assert set(Order.objects.values_list("payment_status", flat=True)) == {"unpaid"}
    assert cheap.pk != dear.pk


def test_a_report_about_nothing_of_ours_is_listed(shop: Shop) -> None:
    _order, payment = card_order(shop)
    strange = captured(payment, merchant_reference="not-a-uuid")
    applied = apply_state("sandbox", "sbx_unknown", strange, channel="webhook", actor=SYSTEM, event_id="evt_x")
    assert (applied.outcome, applied.payment_id) == ("mismatch", None)
    assert PaymentEvent.objects.get().payment is None


def test_the_message_may_overtake_the_reply_that_names_the_session(shop: Shop) -> None:
    _order, payment = card_order(shop)
    reference = payment.provider_ref or ""
    Payment.objects.filter(pk=payment.pk).update(provider_ref=None, redirect_url="")
    lie = captured(payment, amount_minor=1)
    assert apply_state("sandbox", reference, lie, channel="webhook", actor=SYSTEM).outcome == "mismatch"
    payment.refresh_from_db()
    assert payment.provider_ref is None

    assert apply_state("sandbox", reference, captured(payment), channel="webhook", actor=SYSTEM).outcome == "applied"
    payment.refresh_from_db()
    assert (payment.provider_ref, payment.status) == (reference, "captured")


def test_polling_the_same_mismatch_is_one_row(shop: Shop) -> None:
    _order, payment = card_order(shop)
    for _ in range(3):
        tell(payment, captured(payment, amount_minor=1), channel="poll")
    assert PaymentEvent.objects.get().times == 3


@pytest.mark.parametrize("seed", range(12))
def test_shuffled_and_tripled_messages_end_where_the_ordered_ones_do(shop: Shop, seed: int) -> None:
    order, payment = card_order(shop)
    server.pay(payment.provider_ref or "")
    reports = [("evt_open", "open", 0), ("evt_declined", "declined", 0), ("evt_paid", "captured", TWO_MUGS_MINOR)]
    told = [report for report in reports for _ in range(3)]
    random.Random(seed).shuffle(told)

    for event_id, status, amount in told:
        tell(payment, captured(payment, status=status, captured_minor=amount), event_id=event_id)

    order.refresh_from_db()
    payment.refresh_from_db()
    assert (order.status, order.payment_status, payment.status) == ("open", "paid", "captured")
    assert names().count("operations.OrderPaid") == names().count("operations.OrderPlaced") == 1
    assert sum(PaymentEvent.objects.values_list("times", flat=True)) == 9
    assert clean_books()


def test_money_that_comes_after_a_refusal_is_taken(shop: Shop) -> None:
    for first in ("declined", "cancelled"):
        order, payment = card_order(shop)
        assert tell(payment, captured(payment, status=first, captured_minor=0)) == "applied"
        payment.refresh_from_db()
        assert payment.status == first
        assert tell(payment, captured(payment)) == "applied"
        order.refresh_from_db()
        assert order.payment_status == "paid"


def test_money_for_an_order_that_staff_cancelled_is_sent_back_once(shop: Shop, run_jobs) -> None:
    order, payment = card_order(shop)
    orders.cancel_order(order.pk, "asked to", actor=SYSTEM)
    server.pay(payment.provider_ref or "")

    assert tell(payment, captured(payment), event_id="evt_1") == "mismatch"
    assert tell(payment, captured(payment), event_id="evt_2") == "no_change"
    run_jobs()

    order.refresh_from_db()
    payment.refresh_from_db()
    assert (order.status, order.payment_status) == ("cancelled", "unpaid")
    assert (payment.status, payment.captured_minor, payment.refunded_minor) == (
        "returned", TWO_MUGS_MINOR, TWO_MUGS_MINOR,
    )  # fmt: skip
    assert list(Refund.objects.values_list("amount_minor", "status")) == [(TWO_MUGS_MINOR, "done")]
    assert "operations.OrderRefunded" not in names()
    assert clean_books()


def test_a_second_payment_of_a_paid_order_is_sent_back(shop: Shop, run_jobs) -> None:
    from stoa.operations.payments.starting import create_payment, start_payment

    order, first = card_order(shop)
    second = create_payment(order, "sandbox")
    start_payment(second.pk)
    second.refresh_from_db()
    for payment in (first, second):
        server.pay(payment.provider_ref or "")
        tell(payment, captured(payment))
    run_jobs()

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.status, first.refunded_minor) == ("captured", 0)
    assert (second.status, second.refunded_minor) == ("returned", TWO_MUGS_MINOR)
    order.refresh_from_db()
    assert order.payment_status == "paid"
    assert clean_books()


def test_staff_mark_a_transfer_as_received_exactly_once(shop: Shop) -> None:
    order = make_order(shop)
    payment = payment_of(order)
    assert (order.status, payment.status) == ("open", "pending")
    short = mark_received(order.pk, TWO_MUGS_MINOR - 1, actor=SYSTEM)
    assert short.outcome == "mismatch"
    order.refresh_from_db()
    assert order.payment_status == "unpaid"

    assert mark_received(order.pk, TWO_MUGS_MINOR, actor=SYSTEM).outcome == "applied"
    assert mark_received(order.pk, TWO_MUGS_MINOR, actor=SYSTEM).outcome == "no_change"
    order.refresh_from_db()
    assert order.payment_status == "paid"
    assert names().count("operations.OrderPaid") == 1
    assert names().count("operations.OrderPlaced") == 1
    assert clean_books()


def test_nothing_is_received_for_an_order_that_is_paid_elsewhere(shop: Shop) -> None:
    order, _payment = card_order(shop)
    with pytest.raises(PaymentClosedError):
        mark_received(order.pk, TWO_MUGS_MINOR, actor=SYSTEM)


@pytest.mark.parametrize("path", list(itertools.permutations(["declined", "captured", "cancelled"])))
def test_every_order_of_the_reports_gives_the_same_end(shop: Shop, path: tuple[str, ...]) -> None:
    _order, payment = card_order(shop)
    for status in path:
        tell(payment, captured(payment, status=status, captured_minor=payment.amount_minor * (status == "captured")))
    payment.refresh_from_db()
    assert payment.status == "captured"
    assert clean_books(but="payments.sandbox")
