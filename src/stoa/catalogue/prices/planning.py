"""What a sale would do, before it is scheduled: every variant with its old and new price. Nothing is written."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import QuerySet

from stoa.catalogue.prices import history
from stoa.catalogue.prices.models import Price, SalePrice
from stoa.catalogue.prices.rules import ENDINGS, reduced
from stoa.kernel.money import exponent


@dataclass(frozen=True, slots=True)
class SaleTerms:
    """Less ``percent`` (0 to 100) or less ``amount_minor``; prices end in ``ending`` ("99", "00" ... or "" as they come)."""

    percent: Decimal | None = None
    amount_minor: int | None = None
    ending: str = ""

    @property
    def is_usable(self) -> bool:
        if (self.percent is None) == (self.amount_minor is None) or self.ending not in ENDINGS:
            return False
        return 0 < self.percent <= 100 if self.percent is not None else (self.amount_minor or 0) > 0

    def facts(self) -> dict[str, str | int | None]:
        """JSON values, for the sale's row and the audit trail."""
        return {
            "percent": str(self.percent) if self.percent is not None else None,
            "amount_minor": self.amount_minor,
            "ending": self.ending,
        }


@dataclass(frozen=True, slots=True)
class SaleRow:
    """One variant in the preview; minor units.

    ``problem``: ``""``, ``too_high`` (it would not be below the regular price) or ``overlap`` (``other`` is the sale that
    has it at that time). ``is_real`` is False where the new price is not below the lowest of the 30 days before: shown as
    a reduction it would be none in the eyes of the law.
    """

    variant_id: int
    product_id: int
    title: str
    variant_title: str
    sku: str
    old_minor: int
    new_minor: int
    lowest_30_minor: int | None
    problem: str
    other: str

    @property
    def is_real(self) -> bool:
        return self.lowest_30_minor is None or self.new_minor < self.lowest_30_minor


def sale_preview(
    price_list_id: int,
    currency: str,
    terms: SaleTerms,
    starts_at: datetime,
    ends_at: datetime,
    *,
    product_ids: Collection[int] | QuerySet,
) -> list[SaleRow]:
    """Every variant of the products that has a price on the list, product by product; in five queries or so."""
    digits = exponent(currency)
    prices = (
        Price.objects.filter(price_list_id=price_list_id, variant__product_id__in=product_ids, variant__is_active=True)
        .order_by("variant__product__title", "variant__product_id", "variant__position", "variant_id")
        .values_list(
            "variant_id", "variant__product_id", "variant__product__title", "variant__title", "variant__sku", "amount_minor"
        )
    )  # fmt: skip
    rows = list(prices)
    others = overlapping(price_list_id, [row[0] for row in rows], starts_at, ends_at)
    lows = history.lowest_of({(row[0], price_list_id): starts_at for row in rows})
    made = []
    for variant_id, product_id, title, variant_title, sku, old in rows:
        new = reduced(old, percent=terms.percent, amount_minor=terms.amount_minor, ending=terms.ending, digits=digits)
        problem = "overlap" if variant_id in others else "too_high" if new >= old else ""
        made.append(
            SaleRow(
                variant_id, product_id, title, variant_title, sku, old, new, lows[variant_id, price_list_id], problem,
                others.get(variant_id, ""),
            )
        )  # fmt: skip
    return made


def overlapping(
    price_list_id: int, variant_ids: Collection[int], starts_at: datetime, ends_at: datetime
) -> dict[int, str]:
    """Those that are in a sale at some moment of that time -> the name of one such sale."""
    rows = SalePrice.objects.filter(
        price_list_id=price_list_id, variant_id__in=variant_ids, starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    return dict(rows.values_list("variant_id", "sale__name"))
