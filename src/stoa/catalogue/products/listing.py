"""Lists of products: categories, search, home page. A constant number of queries, however many rows there are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.core.exceptions import EmptyResultSet
from django.db import connection
from django.db.models import Min, QuerySet
from django.db.models.functions import Lower

from stoa.catalogue.media.queries import PictureView, view_of_row
from stoa.catalogue.prices.queries import Quote, quote
from stoa.catalogue.products.models import Product, ProductCategory, ProductPicture, Variant
from stoa.catalogue.products.rules import one_line
from stoa.catalogue.search.queries import Match, match
from stoa.kernel.money import Money

if TYPE_CHECKING:
    from stoa.catalogue.categories.queries import CategoryNode
    from stoa.catalogue.markets.models import Market

SORTS = ("featured", "newest", "price", "-price", "title")
MAX_SIZE = 100
MAX_PAGE = 10_000


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
    """``brands``: name and how many there are under the other filters. The prices are what the price filter may span."""

    lowest: Money | None = None
    highest: Money | None = None
    brands: list[tuple[str, int]] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Listing:
    items: list[ProductCard]
    total: int
    page: int
    size: int
    facets: Facets

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
    sort: str = "featured",
    min_price: int | None = None,
    max_price: int | None = None,
    available_ids: QuerySet[Any, Any] | None = None,
    brand: str | Sequence[str] | None = None,
    page: int = 1,
    size: int = 24,
) -> Listing:
    """Products for sale: live, with an active variant that has a price on the market's list.

    ``category`` stands for its whole subtree. ``min_price`` and ``max_price`` are minor units, compared with a product's
    lowest price. ``available_ids`` (a queryset of variant ids) keeps those that have one of them. An unknown ``sort`` is
    "featured"; with ``text``, "featured" means best match first. A ``page`` behind the last one is empty.
    """
    page, size = min(max(page, 1), MAX_PAGE), min(max(size, 1), MAX_SIZE)
    brands = [one_line(name) for name in ([brand] if isinstance(brand, str) else brand or ())]
    found = match(text) if text is not None else None
    base = _for_sale(market, category, found, available_ids)
    total, facets = _facets(base, market, brands, min_price, max_price)
    chosen = _within(base, min_price, max_price)
    if brands:
        chosen = chosen.filter(brand__in=brands)
    rows = _sorted(chosen, sort, found)[(page - 1) * size : page * size] if total > (page - 1) * size else ()
    return Listing(_cards(list(rows), market), total, page, size, facets)


def cards(product_ids: Sequence[int], market: Market) -> list[ProductCard]:
    """Cards of the given products in the given order; what is not for sale is left out."""
    rows = {
        row[0]: row for row in _for_sale(market, None, None, None).filter(pk__in=product_ids).values_list(*_COLUMNS)
    }
    return _cards([rows[pk] for pk in product_ids if pk in rows], market)


_COLUMNS = ("pk", "title", "slug", "subtitle", "brand")


def _for_sale(
    market: Market, category: CategoryNode | None, found: Match | None, available_ids: QuerySet[Any, Any] | None
) -> QuerySet[Product, Any]:
    # One join and one grouping: a correlated lookup per product made SQLite read the whole price list for each.
    offers: dict[str, Any] = {
        "live": True, "variants__is_active": True, "variants__prices__price_list_id": market.price_list_id
    }  # fmt: skip
    if available_ids is not None:
        offers["variants__in"] = available_ids
    products = Product.objects.filter(**offers).values("pk").annotate(low=Min("variants__prices__amount_minor"))
    if category is not None:
        placed = ProductCategory.objects.filter(category_id__in=category.subtree_ids).values("product_id")
        products = products.filter(pk__in=placed)
    return found.narrow(products) if found is not None else products


def _within(products: QuerySet[Product, Any], lowest: int | None, highest: int | None) -> QuerySet[Product, Any]:
    if lowest is not None:
        products = products.filter(low__gte=_bounded(lowest))
    if highest is not None:
        products = products.filter(low__lte=_bounded(highest))
    return products


def _bounded(minor: int) -> int:
    return min(max(minor, 0), 2**62)


def _sorted(products: QuerySet[Product, Any], sort: str, found: Match | None) -> QuerySet[Product, Any]:
    match sort:
        case "newest":
            products = products.order_by("-created_at", "-pk")
        case "price":
            products = products.order_by("low", "pk")
        case "-price":
            products = products.order_by("-low", "pk")
        case "title":
            products = products.order_by(Lower("title"), "pk")
        case _ if found is not None:
            products = found.ranked(products)
        case _:
            products = products.order_by("position", "-created_at", "-pk")
    return products.values_list(*_COLUMNS)


def _facets(
    products: QuerySet[Product, Any],
    market: Market,
    brands: Sequence[str],
    min_price: int | None,
    max_price: int | None,
) -> tuple[int, Facets]:
    """The total under all filters, and the facets, from one query: per brand, how many, and between which prices."""
    try:
        inner, parameters = products.order_by().values("pk", "brand", "low").query.sql_with_params()
    except EmptyResultSet:  # a filter that nothing can pass, as a search for "%"
        return 0, Facets()
    lowest, highest = _bounded(min_price or 0), _bounded(2**62 if max_price is None else max_price)
    with connection.cursor() as cursor:
        cursor.execute(
            # The ORM made ``inner``; every value is a parameter.
            "SELECT brand, SUM(CASE WHEN low >= %s AND low <= %s THEN 1 ELSE 0 END), MIN(low), MAX(low)"  # noqa: S608
            f" FROM ({inner}) AS listed GROUP BY brand",
            [lowest, highest, *parameters],
        )
        rows = cursor.fetchall()
    counted = [row for row in rows if not brands or row[0] in brands]
    currency = market.currency
    return sum(row[1] for row in counted), Facets(
        lowest=Money(min(row[2] for row in counted), currency) if counted else None,
        highest=Money(max(row[3] for row in counted), currency) if counted else None,
        brands=sorted(((name, int(count)) for name, count, *_ in rows if name and (count or name in brands)),
                      key=lambda pair: pair[0].casefold()),
    )  # fmt: skip


def _cards(rows: Sequence[tuple[int, str, str, str, str]], market: Market) -> list[ProductCard]:
    ids = [row[0] for row in rows]
    if not ids:
        return []
    rows_of_variants = Variant.objects.filter(product_id__in=ids, is_active=True).order_by("position", "id")
    variants = dict(rows_of_variants.values_list("id", "product_id"))
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
    rows = (
        ProductPicture.objects.filter(product_id__in=product_ids)
        .order_by("product_id", "sort_order", "id")
        .values_list(
            "product_id", "picture_id", "picture__file", "picture__width", "picture__height", "picture__sources", "alt",
            "product__title",
        )
    )  # fmt: skip
    found: dict[int, list[PictureView]] = {}
    for product_id, pk, file, width, height, sources, alt, title in rows:
        views = found.setdefault(product_id, [])
        if len(views) < count:
            views.append(view_of_row(pk, file, width, height, sources, alt or title))
    return found
