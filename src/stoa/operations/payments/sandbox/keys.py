"""What shop and test provider share. Both live in one installation, so the secret is derived from the shop's key."""

from __future__ import annotations

import hashlib
import hmac

from django.conf import settings


def webhook_secret() -> str:
    return _derived(settings.SECRET_KEY)


def accepted_secrets() -> list[str]:
    """The present secret, and those of keys that were in use before."""
    return [_derived(key) for key in (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)]


def _derived(key: str) -> str:
    if not key:
        raise ValueError("SECRET_KEY is empty")
    return hmac.new(key.encode(), b"stoa.payments.sandbox.webhook.v1", hashlib.sha256).hexdigest()
