"""A buyer at the test provider's page, for simulations: does there what a person would do, without a browser."""

from __future__ import annotations

from stoa.kernel import clock
from stoa.operations.payments.models import Payment
from stoa.operations.payments.reconciling import return_from_provider
from stoa.operations.payments.sandbox import server
from stoa.operations.payments.sandbox.delivery import signed_request
from stoa.operations.payments.sandbox.models import SandboxWebhook
from stoa.operations.payments.webhooks import receive_webhook


def visit(payment: Payment, *, pays: bool = True, returns: bool = True, is_reported: bool = True) -> None:
    """Pay (or be declined) at the hosted page; then come back to the shop and/or have the webhook arrive.

    The webhook goes in by the front door (signed, verified), only without the network in between; one that is not reported
    was lost on the way.
    """
    reference = payment.provider_ref or ""
    if pays:
        server.pay(reference)
    else:
        server.decline(reference)
    if returns:
        return_from_provider(payment.uuid)
    webhooks = SandboxWebhook.objects.filter(payment__reference=reference, delivered_at=None)
    for webhook in webhooks if is_reported else ():
        headers, body = signed_request(webhook)
        receive_webhook("sandbox", headers, body)
    webhooks.update(delivered_at=clock.now(), attempts=1, last_reply="direct" if is_reported else "lost")
