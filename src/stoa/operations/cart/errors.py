from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from stoa.kernel.errors import DomainError
from stoa.operations.cart.rules import MAX_LINES, MAX_QUANTITY


class NotEnoughStockError(DomainError):
    """``available`` units could be had in all, the cart's own included."""

    code = "not_enough_stock"

    def __init__(self, available: int) -> None:
        self.available = available
        if available > 0:
            text = ngettext("Only %(count)d is left.", "Only %(count)d are left.", available) % {"count": available}
        else:
            text = str(_("This is sold out."))
        super().__init__(text, available=available)


class NotForSaleError(DomainError):
    code = "not_for_sale"
    default_message = _("This is no longer for sale.")


class CartClosedError(DomainError):
    """The cart has become an order, or went into another one; open a new one."""

    code = "cart_closed"
    default_message = _("This cart is closed. Please start a new one.")


class CartFullError(DomainError):
    code = "cart_full"
    default_message = _("A cart holds at most %(count)d different things.")

    def __init__(self) -> None:
        super().__init__(str(self.default_message) % {"count": MAX_LINES})


class QuantityOutOfRangeError(DomainError):
    code = "quantity_out_of_range"
    default_message = _("Please enter a quantity from 1 to %(count)d.")

    def __init__(self) -> None:
        super().__init__(str(self.default_message) % {"count": MAX_QUANTITY})
