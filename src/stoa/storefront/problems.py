"""Refusals of the pillars, made fit to be shown."""

from __future__ import annotations

from dataclasses import dataclass, field

from stoa.kernel.errors import DomainError

# One word for machines wherever goods are short, whichever room noticed.
_CODES = {"not_enough_stock": "out-of-stock", "out_of_stock": "out-of-stock"}
_UNPROCESSABLE = {
    "quantity",
    "quantity_out_of_range",
    "invalid_fields",
    "delivery_unavailable",
    "payment_method_unavailable",
}

_TOO_OFTEN = {"too_many_gift_cards"}


@dataclass(frozen=True, slots=True)
class Problem:
    """``code`` ends up in ``data-error``; ``status`` is the HTTP status that says the same."""

    code: str
    message: str
    status: int = 409
    details: list[str] = field(default_factory=list)


def problem_of(error: DomainError) -> Problem:
    code = _CODES.get(error.code, error.code.replace("_", "-"))
    if error.code in _TOO_OFTEN:
        return Problem(code, error.message, 429)
    return Problem(code, error.message, 422 if error.code in _UNPROCESSABLE else 409)
