from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class AddressInvalidError(DomainError):
    """Some fields of an address cannot be used. ``facts["fields"]`` maps a field's name to what is wrong with it."""

    code = "address_invalid"
    default_message = _("Some parts of the address are missing or cannot be used.")


class EmailTakenError(DomainError):
    code = "email_taken"
    default_message = _("Somebody else already uses this e-mail address.")


class EmailInvalidError(DomainError):
    code = "email_invalid"
    default_message = _("This is not an e-mail address.")


class UnknownRoleError(DomainError):
    code = "unknown_role"
    default_message = _("There is no such role.")


class LastOneError(DomainError):
    code = "last_one"
    default_message = _("Nobody else may manage staff: give somebody that role first.")
