"""The addresses of the shop. Content pages come last: they may have any name that is left."""

from __future__ import annotations

from django.urls import URLPattern, URLResolver, include, path, re_path
from django.views.generic import RedirectView
from wagtail.views import authenticate_with_password

from stoa.storefront.browse import views as browse
from stoa.storefront.browse.listing import category
from stoa.storefront.browse.product import product
from stoa.storefront.browse.search import click, search, suggest
from stoa.storefront.cart import codes, gift_cards
from stoa.storefront.cart import views as cart
from stoa.storefront.cart.price import own_price
from stoa.storefront.checkout import views as checkout
from stoa.storefront.content import views as content
from stoa.storefront.downloads import views as downloads
from stoa.storefront.orders import views as orders
from stoa.storefront.orders.documents import order_document
from stoa.storefront.seo import views as seo
from stoa.storefront.seo.feeds import feed
from stoa.storefront.theme import views as theme

urlpatterns: list[URLPattern | URLResolver] = [
    path("", browse.home, name="home"),
    path("c/<slug:slug>/", category, name="category"),
    path("p/<slug:slug>/", product, name="product"),
    path("search/", search, name="search"),
    path("search/suggest/", suggest, name="search_suggest"),
    path("search/click/", click, name="search_click"),
    path("cart/", cart.cart, name="cart"),
    path("cart/add/", cart.add, name="cart_add"),
    path("cart/add-all/", cart.add_all, name="cart_add_all"),
    path("cart/update/", cart.update, name="cart_update"),
    path("cart/remove/", cart.remove, name="cart_remove"),
    path("cart/code/", codes.add_code, name="cart_code_add"),
    path("cart/code/remove/", codes.remove_code, name="cart_code_remove"),
    path("cart/gift-card/", gift_cards.add_card, name="cart_gift_card_add"),
    path("cart/gift-card/remove/", gift_cards.remove_card, name="cart_gift_card_remove"),
    path("gift-card/", gift_cards.balance, name="gift_card"),
    path("discount/<str:code>/", codes.discount, name="cart_discount"),
    path("cart/badge/", cart.badge, name="cart_badge"),
    path("cart/price/<int:variant_id>/", own_price, name="cart_price"),
    path("checkout/", checkout.checkout_page, name="checkout"),
    path("order/<str:number>/<str:token>/", orders.order_page, name="order"),
    path("order/<str:number>/<str:token>/payment/", orders.pay, name="order_payment"),
    path("order/<str:number>/<str:token>/files/<int:grant_id>/ask/", orders.ask_for_file, name="order_file_ask"),
    path("order/<str:number>/<str:token>/documents/<int:document_id>/", order_document, name="order_document"),
    path("download/<str:token>/", downloads.download, name="download"),
    path("account/", include("stoa.storefront.account.urls")),
    re_path(r"^theme-(?P<name>[0-9a-f]{16})\.css$", theme.stylesheet, name="theme_stylesheet"),
    path("sitemap.xml", seo.sitemap_index, name="sitemap"),
    path("sitemap-pages.xml", seo.sitemap_pages, name="sitemap_pages"),
    path("sitemap-products-<int:number>.xml", seo.sitemap_products, name="sitemap_products"),
    path("feeds/google.xml", feed, {"name": "google"}, name="feed_google"),
    path("feeds/meta.csv", feed, {"name": "meta"}, name="feed_meta"),
    path("robots.txt", seo.robots, name="robots"),
    path("site.webmanifest", seo.manifest, name="manifest"),
    path("favicon.ico", seo.favicon, name="favicon"),
    # The names are Wagtail's own: its code reverses them.
    path(
        "_util/authenticate_with_password/<int:page_view_restriction_id>/<int:page_id>/",
        authenticate_with_password,
        name="wagtailcore_authenticate_with_password",
    ),
    path("_util/login/", RedirectView.as_view(url="/account/login/", query_string=True), name="wagtailcore_login"),
    re_path(r"^((?:[\w\-]+/)+)feed\.xml$", content.journal_feed, name="journal_feed"),
    re_path(r"^((?:[\w\-]+/)*)$", content.page, name="wagtail_serve"),
]
