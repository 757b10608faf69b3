from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from stoa.inventory.models import Reservation, StockLevel, StockMove
from stoa.inventory.stock import actions as stock
from stoa.kernel import clock
from stoa.kernel.actors import GUEST, SYSTEM, Actor
from stoa.kernel.books import verify
from stoa.kernel.errors import InvalidTransitionError, NotFoundError
from stoa.kernel.models import AuditEntry, OutboxEvent
from stoa.operations.models import Order, OrderNote, Payment, Refund
from stoa.operations.orders import actions, rules
from stoa.operations.orders.errors import NoteEmptyError
from stoa.operations.payments import actions as payments
from stoa.operations.testing import Shop, make_order

STAFF = Actor.staff(7, "Grace")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)


def on_hand(shop: Shop) -> tuple[int, int]:
    level = StockLevel.objects.get(variant=shop.mug)
    return level.on_hand, level.reserved


def events(order: Order) -> list[str]:
    rows = OutboxEvent.objects.filter(name__startswith="operations.", payload__order_id=order.pk).order_by("id")
    return [name.removeprefix("operations.") for name in rows.values_list("name", flat=True)]


def timeline(order: Order) -> list[tuple[str, str]]:
    entries = AuditEntry.objects.filter(subject_type="order", subject_id=order.number).order_by("id")
    return [(entry.verb, entry.actor_label) for entry in entries]


def paid(order: Order) -> Payment:
    payments.mark_received(order.pk, order.total_minor, actor=STAFF)
    order.refresh_from_db()
    return order.payments.get()


def waiting(shop: Shop, **goods: int) -> tuple[Order, Payment]:
    order = make_order(shop, goods or {"MUG": 2}, payment_method="sandbox")
    return order, order.payments.get()


def confirm(order: Order, payment: Payment) -> actions.Settlement:
    return actions.confirm_paid(order.pk, payment_id=payment.pk, actor=Actor.provider("sandbox"))


def test_an_order_is_shipped_and_completed(shop: Shop) -> None:
    order = make_order(shop)
    with clock.at(MONDAY):
        assert actions.mark_shipped(order.pk, actor=STAFF).status == "shipped"
        assert actions.mark_completed(order.pk, actor=STAFF).status == "completed"
    order.refresh_from_db()
    assert (order.status, order.shipped_at, order.completed_at) == ("completed", MONDAY, MONDAY)
    assert events(order) == ["OrderPlaced", "OrderShipped"]
    assert timeline(order) == [("order.placed", "guest"), ("order.shipped", "Grace"), ("order.completed", "Grace")]
    assert on_hand(shop) == (8, 0)


@pytest.mark.parametrize("action", [actions.mark_shipped, actions.mark_completed])
def test_a_step_happens_once(shop: Shop, action: object) -> None:
    order = make_order(shop)
    if action is actions.mark_completed:
        actions.mark_shipped(order.pk, actor=STAFF)
    action(order.pk, actor=STAFF)  # type: ignore[operator]
    before = events(order)
    with pytest.raises(InvalidTransitionError):
        action(order.pk, actor=STAFF)  # type: ignore[operator]
    assert events(order) == before


def test_what_does_not_exist_is_not_found(shop: Shop) -> None:
    for call in (
        lambda: actions.mark_shipped(999, actor=STAFF),
        lambda: actions.cancel_order(999, "x", actor=STAFF),
        lambda: actions.add_note(999, "x", actor=STAFF),
    ):
        with pytest.raises(NotFoundError):
            call()


def test_a_cancelled_order_gives_its_goods_back_once(shop: Shop) -> None:
    order = make_order(shop)
    assert on_hand(shop) == (8, 0)
    with clock.at(MONDAY):
        actions.cancel_order(order.pk, " Ordered twice ", actor=STAFF)
    order.refresh_from_db()
    assert (order.status, order.cancel_reason, order.cancelled_at) == ("cancelled", "Ordered twice", MONDAY)
    assert on_hand(shop) == (10, 0)
    assert events(order) == ["OrderPlaced", "OrderCancelled"]
    with pytest.raises(InvalidTransitionError):
        actions.cancel_order(order.pk, "again", actor=STAFF)
    assert on_hand(shop) == (10, 0)
    assert events(order) == ["OrderPlaced", "OrderCancelled"]
    assert StockMove.objects.filter(document=rules.document(order.number)).count() == 2
    assert verify().findings == []


def test_what_has_left_cannot_be_cancelled(shop: Shop) -> None:
    order = make_order(shop)
    actions.mark_shipped(order.pk, actor=STAFF)
    with pytest.raises(InvalidTransitionError):
        actions.cancel_order(order.pk, "too late", actor=STAFF)
    assert on_hand(shop) == (8, 0)


@pytest.mark.django_db(transaction=True)
def test_a_cancelled_order_gives_the_money_back_in_full(shop: Shop) -> None:
    order = make_order(shop)
    payment = paid(order)
    payments.refund(payment.pk, 490, "late", "first", actor=STAFF)
    actions.cancel_order(order.pk, "changed mind", actor=STAFF)
    payment.refresh_from_db()
    order.refresh_from_db()
    assert (payment.captured_minor, payment.refunded_minor) == (2890, 2890)
    assert (order.status, order.payment_status) == ("cancelled", "refunded")
    assert list(Refund.objects.order_by("id").values_list("amount_minor", "status")) == [(490, "done"), (2400, "done")]
    assert events(order) == ["OrderPlaced", "OrderPaid", "OrderRefunded", "OrderCancelled", "OrderRefunded"]
    assert verify().findings == []


@pytest.mark.django_db(transaction=True)
def test_money_stays_where_no_refund_is_asked_for(shop: Shop) -> None:
    order = make_order(shop)
    paid(order)
    actions.cancel_order(order.pk, "goes into credit", actor=STAFF, refund=False)
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("cancelled", "paid")
    assert not Refund.objects.exists()


def test_a_waiting_order_that_is_cancelled_lets_go_of_its_goods(shop: Shop) -> None:
    order, _ = waiting(shop)
    assert on_hand(shop) == (10, 2)
    actions.cancel_order(order.pk, "changed mind", actor=GUEST, refund=False)
    assert on_hand(shop) == (10, 0)
    assert events(order) == ["OrderCancelled"]
    assert Reservation.objects.get().state == "released"
    assert not StockMove.objects.filter(reason="sold").exists()


def test_money_makes_a_waiting_order_a_sale(shop: Shop) -> None:
    order, payment = waiting(shop)
    with clock.at(MONDAY):
        assert confirm(order, payment) == "confirmed"
    order.refresh_from_db()
    assert (order.status, order.payment_status, order.paid_at, order.payment_due_at) == ("open", "paid", MONDAY, None)
    assert on_hand(shop) == (8, 0)
    assert events(order) == ["OrderPlaced", "OrderPaid"]
    assert confirm(order, payment) == "paid_before"
    assert on_hand(shop) == (8, 0)
    assert events(order) == ["OrderPlaced", "OrderPaid"]


def test_money_for_an_order_on_account_only_pays_it(shop: Shop) -> None:
    order = make_order(shop)
    actions.mark_shipped(order.pk, actor=STAFF)
    paid(order)
    assert (order.status, order.payment_status) == ("shipped", "paid")
    assert events(order) == ["OrderPlaced", "OrderShipped", "OrderPaid"]


def test_money_after_the_hold_ran_out_still_gets_goods_that_are_there(shop: Shop) -> None:
    order, payment = waiting(shop)
    with clock.at(clock.now() + timedelta(hours=1)):
        assert stock.expire_reservations() == [rules.document(order.number)]
    assert on_hand(shop) == (10, 0)
    assert confirm(order, payment) == "confirmed"
    assert on_hand(shop) == (8, 0)


def test_money_after_the_goods_are_gone_cancels_the_order(shop: Shop) -> None:
    order, payment = waiting(shop, MUG=6)
    with clock.at(clock.now() + timedelta(hours=1)):
        stock.expire_reservations()
    make_order(shop, {"MUG": 5})
    assert confirm(order, payment) == "cannot_supply"
    order.refresh_from_db()
    assert (order.status, order.payment_status, order.cancel_reason) == ("cancelled", "unpaid", rules.SOLD_OUT_REASON)
    assert events(order) == ["OrderCancelled"]
    assert on_hand(shop) == (5, 0)
    # The provider says it again.
    assert confirm(order, payment) == "cannot_supply"
    assert events(order) == ["OrderCancelled"]


def test_an_order_given_up_unpaid_is_taken_up_again_when_the_money_comes_late(shop: Shop) -> None:
    order, payment = waiting(shop)
    actions.cancel_order(order.pk, rules.UNPAID_REASON, actor=SYSTEM, refund=False)
    assert confirm(order, payment) == "confirmed"
    order.refresh_from_db()
    assert (order.status, order.cancelled_at, order.cancel_reason) == ("open", None, "")
    assert on_hand(shop) == (8, 0)
    assert events(order) == ["OrderCancelled", "OrderPlaced", "OrderPaid"]


def test_an_order_given_up_unpaid_stays_so_when_the_goods_are_gone(shop: Shop) -> None:
    order, payment = waiting(shop, MUG=6)
    actions.cancel_order(order.pk, rules.UNPAID_REASON, actor=SYSTEM, refund=False)
    make_order(shop, {"MUG": 5})
    assert confirm(order, payment) == "cannot_supply"
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert on_hand(shop) == (5, 0)


def test_money_does_not_bring_back_what_somebody_called_off(shop: Shop) -> None:
    order, payment = waiting(shop)
    actions.cancel_order(order.pk, "changed mind", actor=GUEST, refund=False)
    assert confirm(order, payment) == "cannot_supply"
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("cancelled", "unpaid")
    assert on_hand(shop) == (10, 0)


def test_a_waiting_order_can_be_paid_later_after_all(shop: Shop) -> None:
    order, _ = waiting(shop)
    actions.confirm_on_account(order.pk, actor=GUEST)
    order.refresh_from_db()
    assert (order.status, order.payment_status, order.payment_due_at) == ("open", "unpaid", None)
    assert on_hand(shop) == (8, 0)
    assert events(order) == ["OrderPlaced"]
    with pytest.raises(InvalidTransitionError):
        actions.confirm_on_account(order.pk, actor=GUEST)
    assert events(order) == ["OrderPlaced"]


@pytest.mark.django_db(transaction=True)
def test_orders_that_nobody_pays_are_given_up_when_their_time_is_over(shop: Shop) -> None:
    order, payment = waiting(shop)
    on_account = make_order(shop, {"BOOK": 1})
    assert actions.expire_unpaid() == 0
    with clock.at(clock.now() + timedelta(minutes=31)):
        assert actions.expire_unpaid() == 1
        assert actions.expire_unpaid() == 0
    order.refresh_from_db()
    on_account.refresh_from_db()
    payment.refresh_from_db()
    assert (order.status, order.cancel_reason, payment.status) == ("cancelled", rules.UNPAID_REASON, "cancelled")
    assert on_account.status == "open"
    assert on_hand(shop) == (10, 0)
    assert verify().findings == []


@pytest.mark.parametrize(("answer", "status"), [(True, "cancelled"), (False, "awaiting_payment")])
def test_the_provider_has_the_last_word_before_an_order_is_given_up(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, answer: bool, status: str
) -> None:
    order, _ = waiting(shop)
    monkeypatch.setattr(payments, "settle_or_give_up", lambda order: answer)
    with clock.at(clock.now() + timedelta(hours=1)):
        assert actions.expire_unpaid() == int(answer)
    order.refresh_from_db()
    assert order.status == status


def test_money_at_the_last_moment_saves_the_order(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    order, payment = waiting(shop)

    def paid_just_now(order: Order) -> bool:
        confirm(order, payment)
        return True

    monkeypatch.setattr(payments, "settle_or_give_up", paid_just_now)
    with clock.at(clock.now() + timedelta(hours=1)):
        assert actions.expire_unpaid() == 0
    order.refresh_from_db()
    assert (order.status, order.payment_status) == ("open", "paid")


def test_a_provider_that_breaks_does_not_hold_up_the_other_orders(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = waiting(shop, MUG=1)
    second, _ = waiting(shop, MUG=1)

    def broken_for_the_first(order: Order) -> bool:
        if order.pk == first.pk:
            raise RuntimeError("no sense in that reply")
        return True

    monkeypatch.setattr(payments, "settle_or_give_up", broken_for_the_first)
    with clock.at(clock.now() + timedelta(hours=1)):
        assert actions.expire_unpaid() == 1
    assert dict(Order.objects.values_list("number", "status")) == {
        first.number: "awaiting_payment", second.number: "cancelled",
    }  # fmt: skip


def test_notes_are_for_staff_and_keep_their_author(shop: Shop) -> None:
    order = make_order(shop)
    with pytest.raises(NoteEmptyError):
        actions.add_note(order.pk, " \x00 ", actor=STAFF)
    note = actions.add_note(order.pk, " Called, 🎉 ", actor=STAFF)
    assert (note.text, note.author) == ("Called, 🎉", "Grace")
    assert OrderNote.objects.count() == 1
    assert timeline(order)[-1] == ("order.noted", "Grace")
