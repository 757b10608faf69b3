"""What becomes of one invoice line: imported, treated as a credit, or rejected with a reason. Pure."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from decimal import ROUND_HALF_UP, Decimal
from zoneinfo import ZoneInfo

from stoa.kernel.money import exponent, round_minor

IMPORTED, CREDITED, REJECTED = "imported", "credited", "rejected"

# What an order line and the books can hold; anything beyond is a fault of the file.
MAX_QUANTITY = 1_000_000_000
MAX_PRICE = Decimal(10) ** 9
MAX_MINOR = 10**15
# Prices are kept to a millionth; what is finer is the noise of a float.
FINEST = Decimal("0.000001")
YEARS = range(1900, 3000)

_NUMBER = re.compile(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?")


class RowFaultError(ValueError):
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


@dataclass(frozen=True, slots=True)
class Format:
    """How a file writes things. ``decimal``: "." or ","; ``date_format``: strptime's, "" for ISO 8601."""

    currency: str
    zone: ZoneInfo
    date_format: str = ""
    decimal: str = "."


def outcome_of(quantity: int) -> str:
    return CREDITED if quantity < 0 else IMPORTED


def read_line(row: int, values: Mapping[str, object], *, is_cancellation: bool, form: Format) -> Line:
    """Check one line. ``values``: our names -> raw values. Raises RowFaultError.

    The line total is quantity times the exact price, rounded half up to a minor unit once, at the end.
    """
    quantity = _whole(values.get("quantity"), form.decimal)
    price = _number(values.get("unit_price"), "price", form.decimal)
    if abs(price) >= MAX_PRICE:
        raise RowFaultError("the price is out of all proportion")
    price = price.quantize(FINEST, ROUND_HALF_UP)
    if price < 0:
        raise RowFaultError("the price is negative: a correction of accounts, not goods")
    if price == 0:
        raise RowFaultError("the price is zero: nothing was sold")
    if quantity == 0:
        raise RowFaultError("the quantity is zero")
    if is_cancellation and quantity > 0:
        raise RowFaultError("a cancellation with a positive quantity")
    sku = identifier(values.get("sku"))[:80]
    if not sku:
        raise RowFaultError("no SKU")
    scaled = price.scaleb(exponent(form.currency))
    unit_minor, total_minor = round_minor(scaled), round_minor(scaled * quantity)
    if abs(total_minor) > MAX_MINOR:
        raise RowFaultError("the amount is out of all proportion")
    return Line(
        row=row,
        sku=sku,
        title=text(values.get("title"), 300) or sku,
        quantity=quantity,
        unit_minor=unit_minor,
        unit_exact=price if scaled != unit_minor else None,
        total_minor=total_minor,
        placed_at=moment(values.get("placed_at"), form.zone, form.date_format),
    )


def moment(value: object, zone: ZoneInfo, date_format: str = "") -> datetime:
    """An aware moment in UTC; a value without a zone is local time at ``zone``. Raises RowFaultError."""
    if isinstance(value, str):
        written = value.strip()
        if not written:
            raise RowFaultError("no date")
        try:
            value = datetime.strptime(written, date_format) if date_format else datetime.fromisoformat(written)  # noqa: DTZ007
        except ValueError as error:
            raise RowFaultError(f"not a date: {written[:40]!r}") from error
    if isinstance(value, date) and not isinstance(value, datetime):
        value = datetime.combine(value, time(0), zone)
    if not isinstance(value, datetime):
        raise RowFaultError("no date")
    if value.year not in YEARS:
        raise RowFaultError(f"not a likely date: {value:%Y-%m-%d}")
    return (value if value.tzinfo else value.replace(tzinfo=zone)).astimezone(UTC)


def text(value: object, length: int) -> str:
    """One printable line of at most ``length`` characters: what every database takes."""
    if value is None:
        return ""
    written = str(value)
    if not written.isprintable():
        written = "".join(c if c.isprintable() else " " for c in written)
    return written.strip()[:length]


def identifier(value: object) -> str:
    """A number of an invoice, a SKU or a customer as text; 17850.0, as tables with gaps have it, is 17850."""
    if isinstance(value, float):
        value = "" if math.isnan(value) else int(value) if value.is_integer() else value
    return text(value, 300)


def _whole(value: object, decimal: str) -> int:
    number = _number(value, "quantity", decimal)
    if abs(number) > MAX_QUANTITY:
        raise RowFaultError("the quantity is out of all proportion")
    if number != number.to_integral_value():
        raise RowFaultError(f"the quantity is not whole: {text(value, 40)}")
    return int(number)


def _number(value: object, what: str, decimal: str) -> Decimal:
    """Text and numbers of any kind, without losing a digit. Raises RowFaultError."""
    if (
        value is None
        or (isinstance(value, str) and not value.strip())
        or (isinstance(value, float) and math.isnan(value))
    ):
        raise RowFaultError(f"no {what}")
    # repr of a float is the shortest text that reads back as it: 2.55, not 2.54999999999999982236431605997495353
    written = repr(value) if isinstance(value, float) else str(value).strip()
    if decimal == "," and isinstance(value, str):
        written = written.replace(".", "").replace(",", ".")
    if not _NUMBER.fullmatch(written):
        raise RowFaultError(f"the {what} is no number: {text(value, 40)!r}")
    return Decimal(written)
