"""Prepared queries give what Django would give, and stay what they are between calls."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest
from django.db import transaction

from stoa.kernel.outbox.models import Delivery, OutboxEvent
from stoa.kernel.prepared import Prepared, Slot, change, insert, insert_all
from stoa.kernel.sequences.models import Sequence

pytestmark = pytest.mark.django_db
AT = datetime(2026, 3, 1, 12, tzinfo=UTC)
BY_ID = Prepared(lambda: OutboxEvent.objects.select_for_update().filter(pk=Slot("id")))
BY_NAME = Prepared(lambda: OutboxEvent.objects.filter(name=Slot("name")).order_by("-id"))
NAMES = Prepared(
    lambda count: (
        OutboxEvent.objects.filter(pk__in=Slot.many("id", count)).order_by("id").values_list("name", "payload")
    )
)
WITH_EVENT = Prepared(lambda: Delivery.objects.filter(event__pk=Slot("event")).select_related("event"))


def an_event(number: int = 1, name: str = "room.Happened") -> OutboxEvent:
    return OutboxEvent.objects.create(uuid=UUID(int=number), name=name, payload={"n": number}, occurred_at=AT)


def facts(row: object) -> dict[str, object]:
    return {name: value for name, value in vars(row).items() if not name.startswith("_")}


def test_a_row_is_the_one_that_django_reads() -> None:
    event = an_event()
    found = BY_ID.first(id=event.pk)
    assert isinstance(found, OutboxEvent)
    assert facts(found) == facts(OutboxEvent.objects.get(pk=event.pk))
    assert (found.occurred_at, found.payload, found.uuid) == (AT, {"n": 1}, UUID(int=1))
    assert not found._state.adding
    found.name = "room.Renamed"
    found.save(update_fields=["name"])
    assert OutboxEvent.objects.get(pk=event.pk).name == "room.Renamed"


def test_every_call_fills_the_slots_anew() -> None:
    one, other = an_event(1), an_event(2)
    assert [BY_ID.first(id=pk).pk for pk in (one.pk, other.pk, one.pk)] == [one.pk, other.pk, one.pk]  # type: ignore[union-attr]
    assert BY_ID.first(id=other.pk + 1) is None
    assert [event.pk for event in BY_NAME.all(name="room.Happened")] == [other.pk, one.pk]
    assert BY_NAME.all(name="room.Happened' OR 1=1") == []


def test_lists_of_any_length() -> None:
    ids = [an_event(number, f"room.E{number}").pk for number in (1, 2, 3)]
    assert NAMES.of("id", ids[:1]) == [("room.E1", {"n": 1})]
    assert [name for name, _ in NAMES.of("id", ids)] == ["room.E1", "room.E2", "room.E3"]
    assert [name for name, _ in NAMES.of("id", set(ids[1:]))] == ["room.E2", "room.E3"]


def test_no_query_for_an_empty_list(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    with django_assert_num_queries(0):
        assert NAMES.of("id", []) == []


def test_related_rows_come_along(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    event = an_event()
    delivery = Delivery.objects.create(event=event, handler="room.hand", due_at=AT)
    with django_assert_num_queries(1):
        (found,) = WITH_EVENT.all(event=event.pk)
        assert (found.pk, found.event.pk, found.event.occurred_at) == (delivery.pk, event.pk, AT)


def test_a_value_must_be_given() -> None:
    with pytest.raises(KeyError):
        BY_ID.first(pk=1)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_locks_need_a_transaction() -> None:
    event = an_event()
    with transaction.atomic():
        assert BY_ID.first(id=event.pk) is not None
    with pytest.raises(transaction.TransactionManagementError):
        BY_ID.first(id=event.pk)


def test_insert_writes_what_save_writes() -> None:
    saved, inserted = an_event(1), OutboxEvent(uuid=UUID(int=2), name="room.Happened", payload={"n": 1}, occurred_at=AT)
    insert(inserted)
    assert not inserted._state.adding
    assert facts(inserted) == {**facts(saved), "id": inserted.pk, "uuid": UUID(int=2)}
    assert facts(OutboxEvent.objects.get(pk=inserted.pk)) == facts(inserted)


def test_insert_is_for_models_that_number_themselves() -> None:
    with pytest.raises(TypeError):
        insert(Sequence(name="order"))


def test_insert_all_writes_every_row(django_assert_num_queries) -> None:  # type: ignore[no-untyped-def]
    rows = [
        OutboxEvent(uuid=UUID(int=number), name=f"room.E{number}", payload={"n": number}, occurred_at=AT)
        for number in (1, 2, 3)
    ]
    with django_assert_num_queries(1):
        insert_all(rows)
        insert_all([])
    assert [facts(row) | {"id": None} for row in OutboxEvent.objects.order_by("id")] == [facts(row) for row in rows]


def test_change_touches_what_matches_and_nothing_else() -> None:
    event, other = an_event(1), an_event(2)
    late = datetime(2026, 3, 2, tzinfo=UTC)
    assert change(OutboxEvent, {"pk": event.pk, "name": "room.Happened"}, payload={"n": [1]}, occurred_at=late) == 1
    assert change(OutboxEvent, {"pk": event.pk, "name": "room.Other"}, is_dispatched=True) == 0
    event.refresh_from_db()
    assert (event.payload, event.occurred_at, event.is_dispatched) == ({"n": [1]}, late, False)
    assert facts(OutboxEvent.objects.get(pk=other.pk)) == facts(other)


def test_change_matches_null_and_writes_it() -> None:
    delivery = Delivery.objects.create(event=an_event(), handler="room.hand", due_at=AT)
    assert change(Delivery, {"event_id": delivery.event_id, "lease_until": None}, lease_until=AT) == 1
    assert change(Delivery, {"pk": delivery.pk, "lease_until": None}, handler="room.other") == 0
    assert change(Delivery, {"pk": delivery.pk, "lease_until": AT}, lease_until=None) == 1
    delivery.refresh_from_db()
    assert (delivery.lease_until, delivery.handler) == (None, "room.hand")


def test_a_slot_can_be_of_a_field() -> None:
    by_uuid = Prepared(lambda: OutboxEvent.objects.filter(uuid=Slot("uuid", OutboxEvent._meta.get_field("uuid"))))
    event = an_event(7)
    found = by_uuid.first(uuid=UUID(int=7))
    assert found is not None
    assert found.pk == event.pk
    assert by_uuid.first(uuid=UUID(int=8)) is None
