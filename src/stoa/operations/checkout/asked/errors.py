from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class CheckoutFieldsError(DomainError):
    """``facts["field"]`` names the setting."""

    code = "checkout_fields_invalid"
    default_message = _("A field of the checkout is off, optional or required.")


class AddressNeededError(CheckoutFieldsError):
    code = "checkout_address_needed"
    default_message = _(
        "Your shop asks businesses for a VAT id, and an invoice to a business needs its address. So the address can be "
        "optional or required, but not off."
    )
