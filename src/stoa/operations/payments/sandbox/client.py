"""The line between the shop and the test provider: an HTTP-like client, and the faults that a real line has."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from stoa.operations.payments.errors import ProviderRefusedError, ProviderUnreachableError
from stoa.operations.payments.sandbox import server


@dataclass
class Fault:
    """``when``: ``before`` (the request never arrives) or ``after`` (it took effect, the reply is lost)."""

    path: str
    when: str
    times: int

    def strikes(self, path: str, when: str) -> bool:
        if self.when != when or self.times == 0 or self.path not in path:
            return False
        self.times -= 1
        return True


_faults: list[Fault] = []


@contextmanager
def network_fault(path: str, *, when: str, times: int = 1) -> Iterator[Fault]:
    """For tests: the next ``times`` calls whose path contains ``path`` meet this fault. -1: all of them."""
    fault = Fault(path, when, times)
    _faults.append(fault)
    try:
        yield fault
    finally:
        _faults.remove(fault)


def post(path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
    """Raises ProviderRefusedError for a 4xx, ProviderUnreachableError where no reply came."""
    return _call("POST", path, body, key)


def get(path: str) -> dict[str, Any]:
    return _call("GET", path, {}, "")


def _call(method: str, path: str, body: dict[str, Any], key: str) -> dict[str, Any]:
    if any(fault.strikes(path, "before") for fault in _faults):
        raise ProviderUnreachableError
    try:
        reply = _route(method, path.strip("/").split("/"), body, key)
    except server.Refusal as refusal:
        raise ProviderRefusedError(refusal.reason, status=refusal.status) from refusal
    if any(fault.strikes(path, "after") for fault in _faults):
        raise ProviderUnreachableError
    return reply


def _route(method: str, path: list[str], body: dict[str, Any], key: str) -> dict[str, Any]:
    match method, path:
        case "POST", ["sessions"]:
            return server.create_session(body, key)
        case "GET", ["sessions", reference]:
            return server.get_session(reference)
        case "POST", ["sessions", reference, "cancel"]:
            return server.cancel_session(reference)
        case "POST", ["sessions", reference, "refunds"]:
            return server.create_refund(reference, body["amount_minor"], key)
    raise server.Refusal(404, "no such address")
