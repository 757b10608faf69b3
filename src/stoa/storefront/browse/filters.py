"""Sort order and filters of a listing: read from the address, shown as a form, written back into links."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING
from urllib.parse import quote_plus, urlencode

from django.http import Http404, HttpRequest, QueryDict
from django.utils.translation import gettext as _

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.categories.rules import AS_THE_SHOP, BRAND, PRICE, STOCK
from stoa.catalogue.products.queries import Chosen
from stoa.kernel.errors import NotFoundError
from stoa.kernel.money import Money
from stoa.kernel.web.forms import clean_text

if TYPE_CHECKING:
    from stoa.catalogue.categories.queries import CategoryNode
    from stoa.catalogue.categories.rules import FilterPlan
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.products.queries import Facet, Listing

PARAMETERS = ("q", "sort", "page", "min", "max", "in_stock", "brand", "category")
SORTS = ("featured", "best-selling", "newest", "price", "-price", "title")
# Names that addresses of listings have for other things; a facet with such a code is asked for with this before it.
RESERVED = frozenset({*PARAMETERS, "variant", "utm_source", "utm_medium", "utm_campaign", "gclid", "fbclid"})
PREFIX = "f-"
MAX_BRANDS, MAX_FACETS, MAX_VALUES = 20, 12, 20
LONGEST_TEXT = 100
# So many values of a facet are seen at once; the rest unfold.
FIRST_VALUES = 8
# Of more categories with results, those with most of them are offered.
MOST_SHELVES = 10

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Choice:
    """``count`` is a text already: templates take long over numbers."""

    value: str
    label: str
    count: str
    is_chosen: bool
    swatch: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A facet as the form shows it: ``first`` at once, ``more`` unfolds."""

    name: str
    label: str
    first: Sequence[Choice]
    more: Sequence[Choice] = ()

    @property
    def total(self) -> int:
        return len(self.first) + len(self.more)

    @property
    def is_open(self) -> bool:
        return any(choice.is_chosen for choice in self.more)


@dataclass(frozen=True, slots=True)
class Chip:
    """Something that was chosen. ``url`` is the listing without it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Shelf:
    name: str
    url: str
    count: str


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
    # By code; codes that no facet has are forgotten when the listing is there.
    attributes: dict[str, tuple[str, ...]] = field(default_factory=dict)
    category: CategoryNode | None = None
    # What the category that is listed offers.
    plan: FilterPlan = AS_THE_SHOP
    # Filled by ``describe``.
    groups: list[Group] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    shelves: list[Shelf] = field(default_factory=list)
    lowest: str = ""
    highest: str = ""
    available: int = 0
    has_price_range: bool = False
    is_useful: bool = True

    @property
    def is_active(self) -> bool:
        """Whether the list is narrowed down (a search text is no filter)."""
        return bool(
            self.in_stock or self.chosen_brands or self.attributes or self.category is not None
            or self.min_minor is not None or self.max_minor is not None
        )  # fmt: skip

    @property
    def is_plain(self) -> bool:
        return not self.is_active and self.sort == "featured"

    @property
    def has_stock_choice(self) -> bool:
        """Offered where it parts the goods, and where it is chosen."""
        return self.in_stock or (self.available > 0 and self.plan.offers(STOCK))

    @property
    def min_minor(self) -> int | None:
        return _minor(self.min, self.currency)

    @property
    def max_minor(self) -> int | None:
        return _minor(self.max, self.currency)

    @property
    def chosen(self) -> Chosen:
        return Chosen(tuple(self.chosen_brands), self.min_minor, self.max_minor, self.in_stock, self.attributes)

    @property
    def sorts(self) -> list[tuple[str, str]]:
        best = _("Best match") if self.text else _("Recommended")
        labels = (
            best, _("Best-selling"), _("Newest first"), _("Price, low to high"), _("Price, high to low"), _("Name, A to Z"),
        )  # fmt: skip
        return list(zip(SORTS, labels, strict=True))

    @property
    def reset_url(self) -> str:
        return f"{self.action}?{urlencode({'q': self.text})}" if self.text else self.action

    @property
    def kept(self) -> Pairs:
        """What the form carries along unseen."""
        kept = [("q", self.text)] if self.text else []
        return [*kept, ("category", self.category.slug)] if self.category is not None else kept

    def page_url(self, page: int) -> str:
        return _url(self.action, [*self._pairs(), *([("page", str(page))] if page > 1 else [])])

    def describe(self, listing: Listing) -> None:
        """Fill in what there is to choose from."""
        facets = listing.facets
        self.attributes = {code: values for code, values in self.attributes.items() if code in facets.codes}
        named = set(self.chosen_brands)
        brands = [Choice(name, name, str(count), name in named) for name, count in facets.brands]
        groups = [(BRAND, _group("brand", _("Brand"), brands), bool(named))] if len(brands) > 1 or named else []
        groups += [
            (each.code, _group(parameter(each.code), each.label, _choices(each)), each.is_chosen)
            for each in facets.attributes
        ]
        # What is switched off and chosen all the same, by an old address say, is there to be taken away.
        offered = [each for each in groups if each[2] or self.plan.offers(each[0])]
        self.groups = [group for _code, group, _chosen in self.plan.sorted(offered, lambda each: each[0])]
        if facets.lowest is not None and facets.highest is not None:
            self.lowest, self.highest = str(facets.lowest.decimal), str(facets.highest.decimal)
            parts = facets.lowest != facets.highest and self.plan.offers(PRICE)
            self.has_price_range = parts or bool(self.min or self.max)
        else:
            self.has_price_range = bool(self.min or self.max)
        self.available = facets.available
        self.is_useful = listing.total > 1 or not self.is_plain
        self.chips = list(self._chips(facets.attributes))
        shelves = facets.categories
        if len(shelves) > MOST_SHELVES and self.text:
            shelves = sorted(shelves, key=lambda pair: -pair[1])[:MOST_SHELVES]
        self.shelves = self._shelves(shelves)

    def _shelves(self, counted: Sequence[tuple[CategoryNode, int]]) -> list[Shelf]:
        """Just below where one is, with all that is chosen: in a search by a parameter, else at its own address."""
        is_search = self.text or self.category is not None or self.action == "/search/"
        # What is chosen is put into words once: the shop may have a hundred shelves.
        others = urlencode(self._choices())
        text = urlencode(self._asked())
        made = []
        for node, count in counted:
            query = [text, f"category={quote_plus(node.slug)}" if is_search else "", others]
            address = "&".join(part for part in query if part)
            page = self.action if is_search else node.url
            made.append(Shelf(node.name, f"{page}?{address}" if address else page, str(count)))
        return made

    def _chips(self, facets: Iterable[Facet]) -> Iterable[Chip]:
        if self.category is not None:
            yield Chip(self.category.name, self._without("category", self.category.slug))
        for brand in self.chosen_brands:
            yield Chip(brand, self._without("brand", brand))
        for facet in facets:
            for value in facet.values:
                if value.is_chosen:
                    yield Chip(f"{facet.label}: {value.label}", self._without(parameter(facet.code), value.value))
        if self.min_minor is not None:
            yield Chip(_("From %(price)s") % {"price": self._price(self.min_minor)}, self._without("min", self.min))
        if self.max_minor is not None:
            yield Chip(_("Up to %(price)s") % {"price": self._price(self.max_minor)}, self._without("max", self.max))
        if self.in_stock:
            yield Chip(_("In stock"), self._without("in_stock", "1"))

    def _price(self, minor: int) -> str:
        return Money(min(minor, 10**14), self.currency).format()

    def _without(self, name: str, value: str) -> str:
        return _url(self.action, [pair for pair in self._pairs() if pair != (name, value)])

    def _pairs(self) -> Pairs:
        shelf = [("category", self.category.slug)] if self.category is not None else []
        return [*self._asked(), *shelf, *self._choices()]

    def _asked(self) -> Pairs:
        return [("q", self.text)] if self.text else []

    def _choices(self) -> Pairs:
        pairs: Pairs = []
        if self.sort != "featured":
            pairs.append(("sort", self.sort))
        pairs += [(name, value) for name, value in (("min", self.min), ("max", self.max)) if value]
        if self.in_stock:
            pairs.append(("in_stock", "1"))
        pairs += [("brand", brand) for brand in self.chosen_brands]
        pairs += [(parameter(code), value) for code, values in sorted(self.attributes.items()) for value in values]
        return pairs


def parameter(code: str) -> str:
    """What a facet is called in an address."""
    return f"{PREFIX}{code}" if code in RESERVED else code


def read(request: HttpRequest, market: Market) -> Filters:
    """Raises Http404 for a page number that is none, and for a category that there is not."""
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
        attributes=_attributes(query),
        category=_category(query.get("category", "")),
    )


def _attributes(query: QueryDict) -> dict[str, tuple[str, ...]]:
    found: dict[str, tuple[str, ...]] = {}
    for name, values in query.lists():
        code = name.removeprefix(PREFIX) if name.removeprefix(PREFIX) in RESERVED else name
        if name in RESERVED or len(code) > 80 or len(found) >= MAX_FACETS:
            continue
        chosen = sorted({clean for value in values[:MAX_VALUES] if (clean := clean_text(value, 80))})
        if chosen:
            found[code] = tuple(chosen)
    return found


def _brands(values: Sequence[str]) -> list[str]:
    return sorted({name for value in values[:MAX_BRANDS] if (name := clean_text(value, 120))})


def _category(slug: str) -> CategoryNode | None:
    if not slug:
        return None
    try:
        return categories.category_by_slug(slug)
    except NotFoundError as error:
        raise Http404 from error


def _choices(facet: Facet) -> list[Choice]:
    return [Choice(each.value, each.label, str(each.count), each.is_chosen, each.swatch) for each in facet.values]


def _group(name: str, label: str, choices: Sequence[Choice]) -> Group:
    # One more than the limit is no reason to fold.
    if len(choices) <= FIRST_VALUES + 1:
        return Group(name, label, choices)
    return Group(name, label, choices[:FIRST_VALUES], choices[FIRST_VALUES:])


def _url(action: str, pairs: Pairs) -> str:
    return f"{action}?{urlencode(pairs)}" if pairs else action


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
