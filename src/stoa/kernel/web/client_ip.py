from __future__ import annotations

import ipaddress
from collections.abc import Mapping
from typing import Any


def client_ip(environ: Mapping[str, Any], trusted_proxies: int) -> str:
    """The address of the visitor: the peer, or what the outermost of our own proxies wrote into X-Forwarded-For.

    Entries further left were written by strangers. Blank where there is no valid address.
    """
    address = str(environ.get("REMOTE_ADDR", ""))
    if trusted_proxies > 0:
        forwarded = [part.strip() for part in str(environ.get("HTTP_X_FORWARDED_FOR", "")).split(",") if part.strip()]
        if forwarded:
            address = forwarded[-min(trusted_proxies, len(forwarded))]
    return _normal(address)


def _normal(address: str) -> str:
    try:
        parsed = ipaddress.ip_address(address.strip("[]"))
    except ValueError:
        return ""
    mapped = parsed.ipv4_mapped if isinstance(parsed, ipaddress.IPv6Address) else None
    return str(mapped or parsed)
