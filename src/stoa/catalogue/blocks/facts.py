"""What blocks show of the shop: read once for a page, by whoever shows it, and handed to all its blocks."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from stoa.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Choice:
    """A variant that can be bought now. ``name`` is blank where the product has no other."""

    variant_id: int
    name: str
    price: Money


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a comparison: ``values`` by product."""

    name: str
    values: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class Trust:
    """What the shop promises, from its settings. Blank and empty where it says nothing."""

    delivery: str = ""
    returns: str = ""
    returns_url: str = ""
    payments: Sequence[str] = ()
    # (days, times) lines, and whose time it is.
    hours: Sequence[tuple[str, str]] = ()
    zone: str = ""
    is_encrypted: bool = False
    # (title, path) of the pages that lay down what holds.
    policies: Sequence[tuple[str, str]] = ()
    phone: str = ""
    phone_link: str = ""
    email: str = ""
    company: str = ""
    address: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """``cards``: shown cards of the products that blocks name; those that are not for sale are missing.

    ``choices``: of each product what can be bought now, the cheapest first. ``ratings``: text, where there is one.
    ``neighbours`` and ``together``: cards of what stands on the same shelf, and of what is bought with this product.
    ``card_template`` shows a ``card``. ``rich``: rich text whose references are resolved already, by its source.
    """

    product_id: int | None = None
    cards: Mapping[int, Any] = field(default_factory=dict)
    choices: Mapping[int, Sequence[Choice]] = field(default_factory=dict)
    lines: Sequence[Line] = ()
    ratings: Mapping[int, str] = field(default_factory=dict)
    stock: Mapping[int, tuple[str, str]] = field(default_factory=dict)
    specification: Sequence[tuple[str, str]] = ()
    neighbours: Sequence[Any] = ()
    together: Sequence[Any] = ()
    trust: Trust = field(default_factory=Trust)
    card_template: str = ""
    rich: Mapping[str, str] = field(default_factory=dict)


NOTHING = Facts()


def facts_of(context: Mapping[str, Any] | None) -> Facts:
    """Those of the page that is being made; none at all in a list of the back office."""
    found = context.get("facts") if context is not None else None
    return found if isinstance(found, Facts) else NOTHING
