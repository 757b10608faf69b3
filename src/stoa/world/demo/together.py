"""What the demo sells beside single goods: two sets that are put together from the shelves, and a booklet as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.core.files.base import ContentFile

from stoa.catalogue.bundles.actions import set_components
from stoa.catalogue.categories.queries import category_by_slug
from stoa.catalogue.files.actions import attach_file
from stoa.catalogue.prices.queries import prices_of
from stoa.catalogue.products.actions import create_product, update_product
from stoa.catalogue.products.data import PictureData, ProductChanges, ProductData, VariantData, text_block
from stoa.catalogue.products.selling import pictures_of, products_by_title, variant_ids_of
from stoa.world.demo.booklet import booklet

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.kernel.actors import Actor


@dataclass(frozen=True, slots=True)
class DemoSet:
    """``parts``: title of a product (its first variant is taken) and how many; ``percent`` of what they cost apart."""

    title: str
    subtitle: str
    html: str
    sku: str
    category: str
    parts: tuple[tuple[str, int], ...]
    percent: int


SETS = (
    DemoSet(
        "Tea for two", "Pot, mugs and tea, packed together.",
        "<p>The teapot, two mugs that go with it, and the tea that we drink ourselves. It comes in one parcel.</p>",
        "TEA-FOR-TWO", "ceramics", (("Teapot for three", 1), ("Everyday mug", 2), ("Breakfast tea", 1)), 88,
    ),
    DemoSet(
        "Breakfast table for four", "Bowls, plates and napkins.",
        "<p>Four of each, and linen napkins that need no ironing. Enough for a long Sunday.</p>",
        "BREAKFAST-FOUR", "ceramics", (("Breakfast bowl", 4), ("Dinner plate", 4), ("Linen napkins, set of four", 1)), 85,
    ),
)  # fmt: skip
BOOKLET = "The stoneware booklet"


def make_sets(market: Market, *, actor: Actor) -> None:
    """The goods that they are made of have to be there."""
    for each in SETS:
        _make(each, market, actor)
    shelf = category_by_slug("stationery").id
    made = create_product(
        ProductData(
            title=BOOKLET, subtitle="Twelve pages on keeping ceramics for life, to read at once.",
            body=[text_block("<p>How to wash, store and mend stoneware, and what glaze is. A PDF for any screen.</p>")],
            categories=[shelf], kind="digital", position=35, tags=["download"],
            variants=[VariantData("STONEWARE-BOOKLET", price_minor=490, is_stock_tracked=False)],
        ),
        actor=actor, market=market,
    )  # fmt: skip
    attach_file(made.pk, ContentFile(booklet(BOOKLET), "The stoneware booklet.pdf"), actor=actor)


def hang_sets(*, actor: Actor) -> None:
    """Give the sets the pictures of what is in them; those have to hang already."""
    for each in SETS:
        _hang(each.title, [title for title, _quantity in each.parts], actor)
    _hang(BOOKLET, ["Fruit bowl on a foot"], actor)


def _make(each: DemoSet, market: Market, actor: Actor) -> None:
    variants = {title: variant for title, _quantity in each.parts if (variant := _first_of(title)) is not None}
    parts = [(variants[title], quantity) for title, quantity in each.parts if title in variants]
    prices = prices_of([pk for pk, _quantity in parts], market.price_list_id)
    apart = sum(prices[pk].unit.minor * quantity for pk, quantity in parts)
    made = create_product(
        ProductData(
            title=each.title, subtitle=each.subtitle, body=[text_block(each.html)], kind="bundle", position=20,
            categories=[category_by_slug(each.category).id], tags=["set"],
            variants=[VariantData(each.sku, price_minor=apart * each.percent // 10_000 * 100 + 90)],
        ),
        actor=actor, market=market,
    )  # fmt: skip
    set_components(variant_ids_of([made.pk])[0], parts, actor=actor)


def _first_of(title: str) -> int | None:
    return next(iter(variant_ids_of(products_by_title([title]).values())), None)


def _hang(title: str, parts: list[str], actor: Actor) -> None:
    goods = products_by_title([title, *parts])
    shown = [PictureData(*pictures[0]) for part in parts if part in goods and (pictures := pictures_of(goods[part]))]
    if shown:
        update_product(goods[title], ProductChanges(pictures=shown), actor=actor)
