"""Ways to pay that no machine reports: staff say when the money has come."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.utils.translation import gettext as _

from stoa.operations.payments.errors import ProviderRefusedError, WebhookRefusedError
from stoa.operations.payments.providers.base import (
    PaymentFacts,
    ProviderState,
    RefundResult,
    Started,
    WebhookMessage,
)


class _Offline:
    code = ""
    is_redirect = False

    def start(self, payment: PaymentFacts, return_url: str, notify_url: str) -> Started:
        return Started(provider_ref=f"{self.code}:{payment.reference}", redirect_url=None)

    def fetch(self, provider_ref: str) -> ProviderState:
        raise ProviderRefusedError(_("Nobody can be asked about this kind of payment."))

    def cancel(self, provider_ref: str) -> ProviderState:
        raise ProviderRefusedError(_("Nobody can be asked about this kind of payment."))

    def refund(self, provider_ref: str, amount_minor: int, key: str) -> RefundResult:
        """Staff send the money by hand; the books take them at their word."""
        return RefundResult(provider_ref=f"manual:{key}")

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookMessage:
        raise WebhookRefusedError("this method sends no messages", status=404)


class BankTransfer(_Offline):
    code = "bank_transfer"

    @property
    def label(self) -> str:
        return _("Bank transfer")

    @property
    def description(self) -> str:
        return _("You get our bank details with the confirmation.")


class CashOnDelivery(_Offline):
    code = "cash_on_delivery"

    @property
    def label(self) -> str:
        return _("Cash on delivery")

    @property
    def description(self) -> str:
        return _("You pay when the goods arrive.")
