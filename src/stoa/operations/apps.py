from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "stoa.operations"
    label = "operations"
    verbose_name = _("Orders")

    def ready(self) -> None:
        from stoa.operations.notifications import wiring as notifications
        from stoa.operations.orders import wiring as orders
        from stoa.operations.payments import wiring as payments

        orders.connect()
        payments.connect()
        notifications.connect()
