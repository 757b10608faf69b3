"""The boxes to tick among the filters. A hundred of them a page: in a template they would cost more than all the rest."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import TYPE_CHECKING

from django import template
from django.utils.safestring import SafeString, mark_safe

if TYPE_CHECKING:
    from stoa.storefront.browse.filters import Choice

register = template.Library()


@register.simple_tag
def checkboxes(name: str, choices: Sequence[Choice], key: str = "") -> SafeString:
    """A label with a box for each choice. ``key`` tells the ids of two lists of one name apart."""
    field, first = escape(name), escape(f"{name}-{key}" if key else name)
    return mark_safe("".join(_box(field, f"{first}-{place}", choice) for place, choice in enumerate(choices, 1)))  # noqa: S308


def _box(field: str, box_id: str, choice: Choice) -> str:
    checked = " checked" if choice.is_chosen else ""
    swatch = ""
    if choice.swatch:
        swatch = (
            '<svg class="swatch" viewBox="0 0 20 20" aria-hidden="true">'
            f'<circle cx="10" cy="10" r="9" fill="{escape(choice.swatch)}"/></svg>'
        )
    return (
        f'<label class="check"><input type="checkbox" id="{box_id}" name="{field}" value="{escape(choice.value)}"{checked}>'
        f'{swatch}<span>{escape(choice.label)}</span><span class="soft numbers">{choice.count}</span></label>'
    )
