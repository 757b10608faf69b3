"""The column map: which column of a file of invoice lines means what."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stoa.exchange.errors import MappingError
from stoa.kernel.money import exponent

REQUIRED = ("invoice", "sku", "quantity", "unit_price", "placed_at")
OPTIONAL = ("title", "customer", "country", "email", "name")


@dataclass(frozen=True, slots=True)
class OrderMapping:
    """``columns``: our name -> the file's. ``countries``: the file's name -> ISO 3166 alpha-2, or "" for unknown."""

    source: str
    currency: str
    timezone: ZoneInfo
    columns: Mapping[str, str]
    number_prefix: str = ""
    date_format: str = ""
    cancellation_prefix: str = ""
    countries: Mapping[str, str] = field(default_factory=dict)


def parse_mapping(text: str) -> OrderMapping:
    """Read a map written in TOML. Raises MappingError that names the fault."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"The map is not valid TOML: {error}") from error
    source, columns = _table(data, "source"), _table(data, "columns")
    missing = [name for name in REQUIRED if not columns.get(name)]
    unknown = sorted(set(columns) - set(REQUIRED) - set(OPTIONAL))
    if missing or unknown:
        raise MappingError(
            f"[columns] lacks {', '.join(missing)}" if missing else f"[columns] has unknown names: {', '.join(unknown)}"
        )
    if not str(source.get("name", "")).strip():
        raise MappingError("[source] needs a name")
    try:
        exponent(str(source.get("currency", "")))
        zone = ZoneInfo(str(source.get("timezone", "UTC")))
    except (ValueError, ZoneInfoNotFoundError) as error:
        raise MappingError(f"[source] {error}") from error
    return OrderMapping(
        source=str(source["name"]).strip(),
        currency=str(source["currency"]),
        timezone=zone,
        columns={name: str(column) for name, column in columns.items()},
        number_prefix=str(source.get("number_prefix", "")),
        date_format=str(source.get("date_format", "")),
        cancellation_prefix=str(_table(data, "rules").get("cancellation_prefix", "")),
        countries={str(name): str(code) for name, code in _table(data, "countries").items()},
    )


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise MappingError(f"[{name}] must be a table")
    return table
