"""A document that nobody issued, of every kind: what a layout is tried with before an order has to."""

from __future__ import annotations

from typing import Any

from stoa.operations.documents.wording import words

KINDS = ("invoice", "credit_note", "proforma", "packing_slip")


def sample(kind: str) -> dict[str, Any]:
    """The snapshot, with something in every field and without an electronic invoice."""
    texts = words("en")
    is_slip = kind == "packing_slip"
    line = {
        "title": "Mug", "sku": "MUG-1", "options": "Green", "parts": ["2 × Cup"], "quantity": "2", "unit": "€12.00",
        "discount": "−€1.00", "percent": "19 %", "total": "€23.00",
    }  # fmt: skip
    return {
        "kind": kind, "title": f"{texts[kind]} 1", "heading": texts[kind], "number": "1", "language": "en",
        "moment": "2026-01-02T03:04:05+00:00", "paper": "a4",
        "words": {name: text for name, text in texts.items() if isinstance(text, str)},
        "seller": {"shop": "Shop", "name": "Shop Ltd", "lines": ["Shop Ltd", "Street 1"], "ids": ["VAT id: DE123456789"]},
        "buyer": {"name": "Ada", "lines": ["Ada", "Square 1"], "country": "DE"},
        "facts": [{"label": texts["number"], "value": "1"}], "intro": ["A note."], "lines": [line],
        "sums": [] if is_slip else [{"label": texts["total"], "value": "€23.00", "strong": True}],
        "taxes": [] if is_slip else [{"label": "VAT 19 %", "net": "€19.33", "tax": "€3.67", "gross": "€23.00"}],
        "notes": ["Thank you."], "footer": "The end.",
        "figures": {
            "currency": "EUR", "net_minor": 1933, "tax_minor": 367, "total_minor": 2300,
            "lines": [{"net_minor": 1933, "total_minor": 2300, "percent": "19"}],
            "rates": [{"percent": "19", "net_minor": 1933, "tax_minor": 367, "label": ""}],
        },
        "xml": "",
    }  # fmt: skip
