"""A page's blocks as HTML."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import structlog
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe
from wagtail.rich_text import RichText, expand_db_html

from stoa.catalogue.blocks.facts import Facts
from stoa.catalogue.products.cleaning import clean_html

log = structlog.get_logger(__name__)
# Between texts that are resolved together. No text has it: the allow-list drops control characters' tags and NUL is refused.
_BETWEEN = "\x00"


def render_body(body: Any, context: dict[str, Any]) -> SafeString:
    """The blocks in their order, each in a frame that bears its id; those with nothing to show leave no trace.

    ``context`` holds ``facts``. A block of another package that fails is left out and told to the log: the page can be
    bought from all the same.
    """
    facts: Facts = context["facts"]
    shown = {**context, "facts": replace(facts, rich={**facts.rich, **resolved(body)})}
    return mark_safe("".join(_framed(block, shown) for block in body))  # noqa: S308 - made of templates


def _framed(block: Any, context: dict[str, Any]) -> str:
    html = _rendered(block, context)
    if not html.strip():
        return ""
    return format_html(
        '<div class="block block-{}" data-block="{}">{}</div>', block.block_type, block.id or "", mark_safe(html)  # noqa: S308
    )  # fmt: skip


def _rendered(block: Any, context: dict[str, Any]) -> str:
    if not getattr(block.block, "is_foreign", False):
        return str(block.render(context={**context, "block_id": block.id}))
    try:
        return str(block.render(context={**context, "block_id": block.id}))
    except Exception:  # whatever a stranger's block does
        log.exception("a block could not be shown", block=block.block_type, id=block.id)
        return ""


def resolved(body: Any) -> dict[str, str]:
    """All rich text of a page as clean HTML, by its source: links to pages and documents take a query for all of it."""
    sources = sorted({source for block in body for source in _rich(block.value)})
    if not sources:
        return {}
    if not any("linktype" in source for source in sources):
        return {source: clean_html(source) for source in sources}
    joined = expand_db_html(_BETWEEN.join(source.replace(_BETWEEN, "") for source in sources))
    return {source: clean_html(html) for source, html in zip(sources, joined.split(_BETWEEN), strict=True)}


def _rich(value: Any) -> Iterator[str]:
    if isinstance(value, RichText):
        yield value.source
    elif hasattr(value, "items"):  # a StructValue
        for inner in value.values():
            yield from _rich(inner)
    elif isinstance(value, str):
        return
    elif hasattr(value, "__iter__"):  # a ListValue, or the blocks of an inner stream
        for inner in value:
            yield from _rich(getattr(inner, "value", inner))
