from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.marketing.reach import rules


def test_the_shortest_way_counts() -> None:
    links = {"home": [("a", 1), ("b", 4)], "a": [("c", 1)], "c": [("b", 1)], "island": [("a", 1)]}
    assert rules.depths(links, "home") == {"home": 0, "a": 1, "c": 2, "b": 3}


def test_circles_end() -> None:
    assert rules.depths({1: [(2, 1)], 2: [(1, 1), (2, 1)]}, 1) == {1: 0, 2: 1}
    assert rules.depths({}, 1) == {1: 0}


@given(
    st.dictionaries(
        st.integers(0, 8), st.lists(st.tuples(st.integers(0, 8), st.integers(1, 5)), max_size=6), max_size=9
    )
)
def test_no_link_makes_a_way_shorter(links: dict[int, list[tuple[int, int]]]) -> None:
    found = rules.depths(links, 0)
    for node, targets in links.items():
        for target, clicks in targets:
            if node in found:
                assert found[target] <= found[node] + clicks


@pytest.mark.parametrize(
    ("place", "total", "clicks"),
    [(0, 1, 1), (23, 24, 1), (24, 25, 2), (24, 240, 2), (48, 240, 3), (239, 240, 2), (215, 240, 3)],
)
def test_clicks_in_a_list(place: int, total: int, clicks: int) -> None:
    assert rules.clicks_in_list(place, total, 24) == clicks


def test_spread() -> None:
    assert rules.spread([0, 1, 1, 3, 9, None, None]) == [1, 2, 0, 1, 0, 1, 2]
