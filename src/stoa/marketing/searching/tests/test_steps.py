"""What a merchant makes of the report: redirects and sourcing notes."""

from __future__ import annotations

import pytest

from stoa.catalogue.models import Market
from stoa.catalogue.testing import make_market
from stoa.kernel.actors import SYSTEM, Actor
from stoa.kernel.errors import NotFoundError
from stoa.kernel.models import AuditEntry, CachePurge
from stoa.marketing.models import SearchRedirect, SourcingNote
from stoa.marketing.searching import actions, queries
from stoa.marketing.searching.errors import SearchRedirectInvalidError, SourcingNoteInvalidError

INES = Actor.staff(1, "Ines")


@pytest.fixture
def market(db: None) -> Market:
    return make_market()


def test_a_query_leads_to_a_page(market: Market) -> None:
    assert queries.redirect_for(market.pk, "returns") is None
    row = actions.save_redirect(market.pk, " Returns ", "/returns/", actor=INES)
    assert queries.redirect_for(market.pk, "RETURNS") == "/returns/"
    assert queries.redirect_for(market.pk, "returns mug") is None
    assert queries.redirect_for(market.pk + 1, "returns") is None
    assert actions.save_redirect(market.pk, "returns", "/help/", actor=INES).pk == row.pk
    assert queries.redirect_for(market.pk, "returns") == "/help/"
    assert AuditEntry.objects.filter(verb="search_redirect.saved").count() == 2
    assert CachePurge.objects.filter(tag="search-redirects").count() == 2
    assert actions.delete_redirect(row.pk, actor=INES) == "returns"
    assert queries.redirect_for(market.pk, "returns") is None
    with pytest.raises(NotFoundError):
        actions.delete_redirect(row.pk, actor=INES)


@pytest.mark.parametrize(
    ("text", "target", "fields"),
    [
        ("", "/x/", {"text": "missing"}),
        ("mug", "", {"target": "missing"}),
        ("mug", "//evil.example/", {"target": "invalid"}),
        ("mug", "javascript:alert(1)", {"target": "invalid"}),
        ("mug", "/search/?q=mug", {"target": "invalid"}),
    ],
)
def test_what_is_no_redirect_is_refused(market: Market, text: str, target: str, fields: dict[str, str]) -> None:
    with pytest.raises(SearchRedirectInvalidError) as refusal:
        actions.save_redirect(market.pk, text, target, actor=SYSTEM)
    assert refusal.value.facts["fields"] == fields
    assert not SearchRedirect.objects.exists()


def test_a_sourcing_note_is_open_once(market: Market) -> None:
    note = actions.note_for_sourcing(market.pk, "Copper Kettle", "Ask the smith", actor=INES)
    again = actions.note_for_sourcing(market.pk, "copper kettle", "Ask the other smith", actor=INES)
    assert again.pk == note.pk
    assert SourcingNote.objects.get().note == "Ask the smith\nAsk the other smith"
    done = actions.change_sourcing(note.pk, state="done", note="There now", actor=INES)
    assert (done.state, done.note, done.created_by) == ("done", "There now", str(INES))
    assert list(queries.open_sourcing_notes()) == []
    third = actions.note_for_sourcing(market.pk, "copper kettle", actor=INES)
    assert third.pk != note.pk
    with pytest.raises(SourcingNoteInvalidError):
        actions.change_sourcing(note.pk, state="open", note="", actor=INES)
    with pytest.raises(SourcingNoteInvalidError):
        actions.change_sourcing(note.pk, state="lost", note="", actor=INES)
    with pytest.raises(SourcingNoteInvalidError):
        actions.note_for_sourcing(market.pk, " ! ", actor=INES)
    with pytest.raises(NotFoundError):
        actions.change_sourcing(999_999, state="done", note="", actor=INES)
    assert list(queries.open_sourcing_notes(market.pk)) == [third]
