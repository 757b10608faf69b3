"""``{% load blocks %}``: what the templates of blocks share."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import RichText, expand_db_html

from stoa.catalogue.blocks.facts import facts_of
from stoa.catalogue.products.cleaning import clean_html

register = template.Library()


@register.simple_tag(takes_context=True)
def prose(context: Any, value: Any) -> SafeString:
    """Rich text as clean HTML: the page's own, whose links are resolved already, or else on the spot."""
    source = value.source if isinstance(value, RichText) else str(value or "")
    known = facts_of(context.flatten()).rich.get(source)
    html = known if known is not None else clean_html(expand_db_html(source))
    return mark_safe(html)  # noqa: S308 - cleaned by the allow-list


@register.simple_tag
def swatch(colour: str) -> SafeString | str:
    """A dot of a colour such as ``#2f6f6a``; nothing for any other text."""
    digits = colour[1:]
    if len(colour) != 7 or colour[0] != "#" or any(digit not in "0123456789abcdefABCDEF" for digit in digits):
        return ""
    return format_html(
        '<svg class="swatch" viewBox="0 0 24 24" aria-hidden="true"><circle cx="12" cy="12" r="11" fill="{}"/></svg>',
        colour,
    )
