"""Blocks that show other goods: compared, bought together, related. Their prices and stock are those of the moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from wagtail import blocks

from stoa.catalogue.blocks.base import GOODS, PageBlock, product_ids
from stoa.catalogue.blocks.choosing import ProductChooserBlock
from stoa.catalogue.blocks.facts import Choice, Facts
from stoa.catalogue.blocks.samples import some_products
from stoa.kernel.money import Money

MOST_COMPARED = 5
MOST_TOGETHER = 6
MOST_RELATED = 12


@dataclass(frozen=True, slots=True)
class Part:
    """A product of an offer, with what can be had of it; the first is taken where nobody chooses."""

    card: Any
    choices: tuple[Choice, ...]


class GoodsBlock(PageBlock):
    """A block that names products in its field ``products``."""

    def referred(self, raw: Mapping[str, Any]) -> Iterable[int]:
        return product_ids(raw.get("products"))

    def get_preview_value(self) -> Any:
        value = self.get_default()
        value["products"] = self.child_blocks["products"].normalize(some_products(4)[1:])
        return value

    def chosen(self, value: Any, facts: Facts) -> list[int]:
        """Their ids: with the page's own product first, where the block wants that."""
        own = [facts.product_id] if value.get("has_this") and facts.product_id is not None else []
        return list(dict.fromkeys([*own, *(each.pk for each in value["products"] if each is not None)]))


class ComparisonBlock(GoodsBlock):
    """Goods side by side: price, stock, and the attributes that can be compared. What is not for sale is dropped."""

    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=80)
    has_this = blocks.BooleanBlock(label=_("with this product, first"), required=False, default=True)
    products = blocks.ListBlock(
        ProductChooserBlock(label=_("product")), label=_("products"), min_num=1, max_num=MOST_COMPARED
    )

    class Meta:
        icon = "table"
        label = _("Comparison")
        group = GOODS
        template = "catalogue/blocks/comparison.html"
        description = _("Goods side by side, with their prices and stock of the moment and their attributes.")

    def parts(self, value: Any, facts: Facts) -> dict[str, Any] | None:
        shown = [(pk, facts.cards[pk]) for pk in self.chosen(value, facts) if pk in facts.cards]
        if len(shown) < 2:
            return None
        ids = [pk for pk, _card in shown]
        lines = [
            (line.name, [line.values.get(pk, "") for pk in ids])
            for line in facts.lines
            if any(line.values.get(pk) for pk in ids)
        ]
        ratings = [facts.ratings.get(pk, "") for pk in ids]
        return {
            "columns": [(card, *facts.stock.get(pk, ("", "")), pk == facts.product_id) for pk, card in shown],
            "lines": lines,
            "ratings": ratings if any(ratings) else [],
        }


class TogetherBlock(GoodsBlock):
    """Goods to buy in one go, at their prices of the moment. Only what can be bought takes part."""

    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=80)
    text = blocks.CharBlock(label=_("why they belong together"), required=False, max_length=200)
    has_this = blocks.BooleanBlock(label=_("with this product, first"), required=False, default=True)
    products = blocks.ListBlock(
        ProductChooserBlock(label=_("product")), label=_("products"), min_num=1, max_num=MOST_TOGETHER
    )

    class Meta:
        icon = "tag"
        label = _("Buy these together")
        group = GOODS
        template = "catalogue/blocks/together.html"
        description = _("Goods that are put into the cart in one go. The total is that of the moment.")

    def parts(self, value: Any, facts: Facts) -> dict[str, Any] | None:
        parts = [
            Part(facts.cards[pk], tuple(facts.choices[pk]))
            for pk in self.chosen(value, facts)
            if pk in facts.cards and facts.choices.get(pk)
        ]
        if len(parts) < 2:
            return None
        prices = [part.choices[0].price for part in parts]
        total = Money(sum(price.minor for price in prices), prices[0].currency)
        varies = any(choice.price != part.choices[0].price for part in parts for choice in part.choices)
        return {"offered": parts, "total": total, "varies": varies}


class RelatedBlock(GoodsBlock):
    """Cards of other goods, chosen or found. What is sold out stands last and what is not for sale not at all."""

    heading = blocks.CharBlock(label=_("heading"), required=False, max_length=80)
    rule = blocks.ChoiceBlock(
        label=_("which"), default="neighbours",
        choices=[
            ("chosen", _("only those chosen here")),
            ("neighbours", _("from the same category")),
            ("together", _("what is bought with it, then the same category")),
        ],
    )  # fmt: skip
    products = blocks.ListBlock(
        ProductChooserBlock(label=_("product")), label=_("chosen products"), default=[], max_num=MOST_RELATED,
        help_text=_("They come first, in this order."),
    )  # fmt: skip
    count = blocks.IntegerBlock(label=_("how many"), default=4, min_value=1, max_value=MOST_RELATED)

    class Meta:
        icon = "tag"
        label = _("Related products")
        group = GOODS
        template = "catalogue/blocks/related.html"
        description = _("Other goods: chosen by you, from the same category, or what is bought with this one.")

    def parts(self, value: Any, facts: Facts) -> dict[str, Any] | None:
        chosen = [facts.cards[pk] for pk in self.chosen(value, facts) if pk in facts.cards and pk != facts.product_id]
        found = {
            "neighbours": facts.neighbours,
            "together": [*facts.together, *facts.neighbours],
        }.get(value["rule"] or "", ())
        unique = {card.url: card for card in reversed([*chosen, *found])}
        cards = [unique[url] for url in dict.fromkeys(card.url for card in [*chosen, *found])]
        count = value["count"] or 4
        ordered = sorted(cards, key=lambda card: card.is_sold_out)[:count]
        return {"found": ordered, "card_template": facts.card_template} if ordered and facts.card_template else None
