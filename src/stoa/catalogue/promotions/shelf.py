"""Automatic promotions of articles, as prices on the shelf.

What such a promotion takes off an article does not depend on a cart, so the page of the article must say it. It becomes the
sale prices of ``catalogue.prices``: then page, list, search, data and feed have it through the one price function, and the
lowest price of the 30 days before it beside it. ``keep`` brings the sale prices into line with the promotion: when it is
written, and every few minutes, for goods and regular prices that have changed since.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

from django.db import transaction
from django.db.models import Q

from stoa.catalogue.markets.models import Market
from stoa.catalogue.prices import actions as prices
from stoa.catalogue.prices.models import Price, Sale, SalePrice
from stoa.catalogue.promotions.models import Promotion
from stoa.catalogue.promotions.reading import terms_of
from stoa.catalogue.promotions.rules import Context, Goods, apply
from stoa.catalogue.promotions.rules import Promotion as Terms
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM

# A promotion without an end is a sale that ends so far away; it is made longer when half of that is over.
OPEN_END = timedelta(days=3650)


@transaction.atomic
def keep(promotion_id: int) -> bool:
    """Whether anything had to be changed. Of two promotions of an article, the earlier one has it."""
    row = Promotion.objects.select_for_update().filter(pk=promotion_id).first()
    if row is None:
        return False
    is_changed = False
    now = clock.now()
    for price_list_id, currency in _lists(row):
        wanted = _wanted(row, price_list_id) if _is_on(row, currency) else {}
        open_sales = Sale.objects.filter(promotion=row, price_list_id=price_list_id, ends_at__gt=now).filter(
            cancelled_at__isnull=True
        )
        kept: set[int] = set()
        ended = False
        for sale in open_sales.order_by("pk"):
            # A sale with one stale price is made anew. The others go on, with the time before them as it was.
            held = dict(sale.prices.values_list("variant_id", "amount_minor"))
            if held and _has_its_times(sale, row) and held.items() <= wanted.items():
                kept |= held.keys()
            else:
                prices.cancel_sale(sale.pk, actor=SYSTEM)
                ended = True
        missing = {variant_id: minor for variant_id, minor in wanted.items() if variant_id not in kept}
        if missing:
            _schedule(row, price_list_id, missing)
        is_changed = is_changed or ended or bool(missing)
    return is_changed


def keep_all() -> int:
    """For the clock: every promotion that is, or was, on the shelf."""
    now = clock.now()
    on_shelf = Sale.objects.filter(promotion__isnull=False, ends_at__gt=now, cancelled_at__isnull=True)
    rows = Promotion.objects.filter(
        Q(pk__in=on_shelf.values("promotion_id")) | Q(is_active=True, archived_at__isnull=True, is_automatic=True)
    )
    ids = [row.pk for row in rows.order_by("pk") if terms_of(row).is_for_shelf or row.sales.exists()]
    return sum(keep(pk) for pk in ids)


def _lists(row: Promotion) -> list[tuple[int, str]]:
    """The lists of the markets that have it, and those that it was on."""
    markets = Market.objects.filter(pk=row.market_id) if row.market_id else Market.objects.all()
    lists = dict(markets.order_by("pk").values_list("price_list_id", "price_list__currency"))
    lists |= dict(Sale.objects.filter(promotion=row).values_list("price_list_id", "price_list__currency"))
    return sorted(lists.items())


def _is_on(row: Promotion, currency: str) -> bool:
    if not row.is_active or row.archived_at is not None or not row.is_automatic or row.currency != currency:
        return False
    return terms_of(row).is_for_shelf and (row.ends_at is None or row.ends_at > clock.now())


def _has_its_times(sale: Sale, row: Promotion) -> bool:
    if row.starts_at is not None and row.starts_at > clock.now() and sale.starts_at != row.starts_at:
        return False
    if row.ends_at is not None:
        return sale.ends_at == row.ends_at
    return sale.ends_at > clock.now() + OPEN_END / 2


def _wanted(row: Promotion, price_list_id: int) -> dict[int, int]:
    """Variant -> the price that it would have, for goods that no other sale has."""
    from stoa.catalogue.promotions.queries import brands_of, categories_of, choices_of

    terms, now = terms_of(row), clock.now()
    starts, ends = max(row.starts_at or now, now), row.ends_at or now + OPEN_END
    columns = ("variant_id", "variant__product_id", "amount_minor", "compare_at_minor", "compare_at_is_rrp")
    found = list(
        Price.objects.filter(price_list_id=price_list_id, variant__is_active=True, amount_minor__gt=0)
        .filter(_chosen(terms))
        .distinct()
        .values_list(*columns)
    )
    others = SalePrice.objects.filter(price_list_id=price_list_id, starts_at__lt=ends, ends_at__gt=starts)
    taken = set(others.exclude(sale__promotion=row).values_list("variant_id", flat=True))
    products = {line[1] for line in found}
    brands, categories, choices = brands_of(products), categories_of(products), choices_of(products)
    wanted = {}
    for variant_id, product_id, amount, above, is_rrp in found:
        line = Goods(
            amount, 1, variant_id, product_id, categories.get(product_id, frozenset()),
            choices.get(product_id, frozenset()) | choices.get(-variant_id, frozenset()), brands.get(product_id, ""),
            above is not None and not is_rrp,
        )  # fmt: skip
        off = apply([line], 0, [terms], Context(starts)).goods_minor
        if off and variant_id not in taken:
            wanted[variant_id] = amount - off
    return wanted


def _chosen(terms: Terms) -> Q:
    """Those that may fit, told by the database; ``apply`` says which do."""
    chosen = terms.chosen
    if chosen.is_empty:
        return Q()
    return (
        Q(variant__product_id__in=chosen.products)
        | Q(variant__product__brand__in=chosen.brands)
        | Q(variant__product__placements__category_id__in=chosen.categories)
        | Q(variant__product__attribute_values__choice_id__in=chosen.choices)
    )


def _schedule(row: Promotion, price_list_id: int, wanted: Mapping[int, int]) -> None:
    now = clock.now()
    starts = row.starts_at if row.starts_at is not None and row.starts_at > now else None
    sale = prices.schedule_sale(
        row.name, price_list_id, wanted, starts_at=starts, ends_at=row.ends_at or now + OPEN_END,
        terms={"promotion": row.pk}, actor=SYSTEM,
    )  # fmt: skip
    Sale.objects.filter(pk=sale.pk).update(promotion=row)
