"""What visitors do, counted for pages that are made and for those that come out of memory alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from stoa.kernel.pagecache.hits import watch
from stoa.marketing.paths import actions as paths
from stoa.marketing.paths import rules
from stoa.marketing.searching import actions as searching
from stoa.storefront.browse.filters import parameter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from django.http import HttpRequest

    from stoa.catalogue.categories.queries import CategoryNode
    from stoa.catalogue.products.queries import Facet, Listing
    from stoa.storefront.browse.filters import Filters

# What is suggested while one types stands on every page: its links say so themselves.
SUGGESTED = "from=search"


def count_list(
    request: HttpRequest, market_id: int, wanted: Filters, listing: Listing, node: CategoryNode | None = None
) -> None:
    """The search, where it is one, and the filters that are chosen. Further pages of a list count for nothing."""
    if wanted.page > 1:
        return
    text = "" if node is not None or wanted.is_active else wanted.text
    place = node.slug if node is not None else rules.SEARCH if wanted.text else rules.ALL
    total = listing.total
    # A value that nothing has was typed into the address by somebody: no filter offers it.
    chosen = rules.choices_of_pairs(_chosen(wanted, listing.facets.attributes)) if total else ()

    def told(environ: dict[str, Any]) -> None:
        if _is_prefetch(environ):
            return
        agent = environ.get("HTTP_USER_AGENT", "")
        if text:
            searching.note_search(market_id, text, total, user_agent=agent)
        paths.note_list(
            market_id, place, chosen, total, environ["PATH_INFO"], referer=environ.get("HTTP_REFERER", ""),
            host=environ.get("HTTP_HOST", ""), user_agent=agent,
        )  # fmt: skip

    watch(request, told)


def count_product(request: HttpRequest, market_id: int, product_id: int) -> None:
    def told(environ: dict[str, Any]) -> None:
        if not _is_prefetch(environ):
            paths.note_product(
                market_id, product_id, environ["PATH_INFO"], referer=environ.get("HTTP_REFERER", ""),
                host=environ.get("HTTP_HOST", ""), user_agent=environ.get("HTTP_USER_AGENT", ""),
                is_suggested=SUGGESTED in environ.get("QUERY_STRING", "").split("&"),
            )  # fmt: skip

    watch(request, told)


def _is_prefetch(environ: dict[str, Any]) -> bool:
    """Fetched by the browser ahead of a visit that may never come."""
    return "prefetch" in environ.get("HTTP_SEC_PURPOSE", "")


def _chosen(wanted: Filters, facets: list[Facet]) -> Iterator[tuple[str, str]]:
    """As in the address, and only what the shop knows."""
    yield from (("brand", name) for name in wanted.chosen_brands)
    for facet in facets:
        yield from ((parameter(facet.code), each.value) for each in facet.values if each.is_chosen)
    if wanted.category is not None:
        yield "category", wanted.category.slug
    if wanted.in_stock:
        yield "in_stock", "1"
    yield from (
        (name, "x") for name, minor in (("min", wanted.min_minor), ("max", wanted.max_minor)) if minor is not None
    )
