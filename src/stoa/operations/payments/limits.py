"""Against card testing: how often a buyer may open a payment, whichever door it comes through.

Counted per order, per e-mail address and per network address. Each of the three alone can be changed by a thief (a
new cart, a new address, a new proxy), but not all of them cheaply at once; and an honest buyer, who shares none of them
with the thief, is not touched.
"""

from __future__ import annotations

import ipaddress

from stoa.kernel.web import ratelimit
from stoa.operations.payments.errors import TooManyAttemptsError
from stoa.operations.payments.models import Payment

HOUR = 3600
PER_ORDER = 8
PER_EMAIL = 12
# Offices and mobile carriers put many buyers behind one address.
PER_NETWORK = 30


def guard_start(payment: Payment, email: str, client: str) -> None:
    """Count one opened payment. Raises TooManyAttemptsError before anything reaches the provider."""
    counted = [("order", str(payment.order_id), PER_ORDER), ("email", email.casefold(), PER_EMAIL)]
    if client:
        counted.append(("network", network_of(client), PER_NETWORK))
    for kind, key, limit in counted:
        if key and not ratelimit.hit(f"payment_start.{kind}", key, limit, HOUR):
            raise TooManyAttemptsError


def network_of(client: str) -> str:
    """The address itself for IPv4; its /64 for IPv6, of which every household has one."""
    try:
        address = ipaddress.ip_address(client)
    except ValueError:
        return client[:64]
    if address.version == 4:
        return str(address)
    return str(ipaddress.ip_network(f"{address}/64", strict=False))
