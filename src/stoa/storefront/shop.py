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
from stoa.kernel.pagecache.tags import tag
from stoa.marketing.menus import queries as menus
from stoa.marketing.themes import queries as themes
from stoa.storefront import support
from stoa.storefront.content import queries as content
from stoa.storefront.memo import remembered

if TYPE_CHECKING:
    from collections.abc import Iterator

    from stoa.catalogue.categories.queries import CategoryNode
    from stoa.catalogue.markets.models import Market
    from stoa.catalogue.media.queries import PictureView
    from stoa.marketing.menus.queries import MenuNode
    from stoa.marketing.themes.queries import Dress
    from stoa.storefront.content.queries import PageLink


def market_of(request: HttpRequest) -> Market:
    """The market of the request's host. Raises NoMarketError before the shop has been set up."""
    market: Market | None = getattr(request, "stoa_market", None)
    if market is None:
        market = markets.market_for_host(request.get_host())
        request.stoa_market = market  # type: ignore[attr-defined]
    return market


class Shop:
    """``shop`` in every template. Each part is made when a template asks for it.

    ``sample_menus`` (nodes by place) stand in for the menus where a draft is looked at.
    """

    def __init__(
        self, market: Market, request: HttpRequest | None = None, sample_menus: dict[str, list[MenuNode]] | None = None
    ) -> None:
        self.market = market
        self._request = request
        self._sample_menus = sample_menus or {}

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

    @cached_property
    def hours(self) -> tuple[support.Hours, ...]:
        return support.support_hours(self.market)

    @property
    def zone(self) -> str:
        return support.zone_name(self.market)

    @cached_property
    def marks(self) -> tuple[str, ...]:
        """The ways to pay that are really offered."""
        return support.payment_marks(self.market)

    @property
    def is_encrypted(self) -> bool:
        return support.is_encrypted(self.market)

    @cached_property
    def policies(self) -> list[PageLink]:
        """The pages that lay down what holds, in the order that people ask for them."""
        found = content.policies()
        return [found[code] for code in ("delivery", "returns", "terms", "privacy", "imprint") if code in found]

    @cached_property
    def footer_policies(self) -> list[PageLink]:
        """Those that the footer's own columns do not lead to."""
        linked = {url for column in self.columns for url in _addresses(column)}
        return [page for page in self.policies if page.url not in linked]

    @property
    def assurance(self) -> SafeString:
        """Hours, ways to pay, encryption, policies and contact: what every page has at its end."""
        return self._part("storefront/_assurance.html")

    @property
    def phone_link(self) -> str:
        return "".join(char for char in self.market.phone if char.isdigit() or char == "+")

    @cached_property
    def menu(self) -> list[MenuNode]:
        """The header's links: at most three levels."""
        return self._sample_menus.get("header") or menus.menu(self.market, "header")

    @cached_property
    def columns(self) -> list[MenuNode]:
        """The footer's columns; empty where the merchant has made none."""
        return self._sample_menus.get("footer") or menus.menu(self.market, "footer")

    @cached_property
    def dress(self) -> Dress:
        """Style sheet, colours of the browser's bar, typeface and favicon."""
        return _dress(self.market.pk)

    @property
    def header(self) -> SafeString:
        return self._part("storefront/_header.html")

    @property
    def footer(self) -> SafeString:
        return self._part("storefront/_footer.html")

    def _part(self, template: str) -> SafeString:
        if self._sample_menus:
            return _render(template, self)
        goods = _goods_in_menus(self.market.pk)
        if self._request is not None:
            tag(self._request, *(f"product:{pk}" for pk in goods))
        make = _part_with_goods if goods else _part
        return make(template, self.market.pk, self.language)


def _addresses(node: MenuNode) -> Iterator[str]:
    yield node.url
    for child in node.children:
        yield from _addresses(child)


_footer_pages = remembered("content")(content.footer_pages)
_goods_in_menus = remembered("menus")(menus.product_ids)


@remembered("theme", "market")
def _dress(market_id: int) -> Dress:
    return themes.dress(market_id)


def _made(template: str, market_id: int, language: str) -> SafeString:
    return _render(template, Shop(markets.market_by_id(market_id) or markets.default_market()))


_part = remembered("market", "categories", "content", "menus", "theme")(_made)
# A menu that leads to products says their names, and leaves out what is not for sale.
_part_with_goods = remembered("market", "categories", "content", "menus", "theme", "catalogue")(_made)


def _render(template: str, shop: Shop) -> SafeString:
    return mark_safe(render_to_string(template, {"shop": shop}).strip())  # noqa: S308 - a template's own output
