"""Signatures of the test provider's messages: ``t=<unix seconds>,v1=<hex HMAC-SHA256 of "t.body">``."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable

HEADER = "stoa-sandbox-signature"
TOLERANCE_SECONDS = 300


class SignatureError(Exception):
    """``status``: 401 where the signature is missing or wrong, 400 where it is too old or makes no sense."""

    def __init__(self, reason: str, status: int) -> None:
        self.reason, self.status = reason, status
        super().__init__(reason)


def sign(secret: str, timestamp: int, body: bytes) -> str:
    """The value of the header. Raises ValueError for an empty secret: everybody knows that one."""
    if not secret:
        raise ValueError("a signature needs a secret")
    return f"t={timestamp},v1={_digest(secret, timestamp, body)}"


def verify(secrets: Iterable[str], header: str, body: bytes, now: int) -> None:
    """Raises SignatureError unless ``header`` signs exactly ``body`` with one of ``secrets`` within the tolerance.

    The signature is checked before the time, so that only the holder of a secret learns anything from the answer.
    """
    if not header:
        raise SignatureError("no signature", 401)
    parts = [part.strip().partition("=") for part in header[:1000].split(",")]
    stamps = [value for name, _, value in parts if name == "t"]
    signatures = [value for name, _, value in parts if name == "v1"]
    if len(stamps) != 1 or not signatures or not (stamps[0].isascii() and stamps[0].isdigit() and len(stamps[0]) < 13):
        raise SignatureError("malformed signature", 400)
    timestamp = int(stamps[0])
    right = False
    for secret in secrets:
        if not secret:
            continue
        expected = _digest(secret, timestamp, body).encode()
        for signature in signatures:
            right |= hmac.compare_digest(expected, signature.encode("utf-8", "surrogatepass"))
    if not right:
        raise SignatureError("wrong signature", 401)
    if abs(now - timestamp) > TOLERANCE_SECONDS:
        raise SignatureError("signature too old", 400)


def _digest(secret: str, timestamp: int, body: bytes) -> str:
    return hmac.new(secret.encode(), str(timestamp).encode() + b"." + body, hashlib.sha256).hexdigest()
