"""``{% load content %}``: what the templates of blocks need to know of their values."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from stoa.catalogue.media.queries import PictureView, picture_view
from stoa.marketing.menus.rules import is_address
from stoa.storefront.content.paths import path_of

register = template.Library()


@register.simple_tag
def picture_of(picture: Any, alt: str = "") -> PictureView | None:
    """``{% picture_of value.picture alt=value.alt as view %}``."""
    return picture_view(picture, alt=alt) if picture is not None else None


@register.filter
def leads_to(link: Any) -> str:
    """Where a button leads; blank where it has no words, no target, or its page is not public."""
    if not link or not link.get("label"):
        return ""
    page, address = link.get("page"), str(link.get("address") or "")
    if page is not None:
        return path_of(page) if page.live and not page.get_view_restrictions().exists() else ""
    return address if is_address(address) else ""


@register.simple_tag
def chosen_shelves(chosen: Any, top: Any, by_id: Any) -> list[Any]:
    """The categories that a section names, those at the top where it names none; hidden ones are left out."""
    if not chosen:
        return list(top)
    nodes = (by_id(int(pk)) for pk in chosen if str(pk).isdigit())
    return [node for node in nodes if node is not None]


@register.filter
def first_of(rows: Any, count: int) -> list[Any]:
    return list(rows)[: max(int(count), 0)]


@register.simple_tag(takes_context=True)
def site_header(context: Any) -> SafeString:
    """The header, which is the same on all pages, with the section marked in which this page stands."""
    made = context["shop"].header
    crumbs = [crumb["url"] for crumb in context.get("crumbs") or () if crumb.get("url")]
    here = getattr(context.get("request"), "path", "")
    for url in dict.fromkeys([*crumbs, here]):
        if url and url != "/":
            address = escape(url)
            now = "page" if url == here else "true"
            made = made.replace(f'<a href="{address}"', f'<a aria-current="{now}" href="{address}"')
            made = made.replace(f'data-leads-to="{address}"', 'data-current="true"')
    return mark_safe(made)  # noqa: S308 - a template's own output
