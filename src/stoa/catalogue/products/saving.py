"""Many variants of one product at once, as a grid has them. Used by screens; nothing is saved by half."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product as combinations
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from stoa.catalogue.events import VariantChanged
from stoa.catalogue.prices.actions import PriceChange, set_prices
from stoa.catalogue.prices.models import Price
from stoa.catalogue.products.data import OptionData, VariantData
from stoa.catalogue.products.errors import ProductInvalidError
from stoa.catalogue.products.models import Product, ProductOption, Variant
from stoa.catalogue.products.rules import SKU_LENGTH, one_line, slugify
from stoa.catalogue.products.variants import COPIED, insert_variants, remove_variant, set_options, update_variant
from stoa.catalogue.search.indexing import reindex
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import DomainError, NotFoundError
from stoa.kernel.outbox.actions import announce
from stoa.kernel.pagecache.actions import purge

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.kernel.actors import Actor

MOST_VARIANTS = 2000
_BRACES = re.compile(r"\{([^{}]*)\}")


class ChangedMeanwhileError(DomainError):
    code = "changed_meanwhile"
    default_message = gettext_lazy("Somebody else has changed this since you opened it.")


class RowsRefusedError(DomainError):
    """``refusals`` says why, by variant id."""

    code = "rows_refused"
    default_message = gettext_lazy("Nothing is saved yet: please check the fields that are marked.")

    def __init__(self, refusals: Mapping[int, DomainError]) -> None:
        super().__init__()
        self.refusals = dict(refusals)


@dataclass(frozen=True, slots=True)
class VariantEdit:
    """A row of a grid. ``seen`` is the ``fingerprint`` of what the editor was shown.

    ``writes_price`` False leaves the price alone; else a blank price takes the variant off the list.
    """

    variant_id: int
    data: VariantData
    seen: str
    writes_price: bool = True


@dataclass(frozen=True, slots=True)
class ValueEdit:
    """A value of an option. ``before`` is what it was called, blank for a new one."""

    name: str
    before: str = ""


@dataclass(frozen=True, slots=True)
class OptionEdit:
    """An option as it shall be. ``before`` is the name that it had, blank for a new one."""

    name: str
    values: Sequence[ValueEdit]
    before: str = ""


def fingerprint(variant: Variant, price: tuple[int, int | None] | None) -> str:
    """What an editor sees of a variant, in short: equal as long as nobody changes it."""
    said = [variant.sku, variant.option_values, *(getattr(variant, field) for field in COPIED), price]
    return hashlib.sha256(json.dumps(said, default=str).encode()).hexdigest()[:24]


@transaction.atomic
def save_variants(product_id: int, edits: Sequence[VariantEdit], *, actor: Actor, market: Market) -> int:
    """Write rows of a grid, all or none; returns how many. Every row that is refused is named.

    Raises RowsRefusedError, NotFoundError.
    """
    _lock(product_id)
    own = {
        row.pk: row for row in Variant.objects.filter(product_id=product_id, pk__in=[edit.variant_id for edit in edits])
    }
    prices = _prices(own, market)
    refusals: dict[int, DomainError] = {}
    for edit in edits:
        variant = own.get(edit.variant_id)
        try:
            if variant is None:
                raise NotFoundError
            if edit.seen != fingerprint(variant, prices.get(variant.pk)):
                raise ChangedMeanwhileError
            with transaction.atomic():
                update_variant(variant.pk, edit.data, actor, market=market if edit.writes_price else None)
                if edit.writes_price and edit.data.price_minor is None and variant.pk in prices:
                    set_prices([PriceChange(variant.pk, market.price_list_id, None)], actor)
        except DomainError as refusal:
            refusals[edit.variant_id] = refusal
    if refusals:
        raise RowsRefusedError(refusals)
    return len(edits)


@transaction.atomic
def fill_up(product_id: int, *, actor: Actor, market: Market, pattern: str = "") -> int:
    """A variant for every combination of options that has none, at the price of the first. Returns how many are new.

    SKUs are made by ``pattern`` (``{slug}-{colour}``), or of the title. Raises ProductInvalidError for too many.
    """
    product = _lock(product_id)
    there = list(Variant.objects.filter(product_id=product_id).order_by("position", "id"))
    options = list(ProductOption.objects.filter(product_id=product_id).order_by("position", "id"))
    count = 1
    for option in options:
        count *= max(len(option.values), 1)
    if count > MOST_VARIANTS:
        raise ProductInvalidError(
            _("These would be %(count)d variants; a product has at most %(most)d.")
            % {"count": count, "most": MOST_VARIANTS}
        )
    held = {tuple(row.option_values) for row in there}
    missing = (
        [values for values in combinations(*(option.values for option in options)) if values not in held]
        if options
        else []
    )
    if not missing:
        return 0
    first = there[0] if there else None
    price = _prices({first.pk: first}, market).get(first.pk) if first else None
    last = max((row.position for row in there), default=-1)
    taken = set(Variant.objects.filter(product_id=product_id).values_list("sku", flat=True))
    news = []
    for place, values in enumerate(missing):
        sku = sku_by(pattern, product.slug, [option.name for option in options], values) if pattern else ""
        if sku and (sku in taken or Variant.objects.filter(sku=sku).exists()):
            sku = ""
        taken.add(sku)
        news.append(
            VariantData(
                sku=sku, option_values=values, price_minor=price[0] if price else None,
                compare_at_minor=price[1] if price else None, position=last + 1 + place,
                is_stock_tracked=first.is_stock_tracked if first else True,
                weight_grams=first.weight_grams if first else None,
            )
        )  # fmt: skip
    rows = insert_variants(product, news, [OptionData(option.name, tuple(option.values)) for option in options], market)
    record(actor, "variant.added", "product", product_id, skus=[row.sku for row in rows][:50], count=len(rows))
    for row in rows:
        announce(VariantChanged(row.pk, product_id))
    reindex([product_id])
    purge("catalogue", f"product:{product_id}")
    return len(rows)


@transaction.atomic
def change_options(product_id: int, edits: Sequence[OptionEdit], *, actor: Actor) -> tuple[int, int]:
    """Rename, reorder, add and take away options and values. Variants keep what they have, under its new name.

    A variant gets the first value of a new option. One whose value is taken away is removed, or switched off where it
    has been sold or stocked. Returns how many are gone, and how many were switched off.

    Raises OptionMismatchError, VariantTwiceError (two would be the same), ProductInvalidError, NotFoundError.
    """
    _lock(product_id)
    present = list(ProductOption.objects.filter(product_id=product_id).order_by("position", "id"))
    place = {option.name: index for index, option in enumerate(present)}
    for edit in edits:
        if (
            not one_line(edit.name)
            or not edit.values
            or len({one_line(value.name) for value in edit.values}) < len(edit.values)
        ):
            raise ProductInvalidError(_("An option has a name, and values that differ."), field="options")
        if edit.before and edit.before not in place:
            raise ChangedMeanwhileError
    values: dict[int, tuple[str, ...]] = {}
    gone = kept = 0
    for variant in Variant.objects.filter(product_id=product_id).order_by("pk"):
        news = [_value_of(variant, edit, place) for edit in edits]
        if None in news:
            if remove_variant(variant.pk, actor=actor):
                gone += 1
                continue
            kept += variant.is_active
            # Kept for the books under the name that it had, beside what is for sale.
            news = [new or old for new, old in zip(news, _padded(variant, edits, place), strict=True)]
        values[variant.pk] = tuple(str(value) for value in news)
    options = [OptionData(edit.name, tuple(value.name for value in edit.values)) for edit in edits]
    set_options(product_id, options, actor=actor, values=values)
    return gone, kept


def sku_by(pattern: str, slug: str, names: Sequence[str], values: Sequence[str]) -> str:
    """``{slug}-{colour}-{size}`` filled in; ``""`` where a name in braces is none of the options. Pure."""
    words = {slugify(name, "option"): slugify(value, "x") for name, value in zip(names, values, strict=False)}
    words["slug"] = slug
    parts = _BRACES.split(pattern)
    # Every second part stood in braces.
    asked = [slugify(name, "") for name in parts[1::2]]
    if any(name not in words for name in asked):
        return ""
    parts[1::2] = [words[name] for name in asked]
    return one_line("".join(parts)).upper()[:SKU_LENGTH].strip("-")


def _value_of(variant: Variant, edit: OptionEdit, place: Mapping[str, int]) -> str | None:
    """What a variant has under an option as it shall be; None where its value is taken away."""
    if not edit.before:
        return one_line(edit.values[0].name)
    index = place[edit.before]
    own = variant.option_values[index] if index < len(variant.option_values) else None
    return next((one_line(value.name) for value in edit.values if value.before and value.before == own), None)


def _padded(variant: Variant, edits: Sequence[OptionEdit], place: Mapping[str, int]) -> list[str]:
    found = []
    for edit in edits:
        index = place.get(edit.before, len(variant.option_values)) if edit.before else len(variant.option_values)
        found.append(variant.option_values[index] if index < len(variant.option_values) else edit.values[0].name)
    return found


def _prices(variants: Mapping[int, Variant], market: Market) -> dict[int, tuple[int, int | None]]:
    rows = Price.objects.filter(variant_id__in=list(variants), price_list_id=market.price_list_id)
    return {
        pk: (amount, above) for pk, amount, above in rows.values_list("variant_id", "amount_minor", "compare_at_minor")
    }


def _lock(product_id: int) -> Product:
    product = Product.objects.select_for_update(of=("self",)).filter(pk=product_id).first()
    if product is None:
        raise NotFoundError
    return product
