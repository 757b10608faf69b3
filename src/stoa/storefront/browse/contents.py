"""What is in a product besides itself: the parts of a bundle, the files of a download."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from stoa.catalogue.bundles import queries as bundles
from stoa.catalogue.files import queries as files

if TYPE_CHECKING:
    from stoa.catalogue.bundles.queries import Bundle
    from stoa.catalogue.files.queries import FileFacts, Terms
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.products.queries import ProductPage, VariantView

BUNDLE, FILE, GOODS = "bundle", "digital", "physical"


@dataclass(frozen=True, slots=True)
class Contents:
    """``is_sent``: some of it comes as a parcel. ``tags``: of pages that show it."""

    bundle: Bundle | None = None
    files: tuple[FileFacts, ...] = ()
    terms: Terms | None = None
    is_sent: bool = True
    is_file: bool = False
    tags: tuple[str, ...] = ()


def contents(page: ProductPage, chosen: VariantView | None, market: Market) -> Contents:
    """No query for goods and services."""
    kind = page.product.kind
    if kind == BUNDLE and chosen is not None:
        found = bundles.bundles([chosen.id], market).get(chosen.id)
        if found is None:
            return Contents()
        products = sorted({part.facts.product_id for part in found.parts})
        kinds = {part.facts.kind for part in found.parts}
        return Contents(found, is_sent=GOODS in kinds, tags=tuple(f"product:{pk}" for pk in products))
    if kind == FILE and page.id:
        own = chosen.id if chosen else None
        shown = tuple(file for file in files.files_of(page.id) if file.variant_id in (None, own))
        return Contents(files=shown, terms=files.terms([page.id], market)[page.id], is_sent=False, is_file=True)
    return Contents(is_sent=kind == GOODS)
