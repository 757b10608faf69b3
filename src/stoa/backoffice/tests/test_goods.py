"""Products, variants, categories and stock from the back office."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from stoa.backoffice.testing import client_of
from stoa.catalogue.models import Category, Price, Product, ProductOption, Variant
from stoa.inventory.models import StockLevel, StockMove
from stoa.operations.testing import Shop, make_order

ADD = "wagtailsnippets_catalogue_product:add"


def variants_url(product_id: int) -> str:
    return reverse("backoffice:variants", args=[product_id])


def sent_by(client: Client, product_id: int) -> dict[str, str]:
    """The variants form as the browser would send it, unchanged."""
    data: dict[str, str] = {}
    for form, variant, _levels in client.get(variants_url(product_id)).context["rows"]:
        data[f"v{variant.pk}-present"] = "1"
        data[f"v{variant.pk}-seen"] = form.shown_seen
        data |= {f"{field.html_name}-seen": str(there or 0) for _place, field, there in form.stock_fields()}
        for field in form:
            value = field.value()
            if value is True:
                data[field.html_name] = "on"
            elif value not in (None, False):
                data[field.html_name] = str(value)
    return data


def test_a_new_product_is_a_draft_with_one_variant(owner: Client, shop: Shop) -> None:
    sent = {
        "title": "Oak tray",
        "price": "49,90",
        "sku": "",
        "category": "",
        "tax_class": "standard",
        "kind": "physical",
    }
    response = owner.post(reverse(ADD), sent)
    product = Product.objects.get(title="Oak tray")
    assert response["Location"] == reverse("wagtailsnippets_catalogue_product:edit", args=[product.pk])
    assert (product.live, product.slug) == (False, "oak-tray")
    variant = Variant.objects.get(product=product)
    assert variant.sku
    assert Price.objects.get(variant=variant).amount_minor == 4990


@pytest.mark.parametrize("price", ["-1", "1.234", "abc", "١٢"])
def test_a_price_that_is_none_makes_no_product(owner: Client, shop: Shop, price: str) -> None:
    before = Product.objects.count()
    response = owner.post(
        reverse(ADD), {"title": "Oak tray", "price": price, "tax_class": "standard", "kind": "physical"}
    )
    assert response.status_code == 422
    assert Product.objects.count() == before


def test_variants_are_saved_together_or_not_at_all(owner: Client, shop: Shop) -> None:
    product_id = shop.mug.product_id
    sent = sent_by(owner, product_id)
    sent[f"v{shop.mug.pk}-price_minor"] = "13.50"
    sent[f"v{shop.mug.pk}-sku"] = "BOOK"
    response = owner.post(variants_url(product_id), sent)
    assert response.status_code == 422
    assert "Another variant has this SKU" in response.content.decode()
    assert Price.objects.get(variant=shop.mug).amount_minor == 1200
    sent[f"v{shop.mug.pk}-sku"] = "MUG-2"
    assert owner.post(variants_url(product_id), sent).status_code == 302
    shop.mug.refresh_from_db()
    assert (shop.mug.sku, shop.mug.cost_minor) == ("MUG-2", 500)
    assert Price.objects.get(variant=shop.mug).amount_minor == 1350


def test_a_blank_price_takes_the_variant_off_sale(owner: Client, shop: Shop) -> None:
    sent = sent_by(owner, shop.mug.product_id)
    sent[f"v{shop.mug.pk}-price_minor"] = ""
    owner.post(variants_url(shop.mug.product_id), sent)
    assert not Price.objects.filter(variant=shop.mug).exists()


def test_costs_are_shown_to_those_who_may_see_them(shop: Shop) -> None:
    url = variants_url(shop.mug.product_id)
    assert "cost_minor" in client_of("manager").get(url).content.decode()
    for role in ("fulfilment", "support"):
        assert "cost_minor" not in client_of(role).get(url).content.decode()
        assert client_of(role).post(url, {})["Location"] == "/admin/"


def test_options_and_every_combination(owner: Client, shop: Shop) -> None:
    product_id = shop.mug.product_id
    owner.post(reverse("backoffice:options", args=[product_id]), {"new-name": "Colour", "new-more": "Red, Blue, Red"})
    assert ProductOption.objects.get(product_id=product_id).values == ["Red", "Blue"]
    shop.mug.refresh_from_db()
    assert shop.mug.option_values == ["Red"]
    owner.post(reverse("backoffice:variant_fill_up", args=[product_id]))
    blue = Variant.objects.get(product_id=product_id, title="Blue")
    assert Price.objects.get(variant=blue).amount_minor == 1200
    owner.post(reverse("backoffice:variant_remove", args=[product_id, blue.pk]))
    assert not Variant.objects.filter(pk=blue.pk).exists()


def test_only_what_was_never_sold_is_deleted(owner: Client, shop: Shop) -> None:
    make_order(shop)
    sold = shop.mug.product_id
    owner.post(reverse("wagtailsnippets_catalogue_product:delete", args=[sold]))
    assert Product.objects.get(pk=sold).live is False
    owner.post(reverse(ADD), {"title": "Oak tray", "price": "1", "tax_class": "standard", "kind": "physical"})
    fresh = Product.objects.get(title="Oak tray")
    owner.post(reverse("wagtailsnippets_catalogue_product:delete", args=[fresh.pk]))
    assert not Product.objects.filter(pk=fresh.pk).exists()


@pytest.mark.parametrize(
    ("query", "found"), [({"q": "mug"}, ["The MUG"]), ({"stock": "out"}, []), ({"status": "draft"}, [])]
)
def test_products_are_found(owner: Client, shop: Shop, query: dict[str, str], found: list[str]) -> None:
    listed = owner.get(reverse("wagtailsnippets_catalogue_product:list"), query).context["object_list"]
    assert [product.title for product in listed] == found


def test_the_product_list_asks_the_same_for_few_and_many(owner: Client, shop: Shop) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    url = reverse("wagtailsnippets_catalogue_product:list")
    owner.get(url)
    with CaptureQueriesContext(connection) as few:
        owner.get(url)
    for number in range(4):
        owner.post(reverse(ADD), {"title": f"Tray {number}", "price": "1", "tax_class": "standard", "kind": "physical"})
    owner.get(url)
    with CaptureQueriesContext(connection) as many:
        owner.get(url)
    assert len(many) == len(few)


def test_categories_grow_move_and_go(owner: Client, shop: Shop) -> None:
    owner.post(reverse("backoffice:category_new"), {"name": "Kitchen", "is_visible": "on"})
    kitchen = Category.objects.get(name="Kitchen")
    owner.post(reverse("backoffice:category_new"), {"name": "Cups", "parent": kitchen.pk, "is_visible": "on"})
    cups = Category.objects.get(name="Cups")
    assert cups.get_parent().pk == kitchen.pk
    owner.post(reverse("backoffice:category_delete", args=[kitchen.pk]))
    assert Category.objects.filter(pk=kitchen.pk).exists()
    owner.post(reverse("backoffice:category", args=[cups.pk]), {"name": "Mugs", "slug": "mugs", "is_visible": "on"})
    cups.refresh_from_db()
    assert (cups.name, cups.slug, cups.depth) == ("Mugs", "mugs", 1)


def level(shop: Shop) -> StockLevel:
    return StockLevel.objects.get(variant=shop.mug, location=shop.location)


@pytest.mark.parametrize(
    ("sent", "on_hand"),
    [
        ({"mode": "delta", "quantity": "-3", "reason": "damaged"}, 7),
        ({"mode": "delta", "quantity": "+5", "reason": "received"}, 15),
        ({"mode": "count", "quantity": "4", "reason": "counted", "note": "shelf B"}, 4),
        ({"mode": "delta", "quantity": "-11", "reason": "damaged"}, 10),
        ({"mode": "count", "quantity": "-1", "reason": "counted"}, 10),
        ({"mode": "delta", "quantity": "0", "reason": "received"}, 10),
        ({"mode": "delta", "quantity": "1.5", "reason": "received"}, 10),
        ({"mode": "delta", "quantity": "٣", "reason": "received"}, 10),
        ({"mode": "delta", "quantity": "1", "reason": "sold"}, 10),
        ({"mode": "delta", "quantity": "99999999", "reason": "received"}, 10),
    ],
)
def test_stock_is_corrected_with_a_reason_or_not_at_all(shop: Shop, sent: dict[str, Any], on_hand: int) -> None:
    moves = StockMove.objects.count()
    client_of("fulfilment").post(reverse("backoffice:level_adjust", args=[level(shop).pk]), sent)
    assert level(shop).on_hand == on_hand
    assert StockMove.objects.count() - moves == (on_hand != 10)
    if on_hand != 10:
        last = StockMove.objects.latest("id")
        assert (last.actor, last.reason) == ("Fulfilment Person", sent["reason"])


def test_selling_for_later_needs_a_limit_and_a_date(owner: Client, shop: Shop) -> None:
    url = reverse("backoffice:level_policy", args=[level(shop).pk])
    owner.post(url, {"policy": "backorder", "limit": "20"})
    assert level(shop).policy == "deny"
    owner.post(url, {"policy": "backorder", "limit": "20", "date": "2030-05-01"})
    assert (level(shop).policy, level(shop).backorder_limit, str(level(shop).backorder_date)) == (
        "backorder",
        20,
        "2030-05-01",
    )
    owner.post(url, {"policy": "deny", "limit": "20", "date": "2030-05-01"})
    assert (level(shop).policy, level(shop).backorder_limit) == ("deny", 0)
