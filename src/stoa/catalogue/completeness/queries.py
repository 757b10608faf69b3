"""Public reads of scores."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from stoa.catalogue.completeness import rules
from stoa.catalogue.completeness.facts import page_facts
from stoa.catalogue.completeness.models import ProductScore
from stoa.catalogue.completeness.rules import Gap, Score

# What to say of each gap, and where on the product's screens it is mended (see the work list of the back office).
GAPS: dict[str, str | Promise] = {
    "angles": _("pictures from more angles"),
    "alt": _("words for what the pictures show"),
    "pixels": _("larger pictures"),
    "description": _("a longer description"),
    "attributes": _("attributes of its type"),
    "measures": _("weights"),
    "answers": _("answers to questions"),
    "seo_title": _("a title for search engines"),
    "seo_description": _("a description for search engines"),
    "barcode": _("barcodes"),
}


@dataclass(frozen=True, slots=True)
class Tone:
    """A score as it is coloured."""

    points: int

    @property
    def name(self) -> str:
        return "good" if self.points >= 85 else "wait" if self.points >= 60 else "bad"


def score(product_ids: Collection[int]) -> dict[int, Score]:
    """The scores of these products, one query; those that nobody has reckoned yet are reckoned here."""
    kept = ProductScore.objects.filter(product_id__in=product_ids).values_list("product_id", "points", "missing")
    found = {pk: Score(points, tuple(Gap(*gap) for gap in missing)) for pk, points, missing in kept}
    rest = [pk for pk in product_ids if pk not in found]
    if rest:
        found |= {pk: rules.score(facts) for pk, facts in page_facts(rest).items()}
    return found


def worklist() -> QuerySet[ProductScore, Any]:
    """Products with something missing: those that bring most money first, the weakest page first among equals."""
    rows = ProductScore.objects.filter(points__lt=100).select_related("product")
    return rows.defer("product__body", "product__search_text").order_by("-revenue_minor", "points", "product_id")


def gaps_of(row: ProductScore) -> list[Gap]:
    return [Gap(*gap) for gap in row.missing]


def label_of(gap: Gap) -> str:
    """``pictures from more angles (2 of 4)``."""
    words = str(GAPS.get(gap.code, gap.code))
    return f"{words} ({gap.there}/{gap.wanted})" if gap.wanted > 1 else words


def average() -> int | None:
    """Over all live products; None without any."""
    from django.db.models import Avg

    found = ProductScore.objects.filter(product__live=True).aggregate(mean=Avg("points"))["mean"]
    return round(found) if found is not None else None
