"""From a product as a file tells of it to one of the shop, through the same actions that a merchant uses."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

from stoa.catalogue.categories.actions import create_category
from stoa.catalogue.markets.actions import ensure_tax_classes
from stoa.catalogue.products.actions import create_product
from stoa.catalogue.products.cleaning import plain_text
from stoa.catalogue.products.data import OptionData, ProductData, VariantData, text_block
from stoa.catalogue.products.importing import category_named
from stoa.exchange.products.shapes import SourceProduct, SourceVariant
from stoa.inventory.stock.actions import open_level, set_policy
from stoa.inventory.stock.queries import location_by_code
from stoa.kernel import clock
from stoa.kernel.money import Money

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.kernel.actors import Actor

# Other systems sell beyond the stock without a limit and without saying when. We promise a day, and the merchant mends it.
BACKORDER_LIMIT = 1000
BACKORDER_DAYS = 28


class ProductWriter:
    """Writes products of one import into ``market``. Remembers the categories that it has met."""

    def __init__(self, market: Market, actor: Actor) -> None:
        self._market = market
        self._actor = actor
        self._location = location_by_code(None)
        self._promised = clock.today(market.timezone) + timedelta(days=BACKORDER_DAYS)
        self._categories: dict[tuple[str, ...], int] = {}
        ensure_tax_classes()

    def write(self, product: SourceProduct) -> None:
        """Needs a transaction. Raises the catalogue's domain errors."""
        created = create_product(self._data(product), actor=self._actor, market=self._market)
        for pk, variant in zip(
            created.variants.order_by("position").values_list("pk", flat=True), product.variants, strict=True
        ):
            self._stock(pk, variant)

    def forget(self) -> None:
        """After a roll-back: categories made on the way are gone with it."""
        self._categories.clear()

    def _data(self, product: SourceProduct) -> ProductData:
        return ProductData(
            title=product.title[:200],
            slug=product.handle,
            subtitle=plain_text(product.summary)[:300],
            brand=product.brand[:120],
            kind=product.kind,
            tax_class=product.tax_class,
            body=[text_block(product.description_html)] if product.description_html else [],
            categories=[self._category(tuple(path)) for path in product.category_paths if path],
            tags=product.tags,
            seo_title=product.seo_title[:160],
            seo_description=product.seo_description[:320],
            external_ref=product.reference[:200],
            publish=product.is_published,
            options=[
                OptionData(name[:60], tuple(dict.fromkeys(v.option_values[index] for v in product.variants)))
                for index, name in enumerate(product.option_names)
            ],
            variants=[self._variant(variant) for variant in product.variants],
        )

    def _variant(self, variant: SourceVariant) -> VariantData:
        price, compare_at = self._minor(variant.price), self._minor(variant.compare_at)
        return VariantData(
            sku=variant.sku,
            option_values=tuple(variant.option_values),
            price_minor=price,
            # What differed by less than a minor unit is no reduction.
            compare_at_minor=compare_at if compare_at != price else None,
            cost_minor=self._minor(variant.cost),
            cost_currency=self._market.currency if variant.cost is not None else "",
            barcode=variant.barcode,
            weight_grams=variant.weight_grams,
            length_mm=variant.length_mm,
            width_mm=variant.width_mm,
            height_mm=variant.height_mm,
            is_stock_tracked=variant.is_tracked,
            is_active=variant.is_active,
        )

    def _minor(self, amount: Decimal | None) -> int | None:
        return None if amount is None else Money.of(amount, self._market.currency, rounding="half_up").minor

    def _stock(self, variant_id: int, variant: SourceVariant) -> None:
        if not variant.is_tracked:
            return
        # Other systems count below nothing for what they owe; our ledger begins with what lies there.
        open_level(variant_id, self._location.pk, max(variant.stock or 0, 0), actor=self._actor, note="import")
        if variant.may_backorder:
            set_policy(
                variant_id,
                self._location.pk,
                policy="backorder",
                limit=BACKORDER_LIMIT,
                date=self._promised,
                actor=self._actor,
            )

    def _category(self, path: tuple[str, ...]) -> int:
        if path not in self._categories:
            parent = self._category(path[:-1]) if len(path) > 1 else None
            name = path[-1][:120].strip()
            found = category_named(name, parent)
            self._categories[path] = found or create_category(name, actor=self._actor, parent_id=parent).pk
        return self._categories[path]
