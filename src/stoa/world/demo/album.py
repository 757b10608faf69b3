"""Hangs the photographs up: the home page's, one for each category, and several for each product."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future
from typing import TYPE_CHECKING

from stoa.catalogue.categories.actions import update_category
from stoa.catalogue.categories.queries import category_by_slug
from stoa.catalogue.markets.actions import update_market
from stoa.catalogue.media.actions import save_renditions, store_picture
from stoa.catalogue.products.actions import update_product
from stoa.catalogue.products.data import PictureData, ProductChanges
from stoa.catalogue.products.queries import variant_by_sku
from stoa.world.demo.build import FOUNDER, sku_of
from stoa.world.demo.catalogue import DemoCategory, DemoProduct
from stoa.world.demo.pictures import Darkroom, Developed

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.media.models import Picture

Progress = Callable[[int, int], None]


class Album:
    """Sends every photograph to the darkroom at once; ``hang`` waits for them and puts them where they belong."""

    def __init__(self, shelves: list[DemoCategory], darkroom: Darkroom) -> None:
        self._hero = darkroom.hero("stoa")
        self._shelves = [(shelf, darkroom.category(shelf.slug, shelf.kinds, shelf.palette)) for shelf in shelves]
        self._products = [
            (product, [darkroom.product(shot) for shot in product.shots])
            for shelf in shelves
            for product in shelf.products
        ]

    def hang(self, market: Market, progress: Progress) -> None:
        update_market(
            market.pk,
            actor=FOUNDER,
            hero=_store(self._hero, "Home", "Ceramics and textiles between pillars in morning light"),
        )
        for shelf, picture in self._shelves:
            stored = _store(picture, shelf.name, shelf.name)
            update_category(category_by_slug(shelf.slug).id, actor=FOUNDER, picture_id=stored.pk)
        for done, (product, pictures) in enumerate(self._products, start=1):
            _hang(product, pictures)
            progress(done, len(self._products))


def _hang(product: DemoProduct, pictures: list[Future[Developed]]) -> None:
    skus = {variant.values: sku_of(product, variant.values) for variant in product.variants}
    shown = [
        PictureData(
            _store(picture, shot.alt, shot.alt).pk,
            shot.alt,
            next((sku for values, sku in skus.items() if shot.look in values), "") if shot.look else "",
        )
        for shot, picture in zip(product.shots, pictures, strict=True)
    ]
    product_id = variant_by_sku(next(iter(skus.values()))).product_id
    update_product(product_id, ProductChanges(pictures=shown), actor=FOUNDER)


def _store(developed: Future[Developed], title: str, alt: str) -> Picture:
    """A picture with its renditions, as the worker would have made them."""
    original, kept, rendered = developed.result()
    picture = store_picture(original, title, FOUNDER, alt, make_renditions=False, encoded=kept)
    save_renditions(picture, rendered)
    return picture
