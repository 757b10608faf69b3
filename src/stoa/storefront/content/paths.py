"""Where the shop's content stands in Wagtail's tree, and at which addresses."""

from __future__ import annotations

from typing import NamedTuple

from wagtail.models import Page, Site

from stoa.storefront.memo import remembered


class Root(NamedTuple):
    """The page above all content: its number, its place in the tree, and the beginning of every address below it."""

    pk: int
    path: str
    depth: int
    url_path: str


def root_page() -> Page:
    """The page below which the shop's content stands: the default site's root."""
    site = Site.objects.select_related("root_page").order_by("-is_default_site", "id").first()
    return site.root_page if site is not None else Page.get_first_root_node()


@remembered("content")
def root() -> Root:
    page = root_page()
    return Root(page.pk, page.path, page.depth, page.url_path)


def path_of(page: Page) -> str:
    """The address of a page without scheme and host: ``/guides/lamps/``."""
    if page.specific_class is not None and page.specific_class._meta.model_name == "homepage":
        return "/"
    beginning = root().url_path
    # Outside of the site (a draft that has no place yet): the slug is all there is to say.
    return page.url_path[len(beginning) - 1 :] if page.url_path.startswith(beginning) else f"/{page.slug}/"
