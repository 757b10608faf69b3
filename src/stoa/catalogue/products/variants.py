"""Writes about what is sold. Used through ``products.actions``."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.db.models import CharField, Value
from django.db.models.fields.reverse_related import ForeignObjectRel
from django.db.models.functions import Cast, Concat

from stoa.catalogue.events import VariantChanged
from stoa.catalogue.prices.actions import PriceChange, check_price, set_prices, write_prices
from stoa.catalogue.products.data import OptionData, VariantData
from stoa.catalogue.products.errors import (
    OptionMismatchError,
    ProductInvalidError,
    SkuTakenError,
    VariantTwiceError,
)
from stoa.catalogue.products.models import Product, ProductOption, Variant
from stoa.catalogue.products.rules import SKU_LENGTH, free_slug, one_line, option_problem, sku_from, variant_title
from stoa.catalogue.search.indexing import reindex
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.outbox.actions import announce
from stoa.kernel.pagecache.actions import purge
from stoa.kernel.prepared import Prepared, Slot, insert_all

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.kernel.actors import Actor

COPIED = (
    "barcode", "cost_minor", "cost_currency", "weight_grams", "length_mm", "width_mm", "height_mm", "is_stock_tracked",
    "is_active", "external_ref",
)  # fmt: skip
_SKUS = Prepared(lambda count: Variant.objects.filter(sku__in=Slot.many("sku", count)).order_by().values_list("sku"))


def insert_options(product_id: int, options: Sequence[OptionData], *, are_new: bool = False) -> None:
    """``are_new``: the product was just made and has none."""
    if are_new:
        rows = {
            name: ProductOption(product_id=product_id, name=name, values=values, position=position)
            for position, (name, values) in enumerate(_pairs(options))
        }
        insert_all(rows.values())
        return
    for position, option in enumerate(options):
        ProductOption.objects.update_or_create(
            product_id=product_id,
            name=one_line(option.name)[:60],
            defaults={"values": [one_line(value) for value in option.values], "position": position},
        )


def insert_variants(
    product: Product, variants: Sequence[VariantData], options: Sequence[OptionData], market: Market
) -> list[Variant]:
    """New rows with their prices, for a product that was just made. Nothing is announced."""
    if not variants:
        raise ProductInvalidError(field="variants")
    pairs = _pairs(options)
    there = {sku for (sku,) in _SKUS.of("sku", {one_line(data.sku) for data in variants} - {""})}
    skus: set[str] = set()
    rows = []
    for position, data in enumerate(variants):
        row = Variant(product=product, position=position if data.position is None else data.position)
        _write(row, data, pairs, product.slug, skus, there)
        skus.add(row.sku)
        rows.append(row)
        if data.price_minor is not None:
            check_price(PriceChange(0, market.price_list_id, data.price_minor, data.compare_at_minor))
    if len({row.title for row in rows}) < len(rows):
        raise VariantTwiceError
    try:
        with transaction.atomic():
            Variant.objects.bulk_create(rows)
    except IntegrityError as error:
        raise SkuTakenError(skus=sorted(skus)) from error
    write_prices(
        [
            PriceChange(row.pk, market.price_list_id, data.price_minor, data.compare_at_minor)
            for row, data in zip(rows, variants, strict=True)
            if data.price_minor is not None
        ],
        are_new=True,
    )
    return rows


@transaction.atomic
def add_variant(product_id: int, data: VariantData, *, actor: Actor, market: Market) -> Variant:
    """Raises OptionMismatchError, SkuTakenError, VariantTwiceError, PriceInvalidError, NotFoundError."""
    product = Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise NotFoundError
    last = Variant.objects.filter(product=product).order_by("-position").values_list("position", flat=True).first()
    position = data.position if data.position is not None else (0 if last is None else last + 1)
    variant = Variant(product=product, position=position)
    _write(variant, data, _options_of(product_id), product.slug, set())
    _save(variant)
    record(actor, "variant.added", "product", product_id, sku=variant.sku)
    _tell(variant)
    _price(variant, data, market, actor)
    return variant


@transaction.atomic
def update_variant(variant_id: int, data: VariantData, actor: Actor, *, market: Market | None = None) -> Variant:
    """Write every field of ``data``; its price too, where it has one and ``market`` says on which list.

    Raises what ``add_variant`` does.
    """
    variant = _locked(variant_id)
    before = {field: getattr(variant, field) for field in ("sku", "title", *COPIED)}
    if data.position is not None:
        variant.position = data.position
    _write(variant, data, _options_of(variant.product_id), variant.product.slug, set())
    _save(variant)
    changed = sorted(field for field, value in before.items() if getattr(variant, field) != value)
    record(actor, "variant.changed", "product", variant.product_id, sku=variant.sku, fields=changed)
    _tell(variant)
    if market is not None:
        _price(variant, data, market, actor)
    return variant


@transaction.atomic
def remove_variant(variant_id: int, *, actor: Actor) -> bool:
    """Delete a variant that nothing refers to; switch one off that has been stocked, ordered or put in a cart.

    Returns whether it is gone.
    """
    variant = _locked(variant_id)
    sku, product_id = variant.sku, variant.product_id
    has_history = is_referred_to(variant)
    if has_history:
        variant.is_active = False
        variant.save(update_fields=["is_active"])
    else:
        variant.delete()
        variant.pk = variant_id
    record(actor, "variant.removed", "product", product_id, sku=sku, kept_for_history=has_history)
    _tell(variant)
    return not has_history


@transaction.atomic
def set_options(
    product_id: int, options: Sequence[OptionData], *, actor: Actor, values: Mapping[int, tuple[str, ...]] | None = None
) -> None:
    """Replace a product's options. ``values`` gives variants (by id) their new values where those change with them.

    Raises OptionMismatchError where a variant would no longer fit, VariantTwiceError where two would be the same.
    """
    if not Product.objects.select_for_update().filter(pk=product_id).exists():
        raise NotFoundError
    pairs = _pairs(options)
    names = [name for name, _ in pairs]
    if len(set(names)) < len(names) or not all(names):
        raise OptionMismatchError(options=names)
    variants = list(Variant.objects.filter(product_id=product_id).order_by("pk"))
    for variant in variants:
        own = list((values or {}).get(variant.pk, variant.option_values))
        if variant.is_active and (problem := option_problem(pairs, own)):
            raise OptionMismatchError(sku=variant.sku, option=problem)
        variant.option_values, variant.title = own, variant_title(own)
    if len({variant.title for variant in variants}) < len(variants):
        raise VariantTwiceError
    ProductOption.objects.filter(product_id=product_id).exclude(name__in=names).delete()
    insert_options(product_id, options)
    # Two may change their titles with each other: first out of each other's way.
    Variant.objects.filter(product_id=product_id).update(title=Concat(Value("\u2063"), Cast("pk", CharField())))
    Variant.objects.bulk_update(variants, ["option_values", "title"], batch_size=200)
    record(actor, "product.options_changed", "product", product_id, options=names)
    for variant in variants:
        announce(VariantChanged(variant.pk, product_id))
    reindex([product_id])
    purge("catalogue", f"product:{product_id}")


def is_referred_to(variant: Variant) -> bool:
    """Whether a room above has a row about it, or a bundle has it as a part.

    Those rooms are found through the models' own relations, not by name."""
    return any(
        relation.related_model._base_manager.filter(**{relation.field.name: variant}).exists()
        for relation in Variant._meta.get_fields(include_hidden=True)
        if isinstance(relation, ForeignObjectRel)
        and not isinstance(relation.related_model, str)
        and (relation.related_model._meta.app_label != "catalogue" or relation.name == "bundles")
    )


def _pairs(options: Sequence[OptionData]) -> list[tuple[str, list[str]]]:
    return [(one_line(option.name)[:60], [one_line(value) for value in option.values]) for option in options]


def _options_of(product_id: int) -> list[tuple[str, list[str]]]:
    return list(
        ProductOption.objects.filter(product_id=product_id).order_by("position", "id").values_list("name", "values")
    )


def _locked(variant_id: int) -> Variant:
    variant = Variant.objects.select_for_update(of=("self",)).select_related("product").filter(pk=variant_id).first()
    if variant is None:
        raise NotFoundError
    return variant


def _write(
    variant: Variant,
    data: VariantData,
    options: list[tuple[str, list[str]]],
    slug: str,
    taken: set[str],
    there: set[str] | None = None,
) -> None:
    """``taken``: SKUs of those beside it. ``there``: where the caller has asked already, the SKUs that others have."""
    values = [one_line(value) for value in data.option_values]
    if problem := option_problem(options, values):
        raise OptionMismatchError(sku=data.sku, option=problem)
    if data.cost_minor is not None and data.cost_minor < 0:
        raise ProductInvalidError(field="cost_minor")
    variant.option_values, variant.title = values, variant_title(values)
    if len(variant.title) > 200:
        raise ProductInvalidError(field="option_values", limit=200)
    sku = one_line(data.sku)
    if len(sku) > SKU_LENGTH:
        raise ProductInvalidError(field="sku", limit=SKU_LENGTH)
    variant.sku = sku or variant.sku or _made_up_sku(slug, values, taken)
    if sku in taken or (
        sku in there
        if sku and there is not None
        else Variant.objects.filter(sku=variant.sku).exclude(pk=variant.pk).exists()
    ):
        raise SkuTakenError(sku=sku)
    for field in COPIED:
        setattr(variant, field, getattr(data, field))
    variant.barcode = one_line(data.barcode)[:40]


def _made_up_sku(slug: str, values: list[str], taken: set[str]) -> str:
    wanted = sku_from(slug, values)
    return free_slug(wanted, taken | set(Variant.objects.filter(sku__startswith=wanted).values_list("sku", flat=True)))


def _save(variant: Variant) -> None:
    try:
        with transaction.atomic():
            variant.save()
    except IntegrityError as error:
        twins = Variant.objects.filter(product_id=variant.product_id, title=variant.title).exclude(pk=variant.pk)
        if twins.exists():
            raise VariantTwiceError from error
        raise SkuTakenError(sku=variant.sku) from error


def _price(variant: Variant, data: VariantData, market: Market, actor: Actor) -> None:
    if data.price_minor is not None:
        set_prices([PriceChange(variant.pk, market.price_list_id, data.price_minor, data.compare_at_minor)], actor)


def _tell(variant: Variant) -> None:
    announce(VariantChanged(variant.pk, variant.product_id))
    reindex([variant.product_id])
    # A bundle can be had as long as its parts can, so it changes with them.
    bundles = set(variant.bundles.values_list("bundle__product_id", flat=True))
    purge("catalogue", *(f"product:{product_id}" for product_id in sorted({variant.product_id, *bundles})))
