"""Files and counts for tests of imports."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from django.apps import apps

HEADER = ["No", "Code", "Text", "Qty", "Price", "When", "Who", "Where"]
MAPPING = """
[source]
name = "till"
currency = "GBP"
timezone = "Europe/London"
number_prefix = "T-"
[columns]
invoice = "No"
sku = "Code"
title = "Text"
quantity = "Qty"
unit_price = "Price"
placed_at = "When"
customer = "Who"
country = "Where"
[rules]
cancellation_prefix = "C"
[countries]
"Wonderland" = ""
"""


def line(no: str, code: str = "CUP", qty: str = "1", price: str = "2.50", **more: str) -> list[str]:
    """A row of a file under HEADER."""
    cells = {"Text": "Tea cup", "When": "2024-03-05 10:15:00", "Who": "77", "Where": "United Kingdom", **more}
    return [no, code, cells["Text"], qty, price, cells["When"], cells["Who"], cells["Where"]]


def write_csv(
    path: Path, rows: Sequence[Sequence[str]], *, header: Sequence[str] = HEADER, delimiter: str = ","
) -> Path:
    """Every cell in quotation marks, in UTF-8."""
    lines = [delimiter.join('"' + cell.replace('"', '""') + '"' for cell in row) for row in [header, *rows]]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="")
    return path


def row_counts() -> dict[str, int]:
    """How many rows every table of the shop has."""
    return {model._meta.label: model._base_manager.count() for model in apps.get_models()}
