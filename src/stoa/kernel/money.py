"""Money: integer minor units and an ISO 4217 currency. No float ever touches it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from functools import lru_cache

from babel.numbers import format_currency

# ISO 4217:2015 and its amendments, list one: the currencies whose exponent is not 2.
_EXPONENTS = {
    **dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"), 0
    ),
    **dict.fromkeys(("XAF", "XOF", "XPF"), 0),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
    **dict.fromkeys(("CLF", "UYW"), 4),
}

ROUNDINGS = {"half_up": ROUND_HALF_UP, "half_even": ROUND_HALF_EVEN}


class CurrencyMismatchError(ValueError):
    """Two currencies met in one sum."""


def exponent(currency: str) -> int:
    """Decimal places of a currency: 2 for most, 0 for JPY, 3 for BHD. Raises ValueError on a malformed code."""
    if len(currency) != 3 or not currency.isascii() or not currency.isupper():
        raise ValueError(f"not an ISO 4217 code: {currency!r}")
    return _EXPONENTS.get(currency, 2)


def round_minor(amount: Decimal, rounding: str = "half_up") -> int:
    """Round a decimal count of minor units to a whole one by a named policy (``half_up`` is away from zero)."""
    return int(amount.quantize(Decimal(1), rounding=ROUNDINGS[rounding]))


@dataclass(frozen=True, slots=True, order=False)
class Money:
    """``minor`` units (cents, yen, fils) of ``currency``."""

    minor: int
    currency: str

    def __post_init__(self) -> None:
        if not isinstance(self.minor, int) or isinstance(self.minor, bool):
            raise TypeError(f"minor units are an int, not {type(self.minor).__name__}")

    @classmethod
    def of(cls, amount: Decimal | str | int, currency: str, rounding: str | None = None) -> Money:
        """From major units ("12.34"). Without a ``rounding`` policy, an amount finer than the currency is a ValueError."""
        try:
            scaled = Decimal(amount).scaleb(exponent(currency))
        except InvalidOperation as error:
            raise ValueError(f"not an amount: {amount!r}") from error
        if not scaled.is_finite():
            raise ValueError(f"not an amount: {amount!r}")
        if rounding is None and scaled != scaled.to_integral_value():
            raise ValueError(f"{amount} is finer than {currency} allows")
        return cls(round_minor(scaled, rounding or "half_up"), currency)

    @classmethod
    def zero(cls, currency: str) -> Money:
        return cls(0, currency)

    @property
    def decimal(self) -> Decimal:
        """Major units, with exactly the currency's decimal places."""
        return Decimal(self.minor).scaleb(-exponent(self.currency))

    def __add__(self, other: Money) -> Money:
        return Money(self.minor + self._minor_of(other), self.currency)

    def __sub__(self, other: Money) -> Money:
        return Money(self.minor - self._minor_of(other), self.currency)

    def __mul__(self, count: int) -> Money:
        return Money(self.minor * count, self.currency)

    def __neg__(self) -> Money:
        return Money(-self.minor, self.currency)

    def __lt__(self, other: Money) -> bool:
        return self.minor < self._minor_of(other)

    def __le__(self, other: Money) -> bool:
        return self.minor <= self._minor_of(other)

    def __bool__(self) -> bool:
        return self.minor != 0

    def _minor_of(self, other: Money) -> int:
        if other.currency != self.currency:
            raise CurrencyMismatchError(f"{self.currency} and {other.currency}")
        return other.minor

    def format(self, locale: str = "en") -> str:
        """As people of ``locale`` write it: ``€12.34``, ``12,34 €``, ``¥1,234``."""
        return _formatted(self.minor, self.currency, locale)

    def __str__(self) -> str:
        return f"{self.decimal} {self.currency}"


@lru_cache(maxsize=4096)
def _formatted(minor: int, currency: str, locale: str) -> str:
    # Babel costs about 40 microseconds a call, and a listing shows the same few prices over and over.
    amount = Decimal(minor).scaleb(-exponent(currency))
    return format_currency(amount, currency, locale=locale.replace("-", "_"))


def total(amounts: Iterable[Money], currency: str) -> Money:
    """The sum; ``Money.zero(currency)`` of nothing."""
    result = Money.zero(currency)
    for amount in amounts:
        result = result + amount
    return result


def allocate(minor: int, weights: list[int]) -> list[int]:
    """Split ``minor`` in proportion to ``weights`` (non-negative) so that the parts add up to it exactly.

    Largest-remainder method; ties go to the earlier part. All-zero weights share as evenly as they can.
    """
    if not weights:
        raise ValueError("nothing to allocate to")
    if any(weight < 0 for weight in weights):
        raise ValueError("weights are not negative")
    if sum(weights) == 0:
        weights = [1] * len(weights)
    whole, sign = sum(weights), -1 if minor < 0 else 1
    parts = [abs(minor) * weight // whole for weight in weights]
    remainders = sorted(range(len(weights)), key=lambda i: (-(abs(minor) * weights[i] % whole), i))
    for index in remainders[: abs(minor) - sum(parts)]:
        parts[index] += 1
    return [sign * part for part in parts]
