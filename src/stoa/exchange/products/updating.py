"""A product that is there, changed into what a file says of it: only what differs is written, and only what may change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from stoa.catalogue.prices.actions import PriceChange, set_breaks, set_prices
from stoa.catalogue.products.actions import (
    ProductChanges,
    add_variant,
    publish_product,
    set_options,
    unpublish_product,
    update_product,
    update_variant,
)
from stoa.catalogue.products.cleaning import clean_html
from stoa.catalogue.products.data import OptionData, VariantData
from stoa.catalogue.products.rules import one_line
from stoa.exchange.downloads.actions import set_said_terms
from stoa.exchange.products.shapes import ProductFaultError, SourceProduct, SourceVariant
from stoa.exchange.products.snapshots import Snapshot
from stoa.exchange.products.writing import ProductWriter, subtitle_of
from stoa.inventory.stock.actions import open_levels, set_on_hand, set_policy
from stoa.kernel.errors import DomainError

CORRECTED = "corrected"
_COPIED = (
    "sku", "option_values", "cost_minor", "cost_currency", "barcode", "weight_grams", "length_mm", "width_mm", "height_mm",
    "is_stock_tracked", "is_active", "position",
)  # fmt: skip


@dataclass(slots=True)
class _There:
    """A variant as it is: its id, and its facts by field."""

    id: int
    facts: dict[str, Any]


class ProductUpdater:
    """Changes products through a ``ProductWriter``, which knows categories, lists and locations. ``fields``: see ``settings``."""

    def __init__(self, writer: ProductWriter, fields: frozenset[str]) -> None:
        self._writer = writer
        self._fields = fields

    def update(self, product: SourceProduct, product_id: int, before: Snapshot) -> list[int]:
        """Needs a transaction. Returns the ids of the variants that the file's variants are, in their order.

        What cannot be changed is noted with its row; what must not pass raises the catalogue's domain errors.
        """
        self._words(product, product_id, before)
        ids = self._variants(product, product_id, before)
        if "attributes" in self._fields:
            for note in self._writer.attributes.write(product_id, product.attributes):
                product.note(product.rows[0], note)
        if "files" in self._fields:
            set_said_terms(product, product_id, self._writer.actor)
        if "publication" in self._fields and product.is_published is not None:
            if product.is_published and not before["live"]:
                publish_product(product_id, actor=self._writer.actor)
            elif not product.is_published and before["live"]:
                unpublish_product(product_id, actor=self._writer.actor)
        return ids

    def _words(self, product: SourceProduct, product_id: int, before: Snapshot) -> None:
        wanted: dict[str, Any] = {}
        if "texts" in self._fields:
            wanted |= {
                "title": one_line(product.title)[:200], "subtitle": one_line(subtitle_of(product)),
                "brand": one_line(product.brand)[:120], "seo_title": one_line(product.seo_title)[:160],
                "seo_description": one_line(product.seo_description)[:320],
                "tax_class": product.tax_class, "kind": product.kind,
            }  # fmt: skip
        if "tags" in self._fields:
            wanted["tags"] = list(dict.fromkeys(tag for raw in product.tags if (tag := one_line(raw))))
        if "categories" in self._fields:
            wanted["categories"] = list(dict.fromkeys(self._writer.categories(product)))
        changes = {field: value for field, value in wanted.items() if value and value != before[field]}
        # A bundle or a service is more than "needs no delivery" can say.
        if changes.get("kind") and before["kind"] not in {"physical", "digital"}:
            del changes["kind"]
        body = self._writer.body(product).blocks
        if "description" in self._fields and body:
            # Blocks that no file brings are the merchant's own, and stay behind what it does bring.
            brought = {"text", "specification", "video", *(block["type"] for block in body)}
            present = [block for block in before["body"] if block["type"] in brought]
            if _bare(body) != _bare(present):
                changes["body"] = [*body, *(block for block in before["body"] if block["type"] not in brought)]
        if changes:
            update_product(
                product_id, ProductChanges(**changes, publish=bool(before["live"])), actor=self._writer.actor
            )

    def _variants(self, product: SourceProduct, product_id: int, before: Snapshot) -> list[int]:
        there = _variants_of(before)
        pairs = [(variant, _match(variant, there, product)) for variant in product.variants]
        may_add = "variants" in self._fields
        names = [name for name, _ in before["options"]]
        fits = [one_line(name)[:60] for name in product.option_names] == names
        if may_add and fits and product.option_names:
            self._widen(product, product_id, before)
        ids = []
        kept = []
        for variant, found in pairs:
            try:
                if found is None:
                    pk = self._add(product_id, variant, fits=fits and may_add)
                else:
                    pk = found.id
                    self._change(variant, found, fits=fits)
                self._prices(pk, variant, before, product)
                self._stock(pk, variant, before, product)
            except ProductFaultError as fault:
                product.faults[variant.row] = str(fault)
                continue
            ids.append(pk)
            kept.append(variant)
        product.variants = kept
        return ids

    def _widen(self, product: SourceProduct, product_id: int, before: Snapshot) -> None:
        """Values that the file has and the product has not come after those that are there."""
        present = {name: list(values) for name, values in before["options"]}
        wanted = []
        for option in self._writer.options(product):
            name = one_line(option.name)[:60]
            values = [one_line(value) for value in option.values]
            wanted.append(OptionData(name, tuple(dict.fromkeys([*present[name], *values]))))
        if [[option.name, list(option.values)] for option in wanted] != before["options"]:
            set_options(product_id, wanted, actor=self._writer.actor)

    def _add(self, product_id: int, variant: SourceVariant, *, fits: bool) -> int:
        if not fits:
            raise ProductFaultError("the product has other options, or no such variant: it is not added")
        if variant.price is None:
            raise ProductFaultError("no price")
        data = self._writer.variant_data(variant)
        added = add_variant(product_id, data, actor=self._writer.actor, market=self._writer.market)
        return int(added.pk)

    def _change(self, variant: SourceVariant, there: _There, *, fits: bool) -> None:
        if "variants" not in self._fields:
            return
        data = self._writer.variant_data(variant)
        wanted = {field: getattr(data, field) for field in _COPIED if field != "position"}
        wanted["option_values"] = [one_line(value) for value in data.option_values]
        said = {
            "is_stock_tracked": variant.is_tracked, "is_active": variant.own.get("is_active", variant.is_active),
            "option_values": variant.option_values if fits else None,
        }  # fmt: skip
        changes = {
            field: value
            for field, value in wanted.items()
            if value not in (None, "", []) and said.get(field, True) is not None and value != there.facts[field]
        }
        if changes:
            values = {**{field: there.facts[field] for field in _COPIED}, **changes}
            values["option_values"] = tuple(values["option_values"])
            update_variant(there.id, VariantData(**values), self._writer.actor)

    def _prices(self, pk: int, variant: SourceVariant, before: Snapshot, product: SourceProduct) -> None:
        if "prices" not in self._fields:
            return
        changes, missing = self._writer.list_changes(pk, variant)
        for name in missing:
            product.note(variant.row, f"there is no price list {name[:60]}: its price is not brought in")
        own = self._writer.market.price_list_id
        data = self._writer.variant_data(variant)
        if data.price_minor is not None and own not in {change.price_list_id for change in changes}:
            changes.append(PriceChange(pk, own, data.price_minor, self._compare_at(pk, data, variant, before)))
        changes = [change for change in changes if _is_news(change, before)]
        if changes:
            set_prices(changes, self._writer.actor)
        for list_id, steps in self._writer.breaks(variant).items():
            present = (before.get(f"variant:{pk}:price:{list_id}") or [None] * 4)[3] or []
            if [list(step) for step in steps] != present:
                set_breaks(pk, list_id, steps, actor=self._writer.actor)

    def _compare_at(self, pk: int, data: VariantData, variant: SourceVariant, before: Snapshot) -> int | None:
        """An empty cell leaves the compare-at price that is there, while it is above the price."""
        present = (before.get(f"variant:{pk}:price:{self._writer.market.price_list_id}") or [None, None])[1]
        if variant.compare_at is None and present is not None and data.price_minor is not None:
            return present if present > data.price_minor else None
        return data.compare_at_minor

    def _stock(self, pk: int, variant: SourceVariant, before: Snapshot, product: SourceProduct) -> None:
        if "stock" not in self._fields:
            return
        levels = self._writer.stock_of(variant, product)
        for location_id, units in levels.items():
            present = before.get(f"variant:{pk}:stock:{location_id}")
            if present == units:
                continue
            try:
                if present is None:
                    open_levels([(pk, location_id, units)], actor=self._writer.actor, note="import")
                    continue
                set_on_hand(pk, location_id, units, reason=CORRECTED, note="import", actor=self._writer.actor)
            except DomainError as refusal:
                product.note(variant.row, f"the stock stays: {refusal.message}")
        for location_id, terms in self._writer.policies(variant, levels).items():
            present = before.get(f"variant:{pk}:policy:{location_id}") or ["deny", 0, ""]
            if present[0] != terms["policy"]:
                set_policy(pk, location_id, **terms, actor=self._writer.actor)


def _variants_of(before: Snapshot) -> list[_There]:
    found: dict[int, dict[str, Any]] = {}
    for path, value in before.items():
        kind, _, rest = path.partition(":")
        pk, _, field = rest.partition(":")
        if kind == "variant" and field and ":" not in field:
            found.setdefault(int(pk), {})[field] = value
    return [_There(pk, facts) for pk, facts in found.items()]


def _match(variant: SourceVariant, there: list[_There], product: SourceProduct) -> _There | None:
    """By SKU, else by the values of its options, else as the only one."""
    sku, values = one_line(variant.sku), [one_line(value) for value in variant.option_values]
    if sku and (found := next((one for one in there if one.facts["sku"] == sku), None)):
        return found
    if same := next((one for one in there if one.facts["option_values"] == values), None):
        return same
    return there[0] if len(there) == len(product.variants) == 1 and not values else None


def _is_news(change: PriceChange, before: Snapshot) -> bool:
    present = before.get(f"variant:{change.variant_id}:price:{change.price_list_id}") or [None, None]
    return [change.amount_minor, change.compare_at_minor] != present[:2]


def _bare(blocks: Any) -> list[Any]:
    """Blocks without their ids, with their HTML as it is kept."""
    return [_bare_block(block) for block in blocks]


def _bare_block(block: Mapping[str, Any]) -> Any:
    value = block["value"]
    return [
        block["type"],
        clean_html(value) if block["type"] == "text" and isinstance(value, str) else _without_ids(value),
    ]


def _without_ids(value: Any) -> Any:
    """Items of a list are kept as {type, value, id}, or as they are."""
    if isinstance(value, Mapping):
        if set(value) == {"type", "value", "id"}:
            return _without_ids(value["value"])
        return {name: _without_ids(inner) for name, inner in value.items()}
    return [_without_ids(inner) for inner in value] if isinstance(value, list | tuple) else value
