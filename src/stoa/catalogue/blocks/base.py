"""What our blocks have in common."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext_lazy as _
from wagtail import blocks
from wagtail.rich_text import RichText

from stoa.catalogue.blocks.cleaning import clean_source
from stoa.catalogue.blocks.facts import Facts, facts_of
from stoa.catalogue.blocks.samples import sample_facts

RICH_TEXT_FEATURES = ["h2", "h3", "bold", "italic", "ol", "ul", "link", "hr"]
SHORT_FEATURES = ["bold", "italic", "ol", "ul", "link"]
WORDS, LOOKS, GOODS, HELP = _("Words"), _("Pictures and films"), _("Goods"), _("Help to decide")


class CleanTextBlock(blocks.RichTextBlock):
    """Rich text that passes the allow-list on its way in, whoever wrote it and with whatever."""

    def value_from_form(self, value: Any) -> Any:
        return _cleaned(super().value_from_form(value))

    def clean(self, value: Any) -> Any:
        return _cleaned(super().clean(value))


def _cleaned(value: Any) -> Any:
    return RichText(clean_source(value.source)) if isinstance(value, RichText) else value


class PageBlock(blocks.StructBlock):
    """A block of a page. A subclass says what it shows in ``parts``; with nothing to show it leaves no trace.

    ``referred`` names the products whose facts it needs, from its stored value.
    """

    def parts(self, value: Any, facts: Facts) -> dict[str, Any] | None:
        """What its template needs beside ``value``; None where there is nothing to show."""
        return {}

    def referred(self, raw: Mapping[str, Any]) -> Iterable[int]:
        return ()

    def get_preview_context(self, value: Any, parent_context: Any = None) -> dict[str, Any]:
        """In the list of blocks to choose from it is shown with the shop's own goods."""
        context = dict(parent_context or {})
        stored = {"type": self.name, "value": self.get_prep_value(value)}
        return {**context, "facts": sample_facts(context.get("request"), stored), "block_id": "sample"}

    def render(self, value: Any, context: Any = None) -> SafeString:
        parts = self.parts(value, facts_of(context))
        if parts is None:
            return mark_safe("")
        flat = dict(context.flatten() if hasattr(context, "flatten") else context or {})
        return super().render(value, context={**flat, **parts})


def listed(raw: Any) -> list[Any]:
    """The values of a stored list: newer rows are ``{"type": "item", "value": …}``, older ones the values themselves."""
    items = raw if isinstance(raw, list) else []
    return [each["value"] if isinstance(each, dict) and set(each) >= {"type", "value"} else each for each in items]


def product_ids(raw: Any) -> list[int]:
    """Keys of products in a stored list, each once."""
    found = (each for each in listed(raw) if isinstance(each, int) and not isinstance(each, bool))
    return list(dict.fromkeys(found))
