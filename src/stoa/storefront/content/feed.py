"""The journal as Atom-readers have it (RFC 4287): absolute links, whole sentences, no pictures of others."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils.feedgenerator import Atom1Feed, Enclosure

from stoa.catalogue.media.queries import picture_view
from stoa.storefront.content import queries
from stoa.storefront.content.paths import path_of
from stoa.storefront.seo import tags as seo

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market

NEWEST = 30
CONTENT_TYPE = "application/atom+xml; charset=utf-8"


def journal_feed(market: Market, index: Any) -> str:
    base = seo.base_url(market)
    path = path_of(index)
    feed = Atom1Feed(
        title=f"{index.title} – {market.shop_name}", link=f"{base}{path}", description=index.intro,
        language=market.language, feed_url=f"{base}{path}feed.xml", subtitle=index.intro or None,
    )  # fmt: skip
    for post in queries.posts(index)[:NEWEST]:
        url = base + path_of(post)
        feed.add_item(
            title=post.title, link=url, unique_id=url, description=post.intro or post.title,
            author_name=post.author.name if post.author is not None else market.shop_name,
            pubdate=post.first_published_at, updateddate=post.last_published_at, enclosures=_picture(market, post),
        )  # fmt: skip
    text: str = feed.writeString("utf-8")
    return text


def _picture(market: Market, post: Any) -> list[Enclosure]:
    if post.picture is None:
        return []
    url = seo.absolute(market, picture_view(post.picture).url_for(960))
    return [Enclosure(url, "0", "image/jpeg")]
