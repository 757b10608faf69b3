from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from stoa.kernel import clock
from stoa.kernel.actors import Actor
from stoa.kernel.books import verify
from stoa.kernel.models import AuditEntry, OutboxEvent
from stoa.operations.marks import actions, queries, rules
from stoa.operations.marks.errors import (
    AlreadyHeldError,
    CannotHoldError,
    HoldReasonMissingError,
    NotHeldError,
    OrderHeldError,
    TagTooLongError,
    TooManyTagsError,
)
from stoa.operations.models import Order, OrderHold, OrderTag
from stoa.operations.orders import actions as orders
from stoa.operations.orders.queries import to_ship
from stoa.operations.testing import Shop, make_order

STAFF = Actor.staff(7, "Grace")


def at_the_door(shop: Shop) -> Order:
    """An order that can be shipped before it is paid."""
    return make_order(shop, payment_method="cash_on_delivery")


def test_a_held_order_cannot_leave_until_it_is_released(shop: Shop) -> None:
    order = at_the_door(shop)
    assert list(to_ship()) == [order]

    actions.hold_order(order.pk, " The address\ndoes not exist ", actor=STAFF)

    assert list(to_ship()) == []
    with pytest.raises(OrderHeldError) as refusal:
        orders.mark_shipped(order.pk, actor=STAFF)
    assert str(refusal.value.message) == "This order is held: The address does not exist. Release it first."
    order.refresh_from_db()
    assert (order.status, order.shipped_at) == ("open", None)
    assert not OutboxEvent.objects.filter(name="operations.OrderShipped").exists()

    actions.release_order(order.pk, actor=STAFF)

    assert list(to_ship()) == [order]
    assert orders.mark_shipped(order.pk, actor=STAFF).status == "shipped"
    told = AuditEntry.objects.filter(subject_id=order.number, verb__in=["order.held", "order.released"]).order_by("id")
    assert [(entry.verb, entry.facts["reason"], entry.actor_label) for entry in told] == [
        ("order.held", "The address does not exist", "Grace"),
        ("order.released", "The address does not exist", "Grace"),
    ]
    assert verify().findings == []


def test_what_cannot_be_held_or_released(shop: Shop) -> None:
    order = at_the_door(shop)
    with pytest.raises(HoldReasonMissingError):
        actions.hold_order(order.pk, " \n ", actor=STAFF)
    with pytest.raises(NotHeldError):
        actions.release_order(order.pk, actor=STAFF)
    actions.hold_order(order.pk, "wait", actor=STAFF)
    with pytest.raises(AlreadyHeldError):
        actions.hold_order(order.pk, "wait more", actor=STAFF)
    assert [hold.reason for hold in OrderHold.objects.all()] == ["wait"]
    with pytest.raises(IntegrityError), transaction.atomic():
        OrderHold.objects.create(order=order, reason="another", held_at=clock.now())
    orders.cancel_order(order.pk, "", actor=STAFF)
    with pytest.raises(CannotHoldError):
        actions.hold_order(order.pk, "too late", actor=STAFF)
    assert verify().findings == []


def test_the_books_find_a_held_order_that_left(shop: Shop) -> None:
    order = at_the_door(shop)
    orders.mark_shipped(order.pk, actor=STAFF)
    OrderHold.objects.create(order=order, reason="wait", held_by="x", held_at=order.placed_at)
    found = [finding for finding in verify().findings if finding.check == "orders.held"]
    assert [finding.rows for finding in found] == [[{"order__number": order.number, "reason": "wait", "held_by": "x"}]]


def test_tags_are_exactly_what_was_typed(shop: Shop) -> None:
    order, other = at_the_door(shop), at_the_door(shop)
    assert actions.tag_order(order.pk, "Gift, wholesale,  gift ,", actor=STAFF) == ["gift", "wholesale"]
    assert actions.tag_order(order.pk, "wholesale, gift", actor=STAFF) == ["gift", "wholesale"]
    actions.tag_order(order.pk, "gift, fragile", actor=STAFF)
    actions.tag_order(other.pk, "late", actor=STAFF)

    assert list(order.tags.values_list("name", flat=True)) == ["fragile", "gift"]
    assert queries.tags_in_use() == ["fragile", "gift", "late"]
    assert list(queries.tagged(["gift"]).values_list("order_id", flat=True)) == [order.pk]
    told = AuditEntry.objects.filter(subject_id=order.number, verb="order.tagged").order_by("id")
    assert [(entry.facts["added"], entry.facts["removed"]) for entry in told] == [
        (["gift", "wholesale"], []),
        (["fragile"], ["wholesale"]),
    ]


def test_tags_have_limits(shop: Shop) -> None:
    order = at_the_door(shop)
    with pytest.raises(TagTooLongError):
        actions.tag_order(order.pk, "x" * 41, actor=STAFF)
    with pytest.raises(TooManyTagsError):
        actions.tag_order(order.pk, ",".join(f"tag {number}" for number in range(21)), actor=STAFF)
    assert not OrderTag.objects.exists()


def test_what_a_text_holds() -> None:
    assert rules.tags_of(" B,a\nb ,\x00, two   words") == ["a", "b", "two words"]
    assert rules.tags_of("") == []
