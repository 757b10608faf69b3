"""An automatic promotion of articles: one price on every page, in the data and in the feed, and back when it ends."""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from stoa.catalogue.models import Product
from stoa.catalogue.prices.sales import tell_due_sales
from stoa.catalogue.products.actions import update_product
from stoa.catalogue.products.data import PictureData, ProductChanges
from stoa.catalogue.promotions import actions
from stoa.catalogue.promotions.actions import PromotionData
from stoa.catalogue.promotions.shelf import keep_all
from stoa.catalogue.testing import make_picture
from stoa.kernel import clock
from stoa.kernel.actors import SYSTEM
from stoa.kernel.pagecache.models import CachePurge
from stoa.marketing.feeds import actions as feeds
from stoa.marketing.feeds import following

pytestmark = pytest.mark.django_db
# The feed follows what changes at least every hundred minutes.
SOON = timedelta(minutes=30)
G = "{http://base.google.com/ns/1.0}"


@pytest.fixture
def shown(shop, settings, tmp_path: Path):
    settings.STOA_HOME = tmp_path
    for product in Product.objects.all():
        update_product(product.pk, ProductChanges(pictures=[PictureData(make_picture().pk)]), actor=SYSTEM)
    feeds.rebuild_later(shop.market.pk)
    following.rebuild(shop.market)
    return shop


def promote(shop, **fields):
    """A quarter off the mug: 9.00 for 12.00."""
    chosen = {"chosen": {"products": [shop.mug.product_id]}}
    data = PromotionData("Mugs", "percent", "EUR", terms={"percent_bp": 2500}, conditions=chosen, **fields)
    return actions.create_promotion(data, actor=SYSTEM)


def prices(client, shop):
    """What each place asks for one mug."""
    slug = shop.mug.product.slug
    page = client.get(f"/p/{slug}/").content.decode()
    found = [json.loads(part) for part in re.findall(r'<script type="application/ld\+json"[^>]*>(.*?)</script>', page)]
    graph = [node for each in found for node in each.get("@graph", [each])]
    (offer,) = [offer for node in graph if node.get("@type") == "Product" for offer in node["offers"]]
    main = re.search(r"<main.*?</main>", page, re.S)[0]
    client.cookies.clear()
    client.post("/cart/add/", {"variant": shop.mug.pk, "quantity": 1})
    checkout = client.get("/checkout/").content.decode()
    return {
        "page": first_price(main),
        "data": f"€{offer['price']}",
        "list": first_price(card(client.get("/c/table/").content.decode(), slug)),
        "search": first_price(card(client.get("/search/?q=MUG").content.decode(), slug)),
        "cart": first_price(client.get("/cart/").content.decode().partition("<main")[2]),
        "checkout": f"€{int(re.search(r'name=.seen_goods. value=.([0-9]+)', checkout)[1]) / 100:.2f}",
        "feed": f"€{feed_price(client, shop)}",
    }


def first_price(html):
    """The first amount that is not crossed out and not the former one."""
    html = re.sub(r"<s\b.*?</s>", "", html, flags=re.S)
    return re.search(r"€[0-9]+\.[0-9]{2}", html)[0]


def card(html, slug):
    return html[html.index(f'href="/p/{slug}/') :]


def feed_price(client, shop):
    response = client.get("/feeds/google.xml")
    text = b"".join(response.streaming_content) if response.streaming else response.content
    for item in ET.fromstring(text).iter("item"):
        if item.findtext(f"{G}id") == "MUG":
            return (item.findtext(f"{G}sale_price") or item.findtext(f"{G}price")).removesuffix(" EUR")
    raise AssertionError("the feed has no mug")


def everywhere(price):
    return dict.fromkeys(("page", "data", "list", "search", "cart", "checkout", "feed"), price)


def purged(shop, since):
    return CachePurge.objects.filter(pk__gt=since, tag=f"product:{shop.mug.product_id}").exists()


def last_purge():
    return CachePurge.objects.order_by("-pk").values_list("pk", flat=True).first() or 0


def test_one_price_everywhere_and_back_when_it_is_paused(client, shown):
    assert prices(client, shown) == everywhere("€12.00")
    since = last_purge()
    promotion = promote(shown)
    assert purged(shown, since)
    assert prices(client, shown) == everywhere("€9.00")
    since = last_purge()
    actions.set_active(promotion.pk, False, actor=SYSTEM)
    assert purged(shown, since)
    assert prices(client, shown) == everywhere("€12.00")


def test_it_comes_and_goes_by_the_clock(client, shown):
    now = clock.now()
    promote(shown, starts_at=now + SOON, ends_at=now + 2 * SOON)
    assert prices(client, shown) == everywhere("€12.00")
    for at, price in ((now + SOON, "€9.00"), (now + 2 * SOON, "€12.00")):
        with clock.at(at):
            since = last_purge()
            tell_due_sales()
            assert purged(shown, since)
            keep_all()
            assert prices(client, shown) == everywhere(price)


def test_the_other_article_stays_as_it_is(client, shown):
    promote(shown)
    page = client.get(f"/p/{shown.book.product.slug}/").content.decode()
    assert "€20.00" in page
    assert "€15.00" not in page
