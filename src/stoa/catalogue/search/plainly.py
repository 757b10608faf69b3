"""Finding words with nothing but the database: slower and without forgiveness, for when there is no index to ask."""

from __future__ import annotations

from django.db.models import Case, IntegerField, Q, Value, When

from stoa.catalogue.products.models import Product, Variant
from stoa.catalogue.search.finding import Found
from stoa.catalogue.search.rules import MAX_QUERY, words

MOST = 2_000


def find(text: str) -> Found:
    """Products with all words; SKU or barcode first, then titles that begin with the query. Two queries."""
    code = text.strip()[:MAX_QUERY].replace("\x00", "").encode("utf-8", "ignore").decode()
    if not code:
        return Found()
    named = Q(sku__in={code, code.upper(), code.lower()}) | Q(barcode=code)
    exact = sorted(set(Variant.objects.filter(named, is_active=True).values_list("product_id", flat=True)[:20]))
    wanted = words(code)
    if not wanted:
        return Found(exact, [0.0] * len(exact), len(exact))
    every = Q(live=True)
    for word in wanted:
        every &= Q(search_text__contains=word)
    rank = Case(
        When(search_text__startswith=" ".join(wanted), then=Value(0)),
        When(search_text__contains=" ".join(wanted), then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    rows = Product.objects.filter(every).exclude(pk__in=exact).order_by(rank, "position", "-created_at", "-pk")
    ids = [*exact, *rows.values_list("pk", flat=True)[:MOST]]
    # Scores fall with the place, so that the order stays as it is.
    return Found(ids, [float(len(ids) - place) for place in range(len(ids))], len(exact))
