from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from stoa.operations.credit import rules

NONCES = st.text("0123456789abcdef", min_size=32, max_size=32)


def test_ten_thousand_codes_are_ten_thousand() -> None:
    codes = {rules.code_of(f"{number:032x}", "key") for number in range(10_000)}
    assert len(codes) == 10_000
    assert all(len(code) == 20 and rules.normal(code) == code for code in codes)
    seen = [sum(code[place] == letter for code in codes) for place in range(19) for letter in rules.ALPHABET]
    # 312.5 expected; six deviations of 17.4.
    assert min(seen) > 208
    assert max(seen) < 417


@given(NONCES, st.integers(0, 19), st.sampled_from(rules.ALPHABET))
def test_a_wrong_letter_is_found_without_asking(nonce: str, place: int, letter: str) -> None:
    code = rules.code_of(nonce, "key")
    wrong = code[:place] + letter + code[place + 1 :]
    assert rules.normal(wrong) == (code if wrong == code else "")


@given(NONCES)
def test_people_may_type_it_as_they_read_it(nonce: str) -> None:
    code = rules.code_of(nonce, "key")
    assert rules.normal(f" {rules.shown(code).lower().replace('0', 'o').replace('1', 'l')} ") == code


@given(st.text(max_size=60))
def test_anything_may_be_typed(typed: str) -> None:
    assert len(rules.normal(typed)) in (0, 20)


def test_ends_are_those_of_the_law() -> None:
    assert rules.earliest_end("DE", date(2026, 1, 2)) == date(2029, 12, 31)
    assert rules.earliest_end("US", date(2028, 2, 29)) == date(2033, 2, 28)
    assert rules.earliest_end("IE", date(2026, 5, 6)) == date(2031, 5, 6)
    assert rules.earliest_end("FR", date(2026, 5, 6)) is None


@given(st.lists(st.tuples(st.integers(1, 9), st.integers(0, 99)), max_size=5), st.integers(0, 300))
def test_shares_pay_all_that_can_be_paid(balances: list[tuple[int, int]], amount: int) -> None:
    parts = rules.shares(balances, amount)
    assert sum(part for _, part in parts) == min(amount, sum(balance for _, balance in balances))
    assert all(part > 0 for _, part in parts)
