"""What the merchant says about queries. Lists and pages show it within a second."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Q

from stoa.catalogue.products.models import Product
from stoa.catalogue.search import node, wording
from stoa.catalogue.search.errors import CurationInvalidError, SynonymInvalidError
from stoa.catalogue.search.models import Curation, Synonym
from stoa.catalogue.search.rules import fold
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.actions import purge

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

LONGEST = 100
MOST_OTHERS, MOST_PRODUCTS = 20, 50


@transaction.atomic
def save_synonym(
    words: str,
    others: Sequence[str],
    *,
    actor: Actor,
    is_two_way: bool = True,
    market_id: int | None = None,
    synonym_id: int | None = None,
) -> Synonym:
    """Have those who look for ``words`` find ``others`` too, and with ``is_two_way`` the other way round.

    ``market_id`` None: in every market. What there is for the same words in that market is replaced; with
    ``synonym_id`` that one is changed. Raises SynonymInvalidError, NotFoundError.
    """
    said = _folded(words)
    alike = list(dict.fromkeys(each for other in others[:MOST_OTHERS] if (each := _folded(other)) and each != said))
    if not said or not alike:
        raise SynonymInvalidError(field="others" if said else "words")
    here = Q(market=None) if market_id is None else Q(market_id=market_id)
    present = Synonym.objects.select_for_update().filter(here, words=said).first()
    row = _synonym(synonym_id) if synonym_id is not None else present or Synonym()
    if present is not None and present.pk != row.pk:
        present.delete()
    row.market_id, row.words, row.others, row.is_two_way = market_id, said, alike, is_two_way
    row.save()
    record(actor, "synonym.saved", "synonym", row.pk, words=said, others=alike, both_ways=is_two_way, market=market_id)
    purge(wording.TAG, node.TAG)
    return row


@transaction.atomic
def delete_synonym(synonym_id: int, *, actor: Actor) -> None:
    """Raises NotFoundError."""
    row = _synonym(synonym_id)
    row.delete()
    record(actor, "synonym.deleted", "synonym", synonym_id, words=row.words)
    purge(wording.TAG, node.TAG)


@transaction.atomic
def save_curation(
    market_id: int, text: str, *, pinned: Sequence[int] = (), hidden: Sequence[int] = (), actor: Actor
) -> None:
    """For the query ``text``: put the products ``pinned`` first, in this order, and leave out those ``hidden``.

    Replaces what was said about the query before; without products there is nothing said any more. A product in both is
    left out. Raises CurationInvalidError, NotFoundError for a product that there is not.
    """
    query = _folded(text)
    left_out = list(dict.fromkeys(hidden))
    first = [pk for pk in dict.fromkeys(pinned) if pk not in set(left_out)]
    if not query or len(first) + len(left_out) > MOST_PRODUCTS:
        raise CurationInvalidError
    if Product.objects.filter(pk__in=[*first, *left_out]).count() != len(first) + len(left_out):
        raise NotFoundError
    Curation.objects.filter(market_id=market_id, text=query).delete()
    kinds = [(pk, Curation.Kind.PIN) for pk in first] + [(pk, Curation.Kind.HIDE) for pk in left_out]
    Curation.objects.bulk_create(
        Curation(market_id=market_id, text=query, product_id=pk, kind=kind, position=place)
        for place, (pk, kind) in enumerate(kinds)
    )
    record(actor, "search.curated", "market", market_id, text=query, pinned=first, hidden=left_out)
    purge(wording.TAG, node.TAG)


def _synonym(synonym_id: int) -> Synonym:
    row = Synonym.objects.select_for_update().filter(pk=synonym_id).first() if 0 < synonym_id < 2**63 else None
    if row is None:
        raise NotFoundError
    return row


def _folded(text: str) -> str:
    folded = fold(text[: LONGEST * 4])
    return folded if len(folded) <= LONGEST else ""
