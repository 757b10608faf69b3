"""Identifiers and randomness. What guards something comes from ``secrets``; the rest can be seeded and replayed."""

from __future__ import annotations

import hashlib
import hmac
import random
import secrets
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager

from stoa.kernel import clock

_seeded: random.Random | None = None


def new_uuid() -> uuid.UUID:
    """A time-ordered UUID (version 7, RFC 9562): index-friendly, replayable under ``seeded``."""
    milliseconds = int(clock.now().timestamp() * 1000) if _seeded else time.time_ns() // 1_000_000
    bits = _seeded.getrandbits(74) if _seeded else secrets.randbits(74)
    value = (milliseconds & (1 << 48) - 1) << 80 | 0x7 << 76 | (bits >> 62) << 64 | 0b10 << 62 | bits & (1 << 62) - 1
    return uuid.UUID(int=value)


def new_token(bits: int = 192) -> str:
    """A URL-safe secret of at least 128 bits. Store ``hash_token`` of it, never the token."""
    if bits < 128:
        raise ValueError("a secret has at least 128 bits")
    return secrets.token_urlsafe(bits // 8)


def hash_token(token: str) -> str:
    """SHA-256, hex (64 characters). Enough for secrets of full entropy; passwords go through Django's hashers."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def same(one: str, other: str) -> bool:
    """Compare in constant time."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


@contextmanager
def seeded(seed: int | str) -> Iterator[random.Random]:
    """Make ``new_uuid`` replayable for the length of a block, and lend the generator. Tokens stay secret."""
    global _seeded
    before, _seeded = _seeded, random.Random(seed)  # noqa: S311 - for replays, never for secrets
    try:
        yield _seeded
    finally:
        _seeded = before
