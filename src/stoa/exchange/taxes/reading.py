"""Tables of tax rates, row by row: our own columns, WooCommerce's export, and the tables by ZIP code that Avalara gives away."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal, InvalidOperation

from stoa.exchange.errors import MappingError
from stoa.exchange.files.tables import Row
from stoa.operations.tax.actions import RateData
from stoa.operations.tax.regions import region_code

OWN = ("country", "class", "percent")
WOOCOMMERCE = ("country code", "state code", "rate %")
AVALARA = ("state", "zipcode", "estimatedcombinedrate")
# What a region levies is owed by those who are registered there; elsewhere the country levies.
BY_REGION = frozenset({"US"})
SALES_TAX = "Sales tax"
_WOO_CLASSES = {"": "standard", "standard": "standard", "reduced-rate": "reduced", "zero-rate": "zero"}


class RowError(Exception):
    """Why a row is left out, for whoever sent the file."""


Reader = Callable[[Mapping[str, str]], RateData]


def reader_of(header: Collection[str], valid_from: date, source: str) -> Callable[[Row], RateData]:
    """How rows under this header become rates. ``valid_from`` holds where a row has no day of its own. The reader raises
    RowError. Raises MappingError for a header of no known table."""
    names = {name.strip().casefold() for name in header}
    for wanted, make in ((OWN, _own), (WOOCOMMERCE, _woocommerce), (AVALARA, _avalara)):
        if names.issuperset(wanted):
            return _reader(make, valid_from, source)
    raise MappingError(
        "no table of tax rates: columns country, class and percent are needed (and may be joined by region, postcode, "
        "name, level, valid_from and source), or those of WooCommerce or of a table by ZIP code"
    )


def _reader(make: Reader, valid_from: date, source: str) -> Callable[[Row], RateData]:
    def read(row: Row) -> RateData:
        if row.fault:
            raise RowError(row.fault)
        values = {name.strip().casefold(): value for name, value in row.values.items()}
        data = make(values)
        day = _day(values["valid_from"]) if values.get("valid_from") else valid_from
        return replace(data, valid_from=day, source=values.get("source") or source)

    return read


def _own(values: Mapping[str, str]) -> RateData:
    country, level = values["country"].upper(), values.get("level", "").casefold()
    region = _region(country, values.get("region", ""))
    return RateData(
        country, values["class"].casefold(), _percent(values["percent"]), date.min, region=region,
        postcode=values.get("postcode", ""), label=values.get("name", ""), level=level or _level(country, region),
    )  # fmt: skip


def _woocommerce(values: Mapping[str, str]) -> RateData:
    """Cities and taxes on taxes are not known here: such a row is refused rather than charged elsewhere."""
    country = values["country code"].upper()
    if values.get("city", "").strip("*"):
        raise RowError("the rate is for one town, which is told by its postal codes here")
    if values.get("compound") == "1":
        raise RowError("a tax on top of another tax is not known here")
    kind = values.get("tax class", "").casefold()
    region = _region(country, values["state code"].strip("*"))
    postcode = values.get("postcode / zip", "")
    return RateData(
        country, _WOO_CLASSES.get(kind, kind), _percent(values["rate %"]), date.min, region=region,
        postcode="" if postcode == "*" else postcode, label=_label(country, values.get("tax name", "")),
        level=_level(country, region),
    )  # fmt: skip


def _avalara(values: Mapping[str, str]) -> RateData:
    """Rates are parts of one there: 0.0825."""
    return RateData(
        "US", "standard", _percent(values["estimatedcombinedrate"]) * 100, date.min, region=_region("US", values["state"]),
        postcode=values["zipcode"].zfill(5), label=SALES_TAX, level="region",
    )  # fmt: skip


def _label(country: str, name: str) -> str:
    """Where a country has one tax alone its rows need no name; and a name that differs by town would make each another tax."""
    if country == "US":
        return SALES_TAX
    return name if country == "CA" else ""


def _level(country: str, region: str) -> str:
    return "region" if region and country in BY_REGION else "country"


def _region(country: str, typed: str) -> str:
    code = region_code(country, typed)
    if typed.strip() and not code:
        raise RowError(f"{typed} is no state or province of {country}")
    return code


def _percent(text: str) -> Decimal:
    try:
        return Decimal(text.strip().removesuffix("%").strip().replace(",", "."))
    except InvalidOperation:
        raise RowError(f"{text or 'nothing'} is no rate") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise RowError(f"{text} is no day: write it as 2026-01-31") from None
