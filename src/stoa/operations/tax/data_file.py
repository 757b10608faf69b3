"""The rates that come with the shop: ``data/rates.toml`` and ``data/canada.toml``."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from importlib.resources import files
from typing import Any

FIRST_DAY = date(2010, 1, 1)
SOURCE_EU = "European Commission, Taxes in Europe Database"
# Collected with the federal tax; what is left is each province's own.
FEDERAL = ("GST", "HST")
SOURCES = {
    "GB": "HM Revenue & Customs",
    "NO": "Skatteetaten",
    "CH": "Swiss Federal Tax Administration",
    "CA": "Canada Revenue Agency",
}


@dataclass(frozen=True, slots=True)
class DatedRate:
    country: str
    tax_class_code: str
    valid_from: date
    percent: Decimal
    source: str
    region: str = ""
    label: str = ""
    level: str = "country"


def dated_rates() -> Iterator[DatedRate]:
    """Every rate of the file, and 0 for the class ``zero`` of each of its countries."""
    tables = _read("rates.toml")
    for tax_class_code, countries in tables.items():
        for country, steps in countries.items():
            for day, percent in steps.items():
                yield _rate(country, tax_class_code, date.fromisoformat(day), Decimal(percent))
    for country in tables["standard"]:
        yield _rate(country, "zero", FIRST_DAY, Decimal(0))
    yield _rate("CA", "zero", FIRST_DAY, Decimal(0))
    for region, taxes in _read("canada.toml").items():
        for label, steps in taxes.items():
            level = "country" if label in FEDERAL else "region"
            for day, percent in steps.items():
                yield DatedRate(
                    "CA", "standard", date.fromisoformat(day), Decimal(percent), SOURCES["CA"], region, label, level
                )


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads(files(__package__).joinpath("data", name).read_text("utf-8"))


def _rate(country: str, tax_class_code: str, valid_from: date, percent: Decimal) -> DatedRate:
    return DatedRate(country, tax_class_code, valid_from, percent, SOURCES.get(country, SOURCE_EU))
