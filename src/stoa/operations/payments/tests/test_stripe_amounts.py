from __future__ import annotations

import pytest

from stoa.operations.payments.providers.stripe.amounts import AmountError, from_stripe, to_stripe


@pytest.mark.parametrize(
    ("minor", "currency", "theirs"),
    [
        (2890, "EUR", 2890),
        (500, "JPY", 500),
        (1200, "KRW", 1200),
        (5, "ISK", 500),
        (5, "UGX", 500),
        (1000, "HUF", 1000),
        (5120, "KWD", 5120),
        (0, "BHD", 0),
        (700, "MGA", 7),
    ],
)
def test_amounts_go_there_and_back(minor: int, currency: str, theirs: int) -> None:
    assert to_stripe(minor, currency) == theirs
    assert from_stripe(theirs, currency) == minor


@pytest.mark.parametrize(("minor", "currency"), [(5124, "KWD"), (1, "TND"), (750, "MGA")])
def test_what_cannot_be_said_exactly_is_refused_and_never_rounded(minor: int, currency: str) -> None:
    with pytest.raises(AmountError):
        to_stripe(minor, currency)


def test_a_part_of_a_krona_is_no_amount_of_ours() -> None:
    with pytest.raises(AmountError):
        from_stripe(550, "ISK")


def test_a_currency_is_three_capital_letters() -> None:
    with pytest.raises(ValueError, match="ISO 4217"):
        from_stripe(100, "eur")
