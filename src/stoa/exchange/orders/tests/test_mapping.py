from __future__ import annotations

from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from stoa.exchange.errors import MappingError
from stoa.exchange.orders.mapping import parse_mapping
from stoa.exchange.orders.rules import Format
from stoa.exchange.testing import MAPPING


def test_a_map():
    mapping = parse_mapping(MAPPING)
    assert (mapping.source, mapping.number_prefix, mapping.cancellation_prefix) == ("till", "T-", "C")
    assert mapping.form == Format("GBP", ZoneInfo("Europe/London"), "", ".")
    assert mapping.columns["invoice"] == "No"
    assert mapping.countries == {"Wonderland": ""}


def test_the_example_in_the_documentation_is_a_map():
    example = Path(__file__).parents[5] / "docs/examples/online_retail.toml"
    assert parse_mapping(example.read_text(encoding="utf-8")).columns["sku"] == "StockCode"


@pytest.mark.parametrize(("old", "new", "words"), [
    ("[source]", "[source", "not valid TOML"),
    ('invoice = "No"', "", "[columns] lacks invoice"),
    ('sku = "Code"', 'sku = ""', "[columns] lacks sku"),
    ('title = "Text"', 'titel = "Text"', "[columns] has unknown names: titel"),
    ('name = "till"', 'name = " "', "[source] needs a name"),
    ('name = "till"', "", "[source] needs a name"),
    ('currency = "GBP"', 'currency = "pounds"', "[source] not an ISO 4217 code"),
    ('currency = "GBP"', "", "[source] not an ISO 4217 code"),
    ("Europe/London", "Europe/Atlantis", "[source] "),
    ("Europe/London", "../../etc/passwd", "[source] "),
    ('number_prefix = "T-"', f'number_prefix = "{"T" * 21}"', "number_prefix has at most 20"),
    ('number_prefix = "T-"', 'decimals = ","', "[source] has unknown names: decimals"),
    ('number_prefix = "T-"', 'decimal = ";"', "decimal is"),
    ("cancellation_prefix", "cancel_prefix", "[rules] has unknown names: cancel_prefix"),
    ('"Wonderland" = ""', '"Wonderland" = "Wonder"', "Wonder is no two-letter code"),
    ("[rules]", "[rule]", "unknown tables: rule"),
    ("[source]", "source = 1\n[sauce]", ""),
])  # fmt: skip
def test_a_faulty_map_says_what_is_wrong(old, new, words):
    with pytest.raises(MappingError) as caught:
        parse_mapping(MAPPING.replace(old, new, 1))
    assert words in caught.value.message
