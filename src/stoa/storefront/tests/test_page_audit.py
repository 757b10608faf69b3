"""The page audit over a real shop, and the shape of the data of every kind of page."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from wagtail.contrib.redirects.models import Redirect

from stoa.backoffice.audit.screens import mend_url
from stoa.backoffice.testing import client_of
from stoa.catalogue.markets.actions import update_market
from stoa.catalogue.models import Product
from stoa.catalogue.products.actions import update_product
from stoa.catalogue.products.data import PictureData, ProductChanges
from stoa.catalogue.testing import make_picture, make_product
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.jobs.testing import run_all_jobs
from stoa.marketing.audit import actions, queries, walking
from stoa.marketing.audit.reading import read
from stoa.marketing.audit.schema import faults
from stoa.marketing.models import AuditFinding, AuditPage, AuditRun, MissingAddress
from stoa.operations.testing import Shop
from stoa.storefront.content.actions import save_page
from stoa.storefront.content.actions import text_block as words


@pytest.fixture
def shown(shop: Shop) -> Shop:
    for product in Product.objects.all():
        update_product(product.pk, ProductChanges(pictures=[PictureData(make_picture().pk)]), actor=SYSTEM)
    return shop


def found() -> set[tuple[str, str, str]]:
    rows = queries.open_findings(AuditRun.objects.order_by("pk").last().market_id)  # type: ignore[union-attr]
    return set(rows.values_list("address", "code", "about"))


def test_the_data_of_every_page_has_its_shape(shown: Shop) -> None:
    make_product("Two sizes", variants=2, market=shown.market, pictures=[PictureData(make_picture().pk)])
    addresses = ["/", "/c/table/", "/p/the-mug/", "/p/two-sizes/", "/delivery/", "/contact/", "/search/?q=mug"]
    for address in addresses:
        seen = read(Client().get(address).content.decode())
        assert seen.broken_data == 0
        assert [fault for data in seen.data for fault in faults(data)] == [], address
        assert seen.canonical.startswith("http://testserver/")
        assert seen.headings == 1


def test_a_walk_finds_what_is_to_mend(shown: Shop) -> None:
    save_page(
        "about", "About", [words('<p>See <a href="/gone/">this</a> and <a href="/p/old/">that</a>.</p>')], actor=SYSTEM
    )
    Redirect.add_redirect("/p/old/", redirect_to="/p/older/")
    Redirect.add_redirect("/p/older/", redirect_to="/p/the-mug/")
    run = actions.walk(shown.market)
    assert (run.state, run.pages) == ("done", AuditPage.objects.count())
    all_found = found()
    assert ("/about/", "broken_link", "/gone/") in all_found
    assert ("/about/", "redirect_chain", "/p/old/") in all_found
    assert ("/about/", "thin", "") in all_found
    assert ("/", "local_address", "") in all_found
    assert ("/p/the-mug/", "duplicate_description", "") in all_found
    assert ("/p/the-mug/", "short_description", "") in all_found
    assert not [
        each for each in all_found if each[1] in {"data_fault", "no_heading", "noindex", "no_title", "unreachable"}
    ]
    assert not MissingAddress.objects.exists()  # what the audit tries is nobody's wish


def test_what_was_mended_is_marked_and_what_comes_back_is_new(shown: Shop) -> None:
    actions.walk(shown.market)
    short = AuditFinding.objects.get(address="/p/the-mug/", code="short_description")
    first = short.since
    before = AuditFinding.objects.count()
    with clock.at(first + timedelta(days=1)):
        actions.walk(shown.market)
    short.refresh_from_db()
    assert (short.since, short.fixed_at, AuditFinding.objects.count()) == (first, None, before)
    product_id = shown.mug.product_id
    update_product(product_id, ProductChanges(seo_description="A mug for every day. " * 4), actor=SYSTEM)
    with clock.at(first + timedelta(days=2)):
        actions.walk(shown.market)
    short.refresh_from_db()
    assert short.fixed_at == first + timedelta(days=2)
    assert ("/p/the-mug/", "short_description", "") not in found()
    update_product(product_id, ProductChanges(seo_description=""), actor=SYSTEM)
    with clock.at(first + timedelta(days=3)):
        actions.walk(shown.market)
    short.refresh_from_db()
    assert (short.since, short.fixed_at) == (first + timedelta(days=3), None)


def test_an_interrupted_walk_goes_on(shown: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(walking, "PIECE", 2)
    write = walking._write
    pieces = []

    def breaks(market, run, looked):  # type: ignore[no-untyped-def]
        if len(pieces) == 2:
            raise RuntimeError("power cut")
        pieces.append([ref.address for ref, _, _ in looked])
        write(market, run, looked)

    monkeypatch.setattr(walking, "_write", breaks)
    with pytest.raises(RuntimeError):
        actions.walk(shown.market)
    monkeypatch.setattr(walking, "_write", write)
    run = AuditRun.objects.get()
    assert (run.state, run.pages) == ("running", 4)
    assert actions.walk(shown.market).pk == run.pk
    run.refresh_from_db()
    assert (run.state, run.pages) == ("done", AuditPage.objects.count())
    actions.start(shown.market.pk, actor=SYSTEM)
    actions.start(shown.market.pk, actor=SYSTEM)
    assert AuditRun.objects.count() == 2
    run_all_jobs()
    assert AuditRun.objects.filter(state="running").count() == 0


def test_what_a_shop_does_not_say_of_itself_is_found_and_its_mending_ends_it(shown: Shop) -> None:
    market = update_market(shown.market.pk, actor=SYSTEM, legal_name="", phone="", support_hours=[])
    actions.walk(market)
    codes = {"no_seller", "no_email", "no_phone", "no_hours", "no_payment", "no_policy"}
    missing = {(code, about) for address, code, about in found() if code in codes and address == "/"}
    assert missing == {
        ("no_seller", ""), ("no_phone", ""), ("no_hours", ""),
        *(("no_policy", kind) for kind in ("delivery", "returns", "terms", "privacy", "imprint")),
    }  # fmt: skip
    market = update_market(
        market.pk,
        actor=SYSTEM,
        legal_name="Shop Ltd",
        address="Street 1",
        phone="+49 30 1",
        support_hours=[[0, "09:00", "17:00"]],
    )
    for kind in ("delivery", "returns", "terms", "privacy"):
        save_page(f"our-{kind}", kind.title(), [words("<p>What holds.</p>")], actor=SYSTEM, policy=kind)
    actions.walk(market)
    assert {(code, about) for _, code, about in found() if code in codes} == {("no_policy", "imprint")}


def test_findings_about_the_shop_lead_to_where_they_are_mended(shown: Shop) -> None:
    client = client_of("owner")
    actions.walk(shown.market)
    for code, part in (
        ("no_policy", "/admin/pages/add/storefront/contentpage/"),
        ("no_hours", "/admin/settings/shop/"),
    ):
        url = mend_url(AuditFinding.objects.filter(code=code)[0])
        assert url.startswith(part)
        assert client.get(url).status_code == 200
    assert mend_url(AuditFinding(code="no_payment", kind="home")) == "/admin/settings/payment/"
