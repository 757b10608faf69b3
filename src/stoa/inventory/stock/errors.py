"""What stock refuses, in words that a person can act on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


@dataclass(frozen=True, slots=True)
class Shortage:
    """``available`` is what could have been sold instead of ``wanted``: 0 or more."""

    variant_id: int
    wanted: int
    available: int


class OutOfStockError(DomainError):
    """At least one line cannot be covered; nothing was taken. ``shortages`` names every such line."""

    code = "out_of_stock"
    default_message = _("Some of this is no longer in stock.")

    def __init__(self, shortages: Sequence[Shortage]) -> None:
        self.shortages = tuple(shortages)
        super().__init__(shortages=self.shortages)


class SaleReturnedError(OutOfStockError):
    """All that the document sold has come back, and a document sells once: the goods may be somebody else's by now."""

    code = "sale_returned"
    default_message = _("The goods of this order have gone back into stock.")

    def __init__(self) -> None:
        super().__init__([])


class StockTooLowError(DomainError):
    """A level cannot go down by that much: the rest is promised. ``available`` is what could go."""

    code = "stock_too_low"
    default_message = _("There is not that much free stock here.")

    def __init__(self, available: int) -> None:
        self.available = available
        super().__init__(available=available)


class ReservationExpiredError(DomainError):
    """The units that were held for this document have gone back. The caller may try to ``sell`` them afresh."""

    code = "reservation_expired"
    default_message = _("The goods are no longer held for this order.")


class AlreadyReservedError(DomainError):
    """The document holds other units already. Release them first."""

    code = "already_reserved"
    default_message = _("Other goods are held for this order already.")


class LevelExistsError(DomainError):
    code = "level_exists"
    default_message = _("This variant has stock here already: adjust it instead.")


class BackorderLimitTooLowError(DomainError):
    """More units are owed than the new limit would allow. ``owed`` is the least that it can be."""

    code = "backorder_limit_too_low"
    default_message = _("More is owed to customers than this limit allows.")

    def __init__(self, owed: int) -> None:
        self.owed = owed
        super().__init__(owed=owed)


class BackorderTermsError(DomainError):
    code = "backorder_terms"
    default_message = _("To sell for a later date, give the date and how many may be sold.")


class BundleHasStockError(DomainError):
    """Of a bundle its parts lie on the shelf, never the bundle."""

    code = "bundle_has_stock"
    default_message = _("A bundle has no stock of its own: its parts have. Set this variant's own stock to none first.")


class QuantityNotAllowedError(DomainError):
    code = "quantity_not_allowed"
    default_message = _("This quantity cannot be stock.")
