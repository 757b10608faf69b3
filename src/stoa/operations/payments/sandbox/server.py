"""The test provider's own side. Only ``client.py`` (the shop's calls) and ``views.py`` (the buyer's) come here.

Like a real provider it keeps its own ledger, trusts nothing that the shop believes, repeats a call with the same key
without doing it again, and reports by webhook what has happened.
"""

from __future__ import annotations

import json
import secrets
from typing import Any

from django.db import transaction
from django.db.models import F
from django.urls import reverse

from stoa.kernel import clock
from stoa.kernel.prepared import Prepared, Slot, insert
from stoa.operations.payments.sandbox.models import SandboxPayment, SandboxRefund, SandboxWebhook

# status -> the event that tells the shop of it
EVENTS = {"captured": "payment.captured", "declined": "payment.declined", "cancelled": "payment.cancelled"}
UNPAID = ("open", "authenticating")
_BY_REFERENCE = Prepared(lambda: SandboxPayment.objects.filter(reference=Slot("reference")))


class Refusal(Exception):  # noqa: N818 - an answer of the pretended server, not an error of ours
    def __init__(self, status: int, reason: str) -> None:
        self.status, self.reason = status, reason
        super().__init__(reason)


def create_session(body: dict[str, Any], key: str) -> dict[str, Any]:
    """A hosted payment session. The same key gives the same session, whatever the body says."""
    if body["amount_minor"] <= 0:
        raise Refusal(400, "amount must be above zero")
    # A get_or_create, because two requests with one key may run side by side.
    session, _ = SandboxPayment.objects.get_or_create(
        request_key=key,
        defaults={
            "reference": f"sbx_{secrets.token_urlsafe(24)}",
            "merchant_reference": body["merchant_reference"],
            "amount_minor": body["amount_minor"],
            "currency": body["currency"],
            "order_number": body["order_number"],
            "description": body["description"],
            "return_url": body["return_url"],
            "notify_url": body["notify_url"],
            "created_at": clock.now(),
        },
    )
    # A path, not an address: this provider is reached under whatever name the shop is, so nobody leaves the host.
    return {**report(session), "redirect_url": reverse("operations:sandbox_pay", args=[session.reference])}


def get_session(reference: str) -> dict[str, Any]:
    return report(_session(reference))


def cancel_session(reference: str) -> dict[str, Any]:
    """Close it for the buyer. A session that was paid, declined or closed before stays as it is."""
    _move(reference, UNPAID, "cancelled")
    return report(_session(reference))


def create_refund(reference: str, amount_minor: int, key: str) -> dict[str, Any]:
    """Give money back; never above the capture, once per key."""
    session = _session(reference)
    if amount_minor <= 0:
        raise Refusal(400, "amount must be above zero")
    with transaction.atomic():
        refund, is_new = SandboxRefund.objects.get_or_create(
            request_key=key,
            defaults={
                "payment": session,
                "reference": f"sbxr_{secrets.token_urlsafe(18)}",
                "amount_minor": amount_minor,
                "created_at": clock.now(),
            },
        )
        if is_new and not SandboxPayment.objects.filter(
            pk=session.pk, captured_minor__gte=F("refunded_minor") + amount_minor
        ).update(refunded_minor=F("refunded_minor") + amount_minor):
            raise Refusal(409, "more than was captured")
    if (refund.payment_id, refund.amount_minor) != (session.pk, amount_minor):
        raise Refusal(409, "this key was used for another refund")
    return {"reference": refund.reference, "amount_minor": refund.amount_minor}


def pay(reference: str) -> bool:
    """The buyer paid. False where the session was already paid or closed."""
    return _move(reference, UNPAID, "captured", captured_minor=F("amount_minor"))


def ask_for_authentication(reference: str) -> bool:
    return _move(reference, ("open",), "authenticating")


def decline(reference: str) -> bool:
    return _move(reference, UNPAID, "declined")


def report(session: SandboxPayment) -> dict[str, Any]:
    """How a session stands, as the shop is told."""
    return {
        "reference": session.reference,
        "merchant_reference": session.merchant_reference,
        "status": "open" if session.status == "authenticating" else session.status,
        "amount_minor": session.amount_minor,
        "currency": session.currency,
        "captured_minor": session.captured_minor,
        "refunded_minor": session.refunded_minor,
    }


def _move(reference: str, sources: tuple[str, ...], status: str, **changes: Any) -> bool:
    with transaction.atomic():
        moved = SandboxPayment.objects.filter(reference=reference, status__in=sources).update(status=status, **changes)
        if moved and status in EVENTS:
            _announce(_session(reference), EVENTS[status])
    return bool(moved)


def _announce(session: SandboxPayment, kind: str) -> None:
    event_id = f"evt_{secrets.token_urlsafe(18)}"
    body = json.dumps({"id": event_id, "type": kind, "data": report(session)}, sort_keys=True)
    insert(SandboxWebhook(event_id=event_id, payment=session, body=body, due_at=clock.now()))


def _session(reference: str) -> SandboxPayment:
    session: SandboxPayment | None = _BY_REFERENCE.first(reference=reference)
    if session is None:
        raise Refusal(404, "no such session")
    return session
