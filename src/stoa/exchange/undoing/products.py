"""Products put back to what they were before an import."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from django.db import transaction

from stoa.catalogue.categories.actions import delete_category
from stoa.catalogue.files.actions import remove_file, set_terms
from stoa.catalogue.files.queries import files_of
from stoa.catalogue.prices.actions import PriceChange, set_breaks, set_prices
from stoa.catalogue.products.actions import (
    PictureData,
    ProductChanges,
    delete_product,
    publish_product,
    remove_variant,
    set_options,
    unpublish_product,
    update_product,
    update_variant,
)
from stoa.catalogue.products.data import OptionData, VariantData
from stoa.catalogue.products.importing import is_category_empty
from stoa.catalogue.types.actions import set_attributes, set_type
from stoa.exchange.downloads.actions import take_files_off
from stoa.exchange.products.snapshots import Snapshot, snapshot_of
from stoa.exchange.products.updating import CORRECTED
from stoa.inventory.stock.actions import forget_openings, set_on_hand, set_policy
from stoa.kernel.errors import DomainError, NotFoundError

if TYPE_CHECKING:
    from stoa.exchange.files.models import ImportedThing
    from stoa.kernel.actors import Actor

_WORDS = {
    "title", "slug", "subtitle", "brand", "kind", "seo_title", "seo_description", "position", "tags", "tax_class", "body",
    "categories",
}  # fmt: skip
_VARIANT = (
    "sku", "barcode", "option_values", "cost_minor", "cost_currency", "weight_grams", "length_mm", "width_mm", "height_mm",
    "is_stock_tracked", "is_active", "position",
)  # fmt: skip
STAYS = "orders or carts refer to it: it is kept, and taken off the shop"


class _Kept(Exception):  # noqa: N818 - a signal that takes back a savepoint
    pass


def remove_product(product_id: int, actor: Actor) -> str:
    """Delete a product that an import made, its opening stock with it. Returns why it was kept: "" when it is gone."""
    facts = snapshot_of(product_id)
    if not facts:
        return ""
    variants = _variant_ids(facts)
    try:
        with transaction.atomic():
            for one in files_of(product_id):
                # With its bytes, which nobody else would clear away.
                remove_file(one.id, actor=actor)
            if forget_openings(variants, actor=actor) != set(variants) or not delete_product(product_id, actor=actor):
                raise _Kept
    except _Kept:
        if facts["live"]:
            unpublish_product(product_id, actor=actor)
        return STAYS
    return ""


def remove_category(category_id: int, actor: Actor) -> str:
    """Delete a category that an import made, once it is empty. Returns why it was kept."""
    try:
        if not is_category_empty(category_id):
            return "other products or categories are in it"
        delete_category(category_id, actor=actor)
    except NotFoundError:
        return ""
    except DomainError as refusal:
        return refusal.message
    return ""


def restore_product(thing: ImportedThing, actor: Actor) -> str:
    """Put back what the import changed and nobody has changed since. Returns what was kept as it is, in words."""
    product_id, now = thing.object_id, snapshot_of(thing.object_id)
    if not now:
        return "the product is gone"
    back = {path: thing.before.get(path) for path, value in thing.after.items() if now.get(path) == value}
    kept = sorted(
        {_word(path, now) for path in thing.after if path not in back and now.get(path) != thing.before.get(path)}
    )
    _Restorer(product_id, now, actor, kept).restore(back)
    kept += [f"{name} (its buyers keep it)" for name in take_files_off(thing.file, product_id, actor)]
    return f"changed since, and kept: {', '.join(kept)}"[:300] if kept else ""


class _Restorer:
    """Writes old facts through the actions that everybody uses. What refuses is told in ``kept``."""

    def __init__(self, product_id: int, now: Snapshot, actor: Actor, kept: list[str]) -> None:
        self._id = product_id
        self._now = now
        self._actor = actor
        self._kept = kept

    def restore(self, back: Snapshot) -> None:
        self._variants(back)
        self._words(back)
        attributes = {path.partition(":")[2]: value for path, value in back.items() if path.startswith("attribute:")}
        if attributes:
            self._try("attributes", lambda: set_attributes(self._id, attributes, actor=self._actor))
        if "type" in back:
            self._try("type", lambda: set_type(self._id, back["type"], actor=self._actor))
        if "terms" in back:
            days, downloads = back["terms"] or (None, None)
            self._try("terms", lambda: set_terms(self._id, days=days, downloads=downloads, actor=self._actor))
        if "live" in back:
            turn = publish_product if back["live"] else unpublish_product
            self._try("publication", lambda: turn(self._id, actor=self._actor))

    def _words(self, back: Snapshot) -> None:
        changes: dict[str, Any] = {field: value for field, value in back.items() if field in _WORDS}
        if "pictures" in back:
            skus = {pk: self._now.get(f"variant:{pk}:sku", "") for pk in _variant_ids(self._now)}
            changes["pictures"] = [
                PictureData(pk, alt, str(skus.get(variant_id, "") or ""))
                for pk, alt, variant_id in back["pictures"] or []
            ]
        if changes:
            data = ProductChanges(**changes, publish=bool(self._now["live"]))
            self._try("words", lambda: update_product(self._id, data, actor=self._actor))

    def _variants(self, back: Snapshot) -> None:
        fields: dict[int, dict[str, Any]] = {}
        prices, breaks, gone = [], [], []
        for path, value in back.items():
            kind, pk, what, where = (*path.split(":"), "", "", "")[:4]
            if kind != "variant":
                continue
            variant_id = int(pk)
            if not what:
                gone += [variant_id] if value is None else []
            elif f"variant:{pk}" in back and back[f"variant:{pk}"] is None:
                continue
            elif what == "price":
                amount, compare_at, is_rrp, steps = value or (None, None, None, None)
                prices.append(PriceChange(variant_id, int(where), amount, compare_at, is_rrp))
                breaks.append((variant_id, int(where), steps, (self._now[path] or [None] * 4)[3]))
            elif what == "stock":
                self._stock(variant_id, int(where), value)
            elif what == "policy":
                self._policy(variant_id, int(where), value)
            else:
                fields.setdefault(variant_id, {})[what] = value
        for variant_id in gone:
            self._try("new variants", lambda pk=variant_id: self._remove(pk))  # type: ignore[misc]
        # Options first where values come back, last where they go.
        self._options(back, fields)
        if prices:
            self._try("prices", lambda: set_prices(prices, self._actor))
        for variant_id, list_id, steps, present in breaks:
            if steps != present and steps is not None:
                self._try(
                    "quantity breaks",
                    lambda v=variant_id, li=list_id, s=steps: set_breaks(  # type: ignore[misc]
                        v, li, [(int(n), int(minor)) for n, minor in s], actor=self._actor
                    ),
                )

    def _options(self, back: Snapshot, fields: dict[int, dict[str, Any]]) -> None:
        for variant_id, changed in fields.items():
            values = {name: self._now[f"variant:{variant_id}:{name}"] for name in _VARIANT} | changed
            values["option_values"] = tuple(values["option_values"])
            self._try(
                str(self._now[f"variant:{variant_id}:sku"]),
                lambda pk=variant_id, said=values: update_variant(pk, VariantData(**said), self._actor),  # type: ignore[misc]
            )
        if "options" in back:
            options = [OptionData(name, tuple(values)) for name, values in back["options"] or []]
            self._try("options", lambda: set_options(self._id, options, actor=self._actor))

    def _remove(self, variant_id: int) -> None:
        forget_openings([variant_id], actor=self._actor)
        if not remove_variant(variant_id, actor=self._actor):
            self._kept.append(f"{self._now[f'variant:{variant_id}:sku']} (switched off)")

    def _stock(self, variant_id: int, location_id: int, value: int | None) -> None:
        self._try(
            "stock",
            lambda: set_on_hand(
                variant_id, location_id, value or 0, reason=CORRECTED, note="import undone", actor=self._actor
            ),
        )

    def _policy(self, variant_id: int, location_id: int, value: list[Any] | None) -> None:
        policy, limit, day = value or ("deny", 0, "")
        self._try(
            "back-orders",
            lambda: set_policy(
                variant_id, location_id, policy=policy, limit=limit,
                date=date.fromisoformat(day) if day else None, actor=self._actor,
            ),
        )  # fmt: skip

    def _try(self, what: str, perform: Any) -> None:
        try:
            with transaction.atomic():
                perform()
        except DomainError:
            if what not in self._kept:
                self._kept.append(what)


def _variant_ids(facts: Snapshot) -> list[int]:
    return [int(path.split(":")[1]) for path in facts if path.startswith("variant:") and path.count(":") == 1]


def _word(path: str, now: Snapshot) -> str:
    """A path for people: ``price of CUP-1``."""
    kind, _, rest = path.partition(":")
    if kind == "attribute":
        return rest
    if kind != "variant":
        return kind
    pk, _, what = rest.partition(":")
    sku = now.get(f"variant:{pk}:sku") or "a variant that is gone"
    return f"{what.partition(':')[0].replace('_', ' ')} of {sku}" if what else str(sku)
