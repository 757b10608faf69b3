from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontConfig(AppConfig):
    name = "stoa.storefront"
    label = "storefront"
    verbose_name = _("Storefront")

    def ready(self) -> None:
        from stoa.catalogue.products.preview import show_previews_with
        from stoa.storefront.browse.views import preview_product

        show_previews_with(preview_product)
