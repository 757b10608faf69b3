"""The grid of variants and the options of a product."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stoa.backoffice.testing import client_of
from stoa.backoffice.tests.test_goods import sent_by, variants_url
from stoa.catalogue.models import Price, Product, ProductOption, Variant
from stoa.catalogue.products.data import OptionData, VariantData
from stoa.catalogue.testing import make_product
from stoa.inventory.models import StockLevel, StockMove
from stoa.inventory.stock.actions import adjust
from stoa.kernel import books
from stoa.kernel.actors import SYSTEM
from stoa.operations.testing import Shop


def shirt(sizes: int = 3) -> Product:
    values = tuple(f"S{size}" for size in range(sizes))
    return make_product(
        "Shirt", options=[OptionData("Colour", ("Red", "Blue")), OptionData("Size", values)],
        variants=[VariantData(f"{c}-{v}".upper(), (c, v), 1000) for c in ("Red", "Blue") for v in values],
    )  # fmt: skip


def amounts(product: Product) -> set[int]:
    return set(Price.objects.filter(variant__product=product).values_list("amount_minor", flat=True))


def test_two_editors_do_not_overwrite_each_other(owner: Client, shop: Shop) -> None:
    mine = sent_by(owner, shop.mug.product_id)
    theirs = {**mine, f"v{shop.mug.pk}-price_minor": "11.00"}
    assert client_of("manager").post(variants_url(shop.mug.product_id), theirs).status_code == 302
    mine[f"v{shop.mug.pk}-price_minor"] = "15.00"
    response = owner.post(variants_url(shop.mug.product_id), mine)
    assert response.status_code == 422
    assert "Somebody else has changed this" in response.content.decode()
    assert "Price 11.00" in response.content.decode()
    assert amounts(Product.objects.get(pk=shop.mug.product_id)) == {1100}
    # Who has been told and saves again means it.
    mine[f"v{shop.mug.pk}-seen"] = response.context["rows"][0][0].shown_seen
    assert owner.post(variants_url(shop.mug.product_id), mine).status_code == 302
    assert amounts(Product.objects.get(pk=shop.mug.product_id)) == {1500}


def test_another_mistake_does_not_make_one_overwrite(owner: Client, shop: Shop) -> None:
    mine = {**sent_by(owner, shop.mug.product_id), f"v{shop.mug.pk}-price_minor": "dear"}
    Price.objects.filter(variant=shop.mug).update(amount_minor=1100)
    again = owner.post(variants_url(shop.mug.product_id), mine).context["rows"][0][0].shown_seen
    assert again == mine[f"v{shop.mug.pk}-seen"]


def test_stock_is_counted_with_a_reason_by_those_who_may(owner: Client, shop: Shop) -> None:
    product_id, name = shop.mug.product_id, f"v{shop.mug.pk}-stock_{shop.location.pk}"
    sent = {**sent_by(owner, product_id), name: "7", "stock_reason": "damaged"}
    assert owner.post(variants_url(product_id), sent).status_code == 302
    assert StockLevel.objects.get(variant=shop.mug).on_hand == 7
    last = StockMove.objects.latest("id")
    assert (last.quantity, last.reason, last.actor) == (-3, "damaged", "Owner Person")
    assert books.verify().is_clean


def test_stock_that_moved_meanwhile_is_not_counted_over(owner: Client, shop: Shop) -> None:
    product_id, name = shop.mug.product_id, f"v{shop.mug.pk}-stock_{shop.location.pk}"
    sent = {**sent_by(owner, product_id), name: "7", f"v{shop.mug.pk}-price_minor": "9.00"}
    adjust(shop.mug.pk, shop.location.pk, -4, reason="damaged", actor=SYSTEM)
    response = owner.post(variants_url(product_id), sent)
    assert response.status_code == 422
    assert "Stock has moved" in response.content.decode()
    assert StockLevel.objects.get(variant=shop.mug).on_hand == 6
    assert Price.objects.get(variant=shop.mug).amount_minor == 1200


def test_a_column_is_filled_before_anything_is_saved(owner: Client, shop: Shop) -> None:
    product = shirt()
    sent = sent_by(owner, product.pk)
    rows = list(Variant.objects.filter(product=product).order_by("position"))
    fill = {
        "do": "fill",
        "fill-field": "price_minor",
        "fill-value": "8.50",
        "fill-rows": "ticked",
        "pick": [rows[0].pk, rows[2].pk],
    }
    response = owner.post(variants_url(product.pk), {**sent, **fill})
    assert amounts(product) == {1000}
    shown = [form["price_minor"].value() for form, *_rest in response.context["rows"]]
    assert shown == ["8.50", "10.00", "8.50", "10.00", "10.00", "10.00"]
    skus = {"do": "fill", "fill-field": "sku", "fill-value": "{slug}-{size}-{colour}", "fill-rows": "page"}
    response = owner.post(variants_url(product.pk), {**sent, **skus})
    assert [form["sku"].value() for form, *_rest in response.context["rows"]][:2] == ["SHIRT-S0-RED", "SHIRT-S1-RED"]


def test_the_grid_is_filtered_and_has_pages(owner: Client, shop: Shop) -> None:
    product = shirt(60)
    page = owner.get(variants_url(product.pk))
    assert (len(page.context["rows"]), page.context["grid"].total) == (50, 120)
    blue = owner.get(variants_url(product.pk), {"o0": "Blue", "p": "2"})
    assert (len(blue.context["rows"]), blue.context["grid"].total) == (10, 60)
    one = owner.get(variants_url(product.pk), {"o0": "Blue", "o1": "S7"})
    assert [variant.title for _form, variant, _levels in one.context["rows"]] == ["Blue / S7"]
    assert owner.get(variants_url(product.pk), {"q": "red-s59"}).context["grid"].total == 1
    assert owner.get(variants_url(product.pk), {"state": "off"}).context["grid"].total == 0


def test_the_grid_asks_the_same_for_few_and_many(owner: Client, shop: Shop) -> None:
    few = shirt(2)
    owner.get(variants_url(few.pk))
    with CaptureQueriesContext(connection) as asked_for_few:
        owner.get(variants_url(few.pk))
    more = make_product(
        options=[OptionData("Size", tuple(f"T{n}" for n in range(40)))],
        variants=[VariantData(f"T-{n}", (f"T{n}",), 100) for n in range(40)],
    )
    with CaptureQueriesContext(connection) as asked_for_more:
        owner.get(variants_url(more.pk))
    assert len(asked_for_more) == len(asked_for_few)


def test_options_are_changed_by_name_place_and_tick(owner: Client, shop: Shop) -> None:
    product = shirt(2)
    url = reverse("backoffice:options", args=[product.pk])
    sent = {
        "option0-name": "Tint", "option0-place": "2", "option0-value_0": "Crimson", "option0-value_place_0": "1",
        "option0-value_1": "Blue", "option0-value_place_1": "2", "option0-value_gone_1": "on", "option0-more": "",
        "option1-name": "Size", "option1-place": "1", "option1-value_0": "S0", "option1-value_place_0": "2",
        "option1-value_1": "S1", "option1-value_place_1": "1", "option1-more": "S2, S3",
        "new-name": "", "new-more": "", "new-place": "3",
    }  # fmt: skip
    response = owner.post(url, sent, follow=True)
    assert "2 variants are gone." in response.content.decode()
    assert list(ProductOption.objects.filter(product=product).values_list("name", "values")) == [
        ("Size", ["S1", "S0", "S2", "S3"]), ("Tint", ["Crimson"])
    ]  # fmt: skip
    assert sorted(Variant.objects.filter(product=product).values_list("title", flat=True)) == [
        "S0 / Crimson",
        "S1 / Crimson",
    ]


@pytest.mark.parametrize("sent", [{}, {"option0-name": ""}, {"new-more": "Red"}])
def test_a_form_that_came_without_the_options_takes_none_away(owner: Client, shop: Shop, sent: dict[str, str]) -> None:
    product = shirt(2)
    assert owner.post(reverse("backoffice:options", args=[product.pk]), sent).status_code == 422
    assert ProductOption.objects.filter(product=product).count() == 2


def test_combinations_are_added_by_the_pattern_of_the_form(owner: Client, shop: Shop) -> None:
    product = shirt(2)
    ProductOption.objects.filter(product=product, name="Colour").update(values=["Red", "Blue", "Sand"])
    assert owner.get(variants_url(product.pk)).context["missing"] == 2
    owner.post(reverse("backoffice:variant_fill_up", args=[product.pk]), {"pattern": "{colour}.{size}"})
    assert sorted(Variant.objects.filter(product=product, title__startswith="Sand").values_list("sku", flat=True)) == [
        "SAND.S0", "SAND.S1"
    ]  # fmt: skip
