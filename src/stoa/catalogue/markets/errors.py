from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class NoMarketError(DomainError):
    code = "no_market"
    default_message = _("The shop has not been set up yet: there is no market.")


class MarketInvalidError(DomainError):
    """``facts["fields"]`` maps a field's name to what is wrong with it."""

    code = "market_invalid"
    default_message = _("These settings cannot be used.")
