"""What actions on types take: plain values, as a form, an import or a simulation has them."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ChoiceData:
    """A value of a choice. An empty ``code`` is made of the label; ``swatch`` is ``#rrggbb`` or empty."""

    label: str
    code: str = ""
    swatch: str = ""


@dataclass(frozen=True, slots=True)
class TypeChange:
    """What another type means for a product: names of values that it no longer shows, and of attributes that it gains."""

    hidden: tuple[str, ...] = ()
    gained: tuple[str, ...] = ()
