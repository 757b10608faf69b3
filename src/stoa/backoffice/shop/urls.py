from __future__ import annotations

from django.urls import path

from stoa.backoffice.shop import delivery, locations, methods, taxes
from stoa.backoffice.shop.checkout import CheckoutFieldsPage
from stoa.backoffice.shop.identity import Identity

urlpatterns = [
    path("settings/shop/", Identity.as_view(), name="identity"),
    path("settings/checkout/", CheckoutFieldsPage.as_view(), name="checkout_fields"),
    *taxes.RateList.routes("settings/taxes/"),
    path("settings/taxes/rules/", taxes.TaxRules.as_view(), name="tax_settings"),
    path("settings/taxes/import/", taxes.Upload.as_view(), name="tax_import"),
    path("settings/taxes/new/", taxes.NewRate.as_view(), name="tax_new"),
    path("settings/taxes/<int:rate_id>/remove/", taxes.remove_rate, name="tax_remove"),
    path("settings/delivery/", delivery.Zones.as_view(), name="zones"),
    path("settings/delivery/new/", delivery.NewZone.as_view(), name="zone_new"),
    path("settings/delivery/<int:zone_id>/", delivery.EditZone.as_view(), name="zone"),
    path("settings/delivery/<int:zone_id>/remove/", delivery.remove_zone, name="zone_remove"),
    path("settings/delivery/<int:zone_id>/methods/new/", delivery.NewMethod.as_view(), name="delivery_method_new"),
    path("settings/delivery/methods/<int:method_id>/", delivery.EditMethod.as_view(), name="delivery_method"),
    path("settings/delivery/methods/<int:method_id>/remove/", delivery.remove_method, name="delivery_method_remove"),
    path("settings/payment/", methods.Methods.as_view(), name="methods"),
    path("settings/payment/<slug:code>/", methods.EditMethod.as_view(), name="method"),
    path("settings/locations/", locations.Locations.as_view(), name="locations"),
    path("settings/locations/new/", locations.NewLocation.as_view(), name="location_new"),
    path("settings/locations/<int:location_id>/", locations.EditLocation.as_view(), name="location"),
]
