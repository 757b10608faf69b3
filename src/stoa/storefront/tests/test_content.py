"""Content pages: what they show, what they never show, and what happens when it changes."""

from __future__ import annotations

import json
from xml.etree import ElementTree

import pytest
from django.test import Client
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from stoa.catalogue.models import Category, Product
from stoa.catalogue.products.actions import unpublish_product
from stoa.inventory.testing import stock
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.pagecache.models import CachePurge
from stoa.operations.testing import Shop
from stoa.storefront.content import queries
from stoa.storefront.content.models import (
    BuyingAidPage,
    ComparisonPage,
    FaqPage,
    GuideIndexPage,
    GuidePage,
    HomePage,
    JournalIndexPage,
    JournalPostPage,
    LandingPage,
)
from stoa.storefront.content.writing import block, write, write_author

pytestmark = pytest.mark.django_db


def page_of(client: Client, url: str) -> HTMLParser:
    response = client.get(url)
    assert response.status_code == 200, url
    return HTMLParser(response.content.decode())


def data_of(page: HTMLParser, kind: str) -> dict:
    found = [json.loads(node.text()) for node in page.css("script[type='application/ld+json']")]
    return next(each for each in found if each["@type"] == kind)


def tags_of(client: Client, url: str) -> set[str]:
    return set(client.get(url).headers["X-Stoa-Cache-Tags"].split())


def text(html: str) -> dict:
    return block("text", html)


def card(product_id: int, words: str = "") -> dict:
    return block("product", {"product": product_id, "words": words})


def row(**value: object) -> dict:
    return block("products", {"heading": "Row", "rule": "featured", "category": "", "count": 4, "chosen": [], **value})


def guide(shop: Shop, *blocks: dict, **fields: object) -> GuidePage:
    return write(GuidePage, "cups", "All about cups", actor=SYSTEM, intro="Two sentences.", body=list(blocks), **fields)


def names(page: HTMLParser, css: str) -> list[str]:
    return [node.text().strip() for node in page.css(css)]


def test_a_guide_with_a_live_card(shop: Shop, client: Client) -> None:
    mug = shop.mug.product_id
    ada = write_author("ada", "Ada", actor=SYSTEM, role="potter", bio="Makes cups.")
    guide(shop, text("<p>Hold it.</p>"), card(mug, "This one"), author_id=ada.pk, tags=["Cups"])
    page = page_of(client, "/cups/")
    assert names(page, ".live-card-name") == ["The MUG"]
    assert "€12.00" in page.css_first(".live-card").text()
    assert "By Ada, potter" in " ".join(page.css_first(".byline").text().split())
    article = data_of(page, "Article")
    assert article["headline"] == "All about cups"
    assert article["author"] == {"@type": "Person", "name": "Ada", "jobTitle": "potter"}
    assert article["mainEntityOfPage"]["@id"] == "http://testserver/cups/"
    assert [entry["name"] for entry in data_of(page, "BreadcrumbList")["itemListElement"]] == ["All about cups"]
    assert {f"product:{mug}", "content"} <= tags_of(client, "/cups/")
    assert all(node.attributes["data-block"] for node in page.css(".block"))


def test_what_is_sold_out_is_replaced_from_its_shelf_or_dropped(shop: Shop, client: Client) -> None:
    guide(shop, card(shop.mug.product_id))
    stock(shop.mug, 0)
    assert names(page_of(client, "/cups/"), ".live-card-name") == [Product.objects.get(pk=shop.book.product_id).title]
    assert f"product:{shop.mug.product_id}" in tags_of(client, "/cups/")
    stock(shop.book, 0)
    assert names(page_of(client, "/cups/"), ".live-card-name") == []
    stock(shop.mug, 3)
    assert names(page_of(client, "/cups/"), ".live-card-name") == ["The MUG"]


def test_what_is_unpublished_is_not_shown(shop: Shop, client: Client) -> None:
    unpublish_product(shop.mug.product_id, actor=SYSTEM)
    guide(shop, card(shop.mug.product_id), row(rule="chosen", chosen=[shop.mug.product_id, shop.book.product_id]))
    page = page_of(client, "/cups/")
    assert "The MUG" not in page.css_first("main").text()
    assert len(page.css(".card-name")) == 1


@pytest.mark.parametrize("rule", ["featured", "newest", "best-selling", "price"])
def test_a_row_by_rule_shows_what_can_be_bought(shop: Shop, client: Client, rule: str) -> None:
    guide(shop, row(rule=rule, category=str(Category.objects.get().pk)))
    assert len(page_of(client, "/cups/").css(".card-name")) == 2
    stock(shop.mug, 0)
    assert "The MUG" not in names(page_of(client, "/cups/"), ".card-name")
    assert "catalogue" in tags_of(client, "/cups/")


def test_cards_cost_the_same_however_many_blocks(shop: Shop, client: Client, django_assert_num_queries) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    guide(shop, card(shop.mug.product_id))
    client.get("/cups/")
    with CaptureQueriesContext(
        connection,
    ) as one:
        client.get("/cups/")
    guide(shop, *[card(pk) for pk in (shop.mug.product_id, shop.book.product_id) * 6])
    with CaptureQueriesContext(connection) as many:
        client.get("/cups/")
    assert len(many) == len(one)


@pytest.mark.parametrize(
    "evil",
    [
        "<script>alert(1)</script>", "<p onclick=\"x()\">a</p>", "<a href=\"javascript:alert(1)\">b</a>", "<img src=x onerror=y>",
        "<iframe src=//evil></iframe>",
    ],
)  # fmt: skip
def test_rich_text_is_cleaned_when_it_is_shown(shop: Shop, client: Client, evil: str) -> None:
    guide(
        shop,
        text(evil),
        block("note", {"heading": "", "text": evil}),
        block("question", {"question": "Q", "answer": evil}),
    )
    write(
        FaqPage,
        "faq",
        "FAQ",
        actor=SYSTEM,
        body=[block("group", {"heading": "", "questions": [{"question": "Q?", "answer": evil}]})],
    )
    for url in ("/cups/", "/faq/"):
        html = page_of(client, url).css_first("main").html
        for word in ("alert(1)</script>", "onclick", "javascript:", "onerror", "<iframe"):
            assert word not in html, word


def test_the_home_page_in_sections_and_the_plain_one_without(shop: Shop, client: Client) -> None:
    assert "Favourites" in page_of(client, "/").css_first("main").text()
    hero = {
        "heading": "Hello", "text": "", "picture": None, "alt": "", "layout": "beside",
        "button": {"label": "Go", "page": None, "address": "/c/table/"},
        "second": {"label": "Bad", "page": None, "address": "javascript:x"},
    }  # fmt: skip
    body = [
        block("hero", hero),
        block("trust", None),
        row(heading="Ours"),
        block("categories", {"heading": "", "chosen": []}),
    ]
    home = write(HomePage, "welcome", "Home", actor=SYSTEM, body=body)
    page = page_of(client, "/")
    assert names(page, "h1") == ["Hello"]
    assert [node.attributes["href"] for node in page.css(".hero-links a")] == ["/c/table/"]
    assert names(page, ".card-name") != []
    assert names(page, ".shelf-name") == ["Table"]
    assert data_of(page, "OnlineStore")
    assert page.css_first("link[rel=canonical]").attributes["href"] == "http://testserver/"
    assert client.get("/welcome/").status_code == 301
    assert client.get("/welcome/")["Location"] == "/"
    home.unpublish()
    assert "Favourites" in page_of(client, "/").css_first("main").text()


def test_a_home_page_of_a_market_wins(shop: Shop) -> None:
    every = write(HomePage, "all", "All", actor=SYSTEM)
    assert queries.home_page(shop.market) == every
    own = write(HomePage, "own", "Own", actor=SYSTEM, market_id=shop.market.pk)
    assert queries.home_page(shop.market) == own


def test_an_faq_has_anchors_and_its_data(shop: Shop, client: Client) -> None:
    questions = [
        {"question": "How long?", "answer": "<p>Two <b>days</b>.</p>"},
        {"question": "How long?", "answer": "<p>Or three.</p>"},
    ]
    write(FaqPage, "faq", "FAQ", actor=SYSTEM, body=[block("group", {"heading": "Delivery", "questions": questions})])
    page = page_of(client, "/faq/")
    assert [node.attributes["id"] for node in page.css(".faq-row .prose")] == ["how-long", "how-long-2"]
    asked = data_of(page, "FAQPage")["mainEntity"]
    assert [(each["name"], each["acceptedAnswer"]["text"]) for each in asked] == [
        ("How long?", "Two days ."),
        ("How long?", "Or three."),
    ]


def test_a_landing_page_leads_nowhere_else_and_is_not_found(shop: Shop, client: Client) -> None:
    write(LandingPage, "sale", "Sale", actor=SYSTEM, intro="Now", body=[row()], canonical="/c/table/")
    page = page_of(client, "/sale/")
    assert page.css_first(".site-nav") is None
    assert page.css_first("meta[name=robots]").attributes["content"] == "noindex, follow"
    assert page.css_first("link[rel=canonical]").attributes["href"] == "http://testserver/c/table/"
    assert "/sale/" not in [link.url for link in queries.public_pages()]
    write(LandingPage, "sale", "Sale", actor=SYSTEM, has_menu=True, is_listed=True, canonical="")
    page = page_of(client, "/sale/")
    assert page.css_first(".site-nav") is not None
    assert page.css_first("meta[name=robots]") is None
    assert "/sale/" in [link.url for link in queries.public_pages()]


def journal(count: int) -> JournalIndexPage:
    index = write(JournalIndexPage, "journal", "Journal", actor=SYSTEM, intro="News")
    ada = write_author("ada", "Ada", actor=SYSTEM)
    for number in range(count):
        write(
            JournalPostPage, f"post-{number}", f"Post {number} & more", actor=SYSTEM, below=index, intro="Short.",
            at=clock.now().replace(year=2020 + number), tags=["Clay"] if number % 2 else ["Wool"],
            author_id=ada.pk if number == 0 else None,
        )  # fmt: skip
    return index


def test_the_journal_has_pages_tags_and_authors(shop: Shop, client: Client) -> None:
    journal(5)
    assert names(page_of(client, "/journal/"), ".reading-title")[0] == "Post 4 & more"
    assert names(page_of(client, "/journal/?tag=clay"), ".reading-title") == ["Post 3 & more", "Post 1 & more"]
    assert names(page_of(client, "/journal/?author=ada"), ".reading-title") == ["Post 0 & more"]
    assert page_of(client, "/journal/?tag=clay").css_first("meta[name=robots]") is not None
    for url in (
        "/journal/?page=2",
        "/journal/?page=0",
        "/journal/?page=x",
        "/journal/?tag=none",
        "/journal/?author=none",
    ):
        assert client.get(url).status_code == 404, url
    post = page_of(client, "/journal/post-3/")
    assert names(post, ".crumbs li") == ["Home", "Journal", "Post 3 & more"]
    assert names(post, ".read-next .reading-title") == ["Post 1 & more"]
    assert data_of(post, "BlogPosting")["datePublished"].startswith("2023")


def test_more_posts_than_one_page_holds(shop: Shop, client: Client) -> None:
    journal(13)
    assert len(page_of(client, "/journal/").css(".reading")) == 12
    assert len(page_of(client, "/journal/?page=2").css(".reading")) == 1
    assert (
        page_of(client, "/journal/?page=2")
        .css_first("link[rel=canonical]")
        .attributes["href"]
        .endswith("/journal/?page=2")
    )


def test_the_feed(shop: Shop, client: Client) -> None:
    journal(2)
    response = client.get("/journal/feed.xml")
    assert response["Content-Type"] == "application/atom+xml; charset=utf-8"
    assert "content" in response["X-Stoa-Cache-Tags"]
    space = {"a": "http://www.w3.org/2005/Atom"}
    feed = ElementTree.fromstring(response.content)
    entries = feed.findall("a:entry", space)
    assert [entry.find("a:title", space).text for entry in entries] == ["Post 1 & more", "Post 0 & more"]
    assert entries[0].find("a:link", space).attrib["href"] == "http://testserver/journal/post-1/"
    assert client.get("/delivery/feed.xml").status_code == 404


def test_drafts_are_nowhere(shop: Shop, client: Client) -> None:
    index = journal(2)
    JournalPostPage.objects.get(slug="post-1").unpublish()
    assert client.get("/journal/post-1/").status_code == 404
    assert b"Post 1" not in client.get("/journal/feed.xml").content
    assert names(page_of(client, "/journal/"), ".reading-title") == ["Post 0 & more"]
    assert [post.slug for post in queries.posts(index)] == ["post-0"]


def aid(**first: object) -> None:
    def answer(label: str, **value: object) -> dict:
        return {
            "label": label,
            "category": "",
            "attribute": "",
            "value": "",
            "at_least": None,
            "at_most": None,
            **value,
        }

    table = str(Category.objects.get().pk)
    questions = [
        {"question": "What for?", "help": "", "answers": [answer("Table", category=table), answer("Other")]},
        {
            "question": "How much?",
            "help": "",
            "answers": [answer("Little", at_most="15"), answer("Much", at_least="1000")],
        },
    ]
    write(BuyingAidPage, "help", "Help me", actor=SYSTEM, questions=[block("question", each) for each in questions])


def test_a_buying_aid_asks_and_recommends(shop: Shop, client: Client) -> None:
    aid()
    page = page_of(client, "/help/")
    assert names(page, ".aid-choice") == ["Table", "Other"]
    links = [node.attributes["href"] for node in page.css(".aid-choice")]
    assert links == ["/help/?a1=1", "/help/?a1=2"]
    assert names(page_of(client, links[0]), "h2#question") == ["How much?"]
    done = page_of(client, "/help/?a1=1&a2=1")
    assert names(done, ".card-name") == ["The MUG"]
    assert done.css_first("link[rel=canonical]").attributes["href"] == "http://testserver/help/"
    assert client.get("/help/?a1=1&a2=1")["X-Stoa-Cache-Query"].split() == sorted(
        ["page", "tag", "author", "a1", "a2", "a3", "a4", "a5", "a6"]
    )


def test_an_aid_never_ends_empty_handed_nor_with_what_is_sold_out(shop: Shop, client: Client) -> None:
    aid()
    page = page_of(client, "/help/?a1=1&a2=2")
    assert len(page.css(".card-name")) == 2
    assert len(page.css(".aid-unmet")) == 1
    stock(shop.mug, 0)
    assert "The MUG" not in names(page_of(client, "/help/?a1=1&a2=1"), ".card-name")


@pytest.mark.parametrize("query", ["a1=0", "a1=3", "a1=x", "a1=-1", "a1=١", "a2=1", "a1=99999999999"])
def test_what_is_no_answer_is_not_given(shop: Shop, client: Client, query: str) -> None:
    aid()
    assert names(page_of(client, f"/help/?{query}"), "h2#question") == ["What for?"]


def test_a_comparison_drops_what_cannot_be_bought(shop: Shop, client: Client) -> None:
    picks = [
        block("pick", {"label": label, "product": pk, "verdict": "<p>Good.</p>", "pros": ["Light"], "cons": []})
        for label, pk in (("Best", shop.mug.product_id), ("Second", shop.book.product_id))
    ]
    write(ComparisonPage, "which", "Which?", actor=SYSTEM, picks=picks)
    assert len(page_of(client, "/which/").css(".pick")) == 2
    stock(shop.mug, 0)
    page = page_of(client, "/which/")
    assert len(page.css(".pick")) == 1
    assert "The MUG" not in page.css_first("main").text()
    assert f"product:{shop.mug.product_id}" in tags_of(client, "/which/")


def test_guides_stand_beside_what_they_are_about(shop: Shop, client: Client) -> None:
    index = write(GuideIndexPage, "guides", "Guides", actor=SYSTEM)
    write(
        GuidePage, "cups", "All about cups", actor=SYSTEM, below=index,
        categories=[Category.objects.get().pk], products=[shop.mug.product_id],
    )  # fmt: skip
    for url in ("/c/table/", "/p/the-mug/"):
        assert [node.attributes["href"] for node in page_of(client, url).css(".advice a")] == ["/guides/cups/"], url
    assert page_of(client, Product.objects.get(pk=shop.book.product_id).get_absolute_url()).css_first(".advice") is None
    assert names(page_of(client, "/guides/"), ".reading-title") == ["All about cups"]


def test_publishing_purges_and_so_does_an_author(shop: Shop) -> None:
    CachePurge.objects.all().delete()
    guide(shop)
    assert "content" in set(CachePurge.objects.values_list("tag", flat=True))
    CachePurge.objects.all().delete()
    write_author("ada", "Ada", actor=SYSTEM)
    assert set(CachePurge.objects.values_list("tag", flat=True)) == {"content"}


def test_policies_are_found_by_what_they_lay_down(shop: Shop) -> None:
    from stoa.storefront.content.actions import save_page

    save_page("returns", "Returns", [], actor=SYSTEM, policy="returns")
    assert queries.policies()["returns"].url == "/returns/"
    assert "privacy" not in queries.policies()
