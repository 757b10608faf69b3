"""What to read next, and cards of things to read."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from wagtail.models import Page

from stoa.catalogue.media.queries import PictureView, picture_view
from stoa.storefront.content.articles import BuyingAidPage, ComparisonPage, GuidePage, JournalPostPage
from stoa.storefront.content.paths import path_of
from stoa.storefront.content.relations import PageTag

if TYPE_CHECKING:
    from stoa.storefront.content.base import Article

READABLE: tuple[type[Article], ...] = (GuidePage, ComparisonPage, BuyingAidPage, JournalPostPage)
MOST = 3


@dataclass(frozen=True, slots=True)
class ReadingCard:
    """A guide or post in a list. ``kind`` is "guide", "comparison", "aid" or "post"."""

    id: int
    kind: str
    title: str
    url: str
    lead: str
    picture: PictureView | None
    author: str
    published_at: datetime | None


KINDS = {GuidePage: "guide", ComparisonPage: "comparison", BuyingAidPage: "aid", JournalPostPage: "post"}


def cards_of(pages: Iterable[Any]) -> list[ReadingCard]:
    """Cards of articles that were read with their pictures and authors."""
    return [
        ReadingCard(
            page.pk, KINDS.get(type(page), "guide"), page.title, path_of(page), page.intro,
            picture_view(page.picture, alt="") if page.picture is not None else None,
            page.author.name if page.author is not None else "", page.first_published_at,
        )
        for page in pages
    ]  # fmt: skip


def next_to(page: Article) -> list[ReadingCard]:
    """What the writer chose; else pages that share the most tags, then the newest. At most three, none of them drafts."""
    chosen = [row.target_id for row in sorted(page.reading_next.all(), key=lambda row: row.sort_order or 0)]
    ids = [pk for pk in chosen if pk != page.pk]
    found = _articles(ids) if ids else {}
    if not found:
        ids = _with_the_same_tags(page)
        found = _articles(ids)
    return cards_of([found[pk] for pk in ids if pk in found][:MOST])


def _with_the_same_tags(page: Article) -> list[int]:
    tag_ids = [item.tag_id for item in page.tagged_items.all()]
    rows = PageTag.objects.filter(tag_id__in=tag_ids).exclude(content_object_id=page.pk)
    shared = Counter(rows.values_list("content_object_id", flat=True))
    live = Page.objects.live().public().filter(pk__in=shared).order_by("-first_published_at", "-pk")
    newest_first = list(live.values_list("pk", flat=True))
    return sorted(newest_first, key=lambda pk: -shared[pk])[: MOST * 2]


def _articles(page_ids: Sequence[int]) -> dict[int, Any]:
    found: dict[int, Any] = {}
    for model in READABLE if page_ids else ():
        rows = model.objects.live().public().filter(pk__in=page_ids).select_related("author", "picture")
        found.update({page.pk: page for page in rows})
    return found
