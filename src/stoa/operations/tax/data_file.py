"""The rates that come with the shop: ``data/rates.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files

FIRST_DAY = date(2010, 1, 1)
SOURCE_EU = "European Commission, Taxes in Europe Database"
SOURCE_GB = "HM Revenue & Customs"


@dataclass(frozen=True, slots=True)
class DatedRate:
    country: str
    tax_class_code: str
    valid_from: date
    percent: Decimal
    source: str


def dated_rates() -> Iterator[DatedRate]:
    """Every rate of the file, and 0 for the class ``zero`` of each of its countries."""
    tables = tomllib.loads(files(__package__).joinpath("data", "rates.toml").read_text("utf-8"))
    for tax_class_code, countries in tables.items():
        for country, steps in countries.items():
            for day, percent in steps.items():
                yield _rate(country, tax_class_code, date.fromisoformat(day), Decimal(percent))
    for country in tables["standard"]:
        yield _rate(country, "zero", FIRST_DAY, Decimal(0))


def _rate(country: str, tax_class_code: str, valid_from: date, percent: Decimal) -> DatedRate:
    return DatedRate(country, tax_class_code, valid_from, percent, SOURCE_GB if country == "GB" else SOURCE_EU)
