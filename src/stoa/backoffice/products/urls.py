from __future__ import annotations

from django.urls import path

from stoa.backoffice.products import options, variants

urlpatterns = [
    path("products/<int:product_id>/variants/", variants.VariantsScreen.as_view(), name="variants"),
    path("products/<int:product_id>/variants/add/", variants.VariantAdd.as_view(), name="variant_add"),
    path("products/<int:product_id>/variants/combinations/", variants.add_missing, name="variant_fill_up"),
    path("products/<int:product_id>/variants/<int:variant_id>/remove/", variants.remove, name="variant_remove"),
    path("products/<int:product_id>/options/", options.OptionsScreen.as_view(), name="options"),
]
