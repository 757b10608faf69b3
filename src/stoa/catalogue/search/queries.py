"""Finding products by words. A port: the engine behind it may change, ``Match`` is what lists need of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Case, IntegerField, Q, QuerySet, Value, When

from stoa.catalogue.products.models import Product, Variant
from stoa.catalogue.search.rules import MAX_QUERY, words

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.products.listing import ProductCard


@dataclass(frozen=True, slots=True)
class Match:
    """``words`` must all occur in a product; ``exact`` are products that have the query for a SKU or barcode."""

    words: list[str]
    exact: list[int]

    def narrow(self, products: QuerySet[Product]) -> QuerySet[Product]:
        if not self.words and not self.exact:
            return products.none()
        every = Q(pk__in=self.exact)
        if self.words:
            all_words = Q()
            for word in self.words:
                all_words &= Q(search_text__contains=word)
            every |= all_words
        return products.filter(every)

    def ranked(self, products: QuerySet[Product]) -> QuerySet[Product]:
        """SKU or barcode first, then titles that begin with the query, then those where its words stand together."""
        phrase = " ".join(self.words)
        rank = Case(
            When(pk__in=self.exact, then=Value(0)),
            When(search_text__startswith=phrase, then=Value(1)),
            When(search_text__contains=phrase, then=Value(2)),
            default=Value(3),
            output_field=IntegerField(),
        )
        return products.order_by(rank, "position", "-created_at", "-pk")


def match(text: str) -> Match:
    """What a query asks for. One query to the database, for SKUs and barcodes."""
    code = text.strip()[:MAX_QUERY].replace("\x00", "").encode("utf-8", "ignore").decode()
    if not code:
        return Match([], [])
    named = Q(sku__in={code, code.upper(), code.lower()}) | Q(barcode=code)
    exact = Variant.objects.filter(named, is_active=True).values_list("product_id", flat=True)[:20]
    return Match(words(code), sorted(set(exact)))


def search(market: Market, text: str, *, limit: int = 8) -> list[ProductCard]:
    """The best ``limit`` matches, as for suggestions under a search field."""
    from stoa.catalogue.products.listing import listing

    return listing(market, text=text, size=limit).items
