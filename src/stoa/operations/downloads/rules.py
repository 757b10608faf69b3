"""Tokens and ranges of downloads. Pure."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
from datetime import timedelta

# An interrupted download may go on for so long without being counted again.
RESUME_WINDOW = timedelta(minutes=60)
_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})")


def new_nonce() -> str:
    """128 random bits, hex."""
    return secrets.token_hex(16)


def token(nonce: str, secret: str) -> str:
    """The key in a link: 192 bits of HMAC-SHA256, base64url. Computed where it is shown; kept is its hash alone."""
    digest = hmac.new(secret.encode(), f"stoa.download:{nonce}".encode(), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(digest[:24]).decode("ascii")


def byte_range(header: str, size: int) -> tuple[int, int] | None:
    """First and last byte that a Range header asks of ``size`` (> 0) bytes; None: all of them, as one may for any header
    that is not understood. Raises ValueError where it lies outside."""
    match = _RANGE.fullmatch(header.strip())
    if match is None or match.group(1) == match.group(2) == "":
        return None
    if not match.group(1):
        length = min(int(match.group(2)), size)
        if length == 0:
            raise ValueError("an empty range")
        return size - length, size - 1
    first = int(match.group(1))
    last = min(int(match.group(2)), size - 1) if match.group(2) else size - 1
    if first >= size or first > last:
        raise ValueError("a range outside of the file")
    return first, last
