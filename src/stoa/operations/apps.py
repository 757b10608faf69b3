from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "stoa.operations"
    label = "operations"
    verbose_name = _("Orders")

    def ready(self) -> None:
        from stoa.catalogue.blocks.together import ask_with
        from stoa.catalogue.completeness.sold import count_with
        from stoa.operations.credit import wiring as credit
        from stoa.operations.documents import wiring as documents
        from stoa.operations.notifications import wiring as notifications
        from stoa.operations.orders import wiring as orders
        from stoa.operations.orders.together import bought_with, sold
        from stoa.operations.payments import wiring as payments

        ask_with(bought_with)
        count_with(sold)
        orders.connect()
        payments.connect()
        notifications.connect()
        documents.connect()
        credit.connect()
