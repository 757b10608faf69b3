"""Every kind of bulk edit, by its code."""

from __future__ import annotations

from stoa.catalogue.bulk.drafts import Operation
from stoa.catalogue.bulk.facts import AttributeSet, Publish, TypeSet, Unpublish
from stoa.catalogue.bulk.pricing import CompareAtClear, CompareAtPercent, PriceAmount, PricePercent, PriceSet
from stoa.catalogue.bulk.wording import BrandSet, CategoryAdd, CategoryMove, CategoryRemove, TagAdd, TagRemove

OPERATIONS: dict[str, Operation] = {
    "price_percent": PricePercent(),
    "price_amount": PriceAmount(),
    "price_set": PriceSet(),
    "compare_at_percent": CompareAtPercent(),
    "compare_at_clear": CompareAtClear(),
    "category_add": CategoryAdd(),
    "category_remove": CategoryRemove(),
    "category_move": CategoryMove(),
    "tag_add": TagAdd(),
    "tag_remove": TagRemove(),
    "brand_set": BrandSet(),
    "type_set": TypeSet(),
    "attribute_set": AttributeSet(),
    "publish": Publish(),
    "unpublish": Unpublish(),
}
