"""The same price in list, page, data, cart, checkout and order; and a group's price where only its customers see it."""

from __future__ import annotations

import json
import re
from datetime import timedelta

import pytest
from django.test import Client

from stoa.catalogue.events import PriceChanged
from stoa.catalogue.prices.actions import (
    PriceChange,
    cancel_sale,
    create_price_list,
    schedule_sale,
    set_breaks,
    set_group_price_list,
    set_prices,
)
from stoa.customers.groups.actions import assign_group, create_group
from stoa.customers.testing import make_member
from stoa.kernel import books, clock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.events import event_name
from stoa.kernel.outbox.models import OutboxEvent
from stoa.operations.cart.models import CartLine
from stoa.operations.orders.models import Order, OrderLine

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)
ADDRESS = {
    "email": "ada@example.com", "name": "Ada Lovelace", "line1": "Marktplatz 1", "postal_code": "10115", "city": "Berlin",
    "country": "DE", "delivery": "standard", "payment": "bank_transfer",
}  # fmt: skip


def text(response) -> str:
    return re.sub(r"\s+", " ", response.content.decode())


def page_of(client, variant) -> str:
    return text(client.get(f"/p/{variant.product.slug}/"))


def offers(page: str) -> list[dict]:
    found = [json.loads(part) for part in re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page)]
    graph = [node for each in found for node in each.get("@graph", [each])]
    return [offer for node in graph if node.get("@type") == "Product" for offer in node["offers"]]


@pytest.fixture
def trade(shop):
    """A member whose group pays 9.00 for the mug, and 8.00 from five on."""
    group = create_group("Trade", actor=SYSTEM)
    prices = create_price_list("Trade", "EUR", actor=SYSTEM)
    set_prices([PriceChange(shop.mug.pk, prices.pk, 900)], SYSTEM)
    set_breaks(shop.mug.pk, prices.pk, [(5, 800)], actor=SYSTEM)
    set_group_price_list(group.pk, shop.market, prices.pk, actor=SYSTEM)
    member = make_member("trade@example.com")
    assign_group(member.pk, group.pk, actor=SYSTEM)
    return member


def as_member(member) -> Client:
    client = Client()
    client.force_login(member.user)
    return client


def put_in(client, variant, quantity=1) -> None:
    assert client.post("/cart/add/", {"variant": variant.pk, "quantity": quantity}).status_code == 303


def checkout(client) -> tuple[str, str]:
    """What the checkout shows as the sum of the goods, and its hidden fields' cart."""
    page = client.get("/checkout/").content.decode()
    seen = re.search(r'name="seen_goods" value="(\d+)"', page)
    cart = re.search(r'name="cart" value="([^"]+)"', page)
    return (seen[1] if seen else ""), (cart[1] if cart else "")


def test_a_sale_shows_the_same_price_everywhere(client, shop):
    with clock.at(clock.now() + DAY):
        ends = clock.now() + DAY
        schedule_sale("Sale", shop.market.price_list_id, {shop.mug.pk: 900}, ends_at=ends, actor=SYSTEM)
        page = page_of(client, shop.mug)
        assert "€9.00" in page
        assert "Lowest price of the last 30 days: €12.00" in page
        assert "At this price until" in page
        (offer,) = offers(page)
        assert offer["price"] == "9.00"
        assert offer["priceValidUntil"] == (ends - timedelta(seconds=1)).isoformat()
        listed = text(client.get("/c/table/"))
        assert "30-day lowest: €12.00" in listed
        assert "€9.00" in listed
        put_in(client, shop.mug, 2)
        cart = text(client.get("/cart/"))
        assert "€18.00" in cart
        assert "The price has changed" not in cart
        assert checkout(client)[0] == "1800"


def test_a_compare_at_price_without_a_past_claims_nothing(client, shop):
    page = page_of(client, shop.book)
    assert "€25.00" in page
    assert "30 days:" not in page
    assert "priceValidUntil" not in page
    set_prices([PriceChange(shop.book.pk, shop.market.price_list_id, 1900, 2500, compare_at_is_rrp=True)], SYSTEM)
    page = page_of(client, shop.book)
    assert "Recommended retail price: €25.00" in page
    assert "<s>" not in page
    assert 'class="card-flag card-flag-sale"' not in text(client.get("/c/table/"))


def test_quantity_breaks_stand_on_the_page_and_hold_in_the_cart(client, shop):
    set_breaks(shop.mug.pk, shop.market.price_list_id, [(3, 1100), (6, 1000)], actor=SYSTEM)
    page = page_of(client, shop.mug)
    assert '<th scope="row">from 3</th><td>€11.00</td>' in page
    assert '<th scope="row">from 6</th><td>€10.00</td>' in page
    put_in(client, shop.mug, 2)
    assert checkout(client)[0] == "2400"
    put_in(client, shop.mug, 4)
    assert "The price has changed" not in text(client.get("/cart/"))
    assert checkout(client)[0] == "6000"


def test_the_cart_says_that_a_price_has_changed_and_the_checkout_charges_what_it_shows(client, shop):
    sale = schedule_sale("Sale", shop.market.price_list_id, {shop.mug.pk: 900}, ends_at=clock.now() + DAY, actor=SYSTEM)
    put_in(client, shop.mug, 2)
    seen, cart = checkout(client)
    assert seen == "1800"
    with clock.at(clock.now() + timedelta(minutes=1)):
        cancel_sale(sale.pk, actor=SYSTEM)
        assert "it was €9.00, now it is €12.00" in text(client.get("/cart/"))
        refused = client.post("/checkout/", {**ADDRESS, "cart": cart, "seen_goods": seen})
        assert refused.status_code == 409
        assert not Order.objects.exists()
        seen, cart = checkout(client)
        assert seen == "2400"
        # Choosing the quantity anew is having seen the new price.
        client.post("/cart/update/", {"variant": shop.mug.pk, "quantity": 3})
        assert "The price has changed" not in text(client.get("/cart/"))
        assert CartLine.objects.get().seen_unit_minor == 1200


def test_a_group_pays_its_price_and_everybody_else_does_not(client, shop, trade):
    member = as_member(trade)
    for who, unit in ((client, "1200"), (member, "900")):
        put_in(who, shop.mug)
        assert checkout(who)[0] == unit
    put_in(member, shop.mug, 5)
    # What the group's list lacks, its customers pay as everybody does.
    put_in(member, shop.book)
    seen, cart = checkout(member)
    assert seen == str(6 * 800 + 2000)
    response = member.post("/checkout/", {**ADDRESS, "cart": cart, "seen_goods": seen})
    assert response.status_code in {302, 303}
    lines = OrderLine.objects.order_by("position").values_list("sku", "quantity", "unit_minor", "total_minor")
    assert list(lines) == [("MUG", 6, 800, 4800), ("BOOK", 1, 2000, 2000)]
    assert Order.objects.get().goods_minor == 6800
    assert books.verify().is_clean


def test_a_running_sale_is_for_the_group_too(shop, trade):
    schedule_sale("Sale", shop.market.price_list_id, {shop.mug.pk: 700}, ends_at=clock.now() + DAY, actor=SYSTEM)
    member = as_member(trade)
    put_in(member, shop.mug)
    assert checkout(member)[0] == "700"


def test_a_groups_price_is_on_no_page_that_others_may_get(client, shop, trade):
    member = as_member(trade)
    own = member.get(f"/cart/price/{shop.mug.pk}/")
    assert own.status_code == 200
    assert own.headers["Cache-Control"] == "private, no-store"
    assert '<span class="soft">Your price:</span> <span class="price-now numbers">€9.00</span>' in text(own)
    assert "€8.00" in text(own)
    for path in (f"/p/{shop.mug.product.slug}/", "/c/table/", "/", "/search/?q=mug"):
        # First by the member, so that whatever was kept of it is what the next one gets.
        for who in (member, client):
            shown = text(who.get(path))
            assert "€12.00" in shown, path
            assert "€9.00" not in shown, path
    for other in (client, as_member(make_member())):
        nothing = other.get(f"/cart/price/{shop.mug.pk}/")
        assert (nothing.status_code, nothing.content) == (204, b"")
        assert nothing.headers["Cache-Control"] == "private, no-store"
    # Where the group pays as everybody does, there is nothing to say.
    assert member.get(f"/cart/price/{shop.book.pk}/").status_code == 204
    assert member.get(f"/cart/price/{2**63}/").status_code == 204


def test_the_script_asks_only_for_members_of_a_group(client, shop, trade):
    assert as_member(trade).get("/cart/").cookies["stoa_own_prices"].value == "1"
    assert "stoa_own_prices" not in client.get("/cart/").cookies
    assert "stoa_own_prices" not in as_member(make_member()).get("/cart/").cookies


def test_prices_are_announced_for_feeds(shop):
    OutboxEvent.objects.all().delete()
    schedule_sale("Sale", shop.market.price_list_id, {shop.mug.pk: 900}, ends_at=clock.now() + DAY, actor=SYSTEM)
    payload = OutboxEvent.objects.get(name=event_name(PriceChanged)).payload
    assert (payload["variant_id"], payload["amount_minor"]) == (shop.mug.pk, 900)
