from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.catalogue.search import rules

words = st.text("abcde", max_size=9)


def slow_distance(one: str, other: str) -> int:
    """Optimal string alignment by its definition."""
    table = {(row, 0): row for row in range(len(one) + 1)} | {(0, column): column for column in range(len(other) + 1)}
    for row in range(1, len(one) + 1):
        for column in range(1, len(other) + 1):
            best = min(table[row - 1, column] + 1, table[row, column - 1] + 1,
                       table[row - 1, column - 1] + (one[row - 1] != other[column - 1]))  # fmt: skip
            if row > 1 and column > 1 and one[row - 1] == other[column - 2] and one[row - 2] == other[column - 1]:
                best = min(best, table[row - 2, column - 2] + 1)
            table[row, column] = best
    return table[len(one), len(other)]


@given(words, words, st.sampled_from([1, 2]))
def test_distance(one, other, most):
    assert rules.distance(one, other, most) == min(slow_distance(one, other), most + 1)


@given(words, words)
def test_words_within_two_slips_differ_in_four_letters_at_most(one, other):
    if slow_distance(one, other) <= 2:
        assert (rules.letters_of(one) ^ rules.letters_of(other)).bit_count() <= 4


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("500 ml flask", "500ml flask"), ("500ml", "500ml"), ("0,5 l", "0d5l"), ("1.5 kg", "1d5kg"), ("2.5", "2d5"),
        ("3,000 pieces", "3,000 pieces"), ("AB 12 holder", "AB 12 holder"), ("100\u00a0W", "100W"), ("a\x00b", "a b"),
        ("日本語", " 日本 本語 "), ("no \ud800 such", "no  such"),
    ],
)  # fmt: skip
def test_measures_and_signs(typed, seen):
    assert rules.prepared(typed) == seen


def test_forms():
    assert rules.joined("T-shirt, and/or") == ["Tshirt", "andor"]
    assert rules.code_forms(" AB-12 ") == ("ab-12", "ab12")
    assert rules.code_forms("4006381333931") == ("4006381333931",)
    assert [rules.typos_allowed(word) for word in ("mug", "bowl", "stoneware", "500ml")] == [0, 1, 2, 0]
    assert rules.value_key("Dark Blue") == "dark-blue"
    assert rules.value_key("🙂") == "slight-smile"
    assert rules.value_key("\u2028") == "xe280a8"
    assert rules.body_text([{"type": "text", "id": "x1", "value": "<p>By <b>hand</b></p>"}]).split() == ["By", "hand"]
