"""Where a payment's buyer and provider come back to. Made from STOA_BASE_URL, never from a request's Host."""

from __future__ import annotations

from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils.crypto import constant_time_compare, salted_hmac

from stoa.operations.orders.queries import order_path
from stoa.operations.payments.models import Payment

__all__ = ["is_return_key", "notify_url", "onward_path", "order_path", "return_url"]

_SALT = "stoa.payments.return"


def return_url(payment: Payment) -> str:
    """The buyer's way back. The key in it is what lets its holder see the order page; a payment's id alone does not."""
    path = reverse("operations:payment_return", args=[payment.uuid])
    return f"{settings.STOA_BASE_URL}{path}?key={_return_key(payment.uuid, None)}"


def onward_path(payment: Payment) -> str:
    """Where a form of ours sends the buyer to pay: a page of ours, which goes on to the provider's (ADR 42).

    Browsers hold every step of a form to the page's ``form-action``, which names nobody but the shop.
    """
    if payment.redirect_url.startswith("/"):
        return payment.redirect_url
    path = reverse("operations:payment_onward", args=[payment.uuid])
    return f"{path}?key={_return_key(payment.uuid, None)}"


def is_return_key(payment_uuid: UUID, key: str) -> bool:
    return any(
        constant_time_compare(key, _return_key(payment_uuid, secret))
        for secret in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    )


def notify_url(provider: str) -> str:
    return settings.STOA_BASE_URL + reverse("operations:payment_webhook", args=[provider])


def _return_key(payment_uuid: UUID, secret: str | None) -> str:
    return salted_hmac(_SALT, str(payment_uuid), secret=secret, algorithm="sha256").hexdigest()
