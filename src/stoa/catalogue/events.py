"""What the catalogue announces. Plain values only; rooms above subscribe."""

from __future__ import annotations

from dataclasses import dataclass

from stoa.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ProductPublished(Event):
    """A product went live, or its live words and pictures changed."""

    product_id: int


@dataclass(frozen=True, slots=True)
class ProductUnpublished(Event):
    product_id: int


@dataclass(frozen=True, slots=True)
class VariantChanged(Event):
    """A variant was added, changed, switched off or removed."""

    variant_id: int
    product_id: int


@dataclass(frozen=True, slots=True)
class PriceChanged(Event):
    """``amount_minor`` is None where the variant left the price list, that is, is no longer for sale there."""

    variant_id: int
    product_id: int
    price_list_id: int
    amount_minor: int | None


@dataclass(frozen=True, slots=True)
class AttributesChanged(Event):
    """A product's type or the values of its attributes changed."""

    product_id: int
