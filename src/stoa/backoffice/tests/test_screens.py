"""Every screen opens, empty and full."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from stoa.catalogue.models import Category, Product
from stoa.inventory.models import StockLevel
from stoa.operations.models import MailMessage
from stoa.operations.testing import Shop, make_order

SCREENS = (
    "wagtailadmin_home", "backoffice:orders", "backoffice:orders_results", "backoffice:orders_export", "backoffice:categories",
    "backoffice:category_new", "backoffice:levels", "backoffice:levels_export", "backoffice:moves", "backoffice:moves_export",
    "backoffice:customers", "backoffice:sales", "backoffice:sales_export", "backoffice:identity", "backoffice:taxes",
    "backoffice:tax_new", "backoffice:zones", "backoffice:zone_new", "backoffice:methods", "backoffice:locations",
    "backoffice:location_new", "backoffice:deliveries", "backoffice:jobs", "backoffice:mails", "backoffice:mail_kinds",
    "backoffice:mail_test", "backoffice:mailbox", "backoffice:payment_events", "backoffice:audit", "wagtailusers_users:index",
    "wagtailusers_users:add", "wagtailsnippets_catalogue_product:list", "wagtailsnippets_catalogue_product:add",
    "wagtailadmin_explore_root", "wagtailimages:index", "wagtaildocs:index", "wagtailredirects:index", "wagtailadmin_account",
)  # fmt: skip


@pytest.mark.parametrize("name", SCREENS)
def test_every_screen_opens_empty_and_full(owner: Client, shop: Shop, name: str) -> None:
    assert owner.get(reverse(name)).status_code in {200, 302 if name == "wagtailadmin_explore_root" else 200}
    make_order(shop)
    assert owner.get(reverse(name)).status_code in {200, 302 if name == "wagtailadmin_explore_root" else 200}


def test_screens_of_one_thing_open(owner: Client, shop: Shop) -> None:
    order = make_order(shop)
    product = Product.objects.first()
    shelf = Category.add_root(name="Cups", slug="cups")
    assert product
    for name, key in (
        ("backoffice:order", order.pk),
        ("backoffice:customer", order.customer_id),
        ("backoffice:variants", product.pk),
        ("backoffice:level", StockLevel.objects.values_list("pk", flat=True)[0]),
        ("backoffice:category", shelf.pk),
        ("backoffice:zone", shop.zone.pk),
        ("backoffice:delivery_method", shop.zone.methods.all()[0].pk),
        ("backoffice:delivery_method_new", shop.zone.pk),
        ("backoffice:location", shop.location.pk),
        ("backoffice:method", "bank_transfer"),
        ("backoffice:mail_kind", "order_received"),
        ("backoffice:mail_kind_body", "order_received"),
        ("wagtailsnippets_catalogue_product:edit", product.pk),
        ("wagtailsnippets_catalogue_product:history", product.pk),
        ("wagtailsnippets_catalogue_product:delete", product.pk),
        ("wagtailsnippets_catalogue_product:unpublish", product.pk),
    ):
        assert owner.get(reverse(name, args=[key])).status_code == 200, name


@pytest.mark.parametrize(
    "name",
    ["order", "customer", "variants", "level", "category", "zone", "delivery_method", "location", "mail", "mail_body"],
)
@pytest.mark.parametrize("number", [0, 999_999, 2**63, 10**30])
def test_what_is_not_there_is_not_found(owner: Client, name: str, number: int) -> None:
    assert owner.get(reverse(f"backoffice:{name}", args=[number])).status_code == 404


def test_mails_open_and_are_inert(owner: Client, shop: Shop) -> None:
    from stoa.kernel.jobs.testing import run_all_jobs
    from stoa.kernel.outbox.relay import relay_until_empty

    make_order(shop)
    relay_until_empty(strict=True)
    run_all_jobs()
    mail = MailMessage.objects.get()
    assert owner.get(reverse("backoffice:mail", args=[mail.pk])).status_code == 200
    body = owner.get(reverse("backoffice:mail_body", args=[mail.pk]))
    assert "sandbox" in body["Content-Security-Policy"]
    assert "default-src 'none'" in body["Content-Security-Policy"]
