from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class UnknownMailKindError(DomainError):
    code = "unknown_mail_kind"
    default_message = _("There is no such mail.")


class MailBodyGoneError(DomainError):
    code = "mail_body_gone"
    default_message = _("The text of this mail was not kept, so it cannot be sent again.")


class MailSettingsError(DomainError):
    code = "mail_settings"
    default_message = _("STOA_SMTP_URL is not understood.")
