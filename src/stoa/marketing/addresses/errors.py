from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class RedirectInvalidError(DomainError):
    """``facts["fields"]`` maps a field's name to what is wrong with it."""

    code = "redirect_invalid"
    default_message = _("This address cannot lead there.")


class RedirectFileError(DomainError):
    code = "redirect_file"
    default_message = _("This is no list of addresses: it needs two columns, the old address and the new one.")
