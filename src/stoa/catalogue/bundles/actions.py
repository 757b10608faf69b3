"""Putting bundles together."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING

from django.db import transaction

from stoa.catalogue.bundles import rules
from stoa.catalogue.bundles.errors import (
    BundleInBundleError,
    ComponentQuantityError,
    TooManyComponentsError,
    UnknownComponentError,
)
from stoa.catalogue.bundles.models import MOST, BundleComponent
from stoa.catalogue.events import VariantChanged
from stoa.catalogue.products.models import Product, Variant
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.outbox.actions import announce
from stoa.kernel.pagecache.actions import purge

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

# What rooms above know against a variant becoming a bundle: called with its id, in the transaction; raises a DomainError.
_objections: list[Callable[[int], None]] = []


def refuse_when(objection: Callable[[int], None]) -> None:
    """Ask ``objection`` before a variant becomes a bundle. For a room's ``apps.ready()``."""
    if objection not in _objections:
        _objections.append(objection)


@transaction.atomic
def set_components(variant_id: int, components: Iterable[tuple[int, int]], *, actor: Actor) -> None:
    """Say what a bundle consists of: (component variant, how many in each bundle), in the order in which it is shown.

    Named twice, a component counts twice. The product becomes one of the kind ``bundle``. No components at all leave a
    bundle that nobody can buy. Orders that were placed keep what they were sold. Raises NotFoundError,
    UnknownComponentError, ComponentQuantityError, TooManyComponentsError, BundleInBundleError, and what rooms above
    object (``BundleHasStockError``).
    """
    recipe = _merged(components)
    variant = _locked(variant_id, [part_id for part_id, _ in recipe])
    before = _recipe_of(variant_id)
    if recipe == before:
        _become_bundle(variant)
        return
    if recipe:
        for objection in _objections:
            objection(variant_id)
    BundleComponent.objects.filter(bundle_id=variant_id).delete()
    BundleComponent.objects.bulk_create(
        BundleComponent(bundle_id=variant_id, component_id=part_id, quantity=quantity, position=position)
        for position, (part_id, quantity) in enumerate(recipe)
    )
    _become_bundle(variant)
    record(
        actor, "bundle.composed", "product", variant.product_id,
        sku=variant.sku, before=_described(before), after=_described(recipe),
    )  # fmt: skip
    announce(VariantChanged(variant.pk, variant.product_id))
    purge("catalogue", f"product:{variant.product_id}")


def _merged(components: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    merged: dict[int, int] = {}
    for part_id, quantity in components:
        if isinstance(quantity, bool) or not isinstance(quantity, int) or quantity < 1:
            raise ComponentQuantityError
        merged[part_id] = merged.get(part_id, 0) + quantity
        if merged[part_id] > MOST:
            raise ComponentQuantityError
    if len(merged) > rules.MAX_COMPONENTS:
        raise TooManyComponentsError(rules.MAX_COMPONENTS)
    return list(merged.items())


def _locked(variant_id: int, part_ids: Sequence[int]) -> Variant:
    """The variant, once it is sure that no bundle would hold a bundle.

    All rows are locked, so that of two compositions at once, which together would nest, the second sees the first.
    """
    wanted = {variant_id, *part_ids}
    if any(not 0 < pk < 2**63 for pk in wanted):
        raise NotFoundError if not 0 < variant_id < 2**63 else UnknownComponentError
    # Whoever changes a product's variants takes the product first; so does this.
    list(Product.objects.select_for_update(no_key=True).filter(variants=variant_id).values_list("pk"))
    rows = Variant.objects.select_for_update(of=("self",), no_key=True).select_related("product").filter(pk__in=wanted)
    found = {row.pk: row for row in rows.order_by("pk")}
    if variant_id not in found:
        raise NotFoundError
    if missing := wanted - set(found):
        raise UnknownComponentError(variant_ids=sorted(missing))
    nested = BundleComponent.objects.filter(bundle_id__in=part_ids).values_list("bundle_id", flat=True).first()
    if part_ids and nested is None:
        holder = BundleComponent.objects.filter(component_id=variant_id).select_related("bundle").first()
        if holder is not None:
            raise BundleInBundleError(sku=holder.bundle.sku)
    bundles = [pk for pk in part_ids if pk in (nested, variant_id) or found[pk].product.kind == Product.Kind.BUNDLE]
    if bundles:
        raise BundleInBundleError(sku=found[bundles[0]].sku)
    return found[variant_id]


def _become_bundle(variant: Variant) -> None:
    """The kind follows from what the product is; a draft of its words does not change it (``publishing``)."""
    Product.objects.filter(pk=variant.product_id).exclude(kind=Product.Kind.BUNDLE).update(kind=Product.Kind.BUNDLE)


def _recipe_of(variant_id: int) -> list[tuple[int, int]]:
    rows = BundleComponent.objects.filter(bundle_id=variant_id).order_by("position", "id")
    return list(rows.values_list("component_id", "quantity"))


def _described(recipe: Sequence[tuple[int, int]]) -> list[str]:
    skus = dict(Variant.objects.filter(pk__in=[part_id for part_id, _ in recipe]).values_list("pk", "sku"))
    return [f"{quantity} x {skus.get(part_id, part_id)}" for part_id, quantity in recipe]
