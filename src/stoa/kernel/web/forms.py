"""Reading what people typed."""

from __future__ import annotations

import re

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError
from stoa.kernel.web.text import clean_text

__all__ = ["QuantityError", "clean_text", "parse_quantity"]

MAX_QUANTITY = 999
_QUANTITY = re.compile(r"[0-9]{1,3}", re.ASCII)


class QuantityError(DomainError):
    """Not a whole number of pieces that can be ordered at once (HTTP 422)."""

    code = "quantity"
    default_message = _("Enter a whole number from 1 to 999.")


def parse_quantity(raw: object, *, zero_allowed: bool = False) -> int:
    """1 to 999 in ASCII digits, nothing else (``+1``, ``1.0``, ``1e3``, ``٣`` and ``-0`` are refused); 0 where asked.

    Raises QuantityError.
    """
    if not isinstance(raw, str) or not _QUANTITY.fullmatch(raw):
        raise QuantityError
    quantity = int(raw)
    if quantity == 0 and not zero_allowed:
        raise QuantityError
    return quantity
