from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction

from stoa.catalogue.markets import queries as markets
from stoa.catalogue.search.rules import fold
from stoa.kernel import clock
from stoa.kernel.audit.actions import record
from stoa.kernel.errors import NotFoundError
from stoa.kernel.pagecache.actions import purge
from stoa.kernel.web.text import clean_text
from stoa.marketing.searching import rules
from stoa.marketing.searching.counting import Counted, Key, buffer
from stoa.marketing.searching.errors import SearchRedirectInvalidError, SourcingNoteInvalidError
from stoa.marketing.searching.models import LONGEST, SearchRedirect, SourcingNote

if TYPE_CHECKING:
    from stoa.kernel.actors import Actor

TAG = "search-redirects"
flush = buffer.flush


def note_search(market_id: int, text: str, results: int | None, *, user_agent: str | None = None) -> None:
    """Count a search. Costs a few microseconds: it is written to the database a second later.

    ``results`` is how many products it found; None where that is not known (the answer came from a cache). Bots (told by
    ``user_agent``, where it is given), single letters and what may be about a person are not counted. Nothing is
    kept of who searched.
    """
    if user_agent is not None and rules.is_bot(user_agent):
        return
    found = _key(market_id, text, results)
    if found is not None:
        buffer.add(found[0], Counted(found[1], times=1, results=results))


def note_click(market_id: int, text: str, product_id: int, position: int, *, user_agent: str | None = None) -> None:
    """Count that a result was opened. ``position`` is its place in the list, from 1; it is as cheap as a search."""
    if (user_agent is not None and rules.is_bot(user_agent)) or not (0 < product_id < 2**63 and 0 < position <= 10_000):
        return
    found = _key(market_id, text, 1 if rules.is_barcode(text) else None, product_id)
    if found is not None:
        buffer.add(found[0], Counted(found[1], clicks=1, places=position))


def _key(market_id: int, text: str, results: int | None, product_id: int = 0) -> tuple[Key, str] | None:
    market = markets.market_by_id(market_id)
    shown = rules.tidy(clean_text(text, LONGEST))
    folded = fold(shown)[:LONGEST].strip()
    if market is None or not rules.is_countable(folded, shown, results):
        return None
    return (market_id, clock.today(market.timezone), folded, product_id), shown


@transaction.atomic
def save_redirect(market_id: int, text: str, target: str, *, actor: Actor) -> SearchRedirect:
    """Have a query lead to a page: a path of the shop or a web address. One that there is for it is replaced.

    Raises SearchRedirectInvalidError with the fields.
    """
    shown, target = rules.tidy(clean_text(text, LONGEST)), target.strip()
    folded = fold(shown)[:LONGEST].strip()
    problems = {} if folded else {"text": "missing"}
    if problem := rules.target_problem(target):
        problems["target"] = problem
    if target.startswith("/search/"):
        problems["target"] = "invalid"
    if problems:
        raise SearchRedirectInvalidError(fields=problems)
    row, _ = SearchRedirect.objects.update_or_create(
        market_id=market_id, text=folded, defaults={"shown": shown, "target": target, "changed_at": clock.now()}
    )
    record(actor, "search_redirect.saved", "search_redirect", row.pk, query=shown, target=target)
    purge(TAG, "catalogue")
    return row


@transaction.atomic
def delete_redirect(redirect_id: int, *, actor: Actor) -> str:
    """Returns the query that it was for. Raises NotFoundError."""
    row = SearchRedirect.objects.filter(pk=redirect_id).first()
    if row is None:
        raise NotFoundError
    row.delete()
    record(actor, "search_redirect.deleted", "search_redirect", redirect_id, query=row.shown, target=row.target)
    purge(TAG, "catalogue")
    return row.shown


@transaction.atomic
def note_for_sourcing(market_id: int, text: str, note: str = "", *, actor: Actor) -> SourcingNote:
    """Put something that people look for on the list of what to find a supplier for. One that is open already is
    given back, with ``note`` added. Raises SourcingNoteInvalidError."""
    shown = rules.tidy(clean_text(text, LONGEST))
    folded = fold(shown)[:LONGEST].strip()
    if not folded:
        raise SourcingNoteInvalidError
    note = clean_text(note, 2_000, multiline=True)
    known = _open_note(market_id, folded)
    if known is None:
        try:
            with transaction.atomic():
                now = clock.now()
                row = SourcingNote.objects.create(
                    market_id=market_id, text=folded, shown=shown, note=note, created_at=now, changed_at=now,
                    created_by=str(actor)[:200],
                )  # fmt: skip
            record(actor, "sourcing.noted", "sourcing_note", row.pk, query=shown)
            return row
        except IntegrityError:  # somebody was quicker
            known = _open_note(market_id, folded)
    if known is None:
        raise NotFoundError
    if note and note not in known.note:
        known.note = f"{known.note}\n{note}".strip()
        known.changed_at = clock.now()
        known.save(update_fields=["note", "changed_at"])
        record(actor, "sourcing.changed", "sourcing_note", known.pk, query=shown)
    return known


@transaction.atomic
def change_sourcing(note_id: int, *, state: str, note: str, actor: Actor) -> SourcingNote:
    """Raises NotFoundError, and SourcingNoteInvalidError for an unknown state or where another note of it is open."""
    row = SourcingNote.objects.select_for_update().filter(pk=note_id).first()
    if row is None:
        raise NotFoundError
    if state not in SourcingNote.State.values:
        raise SourcingNoteInvalidError(fields={"state": "unknown"})
    is_open = state in {SourcingNote.State.OPEN, SourcingNote.State.SOURCING}
    other = _open_note(row.market_id, row.text)
    if is_open and other is not None and other.pk != row.pk:
        raise SourcingNoteInvalidError(fields={"state": "taken"})
    before = row.state
    row.state, row.note, row.changed_at = state, clean_text(note, 2_000, multiline=True), clock.now()
    row.save(update_fields=["state", "note", "changed_at"])
    record(actor, "sourcing.changed", "sourcing_note", row.pk, query=row.shown, before=before, after=state)
    return row


def _open_note(market_id: int, folded: str) -> SourcingNote | None:
    states = [SourcingNote.State.OPEN, SourcingNote.State.SOURCING]
    return SourcingNote.objects.filter(market_id=market_id, text=folded, state__in=states).first()
