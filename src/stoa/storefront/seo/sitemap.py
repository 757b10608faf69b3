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

# The protocol allows 50,000 addresses and 50 MB a file. With five pictures each and the longest names that an address may
# have, so many products stay below both.
LIMIT = 20_000
PICTURES = 5
_CHUNK = 1_000
_HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n'
_START = (
    f'{_HEAD}<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9"'
    ' xmlns:image="http://www.google.com/schemas/sitemap-image/1.1">\n'
)
_END = "</urlset>\n"


def parts() -> int:
    """How many files of products there are, at least 1."""
    return max(1, -(-products.live_products().count() // LIMIT))


def index(market: Market) -> str:
    base = base_url(market)
    names = ["pages", *(f"products-{number}" for number in range(1, parts() + 1))]
    rows = "".join(f"<sitemap><loc>{escape(base)}/sitemap-{name}.xml</loc></sitemap>\n" for name in names)
    return f'{_HEAD}<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">\n{rows}</sitemapindex>\n'


def pages(market: Market) -> str:
    """Home, categories with their pictures, and content pages."""
    base = base_url(market)
    rows = [_row(f"{base}/")]
    rows += [
        _row(base + node.url, images=[absolute(market, node.picture.url_for(960))] if node.picture else None)
        for node in walk(categories.tree(market))
    ]
    rows += [_row(base + page.url, page.changed_at) for page in content.public_pages() if page.url != "/"]
    return _START + "".join(rows) + _END


def product_part(market: Market, number: int) -> Iterator[str]:
    """The ``number``-th file of products, counted from 1, each with its pictures; a piece at a time."""
    base = base_url(market)
    live = products.live_products()
    first = live.values_list("pk", flat=True)[(number - 1) * LIMIT : (number - 1) * LIMIT + 1].first()
    yield _START
    after, left = (first or 0) - 1, LIMIT
    rows = live.values_list("pk", "slug", "last_published_at")
    while left and (chunk := list(rows.filter(pk__gt=after)[: min(_CHUNK, left)])):
        pictures = products.first_pictures([pk for pk, _slug, _changed in chunk], PICTURES)
        for pk, slug, changed_at in chunk:
            images = [absolute(market, view.url_for(960)) for view in pictures.get(pk, ())]
            yield _row(f"{base}/p/{slug}/", changed_at, images)
        after, left = chunk[-1][0], left - len(chunk)
    yield _END


def walk(nodes: list[CategoryNode] | tuple[CategoryNode, ...]) -> Iterator[CategoryNode]:
    for node in nodes:
        yield node
        yield from walk(node.children)


def _row(url: str, changed_at: datetime | None = None, images: list[str] | None = None) -> str:
    changed = f"<lastmod>{changed_at.date().isoformat()}</lastmod>" if changed_at else ""
    shown = "".join(f"<image:image><image:loc>{escape(image)}</image:loc></image:image>" for image in images or ())
    return f"<url><loc>{escape(url)}</loc>{changed}{shown}</url>\n"
