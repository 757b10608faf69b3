"""Products as items of a market's feed: a fixed number of queries for each piece, whatever its size."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.markets.queries import base_url
from stoa.catalogue.prices.queries import Quote, quote
from stoa.catalogue.products import queries as products
from stoa.catalogue.products.exporting import product_facts
from stoa.catalogue.search.rules import fold
from stoa.inventory.stock import queries as stock
from stoa.kernel import clock
from stoa.kernel.money import Money
from stoa.marketing.feeds import gtins, rules
from stoa.marketing.feeds.models import FeedCategory, FeedExclusion
from stoa.marketing.feeds.settings import settings_of
from stoa.operations.shipping import queries as shipping
from stoa.operations.tax import queries as tax
from stoa.operations.tax.rules import split

if TYPE_CHECKING:
    from stoa.catalogue.categories.queries import CategoryNode
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.media.queries import PictureView
    from stoa.inventory.stock.queries import Availability
    from stoa.marketing.feeds.models import FeedSettings

# What is neither sent nor fetched cannot be sold by these networks.
_REFUSED_KINDS = {"service": "service"}
PICTURES = rules.MOST_PICTURES + 1


@dataclass(slots=True)
class ProductItems:
    """A product's items that may go out, and what is wrong with it: (variant id or None, problem)."""

    product_id: int
    items: list[rules.Item] = field(default_factory=list)
    problems: list[tuple[int | None, rules.Problem]] = field(default_factory=list)
    left_out: int = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """What is the same for all items of a market."""

    market: Market
    base: str
    settings: FeedSettings
    shipping: tuple[rules.Shipping, ...]
    google: dict[int, str]
    trails: dict[int, tuple[CategoryNode, ...]]
    today_began: datetime
    # Percent by tax class, as they are asked for.
    taxes: dict[str, Decimal] = field(default_factory=dict)

    def tax(self, tax_class: str) -> Decimal:
        if tax_class not in self.taxes:
            self.taxes[tax_class] = tax.rate(self.market.default_country, tax_class, self.today_began.date())
        return self.taxes[tax_class]


def terms_of(market: Market) -> Terms:
    today = clock.today(market.timezone)
    return Terms(
        market, base_url(market), settings_of(market.pk), _shipping(market),
        dict(FeedCategory.objects.values_list("category_id", "google_category")), dict(_trails(categories.tree(market))),
        datetime.combine(today, time.min, ZoneInfo(market.timezone)),
    )  # fmt: skip


def _trails(
    nodes: Iterable[CategoryNode], above: tuple[CategoryNode, ...] = ()
) -> Iterator[tuple[int, tuple[CategoryNode, ...]]]:
    """For each visible category, it and those above it, from the top."""
    for node in nodes:
        yield node.id, (*above, node)
        yield from _trails(node.children, (*above, node))


def shipping_of(market: Market) -> rules.Shipping | None:
    """The cheapest way to the market's home country; None where nothing goes there."""
    ways = _shipping(market)
    return ways[0] if ways else None


def _shipping(market: Market) -> tuple[rules.Shipping, ...]:
    offered = [one for one in shipping.options(market, market.default_country, 0) if not one.is_pickup]
    if not offered:
        return ()
    cheapest = min(offered, key=lambda option: (option.price.minor, option.code))
    return (
        rules.Shipping(
            market.default_country, cheapest.name, cheapest.price, cheapest.free_from, cheapest.min_days, cheapest.max_days
        ),
    )  # fmt: skip


def items_of(product_ids: Collection[int], terms: Terms) -> list[ProductItems]:
    """One entry for each live product that is not kept out of feeds, in the order of their ids."""
    excluded = set(FeedExclusion.objects.filter(product_id__in=product_ids).values_list("product_id", flat=True))
    wanted = sorted(set(product_ids) - excluded)
    facts = {pk: each for pk, each in product_facts(wanted).items() if each["live"]}
    variant_ids = [
        variant_id
        for each in facts.values()
        for variant_id, variant in each["variants"].items()
        if variant["is_active"]
    ]
    quotes = quote(variant_ids, terms.market)
    states = stock.availability([pk for pk in variant_ids if pk in quotes], terms.market.pk)
    pictures = products.first_pictures(list(facts), PICTURES) if facts else {}
    return [_product_items(pk, each, terms, quotes, states, pictures.get(pk, [])) for pk, each in sorted(facts.items())]


def _product_items(
    product_id: int, facts: dict[str, Any], terms: Terms, quotes: dict[int, Quote], states: dict[int, Availability],
    pictures: list[PictureView],
) -> ProductItems:  # fmt: skip
    found = ProductItems(product_id)
    sold = {pk: variant for pk, variant in facts["variants"].items() if pk in quotes}
    if sold and facts["kind"] in _REFUSED_KINDS:
        found.problems.append((None, rules.Problem(_REFUSED_KINDS[facts["kind"]], True)))
        found.left_out = len(sold)
        return found
    shared = _shared(facts, terms, len(sold) > 1, product_id)
    seen: set[tuple[str, bool, str]] = set()
    for variant_id, variant in sold.items():
        item = _item(variant_id, variant, facts, terms, quotes[variant_id], states.get(variant_id), pictures, shared)
        barcode = variant["barcode"].replace(" ", "").replace("-", "")
        problems = list(rules.item_problems(item, gtins.gtin_problem(barcode) if barcode else ""))
        is_out = any(problem.is_error for problem in problems)
        found.left_out += is_out
        if not is_out:
            found.items.append(item)
        for problem in problems:
            # What is so of the whole product is said once.
            is_of_variant = problem.code.startswith(("gtin_", "no_price", "no_backorder"))
            key = (problem.code, is_of_variant, str(variant_id) if is_of_variant else "")
            if key not in seen:
                seen.add(key)
                found.problems.append((variant_id if is_of_variant else None, problem))
    return found


@dataclass(frozen=True, slots=True)
class _Shared:
    description: str
    google_category: str
    product_type: str
    group_id: str
    option_names: list[str]


def _shared(facts: dict[str, Any], terms: Terms, has_variants: bool, product_id: int) -> _Shared:
    trail = next((terms.trails[pk] for pk in facts["categories"] if pk in terms.trails), ())
    google = next((terms.google[node.id] for node in reversed(trail) if node.id in terms.google), "")
    return _Shared(
        description=_description(facts),
        google_category=google or terms.settings.google_category,
        product_type=" > ".join(node.name for node in trail)[:750],
        group_id=f"p{product_id}" if has_variants else "",
        option_names=[fold(name) for name, _ in facts["options"]],
    )


def _description(facts: dict[str, Any]) -> str:
    """The words of the page's text; where it has none, what search engines or lists show."""
    texts = [str(block["value"]) for block in facts["body"] if block.get("type") == "text"]
    words = rules.plain("\n".join([f"<p>{rules.escaped(facts['subtitle'])}</p>", *texts]))
    return rules.shortened(words or rules.plain(rules.escaped(facts["seo_description"])), rules.LONGEST_DESCRIPTION)


def _item(
    variant_id: int, variant: dict[str, Any], facts: dict[str, Any], terms: Terms, price: Quote,
    state: Availability | None, pictures: list[PictureView], shared: _Shared,
) -> rules.Item:  # fmt: skip
    url = f"{terms.base}/p/{facts['slug']}/"
    on_sale = price.is_reduced and price.compare_at is not None
    own = gtins.gtin(variant["barcode"])
    brand = facts["brand"] or ""
    is_own_make = brand.casefold() == terms.market.shop_name.casefold() and bool(brand)
    availability = availability_of(state)
    return rules.Item(
        id=variant["sku"] if len(variant["sku"]) <= rules.LONGEST_ID else f"v{variant_id}",
        group_id=shared.group_id,
        title=rules.item_title(rules.plain(rules.escaped(facts["title"])), variant["option_values"]),
        description=shared.description,
        link=f"{url}?variant={variant_id}" if shared.group_id else url,
        images=_images(facts, variant_id, pictures, terms),
        availability=availability,
        availability_date=state.backorder_date if state is not None and availability == "backorder" else None,
        price=price.compare_at if on_sale and price.compare_at is not None else price.unit,
        sale_price=price.unit if on_sale else None,
        sale_starts_at=terms.today_began if on_sale and price.ends_at else None,
        sale_ends_at=price.ends_at if on_sale else None,
        brand=brand[:70],
        gtin=own,
        mpn=variant["sku"][:70] if is_own_make else "",
        google_category=shared.google_category,
        product_type=shared.product_type,
        shipping=terms.shipping if facts["kind"] != "digital" else (),
        weight_grams=variant["weight_grams"],
        options=rules.option_attributes(shared.option_names, variant["option_values"]),
        labels=(_margin(variant, facts, terms, price.unit), "sale" if on_sale else "regular"),
    )


def availability_of(state: Availability | None) -> rules.Availability:
    """The word for it: the same in feeds, on pages and in their data."""
    if state is None:
        return "out_of_stock"
    return rules.offered_as(is_sellable=state.is_sellable, is_tracked=state.is_tracked, in_stock=state.in_stock)


def _images(facts: dict[str, Any], variant_id: int, pictures: list[PictureView], terms: Terms) -> tuple[str, ...]:
    """The variant's own picture leads, as on its page; those of other variants come last."""
    owner = {picture_id: owner_id for picture_id, _alt, owner_id in reversed(facts["pictures"])}

    def place(view: PictureView) -> int:
        mine = owner.get(view.id)
        return 0 if mine == variant_id else 1 if mine is None else 2

    ordered: Iterable[PictureView] = sorted(pictures, key=place)
    return tuple(absolute(terms.base, view.url_for(1400)) for view in ordered)


def absolute(base: str, url: str) -> str:
    return url if url.startswith(("http://", "https://")) else base + url


def _margin(variant: dict[str, Any], facts: dict[str, Any], terms: Terms, price: Money) -> str:
    cost = variant["cost_minor"] if variant["cost_currency"] == price.currency else None
    net = split(price.minor, terms.tax(facts["tax_class"]), is_included=terms.market.prices_include_tax).net_minor
    band = rules.margin_band(net, cost, terms.settings.margin_low, terms.settings.margin_high)
    return f"{band} margin" if band else ""
