"""The same number of queries for few rows and for many."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from stoa.catalogue.categories.queries import category_by_slug
from stoa.catalogue.models import Product
from stoa.catalogue.products.actions import update_product
from stoa.catalogue.products.data import ProductChanges
from stoa.kernel.actors import SYSTEM
from stoa.operations.testing import Shop, make_order, make_variant
from stoa.storefront.tests.robot import Robot

pytestmark = pytest.mark.django_db


def queries(get: Callable[[], object]) -> int:
    with CaptureQueriesContext(connection) as captured:
        get()
    return len(captured)


def more_goods(shop: Shop, count: int) -> None:
    shelf = category_by_slug("table")
    for number in range(count):
        variant = make_variant(shop.market, f"MORE-{number}", 1000 + number, in_stock=5, location=shop.location)
        update_product(variant.product_id, ProductChanges(categories=[shelf.id]), actor=SYSTEM)


@pytest.mark.parametrize("url", ["/", "/c/table/", "/search/?q=the", "/p/the-mug/", "/sitemap-products-1.xml"])
def test_public_pages(shop: Shop, client: Client, url: str) -> None:
    client.get(url)
    few = queries(lambda: client.get(url))
    more_goods(shop, 12)
    assert queries(lambda: client.get(url)) == few
    assert Product.objects.count() == 14


@pytest.mark.parametrize("url", ["/cart/", "/checkout/", "/cart/badge/"])
def test_the_cart(shop: Shop, url: str) -> None:
    robot = Robot()
    robot.open("/p/the-mug/")
    robot.submit(robot.form_to("/cart/add/"))
    few = queries(lambda: robot.client.get(url))
    more_goods(shop, 8)
    for product in Product.objects.filter(title__startswith="The MORE"):
        robot.open(product.get_absolute_url())
        robot.submit(robot.form_to("/cart/add/"))
    assert queries(lambda: robot.client.get(url)) == few


def test_the_order_page_and_the_list_of_orders(shop: Shop, django_user_model) -> None:
    from stoa.customers.identity.actions import link_user

    user = django_user_model.objects.create_user("ada@example.com", "a long password")
    link_user(user, user.email)
    client = Client()
    client.force_login(user)
    first = make_order(shop, {"MUG": 1}, email=user.email)
    client.get("/account/orders/")
    few_orders = queries(lambda: client.get("/account/orders/"))
    few_lines = queries(lambda: client.get(f"/account/orders/{first.number}/"))
    second = make_order(shop, {"MUG": 1, "BOOK": 1}, email=user.email)
    assert client.get(f"/account/orders/{second.number}/").status_code in (200, 404)
    assert queries(lambda: client.get("/account/orders/")) == few_orders
    assert queries(lambda: client.get(f"/account/orders/{first.number}/")) == few_lines
