"""The keys of the merchant's Stripe account: by settings only, never in the database, a page or a log."""

from __future__ import annotations

from django.conf import settings

_LIVE = ("sk_live_", "rk_live_")


def secret_key() -> str:
    return str(settings.STOA_STRIPE_SECRET_KEY)


def webhook_secrets() -> list[str]:
    """All that are accepted: while a secret is being changed there are two."""
    return list(settings.STOA_STRIPE_WEBHOOK_SECRETS)


def is_live() -> bool:
    """Whether the key moves money. A message of the other mode is not for this shop."""
    return secret_key().startswith(_LIVE)


def are_set() -> bool:
    """Without the secret of its messages the shop would never learn of a payment whose buyer does not come back in time."""
    return bool(secret_key() and webhook_secrets())
