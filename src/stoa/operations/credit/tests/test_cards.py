"""Issued, mailed on a day, corrected, voided, ended."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction

from stoa.kernel import clock, ids
from stoa.kernel.actors import SYSTEM
from stoa.kernel.models import AuditEntry
from stoa.operations.credit import actions, queries, rules
from stoa.operations.credit.errors import (
    CardAmountError,
    CardBalanceError,
    CardReasonError,
    CardRecipientError,
    CardVoidError,
)
from stoa.operations.credit.models import GiftCard, GiftCardEntry
from stoa.operations.models import MailMessage

pytestmark = pytest.mark.django_db


def issue(shop, minor=5000, **more):
    return actions.issue(shop.market, minor, actor=SYSTEM, reason=more.pop("reason", "goodwill"), **more)


def test_of_a_code_the_hash_alone_is_kept(shop):
    issued = issue(shop)
    assert rules.normal(issued.code) == issued.code
    card = GiftCard.objects.get()
    assert (card.code_hash, card.last4, card.nonce) == (ids.hash_token(issued.code), issued.code[-4:], "")
    assert (card.balance_minor, card.expires_on) == (5000, None)
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM operations_giftcard")
        assert issued.code not in str(cursor.fetchall())
    assert issued.code not in str(list(AuditEntry.objects.values()))


def test_a_card_is_mailed_on_its_day_and_once(shop):
    day = clock.today(shop.market.timezone) + timedelta(days=3)
    issued = issue(shop, recipient="eve@example.com", message="Happy birthday", send_on=day)
    assert issued.code == ""
    assert actions.send_due() == 0
    assert not MailMessage.objects.exists()
    with clock.at(clock.now() + timedelta(days=3)):
        assert (actions.send_due(), actions.send_due()) == (1, 0)
        mail = MailMessage.objects.get()
        assert (mail.kind, mail.recipient, mail.is_secret) == ("gift_card", "eve@example.com", True)
        assert "Happy birthday" in mail.text
        code = re.search(r"[0-9A-Z]{4}(-[0-9A-Z]{4}){4}", mail.text).group()
        card = GiftCard.objects.get()
        assert queries.usable_by_code(code, shop.market) == card
    assert card.nonce == ""
    assert card.sent_at is not None


def test_a_card_for_today_is_mailed_at_once(shop):
    assert issue(shop, recipient="eve@example.com").code == ""
    assert MailMessage.objects.count() == 1
    assert actions.send_due() == 0


def test_a_void_card_is_not_mailed(shop):
    day = clock.today(shop.market.timezone) + timedelta(days=1)
    card = issue(shop, recipient="eve@example.com", send_on=day).card
    actions.void(card.pk, "by mistake", actor=SYSTEM)
    with clock.at(clock.now() + timedelta(days=2)):
        assert actions.send_due() == 0
    assert not MailMessage.objects.exists()


def test_what_is_wrong_is_set_right_by_an_entry_of_its_own(shop):
    card = issue(shop).card
    actions.correct(card.pk, 500, "forgot the bonus", actor=SYSTEM)
    with pytest.raises(CardBalanceError):
        actions.correct(card.pk, -5501, "too much", actor=SYSTEM)
    actions.correct(card.pk, -1000, "too much", actor=SYSTEM)
    actions.void(card.pk, "stolen", actor=SYSTEM)
    rows = list(GiftCardEntry.objects.values_list("kind", "amount_minor", "reason"))
    assert rows == [
        ("issued", 5000, "goodwill"), ("corrected", 500, "forgot the bonus"), ("corrected", -1000, "too much"),
        ("voided", -4500, "stolen"),
    ]  # fmt: skip
    assert GiftCard.objects.get().balance_minor == 0
    for again in (
        lambda: actions.void(card.pk, "x", actor=SYSTEM),
        lambda: actions.correct(card.pk, 1, "x", actor=SYSTEM),
    ):
        with pytest.raises(CardVoidError):
            again()


def test_a_lost_code_is_replaced(shop):
    issued = issue(shop)
    fresh = actions.replace_code(issued.card.pk, "lost", actor=SYSTEM)
    assert queries.usable_by_code(issued.code, shop.market) is None
    assert queries.usable_by_code(fresh.code, shop.market) == issued.card
    assert GiftCard.objects.get().balance_minor == 5000


def test_a_card_ends_after_its_last_day_and_not_before(shop):
    card = issue(shop, ends=True).card
    assert card.expires_on == rules.earliest_end("DE", clock.today(shop.market.timezone))
    last = clock.now().replace(year=card.expires_on.year, month=12, day=31, hour=12)
    with clock.at(last):
        assert actions.end_due() == 0
    with clock.at(last + timedelta(days=1)):
        assert (actions.end_due(), actions.end_due()) == (1, 0)
    assert GiftCardEntry.objects.latest("pk").kind == "expired"
    assert GiftCard.objects.get().balance_minor == 0


def test_refusals(shop):
    for minor in (0, -1, 10_000_001, True, 1.5, None):
        with pytest.raises(CardAmountError):
            issue(shop, minor)
    with pytest.raises(CardReasonError):
        issue(shop, reason=" \x00")
    with pytest.raises(CardRecipientError):
        issue(shop, send_on=clock.today(shop.market.timezone))
    assert not GiftCard.objects.exists()


def test_the_database_has_the_last_word(shop):
    card = issue(shop).card
    with pytest.raises(IntegrityError), transaction.atomic():
        GiftCard.objects.filter(pk=card.pk).update(balance_minor=-1)
    with pytest.raises(IntegrityError), transaction.atomic():
        GiftCardEntry.objects.update(amount_minor=-5000)


def test_what_is_owed_by_month(shop):
    card = issue(shop).card
    actions.correct(card.pk, -1000, "x", actor=SYSTEM)
    [owed] = queries.owed()
    assert (owed.total.minor, owed.cards) == (4000, 1)
    from zoneinfo import ZoneInfo

    zone = ZoneInfo(shop.market.timezone)
    [month] = queries.by_month(zone)
    assert (month.issued.minor, month.corrected.minor, month.spent.minor, month.owed.minor) == (5000, -1000, 0, 4000)
    rows = queries.of_month(queries.entries(), f"{month.month:%Y-%m}", zone)
    assert sum(row.amount_minor for row in rows) == 4000
    assert not queries.of_month(queries.entries(), "2026-13", zone).exists()
