from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from stoa.storefront.content.models import ContentPage

if TYPE_CHECKING:
    from collections.abc import Iterable


@dataclass(frozen=True, slots=True)
class PageLink:
    title: str
    url: str
    section: str
    changed_at: datetime | None = None


def footer_pages() -> tuple[PageLink, ...]:
    """The content pages that anybody may read: help first, then legal, each in the order of the page tree."""
    return tuple(_links(ContentPage.objects.live().public().filter(show_in_menus=True).order_by("section", "path")))


def public_pages() -> tuple[PageLink, ...]:
    """Every content page that anybody may read, for the sitemap."""
    return tuple(_links(ContentPage.objects.live().public().order_by("path")))


def _links(pages: Iterable[ContentPage]) -> Iterable[PageLink]:
    for page in pages:
        yield PageLink(page.title, f"/{page.slug}/", page.section, page.last_published_at)
