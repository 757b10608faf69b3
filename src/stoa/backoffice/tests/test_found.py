"""The screens for being found: searches and feeds."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from stoa.backoffice.testing import client_of
from stoa.catalogue.models import Curation, Synonym
from stoa.catalogue.testing import make_picture, make_product, with_picture
from stoa.kernel import clock
from stoa.marketing.addresses import actions as addresses
from stoa.marketing.audit import actions as audit
from stoa.marketing.feeds import actions as feeds
from stoa.marketing.models import (
    AuditFinding,
    FeedExclusion,
    FeedSettings,
    MissingAddress,
    SearchDay,
    SearchRedirect,
    SourcingNote,
)
from stoa.operations.testing import Shop, make_shop


@pytest.fixture
def shop(db: None) -> Shop:
    made = make_shop()
    today = clock.today(made.market.timezone)
    for text, days, times, results, clicks in (
        ("mug", 0, 8, 3, 4), ("mug", 31, 4, 3, 0), ("kettle", 1, 5, 0, 0), ("book", 2, 2, 1, 0),
    ):  # fmt: skip
        SearchDay.objects.create(
            market=made.market, day=today - timedelta(days=days), text=text, shown=text, times=times, results=results,
            clicks=clicks,
        )  # fmt: skip
    return made


@pytest.fixture
def marketing(shop: Shop) -> Client:
    return client_of("marketing")


def test_the_report_says_what_is_searched_and_what_comes_of_it(marketing: Client) -> None:
    html = marketing.get("/admin/insights/search/").content.decode()
    for words in ("+100 %", "50 %", "found nothing", "nobody opened a result", "Source this"):
        assert words in html
    assert html.index("?q=mug") < html.index("?q=kettle") < html.index("?q=book")
    empty = marketing.get("/admin/insights/search/?shows=empty").content.decode()
    assert "kettle" in empty
    assert "q=mug" not in empty
    unopened = marketing.get("/admin/insights/search/?shows=unopened").content.decode()
    assert "q=book" in unopened
    assert "q=kettle" not in unopened
    week = marketing.get("/admin/insights/search/?days=7&ordering=found").content.decode()
    assert week.index("q=kettle") < week.index("q=book") < week.index("q=mug")
    found = marketing.get("/admin/insights/search/?q=KETT").content.decode()
    assert "q=kettle" in found
    assert "q=mug" not in found


def test_the_report_as_csv(marketing: Client) -> None:
    response = marketing.get("/admin/insights/search/export.csv")
    text = b"".join(response.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]
    assert text.splitlines() == [
        "query,searches,before,results,opened,opened_percent",
        "mug,8,4,3,4,50",
        "kettle,5,0,0,0,0",
        "book,2,0,1,0,0",
    ]


def test_the_report_asks_the_same_however_many_queries(marketing: Client, shop: Shop) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as captured:
            marketing.get("/admin/insights/search/")
        return len(captured)

    cost()
    before = cost()
    today = clock.today(shop.market.timezone)
    SearchDay.objects.bulk_create(
        SearchDay(market=shop.market, day=today, text=f"q{n}", shown=f"q{n}", times=n + 1) for n in range(30)
    )
    assert cost() == before


def test_a_query_is_mended_in_one_step_each(marketing: Client, shop: Shop) -> None:
    page = marketing.get("/admin/insights/search/query/?q=mug").content.decode()
    for words in ("The MUG", "Put first", "Add a synonym", "Lead to a page instead", "Source this product"):
        assert words in page
    step = "/admin/insights/search/query/{}/?q=kettle"
    assert marketing.post(step.format("synonym"), {"others": "mug, cup"}).status_code == 302
    synonym = Synonym.objects.get()
    assert (synonym.words, sorted(synonym.others)) == ("kettle", ["cup", "mug"])
    marketing.post(step.format("redirect"), {"target": "/returns/"})
    assert SearchRedirect.objects.get().target == "/returns/"
    marketing.post(step.format("source"), {"note": "Ask the smith"})
    note = SourcingNote.objects.get()
    assert (note.text, note.note, note.created_by) == ("kettle", "Ask the smith", "Marketing Person")
    marketing.post(step.format("place"), {"product": shop.mug.product_id, "kind": "pin"})
    marketing.post(step.format("place"), {"product": shop.book.product_id, "kind": "hide"})
    assert list(Curation.objects.order_by("product_id").values_list("text", "product_id", "kind")) == [
        ("kettle", shop.mug.product_id, "pin"), ("kettle", shop.book.product_id, "hide"),
    ]  # fmt: skip
    marketing.post(step.format("place"), {"product": shop.book.product_id, "kind": "none"})
    assert Curation.objects.count() == 1
    page = marketing.get("/admin/insights/search/query/?q=kettle").content.decode()
    assert "Leads to /returns/" in page
    assert "On the list of what to source" in page
    # The shop does as it was told.
    answer = Client().get("/search/?q=Kettle")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/returns/")
    marketing.post(f"/admin/insights/search/redirects/{SearchRedirect.objects.get().pk}/remove/")
    assert Client().get("/search/?q=kettle").status_code == 200
    refused = marketing.post(step.format("redirect"), {"target": "javascript:alert(1)"}, follow=True)
    assert not SearchRedirect.objects.exists()
    assert "A query needs a word" in refused.content.decode()
    assert marketing.get("/admin/insights/search/query/").status_code == 404


def test_lists_of_what_was_decided(marketing: Client, shop: Shop) -> None:
    for address in (
        "insights/search/synonyms/",
        "insights/search/results/placed/",
        "insights/search/redirects/",
        "stock/sourcing/",
    ):
        assert marketing.get(f"/admin/{address}").status_code == 200
    new = marketing.post(
        "/admin/insights/search/synonyms/new/", {"words": "Settee", "others": "sofa", "is_two_way": "on"}
    )
    assert new.status_code == 302
    row = Synonym.objects.get()
    edited = marketing.post(f"/admin/insights/search/synonyms/{row.pk}/", {"others": "sofa, couch"})
    assert edited.status_code == 302
    row.refresh_from_db()
    assert (row.words, row.others, row.is_two_way) == ("settee", ["sofa", "couch"], False)
    assert "sofa, couch" in marketing.get("/admin/insights/search/synonyms/").content.decode()
    marketing.post(f"/admin/insights/search/synonyms/{row.pk}/remove/")
    assert not Synonym.objects.exists()
    marketing.post("/admin/insights/search/query/source/?q=kettle")
    note = SourcingNote.objects.get()
    assert ">5<" in marketing.get("/admin/stock/sourcing/").content.decode().replace(" ", "").replace("\n", "")
    marketing.post(f"/admin/stock/sourcing/{note.pk}/", {"state": "done", "note": ""})
    note.refresh_from_db()
    assert note.state == "done"


def test_feeds_problems_and_switches(marketing: Client, shop: Shop) -> None:
    make_product("Vase", market=shop.market, pictures=[with_picture(make_picture())])
    feeds.rebuild(shop.market)
    page = marketing.get("/admin/marketing/feeds/").content.decode()
    assert "/feeds/google.xml" in page
    assert "No picture" in page
    problems = marketing.get("/admin/marketing/feeds/problems/?severity=error").content.decode()
    assert "The MUG" in problems
    assert reverse("wagtailsnippets_catalogue_product:edit", args=[shop.mug.product_id]) in problems
    rows = b"".join(marketing.get("/admin/marketing/feeds/problems/export.csv").streaming_content)  # type: ignore[attr-defined]
    assert b"The MUG" in rows
    marketing.post(f"/admin/marketing/feeds/products/{shop.mug.product_id}/exclude/")
    assert FeedExclusion.objects.get().pk == shop.mug.product_id
    listed = marketing.get("/admin/marketing/feeds/products/?state=kept").content.decode()
    assert "The MUG" in listed
    assert "The BOOK" not in listed
    marketing.post(f"/admin/marketing/feeds/products/{shop.mug.product_id}/include/")
    assert not FeedExclusion.objects.exists()


def test_settings_of_the_feeds(marketing: Client, shop: Shop) -> None:
    values = {"is_offered": "on", "margin_low": "60", "margin_high": "50", "return_fees": "free"}
    refused = marketing.post("/admin/marketing/feeds/settings/", values)
    assert refused.status_code == 422
    assert not FeedSettings.objects.exists()
    assert (
        marketing.post(
            "/admin/marketing/feeds/settings/", {**values, "margin_low": "30", "return_days": "14"}
        ).status_code
        == 302
    )
    assert FeedSettings.objects.get().return_days == 14
    assert marketing.get("/admin/marketing/feeds/categories/").status_code == 200
    assert client_of("analyst").get("/admin/marketing/feeds/").status_code in {302, 403}
    assert client_of("analyst").get("/admin/insights/search/").status_code == 200


def test_findings_lead_to_the_screen_where_they_are_mended(marketing: Client, shop: Shop) -> None:
    assert "No page has been looked at yet" in marketing.get("/admin/insights/audit/").content.decode()
    audit.walk(shop.market)
    page = marketing.get("/admin/insights/audit/?code=data_fault&kind=product").content.decode()
    assert "Product.image: missing" in page
    assert reverse("wagtailsnippets_catalogue_product:edit", args=[shop.mug.product_id]) in page
    assert "http://testserver" not in page
    AuditFinding.objects.filter(code="data_fault").update(fixed_at=clock.now())
    assert "Product.image: missing" in marketing.get("/admin/insights/audit/?state=fixed").content.decode()
    assert "Product.image: missing" not in marketing.get("/admin/insights/audit/").content.decode()
    rows = b"".join(marketing.get("/admin/insights/audit/export.csv").streaming_content)  # type: ignore[attr-defined]
    assert b"The shop's base address" in rows
    assert marketing.post("/admin/insights/audit/run/").status_code == 302


def test_missing_addresses_and_redirects_from_a_file(marketing: Client, shop: Shop) -> None:
    chrome = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 Chrome/130.0 Safari/537.36"
    visitor = Client(headers={"user-agent": chrome})
    assert visitor.get("/old-mug/").status_code == 404
    assert visitor.get("/order/123/secret/").status_code == 404
    addresses.flush()
    row = MissingAddress.objects.get()
    assert (row.path, row.hits) == ("/old-mug/", 1)
    assert "/old-mug/" in marketing.get("/admin/marketing/missing/").content.decode()
    refused = marketing.post(f"/admin/marketing/missing/{row.pk}/redirect/", {"target": "/old-mug/"})
    assert refused.status_code == 422
    assert "circle" in refused.content.decode()
    assert marketing.post(f"/admin/marketing/missing/{row.pk}/redirect/", {"target": "/p/the-mug/"}).status_code == 302
    assert visitor.get("/old-mug/").headers["Location"] == "/p/the-mug/"
    assert not MissingAddress.objects.exists()
    text = "from,to\n/older/,/old-mug/\n/p/the-mug/,/x/\n"
    upload = SimpleUploadedFile("r.csv", text.encode(), "text/csv")
    look = marketing.post("/admin/marketing/missing/import/", {"file": upload}).content.decode()
    assert "There is a page at the old address" in look
    assert visitor.get("/older/").status_code == 404
    assert marketing.post("/admin/marketing/missing/import/", {"rows": text, "write": "1"}).status_code == 302
    assert visitor.get("/older/").headers["Location"] == "/p/the-mug/"
    bad = marketing.post("/admin/marketing/missing/import/", {"rows": ""})
    assert bad.status_code == 422
    addresses.flush()
