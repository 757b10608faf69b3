"""A Stripe account in memory: answers our requests in Stripe's shapes, written after its public API reference.

It stands behind the SDK, at the place of the guarded client, so that what is tested is what goes over the wire.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from stoa.kernel import clock
from stoa.kernel.outbound.client import Response
from stoa.kernel.outbound.errors import OutboundTimeoutError
from stoa.operations.payments.sandbox import signing

SECRET = "sk_test_of_the_shop"
WEBHOOK_SECRET = "whsec_of_the_shop"


class StripeAccount:
    """``lost``: how many of the next answers get lost after their request took effect; ``down``: no answer at all."""

    def __init__(self) -> None:
        self.sessions: dict[str, dict[str, Any]] = {}
        self.intents: dict[str, dict[str, Any]] = {}
        self.refunds: list[dict[str, Any]] = []
        self.requests: list[tuple[str, str, dict[str, str], dict[str, str]]] = []
        self.by_key: dict[str, tuple[dict[str, str], Response]] = {}
        self.lost = 0
        self.down = False
        self.refund_status = "succeeded"

    # -- the wire

    def request(self, method: str, url: str, *, headers: Mapping[str, str], content: bytes, timeout: float) -> Response:
        if self.down:
            raise OutboundTimeoutError
        parts = urlsplit(url)
        assert (parts.scheme, parts.netloc) == ("https", "api.stripe.com")
        sent = {name.lower(): value for name, value in headers.items()}
        params = dict(parse_qsl(content.decode() or parts.query, keep_blank_values=True))
        self.requests.append((method, parts.path, params, sent))
        answer = self._answer(method, parts.path, params, sent)
        if self.lost:
            self.lost -= 1
            raise OutboundTimeoutError
        return answer

    def _answer(self, method: str, path: str, params: dict[str, str], headers: dict[str, str]) -> Response:
        if headers["authorization"] != f"Bearer {SECRET}":
            return _error(401, "authentication_error", "Invalid API Key provided")
        key = headers.get("idempotency-key", "") if method == "POST" else ""
        if key in self.by_key:
            before, answer = self.by_key[key]
            return answer if before == params else _error(400, "idempotency_error", "Keys for idempotent requests ...")
        answer = self._route(method, path.removeprefix("/v1/").split("/"), params)
        if key:
            self.by_key[key] = (params, answer)
        return answer

    def _route(self, method: str, path: list[str], params: dict[str, str]) -> Response:
        match method, path:
            case "POST", ["checkout", "sessions"]:
                return self._open(params)
            case "GET", ["checkout", "sessions", name] if name in self.sessions:
                is_expanded = params.get("expand[0]") == "payment_intent.latest_charge"
                return _json(self.expanded(name) if is_expanded else self.sessions[name])
            case "POST", ["checkout", "sessions", name, "expire"] if name in self.sessions:
                if self.sessions[name]["status"] != "open":
                    return _error(
                        400, "invalid_request_error", "Only Checkout Sessions with a status open can be expired"
                    )
                self.sessions[name]["status"] = "expired"
                return _json(self.sessions[name])
            case "GET", ["refunds"]:
                return _json({"object": "list", "data": self._refunds_of(params["payment_intent"]), "has_more": False})
            case "POST", ["refunds"]:
                return self._give_back(params)
        return _error(404, "invalid_request_error", f"No such thing: {path}")

    def _open(self, params: dict[str, str]) -> Response:
        name = f"cs_test_{len(self.sessions) + 1}"
        self.sessions[name] = {
            "id": name, "object": "checkout.session", "status": "open", "payment_status": "unpaid", "livemode": False,
            "amount_total": int(params["line_items[0][price_data][unit_amount]"]),
            "currency": params["line_items[0][price_data][currency]"],
            "client_reference_id": params["client_reference_id"], "payment_intent": None,
            "customer_email": params.get("customer_email"),
            "metadata": {"stoa_payment": params["metadata[stoa_payment]"], "order": params["metadata[order]"]},
            "url": f"https://checkout.stripe.com/c/pay/{name}#fid",
        }  # fmt: skip
        return _json(self.sessions[name])

    def _give_back(self, params: dict[str, str]) -> Response:
        intent, amount = self.intents[params["payment_intent"]], int(params["amount"])
        charge = intent["latest_charge"]
        if charge["amount_refunded"] + amount > charge["amount"]:
            return _error(400, "invalid_request_error", "Refund amount is greater than unrefunded amount on charge")
        if self.refund_status != "failed":
            charge["amount_refunded"] += amount
        refund = {
            "id": f"re_{len(self.refunds) + 1}", "object": "refund", "amount": amount, "payment_intent": intent["id"],
            "status": self.refund_status, "failure_reason": "expired_or_canceled_card" if self.refund_status == "failed" else None,
            "metadata": {"stoa_refund": params["metadata[stoa_refund]"]},
        }  # fmt: skip
        self.refunds.append(refund)
        return _json(refund)

    def _refunds_of(self, intent: str) -> list[dict[str, Any]]:
        return [refund for refund in self.refunds if refund["payment_intent"] == intent]

    # -- the buyer, and the messages

    def expanded(self, name: str) -> dict[str, Any]:
        session = self.sessions[name]
        return {**session, "payment_intent": self.intents.get(session["payment_intent"])}

    def pay(self, name: str) -> dict[str, Any]:
        """The buyer pays at Stripe's page; the event that tells of it."""
        session = self.sessions[name]
        assert session["status"] == "open"
        intent = f"pi_{len(self.intents) + 1}"
        amount = session["amount_total"]
        self.intents[intent] = {
            "id": intent, "object": "payment_intent", "status": "succeeded", "amount": amount, "amount_received": amount,
            "currency": session["currency"], "metadata": session["metadata"],
            "latest_charge": {"id": f"ch_{intent}", "object": "charge", "amount": amount, "amount_refunded": 0},
        }  # fmt: skip
        session |= {"status": "complete", "payment_status": "paid", "payment_intent": intent}
        return self.event("checkout.session.completed", session)

    def event(self, kind: str, data: dict[str, Any], event_id: str = "evt_1", **changes: Any) -> dict[str, Any]:
        return {
            "id": event_id, "object": "event", "type": kind, "livemode": False, "api_version": "2026-10-28.endive",
            "created": int(clock.now().timestamp()), "data": {"object": dict(data)}, **changes,
        }  # fmt: skip


def signed(event: dict[str, Any], secret: str = WEBHOOK_SECRET, age: int = 0) -> tuple[bytes, dict[str, str]]:
    body = json.dumps(event).encode()
    return body, {"stripe-signature": signing.sign(secret, int(clock.now().timestamp()) - age, body)}


def _json(data: dict[str, Any], status: int = 200) -> Response:
    return Response(status, {"content-type": "application/json", "request-id": "req_1"}, json.dumps(data).encode())


def _error(status: int, kind: str, message: str) -> Response:
    return _json({"error": {"type": kind, "message": message}}, status)
