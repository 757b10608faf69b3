from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stoa.operations.payments import rules

EXPECTED = rules.Expected("ref", 2890, "EUR")


def test_a_report_that_agrees_has_no_mismatch() -> None:
    assert rules.mismatches(EXPECTED, "ref", 2890, "EUR") == []


@pytest.mark.parametrize(
    ("report", "named"),
    [(("other", 2890, "EUR"), "reference"), (("ref", 2889, "EUR"), "amount"), (("ref", 2890, "USD"), "currency")],
)
def test_each_difference_is_named(report: tuple[str, int, str], named: str) -> None:
    found = rules.mismatches(EXPECTED, *report)
    assert len(found) == 1
    assert found[0].startswith(named)


@given(captured=st.integers(1, 10**9), given_back=st.integers(0, 10**9))
def test_refund_status_follows_the_sum(captured: int, given_back: int) -> None:
    status = rules.refund_status(captured, min(given_back, captured))
    assert (status == "paid") == (given_back == 0)
    assert (status == "refunded") == (given_back >= captured)


def test_checks_grow_rarer_with_age() -> None:
    ages = [timedelta(minutes=1), timedelta(minutes=30), timedelta(hours=5), timedelta(days=3)]
    intervals = [rules.check_interval(age) for age in ages]
    assert intervals == sorted(intervals)
    assert len(set(intervals)) == 4


def test_iban_is_checked_and_normalised() -> None:
    assert rules.clean_iban(" de89 3704 0044 0532 0130 00 ") == "DE89370400440532013000"
    assert rules.clean_iban("") == ""
    assert rules.grouped_iban("DE89370400440532013000") == "DE89 3704 0044 0532 0130 00"


@pytest.mark.parametrize("wrong", ["DE88370400440532013000", "DE89", "٣٤DE", "DE89-3704", "1234567890123456"])
def test_wrong_ibans_are_refused(wrong: str) -> None:
    with pytest.raises(ValueError, match="not an IBAN"):
        rules.clean_iban(wrong)
