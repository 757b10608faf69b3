"""Measures: what is typed in one unit is stored in another, exactly, and shown as people write it. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

# Numbers are stored as whole billionths of the base unit, so that an ounce or an inch has no rest.
SCALE = 10**9
# What fits: nine thousand million base units, far inside a bigint.
LARGEST = 9 * 10**18
MOST_DECIMALS = 4


@dataclass(frozen=True, slots=True)
class Unit:
    """``factor`` base units of its ``dimension`` make one."""

    code: str
    dimension: str
    factor: Decimal


def _table(dimension: str, **factors: str) -> dict[str, Unit]:
    return {code: Unit(code, dimension, Decimal(factor)) for code, factor in factors.items()}


UNITS: dict[str, Unit] = (
    _table("length", mm="1", cm="10", m="1000", km="1000000", ft="304.8", yd="914.4")
    | {"µm": Unit("µm", "length", Decimal("0.001")), "in": Unit("in", "length", Decimal("25.4"))}
    | _table("mass", mg="0.001", g="1", kg="1000", t="1000000", oz="28.349523125", lb="453.59237")
    | _table("volume", ml="1", cl="10", dl="100", l="1000")
    | {
        "m³": Unit("m³", "volume", Decimal(1000000)),
        "fl oz": Unit("fl oz", "volume", Decimal("29.5735295625")),
    }
    | {
        "mm²": Unit("mm²", "area", Decimal("0.01")),
        "cm²": Unit("cm²", "area", Decimal(1)),
        "m²": Unit("m²", "area", Decimal(10000)),
    }
    | _table("time", s="1", min="60", h="3600", d="86400")
    | _table("power", mW="0.001", W="1", kW="1000")
    | _table("energy", Wh="1", kWh="1000")
    | _table("charge", mAh="1", Ah="1000")
    | _table("data", kB="0.001", MB="1", GB="1000", TB="1000000")
    | _table("frequency", Hz="1", kHz="1000", MHz="1000000")
)
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
# Written otherwise, meant alike.
_SAME = {
    "um": "µm", "μm": "µm", "mm2": "mm²", "cm2": "cm²", "m2": "m²", "m3": "m³", "litre": "l", "liter": "l", "L": "l",
    "mL": "ml", "gram": "g", "hr": "h", "sec": "s", '"': "in", "″": "in", "inch": "in", "[in_i]": "in", "floz": "fl oz",
    "lbs": "lb", "gr": "g", "kilo": "kg",
}  # fmt: skip


def unit_of(text: str) -> str:
    """The unit as this shop writes it: ``cm2`` is ``cm²``. A unit that nobody knows stays as it is."""
    plain = " ".join(text.split())
    return _SAME.get(plain, plain) if plain not in UNITS else plain


def alike(unit: str) -> list[str]:
    """The units that values of an attribute in ``unit`` may be typed in, itself first."""
    known = UNITS.get(unit)
    if known is None:
        return [unit] if unit else []
    return [unit, *(code for code, other in UNITS.items() if other.dimension == known.dimension and code != unit)]


def to_stored(text: str, unit: str) -> int | None:
    """Billionths of the base unit for ``12,5``, ``12.5 cm`` or ``5 in``; None where it is no number of such a unit.

    A bare number is meant in ``unit``. Thousands may be parted by spaces or apostrophes; of commas and points the last
    is the decimal one. ``1,200`` alone may mean two things and is refused.
    """
    number, typed = _parted(text)
    if number is None:
        return None
    typed = unit_of(typed) or unit
    base, own = UNITS.get(unit), UNITS.get(typed)
    if typed == unit:
        factor = base.factor if base else Decimal(1)
    elif base and own and base.dimension == own.dimension:
        factor = own.factor
    else:
        return None
    scaled = number * factor * SCALE
    if not abs(scaled) <= LARGEST:
        return None
    return int(scaled.to_integral_value())


def from_stored(stored: int, unit: str, decimals: int) -> Decimal:
    """The value in ``unit`` with ``decimals`` places, rounded half to even."""
    factor = UNITS[unit].factor if unit in UNITS else Decimal(1)
    value = Decimal(stored) / (factor * SCALE)
    return value.quantize(Decimal(1).scaleb(-decimals))


def plain(stored: int, unit: str, decimals: int) -> str:
    """For machines and addresses: ``12.5``, without zeros at the end."""
    text = f"{from_stored(stored, unit, decimals):f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in {"-0", ""} else text


def exact(stored: int, unit: str) -> str:
    """The whole value with its base unit, as ``to_stored`` takes it: ``127.5 mm``."""
    known = UNITS.get(unit)
    base = (
        next(code for code, one in UNITS.items() if one.dimension == known.dimension and one.factor == 1)
        if known
        else unit
    )
    text = f"{Decimal(stored) / SCALE:f}"
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text} {base}".strip()


def is_kept(stored: int, unit: str, decimals: int) -> bool:
    """Whether showing the value in ``unit`` with ``decimals`` places says all of it."""
    factor = UNITS[unit].factor if unit in UNITS else Decimal(1)
    return abs(from_stored(stored, unit, decimals) * factor * SCALE - stored) < 1


def _parted(text: str) -> tuple[Decimal | None, str]:
    """Number and unit of ``1 200,5 mm``."""
    plain = " ".join(text.replace("\u2212", "-").split())
    end = 0
    while end < len(plain) and ((plain[end].isascii() and plain[end].isdigit()) or plain[end] in "+-.,' ’"):
        end += 1
    digits, unit = plain[:end].replace(" ", "").replace("'", "").replace("’", ""), plain[end:].strip()
    comma, point = digits.rfind(","), digits.rfind(".")
    if _AMBIGUOUS.fullmatch(digits):
        return None, unit
    if comma >= 0 and point >= 0:
        digits = digits.replace("." if comma > point else ",", "").replace(",", ".")
    else:
        digits = digits.replace(",", ".")
    if not digits or len(digits) > 24:
        return None, unit
    try:
        number = Decimal(digits)
    except InvalidOperation:
        return None, unit
    return number, unit
