from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class FeedSettingsInvalidError(DomainError):
    """``facts["fields"]`` maps a field's name to what is wrong with it."""

    code = "feed_settings_invalid"
    default_message = _("These settings cannot be used.")
