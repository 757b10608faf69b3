"""Which promotions there are for a cart, and what its goods are to them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Count, ExpressionWrapper, F, FloatField, Q, Sum

from stoa.catalogue.memo import remembered
from stoa.catalogue.prices.models import Price, SalePrice
from stoa.catalogue.products.models import Product, ProductCategory, Variant
from stoa.catalogue.promotions.models import Promotion, PromotionCode, PromotionCustomer
from stoa.catalogue.promotions.reading import terms_of as terms_of  # also what other rooms read rows by
from stoa.catalogue.promotions.rules import Chosen, Context, Goods, is_open
from stoa.catalogue.promotions.rules import Promotion as Terms
from stoa.catalogue.types.models import AttributeValue
from stoa.kernel import clock
from stoa.kernel.errors import NotFoundError
from stoa.kernel.prepared import Prepared

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.prices.queries import Quote
    from stoa.catalogue.products.queries import VariantFacts

MOST_CODES = 5
LONGEST_CODE = 40
_LEFT = Q(limit_total__isnull=True) | Q(used__lt=F("limit_total"))

_ACTIVE = {"is_active": True, "archived_at__isnull": True, "is_automatic": True}
_AUTOMATIC = Prepared(lambda: Promotion.objects.filter(**_ACTIVE).order_by("pk"))


def normal(code: str) -> str:
    """As it is kept and looked up; "" for what cannot be a code."""
    code = "".join(code.split()).casefold()
    return code if code.isprintable() and len(code) <= LONGEST_CODE else ""


def all_promotions() -> QuerySet[Promotion]:
    return Promotion.objects.all()


def all_codes() -> QuerySet[PromotionCode]:
    return PromotionCode.objects.all()


def for_cart(market: Market, codes: Sequence[str], *, customer_id: int | None = None) -> list[Terms]:
    """Those that run by themselves and those of ``codes``, where they are active, not used up, and for this market.

    What is shown on the shelves is left out: the prices of the goods have it already.
    """
    found = _automatic(market)
    if codes:
        found += by_codes(market, codes)
    limited = [terms.id for terms in found if terms.is_limited]
    if limited and customer_id is not None:
        used_up = set(
            PromotionCustomer.objects.filter(
                customer_id=customer_id, promotion_id__in=limited, used__gte=F("promotion__limit_per_customer")
            ).values_list("promotion_id", flat=True)
        )
        found = [terms for terms in found if terms.id not in used_up]
    return found


def _automatic(market: Market) -> list[Terms]:
    """What they are is kept in the process, whether they are used up is not."""
    left = set(Promotion.objects.filter(_LEFT, **_ACTIVE).values_list("pk", flat=True))
    if not left:
        return []
    return [
        terms
        for terms, currency, market_id in _running()
        if terms.id in left and currency == market.currency and market_id in {None, market.pk}
    ]


@remembered("promotions", "categories")
def _running() -> tuple[tuple[Terms, str, int | None], ...]:
    rows = ((terms_of(row), row.currency, row.market_id) for row in _AUTOMATIC.all())
    return tuple(row for row in rows if not row[0].is_for_shelf)


def by_codes(market: Market, codes: Iterable[str]) -> list[Terms]:
    """Of one promotion, however many of its codes are there, once."""
    rows = (
        PromotionCode.objects.filter(
            Q(limit__isnull=True) | Q(used__lt=F("limit")), code__in=list(codes),
            promotion__is_active=True, promotion__archived_at__isnull=True, promotion__is_automatic=False,
        )
        .filter(Q(promotion__limit_total__isnull=True) | Q(promotion__used__lt=F("promotion__limit_total")))
        .select_related("promotion")
        .order_by("pk")
    )  # fmt: skip
    found: dict[int, Terms] = {}
    for row in rows:
        if _is_for(row.promotion, market) and row.promotion_id not in found:
            found[row.promotion_id] = terms_of(row.promotion, code=row.code, code_id=row.pk)
    return list(found.values())


def is_usable(market: Market, code: str, context: Context, *, customer_id: int | None = None) -> bool:
    """Whether this buyer may have the code's promotion, whatever is in the cart."""
    found = [terms for terms in for_cart(market, [code], customer_id=customer_id) if terms.code == code]
    return any(is_open(terms, context) for terms in found)


def _is_for(row: Promotion, market: Market) -> bool:
    return row.currency == market.currency and row.market_id in {None, market.pk}


def goods(
    quantities: Mapping[int, int],
    facts: Mapping[int, VariantFacts],
    quotes: Mapping[int, Quote],
    promotions: Collection[Terms],
    floors: Mapping[int, int],
) -> list[Goods]:
    """The lines of a cart, with as much about them as the promotions ask for. ``floors``: variant -> the least total."""
    ids = {facts[pk].product_id for pk in quantities}
    asked = [chosen for terms in promotions for chosen in (terms.chosen, terms.excluded)]
    brands = brands_of(ids) if any(chosen.brands for chosen in asked) else {}
    categories = categories_of(ids) if any(chosen.categories for chosen in asked) else {}
    choices = choices_of(ids) if any(chosen.choices for chosen in asked) else {}
    reduced = [pk for pk in quantities if quotes[pk].ends_at is not None]
    shelf = shelf_groups(reduced) if reduced else {}
    made = []
    for pk, quantity in quantities.items():
        quote, product = quotes[pk], facts[pk].product_id
        off = quote.compare_at.minor - quote.unit.minor if pk in shelf and quote.compare_at else 0
        made.append(
            Goods(
                quote.unit.minor, quantity, pk, product, categories.get(product, frozenset()),
                choices.get(product, frozenset()) | choices.get(-pk, frozenset()), brands.get(product, ""),
                quote.is_reduced, off * quantity, shelf.get(pk, ""), floors.get(pk),
            )
        )  # fmt: skip
    return made


def articles_by_margin(price_list_id: int, currency: str, chosen: Chosen, most: int) -> QuerySet:
    """Prices of articles whose cost is known, those with the least margin first."""
    prices = Price.objects.filter(
        price_list_id=price_list_id, variant__is_active=True, amount_minor__gt=0, variant__cost_minor__gt=0,
        variant__cost_currency=currency,
    )  # fmt: skip
    if not chosen.is_empty:
        prices = prices.filter(variant_id__in=_variants_chosen(chosen))
    ratio = ExpressionWrapper(1.0 * F("amount_minor") / F("variant__cost_minor"), output_field=FloatField())
    ordered = prices.annotate(ratio=ratio).order_by("ratio", "variant_id")
    return ordered.select_related("variant__product")[:most]


def _variants_chosen(chosen: Chosen) -> QuerySet:
    """Ids of variants of goods that may fit; the calculation says which do."""
    goods = Product.objects.filter(
        Q(pk__in=chosen.products)
        | Q(brand__in=chosen.brands)
        | Q(placements__category_id__in=chosen.categories)
        | Q(attribute_values__choice_id__in=chosen.choices)
    )
    return Variant.objects.filter(product_id__in=goods.values("pk")).values("pk")


def brands_of(product_ids: Collection[int]) -> dict[int, str]:
    return dict(Product.objects.filter(pk__in=product_ids).values_list("pk", "brand"))


def categories_of(product_ids: Collection[int]) -> dict[int, frozenset[int]]:
    found: dict[int, set[int]] = defaultdict(set)
    rows = ProductCategory.objects.filter(product_id__in=product_ids).values_list("product_id", "category_id")
    for product, category in rows:
        found[product].add(category)
    return {key: frozenset(names) for key, names in found.items()}


def choices_of(product_ids: Collection[int]) -> dict[int, frozenset[int]]:
    """By product; what is said of one variant alone under its negative id."""
    found: dict[int, set[int]] = defaultdict(set)
    rows = AttributeValue.objects.filter(product_id__in=product_ids, choice__isnull=False)
    for product, variant, choice in rows.values_list("product_id", "variant_id", "choice_id"):
        found[product if variant is None else -variant].add(choice)
    return {key: frozenset(names) for key, names in found.items()}


def shelf_groups(variant_ids: Collection[int]) -> dict[int, str]:
    """Of those whose price is a promotion's at this moment, its group."""
    now = clock.now()
    rows = SalePrice.objects.filter(
        variant_id__in=variant_ids, starts_at__lte=now, ends_at__gt=now, sale__promotion__isnull=False
    )
    return dict(rows.values_list("variant_id", "sale__promotion__group"))


def promotions() -> QuerySet[Promotion]:
    """All that are not archived, the newest first."""
    return Promotion.objects.filter(archived_at__isnull=True).select_related("market").order_by("-created_at", "-pk")


def promotion_by_id(promotion_id: int) -> Promotion:
    """Raises NotFoundError."""
    found = Promotion.objects.filter(pk=promotion_id).first() if 0 < promotion_id < 2**63 else None
    if found is None:
        raise NotFoundError
    return found


def codes_of(promotion_id: int) -> QuerySet[PromotionCode]:
    return PromotionCode.objects.filter(promotion_id=promotion_id).order_by("pk")


@dataclass(frozen=True, slots=True)
class Batch:
    """Codes that were made together. ``open``: may still be used."""

    name: str
    count: int
    used: int
    open: int


def batches_of(promotion_id: int) -> list[Batch]:
    """Of unique codes; the shared code is none of them."""
    rows = PromotionCode.objects.filter(promotion_id=promotion_id, limit__isnull=False).exclude(
        limit=0, used=0, batch=""
    )
    named = rows.values_list("batch").order_by("batch")
    found = named.annotate(n=Count("pk"), spent=Sum("used"), left=Count("pk", filter=Q(limit__gt=F("used"))))
    return [Batch(name, count, used or 0, left) for name, count, used, left in found]


def shared_code_of(promotion_id: int) -> PromotionCode | None:
    return PromotionCode.objects.filter(promotion_id=promotion_id, limit__isnull=True).order_by("pk").first()


def state_of(row: Promotion) -> str:
    """``off``, ``planned``, ``over``, ``used_up`` or ``running``."""
    now = clock.now()
    if not row.is_active or row.archived_at is not None:
        return "off"
    if row.ends_at is not None and now >= row.ends_at:
        return "over"
    if row.starts_at is not None and now < row.starts_at:
        return "planned"
    return "used_up" if row.limit_total is not None and row.used >= row.limit_total else "running"
