from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class PriceInvalidError(DomainError):
    code = "price_invalid"
    default_message = _("A price is a whole number of the currency's smallest unit, and not below zero.")


class CompareAtTooLowError(PriceInvalidError):
    code = "compare_at_too_low"
    default_message = _("The compare-at price must be above the price.")


class BreaksInvalidError(DomainError):
    """``facts["problem"]``: ``quantity``, ``order``, ``price`` or ``many``."""

    code = "breaks_invalid"
    default_message = _(
        "Quantity breaks start at 2 or more, each at a higher quantity and a lower price than the one before, and all"
        " below the price of one."
    )


class PriceListInvalidError(DomainError):
    """``facts["field"]`` names what is wrong: ``name``, ``currency``, ``factor`` or ``ending``."""

    code = "price_list_invalid"
    default_message = _("Please check the price list: something in it cannot be used.")


class PriceListInUseError(DomainError):
    code = "price_list_in_use"
    default_message = _("This price list is used by a market, a customer group or a sale.")


class CurrencyDiffersError(DomainError):
    code = "currency_differs"
    default_message = _("The price list is in another currency than the market.")


class SaleInvalidError(DomainError):
    """``facts["field"]`` names what is wrong: ``name``, ``starts_at``, ``ends_at`` or ``prices``."""

    code = "sale_invalid"
    default_message = _("Please check the sale: something in it cannot be used.")


class SaleTimesError(SaleInvalidError):
    code = "sale_times"
    default_message = _("A sale starts now or later, and ends after its start.")


class SalePriceTooHighError(SaleInvalidError):
    """``facts["variant_ids"]``: those whose sale price would not be below the regular one."""

    code = "sale_price_too_high"
    default_message = _("A sale price must be below the regular price.")


class SaleOverlapError(SaleInvalidError):
    """``facts["variant_ids"]`` are in another sale at the same time; ``facts["sales"]`` names those sales."""

    code = "sale_overlap"
    default_message = _("Some of these goods are in another sale at that time.")


class SaleOverError(DomainError):
    code = "sale_over"
    default_message = _("This sale is over already.")
