"""From a product as a file tells of it to one of the shop, through the same actions that a merchant uses."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from stoa.catalogue.categories.actions import create_category
from stoa.catalogue.markets.actions import ensure_tax_classes
from stoa.catalogue.prices.actions import PriceChange, set_breaks, set_prices
from stoa.catalogue.prices.queries import price_lists
from stoa.catalogue.products.actions import create_product
from stoa.catalogue.products.cleaning import plain_text
from stoa.catalogue.products.data import OptionData, ProductData, VariantData
from stoa.catalogue.products.exporting import body_kinds
from stoa.catalogue.products.importing import category_named
from stoa.catalogue.products.rules import one_line
from stoa.catalogue.types.actions import set_type
from stoa.catalogue.types.queries import types
from stoa.exchange.downloads.actions import set_said_terms
from stoa.exchange.products.attributes import Attributes
from stoa.exchange.products.bodies import Body, body_of
from stoa.exchange.products.own import local_blocks
from stoa.exchange.products.sales import schedule
from stoa.exchange.products.shapes import SourcePicture, SourceProduct, SourceVariant
from stoa.inventory.stock.actions import open_levels, set_policy
from stoa.inventory.stock.queries import location_by_code, locations
from stoa.kernel import clock
from stoa.kernel.money import Money

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.prices.queries import PriceListFacts
    from stoa.kernel.actors import Actor

# Other systems sell beyond the stock without a limit and without saying when. We promise a day, and the merchant mends it.
BACKORDER_LIMIT = 1000
BACKORDER_DAYS = 28
NOTE = "import"


class ProductWriter:
    """Writes products of one import into ``market``. Remembers what it has met: categories, attributes, locations, lists.

    ``made_category`` is told of each category that was made on the way: its id and its name.
    """

    def __init__(
        self,
        market: Market,
        actor: Actor,
        attributes: Attributes | None = None,
        made_category: Callable[[int, str], None] = lambda pk, name: None,
    ) -> None:
        self.market = market
        self.actor = actor
        self.attributes = attributes or Attributes(actor)
        self.location = location_by_code(None)
        self.kinds = body_kinds()
        self._made_category = made_category
        self._promised = clock.today(market.timezone) + timedelta(days=BACKORDER_DAYS)
        self._categories: dict[tuple[str, ...], int] = {}
        self._locations = {name.casefold(): row.pk for row in locations() for name in (row.name, row.code)}
        self._types = {row.code: row.pk for row in types()}
        lists = price_lists()
        # By currency only where that tells which one is meant.
        self._lists = {
            one.currency.casefold(): one
            for one in lists
            if one.id != market.price_list_id and sum(other.currency == one.currency for other in lists) == 1
        }
        self._lists |= {"" if one.id == market.price_list_id else one.name.casefold(): one for one in lists}
        self._lists |= {name.casefold(): one for one in lists for name in (one.name, one.code)}
        ensure_tax_classes()

    def write(self, product: SourceProduct) -> int:
        """A new product; its id. Needs a transaction. Raises the catalogue's domain errors."""
        body = self.body(product)
        created = create_product(self._data(product, body), actor=self.actor, market=self.market)
        ids = list(created.variants.order_by("position", "pk").values_list("pk", flat=True))
        self._stock(product, ids)
        self._other_prices(product, ids)
        self._facts(product, created.pk)
        for pk, variant in zip(ids, product.variants, strict=True):
            if isinstance(variant.own.get("attributes"), dict):
                self.attributes.write_defined(created.pk, variant.own["attributes"], variant_id=pk)
        schedule(product, ids, self)
        set_said_terms(product, created.pk, self.actor)
        return created.pk

    def forget(self) -> None:
        """After a roll-back: what was made on the way is gone with it."""
        self._categories.clear()
        self.attributes.forget()

    def body(self, product: SourceProduct) -> Body:
        """The description in blocks. Its pictures go to the gallery, after those that the file names itself."""
        own = product.own.get("blocks")
        if isinstance(own, list):
            blocks, product.own["waits"] = local_blocks(own)
            return Body(blocks)
        body = body_of(product.description_html, self.kinds)
        for block in body.blocks:
            if block["type"] == "video":
                # Those who cannot see it hear what it shows, and the editor asks for that.
                block["value"]["title"] = one_line(product.title)[:120]
        named = {picture.source for picture in product.pictures}
        row = product.rows[0]
        fresh = [(source, alt) for source, alt in body.pictures if source not in named]
        product.pictures += [SourcePicture(source, alt, row) for source, alt in fresh]
        if fresh:
            product.note(row, f"{len(fresh)} pictures of the description go to the gallery")
        for note in body.notes:
            product.note(row, note)
        return body

    def options(self, product: SourceProduct) -> list[OptionData]:
        """Each option with its values, in the order in which the file comes to them."""
        own = dict(product.own.get("options") or [])
        return [
            OptionData(
                name[:60],
                tuple(dict.fromkeys([*own.get(name, []), *(v.option_values[index] for v in product.variants)])),
            )
            for index, name in enumerate(product.option_names)
        ]

    def categories(self, product: SourceProduct) -> list[int]:
        return [self.category(tuple(path)) for path in product.category_paths if path]

    def category(self, path: tuple[str, ...]) -> int:
        """The category at this path, made where there is none."""
        if path not in self._categories:
            parent = self.category(path[:-1]) if len(path) > 1 else None
            name = path[-1][:120].strip()
            found = category_named(name, parent)
            if found is None:
                found = create_category(name, actor=self.actor, parent_id=parent).pk
                self._made_category(found, name)
            self._categories[path] = found
        return self._categories[path]

    def variant_data(self, variant: SourceVariant, **given: Any) -> VariantData:
        """Of a new variant."""
        price, compare_at = self.minor(variant.price), self.minor(variant.compare_at)
        own = variant.own
        return VariantData(
            sku=variant.sku,
            option_values=tuple(variant.option_values),
            price_minor=price,
            # What differed by less than a minor unit is no reduction.
            compare_at_minor=compare_at
            if price is not None and compare_at is not None and compare_at > price
            else None,
            cost_minor=own.get("cost_minor", self.minor(variant.cost)),
            cost_currency=own.get("cost_currency") or (self.market.currency if variant.cost is not None else ""),
            barcode=variant.barcode,
            weight_grams=variant.weight_grams,
            length_mm=own.get("length_mm", variant.length_mm),
            width_mm=own.get("width_mm", variant.width_mm),
            height_mm=own.get("height_mm", variant.height_mm),
            is_stock_tracked=True if variant.is_tracked is None else variant.is_tracked,
            is_active=own.get("is_active", True) if variant.is_active is None else variant.is_active,
            **given,
        )

    def minor(self, amount: Decimal | None) -> int | None:
        return None if amount is None else Money.of(amount, self.market.currency, rounding="half_up").minor

    def list_changes(self, variant_id: int, variant: SourceVariant) -> tuple[list[PriceChange], list[str]]:
        """Prices on other lists than the market's, by the lists' names or codes, and those that no list has."""
        changes, missing = [], []
        for name, (price, compare_at) in variant.prices.items():
            price_list = self._lists.get(name.casefold())
            if price_list is None:
                missing.append(name)
            elif price is not None:
                changes.append(_change(variant_id, price_list, price, compare_at))
        for code, (amount, compare_at_minor, is_rrp, _) in (variant.own.get("prices") or {}).items():
            if (price_list := self._lists.get(str(code).casefold())) is not None:
                changes.append(PriceChange(variant_id, price_list.id, amount, compare_at_minor, is_rrp))
        return changes, missing

    def breaks(self, variant: SourceVariant) -> dict[int, list[tuple[int, int]]]:
        """Price list id -> its quantity breaks, as far as the file says."""
        return {
            self._lists[str(code).casefold()].id: [(int(n), int(minor)) for n, minor in steps or []]
            for code, (_, _, _, steps) in (variant.own.get("prices") or {}).items()
            if str(code).casefold() in self._lists
        }

    def stock_of(self, variant: SourceVariant, product: SourceProduct) -> dict[int, int]:
        """Location id -> units, as far as the file says."""
        if variant.is_tracked is False:
            return {}
        found: dict[int, int] = {}
        for name, units in variant.stock_at.items():
            location_id = self._locations.get(name.casefold())
            if location_id is None:
                product.note(variant.row, f"there is no location {name[:60]}: its stock is not brought in")
            else:
                found[location_id] = max(units, 0)
        own = variant.own.get("stock") or {}
        found |= {
            self._locations[code.casefold()]: said[0]
            for code, said in own.items()
            if code.casefold() in self._locations
        }
        if not found and variant.stock is not None and "stock" not in variant.own:
            # Other systems count below nothing for what they owe; our ledger begins with what lies there.
            found[self.location.pk] = max(variant.stock, 0)
        return found

    def policies(self, variant: SourceVariant, location_ids: Iterable[int]) -> dict[int, dict[str, Any]]:
        """Location id -> what happens when it has sold out, where that is not the usual."""
        own = {
            self._locations.get(code.casefold(), self.location.pk): said
            for code, said in (variant.own.get("stock") or {}).items()
        }
        found = {}
        for location_id in location_ids:
            _, policy, limit, day = own.get(location_id) or (0, "", 0, "")
            if policy == "backorder" and day:
                found[location_id] = {
                    "policy": policy, "limit": limit, "date": datetime.fromisoformat(day).date(),
                }  # fmt: skip
            elif not own and variant.may_backorder:
                found[location_id] = {"policy": "backorder", "limit": BACKORDER_LIMIT, "date": self._promised}
        return found

    def _data(self, product: SourceProduct, body: Body) -> ProductData:
        own = product.own
        return ProductData(
            title=product.title[:200],
            slug=product.handle,
            subtitle=subtitle_of(product),
            brand=product.brand[:120],
            # A bundle becomes one with its parts, which may come further down.
            kind=product.kind if product.kind and product.kind != "bundle" else "physical",
            tax_class=product.tax_class or "standard",
            body=body.blocks,
            categories=self.categories(product),
            tags=product.tags,
            seo_title=product.seo_title[:160],
            seo_description=product.seo_description[:320],
            position=int(own.get("position") or 0),
            external_ref=str(own.get("reference") or product.reference)[:200],
            created_at=_moment(own.get("created_at")),
            publish=product.is_published is not False,
            options=self.options(product),
            variants=[self.variant_data(variant, position=variant.own.get("position")) for variant in product.variants],
        )

    def _stock(self, product: SourceProduct, ids: list[int]) -> None:
        openings: list[tuple[int, int, int]] = []
        policies: dict[tuple[int, int], dict[str, Any]] = {}
        for pk, variant in zip(ids, product.variants, strict=True):
            if variant.is_tracked is False:
                continue
            levels = self.stock_of(variant, product)
            if not levels and "stock" not in variant.own:
                levels = {self.location.pk: 0}
            openings += [(pk, location_id, units) for location_id, units in levels.items()]
            policies |= {(pk, place): terms for place, terms in self.policies(variant, levels).items()}
        if openings:
            open_levels(openings, actor=self.actor, note=NOTE)
        for (pk, location_id), terms in policies.items():
            set_policy(pk, location_id, **terms, actor=self.actor)

    def _other_prices(self, product: SourceProduct, ids: list[int]) -> None:
        changes = []
        for pk, variant in zip(ids, product.variants, strict=True):
            own, missing = self.list_changes(pk, variant)
            changes += own
            for name in missing:
                product.note(variant.row, f"there is no price list {name[:60]}: its price is not brought in")
        if changes:
            set_prices(changes, self.actor)
        for pk, variant in zip(ids, product.variants, strict=True):
            for list_id, steps in self.breaks(variant).items():
                if steps:
                    set_breaks(pk, list_id, steps, actor=self.actor)

    def _facts(self, product: SourceProduct, product_id: int) -> None:
        if (kind := self._types.get(str(product.own.get("type") or ""))) is not None:
            set_type(product_id, kind, actor=self.actor)
        if isinstance(product.own.get("attributes"), dict):
            for note in self.attributes.write_defined(product_id, product.own["attributes"]):
                product.note(product.rows[0], note)
        for note in self.attributes.write(product_id, product.attributes):
            product.note(product.rows[0], note)


def subtitle_of(product: SourceProduct) -> str:
    return plain_text(product.summary)[:300]


def _change(variant_id: int, price_list: PriceListFacts, price: Decimal, compare_at: Decimal | None) -> PriceChange:
    amount = Money.of(price, price_list.currency, rounding="half_up").minor
    before = None if compare_at is None else Money.of(compare_at, price_list.currency, rounding="half_up").minor
    return PriceChange(variant_id, price_list.id, amount, before if before is not None and before > amount else None)


def _moment(text: object) -> datetime | None:
    try:
        return datetime.fromisoformat(str(text)) if text else None
    except ValueError:
        return None
