"""A content page as its template gets it: blocks rendered with live goods, breadcrumbs, head tags."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

from stoa.catalogue.blocks import queries as page_blocks
from stoa.catalogue.blocks.fields import BodyField
from stoa.catalogue.media.queries import picture_view
from stoa.storefront.content import data, kinds, live
from stoa.storefront.content.paths import path_of, root
from stoa.storefront.seo import tags as seo
from stoa.storefront.shop import Shop, market_of

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.storefront.content.base import ShopPage

# Blocks that take the whole width; the others stand in the column of text between them.
WIDE = frozenset({"hero", "trust", "categories", "products", "story", "reading", "gallery", "comparison", "video"})
SCRIPTS = {"video": "storefront/js/film.js"}


def page_context(request: HttpRequest, page: ShopPage) -> dict[str, Any]:
    """``market`` of a home page wins over the request's, so that a preview shows the right goods."""
    market = getattr(page, "market", None) or market_of(request)
    bodies = [getattr(page, field.name) for field in page._meta.get_fields() if isinstance(field, BodyField)]
    context: dict[str, Any] = {"request": request, "shop": Shop(market), "page": page, "market": market}
    context["cards"] = live.read(request, market, *bodies)
    trail = [*((each.title, path_of(each)) for each in _above(page)), (page.title, path_of(page))]
    context |= kinds.more(request, page, context)
    body = getattr(page, "body", None)
    if body is not None:
        context["facts"] = live.facts_for(request, market, body)
    scripts = [script for kind, script in SCRIPTS.items() if kind in page_blocks.block_types(body)]
    return {
        **context,
        "body": render(body, context) if body is not None else "",
        "scripts": scripts,
        "crumbs": [{"name": name, "url": url if url != trail[-1][1] else ""} for name, url in trail],
        "seo": _tags(market, page, trail, context),
    }


def _above(page: ShopPage) -> list[Any]:
    """Live pages between the site's root and this one."""
    if page.depth is None or page.depth <= root().depth + 1:
        return []
    return list(page.get_ancestors().filter(depth__gt=root().depth, live=True))


def render(body: Any, context: dict[str, Any]) -> SafeString:
    """The blocks in their order, each marked with its id. Rich text is cleaned by the blocks' templates."""
    parts: list[SafeString] = []
    in_text = False
    for position, block in enumerate(body):
        cards = context["cards"].get(str(block.id), [])
        html = str(block.render({**context, "cards": cards, "block_id": block.id, "is_first": position == 0})).strip()
        if not html:
            continue
        made = mark_safe(html)  # noqa: S308 - a template's own output
        is_wide = block.block_type in WIDE
        if is_wide and in_text:
            parts.append(mark_safe("</div>"))
        if not is_wide and not in_text:
            parts.append(mark_safe('<div class="prose">'))
        in_text = not is_wide
        parts.append(
            format_html('<div class="block block-{}" data-block="{}">{}</div>', block.block_type, block.id, made)
        )
    if in_text:
        parts.append(mark_safe("</div>"))
    return mark_safe("\n".join(parts))  # noqa: S308 - made of templates' output


def _tags(market: Market, page: ShopPage, trail: list[tuple[str, str]], context: dict[str, Any]) -> seo.Seo:
    picture = page.lead_picture
    path = context.get("canonical") or trail[-1][1]
    is_home = path == "/" and page._meta.model_name == "homepage"
    title = page.seo_title or (market.shop_name if is_home else page.title)
    return seo.page_tags(
        market, path, title,
        description=page.search_description or page.lead or (market.hero_text or market.tagline if is_home else ""),
        picture=picture_view(picture) if picture is not None else context.get("lead_view"),
        kind=page.kind,
        is_indexed=page.is_indexed and context.get("is_indexed", True),
        data=data.of_page(market, page, trail, context),
    )  # fmt: skip
