from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class CodeRefusedError(DomainError):
    """Whatever the reason: unknown, over, not begun, somebody else's, used up. Who guesses learns nothing."""

    code = "code_refused"
    default_message = _("This code cannot be used.")


class TooManyCodesError(DomainError):
    code = "too_many_codes"
    default_message = _("Too many codes were tried. Please try again later.")


class UsedUpError(DomainError):
    """The last use of a limited promotion went to somebody else. ``facts["promotion_id"]``."""

    code = "promotion_used_up"
    default_message = _("A discount is no longer available. Please look at the new total.")


class PromotionInvalidError(DomainError):
    """``facts["fields"]``: field -> what is wrong with it."""

    code = "promotion_invalid"
    default_message = _("Please check the promotion: something in it cannot be used.")
