"""Types, attributes and bulk edits from the back office."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stoa.backoffice.testing import client_of
from stoa.catalogue.bulk.models import BulkEdit
from stoa.catalogue.models import Attribute, AttributeChoice, Price, Product, ProductType
from stoa.catalogue.testing import make_product
from stoa.catalogue.types.actions import define_attribute, define_type, set_attributes, set_type
from stoa.catalogue.types.queries import specification, typed_values
from stoa.kernel.actors import SYSTEM
from stoa.operations.testing import Shop

LIST = "wagtailsnippets_catalogue_product:list"


def mug_type() -> ProductType:
    define_attribute("capacity", name="Capacity", kind="number", unit="ml", actor=SYSTEM)
    define_attribute("care", name="Care", kind="choice", is_multiple=True, choices=["Wash", "Dry"], actor=SYSTEM)
    return define_type("mug", name="Mug", attributes=["capacity", "care"], required=["capacity"], actor=SYSTEM)


def test_an_attribute_with_choices_is_made_and_changed(owner: Client, shop: Shop) -> None:
    sent = {"name": "Material", "kind": "choice", "is_facet": "on", "choice-label_0": "Oak", "choice-place_0": "2",
            "choice-label_1": "Ash", "choice-place_1": "1", "choice-swatch_1": "#AA8855"}  # fmt: skip
    assert owner.post(reverse("backoffice:attribute_new"), sent).status_code == 302
    attribute = Attribute.objects.get(code="material")
    assert list(attribute.choices.values_list("label", "swatch")) == [("Ash", "#aa8855"), ("Oak", "")]
    url = reverse("backoffice:attribute", args=[attribute.pk])
    assert owner.get(url).status_code == 200
    wrong = owner.post(url, {**sent, "choice-label_2": "ash"})
    assert wrong.status_code == 422
    assert "Two choices have the same label" in wrong.content.decode()
    ash, oak = attribute.choices.all()
    owner.post(reverse("backoffice:attribute_merge", args=[attribute.pk]), {"choice": ash.pk, "into": oak.pk})
    assert list(AttributeChoice.objects.values_list("label", flat=True)) == ["Oak"]
    owner.post(reverse("backoffice:attribute_delete", args=[attribute.pk]))
    assert not Attribute.objects.exists()


def test_a_type_has_the_attributes_that_are_ticked_in_their_places(owner: Client, shop: Shop) -> None:
    kind = mug_type()
    capacity, care = Attribute.objects.order_by("code")
    url = reverse("backoffice:type", args=[kind.pk])
    sent = {"name": "Mugs", "sku_pattern": "{slug}", f"has_{capacity.pk}": "on", f"place_{capacity.pk}": "5",
            f"has_{care.pk}": "on", f"place_{care.pk}": "1", f"required_{care.pk}": "on"}  # fmt: skip
    assert owner.get(url).status_code == 200
    assert owner.post(url, sent).status_code == 302
    assert list(kind.places.values_list("attribute__code", "is_required")) == [("care", True), ("capacity", False)]
    assert "Mugs" in owner.get(reverse("backoffice:types")).content.decode()
    set_type(shop.mug.product_id, kind.pk, actor=SYSTEM)
    owner.post(reverse("backoffice:type_delete", args=[kind.pk]))
    assert ProductType.objects.get().name == "Mugs"


def test_a_products_values_are_typed_with_units_and_refused_beside_the_field(owner: Client, shop: Shop) -> None:
    kind, pk = mug_type(), shop.mug.product_id
    url = reverse("backoffice:product_attributes", args=[pk])
    assert owner.post(url, {"type": kind.pk}).status_code == 302
    assert owner.post(url, {"capacity": "0.35 l", "care": ["dry", "wash"]}).status_code == 302
    assert specification(pk) == (("Capacity", "350\u00a0ml"), ("Care", "Wash, Dry"))
    refused = owner.post(url, {"capacity": "a lot", "care": ["dry"]})
    assert refused.status_code == 422
    assert "Write a number such as 12 ml" in refused.content.decode()
    assert specification(pk) == (("Capacity", "350\u00a0ml"), ("Care", "Wash, Dry"))
    assert client_of("support").get(url).status_code == 200
    client_of("support").post(url, {"capacity": "1"})
    assert specification(pk)[0] == ("Capacity", "350\u00a0ml")


def test_a_type_that_hides_values_is_asked_about_first(owner: Client, shop: Shop) -> None:
    kind, pk = mug_type(), shop.mug.product_id
    set_type(pk, kind.pk, actor=SYSTEM)
    set_attributes(pk, {"capacity": "300"}, actor=SYSTEM)
    other = define_type("bowl", name="Bowl", attributes=["care"], actor=SYSTEM)
    url = reverse("backoffice:product_attributes", args=[pk])
    asked = owner.post(url, {"type": other.pk})
    assert asked.status_code == 422
    assert "no longer shows: Capacity" in asked.content.decode()
    assert Product.objects.get(pk=pk).type_id == kind.pk
    owner.post(url, {"type": other.pk, "is_sure": "on"})
    assert Product.objects.get(pk=pk).type_id == other.pk
    assert typed_values([pk])[pk] == {"capacity": "300"}


def new_url(operation: str, *products: int) -> str:
    return f"{reverse('backoffice:bulk_new')}?ids={','.join(map(str, products))}&operation={operation}"


def test_prices_are_changed_looked_at_applied_and_undone(owner: Client, shop: Shop) -> None:
    pk = shop.mug.product_id
    price_list = Price.objects.get(variant=shop.mug).price_list_id
    chosen = owner.get(f"{reverse('backoffice:bulk_new')}?ids={pk}").content.decode()
    assert "1 product is chosen" in chosen
    assert "operation=price_percent" in chosen
    assert owner.get(new_url("price_percent", pk)).status_code == 200
    wrong = owner.post(new_url("price_percent", pk), {"price_list": price_list, "percent": "x", "rounding": ""})
    assert wrong.status_code == 422
    owner.post(new_url("price_percent", pk), {"price_list": price_list, "percent": "-10", "rounding": "99"})
    edit = BulkEdit.objects.get()
    shown = owner.get(reverse("backoffice:bulk_edit", args=[edit.pk])).content.decode()
    assert "€12.00" in shown
    assert "€10.99" in shown
    assert "Apply to 1 row" in shown
    assert Price.objects.get(variant=shop.mug).amount_minor == 1200
    owner.post(reverse("backoffice:bulk_apply", args=[edit.pk]))
    assert Price.objects.get(variant=shop.mug).amount_minor == 1099
    assert (
        owner.get(reverse("backoffice:bulk_edit", args=[edit.pk]), {"part": "1", "state": "applied"}).status_code == 200
    )
    owner.post(reverse("backoffice:bulk_undo", args=[edit.pk]))
    assert Price.objects.get(variant=shop.mug).amount_minor == 1200
    assert "Change by percent" in owner.get(reverse("backoffice:bulk_edits")).content.decode()


def test_amounts_may_be_taken_away(owner: Client, shop: Shop) -> None:
    price_list = Price.objects.get(variant=shop.mug).price_list_id
    sent = {"price_list": price_list, "amount": "-1,50", "rounding": ""}
    owner.post(new_url("price_amount", shop.mug.product_id), sent)
    assert BulkEdit.objects.get().rows.get().after == {"amount": 1050, "compare_at": None, "rrp": False}


@pytest.mark.parametrize("operation", ["compare_at_clear", "category_add", "category_move", "tag_add", "brand_set", "type_set",
                                       "attribute_set", "publish", "unpublish", "price_set", "compare_at_percent"])  # fmt: skip
def test_every_form_opens(owner: Client, shop: Shop, operation: str) -> None:
    assert owner.get(new_url(operation, shop.mug.product_id)).status_code == 200


def test_all_of_the_list_are_those_that_its_filters_show(owner: Client, shop: Shop) -> None:
    for wood in ("elm", "fir", "yew"):
        make_product(f"Tray of {wood}", brand="Oak & Co")
    url = reverse("backoffice:bulk_new")
    assert owner.get(url, {"all": "1", "brand": "Oak & Co"}).context["count"] == 3
    assert owner.get(url, {"all": "1", "q": "tray elm"}).context["count"] == 1
    assert owner.get(url, {"all": "1", "missing": "category", "q": "tray", "p": "9"}).context["count"] == 3
    ticked = owner.get("/admin/bulk/catalogue/product/change/", {"id": ["1", "x", "2"], "next": "/admin/products/"})
    assert ticked["Location"].endswith("/products/bulk/new/?ids=1,2")
    everything = owner.get(
        "/admin/bulk/catalogue/product/change/", {"id": "all", "next": "/admin/products/?brand=Oak+%26+Co"}
    )
    assert everything["Location"].endswith("/products/bulk/new/?brand=Oak+%26+Co&all=1")


def test_others_neither_see_nor_make_bulk_edits(shop: Shop) -> None:
    for role in ("support", "fulfilment", "analyst"):
        client = client_of(role)
        client.post(new_url("unpublish", shop.mug.product_id), {})
        assert "bulk_actions" not in client.get(reverse(LIST)).content.decode()
    assert not BulkEdit.objects.exists()


@pytest.mark.parametrize(
    "missing", ["picture", "price", "category", "type", "brand", "barcode", "weight", "attributes"]
)
def test_the_list_finds_what_lacks_something(owner: Client, shop: Shop, missing: str) -> None:
    kind = mug_type()
    bare = make_product("Bare", price_minor=None)
    set_type(bare.pk, None if missing == "type" else kind.pk, actor=SYSTEM)
    listed = owner.get(reverse(LIST), {"missing": missing}).context["object_list"]
    assert "Bare" in [product.title for product in listed]
    assert [product.title for product in owner.get(reverse(LIST), {"type": kind.pk}).context["object_list"]] == (
        [] if missing == "type" else ["Bare"]
    )


def test_the_list_is_sorted_by_what_it_shows(owner: Client, shop: Shop) -> None:
    make_product("Dear", price_minor=9900)
    for ordering in ("lowest", "-lowest", "free", "-live", "title"):
        assert owner.get(reverse(LIST), {"ordering": ordering}).status_code == 200
    titles = [product.title for product in owner.get(reverse(LIST), {"ordering": "-lowest"}).context["object_list"]]
    assert titles[0] == "Dear"


def test_a_preview_asks_the_same_for_few_and_many(owner: Client, shop: Shop) -> None:
    counts = []
    for number in (2, 12):
        products = [make_product() for _ in range(number)]
        owner.post(new_url("unpublish", *[product.pk for product in products]), {})
        url = reverse("backoffice:bulk_edit", args=[BulkEdit.objects.latest("id").pk])
        owner.get(url)
        with CaptureQueriesContext(connection) as asked:
            owner.get(url)
        counts.append(len(asked))
    assert counts[0] == counts[1]
