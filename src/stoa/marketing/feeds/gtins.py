"""Barcodes that may be told to others as GTINs: GS1 General Specifications, 7.9 (check digit) and 1.4 (prefixes). Pure."""

from __future__ import annotations

LENGTHS = (8, 12, 13, 14)
# As 13 digits: numbers for use within a company or shop (goods weighed there, for instance), and coupons.
_INTERNAL = ("02", "04", "2")
_COUPONS = ("05", "98", "99")
# A book's ISBN has a prefix of its own, between the coupons.
_BOOKS = ("978", "979")


def check_digit(digits: str) -> str:
    """The last digit that ``digits`` (without it) ask for: weights 3 and 1 by turns, from the right."""
    total = sum(int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits)))
    return str(-total % 10)


def gtin_problem(barcode: str) -> str:
    """``""`` for a GTIN-8, -12, -13 or -14; else ``shape``, ``check_digit`` or ``restricted`` (internal or a coupon)."""
    if not (barcode.isascii() and barcode.isdigit() and len(barcode) in LENGTHS) or not barcode.strip("0"):
        return "shape"
    if check_digit(barcode[:-1]) != barcode[-1]:
        return "check_digit"
    if len(barcode) == 8:
        return "restricted" if barcode[0] in "02" else ""
    if len(barcode) == 14 and barcode[0] == "9":  # sold by weight: no number of one thing
        return "restricted"
    thirteen = barcode[-13:].zfill(13)
    if len(barcode) == 14 and barcode.startswith("000000"):
        return gtin_problem(barcode[6:])
    is_internal = thirteen.startswith(_INTERNAL) or (thirteen.startswith(_COUPONS) and not thirteen.startswith(_BOOKS))
    return "restricted" if is_internal else ""


def gtin(barcode: str) -> str:
    """The barcode where it is a GTIN, else blank. Spaces and hyphens are left out."""
    bare = barcode.replace(" ", "").replace("-", "")
    return "" if gtin_problem(bare) else bare
