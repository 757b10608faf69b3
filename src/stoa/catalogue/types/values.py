"""Reads what is typed into what is stored. Used through ``types.actions``."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from stoa.catalogue.products.rules import one_line
from stoa.catalogue.types.definitions import AttributeView
from stoa.catalogue.types.units import is_kept, to_stored

TEXT_LENGTH = 500
_YES = frozenset({"yes", "true", "1", "on", "y", "ja", "oui", "si", "sí"})
_NO = frozenset({"no", "false", "0", "off", "n", "nein", "non"})


@dataclass(frozen=True, slots=True)
class Stored:
    """One row of AttributeValue: exactly one of these says something."""

    text: str = ""
    number: int | None = None
    flag: bool | None = None
    choice_id: int | None = None


class ValueRefusedError(Exception):
    """The message says what would be taken."""


def is_blank(value: Any) -> bool:
    return value is None or (isinstance(value, str) and not value.strip()) or (
        isinstance(value, list | tuple | set | frozenset) and all(is_blank(each) for each in value)
    )  # fmt: skip


def read(view: AttributeView, value: Any) -> list[Stored]:
    """The rows for a value that is not blank. Raises ValueRefusedError."""
    match view.kind:
        case "number":
            return [Stored(number=_number(view, value))]
        case "yes_no":
            return [Stored(flag=_flag(value))]
        case "choice":
            return [Stored(choice_id=pk) for pk in _choices(view, value)]
    text = one_line(str(value))
    if len(text) > TEXT_LENGTH:
        raise ValueRefusedError(_("At most %d characters.") % TEXT_LENGTH)
    return [Stored(text=text)]


def unknown_choices(view: AttributeView, value: Any) -> list[str]:
    """The labels in ``value`` that are no choice yet."""
    return [label for label in _labels(view, value) if _choice(view, label) is None]


def _number(view: AttributeView, value: Any) -> int:
    if isinstance(value, bool | float) or not isinstance(value, str | int | Decimal):
        raise ValueRefusedError(_("Write a number."))
    text = one_line(f"{value:f}" if isinstance(value, Decimal) else str(value))
    stored = to_stored(text, view.unit)
    if stored is None:
        example = f"12{'.5' if view.decimals else ''} {view.unit}".strip()
        raise ValueRefusedError(_("Write a number such as %(example)s.") % {"example": example})
    if not _has_other_unit(text) and not is_kept(stored, view.unit, view.decimals):
        raise ValueRefusedError(
            _("At most %d decimal places.") % view.decimals if view.decimals else _("Write a whole number.")
        )
    return stored


def _has_other_unit(text: str) -> bool:
    """What is converted may have a rest (5 in are 12.7 cm): it is kept, and shown rounded."""
    return any(char.isalpha() or char in '"″%' for char in text)


def _flag(value: Any) -> bool:
    if isinstance(value, bool):
        return value
    word = one_line(str(value)).casefold()
    if word in _YES or word == _("Yes").casefold():
        return True
    if word in _NO or word == _("No").casefold():
        return False
    raise ValueRefusedError(_("Write yes or no."))


def _choices(view: AttributeView, value: Any) -> list[int]:
    found: list[int] = []
    for label in _labels(view, value):
        pk = _choice(view, label)
        if pk is None:
            raise ValueRefusedError(_("“%(label)s” is not one of the choices.") % {"label": label[:80]})
        if pk not in found:
            found.append(pk)
    if len(found) > 1 and not view.is_multiple:
        raise ValueRefusedError(_("Choose one."))
    return found


def _labels(view: AttributeView, value: Any) -> list[str]:
    """Several come as a list, or parted by ``|`` or ``;`` where the attribute takes several."""
    raw: Iterable[Any]
    if isinstance(value, list | tuple | set | frozenset):
        raw = value
    elif view.is_multiple and isinstance(value, str):
        raw = value.replace(";", "|").split("|")
    else:
        raw = [value]
    return [label for each in raw if (label := one_line(str(each)))]


def _choice(view: AttributeView, label: str) -> int | None:
    folded = label.casefold()
    for choice in view.choices:
        if folded in {choice.code.casefold(), choice.label.casefold()}:
            return choice.id
    return None
