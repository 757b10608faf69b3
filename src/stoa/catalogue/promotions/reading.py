"""Rows of promotions as what the calculation reckons with."""

from __future__ import annotations

from stoa.catalogue.categories.queries import category_by_id
from stoa.catalogue.promotions.models import Promotion
from stoa.catalogue.promotions.rules import Chosen, Tier
from stoa.catalogue.promotions.rules import Promotion as Terms


def terms_of(row: Promotion, *, code: str = "", code_id: int | None = None) -> Terms:
    given, asked = row.terms, row.conditions
    return Terms(
        id=row.pk,
        label=row.label,
        kind=row.kind,
        code=code,
        code_id=code_id,
        percent_bp=given.get("percent_bp", 0),
        amount_minor=given.get("amount_minor", 0),
        buy=given.get("buy", 0),
        get=given.get("get", 0),
        tiers=tuple(Tier(*tier) for tier in given.get("tiers", ())),
        bundle=tuple((product, pieces) for product, pieces in given.get("bundle", ())),
        chosen=_chosen(asked.get("chosen", {})),
        excluded=_chosen(asked.get("excluded", {})),
        skips_reduced=asked.get("skips_reduced", False),
        min_spend_minor=asked.get("min_spend_minor", 0),
        customer_groups=frozenset(asked.get("customer_groups", ())),
        countries=frozenset(asked.get("countries", ())),
        sources=frozenset(asked.get("sources", ())),
        first_order=asked.get("first_order", False),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        group=row.group,
        priority=row.priority,
        is_exclusive=row.is_exclusive,
        is_limited=row.limit_total is not None or row.limit_per_customer is not None,
    )


def _chosen(names: dict[str, list]) -> Chosen:
    categories: set[int] = set()
    for key in names.get("categories", ()):
        node = category_by_id(key)
        categories |= node.subtree_ids if node else {key}
    return Chosen(
        frozenset(names.get("products", ())),
        frozenset(categories),
        frozenset(names.get("choices", ())),
        frozenset(names.get("brands", ())),
    )
