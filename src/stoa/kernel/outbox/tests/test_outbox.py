from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.audit.queries import trail_of
from stoa.kernel.outbox.actions import announce, replay, replay_event
from stoa.kernel.outbox.models import Delivery, OutboxEvent
from stoa.kernel.outbox.queries import failed_deliveries
from stoa.kernel.outbox.registry import subscribe
from stoa.kernel.outbox.relay import LEASE, MAX_ATTEMPTS, dispatch_due, relay_until_empty
from stoa.kernel.outbox.tests.events import Happened

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.django_db(transaction=True)
def test_an_event_needs_a_transaction():
    with pytest.raises(RuntimeError):
        announce(Happened(1, []))
    assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_events_of_a_rolled_back_transaction_never_leave(listen):
    seen = []
    listen(lambda event, context: seen.append(event))
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 - what came before is the point
        announce(Happened(1, []))
        raise ZeroDivisionError
    assert dispatch_due() == 0
    assert seen == []
    assert OutboxEvent.objects.count() == 0


@pytest.mark.django_db
def test_every_handler_gets_the_event_once(listen):
    seen = []
    listen(lambda event, context: seen.append(("one", event, context)), "test.one")
    listen(lambda event, context: seen.append(("two", event, context)), "test.two")
    with clock.at(NOON):
        written = announce(Happened(7, ["a", "b"]))
        assert dispatch_due() == 2
    assert dispatch_due() == 0
    assert {name for name, _, _ in seen} == {"one", "two"}
    for _, event, context in seen:
        assert event == Happened(7, ["a", "b"])
        assert (context.event_id, context.uuid, context.occurred_at) == (written.pk, written.uuid, NOON)
    assert set(Delivery.objects.values_list("state", "attempts")) == {("done", 1)}


@pytest.mark.django_db
def test_an_event_without_listeners_leaves_no_work():
    announce(Happened(1, []))
    assert not OutboxEvent.objects.filter(is_dispatched=False).exists()
    assert dispatch_due() == 0


@pytest.mark.django_db
def test_a_failed_handler_backs_off_and_its_effects_are_undone(listen):
    def break_down(event, context):
        announce(Happened(event.number + 1, []))
        raise ValueError("no luck")

    listen(break_down)
    with clock.at(NOON):
        announce(Happened(1, []))
        assert dispatch_due() == 1
        assert dispatch_due() == 0
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.attempts, delivery.due_at) == ("pending", 1, NOON + timedelta(seconds=2))
        assert delivery.error == "ValueError: no luck"
        assert OutboxEvent.objects.count() == 1
        clock.advance(timedelta(seconds=2))
        assert dispatch_due() == 1
        assert Delivery.objects.get().due_at == clock.now() + timedelta(seconds=4)


@pytest.mark.django_db
def test_one_failing_handler_does_not_hold_up_the_other(listen):
    seen = []
    listen(lambda event, context: 1 / 0, "test.broken")
    listen(lambda event, context: seen.append(event.number), "test.sound")
    announce(Happened(1, []))
    announce(Happened(2, []))
    dispatch_due()
    assert seen == [1, 2]


@pytest.mark.django_db
def test_after_ten_attempts_it_is_given_up_until_somebody_replays_it(listen):
    working = []

    def sometimes(event, context):
        if not working:
            raise ValueError("still broken")

    listen(sometimes)
    with clock.at(NOON):
        announce(Happened(1, []))
        for _ in range(MAX_ATTEMPTS):
            assert dispatch_due() == 1
            clock.advance(timedelta(hours=2))
        assert dispatch_due() == 0
        delivery = failed_deliveries().get()
        working.append(True)
        assert replay(delivery, SYSTEM) is True
        assert dispatch_due() == 1
    delivery.refresh_from_db()
    assert (delivery.state, delivery.attempts, delivery.error) == ("done", 1, "")
    assert [entry.verb for entry in trail_of("delivery", delivery.pk)] == ["delivery.replayed"]


@pytest.mark.django_db
def test_strict_lets_the_error_through(listen):
    listen(lambda event, context: 1 / 0)
    announce(Happened(1, []))
    with pytest.raises(ZeroDivisionError):
        relay_until_empty(strict=True)


@pytest.mark.django_db
def test_what_handlers_announce_is_delivered_too(listen):
    seen = []

    def count_down(event, context):
        seen.append(event.number)
        if event.number:
            announce(Happened(event.number - 1, []))

    listen(count_down)
    announce(Happened(3, []))
    assert relay_until_empty() == 4
    assert seen == [3, 2, 1, 0]


@pytest.mark.django_db
def test_a_delivery_in_hand_is_left_alone_until_its_lease_ends(listen):
    seen = []
    listen(lambda event, context: seen.append(event.number))
    with clock.at(NOON):
        event = announce(Happened(1, []))
        OutboxEvent.objects.update(is_dispatched=True)
        delivery = Delivery.objects.create(
            event=event, handler="test.handler", state="running", attempts=1, due_at=NOON, lease_until=NOON + LEASE
        )
        assert dispatch_due() == 0
        assert replay(delivery, SYSTEM) is False
        clock.advance(LEASE + timedelta(seconds=1))
        assert dispatch_due() == 1
    delivery.refresh_from_db()
    assert (seen, delivery.state, delivery.attempts) == ([1], "done", 2)


@pytest.mark.django_db
def test_a_delivery_whose_handler_is_gone_fails_by_name(listen):
    listen(lambda event, context: None)
    event = announce(Happened(1, []))
    Delivery.objects.create(event=event, handler="test.gone", due_at=clock.now())
    dispatch_due()
    assert "no handler test.gone" in Delivery.objects.get(handler="test.gone").error
    assert Delivery.objects.get(handler="test.handler").state == "done"


@pytest.mark.django_db
def test_replaying_an_event_reaches_handlers_that_came_later(listen):
    seen = []
    listen(lambda event, context: seen.append("first"), "test.first")
    event = announce(Happened(1, []))
    dispatch_due()
    listen(lambda event, context: seen.append("second"), "test.second")
    assert replay_event(event, SYSTEM) == 1
    dispatch_due()
    assert seen == ["first", "second"]


def test_two_handlers_cannot_share_a_name(listen):
    listen(print)
    subscribe(Happened, print, name="test.handler")  # the same one again is no harm
    with pytest.raises(ValueError, match="already has a handler"):
        subscribe(Happened, repr, name="test.handler")


@pytest.mark.django_db
@pytest.mark.parametrize("count", [3, 12])
def test_the_number_of_queries_to_claim_does_not_grow(listen, count, django_assert_num_queries):
    listen(lambda event, context: None)
    for number in range(count):
        announce(Happened(number, []))
    # make deliveries: ask, begin, read, insert, mark, end; claim: ask, begin, read, mark, end; ask for more.
    # Each delivery: begin, mark, end.
    with django_assert_num_queries(12 + count * 3):
        assert dispatch_due() == count
