"""Lists of products: categories, search, home page. A constant number of queries, however many rows there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING

from stoa.catalogue.categories.queries import tree
from stoa.catalogue.media.queries import PictureView, view_of_row
from stoa.catalogue.prices.queries import Quote, quote
from stoa.catalogue.products.models import Product, ProductPicture, Variant
from stoa.catalogue.products.rules import one_line
from stoa.catalogue.search.asking import find
from stoa.catalogue.search.choosing import Chosen, Facet, Selection, select, shelf
from stoa.catalogue.search.finding import Found
from stoa.catalogue.search.sheet import Sheet
from stoa.catalogue.search.table import current
from stoa.kernel.money import Money
from stoa.kernel.prepared import Prepared, Slot

if TYPE_CHECKING:
    from stoa.catalogue.categories.queries import CategoryNode
    from stoa.catalogue.markets.models import Market

__all__ = [
    "SORTS", "Chosen", "Facet", "Facets", "Listing", "ProductCard", "cards", "first_pictures", "listing",
]  # fmt: skip
SORTS = ("featured", "newest", "price", "-price", "title", "best-selling")
MAX_SIZE = 100
MAX_PAGE = 10_000
# So many of the best matches are put in order by more than their words: what can be had comes before what is sold out.
FINE = 300
SOLD_OUT = 0.75


@dataclass(frozen=True, slots=True)
class ProductCard:
    """A product in a list. ``price`` is its lowest, ``quote`` all that belongs to that; ``variant_ids`` are those for sale
    (stock is asked elsewhere)."""

    id: int
    title: str
    slug: str
    subtitle: str
    brand: str
    price: Money
    price_varies: bool
    compare_at: Money | None
    picture: PictureView | None
    second_picture: PictureView | None
    variant_ids: list[int]
    quote: Quote | None = None

    @property
    def url(self) -> str:
        return f"/p/{self.slug}/"


@dataclass(frozen=True, slots=True)
class Facets:
    """What else there is to choose from, each with how many products there are under the other filters.

    ``brands``: name and count. ``categories``: those just below the one that is listed. The prices are what the price
    filter may span; ``available`` is how many can be had now. ``codes``: every facet that the shop has.
    """

    lowest: Money | None = None
    highest: Money | None = None
    brands: list[tuple[str, int]] = field(default_factory=list)
    available: int = 0
    attributes: list[Facet] = field(default_factory=list)
    categories: list[tuple[CategoryNode, int]] = field(default_factory=list)
    codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    items: list[ProductCard]
    total: int
    page: int
    size: int
    facets: Facets
    # For a text: whether words were corrected or left out.
    found: Found = field(default_factory=Found)

    @property
    def pages(self) -> int:
        """At least 1."""
        return max(1, -(-self.total // self.size))

    @property
    def has_next(self) -> bool:
        return self.page < self.pages

    @property
    def has_previous(self) -> bool:
        return self.page > 1


def listing(
    market: Market,
    *,
    category: CategoryNode | None = None,
    text: str | None = None,
    chosen: Chosen | None = None,
    sort: str = "featured",
    page: int = 1,
    size: int = 24,
    facets: bool = True,
) -> Listing:
    """Products for sale: live, with an active variant that has a price on the market's list.

    ``category`` stands for its whole subtree. A product passes the filters where one of its variants passes them all.
    An unknown ``sort`` is "featured"; with ``text``, "featured" means best match first. A ``page`` behind the last one
    is empty. ``facets`` False leaves out what else could be chosen.
    """
    page, size = min(max(page, 1), MAX_PAGE), min(max(size, 1), MAX_SIZE)
    picked = _tidied(chosen or Chosen())
    found = find(market, text) if text is not None else Found()
    with current(market) as table:
        sheet = table.sheet
        base = sheet.everything if text is None else sheet.of_products(found.ids)
        if category is not None:
            base &= shelf(sheet, category)
        shelves = tuple(category.children if category is not None else tree(market)) if facets else ()
        selection = select(table, base, picked, shelves, facets=facets)
        start = (page - 1) * size
        if text is not None and (sort not in SORTS or sort == "featured"):
            ids = _best_first(sheet, found, selection.variants, start, size)
        else:
            ids = sheet.page(selection.variants, sort if sort in SORTS else "featured", start, size)
    return Listing(cards(ids, market), selection.total, page, size, _facets(selection, market), found)


def cards(product_ids: Sequence[int], market: Market) -> list[ProductCard]:
    """Cards of the given products in the given order; what is not for sale is left out."""
    rows = {row[0]: row for row in _PRODUCTS.of("product", set(product_ids))}
    return _cards([rows[pk] for pk in product_ids if pk in rows], market)


_PRODUCTS = Prepared(
    lambda count: Product.objects.filter(pk__in=Slot.many("product", count), live=True).values_list(
        "pk", "title", "slug", "subtitle", "brand"
    )
)
_VARIANTS = Prepared(
    lambda count: (
        Variant.objects.filter(product__pk__in=Slot.many("product", count), is_active=True)
        .order_by("position", "id")
        .values_list("id", "product_id")
    )
)


_PICTURES = Prepared(
    lambda count: ProductPicture.objects.filter(product__pk__in=Slot.many("product", count))
    .order_by("product_id", "sort_order", "id")
    .values_list(
        "product_id", "picture_id", "picture__file", "picture__width", "picture__height", "picture__sources", "alt",
        "product__title",
    )
)  # fmt: skip


def _tidied(chosen: Chosen) -> Chosen:
    names = tuple(dict.fromkeys(name for each in chosen.brands if (name := one_line(each))))
    return Chosen(names, chosen.min_price, chosen.max_price, chosen.in_stock, chosen.attributes)


def _best_first(sheet: Sheet, found: Found, variants: int, start: int, size: int) -> list[int]:
    """The page of a search. Equal matches stand as the merchant features them."""
    kept = sheet.keep(found.ids, variants)
    fine = list(islice(kept, FINE))
    if start < FINE:
        sellable = set(sheet.keep(fine, variants & sheet.available))
        # What stands behind those with a score is in its order all the same.
        scores = dict(zip(found.ids, found.scores, strict=False))
        places = {pk: place for place, pk in enumerate(found.ids[: found.exact])}

        def rank(pk: int) -> tuple[object, ...]:
            if pk in places:
                return 0, places[pk]
            return 1, -round(scores.get(pk, 0.0) * (1.0 if pk in sellable else SOLD_OUT), 4), sheet.rank(pk)

        fine.sort(key=rank)
    return [*fine, *islice(kept, max(start + size - FINE, 0))][start : start + size]


def _facets(selection: Selection, market: Market) -> Facets:
    currency = market.currency
    return Facets(
        lowest=Money(selection.prices[0], currency) if selection.prices else None,
        highest=Money(selection.prices[1], currency) if selection.prices else None,
        brands=selection.brands, available=selection.available, attributes=selection.attributes,
        categories=selection.categories, codes=selection.codes,
    )  # fmt: skip


def _cards(rows: Sequence[tuple[int, str, str, str, str]], market: Market) -> list[ProductCard]:
    ids = [row[0] for row in rows]
    if not ids:
        return []
    variants = dict(_VARIANTS.of("product", ids))
    quotes = quote(variants, market)
    by_product: dict[int, list[tuple[int, Quote]]] = {}
    for variant_id, product_id in variants.items():
        if variant_id in quotes:
            by_product.setdefault(product_id, []).append((variant_id, quotes[variant_id]))
    pictures = first_pictures(ids, 2)
    made = []
    for pk, title, slug, subtitle, brand in rows:
        # A price that went between two queries: the product is no longer for sale.
        if not (offers := by_product.get(pk)):
            continue
        cheapest = min(offers, key=lambda offer: offer[1].unit.minor)[1]
        shown = [*pictures.get(pk, ()), None, None]
        made.append(
            ProductCard(
                pk, title, slug, subtitle, brand, cheapest.unit,
                len({offer.unit.minor for _, offer in offers}) > 1, cheapest.compare_at,
                shown[0], shown[1], [variant_id for variant_id, _ in offers], cheapest,
            )
        )  # fmt: skip
    return made


def first_pictures(product_ids: Sequence[int], count: int) -> dict[int, list[PictureView]]:
    """The first pictures of each product, in one query. Where none is described, the product's title is the text."""
    rows = _PICTURES.of("product", dict.fromkeys(product_ids))
    found: dict[int, list[PictureView]] = {}
    for product_id, pk, file, width, height, sources, alt, title in rows:
        views = found.setdefault(product_id, [])
        if len(views) < count:
            views.append(view_of_row(pk, file, width, height, sources, alt or title))
    return found
