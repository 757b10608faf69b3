from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from stoa.operations.cart.rules import merged

CARTS = st.dictionaries(st.integers(1, 20), st.integers(1, 999))


@given(CARTS, CARTS)
def test_nothing_is_lost_and_nothing_doubled(own: dict[int, int], guest: dict[int, int]) -> None:
    result = merged(own, guest)
    assert set(result) == set(own) | set(guest)
    for variant, quantity in result.items():
        assert quantity == max(own.get(variant, 0), guest.get(variant, 0))


def test_what_the_customer_had_stays_first() -> None:
    assert list(merged({5: 1, 3: 2}, {9: 1, 3: 4})) == [5, 3, 9]
    assert merged({3: 2}, {3: 4}) == {3: 4}


@given(CARTS)
def test_merging_twice_changes_nothing(cart: dict[int, int]) -> None:
    assert merged(cart, cart) == cart
