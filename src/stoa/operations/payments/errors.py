"""What can go wrong with money, in words that a person can act on."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from stoa.kernel.errors import DomainError


class UnknownProviderError(DomainError):
    code = "unknown_payment_method"
    default_message = _("This payment method is not offered here.")


class ProviderUnreachableError(DomainError):
    """No answer, or none that can be understood. Whether the request took effect is not known."""

    code = "provider_unreachable"
    default_message = _("The payment service does not answer just now. Please try again in a minute.")


class ProviderRefusedError(DomainError):
    """The provider answered no: nothing happened there."""

    code = "provider_refused"
    default_message = _("The payment service refused the request.")


class PaymentClosedError(DomainError):
    code = "payment_closed"
    default_message = _("This payment is already closed.")


class NotAwaitingPaymentError(DomainError):
    code = "not_awaiting_payment"
    default_message = _("This order does not wait for a payment any more.")


class TooManyAttemptsError(DomainError):
    code = "too_many_attempts"
    default_message = _("Too many payment attempts. Please wait a while, or choose another way to pay.")


class RefundTooLargeError(DomainError):
    code = "refund_too_large"
    default_message = _("That is more than is left of this payment.")


class RefundAmountError(DomainError):
    code = "refund_amount"
    default_message = _("Give an amount above zero.")


class RefundKeyReusedError(DomainError):
    code = "refund_key_reused"
    default_message = _("This refund was already asked for with other values.")


class WebhookRefusedError(DomainError):
    """A message that cannot be trusted. ``status`` is what its sender is told."""

    code = "webhook_refused"
    default_message = "refused"

    def __init__(self, message: str, status: int = 400) -> None:
        self.status = status
        super().__init__(message)


class BankDetailsError(DomainError):
    code = "bank_details"
    default_message = _("This is not a valid IBAN.")
