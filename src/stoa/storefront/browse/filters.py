"""Sort order and filters of a listing: read from the address, shown as a form, written back into links."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext as _

from stoa.inventory.stock import queries as stock
from stoa.kernel.money import Money
from stoa.kernel.web.forms import clean_text

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.products.queries import Listing

PARAMETERS = ("q", "sort", "page", "min", "max", "in_stock", "brand")
SORTS = ("featured", "newest", "price", "-price", "title")
MAX_BRANDS = 20
LONGEST_TEXT = 100


@dataclass(frozen=True, slots=True)
class BrandChoice:
    name: str
    count: int
    is_chosen: bool


@dataclass(slots=True)
class Filters:
    """What was asked for. ``min`` and ``max`` stay as typed; what is no price is as good as nothing."""

    action: str
    currency: str
    text: str = ""
    sort: str = "featured"
    page: int = 1
    min: str = ""
    max: str = ""
    in_stock: bool = False
    chosen_brands: list[str] = field(default_factory=list)
    brands: list[BrandChoice] = field(default_factory=list)
    lowest: str = ""
    highest: str = ""
    has_price_range: bool = False
    is_useful: bool = True

    @property
    def is_active(self) -> bool:
        """Whether the list is narrowed down (a search text is no filter)."""
        return bool(self.in_stock or self.chosen_brands or self.min_minor is not None or self.max_minor is not None)

    @property
    def is_plain(self) -> bool:
        return not self.is_active and self.sort == "featured"

    @property
    def min_minor(self) -> int | None:
        return _minor(self.min, self.currency)

    @property
    def max_minor(self) -> int | None:
        return _minor(self.max, self.currency)

    @property
    def sorts(self) -> list[tuple[str, str]]:
        best = _("Best match") if self.text else _("Recommended")
        labels = (best, _("Newest first"), _("Price, low to high"), _("Price, high to low"), _("Name, A to Z"))
        return list(zip(SORTS, labels, strict=True))

    @property
    def reset_url(self) -> str:
        return f"{self.action}?{urlencode({'q': self.text})}" if self.text else self.action

    def page_url(self, page: int) -> str:
        pairs: list[tuple[str, str]] = []
        if self.text:
            pairs.append(("q", self.text))
        if self.sort != "featured":
            pairs.append(("sort", self.sort))
        pairs += [(name, value) for name, value in (("min", self.min), ("max", self.max)) if value]
        if self.in_stock:
            pairs.append(("in_stock", "1"))
        pairs += [("brand", brand) for brand in self.chosen_brands]
        if page > 1:
            pairs.append(("page", str(page)))
        return f"{self.action}?{urlencode(pairs)}" if pairs else self.action

    def available_ids(self, market: Market) -> QuerySet[Any] | None:
        return stock.sellable_variant_ids(market.pk) if self.in_stock else None

    def describe(self, listing: Listing) -> None:
        """Fill in what there is to choose from."""
        facets, chosen = listing.facets, set(self.chosen_brands)
        self.brands = [BrandChoice(name, count, name in chosen) for name, count in facets.brands[:40]]
        if len(self.brands) < 2 and not chosen:
            self.brands = []
        if facets.lowest is not None and facets.highest is not None:
            self.lowest, self.highest = str(facets.lowest.decimal), str(facets.highest.decimal)
            self.has_price_range = facets.lowest != facets.highest or bool(self.min or self.max)
        else:
            self.has_price_range = bool(self.min or self.max)
        self.is_useful = listing.total > 1 or not self.is_plain


def read(request: HttpRequest, market: Market) -> Filters:
    """Raises Http404 for a page number that is none."""
    query: QueryDict = request.GET
    sort = query.get("sort", "featured")
    return Filters(
        action=request.path,
        currency=market.currency,
        text=clean_text(query.get("q", ""), LONGEST_TEXT),
        sort=sort if sort in SORTS else "featured",
        page=_page(query.get("page", "1")),
        min=clean_text(query.get("min", ""), 12),
        max=clean_text(query.get("max", ""), 12),
        in_stock=query.get("in_stock") == "1",
        chosen_brands=_brands(query.getlist("brand")),
    )


def _brands(values: Sequence[str]) -> list[str]:
    return sorted({name for value in values[:MAX_BRANDS] if (name := clean_text(value, 120))})


def _page(raw: str) -> int:
    if not (raw.isascii() and raw.isdigit()) or len(raw) > 5 or int(raw) < 1:
        raise Http404
    return int(raw)


def _minor(typed: str, currency: str) -> int | None:
    """A price in minor units; both a comma and a point part the cents. None for anything else."""
    text = typed.replace(",", ".").strip()
    if not text or not all(char.isascii() and (char.isdigit() or char == ".") for char in text):
        return None
    try:
        return Money.of(Decimal(text), currency, rounding="half_up").minor
    except (InvalidOperation, ValueError):
        return None
