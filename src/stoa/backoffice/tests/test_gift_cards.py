"""Gift cards in the back office: issued, shown once, corrected, voided, and what is owed."""

from __future__ import annotations

import re

import pytest

from stoa.backoffice.testing import client_of
from stoa.kernel.actors import SYSTEM
from stoa.operations.credit import actions, queries
from stoa.operations.models import GiftCard, GiftCardEntry, MailMessage

pytestmark = pytest.mark.django_db


def issue(shop, minor=5000, **more):
    return actions.issue(shop.market, minor, actor=SYSTEM, reason="goodwill", **more)


def test_a_card_without_recipient_tells_its_code_once(shop, owner):
    done = owner.post("/admin/marketing/gift-cards/new/", {"amount": "25.50", "reason": "Late parcel"})
    assert done.status_code == 200
    assert "no-store" in done["Cache-Control"]
    code = re.search(r"<strong data-code>([-0-9A-Z]{24})</strong>", done.content.decode()).group(1)
    card = GiftCard.objects.get()
    assert queries.usable_by_code(code, shop.market) == card
    assert (card.balance_minor, card.reason, card.expires_on) == (2550, "Late parcel", None)
    for address in ("/admin/marketing/gift-cards/", f"/admin/marketing/gift-cards/{card.pk}/", "/admin/"):
        assert code not in owner.get(address).content.decode()


def test_a_card_for_somebody_is_mailed_and_not_shown(shop, owner):
    form = {"amount": "10", "reason": "Sorry", "recipient": "eve@example.com", "message": "For you", "ends": "on"}
    done = owner.post("/admin/marketing/gift-cards/new/", form)
    card = GiftCard.objects.get()
    assert done["Location"] == f"/admin/marketing/gift-cards/{card.pk}/"
    assert MailMessage.objects.get().recipient == "eve@example.com"
    assert card.expires_on.month == 12
    assert "Mailed to eve@example.com" in owner.get(done["Location"]).content.decode()


@pytest.mark.parametrize(
    "wrong", [{"amount": "0"}, {"amount": "-5"}, {"reason": ""}, {"send_on": "2030-01-01"}, {"amount": "1000000"}]
)
def test_what_cannot_be_is_refused(shop, owner, wrong):
    done = owner.post("/admin/marketing/gift-cards/new/", {"amount": "10", "reason": "x", **wrong})
    assert done.status_code == 422
    assert not GiftCard.objects.exists()


def test_a_balance_is_corrected_and_a_card_voided(shop, owner):
    card = issue(shop).card
    here = f"/admin/marketing/gift-cards/{card.pk}/"
    owner.post(f"{here}correct/", {"direction": "take", "amount": "10", "reason": "typing error"})
    owner.post(f"{here}correct/", {"direction": "take", "amount": "100", "reason": "more than there is"})
    assert GiftCard.objects.get().balance_minor == 4000
    owner.post(f"{here}void/", {"reason": ""})
    assert GiftCard.objects.get().voided_at is None
    owner.post(f"{here}void/", {"reason": "stolen"})
    assert (GiftCard.objects.get().balance_minor, GiftCardEntry.objects.count()) == (0, 3)
    page = owner.get(here).content.decode()
    assert "stolen" in page
    assert "Void the card" not in page


def test_a_lost_code_is_replaced_on_a_page_of_its_own(shop, owner):
    issued = issue(shop)
    done = owner.post(f"/admin/marketing/gift-cards/{issued.card.pk}/code/", {"reason": "lost"})
    code = re.search(r"<strong data-code>([-0-9A-Z]{24})</strong>", done.content.decode()).group(1)
    assert queries.usable_by_code(code, shop.market) == issued.card
    assert queries.usable_by_code(issued.code, shop.market) is None


def test_a_card_is_found_by_its_code(shop, owner):
    issued, other = issue(shop), issue(shop, recipient="eve@example.com")
    found = owner.get("/admin/marketing/gift-cards/results/", {"q": issued.code}).content.decode()
    assert f"…{issued.card.last4}" in found
    assert "eve@example.com" not in found
    assert "eve@example.com" in owner.get("/admin/marketing/gift-cards/results/", {"q": "eve@"}).content.decode()
    assert other.card.pk != issued.card.pk


def test_support_sees_cards_and_changes_none(shop):
    card = issue(shop).card
    support = client_of("support")
    assert support.get(f"/admin/marketing/gift-cards/{card.pk}/").status_code == 200
    assert "Void the card" not in support.get(f"/admin/marketing/gift-cards/{card.pk}/").content.decode()
    support.post(f"/admin/marketing/gift-cards/{card.pk}/void/", {"reason": "x"})
    assert GiftCard.objects.get().voided_at is None


def test_what_is_owed_opens_into_its_rows(shop, owner):
    card = issue(shop).card
    issue(shop, 1000)
    actions.correct(card.pk, -500, "=1+1", actor=SYSTEM)
    page = owner.get("/admin/insights/gift-cards/").content.decode()
    assert "<dd data-owed>€55.00</dd>" in page
    link = re.search(r'href="(/admin/insights/gift-cards/movements/\?[^"]+)"', page).group(1).replace("&amp;", "&")
    rows = owner.get(link).content.decode()
    assert rows.count("goodwill") == 2
    export = b"".join(owner.get("/admin/insights/gift-cards/movements/export.csv").streaming_content).decode()
    assert len(export.strip().splitlines()) == 4
    assert "'=1+1" in export
    empty = owner.get("/admin/insights/gift-cards/movements/?month=1999-01").content.decode()
    assert "goodwill" not in empty
