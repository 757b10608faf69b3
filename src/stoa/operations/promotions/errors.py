from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class TrialInvalidError(DomainError):
    """``facts["fields"]``: field -> what is wrong with it."""

    code = "trial_invalid"
    default_message = _("Please check the time that the promotion is tried on.")
