"""The column map: which column of a file of invoice lines means what."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from stoa.exchange.errors import MappingError
from stoa.exchange.orders.rules import Format
from stoa.kernel.money import exponent

REQUIRED = ("invoice", "sku", "quantity", "unit_price", "placed_at")
OPTIONAL = ("title", "customer", "country", "email", "name")
# Every name that a table may have: a typo is a fault, not a default.
KNOWN = {
    "source": {"name", "currency", "timezone", "number_prefix", "date_format", "decimal"},
    "columns": {*REQUIRED, *OPTIONAL},
    "rules": {"cancellation_prefix"},
}
MAX_NAME = 100
MAX_PREFIX = 20


@dataclass(frozen=True, slots=True)
class OrderMapping:
    """``columns``: our name -> the file's. ``countries``: the file's name -> ISO 3166 alpha-2, or "" for unknown."""

    source: str
    columns: Mapping[str, str]
    form: Format
    number_prefix: str = ""
    cancellation_prefix: str = ""
    countries: Mapping[str, str] = field(default_factory=dict)


def parse_mapping(text: str) -> OrderMapping:
    """Read a map written in TOML. Raises MappingError that names the fault."""
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"The map is not valid TOML: {error}") from error
    _refuse_unknown(data)
    source, columns = _table(data, "source"), _table(data, "columns")
    if missing := [name for name in REQUIRED if not columns.get(name)]:
        raise MappingError(f"[columns] lacks {', '.join(missing)}")
    name = str(source.get("name", "")).strip()
    if not name or len(name) > MAX_NAME or not name.isprintable():
        raise MappingError(f"[source] needs a name of at most {MAX_NAME} printable characters")
    decimal, prefix = str(source.get("decimal", ".")), str(source.get("number_prefix", ""))
    if decimal not in {".", ","}:
        raise MappingError('[source] decimal is "." or ","')
    if len(prefix) > MAX_PREFIX or not prefix.isprintable():
        raise MappingError(f"[source] number_prefix has at most {MAX_PREFIX} printable characters")
    try:
        exponent(str(source.get("currency", "")))
        zone = ZoneInfo(str(source.get("timezone", "UTC")))
    except (ValueError, OSError, ZoneInfoNotFoundError) as error:
        raise MappingError(f"[source] {error}") from error
    return OrderMapping(
        source=name,
        columns={name: str(column) for name, column in columns.items() if column},
        form=Format(str(source["currency"]), zone, str(source.get("date_format", "")), decimal),
        number_prefix=prefix,
        cancellation_prefix=str(_table(data, "rules").get("cancellation_prefix", "")),
        countries=_countries(data),
    )


def _refuse_unknown(data: Mapping[str, Any]) -> None:
    if unknown := sorted(set(data) - set(KNOWN) - {"countries"}):
        raise MappingError(f"The map has unknown tables: {', '.join(unknown)}")
    for name, known in KNOWN.items():
        if unknown := sorted(set(_table(data, name)) - known):
            raise MappingError(f"[{name}] has unknown names: {', '.join(unknown)}")


def _countries(data: Mapping[str, Any]) -> dict[str, str]:
    countries = {str(name): str(code) for name, code in _table(data, "countries").items()}
    for name, code in countries.items():
        if code and not (len(code) == 2 and code.isascii() and code.isalpha() and code.isupper()):
            raise MappingError(f"[countries] {name}: {code} is no two-letter code of ISO 3166")
    return countries


def _table(data: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    table = data.get(name, {})
    if not isinstance(table, dict):
        raise MappingError(f"[{name}] must be a table")
    return table
