"""Amounts as Stripe counts them, which is not always as ISO 4217 does. Rules: https://docs.stripe.com/currencies."""

from __future__ import annotations

from stoa.kernel.money import exponent

# Decimal places at Stripe where they are not those of ISO 4217: ISK and UGX have none any more, but are still counted in
# hundredths there; MGA is counted in whole ariary.
_EXPONENTS = {"ISK": 2, "UGX": 2, "MGA": 0}
# With three decimals the last digit must be 0: card schemes know two.
_LAST_DIGIT_ZERO = 3


class AmountError(ValueError):
    """An amount that cannot be said exactly in the other system's units."""


def to_stripe(amount_minor: int, currency: str) -> int:
    """Our minor units as Stripe's. Raises AmountError where Stripe cannot take exactly this amount."""
    amount = _scaled(amount_minor, _places(currency) - exponent(currency))
    if _places(currency) == _LAST_DIGIT_ZERO and amount % 10:
        raise AmountError(f"{amount_minor} {currency}: Stripe wants the last digit to be 0")
    return amount


def from_stripe(amount: int, currency: str) -> int:
    """Stripe's units as our minor units. Raises AmountError for a part of a unit, ValueError for a malformed currency."""
    return _scaled(amount, exponent(currency) - _places(currency))


def _places(currency: str) -> int:
    return _EXPONENTS.get(currency, exponent(currency))


def _scaled(amount: int, places: int) -> int:
    if places >= 0:
        return amount * int(10**places)
    scaled, rest = divmod(amount, int(10**-places))
    if rest:
        raise AmountError(f"{amount} is no whole number of units")
    return scaled
