"""What the calculation of promotions takes and gives: plain values. Pure."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

PERCENT = "percent"
AMOUNT = "amount"
AMOUNT_EACH = "amount_each"
FREE_DELIVERY = "free_delivery"
BUY_GET = "buy_get"
SPEND_TIERS = "spend_tiers"
QUANTITY_TIERS = "quantity_tiers"
BUNDLE = "bundle"
KINDS = (PERCENT, AMOUNT, AMOUNT_EACH, FREE_DELIVERY, BUY_GET, SPEND_TIERS, QUANTITY_TIERS, BUNDLE)
# Those whose price of one article is known without a cart, so that a product page can show it.
SHELF_KINDS = (PERCENT, AMOUNT_EACH)

WHOLE = 10_000


@dataclass(frozen=True, slots=True)
class Goods:
    """A line. ``unit_minor`` is today's price of one, sale prices included.

    ``shelf_minor`` of the whole line was taken off by an automatic promotion already, before ``unit_minor``; it is of
    ``shelf_group``. ``floor_minor``: what the line may not go below where a floor blocks; None where its cost is unknown.
    """

    unit_minor: int
    quantity: int
    variant_id: int = 0
    product_id: int = 0
    category_ids: frozenset[int] = frozenset()
    choice_ids: frozenset[int] = frozenset()
    brand: str = ""
    is_reduced: bool = False
    shelf_minor: int = 0
    shelf_group: str = ""
    floor_minor: int | None = None

    @property
    def total_minor(self) -> int:
        return self.unit_minor * self.quantity


@dataclass(frozen=True, slots=True)
class Tier:
    """From ``threshold`` (minor units or pieces) on, ``percent_bp`` hundredths of a percent off."""

    threshold: int
    percent_bp: int


@dataclass(frozen=True, slots=True)
class Chosen:
    """Goods by what they are. Empty chooses everything; else a line needs to fit one of the names of any kind."""

    products: frozenset[int] = frozenset()
    # With everything below them.
    categories: frozenset[int] = frozenset()
    choices: frozenset[int] = frozenset()
    brands: frozenset[str] = frozenset()

    @property
    def is_empty(self) -> bool:
        return not (self.products or self.categories or self.choices or self.brands)

    def fits(self, goods: Goods) -> bool:
        return (
            goods.product_id in self.products
            or goods.brand in self.brands
            or not self.categories.isdisjoint(goods.category_ids)
            or not self.choices.isdisjoint(goods.choice_ids)
        )


NOTHING = Chosen()


@dataclass(frozen=True, slots=True)
class Promotion:
    """``percent_bp``: hundredths of a percent. ``code``: the code that a buyer typed, "" for an automatic one."""

    id: int
    label: str
    kind: str
    code: str = ""
    code_id: int | None = None
    percent_bp: int = 0
    amount_minor: int = 0
    buy: int = 0
    get: int = 0
    tiers: tuple[Tier, ...] = ()
    # (product, pieces) of one set, which costs ``amount_minor``.
    bundle: tuple[tuple[int, int], ...] = ()
    chosen: Chosen = NOTHING
    excluded: Chosen = NOTHING
    skips_reduced: bool = False
    min_spend_minor: int = 0
    customer_groups: frozenset[int] = frozenset()
    countries: frozenset[str] = frozenset()
    sources: frozenset[str] = frozenset()
    first_order: bool = False
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    group: str = ""
    priority: int = 0
    is_exclusive: bool = False
    is_limited: bool = False

    @property
    def is_for_shelf(self) -> bool:
        """Whether it can be shown as the price of an article: it depends on nothing that a visitor of a page lacks."""
        conditional = self.min_spend_minor or self.customer_groups or self.countries or self.sources or self.first_order
        return self.kind in SHELF_KINDS and not (self.code or conditional or self.is_limited)


@dataclass(frozen=True, slots=True)
class Context:
    """Who buys, when and from where. ``country`` "" and ``is_first_order`` None: not known yet, and not held against them."""

    now: datetime
    country: str = ""
    customer_group_id: int | None = None
    sources: frozenset[str] = frozenset()
    is_first_order: bool | None = None


@dataclass(frozen=True, slots=True)
class Adjustment:
    """So much off, and why. ``line`` is the line's place in the cart, None for the delivery."""

    promotion_id: int
    label: str
    code: str
    code_id: int | None
    line: int | None
    amount_minor: int
    explanation: dict[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outcome:
    """``blocked``: promotions that a margin floor kept from giving all that they would. ``below_floor``: places of lines
    that were sold below it, where it only warns. ``missing``: what must still be bought, in minor units, by promotion."""

    lines: tuple[int, ...]
    delivery_minor: int
    adjustments: tuple[Adjustment, ...]
    blocked: tuple[int, ...] = ()
    below_floor: tuple[int, ...] = ()
    missing: dict[int, int] = field(default_factory=dict)

    @property
    def goods_minor(self) -> int:
        return sum(self.lines)

    @property
    def total_minor(self) -> int:
        return self.goods_minor + self.delivery_minor

    @property
    def promotion_ids(self) -> tuple[int, ...]:
        return tuple(dict.fromkeys(each.promotion_id for each in self.adjustments))


NO_OUTCOME = Outcome((), 0, ())


@dataclass(frozen=True, slots=True)
class Floor:
    """``blocks``: nothing is sold below it. ``order_minor``: what all the goods together may not go below."""

    blocks: bool = False
    order_minor: int | None = None


NO_FLOOR = Floor()
