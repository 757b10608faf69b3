from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class InventoryConfig(AppConfig):
    name = "stoa.inventory"
    label = "inventory"
    verbose_name = _("Stock")

    def ready(self) -> None:
        from stoa.catalogue.bundles.actions import refuse_when
        from stoa.catalogue.search import facts
        from stoa.inventory.stock.actions import expire_reservations
        from stoa.inventory.stock.adjustments import give_up_own_stock
        from stoa.inventory.stock.books import CHECKS
        from stoa.inventory.stock.searching import sellable
        from stoa.kernel import books
        from stoa.kernel.jobs.periodic import every

        for name, check in CHECKS.items():
            books.register(name, check)
        every(minutes=1, name="inventory.expire_reservations")(expire_reservations)
        refuse_when(give_up_own_stock)
        facts.register("availability", sellable)
