from __future__ import annotations

from django.urls import path

from stoa.backoffice.prices import groups, lists, product, sales

urlpatterns = [
    path("prices/lists/", lists.PriceLists.as_view(), name="price_lists"),
    path("prices/lists/new/", lists.NewList.as_view(), name="price_list_new"),
    *lists.PricesOfList.routes("prices/lists/<int:price_list_id>/"),
    path("prices/lists/<int:price_list_id>/name/", lists.RenameList.as_view(), name="price_list_edit"),
    path("prices/lists/<int:price_list_id>/remove/", lists.remove, name="price_list_remove"),
    path("prices/lists/<int:price_list_id>/market/", lists.choose, name="price_list_choose"),
    path("products/<int:product_id>/prices/", product.ProductPrices.as_view(), name="product_prices"),
    *sales.SaleList.routes("prices/sales/"),
    path("prices/sales/new/", sales.NewSale.as_view(), name="price_sale_new"),
    path("prices/sales/<int:sale_id>/", sales.SaleScreen.as_view(), name="price_sale"),
    path("prices/sales/<int:sale_id>/end/", sales.end, name="price_sale_end"),
    path("customers/groups/", groups.Groups.as_view(), name="customer_groups"),
    path("customers/groups/new/", groups.NewGroup.as_view(), name="customer_group_new"),
    path("customers/groups/<int:group_id>/", groups.EditGroup.as_view(), name="customer_group"),
    path("customers/groups/<int:group_id>/remove/", groups.remove, name="customer_group_remove"),
    path("customers/<int:customer_id>/group/", groups.assign, name="customer_group_assign"),
]
