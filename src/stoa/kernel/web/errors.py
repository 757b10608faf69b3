"""Refusals that become an HTTP answer, and the plain pages behind them."""

from __future__ import annotations

from django.core.exceptions import SuspiciousOperation


class BadInput(SuspiciousOperation):
    """What came in cannot be text that a person meant: NUL, lone surrogates, broken encodings (HTTP 400)."""
