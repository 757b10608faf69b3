"""The checkout shows the fields that the shop asks for, and no others."""

from __future__ import annotations

from dataclasses import asdict

from django.test import Client
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from stoa.kernel.actors import SYSTEM
from stoa.operations.checkout.asked.actions import set_checkout_fields
from stoa.operations.orders.models import Order
from stoa.operations.testing import BUYER, Shop


def with_mug(shop: Shop) -> Client:
    client = Client()
    client.post("/cart/add/", {"variant": shop.mug.pk, "quantity": 1})
    return client


def page_of(client: Client) -> HTMLParser:
    return HTMLParser(client.get("/checkout/").content.decode())


def order(client: Client, **typed: str):
    fields = {**asdict(BUYER), "delivery": BUYER.delivery_code, "payment": BUYER.payment_method, **typed}
    return client.post("/checkout/", {name: value for name, value in fields.items() if isinstance(value, str)})


def test_a_field_that_is_off_is_not_there_and_not_kept(shop: Shop) -> None:
    set_checkout_fields(shop.market, actor=SYSTEM, phone="off", line2="off", note="off")
    client = with_mug(shop)
    page = page_of(client)
    assert [page.css_first(f"#{name}") for name in ("phone", "line2", "note")] == [None, None, None]
    assert page.css_first("#line1") is not None
    assert order(client, phone="no number").status_code == 303
    assert Order.objects.get().phone == ""


def test_optional_lines_are_folded_and_required_ones_are_not(shop: Shop) -> None:
    client = with_mug(shop)
    folded = page_of(client)
    assert folded.css_first("details:not([open]) #line2") is not None
    assert folded.css_first("details:not([open]) #note") is not None
    assert "required" not in folded.css_first("#phone").attributes
    set_checkout_fields(shop.market, actor=SYSTEM, phone="required", line2="required", note="required")
    page = page_of(client)
    assert page.css_first("details #line2") is None
    assert page.css_first("details #note") is None
    assert "required" in page.css_first("#phone").attributes
    refused = order(client)
    assert refused.status_code == 422
    assert not Order.objects.exists()
    summary = HTMLParser(refused.content.decode()).css('.notices a[href^="#"]')
    assert {link.attributes["href"] for link in summary} == {"#phone", "#line2", "#note"}


def test_a_number_that_cannot_be_called_is_said_and_stays_as_typed(shop: Shop) -> None:
    client = with_mug(shop)
    refused = HTMLParser(order(client, phone="ask Bob").content.decode())
    field = refused.css_first("#phone")
    assert (field.attributes["value"], field.attributes["aria-invalid"]) == ("ask Bob", "true")
    assert "+49 30 123456 from abroad" in refused.css_first("#phone-error").text()
    placed = order(client, phone="030 123456")
    assert Order.objects.get().phone == "+4930123456"
    assert "+49 30 123456" in client.get(placed["Location"]).content.decode()
