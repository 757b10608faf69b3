"""A robot that knows only HTML buys."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from stoa.inventory.stock.queries import level_of
from stoa.operations.models import Order
from stoa.operations.testing import Shop
from stoa.storefront.tests.robot import Robot

pytestmark = pytest.mark.django_db


def test_buys_with_what_the_page_offers(shop: Shop, mug_url: str) -> None:
    robot = Robot()
    page = robot.buy(mug_url)
    order = Order.objects.get()
    assert robot.response.status_code == 200
    assert robot.order_number == order.number
    assert robot.url.startswith(f"/order/{order.number}/")
    assert (order.email, order.name, order.city, order.country) == ("ada@example.com", "Ada Lovelace", "Berlin", "DE")
    assert order.total_minor == 1200 + 490
    assert "€16.90" in page.css_first("[data-order-total]").text()
    level = level_of("MUG")
    assert level is not None
    assert level.available == 9


def test_the_cookies_of_a_cart_that_was_ordered_are_gone(shop: Shop, mug_url: str) -> None:
    robot = Robot()
    robot.buy(mug_url)
    assert robot.client.cookies["stoa_cart"].value == ""
    assert robot.client.cookies["stoa_has_cart"].value == ""
    robot.open("/checkout/")
    assert robot.url == "/cart/"


@pytest.mark.parametrize("payment", ["bank_transfer", "cash_on_delivery"])
def test_buys_with_either_offline_method(shop: Shop, mug_url: str, payment: str) -> None:
    robot = Robot()
    robot.buy(mug_url, payment=payment)
    assert Order.objects.get().payment_method == payment
    assert robot.order_number == "1001"


def test_a_hosted_provider_sends_the_buyer_to_its_page(shop: Shop, mug_url: str, settings) -> None:
    robot = Robot()
    robot.open(mug_url)
    robot.submit(robot.form_to("/cart/add/"))
    robot.open("/checkout/")
    with patch("stoa.operations.checkout.actions.payments.start_payment", return_value="/cart/?paid-elsewhere"):
        robot.submit(robot.form_to("/checkout/"), payment="sandbox")
    assert robot.url == "/cart/?paid-elsewhere"
    assert Order.objects.get().status == "awaiting_payment"


def test_the_same_form_sent_twice_is_one_order(shop: Shop, mug_url: str) -> None:
    robot, twin = Robot(), Robot()
    robot.open(mug_url)
    robot.submit(robot.form_to("/cart/add/"))
    robot.open("/checkout/")
    twin.client.cookies["stoa_cart"] = robot.client.cookies["stoa_cart"].value
    twin.open("/checkout/")
    robot.submit(robot.form_to("/checkout/"))
    twin.submit(twin.form_to("/checkout/"))
    assert robot.order_number == twin.order_number == "1001"
    assert Order.objects.count() == 1


def test_who_is_too_late_for_the_last_ones_is_told(shop: Shop, mug_url: str) -> None:
    early, late = Robot(), Robot()
    for robot in (early, late):
        robot.open(mug_url)
        robot.submit(robot.form_to("/cart/add/"), quantity="10")
        robot.open("/checkout/")
    early.submit(early.form_to("/checkout/"))
    late.submit(late.form_to("/checkout/"))
    assert early.order_number == "1001"
    assert late.response.status_code == 409
    assert late.refusal == "out-of-stock"
    assert late.order_number is None
    assert "is sold out" in late.page.css_first("[data-error]").text()
    assert Order.objects.count() == 1
    # What was typed is still there.
    assert late.page.css_first("#line1").attributes["value"] == "Marktplatz 1"


def test_a_price_that_changed_meanwhile_is_shown_first(shop: Shop, mug_url: str) -> None:
    from stoa.catalogue.prices.actions import PriceChange, set_prices
    from stoa.kernel.actors import SYSTEM

    robot = Robot()
    robot.open(mug_url)
    robot.submit(robot.form_to("/cart/add/"))
    robot.open("/checkout/")
    set_prices([PriceChange(shop.mug.pk, shop.market.price_list_id, 1300)], actor=SYSTEM)
    robot.submit(robot.form_to("/checkout/"))
    assert robot.response.status_code == 409
    assert robot.refusal == "price-changed"
    assert Order.objects.count() == 0
    robot.submit(robot.form_to("/checkout/"))
    assert Order.objects.get().goods_minor == 1300


def test_missing_fields_are_named_and_linked(shop: Shop, mug_url: str) -> None:
    robot = Robot({"email": "no address", "country": "DE"})
    robot.buy(mug_url)
    assert robot.response.status_code == 422
    links = [link.attributes["href"] for link in robot.page.css("[data-error-summary] a")]
    assert links == ["#email", "#name", "#line1", "#postal_code", "#city"]
    field = robot.page.css_first("#email")
    assert field.attributes["aria-invalid"] == "true"
    assert "email-error" in field.attributes["aria-describedby"].split()
    assert field.attributes["value"] == "no address"
    assert Order.objects.count() == 0


def test_at_most_six_fields_are_required(shop: Shop, mug_url: str) -> None:
    robot = Robot()
    robot.open(mug_url)
    robot.submit(robot.form_to("/cart/add/"))
    page = robot.open("/checkout/")
    required = page.css(
        "form[action='/checkout/'] input[required]:not([type=radio]), form[action='/checkout/'] select[required]"
    )
    assert len(required) == 6
    tokens = {node.attributes["autocomplete"] for node in page.css("form[action='/checkout/'] [autocomplete]")}
    assert {
        "email",
        "name",
        "address-line1",
        "address-line2",
        "postal-code",
        "address-level2",
        "country",
        "tel",
    } <= tokens
    assert page.css_first("#country option[selected]").attributes["value"] == "DE"
    for group in ("delivery", "payment"):
        assert len(page.css(f"input[name={group}][checked]")) == 1


def test_a_dearer_delivery_is_shown_before_it_is_charged(shop: Shop, mug_url: str) -> None:
    from stoa.operations.shipping.models import DeliveryZone
    from stoa.operations.testing import make_delivery

    shop.zone.countries = ["DE", "GB"]
    shop.zone.save()
    abroad = DeliveryZone.objects.create(market=shop.market, name="Abroad", countries=["FR"])
    make_delivery(abroad, "standard", price_minor=1290)
    robot = Robot(Robot().person | {"country": "FR"})
    robot.buy(mug_url)
    assert robot.response.status_code == 409
    assert robot.refusal == "total-changed"
    assert Order.objects.count() == 0
    robot.submit(robot.form_to("/checkout/"))
    assert Order.objects.get().delivery_minor == 1290
