from __future__ import annotations

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import RichText, expand_db_html

from stoa.catalogue.products import cleaning

register = template.Library()


@register.filter
def clean_html(value: Any) -> SafeString:
    """Rich text or a string of HTML as harmless HTML, page links resolved."""
    source = expand_db_html(value.source) if isinstance(value, RichText) else str(value)
    return mark_safe(cleaning.clean_html(source))  # noqa: S308 - cleaned by the allow-list
