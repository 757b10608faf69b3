from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from django.db.models import F, Q
from wagtail.models import Page
from wagtail.query import PageQuerySet

from stoa.storefront.content.models import (
    BuyingAidPage,
    ComparisonPage,
    ContentPage,
    FaqPage,
    GuidePage,
    HomePage,
    JournalIndexPage,
    JournalPostPage,
    LandingPage,
    PageCategory,
    PageProduct,
)
from stoa.storefront.content.paths import path_of, root
from stoa.storefront.memo import remembered

if TYPE_CHECKING:
    from stoa.catalogue.markets.models import Market
    from stoa.storefront.content.base import Article

# What helps to choose, in the order of how directly it does.
ADVICE: tuple[type[Article], ...] = (BuyingAidPage, ComparisonPage, GuidePage)
_MOST_ADVICE = 6


@dataclass(frozen=True, slots=True)
class PageLink:
    title: str
    url: str
    section: str = ""
    changed_at: datetime | None = None
    id: int = 0


@dataclass(frozen=True, slots=True)
class Advice:
    """A guide, a comparison or a buying aid, as a link. ``kind`` is "guide", "comparison" or "aid"."""

    id: int
    kind: str
    title: str
    url: str
    lead: str


def shown_pages() -> PageQuerySet:
    """Everything below the site's root that anybody may read."""
    top = root()
    return Page.objects.live().public().filter(path__startswith=top.path, depth__gt=top.depth)


def footer_pages() -> tuple[PageLink, ...]:
    """The content pages that anybody may read: help first, then legal, each in the order of the page tree."""
    pages = ContentPage.objects.live().public().filter(show_in_menus=True).order_by("section", "path")
    questions = FaqPage.objects.live().public().filter(show_in_menus=True).order_by("path")
    links = [PageLink(page.title, path_of(page), page.section, page.last_published_at, page.pk) for page in pages]
    more = [PageLink(page.title, path_of(page), "help", page.last_published_at, page.pk) for page in questions]
    helping = [link for link in links if link.section == ContentPage.Section.HELP]
    return (*helping, *more, *(link for link in links if link.section != ContentPage.Section.HELP))


def public_pages() -> tuple[PageLink, ...]:
    """Every content page that anybody may read and search engines should find, for the sitemap."""
    unlisted = LandingPage.objects.filter(Q(is_listed=False) | ~Q(canonical="")).values("pk")
    pages = shown_pages().not_type(HomePage).exclude(pk__in=unlisted).order_by("path")
    return tuple(PageLink(page.title, path_of(page), "", page.last_published_at, page.pk) for page in pages)


def policies() -> dict[str, PageLink]:
    """The page that lays down each policy ("returns": ...); the first where there are several."""
    return _policies()


@remembered("content")
def _policies() -> dict[str, PageLink]:
    found: dict[str, PageLink] = {}
    for page in ContentPage.objects.live().public().exclude(policy="").order_by("path"):
        found.setdefault(
            page.policy, PageLink(page.title, path_of(page), page.section, page.last_published_at, page.pk)
        )
    return found


def home_page(market: Market) -> HomePage | None:
    """The live home page of a market: its own, else the one for all."""
    pages = HomePage.objects.live().public().filter(Q(market=market.pk) | Q(market=None))
    found: HomePage | None = pages.order_by(F("market").asc(nulls_last=True), "path").first()
    return found


def journals() -> list[JournalIndexPage]:
    return list(JournalIndexPage.objects.live().public().order_by("path"))


def journal() -> JournalIndexPage | None:
    """The shop's journal: the first in the tree."""
    return next(iter(journals()), None)


def posts(index: Page | None = None) -> PageQuerySet:
    """Journal posts that anybody may read, the newest first, with their authors and pictures."""
    found = JournalPostPage.objects.live().public().select_related("author__picture", "picture")
    if index is not None:
        found = found.child_of(index)
    return found.order_by("-first_published_at", "-pk")


def advice_pages(limit: int) -> list[Article]:
    """Guides, comparisons and buying aids, the newest first."""
    found: list[Any] = []
    for model in ADVICE:
        found += (
            model.objects.live().public().select_related("author__picture", "picture")
            .order_by("-first_published_at", "-pk")[:limit]
        )  # fmt: skip
    return sorted(found, key=lambda page: (page.first_published_at, page.pk), reverse=True)[:limit]


def advice_about_category(category_ids: Iterable[int]) -> tuple[Advice, ...]:
    """What helps to choose among the goods of these categories (usually one and those above it)."""
    pages = PageCategory.objects.filter(category_id__in=list(category_ids)).values("page_id")
    return _advice(Q(pk__in=pages))


def advice_about_product(product_id: int) -> tuple[Advice, ...]:
    pages = PageProduct.objects.filter(product_id=product_id).values("page_id")
    return _advice(Q(pk__in=pages))


def _advice(which: Q) -> tuple[Advice, ...]:
    names = {GuidePage: "guide", ComparisonPage: "comparison", BuyingAidPage: "aid"}
    found = Page.objects.live().public().type(*ADVICE).filter(which).order_by("-first_published_at", "-pk")
    rows = list(found[:_MOST_ADVICE])
    leads = _leads([page.pk for page in rows])
    return tuple(
        Advice(page.pk, names[page.specific_class], page.title, path_of(page), leads.get(page.pk, "")) for page in rows
    )


def _leads(page_ids: Sequence[int]) -> dict[int, str]:
    found: dict[int, str] = {}
    for model in ADVICE if page_ids else ():
        found.update(model.objects.filter(pk__in=page_ids).values_list("pk", "intro"))
    return found
