from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.inventory.stock.rules import Outlook, Part, Place, Shown, allocate, newly_owed, outlook

MAY, JUNE = date(2026, 5, 1), date(2026, 6, 1)

place_lists = st.lists(
    st.builds(Place, st.integers(1, 50), st.integers(-5, 12), st.integers(0, 8), st.integers(0, 3)),
    max_size=5, unique_by=lambda place: place.location_id,
)  # fmt: skip


@given(st.integers(1, 40), place_lists)
def test_an_allocation_covers_exactly_what_is_wanted_or_nothing(wanted, places):
    parts = allocate(wanted, places)
    by_id = {place.location_id: place for place in places}
    assert bool(parts) == (sum(place.headroom for place in places) >= wanted)
    if parts:
        assert sum(part.quantity for part in parts) == wanted
        assert all(0 < part.quantity <= by_id[part.location_id].headroom for part in parts)
        assert [part.location_id for part in parts] == sorted({part.location_id for part in parts})


@given(st.integers(1, 40), place_lists)
def test_nothing_is_back_ordered_while_it_is_in_stock(wanted, places):
    parts = allocate(wanted, places)
    by_id = {place.location_id: place for place in places}
    owed = sum(max(0, part.quantity - by_id[part.location_id].in_stock) for part in parts)
    in_stock = sum(place.in_stock for place in places)
    assert owed == (max(0, wanted - in_stock) if parts else 0)


@given(st.integers(1, 12), place_lists)
def test_one_parcel_where_one_place_has_it_all(wanted, places):
    if any(place.in_stock >= wanted for place in places):
        assert len(allocate(wanted, places)) == 1


@given(st.integers(1, 40), place_lists, st.randoms())
def test_the_order_in_which_places_come_does_not_matter(wanted, places, random):
    shuffled = random.sample(places, len(places))
    assert allocate(wanted, shuffled) == allocate(wanted, places)


def test_the_first_by_priority_that_has_it_all_sends_it():
    places = [Place(1, 5, priority=2), Place(2, 3, priority=1), Place(3, 9, priority=0)]
    assert allocate(4, places) == (Part(3, 4),)
    assert allocate(3, [Place(1, 2, priority=0), Place(2, 3, priority=1)]) == (Part(2, 3),)


def test_a_split_goes_by_priority():
    places = [Place(1, 2, priority=1), Place(2, 2, priority=0), Place(3, 2, priority=2)]
    assert allocate(3, places) == (Part(1, 1), Part(2, 2))


def test_what_must_be_owed_is_owed_by_one_place_where_it_can():
    places = [Place(1, 1, 1, priority=0), Place(2, 0, 9, priority=1)]
    assert allocate(4, places) == (Part(1, 1), Part(2, 3))
    assert allocate(2, places) == (Part(1, 2),)


def test_units_owed_already_leave_less_to_owe():
    assert Place(1, -3, 5).headroom == 2
    assert allocate(3, [Place(1, -3, 5)]) == ()
    assert allocate(2, [Place(1, -3, 5)]) == (Part(1, 2),)
    # Owed from before, and no longer allowed: nothing is negative.
    assert Place(1, -3, 0).headroom == 0


@pytest.mark.parametrize("wanted", [0, -1])
def test_an_allocation_of_nothing_is_a_mistake(wanted):
    with pytest.raises(ValueError):
        allocate(wanted, [Place(1, 5)])


@pytest.mark.parametrize(("free_after", "taken", "owed"), [(2, 3, 0), (0, 3, 0), (-1, 3, 1), (-9, 3, 3)])
def test_newly_owed_units(free_after, taken, owed):
    assert newly_owed(free_after, taken) == owed


@pytest.mark.parametrize(
    ("places", "expected"),
    [
        ([], Outlook(0, 0, None, Shown.SOLD_OUT)),
        ([Place(1, 0)], Outlook(0, 0, None, Shown.SOLD_OUT)),
        ([Place(1, 5)], Outlook(5, 5, None, Shown.LOW)),
        ([Place(1, 6)], Outlook(6, 6, None, Shown.IN_STOCK)),
        ([Place(1, 3), Place(2, 3)], Outlook(6, 6, None, Shown.IN_STOCK)),
        ([Place(1, -2), Place(2, 3)], Outlook(3, 3, None, Shown.LOW)),
        ([Place(1, 0, 4, 0, MAY)], Outlook(0, 4, MAY, Shown.BACKORDER)),
        ([Place(1, -1, 4, 0, JUNE), Place(2, 0, 1, 0, MAY)], Outlook(0, 4, MAY, Shown.BACKORDER)),
        # All that could be owed at the earlier date is owed: the later date counts.
        ([Place(1, -4, 4, 0, MAY), Place(2, 0, 1, 0, JUNE)], Outlook(0, 1, JUNE, Shown.BACKORDER)),
        ([Place(1, 1, 4, 0, MAY)], Outlook(1, 5, MAY, Shown.LOW)),
    ],
)
def test_what_shoppers_are_told(places, expected):
    assert outlook(places, 5) == expected


def test_a_threshold_of_nothing_is_never_low():
    assert outlook([Place(1, 1)], 0).shown is Shown.IN_STOCK


def test_a_date_that_nobody_is_shown_does_not_change_the_face():
    soon, later = (outlook([Place(1, 9, 5, 0, day)], 5) for day in (MAY, JUNE))
    assert soon.face == later.face == (Shown.IN_STOCK, None)
