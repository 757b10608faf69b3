"""What a payment provider is. Third parties add theirs by the entry point group ``stoa.payment_providers``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, runtime_checkable
from uuid import UUID


@dataclass(frozen=True, slots=True)
class PaymentFacts:
    """A payment as a provider needs to know it. Amounts are minor units of ``currency``."""

    uuid: UUID
    amount_minor: int
    currency: str
    order_number: str
    email: str
    language: str

    @property
    def reference(self) -> str:
        """What we call it towards the provider; the provider must give it back with every report."""
        return str(self.uuid)


@dataclass(frozen=True, slots=True)
class Started:
    """``redirect_url``: where the buyer pays; None where there is no page to go to."""

    provider_ref: str | None
    redirect_url: str | None


@dataclass(frozen=True, slots=True)
class ProviderState:
    """How a payment stands at the provider. ``status``: open, captured, declined or cancelled."""

    status: str
    amount_minor: int
    currency: str
    merchant_reference: str
    captured_minor: int = 0
    refunded_minor: int = 0


@dataclass(frozen=True, slots=True)
class RefundResult:
    provider_ref: str


@dataclass(frozen=True, slots=True)
class WebhookMessage:
    """A message whose signature was right. ``payload`` is kept with the event; it must hold no card data.

    ``state`` None: it does not say how the payment stands. The shop then asks, where ``provider_ref`` or, for want of
    it, ``merchant_reference`` names one of its payments; a message that names none is kept, and nothing else.
    ``doubt``: why it is not for this shop although rightly signed (another account, the other mode): it is listed.
    """

    event_id: str
    kind: str
    provider_ref: str
    state: ProviderState | None
    payload: dict[str, Any] = field(default_factory=dict)
    merchant_reference: str = ""
    doubt: str = ""


@runtime_checkable
class PaymentProvider(Protocol):
    """Every call may fail with ProviderUnreachableError (unknown outcome) or ProviderRefusedError (nothing happened).

    No call is made inside a database transaction. ``start`` and ``refund`` are repeated with the same payment or key
    after a lost answer, and must then return what the first call made.

    A provider may have one more property, ``is_ready``: False where its keys are not set, and it is offered nowhere.
    """

    code: str
    is_redirect: bool

    @property
    def label(self) -> str: ...

    @property
    def description(self) -> str: ...

    def start(self, payment: PaymentFacts, return_url: str, notify_url: str) -> Started: ...

    def fetch(self, provider_ref: str) -> ProviderState: ...

    def cancel(self, provider_ref: str) -> ProviderState:
        """Close the session so that nobody can pay it any more; the state afterwards (captured, if that came first)."""
        ...

    def refund(self, provider_ref: str, amount_minor: int, key: str) -> RefundResult: ...

    def verify_webhook(self, headers: Mapping[str, str], body: bytes, now: datetime) -> WebhookMessage:
        """Raises WebhookRefusedError. ``headers`` have lower-case names; ``body`` is what came over the wire."""
        ...
