"""Where a series begins."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from stoa.catalogue.markets import queries as markets
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.sequences import actions as sequences
from stoa.operations.documents import queries
from stoa.operations.documents.errors import NumberTooLowError, SeriesBegunError
from stoa.operations.documents.models import Document, DocumentSeries

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

LARGEST = 2**31 - 1


@transaction.atomic
def begin_at(market_id: int, kind: str, position: int, *, actor: Actor) -> None:
    """Let a series that has no document yet begin at ``position``: another system used those before it.

    Raises NotFoundError, SeriesBegunError, NumberTooLowError.
    """
    market = markets.market_by_id(market_id)
    if market is None:
        raise NotFoundError
    name = queries.next_numbers(market)[kind].series
    if not 0 < position <= LARGEST or not sequences.raise_to(name, position - 1):
        raise NumberTooLowError(field=f"next_{kind}")
    # Asked after the counter's row is locked: nobody issues beside us.
    if Document.objects.filter(series=name).exists():
        raise SeriesBegunError(field=f"next_{kind}")
    DocumentSeries.objects.update_or_create(name=name, defaults={"first": position})
    record(actor, "documents.series_begun", "market", market.code, series=name, first=position)
