"""Where Wagtail finds us: menu, routes, styles, search and bulk actions."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.templatetags.static import static
from django.urls import URLPattern, URLResolver, include, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from wagtail import hooks
from wagtail.admin.menu import MenuItem
from wagtail.admin.search import SearchArea
from wagtail.snippets.models import register_snippet

from stoa.backoffice.addresses.urls import urlpatterns as addresses
from stoa.backoffice.attributes.urls import urlpatterns as attributes
from stoa.backoffice.audit.urls import urlpatterns as audit
from stoa.backoffice.blocks.urls import urlpatterns as blocks
from stoa.backoffice.blocks.videos import VideoViewSet
from stoa.backoffice.bulk.choosing import ChangeProducts
from stoa.backoffice.bulk.urls import urlpatterns as bulk
from stoa.backoffice.categories.urls import urlpatterns as categories
from stoa.backoffice.contents.urls import urlpatterns as contents
from stoa.backoffice.customers.urls import urlpatterns as customers
from stoa.backoffice.documents.urls import urlpatterns as documents
from stoa.backoffice.exchange.urls import urlpatterns as exchange
from stoa.backoffice.feeds.urls import urlpatterns as feeds
from stoa.backoffice.gift_cards.urls import urlpatterns as gift_cards
from stoa.backoffice.guard import Right, may
from stoa.backoffice.insights.urls import urlpatterns as insights
from stoa.backoffice.menu import house_items, keep_house_only
from stoa.backoffice.menus.urls import urlpatterns as menus
from stoa.backoffice.orders.bulk import BULK_ACTIONS
from stoa.backoffice.orders.urls import urlpatterns as orders
from stoa.backoffice.prices.urls import urlpatterns as prices
from stoa.backoffice.products.urls import urlpatterns as products
from stoa.backoffice.products.viewset import ProductViewSet
from stoa.backoffice.promotions.urls import urlpatterns as promotions
from stoa.backoffice.publishing.refusals import before_publish_page
from stoa.backoffice.publishing.urls import urlpatterns as publishing
from stoa.backoffice.reach.urls import urlpatterns as reach
from stoa.backoffice.searching.urls import urlpatterns as searching
from stoa.backoffice.shop.urls import urlpatterns as shop
from stoa.backoffice.stock.urls import urlpatterns as stock
from stoa.backoffice.system.urls import urlpatterns as system
from stoa.backoffice.themes.urls import urlpatterns as themes

OURS = [
    *orders,
    *prices,
    *products,
    *contents,
    *categories,
    *stock,
    *customers,
    *insights,
    *shop,
    *system,
    *menus,
    *themes,
    *reach,
    *searching,
    *feeds,
    *addresses,
    *audit,
    *exchange,
]

OURS += [*attributes, *bulk, *publishing, *documents, *promotions, *gift_cards]


@hooks.register("register_admin_urls")
def our_routes() -> list[URLPattern | URLResolver]:
    return [path("", include(([*OURS, *blocks], "backoffice"), namespace="backoffice"))]


register_snippet(ProductViewSet)
register_snippet(VideoViewSet)

for _item in house_items():
    hooks.register("register_admin_menu_item", lambda item=_item: item)

for _action in (*BULK_ACTIONS, ChangeProducts):
    hooks.register("register_bulk_action", _action)


hooks.register("before_publish_page", before_publish_page)


@hooks.register("construct_main_menu")
def house_menu(request: HttpRequest, items: list[MenuItem]) -> None:
    keep_house_only(request, items)


@hooks.register("insert_global_admin_css")
def our_styles() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("backoffice/admin.css"))


@hooks.register("insert_global_admin_css")
def our_goods_styles() -> SafeString:
    return format_html('<link rel="stylesheet" href="{}">', static("backoffice/goods.css"))


class RightSearchArea(SearchArea):
    """Shown to those who hold the right; the first of them is where the sidebar's search field leads."""

    def __init__(self, *args: Any, right: Right, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.right = right

    def is_shown(self, request: HttpRequest) -> bool:
        return may(request.user, self.right)


_AREAS = (
    (_("Orders"), "backoffice:orders", "clipboard-list", "operations.view_order"),
    (_("Products"), "wagtailsnippets_catalogue_product:list", "tag", "catalogue.view_product"),
    (_("Customers"), "backoffice:customers", "group", "customers.view_customer"),
)


def _search_area(place: int) -> RightSearchArea:
    label, url_name, icon, right = _AREAS[place]
    return RightSearchArea(label, reverse(url_name), name=f"stoa-{place}", icon_name=icon, order=place, right=right)


for _place in range(len(_AREAS)):
    hooks.register("register_admin_search_area", lambda place=_place: _search_area(place))
