"""Against card testing: how often a buyer may open a payment, whichever door it comes through.

Thieves try stolen card numbers by the hundred, and nearly all of them are declined; honest buyers see a decline or two.
So declines are counted, per customer (the e-mail address) and per network, whatever cart, session or order they belong
to: buyers who pay are never limited by them. A network that is over its limit keeps a trickle, because offices and
mobile carriers put honest buyers behind the same address.
"""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from datetime import timedelta

from django.conf import settings

from stoa.kernel import clock
from stoa.kernel.web import ratelimit
from stoa.operations.payments.errors import TooManyAttemptsError
from stoa.operations.payments.models import Payment

WINDOW = timedelta(hours=1)
PAYMENTS_PER_ORDER = 8
DECLINES_PER_CUSTOMER = 8
DECLINES_PER_NETWORK = 20
TRICKLE_SECONDS = 60
# A flood of orders that nobody pays: each one costs the provider a session.
OPENED_PER_NETWORK = 300


def guard_start(payment: Payment, client: str) -> None:
    """Raises TooManyAttemptsError before anything reaches the provider."""
    customer_id = payment.order.customer_id
    if Payment.objects.filter(order_id=payment.order_id).count() > PAYMENTS_PER_ORDER:
        raise TooManyAttemptsError
    declines = Payment.objects.filter(status=Payment.Status.DECLINED, created_at__gte=clock.now() - WINDOW)
    if customer_id is not None and declines.filter(order__customer_id=customer_id).count() >= DECLINES_PER_CUSTOMER:
        raise TooManyAttemptsError
    key = client_key(client)
    if not key:
        return
    if not ratelimit.hit("payment_opened", key, OPENED_PER_NETWORK, int(WINDOW.total_seconds())):
        raise TooManyAttemptsError
    is_suspect = declines.filter(client_key=key).count() >= DECLINES_PER_NETWORK
    if is_suspect and not ratelimit.hit("payment_trickle", key, 1, TRICKLE_SECONDS):
        raise TooManyAttemptsError


def client_key(client: str) -> str:
    """Tells networks apart without keeping anybody's address: an HMAC; "" stays ""."""
    if not client:
        return ""
    message = f"stoa.payments.client:{network_of(client)}".encode("utf-8", "surrogatepass")
    return hmac.new(settings.SECRET_KEY.encode(), message, hashlib.sha256).hexdigest()[:32]


def network_of(client: str) -> str:
    """The address itself for IPv4; its /64 for IPv6, of which every household has one."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client[:64]
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network(f"{address}/64", strict=False))
