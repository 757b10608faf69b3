"""The check before publishing: what is new and in the way of people on a phone does not go live by itself."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from stoa.catalogue.events import ProductPublished
from stoa.catalogue.models import Product
from stoa.catalogue.products.actions import ProductChanges, publish_product, update_product
from stoa.catalogue.products.data import text_block
from stoa.catalogue.testing import make_picture, make_product, with_picture
from stoa.kernel.actors import SYSTEM, Actor
from stoa.kernel.events import event_name
from stoa.kernel.models import AuditEntry, CachePurge, OutboxEvent
from stoa.marketing.models import PublishOverride, WithheldPublish
from stoa.marketing.phone import checking, queries
from stoa.marketing.phone.actions import publish_all_the_same
from stoa.marketing.phone.errors import PublishRefusedError, ReasonNeededError
from stoa.marketing.phone.rules import Found, Verdict
from stoa.operations.testing import Shop
from stoa.storefront.content.models import ContentPage
from stoa.storefront.content.paths import root_page
from stoa.storefront.content.scheduling import publish_scheduled

pytestmark = pytest.mark.django_db


def gallery(picture_id: int, alt: str = "") -> dict:
    return {
        "type": "gallery",
        "value": {"heading": "", "pictures": [{"picture": picture_id, "alt": alt, "caption": ""}]},
    }


def draft_with(product: Product, *body: dict, title: str = ""):
    """A version of ``product`` that is not live."""
    update_product(product.pk, ProductChanges(body=list(body), title=title or None, publish=False), actor=SYSTEM)
    return Product.objects.get(pk=product.pk).get_latest_revision()


def publish(revision) -> list[str]:
    """The codes of what blocked; none: it is live."""
    try:
        revision.publish()
    except PublishRefusedError as refusal:
        return [each.code for each in refusal.findings]
    assert Product.objects.get(pk=revision.object_id).live_revision_id == revision.pk
    return []


def announced() -> int:
    return OutboxEvent.objects.filter(name=event_name(ProductPublished)).count()


def test_a_picture_without_words_is_not_published_and_the_draft_is_kept(shop: Shop) -> None:
    product = make_product("Bowl", body=[text_block("<p>Round.</p>")])
    picture = make_picture(900, 600)
    picture.description = ""
    picture.save()
    before, live = announced(), Product.objects.get(pk=product.pk).live_revision_id
    draft = draft_with(product, text_block("<p>Round and blue.</p>"), gallery(picture.pk), title="Blue bowl")
    with pytest.raises(PublishRefusedError) as refused:
        draft.publish()
    [found] = refused.value.findings
    assert found.code == "no_alt"
    assert refused.value.message == "Blue bowl is saved as a draft, and not published: there is 1 thing to mend first."
    now = Product.objects.get(pk=product.pk)
    assert (now.live_revision_id, now.title, now.has_unpublished_changes) == (live, "Bowl", True)
    assert now.get_latest_revision() == draft
    assert announced() == before
    assert not AuditEntry.objects.filter(verb__startswith="publishing.").exists()
    # Mended, it goes live.
    assert publish(draft_with(product, gallery(picture.pk, "The bowl from above"), title="Blue bowl")) == []
    assert Product.objects.get(pk=product.pk).title == "Blue bowl"


def test_what_was_live_before_does_not_block_and_what_is_added_does(shop: Shop) -> None:
    old, new = make_picture(900, 600), make_picture(900, 600)
    type(old).objects.update(description="")
    product = make_product("Bowl", body=[gallery(old.pk)])  # by an action, as an import would
    assert publish(draft_with(product, gallery(old.pk), text_block("<p>More words.</p>"))) == []
    assert publish(draft_with(product, gallery(old.pk), gallery(new.pk))) == ["no_alt"]
    verdict = queries.verdict_on(Product.objects.get(pk=product.pk).get_latest_revision())
    assert [each.code for each in verdict.blocking] == ["no_alt"]
    assert "no_alt" in {each.code for each in verdict.warnings}


def test_nothing_is_live_before_a_first_publishing_so_everything_counts(shop: Shop) -> None:
    picture = make_picture(900, 600)
    type(picture).objects.update(description="")
    product = make_product("Bowl", publish=False, body=[gallery(picture.pk)])
    assert publish(product.get_latest_revision()) == ["no_alt"]
    assert not Product.objects.get(pk=product.pk).live


def test_a_link_that_leads_nowhere(shop: Shop) -> None:
    product = make_product("Bowl")
    hidden = make_product("Hidden", publish=False)
    right = text_block(
        f'<p><a href="/p/{shop.mug.product.slug}/">Mug</a> <a href="/cart/">Cart</a> <a href="/delivery/">D</a></p>'
    )
    assert publish(draft_with(product, right)) == []
    for path in ("/guides/nothing/", f"/p/{hidden.slug}/", "/c/nothing/", "/nothing.html"):
        draft = draft_with(product, right, text_block(f'<p><a href="{path}">There</a></p>'))
        with pytest.raises(PublishRefusedError) as refused:
            draft.publish()
        assert refused.value.findings == (Found("broken_link", path),)
    # The page itself is there as soon as it is live.
    fresh = make_product("Jug", publish=False, body=[text_block('<p><a href="/p/jug/#size">Size</a></p>')])
    assert publish(fresh.get_latest_revision()) == []


def test_a_block_of_a_package(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever its template writes is read, as it stands on the page."""
    from stoa.catalogue.blocks import rendering

    html = '<iframe src="https://film.example/1"></iframe><form><input name="email"></form><a style="height:20px" href="/">x</a>'
    product = make_product("Bowl", publish=False, body=[text_block("<p>Strange</p>")])
    monkeypatch.setattr(rendering, "_rendered", lambda block, context: html)
    assert publish(product.get_latest_revision()) == [
        "small_target", "no_label", "wrong_keyboard", "no_autofill", "foreign_frame",
    ]  # fmt: skip


def test_imports_and_edits_by_actions_are_neither_held_back_nor_looked_at(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = []
    monkeypatch.setattr("stoa.marketing.phone.actions.check", asked.append)
    picture = make_picture(900, 600)
    type(picture).objects.update(description="")
    product = make_product("Bowl", publish=False, body=[gallery(picture.pk)])
    publish_product(product.pk, actor=SYSTEM)
    update_product(product.pk, ProductChanges(title="Bowls"), actor=SYSTEM)
    assert (Product.objects.get(pk=product.pk).live, asked) == (True, [])


def scheduled(product: Product, *body: dict):
    draft = Product.objects.get(pk=product.pk)
    draft.body = Product._meta.get_field("body").to_python(list(body))
    draft.go_live_at = timezone.localtime() - timedelta(minutes=1)
    return draft.save_revision(clean=False, approved_go_live_at=draft.go_live_at)


def test_what_was_scheduled_is_withheld_and_waits_while_the_others_go_live(shop: Shop) -> None:
    picture = make_picture(900, 600)
    type(picture).objects.update(description="")
    bad, good = make_product("Bad", publish=False), make_product("Good", publish=False)
    revision = scheduled(bad, gallery(picture.pk))
    scheduled(good, gallery(picture.pk, "Seen from above"))
    publish_scheduled()
    assert (Product.objects.get(pk=bad.pk).live, Product.objects.get(pk=good.pk).live) == (False, True)
    [row] = queries.withheld(["product", "page"])
    assert (row.kind, row.subject_id, row.revision_id, row.title) == ("product", bad.pk, revision.pk, "Bad")
    assert [each["code"] for each in row.findings] == ["no_alt"]
    revision.refresh_from_db()
    assert revision.approved_go_live_at is None
    assert AuditEntry.objects.filter(verb="publishing.withheld", subject_id=str(bad.pk)).count() == 1
    # It is not tried again every minute, and a look at other kinds does not show it.
    publish_scheduled()
    call_command("publish_scheduled", verbosity=0)
    assert AuditEntry.objects.filter(verb="publishing.withheld").count() == 1
    assert queries.withheld(["page"]) == []
    # Mended and published, it waits no more; one that an import put live neither.
    assert publish(draft_with(bad, gallery(picture.pk, "Seen from above"))) == []
    assert WithheldPublish.objects.count() == 0


def test_what_went_live_another_way_or_is_gone_waits_no_more(shop: Shop) -> None:
    picture = make_picture(900, 600)
    type(picture).objects.update(description="")
    first, second = make_product("First", publish=False), make_product("Second", publish=False)
    for product in (first, second):
        scheduled(product, gallery(picture.pk))
    publish_scheduled()
    assert [row.title for row in queries.withheld(["product"])] == ["First", "Second"]
    publish_product(first.pk, actor=SYSTEM)
    Product.objects.get(pk=second.pk).delete()
    assert queries.withheld(["product"]) == []


def test_publishing_all_the_same_takes_a_reason_that_is_kept(shop: Shop) -> None:
    picture = make_picture(900, 600)
    type(picture).objects.update(description="")
    product = make_product("Bowl", publish=False, body=[gallery(picture.pk)])
    revision, ada = product.get_latest_revision(), Actor.staff(7, "Ada")
    with pytest.raises(ReasonNeededError):
        publish_all_the_same(revision, reason=" \n ", actor=ada, user=None)
    assert (Product.objects.get(pk=product.pk).live, PublishOverride.objects.count()) == (False, 0)
    publish_all_the_same(revision, reason=" Words  come tomorrow ", actor=ada, user=None)
    assert Product.objects.get(pk=product.pk).live
    entry = AuditEntry.objects.get(verb="publishing.overridden")
    assert (entry.actor_label, entry.subject_type, entry.subject_id) == ("Ada", "product", str(product.pk))
    assert entry.facts["reason"] == "Words come tomorrow"
    assert [each["code"] for each in entry.facts["findings"]] == ["no_alt"]
    assert PublishOverride.objects.get().reason == "Words come tomorrow"
    # It holds for that version alone.
    assert publish(draft_with(product, gallery(picture.pk), gallery(picture.pk))) == ["no_alt"]


def test_a_version_that_was_written_over_has_no_override(shop: Shop) -> None:
    picture = make_picture(900, 600)
    type(picture).objects.update(description="")
    product = make_product("Bowl", publish=False, body=[gallery(picture.pk)])
    revision = product.get_latest_revision()
    later = timezone.localtime() + timedelta(hours=1)
    revision.content["go_live_at"] = later.isoformat()
    revision.save()
    publish_all_the_same(revision, reason="Fine", actor=SYSTEM, user=None)
    assert not Product.objects.get(pk=product.pk).live  # scheduled
    revision.refresh_from_db()
    revision.content["go_live_at"] = (timezone.localtime() - timedelta(minutes=1)).isoformat()
    revision.content["title"] = "Another bowl"
    revision.approved_go_live_at = timezone.localtime() - timedelta(minutes=1)
    revision.save()
    publish_scheduled()
    assert [row.title for row in queries.withheld(["product"])] == ["Another bowl"]


def test_a_date_and_a_reason_are_kept_together(shop: Shop) -> None:
    picture = make_picture(900, 600)
    type(picture).objects.update(description="")
    product = make_product("Bowl", publish=False)
    revision = scheduled(product, gallery(picture.pk))
    revision.content["go_live_at"] = (timezone.localtime() + timedelta(hours=1)).isoformat()
    revision.save()
    publish_all_the_same(revision, reason="Fine", actor=SYSTEM, user=None)
    revision.refresh_from_db()
    revision.content["go_live_at"] = (timezone.localtime() - timedelta(minutes=1)).isoformat()
    revision.approved_go_live_at = timezone.localtime() - timedelta(minutes=1)
    revision.save()
    publish_scheduled()
    assert Product.objects.get(pk=product.pk).live
    assert WithheldPublish.objects.count() == 0


def test_a_page_that_cannot_be_shown_blocks_and_says_so(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    from stoa.storefront.browse import product as view

    product = make_product("Bowl", publish=False)

    def broken(*args: object, **kwargs: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(view.data, "product_data", broken)
    with pytest.raises(PublishRefusedError) as refused:
        product.get_latest_revision().publish()
    assert refused.value.findings == (Found("page_fails", detail="ZeroDivisionError"),)
    assert not Product.objects.get(pk=product.pk).live
    # It can be published all the same.
    publish_all_the_same(product.get_latest_revision(), reason="I know", actor=SYSTEM, user=None)
    assert Product.objects.get(pk=product.pk).live


def test_a_check_that_fails_itself_lets_through_and_leaves_a_trace(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    product = make_product("Bowl", publish=False)

    def broken(html: str) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(checking, "read", broken)
    assert publish(product.get_latest_revision()) == []
    assert AuditEntry.objects.filter(verb="publishing.unchecked", subject_id=str(product.pk)).count() == 1
    assert queries.verdict_on(product.get_latest_revision()) == Verdict(is_unchecked=True)


def test_an_error_of_the_database_in_a_page_leaves_the_transaction_whole(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    from stoa.storefront.browse import product as view

    product = make_product("Bowl", publish=False)

    def broken(*args: object, **kwargs: object) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT nothing FROM nowhere")

    monkeypatch.setattr(view.data, "product_data", broken)
    with pytest.raises(PublishRefusedError):
        product.get_latest_revision().publish()
    assert Product.objects.filter(pk=product.pk, live=False).exists()  # PostgreSQL would refuse to answer


# Of the check by itself (the page, and four for its links), and of publishing with it.
BOUND_OF_CHECK, BOUND = 55, 95


def queries_of(product: Product) -> int:
    """Of publishing its draft, with the check."""
    revision = product.get_latest_revision()
    with CaptureQueriesContext(connection) as asked:
        assert queries.verdict_on(revision).blocking == ()
    assert len(asked) <= BOUND_OF_CHECK
    with CaptureQueriesContext(connection) as asked:
        assert publish(revision) == []
    return len(asked)


def test_publishing_one_product_stays_below_a_bound_of_queries(shop: Shop) -> None:
    """However many blocks, pictures and links there are."""

    def sized(n: int) -> Product:
        picture = make_picture(900, 600)
        links = "".join(
            f'<p><a href="/p/{shop.mug.product.slug}/?n={i}">a</a> <a href="/delivery/?n={i}">b</a></p>'
            for i in range(n)
        )
        body = [text_block(links), *(gallery(picture.pk, f"Picture {i}") for i in range(n))]
        return make_product(f"Product of {n}", publish=False, body=body, pictures=[with_picture(picture, "x")])

    queries_of(sized(1))  # what a process learns once
    small, large = queries_of(sized(2)), queries_of(sized(20))
    # The index of references has rows by block, which Wagtail writes in one.
    assert large <= small + 2, (small, large)
    assert large <= BOUND


# -- content pages --------------------------------------------------------------------------------------------------


def content_page(title: str, *body: dict) -> ContentPage:
    page = ContentPage(title=title, slug=title.lower(), live=False, body=list(body))
    root_page().add_child(instance=page)
    return page


def test_a_content_page_is_withheld_too_and_nothing_else_waits(shop: Shop) -> None:
    bad = content_page("Bad", {"type": "text", "value": '<p><a href="/nowhere/">There</a></p>'})
    good = content_page("Good", {"type": "text", "value": '<p><a href="/cart/">There</a></p>'})
    with pytest.raises(PublishRefusedError) as refused:
        bad.save_revision().publish()
    assert [(each.code, each.about) for each in refused.value.findings] == [("broken_link", "/nowhere/")]
    for page in (bad, good):
        page.go_live_at = timezone.localtime() - timedelta(minutes=1)
        page.save_revision(approved_go_live_at=page.go_live_at)
    publish_scheduled()
    assert [ContentPage.objects.get(pk=page.pk).live for page in (bad, good)] == [False, True]
    [row] = queries.withheld(["product", "page"])
    assert (row.kind, row.subject_id, row.title) == ("page", bad.pk, "Bad")
    assert Client().get("/good/").status_code == 200
    assert Client().get("/bad/").status_code == 404


def test_a_check_does_not_change_the_language_or_count_a_visit(shop: Shop) -> None:
    from django.utils import translation

    product = make_product("Bowl", publish=False)
    with translation.override("de"):
        before = CachePurge.objects.count()
        queries.verdict_on(product.get_latest_revision())
        assert translation.get_language() == "de"
    assert CachePurge.objects.count() == before
