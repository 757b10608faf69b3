"""Public reads of bundles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from stoa.catalogue.bundles.models import BundleComponent
from stoa.catalogue.prices.queries import quote
from stoa.catalogue.products.facts import VariantFacts, variants_by_id
from stoa.kernel.money import Money, total
from stoa.kernel.prepared import Prepared, Slot

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

_COMPONENTS = Prepared(
    lambda count: (
        BundleComponent.objects.filter(bundle__pk__in=Slot.many("bundle", count))
        .order_by("bundle_id", "position", "id")
        .values_list("bundle_id", "component_id", "quantity")
    )
)
_HOLDERS = Prepared(
    lambda count: (
        BundleComponent.objects.filter(component__pk__in=Slot.many("component", count))
        .order_by("bundle_id", "component_id")
        .values_list("bundle_id", "bundle__product_id", "component_id", "quantity")
    )
)


@dataclass(frozen=True, slots=True)
class Holder:
    """A bundle that has ``quantity`` units of a component in it."""

    bundle_id: int
    product_id: int
    component_id: int
    quantity: int


@dataclass(frozen=True, slots=True)
class Part:
    """``unit``: what one costs when it is bought alone, None where it is not sold alone."""

    facts: VariantFacts
    quantity: int
    unit: Money | None

    @property
    def total(self) -> Money | None:
        return self.unit * self.quantity if self.unit is not None else None


@dataclass(frozen=True, slots=True)
class Bundle:
    """``apart``: what the parts cost one by one; None unless every one of them is sold alone.

    ``saving`` is what the bundle costs less than that; None where it is not cheaper, or nothing can be compared.
    """

    variant_id: int
    parts: tuple[Part, ...]
    apart: Money | None = None
    saving: Money | None = None


def components(variant_ids: Iterable[int]) -> dict[int, list[tuple[int, int]]]:
    """For those of the variants that are bundles: (component, quantity) in their order. One query."""
    found: dict[int, list[tuple[int, int]]] = {}
    for bundle_id, component_id, quantity in _COMPONENTS.of("bundle", set(variant_ids)):
        found.setdefault(bundle_id, []).append((component_id, quantity))
    return found


def contents(variant_ids: Iterable[int]) -> dict[int, list[tuple[VariantFacts, int]]]:
    """For those of the variants that are bundles: facts and quantity of each part. Two queries; none for none."""
    recipes = components(variant_ids)
    facts = variants_by_id({part for recipe in recipes.values() for part, _ in recipe}, with_pictures=False)
    return {pk: [(facts[part], n) for part, n in recipe if part in facts] for pk, recipe in recipes.items()}


def holders(variant_ids: Iterable[int]) -> list[Holder]:
    """The bundles that have any of the variants in them. One query."""
    return [Holder(*row) for row in _HOLDERS.of("component", set(variant_ids))]


def bundles(variant_ids: Iterable[int], market: Market, *, customer_id: int | None = None) -> dict[int, Bundle]:
    """For those of the variants that are bundles, what is in them and what they save. As many queries for one as for
    a hundred; one if none is a bundle."""
    recipes = components(variant_ids)
    if not recipes:
        return {}
    part_ids = {part_id for recipe in recipes.values() for part_id, _ in recipe}
    facts = variants_by_id(part_ids)
    alone = {part_id: wanted for part_id in part_ids if (wanted := _least(part_id, recipes))}
    quotes = quote([*part_ids, *recipes], market, quantities=alone, customer_id=customer_id)
    units = {variant_id: found.unit for variant_id, found in quotes.items()}
    made = {}
    for bundle_id, recipe in recipes.items():
        parts = tuple(Part(facts[part_id], n, units.get(part_id)) for part_id, n in recipe if part_id in facts)
        sums = [part.total for part in parts if part.total is not None]
        apart = total(sums, market.currency) if len(sums) == len(recipe) else None
        own = units.get(bundle_id)
        saves = apart is not None and own is not None and own < apart
        made[bundle_id] = Bundle(bundle_id, parts, apart, apart - own if saves and apart and own else None)
    return made


def parts_of_products(product_ids: Iterable[int]) -> dict[int, set[int]]:
    """Product -> the products of which its bundles have parts. One query."""
    rows = BundleComponent.objects.filter(bundle__product_id__in=set(product_ids))
    found: dict[int, set[int]] = {}
    for product_id, part_product in rows.values_list("bundle__product_id", "component__product_id"):
        found.setdefault(product_id, set()).add(part_product)
    return found


def _least(part_id: int, recipes: dict[int, list[tuple[int, int]]]) -> int:
    """For quantity prices: how many of a part somebody would have to buy alone, at least."""
    return min(n for recipe in recipes.values() for part, n in recipe if part == part_id)
