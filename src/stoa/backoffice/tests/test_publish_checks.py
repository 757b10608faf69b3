"""The check before publishing as editors meet it: the editors of products and pages, the list of findings, Today."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from stoa.backoffice.testing import client_of
from stoa.catalogue.models import Product
from stoa.catalogue.products.data import text_block
from stoa.catalogue.testing import make_product
from stoa.kernel.models import AuditEntry, CachePurge
from stoa.marketing.models import PublishOverride
from stoa.operations.testing import Shop
from stoa.storefront.content.models import ContentPage
from stoa.storefront.content.paths import root_page
from stoa.storefront.content.scheduling import publish_scheduled

pytestmark = pytest.mark.django_db

NOWHERE = '<p><a href="/nowhere/">There</a></p>'
EDIT = "wagtailsnippets_catalogue_product:edit"


def product_form(product: Product, html: str, **more: Any) -> dict[str, Any]:
    """What the browser sends from the editor of ``product``, with one block of text in the page."""
    empty = {
        f"{name}-{field}": value
        for name in ("pictures", "placements")
        for field, value in (("TOTAL_FORMS", 0), ("INITIAL_FORMS", 0), ("MIN_NUM_FORMS", 0), ("MAX_NUM_FORMS", 1000))
    }
    return {
        **empty, "title": product.title, "slug": product.slug, "subtitle": "", "brand": "", "kind": product.kind,
        "tax_class": product.tax_class_id, "tags": "", "position": 0, "seo_title": "", "seo_description": "", "body-count": 1,
        "body-0-deleted": "", "body-0-order": 0, "body-0-type": "text", "body-0-id": "", "body-0-value": _draft(html), **more,
    }  # fmt: skip


def _draft(html: str) -> str:
    from wagtail.admin.rich_text.converters.contentstate import ContentstateConverter

    return ContentstateConverter(features=["link", "bold", "h2"]).from_database_format(html)


def sent(response: Any) -> str:
    return response.content.decode()


def test_the_editor_of_products_keeps_the_draft_and_lists_what_to_mend(shop: Shop) -> None:
    owner = client_of("owner")
    product = make_product("Bowl", body=[text_block("<p>Round.</p>")])
    url = reverse(EDIT, args=[product.pk])
    response = owner.post(url, product_form(product, NOWHERE, **{"title": "Blue bowl", "action-publish": "1"}))
    assert (response.status_code, response.headers.get("Location")) == (302, url)
    page = sent(owner.get(url))
    assert "Blue bowl is saved as a draft, and not published: there is 1 thing to mend first." in page
    assert "<strong>A link leads nowhere</strong> (/nowhere/): Correct the address" in page
    assert reverse("backoffice:publish_check", args=["product", product.pk]) in page
    now = Product.objects.get(pk=product.pk)
    assert (now.title, now.get_latest_revision_as_object().title) == ("Bowl", "Blue bowl")
    # Mended, it is published.
    form = product_form(product, '<p><a href="/cart/">Cart</a></p>', **{"title": "Blue bowl", "action-publish": "1"})
    assert owner.post(url, form).status_code == 302
    assert Product.objects.get(pk=product.pk).title == "Blue bowl"


def new_page(title: str, html: str) -> ContentPage:
    page = ContentPage(title=title, slug=title.lower(), live=False, body=[{"type": "text", "value": html}])
    root_page().add_child(instance=page)
    page.save_revision()
    return page


def page_form(page: ContentPage, html: str, **more: Any) -> dict[str, Any]:
    comments = {"TOTAL_FORMS": 0, "INITIAL_FORMS": 0, "MIN_NUM_FORMS": 0, "MAX_NUM_FORMS": 1000}
    return {
        "title": page.title, "slug": page.slug, "intro": "", "section": page.section, "policy": "", "seo_title": "",
        "search_description": "", "body-count": 1, "body-0-deleted": "", "body-0-order": 0, "body-0-type": "text",
        "body-0-id": "", "body-0-value": _draft(html), **{f"comments-{key}": value for key, value in comments.items()}, **more,
    }  # fmt: skip


def test_the_editor_of_pages_keeps_the_draft_and_lists_what_to_mend(shop: Shop) -> None:
    owner, page = client_of("owner"), new_page("Care", "<p>Wash it.</p>")
    page.get_latest_revision().publish()
    url = reverse("wagtailadmin_pages:edit", args=[page.pk])
    response = owner.post(url, page_form(page, NOWHERE, **{"title": "Care well", "action-publish": "1"}))
    assert (response.status_code, response.headers.get("Location")) == (302, url)
    shown = sent(owner.get(url))
    assert "Care well is saved as a draft, and not published: there is 1 thing to mend first." in shown
    now = ContentPage.objects.get(pk=page.pk)
    assert (now.title, now.get_latest_revision_as_object().title) == ("Care", "Care well")
    CachePurge.objects.all().delete()
    form = page_form(page, "<p>Wash it well.</p>", **{"title": "Care well", "action-publish": "1"})
    assert owner.post(url, form).status_code == 302
    assert ContentPage.objects.get(pk=page.pk).title == "Care well"
    # Wagtail's editor asks no verb of the page: what is kept of the shop's pages is let go all the same.
    assert CachePurge.objects.filter(tag="content").exists()


@pytest.mark.parametrize("name", ["unpublish", "delete"])
def test_pages_that_leave_by_wagtails_screens_are_let_go_of(shop: Shop, name: str) -> None:
    page = new_page("Care", "<p>Wash it.</p>")
    page.get_latest_revision().publish()
    CachePurge.objects.all().delete()
    assert client_of("owner").post(reverse(f"wagtailadmin_pages:{name}", args=[page.pk])).status_code == 302
    assert CachePurge.objects.filter(tag="content").exists()


def test_many_pages_at_once_stop_at_the_one_with_a_fault(shop: Shop) -> None:
    owner, page = client_of("owner"), new_page("Care", NOWHERE)
    url = reverse("wagtail_bulk_action", args=["wagtailcore", "page", "publish"]) + f"?id={page.pk}"
    response = owner.post(url, {"include_descendants": ""})
    assert (response.status_code, response["Location"]) == (302, reverse("wagtailadmin_pages:edit", args=[page.pk]))
    assert not ContentPage.objects.get(pk=page.pk).live


def check_url(product: Product) -> str:
    return reverse("backoffice:publish_check", args=["product", product.pk])


def test_publishing_all_the_same_asks_for_a_reason_and_keeps_it(shop: Shop) -> None:
    owner = client_of("owner")
    product = make_product("Bowl", publish=False, body=[text_block(NOWHERE)])
    page = sent(owner.get(check_url(product)))
    assert "A link leads nowhere" in page
    assert "/nowhere/" in page
    assert 'name="reason"' in page
    assert owner.post(check_url(product), {"reason": " "}).status_code == 422
    assert not Product.objects.get(pk=product.pk).live
    response = owner.post(check_url(product), {"reason": "The page comes tomorrow"})
    assert (response.status_code, response["Location"]) == (302, reverse(EDIT, args=[product.pk]))
    assert Product.objects.get(pk=product.pk).live
    entry = AuditEntry.objects.get(verb="publishing.overridden")
    assert (entry.actor_label, entry.facts["reason"]) == ("Owner Person", "The page comes tomorrow")
    assert "Nothing holds this version back" in sent(owner.get(check_url(product)))


@pytest.mark.parametrize("role", ["marketing", "fulfilment", "analyst", "support"])
def test_who_may_not_publish_may_not_publish_all_the_same(shop: Shop, role: str) -> None:
    client = client_of(role)
    product = make_product("Bowl", publish=False, body=[text_block(NOWHERE)])
    assert client.get(check_url(product)).status_code in (302, 403)
    client.post(check_url(product), {"reason": "Because"})
    client.post(reverse("backoffice:publish_now", args=["product", product.pk]))
    assert not Product.objects.get(pk=product.pk).live
    assert PublishOverride.objects.count() == 0


def test_without_the_right_to_override_there_is_no_form_and_no_way_round(shop: Shop) -> None:
    from django.contrib.auth.models import Permission

    client = client_of("manager")
    group = Permission.objects.get(codename="publish_with_findings")
    for each in group.group_set.all():
        each.permissions.remove(group)
    product = make_product("Bowl", publish=False, body=[text_block(NOWHERE)])
    page = sent(client.get(check_url(product)))
    assert "A link leads nowhere" in page
    assert 'name="reason"' not in page
    client.post(check_url(product), {"reason": "Because"})
    assert not Product.objects.get(pk=product.pk).live


def test_what_is_not_there_is_not_found(shop: Shop) -> None:
    owner = client_of("owner")
    for kind, pk in (("product", 999_999), ("page", 999_999), ("page", 1), ("order", 1)):
        assert owner.get(reverse("backoffice:publish_check", args=[kind, pk])).status_code == 404


def withheld(shop: Shop) -> Product:
    product = make_product("Bowl", publish=False)
    draft = Product.objects.get(pk=product.pk)
    draft.body = Product._meta.get_field("body").to_python([text_block(NOWHERE)])
    draft.go_live_at = timezone.localtime() - timedelta(minutes=1)
    draft.save_revision(clean=False, approved_go_live_at=draft.go_live_at)
    publish_scheduled()
    assert not Product.objects.get(pk=product.pk).live
    return product


def test_what_was_withheld_stands_under_today_with_a_button(shop: Shop) -> None:
    owner, product = client_of("owner"), withheld(shop)
    now_url = reverse("backoffice:publish_now", args=["product", product.pk])
    today = sent(owner.get("/admin/"))
    assert "Scheduled, and not published" in today
    assert "A link leads nowhere" in today
    assert f'action="{now_url}"' in today
    # Nothing is mended yet: the button says so.
    assert owner.post(now_url).status_code == 302
    assert not Product.objects.get(pk=product.pk).live
    assert "there is 1 thing to mend first" in sent(owner.get("/admin/"))
    # The page that it leads to is there now.
    new_page("Nowhere", "<p>Here.</p>").get_latest_revision().publish()
    assert owner.post(now_url).status_code == 302
    assert Product.objects.get(pk=product.pk).live
    assert "Scheduled, and not published" not in sent(owner.get("/admin/"))


def test_today_of_others_does_not_show_it(shop: Shop) -> None:
    withheld(shop)
    assert "Scheduled, and not published" not in sent(client_of("fulfilment").get("/admin/"))
    assert Client().get("/admin/").status_code == 302
