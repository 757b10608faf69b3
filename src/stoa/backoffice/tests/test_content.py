"""Menus, themes and the reach of things, from the back office, without JavaScript."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from stoa.backoffice.testing import client_of
from stoa.catalogue.categories.actions import create_category
from stoa.catalogue.models import Category, Product
from stoa.catalogue.products.actions import update_product
from stoa.catalogue.products.data import ProductChanges
from stoa.catalogue.testing import make_product
from stoa.kernel.actors import SYSTEM
from stoa.marketing.menus import queries as menus
from stoa.marketing.reach.queries import reach
from stoa.marketing.themes import queries as themes
from stoa.marketing.themes import rules
from stoa.operations.testing import Shop
from stoa.storefront.content.actions import save_page
from stoa.storefront.content.models import ContentPage

pytestmark = pytest.mark.django_db


def url(name: str, shop: Shop, **more: object) -> str:
    return reverse(f"backoffice:{name}", kwargs={"market": shop.market.code, **more})


def labels(shop: Shop) -> list[tuple[str, int]]:
    return [(row.label, row.depth) for row in menus.editor(shop.market.pk, "header").rows]


def version(shop: Shop) -> int:
    return menus.editor(shop.market.pk, "header").version


def test_a_menu_is_made_by_forms_alone(shop: Shop, owner: Client) -> None:
    category = create_category("Table", actor=SYSTEM)
    add = url("menu_add", shop, place="header")
    for sent in (
        {"kind": "branch", "target": category.pk},
        {"kind": "link", "address": "/p/the-mug/"},
        {"kind": "link", "address": "https://example.com/", "label": "Elsewhere"},
    ):
        assert owner.post(add, {**sent, "version": version(shop)}).status_code == 302
    assert labels(shop) == [("Table", 1), ("The MUG", 1), ("Elsewhere", 1)]
    entry = menus.editor(shop.market.pk, "header").rows[1].id
    move = url("menu_move", shop, place="header")
    owner.post(move, {"entry": entry, "step": "indent", "version": version(shop)})
    assert labels(shop) == [("Table", 1), ("The MUG", 2), ("Elsewhere", 1)]
    screen = owner.get(url("menu", shop, place="header"))
    assert screen.status_code == 200
    assert "not published yet" in screen.content.decode()
    owner.post(url("menu_publish", shop, place="header"), {"version": version(shop)})
    shown = menus.menu(shop.market, "header")
    assert [node.label for node in shown] == ["Table", "Elsewhere"]
    assert [node.label for node in shown[0].children] == ["The MUG"]
    owner.post(url("menu_undo", shop, place="header"))
    assert labels(shop) == [("Table", 1), ("The MUG", 1), ("Elsewhere", 1)]


def test_an_unsafe_address_an_old_version_and_a_wrong_order_change_nothing(shop: Shop, owner: Client) -> None:
    add = url("menu_add", shop, place="header")
    owner.post(add, {"kind": "link", "address": "javascript:alert(1)", "label": "X", "version": 0})
    owner.post(add, {"kind": "heading", "label": "A", "version": 7})
    owner.post(url("menu_rearrange", shop, place="header"), {"order": "a:1,b:9", "version": 0})
    owner.post(url("menu_rearrange", shop, place="header"), {"order": "\x00:x", "version": 0})
    assert labels(shop) == []


def test_an_entry_is_renamed(shop: Shop, owner: Client) -> None:
    owner.post(url("menu_add", shop, place="header"), {"kind": "heading", "label": "Old", "version": 0})
    entry = menus.editor(shop.market.pk, "header").rows[0].id
    address = url("menu_entry", shop, place="header", entry=entry)
    assert owner.get(address).status_code == 200
    assert owner.post(address, {"label": "New", "version": version(shop)}).status_code == 302
    assert labels(shop) == [("New", 1)]
    assert owner.get(url("menu_entry", shop, place="header", entry="none")).status_code == 404


def test_the_draft_is_previewed_in_the_shops_own_header(shop: Shop, owner: Client) -> None:
    owner.post(
        url("menu_add", shop, place="header"), {"kind": "link", "address": "/x/", "label": "Drafted", "version": 0}
    )
    response = owner.get(url("menu_preview", shop, place="header"))
    assert "Drafted" in response.content.decode()
    assert response["X-Frame-Options"] == "SAMEORIGIN"
    assert "Drafted" not in Client().get("/").content.decode()


def look(**changes: str) -> dict[str, str]:
    from stoa.backoffice.themes.screens import LookForm

    return {**LookForm.values(rules.PLAIN), **changes}


def test_a_faint_look_is_refused_with_a_better_one(shop: Shop, owner: Client) -> None:
    response = owner.post(url("theme", shop), look(light_text="#cccccc", light_brand="#eeeeee"))
    assert response.status_code == 422
    html = response.content.decode()
    assert "Some texts could not be read" in html
    assert themes.theme_of(shop.market.pk) is None or themes.theme_of(shop.market.pk).draft is None
    suggested = response.context["suggested"]
    assert owner.post(url("theme", shop), suggested).status_code == 302
    owner.post(url("theme_publish", shop))
    found = themes.look_of(shop.market.pk)
    assert rules.failures(found) == []
    assert found.light.background == rules.LIGHT.background
    assert b"/theme-" in Client().get("/").content


@pytest.mark.parametrize("colour", ["red", "#12", "#12345g", "url(x)", "#fff;}", ""])
def test_what_is_no_colour_is_refused(shop: Shop, owner: Client, colour: str) -> None:
    assert owner.post(url("theme", shop), look(dark_sale=colour)).status_code == 422


def test_the_preview_wears_the_draft(shop: Shop, owner: Client) -> None:
    owner.post(url("theme", shop), look(light_brand="#7a1f5c"))
    assert owner.get(url("theme_preview", shop)).status_code == 200
    assert b"--accent:#7a1f5c" in owner.get(url("theme_css", shop)).content
    odd = owner.get(url("theme_css", shop), {"look": '{"light_brand": "x;}", "body": 3}'})
    assert b"x;}" not in odd.content
    assert b"/theme-" not in Client().get("/").content


def test_reach_tells_what_no_link_leads_to(shop: Shop, owner: Client) -> None:
    table = create_category("Table", actor=SYSTEM)
    update_product(shop.mug.product_id, ProductChanges(categories=[table.pk]), actor=SYSTEM)
    save_page("hidden", "Hidden page", [], actor=SYSTEM)
    ContentPage.objects.update(show_in_menus=False)
    found = {place.url: place for place in reach(shop.market).places}
    mug = Product.objects.get(pk=shop.mug.product_id)
    assert found["/c/table/"].depth == 1
    assert found[mug.get_absolute_url()].why == ""
    assert (found["/hidden/"].depth, found["/hidden/"].why) == (None, "no-link")
    response = owner.get(reverse("backoffice:reach"))
    assert "Hidden page" in response.content.decode()
    assert b"/hidden/" in b"".join(owner.get(reverse("backoffice:reach_export")).streaming_content)


def test_reach_follows_what_texts_and_blocks_of_products_lead_to(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    # The plain home page shows the newest goods, which would be a way to all of them here.
    monkeypatch.setattr("stoa.storefront.content.live.by_rule", lambda *_asked: [])
    shelf = create_category("Table", actor=SYSTEM)
    hidden = save_page("hidden", "Hidden page", [], actor=SYSTEM)
    save_page("lost", "Lost page", [], actor=SYSTEM)
    ContentPage.objects.update(show_in_menus=False)
    lonely = make_product("Lonely", market=shop.market, variants=1)
    linked = f'<p>See <a linktype="page" id="{hidden.pk}">this</a>.</p>'
    body = [
        {"type": "text", "value": linked},
        {"type": "related", "value": {"heading": "", "rule": "chosen", "products": [lonely.pk], "count": 4}},
    ]
    before = {place.url: place.depth for place in reach(shop.market).places}
    update_product(shop.mug.product_id, ProductChanges(categories=[shelf.pk], body=body), actor=SYSTEM)
    found = {place.url: place.depth for place in reach(shop.market).places}
    assert (before["/hidden/"], before["/p/lonely/"]) == (None, None)
    assert (found["/c/table/"], found["/p/the-mug/"], found["/hidden/"], found["/p/lonely/"]) == (1, 2, 3, 3)
    assert found["/lost/"] is None


@pytest.mark.parametrize("role", ["fulfilment", "support"])
def test_others_change_neither(shop: Shop, role: str) -> None:
    client = client_of(role)
    for name, more in (("menu", {"place": "header"}), ("theme", {})):
        assert client.get(url(name, shop, **more)).status_code in {302, 403}
    client.post(url("menu_add", shop, place="header"), {"kind": "heading", "label": "A", "version": 0})
    assert labels(shop) == []


def test_filters_of_a_category_are_chosen_by_their_names(shop: Shop, owner: Client) -> None:
    table = create_category("Table", actor=SYSTEM)
    update_product(shop.mug.product_id, ProductChanges(categories=[table.pk], brand="Loom"), actor=SYSTEM)
    address = reverse("backoffice:category", args=[table.pk])
    form = owner.get(address).context["form"]
    sent = {name: value for name, value in form.initial.items() if value not in (None, "", False)}
    refused = owner.post(address, {**sent, "filters_first": "Weight of soul"})
    assert (refused.status_code, list(refused.context["form"].errors)) == (422, ["filters_first"])
    answer = owner.post(address, {**sent, "filters_first": "price,  Brand, brand", "filters_off": ["in_stock"]})
    assert answer.status_code == 302
    assert Category.objects.get(pk=table.pk).filters == {"first": ["price", "brand"], "off": ["in_stock"]}
    again = owner.get(address).context["form"].initial
    assert (again["filters_first"], again["filters_off"]) == ("Price, Brand", ["in_stock"])
    owner.post(address, {name: value for name, value in sent.items() if not name.startswith("filters")})
    assert Category.objects.get(pk=table.pk).filters == {}
