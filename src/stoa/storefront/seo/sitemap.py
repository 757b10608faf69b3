"""Everything worth finding, in files of at most 50,000 addresses."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.products import queries as products
from stoa.storefront.content import queries as content
from stoa.storefront.seo.tags import absolute, base_url

if TYPE_CHECKING:
    from datetime import datetime

    from stoa.catalogue.categories.queries import CategoryNode
    from stoa.catalogue.markets.models import Market

LIMIT = 50_000
_CHUNK = 1_000
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'


def parts() -> int:
    """How many files of products there are, at least 1."""
    return max(1, -(-products.live_products().count() // LIMIT))


def index(market: Market) -> str:
    base = base_url(market)
    names = ["pages", *(f"products-{number}" for number in range(1, parts() + 1))]
    rows = "".join(f"<sitemap><loc>{escape(base)}/sitemap-{name}.xml</loc></sitemap>\n" for name in names)
    return f'{_HEAD}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</sitemapindex>\n'


def pages(market: Market) -> str:
    """Home, categories and content pages."""
    base = base_url(market)
    rows = [_row(f"{base}/")]
    rows += [_row(base + node.url) for node in _walk(categories.tree(market))]
    rows += [_row(base + page.url, page.changed_at) for page in content.public_pages()]
    return _urlset(rows)


def product_part(market: Market, number: int) -> str:
    """The ``number``-th file of products, counted from 1, each with its pictures."""
    base = base_url(market)
    start = (number - 1) * LIMIT
    rows: list[str] = []
    found = products.live_products().values_list("pk", "slug", "last_published_at")[start : start + LIMIT]
    live = list(found)
    for first in range(0, len(live), _CHUNK):
        chunk = live[first : first + _CHUNK]
        pictures = products.first_pictures([pk for pk, _slug, _changed in chunk], 5)
        for pk, slug, changed_at in chunk:
            images = [absolute(market, view.url_for(960)) for view in pictures.get(pk, ())]
            rows.append(_row(f"{base}/p/{slug}/", changed_at, images))
    return _urlset(rows)


def _walk(nodes: list[CategoryNode] | tuple[CategoryNode, ...]) -> Iterator[CategoryNode]:
    for node in nodes:
        yield node
        yield from _walk(node.children)


def _row(url: str, changed_at: datetime | None = None, images: list[str] | None = None) -> str:
    changed = f"<lastmod>{changed_at.date().isoformat()}</lastmod>" if changed_at else ""
    shown = "".join(f"<image:image><image:loc>{escape(image)}</image:loc></image:image>" for image in images or ())
    return f"<url><loc>{escape(url)}</loc>{changed}{shown}</url>\n"


def _urlset(rows: list[str]) -> str:
    return (
        f'{_HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
        f' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">\n{"".join(rows)}</urlset>\n'
    )
