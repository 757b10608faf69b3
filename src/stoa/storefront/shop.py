"""Which shop front a request came to, and the parts of its pages that are the same for everybody."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from django.http import HttpRequest
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language

from stoa.catalogue.categories import queries as categories
from stoa.catalogue.markets import queries as markets
from stoa.catalogue.media import queries as media
from stoa.kernel import clock
from stoa.storefront.content import queries as content
from stoa.storefront.memo import remembered

if TYPE_CHECKING:
    from stoa.catalogue.categories.queries import CategoryNode
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.media.queries import PictureView
    from stoa.storefront.content.queries import PageLink


def market_of(request: HttpRequest) -> Market:
    """The market of the request's host. Raises NoMarketError before the shop has been set up."""
    market: Market | None = getattr(request, "stoa_market", None)
    if market is None:
        market = markets.market_for_host(request.get_host())
        request.stoa_market = market  # type: ignore[attr-defined]
    return market


class Shop:
    """``shop`` in every template. Each part is made when a template asks for it."""

    def __init__(self, market: Market) -> None:
        self.market = market

    @property
    def language(self) -> str:
        return get_language() or self.market.language

    @cached_property
    def categories(self) -> list[CategoryNode]:
        return categories.tree(self.market)

    @cached_property
    def pages(self) -> tuple[PageLink, ...]:
        return _footer_pages()

    @cached_property
    def logo(self) -> PictureView | None:
        return media.picture_view(self.market.logo) if self.market.logo is not None else None

    @property
    def year(self) -> int:
        return clock.today(self.market.timezone).year

    @property
    def phone_link(self) -> str:
        return "".join(char for char in self.market.phone if char.isdigit() or char == "+")

    @property
    def header(self) -> SafeString:
        return _part("storefront/_header.html", self.market.pk, self.language)

    @property
    def footer(self) -> SafeString:
        return _part("storefront/_footer.html", self.market.pk, self.language)


_footer_pages = remembered("content")(content.footer_pages)


@remembered("market", "categories", "content")
def _part(template: str, market_id: int, language: str) -> SafeString:
    market = markets.market_by_id(market_id) or markets.default_market()
    return mark_safe(render_to_string(template, {"shop": Shop(market)}).strip())  # noqa: S308 - a template's own output
