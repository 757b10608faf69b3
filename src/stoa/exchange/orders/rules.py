"""What becomes of one invoice line: imported, treated as a credit, or rejected with a reason. Pure."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from zoneinfo import ZoneInfo

from stoa.kernel.money import exponent, round_minor

IMPORTED, CREDITED, REJECTED = "imported", "credited", "rejected"

# What an order line and the books can hold; anything beyond is a fault of the file.
MAX_QUANTITY = 1_000_000_000
MAX_MINOR = 10**15


class RowFault(ValueError):
    """Why a line is rejected, in words for the merchant."""


@dataclass(frozen=True, slots=True)
class Line:
    """A sound invoice line. ``unit_exact`` is set only where the price is finer than the currency."""

    row: int
    sku: str
    title: str
    quantity: int
    unit_minor: int
    unit_exact: Decimal | None
    total_minor: int
    placed_at: datetime


def outcome_of(quantity: int) -> str:
    return CREDITED if quantity < 0 else IMPORTED


def read_line(
    row: int, values: Mapping[str, object], *, is_cancellation: bool, currency: str, zone: ZoneInfo, date_format: str = ""
) -> Line:
    """Check one line. ``values``: our names -> raw values. Raises RowFault.

    The line total is quantity times the exact price, rounded half up to a minor unit once, at the end.
    """
    quantity = _whole(values.get("quantity"))
    price = _decimal(values.get("unit_price"))
    if price < 0:
        raise RowFault("the price is negative: a correction of accounts, not goods")
    if price == 0:
        raise RowFault("the price is zero: nothing was sold")
    if quantity == 0:
        raise RowFault("the quantity is zero")
    if is_cancellation and quantity > 0:
        raise RowFault("a cancellation with a positive quantity")
    sku = _text(values.get("sku"), 80)
    if not sku:
        raise RowFault("no SKU")
    scaled = price.scaleb(exponent(currency))
    unit_minor, total_minor = round_minor(scaled), round_minor(scaled * quantity)
    if abs(quantity) > MAX_QUANTITY or abs(total_minor) > MAX_MINOR:
        raise RowFault("the quantity or amount is out of all proportion")
    return Line(
        row=row,
        sku=sku,
        title=_text(values.get("title"), 300) or sku,
        quantity=quantity,
        unit_minor=unit_minor,
        unit_exact=price if scaled != unit_minor else None,
        total_minor=total_minor,
        placed_at=moment(values.get("placed_at"), zone, date_format),
    )


def moment(value: object, zone: ZoneInfo, date_format: str = "") -> datetime:
    """An aware moment in UTC; a value without a zone is local time at ``zone``. Raises RowFault."""
    if isinstance(value, str):
        try:
            text = value.strip()
            value = datetime.strptime(text, date_format) if date_format else datetime.fromisoformat(text)  # noqa: DTZ007
        except ValueError as error:
            raise RowFault(f"not a date: {value[:40]!r}") from error
    if not isinstance(value, datetime):
        raise RowFault("no date")
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def _whole(value: object) -> int:
    number = _decimal(value, "quantity")
    if number != number.to_integral_value():
        raise RowFault(f"the quantity is not whole: {value}")
    return int(number)


def _decimal(value: object, what: str = "price") -> Decimal:
    if value is None or value == "" or (isinstance(value, float) and math.isnan(value)):
        raise RowFault(f"no {what}")
    try:
        # repr of a float is the shortest text that reads back as it: 2.55, not 2.54999999999999982236431605997495353
        number = Decimal(repr(value)) if isinstance(value, float) else Decimal(str(value).strip())
    except InvalidOperation as error:
        raise RowFault(f"not a number: {str(value)[:40]!r}") from error
    if not number.is_finite():
        raise RowFault(f"not a number: {str(value)[:40]!r}")
    return number


def _text(value: object, length: int) -> str:
    if value is None:
        return ""
    return "".join(c for c in str(value) if c.isprintable() and not 0xD800 <= ord(c) <= 0xDFFF).strip()[:length]
