from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone
from wagtail.contrib.redirects.models import Redirect

from stoa.catalogue.blocks.queries import NOTHING, render_body
from stoa.catalogue.events import ProductPublished, ProductUnpublished
from stoa.catalogue.models import Price, Product, Variant
from stoa.catalogue.products.actions import (
    ProductChanges,
    change_slug,
    create_product,
    publish_product,
    unpublish_product,
    update_product,
)
from stoa.catalogue.products.data import ProductData, VariantData, specification_block, text_block
from stoa.catalogue.products.errors import ProductInvalidError
from stoa.catalogue.products.queries import listing, product_page, product_page_of
from stoa.catalogue.testing import make_category, make_market, make_picture, make_product, with_picture
from stoa.kernel.actors import SYSTEM
from stoa.kernel.audit.queries import trail_of
from stoa.kernel.errors import NotFoundError
from stoa.kernel.events import event_name
from stoa.kernel.jobs.models import JobRun
from stoa.kernel.outbox.models import OutboxEvent
from stoa.kernel.pagecache.models import CachePurge

pytestmark = pytest.mark.django_db


@pytest.fixture
def market():
    return make_market()


def announced(event_class) -> int:
    return OutboxEvent.objects.filter(name=event_name(event_class)).count()


def redirects() -> dict[str, str]:
    return dict(Redirect.objects.values_list("old_path", "redirect_link"))


def test_a_new_product_is_live_with_all_its_parts(market):
    category = make_category("Cups")
    product = make_product(
        "Blaue Tässe", 1990, 2, brand="Kiln", categories=[category.id], tags=["blue", "blue", " "],
        pictures=[with_picture(make_picture(), "From above")],
        body=[text_block("<p onclick=x()>Good</p><script>1</script>"), specification_block([("Height", "9 cm")])],
    )  # fmt: skip
    page = product_page("blaue-tasse", market)
    assert page.title == "Blaue Tässe"
    assert [node.name for node in page.breadcrumbs] == ["Cups"]
    assert [view.alt for view in page.pictures] == ["From above"]
    assert page.specification == (("Height", "9 cm"),)
    assert [(option.name, option.values) for option in page.options] == [("Size", ("1", "2"))]
    assert [variant.quote.unit.minor for variant in page.variants] == [1990, 1990]
    html = render_body(page.product.body, {"facts": NOTHING})
    assert "<script" not in html
    assert "onclick" not in html
    assert "<p>Good</p>" in html
    assert "9 cm" in html
    assert product.tags == ["blue"]
    assert product.live_revision_id is not None
    assert announced(ProductPublished) == 1
    assert set(CachePurge.objects.values_list("tag", flat=True)) >= {"catalogue", f"product:{product.pk}"}
    assert [entry.verb for entry in trail_of("product", product.pk)] == ["product.created", "product.published"]


def test_a_draft_is_nowhere(market):
    product = make_product("Hidden", publish=False)
    with pytest.raises(NotFoundError):
        product_page(product.slug, market)
    assert listing(market).total == 0
    assert listing(market, text="hidden").total == 0
    assert announced(ProductPublished) == 0
    publish_product(product.pk, actor=SYSTEM)
    assert product_page("hidden", market).title == "Hidden"
    assert listing(market, text="hidden").total == 1


def test_unpublishing_takes_it_off_and_keeps_the_words(market):
    product = make_product("Mug")
    unpublish_product(product.pk, actor=SYSTEM)
    unpublish_product(product.pk, actor=SYSTEM)
    with pytest.raises(NotFoundError):
        product_page("mug", market)
    assert listing(market).total == 0
    assert announced(ProductUnpublished) == 1
    publish_product(product.pk, actor=SYSTEM)
    assert product_page("mug", market).price.minor == 1990


def test_titles_that_collide_get_numbers(market):
    assert [make_product("Mug").slug for _ in range(3)] == ["mug", "mug-2", "mug-3"]


def test_slug_changes_leave_collapsed_redirects(market):
    product = make_product("One")
    change_slug(product.pk, "two", actor=SYSTEM)
    change_slug(product.pk, "three", actor=SYSTEM)
    assert redirects() == {"/p/one": "/p/three/", "/p/two": "/p/three/"}
    assert Redirect.objects.filter(is_permanent=False).count() == 0
    change_slug(product.pk, "one", actor=SYSTEM)
    assert redirects() == {"/p/two": "/p/one/", "/p/three": "/p/one/"}
    assert product_page("one", market).id == product.pk
    # Another product takes an address that led elsewhere.
    make_product("Two")
    assert "/p/two" not in redirects()


def test_a_draft_that_was_never_live_leaves_no_redirect(market):
    product = make_product("Draft", publish=False)
    update_product(product.pk, ProductChanges(slug="other"), actor=SYSTEM)
    assert redirects() == {}
    assert product_page("other", market).id == product.pk


def test_a_draft_slug_moves_only_when_it_is_published(market):
    product = make_product("Mug")
    update_product(product.pk, ProductChanges(slug="cup", title="Cup", publish=False), actor=SYSTEM)
    assert product_page("mug", market).title == "Mug"
    assert redirects() == {}
    publish_product(product.pk, actor=SYSTEM)
    assert product_page("cup", market).title == "Cup"
    assert redirects() == {"/p/mug": "/p/cup/"}
    assert listing(market, text="cup").total == 1
    assert listing(market, text="mug").total == 0


def test_an_old_revision_never_touches_what_is_sold(market):
    product = make_product("Old words", 1000)
    old = product.latest_revision
    variant = product.variants.get()
    update_product(product.pk, ProductChanges(title="Fresh words", brand="New"), actor=SYSTEM)
    Price.objects.filter(variant=variant).update(amount_minor=2500)
    Variant.objects.filter(pk=variant.pk).update(sku="NEW-SKU", cost_minor=1)
    Product.objects.filter(pk=product.pk).update(external_ref="shopify:1")

    old.publish()

    product.refresh_from_db()
    variant.refresh_from_db()
    assert (product.title, product.brand, product.external_ref) == ("Old words", "", "shopify:1")
    assert (variant.pk, variant.sku, variant.cost_minor) == (product.variants.get().pk, "NEW-SKU", 1)
    assert product_page(product.slug, market).price.minor == 2500
    assert listing(market, text="fresh").total == 0


def test_an_old_revision_whose_slug_is_taken_gets_another(market):
    product = make_product("Mug")
    old = product.latest_revision
    change_slug(product.pk, "cup", actor=SYSTEM)
    make_product("Mug")
    old.publish()
    product.refresh_from_db()
    assert product.slug == "mug-2"
    assert redirects()["/p/cup"] == "/p/mug-2/"


def test_scheduled_publishing_does_all_that_publishing_does(market):
    product = make_product("Mug")
    events = announced(ProductPublished)
    draft = product.get_latest_revision_as_object()
    draft.title, draft.slug = "Winter mug", "winter-mug"
    draft.go_live_at = timezone.now() + timedelta(hours=1)
    draft.save_revision(clean=False).publish()
    assert product_page("mug", market).title == "Mug"
    assert announced(ProductPublished) == events
    product.revisions.filter(approved_go_live_at__isnull=False).update(
        approved_go_live_at=timezone.now() - timedelta(minutes=1)
    )
    revision = product.revisions.get(approved_go_live_at__isnull=False)
    revision.content["go_live_at"] = (timezone.now() - timedelta(minutes=1)).isoformat()
    revision.save(update_fields=["content"])

    call_command("publish_scheduled")

    assert product_page("winter-mug", market).title == "Winter mug"
    assert redirects() == {"/p/mug": "/p/winter-mug/"}
    assert announced(ProductPublished) == events + 1
    assert listing(market, text="winter").total == 1


def test_an_expired_product_leaves_the_shop(market):
    product = make_product("Mug")
    Product.objects.filter(pk=product.pk).update(expire_at=datetime(2020, 1, 1, tzinfo=UTC))
    call_command("publish_scheduled")
    assert listing(market).total == 0
    assert announced(ProductUnpublished) == 1


def test_a_change_goes_live_without_somebodys_draft(market):
    product = make_product("Mug", subtitle="Old subtitle")
    update_product(product.pk, ProductChanges(subtitle="Half-written", publish=False), actor=SYSTEM)
    update_product(product.pk, ProductChanges(title="Big mug"), actor=SYSTEM)
    page = product_page(product.slug, market)
    assert (page.title, page.subtitle) == ("Big mug", "Old subtitle")
    draft = Product.objects.get(pk=product.pk).get_latest_revision_as_object()
    assert (draft.title, draft.subtitle) == ("Big mug", "Half-written")


def test_pictures_and_shelves_are_replaced(market):
    cups, plates = make_category("Cups"), make_category("Plates")
    one, two = make_picture(), make_picture()
    product = make_product(categories=[cups.id], pictures=[with_picture(one)])
    update_product(
        product.pk,
        ProductChanges(categories=[plates.id, cups.id], pictures=[with_picture(two), with_picture(one)]),
        actor=SYSTEM,
    )
    page = product_page(product.slug, market)
    assert [view.id for view in page.pictures] == [two.pk, one.pk]
    assert page.category.name == "Plates"


def test_a_preview_shows_the_draft_with_live_prices(market):
    product = make_product("Mug", 1500, publish=False, pictures=[with_picture(make_picture())])
    draft = product.get_latest_revision_as_object()
    draft.title = "Not saved"
    page = product_page_of(draft, market)
    assert (page.title, page.price.minor, len(page.pictures)) == ("Not saved", 1500, 1)
    empty = product_page_of(Product(title="Fresh", slug="fresh"), market)
    assert (empty.title, empty.variants, empty.price, empty.pictures) == ("Fresh", (), None, ())


@pytest.mark.parametrize("field", ["title", "brand", "subtitle"])
def test_texts_that_do_not_fit_are_refused(market, field):
    with pytest.raises(ProductInvalidError) as caught:
        create_product(ProductData(**{"title": "Mug", field: "x" * 301}), actor=SYSTEM, market=market)
    assert caught.value.facts["field"] == field
    assert Product.objects.count() == 0


@pytest.mark.parametrize("title", ["", " \x00\n", "\u200b" * 0])
def test_a_product_needs_a_title(market, title):
    with pytest.raises(ProductInvalidError):
        create_product(ProductData(title, [VariantData(price_minor=1)]), actor=SYSTEM, market=market)
    assert Variant.objects.count() == 0


@pytest.mark.parametrize("slug", ["../x", "nul\x00", "\ud800", "x" * 10_000, "🙂", ""])
def test_strange_addresses_are_not_found(market, slug):
    make_product("Mug")
    with pytest.raises(NotFoundError):
        product_page(slug, market)


def test_a_product_born_live_is_what_publishing_its_draft_would_have_made(market):
    category = make_category("Cups")

    def made(publish: bool) -> Product:
        data = ProductData(
            title="Blue cup",
            brand="Kiln",
            categories=[category.id],
            tags=["blue"],
            body=[specification_block([("Height", "9 cm")]), text_block("<p>x</p>")],
            pictures=[with_picture(picture, "From above")],
            publish=publish,
            created_at=datetime(2026, 1, 2, tzinfo=UTC),
            variants=[VariantData(sku=f"CUP-{publish}", price_minor=1990, barcode="4006381333931")],
        )
        return create_product(data, actor=SYSTEM, market=market)

    picture = make_picture()
    born = made(True)
    published = publish_product(made(False).pk, actor=SYSTEM)

    def facts(product: Product) -> dict[str, object]:
        row = Product.objects.filter(pk=product.pk).values().get()
        assert row.pop("live_revision_id") == row.pop("latest_revision_id") == product.revisions.get().pk
        assert row.pop("first_published_at") == row.pop("last_published_at") is not None
        body = row.pop("body").get_prep_value()
        return {
            **{name: value for name, value in row.items() if name not in {"id", "slug"}},
            "search_text": row["search_text"].replace(str(product.variants.get().sku).lower().replace("-", " "), "sku"),
            "body": [{**block, "id": ""} for block in body],
            "placements": list(product.placements.values_list("category_id", "is_primary")),
            "pictures": list(product.pictures.values_list("picture_id", "alt", "variant_id", "sort_order")),
            "trail": [entry.verb for entry in trail_of("product", product.pk)],
        }

    assert facts(born) == facts(published)
    for product in (born, published):
        content = product.live_revision.content
        assert json.loads(content["body"]) == product.body.get_prep_value()
        assert [one["category"] for one in content["placements"]] == [category.id]
        assert product.revisions.get().as_object().title == "Blue cup"
        assert JobRun.objects.filter(
            arguments={"args": ["catalogue", "product", str(product.pk)], "kwargs": {}}
        ).exists()
    # Its parts are told of with it.
    assert not JobRun.objects.filter(
        arguments__args__1="productcategory", arguments__args__2=str(born.placements.get().pk)
    ).exists()


def test_an_address_is_asked_for_as_cheaply_among_many(market, django_assert_num_queries):
    from stoa.catalogue.products.publishing import unused_slug

    make_product("Blue cup", slug="blue-cup")
    make_product("Blue cup two", slug="blue-cup-2")
    with django_assert_num_queries(1):
        assert unused_slug("blue") == "blue"
    assert unused_slug("blue-cup") == "blue-cup-3"
    assert unused_slug("blue-cup", product_id=Product.objects.get(slug="blue-cup").pk) == "blue-cup"
