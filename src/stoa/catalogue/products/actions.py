"""Writes about products. Words and pictures go through revisions; variants and prices are live facts."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.db import transaction

from stoa.catalogue.blocks.writing import BodyError, cleaned_body
from stoa.catalogue.prices.actions import PriceChange, set_prices
from stoa.catalogue.prices.models import TaxClass
from stoa.catalogue.products.data import OptionData, PictureData, ProductChanges, ProductData, VariantData
from stoa.catalogue.products.deleting import delete_product
from stoa.catalogue.products.errors import ProductInvalidError
from stoa.catalogue.products.models import Product, ProductCategory, ProductPicture, Variant
from stoa.catalogue.products.publishing import indexed_once, publish_first, put_live, unused_slug
from stoa.catalogue.products.rules import one_line
from stoa.catalogue.products.variants import (
    add_variant,
    insert_options,
    insert_variants,
    remove_variant,
    set_options,
    update_variant,
)
from stoa.catalogue.search.indexing import reindex
from stoa.kernel import clock
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError

if TYPE_CHECKING:
    from django.contrib.auth.base_user import AbstractBaseUser

    from stoa.catalogue.markets.models import Market
    from stoa.kernel.actors import Actor

__all__ = [
    "OptionData", "PictureData", "PriceChange", "ProductChanges", "ProductData", "VariantData", "add_variant",
    "change_slug", "create_product", "delete_product", "publish_product", "remove_variant", "set_options", "set_prices",
    "unpublish_product", "update_product", "update_variant",
]  # fmt: skip

TEXTS = {"title": 200, "subtitle": 300, "brand": 120, "seo_title": 160, "seo_description": 320}


@transaction.atomic
def create_product(data: ProductData, *, actor: Actor, market: Market) -> Product:
    """A product with its options, variants, prices (on the market's list), shelves and pictures; live if asked.

    Raises ProductInvalidError, SkuTakenError, VariantTwiceError, OptionMismatchError, PriceInvalidError.
    """
    product = Product(live=False, created_at=data.created_at or clock.now(), external_ref=data.external_ref)
    _apply(product, {field: getattr(data, field) for field in _WORDS})
    product.slug = unused_slug(data.slug or product.title)
    with indexed_once(product):
        product.save()
        insert_options(product.pk, data.options, are_new=True)
        variants = insert_variants(product, data.variants, data.options, market)
        _place(product, data.categories)
        _show(product, data.pictures, {variant.sku: variant.pk for variant in variants})
        record(actor, "product.created", "product", product.pk, title=product.title, variants=len(variants))
        if data.publish:
            publish_first(product, variants, _user_of(actor))
        else:
            product.save_revision(clean=False)
            product.save()
            reindex([product.pk])
    return Product.objects.get(pk=product.pk)


@transaction.atomic
def update_product(product_id: int, data: ProductChanges, *, actor: Actor) -> Product:
    """Change words, shelves and pictures, as a new revision; live at once unless ``data.publish`` is False.

    Where somebody is at work on a draft of a live product, only these changes go live, and the draft gets them too.
    A new address leaves a permanent redirect. Raises ProductInvalidError, NotFoundError.
    """
    product = _locked(product_id)
    draft = product.get_latest_revision_as_object() if product.has_unpublished_changes else product
    changes = {field: value for field in _WORDS if (value := getattr(data, field)) is not None}
    target = product if product.live and data.publish else draft
    others = [draft] if draft is not product and target is product else []
    for version in [target, *others]:
        _apply(version, changes)
        if data.slug is not None:
            version.slug = unused_slug(data.slug or version.title, product_id=product_id)
        if data.categories is not None:
            _place(version, data.categories)
        if data.pictures is not None:
            _show(version, data.pictures, dict(Variant.objects.filter(product_id=product_id).values_list("sku", "pk")))
    revision = target.save_revision(clean=False)
    record(actor, "product.changed", "product", product_id, fields=sorted(changes))
    if data.publish:
        put_live(revision, _user_of(actor))
    for version in others:
        version.latest_revision = revision
        version.save_revision(clean=False)
    return Product.objects.get(pk=product_id)


def change_slug(product_id: int, slug: str, *, actor: Actor) -> Product:
    """Give a product another address; the old one leads there for good."""
    return update_product(product_id, ProductChanges(slug=slug), actor=actor)


@transaction.atomic
def publish_product(product_id: int, *, actor: Actor) -> Product:
    """Put the latest draft live. Raises NotFoundError."""
    product = _locked(product_id)
    revision = product.get_latest_revision() or product.save_revision(clean=False)
    put_live(revision, _user_of(actor))
    return Product.objects.get(pk=product_id)


@transaction.atomic
def unpublish_product(product_id: int, *, actor: Actor) -> Product:
    """Take a product off the shop; its words stay as a draft. Raises NotFoundError."""
    product = _locked(product_id)
    product.unpublish(user=_user_of(actor), log_action=False)
    return product


_WORDS = (*TEXTS, "body", "tags", "tax_class", "kind", "position")


def _locked(product_id: int) -> Product:
    product = Product.objects.select_for_update().filter(pk=product_id).first()
    if product is None:
        raise NotFoundError
    return product


def _user_of(actor: Actor) -> AbstractBaseUser | None:
    from django.contrib.auth import get_user_model

    if actor.kind == "staff" and actor.ref.isdigit():
        return get_user_model()._default_manager.filter(pk=actor.ref).first()
    return None


def _apply(product: Product, changes: Mapping[str, Any]) -> None:
    """Write words on a product in memory. Raises ProductInvalidError."""
    for field, value in changes.items():
        if field in TEXTS:
            text = one_line(value)
            if len(text) > TEXTS[field]:
                raise ProductInvalidError(field=field, limit=TEXTS[field])
            setattr(product, field, text)
        elif field == "tags":
            product.tags = list(dict.fromkeys(tag for raw in value if (tag := one_line(raw))))
        elif field == "tax_class":
            if not TaxClass.objects.filter(pk=value).exists():
                raise ProductInvalidError(field="tax_class")
            product.tax_class_id = value
        elif field == "kind":
            if value not in Product.Kind.values:
                raise ProductInvalidError(field="kind")
            product.kind = value
        elif field == "body":
            product.body = _clean_body(value)
        else:
            setattr(product, field, value)
    if not product.title:
        raise ProductInvalidError(field="title")


def _clean_body(blocks: Sequence[Mapping[str, Any]]) -> Any:
    try:
        body = cleaned_body(blocks)
    except BodyError as problem:
        raise ProductInvalidError(field="body", problem=problem.code) from problem
    return Product._meta.get_field("body").to_python(body)


def _place(product: Product, category_ids: Sequence[int]) -> None:
    product.placements = [
        ProductCategory(category_id=category_id, is_primary=index == 0)
        for index, category_id in enumerate(dict.fromkeys(category_ids))
    ]


def _show(product: Product, pictures: Sequence[PictureData], variants: Mapping[str, int]) -> None:
    product.pictures = [
        ProductPicture(
            picture_id=picture.picture_id, alt=one_line(picture.alt)[:200], sort_order=index,
            variant_id=variants.get(picture.sku) if picture.sku else None,
        )
        for index, picture in enumerate(pictures)
    ]  # fmt: skip
