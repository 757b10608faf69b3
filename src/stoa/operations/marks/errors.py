from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class HoldReasonMissingError(DomainError):
    code = "hold_reason_missing"
    default_message = _("Say why the order is held.")


class AlreadyHeldError(DomainError):
    code = "order_already_held"
    default_message = _("This order is held already.")


class NotHeldError(DomainError):
    code = "order_not_held"
    default_message = _("This order is not held.")


class CannotHoldError(DomainError):
    code = "order_cannot_be_held"
    default_message = _("Only an order that has not left yet can be held.")


class OrderHeldError(DomainError):
    """Somebody has said that the order must not leave. ``reason``: why."""

    code = "order_held"

    def __init__(self, reason: str) -> None:
        super().__init__(_("This order is held: %(reason)s. Release it first.") % {"reason": reason}, reason=reason)


class TagTooLongError(DomainError):
    code = "tag_too_long"
    default_message = _("A tag has at most 40 characters.")


class TooManyTagsError(DomainError):
    code = "too_many_tags"
    default_message = _("An order has at most 20 tags.")
