from datetime import time

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class MarketingConfig(AppConfig):
    name = "stoa.marketing"
    label = "marketing"
    verbose_name = _("Marketing")

    def ready(self) -> None:
        from stoa.catalogue.products.publishing import ask_before_publishing
        from stoa.kernel.jobs.periodic import every
        from stoa.marketing.audit.actions import audit_all
        from stoa.marketing.feeds.actions import follow_all, renew_all
        from stoa.marketing.paths.counting import sweep_out as sweep_paths
        from stoa.marketing.phone.actions import let_product_live
        from stoa.marketing.searching.counting import sweep_out

        ask_before_publishing(let_product_live)

        every(at=time(2, 10), name="marketing.sweep_searches")(sweep_out)
        every(at=time(2, 20), name="marketing.sweep_paths")(sweep_paths)
        every(minutes=1, name="marketing.follow_feeds")(follow_all)
        every(at=time(1, 40), name="marketing.renew_feeds")(renew_all)
        every(at=time(2, 30), name="marketing.audit_pages")(audit_all)
