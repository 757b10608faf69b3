from __future__ import annotations

from allauth.account import urls as allauth_urls
from django.urls import URLPattern, path

from stoa.storefront.account import views
from stoa.storefront.responses import secret_address


def _guarded(pattern: URLPattern) -> URLPattern:
    """allauth's own page, kept out of every cache; some of these addresses hold keys."""
    return URLPattern(pattern.pattern, secret_address(pattern.callback), name=pattern.name)


urlpatterns = [
    path("", views.home, name="account_home"),
    path("orders/", views.order_list, name="account_orders"),
    path("orders/<str:number>/", views.order_page, name="account_order"),
    path("orders/<str:number>/payment/", views.order_payment, name="account_order_payment"),
    path("downloads/", views.download_list, name="account_downloads"),
    path("addresses/", views.address_list, name="account_addresses"),
    path("addresses/new/", views.address, name="account_address_new"),
    path("addresses/<int:address_id>/", views.address, name="account_address"),
    path("addresses/<int:address_id>/deletion/", views.address_deletion, name="account_address_deletion"),
    path("profile/", views.profile, name="account_profile"),
    *(_guarded(pattern) for pattern in allauth_urls.urlpatterns),
]
