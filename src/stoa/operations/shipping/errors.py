from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class DeliverySettingsError(DomainError):
    """``facts["fields"]`` maps a field's name to what is wrong with it."""

    code = "delivery_settings"
    default_message = _("These delivery settings cannot be used.")


class CountryInAnotherZoneError(DomainError):
    """``facts["countries"]`` are those that another zone of the market delivers to."""

    code = "country_in_another_zone"
    default_message = _("A country can be in one delivery zone only.")
