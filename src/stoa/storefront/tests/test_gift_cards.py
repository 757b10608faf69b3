"""A gift card in the cart: shown up to the order, limited, and told nothing about when refused."""

from __future__ import annotations

import re
import threading

import pytest

from stoa.kernel.actors import SYSTEM
from stoa.kernel.web import ratelimit
from stoa.operations.cart.models import Cart
from stoa.operations.credit import actions, rules
from stoa.operations.models import GiftCard, Order, Payment
from stoa.operations.testing import make_shop

pytestmark = pytest.mark.django_db
ADDRESS = {
    "email": "ada@example.com", "name": "Ada Lovelace", "line1": "Marktplatz 1", "postal_code": "10115", "city": "Berlin",
    "country": "DE", "delivery": "standard", "payment": "bank_transfer",
}  # fmt: skip


@pytest.fixture
def shop(monkeypatch, tmp_path):
    """With counters of its own: what other tests tried does not count here."""
    counters = ratelimit.FileCounters(tmp_path / "ratelimit.sqlite3")
    monkeypatch.setattr(ratelimit, "_local", threading.local())
    monkeypatch.setattr(ratelimit, "_counters", lambda: counters)
    return make_shop()


def issue(shop, minor=1000):
    return actions.issue(shop.market, minor, actor=SYSTEM, reason="goodwill")


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def filled(client, shop, code):
    client.post("/cart/add/", {"variant": shop.mug.pk, "quantity": 2})
    return client.post("/cart/gift-card/", {"code": code})


def test_a_card_is_shown_from_cart_to_order(client, shop):
    issued = issue(shop)
    assert filled(client, shop, rules.shown(issued.code)).status_code == 303
    page = text(client.get("/cart/"))
    assert f"Gift card …{issued.card.last4}: €10.00 on it" in page
    assert issued.code not in page
    checkout = text(client.get("/checkout/"))
    assert "<dd data-by-card>−€10.00</dd>" in checkout
    assert "<dd data-due>€18.90</dd>" in checkout
    assert 'name="seen_credit" value="1000"' in checkout
    done = client.post("/checkout/", {**ADDRESS, "seen_goods": "2400", "seen_credit": "1000"})
    assert done.status_code == 303
    order = text(client.get(done["Location"]))
    assert "<dd data-by-card>−€10.00</dd>" in order
    assert "<dt>Amount</dt><dd>€18.90</dd>" in order
    assert (Order.objects.get().total_minor, Payment.objects.get().amount_minor) == (2890, 1890)


def test_a_card_that_was_spent_elsewhere_is_told_before_paying(client, shop):
    issued = issue(shop)
    filled(client, shop, issued.code)
    actions.correct(issued.card.pk, -400, "spent elsewhere", actor=SYSTEM)
    refused = client.post("/checkout/", {**ADDRESS, "seen_goods": "2400", "seen_credit": "1000"})
    assert refused.status_code == 409
    assert 'data-error="gift-card-changed"' in text(refused)
    assert "−€6.00" in text(refused)
    assert not Order.objects.exists()
    assert GiftCard.objects.get().balance_minor == 600


def test_a_removed_card_pays_nothing(client, shop):
    issued = issue(shop)
    filled(client, shop, issued.code)
    client.post("/cart/gift-card/remove/", {"card": issued.card.pk})
    for odd in ("", "x", "9" * 30, "-1"):
        assert client.post("/cart/gift-card/remove/", {"card": odd}).status_code == 303
    assert Cart.objects.get().gift_cards == []
    assert "data-by-card" not in text(client.get("/checkout/"))


def test_the_balance_is_told_to_whoever_has_the_code(client, shop):
    issued = issue(shop)
    assert client.get(f"/gift-card/?code={issued.code}").content == client.get("/gift-card/").content
    answer = client.post("/gift-card/", {"code": rules.shown(issued.code).lower()})
    assert "<p data-balance>€10.00</p>" in text(answer)
    assert "no-store" in answer["Cache-Control"]
    assert issued.code not in text(answer)


def test_refusals_are_the_same_page(client, shop):
    void, empty = issue(shop), issue(shop)
    actions.void(void.card.pk, "lost", actor=SYSTEM)
    actions.correct(empty.card.pk, -1000, "test", actor=SYSTEM)
    client.post("/cart/add/", {"variant": shop.mug.pk})
    codes = (void.code, empty.code, "unknown", "")
    for address in ("/cart/gift-card/", "/gift-card/"):
        answers = [client.post(address, {"code": code}) for code in codes]
        assert {answer.status_code for answer in answers} == {409}
        assert len({answer.content for answer in answers}) == 1


def test_two_hundred_guesses_end_at_the_limit_whichever_door_they_take(client, shop):
    issued = issue(shop)
    client.post("/cart/add/", {"variant": shop.mug.pk})
    statuses = [
        client.post("/gift-card/" if number % 2 else "/cart/gift-card/", {"code": f"guess{number}"}).status_code
        for number in range(200)
    ]
    assert statuses == [409] * actions.TRIES + [429] * (200 - actions.TRIES)
    # The right code is no better than the others by now.
    assert client.post("/gift-card/", {"code": issued.code}).status_code == 429
    assert Cart.objects.get().gift_cards == []
    assert client.get("/cart/").status_code == 200
