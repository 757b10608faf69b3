from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class CatalogueConfig(AppConfig):
    name = "stoa.catalogue"
    label = "catalogue"
    verbose_name = _("Catalogue")

    def ready(self) -> None:
        from stoa.catalogue import books, periodic
        from stoa.catalogue.bundles.books import no_bundle_in_a_bundle
        from stoa.catalogue.completeness import wiring as completeness
        from stoa.catalogue.prices import wiring as prices
        from stoa.kernel.books import register
        from stoa.kernel.jobs.periodic import every

        register("catalogue.markets", books.check_markets)
        register("catalogue.live_revisions", books.check_live_revisions)
        register("catalogue.variants", books.check_variants)
        register("catalogue.bundles", no_bundle_in_a_bundle)
        every(minutes=1)(periodic.sweep_pictures)
        every(hours=6)(periodic.forget_bulk_edits)
        prices.connect()
        completeness.connect()
