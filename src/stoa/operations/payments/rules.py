"""What holds for payments apart from any database or provider."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class Expected:
    """What we asked a provider for."""

    merchant_reference: str
    amount_minor: int
    currency: str


def mismatches(expected: Expected, merchant_reference: str, amount_minor: int, currency: str) -> list[str]:
    """Where a provider's report differs from what was asked for, in words; empty where all three agree."""
    found = []
    if merchant_reference != expected.merchant_reference:
        found.append(f"reference is {merchant_reference[:80]!r}, not {expected.merchant_reference!r}")
    if amount_minor != expected.amount_minor:
        found.append(f"amount is {amount_minor}, not {expected.amount_minor}")
    if currency != expected.currency:
        found.append(f"currency is {currency[:8]!r}, not {expected.currency!r}")
    return found


def refund_status(captured_minor: int, given_back_minor: int) -> str:
    """The payment status of an order from the refunds that are done: paid, partially_refunded or refunded."""
    if given_back_minor <= 0:
        return "paid"
    return "refunded" if given_back_minor >= captured_minor else "partially_refunded"


# How long after its last check a pending payment is asked for again, by age: eager while the buyer may still be at the
# provider's page, patient later.
_PATIENCE = (
    (timedelta(minutes=10), timedelta(minutes=1)),
    (timedelta(hours=1), timedelta(minutes=4)),
    (timedelta(days=1), timedelta(minutes=30)),
)


def check_interval(age: timedelta) -> timedelta:
    for limit, interval in _PATIENCE:
        if age < limit:
            return interval
    return timedelta(hours=6)


def clean_iban(value: str) -> str:
    """An IBAN without spaces, upper case; "" stays "". Raises ValueError for wrong check digits (ISO 13616)."""
    iban = "".join(value.split()).upper()
    if not iban:
        return ""
    if not (15 <= len(iban) <= 34 and iban.isascii() and iban.isalnum() and iban[:2].isalpha() and iban[2:4].isdigit()):
        raise ValueError("not an IBAN")
    digits = "".join(str(int(character, 36)) for character in iban[4:] + iban[:4])
    if int(digits) % 97 != 1:
        raise ValueError("not an IBAN")
    return iban


def grouped_iban(iban: str) -> str:
    """In fours, as people read it."""
    return " ".join(iban[start : start + 4] for start in range(0, len(iban), 4))
