"""Which providers there are: the built-in ones, and those that installed packages add."""

from __future__ import annotations

from functools import lru_cache
from importlib.metadata import entry_points

from django.core.exceptions import ImproperlyConfigured

from stoa.operations.payments.errors import UnknownProviderError
from stoa.operations.payments.providers.base import PaymentProvider
from stoa.operations.payments.providers.offline import BankTransfer, CashOnDelivery
from stoa.operations.payments.providers.stripe.provider import Stripe
from stoa.operations.payments.sandbox.provider import Sandbox

ENTRY_POINTS = "stoa.payment_providers"


@lru_cache(maxsize=1)
def installed() -> dict[str, PaymentProvider]:
    """By code, in the order in which they are offered. Raises ImproperlyConfigured for a part that does not fit."""
    built_in: list[PaymentProvider] = [BankTransfer(), CashOnDelivery(), Stripe(), Sandbox()]
    found = {provider.code: provider for provider in built_in}
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name):
        provider = entry.load()()
        if not isinstance(provider, PaymentProvider):
            raise ImproperlyConfigured(f"{entry.value} is no payment provider (see payments.providers.base)")
        if provider.code in found:
            raise ImproperlyConfigured(f"two payment providers call themselves {provider.code!r}")
        found[provider.code] = provider
    return found


def is_enabled(code: str) -> bool:
    """False for what is not installed, and for what says that it is not ready (no keys, a test provider switched off)."""
    found = installed().get(code)
    return found is not None and bool(getattr(found, "is_ready", True))


def provider(code: str) -> PaymentProvider:
    """Raises UnknownProviderError."""
    try:
        return installed()[code]
    except KeyError:
        raise UnknownProviderError(provider=code) from None
