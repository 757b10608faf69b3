"""What the merchant has said about queries: synonyms, and results put first or left out. Kept in the process."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Q

from stoa.catalogue.memo import remembered
from stoa.catalogue.search.analysis import language_of, plain, stemmed
from stoa.catalogue.search.finding import Synonyms, Words
from stoa.catalogue.search.models import Curation, Synonym
from stoa.catalogue.search.rules import fold, prepared

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

TAG = "search-words"


def synonyms(market: Market) -> Synonyms:
    return _synonyms(market.pk, language_of(market.language))


def by_hand(market: Market, text: str) -> tuple[list[int], set[int]]:
    """For a query: the products that come first, in their order, and those that are left out."""
    return _by_hand(market.pk).get(fold(text), _NOTHING)


_NOTHING: tuple[list[int], set[int]] = ([], set())


@remembered(TAG)
def _synonyms(market_id: int, language: str) -> Synonyms:
    groups: dict[Words, list[Words]] = {}
    rows = Synonym.objects.filter(Q(market=None) | Q(market_id=market_id)).order_by("pk")
    for words, others, is_two_way in rows.values_list("words", "others", "is_two_way"):
        alike = [_words(words), *map(_words, others)]
        for place, said in enumerate(alike):
            if not said or (place and not is_two_way):
                continue
            known = groups.setdefault(_stems(said, language), [])
            known += [other for other in alike if other and other != said and other not in known]
    return Synonyms(groups)


@remembered(TAG)
def _by_hand(market_id: int) -> dict[str, tuple[list[int], set[int]]]:
    found: dict[str, tuple[list[int], set[int]]] = {}
    rows = Curation.objects.filter(market_id=market_id).order_by("text", "position", "pk")
    for text, product_id, kind in rows.values_list("text", "product_id", "kind"):
        pinned, hidden = found.setdefault(text, ([], set()))
        if kind == Curation.Kind.PIN:
            pinned.append(product_id)
        else:
            hidden.add(product_id)
    return found


def _words(text: str) -> Words:
    return tuple(plain().analyze(prepared(text)))


def _stems(words: Words, language: str) -> Words:
    return tuple((stemmed(language).analyze(word) or [word])[0] for word in words)
