from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontConfig(AppConfig):
    name = "stoa.storefront"
    label = "storefront"
    verbose_name = _("Storefront")

    def ready(self) -> None:
        from stoa.catalogue.products.preview import show_previews_with
        from stoa.kernel.jobs.periodic import every
        from stoa.storefront.browse.product import preview_product
        from stoa.storefront.content.scheduling import publish_scheduled

        show_previews_with(preview_product)
        every(minutes=1, name="storefront.publish_scheduled")(publish_scheduled)
