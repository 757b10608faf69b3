from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class StorefrontConfig(AppConfig):
    name = "stoa.storefront"
    label = "storefront"
    verbose_name = _("Storefront")

    def ready(self) -> None:
        from stoa.catalogue.blocks.samples import show_blocks_with
        from stoa.catalogue.products.preview import show_previews_with
        from stoa.kernel.jobs.periodic import every
        from stoa.marketing.audit.source import audit_pages_of
        from stoa.marketing.pages import know_pages_by
        from stoa.marketing.phone.source import look_at_drafts_by
        from stoa.marketing.preview import show_samples_with
        from stoa.storefront.browse import facts
        from stoa.storefront.browse.product import preview_product
        from stoa.storefront.content.registry import ShopPages
        from stoa.storefront.content.scheduling import publish_scheduled
        from stoa.storefront.seo.drafts import ShopDrafts
        from stoa.storefront.seo.source import ShopSource
        from stoa.storefront.theme.samples import sample

        show_previews_with(preview_product)
        show_blocks_with(facts.sample)
        audit_pages_of(ShopSource())
        look_at_drafts_by(ShopDrafts())
        know_pages_by(ShopPages())
        show_samples_with(sample)
        every(minutes=1, name="storefront.publish_scheduled")(publish_scheduled)
