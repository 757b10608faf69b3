"""A code in the cart: typed or by a link, shown on every page up to the order, and told nothing about when refused."""

from __future__ import annotations

import re
import threading

import pytest

from stoa.catalogue.promotions import actions
from stoa.catalogue.promotions.actions import PromotionData
from stoa.kernel.actors import SYSTEM
from stoa.kernel.web import ratelimit
from stoa.operations.cart.actions import TRIES
from stoa.operations.cart.models import Cart
from stoa.operations.orders.models import Order
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


def promote(code="spring", **fields):
    data = PromotionData(
        "Spring", "percent", "EUR", is_automatic=not code, code=code, terms={"percent_bp": 1000}, **fields
    )
    return actions.create_promotion(data, actor=SYSTEM)


def text(response):
    return re.sub(r"\s+", " ", response.content.decode())


def test_a_typed_code_is_shown_from_cart_to_order(client, shop):
    promote()
    client.post("/cart/add/", {"variant": shop.mug.pk, "quantity": 2})
    assert client.post("/cart/code/", {"code": "Spring"}).status_code == 303
    page = text(client.get("/cart/"))
    assert "Spring: −€2.40" in page
    assert "€21.60" in page
    checkout = text(client.get("/checkout/"))
    assert 'name="seen_goods" value="2160"' in checkout
    assert "€26.50" in checkout
    done = client.post("/checkout/", {**ADDRESS, "seen_goods": "2160"})
    assert done.status_code == 303
    order = text(client.get(done["Location"]))
    assert "taken off: Spring" in order
    assert "−€2.40" in order
    assert Order.objects.get().total_minor == 2650


def test_a_removed_code_takes_nothing_off(client, shop):
    promote()
    client.post("/cart/add/", {"variant": shop.mug.pk})
    client.post("/cart/code/", {"code": "spring"})
    client.post("/cart/code/remove/", {"code": "SPRING"})
    assert "−€" not in text(client.get("/cart/"))
    assert Cart.objects.get().codes == []


def test_refusals_are_the_same_page_but_for_nothing(client, shop):
    gone = promote(code="gone", limit_total=1)
    actions.take(gone.pk, None, None)
    client.post("/cart/add/", {"variant": shop.mug.pk})
    answers = {client.post("/cart/code/", {"code": code}).content for code in ("gone", "unknown")}
    one = client.post("/cart/code/", {"code": "gone"})
    assert one.status_code == 409
    assert len(answers) == 1
    assert b"gone" not in one.content


def test_guessing_ends(client, shop):
    promote()
    client.post("/cart/add/", {"variant": shop.mug.pk})
    for number in range(TRIES):
        client.post("/cart/code/", {"code": f"guess{number}"})
    late = client.post("/cart/code/", {"code": "spring"})
    assert late.status_code == 409
    assert b"Too many codes were tried." in late.content
    assert Cart.objects.get().codes == []


def test_a_link_brings_the_code_and_leads_on(client, shop):
    promote()
    came = client.get("/discount/SPRING/?next=/cart/")
    assert (came.status_code, came["Location"]) == (303, "/cart/")
    client.post("/cart/add/", {"variant": shop.mug.pk})
    assert "Spring: −€1.20" in text(client.get("/cart/"))


def test_a_link_leads_nowhere_else_and_opens_no_cart_for_a_wrong_code(client, shop):
    for target in ("https://evil.example/", "//evil.example/", "javascript:alert(1)"):
        assert client.get("/discount/nothing/", {"next": target})["Location"] == "/"
    assert not Cart.objects.exists()


def test_the_second_order_is_told_before_paying(client, shop):
    promote(code="", conditions={"first_order": True})
    for seen, status in (("1080", 303), ("1080", 409), ("1200", 303)):
        if status == 303 and seen == "1080":
            client.post("/cart/add/", {"variant": shop.mug.pk})
        answer = client.post("/checkout/", {**ADDRESS, "seen_goods": seen})
        assert answer.status_code == status
        if status == 303 and seen == "1080":
            client.post("/cart/add/", {"variant": shop.mug.pk})
        if status == 409:
            assert b'name="seen_goods" value="1200"' in answer.content
    assert list(Order.objects.order_by("id").values_list("goods_minor", flat=True)) == [1080, 1200]
