from __future__ import annotations

from django.urls import path

from stoa.backoffice.feeds import screens

urlpatterns = [
    path("marketing/feeds/", screens.Feeds.as_view(), name="feeds"),
    path("marketing/feeds/settings/", screens.EditSettings.as_view(), name="feed_settings"),
    path("marketing/feeds/categories/", screens.EditCategories.as_view(), name="feed_categories"),
    path("marketing/feeds/renew/", screens.renew, name="feed_renew"),
    *screens.ProblemList.routes("marketing/feeds/problems/"),
    *screens.FeedProductList.routes("marketing/feeds/products/"),
    path("marketing/feeds/products/<int:product_id>/exclude/", screens.exclude, name="feed_exclude"),
    path("marketing/feeds/products/<int:product_id>/include/", screens.include, name="feed_include"),
]
