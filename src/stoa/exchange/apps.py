from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ExchangeConfig(AppConfig):
    name = "stoa.exchange"
    label = "exchange"
    verbose_name = _("Imports")

    def ready(self) -> None:
        from datetime import time

        from stoa.exchange.running.actions import forget_old_files
        from stoa.kernel.jobs.periodic import every

        every(at=time(3, 40))(forget_old_files)
