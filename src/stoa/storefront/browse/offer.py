"""A product page's buy box: the chosen variant, what else can be chosen, whether and when it can be had."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from stoa.catalogue.markets import queries as markets
from stoa.operations.shipping import queries as shipping
from stoa.storefront import countries
from stoa.storefront.checkout.page import days_text
from stoa.storefront.memo import remembered

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.media.queries import PictureView
    from stoa.catalogue.prices.queries import Quote
    from stoa.catalogue.products.queries import OptionView, ProductPage, VariantView
    from stoa.inventory.stock.queries import Availability
    from stoa.kernel.money import Money
    from stoa.storefront.browse.contents import Contents


@dataclass(frozen=True, slots=True)
class Offer:
    variant_id: int | None
    sku: str
    price: Money | None
    compare_at: Money | None
    is_sellable: bool
    has_other: bool
    stock_state: str
    stock_text: str
    delivery_text: str
    quote: Quote | None = None
    # What was chosen, in words: "Indigo / M".
    choice: str = ""


@dataclass(frozen=True, slots=True)
class Value:
    """One value of an option, with the address of the variant that comes with it."""

    id: str
    name: str
    url: str
    is_chosen: bool
    is_sellable: bool
    colour: str = ""
    picture: PictureView | None = None


@dataclass(frozen=True, slots=True)
class Option:
    """``has_pictures`` where every value has a picture of its own to be shown by."""

    name: str
    chosen: str
    values: list[Value]
    has_pictures: bool = False


def chosen_variant(
    variants: Sequence[VariantView], availability: Mapping[int, Availability], wanted: str
) -> VariantView | None:
    """The variant that was asked for; else the first that can be had; else the first."""
    by_id = {str(variant.id): variant for variant in variants}
    if wanted in by_id:
        return by_id[wanted]
    return next((each for each in variants if is_sellable(each, availability)), variants[0] if variants else None)


def is_sellable(variant: VariantView, availability: Mapping[int, Availability]) -> bool:
    state = availability.get(variant.id)
    return state is not None and state.is_sellable


def offer(
    page: ProductPage,
    chosen: VariantView | None,
    availability: Mapping[int, Availability],
    market: Market,
    contents: Contents | None = None,
) -> Offer:
    if chosen is None:
        return Offer(None, "", None, None, False, False, "out", _("Not available"), "")
    state = availability.get(chosen.id)
    sellable = state is not None and state.is_sellable
    name, text = stock_words(state)
    if sellable and contents is not None and contents.is_file:
        text = _("Ready to download after payment")
    is_sent = contents.is_sent if contents is not None else page.product.kind == "physical"
    return Offer(
        variant_id=chosen.id,
        sku=chosen.sku,
        choice=chosen.title,
        price=chosen.quote.unit,
        compare_at=chosen.quote.compare_at,
        is_sellable=sellable,
        has_other=any(is_sellable(each, availability) for each in page.variants),
        stock_state=name,
        stock_text=text,
        delivery_text=delivery_line(market, chosen.quote.unit.minor) if is_sent else "",
        quote=chosen.quote,
    )


def stock_words(state: Availability | None) -> tuple[str, str]:
    """A class name and the words. The number itself is not public."""
    if state is None or not state.is_sellable:
        return "out", _("Sold out")
    if state.is_tracked and state.in_stock <= 0:
        if state.backorder_date is None:
            return "later", _("Can be ordered, delivered later")
        return "later", _("Can be ordered, expected %(day)s") % {
            "day": date_format(state.backorder_date, "DATE_FORMAT")
        }
    return ("low", _("Only a few left")) if state.is_low else ("in", _("In stock"))


def delivery_line(market: Market, goods_minor: int) -> str:
    """What delivery to the home country costs and how long it takes, in one line."""
    return _delivery_line(market.pk, goods_minor, get_language() or market.language)


@remembered("market", size=2_000)
def _delivery_line(market_id: int, goods_minor: int, language: str) -> str:
    market = markets.market_by_id(market_id) or markets.default_market()
    options = [each for each in shipping.options(market, market.default_country, goods_minor) if not each.is_pickup]
    if not options:
        return ""
    cheapest = min(options, key=lambda option: option.price.minor)
    facts = {
        "country": countries.name(market.default_country, language),
        "days": days_text(cheapest.min_days, cheapest.max_days),
        "price": cheapest.price.format(language),
    }
    if not cheapest.price:
        return _("Free delivery to %(country)s in %(days)s.") % facts
    line = _("Delivery to %(country)s in %(days)s, %(price)s.") % facts
    if cheapest.free_from is None:
        return line
    return f"{line} " + _("Free from %(worth)s.") % {"worth": cheapest.free_from.format(language)}


def options(
    page: ProductPage,
    chosen: VariantView | None,
    availability: Mapping[int, Availability],
    colours: Mapping[str, str] | None = None,
) -> list[Option]:
    """A link for every value: to the variant that has it and is otherwise most like the chosen one."""
    if chosen is None or len(page.variants) < 2:
        return []
    return [
        _option(page, chosen, availability, index, option, colours or {})
        for index, option in enumerate(page.options)
        if index < len(chosen.option_values)
    ]


def _option(
    page: ProductPage, chosen: VariantView, availability: Mapping[int, Availability], index: int, option: OptionView,
    colours: Mapping[str, str],
) -> Option:  # fmt: skip
    views = {view.id: view for view in page.pictures}
    values = [
        _value(page, chosen, availability, index, number, name, colours.get(name.casefold(), ""), views)
        for number, name in enumerate(option.values)
    ]
    pictures = {value.picture.id for value in values if value.picture is not None}
    return Option(option.name, chosen.option_values[index], values, len(pictures) == len(values) > 1)


def _value(
    page: ProductPage, chosen: VariantView, availability: Mapping[int, Availability], index: int, number: int, name: str,
    colour: str, views: Mapping[int, PictureView],
) -> Value:  # fmt: skip
    candidates = [variant for variant in page.variants if variant.option_values[index : index + 1] == (name,)]
    best = max(candidates, key=lambda each: (_likeness(each, chosen), is_sellable(each, availability)))
    shown = next((each.picture_id for each in candidates if each.picture_id in views), None)
    return Value(
        id=f"option-{index}-{number}",
        name=name,
        url=f"{page.url}?variant={best.id}",
        is_chosen=chosen.option_values[index] == name,
        is_sellable=is_sellable(best, availability),
        colour=colour,
        picture=views[shown] if shown is not None else None,
    )


def _likeness(variant: VariantView, chosen: VariantView) -> int:
    return sum(mine == other for mine, other in zip(variant.option_values, chosen.option_values, strict=False))
