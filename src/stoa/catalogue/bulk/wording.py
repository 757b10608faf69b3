"""Bulk edits of words and shelves: what is drafted and published. One row for each product."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.utils.translation import gettext as _

from stoa.catalogue.bulk.drafts import Draft, Options, Target
from stoa.catalogue.bulk.errors import BulkEditInvalidError
from stoa.catalogue.bulk.rules import with_item, without_item
from stoa.catalogue.categories.models import Category
from stoa.catalogue.products.actions import update_product
from stoa.catalogue.products.data import ProductChanges
from stoa.catalogue.products.models import Product
from stoa.catalogue.products.rules import one_line
from stoa.kernel.actors import Actor


class WordsOperation:
    """A field of ``ProductChanges``. A live product is changed live (its draft with it), a draft stays a draft."""

    batch = 25
    field = ""

    def check(self, options: Options) -> dict[str, Any]:
        raise NotImplementedError

    def after(self, before: Any, options: Options) -> Any:
        raise NotImplementedError

    def plan(self, product_ids: Collection[int], options: Options) -> list[Draft]:
        rows = Product.objects.filter(pk__in=product_ids).order_by("pk").prefetch_related("placements")
        return [self._draft(product, options) for product in rows]

    def _draft(self, product: Product, options: Options) -> Draft:
        before, drafted = self._both(product)
        if drafted != before:
            reason = _("Its draft changes this as well. Publish or discard the draft first.")
            return Draft(product.pk, product.title, before, None, reason=reason, is_refused=True)
        return Draft(product.pk, product.title, before, self.after(before, options))

    def present(self, targets: Collection[Target], options: Options) -> dict[int, Any]:
        wanted = [target.product_id for target in targets]
        found: dict[int, Any] = {}
        for product in Product.objects.filter(pk__in=wanted).prefetch_related("placements"):
            before, drafted = self._both(product)
            # Neither is what a row expects where the two differ.
            found[product.pk] = before if before == drafted else [before, drafted]
        return {target.row_id: found[target.product_id] for target in targets if target.product_id in found}

    def write(self, target: Target, options: Options, actor: Actor) -> None:
        is_live = Product.objects.filter(pk=target.product_id, live=True).exists()
        changes = ProductChanges(**{self.field: target.wanted}, publish=is_live)
        update_product(target.product_id, changes, actor=actor)

    def _both(self, product: Product) -> tuple[Any, Any]:
        """What is live and what the draft says. A product that is not live is its draft."""
        draft = product.get_latest_revision_as_object() if product.has_unpublished_changes else product
        drafted = self.value_of(draft)
        return (self.value_of(product) if product.live else drafted), drafted

    def value_of(self, product: Product) -> Any:
        return getattr(product, self.field)


class BrandSet(WordsOperation):
    """``brand``: blank takes it away."""

    field = "brand"

    def check(self, options: Options) -> dict[str, Any]:
        brand = one_line(str(options.get("brand", "")))
        if len(brand) > 120:
            raise BulkEditInvalidError(_("At most %d characters.") % 120, field="brand")
        return {"brand": brand}

    def after(self, before: Any, options: Options) -> Any:
        return options["brand"]


class TagAdd(WordsOperation):
    """``tag``."""

    field = "tags"

    def check(self, options: Options) -> dict[str, Any]:
        tag = one_line(str(options.get("tag", "")))
        if not tag or len(tag) > 60 or "," in tag:
            raise BulkEditInvalidError(_("Write one tag of at most 60 characters."), field="tag")
        return {"tag": tag}

    def after(self, before: Any, options: Options) -> Any:
        return with_item(before, options["tag"])


class TagRemove(TagAdd):
    def after(self, before: Any, options: Options) -> Any:
        return without_item(before, options["tag"])


class CategoryAdd(WordsOperation):
    """``category``, as the main one with ``is_main``."""

    field = "categories"

    def check(self, options: Options) -> dict[str, Any]:
        return {"category": _category(options, "category"), "is_main": bool(options.get("is_main"))}

    def value_of(self, product: Product) -> list[int]:
        """The main one first."""
        placements = sorted(product.placements.all(), key=lambda row: (not row.is_primary, row.category_id))
        return [row.category_id for row in placements]

    def after(self, before: Any, options: Options) -> Any:
        return _sorted(with_item(before, options["category"], is_first=options["is_main"]))


class CategoryRemove(CategoryAdd):
    def after(self, before: Any, options: Options) -> Any:
        return _sorted(without_item(before, options["category"]))


class CategoryMove(CategoryAdd):
    """From ``category`` to ``into``, which takes its rank; what does not stand there stays where it is."""

    def check(self, options: Options) -> dict[str, Any]:
        both = {"category": _category(options, "category"), "into": _category(options, "into")}
        if both["category"] == both["into"]:
            raise BulkEditInvalidError(_("Choose two categories."), field="into")
        return both

    def after(self, before: Any, options: Options) -> Any:
        if options["category"] not in before:
            return before
        is_first = before[0] in {options["category"], options["into"]}
        return _sorted(with_item(without_item(before, options["category"]), options["into"], is_first=is_first))


def _sorted(categories: list[Any]) -> list[Any]:
    """The main one first, the rest by id: one way to say one thing."""
    return [*categories[:1], *sorted(categories[1:])]


def _category(options: Options, field: str) -> int:
    pk = options.get(field)
    if not isinstance(pk, int) or not Category.objects.filter(pk=pk).exists():
        raise BulkEditInvalidError(_("Choose a category."), field=field)
    return pk
