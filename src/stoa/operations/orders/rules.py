"""What holds for an order apart from any database."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets

# Why an order ended that nobody paid. The only kind that a late payment may bring back.
UNPAID_REASON = "Not paid in time"
SOLD_OUT_REASON = "Sold out before the payment arrived"

# The first order of a shop is 1001: a number that tells customers nothing about how young the shop is.
FIRST_NUMBER = 1001


def order_number(position: int) -> str:
    """The number of the ``position``-th order, counted from 1."""
    return str(FIRST_NUMBER - 1 + position)


def document(number: str) -> str:
    """How the stock ledger names an order."""
    return f"order:{number}"


def access_token(number: str, nonce: str, secret: str) -> str:
    """The guest's key to an order: 192 bits of HMAC-SHA256, base64url. Computed, never stored.

    It dies with a new ``nonce`` (on the order) or a new ``secret`` (of the shop).
    """
    message = f"stoa.order.access:{number}:{nonce}".encode()
    digest = hmac.new(secret.encode(), message, hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode("ascii")


def new_nonce() -> str:
    """For ``access_token``: random, so that no two orders' links are related."""
    return secrets.token_hex(8)
