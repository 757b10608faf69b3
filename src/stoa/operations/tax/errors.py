from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class TaxRateInvalidError(DomainError):
    """``facts["field"]`` names what cannot be: country, percent, tax_class or valid_from."""

    code = "tax_rate_invalid"
    default_message = _("This is not a tax rate: a country of two letters, a known class and 0 to 99.999 percent.")


class TaxSettingsInvalidError(DomainError):
    """``facts["field"]`` names the setting."""

    code = "tax_settings_invalid"
    default_message = _("These tax settings cannot be used.")


class VatIdError(DomainError):
    """``facts["kind"]``: format, country, or unknown (to its register)."""

    code = "vat_id"
    default_message = _("This VAT id cannot be used.")
