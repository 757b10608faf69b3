from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class PriceInvalidError(DomainError):
    code = "price_invalid"
    default_message = _("A price is a whole number of the currency's smallest unit, and not below zero.")


class CompareAtTooLowError(PriceInvalidError):
    code = "compare_at_too_low"
    default_message = _("The compare-at price must be above the price.")
