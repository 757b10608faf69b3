"""Which number a series gives next, and where it begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.db import transaction

from stoa.catalogue.markets import queries as markets
from stoa.kernel import clock
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.sequences import actions as sequences
from stoa.kernel.sequences.models import Sequence
from stoa.operations.documents import queries, rules
from stoa.operations.documents.errors import NumberTooLowError, SeriesBegunError
from stoa.operations.documents.models import Document, DocumentSeries

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.kernel.actors import Actor

LARGEST = 2**31 - 1


@dataclass(frozen=True, slots=True)
class NextNumber:
    """``position`` is what the next document of ``kind`` gets, ``number`` how it is written."""

    kind: str
    series: str
    position: int
    number: str
    has_begun: bool


def next_numbers(market: Market) -> dict[str, NextNumber]:
    """Of both kinds, as if a document were issued now. By kind."""
    own = queries.settings_of(market)
    year = clock.now().astimezone(ZoneInfo(market.timezone)).year
    found = {}
    for kind, pattern in (
        (Document.Kind.INVOICE, own.invoice_pattern),
        (Document.Kind.CREDIT_NOTE, own.credit_pattern),
    ):
        name = rules.series(market.pk, kind, year, restarts_yearly=own.restarts_yearly)
        last = Sequence.objects.filter(name=name).values_list("last", flat=True).first() or 0
        begun = Document.objects.filter(series=name).exists()
        found[str(kind)] = NextNumber(str(kind), name, last + 1, rules.number(pattern, last + 1, year), begun)
    return found


@transaction.atomic
def begin_at(market_id: int, kind: str, position: int, *, actor: Actor) -> None:
    """Let a series that has no document yet begin at ``position``: another system used those before it.

    Raises NotFoundError, SeriesBegunError, NumberTooLowError.
    """
    market = markets.market_by_id(market_id)
    if market is None:
        raise NotFoundError
    name = next_numbers(market)[kind].series
    if not 0 < position <= LARGEST or not sequences.raise_to(name, position - 1):
        raise NumberTooLowError(field=f"next_{kind}")
    # Asked after the counter's row is locked: nobody issues beside us.
    if Document.objects.filter(series=name).exists():
        raise SeriesBegunError(field=f"next_{kind}")
    DocumentSeries.objects.update_or_create(name=name, defaults={"first": position})
    record(actor, "documents.series_begun", "market", market.code, series=name, first=position)
