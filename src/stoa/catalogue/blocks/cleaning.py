"""Rich text as it is stored: harmless HTML, in which links to pages and documents of the shop are still references."""

from __future__ import annotations

import nh3

from stoa.catalogue.products import cleaning

_ATTRIBUTES = {**cleaning.ATTRIBUTES, "a": {"href", "title", "linktype", "id"}}
_LINK_TYPES = frozenset({"page", "document"})


def clean_source(html: str) -> str:
    """``html`` with only what ``cleaning.clean_html`` lets through, and Wagtail's references to pages and documents.

    Made again when the page is shown: what lies in the database may come from a time with another list.
    """
    return nh3.clean(
        html.encode("utf-8", "ignore").decode(),
        tags=cleaning.TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_kept,
        url_schemes=cleaning.SCHEMES,
        clean_content_tags=cleaning.DROPPED_WHOLE,
        link_rel=None,
    )


def _kept(tag: str, attribute: str, value: str) -> str | None:
    if attribute == "linktype":
        return value if value in _LINK_TYPES else None
    if attribute == "id":
        return value if value.isascii() and value.isdigit() and len(value) < 19 else None
    return value
